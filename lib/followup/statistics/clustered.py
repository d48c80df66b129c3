"""What the replies of one administration have in common: a model that allows for it, and leaving one out at a time."""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.genmod.cov_struct import Exchangeable
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_estimating_equations import GEE

from followup.statistics.stratified import exact_common_odds_ratio, stratum_tables

LARGEST_CLUSTER = 2_000  # replies; the bias-reduced covariance takes a matrix of this size squared


@dataclass(frozen=True)
class ClusteredOddsRatio:
    """Odds ratio, its 95% interval and two-sided p; where they can't be had they are nan and `reason` says why."""

    odds_ratio: float = np.nan
    low: float = np.nan
    high: float = np.nan
    p_value: float = np.nan
    reason: str = ""


def cluster_labels(
    replies: pd.DataFrame, clusters: str = "administration", strata: str = "workshop"
) -> pd.Series:
    """Name each reply's cluster; a reply that names none is a cluster of its own, `unnamed (workshop 5)`."""
    named = replies[clusters].astype("string")
    unnamed = "unnamed (" + strata + " " + replies[strata].astype("string") + ")"
    repeated = unnamed[named.isna()].groupby(unnamed[named.isna()]).cumcount()
    numbered = unnamed.where(
        repeated.reindex(replies.index).fillna(0) == 0,
        unnamed + " #" + (repeated + 1).astype("string"),
    )
    return named.fillna(numbered)


def clustered_odds_ratio(
    acted: np.ndarray, reported: np.ndarray, clusters: np.ndarray
) -> ClusteredOddsRatio:
    """Fit the outcome on the action, marginally, allowing for clusters.

    Generalized estimating equations: logit link, intercept and action, exchangeable working correlation within a cluster (its
    moment estimate divides by pairs less two parameters), covariance with Mancl and DeRouen's bias correction, normal
    reference.

    Parameters
    ----------
    acted, reported : booleans, one a reply, none missing.
    clusters : a label a reply.
    """
    table = np.array(
        [
            [(acted & reported).sum(), (acted & ~reported).sum()],
            [(~acted & reported).sum(), (~acted & ~reported).sum()],
        ]
    )
    codes, counts = (
        np.unique(clusters.astype(str), return_inverse=True)[1],
        pd.Series(clusters).value_counts(),
    )
    if (table == 0).any():
        return ClusteredOddsRatio(reason="GEE: a cell is empty, so no finite odds ratio fits")
    if len(counts) < 3:
        return ClusteredOddsRatio(reason=f"GEE: only {len(counts)} administration(s)")
    if counts.max() > LARGEST_CLUSTER:
        return ClusteredOddsRatio(
            reason=f"GEE: an administration has more than {LARGEST_CLUSTER} replies"
        )
    return _fit(acted, reported, codes)


def _fit(acted: np.ndarray, reported: np.ndarray, codes: np.ndarray) -> ClusteredOddsRatio:
    order = np.argsort(codes, kind="stable")
    design = np.column_stack([np.ones(len(acted)), acted])[order]
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            model = GEE(
                reported[order].astype(float),
                design,
                groups=codes[order],
                family=Binomial(),
                cov_struct=Exchangeable(),
            )
            fit = model.fit(cov_type="bias_reduced", maxiter=200, ctol=1e-10)
        except (np.linalg.LinAlgError, ValueError, ZeroDivisionError, FloatingPointError):
            return ClusteredOddsRatio(reason="GEE: could not be fitted")
    slope, error = fit.params[1], fit.bse[1]
    if not (fit.converged and np.isfinite([slope, error]).all() and error > 0):
        return ClusteredOddsRatio(reason="GEE: did not converge")
    low, high = np.exp(fit.conf_int()[1])
    return ClusteredOddsRatio(float(np.exp(slope)), float(low), float(high), float(fit.pvalues[1]))


