"""The odds ratio of all replies together, allowing for what the replies of one cluster have in
common."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import t as student

LEAST_PAIRS = 5  # of replies of one cluster; with fewer the correlation is a guess
ITERATIONS = 500


@dataclass(frozen=True)
class ClusteredOddsRatio:
    """Odds ratio, its 95% interval and two-sided p.

    Where they can't be had they are nan and `reason` says why. `correlation` is the working
    correlation of two replies of one cluster, `error` the standard error of the log odds ratio,
    `freedom` the degrees of freedom of the t reference.
    """

    odds_ratio: float = np.nan
    low: float = np.nan
    high: float = np.nan
    p_value: float = np.nan
    correlation: float = np.nan
    error: float = np.nan
    freedom: int = 0
    reason: str = ""


def cluster_labels(
    replies: pd.DataFrame, clusters: str = "administration", strata: str = "workshop"
) -> pd.Series:
    """Name each reply's cluster; a reply that names none is a cluster of its own, `unnamed
    (workshop 5)`.

    A second unnamed reply of a stratum is `unnamed (workshop 5) #2`, and so on; no such name is
    ever one that a reply gave. Where `clusters` and `strata` are one column, or the stratum is
    missing, the name is `unnamed`.
    """
    labels = replies[clusters].astype("string")
    unnamed = labels.isna().to_numpy()
    if not unnamed.any():
        return labels
    labels_in_use = set(labels.dropna())
    names = labels.to_numpy(object)
    places = replies[strata].astype("string").to_numpy(object)
    numbers: dict[str, int] = {}
    for row in np.flatnonzero(unnamed):
        place = places[row]
        name = "unnamed" if place is pd.NA else f"unnamed ({strata} {place})"
        numbers[name] = numbers.get(name, 0) + 1
        label = name if numbers[name] == 1 else f"{name} #{numbers[name]}"
        while label in labels_in_use:
            numbers[name] += 1
            label = f"{name} #{numbers[name]}"
        names[row] = label
    return pd.Series(names, index=replies.index, dtype="string", name=clusters)


def clustered_odds_ratio(
    acted: np.ndarray, reported: np.ndarray, clusters: np.ndarray, unit: str = "cluster"
) -> ClusteredOddsRatio:
    """Fit the outcome on the action, marginally, allowing for clusters.

    Generalized estimating equations (Liang and Zeger 1986): logit link, intercept and action,
    exchangeable working correlation within a cluster (its moment estimate divides by pairs less two
    parameters), covariance with Mancl and DeRouen's (2001) bias correction, t reference with
    clusters less two degrees of freedom. All of it is computed on counts by cluster and action, so
    the time does not grow with the size of a cluster.

    Parameters
    ----------
    acted, reported : booleans, one a reply, none missing.
    clusters : a label a reply.
    unit : what a cluster is, for the words of the reason.
    """
    acted, reported = np.asarray(acted, bool), np.asarray(reported, bool)
    codes = pd.factorize(np.asarray(clusters))[0]
    number = int(codes.max()) + 1 if len(codes) else 0
    cells = np.bincount(4 * codes + 2 * ~acted + ~reported, minlength=4 * number)
    counts = cells.reshape(number, 2, 2).astype(float)
    sizes = counts.sum(axis=(1, 2))
    if (counts.sum(axis=0) == 0).any():
        return ClusteredOddsRatio(reason="GEE: a cell is empty, so no finite odds ratio fits")
    if number < 3:
        return ClusteredOddsRatio(reason=f"GEE: fewer than three clusters ({unit})")
    if (sizes * (sizes - 1) / 2).sum() < LEAST_PAIRS:
        return ClusteredOddsRatio(
            reason=f"GEE: fewer than five pairs of replies have their {unit} in common"
        )
    with np.errstate(all="ignore"):
        return _fit(counts)


def _fit(counts: np.ndarray) -> ClusteredOddsRatio:
    """Fit by Fisher scoring; `counts` are (clusters, action yes/no, outcome yes/no)."""
    both, outcome_only = counts[:, :, 0].sum(axis=0)
    acted, did_not = counts.sum(axis=(0, 2))
    beta = np.array([_logit(outcome_only / did_not), 0.0])
    beta[1] = _logit(both / acted) - beta[0]
    step, correlation = np.full(2, np.inf), 0.0
    for _ in range(ITERATIONS):
        previous, correlation = correlation, _correlation(counts, beta)
        scores, information = _equations(counts, beta, correlation)
        if not np.isfinite(scores).all() or not np.isfinite(information).all():
            break
        try:
            step = np.linalg.solve(information.sum(axis=0), scores.sum(axis=0))
        except np.linalg.LinAlgError:
            break
        beta = beta + step
        if np.abs(step).max() < 1e-12 and abs(correlation - previous) < 1e-12:
            return _estimate(counts, beta, _correlation(counts, beta))
    if np.abs(step).max() < 1e-9:
        return _estimate(counts, beta, correlation)
    return ClusteredOddsRatio(reason="GEE: did not converge")


def _estimate(counts: np.ndarray, beta: np.ndarray, correlation: float) -> ClusteredOddsRatio:
    sizes = counts.sum(axis=(1, 2))
    scores, information = _equations(counts, beta, correlation)
    bread = np.linalg.inv(information.sum(axis=0))
    # (I - H)^-1 of Mancl and DeRouen, carried through to two rows and columns
    corrected = np.linalg.solve(np.eye(2) - information @ bread, scores[:, :, None])[:, :, 0]
    error = float(np.sqrt((bread @ corrected.T @ corrected @ bread)[1, 1]))
    possible = 1 + (sizes.max() - 1) * correlation > 0 and correlation < 1
    if not (possible and np.isfinite(error) and error > 0):
        return ClusteredOddsRatio(reason="GEE: did not converge")
    freedom = len(counts) - 2
    width = student.ppf(0.975, freedom) * error
    low, high = np.exp([beta[1] - width, beta[1] + width])
    return ClusteredOddsRatio(
        odds_ratio=float(np.exp(beta[1])),
        low=float(low),
        high=float(high),
        p_value=float(2 * student.sf(abs(beta[1] / error), freedom)),
        correlation=float(correlation),
        error=error,
        freedom=freedom,
    )


def _rates(beta: np.ndarray) -> np.ndarray:
    """Give the fitted share that reports the outcome with the action, and without."""
    return 1 / (1 + np.exp(-np.array([beta[0] + beta[1], beta[0]])))


def _residuals(counts: np.ndarray, rates: np.ndarray) -> np.ndarray:
    """Give each cluster's sum of Pearson residuals with the action, and without."""
    return (counts[:, :, 0] - counts.sum(axis=2) * rates) / np.sqrt(rates * (1 - rates))


