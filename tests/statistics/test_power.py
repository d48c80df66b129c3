"""What the survey could have found."""

import numpy as np
import pytest

from followup.statistics.power import (
    detectable_difference,
    detectable_odds_ratio,
    expected_rates,
)
from followup.statistics.stratified import exact_common_odds_ratio

STRATA = [[[4, 2], [3, 3]], [[5, 1], [2, 2]], [[0, 3], [0, 4]]]


def test_no_association_is_no_difference_and_power_is_the_level() -> None:
    exact = exact_common_odds_ratio(STRATA)
    with_action, without = expected_rates(exact, 1.0)
    assert with_action == pytest.approx(without)
    assert exact.power(1.0) <= 0.05


def test_the_difference_is_the_mantel_haenszel_risk_difference_at_the_estimate() -> None:
    exact = exact_common_odds_ratio(STRATA)
    tables = np.array(STRATA, float)
    acted, did_not = tables.sum(axis=2).T
    weights = acted * did_not / (acted + did_not)
    observed = (
        weights * (tables[:, 0, 0] / acted - tables[:, 1, 0] / did_not)
    ).sum() / weights.sum()
    with_action, without = expected_rates(exact, exact.odds_ratio)
    assert with_action - without == pytest.approx(observed)


def test_the_detectable_odds_ratio_has_the_wanted_power() -> None:
    exact = exact_common_odds_ratio([[10, 10], [10, 10]])
    ratio = detectable_odds_ratio(exact)
    assert exact.power(ratio) == pytest.approx(0.8)
    with_action, without = expected_rates(exact, ratio)
    assert detectable_difference(exact) == pytest.approx(with_action - without)


@pytest.mark.parametrize(("power", "alpha"), [(0.8, 0.05), (0.5, 0.05), (0.8, 0.1)])
def test_power_and_level_are_those_asked_for(power: float, alpha: float) -> None:
    exact = exact_common_odds_ratio(
        [[6, 4], [4, 8]]
    )  # its margins can reach a p of .084, and of .043
    ratio = detectable_odds_ratio(exact, power, alpha)
    assert exact.power(ratio, alpha) == pytest.approx(power)
    with_action, without = expected_rates(exact, ratio)
    assert detectable_difference(exact, power, alpha) == pytest.approx(with_action - without)


def test_the_usual_power_is_four_fifths_and_the_usual_level_a_twentieth() -> None:
    exact = exact_common_odds_ratio([[6, 4], [4, 8]])
    assert detectable_difference(exact) == detectable_difference(exact, 0.8, 0.05)
    assert detectable_odds_ratio(exact) == detectable_odds_ratio(exact, 0.8, 0.05)


def test_a_workshop_with_one_group_alone_moves_no_rate() -> None:
    alone = [[[2, 1], [0, 0]], [[0, 0], [3, 1]]]
    expected = expected_rates(exact_common_odds_ratio(STRATA), 3.0)
    assert expected_rates(exact_common_odds_ratio(STRATA + alone), 3.0) == pytest.approx(expected)


@pytest.mark.parametrize("tables", [[[1, 1], [1, 1]], [[3, 2], [0, 0]]])
def test_margins_that_can_show_nothing_have_no_detectable_difference(tables: list) -> None:
    exact = exact_common_odds_ratio(tables)
    assert exact.minimum_p > 0.05
    assert np.isnan(detectable_difference(exact))
