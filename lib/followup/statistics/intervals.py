"""Effect sizes of one 2x2 table, and their intervals.

A table is `[[both, action_only], [outcome_only, neither]]`. A value whose base is empty is missing (nan), never an error.
"""

import numpy as np
from scipy.stats import contingency
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from followup.statistics.stratified import exact_common_odds_ratio

LARGE = 10_000  # replies beyond which scipy's root finding takes seconds; the same estimate and limits are had from `stratified`


def wilson(count: int, base: int, confidence: float = 0.95) -> tuple[float, float]:
    """Give Wilson's score interval of a share (Wilson 1927; Newcombe 1998a, method 3), without continuity correction.

    Examples
    --------
    >>> [round(limit, 4) for limit in wilson(81, 263)]
    [0.2553, 0.3662]
    """
    if base == 0:
        return np.nan, np.nan
    low, high = proportion_confint(count, base, alpha=1 - confidence, method="wilson")
    return 0.0 if count == 0 else float(low), 1.0 if count == base else float(
        high
    )  # not 3e-17 by rounding


def newcombe(
    count: int, base: int, other_count: int, other_base: int, confidence: float = 0.95
) -> tuple[float, float]:
    """Give Newcombe's interval of the difference of two independent shares (Newcombe 1998b, method 10: two Wilson intervals).

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
    """Give the signed phi coefficient: the correlation of the two yes/no answers (missing where one does not vary)."""
    (a, b), (c, d) = np.asarray(table, float)
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    return float((a * d - b * c) / np.sqrt(margins)) if margins else np.nan


def conditional_odds_ratio(table: np.ndarray) -> tuple[float, float, float]:
    """Give the conditional maximum-likelihood odds ratio with its exact central 95% interval, as R's `fisher.test` does.

    It is not the sample odds ratio ad/bc. An empty margin gives nan with the interval (0, inf).
    """
    table = np.asarray(table)
    if table.sum() > LARGE:
        exact = exact_common_odds_ratio(table)
        return exact.odds_ratio, exact.low, exact.high
    fitted = contingency.odds_ratio(table, kind="conditional")
    return float(fitted.statistic), *(float(limit) for limit in fitted.confidence_interval(0.95))
