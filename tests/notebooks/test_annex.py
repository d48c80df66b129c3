"""The annex on rounds of other shapes: what was asked, who sent what, and only the methods that the
round uses."""

import pytest
from run_notebook import run_notebook

from followup.files import read_markdown_table
from followup.rounds import ROOT

BY_USE = read_markdown_table(ROOT / "docs" / "methods_in_brief.md")
METHODS = (ROOT / "docs" / "methods.md").read_text(encoding="utf-8")


@pytest.fixture
def annex(made_up):
    """The variables and the text of the annex of a made-up round."""

    def run(**kind):
        return run_notebook("50_annex", YEAR=made_up(**kind).year)

    return run


def test_each_answer_stands_under_the_question_of_the_form(annex):
    names, _ = annex(actions=3, outcomes=2)
    asked = names["questionnaire"].reset_index().groupby("question", sort=False)["answer"].agg(list)
    ticked = [f"Made-up <act_{n}>, of a kind" for n in range(3)]
    assert asked.to_dict() == {
        "Did what?": ticked,
        "Did came_0?": ["Yes or no"],
        "Did came_1?": ["Yes or no"],
    }


def test_members_have_the_replies_that_they_sent_and_invitations_where_known(annex):
    names, _ = annex(events=2, replies=5)
    members = names["members"]
    assert "invitations" not in members
    assert members["replies"].head(4).tolist() == [2, 2, 1, 0]
    assert members["replies"].sum() == 5


def test_a_round_that_names_nobody_uses_no_method_of_administrations(annex):
    names, text = annex(named=False)
    assert set(BY_USE.loc[names["methods"].index, "used"]) == {"always"}
    assert "GEE" not in " ".join(names["methods"]["method"])
    assert "Which of them a reply is from is not told" in text
    assert "replies" not in names["members"]


def test_the_annex_knows_each_use_that_a_method_names(annex):
    assert set(annex()[0]["uses"]) == set(BY_USE["used"])


@pytest.mark.parametrize(
    "name",
    ["Wilson", "Newcombe", "Fisher", "Boschloo", "Mantel", "GEE", "Holm", "Benjamini", "Manski"],
)
def test_each_named_method_is_written_out_in_the_document(name):
    assert name in " ".join(BY_USE["method"])
    assert name in METHODS


def test_what_the_replies_are_about_is_told_where_it_is_no_workshop(annex):
    assert "read course: the replies are about courses" in annex(event="course")[1]


def test_one_event_and_two_replies_are_enough(annex):
    assert annex(events=1, replies=2)[0]["members"]["replies"].sum() == 2
