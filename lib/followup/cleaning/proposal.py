"""What an export seems to ask and to hold, for a person to confirm: its workshops, who replied, its
questions and the answers offered."""

import difflib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from followup.cleaning.administrations import read_administrations, spellings
from followup.cleaning.answers import BLANK
from followup.cleaning.exports import Grid, grids
from followup.cleaning.questions import WORDS
from followup.cleaning.reader import TIME
from followup.cleaning.titles import without_dates
from followup.files import normalise

EVENT = re.compile(
    r"workshop|event|course|training|seminar|programme|webinar|meeting", re.IGNORECASE
)
PERSONAL = re.compile(
    r"^(id|no|name|respondent\w*( id)?|e-?mail.*|.*e-?mail|ip address|language|start|end|"
    r"(start|completion|last modified|submission|submitted)\W*(time|date)?|time ?stamp|"
    r"date submitted|_\w+|(your |full |first |last )?name)$",
    re.IGNORECASE,
)
OF_AN_ANSWER = re.compile(r"(?s)^(.+?)\s*(?:\[(.+)\]|/(.+)|:\s(.+))$")
RESPONSE = {"response", "open ended response"}
MOST, LEAST, SURE = 30, 2, 0.9


@dataclass
class FoundQuestion:
    """A question as an export has it: its heading, and the answers offered, each with the heading
    of a column of its own where this says nothing; none where it is answered by yes or no.

    `words` holds what means yes, no and not sure, where these are not the usual words.
    """

    heading: str
    answers: dict[str, str] = field(default_factory=dict)
    other: bool = False
    words: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Proposal:
    """What was found in an export; empty texts where nothing was."""

    file: str
    workshop: str = ""
    administration: str = ""
    titles: list[str] = field(default_factory=list)
    questions: list[FoundQuestion] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    @property
    def event(self) -> str:
        """The word for what the replies are about; empty where it is the usual one."""
        word = EVENT.search(self.workshop)
        return word[0].lower() if word and word[0].lower() != "workshop" else ""


def proposal(path: Path, file: str, options: Iterable[str] = ()) -> Proposal:
    """Look through an export.

    Parameters
    ----------
    path, file : the export, and its name in messages.
    options : answers that are expected, such as those of the round before.

    Raises
    ------
    InputError
        It cannot be read.
    """
    result = Proposal(Path(file).name)
    columns = columns_of(max(grids(path, file), key=_size))
    codes, offered = spellings(read_administrations()), [normalise(text) for text in options]
    spread: dict[str, dict[str, str]] = {}
    for heading, answer, cells in columns:
        values = Counter(cell.strip() for cell in cells if cell.strip() not in BLANK)
        if answer:
            spread.setdefault(heading, {})[answer.strip()] = ""
        elif not heading or PERSONAL.match(heading):
            result.left.append(heading)
        elif not result.administration and _share(values, codes) > 0.5:
            result.administration = heading
        elif words := _yes_or_no(values):
            result.questions.append(FoundQuestion(heading, words=words))
        elif not result.workshop and _names_workshops(heading, values):
            result.workshop = heading
            result.titles = list({without_dates(normalise(text)): text for text in values}.values())
        elif _personal(values):
            result.left.append(heading)
        elif len(values) == 1 and len(next(iter(values))) > LEAST:
            spread.setdefault("", {})[next(iter(values))] = heading
        elif parts := _ticked(list(values.elements()), offered):
            other = any(parts[part] < LEAST and normalise(part) not in offered for part in parts)
            answers = [part for part in parts if parts[part] >= LEAST or normalise(part) in offered]
            result.questions.append(FoundQuestion(heading, dict.fromkeys(answers, ""), other))
        else:
            result.left.append(heading)
    for heading, of_answers in spread.items():
        first = heading or next(iter(of_answers.values()))
        others = [text for text in result.left if text.startswith(first) and text != first]
        if not heading and len(of_answers) > 1 and len(others) == 1:
            of_answers["Other"] = others[0]  # the only one beside them whose words are free
            result.left.remove(others[0])
        if len(of_answers) > 1:
            result.questions.insert(0, FoundQuestion(first, of_answers))
        else:
            result.left.append(first)
    return result


