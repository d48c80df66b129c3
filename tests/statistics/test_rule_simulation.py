"""What the rule does in simulated rounds of the round's own shape."""

import numpy as np
import pandas as pd
import pytest

from followup.statistics import rule_simulation
from followup.statistics.association import associations
from followup.statistics.rule_simulation import (
    RoundDesign,
    both_comparisons,
    chance_of_a_sign,
    detectable_by_the_rule,
    judged_rounds,
    power_of_the_rule,
    side_by_side,
    with_units_left_out,
)

PAIRS = pd.DataFrame(
    {
        "action": ["wrote", "shared", "wrote|shared"],
        "outcome": ["saw", "saw", "saw"],
        "family": ["primary", "primary", "composite"],
    }
)


def drawn(seed: int, effect: float = 0.0, workshops: int = 12, replies: int = 10) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    size = workshops * replies
    administrations = np.concatenate([rng.permutation(14)[:replies] for _ in range(workshops)])
    wrote, shared = rng.random((2, size)) < 0.5
    saw = rng.random(size) < np.where(wrote, 0.5 + effect, 0.5 - effect)
    return pd.DataFrame(
        {
            "workshop": pd.array(
                np.repeat(np.arange(workshops), replies).astype(str), dtype="string"
            ),
            "administration": pd.array(
                [f"A{number}" for number in administrations], dtype="string"
            ),
            "wrote": pd.array(wrote, dtype="boolean"),
            "shared": pd.array(shared, dtype="boolean"),
            "saw": pd.array(saw, dtype="boolean"),
        }
    )


def batch_verdicts(design: RoundDesign, acted: np.ndarray, reported: np.ndarray) -> np.ndarray:
    """Judge every pair of many simulated rounds: (rounds, pairs), empty without a sign."""
    tests = [
        both_comparisons(design, acted[pair], reported[outcome])
        for pair, outcome in enumerate(design.outcomes)
    ]
    pairs, outcomes = tuple(range(len(design.outcomes))), dict(enumerate(reported))
    every = with_units_left_out(design, acted, outcomes, side_by_side(tests), pairs)
    return judged_rounds(every, design)


@pytest.mark.parametrize(("seed", "effect"), [(1, 0.0), (2, 0.2), (3, 0.3), (4, -0.35), (5, 0.4)])
def test_a_simulated_round_is_judged_as_a_real_one_is(seed: int, effect: float) -> None:
    replies = drawn(seed, effect)
    table = associations(replies, PAIRS, resamples=19)
    design, acted, reported = rule_simulation._designed(
        replies, PAIRS, "workshop", "administration"
    )
    judged = batch_verdicts(design, acted[:, None, :], reported[:, None, :])
    expected = table["verdict"].where(table["verdict"].isin(["supported", "suggestive"]), "")
    assert judged[0].tolist() == expected.tolist()


def test_a_real_effect_is_supported_in_either_direction() -> None:
    for effect, way in ((0.4, "together"), (-0.4, "apart")):
        row = associations(drawn(9, effect), PAIRS, resamples=19).iloc[0]
        assert (row["verdict"], row["direction"]) == ("supported", way)


def test_chance_makes_a_sign_about_as_often_as_its_tests_say() -> None:
    chance = chance_of_a_sign(drawn(1), PAIRS.iloc[:1])
    assert 0.02 < chance < 0.1  # two tests of one pair at .05
    assert chance_of_a_sign(drawn(1), PAIRS) > chance


def test_an_association_in_the_round_is_gone_from_the_permuted_ones() -> None:
    replies = drawn(1, 0.45)
    assert associations(replies, PAIRS.iloc[:1], resamples=19)["verdict"].item() == "supported"
    assert chance_of_a_sign(replies, PAIRS.iloc[:1]) < 0.25


def test_the_order_of_the_replies_does_not_matter() -> None:
    replies = drawn(3)
    shuffled = replies.sample(frac=1, random_state=1)
    assert chance_of_a_sign(replies, PAIRS) == chance_of_a_sign(shuffled, PAIRS)
    pd.testing.assert_frame_equal(
        detectable_by_the_rule(replies, PAIRS, rounds=50),
        detectable_by_the_rule(shuffled, PAIRS, rounds=50),
    )


def test_without_administrations_chance_makes_signs_by_one_comparison_alone() -> None:
    replies = drawn(1).assign(administration=pd.array([None] * 120, dtype="string"))
    assert 0.01 < chance_of_a_sign(replies, PAIRS.iloc[:1]) < 0.07


@pytest.mark.parametrize("pairs", [PAIRS.iloc[:0], PAIRS.assign(family="exploratory")])
def test_without_a_declared_pair_there_is_no_chance_to_tell(pairs: pd.DataFrame) -> None:
    assert np.isnan(chance_of_a_sign(drawn(1), pairs))
    assert detectable_by_the_rule(drawn(1), pairs).isna().all(axis=None)


