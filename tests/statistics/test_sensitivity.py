"""The choices of rebuilding, in full combination."""

from math import prod

import numpy as np
import pandas as pd
import pytest

from followup.rounds import Round, declared_pairs
from followup.statistics.association import associations
from followup.statistics.sensitivity import (
    AS_GIVEN,
    UnmatchedEditError,
    apply_edits,
    distinct_data_sets,
    ranges,
    sensitivity,
)

PAIRS = pd.DataFrame({"action": ["shared"], "outcome": ["saw"], "family": ["primary"]})
FLIP = {
    "id": "flip",
    "alternatives": [
        {"id": "no", "edits": []},
        {
            "id": "yes",
            "edits": [{"workshop": "a", "administration": "TO", "column": "saw", "value": True}],
        },
    ],
}
DROP = {
    "id": "unnamed",
    "alternatives": [
        {"id": "in"},
        {"id": "out", "edits": [{"workshop": "b", "administration": "", "drop": True}]},
    ],
}


def test_without_choices_there_is_one_scenario_as_given(replies: pd.DataFrame) -> None:
    found = sensitivity(replies, PAIRS, [])
    assert found["scenario"].tolist() == [AS_GIVEN]


def test_every_combination_is_a_scenario_and_its_alternatives_are_columns(
    replies: pd.DataFrame,
) -> None:
    found = sensitivity(replies, PAIRS, [FLIP, DROP])
    assert found[["flip", "unnamed"]].to_numpy().tolist() == [
        ["no", "in"],
        ["no", "out"],
        ["yes", "in"],
        ["yes", "out"],
    ]
    assert found["scenario"][3] == "yes, out"
    assert found["n"].tolist() == [4, 3, 4, 3]


def test_a_scenario_is_tested_by_its_own_workshops_tables() -> None:
    rows = [
        ("a", "FJ", True, True),
        ("a", "TO", False, False),
        ("b", "FJ", True, False),
        ("b", "TO", False, False),
    ]
    replies = pd.DataFrame(
        [*rows, ("b", "WS", False, False)], columns=["workshop", "administration", "shared", "saw"]
    )
    replies = replies.astype(
        {"workshop": "string", "administration": "string", "shared": "boolean", "saw": "boolean"}
    )
    given, taken = (
        [
            {
                "workshop": workshop,
                "administration": "FJ",
                "column": "saw",
                "value": workshop == where,
            }
            for workshop in "ab"
        ]
        for where in "ab"
    )
    seen = {
        "id": "seen",
        "alternatives": [{"id": "a", "edits": given}, {"id": "b", "edits": taken}],
    }
    found = sensitivity(replies, PAIRS, [seen])
    assert found["p_value"].tolist() == pytest.approx(
        [1, 1 / 3]
    )  # the one yes is that of the one who shared: of two, of three


def test_a_pair_that_varies_in_no_workshop_has_no_p(replies: pd.DataFrame) -> None:
    found = sensitivity(replies[replies["workshop"] == "b"], PAIRS, [])
    assert found[["odds_ratio", "p_value"]].isna().all(axis=None)
    assert found["n"].tolist() == [1]


def test_edits_set_rename_and_drop_one_reply_and_leave_the_replies_as_they_were(
    replies: pd.DataFrame,
) -> None:
    before = replies.copy()
    edits = [
        {"workshop": "a", "administration": "FJ", "rename": "IN"},
        {"workshop": "a", "administration": "FJ", "column": "saw", "value": False},
        {"workshop": "b", "administration": "", "drop": True},
    ]
    edited = apply_edits(replies, edits)
    assert edited["administration"].tolist() == ["IN", "TO", "WS", "FJ"]
    assert not edited["saw"].iloc[0]
    pd.testing.assert_frame_equal(replies, before)


@pytest.mark.parametrize(
    "edit",
    [
        {"workshop": "a", "administration": "XX", "drop": True},
        {"workshop": "c", "administration": "FJ", "drop": True},
        {"workshop": "a", "administration": "", "drop": True},
        {"workshop": "a", "administration": "FJ", "column": "seen", "value": True},
    ],
)
def test_an_edit_that_matches_nothing_is_refused(replies: pd.DataFrame, edit: dict) -> None:
    with pytest.raises(UnmatchedEditError):
        apply_edits(replies, [edit])


def test_an_edit_that_matches_two_replies_is_refused(replies: pd.DataFrame) -> None:
    twice = pd.concat([replies, replies], ignore_index=True)
    with pytest.raises(UnmatchedEditError, match="2 replies match"):
        apply_edits(twice, [{"workshop": "a", "administration": "FJ", "drop": True}])


def test_the_surveys_grid_is_full_and_starts_with_the_report(
    survey_round: Round, cleaned: tuple
) -> None:
    pairs = declared_pairs(survey_round)
    claimed = pairs[pairs["family"] != "exploratory"]
    found = sensitivity(cleaned[0], claimed, survey_round.plain_choices)
    scenarios = prod(len(choice["alternatives"]) for choice in survey_round.plain_choices)
    assert len(found) == scenarios * len(claimed)
    assert not found.duplicated(["scenario", "action", "outcome"]).any()
    reported = associations(cleaned[0], claimed, resamples=19)
    assert found["p_value"][: len(claimed)].tolist() == pytest.approx(reported["exact_p"].tolist())
    assert found["odds_ratio"][: len(claimed)].tolist() == pytest.approx(
        reported["common_odds_ratio"].tolist()
    )


def test_the_ranges_are_over_the_scenarios_of_each_pair() -> None:
    rows = [
        ("one", "wrote", "saw", 5, 2.0, 0.04),
        ("two", "wrote", "saw", 5, 3.0, 0.06),
        ("three", "wrote", "saw", 5, 2.5, 0.05),
        ("four", "wrote", "saw", 5, 2.5, 0.15 - 0.1),  # .05 but for rounding
        ("one", "shared", "saw", 5, np.nan, np.nan),
    ]
    found = ranges(
        pd.DataFrame(rows, columns=["scenario", "action", "outcome", "n", "odds_ratio", "p_value"])
    ).set_index("action")
    assert found.loc["wrote"].tolist()[1:] == [4, 2.0, 3.0, 0.04, 0.06, 0.25]
    assert found.loc["shared", "scenarios"] == 0
    assert np.isnan(found.loc["shared", "share_below_05"])


def test_of_the_surveys_scenarios_half_are_the_same_data_again(
    survey_round: Round, cleaned: tuple
) -> None:
    columns = [*survey_round.action_ids, *(outcome.id for outcome in survey_round.outcomes)]
    assert len(distinct_data_sets(cleaned[0], survey_round.plain_choices, columns)) == 72


def test_a_data_set_differs_by_an_answer_or_a_reply_and_not_by_a_name(
    replies: pd.DataFrame,
) -> None:
    edits = [{"workshop": "a", "administration": "FJ", "rename": "IN"}]
    rename = {"id": "who", "alternatives": [{"id": "FJ"}, {"id": "IN", "edits": edits}]}
    columns = ["shared", "saw"]
    assert len(distinct_data_sets(replies, [rename], columns)) == 1
    assert len(distinct_data_sets(replies, [rename, FLIP], columns)) == 2
    assert len(distinct_data_sets(replies, [rename, FLIP, DROP], columns)) == 4
    assert len(distinct_data_sets(replies, [FLIP], ["shared"])) == 1
