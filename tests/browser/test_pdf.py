"""The report as PDF, printed by a real Chromium: tagged, bookmarked, its pages numbered, the same
bytes each time."""

import os
import re
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from followup.rounds import ROOT
from notebook_report import BuildError, pdf
from notebook_report.project import Page, Report

sys.path.append(str(Path(__file__).parents[1]))
from shown_pages import report_html

FOOTER = {
    "parameters": {"YEAR": 2021},
    "versions": {"pandas": "3"},
    "inputs": {"data/raw/2021/round.toml": "ab" * 32},
}


@pytest.fixture
def made_round(tmp_path: Path) -> Report:
    """A report of which only the report exists, in a temporary folder."""
    output = tmp_path / "output" / "2021"
    made = Report("2021", tmp_path, (), tmp_path, output, (Page("report", "Report", "The survey"),))
    output.mkdir(parents=True)
    long = "\n\n".join(["How many? Nobody knows, and so this is a long story."] * 60)
    cells = [
        new_markdown_cell(f"# Replies\n\n{long}"),
        new_markdown_cell("## Who replied?\n\nFiji."),
    ]
    notebooks = [tmp_path / "21.ipynb", tmp_path / "22.ipynb"]
    for notebook in notebooks:
        nbformat.write(new_notebook(cells=cells), notebook)
    page = report_html(notebooks, "The survey", "FY 2020/21", FOOTER)
    (made.output / "report.html").write_text(page, encoding="utf-8")
    return made


@pytest.fixture
def program() -> str:
    """The machine's Chromium."""
    found = pdf.chromium()
    if found is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no Chromium on this machine")
    return found


def alone(call, *arguments):
    """Call in a thread of its own: the other browser tests keep playwright's loop running in this
    one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(call, *arguments).result()


def page_texts(content: bytes) -> list[str]:
    """The text of each page; in the usual order of a font's glyphs a letter's number is its code
    less 29."""
    texts = []
    for start in (found.end() for found in re.finditer(rb"stream\r?\n", content)):
        try:
            drawn = zlib.decompressobj().decompress(content[start:])
        except zlib.error:
            continue
        glyphs = b"".join(re.findall(rb"<([0-9A-F]+)> Tj", drawn)).decode()
        if b"BDC" in drawn:
            texts.append(
                "".join(
                    chr(int(glyphs[place : place + 4], 16) + 29)
                    for place in range(0, len(glyphs), 4)
                )
            )
    return texts


@pytest.mark.usefixtures("program")
def test_the_pdf_is_tagged_bookmarked_and_numbered(made_round):
    content = alone(pdf.print_report, made_round).read_bytes()
    assert b"/StructTreeRoot" in content
    assert b"/Marked true" in content
    assert re.search(rb"/Lang \(en\)", content)
    titles = re.findall(rb"/Title \(([^)]*)\)", content)
    assert {b"Replies", b"Who replied?", b"How this page was made"} <= set(titles)
    pages = len(re.findall(rb"/Type /Page\b", content))
    numbers = [re.search(r"Page (\d+) of (\d+)$", text) for text in page_texts(content)]
    assert [found and found.groups() for found in numbers] == [
        (str(page), str(pages)) for page in range(1, pages + 1)
    ]
    assert pages > 1


@pytest.mark.usefixtures("program")
def test_the_printed_contents_say_on_which_page_a_section_stands(made_round):
    content = alone(pdf.print_report, made_round).read_bytes()
    texts, numbers = page_texts(content), pdf.page_numbers(content)
    assert 1 == numbers["replies"] < numbers["replies-2"] <= numbers["provenance"]
    for place, title in (("replies-2", "Replies"), ("provenance", "How this page was made")):
        assert f"{title}{numbers[place]}" in "".join(texts)
        assert title in texts[numbers[place] - 1]


def test_the_report_is_twelve_pages_without_its_lists(program, tmp_path):
    report = ROOT / "output" / "2021" / "report.html"
    if not report.exists():
        pytest.skip("output/2021/report.html is not built")
    lists = ".scroll:has(table.examples), .scroll:has(abbr) { display: none }"
    text = report.read_text(encoding="utf-8").replace("</style>", f"{lists}</style>", 1)
    (tmp_path / "report.html").write_text(text, encoding="utf-8")
    content = alone(pdf.printed, tmp_path / "report.html", program)
    assert len(re.findall(rb"/Type /Page\b", content)) <= 12


@pytest.mark.usefixtures("program")
def test_the_same_page_prints_to_the_same_bytes(made_round):
    first = alone(pdf.print_report, made_round).read_bytes()
    assert alone(pdf.print_report, made_round).read_bytes() == first
    assert b"CreationDate" not in first


def test_without_chromium_one_line_says_what_to_install(made_round, monkeypatch):
    monkeypatch.setattr(pdf, "PROGRAMS", ("no-such-browser",))
    with pytest.raises(BuildError, match=r"Install chromium.*output/2021/report\.html"):
        pdf.print_report(made_round)
    assert not (made_round.output / "report.pdf").exists()


def test_a_report_that_is_not_built_is_asked_for(made_round):
    (made_round.output / "report.html").unlink()
    with pytest.raises(BuildError, match="make report YEAR=2021"):
        pdf.print_report(made_round)
