"""A page as a Word document: headings, tables, pictures and contents as Word has them, and nothing
that only a screen shows."""

import base64
import io
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from notebook_report import BuildError, docx
from notebook_report.files import is_as_archived
from notebook_report.project import Page, Report
from notebook_report.publish import made_from_pages

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
COLOURS = {"accent": "1F5F8B", "ink": "1D2731", "muted": "5A6673"}
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="72pt" height="36pt" viewBox="0 0 72 36">'
    '<rect width="72" height="36" fill="#1f5f8b"/><text x="5" y="20">5</text></svg>'
)
DRAWING = base64.b64encode(SVG.encode()).decode()
PAGE = f"""<html lang="en"><head><title>x</title><style>p {{}}</style></head><body>
<a class="skip" href="#main">Skip</a>
<header class="masthead"><button class="theme">Dark</button><h1>The survey</h1><p>FY 2020/21</p>
<nav class="pages"><a href="annex.html">Annex</a></nav>
<dl class="details"><div><dt>Office</dt><dd>The office</dd></div></dl></header>
<nav class="contents"><a href="#one">On the screen</a></nav>
<main id="main"><section><h2 id="one">1 Replies</h2>
<div class="output"><ul class="key-figures"><li><span class="value">38%</span>
<span class="label">were answered</span><span class="base">58 of 153</span></li></ul></div>
<div class="output"><p>See <a href="#table-1">Table 1</a>
and the <a href="annex.html#x">annex</a>.</p></div>
<h3 id="a-heading-with-an-id-of-more-than-forty-letters">Which were answered most?</h3>
<div class="scroll" id="table-1"><table
class="data"><caption><span>Table 1. Replies</span></caption>
<thead><tr><th>Workshop</th><th class="number">Replies</th><th class="prose">Who</th></tr></thead>
<tbody><tr class="group"><th colspan="3" scope="rowgroup"><span>Regional</span></th></tr>
<tr><th scope="row">1 Audit</th><td class="number">5</td><td
class="prose"><u><abbr title="Fiji">FJ</abbr></u>,
<strong>TO</strong><span class="visually-hidden"> With effects: FJ.</span></td></tr>
<tr class="strong"><th scope="row">Total</th><td class="number">5</td><td>–</td></tr></tbody
></table></div>
<div class="table-notes"><p>Counted once.</p></div>
<p class="download"><a href="data:text/csv;base64,QQ==">Download table 1 (CSV)</a></p>
<figure><div class="scroll" id="figure-1"><img
alt="Replies: 5" src="data:image/svg+xml;base64,{DRAWING}"></div>
<figcaption>Figure 1. Replies by workshop</figcaption></figure>
<p class="beside">The numbers of this figure</p>
<details class="code"><summary>Show code</summary><pre><code>import pandas</code></pre></details>
<div class="output box"><p><strong>How sure?</strong></p><ul><li>Not very.</li></ul></div>
<h3 id="folded">Only folded</h3><details class="screen"><summary>All</summary>Folded</details>
</section></main><footer>How this page was made</footer><script>1</script></body></html>"""


def made(page: str) -> dict[str, bytes]:
    """The parts of a page's document."""
    return docx.unpacked(docx.document(page, COLOURS, {"report", "annex"}))


def body_of(parts: dict[str, bytes]) -> ElementTree.Element:
    """What stands in a document."""
    return ElementTree.fromstring(parts["word/document.xml"])[0]


def text_of(part: ElementTree.Element) -> str:
    """What a reader reads."""
    return "".join(run.text or "" for run in part.iter(f"{W}t"))


def in_style(body: ElementTree.Element, style: str) -> list[str]:
    """The paragraphs of a style."""
    paragraphs = body.iter(f"{W}p")
    return [text_of(one) for one in paragraphs if docx.value(one, "pPr", "pStyle") == style]


def with_table(heads: list[str], cells: list[str]) -> str:
    """A page of one table."""
    head = "".join(f'<th class="number">{text}</th>' for text in heads)
    row = "".join(f'<td class="number">{text}</td>' for text in cells)
    table = f"<table><caption>Wide</caption><thead><tr>{head}</tr></thead><tr>{row}</tr></table>"
    return f"<html><body><h1>A</h1><main><h2>B</h2>{table}<p>After</p></main></body></html>"


@pytest.fixture(scope="module")
def parts() -> dict[str, bytes]:
    return made(PAGE)


@pytest.fixture(scope="module")
def body(parts) -> ElementTree.Element:
    return body_of(parts)


