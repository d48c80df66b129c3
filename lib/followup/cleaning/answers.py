"""What a cell of a questionnaire's export answers: yes or no, one answer ticked, or several in one
cell."""

import difflib
import re
from dataclasses import dataclass, field
from typing import Any

from followup.cleaning.questions import Answer, Question
from followup.files import normalise

BLANK = {"", "-", "--", "–", "—", ".", "…", "/"}
TICKS = {"✓", "✔", "☑", "✅", "☒"}
TICKED = {"x", "selected", "ticked", "checked"}
UNTICKED = {"not selected", "unselected", "not ticked", "unticked", "not checked", "unchecked"}
ALL_OF_THEM = {"none of these", "none of the above", "no action"}
SEPARATORS = re.compile(r"[;,|\n]")
NEAR = 0.85
CLOSELY = 8


class NotUnderstoodError(ValueError):
    """A cell that no rule reads: what was expected, and the answer that was probably meant."""

    def __init__(self, expected: str, suggestion: str = "") -> None:
        super().__init__(expected)
        self.expected, self.suggestion = expected, suggestion


@dataclass
class Read:
    """What a cell comes to: `value`, for answers by action or outcome (None: not known), and what
    was changed in reading it.

    `changes` holds before, after and reason of each change.
    """

    value: Any
    changes: list[tuple[str, str, str]] = field(default_factory=list)


def yes_or_no(text: str, question: Question) -> Read:
    """Read a cell that answers yes or no; blank and not sure are no answer."""
    name, word = question.answers[0].id, normalise(text)
    if text.strip() in BLANK:
        return Read({name: None})
    if word in question.unsure:
        return Read({name: None}, [(text, "", "not sure counts as no answer")])
    if word in question.yes | question.no:
        return Read({name: word in question.yes})
    words = [*question.yes, *question.no, *question.unsure]
    near = difflib.get_close_matches(word, words, n=1, cutoff=NEAR)
    raise NotUnderstoodError(
        "yes, no, not sure or nothing (yes, no and unsure in round.toml can name other words)",
        "".join(near),
    )


def one_ticked(text: str, question: Question, answer: Answer) -> Read:
    """Read a cell of the column that one answer has: ticked in any way, or not; free text ticks the
    answer for others."""
    word = normalise(text)
    if text.strip() in BLANK or word in question.no | question.unsure | UNTICKED:
        return Read({answer.id: False})
    if word in question.none and answer.id == question.other:
        return Read({answer.id: False}, [(text, "", f"says that there is no {answer.words!r}")])
    if text.strip() in TICKS or word in question.yes | TICKED | answer.spellings:
        return Read({answer.id: True})
    if answer.id == question.other:
        change = (text, answer.words, f"free text, counted as {answer.words!r}")
        return Read({answer.id: True}, [change])
    expected = f"1 or 0, yes or no, {answer.words!r} or nothing"
    raise NotUnderstoodError(expected, _near(text, question))


def several_in_one(text: str, question: Question) -> Read:
    """Read a cell that holds every answer ticked; an answer's own separators are no matter.

    What is no answer offered is free text, and counts as the answer for others; where there is
    none, or the text is close to an answer, it is not understood. "None" or "n/a" beside others is
    what somebody wrote for others, and is none.
    """
    chosen, runs = split(text, question)
    other = next((answer for answer in question.answers if answer.id == question.other), None)
    nothing = question.none | question.unsure | question.no
    none = [run for run in runs if normalise(" ".join(run)) in nothing]
    changes = []
    for run in (run for run in runs if run not in none):
        if normalise(" ".join(run)) in question.yes | TICKED or set(run) <= TICKS:
            raise NotUnderstoodError(
                "answers in words: a column of ticks is one answer's, and takes its heading in "
                "round.toml (heading of an entry of [[actions]])"
            )
        near = next(filter(None, (_near(" ".join(part), question) for part in _parts(run))), "")
        if near or other is None:
            offered = "; ".join(answer.words for answer in question.answers)
            expected = f"for {', '.join(run)!r} one of the answers offered: {offered}"
            raise NotUnderstoodError(expected, near)
        chosen.add(other.id)
        changes.append((", ".join(run), other.words, f"free text, counted as {other.words!r}"))
    if none and chosen:
        if other is None or any(normalise(" ".join(run)) in ALL_OF_THEM for run in none):
            raise NotUnderstoodError(f"either {none[0][0]!r} or other answers, not both")
        changes += [(", ".join(run), "", f"says that there is no {other.words!r}") for run in none]
    return Read({answer.id: answer.id in chosen for answer in question.answers}, changes)


def _parts(run: list[str]) -> list[list[str]]:
    """Every row of neighbours among the first parts of a run: any may be an answer misspelt."""
    first = run[:CLOSELY]
    ends = range(1, len(first) + 1)
    return [first[start:end] for start in range(len(first)) for end in ends if end > start]


def split(text: str, question: Question) -> tuple[set[str], list[list[str]]]:
    """Split a cell into the ids of the answers it holds, longest first, and the runs of parts that
    are none.

    >>> offered = (Answer("a", "Shared slides, notes"), Answer("b", "Wrote a report"))
    >>> asked = Question("What?", offered, True, "all", "", "", *[frozenset()] * 4, "questions[1]")
    >>> split("Shared slides, notes, danced, sang", asked)
    ({'a'}, [['danced', 'sang']])
    """
    ids = {spelling: answer.id for answer in question.answers for spelling in answer.spellings}
    longest = max((spelling.count(" ") + 1 for spelling in ids), default=0)
    cells = text.split(question.separator) if question.separator else SEPARATORS.split(text)
    parts = [part.strip() for part in cells if part.strip() not in BLANK]
    words = [normalise(part) for part in parts]
    chosen: set[str] = set()
    runs: list[list[str]] = []
    start, in_run = 0, False
    while start < len(parts):
        ends = range(min(len(parts), start + longest), start, -1)
        end = next((end for end in ends if " ".join(words[start:end]) in ids), None)
        if end:
            chosen.add(ids[" ".join(words[start:end])])
        elif in_run:
            runs[-1].append(parts[start])
        else:
            runs.append([parts[start]])
        start, in_run = end or start + 1, end is None
    return chosen, runs


def _near(text: str, question: Question) -> str:
    words = {
        spelling: answer.words
        for answer in question.answers
        if answer.id != question.other
        for spelling in answer.spellings
    }
    near = difflib.get_close_matches(normalise(text)[:500], words, n=1, cutoff=NEAR)
    return words[near[0]] if near else ""
