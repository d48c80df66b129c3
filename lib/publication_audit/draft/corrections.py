"""What a person told of an earlier draft: which fact a figure states, found again by its words."""

import difflib
import re
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from followup.problems import Problem, stop_if_any
from followup.rounds import Round
from publication_audit.context import Context

AROUND = 40  # letters on either side of a figure that tell it from others of its sentence
BESIDE, NEAR = 12, 0.75  # so many of them stand right beside it, and are so much alike
ALIKE = 0.8  # how alike the words must be, from 0 to 1
NONE = "-"  # filled in for what states no fact
NEEDED = ("text", "printed", "fact")


@dataclass(frozen=True)
class Correction:
    """The fact of a figure (empty: none), and the words around it with figures masked."""

    words: str
    fact: str


@dataclass(frozen=True)
class Corrections:
    """A person's corrections of a round's drafts."""

    rows: tuple[Correction, ...] = ()

    def fact_of(self, text: str, start: int, end: int, matched: str) -> str | None:
        """The fact that a person gave a figure: the matched one if it is among them.

        None where nobody gave any. A word that asserts several pairs has several.
        """
        if not self.rows:
            return None
        words = around(text, start, end)
        facts = [row.fact for row in self.rows if row.words == words]
        if not facts:
            matcher = difflib.SequenceMatcher(b=words, autojunk=False)
            best = ALIKE
            for row in self.rows:
                matcher.set_seq1(row.words)
                if not _is_beside(row.words, words) or matcher.quick_ratio() <= best:
                    continue
                if (ratio := matcher.ratio()) > best:
                    best, facts = ratio, [row.fact]
        return matched if matched in facts else facts[0] if facts else None


def _is_beside(words: str, others: str) -> bool:
    """Whether what stands right beside two figures is alike, so that one of a sentence is not taken
    for the next."""
    (before, after), (other_before, other_after) = words.split("|", 1), others.split("|", 1)
    pairs = [
        (before[-BESIDE:], other_before[-BESIDE:]),
        (after[:BESIDE], other_after[:BESIDE]),
    ]
    return all(
        difflib.SequenceMatcher(None, *pair, autojunk=False).ratio() > NEAR for pair in pairs
    )


def around(text: str, start: int, end: int) -> str:
    """The words before and after a figure, in which every figure is the same.

    >>> around("48 (83%) shared", 4, 7) == around("50 (86%) shared", 4, 7)
    True
    """
    before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    return "|".join(re.sub(r"\d[\d.,]*", "#", part).casefold() for part in (before, after))


def read_corrections(survey_round: Round, context: Context) -> Corrections:
    """Read the file that round.toml names; none where it names none.

    A row counts if its `fact` is one fact, or `-` for none, and not the one that was `proposed`:
    the others are those that nobody changed. Without a column `proposed` all of them count.

    Raises
    ------
    InputError
        The file has not the columns of items.csv, or a fact is unknown.
    """
    if survey_round.draft is None:
        return Corrections()
    name = survey_round.draft.corrections
    file, rows = survey_round.file(name), survey_round.read_raw(name)
    lacking = ", ".join(column for column in NEEDED if column not in rows)
    stop_if_any([Problem(file, "1", lacking, expected="the columns of items.csv")] * bool(lacking))
    decided = [
        (str(line), row)
        for line, row in rows.to_dict("index").items()
        if row["fact"].strip() not in ("", row.get("proposed")) and ";" not in row["fact"]
    ]
    stop_if_any(_problems(decided, file, context))
    return Corrections(tuple(_read(row for _, row in decided)))


def _problems(
    decided: list[tuple[str, dict[Hashable, Any]]], file: str, context: Context
) -> Iterator[Problem]:
    known = {*context.facts, *context.declared, *context.pairs}
    for line, row in decided:
        for fact in re.split(r" [&/+] ", row["fact"].strip()):
            stated = fact.removeprefix("label.")
            if fact != NONE and stated not in known:
                near = difflib.get_close_matches(fact, known, n=1)
                expected = "a fact of facts.csv, or - for none"
                yield Problem(file, line, "fact", fact, expected, "".join(near))


def _read(rows: Iterator[Mapping[Hashable, Any]]) -> Iterator[Correction]:
    """Yield the corrections; figures printed alike in one sentence stand in its order."""
    ends: dict[tuple[str, str], int] = {}
    for row in rows:
        text, printed, fact = (row[column] for column in NEEDED)
        start = text.find(printed, ends.get((text, printed), 0))
        if printed and start >= 0:
            ends[text, printed] = start + len(printed)
            words = around(text, start, start + len(printed))
            yield Correction(words, "" if fact.strip() == NONE else fact.strip())