def test_title_headings_and_key_figures_have_their_styles(body):
    assert in_style(body, "Title") == ["The survey"]
    assert in_style(body, "Subtitle") == ["FY 2020/21"]
    assert in_style(body, "Details") == ["Office: The office"]
    assert in_style(body, "Heading1") == ["1 Replies"]
    assert in_style(body, "Heading2") == ["Which were answered most?"]
    figures = [in_style(body, f"Key{part}") for part in ("Value", "Label", "Base")]
    assert figures == [["38%"], ["were answered"], ["58 of 153"]]


def test_every_style_that_is_used_is_defined(parts, body):
    defined = set(re.findall(r'w:styleId="(\w+)"', parts["word/styles.xml"].decode()))
    used = {
        str(part.get(f"{W}val"))
        for name in ("pStyle", "rStyle", "tblStyle")
        for part in body.iter(f"{W}{name}")
    }
    assert used - defined == set()
    assert {"Table", "KeyFigures", "Box", "TableText", "TableNote", "TOC1"} <= used


def test_contents_are_a_field_whose_lines_lead_to_the_headings(body):
    fields = [field.text.split()[0] for field in body.iter(f"{W}instrText")]
    assert fields == ["TOC"]
    kinds = [field.get(f"{W}fldCharType") for field in body.iter(f"{W}fldChar")]
    assert kinds == ["begin", "separate", "end"]
    assert in_style(body, "TOC1") + in_style(body, "TOC2") == [
        *in_style(body, "Heading1"),
        *in_style(body, "Heading2"),
    ]
    marks = {mark.get(f"{W}name") for mark in body.iter(f"{W}bookmarkStart")}
    anchors = {link.get(f"{W}anchor") for link in body.iter(f"{W}hyperlink")} - {None}
    assert anchors <= marks
    assert "table-1" in anchors


def test_a_table_repeats_its_headings_keeps_its_rows_and_aligns_its_numbers(body):
    table = next(
        table for table in body.iter(f"{W}tbl") if docx.value(table, "tblPr", "tblStyle") == "Table"
    )
    rows = table.findall(f"{W}tr")
    assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [
        True, False, False, False,
    ]  # fmt: skip
    assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
    sides = [docx.value(one, "pPr", "jc") for one in rows[2].iter(f"{W}p")]
    assert sides == ["", "right", ""]
    assert docx.value(table, "tblPr", "tblCaption") == "Table 1. Replies"
    assert in_style(body, "TableCaption") == ["Table 1. Replies"]
    assert in_style(body, "TableGroup") == ["Regional"]
    assert in_style(body, "TableNote") == ["Counted once."]
    widths = [int(str(one.get(f"{W}w"))) for one in table.iter(f"{W}gridCol")]
    assert len(widths) == 3
    assert min(widths) > 300


def test_underline_and_bold_of_a_table_stay_and_what_only_a_screen_reader_hears_goes(body):
    runs = {
        text_of(run): {part.tag.removeprefix(W) for part in run.iter()}
        for run in body.iter(f"{W}r")
        if text_of(run)
    }
    assert "u" in runs["FJ"]
    assert "b" in runs["TO"]
    assert "b" in runs["Total"]
    assert "With effects" not in text_of(body)


def test_a_figure_is_a_picture_with_its_caption_above_and_alternative_text(parts, body):
    assert in_style(body, "ImageCaption") == ["Figure 1. Replies by workshop"]
    drawings = [part for part in body.iter() if part.tag.endswith("}docPr")]
    assert [part.get("descr") for part in drawings] == ["Replies: 5"]
    media = [parts[name] for name in parts if name.startswith("word/media/")]
    assert [content[:4] for content in media] == [b"\x89PNG"]
    styles = [docx.value(part, "pPr", "pStyle") for part in body]
    assert styles.index("ImageCaption") < styles.index("CaptionedFigure")


def test_what_only_a_screen_shows_is_left_out(body):
    text = text_of(body)
    unwanted = ("Skip", "Dark", "Show code", "pandas", "Download", "numbers of this figure")
    assert [
        words for words in (*unwanted, "Folded", "On the screen", "made") if words in text
    ] == []
    assert "Only folded" not in text


def test_links_lead_to_the_other_documents(parts):
    assert 'Target="annex.docx#x"' in parts["word/_rels/document.xml.rels"].decode()


def test_pages_are_numbered_and_upright(parts, body):
    assert " PAGE " in parts["word/footer1.xml"].decode()
    sizes = [(size.get(f"{W}w"), size.get(f"{W}orient")) for size in body.iter(f"{W}pgSz")]
    assert sizes == [("11906", None)]


