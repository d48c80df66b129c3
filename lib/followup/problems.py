"""Bad input, told whole: every problem with its file, row, column, value and what was expected."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing wrong in one place of the raw data.

    Parameters
    ----------
    file : path below the project's root.
    row : row as a spreadsheet numbers it (the heading is row 1); empty where the whole file is meant.
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
        place = ", ".join(
            part
            for part in (
                self.file,
                self.row and f"row {self.row}",
                self.column and f"column {self.column}",
            )
            if part
        )
        found = f": found {self.value!r}" if self.value else ""
        hint = f"; did you mean {self.suggestion!r}?" if self.suggestion else ""
        return f"{place}{found}; expected {self.expected}{hint}"


class InputProblems(ValueError):
    """The raw data cannot be used; `problems` holds all that is wrong, and the text lists it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        count = (
            f"{len(self.problems)} problem{'s' if len(self.problems) != 1 else ''} in the raw data"
        )
        super().__init__(
            "\n".join(
                [
                    f"{count}; nothing was built or overwritten:",
                    *(f"  {problem}" for problem in self.problems),
                ]
            )
        )


def stop_if_any(problems: Iterable[Problem]) -> None:
    """Raise InputProblems when there is at least one problem."""
    found = list(problems)
    if found:
        raise InputProblems(found)
