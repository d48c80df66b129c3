"""The one table maker: text is text in every part, every cell has its headings, and nothing is lost
in silence."""

import base64
import io
import re

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from markupsafe import Markup

from followup.files import harmless
from followup.show import marked_codes, table, tables

HOSTILE = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ marker }}", "a & b"]


def soup(shown):
    return BeautifulSoup(shown.data, "html.parser")


def texts(shown, selector):
    return [tag.get_text() for tag in soup(shown).select(selector)]


def downloaded(shown):
    content = re.search(r"base64,([^\"]*)", shown.data)[1]
    return pd.read_csv(io.BytesIO(base64.b64decode(content)))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_text_in_every_part(text):
    frame = pd.DataFrame({text: [text], "group": [text]}, index=pd.Index([text], name=text))
    shown = table(
        frame, text, "t", {text: text}, {text: text}, notes=[text], stub=text,
        spanners={text: [text]}, groups="group", filter_by=text, kind="k",
    )  # fmt: skip
    page = soup(shown)
    assert not page.select("script, img")
    parts = (
        "caption, thead th.spanner, thead tr:last-child th, tr.group th, tbody td, .table-notes p"
    )
    assert {tag.get_text() for tag in page.select(parts)} == {text}
    assert page.table["data-filter"] == text


def test_a_workbook_gets_the_rows_that_are_shown_unrounded_under_headings_in_words():
    frame = pd.DataFrame(
        {
            "part": ["a", "a"],
            "yes": [1, 2],
            "reply_rate": [1 / 3, None],
            "who": pd.Series([Markup("<u>FJ</u>"), ""], ["1", "total"], dtype=object),
        },
        index=["1", "total"],
    ).rename_axis("workshop")
    shown = table(
        frame,
        "C",
        "t",
        labels={"yes": "Yes"},
        rows={"1": "1 Audit"},
        formats={"reply_rate": "share"},
        spanners={"Replies": ["yes"]},
        groups="part",
        download=frame.head(1),
    )
    assert shown.record["keys"] == ["1", "total"]
    assert [one["label"] for one in shown.record["columns"]] == [
        "Workshop", "Part", "Replies: Yes", "Reply rate", "Who",
    ]  # fmt: skip
    assert shown.record["cells"] == [
        ["1 Audit", "a", 1, 1 / 3, {"html": "<u>FJ</u>"}],
        ["total", "a", 2, None, None],
    ]


def test_the_style_sheet_of_what_is_markup_is_no_text():
    shown = tables.Shown(Markup("<p>{}</p>").format("<b>"))._repr_html_()
    assert shown.startswith("<style>")
    assert shown.endswith("<p>&lt;b&gt;</p>")


def test_markup_of_ours_stays():
    shown = table(pd.DataFrame({"a": [Markup("<b>x</b>")]}, dtype=object), "c", "t")
    assert soup(shown).select_one("td b").get_text() == "x"


def test_every_cell_has_a_heading_of_its_column_and_of_its_row():
    page = soup(table(pd.DataFrame({"n": [1, 2]}, index=["a", "total"]), "Replies", "table_1"))
    assert page.caption.get_text() == "Table 1. Replies"
    assert [th["scope"] for th in page.select("th")] == ["col", "col", "row", "row"]
    assert page.select_one("tr.strong th").get_text() == "total"
    assert page.a["download"] == "table_1.csv"


def test_what_is_missing_is_a_dash_and_yes_and_no_are_words():
    frame = pd.DataFrame({"a": [None, True], "n": pd.array([pd.NA, 0], "Int64"), "t": ["", "x"]})
    assert texts(table(frame, "c", "t", formats={"n": "count"}), "td") == [
        *("–", "–", "–"),
        *("yes", "0", "x"),
    ]


def test_numbers_without_a_format_are_readable_and_stand_to_the_right():
    shown = table(pd.DataFrame({"x": [0.1 + 0.2, 1234567.0]}), "c", "t")
    assert texts(shown, "td.number") == ["0.3", "1,234,567"]


def test_columns_and_rows_that_are_true_or_false_are_said():
    frame = pd.crosstab(
        pd.Series([True, False, True], name="acted"), pd.Series([True, True, False])
    )
    assert texts(table(frame, "c", "t"), "th") == ["Acted", "No", "Yes", "No", "Yes"]
    named = table(frame, "c", "t", labels={True: "New project"}, rows={False: "No action"})
    assert texts(named, "th") == ["Acted", "No", "New project", "No action", "Yes"]


def test_the_first_of_two_row_keys_heads_its_rows():
    index = pd.MultiIndex.from_tuples(
        [("N", "a"), ("N", "b"), ("S", "a")], names=["region", "event"]
    )
    shown = table(pd.DataFrame({"n": [1, 2, 3]}, index=index), "c", "t")
    assert texts(shown, "tr.group th") == ["N", "S"]
    assert texts(shown, "th[scope=row]") == ["a", "b", "a"]
    assert list(downloaded(shown)) == ["region", "event", "n"]


