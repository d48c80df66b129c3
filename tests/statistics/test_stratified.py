"""The exact stratified test: against enumeration, published answers, and itself."""

from itertools import product
from math import comb

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact, norm

from followup.statistics.stratified import SMALLEST, below, exact_common_odds_ratio, stratum_tables

RABBITS = [[[0, 0], [6, 5]], [[3, 0], [3, 6]], [[6, 2], [0, 4]], [[5, 6], [1, 0]], [[2, 5], [0, 0]]]
CELLS = st.integers(0, 4)
STRATA = st.lists(st.lists(CELLS, min_size=4, max_size=4), min_size=1, max_size=3).map(
    lambda cells: np.reshape(cells, (-1, 2, 2))
)


def enumerated(strata: np.ndarray) -> dict[int, float]:
    """Every sum that the margins allow, with its probability, counted table by table."""
    choices = []
    for (a, b), (c, d) in strata.tolist():
        acted, did_not, reported = a + b, c + d, a + c
        cells = range(max(0, reported - did_not), min(acted, reported) + 1)
        total = comb(acted + did_not, reported)
        choices.append([(x, comb(acted, x) * comb(did_not, reported - x) / total) for x in cells])
    found: dict[int, float] = {}
    for cells in product(*choices):
        at = sum(x for x, _ in cells)
        found[at] = found.get(at, 0.0) + float(np.prod([chance for _, chance in cells]))
    return found


def test_published_answers_of_the_rabbits_are_had() -> None:
    exact = exact_common_odds_ratio(RABBITS)
    assert exact.p_value == pytest.approx(0.0399449, rel=1e-5)
    assert (exact.odds_ratio, exact.low, exact.high) == pytest.approx(
        (10.361046, 1.0773878, 531.51278), rel=1e-6
    )
    assert exact.uninformative.tolist() == [0, 4]


def test_one_stratum_is_fishers_test() -> None:
    exact = exact_common_odds_ratio([[2, 15], [10, 3]])
    assert exact.p_value == pytest.approx(0.0005367241, rel=1e-6)
    assert exact.odds_ratio == pytest.approx(0.04693661, rel=1e-5)


def test_minimum_likelihood_and_the_central_interval_may_disagree() -> None:
    exact = exact_common_odds_ratio([[6, 12], [12, 5]])
    assert exact.p_value == pytest.approx(0.0437102, rel=1e-5)
    assert exact.low < 1 < exact.high


def test_sums_that_are_equally_likely_count_together() -> None:
    exact = exact_common_odds_ratio([[[0, 2], [2, 0]], [[2, 0], [0, 2]], [[2, 0], [0, 2]]])
    # each cell is 0, 1 or 2 in 1, 4 or 1 of 6 ways: of 216 ways 51 give the observed sum 4, as many
    # give 2, and 88 give 3
    assert exact.p_value == pytest.approx(128 / 216)


@pytest.mark.parametrize(("confidence", "upper"), [(0.95, 39), (0.9, 19), (0.99, 199)])
def test_the_interval_has_the_wanted_confidence(confidence: float, upper: float) -> None:
    exact = exact_common_odds_ratio(
        [[0, 1], [1, 0]], confidence
    )  # at odds ratio psi, both is 0 with probability 1 / (1 + psi)
    assert exact.high == pytest.approx(upper)


def test_a_p_that_is_the_level_but_for_rounding_is_not_below_it() -> None:
    exact = exact_common_odds_ratio(
        [[2, 0], [2, 12]]
    )  # p is 91 of 1,820, the least that these margins can reach
    assert (exact.p_value, exact.minimum_p) == pytest.approx((1 / 20, 1 / 20))
    assert not below(exact.p_value)
    assert exact.power(1e6) == 0
    assert exact.power(1e6, alpha=0.0501) == pytest.approx(1, abs=1e-4)


@given(STRATA)
def test_p_values_are_those_of_enumeration(strata: np.ndarray) -> None:
    chances, seen = enumerated(strata), int(strata[:, 0, 0].sum())
    exact = exact_common_odds_ratio(strata)
    assert exact.p_value == pytest.approx(
        sum(p for p in chances.values() if p <= chances[seen] * (1 + 1e-7))
    )
    every = {
        at: sum(p for p in chances.values() if p <= chances[at] * (1 + 1e-7))
        for at in sorted(chances)
    }
    assert exact.minimum_p == pytest.approx(min(every.values()))
    if len(every) > 1:
        sums, p_values = exact.attainable
        silent = strata[exact.uninformative, 0, 0].sum()
        assert dict(zip((sums + silent).tolist(), p_values.tolist(), strict=True)) == pytest.approx(
            every
        )


@given(STRATA)
def test_swapping_action_and_outcome_changes_nothing_and_swapping_rows_inverts(
    strata: np.ndarray,
) -> None:
    exact, turned = (
        exact_common_odds_ratio(strata),
        exact_common_odds_ratio(strata.transpose(0, 2, 1)),
    )
    upside_down = exact_common_odds_ratio(strata[:, ::-1])
    assert turned.p_value == pytest.approx(exact.p_value)
    assert turned.odds_ratio == pytest.approx(exact.odds_ratio, nan_ok=True)
    assert upside_down.p_value == pytest.approx(exact.p_value)
    with np.errstate(divide="ignore"):
        assert upside_down.odds_ratio == pytest.approx(
            1 / np.float64(exact.odds_ratio), nan_ok=True
        )
        assert upside_down.low == pytest.approx(1 / np.float64(exact.high))


