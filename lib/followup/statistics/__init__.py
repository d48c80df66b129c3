"""The statistics of the report: they know no round, and import nothing of ours.

What a notebook uses can be imported from here, as `from followup.statistics import wilson`.
Functions with the name of their module are imported from it:
`from followup.statistics.sensitivity import sensitivity`,
`from followup.statistics.mantel_haenszel import mantel_haenszel`.
"""

from importlib import import_module
from typing import Any

MODULES = {
    "association": ("associations",),
    "clustered": ("cluster_labels", "clustered_odds_ratio"),
    "influence": ("leave_one_out", "most_influential", "moves_most"),
    "intervals": ("conditional_odds_ratio", "newcombe", "phi", "wilson"),
    "mantel_haenszel": ("breslow_day_p",),
    "multiplicity": ("adjust", "holm", "maximum_statistic"),
    "nonresponse": ("difference_bounds", "manski_bounds", "outcome_bounds", "tipping_point"),
    "pooled": ("boschloo_p", "describe", "pooled_tests"),
    "power": ("detectable_difference", "detectable_odds_ratio", "expected_rates"),
    "rule_simulation": ("chance_of_a_sign", "detectable_by_the_rule", "power_of_the_rule"),
    "sensitivity": ("choices_about", "distinct_data_sets", "ranges"),
    "strata": ("strata_differ", "turns"),
    "stratified": ("any_of", "below", "exact_common_odds_ratio", "stratum_tables"),
    "verdicts": ("direction", "is_sign", "verdict"),
}
PLACES = {name: module for module, names in MODULES.items() for name in names}
__all__ = sorted(PLACES)


def __getattr__(name: str) -> Any:
    """Import a name's module when the name is asked for: a notebook that needs `wilson` waits for
    nothing else."""
    if name not in PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{PLACES[name]}"), name)
