"""Adjusted p-values, and the maximum statistic over all pairs."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

from followup.statistics.multiplicity import adjust, holm, maximum_statistic


def drawn(seed: int, size: int = 60) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    rng = np.random.default_rng(seed)
    strata = pd.Series(np.repeat(np.arange(6), size // 6))
    actions = pd.DataFrame(rng.random((size, 2)) < 0.5, columns=["wrote", "shared"]).astype(
        "boolean"
    )
    outcomes = pd.DataFrame(rng.random((size, 2)) < 0.4, columns=["saw", "began"]).astype("boolean")
    return actions, outcomes, strata


def test_declared_pairs_are_one_family_and_untested_pairs_do_not_count() -> None:
    p_values = pd.Series([0.01, 0.04, np.nan, 0.03, 0.04, 0.03, 0.04])
    families = pd.Series(
        ["primary", "primary", "primary", "composite", "composite", "exploratory", "exploratory"]
    )
    found = adjust(p_values, families)
    assert found["adjusted_p"].tolist() == pytest.approx(
        [0.04, 0.09, np.nan, 0.09, 0.09, 0.04, 0.04], nan_ok=True
    )
    assert found["adjustment"][0] == "Holm, 4 declared tests"
    assert pd.isna(found["adjustment"][2])


def test_nothing_tested_is_nothing_adjusted() -> None:
    assert adjust(pd.Series([np.nan]), pd.Series(["primary"]))["adjusted_p"].isna().all()


def test_the_square_of_z_is_the_mantel_haenszel_chi_square() -> None:
    from scipy.stats import chi2

    from followup.statistics.mantel_haenszel import mantel_haenszel
    from followup.statistics.stratified import stratum_tables

    actions, outcomes, strata = drawn(1)
    found = maximum_statistic(actions, outcomes, strata, resamples=99).pairs.set_index(
        ["action", "outcome"]
    )
    replies = pd.concat([actions, outcomes], axis=1).assign(workshop=strata)
    for action, outcome in found.index:
        tables = stratum_tables(replies, action, outcome)[1]
        assert chi2.sf(found.loc[(action, outcome), "z"] ** 2, 1) == pytest.approx(
            mantel_haenszel(tables)["mh_p"]
        )


HALF = pd.DataFrame({"acted": pd.array([True, True, False, False], dtype="boolean")})


@pytest.mark.parametrize("outcomes", [["saw"], ["saw", "began"]])
def test_permutations_as_extreme_count_and_outcomes_stay_together(outcomes: list[str]) -> None:
    alike = pd.DataFrame(dict.fromkeys(outcomes, HALF["acted"]))
    found = maximum_statistic(HALF, alike, pd.Series([1] * 4), resamples=9_999)
    assert found.p_value == pytest.approx(
        1 / 3, abs=0.02
    )  # of 6 ways to place two yes, 2 are as extreme, however often told


def test_each_workshop_is_permuted_by_itself() -> None:
    twice = pd.concat([HALF, HALF], ignore_index=True)
    found = maximum_statistic(
        twice,
        ~twice.rename(columns={"acted": "saw"}),
        pd.Series([1] * 4 + [2] * 4),
        resamples=9_999,
    )
    assert found.p_value == pytest.approx(
        2 / 36, abs=0.01
    )  # both workshops as extreme, and to the same side
    assert found.statistic == pytest.approx(np.sqrt(6))  # as large as it can be, whichever its sign


def test_a_missing_answer_counts_as_the_mean_of_its_stratum() -> None:
    saw = pd.DataFrame({"saw": pd.array([True, False, False, pd.NA], dtype="boolean")})
    found = maximum_statistic(HALF, saw, pd.Series([1] * 4), resamples=19)
    # acted less its mean: 1/2, 1/2, -1/2, -1/2; saw less its mean: 2/3, -1/3, -1/3, 0; their sum
    # 1/3, its variance 1 * 2/3 / 3
    assert found.statistic == pytest.approx((1 / 3) / np.sqrt(2 / 9))


def test_the_order_of_replies_columns_and_labels_does_not_matter() -> None:
    actions, outcomes, strata = drawn(2)
    first = maximum_statistic(actions, outcomes, strata, resamples=499)
    order = np.random.default_rng(0).permutation(len(strata))
    again = maximum_statistic(
        actions.iloc[order], outcomes.iloc[order], strata.iloc[order], resamples=499
    )
    assert (again.statistic, again.p_value) == pytest.approx((first.statistic, first.p_value))


def test_a_strong_association_is_found_and_its_pair_has_the_least_p() -> None:
    actions, outcomes, strata = drawn(3)
    outcomes["saw"] = actions["wrote"]
    found = maximum_statistic(actions, outcomes, strata, resamples=199)
    assert found.p_value == pytest.approx(1 / 200)
    assert tuple(found.pairs.sort_values("p_value").iloc[0][["action", "outcome"]]) == (
        "wrote",
        "saw",
    )


def test_a_difference_between_workshops_alone_is_no_association() -> None:
    strata = pd.Series(np.repeat([0, 1], 20))
    same = pd.DataFrame({"acted": pd.array(strata == 1, dtype="boolean")})
    assert np.isnan(maximum_statistic(same, same.rename(columns={"acted": "saw"}), strata).p_value)


def test_a_missing_answer_keeps_its_reply() -> None:
    actions, outcomes, strata = drawn(4)
    outcomes.loc[0, "saw"] = pd.NA
    found = maximum_statistic(actions, outcomes, strata, resamples=99)
    assert len(found.pairs) == 4
    assert np.isfinite(found.p_value)


def test_under_no_association_the_p_value_is_uniform_enough() -> None:
    p_values = [maximum_statistic(*drawn(seed), resamples=99).p_value for seed in range(200)]
    assert np.mean(np.array(p_values) <= 0.1) < 0.17
    assert 0.4 < np.mean(p_values) < 0.6


def test_holm_of_rows_is_holm_of_each() -> None:
    rng = np.random.default_rng(2)
    p_values = rng.random((50, 6)) ** 3
    for row, adjusted in zip(p_values, holm(p_values), strict=True):
        assert adjusted == pytest.approx(multipletests(row, method="holm")[1])


def test_a_missing_p_counts_as_one_and_stays_missing() -> None:
    assert holm(np.array([[0.01, np.nan, 0.02]]))[0] == pytest.approx(
        [0.03, np.nan, 0.04], nan_ok=True
    )
