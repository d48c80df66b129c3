"""Which action goes with which outcome: every statistic of a pair, and the verdict by rule.

The unit is a reply, strata are workshops, clusters are administrations. Two comparisons are made of
each pair, by one exact test: within workshops, and within administrations. docs/methods.md has each
method with a worked example and its source.
"""

import numpy as np
import pandas as pd

from followup.statistics.clustered import cluster_labels, clustered_odds_ratio
from followup.statistics.columns import (
    COLUMNS,
    COUNTS,
    EXTRA,
    TYPES,
    WITHIN,
    UnlistedStatisticError,
)
from followup.statistics.influence import leave_one_out, most_influential, moves_most
from followup.statistics.mantel_haenszel import mantel_haenszel
from followup.statistics.multiplicity import EXPLORATORY, adjust, holm, maximum_statistic
from followup.statistics.nonresponse import difference_bounds
from followup.statistics.pooled import describe, pooled_tests
from followup.statistics.power import detectable_difference, detectable_odds_ratio
from followup.statistics.rule_simulation import chance_of_a_sign, detectable_by_the_rule
from followup.statistics.stratified import (
    CommonOddsRatio,
    any_of,
    exact_common_odds_ratio,
    stratum_tables,
)
from followup.statistics.verdicts import direction, larger_p, verdicts

PERMUTED = 20_000_000  # replies times permutations: about ten seconds
INTERVALS = ["rd_low", "rd_high", "or_low", "or_high"]


def associations(
    replies: pd.DataFrame,
    pairs: pd.DataFrame,
    strata: str = "workshop",
    clusters: str = "administration",
    resamples: int = 9_999,
    seed: int = 2021,
    invited: int | None = None,
) -> pd.DataFrame:
    """Describe and test every pair.

    Parameters
    ----------
    replies : one row a reply; `strata`, `clusters` (may be missing: a stratum, and a cluster, of
        its own), and nullable boolean answers.
    pairs : `action` (or composite `a|b`), `outcome`, `family`; and `declared_after` (boolean) where
        some were chosen after the replies were seen.
    resamples, seed : of the permutations behind `maximum_p` and `omnibus_p`; fewer, at least 199,
        beyond 2,000 replies.
    invited : how many were asked, for `difference_lowest` and `difference_highest`; missing = not
        known.

    Returns
    -------
    One row a pair: COLUMNS, then EXTRA (`columns`). A reply that lacks either answer is left out of
    that pair. A value that can't be had is missing, and `reason` says why.

    Raises
    ------
    UnlistedStatisticError : a statistic was computed that no column is named for.
    """
    rows = [_row(replies, pair, strata, clusters, invited) for pair in pairs.to_dict("records")]
    unlisted = {name for row in rows for name in row} - set(TYPES)
    if unlisted:
        raise UnlistedStatisticError(f"no column is named for {', '.join(sorted(unlisted))}")
    table = pd.DataFrame(rows, columns=[*COLUMNS, *EXTRA]).astype(TYPES)
    table[["adjusted_p", "adjustment"]] = adjust(table["exact_p"], table["family"])
    declared = (table["family"] != EXPLORATORY) & table["exact_p"].notna()
    table["larger_p"] = larger_p(table)
    table["larger_adjusted_p"] = _holm_over(table["larger_p"], declared)
    table = _with_omnibus(table, replies, strata, resamples, seed)
    table["verdict"] = verdicts(table)
    table["direction"] = [direction(row) or pd.NA for row in table.to_dict("records")]
    simulated = pairs.set_axis(table.index)[declared]
    differences = detectable_by_the_rule(replies, simulated, strata, clusters, seed=seed)
    table.loc[simulated.index, differences.columns] = differences
    chance = chance_of_a_sign(replies, simulated, strata, clusters, seed=seed)
    table.loc[declared, "chance_of_any_suggestive"] = chance
    return table.astype(TYPES)


