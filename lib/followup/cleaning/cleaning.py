"""The cleaning log: every change between a raw cell and the replies table is a row of it."""

from dataclasses import asdict, dataclass, fields

import pandas as pd

from followup.problems import Problem


@dataclass(frozen=True)
class Change:
    """One change: `row` as the source names it (a workshop's id, or a spreadsheet's row)."""

    source: str
    row: str
    column: str
    before: str
    after: str
    reason: str


@dataclass(frozen=True)
class Remark(Problem):
    """Something in the raw data that is worth knowing and stops nothing; `expected` says what
    happens to it."""

    def __str__(self) -> str:
        return super().__str__().replace("; expected ", "; ", 1)


MOST_PLACES = 100  # of a reason for changes, that a table lists
LOG = [one.name for one in fields(Change)]


def cleaning_log(changes: list[Change]) -> pd.DataFrame:
    """One row a change, in the order made: `source, row, column, before, after, reason` (text)."""
    return pd.DataFrame(map(asdict, changes), columns=LOG, dtype="string")


def changes_by_reason(log: pd.DataFrame, event: str) -> pd.DataFrame:
    """Count the changes by reason, most frequent first.

    Parameters
    ----------
    log : see `cleaning_log`.
    event : the word for what the replies are about, which a printed table's rows are.

    Returns
    -------
    One row a reason: `reason, changes, places` (where they were made).
    """
    printed = log["source"].str.fullmatch(r"table_\d+")
    source = log["source"].str.replace("table_", "Table ").str.replace(r"^.*/", "", regex=True)
    place = source + printed.map({True: f", {event} ", False: ", row "}) + log["row"]
    grouped = log.assign(place=place).groupby("reason", sort=False)
    counted = grouped.agg(
        changes=("reason", "size"),
        places=("place", _listed),
    )
    return counted.sort_values("changes", ascending=False, kind="stable").reset_index()


def _listed(places: pd.Series) -> str:
    """Places joined by ;, of many the first three."""
    once = places.drop_duplicates()
    if len(once) <= MOST_PLACES:
        return "; ".join(once)
    return f"{'; '.join(once.head(3))} and {len(once) - 3:,} more"