def test_a_table_too_wide_for_a_page_stands_alone_on_a_turned_one():
    body = body_of(made(with_table(["Recommendations"] * 9, ["1"] * 9)))
    sizes = [size.get(f"{W}orient") for size in body.iter(f"{W}pgSz")]
    assert sizes == [None, "landscape", None]
    sections = [part for part in body if part.find(f"{W}pPr/{W}sectPr") is not None]
    between = list(body)[list(body).index(sections[0]) : list(body).index(sections[1])]
    assert "Wide" in [text_of(part) for part in between]
    assert "After" not in [text_of(part) for part in between]
    narrow = body_of(made(with_table(["Yes"] * 9, ["1"] * 9)))
    assert len(list(narrow.iter(f"{W}pgSz"))) == 1


def test_the_same_page_makes_the_same_bytes():
    first = docx.document(PAGE, COLOURS)
    assert docx.document(PAGE, COLOURS) == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {2000}
        assert b"202" not in archive.read("docProps/core.xml")


HOSTILE = [
    "<script>alert(1)</script>", "=1+1", "{{ 7 * 7 }}", "$x^2$", "*bold* [a](b)", "]]>", "&amp;",
    "![](file:///etc/passwd)", "@include x", "\\newpage", "中文 ไทย 😀", 'TOC \\o "1-9"',
]  # fmt: skip


def test_text_of_any_kind_is_text():
    from markupsafe import escape

    shown = "".join(f"<h2>{escape(text)}</h2><p>{escape(text)}</p>" for text in HOSTILE)
    rows = "".join(f"<tr><td>{escape(text)}</td></tr>" for text in HOSTILE)
    page = f"<body><h1>{escape(HOSTILE[0])}</h1><main>{shown}<table>{rows}</table></main></body>"
    parts = made(page)
    body = body_of(parts)
    assert in_style(body, "Title") == [HOSTILE[0]]
    assert in_style(body, "Heading1") == HOSTILE
    assert in_style(body, "FirstParagraph") == HOSTILE
    assert in_style(body, "TableText") == HOSTILE
    assert [field.text.split()[0] for field in body.iter(f"{W}instrText")] == ["TOC"]
    assert "External" not in parts["word/_rels/document.xml.rels"].decode()
    assert [name for name in parts if "media" in name] == []


@pytest.fixture
def report(tmp_path) -> Report:
    output = tmp_path / "output" / "2021"
    output.mkdir(parents=True)
    (output / "report.html").write_text(PAGE, encoding="utf-8")
    palette = {name: (f"#{colour}", "#000") for name, colour in COLOURS.items()}
    pages = (Page("report", "Report", "The survey"), Page("annex", "Annex", "Annex"))
    return Report("2021", tmp_path, (), tmp_path, output, pages, palette=palette)


def test_each_page_that_is_there_becomes_a_document(report):
    assert docx.write_documents(report) == [report.output / "report.docx"]


def test_a_report_that_is_not_built_is_asked_for(report):
    (report.output / "report.html").unlink()
    with pytest.raises(BuildError, match="make report YEAR=2021"):
        docx.write_documents(report)


def test_without_pandoc_one_line_says_what_to_install(report, monkeypatch):
    monkeypatch.setitem(sys.modules, "pypandoc", None)
    with pytest.raises(BuildError, match="pip install pypandoc-binary"):
        docx.write_documents(report)
    assert not (report.output / "report.docx").exists()


def test_a_document_goes_with_the_report_that_it_was_made_from(report):
    docx.write_documents(report)
    assert {"report.docx", "report.pdf"} <= made_from_pages(report)


def test_a_document_that_somebody_edited_is_neither_overwritten_nor_removed(report):
    (path,) = docx.write_documents(report)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("docProps/edited.xml", "<x/>")
    edited = path.read_bytes()
    assert not is_as_archived(path)
    assert "report.docx" not in made_from_pages(report)
    with pytest.raises(BuildError, match=r"output/2021/report\.docx has been edited"):
        docx.write_documents(report)
    assert path.read_bytes() == edited


def test_libreoffice_opens_it(tmp_path):
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("no LibreOffice on this machine")
    (tmp_path / "report.docx").write_bytes(docx.document(PAGE, COLOURS))
    profile = f"-env:UserInstallation={Path(tmp_path, 'profile').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", "txt:Text", "report.docx"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    text = (tmp_path / "report.txt").read_text(encoding="utf-8-sig")
    assert "Which were answered most?" in text
    assert "Table 1. Replies" in text
