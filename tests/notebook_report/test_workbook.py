"""The workbook as a spreadsheet reads it back: named and titled sheets, typed cells, and no text
that acts."""

import io
import zipfile
from dataclasses import replace

import nbformat
import openpyxl
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from notebook_report import publish, workbook
from notebook_report.project import Report, Step, Workbook

HOSTILE = [
    "=cmd|' /C calc'!A0",
    "@SUM(A1)",
    "+1+2",
    "[click](http://example.org)",
    "$$note1$$ and $$x$$",
    "???",
    "<script>alert(1)</script>",
    "x" * 40_000,
]
RATES = pd.DataFrame(
    {"invited": [6, 22], "replies": [5, 6], "rate": [5 / 6, 6 / 22]},
    index=pd.Index(["1", "2"], name="workshop"),
)


WORDS = Workbook(
    "The survey",
    "Survey 2021",
    "The office",
    year=2021,
    titles={"facts": "Every number that the report says"},
    headings={"workshop": "Workshop", "shared_materials": "Share training materials"},
    formats={"reply_rate": "share"},
)


def table(frame, name, title, formats=(), names=(), **more):
    """A table as a cell records it."""
    keys = [str(key) for key in frame.index]
    kinds = [*formats] or [""] * frame.shape[1]
    columns = [{"label": "Workshop", "format": ""}]
    columns += [
        {"label": str(key).capitalize(), "format": kind}
        for key, kind in zip(frame, kinds, strict=True)
    ]
    rows = zip(names or keys, frame.astype(object).to_numpy().tolist(), strict=True)
    cells = [[name, *values] for name, values in rows]
    record = {"name": name, "title": title, "notes": [], "keys": keys, "cells": cells}
    return {**record, "columns": columns, "csv": frame.reset_index().to_csv(index=False), **more}


def notebook(path, *records):
    """An executed notebook that shows some tables, a cell each."""
    cells = [
        new_code_cell(
            "show()",
            outputs=[new_output("display_data", {"text/html": "", publish.TABLE: record})],
        )
        for record in records
    ]
    nbformat.write(new_notebook(cells=cells, metadata={"title": "2.1 Replies"}), path)
    return path


@pytest.fixture
def rates(tmp_path):
    """A notebook with one table of counts and shares, with a note."""
    notes = ["Base: the administrations invited."]
    formats = ["count", "count", "share"]
    record = table(
        RATES.rename(columns={"rate": "reply rate"}), "table_1", "Table 1. Replies", formats,
        notes=notes,
    )  # fmt: skip
    return notebook(tmp_path / "21_response.ipynb", record)


def read(content):
    """The workbook as openpyxl reads it."""
    return openpyxl.load_workbook(io.BytesIO(content))


def body(sheet):
    """The values of a sheet's table, heading first."""
    (table,) = sheet.tables.values()
    return [[cell.value for cell in row] for row in sheet[table.ref]]


def test_a_table_of_the_page_is_a_titled_sheet_marked_up_as_a_table(rates):
    book = read(workbook.workbook(WORDS, [rates], {}))
    assert book.sheetnames == ["Cover", "Contents", "Notes", "Table_1"]
    assert book["Table_1"]["A1"].value == "Table 1. Replies [note 1]"
    assert list(book["Table_1"].tables) == ["data_table_1"]
    assert body(book["Notes"])[1:] == [[1, "Base: the administrations invited."]]
    assert body(book["Contents"])[1][0] == "Table_1"


def test_numbers_are_numbers_unrounded_and_shares_are_shown_in_per_cent(rates):
    sheet = read(workbook.workbook(WORDS, [rates], {}))["Table_1"]
    heading, first, second = body(sheet)
    assert heading == ["Workshop", "Invited", "Replies", "Reply rate"]
    assert first == ["1", 6, 5, pytest.approx(5 / 6)]
    assert second[3] == pytest.approx(6 / 22)
    assert [sheet.cell(sheet.max_row, column).number_format for column in (2, 4)] == ["#,##0", "0%"]


def test_titles_stand_beside_the_numbers_of_rows(tmp_path):
    frame = pd.concat([RATES, RATES.tail(1).set_axis(["total"])])
    record = table(frame, "t", "T", names=["1 Audit, May", "2 Borders, May", "Total"])
    sheet = read(workbook.workbook(WORDS, [notebook(tmp_path / "1.ipynb", record)], {}))["T"]
    assert [row[:2] for row in body(sheet)] == [
        ["Workshop", "Title"],
        [1, "Audit, May"],
        [2, "Borders, May"],
        ["Total", "Total"],
    ]


