"""Where strata turn the picture, or differ among themselves: rules whose false alarms are in
docs/methods.md."""

from collections.abc import Mapping

import numpy as np

from followup.statistics.mantel_haenszel import breslow_day_p
from followup.statistics.stratified import ALPHA, below

LEAST_FITTED = 5  # replies expected in each cell of a stratum that has enough of them


def turns(tests: Mapping[str, object], alpha: float = ALPHA) -> np.ndarray:
    """Tell for each pair whether all replies together point one way and the comparison within
    strata the other, and one of the two is more than chance.

    Parameters
    ----------
    tests : columns of associations.csv, arrays of one shape: `odds_ratio`, `fisher_p` (of all
        replies together), `common_odds_ratio`, `exact_p` (within strata); missing = not known.

    Examples
    --------
    >>> bool(turns({"odds_ratio": 1.8, "fisher_p": 0.01, "common_odds_ratio": 0.9, "exact_p": 0.7}))
    True
    """
    pooled, pooled_p, within, within_p = (
        np.asarray(tests[name], float)
        for name in ("odds_ratio", "fisher_p", "common_odds_ratio", "exact_p")
    )
    apart = np.sign(np.log(np.clip(pooled, 1e-9, 1e9))) * np.sign(
        np.log(np.clip(within, 1e-9, 1e9))
    )
    return (apart < 0) & (below(pooled_p, alpha) | below(within_p, alpha))


def strata_differ(tables: np.ndarray, least: float = LEAST_FITTED) -> tuple[float, np.ndarray]:
    """Test that the strata with enough replies share one odds ratio (Breslow and Day, Tarone).

    Parameters
    ----------
    tables : counts (K, 2, 2), `[[both, action_only], [outcome_only, neither]]`.
    least : replies expected in each of the four cells of a stratum, if the action and the outcome
        had nothing to do with each other; strata with fewer take no part.

    Returns
    -------
    The p, missing where fewer than two strata have enough or their odds ratio is 0 or infinite; and
    which strata have enough (K booleans).
    """
    acted, reported = tables.sum(axis=2)[:, :, None], tables.sum(axis=1)[:, None, :]
    total = tables.sum(axis=(1, 2))[:, None, None]
    enough = (acted * reported >= least * total).all(axis=(1, 2)) & (total > 0).ravel()
    large = tables[enough].astype(float)
    if len(large) < 2:
        return np.nan, enough
    totals = large.sum(axis=(1, 2))
    together = (large[:, 0, 0] * large[:, 1, 1] / totals).sum()
    apart = (large[:, 0, 1] * large[:, 1, 0] / totals).sum()
    if not together or not apart:
        return np.nan, enough
    return breslow_day_p(large, together / apart), enough
