"""Pairs in words: the verdict is told in plain words with its direction, and every share stands
with its base."""

from types import SimpleNamespace

import pandas as pd
import pytest

from followup import pairs
from followup.rounds import declared_pairs
from followup.statistics import associations


@pytest.fixture(scope="module")
def tested(survey_round, cleaned) -> pd.DataFrame:
    return associations(cleaned[0], declared_pairs(survey_round))


@pytest.fixture(scope="module")
def links(survey_round, tested) -> pd.DataFrame:
    return pairs.in_words(survey_round, tested)


def test_whoever_a_link_leans_on_is_named_as_what_it_is():
    codes = pd.Series(["FJ", "0003", "unnamed (workshop 5)"])
    named = pairs.names_of(SimpleNamespace(respondent="respondent"), codes)
    assert list(named.values()) == ["Fiji", "respondent 0003", "unnamed (workshop 5)"]


def test_a_pair_is_told_with_both_shares_and_their_bases(links):
    link = links.set_index("link").loc["making recommendations and new projects"]
    assert (link["with_action"], link["without_action"]) == ("68% (17 of 25)", "33% (11 of 33)")
    assert (link["with_outcome"], link["without_outcome"]) == ("61% (17 of 28)", "27% (8 of 30)")
    assert (link["replies_with"], link["replies_without"]) == (25, 33)
    assert link["plain_verdict"] == "A weak sign: reported more often with the action"


def test_where_no_pair_is_declared_texts_are_texts(links, tested, survey_round):
    none = pairs.in_words(survey_round, tested.iloc[:0])
    assert none.empty
    assert none[list(pairs.TEXTS)].dtypes.to_dict() == links[list(pairs.TEXTS)].dtypes.to_dict()


@pytest.mark.parametrize(
    ("verdict", "direction", "words"),
    [
        ("supported", "together", "more often"),
        ("supported", "apart", "less often"),
        ("suggestive", "apart", "less often"),
        ("not shown", pd.NA, "cannot tell"),
        ("not shown", "together", "cannot tell"),
        ("not testable", "", "not be tested"),
    ],
)
def test_a_verdict_is_told_with_its_direction(verdict, direction, words):
    assert words in pairs.plain_verdict(verdict, direction)


def test_a_reason_names_labels_and_no_ids(links, survey_round):
    reasons = links.loc[links["verdict"] == "not testable", "why"]
    assert len(reasons) > 5
    assert not [why for why in reasons for option in survey_round.options if option in why]


def test_every_declared_pair_has_one_verdict(links):
    declared = pairs.declared(links)
    assert [len(part) for part in pairs.by_verdict(declared)] == [0, 1, 5, 0]


def test_the_contributor_that_moves_an_estimate_most_stands_last(links, survey_round, cleaned):
    recommended = links[links["link"] == "making recommendations and new projects"]
    left_out = pairs.left_out(survey_round, cleaned[0], recommended)
    within = left_out[
        (left_out["comparison"] == "workshops") & (left_out["left_out"] == "administration")
    ]
    assert within["without"].iloc[-1] == "Indonesia"
    assert within["p_value"].iloc[-1] == pytest.approx(0.311, abs=0.01)
    assert len(within) == 27


def test_pairs_chosen_after_the_replies_were_seen_are_marked_so(survey_round):
    table = declared_pairs(survey_round)
    assert table.groupby("family")["declared_after"].agg(set).to_dict() == {
        "composite": {True},
        "exploratory": {False},
        "primary": {True},
    }


def alike(replies: int) -> pd.DataFrame:
    """Replies of which as many reported with the action as without, in two workshops."""
    places = pd.Series(range(replies))
    answers = {"acted": places % 2 == 0, "saw": places // 2 % 2 == 0}
    units = {"workshop": places // 4 % 2, "administration": places // 4}
    return pd.DataFrame({name: values.astype("string") for name, values in units.items()}).assign(
        **{name: values.astype("boolean") for name, values in answers.items()}
    )


@pytest.mark.parametrize(("replies", "weak"), [(40, False), (2_000, True)])
def test_a_strong_link_is_called_unlikely_only_where_no_interval_leaves_one_open(replies, weak):
    pair = pd.DataFrame({"action": ["acted"], "outcome": ["saw"], "family": ["primary"]})
    tested = associations(alike(replies), pair, resamples=19)
    assert tested["verdict"].item() == "not shown"
    assert tested["common_or_high"].lt(pairs.STRONG).item() is weak
    assert pairs.no_strong_link(tested).item() is weak
    assert not pairs.no_strong_link(tested.assign(within_administration_high=3.0)).item()


def test_a_strong_link_is_not_called_unlikely_where_nothing_was_tested(links):
    untested = links[links["verdict"] == "not testable"]
    assert len(untested) > 5
    assert not untested["weak"].any()


def test_the_power_of_the_rule_is_drawn_for_each_pair_that_was_tested(cleaned, links):
    declared = pairs.declared(links).set_index("pair")
    curves = pairs.power_curves(cleaned[0], declared)
    assert set(curves.index) == set(declared.index)
    found = curves.loc["Making recommendations and new projects"]
    reached = found.loc[(found["supported"] >= 0.8) & (found["difference"] > 0), "difference"]
    needed = declared.loc[found.index[0], "rule_detectable_difference"]
    assert found.loc[found["supported"] < 0.8, "difference"].max() < needed < reached.min()
