"""The columns of associations.csv, in their order: what the plan names, and what stands beside it.

A new statistic is its function, its name here, and a line of docs/data_dictionary.csv. A statistic
that is computed and has no name here is refused; one that is named and never computed fails a test.
"""

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
WITHIN = "within_administration"
COMPARED = [
    "direction",
    "mid_p",
    f"{WITHIN}_p",
    f"{WITHIN}_odds_ratio",
    f"{WITHIN}_low",
    f"{WITHIN}_high",
    f"{WITHIN}s",
    "difference_lowest",
    "difference_highest",
    "rule_detectable_difference",
]
COLUMNS = [
    *("action", "outcome", "family"),
    *COUNTS,
    *SHARES,
    *EFFECTS,
    *TESTS,
    *CLUSTERED,
    *LEFT_OUT,
    *JUDGED,
    *COMPARED,
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
MOVES = ["loo_administration_moves_most", "loo_workshop_moves_most"]
WITHIN_EXTRA = [
    f"{WITHIN}_mid_p",
    f"{WITHIN}_minimum_p",
    *(f"{WITHIN}_{count}" for count in COUNTS),
    *(
        f"{WITHIN}_loo_{unit}{part}"
        for unit in ("administration", "workshop")
        for part in ("", "_max_p", "_min_p", "_or_low", "_or_high", "_moves_most")
    ),
]
RULE = [
    "larger_p",
    "larger_adjusted_p",
    "detectable_difference_apart",
    "rule_detectable_difference_apart",
    "rule_suggestive_difference",
    "rule_suggestive_difference_apart",
    "chance_of_any_suggestive",
    "declared_after",
]
EXTRA = [
    *LIMITS,
    *STRATA,
    *RANGES,
    *("detectable_odds_ratio", "maximum_p", "omnibus_p"),
    *MOVES,
    *WITHIN_EXTRA,
    *RULE,
]
TEXT = {
    *("action", "outcome", "family", "adjustment", "verdict", "reason", "direction"),
    *("loo_administration", "loo_workshop", "uninformative_strata"),
    *MOVES,
    *(f"{WITHIN}_loo_{unit}" for unit in ("administration", "workshop")),
    *(f"{WITHIN}_loo_{unit}_moves_most" for unit in ("administration", "workshop")),
}
WHOLE = {*COUNTS, "informative_strata", f"{WITHIN}s", *(f"{WITHIN}_{count}" for count in COUNTS)}
FLAGS = {"declared_after"}
TYPES = (
    dict.fromkeys([*COLUMNS, *EXTRA], "float64")
    | dict.fromkeys(TEXT, "string")
    | dict.fromkeys(WHOLE, "Int64")
    | dict.fromkeys(FLAGS, "boolean")
)


class UnlistedStatisticError(KeyError):
    """A statistic is computed that no column is named for."""
