"""The round before: counted from its own replies, and only what means the same in both rounds."""

import pandas as pd
import pytest

from followup import previous_round
from followup.declaration import Option, Pair
from followup.rounds import Round

SHARED, WROTE, SAW = (Option(id=name, label=name) for name in ("shared", "wrote", "saw"))
PAIRS = (Pair(outcome="saw", actions=("shared", "wrote"), composite=True),)


@pytest.fixture
def rounds(replies, counts, workshops, monkeypatch) -> dict[int, Round]:
    """Three rounds that asked the same; each year's replies are the first of the five, one more every year."""
    known = {
        year: Round(
            year=year,
            fiscal_year="FY",
            number=year - 2000,
            title="T",
            source="questionnaire",
            actions=(SHARED, WROTE),
            outcomes=(SAW,),
            pairs=PAIRS,
        )
        for year in (2028, 2029, 2030)
    }
    monkeypatch.setattr(previous_round, "years", lambda: list(known))
    monkeypatch.setattr(previous_round, "open_round", known.get)
    monkeypatch.setattr(
        previous_round,
        "clean_round",
        lambda survey_round: (replies[: survey_round.year - 2026], counts, None),
    )
    monkeypatch.setattr(Round, "read_workshops", lambda survey_round: workshops)
    return known


def shares(survey_round: Round) -> dict[str, tuple]:
    return {
        row.fact: (row.numerator, row.base)
        for row in previous_round.previous_shares(survey_round).itertuples()
    }


def test_the_round_before_is_the_latest_earlier_one_counted_from_its_own_replies(rounds):
    assert shares(rounds[2030])["reply_rate"] == (3, 9)  # 2029 has three replies
    assert shares(rounds[2029])["reply_rate"] == (2, 9)
    assert shares(rounds[2028]) == {}


def test_a_round_can_name_the_one_to_compare_with(rounds):
    assert shares(rounds[2030].model_copy(update={"previous": 2028}))["reply_rate"] == (2, 9)
    assert shares(rounds[2030].model_copy(update={"previous": 2025})) == {}


def test_what_both_rounds_have_is_counted_pairs_and_composites_too(rounds):
    assert shares(rounds[2030]) == {
        "reply_rate": (3, 9),
        "reply_rate.sub-regional": (3, 4),
        "reply_rate.regional": (0, 5),
        "action.shared.share": (2, 3),
        "action.wrote.share": (1, 3),
        "outcome.saw.share": (2, 3),
        "pair.shared.saw.outcome_given_action": (1, 2),
        "pair.shared.saw.action_given_outcome": (1, 2),
        "pair.wrote.saw.outcome_given_action": (1, 1),
        "pair.wrote.saw.action_given_outcome": (1, 2),
        "pair.shared|wrote.saw.outcome_given_action": (1, 2),
        "pair.shared|wrote.saw.action_given_outcome": (1, 2),
    }


def test_an_action_that_only_this_round_has_takes_its_pairs_with_it(rounds):
    rounds[2029] = rounds[2029].model_copy(update={"actions": (SHARED,)})
    named = " ".join(previous_round.comparable(rounds[2030], rounds[2029]))
    assert "pair.shared.saw" in named
    assert "wrote" not in named


def test_a_scope_that_only_this_round_has_is_not_compared(rounds, workshops, monkeypatch):
    alike = workshops.assign(scope="regional")
    monkeypatch.setattr(
        Round,
        "read_workshops",
        lambda survey_round: workshops if survey_round.year == 2030 else alike,
    )
    assert [
        name
        for name in previous_round.comparable(rounds[2030], rounds[2029])
        if name.startswith("reply_rate")
    ] == ["reply_rate"]


def test_a_share_of_nobody_is_not_told(rounds, replies, counts, monkeypatch):
    monkeypatch.setattr(
        previous_round,
        "clean_round",
        lambda survey_round: (replies.assign(saw=pd.NA, shared=False), counts, None),
    )
    told = shares(rounds[2030])
    assert told["action.shared.share"] == (0, 5)
    assert "outcome.saw.share" not in told