def _row(
    replies: pd.DataFrame, pair: dict, strata: str, clusters: str, invited: int | None
) -> dict:
    answered = pd.DataFrame(
        {
            strata: cluster_labels(replies, strata, strata),
            clusters: replies[clusters],
            "acted": any_of(replies, pair["action"]),
            "reported": any_of(replies, pair["outcome"]),
        }
    )
    complete = answered.dropna(subset=["acted", "reported"])
    complete = complete.astype({"acted": bool, "reported": bool})
    labels, tables = stratum_tables(complete, "acted", "reported", strata)
    exact = exact_common_odds_ratio(tables if len(tables) else np.zeros((1, 2, 2), int))
    pooled = exact.tables.sum(axis=0)
    row = pair | describe(pooled)
    unvaried = _unvaried(answered, complete, pair)
    if unvaried:
        return row | dict.fromkeys(INTERVALS, np.nan) | {"reason": unvaried}
    lowest, highest = difference_bounds(pooled, invited)
    unnamed = complete[clusters].isna().all()
    named = None if unnamed else cluster_labels(complete, clusters, strata)
    parts: tuple[dict, ...] = (
        {"difference_lowest": lowest, "difference_highest": highest},
        pooled_tests(pooled),
        _stratified(exact, labels),
        _left_out(complete, exact, complete[strata], complete[strata], named, "loo"),
        _clustered(complete, clusters, named),
        _within_administrations(complete, complete[strata], clusters, named),
        _power(exact),
    )
    reasons = [part.pop("reason", "") for part in parts]
    for part in parts:
        row |= part
    return row | {"reason": "; ".join(reason for reason in reasons if reason)}


def _unvaried(answered: pd.DataFrame, complete: pd.DataFrame, pair: dict) -> str:
    """Say why a pair has nothing to compare; empty where it has."""
    ids = {"acted": pair["action"], "reported": pair["outcome"]}
    unknown = [name for column, name in ids.items() if answered[column].isna().all()]
    if unknown:
        return f"{' and '.join(unknown)}: known only as counts, or not at all"
    if complete.empty:
        return "no reply has both answers"
    words = {True: "yes in every reply", False: "no in every reply"}
    same = [
        f"{name}: {words[bool(complete[column].iloc[0])]}"
        for column, name in ids.items()
        if complete[column].eq(complete[column].iloc[0]).all()
    ]
    return f"{'; '.join(same)}, so there is nothing to compare" if same else ""


def _stratified(exact: CommonOddsRatio, labels: pd.Index) -> dict:
    silent = exact.uninformative
    row = {
        "informative_strata": len(labels) - len(silent),
        "uninformative_strata": " ".join(str(labels[index]) for index in silent),
        "minimum_p": exact.minimum_p,
    }
    if not exact.is_informative:
        return row | {
            "reason": (
                f"in no {labels.name} do both the action and the outcome vary, "
                "so nothing can be compared within one"
            )
        }
    tested = {
        "exact_p": exact.p_value,
        "mid_p": exact.mid_p,
        "common_odds_ratio": exact.odds_ratio,
        "common_or_low": exact.low,
        "common_or_high": exact.high,
    }
    return row | tested | mantel_haenszel(np.delete(exact.tables, silent, axis=0))


def _clustered(complete: pd.DataFrame, clusters: str, named: pd.Series | None) -> dict:
    if named is None:
        return {"reason": f"GEE and leaving out one {clusters}: no reply names its {clusters}"}
    fit = clustered_odds_ratio(
        complete["acted"].to_numpy(), complete["reported"].to_numpy(), named.to_numpy(), clusters
    )
    return {
        "gee_odds_ratio": fit.odds_ratio,
        "gee_or_low": fit.low,
        "gee_or_high": fit.high,
        "gee_p": fit.p_value,
        "reason": fit.reason,
    }


