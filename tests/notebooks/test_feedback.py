"""A member's page: its own answers and nobody else's, for those that replied and those that did
not."""

import re

import pandas as pd
import pytest
from made_up_questionnaire import KINDS, YEAR
from run_notebook import run_notebook

INVITED = "AF;AU;BD;JP"


def invite(folder):
    """Name those invited to each workshop: AF, AU and BD reply to some, JP to none."""
    workshops = pd.read_csv(folder / "workshops.csv").assign(
        invited="", invited_administrations=INVITED
    )
    workshops.to_csv(folder / "workshops.csv", index=False)


def read(html):
    """What a reader reads, without tags and files to download."""
    return re.sub(r"<[^>]*>", " ", html)


@pytest.fixture
def page(made_up):
    """The variables and the text of a member's page; AF and AU reply about both events, BD about
    the first."""
    made_up(invite, events=2, replies=5, actions=3)

    def run(code):
        names, text = run_notebook("60_feedback", YEAR=YEAR, ADMINISTRATION=code)
        return names, read(text)

    return run


@pytest.mark.parametrize(("code", "events"), [("AF", ["s0", "s1"]), ("BD", ["s0"])])
def test_a_page_has_the_answers_of_its_own_replies(page, code, events):
    names, _ = page(code)
    replies = names["replies"].set_index(["administration", "workshop"])
    assert list(names["answers"]) == events
    for event, answers in names["answers"].items():
        given = replies.loc[(code, event), list(answers.index)]
        assert answers.tolist() == given.map({True: "Yes", False: "No"}).tolist()


@pytest.mark.parametrize("code", ["AF", "AU", "BD", "JP"])
def test_a_page_names_no_other_member(page, code):
    names, text = page(code)
    others = names["members"].drop(code)["name"]
    assert names["members"].loc[code, "name"] in text
    assert [name for name in others if name in text] == []


def test_by_event_a_page_has_only_counts_over_all_replies(page):
    names, _ = page("BD")
    counts = names["replies"].groupby("workshop")[["act_0", "came_0"]].sum().loc["s0"]
    assert names["comparison"].loc[["replies", "act_0", "came_0"], "s0"].tolist() == [
        "3",
        *counts.astype(str),
    ]


def test_a_member_that_did_not_reply_gets_a_page_that_asks_for_its_replies(page):
    names, text = page("JP")
    assert "We have no reply from you" in text
    assert "no reply from you about them" in text
    assert names["waiting"].tolist() == ["s0 Topic s0, Jul 2098", "s1 Topic s1, Jul 2098"]
    assert "Your answers" not in text
    assert "you" not in names["comparison"]


def test_a_member_that_replied_about_one_event_is_asked_for_the_other(page):
    names, text = page("BD")
    assert names["waiting"].tolist() == ["s1 Topic s1, Jul 2098"]
    assert "no reply from you about it" in text


def test_a_member_that_replied_about_all_is_told_so(page):
    assert "None: you replied about every" in page("AF")[1]


def test_where_nobody_invited_is_known_the_page_says_so(made_up):
    made_up(events=1, replies=2)
    assert "is not known here" in run_notebook("60_feedback", YEAR=YEAR, ADMINISTRATION="AU")[1]


def test_a_code_that_was_not_asked_is_an_error_that_names_those_that_were(page):
    with pytest.raises(ValueError, match=r"XX was neither invited .*: AF, AU, BD, JP"):
        page("XX")


def test_where_nobody_is_named_there_is_nobody_to_write_to(made_up):
    made_up(named=False)
    with pytest.raises(ValueError, match="no administration is named"):
        run_notebook("60_feedback", YEAR=YEAR)


def test_the_office_contact_stands_on_the_page(made_up):
    def contact(folder):
        file = folder / "round.toml"
        file.write_text(file.read_text().replace("[round]", '[round]\ncontact = "survey desk"', 1))

    made_up(contact, events=1, replies=2)
    assert "Write to survey desk," in run_notebook("60_feedback", YEAR=YEAR)[1]


@pytest.mark.parametrize("chance", [None, 1.0])
def test_answers_all_alike_or_none_at_all_make_a_page(made_up, chance):
    made_up(chance=chance, events=1, replies=2)
    names, _ = run_notebook("60_feedback", YEAR=YEAR)
    assert set(names["answers"].to_numpy().ravel()) <= (
        {"Yes"} if chance else {"No", "No answer, or not sure"}
    )


@pytest.mark.parametrize("kind", [kind for kind in KINDS if KINDS[kind].get("named", True)])
def test_in_any_round_each_member_finds_its_own_answers_and_nobody_elses(made_up, kind):
    shape = {**KINDS[kind], "replies": min(KINDS[kind].get("replies", 12), 12)}
    survey_round = made_up(invite, **shape)
    replies = survey_round.read_replies()
    names, _ = run_notebook("60_feedback", YEAR=YEAR)
    for code in [*names["members"].index[:3], names["members"].index[-1]]:
        own, text = run_notebook("60_feedback", YEAR=YEAR, ADMINISTRATION=code)
        others = own["members"].drop(code)["name"]
        assert [name for name in others if name in read(text)] == []
        given = replies[replies["administration"] == code].set_index("workshop")
        words = {True: "Yes", False: "No"}
        for event in own["answers"]:
            expected = [
                words.get(one, "No answer, or not sure") for one in given.loc[event, own["single"]]
            ]
            assert own["answers"][event].tolist() == expected
        waiting = set(own["attended"]) - set(given.index)
        assert set(own["waiting"].index.map(own["ids"])) == waiting
        counts = replies.groupby("workshop")[[*own["single"]]].sum()
        for event in own["yours"]:
            said = own["comparison"].loc[[*own["single"]], event]
            assert said.tolist() == [str(count) for count in counts.loc[event]]
