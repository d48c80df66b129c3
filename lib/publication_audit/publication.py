"""What was published of a round: tables, claims and examples, and everything printed in them."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from followup.cleaning.administrations import read_administrations, spellings
from followup.cleaning.publication import NOBODY, mentions, printed_table, table_names
from followup.files import normalise
from followup.problems import InputError, Problem, stop_if_any
from followup.rounds import Round
from followup.tables import TOTAL
from publication_audit.number_formats import digits_of
from publication_audit.printed import (
    SUMMARIES,
    Claim,
    Count,
    Dash,
    Example,
    Figure,
    Mark,
    Names,
    Printed,
    Title,
    as_marked,
    count_and_base,
)

CLAIM_COLUMNS = ["id", "section", "about", "printed", "value", "unit", "fact", "base", "kind"]
KINDS = ("figure", "word", "ranking", "association", "label")
PARTS = (
    "title",
    "executive summary",
    "summary",
    "foreword",
    "introduction",
    "conclusion",
    "contents",
)
SUMMARY_ROWS = {
    "led": "the row of those that acted",
    "attributed": "the row of those with the outcome",
}
SECTIONS_OF_ACTIONS = ("2.2", "2.3")


@dataclass(frozen=True)
class Publication:
    """A published report, and the members that it may name.

    Parameters
    ----------
    tables : by name, as text, indexed by workshop.
    administrations : indexed by code, with `name` and `other_names`.
    """

    survey_round: Round
    workshops: pd.DataFrame
    tables: dict[str, pd.DataFrame]
    claims: pd.DataFrame
    examples: pd.DataFrame
    administrations: pd.DataFrame

    @cached_property
    def codes_by_spelling(self) -> dict[str, str]:
        return spellings(self.administrations)

    @cached_property
    def items(self) -> list[Printed]:
        """Everything printed that is audited: tables, then the text, then the examples."""
        cells = [item for name, table in self.tables.items() for item in self._cells(name, table)]
        claims = map(_claim, self.claims.to_dict("records"))
        return [*cells, *claims, *self._examples()]

    @cached_property
    def by_place(self) -> dict[str, Printed]:
        return {item.place: item for item in self.items}

    @cached_property
    def figures(self) -> dict[str, list[Figure]]:
        """The printed figures by the fact that they state."""
        figures: dict[str, list[Figure]] = {}
        for item in self.items:
            if isinstance(item, Figure) and item.quantity:
                figures.setdefault(item.quantity, []).append(item)
        return figures

    @cached_property
    def lists(self) -> dict[str, tuple[str, set[tuple[str, str]]]]:
        """For each listed option the first table that lists it, with workshops and codes."""
        lists: dict[str, tuple[str, set[tuple[str, str]]]] = {}
        for item in self.items:
            if isinstance(item, Names):
                table, named = lists.setdefault(item.column, (item.source, set()))
                codes = {self.code(mention.name) for mention in mentions(item.printed)}
                named |= {(item.row, code) for code in codes if table == item.source}
        return lists

    def code(self, name: str) -> str:
        """The code of a printed name; the name itself where no spelling knows it."""
        return self.codes_by_spelling.get(normalise(name), name)

    @cached_property
    def rows_of(self) -> dict[str, list[str]]:
        """The workshops that a total and each sub-total adds up."""
        scopes = {str(scope): list(ids) for scope, ids in self.workshops.groupby("scope")["id"]}
        return {**scopes, TOTAL: list(self.workshops["id"])}

    def parts(self, item: Printed) -> list[Count]:
        """The printed cells that a total or sub-total adds up; none for another row."""
        rows = self.rows_of.get(item.row, [])
        cells = [self.by_place.get(f"{item.source}:{row}:{item.column}") for row in rows]
        return [cell for cell in cells if isinstance(cell, Count) and cell.count is not None]

    def place_in_words(self, item: Printed) -> str:
        """A place in words: `Table 3, workshop 1, yes`; `section 2.4.2`."""
        if item.source == "prose":
            if item.column in PARTS:
                return f"the {item.column}"
            is_numbered = item.column[:1].isdigit()
            return f"section {item.column if is_numbered else f'“{item.column}”'}"
        if item.source == "examples":
            return f"an example of section {item.column}"
        column, _, name = item.column.partition(" ")
        options = self.survey_round.options
        label = options[column].label.lower() if column in options else column
        is_workshop = item.row in set(self.workshops["id"])
        row = f"{self.survey_round.event} {item.row}" if is_workshop else item.row
        parts = (table_in_words(item.source), SUMMARY_ROWS.get(row, row), label, name)
        return ", ".join(filter(None, parts))

    def outcome_of(self, table: str) -> str:
        """The outcome that a table is about; empty for the tables of replies and of actions."""
        of_table = [
            option.id
            for option in self.survey_round.outcomes
            if table in self.survey_round.tables_of(option.id)
        ]
        return of_table[0] if of_table else ""

    def lists_members(self, table: str) -> bool:
        """Whether a table names the members that acted and that saw an outcome."""
        outcome = self.outcome_of(table)
        paired = outcome != "" and bool(self.survey_round.pairs_of(outcome))
        return paired and table == self.survey_round.tables_of(outcome)[-1]

    @cached_property
    def outcome_by_section(self) -> dict[str, str]:
        return {self.survey_round.section_of(one.id): one.id for one in self.survey_round.outcomes}

    @property
    def sections(self) -> set[str]:
        """The sections of the report that show examples."""
        return {*SECTIONS_OF_ACTIONS, *self.outcome_by_section}

    @property
    def examples_shown_nowhere(self) -> pd.DataFrame:
        """The examples of sections that the report does not have."""
        return self.examples[~self.examples["section"].isin(self.sections)]

    def _cells(self, name: str, table: pd.DataFrame) -> Iterator[Printed]:
        outcome, workshops = self.outcome_of(name), set(self.workshops["id"])
        lists = self.lists_members(name)
        for row, cells in table.drop(columns="line", errors="ignore").iterrows():
            for column, cell in cells.items():
                place = (name, str(row), str(column), cell.strip())
                if column == "title":
                    yield from [Title(*place)] if row in workshops else []
                elif lists and row in workshops:
                    yield Names(*place)
                    yield from _marks(*place, outcome)
                elif cell.strip() in NOBODY and row in SUMMARIES:
                    yield from [Dash(*place)] if cell.strip() else []
                elif cell.strip():
                    yield self._count(place, outcome)

    def _count(self, place: tuple[str, str, str, str], outcome: str) -> Count:
        """A cell with the fact that it counts and the facts whose sum is its base."""
        _, row, column, _ = place
        suffix = "" if row == TOTAL else f".{row}"
        if row == "led":
            return Count(*place, *count_and_base(f"pair.{column}.{outcome}.outcome_given_action"))
        if row == "attributed":
            actions = "|".join(self.survey_round.pairs_of(outcome))
            return Count(*place, *count_and_base(f"pair.{actions}.{outcome}.action_given_outcome"))
        if column in ("invited", "replies"):
            base = (f"invited{suffix}",) if column == "replies" else ()
            return Count(*place, f"{column}{suffix}", base)
        if column in ("yes", "no"):
            yes, no = f"outcome.{outcome}{suffix}", f"outcome.{outcome}.no{suffix}"
            return Count(*place, yes if column == "yes" else no, (yes, no), outcome, column == "no")
        kind = "action" if column in self.survey_round.action_ids else "outcome"
        return Count(*place, f"{kind}.{column}{suffix}", (f"replies{suffix}",), column)

    def _examples(self) -> Iterator[Example]:
        examples = [self._example(row) for row in self.examples.to_dict("records")]
        alike: dict[str, list[Example]] = {}
        for example in examples:
            alike.setdefault(example.text, []).append(example)
        for example in examples:
            with_source = [other for other in alike[example.text] if other.printed]
            first = (with_source or alike[example.text])[0]
            yield example if first is example else replace(example, repeats=first)

    def _example(self, row: Mapping[Hashable, str]) -> Example:
        return Example(
            "examples",
            row["id"],
            row["section"],
            row["attribution"],
            workshop=row["workshop"],
            administration=row["administration"],
            outcome=self.outcome_by_section.get(row["section"], ""),
            text=row["example"],
            status=row["status"],
            says=tuple(row.get("says", "").split()),
        )


def table_in_words(name: str) -> str:
    """A table's name for readers.

    >>> table_in_words("table_3")
    'Table 3'
    """
    return name.replace("_", " ").capitalize()


def _marks(source: str, row: str, column: str, cell: str, outcome: str) -> Iterator[Mark]:
    for mention in mentions(cell):
        text = as_marked(mention.name, mention.underlined, mention.bold)
        yield Mark(source, row, f"{column} {mention.name}", text, column, outcome, mention)


def _claim(row: Mapping[Hashable, str]) -> Claim:
    quantity, base = count_and_base(row["fact"])
    kind, option, *rest = [*quantity.split("."), ""]
    counted = option if kind in ("action", "outcome") else ""
    return Claim(
        "prose",
        row["id"],
        row["section"],
        row["printed"],
        quantity,
        base,
        option=counted,
        negated=counted != "" and rest[:1] == ["no"],
        named_base=row["base"],
        **{key: row[key] for key in ("about", "value", "unit", "fact", "kind")},
    )


def read_publication(survey_round: Round) -> Publication | None:
    """Read what was published of a round, each file once; None where nothing was.

    Raises
    ------
    InputError
        A table or claims.csv cannot be read, or a claim's value is not what it prints.
    """
    names = table_names(survey_round)
    if not names:
        return None
    claims = pd.DataFrame(columns=CLAIM_COLUMNS, dtype=str)
    if (survey_round.raw / "published" / "claims.csv").is_file():
        claims = survey_round.read_raw("published/claims.csv")
    stop_if_any(claims_problems(claims, survey_round.file("published/claims.csv")))
    return Publication(
        survey_round,
        survey_round.read_workshops(),
        {name: printed_table(survey_round, name) for name in names},
        claims,
        survey_round.read_good_practices(),
        read_administrations(),
    )


def publication_problems(survey_round: Round) -> Iterator[Problem]:
    """Yield what keeps a round's publication from being audited; the check of the raw data asks."""
    try:
        read_publication(survey_round)
    except InputError as error:
        yield from error.problems


