"""Many tests at once: adjusted p-values, and one test of "any action goes with any outcome"."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import fdrcorrection

DECLARED, EXPLORATORY = "declared", "exploratory"
METHODS = {DECLARED: "Holm", EXPLORATORY: "Benjamini-Hochberg"}
COUNTED = 500  # replies of a stratum from which permutations may be drawn as counts


@dataclass(frozen=True)
class MaximumStatistic:
    """The largest |z| of all pairs, the share of permutations that reach it, and each pair's z and
    single-step adjusted p."""

    statistic: float = np.nan
    p_value: float = np.nan
    resamples: int = 0
    pairs: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=["action", "outcome", "z", "p_value"])
    )


def adjust(p_values: pd.Series, families: pd.Series) -> pd.DataFrame:
    """Adjust p-values: Holm over all declared pairs, composites included; Benjamini-Hochberg over
    the exploratory ones.

    Parameters
    ----------
    p_values : missing where a pair was not tested; such a pair is not counted.
    families : `primary`, `composite` (both are declared) or `exploratory`, by the same index.

    Returns
    -------
    DataFrame by the same index: `adjusted_p`, and `adjustment` in words with the number of tests
    (missing where not tested).
    """
    adjusted = pd.DataFrame(
        {"adjusted_p": np.nan, "adjustment": pd.Series(pd.NA, p_values.index, dtype="string")},
        p_values.index,
    )
    declared = families.astype("string").where(families == EXPLORATORY, DECLARED)
    for family, tested in p_values.dropna().groupby(declared):
        values = tested.to_numpy(float)
        adjusted.loc[tested.index, "adjusted_p"] = (
            holm(values)[0] if family == DECLARED else fdrcorrection(values)[1]
        )
        adjusted.loc[tested.index, "adjustment"] = (
            f"{METHODS[family]}, {len(tested)} {family} tests"
        )
    return adjusted


def holm(p_values: np.ndarray) -> np.ndarray:
    """Adjust each row's p-values by Holm (1979); a missing one counts as 1, and stays missing.

    Parameters
    ----------
    p_values : (rows, tests).

    Examples
    --------
    >>> holm(np.array([[0.01, 0.02, 0.03, 0.2]])).round(2).tolist()
    [[0.04, 0.06, 0.06, 0.2]]
    """
    families = np.nan_to_num(np.atleast_2d(p_values), nan=1.0)
    order = np.argsort(families, axis=1, kind="stable")
    weights = np.arange(families.shape[1], 0, -1)
    stepped = np.maximum.accumulate(np.take_along_axis(families, order, 1) * weights, axis=1)
    adjusted = np.empty_like(stepped)
    np.put_along_axis(adjusted, order, np.minimum(stepped, 1.0), 1)
    return np.where(np.isnan(np.atleast_2d(p_values)), np.nan, adjusted)


def maximum_statistic(
    actions: pd.DataFrame,
    outcomes: pd.DataFrame,
    strata: pd.Series,
    resamples: int = 9_999,
    seed: int = 2021,
) -> MaximumStatistic:
    """Test that no action goes with any outcome, whatever the answers have in common with each
    other (Westfall and Young 1993).

    Whole rows of outcomes are permuted among the replies of a stratum, so the ties between the
    actions and between the outcomes of a reply stay. Each pair's statistic is |z|, the
    Cochran-Mantel-Haenszel sum less its mean, over its standard deviation under permutation (with
    nothing missing, z squared is the uncorrected Mantel-Haenszel chi-square). A missing answer
    counts as its stratum's mean. The p-value is (b + 1) / (resamples + 1), b permutations reaching
    the observed maximum.

    Parameters
    ----------
    actions, outcomes : one row a reply, nullable booleans. A column without variation inside any
        stratum takes no part.
    strata : a label a reply.
    """
    codes = pd.factorize(strata, sort=True, use_na_sentinel=False)[0]
    acted, reported = _centred(actions, codes), _centred(outcomes, codes)
    order = np.lexsort(
        (*acted.T, *reported.T, codes)
    )  # the answer does not depend on the order of the replies
    rows_by_stratum = np.split(order, np.flatnonzero(np.diff(codes[order])) + 1)
    blocks = [(acted[rows], reported[rows]) for rows in rows_by_stratum if len(rows) > 1]
    total = (acted.shape[1], reported.shape[1])
    spread = np.sqrt(
        sum(
            (np.outer((x**2).sum(0), (y**2).sum(0)) / (len(x) - 1) for x, y in blocks),
            np.zeros(total),
        )
    )
    tested = spread > 1e-9
    if not tested.any():
        return MaximumStatistic()
    observed = np.divide(
        sum(x.T @ y for x, y in blocks), spread, out=np.full(total, np.nan), where=tested
    )
    maxima = _permuted_maxima(blocks, spread, tested, resamples, np.random.default_rng(seed))
    reached = (maxima[:, None] >= np.abs(observed[tested]) - 1e-9).sum(axis=0)
    names = [(actions.columns[a], outcomes.columns[o]) for a, o in np.argwhere(tested)]
    pairs = pd.DataFrame(names, columns=["action", "outcome"]).assign(
        z=observed[tested], p_value=(reached + 1) / (resamples + 1)
    )
    return MaximumStatistic(
        float(np.abs(pairs["z"]).max()), float(pairs["p_value"].min()), resamples, pairs
    )


def _centred(answers: pd.DataFrame, codes: np.ndarray) -> np.ndarray:
    values = answers.astype("Float64").to_numpy(float, na_value=np.nan)
    means = pd.DataFrame(values).groupby(codes).transform("mean").to_numpy()
    return np.nan_to_num(values - means)


def _permuted_maxima(
    blocks: list[tuple[np.ndarray, np.ndarray]],
    spread: np.ndarray,
    tested: np.ndarray,
    resamples: int,
    rng: np.random.Generator,
) -> np.ndarray:
    largest = max(len(x) for x, _ in blocks)
    batch = max(1, min(resamples, 2_000_000 // largest))
    maxima = []
    for start in range(0, resamples, batch):
        size = min(batch, resamples - start)
        sums = np.zeros((size, *spread.shape))
        for x, y in blocks:
            sums += _permuted_sums(x, y, size, rng)
        maxima.append((np.abs(sums[:, tested]) / spread[tested]).max(axis=1))
    return np.concatenate(maxima)


def _permuted_sums(x: np.ndarray, y: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """Give x'y of one stratum (size, actions, outcomes) with the rows of y in so many orders."""
    if len(x) >= COUNTED:
        (of_x, in_x), (of_y, in_y) = _profiles(x), _profiles(y)
        if 2 * len(of_x) * len(of_y) < len(x):
            dealt = _dealt(in_x, in_y, size, rng)
            return np.einsum("xa,bxy,yo->bao", of_x, dealt, of_y, optimize=True)
    orders = rng.permuted(np.tile(np.arange(len(x), dtype=np.int32), (size, 1)), axis=1)
    return np.einsum("ia,bio->bao", x, y[orders], optimize=True)


def _profiles(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the distinct rows, and how many there are of each."""
    codes = np.zeros(len(rows), dtype=np.int64)
    for column in rows.T:
        distinct, own = np.unique(column, return_inverse=True)
        codes = np.unique(codes * len(distinct) + own, return_inverse=True)[1]
    _, first, counts = np.unique(codes, return_index=True, return_counts=True)
    return rows[first], counts


def _dealt(
    rows: np.ndarray, columns: np.ndarray, size: int, rng: np.random.Generator
) -> np.ndarray:
    """Draw tables of counts (size, rows, columns) with these margins, as permuting the replies
    does: each row is a multivariate hypergeometric draw from what the rows before have left."""
    left = np.tile(columns, (size, 1))
    tables = np.zeros((size, len(rows), len(columns)), dtype=np.int64)
    for row, count in enumerate(rows):
        remaining = np.full(size, count)
        others = left.sum(axis=1)
        for column in range(len(columns)):
            others = others - left[:, column]
            draw = rng.hypergeometric(left[:, column], others, remaining)
            tables[:, row, column] = draw
            remaining = remaining - draw
        left = left - tables[:, row]
    return tables
