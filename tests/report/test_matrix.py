"""The matrix of administrations and workshops: every named reply once, what is not known left open, thin data too."""

import base64
import re

import pandas as pd
import pytest

from followup.report import matrix
from followup.show import figures


@pytest.fixture
def kept(monkeypatch):
    """Figures saved in memory instead of in the build folder."""
    saved = {}
    monkeypatch.setattr(
        figures.Round, "save_figure", lambda self, svg, name: saved.update({name: svg})
    )
    return saved


@pytest.fixture
def real(survey_round, cleaned):
    """Replies and workshops of the real round."""
    return cleaned[0], survey_round.read_workshops()


def test_the_whole_round_is_in_one_figure(survey_round, real, kept):
    shown = matrix.replies_matrix(survey_round, *real).data
    svg = kept["matrix"].decode()
    names = ["Afghanistan", "Viet Nam", "Hong Kong, China", "Papua New Guinea"]
    assert all(name in svg for name in names)
    assert (
        "12 of 26 administrations replied for one workshop only; the most is 6, by Indonesia and Malaysia."
        in shown
    )
    assert "Base: 58 replies; 1 without a name is not shown" in shown
    assert "Malaysia 6" in re.search('alt="([^"]+)"', shown)[1]


def test_every_named_reply_and_answer_is_drawn(survey_round, real, kept, monkeypatch):
    drawn = {}
    monkeypatch.setattr(
        matrix,
        "_marks",
        lambda axes, places, answers, marker, colour: drawn.update({answers.name: answers}),
    )
    matrix.replies_matrix(survey_round, *real)
    replies = real[0].dropna(subset="administration")
    assert {name: (len(answers), int(answers.sum())) for name, answers in drawn.items()} == {
        option: (len(replies), int(replies[option].sum()))
        for option in (
            *("shared_materials", "submitted_report", "made_recommendations", "organized_workshop"),
            *("direct_effects", "new_project"),
        )
    }


def test_the_data_can_be_taken_from_beside_the_figure(survey_round, real, kept):
    link = re.search(
        r'href="data:text/csv;base64,([^"]+)"', matrix.replies_matrix(survey_round, *real).data
    )
    rows = base64.b64decode(link[1]).decode().splitlines()
    assert len(rows) == 1 + 57
    assert rows[0].startswith("name,workshop,Share training materials")
    assert "Fiji,1,yes,no,no,no,yes,no" in rows


def test_what_was_not_answered_has_no_mark(survey_round, real, kept):
    replies = real[0].copy()
    fiji = (replies["administration"] == "FJ") & (replies["workshop"] == "1")
    replies.loc[fiji, "direct_effects"] = pd.NA
    grid = matrix.cells(replies[fiji], ["1"], ["direct_effects", "shared_materials"])
    assert grid.at[("Fiji", "1"), "direct_effects"] is pd.NA
    assert grid.at[("Fiji", "1"), "shared_materials"] == 1


def test_a_second_reply_for_a_workshop_adds_what_it_reports(survey_round, real):
    replies = real[0]
    first = replies[(replies["administration"] == "FJ") & (replies["workshop"] == "1")]
    second = first.assign(submitted_report=True, shared_materials=False)
    grid = matrix.cells(pd.concat([first, second]), ["1"], ["shared_materials", "submitted_report"])
    assert grid.to_numpy().tolist() == [[1, 1]]


def test_without_administrations_a_note_says_so(survey_round, real, kept):
    replies, workshops = real
    shown = matrix.replies_matrix(
        survey_round, replies.assign(administration=pd.NA), workshops
    ).data
    assert "No reply names its administration" in shown
    assert kept == {}


def test_a_round_too_large_to_read_is_named_instead(survey_round, real, kept, monkeypatch):
    monkeypatch.setattr(matrix, "MOST_ROWS", 20)
    assert "26 administrations" in matrix.replies_matrix(survey_round, *real).data
    assert kept == {}


def test_one_reply_is_enough(survey_round, real, kept):
    replies, workshops = real
    shown = matrix.replies_matrix(survey_round, replies.iloc[:1], workshops).data
    assert "1 of 1 administrations" in shown
    assert "none for more" in shown
