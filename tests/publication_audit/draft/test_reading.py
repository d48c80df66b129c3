"""A draft is read with its runs, tables and sections; what cannot be audited is told in words."""

import io
import os
import sys
import zipfile
from pathlib import Path

import docx
import pytest

sys.path.append(str(Path(__file__).parents[2]))
from printed_page import printed_page

from publication_audit.draft.__main__ import main
from publication_audit.draft.checks import stop_if_unfit
from publication_audit.draft.document import Document, DraftError
from publication_audit.draft.reading import LARGEST, read
from publication_audit.draft.tables import marked_text

ENGLISH = "In 2021 the office asked who had shared what was learnt, and this is what it was told. "
FRENCH = "En 2021 le bureau a demandé aux participants ce qu'ils avaient fait de la formation. "


def document(tmp_path, text: str, name: str = "draft.md") -> Document:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return read(tmp_path / name)


def test_a_word_draft_keeps_its_runs_merged_cells_and_sections(tmp_path):
    made = docx.Document()
    made.add_heading("2.1 Replies", 2)
    paragraph = made.add_paragraph("Of all, ")
    paragraph.add_run("48%").bold = True
    made.add_paragraph("An example", style="List Bullet")
    table = made.add_table(2, 3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Workshop"
    table.cell(1, 2).paragraphs[0].add_run("FJ").underline = True
    made.save(str(tmp_path / "draft.docx"))
    heading, text, item, grid = read(tmp_path / "draft.docx").blocks
    assert [one.kind for one in (heading, text, item, grid)] == [
        *("heading", "paragraph", "item", "table")
    ]
    assert [(run.text, run.bold) for run in text.runs] == [("Of all, ", False), ("48%", True)]
    assert text.section == ("2.1 Replies",)
    assert [(cell.column, cell.column_span) for cell in grid.rows[0]] == [(0, 2), (2, 1)]
    assert marked_text(grid.rows[1][2]) == "_FJ_"
    assert [block.index for block in (heading, text, item, grid)] == [0, 1, 2, 3]


def test_deleted_words_of_a_word_draft_are_not_read(tmp_path):
    made = docx.Document()
    paragraph = made.add_paragraph("48 replied")
    run = paragraph.add_run(" of 58")._r
    deleted = paragraph._p.makeelement(run.tag.replace("}r", "}del"), {})
    run.addprevious(deleted)
    deleted.append(run)
    made.save(str(tmp_path / "draft.docx"))
    assert read(tmp_path / "draft.docx").blocks[0].text == "48 replied"


def test_rows_between_tabs_are_a_table_that_goes_on_after_a_page(tmp_path):
    first = "Workshops\t\tYes\tNo\n(1)\tCars\t3\t2\n"
    text = f"{first}\n<sup>1</sup> A note\n\n(2)\tTrains\t1\t0\nTotal\t\t4\t2\n"
    (table, note) = document(tmp_path, text).blocks
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["Workshops", "", "Yes", "No"],
        *(["(1)", "Cars", "3", "2"], ["(2)", "Trains", "1", "0"], ["Total", "", "4", "2"]),
    ]
    assert note.text.strip() == "A note"


def test_a_paragraph_that_a_page_cut_is_one(tmp_path):
    blocks = document(tmp_path, "Members shared what they\n\nlearnt. All of it.\n\nNext.").blocks
    assert [one.text for one in blocks] == ["Members shared what they learnt. All of it.", "Next."]


def test_text_of_a_draft_is_text(tmp_path):
    script = document(tmp_path, "<script>alert(1)</script>\n\n48 &lt;b&gt; replied").blocks
    assert [one.text for one in script] == ["48 <b> replied"]


def zipped(name: str) -> bytes:
    """An archive with one file."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(name, "Dear all")
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("draft.odt", b"text", "none of the files that can be read"),
        ("draft.docx", b"no archive", "is no Word file"),
        ("draft.docx", b"\xd0\xcf\x11\xe0 locked", "password"),
        ("draft.pdf", b"no document", "is no .pdf"),
        ("draft.docx", zipped("letter.txt"), "is no Word file"),
        ("draft.docx", b"", "is no Word file"),
        ("draft.md", b"58 replied \x81\x8d\xff", "is no text"),
        ("draft.html", b"<div>" * 9000 + b"58 replied", "nested too deep"),
        ("draft.md", b"  \n", "holds no text"),
        ("draft.md", FRENCH.encode() * 8, "not in English"),
        ("draft.md", ENGLISH.replace("2021", "2019").encode() * 8, "no draft of the round of 2021"),
        ("draft.md", f"# Survey 2022\n\n{ENGLISH} In 2022 as in 2022.".encode(), "hardly of 2021"),
        ("draft.md", f"{ENGLISH}\n\n| a | b |\n|---|---|\n|   |   |\n".encode(), "is empty"),
    ],
)
def test_what_cannot_be_audited_is_told_in_one_sentence(
    name, content, told, tmp_path, survey_round
):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DraftError, match=r"^[^\n]+\.$") as error:
        stop_if_unfit(read(tmp_path / name), survey_round)
    assert told in str(error.value)


def test_what_is_no_file_or_too_large_is_told_and_never_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.md")
    with (tmp_path / "large.pdf").open("wb") as file:
        file.truncate(2 * LARGEST * 1_000_000)
    with pytest.raises(DraftError, match="There is no file"):
        read(tmp_path / "pipe.md")
    with pytest.raises(DraftError, match="200 MB"):
        read(tmp_path / "large.pdf")


def test_a_scan_is_told(tmp_path):
    page = tmp_path / "scan.html"
    page.write_text("<svg width='300' height='300'><rect width='200' height='200'/></svg>")
    (tmp_path / "scan.pdf").write_bytes(printed_page(page))
    with pytest.raises(DraftError, match="scan"):
        read(tmp_path / "scan.pdf")


@pytest.mark.parametrize("arguments", [["2021", ""], ["2021", "nowhere.md"], ["1999", __file__]])
def test_the_door_tells_what_is_wrong_and_fails(arguments, capsys):
    assert main(arguments) == 1
    assert capsys.readouterr().err.strip()


def test_an_english_draft_of_the_round_is_fit(tmp_path, survey_round):
    stop_if_unfit(document(tmp_path, ENGLISH * 8), survey_round)


@pytest.mark.parametrize("ruled", ["", "tr { border-bottom: 1px solid black }"])
def test_a_table_without_upright_rules_is_read_from_a_pdf(tmp_path, ruled):
    rows = [["Event", "Sent", "Share of yes"], ["1. Risk, east", "22", "5%"]]
    rows += [["", "7", "12%"], ["2. Cars", "1", "100%"]]
    cells = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    table = "".join(f"<tr>{row}</tr>" for row in cells)
    style = f"<style>table {{ border-collapse: collapse }} td {{ padding: 0 9pt }} {ruled}</style>"
    text = "<p>In 2021 we asked 30 and were told that what was learnt is of use at home.</p>"
    page = tmp_path / "draft.html"
    page.write_text(f"{style}{text}<table>{table}</table>{text}", encoding="utf-8")
    (tmp_path / "draft.pdf").write_bytes(printed_page(page))
    blocks = read(tmp_path / "draft.pdf").blocks
    assert [block.kind for block in blocks] == ["paragraph", "table", "paragraph"]
    assert [[cell.text for cell in row] for row in blocks[1].rows if row[0].text] == [
        *(rows[0], rows[1], rows[3])
    ]
