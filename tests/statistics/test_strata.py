"""Strata that turn the picture, and strata that differ among themselves."""

import sys
from pathlib import Path

import numpy as np
import pytest

from followup.statistics.strata import strata_differ, turns

sys.path.append(str(Path(__file__).parents[1]))
from strata_simulation import simulate

TURNED = {"odds_ratio": 1.8, "fisher_p": 0.01, "common_odds_ratio": 0.9, "exact_p": 0.7}


@pytest.mark.parametrize(
    ("change", "turned"),
    [
        ({}, True),
        ({"fisher_p": 0.06}, False),
        ({"fisher_p": 0.06, "exact_p": 0.04}, True),
        ({"common_odds_ratio": 1.1}, False),
        ({"common_odds_ratio": 1.0}, False),
        ({"odds_ratio": 0.5, "common_odds_ratio": np.inf}, True),
        ({"odds_ratio": 0.0}, False),
        ({"common_odds_ratio": np.nan, "exact_p": np.nan}, False),
    ],
)
def test_strata_turn_the_picture_where_the_two_point_apart_and_one_is_no_chance(change, turned):
    assert bool(turns(TURNED | change)) is turned


def test_the_example_of_the_document_has_its_p():
    p_value, enough = strata_differ(np.array([[[20, 10], [10, 20]], [[10, 20], [20, 10]]]))
    assert p_value == pytest.approx(0.00026, abs=0.00002)
    assert enough.tolist() == [True, True]


def test_a_stratum_with_few_replies_takes_no_part():
    large = [[[20, 10], [10, 20]], [[10, 20], [20, 10]]]
    p_value, enough = strata_differ(np.array([*large, [[0, 4], [4, 0]], [[0, 0], [9, 9]]]))
    assert p_value == strata_differ(np.array(large))[0]
    assert enough.tolist() == [True, True, False, False]


@pytest.mark.parametrize("tables", [[[[20, 10], [10, 20]]], [[[1, 2], [2, 1]]] * 4, []])
def test_where_two_strata_have_not_enough_nothing_is_tested(tables):
    assert np.isnan(strata_differ(np.array(tables).reshape(-1, 2, 2))[0])


def test_neither_is_said_more_often_than_the_document_has_it():
    told = simulate("one", 1.0, 6, 600, 150, 7)
    assert told["turned"].any(axis=1).mean() <= 0.02
    assert told["differ"].any(axis=1).mean() <= 0.10


def test_what_is_there_is_mostly_told():
    assert simulate("turned", 3.0, 6, 600, 20, 7)["turned"].mean() > 0.9
    assert simulate("different", 4.0, 6, 600, 20, 7)["differ"].mean() > 0.9
