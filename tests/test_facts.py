"""Facts: one number, one place, with the counts behind it."""

import pandas as pd
import pytest

from followup import facts, tables
from followup.declaration import Option, PreviousFigure
from followup.rounds import PREVIOUS_COLUMNS, PreviousShare, Round


def a_round(**tables) -> Round:
    about = {"year": 2030, "number": 10, "fiscal_year": "FY", "title": "T"}
    return Round(**about, source="questionnaire", **{"actions": (), "outcomes": (), **tables})


@pytest.fixture(scope="module")
def found(survey_round, cleaned):
    replies, counts, _ = cleaned
    return facts.survey_facts(survey_round, replies, counts, survey_round.read_workshops())


def test_every_fact_has_a_name_of_its_own(found):
    assert len(found) > 200
    assert found["fact"].is_unique


def test_a_share_is_its_numerator_over_its_denominator(found):
    shares = found[(found["unit"] == "share") & found["denominator"].notna()]
    assert len(shares) > 50
    assert (shares["value"] - shares["numerator"] / shares["denominator"]).abs().max() < 1e-12


def test_facts_are_the_tables_own_numbers(survey_round, cleaned, found):
    replies, counts, _ = cleaned
    named = facts.by_name(found)
    table = tables.outcome_by_workshop(
        replies, counts, survey_round.read_workshops(), "direct_effects"
    )
    assert named["outcome.direct_effects"].value == table.loc["total", "yes"] == 38
    assert named["outcome.direct_effects.no.3"].value == table.loc["3", "no"]
    assert named["reply_rate"].numerator == 58


@pytest.mark.parametrize("option", ["direct_effects", "organized_workshop", "shared_materials"])
def test_facts_about_an_option_are_all_that_its_answers_change(
    survey_round, cleaned, found, option
):
    replies, counts, _ = cleaned
    otherwise = replies.assign(**{option: ~replies[option]})
    given = (survey_round, otherwise, counts, survey_round.read_workshops())
    every, own = facts.survey_facts(*given), facts.survey_facts(*given, about=[option])
    changed = every[(every["value"] != found["value"]).fillna(False)]
    assert len(changed) > 10
    assert set(changed["fact"]) <= set(own["fact"])
    assert len(own) < len(every) / 2
    same = own.merge(every, on=list(own))
    assert len(same) == len(own)


def test_the_share_with_the_action_is_set_against_those_without_the_outcome(found):
    named = facts.by_name(found)
    pair = "pair.shared_materials|organized_workshop.direct_effects"
    assert (
        named[f"{pair}.action_given_outcome"].numerator,
        named[f"{pair}.action_given_outcome"].denominator,
    ) == (32, 38)
    assert (
        named[f"{pair}.action_given_no_outcome"].numerator,
        named[f"{pair}.action_given_no_outcome"].denominator,
    ) == (17, 20)


@pytest.mark.parametrize(
    ("fact", "numerator", "denominator"),
    [
        ("outcome_given_action", 17, 25),
        ("outcome_given_no_action", 11, 33),
        ("action_given_outcome", 17, 28),
        ("action_given_no_outcome", 8, 30),
    ],
)
def test_of_17_8_11_and_22_each_share_has_its_own_base(found, fact, numerator, denominator):
    told = facts.by_name(found)[f"pair.made_recommendations.new_project.{fact}"]
    assert (told.numerator, told.denominator) == (numerator, denominator)


def test_actions_are_ranked_by_table_2_and_equals_share_a_rank(found):
    counted = found[found["fact"].str.fullmatch(r"action\.\w+\.rank")]
    assert counted["value"].tolist() == [1, 2, 2, 4, 6, 5]  # of 48, 25, 25, 15, 8 and 11


def test_the_surveys_size_is_what_the_publication_says(found):
    named = facts.by_name(found)
    counted = {
        "administrations": 26,
        "replies.unnamed": 1,
        "workshops": 9,
        "workshops.sub-regional": 2,
        "workshops.regional": 7,
    }
    assert {name: named[name].value for name in counted} == counted
    assert (
        named["round.year"].value,
        named["round.last_year"].value,
        named["round.number"].value,
    ) == (2021, 2020, 7)


def test_only_those_that_answered_are_a_base(replies, workshops):
    options = [Option(id=name, label=name) for name in ("shared", "wrote", "saw")]
    known = replies.assign(shared=replies["shared"].mask(replies["workshop"] == "b"), wrote=pd.NA)
    printed = pd.DataFrame(
        {"workshop": ["a", "b"], "variable": "wrote", "yes": [2, 1], "no": [pd.NA, pd.NA]}
    )
    told = facts.by_name(
        facts.survey_facts(
            a_round(actions=options[:2], outcomes=options[2:]),
            known,
            printed,
            workshops,
        )
    )
    of = {
        name: (told[f"{name}.share"].numerator, told[f"{name}.share"].denominator)
        for name in ("action.shared", "outcome.saw")
    }
    assert of == {"action.shared": (2, 3), "outcome.saw": (2, 4)}
    assert (told["action.wrote.share"].numerator, told["action.wrote.share"].denominator) == (
        3,
        5,
    )  # counts are of all replies
    assert "pair.shared.saw.both" in told
    assert "pair.wrote.saw.both" not in told