def _within_administrations(
    complete: pd.DataFrame, workshops: pd.Series, clusters: str, named: pd.Series | None
) -> dict:
    """Make the second comparison: each administration is its own control."""
    if named is None:
        return {
            f"{WITHIN}s": 0,
            "reason": f"comparison within one {clusters}: no reply names its {clusters}",
        }
    own = complete.assign(**{clusters: named})
    exact = exact_common_odds_ratio(stratum_tables(own, "acted", "reported", clusters)[1])
    informative = np.delete(exact.tables, exact.uninformative, axis=0)
    row = {f"{WITHIN}s": len(informative)}
    if not exact.is_informative:
        return row | {
            "reason": (
                f"comparison within one {clusters}: in none do both the action and the outcome vary"
            )
        }
    (both, action_only), (outcome_only, neither) = informative.sum(axis=0).tolist()
    counts = (informative.sum(), both, action_only, outcome_only, neither)
    return (
        row
        | {
            f"{WITHIN}_p": exact.p_value,
            f"{WITHIN}_mid_p": exact.mid_p,
            f"{WITHIN}_odds_ratio": exact.odds_ratio,
            f"{WITHIN}_low": exact.low,
            f"{WITHIN}_high": exact.high,
            f"{WITHIN}_minimum_p": exact.minimum_p,
        }
        | {f"{WITHIN}_{name}": int(count) for name, count in zip(COUNTS, counts, strict=True)}
        | _left_out(complete, exact, named, workshops, named, f"{WITHIN}_loo")
    )


def _power(exact: CommonOddsRatio) -> dict:
    difference = detectable_difference(exact)
    row = {
        "detectable_difference": difference,
        "detectable_difference_apart": detectable_difference(exact, apart=True),
        "detectable_odds_ratio": detectable_odds_ratio(exact),
    }
    if np.isnan(difference):
        return row | {"reason": "no difference, however large, would be found with 80% power"}
    return row


def _left_out(
    complete: pd.DataFrame,
    exact: CommonOddsRatio,
    compared: pd.Series,
    workshops: pd.Series,
    named: pd.Series | None,
    prefix: str,
) -> dict:
    """Leave out one workshop, and one administration, at a time, and compare within `compared`
    again."""
    if not exact.is_informative:
        return {}
    answers = complete[["acted", "reported"]].assign(compared=compared)
    row: dict[str, str | float] = {}
    for unit, labels in (("workshop", workshops), ("administration", named)):
        if labels is None:
            continue
        rest = leave_one_out(answers, "acted", "reported", labels, "compared")
        row |= {
            f"{prefix}_{unit}": most_influential(rest, exact.odds_ratio),
            f"{prefix}_{unit}_max_p": rest["p_value"].max(),
            f"{prefix}_{unit}_min_p": rest["p_value"].min(),
            f"{prefix}_{unit}_or_low": rest["odds_ratio"].min(),
            f"{prefix}_{unit}_or_high": rest["odds_ratio"].max(),
            f"{prefix}_{unit}_moves_most": moves_most(rest, exact.odds_ratio),
        }
    return row


def _holm_over(p_values: pd.Series, declared: pd.Series) -> pd.Series:
    """Adjust over the declared pairs that were tested; one that has no p counts as 1."""
    adjusted = pd.Series(np.nan, p_values.index)
    if declared.any():
        adjusted[declared] = holm(p_values[declared].to_numpy()[None, :])[0]
    return adjusted


def _with_omnibus(
    table: pd.DataFrame, replies: pd.DataFrame, strata: str, resamples: int, seed: int
) -> pd.DataFrame:
    """Add the omnibus p (the same for all tested pairs that are not composites) and each pair's
    single-step adjusted p."""
    tested = table[table["exact_p"].notna() & (table["family"] != "composite")]
    if tested.empty:
        return table
    actions, outcomes = sorted(tested["action"].unique()), sorted(tested["outcome"].unique())
    affordable = min(resamples, max(199, PERMUTED // len(replies)))
    labels = cluster_labels(replies, strata, strata)
    maximum = maximum_statistic(replies[actions], replies[outcomes], labels, affordable, seed)
    by_pair = maximum.pairs.set_index(["action", "outcome"])["p_value"].to_dict()
    adjusted = {
        index: by_pair.get((row["action"], row["outcome"]), np.nan)
        for index, row in tested.iterrows()
    }
    return table.assign(
        maximum_p=pd.Series(adjusted, dtype=float),
        omnibus_p=pd.Series(maximum.p_value, tested.index, dtype=float),
    )