@given(STRATA)
def test_a_stratum_with_an_empty_margin_is_named_and_changes_nothing(strata: np.ndarray) -> None:
    exact = exact_common_odds_ratio(strata)
    more = exact_common_odds_ratio(np.concatenate([strata, [[[3, 0], [2, 0]], [[1, 0], [0, 0]]]]))
    assert (more.p_value, more.low, more.high) == pytest.approx(
        (exact.p_value, exact.low, exact.high)
    )
    assert set(more.uninformative) >= {len(strata), len(strata) + 1}


@given(STRATA, st.sampled_from([0.01, 0.05, 0.2]))
def test_the_test_never_exceeds_its_level(strata: np.ndarray, alpha: float) -> None:
    assert exact_common_odds_ratio(strata).power(1.0, alpha) <= alpha + 1e-12


@given(STRATA)
def test_the_interval_holds_the_estimate_and_its_limits_have_tails_of_a_fortieth(
    strata: np.ndarray,
) -> None:
    exact = exact_common_odds_ratio(strata)
    if np.isnan(exact.odds_ratio):
        assert (exact.low, exact.high, exact.p_value) == (0.0, np.inf, 1.0)
        return
    assert exact.low <= exact.odds_ratio <= exact.high
    chances, seen = enumerated(strata), int(strata[:, 0, 0].sum())
    if exact.low > 0:
        weights = {at: p * exact.low ** (at - seen) for at, p in chances.items()}
        assert sum(w for at, w in weights.items() if at >= seen) / sum(
            weights.values()
        ) == pytest.approx(0.025, rel=1e-6)


def test_an_estimate_at_an_end_of_the_range_is_zero_or_infinite_with_one_limit() -> None:
    zero, infinite = (
        exact_common_odds_ratio([[0, 4], [3, 2]]),
        exact_common_odds_ratio([[4, 0], [2, 3]]),
    )
    assert (zero.odds_ratio, zero.low) == (0.0, 0.0)
    assert 0 < zero.high < np.inf
    assert (infinite.odds_ratio, infinite.high) == (np.inf, np.inf)
    assert infinite.low > 0


def test_a_million_replies_in_one_stratum_agree_with_fishers_test() -> None:
    table = [[250_000, 250_500], [249_000, 250_500]]
    exact = exact_common_odds_ratio(table)
    assert exact.p_value == pytest.approx(fisher_exact(table).pvalue, rel=1e-6)
    assert exact.low < exact.odds_ratio < exact.high


def test_five_thousand_large_strata_agree_with_the_normal_approximation() -> None:
    rng = np.random.default_rng(1)
    acted = rng.binomial(200, 0.5, 5_000)
    both, outcome_only = rng.binomial(acted, 0.302), rng.binomial(200 - acted, 0.3)
    strata = np.stack(
        [both, acted - both, outcome_only, 200 - acted - outcome_only], axis=1
    ).reshape(-1, 2, 2)
    exact = exact_common_odds_ratio(strata)
    reported = both + outcome_only
    z = (both - acted * reported / 200).sum() / np.sqrt(
        (acted * (200 - acted) * reported * (200 - reported) / (200**2 * 199)).sum()
    )
    assert exact.p_value == pytest.approx(2 * norm.sf(abs(z)), rel=0.02)
    assert np.log(exact.odds_ratio) / (np.log(exact.high / exact.low) / 3.92) == pytest.approx(
        z, rel=0.01
    )


def test_a_p_value_too_small_for_a_number_is_the_smallest_number_and_the_estimate_stands() -> None:
    exact = exact_common_odds_ratio(np.tile([[90, 10], [10, 90]], (500, 1, 1)))
    assert exact.p_value == SMALLEST
    assert exact.odds_ratio == pytest.approx(
        exact_common_odds_ratio([[90, 10], [10, 90]]).odds_ratio
    )  # each stratum is alike
    assert exact.low < exact.odds_ratio < exact.high


def test_power_grows_from_the_level_to_certainty() -> None:
    exact = exact_common_odds_ratio([[10, 10], [10, 10]])
    powers = [exact.power(ratio) for ratio in (1, 2, 5, 20, 1e6)]
    assert powers == sorted(powers)
    assert powers[-1] == pytest.approx(1.0)


@pytest.mark.parametrize("table", [[[1, -1], [2, 3]], [[0.5, 1], [2, 3]]])
def test_counts_that_are_not_counts_are_refused(table: list) -> None:
    with pytest.raises(ValueError, match="whole numbers"):
        exact_common_odds_ratio(table)


def test_tables_leave_out_replies_that_lack_an_answer() -> None:
    replies = pd.DataFrame(
        {
            "workshop": ["b", "b", "a", "a", "a"],
            "acted": pd.array([True, None, True, False, False], dtype="boolean"),
            "saw": pd.array([True, True, False, True, None], dtype="boolean"),
        }
    )
    labels, tables = stratum_tables(replies, "acted", "saw")
    assert labels.tolist() == ["b", "a"]
    assert tables.tolist() == [[[1, 0], [0, 0]], [[0, 1], [1, 0]]]


def test_replies_without_a_stratum_are_a_stratum() -> None:
    replies = pd.DataFrame(
        {"workshop": ["a", None, None], "acted": [True, False, False], "saw": [True, True, False]}
    )
    labels, tables = stratum_tables(
        replies.astype({"acted": "boolean", "saw": "boolean"}), "acted", "saw"
    )
    assert labels.isna().tolist() == [False, True]
    assert tables.tolist() == [[[1, 0], [0, 0]], [[0, 0], [1, 1]]]
