"""Figures: the same bytes each time, never without alternative text, and drawn from thin data too."""

import pandas as pd
import pytest

from followup.analysis import tables
from followup.report import figures


def test_the_same_data_draw_the_same_bytes(survey, replies, workshops, kept):
    responses = tables.responses(replies, workshops)
    for name in ("first", "second"):
        figures.show(figures.reply_rates(responses, {"a": "A", "b": "B"}, 0.7), survey, name, "caption", "alt")
    assert kept["first"] == kept["second"]
    assert b"<svg" in kept["first"]


def test_a_figure_without_alternative_text_is_refused(survey, kept):
    with pytest.raises(ValueError, match="no alternative text"):
        figures.show(figures.canvas(1), survey, "empty", "caption", "  ")
    assert kept == {}


def test_alternative_text_and_caption_are_shown_as_text(survey, kept):
    shown = figures.show(figures.canvas(1), survey, "empty", "<script>", '"><script>').data
    assert "<script>" not in shown


def test_a_workshop_without_replies_is_drawn(replies, counts, workshops):
    only_a = replies[replies["workshop"] == "a"]
    figures.yes_and_no(tables.outcome_by_workshop(only_a, counts, workshops, "saw"), {"a": "A", "b": "B"}, "Yes", "No")
    figures.reply_rates(tables.responses(only_a, workshops), {"a": "A", "b": "B"})


def test_a_pair_that_nobody_or_everybody_acted_on_is_drawn():
    pairs = pd.DataFrame({"with_yes": [3, 0], "with_base": [3, 0], "without_yes": [0, 2], "without_base": [2, 2]})
    drawn = figures.both_conditionals(pairs, ["one", "two"], ("acted", "did not"))
    assert len(drawn.axes) == 1
