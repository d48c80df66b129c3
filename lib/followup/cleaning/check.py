"""List every problem in a round's raw data, and change nothing: `python -m followup.cleaning.check
2021`."""

import argparse
import difflib
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from importlib import import_module

import jinja2

from followup import rounds
from followup.cleaning.checks import (
    Checked,
    check_round,
    clean_round_before,
    leave,
    raw_table_problems,
    unfilled_words,
)
from followup.cleaning.cleaning import Remark
from followup.cleaning.draft import MARK
from followup.files import decoded, write
from followup.problems import InputError, Problem, summed_up
from followup.rounds import Round, is_year, open_round


class ToConfirm(Remark):
    """A line that `make round` proposed, and what is to be looked at there."""


HEADINGS = {
    "file": "File",
    "row": "Row",
    "column": "Column",
    "value": "Found",
    "expected": "Expected",
    "suggestion": "Did you mean",
}
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem }
body { color: #1d2731; background: #fff }
.wide { overflow-x: auto }
table { border-collapse: collapse; width: 100% }
caption { text-align: left; font-weight: bold; padding: .5rem 0 }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; overflow-wrap: anywhere }
th, td { border-bottom: 1px solid #767f88 }
</style>
</head>
<body>
<main>
<h1>{{ title }}</h1>
<p>{{ verdict }}</p>
{%- for caption, headings, problems in tables if problems %}
<div class="wide" tabindex="0" role="region" aria-label="{{ caption }}">
<table>
<caption>{{ caption }}</caption>
<thead><tr>
{%- for heading in headings.values() %}<th scope="col">{{ heading }}</th>{% endfor -%}
</tr></thead>
<tbody>
{%- for problem in problems %}
<tr>{% for name in headings %}<td>{{ problem[name] }}</td>{% endfor %}</tr>
{%- endfor %}
</tbody>
</table>
</div>
{%- endfor %}
</main>
</body>
</html>
"""


def main(arguments: list[str] | None = None, building: bool = False) -> int:
    """Print what is wrong with a round's raw data, and write it to output/YEAR/check.html.

    Parameters
    ----------
    building : whether a report is on its way, so that nobody need be told to make it.

    Returns
    -------
    The exit status, 1 when anything must be mended.
    """
    years = ", ".join(map(str, rounds.years())) or "none yet"
    parser = argparse.ArgumentParser(prog="make check", description=(__doc__ or "").split(":")[0])
    parser.add_argument("year", help=f"the year of a round: {years}")
    year = parser.parse_args(arguments).year
    if not is_year(year):
        parser.error(f"{year!r} is no year; name the year of a round: {years}")
    try:
        survey_round = open_round(int(year))
        checked = check_round(survey_round)
        checked.attempt(lambda: clean_round_before(survey_round)[1])
        checked.add(unconfirmed(survey_round))
        if not checked.problems and checked.cleaned:
            checked.add(unfilled_words(survey_round, *checked.cleaned[:2]))
        if not checked.problems:
            checked.add(left_empty(survey_round))
            checked.add(outside(survey_round))
            checked.add(alike_scopes(survey_round))
            checked.add(problem for ask in further_checks() for problem in ask(survey_round))
        if building and not checked.problems:
            leave(survey_round, checked)
    except InputError as error:
        checked = Checked(error.problems)
        checked.add(raw_table_problems(int(year)))
    if not (rounds.ROOT / "data" / "raw" / year).is_dir():
        print(f"There is no round of {year}:", *checked.problems, sep="\n  ")
        return 1
    verdict = verdict_of(year, checked)
    proposed = [remark for remark in checked.remarks if isinstance(remark, ToConfirm)]
    problems = summed_up(checked.problems)
    remarks = summed_up(remark for remark in checked.remarks if remark not in proposed)
    print(verdict, *(f"  {problem}" for problem in problems), sep="\n")
    if remarks:
        print("Worth knowing:", *(f"  {remark}" for remark in remarks), sep="\n")
    if proposed:
        print(to_confirm(len(proposed)), *(f"  {remark}" for remark in proposed), sep="\n")
    contacts = whom_to_ask([*checked.problems, *checked.remarks], checked.contacts)
    if contacts:
        print("Whom to ask (on this screen only):", *contacts, sep="\n")
    if checked.undecided:
        entries = checked.undecided.values()
        print("To decide, paste into round.toml, complete and say why:", *entries, sep="\n\n")
    title = f"Check of the raw data of {year}"
    page = problems_page(title, verdict, problems, remarks, proposed)
    write(rounds.ROOT / "output" / year / "check.html", page.encode())
    if not building:
        print(next_step(year, checked))
    return 1 if problems else 0


def further_checks() -> list[Callable[[Round], Iterable[Problem]]]:
    """What else the project's pyproject.toml has a round checked for, by packages that this one
    does not know: `[tool.followup] checks = ["module:function"]`."""
    path = rounds.ROOT / "pyproject.toml"
    settings = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    names = settings.get("tool", {}).get("followup", {}).get("checks", [])
    parts = (name.partition(":") for name in names)
    return [getattr(import_module(module), function) for module, _, function in parts]


def unconfirmed(survey_round: Round) -> Iterator[Problem]:
    """Name what `make round` proposed and nobody has confirmed yet, the most important first."""
    marks: list[tuple[int, Remark]] = []
    for path in (survey_round.raw / "round.toml", *sorted(survey_round.raw.glob("words/*.md"))):
        file = survey_round.file(path.relative_to(survey_round.raw).as_posix())
        for row, line in enumerate(decoded(path.read_bytes()).splitlines(), start=1):
            mark = MARK.search(line)
            if mark and (line.startswith("# confirm") or not line.startswith("# ")):
                marks.append((int(mark[1]), ToConfirm(file, str(row), expected=mark[2])))
    yield from (mark for _, mark in sorted(marks, key=lambda mark: mark[0]))


def outside(survey_round: Round) -> Iterator[Problem]:
    """Name the rows of workshops.csv whose month is not of the round's fiscal year."""
    first, last = survey_round.fiscal_year_from, survey_round.fiscal_year_to
    if not first or not last:
        return
    for row, month in survey_round.read_workshops()["month"].fillna("").items():
        if month and not first <= month <= last:
            expected = f"no month of the fiscal year, which round.toml says is {first} to {last}"
            file = survey_round.file("workshops.csv")
            yield Remark(file, str(row), "month", month, expected)


def left_empty(survey_round: Round) -> Iterator[Problem]:
    """Name what a questionnaire's workshops.csv leaves empty, with what the report then lacks."""
    lacks = {
        "month": "empty, so the report tells no month of it",
        "invited": "empty, so no reply rate is told: the number of administrations that took part",
    }
    workshops = survey_round.read_workshops()
    for column, expected in lacks.items() if survey_round.questionnaire else ():
        rows = workshops.index[workshops[column].isna() | (workshops[column] == "").fillna(False)]
        if len(rows):
            file = survey_round.file("workshops.csv")
            yield Remark(file, ", ".join(map(str, rows)), column, expected=expected)


def alike_scopes(survey_round: Round) -> Iterator[Problem]:
    """Name a scope that is spelt nearly as another: each is reported in a row of its own."""
    workshops = survey_round.read_workshops()
    scopes = sorted(set(workshops["scope"].dropna()) - {""})
    for one in scopes:
        rest = [other for other in scopes if other < one]
        for other in difflib.get_close_matches(one, rest, n=1, cutoff=0.85):
            row = str(workshops.index[workshops["scope"] == one][0])
            expected = f"if it is {other!r}, write it so; as it is, the two are told apart"
            yield Remark(survey_round.file("workshops.csv"), row, "scope", one, expected)


def to_confirm(count: int) -> str:
    """The heading of what is to be confirmed."""
    things = f"{count} thing{'s' if count > 1 else ''}"
    return (
        f"To confirm, {things}, the most important first: read it, change what is wrong, and take "
        "the mark # confirm out:"
    )


def next_step(year: str, checked: Checked) -> str:
    """What to do after the check."""
    if checked.problems:
        todo = f"mend these, the first ones first, then make check YEAR={year} again"
        return f"Next: {todo} (docs/adding_a_round.md says how)."
    proposed = any(isinstance(remark, ToConfirm) for remark in checked.remarks)
    first = "confirm what is listed, then " if proposed else ""
    return f"Next: {first}make report YEAR={year} builds output/{year}/report.html."


def verdict_of(year: str, checked: Checked) -> str:
    """The verdict in one sentence."""
    count = len(checked.problems)
    if count:
        problems = f"{count} problem{'s' if count > 1 else ''} in the raw data of {year}"
        return f"{problems}; no report can be made until mended:"
    replies, _, log = checked.cleaned or ((), (), ())
    counts = f"{len(replies)} replies, {len(log)} changes in the cleaning log"
    return f"The raw data of {year} are in order: {counts}."


def whom_to_ask(problems: Iterable[Problem], contacts: dict[int, str]) -> list[str]:
    """What the round asks to keep of the rows that have a problem: for the screen alone, never for
    a file."""
    rows = dict.fromkeys(int(problem.row) for problem in problems if problem.row.isdecimal())
    return [f"  row {row}: {contacts[row]}" for row in rows if contacts.get(row)]


def problems_page(
    title: str,
    verdict: str,
    problems: list[Problem],
    remarks: list[Problem],
    proposed: Iterable[Problem],
) -> str:
    """One HTML page: the verdict, the problems that stop the report, what is worth knowing, and
    what is to be confirmed."""
    template = jinja2.Environment(autoescape=True).from_string(PAGE)
    tables = [
        ("Problems to mend", HEADINGS, list(map(asdict, problems))),
        ("Worth knowing", HEADINGS | {"expected": "What happens"}, list(map(asdict, remarks))),
        (
            "To confirm",
            {"file": "File", "row": "Row", "expected": "What make round proposed"},
            list(map(asdict, proposed)),
        ),
    ]
    return template.render(title=title, verdict=verdict, tables=tables)


if __name__ == "__main__":
    sys.exit(main())
