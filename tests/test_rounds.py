"""A round answers for what it declares; how its round.toml is read is tested with the check."""

import pytest


def test_an_outcome_is_found_by_its_id_and_an_empty_one_is_the_first(survey_round):
    assert survey_round.outcome("new_project").title == "Initiation of modernization projects"
    assert survey_round.outcome("") == survey_round.outcomes[0]


def test_an_outcome_that_is_not_declared_names_those_that_are(survey_round):
    with pytest.raises(
        ValueError, match=r"calm is no outcome of 2021: direct_effects, improved_work, new_project"
    ):
        survey_round.outcome("calm")
