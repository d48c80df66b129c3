"""The section on links says of each round what its own replies allow, and why something can't be
found."""

import shutil
import sys
from pathlib import Path

import pandas as pd
import pytest
from run_notebook import run_notebook, words

from followup import pairs, rounds
from followup.statistics import rule_simulation

TESTS = Path(__file__).parents[1]
sys.path.append(str(TESTS / "sentences"))
from designs import DESIGNS, YEAR, drawn, write  # noqa: E402


def links(survey_round: rounds.Round) -> str:
    notebooks = ("30_association_tests", "31_robustness")
    return " ".join(words(run_notebook(name, YEAR=survey_round.year)[1]) for name in notebooks)


def test_without_names_a_link_can_be_a_weak_sign_at_most_and_that_is_the_reason(made_up):
    said = links(made_up(named=False))
    assert "No administration can be compared with itself" in said
    assert "can show a weak sign at most" in said
    assert "however large" not in said
    assert "p, compared within" in said
    assert "administrations" not in said.partition("p, compared within")[2].partition("cannot")[0]


def test_where_all_say_yes_nothing_is_told_of_what_could_have_been_found(made_up):
    said = links(made_up(chance=1.0))
    assert "however large" not in said
    assert "could not be tested" in said


def test_beyond_the_replies_that_are_simulated_the_page_says_so(made_up, monkeypatch):
    survey_round = made_up()
    monkeypatch.setattr(rule_simulation, "FINDS_LIMIT", 10)
    said = links(survey_round)
    assert "With more than 10 replies" in said
    assert "however large" not in said
    assert "A link that is not shown may still exist" in said


@pytest.mark.parametrize("named", [True, False])
def test_every_link_shows_what_each_comparison_gives(made_up, named):
    said = links(made_up(named=named))
    assert "Exact test within workshops: p " in said
    assert ("Exact test within administrations: p " in said) is named
    assert ("within administrations" in said) is named or "No administration" in said
    assert "One test asks of all pairs at once" in said


@pytest.fixture
def turned(tmp_path, monkeypatch):
    """A round in whose workshops few report the outcome where many act."""
    monkeypatch.setattr(rounds, "ROOT", tmp_path)
    path = TESTS.parent / "data" / "raw" / "administrations.csv"
    codes = pd.read_csv(path, keep_default_na=False).set_index("code")["name"].to_dict()
    raw = tmp_path / "data" / "raw"
    write(drawn(list(DESIGNS).index("strata that turn the picture"), codes), raw)
    shutil.copy(path, raw)
    run_notebook("10_clean_replies", YEAR=YEAR)
    return rounds.open_round(YEAR)


def test_where_workshops_turn_the_picture_that_is_told_first_with_a_figure(turned):
    names, text = run_notebook("30_association_tests", YEAR=turned.year)
    said = words(text)
    told = said.index("turn the picture")
    assert told < said.index("Within workshops it points the other way")
    assert said.index("that this round declared") < told < said.index("Chance alone makes")
    shares = names["by_event"]
    assert f"{shares['workshop'].iloc[0]}: {shares['in_words'].iloc[0]}" in said
    assert (turned.build / "figures" / "by_event.svg").is_file()


def test_of_2021_no_pair_is_told_as_turned_or_different(survey_round, cleaned):
    from followup.statistics import associations

    tested = associations(cleaned[0], rounds.declared_pairs(survey_round), resamples=19)
    declared = pairs.declared(pairs.in_words(survey_round, tested)).set_index("pair")
    told = pairs.strata_told(cleaned[0], declared)
    assert not told[["turned", "differ"]].any(axis=None)
    assert pairs.by_event(survey_round, cleaned[0], declared[told["turned"]]).empty
