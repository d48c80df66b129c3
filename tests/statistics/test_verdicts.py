"""The verdict by rule, and its direction."""

import numpy as np
import pandas as pd
import pytest

from followup.statistics.verdicts import (
    VERDICTS,
    direction,
    directions,
    is_sign,
    larger_p,
    verdict,
    verdicts,
)

STRONG = {
    "family": "primary",
    "exact_p": 0.001,
    "common_odds_ratio": 4.0,
    "within_administration_p": 0.002,
    "within_administration_odds_ratio": 3.0,
    "larger_adjusted_p": 0.012,
    "loo_administration_max_p": 0.03,
    "within_administration_loo_workshop_max_p": 0.03,
}
MISSING = np.nan
ALONE = {
    "within_administration_p": MISSING,
    "within_administration_odds_ratio": MISSING,
    "larger_adjusted_p": MISSING,
    "within_administration_loo_workshop_max_p": MISSING,
}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "supported"),
        ({"family": "composite"}, "supported"),
        ({"family": "exploratory"}, "suggestive"),
        ({"loo_administration_max_p": 0.05}, "suggestive"),
        ({"within_administration_loo_workshop_max_p": 0.05}, "suggestive"),
        ({"larger_adjusted_p": 0.02}, "suggestive"),
        ({"larger_adjusted_p": 0.12 - 0.1}, "suggestive"),  # .02 but for rounding
        ({"larger_adjusted_p": 0.3, "within_administration_p": 0.2}, "suggestive"),
        ({"larger_adjusted_p": 0.3, "exact_p": 0.2}, "suggestive"),
        ({"larger_adjusted_p": 0.3, "exact_p": 0.2, "within_administration_p": 0.1}, "not shown"),
        ({"larger_adjusted_p": 0.3, "exact_p": 0.05, "within_administration_p": 0.05}, "not shown"),
        (
            {"exact_p": 0.15 - 0.1, "within_administration_p": 0.2, "larger_adjusted_p": 1},
            "not shown",
        ),
        ({"common_odds_ratio": 0.25}, "not shown"),  # the two point different ways
        ({"within_administration_odds_ratio": 1.0}, "not shown"),
        ({"common_odds_ratio": np.inf, "within_administration_odds_ratio": np.inf}, "supported"),
        ({"common_odds_ratio": 0.0, "within_administration_odds_ratio": 0.2}, "supported"),
        (ALONE, "suggestive"),
        (ALONE | {"exact_p": 0.06}, "not shown"),
        (ALONE | {"exact_p": MISSING, "common_odds_ratio": MISSING}, "not testable"),
        (
            {"exact_p": MISSING, "common_odds_ratio": MISSING, "larger_adjusted_p": MISSING},
            "suggestive",
        ),
    ],
)
def test_the_verdict_is_the_rules(changed: dict, expected: str) -> None:
    assert verdict(STRONG | changed) == expected


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "together"),
        ({"common_odds_ratio": 0.2, "within_administration_odds_ratio": 0.0}, "apart"),
        (ALONE | {"common_odds_ratio": 0.2}, "apart"),
        ({"common_odds_ratio": 0.2}, ""),
        ({"larger_adjusted_p": 1.0, "exact_p": 0.2, "within_administration_p": 0.2}, ""),
    ],
)
def test_a_verdict_has_a_direction_where_something_is_shown(changed: dict, expected: str) -> None:
    assert direction(STRONG | changed) == expected


def test_many_pairs_are_judged_as_each_one_is() -> None:
    rng = np.random.default_rng(4)
    table = pd.DataFrame(
        {
            name: rng.choice([0.001, 0.01, 0.03, 0.3, np.nan], 300)
            if name.endswith("_p")
            else rng.choice([0.0, 0.5, 1.0, 2.0, np.inf], 300)
            for name in STRONG
            if name != "family"
        }
    ).assign(family=rng.choice(["primary", "composite", "exploratory"], 300))
    single = [verdict(row) for row in table.to_dict("records")]
    assert verdicts(table).tolist() == single
    assert set(single) <= set(VERDICTS)
    assert (directions(table) == [int(directions(row)) for row in table.to_dict("records")]).all()


def test_a_missing_value_may_be_pandas_own() -> None:
    assert verdict(STRONG | dict.fromkeys(ALONE, pd.NA)) == "suggestive"


def test_supported_and_suggestive_are_signs() -> None:
    assert [is_sign(name) for name in VERDICTS] == [True, True, False, False]


def test_the_larger_of_the_two_p_values_is_missing_where_either_is() -> None:
    table = pd.DataFrame(
        {"exact_p": [0.1, 0.3, 0.1], "within_administration_p": [0.2, 0.01, np.nan]}
    )
    assert larger_p(table) == pytest.approx([0.2, 0.3, np.nan], nan_ok=True)
