"""What the administrations that did not reply leave open."""

import numpy as np
import pandas as pd

from followup.statistics.intervals import wilson


def manski_bounds(yes: int, answered: int, invited: int) -> tuple[float, float]:
    """Bound the share of all invited that would say yes, assuming nothing about those who did not
    answer (Manski 1989).

    Examples
    --------
    >>> [round(bound, 3) for bound in manski_bounds(38, 58, 153)]
    [0.248, 0.869]
    """
    _check(yes, answered, invited)
    return yes / invited, (yes + invited - answered) / invited


def tipping_point(yes: int, answered: int, invited: int, threshold: float = 0.5) -> float:
    """Give the share of those who did not answer that would have to say yes for the share of all
    invited to be the threshold.

    Below 0: the threshold is passed already, whatever they would say. Above 1: it can't be reached.
    Missing where all answered.

    Examples
    --------
    >>> round(tipping_point(38, 58, 153), 3)
    0.405
    """
    _check(yes, answered, invited)
    return (threshold * invited - yes) / (invited - answered) if invited > answered else np.nan


def difference_bounds(table: np.ndarray, invited: int | None) -> tuple[float, float]:
    """Bound the difference of shares between those with and without the action over all invited,
    assuming nothing.

    Whoever did not answer may have acted or not, and reported the outcome or not. The difference is
    smallest where all of them are among `action_only` and `outcome_only`, in the proportion that
    makes it smallest, and largest where all are among `both` and `neither` (Manski 1989, with the
    action unknown too; every split is tried).

    Parameters
    ----------
    table : `[[both, action_only], [outcome_only, neither]]` of those who answered both.
    invited : how many were asked; missing = not known.

    Returns
    -------
    Lowest and highest; nan where it is not known how many were asked, or more answered than were.

    Examples
    --------
    >>> [round(bound, 3) for bound in difference_bounds([[1, 0], [0, 1]], 3)]
    [0.5, 1.0]
    """
    (both, action_only), (outcome_only, neither) = np.asarray(table, int).tolist()
    answered = both + action_only + outcome_only + neither
    if invited is None or pd.isna(invited) or invited < answered or answered == 0:
        return np.nan, np.nan
    silent = int(invited) - answered
    acting = np.arange(silent + 1)  # of those who did not answer
    acted = both + action_only + acting
    did_not = outcome_only + neither + silent - acting
    with np.errstate(divide="ignore", invalid="ignore"):
        lowest = both / acted - (outcome_only + silent - acting) / did_not
        highest = (both + acting) / acted - outcome_only / did_not
    if not ((acted > 0) & (did_not > 0)).any():
        return np.nan, np.nan
    return float(np.nanmin(lowest)), float(np.nanmax(highest))


def outcome_bounds(
    answers: pd.DataFrame, invited: int | None, threshold: float = 0.5
) -> pd.DataFrame:
    """Bound the share of each outcome over all invited.

    Parameters
    ----------
    answers : indexed by outcome, `yes` and `no` (counts of answers; missing = not known).
    invited : how many were asked; missing = not known.
    threshold : of the tipping point.

    Returns
    -------
    DataFrame indexed by outcome: `yes`, `answered`, `invited` (counts), `share` of those who
    answered with its Wilson limits `low` and `high`, Manski's `lowest` and `highest` over all
    invited, and the `tipping_point`. Shares are missing where no one answered, bounds where it is
    not known how many were invited, or fewer were than answered.
    """
    rows = {
        outcome: _bounds(row["yes"], row["yes"] + row["no"], invited, threshold)
        for outcome, row in answers.iterrows()
    }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("outcome")
    return table.astype(dict.fromkeys(["yes", "answered", "invited"], "Int64"))


def _bounds(
    yes: int, answered: int, invited: int | None, threshold: float
) -> dict[str, float | None]:
    row: dict[str, float | None] = {"yes": yes, "answered": answered, "invited": invited}
    row |= dict.fromkeys(["share", "low", "high", "lowest", "highest", "tipping_point"], np.nan)
    if pd.isna(answered) or answered == 0:
        return row
    yes, answered = int(yes), int(answered)
    row["share"] = yes / answered
    row["low"], row["high"] = wilson(yes, answered)
    if invited is None or pd.isna(invited) or invited < answered:
        return row
    row["lowest"], row["highest"] = manski_bounds(yes, answered, int(invited))
    return row | {"tipping_point": tipping_point(yes, answered, int(invited), threshold)}


def _check(yes: int, answered: int, invited: int) -> None:
    if not 0 <= yes <= answered <= invited or invited == 0:
        raise ValueError(
            f"expected 0 <= yes <= answered <= invited, found {yes}, {answered}, {invited}"
        )
