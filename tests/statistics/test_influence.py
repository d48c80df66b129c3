"""Leaving out one unit at a time."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.contingency_tables import StratifiedTable

from followup.statistics import batch
from followup.statistics.influence import leave_one_out, most_influential, moves_most
from followup.statistics.stratified import exact_common_odds_ratio, stratum_tables


def test_leaving_one_out_is_testing_the_rest(drawn: pd.DataFrame) -> None:
    found = leave_one_out(drawn, "acted", "saw", drawn["administration"])
    assert set(found.index) == set(drawn["administration"])
    assert found["replies"].sum() == len(drawn)
    for unit in found.index[:5]:
        exact = exact_common_odds_ratio(
            stratum_tables(drawn[drawn["administration"] != unit], "acted", "saw")[1]
        )
        assert found.loc[unit, "p_value"] == pytest.approx(exact.p_value)
        assert found.loc[unit, "odds_ratio"] == pytest.approx(exact.odds_ratio)


def test_beyond_the_work_allowed_the_most_moving_units_are_still_found(drawn: pd.DataFrame) -> None:
    every = leave_one_out(drawn, "acted", "saw", drawn["administration"])
    few = leave_one_out(drawn, "acted", "saw", drawn["administration"], work=0)
    assert len(few) == 10
    assert few["p_value"].max() == pytest.approx(every["p_value"].max())
    assert few["p_value"].min() == pytest.approx(every["p_value"].min())


@pytest.mark.parametrize("seed", range(3))
def test_the_most_moving_leave_the_smallest_and_the_largest_mantel_haenszel_chi_square(
    drawn: pd.DataFrame, seed: int
) -> None:
    uneven = [f"{number // 2}" if number < 80 else "large" for number in range(len(drawn))]
    saw = np.random.default_rng(seed).permutation(
        drawn["saw"]
    )  # no association: z may be of either sign
    replies = drawn.assign(workshop=pd.array(uneven, dtype="string"), saw=saw)
    square = {}
    for unit in replies["administration"].unique():
        tables = stratum_tables(replies[replies["administration"] != unit], "acted", "saw")[1]
        tables = tables[tables.sum(axis=(1, 2)) > 1]  # statsmodels divides by the replies less one
        square[unit] = (
            StratifiedTable(tables.transpose(1, 2, 0).astype(float))
            .test_null_odds(correction=False)
            .statistic
        )
    ordered = sorted(square, key=square.get)
    few = leave_one_out(replies, "acted", "saw", replies["administration"], work=0)
    assert set(few.index) == {*ordered[:5], *ordered[-5:]}


def test_among_equal_p_values_the_one_that_moves_the_estimate_most_is_named() -> None:
    rest = pd.DataFrame(
        {"p_value": [1.0, 1.0, 0.2], "odds_ratio": [1.1, 2.0, 9.0]}, index=["A", "B", "C"]
    )
    assert most_influential(rest, 1.0) == "B"
    assert most_influential(rest.assign(odds_ratio=np.nan), 1.0) == "A"
    assert (
        most_influential(rest.assign(odds_ratio=[0.25, 2.0, 9.0]), 1.0) == "A"
    )  # a quarter is farther from 1 than twice


@pytest.mark.parametrize("compared", ["workshop", "administration"])
@pytest.mark.parametrize("units", ["workshop", "administration"])
def test_either_unit_is_left_out_of_either_comparison(
    drawn: pd.DataFrame, compared: str, units: str
) -> None:
    rest = leave_one_out(drawn, "acted", "saw", drawn[units], compared)
    for unit, row in rest.iterrows():
        tables = stratum_tables(drawn[drawn[units] != unit], "acted", "saw", compared)[1]
        exact = exact_common_odds_ratio(tables)
        assert row["p_value"] == pytest.approx(exact.p_value)
        assert row["odds_ratio"] == pytest.approx(exact.odds_ratio)


def test_what_depends_on_the_same_margins_is_tested_once(
    drawn: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    tests = []

    def counted(tables: np.ndarray) -> object:
        tests.append(tables)
        return exact_common_odds_ratio(tables)

    alone = pd.Series(np.arange(len(drawn)), drawn.index)
    together = leave_one_out(drawn, "acted", "saw", alone)
    monkeypatch.setattr(batch, "WHOLE", 10)
    monkeypatch.setattr(batch, "exact_common_odds_ratio", counted)
    one_by_one = leave_one_out(drawn, "acted", "saw", alone)
    assert len(one_by_one) == 120
    assert len(tests) <= 4 * 4  # a reply of one of four cells of one of four workshops
    pd.testing.assert_frame_equal(together, one_by_one, rtol=1e-12)


def test_a_missing_unit_is_left_out_like_any_other(drawn: pd.DataFrame) -> None:
    units = drawn["administration"].mask(drawn["administration"] == "A1")
    rest = leave_one_out(drawn, "acted", "saw", units)
    assert rest["replies"].sum() == len(drawn)


def test_the_one_that_moves_the_estimate_most_is_named_whatever_its_p() -> None:
    rest = pd.DataFrame(
        {"p_value": [0.9, 0.2, 0.3], "odds_ratio": [1.1, 6.0, 0.9]}, index=["A", "B", "C"]
    )
    assert moves_most(rest, 1.0) == "B"
    assert moves_most(rest, 6.0) == "C"
    assert moves_most(rest.assign(odds_ratio=np.inf), np.inf) == "A"  # none moves it: the largest p
    assert moves_most(rest.assign(odds_ratio=[np.inf, 5.0, np.inf]), np.inf) == "B"
