"""Intervals and effect sizes of one table, against published answers."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import contingency

from followup.statistics.intervals import conditional_odds_ratio, newcombe, phi, wilson
from followup.statistics.pooled import describe, pooled_tests


@pytest.mark.parametrize(
    ("count", "base", "limits"),
    [
        (81, 263, (0.2552885, 0.3662096)),
        (15, 148, (0.0623864, 0.1604872)),
        (0, 20, (0, 0.1611252)),
        (1, 29, (0.0061132, 0.1717552)),
    ],
)
def test_wilsons_interval_is_newcombes_table(
    count: int, base: int, limits: tuple[float, float]
) -> None:
    assert wilson(count, base) == pytest.approx(limits, abs=1e-7)


def test_wilsons_limits_are_exactly_none_and_all_at_the_ends() -> None:
    assert wilson(0, 7)[0] == 0.0
    assert wilson(7, 7)[1] == 1.0


def test_newcombes_interval_has_no_continuity_correction() -> None:
    assert newcombe(56, 70, 48, 80) == pytest.approx((0.0524315, 0.3338727), abs=1e-6)


@pytest.mark.parametrize(
    ("confidence", "square"), [(0.95, 3.841459), (0.9, 2.705543), (0.99, 6.634897)]
)
def test_limits_of_none_and_all_follow_from_the_square_of_z(
    confidence: float, square: float
) -> None:
    most = square / (20 + square)
    assert wilson(0, 20, confidence)[1] == pytest.approx(most)
    assert newcombe(0, 20, 20, 20, confidence)[1] == pytest.approx(np.sqrt(most**2 + most**2) - 1)


def test_each_share_is_over_its_own_base() -> None:
    found = describe(np.array([[3, 2], [1, 6]]))
    assert [found[name] for name in ("n", "both", "action_only", "outcome_only", "neither")] == [
        12,
        3,
        2,
        1,
        6,
    ]
    assert [
        found[name] for name in ("p_outcome_given_action", "p_outcome_given_no_action")
    ] == pytest.approx([3 / 5, 1 / 7])
    assert [
        found[name] for name in ("p_action_given_outcome", "p_action_given_no_outcome")
    ] == pytest.approx([3 / 4, 2 / 8])
    assert found["risk_difference"] == pytest.approx(3 / 5 - 1 / 7)
    for name, count, base in (
        ("p_action_given_outcome", 3, 4),
        ("p_action_given_no_outcome", 2, 8),
    ):
        assert (found[f"{name}_low"], found[f"{name}_high"]) == wilson(count, base)


def test_an_empty_base_is_missing_not_an_error() -> None:
    assert np.isnan(wilson(0, 0)).all()
    assert np.isnan(newcombe(0, 0, 1, 2)).all()
    described = describe(np.array([[0, 0], [3, 2]]))
    assert np.isnan(described["p_outcome_given_action"])
    assert np.isnan(described["risk_ratio"])
    assert (described["or_low"], described["or_high"]) == (0.0, np.inf)


def test_phi_has_a_sign() -> None:
    assert phi(np.array([[1, 3], [3, 1]])) == pytest.approx(-0.5)
    assert np.isnan(phi(np.array([[0, 0], [3, 1]])))


def test_aspirins_risk_ratio_is_agrestis() -> None:
    assert describe(np.array([[189, 10845], [104, 10933]]))["risk_ratio"] == pytest.approx(
        1.8178018
    )


@pytest.mark.parametrize("table", [[[170, 80], [110, 220]], [[3, 1], [1, 3]], [[5, 0], [2, 6]]])
def test_scipy_has_the_same_odds_ratio_and_limits(table: list) -> None:
    fitted = contingency.odds_ratio(table, kind="conditional")
    limits = fitted.confidence_interval(0.95)
    expected = fitted.statistic, limits.low, limits.high
    assert conditional_odds_ratio(np.array(table)) == pytest.approx(expected, rel=1e-9)


def test_boschloos_groups_are_the_actions() -> None:
    found = pooled_tests(np.array([[7, 8], [12, 3]]))
    assert found["boschloo_p"] == pytest.approx(0.0682183, rel=1e-3)
    assert found["fisher_p"] == pytest.approx(0.1281359, rel=1e-6)


def test_boschloos_test_is_not_made_of_very_many_replies_and_says_so() -> None:
    found = pooled_tests(np.array([[700, 800], [1200, 300]]))
    assert "boschloo_p" not in found
    assert "Boschloo" in found["reason"]


def test_wilson_takes_many_shares_at_once() -> None:
    counts, bases = np.array([0, 3, 17, 5]), np.array([4, 3, 25, 0])
    low, high = wilson(counts, bases)
    for place, (count, base) in enumerate(zip(counts, bases, strict=True)):
        assert (low[place], high[place]) == pytest.approx(
            wilson(int(count), int(base)), nan_ok=True
        )
    missing = wilson(pd.Series([1, pd.NA], dtype="Int64"), pd.Series([2, 2], dtype="Int64"))
    assert np.isnan(missing[0]).tolist() == [False, True]
