"""Effect sizes of one 2x2 table, and their intervals.

A table is `[[both, action_only], [outcome_only, neither]]`. A value whose base is empty is missing
(nan), never an error.
"""

from typing import overload

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from followup.statistics.stratified import exact_common_odds_ratio

CONFIDENCE = 0.95  # of every interval that a section prints


@overload
def wilson(count: float, base: float, confidence: float = CONFIDENCE) -> tuple[float, float]: ...
@overload
def wilson(
    count: np.ndarray | pd.Series, base: np.ndarray | pd.Series, confidence: float = CONFIDENCE
) -> tuple[np.ndarray, np.ndarray]: ...
def wilson(
    count: float | np.ndarray | pd.Series,
    base: float | np.ndarray | pd.Series,
    confidence: float = CONFIDENCE,
) -> tuple[float, float] | tuple[np.ndarray, np.ndarray]:
    """Give Wilson's score interval of a share (Wilson 1927; Newcombe 1998a, method 3), without
    continuity correction.

    Parameters
    ----------
    count, base : numbers, or arrays (or Series) of one shape. Limits are nan where the base is 0 or
        either is missing.

    Returns
    -------
    Lower and upper limit, 0 to 1: two numbers, or two arrays.

    Examples
    --------
    >>> [round(limit, 4) for limit in wilson(81, 263)]
    [0.2553, 0.3662]
    """
    counts, bases = _floats(count), _floats(base)
    with np.errstate(invalid="ignore", divide="ignore"):
        low, high = proportion_confint(counts, bases, alpha=1 - confidence, method="wilson")
    low = np.where(counts == 0, 0.0, low)  # not 3e-17 by rounding
    high = np.where(counts == bases, 1.0, high)
    none = np.isnan(counts) | ~(bases > 0)
    low, high = np.where(none, np.nan, low), np.where(none, np.nan, high)
    return (float(low), float(high)) if low.ndim == 0 else (low, high)


def newcombe(
    count: int, base: int, other_count: int, other_base: int, confidence: float = CONFIDENCE
) -> tuple[float, float]:
    """Give Newcombe's interval of the difference of two independent shares (Newcombe 1998b, method
    10: two Wilson intervals).

    Examples
    --------
    >>> [round(limit, 4) for limit in newcombe(56, 70, 48, 80)]
    [0.0524, 0.3339]
    """
    if base == 0 or other_base == 0:
        return np.nan, np.nan
    limits = confint_proportions_2indep(
        count, base, other_count, other_base, method="newcomb", compare="diff", alpha=1 - confidence
    )
    return float(limits[0]), float(limits[1])


def phi(table: np.ndarray) -> float:
    """Give the signed phi coefficient: the correlation of the two yes/no answers (missing where one
    does not vary)."""
    (a, b), (c, d) = np.asarray(table, float)
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    return float((a * d - b * c) / np.sqrt(margins)) if margins else np.nan


def conditional_odds_ratio(table: np.ndarray) -> tuple[float, float, float]:
    """Give the conditional maximum-likelihood odds ratio with its exact central 95% interval, as
    R's `fisher.test` does.

    It is not the sample odds ratio ad/bc. An empty margin gives nan with the interval (0, inf).
    """
    exact = exact_common_odds_ratio(table, CONFIDENCE)
    return exact.odds_ratio, exact.low, exact.high


def _floats(values: object) -> np.ndarray:
    if isinstance(values, pd.Series):
        return values.to_numpy(float, na_value=np.nan)
    return np.asarray(np.nan if values is pd.NA else values, float)
