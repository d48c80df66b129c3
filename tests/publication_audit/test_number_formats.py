"""Numbers are read, and written again, in the form in which they are printed."""

import pytest

from publication_audit.number_formats import (
    digits_of,
    in_months,
    month_of,
    percentage,
    with_count,
    with_value,
)
from publication_audit.printed import Count, Example, title_and_month


@pytest.mark.parametrize(
    ("share", "decimals", "digits"),
    [(0.125, 0, "13"), (0.005, 0, "1"), (58 / 153, 1, "37.9"), (1, 0, "100"), (29 / 200, 0, "15")],
)
def test_a_percentage_is_rounded_half_up(share, decimals, digits):
    assert percentage(share, decimals) == digits


@pytest.mark.parametrize(
    ("printed", "count", "share", "text"),
    [
        ("36", 38, 38 / 58, "38"),
        ("29 (50%)", 28, 28 / 58, "28 (48%)"),
        ("57(98%)", 57, 57 / 58, "57(98%)"),
        ("29 (50.0%)", 28, 28 / 58, "28 (48.3%)"),
        ("1,204", 1310, None, "1,310"),
        ("0 (0%)", 0, None, "0 (–%)"),
        ("-", 0, None, "-"),
        ("-", 2, None, "2"),
    ],
)
def test_another_count_takes_the_form_of_the_printed_one(printed, count, share, text):
    assert with_count(printed, count, share) == text


@pytest.mark.parametrize(
    ("printed", "value", "unit", "text"),
    [
        ("around 92%", 0.9, "share", "around 90%"),
        ("92%, after 70%", 0.9, "share", "90%, after 70%"),
        ("FY 2020/21", 2022, "year", "FY 2021/22"),
        ("FY 2020/2021", 2022, "year", "FY 2021/2022"),
        ("2020", 2021, "year", "2021"),
        ("seventh", 8, "ordinal", "eighth"),
        ("Six months", 5, "months", "Five months"),
        ("No.25", 26, "ordinal", "No.26"),
        ("May 2022", "2022-06", "month", "June 2022"),
        ("Nov. 2020", "2020-12", "month", "Dec. 2020"),
        ("others", 6, "count", "6"),
    ],
)
def test_another_value_takes_the_form_of_the_printed_one(printed, value, unit, text):
    assert with_value(printed, value, unit) == text


@pytest.mark.parametrize(
    ("text", "month"),
    [("Nov. 2020", "2020-11"), ("(May 2021))", "2021-05"), ("Ma 2021", ""), ("2021", "")],
)
def test_a_month_is_read_in_full_or_short(text, month):
    assert month_of(text) == month


@pytest.mark.parametrize(
    ("month", "words"),
    [
        ("2020-11", "November 2020"),
        ("2021-01", "January 2021"),
        ("2021-12", "December 2021"),
        ("", ""),
    ],
)
def test_a_month_is_written_in_full(month, words):
    assert in_months(month) == words


@pytest.mark.parametrize(
    ("text", "digits"),
    [("1,204 of 1,310", "1204"), ("around 37.9% of 153", "37.9"), ("none", None)],
)
def test_the_digits_of_a_text_are_those_of_its_first_number(text, digits):
    assert digits_of(text) == digits


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Fiji - Workshop on PCA (Nov. 2020)", ("Fiji", "Workshop on PCA", "Nov. 2020")),
        (
            "Hong Kong, China - - Workshop on Free-Zones",
            ("Hong Kong, China", "Workshop on Free-Zones", ""),
        ),
        (
            "Malaysia - Workshop on PCA (ASEAN)) (Nov. 2020)",
            ("Malaysia", "Workshop on PCA (ASEAN))", "Nov. 2020"),
        ),
        ("", ("", "", "")),
    ],
)
def test_an_attribution_is_read_in_its_parts(text, parts):
    assert Example("examples", "g", "2.4", text, "1", "FJ", "", "").parts == parts


@pytest.mark.parametrize(
    ("text", "count", "percent"),
    [
        ("36", 36, None),
        ("29 (50%)", 29, "50"),
        ("1,204 (37.9%)", 1204, "37.9"),
        ("-", 0, None),
        ("many", None, None),
    ],
)
def test_a_cell_is_read_as_a_count_and_its_percentage(text, count, percent):
    cell = Count("table_2", "total", "shared", text)
    assert (cell.count, cell.percent) == (count, percent)


def test_a_bracket_that_is_no_month_belongs_to_the_title():
    assert title_and_month("Workshop on PCA (Edition 2021)") == (
        "Workshop on PCA (Edition 2021)",
        "",
    )
    assert title_and_month("Workshop on PCA (Pacific)") == ("Workshop on PCA (Pacific)", "")
