"""The exact test of one odds ratio common to all strata, with its estimate and interval.

A 2x2 table is `[[both, action_only], [outcome_only, neither]]`: rows are action yes and no, columns
outcome yes and no. Given the margins of every stratum, the sum T of the `both` cells is sufficient
for the common odds ratio. At odds ratio 1 each cell is hypergeometric and T is their convolution;
at odds ratio psi the probability of T = t is proportional to that times psi**t (Gart 1970; Mehta,
Patel and Gray 1985; R's `mantelhaen.test(exact = TRUE)`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import overload

import numpy as np
import pandas as pd
from scipy.optimize import brentq

ALPHA = 0.05
TIE = 1 + 1e-7  # R's: probabilities this close to the observed one count as equal to it
SMALLEST = np.finfo(float).tiny  # stands for any smaller p-value
_KEPT = 1e-300  # a window keeps what is at least this likely, relative to its mode
_TRUSTED = -575.0  # log probability (1e-250) down to which a window is accurate
# With more possible counts in all strata than this, each tail is summed by itself, in a window
# around where it begins: in a fifteenth of the time.
_MANY, _NEAR = 20_000, 1e-20
_MANY_STRATA = 200  # with more, those that have the same margins are computed once
_STEPS, _STEP = 20, 1e-13
_LIMIT = 1e4  # no finite estimate or limit has a log odds ratio beyond this


def any_of(replies: pd.DataFrame, options: str) -> pd.Series:
    """Give the answers to one option, or to any of several joined by `|`.

    Returns
    -------
    Nullable boolean by reply: True if any part is True, missing if none is True and a part is
    missing.
    """
    first, *others = options.split("|")
    answers = replies[first].astype("boolean")
    for option in others:
        answers = answers | replies[option].astype("boolean")
    return answers


def stratum_tables(
    replies: pd.DataFrame, action: str, outcome: str, strata: str = "workshop"
) -> tuple[pd.Index, np.ndarray]:
    """Cross an action with an outcome in each stratum.

    Parameters
    ----------
    replies : one row a reply; `action` and `outcome` are nullable booleans, `strata` is any label
        (replies without one form a stratum).

    Returns
    -------
    The strata in order of appearance, and an integer array (strata, 2, 2) of `[[both, action_only],
    [outcome_only, neither]]`. A reply that lacks either answer is in no cell, so a stratum may be
    empty.
    """
    codes, labels = pd.factorize(replies[strata], use_na_sentinel=False)
    acted, reported = replies[action], replies[outcome]
    is_known = (acted.notna() & reported.notna()).to_numpy(bool)
    cells = 2 * ~acted[is_known].to_numpy(bool) + ~reported[is_known].to_numpy(bool)
    counts = np.bincount(4 * codes[is_known] + cells, minlength=4 * len(labels))
    return pd.Index(labels, name=strata), counts.reshape(-1, 2, 2)


def exact_common_odds_ratio(tables: np.ndarray, confidence: float = 0.95) -> "CommonOddsRatio":
    """Test exactly that the odds ratio common to the strata is 1, and estimate it.

    Parameters
    ----------
    tables : integers (K, 2, 2), or (2, 2) for one stratum.
    confidence : of the two-sided interval.

    Returns
    -------
    CommonOddsRatio, whose parts are computed when they are asked for.

    Examples
    --------
    >>> tea = exact_common_odds_ratio([[3, 1], [1, 3]])
    >>> round(tea.p_value, 6), round(tea.odds_ratio, 4)
    (0.485714, 6.4083)
    """
    counts = np.asarray(tables).reshape(-1, 2, 2)
    if (
        not np.issubdtype(counts.dtype, np.number)
        or (counts < 0).any()
        or (counts != np.floor(counts)).any()
    ):
        raise ValueError("a table holds whole numbers that are not negative")
    return CommonOddsRatio(counts.astype(np.int64), confidence)


@overload
def below(p_values: float, alpha: float = ALPHA) -> bool: ...
@overload
def below(p_values: np.ndarray, alpha: float = ALPHA) -> np.ndarray: ...
@overload
def below(p_values: pd.Series, alpha: float = ALPHA) -> pd.Series: ...
def below(
    p_values: float | np.ndarray | pd.Series, alpha: float = ALPHA
) -> bool | np.ndarray | pd.Series:
    """Tell which p-values are below a level. One that equals it but for rounding (by TIE) is not,
    and a missing one is not.

    Examples
    --------
    >>> 0.15 - 0.1 < 0.05, below(0.15 - 0.1), below(0.0499)
    (True, False, True)
    """
    return p_values < alpha / TIE


@dataclass(frozen=True, eq=False)
class CommonOddsRatio:
    """The exact conditional inference about one odds ratio common to the strata (K, 2, 2)."""

    tables: np.ndarray
    confidence: float = 0.95

    @cached_property
    def uninformative(self) -> np.ndarray:
        """Give the indices of the strata that carry no information: an empty margin leaves their
        table one possibility."""
        return np.flatnonzero(_ranges(self.tables)[2] == 0)

    @property
    def is_informative(self) -> bool:
        """Tell whether any stratum carries information, so that there is something to test."""
        return len(self.uninformative) < len(self.tables)

    @cached_property
    def p_value(self) -> float:
        """Give the two-sided p by minimum likelihood: the probability of every sum that is no
        likelier than the observed one."""
        if not self.is_informative:
            return 1.0
        if self._strata.are_many:
            own = self._tilted.from_sum(self._sum, upper=self._sum > self._strata.mean(0.0))
            logs = np.concatenate([own, self._log_opposite])
            return max(min(1.0, float(np.exp(_log_sum(logs)))), SMALLEST)
        at = self._null.log_probability(self._sum)
        # too small to be a number: the nearer tail decides, the other adds at most as much again
        if at < _TRUSTED:
            return max(float(np.exp(self._log_tail_at_null())), SMALLEST)
        likely = self._null.log_weights
        return float(min(1.0, np.exp(_log_sum(likely[likely <= at + np.log(TIE)]))))

    @cached_property
    def mid_p(self) -> float:
        """Give the mid-p: the two-sided p less half the probability of the sums that are as likely
        as the observed one."""
        if not self.is_informative:
            return 1.0
        if self._strata.are_many:
            at = self._tilted.log_probability(self._sum)
            tied = 1 + (self._log_opposite >= at - np.log(TIE)).sum()
            return float(max(self.p_value - tied * np.exp(at) / 2, SMALLEST))
        at = self._null.log_probability(self._sum)
        if at < _TRUSTED:
            return max(self.p_value / 2, SMALLEST)
        logs = self._null.log_weights
        tied = logs[np.abs(logs - at) <= np.log(TIE)]
        return float(max(self.p_value - np.exp(_log_sum(tied)) / 2, SMALLEST))

    @cached_property
    def odds_ratio(self) -> float:
        """Give the conditional maximum-likelihood estimate (0 or infinite at an end of the range;
        nan without information)."""
        if not self.is_informative:
            return np.nan
        if self._at_bottom or self._at_top:
            return 0.0 if self._at_bottom else np.inf
        return _exp(self._tilt)

    @cached_property
    def low(self) -> float:
        """Give the lower limit of the exact central interval, in the manner of Clopper and
        Pearson."""
        if not self.is_informative or self._at_bottom:
            return 0.0
        return _exp(
            _solve(
                lambda log_psi: (
                    self._tilted.log_tail(self._sum, log_psi, upper=True) - self._log_half
                ),
                self._tilt,
            )
        )

    @cached_property
    def high(self) -> float:
        """Give the upper limit of the exact central interval, in the manner of Clopper and
        Pearson."""
        if not self.is_informative or self._at_top:
            return np.inf
        return _exp(
            _solve(
                lambda log_psi: (
                    self._log_half - self._tilted.log_tail(self._sum, log_psi, upper=False)
                ),
                self._tilt,
            )
        )

    @cached_property
    def minimum_p(self) -> float:
        """Give the smallest two-sided p that any tables with these margins can reach: at one end of
        the range of the sum."""
        if not self.is_informative:
            return 1.0
        ends = self._strata.log_ends
        tied = abs(ends[0] - ends[1]) <= np.log(TIE)
        return max(float(min(1.0, np.exp(min(ends)) * (2 if tied else 1))), SMALLEST)

    def expected_both(self, odds_ratio: float) -> np.ndarray:
        """Give the mean of each stratum's `both` cell when the common odds ratio is `odds_ratio`,
        all margins fixed."""
        expected = self.tables[:, 0, 0].astype(float)
        if self.is_informative:
            expected[np.setdiff1d(np.arange(len(expected)), self.uninformative)] = (
                self._strata.means(np.log(odds_ratio))
            )
        return expected

    def power(self, odds_ratio: float, alpha: float = ALPHA) -> float:
        """Give the probability that `p_value` is below `alpha` when the common odds ratio is
        `odds_ratio`, all margins fixed."""
        if not self.is_informative:
            return 0.0
        sums, p_values = self.attainable
        weights, rejected = (
            np.log(self._probabilities_at_null) + np.log(odds_ratio) * sums,
            below(p_values, alpha),
        )
        return (
            float(np.exp(_log_sum(weights[rejected]) - _log_sum(weights)))
            if rejected.any()
            else 0.0
        )

    @cached_property
    def attainable(self) -> tuple[np.ndarray, np.ndarray]:
        """Give every sum (of the informative strata) that the margins allow, and the two-sided p of
        each."""
        likely = self._probabilities_at_null
        order = np.argsort(likely)
        cumulative = np.cumsum(likely[order])
        last_tied = np.searchsorted(likely[order], likely * TIE, side="right") - 1
        return self._null.first + np.arange(len(likely)), np.minimum(cumulative[last_tied], 1.0)

    @cached_property
    def _probabilities_at_null(self) -> np.ndarray:
        return np.exp(self._null.log_weights)

    @cached_property
    def _strata(self) -> "_Strata":
        """Give the strata that carry information: to be asked for only where one does."""
        return _Strata.of(np.delete(self.tables, self.uninformative, axis=0))

    @cached_property
    def _sum(self) -> int:
        return int(np.delete(self.tables, self.uninformative, axis=0)[:, 0, 0].sum())

    @cached_property
    def _null(self) -> "_SumDistribution":
        return self._strata.sum_distribution(0.0)

    @cached_property
    def _tilt(self) -> float:
        """Give the log odds ratio at which the observed sum is expected (at an end of the range:
        half a reply inside it)."""
        target = np.clip(self._sum, self._strata.lowest + 0.5, self._strata.highest - 0.5)
        return self._strata.log_psi(float(target))

    @cached_property
    def _log_opposite(self) -> np.ndarray:
        """Give the log probabilities, at odds ratio 1, of the sums on the other side of the mean
        that are no likelier than the observed one, by a distribution that is accurate there."""
        expected, ends = self._strata.mean(0.0), (self._strata.lowest, self._strata.highest)
        mirrored = float(np.clip(2 * expected - self._sum, ends[0] + 0.5, ends[1] - 0.5))
        other = self._strata.sum_distribution(self._strata.log_psi(mirrored), _NEAR)
        sums = other.first + np.arange(len(other.log_weights))
        beyond = sums < expected if self._sum > expected else sums > expected
        logs = other.log_weights[beyond & (sums != self._sum)]
        return logs[logs <= self._tilted.log_probability(self._sum) + np.log(TIE)]

    @cached_property
    def _tilted(self) -> "_SumDistribution":
        if self._strata.are_many:
            return self._strata.sum_distribution(self._tilt, _NEAR)
        whole = len(self._null.log_weights) == self._strata.highest - self._strata.lowest + 1
        return self._null if whole else self._strata.sum_distribution(self._tilt)

    @property
    def _at_bottom(self) -> bool:
        return self._sum == self._strata.lowest

    @property
    def _at_top(self) -> bool:
        return self._sum == self._strata.highest

    @property
    def _log_half(self) -> float:
        return np.log((1 - self.confidence) / 2)

    def _log_tail_at_null(self) -> float:
        beyond = self._tilted.from_sum(self._sum, upper=self._sum > self._strata.mean(0.0))
        return float(_log_sum(beyond))


@dataclass(frozen=True, eq=False)
class _Strata:
    """The null distribution of the `both` cell in each informative stratum, laid end to end; of
    many strata those with the same margins are laid down once."""

    cells: np.ndarray  # every possible count, stratum after stratum
    log_probabilities: np.ndarray  # of each count, at odds ratio 1
    starts: np.ndarray  # where each stratum begins
    alike: np.ndarray  # how many strata each stands for
    places: np.ndarray  # where each stratum given is laid down

    @classmethod
    def of(cls, tables: np.ndarray) -> "_Strata":
        places, alike = np.arange(len(tables)), np.ones(len(tables), dtype=np.int64)
        if len(tables) > _MANY_STRATA:
            margins = np.stack([tables[:, 0].sum(1), tables[:, :, 0].sum(1), tables.sum((1, 2))])
            _, first, places, alike = np.unique(
                margins, axis=1, return_index=True, return_inverse=True, return_counts=True
            )
            tables = tables[first]
        lowest, _, spans = _ranges(tables)
        lengths = spans + 1
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        cells = np.arange(lengths.sum()) - np.repeat(starts - lowest, lengths)
        logs = _hypergeometric(tables, cells, starts, lengths)
        return cls(cells, logs, starts, alike, places)

    @cached_property
    def lowest(self) -> int:
        return int(self.cells[self.starts] @ self.alike)

    @cached_property
    def highest(self) -> int:
        return int(self.cells[self._ends] @ self.alike)

    @cached_property
    def log_ends(self) -> tuple[float, float]:
        """Give the log probabilities, at odds ratio 1, of the smallest and the largest sum."""
        logs = (self.log_probabilities[place] * self.alike for place in (self.starts, self._ends))
        lowest, highest = (float(one.sum()) for one in logs)
        return lowest, highest

    @cached_property
    def _ends(self) -> np.ndarray:
        return np.append(self.starts[1:], len(self.cells)) - 1

    @cached_property
    def _lengths(self) -> np.ndarray:
        return np.diff(np.append(self.starts, len(self.cells)))

    def tilted(self, log_psi: float) -> tuple[np.ndarray, np.ndarray]:
        """Give the cells' probabilities at an odds ratio, and the log of each stratum's normalising
        sum."""
        logs = self.log_probabilities + log_psi * self.cells
        peaks = np.maximum.reduceat(logs, self.starts)
        weights = np.exp(logs - np.repeat(peaks, self._lengths))
        totals = np.add.reduceat(weights, self.starts)
        return weights / np.repeat(totals, self._lengths), peaks + np.log(totals)

    def means(self, log_psi: float) -> np.ndarray:
        """Give the mean of each stratum's cell at an odds ratio."""
        return np.add.reduceat(self.tilted(log_psi)[0] * self.cells, self.starts)[self.places]

    def mean(self, log_psi: float) -> float:
        """Give the mean of the sum at an odds ratio: strata are independent, so no convolution is
        needed."""
        return float(self.tilted(log_psi)[0] @ self._counted)

    @property
    def are_many(self) -> bool:
        """Tell whether so many counts are possible that shorter ways are taken."""
        return int(self._lengths @ self.alike) > _MANY

    @cached_property
    def _counted(self) -> np.ndarray:
        """Give the cells, each as often as there are strata alike."""
        counted = self.cells * np.repeat(self.alike, self._lengths)
        return counted.astype(float) if self.are_many else counted

    def log_psi(self, target: float) -> float:
        """Give the log odds ratio at which a sum is expected; many counts by Newton's steps."""
        guess, step = 0.0, np.inf
        for _ in range(_STEPS if self.are_many else 0):
            weights = self.tilted(guess)[0]
            means = np.add.reduceat(weights * self.cells, self.starts)
            apart = self.cells - np.repeat(means, self._lengths)
            variances = np.add.reduceat(weights * apart**2, self.starts)
            step = (target - means @ self.alike) / (variances @ self.alike)
            guess += step
            if abs(step) < _STEP:
                return guess
            if abs(step) > 1:
                break  # too far away for a straight line
        return _solve(lambda log_psi: self.mean(log_psi) - target, 0.0)

    def sum_distribution(self, log_psi: float, least_kept: float = _KEPT) -> "_SumDistribution":
        """Convolve the strata, each tilted to an odds ratio, and tilt the result back to odds ratio
        1; what is less likely than `kept`, relative to the mode, is left out."""
        probabilities, log_totals = self.tilted(log_psi)
        terms = [
            _trim(first, part, least_kept)
            for first, part in zip(
                self.cells[self.starts], np.split(probabilities, self.starts[1:]), strict=True
            )
        ]
        doubled, left = [], self.alike
        while left.any():  # alike strata by squaring: those of odd numbers wait
            doubled += [term for term, odd in zip(terms, left % 2, strict=True) if odd]
            more = [term for term, number in zip(terms, left, strict=True) if number > 1]
            terms = [_both(term, term, least_kept) for term in more]
            left = left[left > 1] // 2
        terms = doubled
        while len(terms) > 1:
            pairs = [_both(*two, least_kept) for two in zip(terms[::2], terms[1::2], strict=False)]
            terms = pairs + terms[2 * len(pairs) :]
        first, weights = terms[0]
        with np.errstate(divide="ignore"):
            logs = np.log(weights)
        return _SumDistribution(
            int(first),
            logs - log_psi * (first + np.arange(len(weights))) + (log_totals * self.alike).sum(),
        )


