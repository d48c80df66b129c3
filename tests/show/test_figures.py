"""Figures: the same bytes each time, never without alternative text, and drawn from thin data too."""

import base64
import io
import re

import pandas as pd
import pytest

from followup import tables
from followup.facts import survey_facts
from followup.report import sections
from followup.show import figures
from followup.statistics.nonresponse import with_intervals


def test_the_same_data_draw_the_same_bytes(survey_round, replies, workshops, kept):
    responses = with_intervals(tables.responses(replies, workshops))
    for name in ("first", "second"):
        figures.show(
            figures.reply_rates(responses, {"a": "A", "b": "B"}, 0.7),
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


def test_a_figure_of_a_tables_numbers_leads_to_the_table(survey_round, kept):
    shown = figures.show(
        figures.canvas(1), survey_round, "empty", "caption", "alt", figures.same_as("table_3")
    ).data
    assert re.search(
        r'</figure><p[^>]*>The figures behind the picture: <a href="#table-3">Table 3</a></p>$',
        shown,
    )


def test_a_tall_figure_keeps_its_width_on_paper(survey_round, kept):
    shown = [
        figures.show(figures.canvas(height), survey_round, "empty", "caption", "alt").data
        for height in (5, 9)
    ]
    assert ['<figure class="tall">' in one for one in shown] == [False, True]


def test_only_a_rate_without_its_base_has_a_sign_after_it(survey_round, cleaned, kept):
    workshops = survey_round.read_workshops()
    facts = survey_facts(survey_round, cleaned[0], cleaned[1], workshops)
    based = facts.assign(
        denominator=facts["denominator"].mask(facts["fact"] == "last.reply_rate", 80)
    )
    responses, names = (
        tables.responses(cleaned[0], workshops),
        sections.row_names(survey_round, workshops),
    )
    for known, sign in ((facts, True), (based, False)):
        shown = sections.responses_figure(survey_round, responses, known, names).data
        assert (b"70%*" in kept["response"], "printed without its base" in shown) == (sign, sign)


def test_what_the_response_figure_draws_is_what_its_table_says(
    survey_round, cleaned, kept, monkeypatch
):
    drawn, workshops = {}, survey_round.read_workshops()
    monkeypatch.setattr(
        figures, "reply_rates", lambda rates, *_: drawn.update(rates=rates) or figures.canvas(1)
    )
    facts = survey_facts(survey_round, cleaned[0], cleaned[1], workshops)
    responses, names = (
        tables.responses(cleaned[0], workshops),
        sections.row_names(survey_round, workshops),
    )
    shown = sections.responses_figure(survey_round, responses, facts, names).data
    link = re.search(r'download="figure_response.csv" href="data:text/csv;base64,([^"]+)"', shown)
    told = pd.read_csv(io.BytesIO(base64.b64decode(link[1])), dtype={"workshop": str}).set_index(
        "workshop"
    )
    pd.testing.assert_frame_equal(
        told.astype(float), drawn["rates"].astype(float), check_index_type=False
    )


def test_white_and_dark_figures_on_the_heat_map_follow_the_shade(replies, counts, workshops):
    actions = tables.actions_by_workshop(replies, counts, workshops, ["shared", "wrote"])
    drawn = figures.action_heatmap(actions, pd.Series({"a": 3, "b": 0}), {}, {"a": "A", "b": "B"})
    colours = {text.get_position(): text.get_color() for text in drawn.axes[0].texts}
    assert colours == {(0.5, 0.5): figures.INK, (1.5, 0.5): figures.INK}
    drawn = figures.action_heatmap(actions, pd.Series({"a": 2, "b": 2}), {}, {"a": "A", "b": "B"})
    assert [text.get_color() for text in drawn.axes[0].texts] == [
        "white",
        figures.INK,
        figures.INK,
        figures.INK,
    ]


def test_a_workshop_without_replies_is_drawn(replies, counts, workshops):
    only_a = replies[replies["workshop"] == "a"]
    figures.yes_and_no(
        tables.outcome_by_workshop(only_a, counts, workshops, "saw"),
        {"a": "A", "b": "B"},
        "Yes",
        "No",
    )
    figures.reply_rates(with_intervals(tables.responses(only_a, workshops)), {"a": "A", "b": "B"})


def test_a_pair_that_nobody_or_everybody_acted_on_is_drawn():
    pairs = pd.DataFrame(
        {"with_yes": [3, 0], "with_base": [3, 0], "without_yes": [0, 2], "without_base": [2, 2]}
    )
    drawn = figures.both_conditionals(pairs, ["one", "two"], ("acted", "did not"))
    assert len(drawn.axes) == 1
