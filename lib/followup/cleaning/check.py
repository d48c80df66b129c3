"""List every problem in a round's raw data, and change nothing: `python -m followup.cleaning.check 2021`."""

import sys
from collections.abc import Iterator

from followup import rounds
from followup.cleaning.checks import is_fatal, read_round
from followup.cleaning.page import problems_page
from followup.files import write
from followup.problems import InputProblems, Problem
from followup.rounds import open_round


def main(arguments: list[str]) -> int:
    """Print what is wrong with a round's raw data, write it to output/YEAR/check.html; the status is 1 when anything is fatal."""
    if len(arguments) != 1 or not arguments[0].isdecimal() or len(arguments[0]) > 4:
        print(
            f"Name the year of a round: {', '.join(map(str, rounds.years())) or 'none yet'}",
            file=sys.stderr,
        )
        return 1
    year, made = int(arguments[0]), ""
    try:
        replies, _, log, found = read_round(open_round(year))
        fatal, made = [], f"{len(replies)} replies, {len(log)} changes in the cleaning log"
    except InputProblems as error:
        fatal, found = error.problems, getattr(error, "found", None)
    remarks = [problem for problem in (found.problems if found else []) if not is_fatal(problem)]
    folder = rounds.ROOT / "data" / "raw" / str(year)
    verdict = told(year, fatal, made) if folder.is_dir() else f"There is no round of {year}:"
    print(verdict, *(f"  {problem}" for problem in fatal), sep="\n")
    print(
        *(["Worth knowing:", *(f"  {remark}" for remark in remarks)] if remarks else []),
        sep="\n",
        end="\n" * bool(remarks),
    )
    print(*whom_to_ask([*fatal, *remarks], found.contacts if found else {}), sep="\n", end="")
    if folder.is_dir():
        page = rounds.ROOT / "output" / str(year) / "check.html"
        write(
            page,
            problems_page(f"Check of the raw data of {year}", verdict, fatal, remarks).encode(),
        )
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
    yield from (
        (
            "Whom to ask (on this screen only):",
            *(f"  row {row}: {who}" for row, who in asked.items()),
            "",
        )
        if asked
        else ()
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
