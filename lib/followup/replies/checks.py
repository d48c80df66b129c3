"""Everything that is wrong with a round's raw data, before any of it is used: `python -m followup.replies.checks 2021`."""

import sys
from collections.abc import Iterator
from datetime import date

import pandas as pd

from followup import rounds
from followup.problems import InputProblems, Problem
from followup.replies import reconstruction, schema
from followup.replies.administrations import FILE, fold, spellings, suggestion
from followup.replies.cleaning import Remark, cleaning_log
from followup.replies.page import problems_page
from followup.replies.questionnaire import read_questionnaire
from followup.replies.reader import Reading
from followup.rounds import Round, listed, open_round, read_text_table


def raw_problems(survey: Round) -> Iterator[Problem]:
    """Yield the problems of every raw table that all rounds have: administrations, workshops and examples."""
    try:
        administrations = read_text_table(rounds.ROOT / FILE)
        workshops = survey.read_raw("workshops.csv")
    except InputProblems as error:
        yield from error.problems
        return
    found = [
        *schema.table_problems(administrations, schema.ADMINISTRATIONS, FILE),
        *schema.table_problems(workshops, schema.workshops_schema(survey, list(workshops)), survey.file("workshops.csv")),
    ]
    found = found or [*workshop_problems(survey, workshops, spellings(administrations.set_index("code")))]
    yield from found
    if found:
        return
    try:
        examples = survey.read_good_practices()
    except InputProblems as error:
        yield from error.problems
        return
    fitting = schema.examples_schema(list(workshops["id"]), list(administrations["code"]))
    yield from schema.table_problems(examples, fitting, survey.file("good_practices.csv"))


def workshop_problems(survey: Round, workshops: pd.DataFrame, known: dict[str, str]) -> Iterator[Problem]:
    """Yield what does not fit together in a workshops.csv whose cells are well formed."""
    file = survey.file("workshops.csv")
    if workshops.empty:
        yield Problem(file, expected=f"a row for each {survey.stratum}: there is none yet")
    for line, row in zip(workshops.index.astype(str), workshops.to_dict("records"), strict=True):
        if row["id"] in {"total", *workshops["scope"]}:
            yield Problem(file, line, "id", row["id"], "an id that is no scope's name, and not total")
        day = row.get("date", "")
        if day and not _is_a_day(day):
            yield Problem(file, line, "date", day, "a day of the calendar")
        if day and row["month"] and not day.startswith(row["month"]):
            yield Problem(file, line, "month", row["month"], f"the month of its date {day}, or nothing", day[:7])
        names = listed(row.get("invited_administrations", ""))
        for name in names:
            if fold(name) not in known:
                expected = f"codes or spellings of {FILE}, separated by semicolons"
                yield Problem(file, line, "invited_administrations", name, expected, suggestion(name, known))
        codes = [known.get(fold(name), name) for name in names]
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            yield Problem(file, line, "invited_administrations", code, "each administration once")
        if names and row["invited"] and int(row["invited"]) != len(names):
            yield Problem(
                file, line, "invited", row["invited"], f"{len(names)}, as many as invited_administrations names, or nothing"
            )


def _is_a_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def read_round(survey: Round) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, Reading]:
    """Check all raw data of a round and clean its replies.

    Returns
    -------
    replies, counts, log : see `reconstruction.rebuild`; a questionnaire's counts are empty.
    found : remarks, and whom to ask about which row; empty for a published round.

    Raises
    ------
    InputProblems
        With every problem found in any file.
    """
    problems = list(raw_problems(survey))
    if any(problem.file.endswith(("workshops.csv", "administrations.csv")) for problem in problems):
        raise InputProblems(problems)
    try:
        if survey.source == "questionnaire":
            found = read_questionnaire(survey)
        else:
            replies, counts, log = reconstruction.rebuild(survey)
            found = Reading(survey)
    except InputProblems as error:
        raise InputProblems([*problems, *error.problems]) from None
    if problems or any(map(is_fatal, found.problems)):
        raise UnreadRows(problems, found)
    if survey.source == "questionnaire":
        replies, counts, log = found.frame(), no_counts(), cleaning_log(found.changes)
    codes = list(read_text_table(rounds.ROOT / FILE)["code"])
    schema.replies_schema(survey, list(survey.read_workshops()["id"]), codes).validate(replies, lazy=True)
    return replies, counts, log, found


class UnreadRows(InputProblems):
    """Problems of a round whose export was read; `found` holds the remarks, and whom to ask about which row."""

    def __init__(self, problems: list[Problem], found: Reading) -> None:
        super().__init__([*problems, *filter(is_fatal, found.problems)])
        self.found = found


def is_fatal(problem: Problem) -> bool:
    """Whether a problem stops the report; a remark does not."""
    return not isinstance(problem, Remark)


def no_counts() -> pd.DataFrame:
    """The counts of a round whose replies are all known."""
    types = {"workshop": "string", "variable": "string", "yes": "Int64", "no": "Int64"}
    return pd.DataFrame({name: [] for name in types}).astype(types)


def clean_round(survey: Round) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Check all raw data of a round and clean its replies: replies, counts, log (see `read_round`)."""
    return read_round(survey)[:3]


def main(arguments: list[str]) -> int:
    """Print what is wrong with a round's raw data, write it to output/YEAR/check.html; the status is 1 when anything is fatal."""
    if len(arguments) != 1 or not arguments[0].isdecimal() or len(arguments[0]) > 4:
        print(f"Name the year of a round: {', '.join(map(str, rounds.years())) or 'none yet'}", file=sys.stderr)
        return 1
    year, made = int(arguments[0]), ""
    try:
        replies, _, log, found = read_round(open_round(year))
        fatal, made = [], f"{len(replies)} replies, {len(log)} changes in the cleaning log"
    except InputProblems as error:
        fatal, found = error.problems, getattr(error, "found", None)
    remarks = [problem for problem in (found.problems if found else []) if not is_fatal(problem)]
    verdict = told(year, fatal, made)
    print(verdict, *(f"  {problem}" for problem in fatal), sep="\n")
    print(*(["Worth knowing:", *(f"  {remark}" for remark in remarks)] if remarks else []), sep="\n", end="\n" * bool(remarks))
    print(*whom_to_ask([*fatal, *remarks], found.contacts if found else {}), sep="\n", end="")
    if (rounds.ROOT / "data" / "raw" / str(year)).is_dir():
        page = rounds.ROOT / "output" / str(year) / "check.html"
        rounds.write(page, problems_page(f"Check of the raw data of {year}", verdict, fatal, remarks).encode())
    return 1 if fatal else 0


def told(year: int, fatal: list[Problem], made: str) -> str:
    """The verdict in one sentence."""
    if fatal:
        count = f"{len(fatal)} problem{'s' if len(fatal) > 1 else ''} in the raw data of {year}"
        return f"{count}; no report can be made until mended:"
    return f"The raw data of {year} are in order: {made}."


def whom_to_ask(problems: list[Problem], contacts: dict[int, str]) -> Iterator[str]:
    """What the round asks to keep of the rows that have a problem: for the screen alone, never for a file."""
    rows = dict.fromkeys(int(problem.row) for problem in problems if problem.row.isdecimal())
    asked = {row: contacts[row] for row in rows if contacts.get(row)}
    yield from ("Whom to ask (on this screen only):", *(f"  row {row}: {who}" for row, who in asked.items()), "") if asked else ()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
