"""Response tracking: when each questionnaire is due and closes, and whom to remind."""

import pandas as pd

from followup.report import tracking


def dated(workshops: pd.DataFrame) -> pd.DataFrame:
    """The two workshops, the first with its day and the administrations invited."""
    return workshops.assign(
        date=["2020-08-31", ""], invited_administrations=["FJ;Tonga;WS;VU", ""]
    ).astype("string")


def test_a_questionnaire_is_due_six_months_after_and_open_three_weeks(survey_round, workshops):
    dates = tracking.deadlines(survey_round, dated(workshops))
    assert dates.loc["a"].tolist() == ["2021-02-28", "2021-03-21"]


def test_of_a_workshop_known_by_its_month_the_month_is_due(survey_round, workshops):
    assert tracking.deadlines(survey_round, dated(workshops)).loc["b"].tolist() == ["2021-07", ""]
    assert tracking.deadlines(survey_round, workshops.assign(month="")).loc["b"].tolist() == [
        "",
        "",
    ]


def test_those_invited_that_did_not_reply_are_awaited(survey_round, replies, workshops):
    missing = tracking.awaited(survey_round, replies, dated(workshops))
    assert missing[["workshop", "code", "administration", "closes"]].values.tolist() == [
        ["a", "VU", "Vanuatu", "2021-03-21"]
    ]


def test_the_page_says_where_it_is_not_known_who_is_awaited(survey_round, replies, workshops):
    shown = tracking.tracking_table(
        survey_round, replies, dated(workshops), {"a": "A", "b": "B"}
    ).data
    assert "Vanuatu" in shown
    assert "not known" in shown
    assert "Replies that name no administration: 1" in shown
