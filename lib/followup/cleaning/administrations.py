"""The member administrations: their codes, names and the spellings met for them."""

import difflib
from collections.abc import Iterator

import pandas as pd

from followup import rounds
from followup.files import listed, normalise, read_text_table
from followup.problems import Problem

FILE = "data/raw/administrations.csv"


def read_administrations() -> pd.DataFrame:
    """Member administrations by two-letter code: `name`, `other_names` (joined by ;), `sub_region`,
    as text."""
    return read_text_table(rounds.ROOT, FILE).set_index("code")


def spellings(administrations: pd.DataFrame) -> dict[str, str]:
    """Map every known spelling, normalised, to its code: the code itself, the name and the other
    names."""
    codes = {
        normalise(spelling): str(code)
        for code, row in administrations.iterrows()
        for spelling in (str(code), row["name"], *listed(row["other_names"]))
    }
    codes.pop("", None)
    return codes


def spelling_problems(administrations: pd.DataFrame) -> Iterator[Problem]:
    """Yield the spellings that two administrations claim; `administrations` as read, by row."""
    owners: dict[str, str] = {}
    for line, row in administrations.iterrows():
        for column in ("code", "name", "other_names"):
            for spelling in listed(row[column]):
                owner = owners.setdefault(normalise(spelling), row["code"])
                if owner != row["code"]:
                    expected = f"a spelling of one administration alone: {owner} has it too"
                    yield Problem(FILE, str(line), column, spelling, expected)


def suggestion(text: str, codes: dict[str, str]) -> str:
    """The code whose spelling is nearest to a text that is not a known spelling; empty where none
    is near."""
    near = difflib.get_close_matches(normalise(text)[:500], codes, n=1, cutoff=0.75)
    return codes[near[0]] if near else ""
