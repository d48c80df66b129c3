"""The one figure style: the same bytes each time, legible in every script, never without
alternative text."""

import re
import warnings

import pandas as pd
import pytest

from followup.facts import Fact
from followup.show import figures, palette, phone


def bars(labels):
    figure, axes = figures.canvas(2)
    axes.barh(labels, [0.5] * len(labels), color=figures.YES)
    return figure, axes


def test_the_same_figure_is_the_same_bytes():
    assert figures.svg(bars(["a", "b"])[0]) == figures.svg(bars(["a", "b"])[0])


@pytest.mark.parametrize(
    "label", ["日本語", "ไทย", "বাংলা", "العربية", "🎉", "$x_1$ & <b>", "%s \\alpha"]
)
def test_a_label_in_any_script_is_kept_as_text_without_a_warning(label):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn = figures.svg(bars([label])[0]).decode()
    text = re.sub(r"<!--.*?-->", "", drawn, flags=re.DOTALL)
    assert label.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") in text


def test_no_text_is_smaller_than_nine_points():
    figure, axes = bars(["a"])
    axes.text(0, 0, "small", fontsize=5)
    sizes = re.findall(
        r"font: (?:\w+ )*([\d.]+)px|font-size: ([\d.]+)px", figures.svg(figure).decode()
    )
    assert min(float(one or other) for one, other in sizes) >= figures.SMALLEST


def test_a_figure_without_alternative_text_is_refused(survey_round, kept):
    with pytest.raises(ValueError, match="no alternative text"):
        figures.figure(figures.canvas(1)[0], survey_round, "empty", "caption", "  ")
    assert kept == {}


def test_caption_and_alternative_text_are_text(survey_round, kept):
    shown = figures.figure(
        figures.canvas(1)[0], survey_round, "empty", "<script>", '"><script>'
    ).data
    assert "<script>" not in shown
    assert b"<svg" in kept["empty"]


@pytest.mark.usefixtures("kept")
def test_a_figure_stands_with_its_numbers_or_leads_to_them(survey_round):
    figure, data = figures.canvas(1)[0], pd.DataFrame({"n": [1]}, index=["a"])
    assert (
        'download="figure_x.csv"'
        in figures.figure(figure, survey_round, "x", "c", "alt", data).data
    )
    linked = figures.figure(figure, survey_round, "x", "c", "alt", "table_3").data
    assert '<a href="#table-3">Table 3</a>' in linked


def test_nothing_is_saved_or_shown_where_there_is_nothing_to_draw(survey_round, kept):
    assert figures.figure(figures.canvas(1)[0], survey_round, "x", "c", "alt", when=False) is None
    assert kept == {}


def test_a_fact_is_marked_only_where_it_is_known():
    axes = bars(["a"])[1]
    figures.reference(axes, None, "all")
    figures.reference(axes, Fact("x", float("nan"), None, None, "share"), "all")
    assert (len(axes.lines), len(axes.texts)) == (0, 0)
    figures.reference(axes, Fact("x", 0.5, 1, 2, "share"), "all")
    assert axes.texts[0].get_text() == "all 50%"


def test_a_colour_has_one_meaning_and_the_page_has_the_same():
    colours = [palette.YES, palette.NO, palette.OTHER, palette.INK, palette.MUTED]
    assert len(set(colours)) == len(colours)
    assert {light for light, _ in palette.PAGE.values()} <= set(colours)
    assert (figures.YES, figures.OTHER) == (palette.YES, palette.OTHER)


def labelled_bars():
    figure, axes = figures.canvas(3)
    labels = ["1 A topic, Nov 2030", "2 " + "A very long topic of a workshop " * 4]
    axes.barh(labels, [0.5, 1.0], color=figures.YES)
    figures.values_beside(axes, pd.Series(["50% (1 of 2)", "100% (2 of 2)"]))
    figures.axis_of_shares(axes, right=1.35)
    figures.reference(axes, Fact("x", 0.5, 1, 2, "share"), "all")
    figures.reference(axes, Fact("y", 0.52, 13, 25, "share"), "previous round", dashed=True)
    return figure


def test_on_a_phone_each_label_stands_above_its_bar_and_none_is_lost():
    drawn = labelled_bars()
    narrow = phone.narrowed(drawn)
    axes = narrow.axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == []
    assert narrow.get_size_inches()[0] == phone.WIDTH
    shown = " ".join(" ".join(text.get_text().split()) for text in axes.texts)
    assert "1 A topic, Nov 2030" in shown
    assert "A very long topic of a workshop " * 3 in shown
    for bar, value in zip(axes.patches, axes.texts[:2], strict=True):
        assert bar.get_y() < value.get_position()[1] < bar.get_y() + bar.get_height()
    tops = sorted(bar.get_y() for bar in axes.patches)
    above = [text.get_position()[1] for text in axes.texts if "topic" in text.get_text()]
    assert above[0] < tops[0] < above[1] < tops[1]
    assert drawn.axes[0].get_yticklabels()[0].get_text() == "1 A topic, Nov 2030"


def test_a_drawing_says_how_wide_it_must_be_for_its_text_to_be_legible():
    small = '<svg width="360pt" height="9pt"><text style="font: 9px \'A\'">a</text></svg>'
    assert figures.least_width(small.encode()) == 480
    assert figures.least_width(figures.svg(phone.narrowed(labelled_bars()))) <= 278


def test_the_words_of_two_lines_that_are_near_stand_one_above_the_other():
    heights = [
        text.xyann[1] for text in labelled_bars().axes[0].texts if text.get_gid() == phone.REFERENCE
    ]
    assert heights[1] - heights[0] >= 12


@pytest.mark.parametrize("rows", [1, 9, 60])
def test_rows_with_long_labels_have_the_room_for_them_and_many_rows_have_a_line_each(rows):
    figure, axes = figures.canvas(0.4 * rows + 0.9)
    axes.barh([f"{row} {'A very long topic ' * 9}{'x' * 50}" for row in range(rows)], 0.5)
    phone.fit_rows(figure)
    labels = [label.get_text() for label in axes.get_yticklabels()]
    lines = max(label.count("\n") for label in labels) + 1
    assert max(len(line) for label in labels for line in label.split("\n")) <= 34
    assert lines == {1: 7, 9: 4, 60: 1}[rows]
    height = figure.get_size_inches()[1]
    assert phone.LINE * lines * rows <= height <= 0.4 * max(rows, lines * rows / 2) + 2
    assert [label.split(" ")[0] for label in labels] == [str(row) for row in range(rows)]


def test_a_figure_that_is_saved_is_drawn_once(monkeypatch):
    figure, axes = bars(["a"])
    draws = []
    monkeypatch.setattr(axes, "draw", draws.append)
    figures.svg(figure)
    assert len(draws) == 1
