"""What a sentence speaks of: the actions, outcomes, scopes, workshops and members that it names."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from followup.cleaning.administrations import spellings
from followup.declaration import Option
from followup.files import normalise
from followup.rounds import Round

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
SUFFIXES = (
    *("izations", "isations", "ization", "isation", "izing", "ising", "ations", "ation", "ating"),
    *("itting", "ission", "itted", "issions", "ments", "ment", "ated", "ates", "ized", "ised"),
    *("izes", "ises", "ings", "ions", "ing", "ion", "ies", "ize", "ise", "ate", "ed", "es", "it"),
    *("s", "e", "y"),
)
SHORTEST_STEM = 3
OTHER = re.compile(r"\b(?:an)?other (?:follow-up )?actions?\b(?! than)", re.IGNORECASE)
# Words that say nothing of which action or outcome is meant.
FILLING = {
    *(
        "a",
        "an",
        "and",
        "any",
        "at",
        "by",
        "for",
        "from",
        "had",
        "has",
        "have",
        "his",
        "in",
        "into",
    ),
    *("it", "its", "made", "make", "making", "more", "of", "on", "one", "or", "our", "out", "own"),
    *("some", "that", "the", "their", "there", "these", "they", "this", "those", "to", "took"),
    *("was", "were", "which", "who", "will", "with", "other", "another", "others", "action"),
    *("actions", "taken"),
}
# Stems that name an option only beside another word of its wording.
GENERAL = {
    *("report", "work", "share", "new", "direct", "train", "develop", "improv", "operational"),
    *("project", "effect", "workshop", "subm", "admin", "organ", "modern", "action", "effici"),
    *("materi", "began", "begin", "take", "start", "initi", "result", "real", "effectivenes"),
    *("efficienc", "positiv", "advanc", "reform", "program", "mission", "impact", "domestic"),
    *("informat", "inform", "shar"),
}


def stem(word: str) -> str:
    """A word without its commonest endings, so that its forms compare.

    >>> stem("sharing") == stem("shared"), stem("submission") == stem("submitted")
    (True, True)
    """
    word = word.casefold()
    for suffix in SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= SHORTEST_STEM:
            return word.removesuffix(suffix).rstrip("e")
    return word


@dataclass(frozen=True)
class Mention:
    """Where a text names something; `kind` is action, outcome, scope, workshop or member."""

    kind: str
    name: str
    start: int
    end: int
    weight: int


@dataclass(frozen=True)
class Subjects:
    """What a round's drafts speak of, with the wordings that name each."""

    survey_round: Round
    workshops: pd.DataFrame
    administrations: pd.DataFrame

    @cached_property
    def wordings(self) -> list[tuple[str, str, frozenset[str]]]:
        """Kind, id and stems of each wording of an action or outcome."""
        survey_round = self.survey_round
        actions, outcomes = survey_round.actions, survey_round.outcomes
        kinds = [("action", one) for one in actions] + [("outcome", one) for one in outcomes]
        wordings = {
            (kind, option.id, stems)
            for kind, option in kinds
            for text in _texts(option)
            if (stems := frozenset(_stems(text)))
        }
        owners: dict[str, set[str]] = {}
        for _, name, stems in wordings:
            for one in stems:
                owners.setdefault(one, set()).add(name)
        names = {one for _, option in kinds for one in _stems(f"{option.label} {option.noun}")}
        event = stem(normalise(survey_round.event).split()[-1])
        single = {
            (kind, name, frozenset({one}))
            for kind, name, stems in wordings
            for one in stems
            if len(owners[one]) == 1 and one in names - GENERAL - {event}
        }
        alone = {one for one in wordings if len(one[2]) > 1 or not one[2] & (GENERAL | {event})}
        return sorted(alone | single, key=lambda one: (-len(one[2]), one[1], sorted(one[2])))

    @cached_property
    def codes(self) -> dict[str, str]:
        return spellings(self.administrations)

    @cached_property
    def scopes(self) -> list[str]:
        """The scopes, the longest name first, since one may hold another."""
        return sorted(self.workshops["scope"].dropna().unique(), key=len, reverse=True)

    @cached_property
    def other(self) -> str:
        """The action that stands for all that are not listed; empty where the round has none."""
        actions = self.survey_round.actions
        return next((one.id for one in actions if normalise(one.label) in ("other", "others")), "")

    def options(self, text: str) -> list[Mention]:
        """The actions and outcomes that a text names, in its order."""
        words = [(stem(word[0]), *word.span()) for word in WORD.finditer(text)]
        found: list[Mention] = []
        for kind, name, stems in self.wordings:
            for first, last in _clusters([word for word, _, _ in words], stems):
                start, end = words[first][1], words[last][2]
                if not any(one.start < end and start < one.end for one in found):
                    found.append(Mention(kind, name, start, end, len(stems)))
        for match in OTHER.finditer(text) if self.other else []:
            start, end = match.span()
            if not any(one.start < end and start < one.end for one in found):
                found.append(Mention("action", self.other, start, end, 1))
        return sorted(found, key=lambda one: one.start)

    def option_of(self, heading: str) -> str:
        """The action or outcome that a table's heading names; empty where it is not one alone."""
        plain = normalise(heading)
        for kind_options in (self.survey_round.actions, self.survey_round.outcomes):
            for option in kind_options:
                if plain in {normalise(text) for text in _texts(option)}:
                    return option.id
        names = {one.name for one in self.options(heading)}
        return names.pop() if len(names) == 1 else ""

    def scopes_in(self, text: str) -> list[Mention]:
        """The scopes that a text names before its events, members or participants."""
        found: list[Mention] = []
        for scope in self.scopes:
            form = r"[\s-]?".join(re.escape(part) for part in scope.split("-"))
            for match in re.finditer(rf"\b{form}\b", text, re.IGNORECASE):
                start, end = match.span()
                if not any(one.start < end and start < one.end for one in found):
                    found.append(Mention("scope", scope, start, end, 1))
        return sorted(found, key=lambda one: one.start)

    def workshop_of(self, text: str) -> str:
        """The workshop that a row's heading or an attribution names; empty where none is plain.

        By its number if it begins with one, else by its title or topic; of several alike the month
        decides.
        """
        number = re.match(r"\s*\(?(?:no\.? ?|workshop )?([\w-]{1,6})[.)]?(?=\s|$)", text, re.I)
        ids = set(self.workshops["id"])
        if number and number[1] in ids and not re.match(r"\s*[\w-]+\s+(of|replies)\b", text):
            return number[1]
        names = self.workshops_like(text)
        return names[0] if len(names) == 1 else ""

    def workshops_like(self, text: str) -> list[str]:
        """The workshops whose title or topic a text has, best first; several where it fits both."""
        said = set(_stems(text, fillers=False))
        scores = {}
        for row in self.workshops.to_dict("records"):
            full = set(_stems(f"{row['title']}", fillers=False))
            topic = set(_stems(f"{row['topic']}", fillers=False))
            score = max(len(full & said) / len(full | said), len(topic & said) / len(topic | said))
            scores[row["id"]] = score
        best = max(scores.values(), default=0)
        return [name for name, score in scores.items() if best >= 0.5 and score > best - 0.05]

    def code(self, name: str) -> str:
        """The code of a member by a code or spelling; empty where none is known."""
        return self.codes.get(normalise(name), "")

    @cached_property
    def topics(self) -> dict[str, str]:
        return dict(zip(self.workshops["id"], self.workshops["topic"], strict=True))

    def is_topic(self, heading: str, workshop: str) -> bool:
        """Whether a row is called by its workshop's topic, with its number and month or without."""
        plain, topic = normalise(heading), normalise(self.topics[workshop])
        others = plain.replace(topic, "", 1).split()
        return (
            topic in plain
            and all(re.fullmatch(r"\d+|[a-z]{3,9}", one) for one in others[:1])
            and len(others) < 4
        )

    def members_in(self, text: str) -> list[Mention]:
        """The members that a text names in full or by a spelling, not by code."""
        found: list[Mention] = []
        for spelling in sorted(self.codes, key=len, reverse=True):
            if len(spelling) <= 3:
                continue
            form = r"\W+".join(map(re.escape, spelling.split()))
            for match in re.finditer(rf"\b{form}\b", text, re.IGNORECASE):
                start, end = match.span()
                if not any(one.start < end and start < one.end for one in found):
                    found.append(Mention("member", self.codes[spelling], start, end, 1))
        return sorted(found, key=lambda one: one.start)


def _texts(option: Option) -> Iterable[str]:
    texts = (option.label, option.phrase, option.noun, option.title, option.answer, *option.also)
    return [re.sub(r"^(reported|said)\b", "", text) for text in texts if text]


def _stems(text: str, fillers: bool = True) -> Iterator[str]:
    for word in normalise(text).split():
        if not fillers or word not in FILLING:
            yield stem(word)


def _clusters(words: list[str], stems: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Yield first and last place of the stems of a wording where all stand close together."""
    reach = 2 * len(stems) + 1 if len(stems) > 1 else 1
    place = 0
    while place < len(words):
        if words[place] in stems:
            window = words[place : place + reach]
            places = [window.index(one) for one in stems & set(window)]
            if len(places) == len(stems):
                yield place, place + max(places)
                place += max(places)
        place += 1
