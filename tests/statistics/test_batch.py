"""Many sets of strata tested at once are tested as each one is."""

import numpy as np
import pandas as pd
import pytest

from followup.statistics.batch import WHOLE, batch_exact, batch_tables, exact_of_each
from followup.statistics.stratified import exact_common_odds_ratio, stratum_tables


@pytest.mark.parametrize("seed", range(6))
def test_each_set_has_the_p_and_the_direction_of_the_exact_test(seed: int) -> None:
    rng = np.random.default_rng(seed)
    largest = rng.choice([2, 4, 12])
    tables = rng.integers(0, largest, (40, rng.integers(1, 12), 2, 2))
    tables[rng.random(tables.shape) < 0.4] = 0
    tests = batch_exact(tables)
    for strata, p_value, direction, informative in zip(
        tables, tests.p_value, tests.direction, tests.informative, strict=True
    ):
        exact = exact_common_odds_ratio(strata)
        assert informative == len(strata) - len(exact.uninformative)
        if informative:
            assert p_value == pytest.approx(exact.p_value, rel=1e-12)
            assert direction == np.sign(
                exact.odds_ratio - 1 if abs(exact.odds_ratio - 1) > 1e-9 else 0
            )
        else:
            assert np.isnan(p_value)
            assert direction == 0


@pytest.mark.parametrize("seed", range(6))
def test_p_and_estimate_of_many_are_those_of_each(seed: int) -> None:
    rng = np.random.default_rng(seed)
    tables = rng.integers(0, rng.choice([2, 5, 15]), (60, rng.integers(1, 12), 2, 2))
    tables[rng.random(tables.shape) < 0.5] = 0
    tables[1] = tables[0][rng.permutation(len(tables[0]))]
    tables[2] = 0
    p_values, ratios = exact_of_each(tables)
    exact = [exact_common_odds_ratio(one) for one in tables]
    assert p_values == pytest.approx([one.p_value for one in exact], rel=1e-12)
    assert ratios == pytest.approx([one.odds_ratio for one in exact], rel=1e-12, nan_ok=True)
    assert (p_values[1], ratios[1]) == pytest.approx((p_values[0], ratios[0]), rel=0, nan_ok=True)


def test_the_largest_sets_tested_together_have_no_probability_too_small_to_be_a_number() -> None:
    strata = np.tile([[100, 0], [0, 100]], (4, 1, 1))
    p_values, ratios = exact_of_each(np.array([strata]))
    exact = exact_common_odds_ratio(strata)
    assert strata.sum() == WHOLE
    assert p_values == pytest.approx(exact.p_value, rel=1e-9, abs=0)
    assert np.isinf(ratios).all()


def test_where_every_stratum_carries_information_none_is_taken_for_one_that_carries_none() -> None:
    tables = np.array([[[[3, 1], [1, 3]], [[3, 1], [1, 3]]]])
    assert batch_exact(tables).p_value == pytest.approx(exact_common_odds_ratio(tables[0]).p_value)


def test_the_tables_are_those_of_the_replies_without_missing_answers() -> None:
    rng = np.random.default_rng(3)
    answers = rng.choice([0.0, 1.0, np.nan], (5, 2, 30))
    codes = rng.integers(0, 4, 30)
    tables = batch_tables(answers[:, 0], answers[:, 1], codes, 5)
    assert tables.shape == (5, 5, 2, 2)
    for answer, strata in zip(answers, tables, strict=True):
        replies = pd.DataFrame(
            {
                "stratum": codes,
                "acted": pd.array(answer[0], dtype="Float64").astype("boolean"),
                "saw": pd.array(answer[1], dtype="Float64").astype("boolean"),
            }
        )
        labels, expected = stratum_tables(replies, "acted", "saw", "stratum")
        assert (strata[labels.to_numpy(int)] == expected).all()
        assert strata.sum() == expected.sum()
