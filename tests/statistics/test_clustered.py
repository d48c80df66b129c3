"""Allowing for administrations: the clustered model, and leaving one out at a time."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.contingency_tables import StratifiedTable

from followup.statistics.clustered import (
    cluster_labels,
    clustered_odds_ratio,
    leave_one_out,
    most_influential,
)
from followup.statistics.stratified import exact_common_odds_ratio, stratum_tables


@pytest.fixture
def drawn() -> pd.DataFrame:
    rng = np.random.default_rng(7)
    acted = rng.random(120) < 0.5
    return pd.DataFrame(
        {
            "workshop": pd.array(np.repeat(list("abcd"), 30), dtype="string"),
            "administration": pd.array(
                [f"A{number}" for number in rng.integers(0, 25, 120)], dtype="string"
            ),
            "acted": acted,
            "saw": rng.random(120) < np.where(acted, 0.7, 0.4),
        }
    )


def fit(replies: pd.DataFrame):
    return clustered_odds_ratio(
        *(replies[name].to_numpy() for name in ("acted", "saw", "administration"))
    )


def test_clusters_of_one_give_the_sample_odds_ratio(drawn: pd.DataFrame) -> None:
    alone = drawn.assign(administration=[f"A{number}" for number in range(len(drawn))])
    table = stratum_tables(alone, "acted", "saw")[1].sum(axis=0)
    assert fit(alone).odds_ratio == pytest.approx(
        table[0, 0] * table[1, 1] / (table[0, 1] * table[1, 0]), rel=1e-6
    )


def test_the_order_of_the_replies_does_not_matter(drawn: pd.DataFrame) -> None:
    shuffled, straight = fit(drawn.sample(frac=1, random_state=3)), fit(drawn)
    assert (shuffled.odds_ratio, shuffled.p_value) == pytest.approx(
        (straight.odds_ratio, straight.p_value)
    )


def test_replying_twice_alike_makes_nothing_more_certain(drawn: pd.DataFrame) -> None:
    twice = pd.concat([drawn, drawn])
    assert (
        fit(twice).p_value > 0.5 * fit(drawn).p_value
    )  # as independent replies they would make it a thirtieth


def test_separation_few_clusters_and_huge_clusters_say_why(drawn: pd.DataFrame) -> None:
    assert "cell is empty" in fit(drawn.assign(saw=drawn["acted"])).reason
    assert "only 2" in fit(drawn.assign(administration=np.where(drawn["acted"], "A", "B"))).reason
    many = pd.concat([drawn] * 60)
    assert (
        "more than" in fit(many.assign(administration=["A", *["B"] * (len(many) - 2), "C"])).reason
    )


def test_a_reply_without_administration_is_a_cluster_of_its_own() -> None:
    replies = pd.DataFrame(
        {
            "workshop": ["5", "5", "5", "6"],
            "administration": pd.array([None, "FJ", None, None], dtype="string"),
        }
    )
    labels = cluster_labels(replies)
    assert labels.tolist() == [
        "unnamed (workshop 5)",
        "FJ",
        "unnamed (workshop 5) #2",
        "unnamed (workshop 6)",
    ]


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
