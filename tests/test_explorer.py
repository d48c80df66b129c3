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

    monkeypatch.setattr(Explorer, "last_choices", {})
    monkeypatch.setattr(explorer.Round, "save_figure", refuse)
    monkeypatch.setattr(explorer.Round, "save", refuse)
    replies, counts, _ = cleaned
    return Explorer(survey_round, replies, counts, survey_round.read_workshops())


def choose(explore, name, value):
    """Choose by id or code, as a person does by what is listed."""
    choice = explore.choices[name]
    choice.value = next(label for label, one in choice.entries.items() if one == value)


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
        choose(explore, choice, value)
        seen.append(explore.table.value)
    assert len(set(seen)) == len(seen)
    replies = cleaned[0]
    one = replies[(replies["workshop"] == "4") & (replies["administration"] == "FJ")]
    assert sum(pair_counts(one, "submitted_report", "new_project").values()) == 1
    assert "(1 of 1)" in explore.table.value


def test_the_numbers_are_those_of_the_replies_chosen(explore, cleaned):
    choose(explore, "workshop", "1")
    replies = cleaned[0]
    cells = pair_counts(replies[replies["workshop"] == "1"], "shared_materials", "direct_effects")
    assert f"({cells['both']} of {cells['both'] + cells['action_only']})" in explore.table.value


def test_where_nothing_varies_it_says_why_there_is_no_test(explore):
    choose(explore, "administration", "AF")
    assert "Nothing can be tested" in explore.test.value
    assert "p =" not in explore.test.value


def test_what_no_reply_answered_is_no_failure(explore):
    choose(explore, "workshop", "1")
    choose(explore, "administration", "AF")
    assert "No reply of this selection answered both" in explore.figure.value
    assert "Nothing can be tested" in explore.test.value


def test_an_answer_known_only_as_counts_is_shown_as_counts(explore):
    choose(explore, "outcome", "improved_work")
    assert "known only as counts" in explore.table.value
    assert explore.test.value == explore.figure.value == ""


def test_every_combination_of_a_small_selection_can_be_shown(explore):
    for action in explore.choices["action"].options:
        for outcome in explore.choices["outcome"].options:
            explore.choices["action"].value = action
            explore.choices["outcome"].value = outcome
            assert explore.table.value


def test_names_are_text(survey_round, cleaned):
    workshops = survey_round.read_workshops()
    workshops.loc[0, "topic"] = "<script>alert(1)</script>"
    hostile = explorer.Explorer(survey_round, cleaned[0], cleaned[1], workshops)
    choose(hostile, "workshop", "1")
    assert "<script>" not in "".join(part.value for part in hostile.shown)


def test_what_is_chosen_can_be_left_out_instead(explore, cleaned):
    choose(explore, "sub_region", "Pacific")
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
        choose(explore, choice, value)
    explore.without.value = without
    choose(explore, "action", "made_recommendations")
    choose(explore, "outcome", "new_project")
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


def test_several_actions_are_one(explore, cleaned):
    choose(explore, "also", "submitted_report")
    both = "shared_materials|submitted_report"
    cells = pair_counts(cleaned[0], both, "direct_effects")
    assert explore.action == both
    assert f"({cells['both']} of {cells['both'] + cells['action_only']})" in explore.table.value
    choose(explore, "third", "developed_manual")
    assert "known only as counts" in explore.table.value


def test_some_letters_of_one_entry_choose_it_and_other_letters_are_told(explore):
    explore.choices["administration"].value = "fij"
    assert explore.selection == {"administration": "FJ"}
    explore.choices["administration"].value = "<b>"
    assert "“&lt;b&gt;” is not one entry of the list" in explore.table.value
    assert explore.code.value == explore.test.value == ""
    explore.choices["administration"].value = ""
    assert "67% (32 of 48)" in explore.table.value


def test_choices_are_as_they_were_when_all_cells_run_again(explore, survey_round, cleaned):
    choose(explore, "sub_region", "Pacific")
    explore.without.value = True
    again = Explorer(survey_round, cleaned[0], cleaned[1], survey_round.read_workshops())
    assert again.table.value == explore.table.value
    assert "without" in again.table.value


def test_table_and_figure_are_saved_where_no_report_reads_them(explore, tmp_path, monkeypatch):
    monkeypatch.setattr(explorer.rounds, "ROOT", tmp_path)
    choose(explore, "workshop", "4")
    explore.as_csv.click()
    explore.as_svg.click()
    saved = {path.suffix: path for path in tmp_path.rglob("*.*")}
    assert saved[".csv"].parent.parent.parent == tmp_path / "output" / "scratch"
    assert "Share training materials" not in saved[".csv"].read_text()
    assert "7 of 10" in saved[".csv"].read_text()
    assert b"<svg" in saved[".svg"].read_bytes()
    link = explore.saved.outputs[-1]["data"]["text/html"]
    assert BeautifulSoup(link, "html.parser").a["href"].endswith(saved[".svg"].name)
    choose(explore, "outcome", "improved_work")
    assert explore.as_csv.disabled
    assert explore.as_svg.disabled
