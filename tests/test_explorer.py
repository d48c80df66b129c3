"""The explorer: what is chosen is what is counted, drawn and tested, and it writes nothing."""

import pytest
from bs4 import BeautifulSoup

from followup import explorer
from followup.explorer import Explorer
from followup.tables import pair_counts


@pytest.fixture
def explore(survey_round, cleaned, monkeypatch):
    """The explorer of the real round; saving a figure or a table fails."""

    def refuse(*_):
        raise AssertionError("the explorer writes nothing")

    monkeypatch.setattr(explorer.Round, "save_figure", refuse)
    monkeypatch.setattr(explorer.Round, "save", refuse)
    replies, counts, _ = cleaned
    return Explorer(survey_round, replies, counts, survey_round.read_workshops())


def test_it_opens_on_the_first_pair_over_all_replies(explore):
    assert "67% (32 of 48)" in explore.table.value
    assert "Download" not in explore.table.value
    assert (
        "67% (32 of 48) of the replies that shared the training materials reported direct effects"
        in explore.figure.value
    )
    assert "Odds ratio within workshops 0.73" in explore.test.value
    assert "5 of 9 workshops carry information" in explore.test.value


def test_each_choice_changes_what_is_shown(explore, cleaned):
    seen = [explore.table.value]
    for choice, value in (
        ("action", "submitted_report"),
        ("outcome", "new_project"),
        ("workshop", "4"),
        ("administration", "FJ"),
    ):
        getattr(explore, choice).value = value
        seen.append(explore.table.value)
    assert len(set(seen)) == len(seen)
    replies = cleaned[0]
    one = replies[(replies["workshop"] == "4") & (replies["administration"] == "FJ")]
    assert sum(pair_counts(one, "submitted_report", "new_project").values()) == 1
    assert "(1 of 1)" in explore.table.value


def test_the_numbers_are_those_of_the_replies_chosen(explore, cleaned):
    explore.workshop.value = "1"
    replies = cleaned[0]
    cells = pair_counts(replies[replies["workshop"] == "1"], "shared_materials", "direct_effects")
    assert f"({cells['both']} of {cells['both'] + cells['action_only']})" in explore.table.value


def test_where_nothing_varies_it_says_why_there_is_no_test(explore):
    explore.administration.value = "AF"
    assert "Nothing can be tested" in explore.test.value
    assert "p =" not in explore.test.value


def test_what_no_reply_answered_is_no_failure(explore):
    explore.workshop.value, explore.administration.value = "1", "AF"
    assert "No reply of this selection answered both" in explore.figure.value
    assert "Nothing can be tested" in explore.test.value


def test_an_answer_known_only_as_counts_is_shown_as_counts(explore):
    explore.outcome.value = "improved_work"
    assert "known only as counts" in explore.table.value
    assert explore.test.value == explore.figure.value == ""


def test_every_combination_of_a_small_selection_can_be_shown(explore):
    for _, action in explore.action.options:
        for _, outcome in explore.outcome.options:
            explore.action.value, explore.outcome.value = action, outcome
            assert explore.table.value


def test_names_are_text(survey_round, cleaned):
    workshops = survey_round.read_workshops()
    workshops.loc[0, "topic"] = "<script>alert(1)</script>"
    hostile = explorer.Explorer(survey_round, cleaned[0], cleaned[1], workshops)
    hostile.workshop.value = "1"
    assert "<script>" not in "".join(part.value for part in hostile.shown)


def test_what_is_chosen_can_be_left_out_instead(explore, cleaned):
    explore.sub_region.value = "Pacific"
    pacific = explore.table.value
    explore.without.value = True
    assert explore.table.value != pacific
    assert "without" in explore.table.value
    replies = explore.replies
    rest = replies[replies["sub_region"] != "Pacific"]
    assert "Not named" in set(rest["sub_region"])
    cells = pair_counts(rest, "shared_materials", "direct_effects")
    assert f"({cells['both']} of {cells['both'] + cells['action_only']})" in explore.table.value
    assert len(replies) == len(cleaned[0])


@pytest.mark.parametrize("without", [False, True])
@pytest.mark.parametrize(
    "selection",
    [{}, {"workshop": "4"}, {"sub_region": "Pacific"}, {"workshop": "4", "administration": "FJ"}],
)
def test_the_code_gives_the_same_when_it_is_pasted(explore, monkeypatch, selection, without):
    for choice, value in selection.items():
        getattr(explore, choice).value = value
    explore.without.value = without
    explore.action.value, explore.outcome.value = "made_recommendations", "new_project"
    text = BeautifulSoup(explore.code.value, "html.parser").pre.get_text()
    monkeypatch.setattr(explorer.Round, "data", lambda _: explore.replies)
    names = {}
    exec(text, names)
    selected = explorer.chosen(explore.replies, selection, without)
    cells = pair_counts(selected, "made_recommendations", "new_project")
    assert len(names["complete"]) == sum(cells.values())
    acted = names["complete"].query("action")
    assert (acted["outcome"].sum(), len(acted)) == (
        cells["both"],
        cells["both"] + cells["action_only"],
    )
    if names["exact"].is_informative:
        shown = explorer.p_value(names["exact"].p_value)
        assert f"exact p {shown}</strong>" in explore.test.value
