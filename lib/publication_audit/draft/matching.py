"""Which fact a figure of a text states: by what its sentence names, not by its value.

A fact is a candidate if it is of the figure's unit and of the actions, outcomes, scope and workshop
that the figure's clause, sentence or section names. The value only decides between candidates that
are named alike.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from publication_audit.claims import CHANGES, SHARES
from publication_audit.context import Context
from publication_audit.draft.figures import OUT_OF, Found
from publication_audit.draft.subjects import Mention, Subjects
from publication_audit.number_formats import decimals, percentage

SURE, LIKELY, UNSURE, CORRECTED = "sure", "likely", "unsure", "corrected"
# Where one clause of a sentence ends and another begins.
CLAUSE = re.compile(
    r";|,? \b(?:while|whereas|but|although|against)\b|,(?= another\b)", re.IGNORECASE
)
NEGATION = re.compile(
    r"\b(?:no|not|none|without|neither|nor|never|did ?n[o’']t|yet to|rest)\b(?! only\b)",
    re.IGNORECASE,
)
GIVEN = re.compile(
    r"\b(?:of|among|from|out of)\s+(?:all |the |those |these |\d+ )*"
    r"(?:replies|reply|respondents?|respective respondents|participants|members|administrations"
    r"|those|them|whom|ones)?\s*(?:who|that|which|with|whom|had|having)\b|\bof whom\b|\bof the \d+\b"
    r"|\bwithout\b|\bof the other\b",
    re.IGNORECASE,
)
CUES = {
    "reply_rate": r"(?:reply|response|return) rate|rate of (?:\w+ ){0,3}(?:reply|replies|response)"
    r"|invit\w+ (?:were |was )?answered|of \d+ invitations|\banswered\b(?=[^.]*invit)",
    "replies": r"\b(?:replies|reply|responses|respondents|answers)\b",
    "invited": r"\binvitations?\b|\binvited\b|\btook part\b|\bparticipated administrations\b",
    "workshops_organised": r"\b(?:organi[sz]ed|held|conducted|total of)\b",
    "workshops": r"\b(?:surveyed|subjected|subject to|covered|asked about|of which|of them)\b",
    "administrations": r"\b(?:members|administrations|countries)\b",
    "examples": r"\b(?:aspects|groups|themes|categories|kinds)\b",
}
CUES_OF = {name: re.compile(form, re.IGNORECASE) for name, form in CUES.items()}
OF_BEFORE = re.compile(
    r"last (?:year|round|survey)|(?:previous|preceding) (?:\w+ )?(?:year|round|survey)|year before"
    r"|round before|\b(?:down|up) from\b|compared (?:with|to)\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Match:
    """The fact of a figure, how sure that is, and the fact that its sentence names as its base."""

    fact: str
    sure: str
    base: str = ""
    others: tuple[str, ...] = ()


NO_MATCH = Match("", UNSURE)


@dataclass(frozen=True)
class Sentence:
    """A sentence with what it names, what the headings above name, and the sentence before."""

    text: str
    mentions: tuple[Mention, ...]
    scopes: tuple[Mention, ...]
    workshop: str
    section: tuple[str, ...] = ()
    before: tuple[tuple[str, str], ...] = ()

    @cached_property
    def clauses(self) -> list[tuple[int, int]]:
        ends = [gap.start() for gap in CLAUSE.finditer(self.text)]
        return list(zip([0, *ends], [*ends, len(self.text)], strict=True))

    def clause_of(self, place: int) -> tuple[int, int]:
        return next(one for one in self.clauses if one[0] <= place <= one[1])

    def within(self, span: tuple[int, int]) -> list[str]:
        return list(dict.fromkeys(m.name for m in self.mentions if span[0] <= m.start < span[1]))


@dataclass(frozen=True)
class Matching:
    """Finds the facts of a draft's figures."""

    context: Context
    subjects: Subjects

    @cached_property
    def actions(self) -> list[str]:
        return self.subjects.survey_round.action_ids

    @cached_property
    def outcomes(self) -> list[str]:
        return [one.id for one in self.subjects.survey_round.outcomes]

    def known(self, fact: str) -> bool:
        return fact in self.context.facts or fact in self.context.declared

    def sentence(
        self, text: str, section: Iterable[str], before: Sentence | None = None
    ) -> Sentence:
        mentions = tuple(self.subjects.options(text))
        headings = [one.name for title in section for one in self.subjects.options(title)]
        event = re.escape(self.context.event)
        number = re.search(rf"\b{event} (?:no\.? ?)?(\w+)\b", text, re.IGNORECASE)
        workshop = number[1] if number and number[1] in self.context.workshops else ""
        scopes = tuple(self.subjects.scopes_in(text))
        named = (
            ()
            if before is None
            else tuple(dict.fromkeys((one.kind, one.name) for one in before.mentions))
        )
        return Sentence(text, mentions, scopes, workshop, tuple(dict.fromkeys(headings)), named)

    def match(
        self, found: Found, sentence: Sentence, before: list[tuple[Found, Match]]
    ) -> list[Match]:
        """The facts of a figure; several where a word speaks of several.

        Parameters
        ----------
        before : the figures of the sentence that stand before it, with their facts.
        """
        if found.unit in ("year", "month", "months", "weeks", "ordinal"):
            return self._declared(found, sentence)
        if found.form in ("word", "fraction"):
            return self._words(found, sentence, before)
        if found.form == "change":
            return self._change(found, sentence, before)
        if found.unit not in ("count", "share"):
            return [NO_MATCH]
        twin = self._twin(found, sentence, before)
        return [twin] if twin else [self._figure(found, sentence)]

    # Dates, numbers of rounds, ranks

    def _declared(self, found: Found, sentence: Sentence) -> list[Match]:
        text, survey_round = sentence.text, self.subjects.survey_round
        around = text[max(0, found.start - 60) : found.end + 60]
        fact = ""
        if found.form in ("top", "marker"):
            return self._ranks(found, sentence)
        if found.form == "publication":
            fact = "publication.number"
        elif found.form == "fiscal":
            fact = "round.year"
        elif found.unit == "months" and re.search(r"\bafter|\blater", text[found.end :][:40]):
            fact = "round.months_after"
        elif found.unit == "weeks":
            fact = "round.weeks_open"
        elif found.unit == "month":
            bounds = {"round.from": f"{survey_round.year - 1}", "round.to": f"{survey_round.year}"}
            is_range = re.search(r"\d{4}\s*(?:–|-|to|until)\s*\w+ \d{4}", text) is not None
            if is_range:
                first = re.search(r"\d{4}\s*(?:–|-|to|until)", text[found.start :][:22])
                fact = list(bounds)[0] if first else list(bounds)[1]
            elif not sentence.mentions and len(text) < 60:
                fact = "publication.published"
        elif found.unit == "ordinal" and re.match(
            r"\s+(?:round|survey|edition|time)\b", text[found.end :]
        ):
            is_this = re.search(r"publication of the first", text, re.IGNORECASE) is None
            fact = "round.number" if is_this else ""
        elif found.unit == "year":
            fact = self._year(found, around, text)
        return [Match(fact, SURE) if self.known(fact) else NO_MATCH]

    def _year(self, found: Found, around: str, text: str) -> str:
        survey_round = self.subjects.survey_round
        first = self.context.declared.get("round.first_year")
        if re.search(r"\b(?:began|begun|initiated|started|since|first)\b", around, re.IGNORECASE):
            return "round.first_year" if first is not None else ""
        is_after = re.search(r"\bto\s+\d+(?:\.\d+)?\s*%\s+in\s+$", text[: found.start])
        is_before = re.search(r"\d\s*%\s*\)?\s+in\s+$", text[: found.start])
        if is_after:
            return "round.year"
        if is_before or int(found.value) == survey_round.previous:
            return "round.last_year"
        return "round.year" if re.search(r"survey|round|report", around, re.IGNORECASE) else ""

    def _ranks(self, found: Found, sentence: Sentence) -> list[Match]:
        """A rank of each action or outcome that follows, up to the next rank."""
        after = [m for m in sentence.mentions if m.start >= found.end]
        if found.form == "marker":
            ends = [
                m.start() for m in re.finditer(r"\(\d\)", sentence.text) if m.start() > found.start
            ]
            after = [m for m in after if m.start < min(ends, default=len(sentence.text))]
        elif found.value == "1":
            after = after[:1]
        names = dict.fromkeys((m.kind, m.name) for m in after)
        if not after and found.value != "1":
            names = dict.fromkeys(sentence.before[: int(found.value or 0)])
        return [Match(f"{kind}.{name}", SURE) for kind, name in names] or [NO_MATCH]

    # Words that are figures

    def _words(
        self, found: Found, sentence: Sentence, before: list[tuple[Found, Match]]
    ) -> list[Match]:
        text, value = sentence.text, found.value
        held = re.search(r"\b(?:conducted|held|organi[sz]ed|took place)\b[^.]*", text[found.end :])
        manner = self.context.declared.get("round.conducted")
        events = rf"\b(?:{re.escape(self.context.event)}s?|WSs?)\b"
        if value in ("all", "every", "each") and held and manner and re.search(events, text):
            return [Match("round.conducted", SURE)]
        if value not in SHARES or value in ("each", "every", "all"):
            return [NO_MATCH] if found.form == "word" else [self._figure(found, sentence)]
        span = (found.end, len(text))
        names = [(m.kind, m.name) for m in sentence.mentions if span[0] <= m.start < span[1]]
        negated = NEGATION.search(text[found.end :]) is not None
        facts = [
            f"{kind}.{name}.{'no_share' if negated else 'share'}"
            for kind, name in dict.fromkeys(names)
        ]
        return [Match(fact, SURE) for fact in facts if self.known(fact)] or [NO_MATCH]

    def _change(
        self, found: Found, sentence: Sentence, before: list[tuple[Found, Match]]
    ) -> list[Match]:
        """The figure that is said to have changed, where the round before's is known."""
        text = sentence.text
        if found.value not in CHANGES:
            return [NO_MATCH]
        start, end = sentence.clause_of(found.start)
        if CUES_OF["reply_rate"].search(text) and not sentence.mentions:
            return [Match("reply_rate", SURE)]
        event = rf"\b(?:{re.escape(self.context.event)}s?|WSs?)\b"
        if re.search(event, text[start:end]) and re.search(r"\bnumber of\b", text[start:end]):
            return [Match("workshops_organised", SURE)]
        names = sentence.within((start, end))
        shared = sentence.within(sentence.clauses[0])
        outcomes = [one for one in [*names, *shared] if one in self.outcomes][:1]
        actions = [one for one in names if one in self.actions]
        if not actions and re.search(r"\bindividual|\beach\b|\bboth\b|respective", text):
            actions = [one for one in sentence.within((0, len(text))) if one in self.actions]
        following = re.match(r"[^%]{0,20}\bto\s+\d", text[found.end :])
        if following or not actions:
            actions = actions[:1] if following else actions
        facts = [
            f"pair.{action}.{outcome}.outcome_given_action"
            for action in actions
            for outcome in outcomes
        ]
        facts = [fact for fact in facts if self.known(f"last.{fact}")]
        return [Match(" & ".join(facts), SURE)] if facts else [NO_MATCH]

    # Counts and shares

    def _twin(
        self, found: Found, sentence: Sentence, before: list[tuple[Found, Match]]
    ) -> Match | None:
        """The fact of a figure beside another of the same: `48 (83%)`, `84% (75% in 2020)`."""
        for other, match in reversed(before):
            between = sentence.text[other.end : found.start]
            if not match.fact or not re.fullmatch(r"\s*(?:[\w-]+\s+){0,2}\(", between):
                continue
            if self._is_previous(found, sentence):
                last = f"last.{match.fact}"
                return Match(last, match.sure) if self.known(last) else NO_MATCH
            if (other.unit, found.unit) == ("count", "share"):
                fact, base = self._share_of(match.fact), match.base
                follows = OUT_OF.match(sentence.text, found.end + 1)
                if follows and float(follows[1]) == self.context.value("replies"):
                    base = "replies"
                return Match(fact, match.sure, base) if fact else None
            if (other.unit, found.unit) == ("share", "count"):
                fact = self._count_of(match.fact)
                return Match(fact, match.sure) if fact else None
            return None
        return None

    def _share_of(self, count: str) -> str:
        if count.endswith(".both"):
            return f"{count.removesuffix('both')}outcome_given_action"
        for fact in (
            f"{count}.share",
            count.replace(".no", ".no_share"),
            count.replace("replies", "reply_rate", 1),
        ):
            if fact != count and self.known(fact):
                return fact
        return ""

    def _count_of(self, share: str) -> str:
        for end, count in ((".share", ""), (".no_share", ".no")):
            if share.endswith(end):
                return share.removesuffix(end) + count
        if share.startswith("reply_rate"):
            return share.replace("reply_rate", "replies", 1)
        return f"{share.rpartition('.')[0]}.both" if share.startswith("pair.") else ""

    def _is_previous(self, found: Found, sentence: Sentence) -> bool:
        """Whether a figure is of the round before."""
        text, before = sentence.text, self.subjects.survey_round.previous
        ahead = re.match(r"\s*(?:,|\()?\s*in (\d{4})", text[found.end :])
        is_later = re.search(r"\bto\s+$", text[: found.start]) is not None
        if ahead:
            return int(ahead[1]) == before and not is_later
        near = text[max(0, found.start - 30) : found.start]
        return OF_BEFORE.search(near) is not None

    def _figure(self, found: Found, sentence: Sentence) -> Match:
        start, end = sentence.clause_of(found.start)
        names = self._named(found, sentence, start, end)
        previous = self._is_previous(found, sentence)
        scored = sorted(
            ((score, fact) for fact, score in self._candidates(found, sentence, names)),
            key=lambda one: (-one[0], one[1]),
        )
        if not scored:
            return NO_MATCH
        best = [fact for score, fact in scored if score == scored[0][0]]
        fitting = [fact for fact in best if self._fits(found, fact)]
        fact, sure = (fitting or best)[0], SURE if scored[0][0] >= 4 and len(best) == 1 else LIKELY
        if len(best) > 1 and not fitting:
            return Match(best[0], UNSURE, others=tuple(best[1:]))
        if previous:
            fact = f"last.{fact}"
            if not self.known(fact):
                return NO_MATCH
        return Match(fact, sure, self._base(found))

    def _base(self, found: Found) -> str:
        is_all = found.base is not None and self.context.value("replies") == found.base
        return "replies" if is_all and found.unit == "share" else ""

    def _named(self, found: Found, sentence: Sentence, start: int, end: int) -> list[str]:
        """The options of a figure's clause; of a figure alone in brackets, the one before it."""
        text = sentence.text
        alone = text[: found.start].endswith("(") and text[found.end :].startswith(")")
        if alone:
            earlier = [m for m in sentence.mentions if start <= m.start < found.start]
            return [earlier[-1].name] if earlier else []
        names = sentence.within((start, end))
        opened = text[: found.start].rfind("(")
        if opened > text[: found.start].rfind(")"):
            closing = text.find(")", found.end)
            inner = (max(start, opened), min(end, closing if closing > 0 else end))
            names = sentence.within(inner) or names
        return names

    def _candidates(
        self, found: Found, sentence: Sentence, names: list[str]
    ) -> Iterator[tuple[str, int]]:
        """Yield the facts that a figure may state, with how well its clause names each."""
        text = sentence.text
        start, end = sentence.clause_of(found.start)
        clause = text[start:end]
        spans = [span for span in sentence.clauses if span != (start, end)]
        shared = [
            name
            for span in spans
            for name in sentence.within(span)
            if not re.search(r"\d", text[span[0] : span[1]])
            or (span[0] == 0 and "(" in text[span[0] : found.start])
        ]
        actions = [one for one in names if one in self.actions]
        outcomes = [one for one in names if one in self.outcomes]
        scopes = {one.name for one in sentence.scopes if start <= one.start < end}
        scope = scopes.pop() if len(scopes) == 1 else ""
        negated = NEGATION.search(clause) is not None
        suffix = f".{sentence.workshop}" if sentence.workshop else ""
        is_share = found.unit == "share"
        if actions and (outcomes or any(one in self.outcomes for one in shared)):
            outcome = (outcomes or [one for one in shared if one in self.outcomes])[0]
            weight = 6 if outcomes else 5
            for pair in self._pairs(actions, outcome):
                yield from self._of_pair(pair, is_share, sentence, (start, end), weight)
        if not (actions and outcomes):
            for name in names:
                kind = "action" if name in self.actions else "outcome"
                no = negated and kind == "outcome"
                if is_share:
                    fact = f"{kind}.{name}.{'no_share' if no else 'share'}{suffix}"
                else:
                    fact = f"{kind}.{name}{'.no' if no else ''}{suffix}"
                if self.known(fact):
                    yield fact, 4
        yield from self._of_survey(found, sentence, clause, scope, bool(names))
        if not names:
            for name in sentence.section[-1:]:
                kind = "action" if name in self.actions else "outcome"
                fact = f"{kind}.{name}{'.share' if is_share else ''}{suffix}"
                if self.known(fact):
                    yield fact, 1

    def _pairs(self, actions: list[str], outcome: str) -> list[str]:
        composite = "|".join(self.subjects.survey_round.pairs_of(outcome))
        if len(actions) > 1 and set(composite.split("|")) == set(actions):
            return [f"pair.{composite}.{outcome}"]
        return [f"pair.{action}.{outcome}" for action in actions]

    def _of_pair(
        self, pair: str, is_share: bool, sentence: Sentence, span: tuple[int, int], weight: int
    ) -> Iterator[tuple[str, int]]:
        if not is_share:
            if self.known(f"{pair}.both"):
                yield f"{pair}.both", weight
            return
        given = self._given(sentence, span)
        fact = f"{pair}.{given}"
        if self.known(fact):
            yield fact, weight

    def _given(self, sentence: Sentence, span: tuple[int, int]) -> str:
        """Of whom a share of a pair is: of those that acted, unless the clause says otherwise."""
        clause = sentence.text[span[0] : span[1]]
        group = GIVEN.search(clause)
        if re.search(r"\battribut\w+", clause):
            return "action_given_outcome"
        if group:
            place = span[0] + group.start()
            first = next((m for m in sentence.mentions if place <= m.start < span[1]), None)
            close = first is not None and first.start - span[0] - group.end() < 40
            without = NEGATION.search(clause[group.start() : group.end() + 20]) is not None
            if first is not None and close and first.name in self.outcomes:
                return "action_given_no_outcome" if without else "action_given_outcome"
            if without:
                return "outcome_given_no_action"
        return "outcome_given_action"

    def _of_survey(
        self, found: Found, sentence: Sentence, clause: str, scope: str, about_options: bool
    ) -> Iterator[tuple[str, int]]:
        """Yield the facts of replies, invitations and workshops that stand beside a figure."""
        text = sentence.text
        after, before = text[found.end :][:45], text[: found.start][-60:]
        suffix = f".{sentence.workshop}" if sentence.workshop else f".{scope}" if scope else ""
        if found.unit == "share":
            if CUES_OF["reply_rate"].search(text) and not about_options:
                yield f"reply_rate{suffix}", 5
            return
        noun = re.match(
            r"\s*(?:\(\d+%\)\s*)?(?:of |named |the |all |[\w/-]+ly )*([\w/-]+(?:\s[\w-]+)?)", after
        )
        beside = noun[1].casefold() if noun else ""
        said_of = re.search(
            r"\b(?:replies|responses|answers)\b[^.,;]{0,40}\b(?:is|are|was|were)\s*$", before
        )
        is_replies = CUES_OF["replies"].match(beside) or said_of
        is_base = re.search(r"(?:out of|among|of|in)\s+(?:the |all |its )?$", before) is not None
        if is_replies and (said_of or is_base or not about_options):
            yield f"replies{suffix}", 7
        if CUES_OF["invited"].match(beside) or re.search(r"\binvit\w+", beside):
            yield f"invited{suffix}", 7
        event = re.escape(self.context.event)
        near = re.match(rf"\s*(?:[\w/-]+\s+){{0,3}}{event}s?\b", after, re.IGNORECASE)
        of_them = re.match(r"\s+(?:of (?:which|them|these)|were)\b", after)
        if near or of_them:
            first = CUES_OF["workshops_organised"].search(before) and near
            yield (
                (
                    "workshops_organised"
                    if first
                    else f"workshops{f'.{scope}' if of_them and scope else ''}"
                ),
                6,
            )
        if (
            re.match(r"(?:named )?(?:administrations|members|countries)", beside)
            and not about_options
        ):
            yield "administrations", 4
        if CUES_OF["examples"].match(beside):
            themes = [name for name in self.context.declared if name.startswith("examples.")]
            yield from ((name, 4) for name in themes)

    def _fits(self, found: Found, fact: str) -> bool:
        """Whether a figure is the fact's, as rounded in print."""
        value = self.context.value(fact)
        if value is None:
            return False
        if found.unit == "share":
            if not re.search(r"\d", found.printed):
                return found.value in SHARES and SHARES[found.value](value)
            digits = re.search(r"\d+(?:\.\d+)?", found.printed)
            assert digits is not None
            return percentage(value, decimals(digits[0])) == digits[0]
        return float(found.value) == value