def test_the_rule_needs_a_larger_difference_than_one_test_and_suggestive_a_smaller() -> None:
    replies = drawn(2)
    row = associations(replies, PAIRS, resamples=19).iloc[0]
    assert row["rule_suggestive_difference"] < row["rule_detectable_difference"]
    assert row["detectable_difference"] < row["rule_detectable_difference"]
    assert row["rule_detectable_difference_apart"] < row["detectable_difference_apart"] < 0


def test_in_a_round_with_that_difference_the_rule_finds_it_in_four_of_five() -> None:
    replies = drawn(2)
    design, acted, reported = rule_simulation._designed(
        replies, PAIRS, "workshop", "administration"
    )
    given = [
        rule_simulation.both_comparisons(design, acted[pair], reported[outcome][None, :])
        for pair, outcome in enumerate(design.outcomes)
    ]
    search = rule_simulation._Search(design, acted, reported, given, 0, 300, 1)
    (difference,) = search.differences([("supported", rule_simulation.STRENGTHS)])
    ratios = np.exp(np.linspace(0, 5, 400))
    rates = [np.subtract(*rule_simulation.expected_rates(search.exact, ratio)) for ratio in ratios]
    at = ratios[np.argmin(np.abs(np.array(rates) - difference))]
    assert search.shares([("supported", at)]) == pytest.approx([0.8], abs=0.05)


def test_a_sign_alone_is_found_as_often_as_beside_the_other_pairs() -> None:
    replies = drawn(2)
    design, acted, reported = rule_simulation._designed(
        replies, PAIRS, "workshop", "administration"
    )
    beside, alone = (
        rule_simulation._Search(design, acted, reported, [], 0, 200, 1) for _ in range(2)
    )
    beside.shares([("supported", 3.0)])
    assert beside.powers["suggestive", 3.0] == alone.shares([("suggestive", 3.0)])[0] > 0.3


def test_a_round_drawn_anew_keeps_how_many_of_each_workshop_reported_the_outcome() -> None:
    replies = drawn(2)
    design, acted, reported = rule_simulation._designed(
        replies, PAIRS, "workshop", "administration"
    )
    search = rule_simulation._Search(design, acted, reported, [], 0, 30, 1)
    (again,) = search.drawn([8.0])
    for stratum in range(12):
        own = design.strata == stratum
        assert (again[:, own].sum(axis=1) == reported[0][own].sum()).all()
    gain = again[:, acted[0] == 1].mean() - again[:, acted[0] == 0].mean()
    assert gain > 0.3


def test_many_replies_are_tested_by_their_normal_approximation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    replies = drawn(6, workshops=40)
    exact = chance_of_a_sign(replies, PAIRS)
    monkeypatch.setattr(rule_simulation, "EXACT_LIMIT", 10)
    assert chance_of_a_sign(replies, PAIRS) == pytest.approx(exact, abs=0.04)


def test_families_are_held_at_their_level_where_nothing_is_associated() -> None:
    rng = np.random.default_rng(8)
    replies = drawn(1)
    codes = [pd.factorize(replies[name])[0] for name in ("workshop", "administration")]
    design = RoundDesign(*codes, (0, 0), ("primary", "primary"))
    acted = (rng.random((2, 400, 120)) < 0.5).astype(float)
    reported = (rng.random((1, 400, 120)) < 0.5).astype(float)
    judged = batch_verdicts(design, acted, reported)
    assert (judged == "supported").any(axis=1).mean() < 0.05
    assert 0 < (judged != "").any(axis=1).mean() < 0.25


@pytest.mark.parametrize("seed", [2, 3, 5])
def test_in_a_simulated_round_the_right_units_are_left_out_of_each_comparison(seed: int) -> None:
    replies = drawn(seed, 0.33)
    row = associations(replies, PAIRS.iloc[:1], resamples=19).iloc[0]
    design, acted, reported = rule_simulation._designed(
        replies, PAIRS.iloc[:1], "workshop", "administration"
    )
    tests = [rule_simulation.both_comparisons(design, acted[0], reported[0][None, :])]
    every = rule_simulation.with_units_left_out(
        design, acted, {0: reported[0][None, :]}, rule_simulation.side_by_side(tests), (0,)
    )
    for name in ("loo_administration_max_p", "within_administration_loo_workshop_max_p"):
        assert every[name][0, 0] == pytest.approx(row[name], rel=1e-5)


def test_the_curve_of_power_rises_from_chance_in_both_directions() -> None:
    curve = power_of_the_rule(drawn(2), PAIRS.iloc[:1], rounds=100).set_index("odds_ratio")
    assert curve["difference"].is_monotonic_increasing
    assert curve.loc[[1 / 128, 128], ["supported", "suggestive"]].min(axis=None) > 0.95
    assert curve.loc[1, "supported"] <= curve.loc[1, "suggestive"] < 0.3
    assert (curve["supported"] <= curve["suggestive"]).all()


def test_no_curve_is_drawn_of_what_is_not_simulated(monkeypatch: pytest.MonkeyPatch) -> None:
    assert power_of_the_rule(drawn(1), PAIRS.assign(family="exploratory")).empty
    monkeypatch.setattr(rule_simulation, "FINDS_LIMIT", 10)
    assert power_of_the_rule(drawn(1), PAIRS).empty
