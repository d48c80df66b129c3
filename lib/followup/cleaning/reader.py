"""The rows of an export read into replies, column by column: each distinct cell once. Nothing is
guessed, and nothing changed in silence."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
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
from followup.cleaning.cleaning import LOG, Remark
from followup.cleaning.decisions import decisions
from followup.cleaning.headings import Layout
from followup.cleaning.privacy import without_personal
from followup.cleaning.questions import Question, questions
from followup.cleaning.titles import Titles
from followup.files import normalise
from followup.problems import Problem
from followup.rounds import Round

WORKSHOP, ADMINISTRATION, RESPONDENT = "workshop", "administration", "respondent"
ENTRIES = 10  # of round.toml, that a check proposes
TIME = re.compile(r"\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}\D{1,3}\d{1,2}:\d\d")


@dataclass
class Reading:
    """What reading an export came to: the replies, the changes made, and all problems and remarks.

    `replies` has a row a reply, indexed by its row of the export, in that order: the columns of the
    replies table. `changes` is a cleaning log.
    `contacts` holds, by row, the personal data that the round asks to keep of the rows that have a
    problem: for the screen alone.
    `undecided` holds, by row, the entry of round.toml that would decide about it.
    """

    replies: pd.DataFrame
    changes: pd.DataFrame
    problems: list[Problem] = field(default_factory=list)
    contacts: dict[int, str] = field(default_factory=dict)
    undecided: dict[int, str] = field(default_factory=dict)

    def frame(self, survey_round: Round) -> pd.DataFrame:
        """The replies table: by workshop as published, then code, then answers, whatever the rows'
        order was; missing comes last."""
        order = {name: place for place, name in enumerate(survey_round.read_workshops()["id"])}
        keys = [self.replies[WORKSHOP].map(order).fillna(len(order)).to_numpy()]
        for name in self.replies.columns[1:]:
            places, distinct = pd.factorize(self.replies[name], sort=True)
            keys.append(np.where(places < 0, len(distinct), places).astype(np.int32))
        return self.replies.iloc[np.lexsort(keys[::-1])].reset_index(drop=True)


@dataclass(frozen=True)
class Cells:
    """A column of an export: its distinct cells, and by row which of them it has.

    `raw` are the cells as exported, `texts` the same without personal data, and corrected.
    """

    codes: np.ndarray
    raw: list[str]
    texts: list[str]

    def at(self, codes: Iterable[int], among: np.ndarray) -> np.ndarray:
        """The places of the rows that have one of some cells, among some rows."""
        is_one = np.zeros(len(self.texts), dtype=bool)
        is_one[list(codes)] = True
        return np.flatnonzero(is_one[self.codes] & among)

    def distinct(self, among: np.ndarray) -> list[int]:
        """Which distinct cells some rows have."""
        return np.flatnonzero(np.bincount(self.codes[among], minlength=len(self.texts))).tolist()


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
    """Reads the rows of one export. Rows are known by their place among those with anything in
    them; `numbers` are those that a spreadsheet gives them."""

    def __init__(self, survey_round: Round, layout: Layout, file: str) -> None:
        self.survey_round, self.layout, self.file = survey_round, layout, file
        self.questions = questions(survey_round)
        administrations = read_administrations()
        self.codes, self.names = spellings(administrations), administrations["name"].to_dict()
        self.workshops = survey_round.read_workshops()
        self.titles = Titles(self.workshops)
        self.headings = [heading.strip() for heading in layout.headings]
        declared = survey_round.questionnaire
        personal = declared.keep_personal if declared else ()
        corrections = declared.corrections if declared else {}
        self.corrections = {normalise(wrong): right for wrong, right in corrections.items()}
        self.kept = [self.headings.index(name) for name in personal if name in self.headings]
        first, rows = layout.row + layout.depth - 1, layout.grid.rows
        filled = [place for place in range(first, len(rows)) if any(map(str.strip, rows[place]))]
        self.numbers = np.array(filled, dtype=int) + 1
        self.rows = [rows[place] for place in filled]
        self.columns = {name: self.cells(place) for name, place in layout.columns.items()}
        self.decisions = {
            self.place(row): decision
            for row, decision in sorted(decisions(survey_round).items())
            if row in self.numbers
        }
        self.changes: list[pd.DataFrame] = []
        self.problems: list[tuple[int, Problem]] = []
        self.undecided: dict[int, str] = {}

    def cells(self, place: int) -> Cells:
        """The cells of a column."""
        cells = [row[place] if place < len(row) else "" for row in self.rows]
        codes, raw = pd.factorize(np.array(cells, dtype=object))
        plain = [without_personal(text) for text in raw]
        texts = [self.corrections.get(normalise(one), one) if one else one for one in plain]
        return Cells(codes, list(raw), texts)

    def place(self, number: int) -> int:
        """The place of a row by its number."""
        return int(np.searchsorted(self.numbers, number))

    def text(self, name: str, place: int) -> str:
        """The cell of a column wanted; empty where the export has none."""
        own = self.columns.get(name)
        return own.texts[own.codes[place]] if own else ""

    def row(self, place: int) -> Row:
        """A row with all its cells, corrected."""
        raw = self.rows[place]
        cells = [without_personal(cell) for cell in raw]
        for name, column in self.layout.columns.items():
            if column < len(cells):
                own = self.columns[name]
                cells[column] = own.texts[own.codes[place]]
        return Row(int(self.numbers[place]), cells, self.layout, raw)

    def read(self) -> Reading:
        """Read every row with anything in it."""
        self.check_lengths()
        self.log_corrections()
        with_answers = self.with_answers()
        replies = {
            WORKSHOP: self.workshop(with_answers),
            ADMINISTRATION: self.administration(with_answers),
        }
        by_option = dict.fromkeys(self.survey_round.options, np.full(len(self.rows), -1, np.int8))
        for question in self.questions:
            by_option |= self.answers(question, with_answers)
        for name, answers in by_option.items():
            replies[name] = pd.arrays.BooleanArray(answers == 1, answers < 0)
        frame = pd.DataFrame(replies, index=self.numbers)[with_answers]
        problems = [problem for _, problem in sorted(self.problems, key=lambda entry: entry[0])]
        return Reading(frame, self.log_of_all(), [*problems, *self.faults()], {}, self.undecided)

    def log_of_all(self) -> pd.DataFrame:
        """The changes as a cleaning log, row by row, in the order in which a row is read."""
        parts = [pd.DataFrame(columns=["place", *LOG[2:]]), *self.changes]
        changes = pd.concat(parts, ignore_index=True).sort_values("place", kind="stable")
        rows = pd.Series(self.numbers[changes["place"].to_numpy(int)], changes.index)
        changes = changes.assign(source=self.file, row=rows.astype(str))
        return changes[LOG].astype("string").reset_index(drop=True)

    def faults(self) -> Iterator[Problem]:
        """Yield what is wrong with the file, and the corrections that correct nothing."""
        if self.layout.grid.fault:
            number = len(self.layout.grid.rows) + 1
            expected = (
                f"quotes in pairs, and doubled within a quoted cell ({self.layout.grid.fault})"
            )
            yield Problem(self.file, str(number), expected=expected)
        met = {normalise(without_personal(one)) for own in self.columns.values() for one in own.raw}
        for wrong in (wrong for wrong in self.corrections if wrong not in met):
            expected = f"what a cell of {self.file} says: none does"
            place = (self.survey_round.file("round.toml"), "", "questionnaire.corrections", wrong)
            yield Problem(*place, expected)

    def log_corrections(self) -> None:
        """Log the cells that the round says are misspelt."""
        everywhere = np.ones(len(self.rows), dtype=bool)
        for name, cells in self.columns.items() if self.corrections else ():
            before = [without_personal(text) for text in cells.raw]
            wrong = {
                code: [(text, cells.texts[code], "misspelt: corrected by round.toml")]
                for code, text in enumerate(before)
                if text and normalise(text) in self.corrections
            }
            self.log_cells(name, wrong, everywhere)

    def undecided_entry(self, decision: str, *places: int) -> str:
        """Keep the entry of round.toml that would decide about a row, beside the others' times; so
        many as anybody is shown."""
        entry = "a [[decisions]] entry of round.toml"
        if len(self.undecided) == ENTRIES:
            return entry
        rows = [self.row(place) for place in places]
        times = [f"row {row.number}, sent {row.time}" for row in rows if row.time]
        lines = [
            "[[decisions]]",
            f"row = {rows[0].number}" + (f"  # {'; '.join(times)}" if times else ""),
            f"was = {json.dumps(rows[0].quote, ensure_ascii=False)}",
            decision,
            'why = ""',
        ]
        self.undecided[rows[0].number] = "\n".join(lines)
        return entry

    def check_lengths(self) -> None:
        """Tell of cells beyond the heading's, and of a text's row that has fewer."""
        width = len(self.headings)
        lengths = np.fromiter(map(len, self.rows), dtype=int, count=len(self.rows))
        expected = f"{width} cells as in the heading"
        for place in np.flatnonzero(lengths != width).tolist():
            row, count = self.row(place), lengths[place]
            beyond = next((cell for cell in row.cells[width:] if cell.strip()), "")
            if beyond:
                hint = f"{expected}: a separator in an answer is not quoted"
                self.problem(place, "", beyond, hint)
            elif count < width and not self.layout.grid.sheet:
                self.problem(place, "", row.label, f"{expected}, not {count}: the row is cut off")

    def with_answers(self) -> np.ndarray:
        """Whether each row is a reply; those that are none are logged with the reason why."""
        texts = [cells for name, cells in self.columns.items() if name != RESPONDENT]
        blank = [np.array([text.strip() in BLANK for text in own.texts]) for own in texts]
        rows = (is_blank[own.codes] for is_blank, own in zip(blank, texts, strict=True))
        empty = np.logical_and.reduce([np.ones(len(self.rows), dtype=bool), *rows])
        has_answers = ~empty
        for place, decision in self.decisions.items():
            row = self.row(place)
            if normalise(decision.was) not in map(normalise, (*row.cells, *row.raw)):
                expected = (
                    f"a cell {decision.was!r}, as the decision about it says: the export has "
                    "changed"
                )
                self.problem(place, "", row.label, expected)
            elif decision.drop:
                self.log([place], "", row.label, "", f"left out: {decision.why}")
            else:
                continue
            has_answers[place] = empty[place] = False
        reason = "left out: a row without an answer to any question"
        self.log(np.flatnonzero(empty), "", "(no answers)", "", reason)
        return has_answers

    def column(self, name: str) -> str:
        """The heading of a column wanted; its name where the export has none."""
        return self.headings[self.layout.columns[name]] if name in self.layout.columns else name

    def log(
        self, places: Sequence[int] | np.ndarray, column: str, before: str, after: str, reason: str
    ) -> None:
        """Log the same change of some rows."""
        change = {"column": column, "before": before, "after": after, "reason": reason}
        self.changes.append(pd.DataFrame({"place": places}, dtype=int).assign(**change))

    def log_cells(
        self, name: str, changes: dict[int, list[tuple[str, str, str]]], among: np.ndarray
    ) -> None:
        """Log the changes of cells (before, after, reason; by distinct cell), among some rows."""
        if not changes:
            return
        cells = self.columns[name]
        places = cells.at(changes, among)
        rows = [(code, self.column(name), *one) for code, every in changes.items() for one in every]
        table = pd.DataFrame(rows, columns=["code", *LOG[2:]])
        changed_cells = pd.DataFrame({"place": places, "code": cells.codes[places]})
        self.changes.append(changed_cells.merge(table, on="code").drop(columns="code"))

    def problem(
        self,
        place: int,
        column: str,
        value: str,
        expected: str,
        near: str = "",
        kind: type[Problem] = Problem,
    ) -> None:
        where = (self.file, str(self.numbers[place]), column, value or "(empty)")
        self.problems.append((int(place), kind(*where, expected, near)))

    def read_cells(
        self, name: str, among: np.ndarray, read: Callable[[str], Read]
    ) -> dict[int, Any]:
        """What the cells of a column come to, by distinct cell; what cannot be read is a problem of
        each row, and comes to nothing."""
        values: dict[int, Any] = {}
        changes: dict[int, list[tuple[str, str, str]]] = {}
        errors: dict[int, NotUnderstoodError] = {}
        cells = self.columns[name]
        for code in cells.distinct(among):
            try:
                one = read(cells.texts[code])
            except NotUnderstoodError as error:
                errors[code] = error
                continue
            values[code] = one.value
            changes |= {code: one.changes} if one.changes else {}
        self.log_cells(name, changes, among)
        for place in cells.at(errors, among).tolist():
            code = int(cells.codes[place])
            expected, near = errors[code].expected, errors[code].suggestion
            self.problem(place, self.column(name), cells.texts[code], expected, near)
        return values

    def named(
        self, key: str, rows: np.ndarray, read: Callable[[str], Read], notice: Callable[[int], None]
    ) -> pd.api.extensions.ExtensionArray:
        """Whose each row is, of the workshops or administrations (the key): by decision, or by what
        a cell says; missing where none is known.

        Parameters
        ----------
        told : called with the place of a row whose cell is blank.
        """
        decided = {place: getattr(one, key) for place, one in self.decisions.items()}
        decided = {place: name for place, name in decided.items() if name and rows[place]}
        for place, name in decided.items():
            text = self.text(key, place)
            self.log([place], self.column(key), text, name, self.decisions[place].why)
        rest, values = rows.copy(), {}
        rest[list(decided)] = False
        cells = self.columns.get(key, Cells(np.zeros(len(self.rows), int), [""], [""]))
        if key in self.columns:
            blank = [place for place, text in enumerate(cells.texts) if text.strip() in BLANK]
            empty = cells.at(blank, rest)
            for place in empty.tolist():
                notice(place)
            rest[empty] = False
        elif key == WORKSHOP:
            values[0] = self.workshops["id"].iloc[0]
        values |= self.read_cells(key, rest, read) if key in self.columns else {}
        by_cell = [values.get(code) for code in range(len(cells.texts))]
        ids = pd.array(by_cell, dtype="string").take(cells.codes)
        ids[np.array(list(decided), dtype=int)] = np.array(list(decided.values()), dtype=object)
        return ids

    def workshop(self, rows: np.ndarray) -> pd.api.extensions.ExtensionArray:
        """The ids of the rows' workshops: by decision, by title, or because there is only one."""

        def read(text: str) -> Read:
            event = self.titles.find(text)
            change = (text, self.titles.titles[event.id], event.reason)
            return Read(event.id, [change] if event.reason else [])

        def blank(place: int) -> None:
            entry = self.undecided_entry('workshop = ""', place)
            expected = f"a {self.survey_round.event}: {entry} can name it, or drop the reply"
            self.problem(place, self.column(WORKSHOP), self.text(WORKSHOP, place), expected)

        return self.named(WORKSHOP, rows, read, blank)

    def administration(self, rows: np.ndarray) -> pd.api.extensions.ExtensionArray:
        """The codes of the rows' administrations, by decision or spelling; missing where there is
        none."""

        def read(text: str) -> Read:
            code = self.codes.get(normalise(text))
            if code is None:
                near = self.names.get(suggestion(text, self.codes), "")
                raise NotUnderstoodError(
                    f"a code or spelling of {FILE} (a new member is a row there, another spelling "
                    "goes into its other_names, a misspelling into corrections of round.toml)",
                    near,
                )
            change = (text, code, "another spelling of the administration")
            return Read(code, [] if text in (code, self.names[code]) else [change])

        def blank(place: int) -> None:
            text = self.text(ADMINISTRATION, place)
            remark = "the reply counts, without an administration"
            self.problem(place, self.column(ADMINISTRATION), text, remark, kind=Remark)

        ids = self.named(ADMINISTRATION, rows, read, blank)
        if RESPONDENT in self.columns:
            rest = rows & np.asarray(ids.isna())
            ids[rest] = self.respondents(rest)[rest]
        return ids

    def respondents(self, among: np.ndarray) -> np.ndarray:
        """The number that stands for whoever replied; nothing else of them is kept."""
        cells = self.columns[RESPONDENT]
        names, distinct = pd.factorize(np.array([one.strip().casefold() for one in cells.raw]))
        blank = np.isin(distinct, list(BLANK))[names]
        for place in cells.at(np.flatnonzero(blank), among).tolist():
            remark = "the reply counts, without a respondent"
            self.problem(place, self.column(RESPONDENT), "", remark, kind=Remark)
        numbers = np.full(len(self.rows), None, dtype=object)
        places = np.flatnonzero(among & ~blank[cells.codes])
        numbers[places] = [f"{one + 1:04}" for one in pd.factorize(names[cells.codes[places]])[0]]
        return numbers

    def answers(self, question: Question, rows: np.ndarray) -> dict[str, np.ndarray]:
        """The answers to one question by action or outcome: 1 yes, 0 no, -1 not known; of a base
        `ticked`, not known where none is ticked."""
        if not question.several:
            return self.answers_of_column(question.key, rows, partial(yes_or_no, question=question))
        if question.key in self.columns:
            by_option = self.answers_of_column(
                question.key, rows, partial(several_in_one, question=question)
            )
        else:
            by_option = {}
            for answer in question.answers:
                read = partial(one_ticked, question=question, answer=answer)
                by_option |= self.answers_of_column(answer.id, rows, read)
        if question.base == "ticked" and by_option:
            unticked = ~np.any([answers == 1 for answers in by_option.values()], axis=0)
            by_option = {
                name: np.where(unticked, -1, answers) for name, answers in by_option.items()
            }
        return by_option

    def answers_of_column(
        self, name: str, rows: np.ndarray, read: Callable[[str], Read]
    ) -> dict[str, np.ndarray]:
        """What the cells of a column answer, by action or outcome."""
        values, cells = self.read_cells(name, rows, read), self.columns[name]
        by_option: dict[str, np.ndarray] = {}
        for code, value in values.items():
            for option, answer in value.items():
                by_cell = by_option.setdefault(option, np.full(len(cells.texts), -1, dtype=np.int8))
                by_cell[code] = -1 if answer is None else answer
        return {option: by_cell[cells.codes] for option, by_cell in by_option.items()}
