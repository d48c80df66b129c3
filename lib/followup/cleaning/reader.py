"""One row of a questionnaire's export after another, read into replies; nothing is guessed, and nothing changed in silence."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

from followup.cleaning.administrations import (
    FILE,
    read_administrations,
    spellings,
    suggestion,
)
from followup.cleaning.answers import (
    BLANK,
    NotUnderstood,
    Read,
    one_ticked,
    several_in_one,
    yes_or_no,
)
from followup.cleaning.cleaning import Change, Remark
from followup.cleaning.decisions import NO_DECISION, Decision, decisions
from followup.cleaning.exports import body
from followup.cleaning.headings import Layout
from followup.cleaning.privacy import without_personal
from followup.cleaning.questions import Question, questions
from followup.cleaning.titles import Titles
from followup.files import normalise
from followup.problems import Problem
from followup.rounds import Round

WORKSHOP, ADMINISTRATION = "workshop", "administration"


@dataclass
class Reading:
    """What reading an export came to: a dictionary a reply (with its `row`), the changes made, and all problems and remarks.

    `contacts` holds, by row, the personal data that the round asks to keep: for the screen alone.
    """

    survey_round: Round
    replies: list[dict] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    contacts: dict[int, str] = field(default_factory=dict)

    def frame(self) -> pd.DataFrame:
        """The replies table: by workshop as published, then code, then answers; the order of the export's rows is no matter."""
        columns = [WORKSHOP, ADMINISTRATION, *self.survey_round.options]
        types = {
            WORKSHOP: "string",
            ADMINISTRATION: "string",
            **dict.fromkeys(self.survey_round.options, "boolean"),
        }
        replies = pd.DataFrame(self.replies, columns=columns).astype(types)
        order = {name: place for place, name in enumerate(self.survey_round.read_workshops()["id"])}
        keys = replies.astype("string").fillna("~").assign(workshop=replies[WORKSHOP].map(order))
        return replies.loc[keys.sort_values(columns, kind="stable").index].reset_index(drop=True)


@dataclass(frozen=True)
class Row:
    """One row of an export: its number as a spreadsheet has it, and its cells, found by what round.toml calls them."""

    number: int
    cells: list[str]
    layout: Layout

    def text(self, name: str) -> str:
        """The cell of a column wanted; empty where the export has none."""
        place = self.layout.columns.get(name, len(self.cells))
        return self.cells[place] if place < len(self.cells) else ""

    @property
    def texts(self) -> list[str]:
        return [self.text(name) for name in self.layout.columns]

    @property
    def label(self) -> str:
        """The reply in a few words: what its cells say of workshop and administration."""
        named = (" ".join(self.text(name).split()) for name in (ADMINISTRATION, WORKSHOP))
        return ", ".join(filter(None, named)) or "(not named)"


