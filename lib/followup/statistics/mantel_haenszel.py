"""The Mantel-Haenszel estimate and test over strata, and whether the strata agree."""

import warnings

import numpy as np
from scipy.stats import chi2
from statsmodels.stats.contingency_tables import StratifiedTable


def mantel_haenszel(tables: np.ndarray) -> dict:
    """Estimate and test a common odds ratio by weights, and test its homogeneity.

    The estimate is Mantel and Haenszel's (1959), its 95% interval Robins, Breslow and Greenland's
    (1986), the test the uncorrected chi-square, homogeneity Breslow and Day's test with Tarone's
    correction. All are approximations for large strata; the exact test does not need them to be
    large.

    Parameters
    ----------
    tables : counts (K, 2, 2) of the strata that carry information. Strata without contribute
        nothing to any of these, but statsmodels would count them in homogeneity's degrees of
        freedom, or divide by zero.

    Returns
    -------
    `mh_odds_ratio, mh_or_low, mh_or_high, mh_p, breslow_day_p`; where homogeneity can't be
    estimated, `reason` instead.
    """
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        fitted = StratifiedTable(np.transpose(tables, (1, 2, 0)).astype(float))
        ratio, square = (
            float(fitted.oddsratio_pooled),
            fitted.test_null_odds(correction=False).statistic,
        )
        row = {
            "mh_odds_ratio": ratio,
            "mh_p": float(chi2.sf(square, 1)),
        }  # statsmodels' own p is 1 - cdf: 0 below 1e-16
        if not 0 < ratio < np.inf:
            return row | {
                "reason": (
                    "homogeneity over the strata: not estimable, the odds ratio is 0 or infinite"
                )
            }
        row["mh_or_low"], row["mh_or_high"] = (
            float(limit) for limit in fitted.oddsratio_pooled_confint()
        )
    if len(tables) == 1:
        return row | {
            "reason": "homogeneity over the strata: not estimable, only one carries information"
        }
    return row | {"breslow_day_p": breslow_day_p(tables, ratio)}


def breslow_day_p(tables: np.ndarray, odds_ratio: float) -> float:
    """Give the p of Breslow and Day's test that the strata share an odds ratio, with Tarone's
    correction.

    Parameters
    ----------
    tables : counts (K, 2, 2), no margin empty.
    odds_ratio : Mantel and Haenszel's. At exactly 1, statsmodels' `test_equal_odds` divides by
        zero; this form of the root does not.
    """
    both, (acted, did_not), reported = (
        tables[:, 0, 0],
        tables.sum(axis=2).T,
        tables[:, :, 0].sum(axis=1),
    )
    middle = did_not - reported + odds_ratio * (acted + reported)
    product = odds_ratio * acted * reported
    fitted = 2 * product / (middle + np.sqrt(middle**2 - 4 * (odds_ratio - 1) * product))
    variance = 1 / (
        1 / fitted
        + 1 / (acted - fitted)
        + 1 / (reported - fitted)
        + 1 / (did_not - reported + fitted)
    )
    square = ((both - fitted) ** 2 / variance).sum() - (both - fitted).sum() ** 2 / variance.sum()
    return float(chi2.sf(square, len(tables) - 1))