@pytest.mark.parametrize(
    ("share", "numerator"),
    [((0.29, None, 100), 29), ((0.3, 3, 7), 3), ((0.29, None, None), None)],
)
def test_the_previous_round_is_counted_to_the_nearest_or_as_it_was(
    replies, counts, workshops, share, numerator, monkeypatch
):
    shares = [PreviousShare("reply_rate", *share)]
    monkeypatch.setattr(Round, "previous_shares", shares)
    told = facts.by_name(facts.survey_facts(a_round(), replies, counts, workshops))
    found = told["last.reply_rate"].numerator
    assert pd.isna(found) if numerator is None else found == numerator


def test_shares_counted_from_replies_go_before_those_printed(monkeypatch):
    printed = [PreviousFigure(fact=fact, value=0.3, base=10) for fact in ("reply_rate", "other")]
    counted = pd.DataFrame([("reply_rate", 0.5, 1.0, 2.0)], columns=PREVIOUS_COLUMNS)
    monkeypatch.setattr(Round, "read_previous_round", lambda _: counted)
    assert a_round(previous_round=printed).previous_shares == [
        PreviousShare("reply_rate", 0.5, 1.0, 2.0),
        PreviousShare("other", 0.3, None, 10),
    ]


def test_what_was_tested_is_a_fact_by_the_name_of_its_statistic():
    values = {name: place / 10 for place, name in enumerate(facts.TESTED, start=1)}
    told = facts.by_name(
        facts.association_facts(pd.DataFrame([{"action": "wrote", "outcome": "saw"} | values]))
    )
    assert {name: told[f"test.wrote.saw.{name}"].value for name in values} == values
    assert {"exact_p", "adjusted_p", "fisher_p", "gee_p", "common_odds_ratio", "odds_ratio"} == set(
        values
    )


def test_the_round_before_has_no_base(found):
    last = found[found["fact"].str.startswith("last.")]
    assert len(last) == 4
    assert last["denominator"].isna().all()


def test_a_share_of_nobody_is_missing_and_not_an_error():
    assert pd.isna(facts.share("x", 0, 0).value)


def test_a_fact_named_twice_is_refused():
    with pytest.raises(ValueError, match="replies"):
        facts.frame([facts.count("replies", 1), facts.count("replies", 2)])


def test_a_share_is_told_with_its_base():
    rate = facts.Fact("reply_rate", 58 / 153, 58, 153, "share")
    assert (str(rate), rate.share, rate.base) == ("38% (58 of 153)", "38%", "58 of 153")
    assert rate.known
    assert rate.has_base


@pytest.mark.parametrize("numerator", [None, float("nan")])
def test_a_share_whose_base_is_not_known_is_told_alone(numerator):
    rate = facts.Fact("last.reply_rate", 0.7, numerator, numerator, "share")
    assert (str(rate), rate.base) == ("70%", "not known")
    assert not rate.has_base


def test_a_missing_fact_reads_not_known():
    assert str(facts.Fact("invited", float("nan"), None, None, "count")) == "not known"


@pytest.fixture
def named_facts() -> facts.Facts:
    rows = [facts.count("replies", 5), facts.share("action.shared.share", 3, 5)]
    rows += [facts.share("action.wrote.share", 4, 5), facts.count("replies.a", 3)]
    return facts.Facts(facts.frame(rows))


def test_a_fact_is_found_by_the_parts_of_its_name(named_facts):
    assert named_facts["action", "shared", "share"] is named_facts["action.shared.share"]
    assert ("action", "shared", "share") in named_facts
    assert ("action", "lost", "share") not in named_facts
    assert len(named_facts) == 4


def test_a_fact_that_is_not_there_is_told_with_those_near_it(named_facts):
    with pytest.raises(KeyError, match=r"no fact 'replys'; near it are replies"):
        named_facts["replys"]


def test_shares_stand_with_the_largest_first(named_facts):
    options = [
        Option(id=name, label=name.capitalize(), phrase=f"{name} it", noun=f"{name}ing")
        for name in ("shared", "wrote")
    ]
    table = facts.shares_of(named_facts, "action", options)
    assert table.index.tolist() == ["wrote", "shared"]
    assert table["share"].map(str).tolist() == ["80% (4 of 5)", "60% (3 of 5)"]
    assert table[["yes", "no"]].to_numpy().tolist() == [[4, 1], [3, 2]]
