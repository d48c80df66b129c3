"""An analyst leaves replies out in a notebook: it runs, and says what it counts."""

import sys
from pathlib import Path

import pandas as pd
import pytest

from followup.cleaning.checks import choice_problems
from followup.ids import ids
from followup.statistics.sensitivity import choices_about, sensitivity
from followup.tables import row_labels, with_totals

sys.path.append(str(Path(__file__).parent))
from run_notebook import files_beside, run_notebook, words

WITHOUT_5 = 'replies = replies[replies["workshop"] != "5"]'
WITHOUT_FIJI = 'replies = replies[(replies["administration"] != "FJ").fillna(True)]'


@pytest.fixture(scope="module")
def beside(tmp_path_factory):
    """What notebooks write goes to a folder of its own; the round's replies are there."""
    root = tmp_path_factory.mktemp("filtered")
    with files_beside(root):
        run_notebook("10_clean_replies", YEAR=2021)
        yield root


@pytest.mark.parametrize("typed", [WITHOUT_5, WITHOUT_FIJI])
@pytest.mark.parametrize("notebook", ["21_response", "22_follow_up_actions", "24_outcome"])
@pytest.mark.usefixtures("beside")
def test_a_section_runs_without_some_replies(notebook, typed):
    names, _ = run_notebook(notebook, typed, YEAR=2021)
    assert len(names["replies"]) < 58


@pytest.mark.usefixtures("beside")
def test_an_outcome_without_a_workshop_says_what_it_counts():
    names, text = run_notebook("24_outcome", WITHOUT_5, YEAR=2021)
    yes, base = names["total"]["yes"], names["total"]["replies"]
    assert base == 52
    assert "These are 52 replies of 58." in words(text)
    assert f"({yes} of {base}) of the replies reported direct effects." in words(text)
    assert "of all invitations" not in words(text)


@pytest.mark.usefixtures("beside")
def test_the_tests_run_without_a_workshop_and_say_what_they_count():
    names, text = run_notebook("30_association_tests", WITHOUT_5, YEAR=2021)
    assert "5" not in set(names["by_workshop"].index.get_level_values("workshop"))
    assert set(names["scenarios"]["n"]) <= {52, 0}
    assert "These tests are of 52 replies; the round has 58." in words(text)


def test_edits_of_replies_that_are_left_out_are_left_out(replies):
    edits = [{"workshop": workshop, "administration": "FJ", "drop": True} for workshop in "ab"]
    choice = {"id": "fiji", "alternatives": [{"id": "in"}, {"id": "out", "edits": edits}]}
    only_a = replies[replies["workshop"] == "a"]
    (about,) = choices_about(only_a, [choice])
    assert [len(one["edits"]) for one in about["alternatives"]] == [0, 1]
    assert choices_about(replies, [choice])[0]["alternatives"][1]["edits"] == edits
    pairs = pd.DataFrame({"action": ["shared"], "outcome": ["saw"]})
    assert sensitivity(only_a, pairs, [about])["n"].tolist() == [3, 2]


def test_an_edit_that_finds_no_reply_is_told_by_the_check(survey_round, cleaned):
    assert list(choice_problems(survey_round, cleaned[0])) == []
    absent = cleaned[0][cleaned[0]["workshop"] != "9"]
    (problem,) = choice_problems(survey_round, absent)
    assert (problem.file, problem.column) == (
        "data/raw/2021/round.toml",
        "choices id_workshop_9",
    )
    assert "ID in workshop 9" in problem.value


@pytest.mark.parametrize(
    "compared",
    [
        lambda column: column != 5,
        lambda column: column == 5,
        lambda column: column.isin([5, 6]),
        lambda column: column.rename("w").to_frame().query("w != 5"),
        lambda column: column[column != "1"] != 5.0,
        lambda column: pd.concat([column, column]) != 5,
        lambda column: column.value_counts().index == 5,
    ],
)
def test_ids_compared_with_a_number_are_refused(survey_round, compared):
    for column in (survey_round.read_workshops()["id"], ids(pd.Series(["1", "5"]))):
        with pytest.raises(TypeError, match='write "5"'):
            compared(column)


def test_ids_compared_with_text_are_text(survey_round):
    workshops = survey_round.read_workshops()
    assert (workshops["id"] != "5").sum() == len(workshops) - 1
    assert workshops["id"].isin(["5", "6"]).sum() == 2
    assert workshops["id"].dtype == "string"
    counted = workshops.set_index("id")[["scope", "invited"]]
    assert "total" in with_totals(counted, by="scope").index
    assert row_labels(survey_round, workshops)["5"].startswith("5 ")