def claims_problems(claims: pd.DataFrame, file: str) -> Iterator[Problem]:
    """Yield what cannot be audited in claims.csv.

    Columns that lack, ids that repeat, unknown kinds, values that are not as printed.
    """
    lacking = [column for column in CLAIM_COLUMNS if column not in claims]
    if lacking:
        columns = f"the columns {', '.join(CLAIM_COLUMNS)}"
        yield Problem(file, "1", ", ".join(lacking), expected=columns)
        return
    repeated = claims["id"].duplicated(keep=False)
    for (row, claim), is_repeated in zip(claims.iterrows(), repeated, strict=True):
        for column, expected in _claim_problems(claim, is_repeated):
            yield Problem(file, str(row), column, claim[column] or "(empty)", expected)


def _claim_problems(claim: pd.Series, is_repeated: bool) -> Iterator[tuple[str, str]]:
    digits = digits_of(claim["printed"])
    if claim["kind"] not in KINDS:
        yield "kind", f"one of {', '.join(KINDS)}"
    if not claim["id"] or is_repeated:
        yield "id", "an id that is used once"
    if claim["unit"] == "share" and not _is_printed(claim["value"], digits, 100):
        yield "value", f"the share printed as {claim['printed']}, from 0 to 1"
    if claim["unit"] == "count" and digits and not _is_printed(claim["value"], digits, 1):
        yield "value", f"the count printed as {claim['printed']}"


def _is_printed(value: str, digits: str | None, times: int) -> bool:
    try:
        return digits is not None and abs(float(value) * times - float(digits)) < 1e-6
    except ValueError:
        return False
