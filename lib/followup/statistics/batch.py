"""The exact stratified test of many sets of strata at once: for simulation and for leaving one out,
where one test at a time would take hours.

It is what `stratified` computes for one set of strata. The null distribution of a set's sum is the
convolution of its strata's hypergeometrics; here a stratum is added to every set in one step.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from followup.statistics.stratified import TIE, exact_common_odds_ratio

CELLS = 4_000_000  # numbers held at a time
WHOLE = 800  # replies up to which no probability is too small to be a number
STRONGEST = 50.0  # no finite estimate of so few replies has a log odds ratio beyond this
STEPS, STEP = 100, 1e-14  # the next step would be some 1e-28


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
    acted, reported = np.atleast_2d(acted), np.atleast_2d(reported)
    answered = ~(np.isnan(acted) | np.isnan(reported))
    yes_act, yes_report = answered & (acted == 1), answered & (reported == 1)
    members = csr_array(
        (np.ones(len(codes), np.int64), (codes, np.arange(len(codes)))), (strata, len(codes))
    )
    both, action, outcome, whole = (
        (members @ cells.T).T for cells in (yes_act & yes_report, yes_act, yes_report, answered)
    )
    cells = (both, action - both, outcome - both, whole - action - outcome + both)
    return np.stack(cells, axis=-1).reshape(*both.shape, 2, 2)


def batch_exact(tables: np.ndarray) -> BatchTests:
    """Test exactly, for each set of strata, that their common odds ratio is 1.

    Parameters
    ----------
    tables : integers (sets, strata, 2, 2), of at most 800 replies a set.
    """
    margins = _Margins.of(tables)
    above = margins.above(tables)
    expected = margins.acted * margins.reported / np.maximum(margins.total, 1) - margins.lowest
    excess = above - expected.sum(axis=1)
    informative = (margins.spans > 0).sum(axis=1)
    direction = np.where(np.abs(excess) < 1e-9, 0, np.sign(excess)).astype(int)
    direction[informative == 0] = 0
    p_values = np.concatenate(
        [_two_sided(chances, above[part]) for part, chances in margins.null_distributions()]
    )
    return BatchTests(np.where(informative, p_values, np.nan), direction, informative)


def exact_of_each(tables: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the exact p and the conditional estimate of each set of strata, as `stratified` does for
    one.

    Sets that have the same margins, in any order, and the same sum of `both` are tested once.

    Parameters
    ----------
    tables : integers (sets, strata, 2, 2).

    Returns
    -------
    p-values (1 without information) and common odds ratios (missing without information).
    """
    number: dict[bytes, int] = {}
    places = [number.setdefault(_as_tested(one), len(number)) for one in tables]
    distinct = tables[np.unique(places, return_index=True)[1]]
    if tables.sum(axis=(1, 2, 3)).max(initial=0) > WHOLE:
        exact = [exact_common_odds_ratio(one) for one in distinct]
        p_values, ratios = np.array([(one.p_value, one.odds_ratio) for one in exact]).T
    else:
        margins = _Margins.of(distinct)
        above, ends = margins.above(distinct), margins.spans.sum(axis=1)
        parts = [
            (_two_sided(chances, above[part]), _estimates(chances, above[part], ends[part]))
            for part, chances in margins.null_distributions()
        ]
        p_values, ratios = (np.concatenate(one) for one in zip(*parts, strict=True))
    return p_values[places], ratios[places]


def _as_tested(tables: np.ndarray) -> bytes:
    """Give what the exact test depends on: the strata's margins in any order, and the sum of the
    `both` cells."""
    margins = np.stack([tables[:, 0].sum(1), tables[:, :, 0].sum(1), tables.sum((1, 2))], axis=1)
    ordered = margins[np.lexsort(margins.T)]
    return ordered.tobytes() + tables[:, 0, 0].sum().tobytes()


