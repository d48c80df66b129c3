"""Rounds side by side: a change has an interval where both bases are known, and only a share that means the same is compared."""

import html
import math
import re

import pandas as pd
import pytest

from followup.declaration import AskedQuestion
from followup.facts import Fact, frame
from followup.previous_round import comparable, previous_shares
from followup.report import comparison


def facts(*rows: tuple) -> pd.DataFrame:
    return frame(
        [
            Fact(name, numerator / base if base else numerator, numerator, base, "share")
            for name, numerator, base in rows
        ]
    )


def test_a_change_is_this_round_less_the_one_before_with_newcombes_interval():
    known = facts(("reply_rate", 56, 70), ("last.reply_rate", 48, 80))
    (row,) = comparison.changes(known, {"reply_rate": "Reply rate"}).to_dict("records")
    assert row["change"] == pytest.approx(0.2)
    assert (round(row["low"], 4), round(row["high"], 4)) == (
        0.0524,
        0.3339,
    )  # Newcombe 1998b, Table II, contrast (a)


def test_a_printed_figure_without_its_base_is_shown_and_not_compared():
    known = facts(("reply_rate", 56, 70), ("last.reply_rate", 0.7, None))
    (row,) = comparison.changes(known, {"reply_rate": "Reply rate"}).to_dict("records")
    assert (row["before"], math.isnan(row["change"]), math.isnan(row["low"])) == (0.7, True, True)
    assert comparison.PRINTED in html.unescape(
        comparison.changes_table(known, {"reply_rate": "Reply rate"}, "name").data
    )


def test_a_share_of_nobody_has_no_change():
    known = facts(("reply_rate", 56, 70), ("last.reply_rate", 0, 0))
    assert comparison.changes(known, {"reply_rate": "Reply rate"})["change"].isna().all()


def test_figures_of_which_no_base_is_known_have_no_columns_for_a_change():
    known = facts(("reply_rate", 56, 70), ("last.reply_rate", 0.7, None))
    shown = comparison.changes_table(known, {"reply_rate": "Reply rate"}, "name").data
    assert re.findall(r"<td[^>]*>(.*?)</td>", shown.partition("<tfoot")[0]) == [
        "70%",
        "80% (56 of 70)",
    ]
    assert comparison.LABELS["change"] not in shown


def test_without_a_round_before_there_is_not_even_a_heading():
    assert (
        comparison.changes_table(facts(("reply_rate", 1, 2)), {"reply_rate": "Reply rate"}, "name")
        is None
    )


def test_the_first_round_has_none_before(survey_round):
    assert previous_shares(survey_round).empty


def test_only_shares_of_the_same_base_are_comparable(survey_round):
    asked = AskedQuestion(options=["shared_materials"], base="ticked", heading="x")
    other = survey_round.model_copy(update={"questions": (asked,)})
    assert "action.shared_materials.share" in comparable(survey_round, survey_round)
    assert "action.shared_materials.share" not in comparable(other, survey_round)
    assert "action.submitted_report.share" in comparable(other, survey_round)
