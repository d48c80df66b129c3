"""Sentences and tables: figures come from facts, and whatever text comes in is shown as text."""

import re

import pandas as pd
import pytest
from IPython.display import HTML

from followup import facts
from followup.show import display

FACTS = facts.frame(
    [facts.count("replies", 58), facts.share("reply_rate", 58, 153), facts.share("none", 0, 0)]
)


def test_a_share_is_said_with_its_base():
    assert display.sentence("{reply_rate} replied", FACTS) == "38% (58 of 153) replied"


def test_a_share_can_be_said_without_its_base_and_a_count_alone():
    assert (
        display.sentence("**{replies}**: {reply_rate:share}", FACTS) == "<strong>58</strong>: 38%"
    )


def test_a_fact_that_is_not_known_says_so():
    assert display.sentence("{none}", FACTS) == "not known"


def test_a_name_that_is_no_fact_is_refused():
    with pytest.raises(KeyError, match="reply_rat"):
        display.sentence("{reply_rat}", FACTS)


def test_words_are_shown_as_text():
    assert display.sentence("{word}", FACTS, word="<script>") == "&lt;script&gt;"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.625, "63%"),
        (0.5, "50%"),
        (0.985, "99%"),
        (0.345, "35%"),
        (0.0, "0%"),
        (1.0, "100%"),
        (None, "–"),
    ],
)
def test_percentages_are_rounded_half_up(value, text):
    assert display.percent(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0004, "less than 0.001"), (0.0314, "0.031"), (0.8571, "0.86"), (None, "–")],
)
def test_p_values_are_never_said_to_be_nought(value, text):
    assert display.p_value(value) == text


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "**bold** [link](javascript:x)",
    "{{ marker }}",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_text_in_every_part_of_a_table(text):
    frame = pd.DataFrame({"answer": [text]}, index=["row"])
    shown = display.table(
        frame, "t", text, labels={"answer": text}, rows={"row": text}, notes=[text], stub=text
    ).data
    assert "<script" not in shown
    assert "<img" not in shown
    assert 'href="javascript' not in shown


def test_a_table_has_a_caption_and_scopes():
    frame = pd.DataFrame({"n": [1]}, index=["total"])
    shown = display.table(frame, "table_1", "Table 1. Replies", formats={"n": "count"}).data
    assert "<caption>Table 1. Replies</caption>" in shown
    assert 'scope="row"' in shown
    assert 'scope="col"' in shown
    assert 'download="table_1.csv"' in shown


def test_a_missing_figure_is_a_dash():
    frame = pd.DataFrame({"n": pd.array([pd.NA], dtype="Int64")}, index=["x"])
    assert ">–</td>" in display.table(frame, "t", "T", formats={"n": "count"}).data


def test_rows_stand_under_the_heading_of_their_group():
    frame = pd.DataFrame(
        {"file": ["x.csv", "y.csv", "y.csv"], "type": ["text", "count", "share"]},
        index=["a", "b", "c"],
    )
    shown = display.table(frame, "t", "T", groups="file").data
    assert re.findall(r'class="gt_group_heading" [^>]*>(.*?)</th>|gt_stub">(\w)</th>', shown) == [
        ("x.csv", ""),
        ("", "a"),
        ("y.csv", ""),
        ("", "b"),
        ("", "c"),
    ]


def test_a_table_says_what_its_rows_can_be_filtered_by():
    frame = pd.DataFrame({"n": [1]}, index=["a"])
    assert (
        'data-filter="code &quot;or&quot; name"'
        in display.table(frame, "t", "T", filter_by='code "or" name').data
    )
    assert "data-filter" not in display.table(frame, "t", "T").data


def test_short_words_do_not_wrap_and_prose_asks_for_room():
    frame = pd.DataFrame(
        {
            "verdict": ["not shown"],
            "why": ["a reason that takes more than a line"],
            "text": ["x" * 40],
        },
        index=["a"],
    )
    shown = display.table(frame, "t", "T", labels={"text": "Text"}).data
    assert re.findall(r'style="white-space: nowrap[^>]*>(.*?)</td>', shown) == ["not shown"]
    assert re.findall(r'style="--room: 1[^>]*>(.*?)</th>', shown) == ["Text"]


def test_what_is_folded_is_printed_unless_something_stands_in_its_place():
    content = HTML("<p>all of it</p>")
    assert (
        display.folded("<More>", content).data
        == "<details><summary>&lt;More&gt;</summary><p>all of it</p></details>"
    )
    assert "on-paper" not in display.folded("More", content, "").data
    instead = display.folded("More", content, "see <file>").data
    assert instead.startswith('<details class="screen">')
    assert instead.endswith('</details><p class="on-paper">see &lt;file&gt;</p>')
