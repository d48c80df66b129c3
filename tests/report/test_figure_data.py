"""The numbers behind the figures of the tests: those that were drawn, each in its row, and all of them in the download."""

import base64
import io
import re

import pandas as pd
import pytest

from followup.report import figure_data
from followup.statistics.power import power_curve
from followup.statistics.stratified import exact_common_odds_ratio

NAMES = ["One and two", "Three and four"]


def cells(shown):
    """The texts of the table's rows, the row's name first."""
    rows = re.findall(r"<tr>(.*?)</tr>", shown.data.partition("<tbody")[2], re.DOTALL)
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in rows]


def taken(shown):
    """The download."""
    link = re.search(r'href="data:text/csv;base64,([^"]+)"', shown.data)
    return pd.read_csv(io.BytesIO(base64.b64decode(link[1])))


def test_both_shares_have_their_bases_and_wilson_intervals():
    pairs = pd.DataFrame(
        {"with_yes": [17, 0], "with_base": [25, 0], "without_yes": [11, 2], "without_base": [33, 2]}
    )
    shown = figure_data.conditionals(pairs, NAMES, ("with it", "without it"))
    assert cells(shown)[0] == ["One and two", "17", "25", "48%", "83%", "11", "33", "20%", "50%"]
    assert cells(shown)[1][:5] == ["Three and four", "0", "0", "–", "–"]


def test_every_odds_ratio_of_the_forest_is_in_its_column():
    columns = [column for group in figure_data.ESTIMATES.values() for column in group]
    tested = pd.DataFrame(
        [range(1, 10), [0.5, float("nan"), float("inf"), *range(4, 10)]],
        columns=columns,
        dtype=float,
    )
    shown = figure_data.estimates(tested, NAMES, "courses")
    assert cells(shown)[0] == ["One and two", *(f"{value}.0" for value in range(1, 10))]
    assert cells(shown)[1][:4] == ["Three and four", "0.50", "–", "infinite"]
    assert "Within courses" in shown.data


def test_the_p_without_each_administration_stands_under_its_name():
    rest = [
        pd.DataFrame({"p_value": [0.04, 0.5]}, index=["WS", "FJ"]),
        pd.DataFrame({"p_value": [0.2]}, index=["unnamed (workshop 5)"]),
    ]
    shown = cells(figure_data.left_out(rest, NAMES, "course"))
    assert shown == [
        ["Fiji", "0.50", "–"],
        ["Samoa", "0.040", "–"],
        ["unnamed (course 5)", "–", "0.20"],
    ]


def test_the_scenarios_are_summed_up_and_each_can_be_taken():
    runs = [
        pd.DataFrame({"odds_ratio": [2.0, 4.0], "p_value": [0.04, 0.2]}, index=[3, 9])
        for _ in NAMES
    ]
    shown = figure_data.scenarios(runs, NAMES)
    assert cells(shown)[0] == ["One and two", "2", "2.0", "4.0", "0.040", "0.20", "1"]
    assert taken(shown)["Three and four: odds ratio"].tolist() == [2.0, 4.0]
    assert taken(shown)["scenario"].tolist() == [1, 2]


def test_the_curves_of_the_power_are_there_point_by_point():
    curve = power_curve(exact_common_odds_ratio([[10, 10], [10, 10]]))
    shown = figure_data.power([curve, curve], NAMES)
    assert taken(shown)["power"].tolist() == pytest.approx([*curve["power"], *curve["power"]])
    rows = [row for row in cells(shown) if len(row) > 1]
    assert len(rows) == 2 * 13
    assert rows[6] == ["1", "+0", "3%"]