@dataclass(frozen=True, eq=False)
class _SumDistribution:
    """Log probabilities, at odds ratio 1, of consecutive sums from `first` on."""

    first: int
    log_weights: np.ndarray

    def log_probability(self, total: int) -> float:
        at = total - self.first
        return float(self.log_weights[at]) if 0 <= at < len(self.log_weights) else -np.inf

    def from_sum(
        self, total: int, upper: bool, log_weights: np.ndarray | None = None
    ) -> np.ndarray:
        logs = self.log_weights if log_weights is None else log_weights
        at = total - self.first
        return logs[at:] if upper else logs[: at + 1]

    def log_tail(self, total: int, log_psi: float, upper: bool) -> float:
        """Give the log probability, at an odds ratio, of a sum at least (upper) or at most as large
        as `total`."""
        logs = self.log_weights + log_psi * np.arange(len(self.log_weights))
        return float(_log_sum(self.from_sum(total, upper, logs)) - _log_sum(logs))


def _ranges(tables: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give the smallest and the largest `both` that each stratum's margins allow, and their
    difference."""
    acted, reported, total = tables[:, 0].sum(1), tables[:, :, 0].sum(1), tables.sum((1, 2))
    lowest, highest = np.maximum(0, acted + reported - total), np.minimum(acted, reported)
    return lowest, highest, highest - lowest


def _hypergeometric(
    tables: np.ndarray, cells: np.ndarray, starts: np.ndarray, lengths: np.ndarray
) -> np.ndarray:
    """Give log probabilities from the ratios of neighbours, summed outwards from each mode:
    accurate at any size."""
    acted, reported = (
        np.repeat(margin, lengths) for margin in (tables[:, 0].sum(1), tables[:, :, 0].sum(1))
    )
    outsiders = np.repeat(tables[:, 1].sum(1), lengths) - reported
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = np.log((acted - cells + 1.0) * (reported - cells + 1.0)) - np.log(
            cells * (outsiders + cells + 0.0)
        )
    steps[starts] = 0.0  # the first cell of a stratum has no neighbour before it
    logs = np.empty(len(cells))
    for start, length in zip(starts, lengths, strict=True):
        part = steps[start : start + length]
        mode = int(np.searchsorted(-part[1:], 0.0, side="right"))
        rising = -np.cumsum(part[mode:0:-1])[::-1]
        logs[start : start + length] = np.concatenate([rising, [0.0], np.cumsum(part[mode + 1 :])])
    return logs - np.repeat(np.log(np.add.reduceat(np.exp(logs), starts)), lengths)


def _trim(first: int, weights: np.ndarray, least: float) -> tuple[int, np.ndarray]:
    places = np.flatnonzero(weights >= least * weights.max())
    return first + places[0], weights[places[0] : places[-1] + 1]


def _both(
    one: tuple[int, np.ndarray], other: tuple[int, np.ndarray], least: float
) -> tuple[int, np.ndarray]:
    """Give the distribution of a sum of two, each by its first value and its weights."""
    return _trim(one[0] + other[0], np.convolve(one[1], other[1]), least)


def _solve(increasing: Callable[[float], float], near: float) -> float:
    """Find the root of an increasing function of a log odds ratio, widening the search from
    `near`."""
    step, low, high = 1.0, near, near
    while increasing(low) > 0 and low > -_LIMIT:
        low, step = low - step, 2 * step
    step = 1.0
    while increasing(high) < 0 and high < _LIMIT:
        high, step = high + step, 2 * step
    return float(low) if low == high else brentq(increasing, low, high, xtol=1e-13, rtol=1e-14)


def _log_sum(logs: np.ndarray) -> float:
    peak = logs.max()
    return float(peak + np.log(np.exp(logs - peak).sum()))


def _exp(log_odds_ratio: float) -> float:
    return float(np.exp(np.clip(log_odds_ratio, -745, 709.7)))