class Reader:
    """Reads the rows of one export; `found` collects what comes of it."""

    def __init__(self, survey_round: Round, layout: Layout, file: str) -> None:
        self.survey_round, self.layout, self.file, self.found = (
            survey_round,
            layout,
            file,
            Reading(survey_round),
        )
        self.questions, self.decisions = questions(survey_round), decisions(survey_round)
        administrations = read_administrations()
        self.known, self.names = spellings(administrations), administrations["name"].to_dict()
        self.workshops = survey_round.read_workshops()
        self.titles = Titles(self.workshops)
        self.headings = [heading.strip() for heading in layout.headings]

    def read(self) -> Reading:
        """Read every row with anything in it."""
        for number, cells in body(self.layout.grid, after=self.layout.row + self.layout.depth - 1):
            row = Row(number, [without_personal(cell) for cell in cells], self.layout)
            for cell in [cell for cell in row.cells[len(self.headings) :] if cell.strip()][:1]:
                self.problem(
                    row,
                    "",
                    cell,
                    f"{len(self.headings)} cells as in the heading: a separator in an answer is not quoted",
                )
            kept = [self.headings.index(name) for name in self.kept if name in self.headings]
            self.found.contacts[number] = ", ".join(
                cells[place].strip() for place in kept if place < len(cells)
            )
            self.read_row(row, self.decisions.get(number, NO_DECISION))
        return self.found

    @property
    def kept(self) -> list[str]:
        return self.survey_round.questionnaire.keep_personal

    def read_row(self, row: Row, decided: Decision) -> None:
        """Read one row: into a reply, or into the log with the reason why it is none."""
        if decided.row and normalise(decided.was) not in map(normalise, row.texts):
            self.problem(
                row,
                "",
                row.label,
                f"a cell {decided.was!r}, as the decision about this row has it: the export has changed",
            )
        elif decided.drop:
            self.log(row, "", row.label, "", f"left out: {decided.why}")
        elif all(text.strip() in BLANK for text in row.texts):
            self.log(
                row, "", "(no answers)", "", "left out: a row without an answer to any question"
            )
        else:
            named = {
                WORKSHOP: self.workshop(row, decided),
                ADMINISTRATION: self.administration(row, decided),
            }
            answers = {
                name: value
                for question in self.questions
                for name, value in self.answers(row, question).items()
            }
            self.found.replies.append(
                {
                    "row": row.number,
                    "text": row.text(ADMINISTRATION),
                    "keep": decided,
                    **named,
                    **answers,
                }
            )

    def column(self, name: str) -> str:
        return self.headings[self.layout.columns[name]] if name in self.layout.columns else name

    def log(self, row: Row, column: str, before: str, after: str, reason: str) -> None:
        self.found.changes.append(Change(self.file, str(row.number), column, before, after, reason))

    def problem(
        self, row: Row, column: str, value: str, expected: str, near: str = "", kind: type = Problem
    ) -> None:
        self.found.problems.append(
            kind(self.file, str(row.number), column, value or "(empty)", expected, near)
        )

    def workshop(self, row: Row, decided: Decision) -> str | None:
        """The id of a row's workshop: by decision, by title, or because there is only one."""
        text, heading = row.text(WORKSHOP), self.column(WORKSHOP)
        if decided.workshop:
            self.log(row, heading, text, decided.workshop, decided.why)
            return decided.workshop
        if WORKSHOP not in self.layout.columns:
            return self.workshops["id"].iloc[0]
        if text.strip() in BLANK:
            self.problem(
                row,
                heading,
                text,
                f"a {self.survey_round.event}: a [[decisions]] entry of round.toml can name it, or drop the reply",
            )
            return None
        try:
            found = self.titles.find(text)
        except NotUnderstood as error:
            self.problem(row, heading, text, error.expected, error.suggestion)
            return None
        if found.reason:
            self.log(row, heading, text, self.titles.titles[found.id], found.reason)
        return found.id

    def administration(self, row: Row, decided: Decision) -> str | None:
        """The code of a row's administration, by decision or spelling; None where there is none."""
        text, heading = row.text(ADMINISTRATION), self.column(ADMINISTRATION)
        if decided.administration:
            self.log(row, heading, text, decided.administration, decided.why)
            return decided.administration
        if ADMINISTRATION not in self.layout.columns:
            return None
        if text.strip() in BLANK:
            self.problem(
                row, heading, text, "the reply counts, without an administration", kind=Remark
            )
            return None
        code = self.known.get(normalise(text))
        if code is None:
            near = self.names.get(suggestion(text, self.known), "")
            self.problem(
                row,
                heading,
                text,
                f"a code or spelling of {FILE} (a new one goes into its other_names)",
                near,
            )
        elif text not in (code, self.names[code]):
            self.log(row, heading, text, code, "another spelling of the administration")
        return code

    def answers(self, row: Row, question: Question) -> dict[str, bool | None]:
        """The answers to one question by action or outcome; of a base `ticked`, missing where none is ticked."""
        if not question.several:
            return self.try_read(row, question.key, lambda text: yes_or_no(text, question))
        if question.key in self.layout.columns:
            found = self.try_read(row, question.key, lambda text: several_in_one(text, question))
        else:
            found = {}
            for answer in question.answers:
                found |= self.try_read(
                    row, answer.id, lambda text, answer=answer: one_ticked(text, question, answer)
                )
        return (
            dict.fromkeys(found) if question.base == "ticked" and not any(found.values()) else found
        )

    def try_read(self, row: Row, name: str, read: Callable[[str], Read]) -> dict[str, bool | None]:
        """Read one cell; what cannot be read is a problem, and no answer."""
        try:
            found = read(row.text(name))
        except NotUnderstood as error:
            self.problem(row, self.column(name), row.text(name), error.expected, error.suggestion)
            return {}
        for change in found.changes:
            self.log(row, self.column(name), *change)
        return found.value
