"""Every statistic of a pair, the pairs that a round declares, and the verdict by rule."""

import doctest
import importlib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followup.declaration import Option, Pair
from followup.rounds import ROOT, Round, declared_pairs
from followup.statistics import association
from followup.statistics.association import associations
from followup.statistics.columns import COLUMNS, EXTRA, UnlistedStatisticError
from followup.statistics.multiplicity import maximum_statistic
from followup.statistics.stratified import any_of, exact_common_odds_ratio, stratum_tables

PAIRS = pd.DataFrame({"action": ["wrote"], "outcome": ["saw"], "family": ["primary"]})
ANSWER = st.sampled_from([True, False, None])
REPLY = st.tuples(
    st.sampled_from("abc"), st.sampled_from(["FJ", "TO", "WS", None]), ANSWER, ANSWER, ANSWER
)


def frame(rows: list[tuple]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["workshop", "administration", "wrote", "shared", "saw"])
    return table.astype(
        {"workshop": "string", "administration": "string"}
        | dict.fromkeys(["wrote", "shared", "saw"], "boolean")
    )


def one(rows: list[tuple], **options: object) -> pd.Series:
    return associations(frame(rows), PAIRS, resamples=99, **options).iloc[0]


@pytest.fixture(scope="module")
def tested(cleaned: tuple) -> pd.DataFrame:
    from followup.rounds import open_round

    return associations(cleaned[0], declared_pairs(open_round(2021))).set_index(
        ["action", "outcome"]
    )


def option(name: str) -> Option:
    return Option(id=name, label=name, phrase=name, noun=name)


def test_a_round_declares_primary_composite_and_all_other_pairs() -> None:
    pairs = (
        Pair(outcome="saw", actions=("wrote", "shared"), composite=True),
        Pair(outcome="began", actions=("wrote",), composite=True),
        Pair(outcome="won", actions=("wrote", "shared")),
    )
    survey_round = Round(
        year=2030,
        fiscal_year="FY",
        number=1,
        title="T",
        source="questionnaire",
        actions=tuple(map(option, ("wrote", "shared"))),
        outcomes=tuple(map(option, ("saw", "began", "won"))),
        pairs=pairs,
    )
    declared = declared_pairs(survey_round)
    assert not declared["declared_after"].any()
    assert declared[["action", "outcome", "family"]].to_numpy().tolist() == [
        ["wrote", "saw", "primary"],
        ["shared", "saw", "primary"],
        ["wrote", "began", "primary"],
        ["wrote", "won", "primary"],
        ["shared", "won", "primary"],
        ["wrote|shared", "saw", "composite"],
        ["shared", "began", "exploratory"],
    ]


def test_the_columns_are_those_of_the_plan_in_its_order(tested: pd.DataFrame) -> None:
    assert tested.reset_index().columns.tolist() == [*COLUMNS, *EXTRA]


def test_of_the_survey_only_recommendations_with_projects_shows_any_sign(
    tested: pd.DataFrame,
) -> None:
    assert (tested["verdict"].value_counts().to_dict()) == {
        "not shown": 9,
        "suggestive": 1,
        "not testable": 10,
    }
    found = tested.loc[("made_recommendations", "new_project")]
    assert found["verdict"] == "suggestive"
    assert (found["exact_p"], found["fisher_p"], found["gee_p"]) == pytest.approx(
        (0.06735, 0.01623, 0.01962), abs=1e-5
    )
    assert found["adjusted_p"] == pytest.approx(6 * found["exact_p"])
    assert (found["both"], found["action_only"], found["outcome_only"], found["neither"]) == (
        17,
        8,
        11,
        22,
    )


def test_the_publications_84_per_cent_stands_beside_85(tested: pd.DataFrame) -> None:
    found = tested.loc[("shared_materials|organized_workshop", "direct_effects")]
    assert found["p_action_given_outcome"] == pytest.approx(32 / 38)
    assert found["p_action_given_no_outcome"] == pytest.approx(17 / 20)


