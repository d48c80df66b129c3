"""The member administrations: their codes, names and the spellings met for them."""

import difflib

import pandas as pd

from followup import rounds
from followup.files import normalise, read_text_table

FILE = "data/raw/administrations.csv"


def read_administrations() -> pd.DataFrame:
    """Member administrations indexed by two-letter code: `name`, `other_names` (joined by ;) and `sub_region`, as text."""
    return read_text_table(rounds.ROOT, FILE).set_index("code")


def spellings(administrations: pd.DataFrame) -> dict[str, str]:
    """Map every known spelling, folded (see `normalise`), to its code: the code itself, the name and the other names."""
    known = {}
    for code, row in administrations.iterrows():
        for spelling in (code, row["name"], *row["other_names"].split(";")):
            known[normalise(spelling)] = code
    known.pop("", None)
    return known


def suggestion(text: str, known: dict[str, str]) -> str:
    """The code whose spelling is nearest to a text that is not a known spelling; empty where none is near."""
    near = difflib.get_close_matches(normalise(text)[:500], known, n=1, cutoff=0.75)
    return known[near[0]] if near else ""
