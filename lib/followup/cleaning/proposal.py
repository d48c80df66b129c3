"""What an export seems to ask and to hold, for a person to confirm: its workshops, who replied, its
questions and the answers offered, each with how many replies give it."""

import difflib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from followup.cleaning.administrations import read_administrations, spellings
from followup.cleaning.answers import BLANK, TICKED, TICKS, UNTICKED
from followup.cleaning.exports import Grid, grids
from followup.cleaning.questions import WORDS
from followup.cleaning.reader import TIME
from followup.cleaning.titles import without_dates
from followup.files import normalise

EVENT = re.compile(
    r"workshop|event|course|training|seminar|programme|webinar|meeting|class|conference",
    re.IGNORECASE,
)
PERSONAL = re.compile(
    r"^(id|no|name|respondent\w*( id)?|e-?mail.*|.*e-?mail|ip address|language|start|end|"
    r"(start|completion|last modified|submission|submitted)\W*(time|date)?|time ?stamp|"
    r"date submitted|_\w+|(your |full |first |last )?name)$",
    re.IGNORECASE,
)
OF_AN_ANSWER = re.compile(r"\[(?=.+\]$)|/|:\s")
RESPONSE = {"response", "open ended response"}
MOST, LEAST = 30, 2
RARE, MANY, SURE = 0.03, 0.1, 0.9  # shares of the replies
UNSURE = re.compile(
    r"(not (?!yet|at all)|unsure|don|i don|i do not|maybe|too|cannot|no (idea|opinion|answer))\b"
)
NO = re.compile(r"(no|not|never)\b")
YES = re.compile(r"(yes|partly|partially|to some extent)\b")
NOTHING = re.compile(r"(no|none|nothing|not|i have not|we have not|i did not|we did not)\b")


@dataclass
class ProposedQuestion:
    """A question as an export has it: its heading, and the answers offered, each with the heading
    of a column of its own where this says nothing; none where it is answered by yes or no.

    `counts` tells how many replies give each answer or word, the most common first.
    `words` holds what means yes, no and not sure, or none of the answers.
    `free` holds what was written in place of an answer.
    """

    heading: str
    answers: dict[str, str] = field(default_factory=dict)
    counts: Counter = field(default_factory=Counter)
    words: dict[str, list[str]] = field(default_factory=dict)
    free: Counter = field(default_factory=Counter)


@dataclass
class Proposal:
    """What was found in an export; empty where nothing was.

    `maybe` is a column that may name the workshops, where none is known to.
    `repeated` counts the replies of an administration about a workshop that it has replied about
    already, `unknown` the administrations that the list of them does not have.
    """

    file: str
    replies: int = 0
    workshop: str = ""
    maybe: str = ""
    administration: str = ""
    titles: list[str] = field(default_factory=list)
    questions: list[ProposedQuestion] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    repeated: int = 0
    unknown: Counter = field(default_factory=Counter)

    @property
    def event(self) -> str:
        """The word for what the replies are about; empty where it is the usual one."""
        word = EVENT.search(self.workshop)
        return word[0].lower() if word and word[0].lower() != "workshop" else ""

    @property
    def of_people(self) -> bool:
        """Whether people reply, and not administrations: many replies are a second one."""
        return self.repeated > MANY * self.replies


