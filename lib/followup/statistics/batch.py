"""The exact stratified test of many sets of strata at once: for simulation, where one test at a
time would take hours.

What `stratified` computes for one set of strata, by another way: the characteristic function of a
sum is the product of its parts', so the null distribution of every set's sum comes from one
multiplication a stratum and one Fourier transform. P-values are accurate to about 1e-13 in absolute
terms, which is enough to ask whether one is below a level, and not for a p that is printed.
"""

from dataclasses import dataclass

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft
from scipy.special import gammaln

from followup.statistics.stratified import TIE

CELLS = 4_000_000  # numbers held at a time


@dataclass(frozen=True)
class BatchTests:
    """One value a set of strata: the two-sided exact p, which way it points, and how many strata
    carry information.

    `direction` is 1 where the estimated odds ratio is above 1, -1 below, 0 at 1 or without
    information; `p_value` is nan without information.
    """

    p_value: np.ndarray
    direction: np.ndarray
    informative: np.ndarray


def batch_tables(
    acted: np.ndarray, reported: np.ndarray, codes: np.ndarray, strata: int
) -> np.ndarray:
    """Cross an action with an outcome in each stratum of each set of replies.

    Parameters
    ----------
    acted, reported : (sets, replies), 1 yes, 0 no, nan not answered; or one of them (replies,), the
        same in each set.
    codes : (replies,) the stratum of each reply, 0 to strata - 1.

    Returns
    -------
    Integer array (sets, strata, 2, 2) of `[[both, action_only], [outcome_only, neither]]`.
    """
    acted, reported = np.broadcast_arrays(np.atleast_2d(acted), np.atleast_2d(reported))
    answered = ~(np.isnan(acted) | np.isnan(reported))
    yes_act, yes_report = answered & (acted == 1), answered & (reported == 1)
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(strata))
    present = np.bincount(codes, minlength=strata) > 0

    def count(cells: np.ndarray) -> np.ndarray:
        counts = np.zeros((len(cells), strata), np.int64)
        counts[:, present] = np.add.reduceat(
            cells[:, order].astype(np.int64), starts[present], axis=1
        )
        return counts

    both, action, outcome = count(yes_act & yes_report), count(yes_act), count(yes_report)
    neither = count(answered) - action - outcome + both
    return np.stack([both, action - both, outcome - both, neither], axis=-1).reshape(
        *both.shape, 2, 2
    )


def batch_exact(tables: np.ndarray) -> BatchTests:
    """Test exactly, for each set of strata, that their common odds ratio is 1.

    Parameters
    ----------
    tables : integers (sets, strata, 2, 2).
    """
    acted, reported, total = tables[..., 0, :].sum(-1), tables[..., 0].sum(-1), tables.sum((-2, -1))
    lowest = np.maximum(0, acted + reported - total)
    spans = np.minimum(acted, reported) - lowest
    above = (tables[..., 0, 0] - lowest).sum(axis=1)
    expected = (acted * reported / np.maximum(total, 1) - lowest).sum(axis=1)
    excess = above - expected
    informative = (spans > 0).sum(axis=1)
    direction = np.where(np.abs(excess) < 1e-9, 0, np.sign(excess)).astype(int)
    direction[informative == 0] = 0
    p_values = np.full(len(tables), np.nan)
    tested = np.flatnonzero(informative)
    if len(tested):
        length = next_fast_len(int(spans.sum(axis=1).max()) + 1, real=True)
        margins = np.stack([total, acted, reported], axis=-1)
        margins[spans == 0] = 0
        base = int(margins.max()) + 1
        numbers = (margins[tested] @ np.array([base * base, base, 1])).ravel()
        # kind 0 is a stratum that carries no information
        kinds, codes = np.unique(np.concatenate([[0], numbers]), return_inverse=True)
        triples = np.stack([kinds // base**2, kinds // base % base, kinds % base], axis=1)
        waves = rfft(_shifted_hypergeometric(triples, length), axis=1)
        codes = codes[1:].reshape(len(tested), -1)
        size = max(1, CELLS // length)
        for start in range(0, len(tested), size):
            part = tested[start : start + size]
            p_values[part] = _two_sided(waves, codes[start : start + size], above[part], length)
    return BatchTests(p_values, direction, informative)


def _two_sided(waves: np.ndarray, codes: np.ndarray, above: np.ndarray, length: int) -> np.ndarray:
    product = waves[codes[:, 0]]
    for column in codes.T[1:]:
        varied = np.flatnonzero(column)
        if len(varied) == len(column):
            product *= waves[column]
        elif len(varied):
            product[varied] *= waves[column[varied]]
    chances = np.maximum(irfft(product, length, axis=1), 0.0)
    at = chances[np.arange(len(above)), above]
    likely = np.maximum(at * TIE, at + 1e-15)[:, None]  # equal but for the transform's rounding
    return np.minimum(np.where(chances <= likely, chances, 0.0).sum(axis=1), 1.0)


def _shifted_hypergeometric(kinds: np.ndarray, length: int) -> np.ndarray:
    """Give, for rows of `total, acted, reported`, the chances of `both` less its smallest possible
    value."""
    total, acted, reported = (column[:, None].astype(float) for column in kinds.T)
    lowest = np.maximum(0, acted + reported - total)
    both = lowest + np.arange(int((np.minimum(acted, reported) - lowest).max()) + 1)
    possible = both <= np.minimum(acted, reported)
    both = np.where(possible, both, lowest)
    logs = (
        _log_choose(acted, both)
        + _log_choose(total - acted, reported - both)
        - _log_choose(total, reported)
    )
    chances = np.zeros((len(kinds), length))
    chances[:, : both.shape[1]] = np.where(possible, np.exp(logs), 0.0)
    return chances / chances.sum(axis=1, keepdims=True)


def _log_choose(of: np.ndarray, k: np.ndarray) -> np.ndarray:
    return gammaln(of + 1) - gammaln(k + 1) - gammaln(of - k + 1)