def test_pairs_known_only_as_counts_are_rows_with_a_reason(tested: pd.DataFrame) -> None:
    counted = tested.loc[("developed_manual", "improved_work")]
    assert (counted["verdict"], counted["n"]) == ("not testable", 0)
    assert "known only as counts" in counted["reason"]
    assert counted[["exact_p", "fisher_p", "gee_p", "odds_ratio", "adjusted_p"]].isna().all()


def test_only_tested_pairs_count_for_adjustment(tested: pd.DataFrame) -> None:
    assert set(tested.loc[tested["family"] == "exploratory", "adjustment"].dropna()) == {
        "Benjamini-Hochberg, 4 exploratory tests"
    }


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([], "known only as counts, or not at all"),
        (
            [("a", "FJ", True, True, True), ("a", "TO", False, True, True)],
            "saw: yes in every reply",
        ),
        (
            [("a", "FJ", False, True, True), ("a", "TO", False, True, False)],
            "wrote: no in every reply",
        ),
        (
            [("a", "FJ", True, True, None), ("a", "TO", None, True, True)],
            "no reply has both answers",
        ),
        (
            [("a", "FJ", True, True, True), ("b", "TO", False, True, False)],
            "in no workshop do both",
        ),
    ],
)
def test_what_cannot_be_tested_says_why(rows: list[tuple], reason: str) -> None:
    found = one(rows)
    assert found["verdict"] == "not testable"
    assert reason in found["reason"]
    assert np.isnan(found["exact_p"])
    assert np.isnan(found["adjusted_p"])


def test_missing_answers_are_left_out_pair_by_pair() -> None:
    rows = [
        ("a", "FJ", True, None, True),
        ("a", "TO", False, True, None),
        ("a", "WS", False, True, False),
        ("a", "PG", None, True, True),
    ]
    assert one(rows)["n"] == 2


def test_a_composite_is_true_where_any_part_is_and_missing_where_none_is_but_one_is_missing() -> (
    None
):
    rows = [
        ("a", "A", True, None, True),
        ("a", "B", False, None, True),
        ("a", "C", False, False, False),
        ("a", "D", False, True, True),
    ]
    pair = PAIRS.assign(action="wrote|shared", family="composite")
    found = associations(frame(rows), pair, resamples=99).iloc[0]
    assert (found["n"], found["both"], found["neither"]) == (3, 2, 1)


def consistent(administrations: list, workshops: str = "abcdef") -> list[tuple]:
    """Replies in which the outcome follows the action, whoever replies."""
    return [
        (workshop, name, (place + number) % 2 == 0, True, (place + number) % 2 == 0)
        for place, workshop in enumerate(workshops)
        for number, name in enumerate(administrations)
    ]


def test_what_holds_within_workshops_and_within_administrations_is_supported() -> None:
    found = one(consistent(["FJ", "TO", "WS", "PG", "SB"]))
    assert (found["verdict"], found["direction"]) == ("supported", "together")
    assert found["within_administrations"] == 5


def test_what_is_less_often_reported_with_the_action_is_apart() -> None:
    opposite = [(*rest, not saw) for *rest, saw in consistent(["FJ", "TO", "WS", "PG", "SB"])]
    found = one(opposite)
    assert (found["verdict"], found["direction"]) == ("supported", "apart")
    assert found["common_odds_ratio"] == 0


@pytest.mark.parametrize("named", [False, True])
def test_where_administrations_are_not_compared_with_themselves_a_pair_is_suggestive_at_most(
    named: bool,
) -> None:
    rows = consistent([None] * 10)
    if named:
        rows = [(row[0], f"A{number}", *row[2:]) for number, row in enumerate(rows)]
    found = one(rows)
    assert found["exact_p"] < 1e-6
    assert (found["verdict"], found["direction"]) == ("suggestive", "together")
    assert found["within_administrations"] == 0
    assert np.isnan(found["within_administration_p"])
    assert "comparison within one administration" in found["reason"]
    assert pd.isna(found["loo_administration"]) == (not named)


