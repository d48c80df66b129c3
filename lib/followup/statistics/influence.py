"""Leaving out one unit at a time: whether one administration, or one workshop, makes the result."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from followup.statistics.batch import exact_of_each

WORK = 100_000  # replies times units up to which every unit is left out


def leave_one_out(
    replies: pd.DataFrame,
    action: str,
    outcome: str,
    units: pd.Series,
    strata: str = "workshop",
    work: int = WORK,
) -> pd.DataFrame:
    """Leave out one unit at a time, and test what remains.

    Parameters
    ----------
    replies : with boolean columns `action` and `outcome`, none missing.
    units : a label a reply (its administration, or its workshop).
    strata : the column whose values are compared within (`workshop`, or `administration` for the
        other comparison).
    work : replies times units up to which every unit is left out; beyond it, only the ten that move
        the Mantel-Haenszel z most, five each way.

    Returns
    -------
    DataFrame indexed by unit in order of appearance: `replies` (left out), `p_value` and
    `odds_ratio` (exact stratified, of the rest).
    """
    parts = _Parts.of(replies, action, outcome, units, strata)
    every = len(parts.labels) * len(replies) <= work
    chosen = np.arange(len(parts.labels)) if every else parts.most_moving(5)
    p_values, odds_ratios = exact_of_each(parts.without(chosen))
    return pd.DataFrame(
        {"replies": parts.replies[chosen], "p_value": p_values, "odds_ratio": odds_ratios},
        index=pd.Index(parts.labels[chosen], name="unit"),
    )


def most_influential(rest: pd.DataFrame, odds_ratio: float) -> str:
    """Name the unit whose absence gives the largest p; among equals, the one that moves the odds
    ratio most.

    Parameters
    ----------
    rest : as `leave_one_out` gives it.
    odds_ratio : of all replies.
    """
    largest = rest["p_value"].to_numpy() >= rest["p_value"].max() * (1 - 1e-9)
    return str(rest.index[int(np.argmax(np.where(largest, _moves(rest, odds_ratio), -1.0)))])


def moves_most(rest: pd.DataFrame, odds_ratio: float) -> str:
    """Name the unit whose absence moves the odds ratio most (on the log scale); among equals, that
    with the largest p.

    Parameters
    ----------
    rest : as `leave_one_out` gives it.
    odds_ratio : of all replies; 0 or infinite, any finite odds ratio is moved without end.
    """
    moves = _moves(rest, odds_ratio)
    farthest = (moves == moves.max()) | (moves >= moves.max() * (1 - 1e-9))
    return str(rest.index[int(np.argmax(np.where(farthest, rest["p_value"].to_numpy(), -1.0)))])


def _moves(rest: pd.DataFrame, odds_ratio: float) -> np.ndarray:
    ratios = rest["odds_ratio"].to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        moves = np.abs(np.log(ratios) - np.log(odds_ratio))
    return np.nan_to_num(np.where(ratios == odds_ratio, 0.0, moves), nan=0.0, posinf=np.inf)


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
        places, across = pd.factorize(replies[strata], use_na_sentinel=False)
        codes, labels = pd.factorize(units, use_na_sentinel=False)
        cells = 2 * ~replies[action].to_numpy(bool) + ~replies[outcome].to_numpy(bool)
        tables = np.bincount(4 * places + cells, minlength=4 * len(across)).reshape(-1, 2, 2)
        meetings, met = np.unique(codes * len(across) + places, return_inverse=True)
        contribution = np.bincount(4 * met + cells, minlength=4 * len(meetings)).reshape(-1, 2, 2)
        unit, stratum = np.divmod(meetings, len(across))
        return cls(np.asarray(labels), np.bincount(codes), tables, unit, stratum, contribution)

    def without(self, units: np.ndarray) -> np.ndarray:
        """Give the tables (units, strata, 2, 2) that are left when one of these is left out."""
        rest = np.tile(self.tables, (len(units), 1, 1, 1))
        own = np.isin(self.unit, units)
        rest[np.searchsorted(units, self.unit[own]), self.stratum[own]] -= self.contribution[own]
        return rest

    def most_moving(self, count: int) -> np.ndarray:
        """Give the units without which |z| is smallest and largest, in order of appearance."""
        before = z_parts(self.tables)
        after = z_parts(self.tables[self.stratum] - self.contribution)
        change = after - before[:, self.stratum]
        sums = before.sum(axis=1)[:, None] + [
            np.bincount(self.unit, part, len(self.labels)) for part in change
        ]
        order = np.argsort(np.abs(sums[0]) / np.sqrt(np.maximum(sums[1], 1e-12)), kind="stable")
        return np.unique(np.concatenate([order[:count], order[-count:]]))


def z_parts(tables: np.ndarray) -> np.ndarray:
    """Give each stratum's observed less expected `both`, and its variance, at odds ratio 1.

    Parameters
    ----------
    tables : counts (..., 2, 2).

    Returns
    -------
    Array (2, ...): the sum of the first over the strata, by the root of the sum of the second, is
    Mantel and Haenszel's z.
    """
    cells = tables.astype(float)
    both, action_only, outcome_only, neither = (cells[..., a, b] for a in (0, 1) for b in (0, 1))
    acted, reported = both + action_only, both + outcome_only
    total = acted + outcome_only + neither
    safe = np.maximum(total, 1)
    ways = acted * (total - acted) * reported * (total - reported)
    variance = ways / (safe**2 * np.maximum(total - 1, 1))
    return np.array([both - acted * reported / safe, variance])