def columns_of(grid: Grid) -> list[tuple[str, str, list[str]]]:
    """Give each column's question, the answer that it is of where it has one, and its cells."""
    filled = [sum(bool(cell.strip()) for cell in row) for row in grid.rows[:MOST]]
    first = next(place for place, count in enumerate(filled) if 2 * count > max(filled))
    upper, *rows = grid.rows[first:]
    lower: list[str] = []
    if rows and any(normalise(cell) in RESPONSE for cell in rows[0]):
        lower, *rows = rows
    columns, question = [], ""
    for place, cell in enumerate(upper):
        heading, answer = " ".join(cell.split()), ""
        if lower:
            question = heading or question
            below = lower[place].strip() if place < len(lower) else ""
            heading, answer = question, "" if normalise(below) in RESPONSE else below
        elif parts := OF_AN_ANSWER.match(heading):
            alike = sum(other.strip().startswith(parts[1]) for other in upper)
            heading, answer = (
                (parts[1], parts[parts.lastindex or 1]) if alike > LEAST else (heading, "")
            )
        columns.append((heading, answer, [row[place] for row in rows if place < len(row)]))
    return columns


def _size(grid: Grid) -> int:
    return max(map(len, grid.rows), default=0) * len(grid.rows)


def _personal(values: Counter) -> bool:
    """Whether a column tells times, addresses or numbers, or nothing."""
    return all(
        TIME.match(text) or "@" in text or not re.search(r"[^\W\d_]", text) for text in values
    )


def _share(values: Counter, options: Iterable[str]) -> float:
    return sum(normalise(text) in options for text in values) / max(len(values), 1)


def _yes_or_no(values: Counter) -> dict[str, list[str]]:
    """What means yes, no and not sure in a column that is answered so, but for a slip here and
    there; empty where it is not."""
    words: dict[str, list[str]] = {"yes": [], "no": [], "unsure": []}
    for text in values:
        first, *_ = normalise(text).split() or [""]
        if normalise(text) in WORDS["unsure"] or first in ("not", "unsure", "don", "maybe", "too"):
            words["unsure"].append(text)
        elif first in ("yes", "no"):
            words[first].append(text)
    understood = sum(values[text] for texts in words.values() for text in texts)
    is_yes_or_no = (words["yes"] or words["no"]) and understood > SURE * values.total()
    return words if is_yes_or_no else {}


def _names_workshops(heading: str, values: Counter) -> bool:
    named = EVENT.search(heading) or sum(bool(EVENT.search(text)) for text in values) * 2 > len(
        values
    )
    repeated = len(values) < max(0.7 * values.total(), LEAST)
    return bool(named and repeated and not any(re.search("[;|\n]", text) for text in values))


def _ticked(cells: list[str], options: list[str]) -> Counter:
    """How often each answer is ticked in cells that hold several; empty where they hold none."""
    separators = (";", "\n", "|", ", ")
    separator = next((mark for mark in separators if sum(mark in cell for cell in cells) > 1), None)
    if separator is None:
        return Counter()
    rows = [[part.strip() for part in cell.split(separator) if part.strip()] for cell in cells]
    rows = [_joined(row, rows, separator) for row in rows]
    parts = Counter(part for row in rows for part in row)
    often = {part: n for part, n in parts.items() if n >= LEAST or normalise(part) in options}
    few = len(often) <= MOST and sum(often.values()) > LEAST * (len(parts) - len(often))
    return parts if len(often) > 1 and few else Counter()


def _joined(row: list[str], rows: list[list[str]], separator: str) -> list[str]:
    """A row's parts with those put together that are one answer, which itself has a separator: what
    begins in small letters goes with what it always follows."""
    joined = row[:1]
    for before, part in pairwise(row):
        always = all(
            place and other[place - 1] == before
            for other in rows
            for place, one in enumerate(other)
            if one == part
        )
        if always and part[:1].islower() and separator == ", ":
            joined[-1] = f"{joined[-1]}{separator}{part}"
        else:
            joined.append(part)
    return joined


def nearest(text: str, offered: dict[str, str], cutoff: float = 0.6) -> str:
    """The id of what is offered whose words are all in a text, or are nearest to it; empty where
    none is near.

    Parameters
    ----------
    offered : ids by words.
    """
    ids, wording = {normalise(words): name for words, name in offered.items()}, normalise(text)
    within = [words for words in ids if " " in words and set(words.split()) <= set(wording.split())]
    near = within or difflib.get_close_matches(wording, ids, n=1, cutoff=cutoff)
    return ids[max(near, key=len)] if near else ""
