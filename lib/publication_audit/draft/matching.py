"""Which fact a figure of a text states: by what its sentence names, not by its value.

A fact is a candidate if it is of the figure's unit and of the actions, outcomes, scope and workshop
that the figure's clause, sentence or section names. The value only decides between candidates that
are named alike.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from followup.tables import TOTAL
from publication_audit.claims import CHANGES, SHARES
from publication_audit.context import Context
from publication_audit.draft.figures import OUT_OF, Found, figures, number_of
from publication_audit.draft.further_facts import FIGURE, Phrase
from publication_audit.draft.nearby import APPOSED, OF_SAME, Nearby, place_forms
from publication_audit.draft.subjects import Mention, Subjects
from publication_audit.number_formats import decimals, digits_of, percentage, with_value
from publication_audit.printed import count_and_base

IN_TITLE = 30  # letters between a scope and the topic of an event in its title
SURE, LIKELY, UNSURE, CORRECTED = "sure", "likely", "unsure", "corrected"
Span = tuple[int, int]


def _words(form: str) -> re.Pattern[str]:
    return re.compile(form, re.IGNORECASE)


# Where one clause of a sentence ends and another begins.
CLAUSE = _words(
    r";|(?<=\)),|,? \b(?:while|whereas|but|although|against)\b|,(?= another\b)"
    r"|,? (?:and )?(?=(?:that|those) of the\b)"
)
NEGATION = _words(
    r"\b(?:no|not|none|without|neither|nor|never|did ?n[o’']t|yet to)\b(?! (?:only|name)\b)"
)
# A group that a share is of: "of those that …".
GIVEN = _words(
    r"\b(?:of|among|from)\s+(?:(?:all|the|those|these|other|\d+)\s+)*(?:respective\s+)?(?:replies"
    r"|reply|respondents?|participants|members|administrations|those|them|whom|ones)?\s*"
    r"(?:who|that|which|with|without|whom|had|having)\b|\bof whom\b"
)
SEPARATE = _words(r"\bindividual|\beach\b|\bboth\b|respective")
BEFORE_LAST = _words(
    r"(?:last|previous|preceding) (?:\w+ )?(?:year|round|survey)|(?:year|round) before"
    r"|\b(?:down|up|rose|fell|(?!rang)\w+ed|changed?) from\s*$|compared (?:with|to)\s*$"
)
RATE = _words(
    r"(?:reply|response|return) rate|rate of (?:\w+ ){0,3}(?:reply|replies|response)"
    r"|\binvit\w+[^.;]*\b(?:answered|replied)\b|\b(?:answered|replied)\b[^.;]*\binvit"
)
REPLIES = _words(r"(?:replies|reply|responses|respondents|answers)\b")
SAID_OF_REPLIES = _words(
    r"\b(?:replies|responses|answers)\b[^.,;%]{0,40}\b(?:is|are|was|were|:)\s*$"
)
NAMED_IN = _words(r"\b(?:named|mentioned|reported|told|chosen|taken|ticked)(?: of)? (?:in|by)\s*$")
ORGANISED = _words(r"\b(?:organi[sz]ed|held|conducted|ran|run|took place|total of)\b")
SURVEYED = _words(r"\b(?:round is about|surveyed|subjected|subject to|covered|asked about)\b")
ANSWERED = _words(r"\s*(?:of (?:them|these|whom) |\w+ )?(?:replied|answered|responded)\b")
PART_OF_ALL = _words(r"\b(?:out of|among|of|in)\s+(?:the |all |its |their )?$|\d/$")
NOUN = _words(r"\s*(?:\(\d+%\)\s*)?(?:(?:of|named|the|all|\w+ly)\s+)*([\w/-]+)")
HELD = _words(
    r"\b(?:conducted|held|organi[sz]ed|took place)\s+(?:\w+\s+){0,2}?"
    r"(online|virtual(?:ly)?|remotely|in[- ]person|face[- ]to[- ]face|hybrid)\b"
)
# Units of the facts that a figure of a unit may state.
UNITS = {
    **{"share": ("share",), "count": ("count", "points"), "word": ("count",)},
    **{"points": ("points",), "p": ("p",), "number": ("p", "ratio", "points")},
}
# What a survey counts, beside its events; and words that ask for something.
COUNTED = (
    r"(?:repl(?:y|ies)|respon\w+|answers?|participants?|members?|administrations?|countries)\b"
)
WISHED = _words(
    r"\b(?:asks?|recommend\w*|propos\w*|suggest\w*|should|must|ought|so that)\b[^.;]*$"
    r"|\b(?:for|about|by|with|to|of|which \w+)\s(?=each|every)|\bover\s(?=all)"
)
MOSTLY = ("most", "majority")
NOBODY = ("none", "nobody", "no one")
# A figure that is an end of an interval.
TO_NEXT = _words(r"\s*(?:to|and|or|–|-)\s*\d+(?:\.\d+)?\s*%?")
FROM_LAST = _words(r"\d\s*%?\s*(?:to|and|or|–|-)\s*$")
CHANGED = _words(r"\b(?:increas|decreas|rose|risen|fell|fallen|grew|grown|drop|declin|chang)\w*")
# Bases of which no fact is: "of all actions named"; and counts of examples.
OTHER_BASE = _words(r"\bof all (?!replies|respon|invit|partici|member|admin|those|who|the )\w+")
OPPOSITE = _words(r"\b(?:without (?:it|the action)|of the others?|did not|of the rest)\b")
READINGS = _words(r"\bother readings?\b")
RANGE_BEFORE = _words(r"\d{4}\s*(?:–|-|to|until)\s*$")
BEGUN = _words(r"\b(?:began|begun|initiated|started|since|first)\b")
ABOUT_ROUND = _words(r"survey|round|report")
HELD_IN = _words(r"\bheld (?:[\w-]+ )?(?:in|from)\b[^.;]*$")
ROUND_NUMBER = _words(r"\bround (?:no\.? |number )?$")
RESTRICTED = _words(r"\s*(?:\w+\s+){0,2}(?:that|who|which|with|whom)\b")
GROUP = _words(r"(?<!out )\b(?:of|among|from)\s+(?:the |all |those |these )?$")
# A verb that stands for one said before: "11 did so".
DID = _words(r"\b(?:did|do|does|done|did so)\b(?! not|n[o’']t)")
HAD_NOT = _words(r"\b(?:that|who|which)\s+(?:had|have|did|do)\s*(?:not|n[o’']t)\b")
ABOUT_REPLIES = _words(r"\brepl|\brespon|\banswer|\breturn|\brates?\b|\bquestionnaire")
THIS_ROUND = _words(r"\s+(?:round|survey|edition|time)\b")


@dataclass(frozen=True)
class Match:
    """The fact of a figure, how sure that is, and the fact that its sentence names as its base.

    `others` are the facts that are named alike, where it is unsure which is meant; `share` is the
    fact of the share that a count stands beside.
    """

    fact: str
    sure: str
    base: str = ""
    others: tuple[str, ...] = ()
    share: str = ""


NO_MATCH = Match("", UNSURE)


@dataclass(frozen=True)
class Sentence:
    """A sentence with what it names, what the headings above name, and the sentence before.

    Parameters
    ----------
    places : where it names a workshop.
    section, before, lead : what the headings name, the sentence before, and of an item of a list
        the paragraph that leads to it.
    """

    text: str
    mentions: tuple[Mention, ...]
    scopes: tuple[Mention, ...] = ()
    places: tuple[Mention, ...] = ()
    headings: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    before: tuple[tuple[str, str], ...] = ()
    lead: tuple[tuple[str, str], ...] = ()

    is_note: bool = False

    @cached_property
    def clauses(self) -> list[Span]:
        ends = [gap.start() for gap in CLAUSE.finditer(self.text)]
        return list(zip([0, *ends], [*ends, len(self.text)], strict=True))

    @cached_property
    def nearby(self) -> Nearby:
        """The words beside its figures; a scope in the name of an event is no other place."""
        scopes = [
            one
            for one in self.scopes
            if not any(one.start <= event.start < one.end + IN_TITLE for event in self.places)
        ]
        places = sorted([*self.places, *scopes], key=lambda one: one.start)
        return Nearby(self.text, tuple(places), self.mentions, self.clauses)

    @cached_property
    def counts(self) -> list[int]:
        """Where counts begin that stand for themselves: in no brackets, and no base of another."""
        return [
            one.start
            for one in figures(self.text)
            if one.unit == "count"
            and self.text[: one.start].count("(") == self.text[: one.start].count(")")
            and not PART_OF_ALL.search(self.text[: one.start])
        ]

    def workshops_of(self, found: Found, before: list[tuple[Found, "Match"]]) -> list[str]:
        """The workshops that a figure may be of: the one that is named, or of several those that
        stand before it and after the last count or share that has some before it."""
        names = list(dict.fromkeys(one.name for one in self.places))
        ends = [0, *(other.end for other, _ in before if other.unit in ("count", "share"))]
        for start in reversed(ends if len(names) > 1 else []):
            group = [one.name for one in self.places if start <= one.start < found.start]
            if group:
                return group
        return names[:1]

    def topics(self, options: Iterable[str]) -> list[str]:
        """What is spoken of, of these options: in the sentence, else in what leads to it, else in
        what it stands under."""
        own = [one.name for one in self.mentions]
        carried = ([name for _, name in names] for names in (self.before, self.lead))
        levels = (own, *carried, self.section[-1:])
        return next((some for names in levels if (some := [n for n in names if n in options])), [])

    def clause_of(self, place: int) -> Span:
        return next(one for one in self.clauses if one[0] <= place <= one[1])

    def within(self, span: Span) -> list[str]:
        return list(dict.fromkeys(m.name for m in self.mentions if span[0] <= m.start < span[1]))

    def named_for(self, found: Found) -> tuple[list[str], list[str]]:
        """The options that stand beside a figure, and those that its sentence names besides.

        Beside it is its clause; of a figure in brackets, what the brackets hold, or if they name
        nothing what stands last before them.
        """
        start, end = self.clause_of(found.start)
        opened = self.text.rfind("(", 0, found.start)
        closed = self.text.find(")", found.end)
        if opened < self.text.rfind(")", 0, found.start) or opened < start or closed < 0:
            inner = (start, end)
        else:
            inner = (opened, min(closed, end))
            earlier = [m for m in self.mentions if start <= m.start < found.start]
            if not self.within(inner):
                inner = (earlier[-1].start, opened) if earlier else (start, end)
        names = self.within(inner) or self.within((start, end))
        following = [one for one in self.counts if found.end <= one < end]
        if found.unit == "count" and inner == (start, end) and following:
            names = self.within((start, following[0]))
        shared = [
            name
            for first, last in self.clauses
            if first == 0 or not re.search(r"\d", self.text[first:last])
            for name in self.within((first, last if inner[0] < last <= end else min(last, start)))
        ]
        in_clause = [*self.within((start, inner[0])), *shared] if inner != (start, end) else shared
        return names, [name for name in in_clause if name not in names]


@dataclass(frozen=True)
class Matching:
    """Finds the facts of a draft's figures."""

    context: Context
    subjects: Subjects
    phrases: tuple[Phrase, ...] = ()

    @cached_property
    def actions(self) -> list[str]:
        return self.subjects.survey_round.action_ids

    @cached_property
    def outcomes(self) -> list[str]:
        return [one.id for one in self.subjects.survey_round.outcomes]

    @cached_property
    def options(self) -> dict[str, str]:
        """The stem of the facts of each action and outcome."""
        kinds = {**dict.fromkeys(self.actions, "action"), **dict.fromkeys(self.outcomes, "outcome")}
        return {name: f"{kind}.{name}" for name, kind in kinds.items()}

    @cached_property
    def events(self) -> re.Pattern[str]:
        """The word for what the replies are about, as a text has it; WS is short for workshop."""
        event = re.escape(self.context.event)
        return _words(rf"\b(?:{event}s?{'|WSs?' if event == 'workshop' else ''})\b")

    @cached_property
    def names(self) -> re.Pattern[str]:
        """An event called by its number or title, as a text has it."""
        number = r"(?:no\.? ?|number )?\d+(?: and \d+)?(?![\d.]*\s?%)"
        calls = (form.pattern for form in self.calls.values())
        return _words("|".join([*calls, f"{self.events.pattern} {number}"]))

    def unit(self, fact: str) -> str:
        """The unit of a fact of the round; empty of any other."""
        return self.context.facts[fact].unit if fact in self.context.facts else ""

    def known(self, fact: str) -> bool:
        return fact in self.context.facts or fact in self.context.declared

    def sentence(
        self,
        text: str,
        headings: tuple[str, ...],
        before: Sentence | None = None,
        lead: Sentence | None = None,
    ) -> Sentence:
        """Read what a sentence names; a round's own word for an event, with a number, is one."""
        above = [one.name for title in headings for one in self.subjects.options(title)]
        called = [
            Mention("workshop", name, *found.span(), 1)
            for name, form in self.calls.items()
            for found in form.finditer(text)
        ]
        mentions = (
            one
            for one in self.subjects.options(text)
            if not any(place.start <= one.start < place.end for place in called)
        )
        number = rf"{self.events.pattern} (?:no\.? ?|number )?(\w+)\b(?!\.?\d*\s?%)"
        numbered = [
            Mention("workshop", found[1], *found.span(), 1)
            for found in re.finditer(number, text, re.IGNORECASE)
            if found[1] in self.context.workshops
            and not any(place.start <= found.start(1) < place.end for place in called)
        ]
        named, led = (
            tuple(dict.fromkeys((m.kind, m.name) for m in one.mentions)) if one else ()
            for one in (before, lead)
        )
        return Sentence(
            text,
            tuple(mentions),
            tuple(self.subjects.scopes_in(text)),
            tuple(sorted([*called, *numbered], key=lambda one: one.start)),
            headings,
            tuple(dict.fromkeys(above)),
            named,
            led,
        )

    @cached_property
    def calls(self) -> dict[str, re.Pattern[str]]:
        return place_forms(self.context)

    def match(
        self,
        found: Found,
        sentence: Sentence,
        before: list[tuple[Found, Match]],
        of_cell: str = "",
    ) -> list[Match]:
        """The facts of a figure: several where a word speaks of several, none where one speaks of
        nothing that is counted.

        Parameters
        ----------
        before : the figures of the sentence that stand before it, with their facts.
        of_cell : the fact that the headings of a table tell; a phrase that tells another comes
            first.
        """
        phrased = self._phrased(found, sentence, before)
        if phrased or of_cell:
            return [phrased or Match(of_cell, SURE)]
        if found.form in ("top", "marker"):
            facts = self._ranked(found, sentence)
        elif found.unit in ("year", "month", "months", "weeks", "ordinal"):
            facts = [self._declared(found, sentence)]
        elif found.form == "fraction" and (twin := self._twin(found, sentence, before)):
            return [twin]
        elif found.form in ("word", "fraction"):
            facts = self._worded(found, sentence)
            if not facts and found.form == "word" and not self._is_quantity(found, sentence):
                return []
        elif found.form == "change":
            facts = [self._changed(found, sentence)]
        elif found.unit in ("count", "share"):
            if found.unit == "count" and (declared := self._declared(found, sentence)):
                return [Match(declared, SURE)]
            return [
                self._whole(found, sentence, before)
                or self._twin(found, sentence, before)
                or self._opposite(found, sentence, before)
                or self._beside(found, sentence, before)
                or self._figure(found, sentence, before)
            ]
        else:
            facts = []
        return [Match(fact, SURE) for fact in facts if fact] or [NO_MATCH]

    def of_cell(self, names: set[str], outcome: str, unit: str) -> str:
        """The fact of a table's cell; empty where its headings do not tell it.

        Parameters
        ----------
        names : what the headings of its row and column stand for, as `ReadTable` has it.
        outcome : that the table is about.
        """
        option = next((one for one in names if one in self.options), "")
        option = option or (outcome if names & {"yes", "no"} else "")
        places = [one for one in names if one == TOTAL or self.known(f"replies.{one}")]
        place = next((one for one in places if one != TOTAL), "")
        if option and len(names) > 1:
            no = "no" in names
            if "rank" in names:
                parts = [option, "rank"]
            elif unit == "share" and place:
                kind = self.options[option].split(".")[0]
                return self._of_workshop(kind, option, no, place)
            else:
                end = ("no_share" if no else "share") if unit == "share" else "no" if no else ""
                parts = [option, end, place]
            fact = ".".join(filter(None, [self.options[option], *parts[1:]]))
        else:
            rate = {"reply_rate"} if unit == "share" else {"replies", "invited"}
            quantity = next(iter(names & rate), "")
            fact = ".".join(filter(None, [quantity, place])) if quantity and places else ""
        return fact if self.known(fact) else ""

    def _phrased(
        self, found: Found, sentence: Sentence, before: list[tuple[Found, Match]]
    ) -> Match | None:
        """The fact whose phrase a figure stands in; of several the value decides."""
        text = f"{sentence.text[: found.start]}{FIGURE}{sentence.text[found.end :]}"
        actions, outcomes = map(sentence.topics, (self.actions, self.outcomes))
        facts = []
        for phrase in self.phrases:
            about = phrase.about - set(outcomes)
            is_meant = not about or about == set(actions)
            if phrase.section and not any(
                one.startswith(phrase.section) for one in sentence.headings
            ):
                continue
            fits = self.unit(phrase.fact) in UNITS.get(found.unit, ()) or phrase.is_expression
            if is_meant and fits and phrase.form.search(text):
                facts.append(phrase.fact)
        facts = [one for one in dict.fromkeys(facts) if self.context.value(one) is not None]
        if not facts or (found.form == "word" and found.value not in NOBODY):
            return None
        return self._best(facts, found, before)

    def _best(self, facts: list[str], found: Found, before: list[tuple[Found, Match]]) -> Match:
        """The one of several facts that fits the value, which no figure before it states."""
        fitting = [fact for fact in facts if self._fits(found, fact)]
        stated = {match.fact for _, match in before}
        unstated = [fact for fact in fitting if fact not in stated]
        if len(facts) > 1 and not fitting:
            return Match(facts[0], UNSURE, others=tuple(facts[1:]))
        return Match((unstated or fitting or facts)[0], SURE if len(facts) == 1 else LIKELY)

    def _is_quantity(self, found: Found, sentence: Sentence) -> bool:
        """Whether a word such as “all” or “each” says how many, and not of what kind: it stands
        before what a survey counts, and the sentence asks for nothing."""
        counted = (
            r"\s+(?:but\s+\w+\s+)?(?:(?:of|the|these|those|them|our|its|\d+)\s+)*(?:[\w/-]+\s+)?"
            rf"(?:{COUNTED}|{self.events.pattern})"
        )
        before, rest = sentence.text[: found.start], sentence.text[found.end :]
        is_manner = WISHED.search(before + found.value) or re.search(
            rf"{self.events.pattern}\s$", before, re.I
        )
        return found.value in MOSTLY or (
            not is_manner and re.match(counted, rest, re.I) is not None
        )

    # Dates, numbers of rounds, ranks

    def _declared(self, found: Found, sentence: Sentence) -> str:
        text, after = sentence.text, sentence.text[found.end :]
        fact = ""
        if found.form == "publication":
            title = self.context.publication.survey_round.publication
            words = text[: found.start].split()[-1:]
            is_series = title and (not words or f"{words[0]} No." in title.title)
            fact = "publication.number" if is_series else ""
        elif found.form == "fiscal":
            fact = "round.year"
        elif found.unit == "months" and re.search(r"\bafter|\blater", after[:40]):
            fact = "round.months_after"
        elif found.unit == "weeks" and ABOUT_REPLIES.search(text):
            fact = "round.weeks_open"
        elif found.unit == "month" and HELD_IN.search(text[: found.start]):
            fact = f"workshops.{'to' if RANGE_BEFORE.search(text[: found.start]) else 'from'}"
        elif found.unit == "month" and re.match(r"\s*(?:–|-|to|until|and)\s*\w+\.? \d{4}", after):
            fact = "round.from"
        elif found.unit == "month" and re.search(
            r"\d{4}\s*(?:–|-|to|until|and)\s*$", text[: found.start]
        ):
            fact = "round.to"
        elif found.unit == "month" and (places := self._held(found, sentence)):
            fact = f"workshop.{places[-1]}.month"
        elif found.unit == "month" and re.fullmatch(
            r"(?:as )?(?:(?:published|printed) (?:in )?)?", text[: found.start], re.I
        ):
            fact = "publication.published"
        elif (found.unit == "count" and ROUND_NUMBER.search(text[: found.start])) or (
            found.unit == "ordinal" and found.value != "1" and THIS_ROUND.match(after)
        ):
            fact = "round.number"
        elif found.unit == "year":
            fact = self._year(found, text)
        return fact if self.known(fact) else ""

    def _held(self, found: Found, sentence: Sentence) -> list[str]:
        """The workshop whose month stands right behind its name."""
        return [one.name for one in sentence.places if 0 <= found.start - one.end <= len(" ([")]

    def _year(self, found: Found, text: str) -> str:
        around, before = text[max(0, found.start - 60) : found.end + 60], text[: found.start]
        previous = self.subjects.survey_round.previous
        if re.search(r"\bround of $", before) and int(found.value) == previous:
            return "round.last_year"
        if BEGUN.search(around) and "percent" not in around and "%" not in around:
            return "round.first_year"
        if re.search(r"\bto\s+\d+(?:\.\d+)?\s*%\s+in\s+$", before):
            return "round.year"
        if re.search(r"\d\s*%\s*\)?\s+in\s+$", before) or int(found.value) == previous:
            return "round.last_year"
        is_ahead = int(found.value) > self.subjects.survey_round.year + 1
        return "round.year" if ABOUT_ROUND.search(around) and not is_ahead else ""

    def _ranked(self, found: Found, sentence: Sentence) -> list[str]:
        """What is ranked: it follows the rank, up to the next; "the top three" may look back."""
        later = [
            m.start() for m in re.finditer(r"\(\d\)", sentence.text) if m.start() > found.start
        ]
        end = (
            min(later, default=len(sentence.text)) if found.form == "marker" else len(sentence.text)
        )
        names = [(m.kind, m.name) for m in sentence.mentions if found.end <= m.start < end]
        most = int(found.value or 0)
        if found.form == "top":
            back = [(m.kind, m.name) for m in sentence.mentions if m.end <= found.start]
            names = names or back[-1:] if most == 1 else names or back or list(sentence.before)
            names = names[:most]
        return [f"{kind}.{name}" for kind, name in dict.fromkeys(names)]

    # Words that are figures

    def _worded(self, found: Found, sentence: Sentence) -> list[str]:
        text, value = sentence.text, found.value
        if value in ("all", "every", "each"):
            is_manner = HELD.search(text, found.end) and self.events.search(text, found.end)
            return ["round.conducted"] if is_manner and self.known("round.conducted") else []
        if value not in SHARES:
            return []
        if found.form == "fraction" and GIVEN.match(text, found.end + 1):
            return [self._figure(found, sentence, []).fact]
        start, end = sentence.clause_of(found.start)
        another = re.search(r",? and \d+ ", text[found.end : end])
        end = found.end + another.start() if another else end
        names = [(m.kind, m.name) for m in sentence.mentions if found.end <= m.start < end]
        if not names and found.form == "fraction":
            beside = sentence.nearby.names(found)
            names = [(m.kind, m.name) for m in sentence.mentions if m.name in beside[:1]]
        share = "no_share" if NEGATION.search(text[found.end : end]) else "share"
        facts = [f"{kind}.{name}.{share}" for kind, name in dict.fromkeys(names)]
        if not names and RATE.search(text[start:end]):
            facts = ["reply_rate"]
        return [fact for fact in facts if self.known(fact)]

    def _changed(self, found: Found, sentence: Sentence) -> str:
        """The figures that are said to have changed, where those of the round before are known."""
        text, (start, end) = sentence.text, sentence.clause_of(found.start)
        if found.value not in CHANGES:
            return ""
        if RATE.search(text) and not sentence.mentions:
            return "reply_rate"
        if self.events.search(text[start:end]) and re.search(r"\bnumber of\b", text[start:end]):
            return "workshops_organised"
        names, shared = sentence.named_for(found)
        outcomes = [one for one in [*names, *shared] if one in self.outcomes][:1]
        actions = [one for one in names if one in self.actions]
        if re.match(r"[^%(]{0,20}\bto\s+\d", text[found.end :]):
            actions = actions[:1]
        elif SEPARATE.search(text):
            actions = [one for one in sentence.within((0, len(text))) if one in self.actions]
        pairs = [f"pair.{a}.{o}.outcome_given_action" for a in actions for o in outcomes]
        alone = [f"action.{one}.share" for one in actions] or [
            f"outcome.{o}.share" for o in outcomes
        ]
        facts = [one for one in pairs or alone if self.known(f"last.{one}")]
        return " & ".join(facts)

    # Counts and shares

    def _whole(
        self, found: Found, sentence: Sentence, before: list[tuple[Found, Match]]
    ) -> Match | None:
        """The base of the figure before, as the 30 of `12 of 30`; None where it is no base."""
        if not before or before[-1][0].base is None:
            return None
        (other, match), text = before[-1], sentence.text
        if found.start - other.end > 25 or PART_OF_ALL.search(text[: found.start]) is None:
            return None
        if not match.fact:
            return NO_MATCH
        is_share = other.unit == "share"
        share = match.share or (match.fact if is_share else self._share_of(match.fact))
        base = _parts_of(share)[1]
        place = match.fact.rpartition(".")[2]
        if not base and (place in self.context.workshops or place in self.subjects.scopes):
            base = (f"replies.{place}",)
        if not base and match.fact.startswith("replies."):
            base = ("replies",)
        is_all = self.context.total(base) == self.context.value("replies")
        fact = "replies" if is_all else " + ".join(base)
        return Match(fact, match.sure, share=share) if fact else None

    def _opposite(
        self, found: Found, sentence: Sentence, before: list[tuple[Found, Match]]
    ) -> Match | None:
        """The share of those that did not act, in a clause that names only "the others"."""
        span = sentence.clause_of(found.start)
        earlier = [match.fact for _, match in before if match.fact.endswith("outcome_given_action")]
        is_bare = not any(one in self.actions for one in sentence.within(span))
        clause = sentence.text[slice(*span)]
        if not earlier or not is_bare or not (OPPOSITE.search(clause) or HAD_NOT.search(clause)):
            return None
        if found.unit == "share":
            return Match(earlier[-1].replace("given_action", "given_no_action"), SURE)
        is_base = PART_OF_ALL.search(sentence.text[: found.start])
        count = earlier[-1].replace("outcome_given_action", "outcome_only")
        return None if is_base else Match(count, SURE)

    def _twin(
        self, found: Found, sentence: Sentence, before: list[tuple[Found, Match]]
    ) -> Match | None:
        """The fact of a figure beside another of the same: `48 (83%)`, `84% (75% in 2020)`."""
        if not before or not before[-1][1].fact or before[-1][0].unit not in ("count", "share"):
            return None
        (other, match), text = before[-1], sentence.text
        between = text[other.end : found.start]
        is_apposed = found.form == "fraction" and APPOSED.search(text[: found.start])
        is_same = OF_SAME.fullmatch(between) or (match.share and re.fullmatch(r"\s*,\s*", between))
        if not (is_same or (is_apposed and not re.search(r"\d", between))):
            return None
        if match.fact.startswith("replies") and sentence.within((other.end, found.start)):
            return None
        if match.fact == "replies" and re.search(r"\bof (?:the|all)\s+$", text[: other.start]):
            return NO_MATCH
        if self._is_previous(found, sentence) and not match.fact.startswith("last."):
            last = f"last.{match.fact}"
            return Match(last, match.sure) if self.known(last) else NO_MATCH
        units = (other.unit, found.unit)
        if units == ("count", "share"):
            follows = OUT_OF.match(text, found.end + 1)
            base = number_of(follows[1] or follows[2]) if follows else None
            is_of_all = base is not None and base == self.context.value("replies")
            fact = match.share or self._share_of(match.fact)
            return Match(fact, match.sure, "replies" if is_of_all else "") if fact else None
        if units == ("share", "share"):
            return Match(match.fact, match.sure)
        fact = self._count_of(match.fact) if units == ("share", "count") else ""
        return Match(fact, match.sure, share=match.fact) if fact else None

    def _beside(
        self, found: Found, sentence: Sentence, before: list[tuple[Found, Match]]
    ) -> Match | None:
        """The fact that the words right beside a figure name; None where they name none alone."""
        near, text = sentence.nearby, sentence.text
        names, place = near.names(found), near.place(found)
        no, share = near.is_negated(found), found.unit == "share"
        is_end = TO_NEXT.match(text, found.end) or FROM_LAST.search(text[: found.start])
        is_of_events = re.match(
            rf"\s+(?:of the \d+ )?{self.events.pattern}", text[found.end :], re.I
        )
        is_other = OTHER_BASE.search(text) or (is_end and not CHANGED.search(text)) or is_of_events
        if is_other or self._is_previous(found, sentence):
            return None
        is_base = GROUP.search(text[: found.start]) and RESTRICTED.match(text, found.end)
        if is_base and not share:
            return self._of_group(found, sentence, place, before)
        (ahead, after), year = near.words(found), self.subjects.survey_round.year
        counts = [match.fact for one, match in before if one.unit in ("count", "share")]
        last = counts[-1] if counts else ""
        if last.startswith("last.") and re.search(rf"\b{year}\b[^.;]*\bit\b", ahead):
            return Match(last.removeprefix("last."), SURE)
        if GIVEN.search(text):
            return None
        if not share and self.events.search(text):
            scope = next((one for one in sentence.scopes if one.start == found.end + 1), None)
            is_alone = scope and not re.match(r"\s*(?:/|and\b|or\b|&)", text[scope.end :])
            if scope and is_alone and not names and self.known(f"workshops.{scope.name}"):
                return Match(f"workshops.{scope.name}", SURE)
            if re.match(r"\s+(?:organi[sz]ed|held)\b", after) and not names:
                return Match("workshops_organised", SURE)
        fact = ""
        earlier = [name for _, name in sentence.before]
        if not names and earlier and (DID.search(after) or sentence.is_note):
            names = earlier[-1:]
        if len(names) == 1 and not self._is_of_pairs(sentence):
            fact = self._of_option(names[0], place, no, share)
            if not fact:
                return NO_MATCH if place or no else None
        elif not names and (quantity := "" if share else near.quantity(found)):
            if no:
                return NO_MATCH
            fact = ".".join(filter(None, [quantity, place]))
        elif not names and place and found.base is not None and ABOUT_REPLIES.search(text):
            fact = f"replies.{place}"
        elif not names and share and place and re.search(r"\brates?\b", text):
            fact = f"reply_rate.{place}"
        elif not names and before and not sentence.within(near.own(found)):
            if last == f"replies.{place}" and re.match(r"\s*(?:members|admin|countr)", after):
                return Match(f"invited.{place}", SURE, share=f"reply_rate.{place}")
            if DID.search(after) and last.startswith("invited"):
                fact = last.replace("invited", "replies", 1)
            else:
                fact = self._said_again(last, place, no, share)
        is_known = fact and self.known(fact.split(" / ")[0])
        sure = LIKELY if sentence.is_note else SURE
        return Match(fact, sure) if is_known else None

    def _of_group(
        self, found: Found, sentence: Sentence, place: str, before: list[tuple[Found, Match]]
    ) -> Match | None:
        """How many others are said to be of, as "of the 25 that acted"."""
        text = sentence.text
        pairs = [match.fact for _, match in before if match.fact.endswith("outcome_given_action")]
        if pairs and HAD_NOT.search(text[found.end :][:30]):
            pair = pairs[-1].removesuffix("outcome_given_action")
            return Match(f"{pair}outcome_only + {pair}neither", SURE)
        named = next((one for one in sentence.mentions if one.start >= found.end), None)
        if named is None or NEGATION.search(text[found.end : named.start]):
            return NO_MATCH
        fact = self._of_option(named.name, place, False, False)
        return Match(fact, SURE) if fact else NO_MATCH

    def _is_of_pairs(self, sentence: Sentence) -> bool:
        return len({one.kind for one in sentence.mentions}) > 1

    def _of_option(self, name: str, place: str, no: bool, share: bool) -> str:
        kind, end = self.options[name].split(".")[0], "no" if no else ""
        if no and kind == "action":
            return ""
        if share and place:
            return self._of_workshop(kind, name, no, place)
        end = f"{end}_share".strip("_") if share else end
        fact = ".".join(filter(None, [kind, name, end, place]))
        return fact if self.known(fact) else ""

    def _said_again(self, fact: str, place: str, no: bool, share: bool) -> str:
        """The fact of another place, or of those that said no: "and 46 did", "twenty did not"."""
        stem, _, last = fact.rpartition(".")
        is_placed = last in self.context.workshops or last in self.subjects.scopes
        stem = stem if is_placed else fact
        parts = stem.split(".")
        if no and parts[0] == "outcome" and not stem.endswith("no_share"):
            return self._of_option(parts[1], place, True, share)
        if share != (parts[0] == "reply_rate" or parts[-1] in ("share", "no_share")):
            return ""
        return f"{stem}.{place}" if is_placed and place and place != last and not no else ""

    def _share_of(self, count: str) -> str:
        names = [
            *[f"{count.removesuffix('both')}outcome_given_action"] * count.endswith(".both"),
            *[f"{count[: -len('outcome_only')]}outcome_given_no_action"]
            * count.endswith(".outcome_only"),
            *(f"{count}.share", count.replace(".no", ".no_share")),
            count.replace("replies", "reply_rate", 1),
        ]
        return next((name for name in names if name != count and self.known(name)), "")

    def _count_of(self, share: str) -> str:
        return _parts_of(share)[0]

    def _is_previous(self, found: Found, sentence: Sentence) -> bool:
        """Whether a figure is of the round before."""
        text, previous = sentence.text, self.subjects.survey_round.previous
        of_round = re.findall(
            r"\b(?:[Rr]ound|[Ss]urvey|[Yy]ear) (?:of )?(\d{4})\b(?!/)"
            r"|\b(\d{4}) (?:round|survey|edition)\b",
            text[: found.start],
        )
        if of_round and int("".join(of_round[-1])) == previous:
            return True
        ahead = re.match(r"\s*(?:,|\()?\s*(?:in|for) (?:the round of )?(\d{4})", text[found.end :])
        if ahead:
            return int(ahead[1]) == previous and not re.search(r"\bto\s+$", text[: found.start])
        near, after = text[max(0, found.start - 30) : found.start], text[found.end :][:40]
        return bool(BEFORE_LAST.search(near) or re.match(r"[^,;.%\d]*\b(?:last|before)\b", after))

    def _figure(self, found: Found, sentence: Sentence, before: list[tuple[Found, Match]]) -> Match:
        of_events = OUT_OF.match(sentence.text, found.end)
        if of_events and re.match(rf"\s+{self.events.pattern}", sentence.text[of_events.end() :]):
            return NO_MATCH
        if OTHER_BASE.search(sentence.text) or "example" in sentence.text.casefold():
            return NO_MATCH
        workshops = sentence.workshops_of(found, before) or [""]
        scored = [
            one for workshop in workshops for one in self._candidates(found, sentence, workshop)
        ]
        if not scored:
            return NO_MATCH
        highest = max(score for _, score in scored)
        best = list(dict.fromkeys(fact for fact, score in scored if score == highest))
        match = self._best(best, found, before)
        fact = self._at_end(match.fact, found, sentence)
        if highest == 1 and not self._fits(found, fact):
            return NO_MATCH  # no more than its section names it
        if match.sure == UNSURE:
            return match
        if self._is_previous(found, sentence):
            fact = f"last.{fact}"
        is_of_all = found.unit == "share" and found.base == self.context.value("replies")
        sure = SURE if highest >= 4 and len(best) == 1 else LIKELY
        is_known = self.known(fact.split(" / ")[0])
        return Match(fact, sure, "replies" if is_of_all else "") if is_known else NO_MATCH

    def _at_end(self, fact: str, found: Found, sentence: Sentence) -> str:
        """A fact, or of an interval the end that is meant; empty where the end is of no fact."""
        is_first = TO_NEXT.match(sentence.text, found.end) is not None
        is_last = FROM_LAST.search(sentence.text[: found.start]) is not None
        if not (is_first or is_last) or CHANGED.search(sentence.text):
            return fact
        end = f"{fact}.{'lowest' if is_first else 'highest'}"
        return end if READINGS.search(sentence.text) and self.known(end) else ""

    def _candidates(
        self, found: Found, sentence: Sentence, workshop: str
    ) -> Iterator[tuple[str, int]]:
        """Yield the facts that a figure may state, with how well its words name each."""
        names, shared = sentence.named_for(found)
        span = sentence.clause_of(found.start)
        actions = [one for one in names if one in self.actions]
        outcomes = [one for one in names if one in self.outcomes]
        others = [one for one in shared if one in self.outcomes]
        if not outcomes and not others and DID.search(sentence.text):
            others = [one for _, one in sentence.before if one in self.outcomes]
        for pair in self._pairs(actions, (outcomes or others)[:1]):
            end = self._given(sentence, span) if found.unit == "share" else "both"
            if self.known(f"{pair}.{end}"):
                yield f"{pair}.{end}", 6 if outcomes else 5
        negated = NEGATION.search(sentence.text[slice(*span)]) is not None
        negated_actions = [one for one in actions if negated]
        around = shared or sentence.section[-1:]
        weighed = [(name, 4) for name in names] or [(name, 1) for name in around]
        for name, weight in weighed if not (actions and outcomes) else []:
            if name in negated_actions:
                continue
            kind = "action" if name in self.actions else "outcome"
            no = negated and kind == "outcome"
            ends = ("no_share" if no else "share") if found.unit == "share" else "no" if no else ""
            fact = ".".join(part for part in (kind, name, ends, workshop) if part)
            if found.unit == "share" and workshop:
                fact = self._of_workshop(kind, name, no, workshop)
            if self.known(fact.split(" / ")[0]):
                yield fact, weight
        yield from self._of_survey(found, sentence, span, workshop, bool(names))

    def _of_workshop(self, kind: str, name: str, no: bool, workshop: str) -> str:
        """The share of a workshop's replies, as a ratio of counts."""
        yes, others = f"{kind}.{name}.{workshop}", f"{kind}.{name}.no.{workshop}"
        whole = f"replies.{workshop}" if kind == "action" else f"{yes} + {others}"
        return f"{others if no else yes} / {whole}"

    def _pairs(self, actions: list[str], outcomes: list[str]) -> Iterator[str]:
        for outcome in outcomes:
            declared = self.subjects.survey_round.pairs_of(outcome)
            is_whole = len(actions) > 1 and set(declared) == set(actions)
            for action in ["|".join(declared)] if is_whole else actions:
                yield f"pair.{action}.{outcome}"

    def _given(self, sentence: Sentence, span: Span) -> str:
        """Of whom a share of a pair is: of those that acted, unless the clause says otherwise."""
        clause = sentence.text[slice(*span)]
        group = GIVEN.search(clause)
        if re.search(r"\battribut\w+", clause):
            return "action_given_outcome"
        if not group:
            return "outcome_given_no_action" if OPPOSITE.search(clause) else "outcome_given_action"
        place = span[0] + group.start()
        first = next((m for m in sentence.mentions if place <= m.start < span[1]), None)
        is_near = first is not None and first.start - span[0] - group.end() < 40
        without = "no_" if NEGATION.search(clause[group.start() : group.end() + 20]) else ""
        if first is not None and is_near and first.kind == "outcome":
            return f"action_given_{without}outcome"
        return f"outcome_given_{without}action"

    def _of_survey(
        self, found: Found, sentence: Sentence, span: Span, workshop: str, about_options: bool
    ) -> Iterator[tuple[str, int]]:
        """Yield the facts of replies, invitations and workshops that stand beside a figure."""
        text, after = sentence.text, sentence.text[found.end :][:60]
        before, scopes = text[: found.start][-60:], sentence.scopes
        inside = {one.name for one in scopes if span[0] <= one.start < span[1]}
        suffix = workshop or (inside.pop() if len(inside) == 1 else "")
        suffix = f".{suffix}" if suffix else ""
        if found.unit == "share":
            is_rate = RATE.search(text) or ANSWERED.match(re.sub(r"^\s*\([^()]*\)", "", after))
            if (is_rate or RATE.search(" ".join(sentence.headings[-1:]))) and not about_options:
                yield f"reply_rate{suffix}", 5
            return
        if RATE.search(text) and not about_options and found.base is not None:
            yield f"replies{suffix}", 5
        noun = NOUN.match(after)
        beside = noun[1].casefold() if noun else ""
        said_of = SAID_OF_REPLIES.search(before) is not None
        is_whole = said_of or PART_OF_ALL.search(before) is not None
        named_in = about_options and NAMED_IN.search(before) is not None
        if RESTRICTED.match(after) and not said_of and not re.search(r"\bout of\s*$", before):
            beside = ""
        if (said_of or REPLIES.match(beside)) and (is_whole or not about_options) and not named_in:
            yield f"replies{suffix}", 7
        if ANSWERED.match(after) and not about_options and not PART_OF_ALL.search(before):
            yield f"replies{suffix}", 6
        answered = NEGATION.search(after[:40]) is None
        if (re.match(r"\s*(?:\w+ )?(?:\w+ )?invit\w+", after) and answered) or re.match(
            r"[^.;,]{0,30}\btook part\b", after
        ):
            yield f"invited{suffix}", 7
        words = r"\s*(?:[^\W\d][\w/-]*\s+){0,3}"
        near = re.match(rf"{words}{self.events.pattern}", after, re.IGNORECASE)
        of_them = re.match(r"\s+(?:of (?:which|them|these)|were)\b", after)
        of_them = of_them if self.events.search(text[: found.start]) or not found.start else None
        of_them = None if ANSWERED.search(after) else of_them
        if near or of_them:
            held = near and (ORGANISED.search(before[-25:]) or ORGANISED.search(after[:30]))
            is_some = SURVEYED.search(after.split(",")[0]) or SURVEYED.search(before[-20:])
            later = [one.name for one in scopes if 0 <= one.start - found.end < 60]
            is_part = of_them or re.match(r"\s+of the\b", after)
            of_scope = f".{later[0]}" if is_part and later else ""
            if near and is_part and not later:
                return
            is_all = held and not is_some and self.known("workshops_organised")
            yield ("workshops_organised" if is_all else f"workshops{of_scope}"), 6
        if beside in ("administrations", "members", "countries") and not about_options:
            yield "administrations", 3
        if beside in ("aspects", "groups", "themes", "categories", "kinds"):
            yield from ((name, 4) for name in self.context.declared if name.startswith("examples."))

    def _fits(self, found: Found, fact: str) -> bool:
        """Whether a figure is the fact's, as rounded in print."""
        value = self.context.value(fact)
        if value is None:
            return False
        digits = digits_of(found.printed)
        if found.unit == "share" and digits:
            return percentage(value, decimals(digits)) == digits
        if found.unit == "share":
            return SHARES[found.value](value)
        if found.value in NOBODY:
            return value == 0
        return with_value(found.printed, value, found.unit) == found.printed


def _parts_of(share: str) -> tuple[str, tuple[str, ...]]:
    """The count of a share and its base; of the round before they have names of their own."""
    is_last = share.startswith("last.")
    return (f"{share}.count", (f"{share}.base",)) if is_last else count_and_base(share)
