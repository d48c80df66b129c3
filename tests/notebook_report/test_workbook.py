"""The workbook as a spreadsheet reads it back: named and titled sheets, typed cells, and no text
that acts."""

import io
import zipfile

import nbformat
import openpyxl
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from notebook_report import workbook
from notebook_report.project import Workbook

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


def table(frame, name, title, **more):
    """A table as a cell records it."""
    columns = [{"key": key, "label": key.capitalize(), "format": ""} for key in frame]
    record = {"name": name, "title": title, "notes": [], "stub": "Workshop", "rows": {}}
    return {**record, "columns": columns, "csv": frame.reset_index().to_csv(index=False), **more}


def notebook(path, *records):
    """An executed notebook that shows some tables, a cell each."""
    cells = [
        new_code_cell(
            "show()",
            outputs=[new_output("display_data", {"text/html": "", workbook.TABLE: record})],
        )
        for record in records
    ]
    nbformat.write(new_notebook(cells=cells, metadata={"title": "2.1 Replies"}), path)
    return path


@pytest.fixture
def rates(tmp_path):
    """A notebook with one table of counts and shares, with a note."""
    columns = [
        {"key": "invited", "label": "Invited", "format": "count"},
        {"key": "replies", "label": "Replies", "format": "count"},
        {"key": "rate", "label": "Reply rate", "format": "share"},
    ]
    notes = ["Base: the administrations invited."]
    record = table(RATES, "table_1", "Table 1. Replies", columns=columns, notes=notes)
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


def test_words_stand_beside_the_ids_of_rows(tmp_path):
    record = table(RATES, "t", "T", rows={"1": "Audit", "2": "Borders"})
    sheet = read(workbook.workbook(WORDS, [notebook(tmp_path / "1.ipynb", record)], {}))["T"]
    assert [row[:2] for row in body(sheet)] == [
        ["Workshop", "Title"],
        ["1", "Audit"],
        ["2", "Borders"],
    ]


def test_a_year_has_neither_decimals_nor_separators_and_headings_stay_in_sight(tmp_path):
    years = pd.DataFrame({"year": [2020, 2021]}, index=pd.Index(["a", "b"], name="round"))
    record = table(years, "t", "T")
    sheet = read(workbook.workbook(WORDS, [notebook(tmp_path / "1.ipynb", record)], {}))["T"]
    assert sheet.cell(sheet.max_row, 2).number_format == "0"
    (marked,) = sheet.tables.values()
    top = int("".join(filter(str.isdigit, marked.ref.partition(":")[0])))
    assert sheet.freeze_panes == f"B{top + 1}"


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
