"""What a figure counts by the words right beside it: whose share or base it is, of which event or
scope, and what it says again of another."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from publication_audit.context import Context
from publication_audit.draft.figures import CARDINAL, Found, figures
from publication_audit.draft.subjects import Mention

FIGURES = {"count", "share"}
NEGATED = re.compile(
    r"\b(?:no|not|none|without|nor|never|did ?n[o’']t)\b(?! (?:only|name)\b)", re.IGNORECASE
)
# Between a count and the share that it is: "(", ", or", ", which is", and no other figure.
OF_SAME = re.compile(
    r"[^.;\d()]{0,60}?(?:\(|,\s*(?:or|i\.e\.|which is|that is|meaning|namely)\s|\sor\s)"
    r"(?:(?:about|just|only|roughly|nearly|almost|or)\s)*\s*",
    re.IGNORECASE,
)
# Before a fraction that says in words what stands before it.
APPOSED = re.compile(
    r",\s*(?:or\s+)?(?:(?:about|nearly|almost|roughly|around|just|some|over|under"
    r"|(?:more|less) than)\s+)*$",
    re.IGNORECASE,
)
INVITED = (
    re.compile(
        r"\s*(?:\w+\s+){0,2}(?:invited|asked|approached|invitations|questionnaires)\b", re.I
    ),
    re.compile(r"\b(?:invited|asked|sent(?: out)?|wrote to|approached)\s+(?:\w+\s+)?$", re.I),
)
REPLIES = (
    re.compile(
        r"\s*(?:of (?:them|which|whom)\s+|(?!to\b|not\b)\w+\s+)?(?:replied|answered|responded|back|"
        r"replies|reply|responses?|respondents|answers|forms)\b(?!\s+(?:that|who|which|with)\b)",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:(?:answered|received|got)\s+|(?:replies|responses|answers)"
        r"(?:\s+(?:is|are|was|were|came)\s+|\s*[:(]\s*))$",
        re.IGNORECASE,
    ),
)
OF_ALL = re.compile(r"\b(?:in total|in all|overall|altogether|of all)\b", re.IGNORECASE)
QUANTITIES = {"invited": INVITED, "replies": REPLIES}
BASE = re.compile(
    rf"(?:\d|\b(?:{CARDINAL})\b)\D{{0,12}}\b(?:of|out of|in)\s+(?:the\s+|all\s+)?$|\d/$",
    re.IGNORECASE,
)
OPENED = re.compile(r"\s*\(")


@dataclass(frozen=True)
class Nearby:
    """The words beside the figures of a sentence.

    Parameters
    ----------
    places : the events and scopes that it names.
    mentions : the actions and outcomes that it names.
    clauses : where each of its clauses begins and ends.
    """

    text: str
    places: tuple[Mention, ...]
    mentions: tuple[Mention, ...]
    clauses: list[tuple[int, int]]

    @cached_property
    def figures(self) -> list[Found]:
        """The counts and shares that stand for themselves: in no brackets, and no base."""
        return [
            one
            for one in figures(self.text)
            if one.unit in FIGURES
            and not self.brackets(one)
            and not (one.form == "fraction" and APPOSED.search(self.text[: one.start]))
            and not BASE.search(self.text[: one.start])
        ]

    def brackets(self, found: Found) -> tuple[int, int] | None:
        """Where the brackets around a figure begin and end."""
        opened, closed = self.text.rfind("(", 0, found.start), self.text.find(")", found.end)
        is_open = opened > self.text.rfind(")", 0, found.start)
        return (opened, closed) if is_open and closed >= 0 else None

    def clause(self, found: Found) -> tuple[int, int]:
        return next(one for one in self.clauses if one[0] <= found.start <= one[1])

    def own(self, found: Found) -> tuple[int, int]:
        """Where the words of a figure begin and end: at its brackets, or the figures beside it."""
        if brackets := self.brackets(found):
            return brackets
        first, last = self.clause(found)
        first = max([first, *(one.end for one in self.figures if one.end <= found.start)])
        last = min([last, *(one.start for one in self.figures if one.start >= found.end)])
        return first, last

    def words(self, found: Found) -> tuple[str, str]:
        first, last = self.own(found)
        return self.text[first : found.start], self.text[found.end : last]

    def is_negated(self, found: Found) -> bool:
        return any(map(NEGATED.search, self.words(found)))

    def names(self, found: Found) -> list[str]:
        """The options that a figure is of.

        Where both those before and after it may be meant, they are before it if one stands before
        the first figure of its clause.
        """
        first, last = self.own(found)
        begin, end = self.clause(found)
        before = [one for one in self.mentions if first <= one.start < found.start]
        after = [one for one in self.mentions if found.end <= one.start < last]
        if self.brackets(found):
            earlier = [one for one in self.mentions if begin <= one.start < first]
            names = before + after or earlier[-1:]
        elif before and after:
            said = (one for one in figures(self.text) if one.unit in (*FIGURES, "word"))
            counts = [one.start for one in said if begin <= one.start < end]
            is_first = any(begin <= one.start < min(counts) for one in self.mentions)
            names = before if is_first else after
        else:
            names = before or after
        return list(dict.fromkeys(one.name for one in names))

    def place(self, found: Found) -> str:
        """The event or scope that a figure is of; empty where that is none or not plain."""
        first, _ = self.clause(found)
        own_first, own_last = self.own(found)
        if OF_ALL.search(self.text[own_first : found.end + 12]):
            return ""
        opened = OPENED.match(self.text, found.end)
        beside = [one for one in self.places if opened and 0 <= one.start - opened.end() < 5]
        before = [one for one in self.places if first <= one.start < found.start]
        after = [one for one in self.places if found.end <= one.start < own_last]
        earlier = [one for one in self.places if one.start < first]
        alone = earlier if len({one.name for one in self.places}) == 1 else []
        return next((one.name for one in [*beside, *before[::-1], *after, *alone]), "")

    def quantity(self, found: Found) -> str:
        """What of a survey's replies a figure counts; empty where its words do not tell."""
        before, after = self.words(found)
        if brackets := self.brackets(found):
            before = self.text[: brackets[0] + 1]
        return next(
            (
                name
                for name, (behind, ahead) in QUANTITIES.items()
                if behind.match(after) or ahead.search(before)
            ),
            "",
        )


