"""One 2x2 table, all workshops together: what it says, and whether its two answers go together.

A table is `[[both, action_only], [outcome_only, neither]]`. A value whose base is empty is missing
(nan), never an error.
"""

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import bdtr, gammaln
from scipy.stats import contingency, fisher_exact

from followup.statistics.intervals import conditional_odds_ratio, newcombe, phi, wilson
from followup.statistics.stratified import TIE

BOSCHLOO_LIMIT = 1_000  # replies beyond which Boschloo's test is not made


def describe(table: np.ndarray) -> dict[str, float]:
    """Describe one table: the counts, four conditional shares with Wilson limits, difference,
    ratio, odds ratio and phi.

    Returns
    -------
    `n, both, action_only, outcome_only, neither`; shares `p_outcome_given_action` … each with
    `_low` and `_high`; `risk_difference, rd_low, rd_high` (outcome given action less outcome given
    no action), `risk_ratio`, `odds_ratio, or_low, or_high` (conditional), `phi`. Missing where a
    base is empty.
    """
    (both, action_only), (outcome_only, neither) = (
        tuple(int(cell) for cell in row) for row in np.asarray(table)
    )
    acted, did_not = both + action_only, outcome_only + neither
    saw, did_not_see = both + outcome_only, action_only + neither
    parts = {
        "p_outcome_given_action": (both, acted),
        "p_outcome_given_no_action": (outcome_only, did_not),
        "p_action_given_outcome": (both, saw),
        "p_action_given_no_outcome": (action_only, did_not_see),
    }
    row: dict[str, float] = {
        "n": acted + did_not,
        "both": both,
        "action_only": action_only,
        "outcome_only": outcome_only,
        "neither": neither,
    }
    for name, (count, base) in parts.items():
        row[name] = count / base if base else np.nan
        row[f"{name}_low"], row[f"{name}_high"] = wilson(count, base)
    row["risk_difference"] = row["p_outcome_given_action"] - row["p_outcome_given_no_action"]
    row["rd_low"], row["rd_high"] = newcombe(both, acted, outcome_only, did_not)
    row["risk_ratio"] = _risk_ratio(both, acted, outcome_only, did_not)
    row["odds_ratio"], row["or_low"], row["or_high"] = conditional_odds_ratio(table)
    row["phi"] = phi(table)
    return row


def _risk_ratio(both: int, acted: int, outcome_only: int, did_not: int) -> float:
    if acted == 0 or did_not == 0 or both + outcome_only == 0:
        return np.nan
    return float(contingency.relative_risk(both, acted, outcome_only, did_not).relative_risk)


def pooled_tests(table: np.ndarray) -> dict:
    """Test one table as if all replies came from one workshop.

    Fisher's exact test is two-sided by minimum likelihood, as in R; for Boschloo's see
    `boschloo_p`.

    Returns
    -------
    `fisher_p`, and `boschloo_p` or the `reason` for which there is none.
    """
    row = {"fisher_p": float(fisher_exact(table).pvalue)}
    if np.sum(table) > BOSCHLOO_LIMIT:
        reason = (
            f"Boschloo's test: not made beyond {BOSCHLOO_LIMIT} replies, where Fisher's is as good"
        )
        return row | {"reason": reason}
    return row | {"boschloo_p": boschloo_p(table)}


def boschloo_p(table: np.ndarray) -> float:
    """Give the p of Boschloo's unconditional test (1970), two-sided by doubling the smaller side,
    as scipy has it.

    Its statistic is Fisher's one-sided p (R's Exact orders tables by Fisher's two-sided p instead).
    The chance of a table at least as extreme depends on the unknown common rate; its supremum is
    searched on a grid as fine as the curve can bend, and refined around every peak that comes near
    the highest.

    Examples
    --------
    >>> round(boschloo_p([[3, 0], [0, 3]]), 5)
    0.03125
    """
    (both, action_only), (outcome_only, neither) = np.asarray(table, int).tolist()
    acted, did_not = both + action_only, outcome_only + neither
    if acted == 0 or did_not == 0:
        return 1.0
    more = _supremum(both, outcome_only, acted, did_not)
    fewer = _supremum(action_only, neither, acted, did_not)
    return min(1.0, 2 * min(more, fewer))


def _supremum(successes: int, others: int, acted: int, did_not: int) -> float:
    """Give the largest chance, over the common rate, of a table with as small a Fisher's p for
    "more with the action"; not the very largest where it is a half or more, which doubles to 1."""
    p_values = _fisher_greater(acted, did_not)
    extreme = p_values <= p_values[successes, others] * TIE
    largest = (
        extreme.sum(axis=1) - 1
    )  # of the others' successes: for each row the first so many are extreme
    counts = np.arange(acted + 1)
    choose = gammaln(acted + 1) - gammaln(counts + 1) - gammaln(acted - counts + 1)

    def chance(angles: np.ndarray) -> np.ndarray:
        rates = np.clip(np.sin(np.atleast_1d(angles)) ** 2, 1e-300, 1 - 1e-16)[:, None]
        own = np.exp(choose + counts * np.log(rates) + (acted - counts) * np.log1p(-rates))
        tails = np.where(largest >= 0, bdtr(np.maximum(largest, 0), did_not, rates), 0.0)
        return (own * tails).sum(axis=1)

    angles = np.linspace(0, np.pi / 2, 20 * int(np.sqrt(acted + did_not)) + 201)
    heights = chance(angles)
    peaks = np.flatnonzero((heights >= np.roll(heights, 1)) & (heights >= np.roll(heights, -1)))
    highest = heights.max()
    if highest >= 0.5:
        return float(min(highest, 1.0))
    for peak in peaks[heights[peaks] > 0.9 * highest]:
        ends = angles[max(peak - 1, 0)], angles[min(peak + 1, len(angles) - 1)]
        fit = minimize_scalar(
            lambda angle: -chance(angle)[0], bounds=ends, method="bounded", options={"xatol": 1e-10}
        )
        highest = max(highest, -float(fit.fun))
    return float(min(highest, 1.0))


def _fisher_greater(acted: int, did_not: int) -> np.ndarray:
    """Give Fisher's one-sided p of every table: rows successes with the action, columns successes
    without."""
    with_action = np.arange(acted + 1)[:, None]
    without = np.arange(did_not + 1)[None, :]
    successes = with_action + without
    logs = (
        gammaln(acted + 1)
        - gammaln(with_action + 1)
        - gammaln(acted - with_action + 1)
        + gammaln(did_not + 1)
        - gammaln(without + 1)
        - gammaln(did_not - without + 1)
    )
    total = acted + did_not
    logs = logs - (gammaln(total + 1) - gammaln(successes + 1) - gammaln(total - successes + 1))
    chances = np.exp(logs)
    # add up along each diagonal of equal successes, from the most extreme table inwards
    tails = chances.copy()
    for row in range(acted - 1, -1, -1):
        tails[row, 1:] += tails[row + 1, :-1]
    return np.minimum(tails, 1.0)