def leave_one_out(
    replies: pd.DataFrame,
    action: str,
    outcome: str,
    units: pd.Series,
    strata: str = "workshop",
    work: int = 1_000_000,
) -> pd.DataFrame:
    """Leave out one unit at a time, and test what remains.

    Parameters
    ----------
    replies : with boolean columns `action` and `outcome`, none missing.
    units : a label a reply (its administration, or its workshop).
    work : replies times units up to which every unit is left out; beyond it, only the ten that move the Mantel-Haenszel z most,
        five each way.

    Returns
    -------
    DataFrame indexed by unit in order of appearance: `replies` (left out), `p_value` and `odds_ratio` (exact stratified, of the
    rest).
    """
    parts = _Parts.of(replies, action, outcome, units, strata)
    chosen = (
        np.arange(len(parts.labels))
        if len(parts.labels) * len(replies) <= work
        else parts.most_moving(5)
    )
    tested: dict[bytes, tuple[float, float]] = {}
    rows = []
    for unit in chosen:
        rest = parts.without(unit)
        if rest.tobytes() not in tested:
            exact = exact_common_odds_ratio(rest)
            tested[rest.tobytes()] = exact.p_value, exact.odds_ratio
        rows.append((parts.replies[unit], *tested[rest.tobytes()]))
    return pd.DataFrame(
        rows,
        columns=["replies", "p_value", "odds_ratio"],
        index=pd.Index(parts.labels[chosen], name="unit"),
    )


def most_influential(rest: pd.DataFrame, odds_ratio: float) -> str:
    """Name the unit whose absence gives the largest p; among equals, the one whose absence moves the odds ratio most."""
    with np.errstate(divide="ignore", invalid="ignore"):
        moved = np.abs(np.log(rest["odds_ratio"].to_numpy()) - np.log(odds_ratio))
    largest = rest["p_value"].to_numpy() >= rest["p_value"].max() * (1 - 1e-9)
    return str(rest.index[np.argmax(np.where(largest, np.nan_to_num(moved, nan=0.0), -1.0))])


@dataclass(frozen=True, eq=False)
class _Parts:
    """The strata's tables, and what each unit contributes to each stratum that it is in."""

    labels: np.ndarray  # of the units
    replies: np.ndarray  # in each unit
    tables: np.ndarray  # (strata, 2, 2), of all replies
    unit: np.ndarray  # of each contribution
    stratum: np.ndarray
    contribution: np.ndarray  # (contributions, 2, 2)

    @classmethod
    def of(
        cls, replies: pd.DataFrame, action: str, outcome: str, units: pd.Series, strata: str
    ) -> "_Parts":
        _, tables = stratum_tables(replies, action, outcome, strata)
        codes, labels = pd.factorize(units)
        met = codes * len(tables) + pd.factorize(replies[strata], use_na_sentinel=False)[0]
        numbered = replies.assign(met=met)
        meetings, contributions = stratum_tables(numbered, action, outcome, "met")
        unit, stratum = np.divmod(meetings.to_numpy(), len(tables))
        return cls(np.asarray(labels), np.bincount(codes), tables, unit, stratum, contributions)

    def without(self, unit: int) -> np.ndarray:
        rest, own = self.tables.copy(), self.unit == unit
        rest[self.stratum[own]] -= self.contribution[own]
        return rest

    def most_moving(self, count: int) -> np.ndarray:
        """Give the units without which |z| is smallest and largest, in order of appearance."""
        before, after = (
            _z_parts(self.tables),
            _z_parts(self.tables[self.stratum] - self.contribution),
        )
        change = after - before[:, self.stratum]
        sums = before.sum(axis=1)[:, None] + [
            np.bincount(self.unit, part, len(self.labels)) for part in change
        ]
        order = np.argsort(np.abs(sums[0]) / np.sqrt(np.maximum(sums[1], 1e-12)), kind="stable")
        return np.sort(np.concatenate([order[:count], order[-count:]]))


def _z_parts(tables: np.ndarray) -> np.ndarray:
    """Give each stratum's observed less expected `both`, and its variance, at odds ratio 1."""
    acted, reported, total = tables[:, 0].sum(1), tables[:, :, 0].sum(1), tables.sum((1, 2))
    safe = np.maximum(total, 1)
    variance = (
        acted
        * (total - acted)
        * reported
        * (total - reported)
        / (safe**2.0 * np.maximum(total - 1, 1))
    )
    return np.array([tables[:, 0, 0] - acted * reported / safe, variance])