def test_the_upper_of_two_levels_of_columns_stands_above():
    columns = pd.MultiIndex.from_product([[True, False], ["n", "share"]])
    shown = table(
        pd.DataFrame([[1, 0.5, 2, 0.25]], columns=columns), "c", "t", formats={"share": "share"}
    )
    assert texts(shown, "th.spanner") == ["Yes", "No"]
    assert texts(shown, "td.number") == ["1", "50%", "2", "25%"]


def test_more_row_keys_than_two_are_refused_with_what_to_do():
    index = pd.MultiIndex.from_tuples([(1, 2, 3)])
    with pytest.raises(ValueError, match=r"reset_index\(\)"):
        table(pd.DataFrame({"n": [1]}, index=index), "c", "t")


def test_a_spanner_stands_over_its_columns_and_nothing_over_the_others():
    frame = pd.DataFrame([[1, 2, 3]], columns=["a", "b", "c"])
    page = soup(table(frame, "c", "t", spanners={"Both": ["b", "c"]}))
    assert [(tag.name, tag.get("colspan")) for tag in page.select_one("tr").find_all(True)] == [
        ("td", "2"),
        ("th", "2"),
    ]


@pytest.mark.parametrize(
    ("frame", "options", "message"),
    [
        (
            pd.DataFrame([[1, 2, 3]], columns=[*"abc"]),
            {"spanners": {"S": ["a", "c"]}},
            "neighbours",
        ),
        (pd.DataFrame([[1]], columns=["a"]), {"spanners": {"S": ["z"]}}, "lacks: z"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), {}, "columns with one name: a"),
        (pd.DataFrame([[1]], columns=["a"]), {"formats": {"a": "shares"}}, "no kind .*: shares"),
    ],
)
def test_what_cannot_be_shown_is_refused(frame, options, message):
    with pytest.raises(ValueError, match=message):
        table(frame, "c", "t", **options)


def test_equal_labels_of_rows_and_columns_are_all_shown():
    frame = pd.DataFrame({"a": [1, 2], "b": [3, 4]}, index=["x", "x"])
    shown = table(frame, "c", "t", labels={"a": "same", "b": "same"})
    assert texts(shown, "th") == ["", "same", "same", "x", "x"]
    assert texts(shown, "td") == ["1", "3", "2", "4"]


def test_rows_without_a_group_are_not_lost():
    frame = pd.DataFrame({"g": ["a", pd.NA, "a"], "n": [1, 2, 3]})
    shown = table(frame, "c", "t", groups="g")
    assert texts(shown, "tr.group th") == ["a", "not known"]
    assert texts(shown, "td") == ["1", "3", "2"]


def test_an_empty_table_says_so():
    assert texts(table(pd.DataFrame({"n": []}), "c", "t"), "td") == ["There is nothing to show."]
    assert table(pd.DataFrame({"n": []}), "c", "t", when=False) is None


def test_a_long_table_shows_its_first_rows_and_its_last_and_where_all_are():
    frame = pd.DataFrame({"n": range(1000)})
    shown = table(frame, "c", "t")
    cells = texts(shown, "tbody td")
    assert cells[:30] == [str(n) for n in range(30)]
    assert cells[30] == "… 960 more rows: all 1,000 are in the file below and in the workbook."
    assert cells[31:] == [str(n) for n in range(990, 1000)]
    assert len(downloaded(shown)) == 1000
    assert len(texts(table(frame, "c", "t", most=None), "tbody td")) == 1000
    assert len(texts(table(frame[:40], "c", "t"), "tbody td")) == 40


def test_a_filter_finds_the_rows_too_that_a_long_table_does_not_show_unless_they_are_too_many():
    frame = pd.DataFrame({"n": range(1000)})
    shown = soup(table(frame, "c", "t", filter_by="number"))
    rows = shown.select("tbody tr:not(.left-out)")
    assert [int(row.td.get_text()) for row in rows] == list(range(1000))
    hidden = [int(row.td.get_text()) for row in rows if row.has_attr("hidden")]
    assert hidden == list(range(30, 990))
    assert [row.get("class") for row in rows[29:31]] == [None, ["more"]]
    longer = soup(table(pd.DataFrame({"n": range(1001)}), "c", "t", filter_by="number"))
    assert "data-filter" not in longer.table.attrs
    assert len(longer.select("tbody tr")) == 41


