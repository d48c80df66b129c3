"""The section on links says of each round what its own replies allow, and why something can't be
found."""

import pytest
from run_notebook import run_notebook, words

from followup import rounds
from followup.statistics import rule_simulation


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
    assert "Exact test within workshops: p =" in said
    assert ("Exact test within administrations: p =" in said) is named
    assert ("within administrations" in said) is named or "No administration" in said
    assert "One test asks of all pairs at once" in said
