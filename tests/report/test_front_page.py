"""The front page: what the survey is and what to trust of it are true of any round, by rule and from facts alone."""

import re

import pandas as pd
import pytest

from followup.report import caveats, summary

NO_AUDIT = pd.DataFrame({"verdict": []})
AUDIT = pd.DataFrame({"verdict": ["agrees", "agrees", "differs", "not checkable"]})


@pytest.fixture
def questionnaire(survey_round):
    """The round as if its replies had come from a questionnaire, with nothing chosen and no office named."""
    lost = dict.fromkeys(("publication", "rebuild", "conducted", "workshops_organised"))
    about = {"source": "questionnaire", "months_after": 1, "event": "course", "events": "courses"}
    return survey_round.model_copy(
        update={**lost, **about, "office": "", "office_name": "", "choices": ()}
    )


def without(facts, *names):
    """The facts with the values of some not known."""
    lost = facts["fact"].isin(names)
    return facts.assign(
        **{part: facts[part].mask(lost) for part in ("value", "numerator", "denominator")}
    )


def with_value(facts, **values):
    return facts.assign(value=facts["fact"].map(values).astype("Float64").fillna(facts["value"]))


def graded(parts):
    """What is said, by its grade."""
    pairs = [re.fullmatch(r"<strong>(.+?)\.</strong> (.+)", part).groups() for part in parts]
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def test_it_says_who_asks_whom_when_and_how_many_were_asked_and_replied(survey_round, facts):
    assert summary.about(survey_round, facts) == (
        "The Regional Office for Capacity Building of the World Customs Organization (WCO) for Asia/Pacific (ROCB A/P) asks the "
        "administrations that took part in its workshops, 6 months after each, what they did with what they had learnt and what "
        "came of it. This round is about 9 of the 11 workshops organised, held online from November 2020 to June 2021. "
        "153 replies were asked for, one of each administration invited, and 58 replies came, from 26 administrations."
    )


def test_a_round_that_knows_little_of_itself_says_no_more_than_it_knows(
    questionnaire, facts, monkeypatch
):
    workshops = questionnaire.read_workshops().assign(month="")
    monkeypatch.setattr(type(questionnaire), "read_workshops", lambda self: workshops)
    known = without(facts, "invited", "reply_rate", "administrations", "workshops_organised")
    said = summary.about(questionnaire, with_value(known, **{"round.months_after": 1}))
    assert said == (
        "The office asks the administrations that took part in its courses, 1 month after each, what they did with what they had "
        "learnt and what came of it. This round is about 9 courses. 58 replies came; how many were asked for is not known."
    )


def test_a_rebuilt_round_is_told_apart_from_one_that_was_asked(
    survey_round, questionnaire, facts, tested
):
    rebuilt = graded(caveats.trust(survey_round, facts, tested, NO_AUDIT))[
        "Solid as reported: the counts"
    ]
    asked = graded(caveats.trust(questionnaire, facts, tested, NO_AUDIT))[
        "Solid as reported: the counts"
    ]
    assert "58 replies, rebuilt from the lists of the published report; each choice" in rebuilt
    assert (
        "Known only as counts by workshop, and not by reply: developing a manual, another action and improved work."
        in rebuilt
    )
    assert (
        asked
        == "They are counts of the 58 replies received; what was changed in cleaning is logged."
    )


def test_a_share_is_given_with_its_wilson_interval_because_the_replies_are_few(
    survey_round, facts, tested
):
    said = graded(caveats.trust(survey_round, facts, tested, NO_AUDIT))["With care: every share"]
    assert said == (
        "It carries an interval, because the replies are few: the 66% (38 of 58) that reported direct effects may be as little "
        "as 53% or as much as 76%."
    )
    many = facts.assign(**{part: facts[part] * 1000 for part in ("numerator", "denominator")})
    assert (
        "few"
        not in graded(caveats.trust(survey_round, many, tested, NO_AUDIT))["With care: every share"]
    )


def test_where_nothing_was_answered_no_share_is_an_example(survey_round, facts, tested):
    shares = facts.loc[facts["fact"].str.match(r"(action|outcome)\..*\.share$"), "fact"]
    assert "With care: every share" not in graded(
        caveats.trust(survey_round, without(facts, *shares), tested, NO_AUDIT)
    )


