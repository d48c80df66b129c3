"""Bad input, told whole: every problem with its file, row, column, value and what was expected."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

MANY, EXAMPLES = 10, 3
LONGEST = {"column": 200, "value": 200, "suggestion": 200, "expected": 1500}  # letters shown


@dataclass(frozen=True)
class Problem:
    """One thing wrong in one place of the raw data.

    Parameters
    ----------
    file : path below the project's root.
    row : row as a spreadsheet numbers it (the heading is row 1); empty where the whole file is
        meant.
    column : column heading, or key of round.toml; empty where the whole row is meant.
    value : the value found, as text.
    expected : what was expected, and how to mend it.
    suggestion : the value that was probably meant; empty where there is none.
    """

    file: str
    row: str = ""
    column: str = ""
    value: str = ""
    expected: str = ""
    suggestion: str = ""

    def __str__(self) -> str:
        row = f"row{'' if self.row.isdecimal() else 's'} {self.row}" if self.row else ""
        place = ", ".join(filter(None, (self.file, row, self.column and f"column {self.column}")))
        value = f": found {self.value!r}" if self.value else ""
        hint = f"; did you mean {self.suggestion!r}?" if self.suggestion else ""
        text = f"{place}{value}; expected {self.expected}{hint}"
        # What a terminal would obey is written as Python writes it.
        return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)


class InputError(ValueError):
    """The raw data cannot be used; `problems` holds all that is wrong, and the text lists it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        count = f"{len(self.problems)} problem{'s' if len(self.problems) != 1 else ''}"
        lines = [f"{count} in the raw data; nothing was built or overwritten:"]
        super().__init__("\n".join([*lines, *(f"  {line}" for line in summed_up(self.problems))]))


def stop_if_any(problems: Iterable[Problem]) -> None:
    """Raise InputError when there is at least one problem."""
    listed = list(problems)
    if listed:
        raise InputError(listed)


def summed_up(problems: Iterable[Problem]) -> list[Problem]:
    """Problems as they are shown: more than ten of one kind in one column are told as one, with the
    first three rows and ten values, and long texts are cut.

    >>> many = [Problem("a.csv", str(row), "x", "?", "a number") for row in range(2, 1002)]
    >>> print(*summed_up(many))
    a.csv, rows 2, 3, 4 and 997 more, column x: found '?'; expected a number
    """
    kinds: dict[tuple[type, str, str, str], list[Problem]] = {}
    for problem in problems:
        expected = re.sub(r"'[^']*'|\"[^\"]*\"|\d+", "", problem.expected)
        kind = (type(problem), problem.file, problem.column, expected)
        kinds.setdefault(kind, []).append(problem)
    lines: list[Problem] = []
    for alike in kinds.values():
        if len(alike) <= MANY or not all(problem.row for problem in alike):
            lines += alike
            continue
        first = alike[:EXAMPLES]
        rows = f"{', '.join(problem.row for problem in first)} and {len(alike) - EXAMPLES} more"
        values = "; ".join(list(dict.fromkeys(one.value for one in alike if one.value))[:MANY])
        lines.append(replace(first[0], row=rows, value=values))
    return [replace(problem, **cut(problem)) for problem in lines]


def cut(problem: Problem) -> dict[str, str]:
    """The texts of a problem that are too long to show, by their names, cut."""
    texts = ((name, getattr(problem, name), longest) for name, longest in LONGEST.items())
    return {
        name: f"{text[:longest]} … and {len(text) - longest:,} letters more"
        for name, text, longest in texts
        if len(text) > longest
    }
