"""The round before: counted from its own replies, and only what means the same in both rounds."""

import pandas as pd
import pytest

from followup import previous_round, show
from followup.cleaning import checks
from followup.cleaning.checks import clean_round_before
from followup.declaration import AskedQuestion, Option, Pair
from followup.facts import Fact, Facts, frame
from followup.previous_round import changes, comparable, previous_shares
from followup.problems import InputError, Problem
from followup.rounds import Round
from followup.steps import steps

SHARED, WROTE, SAW = (Option(id=name, label=name) for name in ("shared", "wrote", "saw"))
PAIRS = (Pair(outcome="saw", actions=("shared", "wrote"), composite=True),)


@pytest.fixture
def rounds(replies, counts, workshops, monkeypatch) -> dict[int, Round]:
    """Three rounds that asked the same; each year's replies are the first of the five, one more
    every year."""
    known = {
        year: Round(
            year=year,
            fiscal_year="FY",
            number=year - 2000,
            title="T",
            source="questionnaire",
            previous=year - 1 if year > 2028 else None,
            actions=(SHARED, WROTE),
            outcomes=(SAW,),
            pairs=PAIRS,
        )
        for year in (2028, 2029, 2030)
    }
    monkeypatch.setattr(checks.rounds, "open_round", known.get)
    monkeypatch.setattr(
        checks,
        "clean_round",
        lambda survey_round: (replies[: survey_round.year - 2026], counts, None),
    )
    monkeypatch.setattr(Round, "read_workshops", lambda _: workshops)
    return known


def shares(survey_round: Round) -> dict[str, tuple]:
    return {
        row.fact: (row.numerator, row.base)
        for row in previous_round.previous_shares(survey_round).itertuples()
    }


def test_the_round_that_is_named_is_counted_from_its_own_replies(rounds):
    assert shares(rounds[2030])["reply_rate"] == (3, 9)  # 2029 has three replies
    assert shares(rounds[2029])["reply_rate"] == (2, 9)
    assert shares(rounds[2030].model_copy(update={"previous": 2028}))["reply_rate"] == (2, 9)


def test_the_round_before_is_counted_without_what_it_was_itself_compared_with(rounds, monkeypatch):
    names: list[str] = []

    def place(self, folder, name):
        names.append(f"{self.year} {name}")
        return folder / name

    monkeypatch.setattr(Round, "_place_of", place)
    assert shares(rounds[2030])
    assert names == []


def test_nothing_is_compared_by_its_year_alone(rounds):
    unnamed = rounds[2030].model_copy(update={"previous": None})
    assert shares(unnamed) == {}
    folders = {path.parent.name for step in steps(unnamed) for path in step.reads}
    assert not folders & {"2028", "2029"}


def test_a_round_of_another_series_is_never_compared(rounds):
    rounds[2029] = rounds[2029].model_copy(update={"series": "Visitors of the library"})
    assert shares(rounds[2030]) == {}
    with pytest.raises(InputError, match="Visitors of the library") as raised:
        clean_round_before(rounds[2030])
    assert [type(problem).__name__ for problem in raised.value.problems] == ["Remark"]


def test_a_draft_of_the_round_before_stops_nothing_and_is_told(rounds, monkeypatch):
    def draft(year):
        raise InputError([Problem(f"data/raw/{year}/round.toml", "7", expected="a TOML file")])

    monkeypatch.setattr(checks.rounds, "open_round", draft)
    assert shares(rounds[2030]) == {}
    with pytest.raises(InputError) as raised:
        clean_round_before(rounds[2030])
    (remark,) = raised.value.problems
    assert isinstance(remark, checks.Remark)
    assert "nothing is compared with it: data/raw/2029/round.toml, row 7" in str(remark)


def test_a_round_before_whose_figures_are_printed_need_not_be_here(survey_round):
    with pytest.raises(InputError) as raised:
        clean_round_before(survey_round)
    assert raised.value.problems == []


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
        checks,
        "clean_round",
        lambda _: (replies.assign(saw=pd.NA, shared=False), counts, None),
    )
    told = shares(rounds[2030])
    assert told["action.shared.share"] == (0, 5)
    assert "outcome.saw.share" not in told


def facts(*rows: tuple) -> Facts:
    """Facts by name, each a share of a base, which may not be known."""
    return Facts(
        frame(
            [
                Fact(name, numerator / base if base else numerator, numerator, base, "share")
                for name, numerator, base in rows
            ]
        )
    )


def test_a_change_is_this_round_less_the_one_before_with_newcombes_interval():
    both = facts(("reply_rate", 56, 70), ("last.reply_rate", 48, 80))
    row = changes(both, {"reply_rate": "Reply rate"}).loc["Reply rate"]
    assert row["change"] == pytest.approx(0.2)
    # Newcombe 1998b, Table II, contrast (a)
    assert (round(row["low"], 4), round(row["high"], 4)) == (0.0524, 0.3339)
    assert row["in_words"] == "+20 (+5 to +33)"


@pytest.mark.parametrize("previous", [(0.7, None), (0, 0), (81, 80)])
def test_a_share_whose_base_is_not_known_or_wrong_is_shown_and_not_compared(previous):
    both = facts(("reply_rate", 56, 70), ("last.reply_rate", *previous))
    row = changes(both, {"reply_rate": "Reply rate"}).loc["Reply rate"]
    assert row["in_words"] == "not compared"
    assert str(row["now"]) == "80% (56 of 70)"
    shown = show.changes(
        changes(both, {"reply_rate": "Reply rate"}), "Caption", "name", "Share", "round of 2029"
    )
    assert "Change" not in shown.data


def test_without_a_previous_round_nothing_is_shown():
    none = changes(facts(("reply_rate", 1, 2)), {"reply_rate": "Reply rate"})
    assert show.changes(none, "Caption", "name", "Share", "round of 2029") is None


def test_the_first_round_has_none_before(survey_round):
    assert previous_shares(survey_round).empty


def test_only_shares_of_the_same_base_are_comparable(survey_round):
    asked = AskedQuestion(options=["shared_materials"], base="ticked", heading="x")
    other = survey_round.model_copy(update={"questions": (asked,)})
    assert "action.shared_materials.share" in comparable(survey_round, survey_round)
    assert "action.shared_materials.share" not in comparable(other, survey_round)
    assert "action.submitted_report.share" in comparable(other, survey_round)