def test_an_exploratory_pair_is_suggestive_at_most() -> None:
    pairs = PAIRS.assign(family="exploratory")
    replies = frame(consistent(["FJ", "TO", "WS", "PG", "SB"]))
    found = associations(replies, pairs, resamples=99).iloc[0]
    assert (found["verdict"], found["direction"]) == ("suggestive", "together")


def test_a_pair_that_cannot_be_tested_has_no_interval_and_no_direction(
    tested: pd.DataFrame,
) -> None:
    untested = tested[tested["verdict"] == "not testable"]
    limits = [name for name in tested if name.endswith(("_low", "_high", "_lowest", "_highest"))]
    assert untested[[*limits, "direction"]].isna().all(axis=None)


def test_each_administration_of_the_survey_is_its_own_control(tested: pd.DataFrame) -> None:
    found = tested.loc[("made_recommendations", "new_project")]
    assert found["within_administration_p"] == pytest.approx(0.002546, abs=5e-7)
    assert found["within_administration_odds_ratio"] == np.inf
    assert found["within_administration_low"] == pytest.approx(2.29, abs=0.005)
    counts = ["n", "both", "action_only", "outcome_only", "neither"]
    assert found[[f"within_administration_{name}" for name in counts]].tolist() == [
        26,
        10,
        0,
        6,
        10,
    ]
    assert found["within_administrations"] == 8
    assert found["within_administration_loo_administration"] == "ID"


def test_declared_pairs_and_composites_are_adjusted_as_one_family(tested: pd.DataFrame) -> None:
    declared = tested[tested["family"] != "exploratory"]
    assert set(declared["adjustment"]) == {"Holm, 6 declared tests"}


def test_what_the_rule_finds_and_how_often_chance_makes_a_sign_stand_beside_declared_pairs(
    tested: pd.DataFrame,
) -> None:
    declared = tested["family"] != "exploratory"
    chance = tested["chance_of_any_suggestive"]
    assert len(set(chance[declared])) == 1
    assert chance[declared].notna().all()
    assert tested.loc[declared, "larger_adjusted_p"].notna().all()
    assert 0.1 < chance[declared].iloc[0] < 0.35
    assert chance[~declared].isna().all()
    recommended = tested.loc[("made_recommendations", "new_project")]
    alone = recommended["detectable_difference"]
    assert recommended["rule_detectable_difference"] > alone
    assert recommended["rule_suggestive_difference_apart"] < 0
    assert recommended["detectable_difference_apart"] < 0


def test_a_stratum_that_is_missing_is_one_of_its_own(cleaned: tuple) -> None:
    pairs = PAIRS.assign(action="made_recommendations", outcome="new_project")
    found = associations(cleaned[0], pairs, strata="administration", resamples=99).iloc[0]
    assert found["exact_p"] == pytest.approx(0.002546, abs=5e-7)


def test_pairs_declared_after_the_replies_were_seen_are_marked(cleaned: tuple) -> None:
    pairs = pd.DataFrame(
        {
            "action": ["made_recommendations", "shared_materials"],
            "outcome": ["new_project", "direct_effects"],
            "family": "primary",
            "declared_after": [True, False],
        }
    )
    found = associations(cleaned[0], pairs, resamples=99)
    assert found["declared_after"].tolist() == [True, False]
    assert found["maximum_p"].notna().all()


def test_a_statistic_that_has_no_column_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(association, "_power", lambda _: {"forgotten": 1.0})
    with pytest.raises(UnlistedStatisticError, match="forgotten"):
        one(consistent(["FJ", "TO"]))


def test_every_column_is_computed_for_some_pair_and_explained_in_the_data_dictionary(
    tested: pd.DataFrame,
) -> None:
    never = {name for name in [*COLUMNS, *EXTRA] if name in tested and tested[name].isna().all()}
    # not known here; not declared in 2021; and no difference apart would be called supported in
    # such a round
    unasked = {"difference_lowest", "difference_highest", "declared_after"}
    assert never <= unasked | {"rule_detectable_difference_apart"}
    explained = pd.read_csv(ROOT / "docs" / "data_dictionary.csv").query(
        "file == 'associations.csv'"
    )
    names = {name for names in explained["column"] for name in names.split(", ")}
    assert names == {*COLUMNS, *EXTRA}


