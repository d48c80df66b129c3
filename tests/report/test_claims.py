"""Claims: both conditionals beside each other, and a sentence that says what the verdict says."""

import re

import numpy as np
import pandas as pd
import pytest

from followup.report import cards, claims, evidence, power_and_limits
from followup.statistics.power import power_curve
from followup.statistics.stratified import exact_common_odds_ratio, stratum_tables
from followup.tables import both_answered


def row_of(tested, action, outcome):
    return tested[(tested["action"] == action) & (tested["outcome"] == outcome)].iloc[0]


def test_a_share_stands_beside_its_comparison(survey_round, tested):
    row = row_of(tested, "shared_materials|organized_workshop", "direct_effects")
    numbers = dict(cards.numbers(survey_round, row))
    assert [value for term, value in numbers.items() if "organizing" in term][:2] == [
        "65% (32 of 49)",
        "84% (32 of 38)",
    ]
    assert claims.with_outcome(row) == "84% (32 of 38)"
    assert claims.without_outcome(row) == "85% (17 of 20)"


def test_a_claim_that_is_not_shown_says_no_sign(survey_round, tested):
    text = claims.plain_sentence(survey_round, row_of(tested, "shared_materials", "direct_effects"))
    assert "no sign" in text
    assert "67% (32 of 48)" in text
    assert "60% (6 of 10)" in text


def test_a_suggestive_claim_says_what_shows_it_and_what_it_does_not_survive(survey_round, tested):
    text = claims.plain_sentence(
        survey_round, row_of(tested, "made_recommendations", "new_project")
    )
    assert re.search(r"sign that the two go together \(over all replies p\xa0=\xa00.016", text)
    assert "does not survive a comparison within workshops (p\xa0=\xa00.067)" in text
    assert "leaving out Indonesia" in text


def test_without_administrations_a_suggestive_claim_fails_at_a_workshop(survey_round, tested):
    row = row_of(tested, "made_recommendations", "new_project").to_dict()
    row |= {
        "exact_p": 0.01,
        "adjusted_p": 0.04,
        "loo_administration": pd.NA,
        "loo_administration_max_p": pd.NA,
    }
    text = claims.plain_sentence(
        survey_round, pd.Series(row | {"loo_workshop": "6", "loo_workshop_max_p": 0.2})
    )
    assert "does not survive leaving out workshop 6 (p\xa0=\xa00.20)" in text


def test_a_supported_claim_says_that_the_two_go_together(survey_round, tested):
    strong = row_of(tested, "made_recommendations", "new_project").to_dict() | {
        "verdict": "supported",
        "exact_p": 0.0001,
    }
    assert "the two go together" in claims.plain_sentence(survey_round, pd.Series(strong))


def test_a_pair_that_cannot_be_tested_says_why(survey_round, tested):
    text = claims.plain_sentence(survey_round, row_of(tested, "developed_manual", "direct_effects"))
    assert "could not be tested" in text
    assert "only as counts" in text


@pytest.mark.parametrize("word", ["leads to", "proves", "proven", "thanks to", "because of"])
def test_no_sentence_speaks_of_cause(survey_round, tested, word):
    said = [claims.plain_sentence(survey_round, row) for _, row in tested.iterrows()]
    assert len(said) == 20
    assert not [text for text in said if word in text]


def test_verdicts_are_counted_in_words(tested):
    assert claims.verdict_counts(tested) == "none is supported, 1 is suggestive and 5 are not shown"


def test_untested_pairs_are_named_below_the_table(survey_round, tested):
    shown = claims.pairs_table(
        survey_round, tested[tested["family"] == "exploratory"], "exploratory", "Others"
    ).data
    assert shown.count('scope="row"') == 4
    assert "developing a manual and direct effects" in shown


def test_a_verdict_is_a_word_and_not_only_a_colour():
    assert claims.badge("not shown") == '<span class="verdict verdict-not-shown">not shown</span>'


def test_nothing_to_test_is_said_and_not_an_error(survey_round, tested, replies):
    untested = tested[tested["verdict"] == "not testable"]
    assert "No pair could be tested" in evidence.forest(survey_round, untested).data
    assert "none is known" in evidence.without_one(survey_round, replies, untested).data
    assert "could be tested" in power_and_limits.power(survey_round, replies, untested).data


def test_few_replies_on_one_side_are_said_to_be_hardly_a_test(survey_round, cleaned, tested):
    said = list(power_and_limits.hardly_tested(survey_round, cleaned[0], tested))
    assert len(said) == 2
    assert "only 10 replies did not take the action" in said[0]
    assert "only 15 replies organized an in-house workshop" in said[1]


def test_what_is_hardly_tested_names_the_difference_that_half_of_such_surveys_would_miss(
    survey_round, cleaned, tested
):
    replies, row = cleaned[0], row_of(tested, "organized_workshop", "direct_effects")
    points = int(
        re.search(
            r"a difference of (\d+) percentage points",
            list(power_and_limits.hardly_tested(survey_round, replies, tested))[1],
        )[1]
    )
    _, strata = stratum_tables(
        both_answered(replies, row["action"], row["outcome"]), "action", "outcome"
    )
    curve = power_curve(exact_common_odds_ratio(strata)).query("odds_ratio > 1")
    assert points == pytest.approx(100 * np.interp(0.5, curve["power"], curve["difference"]), abs=1)
