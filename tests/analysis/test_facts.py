"""Facts: one number, one place, with the counts behind it."""

import pandas as pd
import pytest

from followup.analysis import facts, tables


@pytest.fixture(scope="module")
def found(survey, cleaned):
    replies, counts, _ = cleaned
    return facts.survey_facts(survey, replies, counts, survey.read_workshops())


def test_every_fact_has_a_name_of_its_own(found):
    assert len(found) > 200
    assert found["fact"].is_unique


def test_a_share_is_its_numerator_over_its_denominator(found):
    shares = found[(found["unit"] == "share") & found["denominator"].notna()]
    assert len(shares) > 50
    assert (shares["value"] - shares["numerator"] / shares["denominator"]).abs().max() < 1e-12


def test_facts_are_the_tables_own_numbers(survey, cleaned, found):
    replies, counts, _ = cleaned
    named = facts.by_name(found)
    table = tables.outcome_by_workshop(replies, counts, survey.read_workshops(), "direct_effects")
    assert named["outcome.direct_effects"].value == table.at["total", "yes"] == 38
    assert named["outcome.direct_effects.no.3"].value == table.at["3", "no"]
    assert named["reply_rate"].numerator == 58


def test_the_share_with_the_action_is_set_against_those_without_the_outcome(found):
    named = facts.by_name(found)
    pair = "pair.shared_materials|organized_workshop.direct_effects"
    assert (named[f"{pair}.action_given_outcome"].numerator, named[f"{pair}.action_given_outcome"].denominator) == (32, 38)
    assert (named[f"{pair}.action_given_no_outcome"].numerator, named[f"{pair}.action_given_no_outcome"].denominator) == (17, 20)


def test_the_round_before_has_no_base(found):
    last = found[found["fact"].str.startswith("last.")]
    assert len(last) == 4
    assert last["denominator"].isna().all()


def test_a_share_of_nobody_is_missing_and_not_an_error():
    assert pd.isna(facts.share("x", 0, 0).value)


def test_a_fact_named_twice_is_refused():
    with pytest.raises(ValueError, match="replies"):
        facts.frame([facts.count("replies", 1), facts.count("replies", 2)])