def test_another_stratum_and_cluster_may_be_named() -> None:
    rows = [
        ("a", "FJ", True, True, True),
        ("a", "TO", False, True, False),
        ("b", "FJ", True, True, False),
        ("b", "TO", False, True, False),
    ]
    renamed = frame(rows).rename(columns={"workshop": "topic", "administration": "office"})
    found = associations(renamed, PAIRS, strata="topic", clusters="office", resamples=99).iloc[0]
    assert found["informative_strata"] == 1
    assert found["uninformative_strata"] == "b"


def test_of_those_with_the_largest_p_left_out_the_one_that_moves_the_estimate_most_is_named(
    tested: pd.DataFrame, cleaned: tuple
) -> None:
    named = cleaned[0]["administration"].fillna("unnamed (workshop 5)")
    for (action, outcome), found in tested.dropna(subset="exact_p").iterrows():
        answered = cleaned[0].assign(acted=any_of(cleaned[0], action))
        rest = {
            unit: exact_common_odds_ratio(
                stratum_tables(answered[named != unit], "acted", outcome)[1]
            )
            for unit in named.unique()
        }
        largest = max(one.p_value for one in rest.values())
        moved = {
            unit: abs(np.log(one.odds_ratio / found["common_odds_ratio"]))
            for unit, one in rest.items()
        }
        tied = [unit for unit, one in rest.items() if one.p_value > largest * (1 - 1e-9)]
        assert moved[found["loo_administration"]] == pytest.approx(
            max(moved[unit] for unit in tied)
        )
        assert found["loo_administration"] in tied


def test_the_seed_is_that_of_the_permutations(cleaned: tuple) -> None:
    pairs = PAIRS.assign(action="made_recommendations", outcome="new_project")
    asked = (
        cleaned[0][["made_recommendations"]],
        cleaned[0][["new_project"]],
        cleaned[0]["workshop"],
    )
    p_values = [maximum_statistic(*asked, resamples=199, seed=seed).p_value for seed in range(5)]
    assert len(set(p_values)) > 1
    assert [
        associations(cleaned[0], pairs, resamples=199, seed=seed)["omnibus_p"].item()
        for seed in range(5)
    ] == p_values


@settings(max_examples=25, deadline=None)
@given(st.lists(REPLY, max_size=12))
def test_no_sparse_survey_stops_it_and_every_gap_has_a_reason(rows: list[tuple]) -> None:
    pairs = pd.DataFrame(
        {
            "action": ["wrote", "wrote|shared", "shared"],
            "outcome": "saw",
            "family": ["primary", "composite", "exploratory"],
        }
    )
    for _, found in associations(frame(rows), pairs, resamples=19).iterrows():
        assert (
            found["both"] + found["action_only"] + found["outcome_only"] + found["neither"]
            == found["n"]
        )
        if (
            found[
                [
                    "exact_p",
                    "fisher_p",
                    "boschloo_p",
                    "mh_odds_ratio",
                    "gee_p",
                    "detectable_difference",
                    "breslow_day_p",
                ]
            ]
            .isna()
            .any()
        ):
            assert found["reason"]
        assert found["verdict"] in {"supported", "suggestive", "not shown", "not testable"}


def test_the_order_of_the_replies_does_not_matter(cleaned: tuple) -> None:
    pairs = PAIRS.assign(action="made_recommendations", outcome="new_project")
    straight = associations(cleaned[0], pairs, resamples=99)
    shuffled = associations(cleaned[0].sample(frac=1, random_state=1), pairs, resamples=99)
    pd.testing.assert_frame_equal(
        straight, shuffled.assign(uninformative_strata=straight["uninformative_strata"]), rtol=1e-7
    )


@pytest.mark.parametrize(
    "module", ["stratified", "intervals", "power", "nonresponse", "pooled", "multiplicity"]
)
def test_the_examples_in_the_docstrings_hold(module: str) -> None:
    found = doctest.testmod(importlib.import_module(f"followup.statistics.{module}"))
    assert found.attempted > 0
    assert found.failed == 0
