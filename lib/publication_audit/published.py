"""What was published of a round: its tables, the claims of its text, its examples, and everything printed in them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from followup.cleaning.administrations import read_administrations, spellings
from followup.cleaning.publication import NOBODY, mentions, printed_table, table_names
from followup.files import normalise
from followup.problems import Problem, stop_if_any
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
    behind,
    marked,
)

CLAIM_COLUMNS = ["id", "section", "about", "printed", "value", "unit", "fact", "base", "kind"]
KINDS = ("figure", "word", "ranking", "association", "label")
ROWS = {"led": "the row of those that acted", "attributed": "the row of those with the outcome"}


@dataclass(frozen=True)
class Publication:
    """A published report: its tables by name (text, indexed by workshop), claims and examples."""

    survey_round: Round
    workshops: pd.DataFrame
    tables: dict[str, pd.DataFrame]
    claims: pd.DataFrame
    examples: pd.DataFrame

    @cached_property
    def known(self) -> dict[str, str]:
        """Every spelling of an administration with its code."""
        return spellings(read_administrations())

    @cached_property
    def items(self) -> list[Printed]:
        """Everything printed that is audited: tables, then the text, then the examples."""
        cells = [item for name, table in self.tables.items() for item in self._cells(name, table)]
        return [*cells, *map(_claim, self.claims.to_dict("records")), *self._examples()]

    @cached_property
    def by_place(self) -> dict[str, Printed]:
        return {item.place: item for item in self.items}

    @cached_property
    def figures(self) -> dict[str, list[Figure]]:
        """The printed figures by the fact that they state."""
        found: dict[str, list[Figure]] = {}
        for item in self.items:
            if isinstance(item, Figure) and item.quantity:
                found.setdefault(item.quantity, []).append(item)
        return found

    @cached_property
    def lists(self) -> dict[str, tuple[str, set[tuple[str, str]]]]:
        """For each listed action or outcome, the first table that lists it, and the workshops and codes named there."""
        found: dict[str, tuple[str, set[tuple[str, str]]]] = {}
        for item in self.items:
            if (
                isinstance(item, Names)
                and found.setdefault(item.column, (item.source, set()))[0] == item.source
            ):
                found[item.column][1].update(
                    (item.row, self.code(mention.name)) for mention in mentions(item.printed)
                )
        return found

    def code(self, name: str) -> str:
        """The code of a printed name; the name itself where no spelling knows it."""
        return self.known.get(normalise(name), name)

    def parts(self, item: Printed) -> list[Count]:
        """The printed cells that a total, or a sub-total of a scope, adds up; none for any other row."""
        rows = (
            self.workshops["id"]
            if item.row == TOTAL
            else self.workshops.loc[self.workshops["scope"] == item.row, "id"]
        )
        cells = [self.by_place.get(f"{item.source}:{row}:{item.column}") for row in rows]
        return [cell for cell in cells if isinstance(cell, Count) and cell.count is not None]

    def where(self, item: Printed) -> str:
        """A place in words: `Table 3, workshop 1, yes`; `section 2.4.2`."""
        if item.source == "prose":
            return f"section {item.column}" if item.column[:1].isdigit() else f"the {item.column}"
        if item.source == "examples":
            return f"an example of section {item.column}"
        column, _, name = item.column.partition(" ")
        label = (
            self.survey_round.options[column].label.lower()
            if column in self.survey_round.options
            else column
        )
        is_workshop = item.row in set(self.workshops["id"])
        row = (
            f"{self.survey_round.event} {item.row}" if is_workshop else ROWS.get(item.row, item.row)
        )
        return ", ".join(
            part for part in (item.source.replace("_", " ").capitalize(), row, label, name) if part
        )

    def outcome_of(self, name: str) -> str:
        """The outcome that a table is about; empty for the tables of replies and of actions."""
        return next(
            (
                option.id
                for option in self.survey_round.outcomes
                if name in self.survey_round.tables_of(option.id)
            ),
            "",
        )

    def _cells(self, name: str, table: pd.DataFrame) -> Iterator[Printed]:
        outcome, workshops = self.outcome_of(name), set(self.workshops["id"])
        of_lists = (
            outcome != ""
            and bool(self.survey_round.pairs_of(outcome))
            and name == self.survey_round.tables_of(outcome)[-1]
        )
        for row, cells in table.drop(columns="line", errors="ignore").iterrows():
            for column, cell in cells.items():
                place = (name, row, column, cell.strip())
                if column == "title":
                    yield from [Title(*place)] if row in workshops else []
                elif of_lists and row in workshops:
                    yield Names(*place)
                    yield from _marks(*place, outcome)
                elif cell.strip() in NOBODY and row in SUMMARIES:
                    yield from [Dash(*place)] if cell.strip() else []
                elif cell.strip():
                    yield Count(*place, *self._quantity(outcome, row, column))

    def _quantity(self, outcome: str, row: str, column: str) -> tuple[str, tuple[str, ...]]:
        """The fact that a cell counts, and the facts whose sum is its base."""
        suffix = "" if row == TOTAL else f".{row}"
        if row in SUMMARIES:
            action = column if row == "led" else "|".join(self.survey_round.pairs_of(outcome))
            return behind(
                f"pair.{action}.{outcome}.{'outcome_given_action' if row == 'led' else 'action_given_outcome'}"
            )
        if column in ("invited", "replies"):
            return f"{column}{suffix}", (f"invited{suffix}",) if column == "replies" else ()
        if column in ("yes", "no"):
            yes, no = f"outcome.{outcome}{suffix}", f"outcome.{outcome}.no{suffix}"
            return (yes if column == "yes" else no), (yes, no)
        kind = (
            "action" if column in {action.id for action in self.survey_round.actions} else "outcome"
        )
        return f"{kind}.{column}{suffix}", (f"replies{suffix}",)

    def _examples(self) -> Iterator[Example]:
        outcomes = {
            self.survey_round.section_of(option.id): option.id
            for option in self.survey_round.outcomes
        }
        for row in self.examples.to_dict("records"):
            place = ("examples", row["id"], row["section"], row["attribution"])
            told = (
                row["workshop"],
                row["administration"],
                outcomes.get(row["section"], ""),
                row["example"],
            )
            yield Example(*place, *told, row["status"], tuple(row.get("says", "").split()))


def _marks(source: str, row: str, column: str, cell: str, outcome: str) -> Iterator[Mark]:
    for mention in mentions(cell):
        yield Mark(
            source,
            row,
            f"{column} {mention.name}",
            marked(mention, mention.name),
            column,
            outcome,
            mention,
        )


def _claim(row: dict[str, str]) -> Claim:
    told = {key: row[key] for key in ("about", "value", "unit", "fact", "kind")}
    return Claim(
        "prose",
        row["id"],
        row["section"],
        row["printed"],
        *behind(row["fact"]),
        said_base=row["base"],
        **told,
    )


def read_publication(survey_round: Round) -> Publication | None:
    """Read what was published of a round; None where nothing was.

    Raises
    ------
    InputProblems
        A table or claims.csv cannot be read, or a claim's value is not what it prints.
    """
    names = table_names(survey_round)
    if not names:
        return None
    has_claims = (survey_round.raw / "published" / "claims.csv").is_file()
    claims = (
        survey_round.read_raw("published/claims.csv")
        if has_claims
        else pd.DataFrame(columns=CLAIM_COLUMNS, dtype=str)
    )
    stop_if_any(claims_problems(claims, f"data/raw/{survey_round.year}/published/claims.csv"))
    tables = {name: printed_table(survey_round, name) for name in names}
    return Publication(
        survey_round,
        survey_round.read_workshops(),
        tables,
        claims,
        survey_round.read_good_practices(),
    )


def claims_problems(claims: pd.DataFrame, file: str) -> Iterator[Problem]:
    """Yield what cannot be audited in claims.csv: columns that lack, ids that repeat, unknown kinds, values not as printed."""
    lacking = [column for column in CLAIM_COLUMNS if column not in claims]
    if lacking:
        yield Problem(
            file, "1", ", ".join(lacking), expected=f"the columns {', '.join(CLAIM_COLUMNS)}"
        )
        return
    repeated = claims["id"].duplicated(keep=False)
    for row, claim in claims.iterrows():
        digits, line = digits_of(claim["printed"]), str(row)
        if claim["kind"] not in KINDS:
            yield Problem(
                file, line, "kind", claim["kind"] or "(empty)", f"one of {', '.join(KINDS)}"
            )
        if not claim["id"] or repeated[row]:
            yield Problem(file, line, "id", claim["id"] or "(empty)", "an id that is used once")
        if claim["unit"] == "share" and not _same(claim["value"], digits, 100):
            yield Problem(
                file,
                line,
                "value",
                claim["value"] or "(empty)",
                f"the share printed as {claim['printed']}, from 0 to 1",
            )
        if claim["unit"] == "count" and digits is not None and not _same(claim["value"], digits, 1):
            yield Problem(
                file,
                line,
                "value",
                claim["value"] or "(empty)",
                f"the count printed as {claim['printed']}",
            )


def _same(value: str, digits: str | None, times: int) -> bool:
    try:
        return digits is not None and abs(float(value) * times - float(digits)) < 1e-6
    except ValueError:
        return False
