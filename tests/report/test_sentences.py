"""Sentences and the executive summary: every figure is a fact's, whatever the round."""

import re

import pandas as pd

from followup.report import sentences, summary

NO_AUDIT = pd.DataFrame({"verdict": []})


def text(parts):
    return re.sub(r"<[^>]+>", "", " ".join(parts))


def test_actions_are_ranked(survey_round, facts):
    said = text(sentences.actions(survey_round, facts))
    assert said.startswith(
        "The most common follow-up was sharing the materials: 83% of the replies (48 of 58)."
    )


def test_where_nobody_did_anything_no_action_is_the_most_common(survey_round, facts):
    nothing = facts.assign(value=facts["value"].mask(facts["fact"].str.startswith("action."), 0))
    assert list(sentences.actions(survey_round, nothing)) == [
        "No reply named any of the follow-up actions."
    ]


def test_the_summary_has_ten_sentences_at_most_and_names_the_comparison(
    survey_round, facts, tested
):
    found = summary.findings(survey_round, facts, tested, NO_AUDIT)
    assert 5 <= len(found) <= 10
    assert (
        "84% (32 of 38) shared the training materials or organized an in-house workshop, against 85% (17 of 20)"
        in text(found)
    )
    assert "Making recommendations and new projects" in text(found)


def test_the_summary_counts_the_audit(survey_round, facts, tested):
    audit = pd.DataFrame({"verdict": ["agrees", "agrees", "differs", "not checkable"]})
    said = text(summary.findings(survey_round, facts, tested, audit))
    assert (
        "Of 4 printed figures and marks that were checked, 2 agree with the replies, 1 differ, and 1 cannot be checked."
        in said
    )


def test_a_round_that_declares_no_pair_makes_no_claim(survey_round, facts, tested):
    plain = survey_round.model_copy(update={"pairs": ()})
    none = tested[tested["family"] == "exploratory"]
    assert "associations" not in text(summary.findings(plain, facts, none, NO_AUDIT))


def test_key_figures_have_their_bases(survey_round, facts):
    shown = summary.key_figures(survey_round, facts).data
    assert shown.count("<li>") == 4
    assert "58 of 153" in shown