def test_a_long_table_shows_its_notable_rows_between_the_first_and_the_last():
    frame = pd.DataFrame({"rate": [0.5] * 100, "sent": [7] * 100, "words": ["a"] * 100})
    frame.loc[[50, 60], "rate"] = 0.9, 0.1
    frame.loc[[3, 70], "sent"] = 9, 1
    frame.loc[99] = 1.0, 700, "total"
    shown = soup(table(frame, "c", "t", formats={"rate": "share"}, strong=[99], in_workbook=False))
    rows = [row.get_text(" ", strip=True) for row in shown.select("tbody tr")]
    assert rows[29:34] == [
        "29 50% 7 a",
        "… 58 more rows: all 100 are in the file below."
        " Among them, the highest of each column and the lowest share:",
        "50 90% 7 a",
        "60 10% 7 a",
        "The last 10 rows:",
    ]
    assert len(rows) == 30 + 2 + 10 + 2


def test_a_table_that_no_workbook_has_says_so_of_none():
    frame = pd.DataFrame({"n": range(50)})
    shown = table(frame, "c", "t", in_workbook=False)
    assert "workbook" not in shown.data
    assert shown.record["left_out"]


def test_a_long_table_in_groups_keeps_its_headings_in_order():
    frame = pd.DataFrame({"n": range(100), "g": [f"g{n // 20}" for n in range(100)]})
    shown = table(frame, "c", "t", groups="g")
    assert texts(shown, "tr.group th") == ["g0", "g1", "g4"]
    assert len(texts(shown, "tbody td")) == 41


def test_prose_asks_for_room_and_short_words_do_not_wrap():
    frame = pd.DataFrame({"a": ["short"], "b": ["x" * 40], "c": ["between the two"]})
    kinds = [tag.get("class") for tag in soup(table(frame, "c", "t")).select("td")]
    assert kinds == [["short"], ["prose"], None]


def test_marks_are_said_to_whoever_does_not_see_them():
    marked = marked_codes("FJ TO XX", {"FJ"}, {"TO"}, {"FJ": "<Fiji>"}, "new project", "no & none")
    page = BeautifulSoup(marked, "html.parser")
    assert page.get_text() == "FJ (new project), TO (no & none), XX"
    assert page.select_one("u abbr")["title"] == "<Fiji>"
    assert [tag.get_text() for tag in page.select(".visually-hidden")] == [
        " (new project)",
        " (no & none)",
    ]
    assert marked_codes("") == "–"


def test_dollars_are_no_mathematics_and_the_style_has_no_ink_of_its_own():
    shown = table(pd.DataFrame({"n": ["$1 and $2"]}), "c", "t")
    assert "mathjax_ignore" in soup(shown).table["class"]
    assert not re.search(r"(?<!-)color:(?!inherit)|background:(?!color-mix)", tables.STYLE)
    assert "[data-jp-theme-light=false] figure img{filter:" in tables.STYLE
    assert shown._repr_html_() == tables.STYLE + shown.data


@pytest.mark.parametrize("label", ["self", "中文标签", "total", ""])
def test_a_column_of_any_name_can_be_saved(label):
    assert harmless(pd.DataFrame({label: ["=1", "b"]})).iloc[:, 0].tolist() == ["'=1", "b"]


def test_formulas_cannot_leave_in_the_file():
    shown = table(pd.DataFrame({"n": ["=1+1"]}), "c", "t")
    assert not downloaded(shown)["n"][0].startswith("=")


def test_the_frame_is_left_as_it_was():
    frame = pd.DataFrame({"n": [1]}, index=pd.MultiIndex.from_tuples([("a", "b")]))
    before = frame.copy(deep=True)
    table(frame, "c", "t")
    pd.testing.assert_frame_equal(frame, before)


def test_a_cell_is_shaded_only_where_it_is_told_how():
    frame = pd.DataFrame({"a": [1, 2], "b": [3, 4]}, index=["x", "total"])
    shaded = pd.DataFrame({"a": [0.5, None]}, index=["x", "total"])
    shown = table(frame, "Counts", "counts", shaded=shaded).data
    assert shown.count("--shade") == 1
    assert '<td class="number" style="--shade: 0.50">1</td>' in shown


def test_a_cross_table_of_answers_says_what_yes_and_no_are_of():
    answers = pd.DataFrame(
        {
            "sub_region": ["Pacific", "Pacific", "ASEAN"],
            "wrote": [True, False, True],
            "new_project": [True, False, False],
        }
    )
    rows = [answers["sub_region"], answers["wrote"]]
    cross = pd.crosstab(rows, answers["new_project"], margins=True)
    shown = BeautifulSoup(table(cross, "Crossed", "crossed").data, "html.parser")
    (spanner,) = shown.select("th.spanner")
    assert (spanner.get_text(), spanner["colspan"]) == ("New project", "2")
    assert [head.get_text() for head in shown.select("tr.group th")] == ["ASEAN", "Pacific"]
    names = [head.get_text() for head in shown.select("tbody tr:not(.group) th")]
    assert names == ["Yes", "No", "Yes", "All"]
    named = table(cross, "Crossed", "crossed", labels={True: "A project", False: "None"})
    assert "spanner" not in BeautifulSoup(named.data, "html.parser").thead.decode()
