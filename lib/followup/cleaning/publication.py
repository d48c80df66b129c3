"""The printed tables of a published report, cell by cell as text: what they name, and what cannot be read in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from followup.cleaning.administrations import FILE, suggestion
from followup.files import normalise
from followup.problems import InputProblems, Problem
from followup.rounds import Round

NAME = re.compile(r"(?P<bold>\*\*)?(?P<underline>_)?(?P<name>[^\s,*_]+)_?(?:\*\*)?")
NOBODY = {"", "0", "-", "--"}
TOTALS = ("sub-regional", "regional", "total", "led", "attributed")
SUMMARY = re.compile(r"\d+( ?\(\d+%\))?|-+|")


@dataclass(frozen=True)
class Mention:
    """A member named in one cell, and how the name is printed there."""

    name: str
    underlined: bool
    bold: bool


def mentions(cell: str) -> list[Mention]:
    """Read the members that a printed cell names: `_TO_` is underlined, `**PG**` bold; `0`, `-` or nothing is nobody.

    >>> [mention.name for mention in mentions("**KH**, **MY** **MM**, _PH_")]
    ['KH', 'MY', 'MM', 'PH']
    """
    if cell.strip() in NOBODY:
        return []
    return [
        Mention(found["name"], bool(found["underline"]), bool(found["bold"]))
        for found in NAME.finditer(cell)
    ]


def table_names(survey_round: Round) -> list[str]:
    """Names of the printed tables of a round, in order; empty where nothing was published."""
    return sorted(path.stem for path in (survey_round.raw / "published").glob("table_*.csv"))


def table_file(survey_round: Round, name: str) -> str:
    """Path of a printed table below the project's root."""
    return survey_round.file(f"published/{name}.csv")


def printed_table(survey_round: Round, name: str) -> pd.DataFrame:
    """One printed table as text, indexed by `workshop` (ids and summary rows), with `line`, the row of its file.

    Raises
    ------
    InputProblems
        The file cannot be read or has no column `workshop`.
    """
    table = survey_round.read_raw(f"published/{name}.csv")
    if "workshop" not in table:
        expected = f"a column workshop; the columns are {', '.join(table)}"
        raise InputProblems(
            [Problem(table_file(survey_round, name), "1", "workshop", expected=expected)]
        )
    return table.assign(line=table.index.astype(str)).set_index("workshop")


def table_problems(
    survey_round: Round, name: str, table: pd.DataFrame, known: dict[str, str]
) -> Iterator[Problem]:
    """Yield what cannot be read in a printed table: rows, columns, counts, and members that no spelling knows."""
    file, workshops = table_file(survey_round, name), list(survey_round.read_workshops()["id"])
    yield from _row_problems(table, workshops, file)
    lists = name in survey_round.rebuild.lists
    for column in table.columns.drop(["title", "line"], errors="ignore"):
        if column not in (*survey_round.options, "invited", "replies", "yes", "no"):
            yield Problem(
                file,
                "1",
                column,
                expected=f"an action, an outcome, or a count; known are {', '.join(survey_round.options)}",
            )
            continue
        for row, (cell, line) in table[[column, "line"]].iterrows():
            if row in TOTALS:
                fits = SUMMARY.fullmatch(cell.strip())
                yield from (
                    ()
                    if fits
                    else (
                        Problem(
                            file,
                            line,
                            column,
                            cell,
                            "a count with its percentage as printed, - or nothing",
                        ),
                    )
                )
            elif lists:
                yield from _name_problems(cell, Problem(file, line, column), known)
            elif not cell.strip().isdecimal():
                yield Problem(file, line, column, cell or "(empty)", "a whole number")


def _row_problems(table: pd.DataFrame, workshops: list[str], file: str) -> Iterator[Problem]:
    known = f"an id of workshops.csv ({', '.join(workshops)}) or one of {', '.join(TOTALS)}"
    seen = set()
    for row, line in table["line"].items():
        if row not in (*workshops, *TOTALS):
            yield Problem(file, line, "workshop", row or "(empty)", known)
        elif row in seen:
            yield Problem(file, line, "workshop", row, "each row once")
        seen.add(row)
    for workshop in workshops:
        if workshop not in seen:
            yield Problem(
                file,
                column="workshop",
                value=workshop,
                expected="a row for every id of workshops.csv",
            )


def _name_problems(cell: str, place: Problem, known: dict[str, str]) -> Iterator[Problem]:
    for mention in mentions(cell):
        if normalise(mention.name) not in known:
            near = suggestion(mention.name, known)
            yield Problem(
                place.file,
                place.row,
                place.column,
                mention.name,
                f"a code or spelling of {FILE}",
                near,
            )
