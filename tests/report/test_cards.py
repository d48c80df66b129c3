"""Cards: each claim's two shares drawn with their intervals and bases, its verdict in a word, the numbers folded."""

import pytest
from bs4 import BeautifulSoup
from statsmodels.stats.proportion import proportion_confint

from followup.report import cards
from followup.show import figures
from followup.steps import steps


def test_each_claim_has_a_card_with_both_shares_drawn_and_said(survey_round, tested, kept):
    shown = BeautifulSoup(cards.cards(survey_round, tested).data, "html.parser").select(
        "section.card"
    )
    claims = tested[tested["family"].isin(["primary", "composite"])]
    assert len(shown) == len(claims) == 6
    for card, (_, row) in zip(shown, claims.iterrows(), strict=True):
        acted, others = row["both"] + row["action_only"], row["outcome_only"] + row["neither"]
        alt = card.select_one("figure img")["alt"]
        assert f"({row['both']} of {acted}) against" in alt
        assert alt.endswith(f"({row['outcome_only']} of {others}).")
        assert card.select_one(".verdict").text == row["verdict"]
        assert card.select_one("details:not([open]) dl dt")


def test_the_figures_of_the_cards_are_those_that_the_map_lists(survey_round, tested, kept):
    cards.cards(survey_round, tested)
    listed = next(
        step for step in steps(survey_round) if step.name == "30_association_tests"
    ).figures
    assert set(kept) == {path.stem for path in listed if path.stem.startswith("claim_")}


def test_a_share_is_drawn_with_its_wilson_interval_and_its_base():
    axes = figures.shares({"acted": (17, 25), "did not": (11, 33)}).axes[0]
    bars = [
        line.get_segments()[0][:, 0] for line in axes.collections if hasattr(line, "get_segments")
    ]
    assert bars[0] == pytest.approx(proportion_confint(17, 25, method="wilson"))
    assert bars[1] == pytest.approx(proportion_confint(11, 33, method="wilson"))
    assert [text.get_text() for text in axes.texts] == [
        "acted: 68%\xa0(17\xa0of\xa025)",
        "did not: 33%\xa0(11\xa0of\xa033)",
    ]


def test_a_share_and_its_base_stay_on_one_line():
    long = "shared the materials, or wrote all of it down in good time"
    lines = (
        figures.shares({long: (17, 25), "did not": (11, 33)})
        .axes[0]
        .texts[0]
        .get_text()
        .splitlines()
    )
    assert len(lines) == 2
    assert lines[1].endswith("68%\xa0(17\xa0of\xa025)")


def test_a_group_of_nobody_is_said_and_not_drawn():
    axes = figures.shares({"acted": (3, 3), "did not": (0, 0)}).axes[0]
    assert axes.texts[1].get_text() == "did not: none"
    assert len(axes.collections) == 2


def test_a_claim_known_only_as_counts_has_a_card_without_a_figure(survey_round, tested, kept):
    untested = tested[tested["verdict"] == "not testable"].iloc[0]
    shown = BeautifulSoup(cards.card(survey_round, untested, 1), "html.parser")
    assert shown.select_one(".verdict").text == "not testable"
    assert not shown.select("figure, details")
    assert kept == {}
