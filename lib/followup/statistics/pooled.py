"""One 2x2 table, all workshops together: what it says, and whether its two answers go together.

A table is `[[both, action_only], [outcome_only, neither]]`. A value whose base is empty is missing (nan), never an error.
"""

import numpy as np
from scipy.stats import boschloo_exact, contingency, fisher_exact

from followup.statistics.intervals import conditional_odds_ratio, newcombe, phi, wilson

BOSCHLOO_LIMIT = 1_000  # replies beyond which Boschloo's test takes seconds


def describe(table: np.ndarray) -> dict[str, float]:
    """Describe one table: the counts, four conditional shares with Wilson limits, difference, ratio, odds ratio and phi.

    Returns
    -------
    `n, both, action_only, outcome_only, neither`; shares `p_outcome_given_action` … each with `_low` and `_high`;
    `risk_difference, rd_low, rd_high` (outcome given action less outcome given no action), `risk_ratio`, `odds_ratio, or_low,
    or_high` (conditional), `phi`. Missing where a base is empty.
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
    row = {
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

    Fisher's exact test is two-sided by minimum likelihood, as in R. Boschloo's unconditional test, with Fisher's one-sided p as
    its statistic, is two-sided by doubling the smaller side, as in scipy (R's Exact orders tables by Fisher's two-sided p
    instead).

    Returns
    -------
    `fisher_p`, and `boschloo_p` or the `reason` for which there is none.
    """
    row = {"fisher_p": float(fisher_exact(table).pvalue)}
    if np.sum(table) > BOSCHLOO_LIMIT:
        return row | {
            "reason": f"Boschloo's test: not made beyond {BOSCHLOO_LIMIT} replies, where Fisher's is as good"
        }
    return row | {
        "boschloo_p": float(min(1.0, boschloo_exact(np.transpose(table)).pvalue))
    }  # scipy's groups are columns