def place_forms(context: Context) -> dict[str, re.Pattern[str]]:
    """How a text calls each workshop: by its title, its topic, or what its title is "on"."""
    event = re.escape(context.event)
    named: dict[str, set[str]] = {}
    for name, one in context.workshops.items():
        after = re.split(rf"\b{event}\s+on\s+(?:the\s+)?", one["title"], flags=re.IGNORECASE)
        named[name] = {one["topic"], *after[1:]}
    owners: dict[str, set[str]] = {}
    for name, calls in named.items():
        for call in calls:
            owners.setdefault(call.partition("(")[0].strip().casefold(), set()).add(name)
    shared = {stem for stem, names in owners.items() if len(names) > 1}
    forms = {name: list(_forms(name, calls, event, shared)) for name, calls in named.items()}
    return {name: re.compile("|".join(one)) for name, one in forms.items() if one}


def _forms(name: str, calls: set[str], event: str, shared: set[str]) -> Iterator[str]:
    for call in sorted(filter(None, calls), key=len, reverse=True):
        stem, _, qualifier = call.partition("(")
        words = [re.escape(word) for word in stem.split()]
        if not words:
            continue
        # A topic begins with a capital, so that not every word of it is an event.
        first = f"{words[0][0].upper()}(?i:{words[0][1:]})"
        topic = rf"(?:(?:(?i:{event})\s+)?{re.escape(name)}\s+)?" + r"\W+".join(
            [first, *(f"(?i:{word})" for word in words[1:])]
        )
        plain = r"\W+".join(words)
        loose = rf"(?i:{event}s?\s+on\s+(?:the\s+)?)(?i:{plain})"
        if qualifier:
            place = re.escape(qualifier.rstrip(") "))
            yield rf"\b{topic}\W+{place}\b"
            yield rf"\b{place}\W+(?i:{event})\s+(?i:on)\s+(?i:the\s+)?(?i:{plain})\b"
        elif stem.strip().casefold() not in shared:
            yield rf"\b(?:{loose}|{topic})\b"