def test_a_year_has_neither_decimals_nor_separators_and_headings_stay_in_sight(tmp_path):
    years = pd.DataFrame({"year": [2020, 2021]}, index=pd.Index(["a", "b"], name="round"))
    record = table(years, "t", "T")
    sheet = read(workbook.workbook(WORDS, [notebook(tmp_path / "1.ipynb", record)], {}))["T"]
    assert sheet.cell(sheet.max_row, 2).number_format == "0"
    (marked,) = sheet.tables.values()
    top = int("".join(filter(str.isdigit, marked.ref.partition(":")[0])))
    assert sheet.freeze_panes == f"B{top + 1}"
    assert sheet.print_title_rows == f"${top}:${top}"


def test_hostile_text_is_text(tmp_path):
    texts = pd.DataFrame(
        {"before": HOSTILE},
        index=pd.Index([f"r{place}" for place in range(len(HOSTILE))], name="row"),
    )
    content = workbook.workbook(
        WORDS,
        [notebook(tmp_path / "10.ipynb", table(texts, "log", "=1+1", notes=["=2+2"]))],
        {},
    )
    book = read(content)
    assert {cell.data_type for sheet in book for row in sheet for cell in row} <= {"s", "n"}
    assert [cell.coordinate for row in book["Log"] for cell in row if cell.hyperlink] == []
    shown = [row[1] for row in body(book["Log"])[1:]]
    assert shown[:2] == ["'=cmd|' /C calc'!A0", "'@SUM(A1)"]
    assert shown[5] == "as written: ???"
    assert len(shown[7]) < 32_767
    assert b"<f>" not in b"".join(
        zipfile.ZipFile(io.BytesIO(content)).read(name) for name in parts(content)
    )


def test_a_result_that_no_page_guarded_is_guarded_here(rates):
    book = read(workbook.workbook(WORDS, [rates], {"log.csv": b"row,before\n2,=cmd\n3,-1\n4,x\n"}))
    assert [row[1] for row in body(book["Log"])[1:]] == ["'=cmd", "-1", "x"]


def parts(content):
    """Names of the worksheets in the zip."""
    return [
        name
        for name in zipfile.ZipFile(io.BytesIO(content)).namelist()
        if name.startswith("xl/worksheets/sheet")
    ]


def test_marks_of_a_cell_are_kept_and_what_only_a_screen_reader_hears_is_not(tmp_path):
    html = '<u>FJ</u>, <strong>TO</strong>, WS<span class="visually-hidden"> With effects</span>'
    marks = ["<u>=A1</u>", "–", "<mark>16 (57%)</mark> → <strong>17</strong><sup>[8]</sup>", html]
    frame = pd.DataFrame({"who": [{"html": one} for one in marks]}, index=list("abcd"))
    content = workbook.workbook(WORDS, [notebook(tmp_path / "1.ipynb", table(frame, "t", "T"))], {})
    sheet = openpyxl.load_workbook(io.BytesIO(content), rich_text=True)["T"]
    formula, nobody, printed, members = [row[1].value for row in sheet.iter_rows(min_row=4)]
    assert str(formula) == "'=A1"
    assert nobody == "none"
    assert str(printed) == "16 (57%) → 17"
    assert str(members) == "FJ, TO, WS"
    runs = [part for part in members if not isinstance(part, str)]
    fonts = {part.text: part.font for part in runs}
    assert fonts["FJ"].u == "single"
    assert fonts["TO"].b
    assert not fonts["TO"].u


def test_a_row_of_shares_below_counts_is_of_numbers_in_per_cent(tmp_path):
    frame = pd.DataFrame({"a": ["48", "83%"], "b": ["1,048", "–"], "c": ["5", "most"]})
    sheet = read(
        workbook.workbook(WORDS, [notebook(tmp_path / "1.ipynb", table(frame, "t", "T"))], {})
    )["T"]
    assert [row[1:] for row in body(sheet)[1:]] == [[48, 1048, "5"], [0.83, "[x]", "most"]]
    last = sheet.max_row
    assert [sheet.cell(row, 2).number_format for row in (last - 1, last)] == ["0", "0%"]


