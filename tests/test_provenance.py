"""Where replies come from: when each questionnaire is due and closes, and whom to remind."""

import pandas as pd

from followup import provenance
from followup.declaration import Decision


def dated(workshops: pd.DataFrame) -> pd.DataFrame:
    """The two workshops, the first with its day and the administrations invited."""
    return workshops.assign(
        date=["2020-08-31", ""], invited_administrations=["FJ;TO;WS;VU", ""]
    ).astype("string")


def test_a_questionnaire_is_due_six_months_after_and_open_three_weeks(survey_round, workshops):
    dates = provenance.deadlines(survey_round, dated(workshops))
    assert dates.loc["a"].tolist() == ["2021-02-28", "2021-03-21"]


def test_of_a_workshop_known_by_its_month_the_month_is_due(survey_round, workshops):
    assert provenance.deadlines(survey_round, dated(workshops)).loc["b"].tolist() == ["2021-07", ""]
    assert provenance.deadlines(survey_round, workshops.assign(month="")).loc["b"].tolist() == [
        "",
        "",
    ]


def test_those_invited_that_did_not_reply_are_awaited(survey_round, replies, workshops):
    missing = provenance.awaited(survey_round, replies, dated(workshops))
    assert missing[["workshop", "code", "administration", "closes"]].to_numpy().tolist() == [
        ["a", "VU", "Vanuatu", "2021-03-21"]
    ]


def test_of_a_questionnaire_it_is_told_who_is_awaited_and_where_that_is_not_known(
    survey_round, replies, workshops
):
    asked = survey_round.model_copy(update={"source": "questionnaire"})
    members = provenance.members_replied(asked, replies, dated(workshops))
    assert members["awaited"].tolist() == ["Vanuatu", "not known"]
    assert members["replied"].tolist() == ["Fiji; Samoa; Tonga", "Fiji"]
    printed = provenance.members_replied(survey_round, replies, dated(workshops))
    assert list(printed) == ["replies", "replied"]


def test_an_example_without_a_reply_is_found(survey_round, cleaned):
    lost = provenance.examples_without_reply(
        survey_round, cleaned[0], survey_round.read_workshops()
    )
    named = lost.dropna()
    assert len(lost) == 5
    assert sorted(named["administration"]) == ["Bangladesh", "India", "Myanmar", "Myanmar"]
    assert set(named["workshop"]) >= {"9 Canines", "6 Data analytics"}


def test_decisions_are_told_with_their_reasons(survey_round):
    decision = {"row": 4, "was": "Fiji", "why": "answered twice", "drop": True}
    decided = survey_round.model_copy(update={"decisions": (Decision(**decision),)})
    assert provenance.decisions_made(decided).loc["4"].tolist() == ["left out", "answered twice"]
    assert provenance.decisions_made(survey_round).empty


def test_a_respondent_is_told_by_the_number(survey_round, replies, workshops):
    numbered = replies.assign(administration=["0001", "0002", "0003", "0001", pd.NA])
    told = provenance.members_replied(survey_round, numbered, workshops)["replied"]
    assert told["a"] == "0001; 0002; 0003"