@dataclass(frozen=True)
class Column:
    """A column of an export: its heading, the question and answer in it where it has both, and its
    cells."""

    heading: str
    question: str
    answer: str
    cells: list[str]

    @property
    def values(self) -> Counter:
        """How often each text stands in it."""
        texts = (cell.strip() for cell in self.cells)
        return Counter(text for text in texts if text not in BLANK)

    @property
    def ticks(self) -> int | None:
        """How many replies tick the answer; None where the cells say something else."""
        words = Counter({"yes": 0})
        for text, count in self.values.items():
            words[normalise(text) or "yes"] += count
        off, own = {*WORDS["no"], *UNTICKED}, normalise(self.answer)
        on = {*WORDS["yes"], *TICKED, own} | {normalise(tick) for tick in TICKS}
        understood = set(words) <= off | on or is_other(self.answer)
        return sum(n for word, n in words.items() if word not in off) if understood else None


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
    columns = columns_of(max(grids(path, file), key=_size))
    codes, offered = spellings(read_administrations()), {normalise(text) for text in options}
    result = Proposal(Path(file).name, max((len(one.cells) for one in columns), default=0))
    several: dict[str, ProposedQuestion] = {}  # spread over columns, by question or first heading
    first, by_heading = "", {one.heading: one for one in columns}
    for column in columns:
        values, heading = column.values, column.heading
        alone = len(values) == 1 and len(next(iter(values))) > LEAST
        if column.answer and column.ticks is not None:
            spread = several.setdefault(column.question, ProposedQuestion(column.question))
            spread.answers[column.answer] = ""
            spread.counts[column.answer] = column.ticks
        elif not heading or PERSONAL.match(heading):
            result.left.append(heading)
        elif not result.administration and _share(values, codes) > 0.5:
            result.administration = heading
            result.unknown = Counter(
                {text: n for text, n in values.items() if normalise(text) not in codes}
            )
        elif words := _yes_or_no(values):
            result.questions.append(ProposedQuestion(heading, {}, values, words))
        elif not result.workshop and _names_workshops(heading, values):
            result.workshop = heading
            result.titles = list({without_dates(normalise(text)): text for text in values}.values())
        elif _personal(values):
            result.left.append(heading)
        elif alone:
            first = first or heading
            spread = several.setdefault(first, ProposedQuestion(first))
            spread.answers[next(iter(values))] = heading
            spread.counts += values
        elif question := _ticked(heading, values, offered):
            result.questions.append(question)
        else:
            result.left.append(heading)
        first = first if alone or not values else ""
    for heading, spread in several.items():
        others = [text for text in result.left if text.startswith(heading) and text != heading]
        if any(spread.answers.values()) and len(spread.answers) > 1 and len(others) == 1:
            spread.answers["Other"] = others[0]  # the only one beside them whose words are free
            spread.counts["Other"] = by_heading[others[0]].values.total()
            result.left.remove(others[0])
        if len(spread.answers) > 1:
            result.questions.insert(0, spread)
        else:
            result.left.append(heading)
    if not result.workshop:
        counts = {one: by_heading[one].values for one in result.left if not PERSONAL.match(one)}
        result.maybe = next((one for one in counts if _is_choice(counts[one])), "")
    if result.administration and result.workshop:
        names = [by_heading[one].cells for one in (result.workshop, result.administration)]
        pairs = Counter(tuple(map(normalise, pair)) for pair in zip(*names, strict=False))
        result.repeated = sum(count - 1 for pair, count in pairs.items() if all(pair))
    return result


def columns_of(grid: Grid) -> list[Column]:
    """Give an export's columns, below the row or the two rows that head them."""
    filled = [sum(bool(cell.strip()) for cell in row) for row in grid.rows[:MOST]]
    first = next(place for place, count in enumerate(filled) if 2 * count > max(filled))
    upper, *rows = grid.rows[first:]
    lower: list[str] = []
    if rows and any(normalise(cell) in RESPONSE for cell in rows[0]):
        lower, *rows = rows
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    columns, question = [], ""
    for place, cell in enumerate(upper):
        heading, answer = " ".join(cell.split()), ""
        question = heading or question if lower else heading
        if lower:
            below = lower[place].strip() if place < len(lower) else ""
            answer = "" if normalise(below) in RESPONSE else below
            heading = f"{question} {answer}".strip()
        else:
            question, answer = _parts_of(heading, upper)
        cells = [row[place] if place < len(row) else "" for row in rows]
        columns.append(Column(heading, question, answer, cells))
    return columns


def _parts_of(heading: str, headings: list[str]) -> tuple[str, str]:
    """The question and the answer in a heading, if others begin with the same question; else the
    heading, and no answer."""
    for mark in reversed(list(OF_AN_ANSWER.finditer(heading))):
        question, answer = heading[: mark.start()].strip(), heading[mark.end() :].strip()
        alike = sum(" ".join(other.split()).startswith(question) for other in headings)
        if question and answer and alike > LEAST and not answer.endswith("?"):
            return question, answer.removesuffix("]") if mark[0] == "[" else answer
    return heading, ""


