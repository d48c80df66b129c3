"""One row of an export after another, read into replies; nothing is guessed, and nothing changed in
silence."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import pandas as pd

from followup.cleaning.administrations import FILE, read_administrations, spellings, suggestion
from followup.cleaning.answers import (
    BLANK,
    NotUnderstoodError,
    Read,
    one_ticked,
    several_in_one,
    yes_or_no,
)
from followup.cleaning.cleaning import Change, Remark
from followup.cleaning.decisions import decisions
from followup.cleaning.exports import body
from followup.cleaning.headings import Layout
from followup.cleaning.privacy import without_personal
from followup.cleaning.questions import Question, questions
from followup.cleaning.titles import Titles
from followup.declaration import Decision
from followup.files import normalise
from followup.problems import Problem
from followup.rounds import Round

WORKSHOP, ADMINISTRATION, RESPONDENT = "workshop", "administration", "respondent"
TIME = re.compile(r"\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}\D{1,3}\d{1,2}:\d\d")


@dataclass
class Reply:
    """A reply as it was read: its row, whom it names and in which words, its answers, and a
    decision about it."""

    row: int
    workshop: str | None
    administration: str | None
    words: str
    answers: dict[str, bool | None]
    decision: Decision | None = None


@dataclass
class Reading:
    """What reading an export came to: the replies, the changes made, and all problems and remarks.

    `contacts` holds, by row, the personal data that the round asks to keep: for the screen alone.
    `undecided` holds, by row, the entry of round.toml that would decide about it.
    """

    replies: list[Reply] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    contacts: dict[int, str] = field(default_factory=dict)
    undecided: dict[int, str] = field(default_factory=dict)

    def frame(self, survey_round: Round) -> pd.DataFrame:
        """The replies table: by workshop as published, then code, then answers, whatever the rows'
        order was."""
        columns = [WORKSHOP, ADMINISTRATION, *survey_round.options]
        rows = [
            {WORKSHOP: reply.workshop, ADMINISTRATION: reply.administration, **reply.answers}
            for reply in self.replies
        ]
        types = dict.fromkeys(columns, "boolean") | dict.fromkeys(columns[:2], "string")
        replies = pd.DataFrame(rows, columns=columns).astype(types)
        order = {name: place for place, name in enumerate(survey_round.read_workshops()["id"])}
        keys = replies.astype("string").fillna("~").assign(workshop=replies[WORKSHOP].map(order))
        return replies.loc[keys.sort_values(columns, kind="stable").index].reset_index(drop=True)


@dataclass(frozen=True)
class Row:
    """One row of an export: its number as a spreadsheet has it, and its cells, by what round.toml
    calls them; `raw` has what is taken out of these."""

    number: int
    cells: list[str]
    layout: Layout
    raw: list[str]

    def text(self, name: str) -> str:
        """The cell of a column wanted; empty where the export has none."""
        place = self.layout.columns.get(name, len(self.cells))
        return self.cells[place] if place < len(self.cells) else ""

    @property
    def texts(self) -> list[str]:
        return [self.text(name) for name in self.layout.columns if name != RESPONDENT]

    @property
    def time(self) -> str:
        """When the reply was sent: the last cell that is a day and a time; empty where none is."""
        return next(
            (cell for cell in reversed(self.raw) if len(cell) < 40 and TIME.match(cell)), ""
        )

    @property
    def quote(self) -> str:
        """A cell by which a decision knows the row again: its time, or what it names."""
        named = (self.text(name) for name in (ADMINISTRATION, WORKSHOP))
        return next((text for text in (self.time, *named, *self.texts) if normalise(text)), "")

    @property
    def label(self) -> str:
        """The reply in a few words: what its cells say of workshop and administration."""
        words = (" ".join(self.text(name).split()) for name in (ADMINISTRATION, WORKSHOP))
        return ", ".join(filter(None, words)) or "(not named)"


class Reader:
    """Reads the rows of one export; `reading` collects what comes of it."""

    def __init__(self, survey_round: Round, layout: Layout, file: str) -> None:
        self.survey_round, self.layout, self.file = survey_round, layout, file
        self.reading = Reading()
        self.rows: dict[int, Row] = {}
        self.respondents: dict[str, str] = {}
        self.corrected: set[str] = set()
        self.questions, self.decisions = questions(survey_round), decisions(survey_round)
        administrations = read_administrations()
        self.codes, self.names = spellings(administrations), administrations["name"].to_dict()
        self.workshops = survey_round.read_workshops()
        self.titles = Titles(self.workshops)
        self.headings = [heading.strip() for heading in layout.headings]
        declared = survey_round.questionnaire
        kept = declared.keep_personal if declared else ()
        corrections = declared.corrections if declared else {}
        self.corrections = {normalise(wrong): right for wrong, right in corrections.items()}
        self.kept = [self.headings.index(name) for name in kept if name in self.headings]

    def read(self) -> Reading:
        """Read every row with anything in it."""
        for number, cells in body(self.layout.grid, after=self.layout.row + self.layout.depth - 1):
            row = Row(number, [without_personal(cell) for cell in cells], self.layout, cells)
            self.check_length(row)
            self.correct(row)
            self.rows[number] = row
            kept = (cells[place].strip() for place in self.kept if place < len(cells))
            self.reading.contacts[number] = ", ".join(kept)
            self.read_row(row, self.decisions.get(number))
        if self.layout.grid.fault:
            number = len(self.layout.grid.rows) + 1
            expected = (
                f"quotes in pairs, and doubled within a quoted cell ({self.layout.grid.fault})"
            )
            self.reading.problems.append(Problem(self.file, str(number), expected=expected))
        for wrong in (wrong for wrong in self.corrections if wrong not in self.corrected):
            expected = f"what a cell of {self.file} says: none does"
            place = (self.survey_round.file("round.toml"), "", "questionnaire.corrections", wrong)
            self.reading.problems.append(Problem(*place, expected))
        return self.reading

    def correct(self, row: Row) -> None:
        """Put right the cells that the round says are misspelt."""
        for name, place in self.layout.columns.items():
            text = row.text(name)
            right = self.corrections.get(normalise(text)) if text else None
            if right is not None:
                self.corrected.add(normalise(text))
                self.log(row, self.column(name), text, right, "misspelt: corrected by round.toml")
                row.cells[place] = right

    def undecided(self, decision: str, *rows: int) -> str:
        """Keep the entry of round.toml that would decide about a row, beside the others' times."""
        times = [f"row {row}, sent {self.rows[row].time}" for row in rows if self.rows[row].time]
        lines = [
            "[[decisions]]",
            f"row = {rows[0]}" + (f"  # {'; '.join(times)}" if times else ""),
            f"was = {json.dumps(self.rows[rows[0]].quote, ensure_ascii=False)}",
            decision,
            'why = ""',
        ]
        self.reading.undecided[rows[0]] = "\n".join(lines)
        return "a [[decisions]] entry of round.toml"

    def check_length(self, row: Row) -> None:
        """Tell of cells beyond the heading's, and of a text's row that has fewer."""
        count, wanted = len(row.cells), len(self.headings)
        beyond = next((cell for cell in row.cells[wanted:] if cell.strip()), "")
        expected = f"{wanted} cells as in the heading"
        if beyond:
            self.problem(row, "", beyond, f"{expected}: a separator in an answer is not quoted")
        elif count < wanted and not self.layout.grid.sheet:
            self.problem(row, "", row.label, f"{expected}, not {count}: the row is cut off")

    def read_row(self, row: Row, decision: Decision | None) -> None:
        """Read one row: into a reply, or into the log with the reason why it is none."""
        if decision and normalise(decision.was) not in map(normalise, (*row.cells, *row.raw)):
            expected = (
                f"a cell {decision.was!r}, as the decision about it says: the export has changed"
            )
            self.problem(row, "", row.label, expected)
        elif decision and decision.drop:
            self.log(row, "", row.label, "", f"left out: {decision.why}")
        elif all(text.strip() in BLANK for text in row.texts):
            reason = "left out: a row without an answer to any question"
            self.log(row, "", "(no answers)", "", reason)
        else:
            self.reading.replies.append(
                Reply(
                    row.number,
                    self.workshop(row, decision),
                    self.administration(row, decision),
                    row.text(ADMINISTRATION),
                    {
                        name: answer
                        for question in self.questions
                        for name, answer in self.answers(row, question).items()
                    },
                    decision,
                )
            )

    def column(self, name: str) -> str:
        """The heading of a column wanted; its name where the export has none."""
        return self.headings[self.layout.columns[name]] if name in self.layout.columns else name

    def log(self, row: Row, column: str, before: str, after: str, reason: str) -> None:
        change = Change(self.file, str(row.number), column, before, after, reason)
        self.reading.changes.append(change)

    def problem(
        self,
        row: Row,
        column: str,
        value: str,
        expected: str,
        near: str = "",
        kind: type[Problem] = Problem,
    ) -> None:
        place = (self.file, str(row.number), column, value or "(empty)")
        self.reading.problems.append(kind(*place, expected, near))

    def workshop(self, row: Row, decision: Decision | None) -> str | None:
        """The id of a row's workshop: by decision, by title, or because there is only one."""
        text, heading = row.text(WORKSHOP), self.column(WORKSHOP)
        if decision and decision.workshop:
            self.log(row, heading, text, decision.workshop, decision.why)
            return decision.workshop
        if WORKSHOP not in self.layout.columns:
            return self.workshops["id"].iloc[0]
        if text.strip() in BLANK:
            entry = self.undecided('workshop = ""', row.number)
            expected = f"a {self.survey_round.event}: {entry} can name it, or drop the reply"
            self.problem(row, heading, text, expected)
            return None
        try:
            found = self.titles.find(text)
        except NotUnderstoodError as error:
            self.problem(row, heading, text, error.expected, error.suggestion)
            return None
        if found.reason:
            self.log(row, heading, text, self.titles.titles[found.id], found.reason)
        return found.id

    def administration(self, row: Row, decision: Decision | None) -> str | None:
        """The code of a row's administration, by decision or spelling; None where there is none."""
        text, heading = row.text(ADMINISTRATION), self.column(ADMINISTRATION)
        if decision and decision.administration:
            self.log(row, heading, text, decision.administration, decision.why)
            return decision.administration
        if RESPONDENT in self.layout.columns:
            return self.respondent(row)
        if ADMINISTRATION not in self.layout.columns:
            return None
        if text.strip() in BLANK:
            remark = "the reply counts, without an administration"
            self.problem(row, heading, text, remark, kind=Remark)
            return None
        code = self.codes.get(normalise(text))
        if code is None:
            near = self.names.get(suggestion(text, self.codes), "")
            expected = (
                f"a code or spelling of {FILE} (a new one goes into its other_names, a misspelling "
                "into corrections of round.toml)"
            )
            self.problem(row, heading, text, expected, near)
        elif text not in (code, self.names[code]):
            self.log(row, heading, text, code, "another spelling of the administration")
        return code

    def respondent(self, row: Row) -> str | None:
        """The number that stands for whoever replied; nothing else of them is kept."""
        place = self.layout.columns[RESPONDENT]
        name = row.raw[place].strip().casefold() if place < len(row.raw) else ""
        if name in BLANK:
            remark = "the reply counts, without a respondent"
            self.problem(row, self.column(RESPONDENT), "", remark, kind=Remark)
            return None
        return self.respondents.setdefault(name, f"{len(self.respondents) + 1:04}")

    def answers(self, row: Row, question: Question) -> dict[str, bool | None]:
        """The answers to one question by action or outcome; of a base `ticked`, missing where none
        is ticked."""
        if not question.several:
            return self.try_read(row, question.key, partial(yes_or_no, question=question))
        answers: dict[str, bool | None] = {}
        if question.key in self.layout.columns:
            answers = self.try_read(row, question.key, partial(several_in_one, question=question))
        else:
            for answer in question.answers:
                read = partial(one_ticked, question=question, answer=answer)
                answers |= self.try_read(row, answer.id, read)
        unticked = question.base == "ticked" and not any(answers.values())
        return dict.fromkeys(answers) if unticked else answers

    def try_read(self, row: Row, name: str, read: Callable[[str], Read]) -> dict[str, bool | None]:
        """Read one cell; what cannot be read is a problem, and no answer."""
        try:
            cell = read(row.text(name))
        except NotUnderstoodError as error:
            self.problem(row, self.column(name), row.text(name), error.expected, error.suggestion)
            return {}
        for change in cell.changes:
            self.log(row, self.column(name), *change)
        return cell.value
