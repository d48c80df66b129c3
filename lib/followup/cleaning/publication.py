"""The printed tables of a published report, cell by cell as text: what they name, and what cannot
be read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd

from followup.cleaning.administrations import FILE, suggestion
from followup.files import normalise
from followup.problems import InputError, Problem
from followup.rounds import Round

NAME = re.compile(r"(?P<bold>\*\*)?(?P<underline>_)?(?P<name>[^\s,*_]+)_?(?:\*\*)?")
NOBODY = {"", "0", "-", "--"}
SUMMARY = re.compile(r"\d+( ?\(\d+%\))?|-+|")
COUNTS = ("invited", "replies", "yes", "no")


@dataclass(frozen=True)
class Mention:
    """A member named in one cell, and how the name is printed there."""

    name: str
    underlined: bool
    bold: bool


def mentions(cell: str) -> list[Mention]:
    """Read the members that a printed cell names: `_TO_` is underlined, `**PG**` bold; `0`, `-` or
    nothing is nobody.

    >>> [mention.name for mention in mentions("**KH**, **MY** **MM**, _PH_")]
    ['KH', 'MY', 'MM', 'PH']
    """
    if cell.strip() in NOBODY:
        return []
    return [
        Mention(name["name"], bool(name["underline"]), bool(name["bold"]))
        for name in NAME.finditer(cell)
    ]


def table_names(survey_round: Round) -> list[str]:
    """Names of the printed tables of a round, in order; empty where nothing was published."""
    return sorted(path.stem for path in (survey_round.raw / "published").glob("table_*.csv"))


def table_file(survey_round: Round, name: str) -> str:
    """Path of a printed table below the project's root."""
    return survey_round.file(f"published/{name}.csv")


def printed_table(survey_round: Round, name: str) -> pd.DataFrame:
    """One printed table as text, indexed by `workshop` (ids and summary rows), with `line`, the row
    of its file.

    Raises
    ------
    InputError
        The file cannot be read or has no column `workshop`.
    """
    table = survey_round.read_raw(f"published/{name}.csv")
    if "workshop" not in table:
        expected = f"a column workshop; the columns are {', '.join(map(str, table))}"
        place = (table_file(survey_round, name), "1", "workshop")
        raise InputError([Problem(*place, expected=expected)])
    return table.assign(line=table.index.astype(str)).set_index("workshop")


def table_problems(
    survey_round: Round, name: str, table: pd.DataFrame, codes: dict[str, str]
) -> Iterator[Problem]:
    """Yield what cannot be read in a printed table: rows, columns, counts, and members that no
    spelling knows."""
    file, workshops = table_file(survey_round, name), survey_round.read_workshops()
    totals = [*dict.fromkeys(workshops["scope"]), "total", "led", "attributed"]
    yield from _row_problems(table, list(workshops["id"]), totals, file)
    lists = survey_round.rebuild is not None and name in survey_round.rebuild.lists
    for column in map(str, table.columns.drop(["title", "line"], errors="ignore")):
        if column not in (*survey_round.options, *COUNTS):
            ids = ", ".join(survey_round.options)
            expected = f"an action, an outcome, or a count; known are {ids}"
            yield Problem(file, "1", column, expected=expected)
            continue
        for row, cell, line in zip(table.index, table[column], table["line"], strict=True):
            place = Problem(file, line, column, cell or "(empty)")
            if row in totals:
                if not SUMMARY.fullmatch(cell.strip()):
                    expected = "a count with its percentage as printed, - or nothing"
                    yield replace(place, expected=expected)
            elif lists:
                yield from _name_problems(cell, place, codes)
            elif not cell.strip().isdecimal():
                yield replace(place, expected="a whole number")


def _row_problems(
    table: pd.DataFrame, workshops: list[str], totals: list[str], file: str
) -> Iterator[Problem]:
    expected = f"an id of workshops.csv ({', '.join(workshops)}) or one of {', '.join(totals)}"
    rows: set[str] = set()
    for row, line in zip(table.index, table["line"], strict=True):
        if row not in (*workshops, *totals):
            yield Problem(file, line, "workshop", row or "(empty)", expected)
        elif row in rows:
            yield Problem(file, line, "workshop", row, "each row once")
        rows.add(row)
    for workshop in (workshop for workshop in workshops if workshop not in rows):
        yield Problem(file, "", "workshop", workshop, "a row for every id of workshops.csv")


def _name_problems(cell: str, place: Problem, codes: dict[str, str]) -> Iterator[Problem]:
    for mention in mentions(cell):
        if normalise(mention.name) not in codes:
            yield replace(
                place,
                value=mention.name,
                expected=f"a code or spelling of {FILE}",
                suggestion=suggestion(mention.name, codes),
            )