@dataclass(frozen=True, eq=False)
class _Margins:
    """The margins of every stratum of every set (sets, strata), and how far `both` ranges."""

    acted: np.ndarray
    reported: np.ndarray
    total: np.ndarray
    lowest: np.ndarray
    spans: np.ndarray

    @classmethod
    def of(cls, tables: np.ndarray) -> "_Margins":
        both, action_only, outcome_only, neither = np.moveaxis(
            tables.reshape(*tables.shape[:2], 4), 2, 0
        )
        acted, reported = both + action_only, both + outcome_only
        total = acted + outcome_only + neither
        lowest = np.maximum(0, acted + reported - total)
        return cls(acted, reported, total, lowest, np.minimum(acted, reported) - lowest)

    def above(self, tables: np.ndarray) -> np.ndarray:
        """Give by how much each set's sum of `both` is above the smallest possible one."""
        return (tables[..., 0, 0] - self.lowest).sum(axis=1)

    def null_distributions(self) -> Iterator[tuple[slice, np.ndarray]]:
        """Give for some sets at a time the chances, at odds ratio 1, of each sum from the smallest
        on: (sets, sums), or one row where all sets have the same margins."""
        varied = (self.spans > 0).any(axis=0)
        acted, reported, total, both = (
            one[:, varied].astype(float)
            for one in (self.acted, self.reported, self.total, self.lowest)
        )
        margins = np.stack([acted, reported, both, total - acted - reported + both])
        alike = (margins == margins[:, :1]).all()
        spans = self.spans[:, varied].max(axis=0, initial=0)
        size = max(1, CELLS // int(spans.sum() + 1))
        for start in range(0, max(1, len(acted)), size):
            part = slice(start, start + size)
            yield part, _convolved(margins[:, :1] if alike else margins[:, part], spans)


def _convolved(margins: np.ndarray, spans: np.ndarray) -> np.ndarray:
    """Add stratum to stratum, each by the ratios of its neighbouring chances.

    Parameters
    ----------
    margins : (4, sets, strata): who acted, who reported, and the smallest `both` and `neither`.
    spans : (strata,) the largest range of `both` in any set.
    """
    chances = np.ones((margins.shape[1], 1))
    for (acted, reported, both, neither), span in zip(
        margins.transpose(2, 0, 1), spans, strict=True
    ):
        width = chances.shape[1]
        sums = np.zeros((len(chances), width + span))
        sums[:, :width] = chances
        weight = np.ones(len(chances))
        for step in range(span):  # a weight beyond the largest `both` is 0
            ways = (acted - both - step) * (reported - both - step)
            weight = weight * ways / ((both + step + 1) * (neither + step + 1))
            sums[:, step + 1 : step + 1 + width] += weight[:, None] * chances
        chances = sums
    return chances / chances.sum(axis=1, keepdims=True)


def _two_sided(chances: np.ndarray, above: np.ndarray) -> np.ndarray:
    """Give the chance of every sum that is no likelier than the observed one."""
    observed = np.take_along_axis(
        np.broadcast_to(chances, (len(above), chances.shape[1])), above[:, None], axis=1
    )
    return np.minimum(np.where(chances <= observed * TIE, chances, 0.0).sum(axis=1), 1.0)


def _estimates(chances: np.ndarray, above: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Give the odds ratio at which each observed sum is expected: by Newton's steps, halving where
    one leads astray."""
    sums = np.arange(chances.shape[1])
    with np.errstate(divide="ignore"):
        logs = np.log(np.broadcast_to(chances, (len(above), len(sums))))
    low, high = np.full(len(above), -STRONGEST), np.full(len(above), STRONGEST)
    log_psi = np.zeros(len(above))
    inside = (above > 0) & (above < ends)
    for _ in range(STEPS):
        tilted = logs + log_psi[:, None] * sums
        weights = np.exp(tilted - tilted.max(axis=1, keepdims=True))
        weights /= weights.sum(axis=1, keepdims=True)
        means = weights @ sums
        variances = (weights * (sums - means[:, None]) ** 2).sum(axis=1)
        low, high = np.where(means < above, log_psi, low), np.where(means > above, log_psi, high)
        with np.errstate(divide="ignore", invalid="ignore"):
            newton = log_psi + (above - means) / variances
        after = np.where((low <= newton) & (newton <= high), newton, (low + high) / 2)
        moved, log_psi = np.abs(after - log_psi), after
        if not (moved[inside] > STEP * np.maximum(1, np.abs(after[inside]))).any():
            break
    ratios = np.where(above == 0, 0.0, np.where(above == ends, np.inf, np.exp(log_psi)))
    return np.where(ends == 0, np.nan, ratios)
