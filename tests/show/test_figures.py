"""Figures: the same bytes each time, never without alternative text, and drawn from thin data too."""

import re

import pandas as pd
import pytest

from followup.show import figures


def test_the_same_data_draw_the_same_bytes(survey_round, kept):
    for name in ("first", "second"):
        figures.show(
            figures.shares({"acted": (2, 3), "others": (1, 2)}),
            survey_round,
            name,
            "caption",
            "alt",
        )
    assert kept["first"] == kept["second"]
    assert b"<svg" in kept["first"]


def test_a_figure_without_alternative_text_is_refused(survey_round, kept):
    with pytest.raises(ValueError, match="no alternative text"):
        figures.show(figures.canvas(1), survey_round, "empty", "caption", "  ")
    assert kept == {}


def test_alternative_text_and_caption_are_shown_as_text(survey_round, kept):
    shown = figures.show(figures.canvas(1), survey_round, "empty", "<script>", '"><script>').data
    assert "<script>" not in shown


def test_the_numbers_of_a_figure_stand_folded_below_it_with_their_download(survey_round, kept):
    data = figures.behind(
        "empty", pd.DataFrame({"n": [1]}, index=["a"]), "Of what", labels={"n": "<i>"}, stub="Row"
    )
    shown = figures.show(figures.canvas(1), survey_round, "empty", "caption", "alt", data).data
    assert re.search(
        r"</figure><details[^>]*><summary>The figures behind the picture</summary>.*</table>.*</details>$",
        shown,
        re.S,
    )
    assert 'download="figure_empty.csv"' in shown
    assert "<i>" not in shown


def test_a_tall_figure_keeps_its_width_on_paper(survey_round, kept):
    shown = [
        figures.show(figures.canvas(height), survey_round, "empty", "caption", "alt").data
        for height in (5, 9)
    ]
    assert ['<figure class="tall">' in one for one in shown] == [False, True]


def test_a_pair_that_nobody_or_everybody_acted_on_is_drawn():
    pairs = pd.DataFrame(
        {"with_yes": [3, 0], "with_base": [3, 0], "without_yes": [0, 2], "without_base": [2, 2]}
    )
    drawn = figures.both_conditionals(pairs, ["one", "two"], ("acted", "did not"))
    assert len(drawn.axes) == 1
