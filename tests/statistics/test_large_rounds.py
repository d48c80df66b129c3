"""What large rounds are computed by comes to the same as what small ones are."""

import numpy as np
import pandas as pd
import pytest

from followup.statistics import multiplicity, stratified
from followup.statistics.multiplicity import maximum_statistic
from followup.statistics.stratified import exact_common_odds_ratio

ANSWERS = ("p_value", "mid_p", "odds_ratio", "low", "high", "minimum_p")
EVEN = [[[30, 20], [20, 30]], [[300, 200], [200, 300]]]  # both tails are alike
AT_THE_MIDDLE, AT_AN_END = [[[25, 25], [25, 25]]], [[[5, 0], [0, 5]], [[3, 1], [1, 3]]]


def drawn(strata: int, replies: int, effect: float) -> np.ndarray:
    rng = np.random.default_rng(strata + replies)
    acted = rng.binomial(replies, 0.45, strata)
    both = rng.binomial(acted, 0.4 + effect)
    outcome_only = rng.binomial(replies - acted, 0.4)
    rows = np.array([both, acted - both, outcome_only, replies - acted - outcome_only])
    return rows.T.reshape(-1, 2, 2)


@pytest.mark.parametrize(
    "tables",
    [EVEN, AT_THE_MIDDLE, AT_AN_END, drawn(30, 90, 0.0), drawn(5, 400, 0.2), drawn(4, 2000, 0.03)],
)
def test_tails_summed_each_by_itself_give_the_same_test(tables, monkeypatch):
    whole = exact_common_odds_ratio(tables)
    expected = [getattr(whole, name) for name in ANSWERS]
    monkeypatch.setattr(stratified, "_MANY", 0)
    apart = exact_common_odds_ratio(tables)
    np.testing.assert_allclose([getattr(apart, name) for name in ANSWERS], expected, rtol=1e-10)


@pytest.mark.parametrize("many", [0, 10**9])
def test_strata_with_the_same_margins_count_as_many_times(many, monkeypatch):
    tables = np.concatenate([drawn(40, 12, 0.1), drawn(3, 300, 0.1), [[[4, 0], [3, 2]]] * 3])
    expected = exact_common_odds_ratio(tables)
    answers = [getattr(expected, name) for name in ANSWERS]
    fitted, power = expected.expected_both(2.0), expected.power(1.5)
    monkeypatch.setattr(stratified, "_MANY_STRATA", 0)
    monkeypatch.setattr(stratified, "_MANY", many)
    once = exact_common_odds_ratio(tables)
    np.testing.assert_allclose([getattr(once, name) for name in ANSWERS], answers, rtol=1e-10)
    np.testing.assert_allclose(once.expected_both(2.0), fitted)
    assert once.power(1.5) == pytest.approx(power)


def test_permutations_drawn_as_counts_are_permutations(monkeypatch):
    """Their margins are the replies', and the statistics have the spread that permuting gives."""
    rng = np.random.default_rng(5)
    x, y = rng.random((800, 3)) < 0.4, rng.random((800, 2)) < [0.3, 0.6]
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    monkeypatch.setattr(multiplicity, "_dealt", dealt := Recorded(multiplicity._dealt))
    sums = multiplicity._permuted_sums(x, y, 4_000, rng)
    assert (dealt.result.sum(axis=2) == dealt.given[0]).all()
    assert (dealt.result.sum(axis=1) == dealt.given[1]).all()
    spread = np.sqrt(np.outer((x**2).sum(0), (y**2).sum(0)) / (len(x) - 1))
    assert np.abs(sums.mean(axis=0) / spread).max() < 0.08
    assert np.abs(sums.std(axis=0) / spread - 1).max() < 0.05


def test_a_large_stratum_is_not_permuted_reply_by_reply(monkeypatch):
    monkeypatch.setattr(multiplicity, "_dealt", dealt := Recorded(multiplicity._dealt))
    rng = np.random.default_rng(6)
    answers = pd.DataFrame(rng.random((2_000, 3)) < 0.5).astype("boolean")
    strata = pd.Series(np.repeat(["1", "2"], 1_000))
    found = maximum_statistic(answers[[0, 1]], answers[[2]], strata, 199)
    assert dealt.calls == 2
    assert 0.005 <= found.p_value <= 1


class Recorded:
    """A function that keeps what it was given last and what it returned, and counts its calls."""

    def __init__(self, function):
        self.function, self.calls = function, 0

    def __call__(self, *given):
        self.calls, self.given = self.calls + 1, given
        self.result = self.function(*given)
        return self.result
