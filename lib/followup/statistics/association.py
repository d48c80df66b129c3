"""Which action goes with which outcome: every statistic of a pair, and the verdict by rule.

The unit is a reply, strata are workshops, clusters are administrations. docs/methods.md has each method with a worked example
and its source.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from followup.rounds import Round
from followup.statistics.clustered import (
    cluster_labels,
    clustered_odds_ratio,
    leave_one_out,
    most_influential,
)
from followup.statistics.mantel_haenszel import mantel_haenszel
from followup.statistics.multiplicity import adjust, maximum_statistic
from followup.statistics.pooled import describe, pooled_tests
from followup.statistics.power import detectable_difference, detectable_odds_ratio
from followup.statistics.stratified import (
    CommonOddsRatio,
    below,
    exact_common_odds_ratio,
    stratum_tables,
)
from followup.tables import answers

PERMUTED = 20_000_000  # replies times permutations: about ten seconds
COUNTS = ["n", "both", "action_only", "outcome_only", "neither"]
SHARES = [
    "p_outcome_given_action",
    "p_outcome_given_no_action",
    "p_action_given_outcome",
    "p_action_given_no_outcome",
]
EFFECTS = [
    "risk_difference",
    "rd_low",
    "rd_high",
    "risk_ratio",
    "odds_ratio",
    "or_low",
    "or_high",
    "phi",
]
TESTS = [
    "fisher_p",
    "boschloo_p",
    "mh_odds_ratio",
    "mh_p",
    "exact_p",
    "common_odds_ratio",
    "common_or_low",
    "common_or_high",
]
CLUSTERED = ["gee_odds_ratio", "gee_p", "adjusted_p", "adjustment"]
LEFT_OUT = ["loo_administration_max_p", "loo_administration", "loo_workshop_max_p", "loo_workshop"]
JUDGED = ["minimum_p", "detectable_difference", "verdict", "reason"]
COLUMNS = [
    "action",
    "outcome",
    "family",
    *COUNTS,
    *SHARES,
    *EFFECTS,
    *TESTS,
    *CLUSTERED,
    *LEFT_OUT,
    *JUDGED,
]
LIMITS = [f"{share}_{end}" for share in SHARES for end in ("low", "high")]
STRATA = [
    "mh_or_low",
    "mh_or_high",
    "breslow_day_p",
    "informative_strata",
    "uninformative_strata",
    "gee_or_low",
    "gee_or_high",
]
RANGES = [
    f"loo_{unit}_{part}"
    for unit in ("administration", "workshop")
    for part in ("min_p", "or_low", "or_high")
]
EXTRA = [*LIMITS, *STRATA, *RANGES, "detectable_odds_ratio", "maximum_p", "omnibus_p"]
TEXT = [
    "action",
    "outcome",
    "family",
    "adjustment",
    "loo_administration",
    "loo_workshop",
    "verdict",
    "reason",
    "uninformative_strata",
]


def declared_pairs(survey_round: Round) -> pd.DataFrame:
    """List the pairs to test: primary as declared, their composites (`a|b`), all other actions with outcomes as exploratory.

    Returns
    -------
    DataFrame `action, outcome, family`, in the order of the declarations.
    """
    every = [
        (action.id, outcome.id)
        for outcome in survey_round.outcomes
        for action in survey_round.actions
    ]
    others = [pair for pair in every if pair not in survey_round.primary]
    families = {
        "primary": survey_round.primary,
        "composite": survey_round.composites,
        "exploratory": others,
    }
    rows = [(*pair, family) for family, members in families.items() for pair in members]
    return pd.DataFrame(rows, columns=["action", "outcome", "family"], dtype="string")


def associations(
    replies: pd.DataFrame,
    pairs: pd.DataFrame,
    strata: str = "workshop",
    clusters: str = "administration",
    resamples: int = 9_999,
    seed: int = 2021,
) -> pd.DataFrame:
    """Describe and test every pair.

    Parameters
    ----------
    replies : one row a reply; `strata`, `clusters` (may be missing: a cluster of its own), and nullable boolean answers.
    pairs : `action` (or composite `a|b`), `outcome`, `family`.
    resamples, seed : of the permutations behind `maximum_p` and `omnibus_p`; fewer, at least 199, beyond 2,000 replies.

    Returns
    -------
    One row a pair: COLUMNS, then EXTRA. A reply that lacks either answer is left out of that pair. A value that can't be had is
    missing, and `reason` says why.
    """
    rows = [_row(replies, pair, strata, clusters) for pair in pairs.to_dict("records")]
    table = pd.DataFrame(rows, columns=[*COLUMNS, *EXTRA])
    table = table.astype(
        dict.fromkeys(TEXT, "string") | dict.fromkeys(set(table.columns) - set(TEXT), float)
    )
    table[["adjusted_p", "adjustment"]] = adjust(table["exact_p"], table["family"])
    table = _with_omnibus(table, replies, strata, resamples, seed)
    table["verdict"] = [verdict(row) for row in table.to_dict("records")]
    return table.astype(
        dict.fromkeys([*COUNTS, "informative_strata"], "Int64") | {"verdict": "string"}
    )


def verdict(row: dict) -> str:
    """Judge a pair by the rule.

    `supported`: adjusted p below .05, and the primary p below .05 whichever administration is left out. Where no reply names its
    administration, whichever workshop is left out instead. `suggestive`: not that, but the primary, Fisher's or the GEE p is
    below .05. `not shown`: tested, none of those. `not testable`: the primary test can't be made.
    A p that is .05 but for rounding is not below it.
    """
    if pd.isna(row["exact_p"]):
        return "not testable"
    left_out = (
        row["loo_workshop_max_p"]
        if pd.isna(row["loo_administration_max_p"])
        else row["loo_administration_max_p"]
    )
    if below(row["adjusted_p"]) and below(left_out):
        return "supported"
    return (
        "suggestive"
        if any(below(row[p]) for p in ("exact_p", "fisher_p", "gee_p"))
        else "not shown"
    )


def _row(replies: pd.DataFrame, pair: dict, strata: str, clusters: str) -> dict:
    known = pd.DataFrame({strata: replies[strata], clusters: replies[clusters]}).assign(
        acted=answers(replies, pair["action"]), reported=answers(replies, pair["outcome"])
    )
    complete = known.dropna(subset=["acted", "reported"]).astype({"acted": bool, "reported": bool})
    labels, tables = stratum_tables(complete, "acted", "reported", strata)
    exact = (
        exact_common_odds_ratio(tables)
        if len(tables)
        else exact_common_odds_ratio(np.zeros((1, 2, 2), int))
    )
    row = pair | describe(exact.tables.sum(axis=0))
    unvaried = _unvaried(known, complete, pair)
    if unvaried:
        return row | {"reason": unvaried, "minimum_p": np.nan}
    reasons: list[str] = []
    parts = (
        pooled_tests(exact.tables.sum(axis=0)),
        _stratified(exact, labels),
        _clustered(complete, clusters, strata),
        _power(exact),
    )
    for values in (*parts, _left_out(complete, exact, strata, clusters)):
        reasons.append(values.pop("reason", ""))
        row |= values
    return row | {"reason": "; ".join(reason for reason in reasons if reason)}


def _unvaried(known: pd.DataFrame, complete: pd.DataFrame, pair: dict) -> str:
    """Say why a pair has nothing to compare; empty where it has."""
    ids = {"acted": pair["action"], "reported": pair["outcome"]}
    unknown = [name for column, name in ids.items() if known[column].isna().all()]
    if unknown:
        return f"{' and '.join(unknown)}: known only as counts, or not at all"
    if complete.empty:
        return "no reply has both answers"
    same = [
        (name, complete[column].iloc[0])
        for column, name in ids.items()
        if complete[column].nunique() == 1
    ]
    words = {True: "yes in every reply", False: "no in every reply"}
    return "; ".join(
        f"{name}: {words[bool(value)]}, so there is nothing to compare" for name, value in same
    )


def _stratified(exact: CommonOddsRatio, labels: pd.Index) -> dict:
    silent = exact.uninformative
    row = {
        "informative_strata": len(labels) - len(silent),
        "uninformative_strata": " ".join(str(labels[index]) for index in silent),
        "minimum_p": exact.minimum_p,
    }
    if len(silent) == len(labels):
        return row | {
            "reason": f"in no {labels.name} do both the action and the outcome vary, so nothing can be compared within one"
        }
    tested = {
        "exact_p": exact.p_value,
        "common_odds_ratio": exact.odds_ratio,
        "common_or_low": exact.low,
        "common_or_high": exact.high,
    }
    return row | tested | mantel_haenszel(np.delete(exact.tables, silent, axis=0))


def _clustered(complete: pd.DataFrame, clusters: str, strata: str) -> dict:
    if complete[clusters].isna().all():
        return {"reason": f"GEE and leaving out one {clusters}: no reply names its {clusters}"}
    labels = cluster_labels(complete, clusters, strata).to_numpy(str)
    fit = clustered_odds_ratio(
        complete["acted"].to_numpy(), complete["reported"].to_numpy(), labels
    )
    return {
        "gee_odds_ratio": fit.odds_ratio,
        "gee_or_low": fit.low,
        "gee_or_high": fit.high,
        "gee_p": fit.p_value,
        "reason": fit.reason,
    }


def _power(exact: CommonOddsRatio) -> dict:
    row = {
        "detectable_difference": detectable_difference(exact),
        "detectable_odds_ratio": detectable_odds_ratio(exact),
    }
    if np.isnan(row["detectable_difference"]):
        row["reason"] = "no difference, however large, would be found with 80% power"
    return row


def _left_out(complete: pd.DataFrame, exact: CommonOddsRatio, strata: str, clusters: str) -> dict:
    if len(exact.uninformative) == len(exact.tables):
        return {}
    units: dict[str, Callable[[], pd.Series]] = {
        "loo_workshop": lambda: complete[strata].astype("string")
    }
    if complete[clusters].notna().any():
        units["loo_administration"] = lambda: cluster_labels(complete, clusters, strata)
    row = {}
    for name, labels in units.items():
        rest = leave_one_out(complete, "acted", "reported", labels(), strata)
        row |= {
            name: most_influential(rest, exact.odds_ratio),
            f"{name}_max_p": rest["p_value"].max(),
            f"{name}_min_p": rest["p_value"].min(),
            f"{name}_or_low": rest["odds_ratio"].min(),
            f"{name}_or_high": rest["odds_ratio"].max(),
        }
    return row


def _with_omnibus(
    table: pd.DataFrame, replies: pd.DataFrame, strata: str, resamples: int, seed: int
) -> pd.DataFrame:
    """Add the omnibus p (the same for all tested pairs that are not composites) and each pair's single-step adjusted p."""
    tested = table[table["exact_p"].notna() & (table["family"] != "composite")]
    if tested.empty:
        return table
    actions, outcomes = sorted(tested["action"].unique()), sorted(tested["outcome"].unique())
    affordable = min(resamples, max(199, PERMUTED // len(replies)))
    found = maximum_statistic(
        replies[actions], replies[outcomes], replies[strata], affordable, seed
    )
    by_pair = found.pairs.set_index(["action", "outcome"])["p_value"].to_dict()
    adjusted = {
        index: by_pair.get((row["action"], row["outcome"]), np.nan)
        for index, row in tested.iterrows()
    }
    return table.assign(
        maximum_p=pd.Series(adjusted, dtype=float),
        omnibus_p=pd.Series(found.p_value, tested.index, dtype=float),
    )
