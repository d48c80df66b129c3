"""The matrix of administrations and workshops: every named reply once, what is not known left open,
thin data too."""

import pandas as pd
import pytest

from followup.show import figures, matrix

LABELS = {"shared_materials": "Share", "direct_effects": "Effects"}


@pytest.fixture
def real(survey_round, cleaned):
    """Replies and workshops of the real round."""
    return cleaned[0], survey_round.read_workshops()


def test_the_whole_round_is_in_one_figure(real):
    grid = matrix.answers_by_member(*real, LABELS)
    svg = figures.svg(matrix.members_matrix(grid, ["Share"], ["Effects"], real[1])).decode()
    names = ["Afghanistan", "Viet Nam", "Hong Kong, China", "Papua New Guinea"]
    assert all(name in svg for name in names)


def test_every_named_reply_and_answer_is_there_once(real):
    replies = real[0].dropna(subset="administration")
    grid = matrix.answers_by_member(*real, LABELS)
    assert len(grid) == len(replies) == 57
    assert grid.sum().tolist() == [replies[option].sum() for option in LABELS]


def test_what_was_not_answered_is_left_open(real):
    replies, workshops = real
    fiji = replies[(replies["administration"] == "FJ") & (replies["workshop"] == "1")]
    open_one = fiji.assign(direct_effects=pd.array([pd.NA], dtype="boolean"))
    grid = matrix.answers_by_member(open_one, workshops, LABELS)
    assert grid.loc[("Fiji", "1"), "Effects"] is pd.NA
    assert grid.loc[("Fiji", "1"), "Share"] == 1


def test_a_second_reply_for_a_workshop_adds_what_it_reports(real):
    replies, workshops = real
    first = replies[(replies["administration"] == "FJ") & (replies["workshop"] == "1")]
    second = first.assign(direct_effects=True, shared_materials=False)
    grid = matrix.answers_by_member(pd.concat([first, second]), workshops, LABELS)
    assert grid.to_numpy().tolist() == [[1, 1]]


def test_what_names_nobody_or_is_too_large_is_not_drawn(real, monkeypatch):
    replies, workshops = real
    nobody = matrix.answers_by_member(replies.assign(administration=pd.NA), workshops, LABELS)
    assert not matrix.readable(nobody, workshops)
    grid = matrix.answers_by_member(replies, workshops, LABELS)
    assert matrix.readable(grid, workshops)
    monkeypatch.setattr(matrix, "MOST_ROWS", 20)
    assert not matrix.readable(grid, workshops)
    assert not matrix.members_matrix(grid, ["Share"], ["Effects"], workshops).axes