def test_who_did_not_reply_may_differ_unless_everybody_did(survey_round, facts, tested):
    said = graded(caveats.trust(survey_round, facts, tested, NO_AUDIT))["With care: who replied"]
    assert said.startswith("38% (58 of 153) did; those who did not may differ.")
    everybody = with_value(facts, reply_rate=1, administrations=58)
    assert (
        graded(caveats.trust(survey_round, everybody, tested, NO_AUDIT))["Solid: who replied"]
        == "All 153 that were asked did."
    )
    unknown = graded(
        caveats.trust(survey_round, without(facts, "invited", "reply_rate"), tested, NO_AUDIT)
    )
    assert "no reply rate" in unknown["Not known: how many were asked"]


def test_replies_without_administrations_are_said_to_be_so(survey_round, facts, tested):
    assert "58 replies come from 26 administrations" in " ".join(
        caveats.trust(survey_round, facts, tested, NO_AUDIT)
    )
    unnamed = " ".join(
        caveats.trust(survey_round, with_value(facts, administrations=0), tested, NO_AUDIT)
    )
    assert "No reply names its administration" in unnamed
    assert "26" not in unnamed.partition("Not shown")[0].partition("who replied")[2]


def test_what_is_not_supported_is_not_to_be_quoted_and_what_is_may_be(survey_round, facts, tested):
    none = graded(caveats.trust(survey_round, facts, tested, NO_AUDIT))[
        "Not shown: that the actions go with the outcomes"
    ]
    assert none.startswith(
        "None of the 6 associations declared is supported. That does not mean that there is none: only differences of"
    )
    one = tested.assign(
        verdict=tested["verdict"].mask(tested.index == tested.index[0], "supported")
    )
    said = graded(caveats.trust(survey_round, facts, one, NO_AUDIT))[
        "Firm enough to quote: that these go together"
    ]
    assert said.startswith(
        "Sharing the materials and direct effects (1 of the 6 associations declared)"
    )
    lost = tested.assign(verdict="not testable")
    untested = graded(caveats.trust(survey_round, facts, lost, NO_AUDIT))[
        "Not tested: that the actions go with the outcomes"
    ]
    assert untested == "None of the 6 associations declared could be tested."


def test_a_round_that_declares_no_pair_has_tested_none(survey_round, facts, tested):
    explored = tested[tested["family"] == "exploratory"]
    assert "Not tested: what goes with what" in graded(
        caveats.trust(survey_round, facts, explored, NO_AUDIT)
    )


def test_cause_is_never_to_be_read_into_it(survey_round, questionnaire, facts, tested):
    for one in (survey_round, questionnaire):
        said = graded(caveats.trust(one, facts, tested, NO_AUDIT))[
            "Not from this survey: what brought what about"
        ]
        assert "by the same person, after the event and with no measurement before it" in said


def test_a_publication_is_trusted_as_far_as_it_agrees(survey_round, facts, tested):
    differs = graded(caveats.trust(survey_round, facts, tested, AUDIT))[
        "With care: the published report"
    ]
    assert differs.startswith(
        "1 of its 4 printed figures and marks differs from the replies, and 1 cannot be checked; where"
    )
    agrees = graded(caveats.trust(survey_round, facts, tested, AUDIT.head(2)))[
        "Solid: the published report"
    ]
    assert agrees == "None of its 2 printed figures and marks differs from the replies."
    assert not [
        grade
        for grade in graded(caveats.trust(survey_round, facts, tested, NO_AUDIT))
        if "published" in grade
    ]


def test_the_round_before_is_compared_only_where_it_has_bases(survey_round, facts, tested):
    grade = "Not comparable: the round before"
    last = facts["fact"].str.startswith("last.")
    assert graded(caveats.trust(survey_round, facts, tested, NO_AUDIT))[grade].startswith(
        "Its figures were printed without their bases"
    )
    based = facts.assign(denominator=facts["denominator"].mask(last, 80))
    assert grade not in graded(caveats.trust(survey_round, based, tested, NO_AUDIT))
    assert grade not in graded(caveats.trust(survey_round, facts[~last], tested, NO_AUDIT))


def test_the_list_is_short(survey_round, facts, tested):
    assert len(caveats.trust(survey_round, facts, tested, AUDIT)) == 7


def test_names_are_text_on_the_front_page(survey_round, facts, tested):
    outcomes = tuple(
        outcome.model_copy(update={"phrase": "<i>", "noun": "<i>"})
        for outcome in survey_round.outcomes
    )
    hostile = {"office_name": "<script>", "office": "", "conducted": "<b>", "outcomes": outcomes}
    named = survey_round.model_copy(update=hostile)
    supported = tested.assign(verdict="supported")
    found = [
        *summary.findings(named, facts, supported, AUDIT),
        *caveats.trust(named, facts, supported, AUDIT),
    ]
    said = summary.about(named, facts) + "".join(found)
    assert "&lt;i&gt;" in said
    assert not re.search(r"<(?!/?strong>)", said)