def _size(grid: Grid) -> int:
    return max(map(len, grid.rows), default=0) * len(grid.rows)


def _personal(values: Counter) -> bool:
    """Whether a column tells times, addresses or numbers, or nothing."""
    return all(
        TIME.match(text) or "@" in text or not re.search(r"[^\W\d_]", text) for text in values
    )


def _share(values: Counter, options: Iterable[str]) -> float:
    return sum(normalise(text) in options for text in values) / max(len(values), 1)


def is_other(words: str) -> bool:
    """Whether an answer is that for others."""
    return normalise(words).split()[:1] in (["other"], ["others"])


def _yes_or_no(values: Counter) -> dict[str, list[str]]:
    """What means yes, no and not sure in a column that is answered so, the most common first;
    empty where it is not. A slip here and there is none of these."""
    words: dict[str, list[str]] = {"yes": [], "no": [], "unsure": []}
    total = values.total()
    for text, count in values.most_common():
        word = normalise(text)
        if word in WORDS["unsure"] or UNSURE.match(word):
            words["unsure"].append(text)
        elif NO.match(word):
            words["no"].append(text)
        elif YES.match(word):
            words["yes"].append(text)
        elif count > max(1, RARE * total):
            words["unsure"].append(text)
    firsts = {normalise(text).partition(" ")[0] for text in words["yes"] + words["no"]}
    clear = sum(values[text] for kind in ("yes", "no") for text in words[kind])
    understood = sum(values[text] for texts in words.values() for text in texts)
    asked = firsts & {"yes", "no"} and understood > SURE * total and clear > total / 3
    return words if asked else {}


def _names_workshops(heading: str, values: Counter) -> bool:
    named = EVENT.search(heading) or sum(bool(EVENT.search(text)) for text in values) * 2 > len(
        values
    )
    repeated = len(values) < max(0.7 * values.total(), LEAST)
    return bool(named and repeated and not any(re.search("[;|\n]", text) for text in values))


def _is_choice(values: Counter) -> bool:
    """Whether one of a few texts was chosen in each cell."""
    return (
        1 < len(values) <= MOST and values.total() > LEAST * len(values) and not _personal(values)
    )


def _ticked(heading: str, values: Counter, options: set[str]) -> ProposedQuestion | None:
    """The question whose answers are ticked in cells that hold several; None where they hold none.

    An answer is what some of the replies tick, or what is expected; the rest is free text. What
    stands alone, and begins as a denial does, is none of the answers.
    """
    cells = list(values.elements())
    separators = (";", "\n", "|", ", ")
    separator = next((mark for mark in separators if sum(mark in cell for cell in cells) > 1), None)
    if separator is None:
        return None
    rows = [[part.strip() for part in cell.split(separator) if part.strip()] for cell in cells]
    rows = [_joined(row, rows, separator) for row in rows]
    parts = Counter(part for row in rows for part in row)
    together = {part for row in rows if len(row) > 1 for part in row}
    alone = {part for part in parts if NOTHING.match(normalise(part))} - together
    nothing = {*WORDS["none"], *WORDS["unsure"]}
    none = [part for part in parts if part in alone or normalise(part) in nothing]
    few = max(LEAST, RARE * len(cells))
    often = Counter(
        {
            part: count
            for part, count in parts.items()
            if (count >= few or normalise(part) in options) and part not in none
        }
    )
    free = Counter({part: n for part, n in parts.items() if part not in often and part not in none})
    ticked = any(len(row) == 1 and row[0] in together for row in rows)  # a title is never in parts
    if not 1 < len(often) <= MOST or often.total() <= LEAST * len(free) or not ticked:
        return None
    answers = {part: "" for part, _ in often.most_common()}
    denials = sorted(alone, key=lambda part: -parts[part])
    usual = [part for part in none if part not in alone] if denials else []
    return ProposedQuestion(heading, answers, parts, {"none": denials + usual}, free)


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
        is_answer = normalise(part) in {*WORDS["none"], *WORDS["unsure"]}
        if always and part[:1].islower() and separator == ", " and not is_answer:
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
