"""What the administrations that did not reply leave open."""

import numpy as np
import pandas as pd

from followup.statistics.intervals import wilson
from followup.tables import outcome_by_workshop, responses


def reply_rates(replies: pd.DataFrame, workshops: pd.DataFrame) -> pd.DataFrame:
    """Give the reply rate of each workshop, each scope and in all, with its 95% Wilson interval; see `with_intervals`."""
    return with_intervals(responses(replies, workshops))


def with_intervals(table: pd.DataFrame) -> pd.DataFrame:
    """Give a table of `responses` its 95% Wilson intervals.

    Returns
    -------
    DataFrame indexed by workshop id, then `sub-regional`, `regional`, `total`: `invited`, `replies` (counts), `reply_rate`,
    `low`, `high` (0 to 1). Missing where it is not known how many were invited, or more replied than were.
    """
    known = (table["invited"].fillna(0) > 0) & (table["replies"] <= table["invited"]).fillna(False)
    pairs = zip(table["replies"], table["invited"], known, strict=True)
    limits = [
        wilson(int(count), int(base)) if fine else (np.nan, np.nan) for count, base, fine in pairs
    ]
    return table.assign(low=[low for low, _ in limits], high=[high for _, high in limits]).astype(
        {"reply_rate": "Float64"}
    )


def manski_bounds(yes: int, answered: int, invited: int) -> tuple[float, float]:
    """Bound the share of all invited that would say yes, assuming nothing about those who did not answer (Manski 1989).

    Examples
    --------
    >>> [round(bound, 3) for bound in manski_bounds(38, 58, 153)]
    [0.248, 0.869]
    """
    _check(yes, answered, invited)
    return yes / invited, (yes + invited - answered) / invited


def tipping_point(yes: int, answered: int, invited: int, threshold: float = 0.5) -> float:
    """Give the share of those who did not answer that would have to say yes for the share of all invited to be the threshold.

    Below 0: the threshold is passed already, whatever they would say. Above 1: it can't be reached. Missing where all answered.

    Examples
    --------
    >>> round(tipping_point(38, 58, 153), 3)
    0.405
    """
    _check(yes, answered, invited)
    return (threshold * invited - yes) / (invited - answered) if invited > answered else np.nan


def outcome_bounds(
    replies: pd.DataFrame,
    counts: pd.DataFrame,
    workshops: pd.DataFrame,
    outcomes: list[str],
    threshold: float = 0.5,
) -> pd.DataFrame:
    """Bound each outcome over all invited administrations.

    Parameters
    ----------
    replies, counts, workshops : as cleaned; an outcome known only as counts is taken from `counts`.

    Returns
    -------
    DataFrame indexed by outcome: `yes`, `answered`, `invited` (counts), `share` of those who answered with its Wilson limits
    `low` and `high`, Manski's `lowest` and `highest` over all invited, and the `tipping_point`. Shares are missing where no one
    answered, bounds where it is not known how many were invited.
    """
    rows = {
        outcome: _bounds(
            outcome_by_workshop(replies, counts, workshops, outcome), workshops, threshold
        )
        for outcome in outcomes
    }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("outcome")
    return table.astype(dict.fromkeys(["yes", "answered", "invited"], "Int64"))


def _bounds(
    by_workshop: pd.DataFrame, workshops: pd.DataFrame, threshold: float
) -> dict[str, float]:
    total = by_workshop.loc["total"]
    invited = workshops["invited"].sum(skipna=False)
    row = {"yes": total["yes"], "answered": total["yes"] + total["no"], "invited": invited}
    row |= dict.fromkeys(["share", "low", "high", "lowest", "highest", "tipping_point"], np.nan)
    if pd.isna(row["answered"]) or row["answered"] == 0:
        return row
    yes, answered = int(row["yes"]), int(row["answered"])
    row |= dict(
        zip(("share", "low", "high"), (yes / answered, *wilson(yes, answered)), strict=True)
    )
    if pd.isna(invited) or invited < answered:
        return row
    row["lowest"], row["highest"] = manski_bounds(yes, answered, int(invited))
    return row | {"tipping_point": tipping_point(yes, answered, int(invited), threshold)}


def _check(yes: int, answered: int, invited: int) -> None:
    if not 0 <= yes <= answered <= invited or invited == 0:
        raise ValueError(
            f"expected 0 <= yes <= answered <= invited, found {yes}, {answered}, {invited}"
        )