def _correlation(counts: np.ndarray, beta: np.ndarray) -> float:
    """Give the moment estimate of the correlation of two replies of a cluster."""
    rates = _rates(beta)
    sizes = counts.sum(axis=(1, 2))
    squares = counts[:, :, 0] * ((1 - rates) / rates) + counts[:, :, 1] * (rates / (1 - rates))
    own = squares.sum(axis=1)
    products = (_residuals(counts, rates).sum(axis=1) ** 2 - own) / 2
    scale = own.sum() / (sizes.sum() - 2)
    pairs = (sizes * (sizes - 1) / 2).sum()
    return float(products.sum() / scale / (pairs - 2))


def _equations(
    counts: np.ndarray, beta: np.ndarray, correlation: float
) -> tuple[np.ndarray, np.ndarray]:
    """Give each cluster's part of the score (clusters, 2) and of the information (clusters, 2,
    2)."""
    rates = _rates(beta)
    spreads = np.sqrt(rates * (1 - rates))
    replies = counts.sum(axis=2)
    sizes = replies.sum(axis=1)
    residuals = _residuals(counts, rates)
    shrunk = correlation / (1 + (sizes - 1) * correlation)
    reach = _in_both(replies * spreads)
    variance = replies * spreads**2
    own = np.empty((len(counts), 2, 2))
    own[:, 0, 0] = variance.sum(axis=1)
    own[:, 0, 1] = own[:, 1, 0] = own[:, 1, 1] = variance[:, 0]
    shared = shrunk[:, None, None] * reach[:, :, None] * reach[:, None, :]
    scores = (
        _in_both(residuals * spreads) - shrunk[:, None] * reach * residuals.sum(axis=1)[:, None]
    )
    return scores / (1 - correlation), (own - shared) / (1 - correlation)


def _in_both(by_action: np.ndarray) -> np.ndarray:
    """Give what counts for the intercept (with and without the action) and for the action (with
    it)."""
    return np.stack([by_action.sum(axis=1), by_action[:, 0]], axis=1)


def _logit(share: float) -> float:
    return float(np.log(share / (1 - share)))
