"""The verdict on a pair, by rule: defined here, and asked everywhere.

The rule was found by simulation (docs/methods.md, "How often it is right"): in rounds of five
designs, with administrations whose answers are tied and whose readiness to act and to report may be
shared, chance makes "supported" of any declared pair in at most 5% of rounds.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from followup.statistics.stratified import below

SUPPORTED, SUGGESTIVE = "supported", "suggestive"
NOT_SHOWN, NOT_TESTABLE = "not shown", "not testable"
VERDICTS = (SUPPORTED, SUGGESTIVE, NOT_SHOWN, NOT_TESTABLE)
TOGETHER, APART = "together", "apart"
STRICT = 0.02  # of the adjusted larger p: at .05, up to 7% of null rounds had a pair "supported"

# columns of associations.csv: of many pairs, or the values of one
Tests = Mapping[Any, Any] | pd.DataFrame


def verdicts(tests: Tests) -> np.ndarray:
    """Judge pairs by the rule.

    Two comparisons are made of each pair: within workshops (`exact_p`) and within administrations
    (`within_administration_p`).

    - *supported*: a declared pair; the larger of the two p-values, Holm-adjusted over the declared
      pairs, is below .02; both estimates point the same way; the p within workshops is below .05
      whichever administration is left out, and the p within administrations whichever workshop is
      left out.
    - *suggestive*: not that, but one of the two p-values is below .05 unadjusted and both estimates
      point the same way. Where only one comparison can be made, its p and its estimate. An
      exploratory pair is suggestive at most, and so is any pair where no administration is compared
      with itself: what administrations bring along can't be told from what the action does.
    - *not shown*: tested, neither of those.
    - *not testable*: neither comparison can be made.

    A p that is .05 but for rounding is not below it; a missing one is not below anything.

    Parameters
    ----------
    tests : columns of associations.csv, as numbers or arrays of one shape: `exact_p`,
        `common_odds_ratio`, `within_administration_p`, `within_administration_odds_ratio`,
        `larger_adjusted_p`, `loo_administration_max_p`, `within_administration_loo_workshop_max_p`,
        and `family`.

    Returns
    -------
    Array of that shape, of the four verdicts.
    """
    within, across = _floats(tests, "exact_p"), _floats(tests, "within_administration_p")
    sign = directions(tests) != 0
    robust = below(_floats(tests, "loo_administration_max_p")) & below(
        _floats(tests, "within_administration_loo_workshop_max_p")
    )
    declared = np.asarray(tests["family"], object) != "exploratory"
    strong = below(_floats(tests, "larger_adjusted_p"), STRICT) & below(across) & below(within)
    return np.select(
        [
            np.isnan(within) & np.isnan(across),
            strong & robust & sign & declared,
            (below(within) | below(across)) & sign,
        ],
        [NOT_TESTABLE, SUPPORTED, SUGGESTIVE],
        NOT_SHOWN,
    )


def directions(tests: Tests) -> np.ndarray:
    """Tell which way the estimates of both comparisons point: 1 above 1, -1 below 1, 0 where they
    differ or point nowhere.

    Where only one comparison can be made, it alone decides.
    """
    ways = [
        np.sign(np.nan_to_num(ratio, nan=1.0, posinf=2.0) - 1.0)
        for ratio in (
            _floats(tests, "common_odds_ratio"),
            _floats(tests, "within_administration_odds_ratio"),
        )
    ]
    missing = [np.isnan(_floats(tests, name)) for name in ("exact_p", "within_administration_p")]
    first, second = (
        np.where(gone, other, way)
        for way, other, gone in zip(ways, reversed(ways), missing, strict=True)
    )
    return np.where(first == second, first, 0.0).astype(int)


def verdict(row: Tests) -> str:
    """Judge one pair; see `verdicts`."""
    return str(verdicts(row))


def direction(row: Tests) -> str:
    """Tell the direction of a verdict: `together`, `apart` (those that acted reported it less
    often), or empty.

    Empty where the verdict is that nothing was shown, or tested.
    """
    if verdict(row) not in (SUPPORTED, SUGGESTIVE):
        return ""
    return TOGETHER if int(directions(row)) > 0 else APART


def larger_p(tests: Tests) -> np.ndarray:
    """Give the larger of the two comparisons' p-values; missing where either can't be made."""
    return np.maximum(_floats(tests, "exact_p"), _floats(tests, "within_administration_p"))


def is_sign(verdict_of_pair: str) -> bool:
    """Tell whether a verdict is some sign of an association: supported, or suggestive."""
    return verdict_of_pair in (SUPPORTED, SUGGESTIVE)


def _floats(tests: Tests, name: str) -> np.ndarray:
    values = tests[name]
    if isinstance(values, pd.Series):
        return values.to_numpy(float, na_value=np.nan)
    return np.asarray(np.nan if values is pd.NA or values is None else values, float)
