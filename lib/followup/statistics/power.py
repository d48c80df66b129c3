"""What the primary test could have found: the smallest difference that it detects.

All of it is exact and conditional: in every workshop the number of replies that took the action and
the number that reported the outcome are held at what they were; the true common odds ratio varies;
the test is the exact stratified one, two-sided, unadjusted. Shares are weighted over workshops by
n1 n0 / n (n1 replies with and n0 without the action), as the Mantel-Haenszel risk difference is, so
that an odds ratio of 1 is a difference of 0.
"""

import numpy as np
from scipy.optimize import brentq

from followup.statistics.stratified import ALPHA, CommonOddsRatio

LARGEST = 1e6  # stands for an association as strong as can be


def expected_rates(exact: CommonOddsRatio, odds_ratio: float) -> tuple[float, float]:
    """Give the expected outcome rates with and without the action at a true odds ratio; nan where
    no workshop has both groups."""
    compared = (exact.tables.sum(axis=2) > 0).all(axis=1)
    if not compared.any():
        return np.nan, np.nan
    tables, both = exact.tables[compared], exact.expected_both(odds_ratio)[compared]
    acted, did_not = tables.sum(axis=2).T
    reported, weights = tables[:, :, 0].sum(axis=1), acted * did_not / (acted + did_not)
    with_action, without = weights @ (both / acted), weights @ ((reported - both) / did_not)
    return float(with_action / weights.sum()), float(without / weights.sum())


def detectable_odds_ratio(
    exact: CommonOddsRatio, power: float = 0.8, alpha: float = ALPHA, apart: bool = False
) -> float:
    """Give the smallest odds ratio above 1 that is found with the wanted power; nan where not even
    the strongest is.

    Parameters
    ----------
    apart : the largest odds ratio below 1 instead.
    """
    strongest = -np.log(LARGEST) if apart else np.log(LARGEST)
    if exact.power(np.exp(strongest), alpha) < power:
        return np.nan
    ends = sorted((0.0, strongest))
    return float(np.exp(brentq(lambda log_psi: exact.power(np.exp(log_psi), alpha) - power, *ends)))


def detectable_difference(
    exact: CommonOddsRatio, power: float = 0.8, alpha: float = ALPHA, apart: bool = False
) -> float:
    """Give the difference in outcome rates at the smallest detectable odds ratio; nan where there
    is none.

    Parameters
    ----------
    apart : of those with the action reporting it less often (negative).

    Examples
    --------
    >>> from followup.statistics.stratified import exact_common_odds_ratio
    >>> round(detectable_difference(exact_common_odds_ratio([[10, 10], [10, 10]])), 2)
    0.47
    """
    ratio = detectable_odds_ratio(exact, power, alpha, apart)
    if np.isnan(ratio):
        return np.nan
    with_action, without = expected_rates(exact, ratio)
    return with_action - without