def test_a_value_of_a_table_of_facts_is_in_its_unit(rates):
    facts = b"fact,value,unit\nround.year,2021,number\nrate,0.25,share\nn,58,count\n"
    sheet = read(workbook.workbook(WORDS, [rates], {"facts.csv": facts}))["Facts"]
    formats = [sheet.cell(row, 2).number_format for row in range(4, 7)]
    assert formats == ["0", "0%", "#,##0"]


def names_beside():
    return {"workshop": ("Title", {"1": "Audit"})}


def test_ids_of_a_result_are_in_words_and_names_stand_beside_them(rates):
    words = replace(WORDS, texts={"a": "Submit reports", "b": "Others"}, names=names_beside)
    results = {"tests.csv": b"action,workshop,replies\na,1,5\na|b,2,6\nc,1,7\n"}
    rows = body(read(workbook.workbook(words, [rates], results))["Tests"])
    assert rows == [
        ["Action", "Workshop", "Title", "Replies"],
        ["Submit reports", 1, "Audit", 5],
        ["Submit reports or Others", 2, "[x]", 6],
        ["c", 1, "Audit", 7],
    ]


def test_results_that_no_table_offers_follow_and_are_typed(rates):
    results = {
        "tables/table_1.csv": RATES.reset_index()
        .to_csv(index=False, float_format="%.12g")
        .encode(),
        "replies.csv": b"workshop,administration,shared_materials\n1,NA,True\n1,,\n",
        "facts.csv": b"fact,value\nratio,inf\nrate,0.25\nnone,\n",
        "figures/response.svg": b"<svg/>",
        "audit.csv": b"source,row\n",
    }
    book = read(workbook.workbook(WORDS, [rates], results))
    assert book.sheetnames == ["Cover", "Contents", "Notes", "Table_1", "Replies", "Facts"]
    assert body(book["Replies"])[1:] == [["1", "NA", True], ["1", "[x]", "[x]"]]
    assert body(book["Replies"])[0] == ["Workshop", "Administration", "Share training materials"]
    assert body(book["Facts"])[1:] == [["ratio", "infinite"], ["rate", 0.25], ["none", "[x]"]]


def test_a_table_too_long_for_a_sheet_is_named_on_the_cover(rates, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_CELLS", 10)
    results = {"facts.csv": b"fact,value\n" + b"a,1\n" * 6}
    book = read(workbook.workbook(WORDS, [rates], results))
    assert "Facts" not in book.sheetnames
    assert any(
        "Every number that the report says" in str(cell.value) for cell in book["Cover"]["A"]
    )


def test_sheets_of_like_names_differ(tmp_path):
    tables = [table(RATES * factor, "a" * 40, "Long") for factor in (1, 2, 3)]
    book = read(workbook.workbook(WORDS, [notebook(tmp_path / "1.ipynb", *tables)], {}))
    names = book.sheetnames[2:]
    assert len({name.lower() for name in names}) == 3
    assert max(map(len, names)) <= 31


def test_the_same_inputs_give_the_same_bytes_and_no_date_of_their_making(rates):
    first = workbook.workbook(WORDS, [rates], {})
    assert workbook.workbook(WORDS, [rates], {}) == first
    assert {entry.date_time[0] for entry in zipfile.ZipFile(io.BytesIO(first)).infolist()} == {1980}
    properties = read(first).properties
    assert {properties.created.year, properties.modified.year} == {2021}


def test_a_workbook_is_made_again_only_of_other_tables_and_where_it_is_as_it_was(
    rates, tmp_path, monkeypatch
):
    step = Step("21_response", rates, rates, {})
    report = Report("2021", tmp_path, (step,), tmp_path, tmp_path / "out", (), workbook=WORDS)
    made = []
    make = workbook.workbook
    monkeypatch.setattr(workbook, "workbook", lambda *given: made.append(1) or make(*given))

    def content(results=b"fact,value\na,1\n", exporters="code"):
        files = publish.make_workbook(report, {"facts.csv": results}, exporters)
        report.output.mkdir(exist_ok=True)
        (report.output / publish.WORKBOOK).write_bytes(files[publish.WORKBOOK])
        return files[publish.WORKBOOK]

    first = content()
    assert content() == first
    assert len(made) == 1
    assert content(b"fact,value\na,2\n") != first
    content(exporters="other code")
    notebook(rates, table(RATES, "table_1", "Table 1. Replies"))
    content(exporters="other code")
    (report.output / publish.WORKBOOK).write_bytes(b"changed by hand")
    content(exporters="other code")
    assert len(made) == 5
