"""The exported page: one file, headings in order, tables and figures that everyone can read, and
nothing that runs."""

import base64
import hashlib
import re
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from notebook_report.pages import ExportError

sys.path.append(str(Path(__file__).parents[1]))
from shown_pages import page_html, pages_of, report_html

FOOTER = {
    "parameters": {"YEAR": 2021},
    "versions": {"pandas": "3.1.1"},
    "inputs": {"data/raw/2021/round.toml": "ab" * 32},
}
PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
TABLE = "<table><caption>Table 1. Replies</caption><tr><th>1</th><td>5</td></tr></table>"

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write an executed notebook of some cells; text is markdown, and a heading stands first."""

    def written(
        *cells: object, name: str = "21_response", first: str = "# Replies", **metadata: str
    ) -> Path:
        made = [
            new_markdown_cell(cell) if isinstance(cell, str) else cell for cell in (first, *cells)
        ]
        path = tmp_path / f"{name}.ipynb"
        nbformat.write(new_notebook(cells=made, metadata=metadata), path)
        return path

    return written


def code(source: str, html: str | None = None, tags: tuple[str, ...] = ()) -> nbformat.NotebookNode:
    """A code cell that showed some HTML."""
    shown = (
        []
        if html is None
        else [new_output("display_data", {"text/html": html, "text/plain": "<HTML object>"})]
    )
    return new_code_cell(source, outputs=shown, metadata={"tags": list(tags)})


def report(*notebooks: Path) -> BeautifulSoup:
    """The report of some notebooks, parsed."""
    return BeautifulSoup(
        report_html(list(notebooks), "The report", "FY 2020/21", FOOTER), "html.parser"
    )


def headings(page: BeautifulSoup) -> list[tuple[str, str]]:
    """Level and text of each heading, in order."""
    return [(tag.name, tag.get_text()) for tag in page.find_all(re.compile("^h[1-6]$"))]


def test_the_reports_title_is_the_only_h1_and_the_notebooks_headings_go_down_a_level(write: Write):
    page = report(
        write("## Who replied?", "### In which month?"), write(first="# Actions", name="22_actions")
    )
    assert headings(page)[:5] == [
        ("h1", "The report"),
        ("h2", "Replies"),
        ("h3", "Who replied?"),
        ("h4", "In which month?"),
        ("h2", "Actions"),
    ]


def test_the_title_in_a_notebooks_metadata_stands_in_place_of_its_heading(write: Write):
    page = report(write("## Who?", title="2.6 New projects"))
    assert headings(page)[1:3] == [("h2", "2.6 New projects"), ("h3", "Who?")]


def test_headings_that_two_notebooks_share_get_readable_ids_of_their_own(write: Write):
    page = report(write("## Who replied?"), write("## Who replied?", name="22_actions"))
    assert [tag["id"] for tag in page.main.find_all("h3")] == ["who-replied", "who-replied-2"]


def test_the_contents_list_every_section_and_leads_to_it(write: Write):
    page = report(write("## Who replied?"), write(first="# Actions", name="22_actions"))
    listed = page.select_one("nav .wide").find_all("a")
    assert [link.get_text() for link in listed] == [
        "Replies",
        "Who replied?",
        "Actions",
        "How this page was made",
    ]
    assert all(page.find(id=link["href"][1:]).get_text() == link.get_text() for link in listed)


def test_no_id_occurs_twice_and_references_follow_their_ids(write: Write):
    output = '<p id="note">Note</p><p aria-describedby="note">See <a href="#note">it</a></p>'
    page = report(write(code("a", output)), write(code("b", output), name="22_actions"))
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert [
        (tag["aria-describedby"], tag.a["href"]) for tag in page.select("[aria-describedby]")
    ] == [
        ("note", "#note"),
        ("note-2", "#note-2"),
    ]


def test_a_sections_code_is_folded_once_at_its_end(write: Write):
    page = report(
        write(
            code("YEAR = 2021"),
            code("import this"),
            "## Who?",
            code("table()", TABLE),
            code("say()", "<p>58</p>"),
        )
    )
    folded = page.select("details.code")
    assert [fold.summary.get_text() for fold in folded] == ["Code of Replies"]
    assert folded[0].pre.get_text() == "YEAR = 2021\n\nimport this\n\ntable()\n\nsay()\n"
    assert folded[0].find_previous("p").get_text() == "58"
    assert folded[0].a["href"] == "notebooks/21_response.html"


def test_what_a_notebook_reads_and_writes_stands_on_its_own_page_alone(write: Write):
    notebook = write(first="# Replies\n\nHow many.\n\n*Reads `replies.csv`; writes a table.*")
    assert "How many." in report(notebook).get_text()
    assert "replies.csv" not in report(notebook).get_text()
    assert "replies.csv" in page_html(notebook)


def test_the_figure_whose_numbers_a_table_has_calls_it_by_its_number(write: Write):
    link = '<p class="beside"><a href="#links">the table</a></p>'
    table = PLAIN.replace("<table>", '<table id="links">')
    page = report(write(code("a", TABLE), code("b", table), code("c", FIGURE + link)))
    assert page.select_one(".beside a").get_text() == "Table 2"


def test_the_printed_contents_lead_to_every_section(write: Write):
    page = report(write(), write(first="# Actions", name="22_actions"))
    links = page.select(".on-paper li a")
    assert [link.get_text() for link in links] == ["Replies", "Actions", "How this page was made"]
    assert all(page.find(id=link["href"][1:]) for link in links)


def test_code_that_shows_nothing_to_the_end_is_still_there_to_read(write: Write):
    for cells in ([code("save()")], [code("save()"), "The end."]):
        assert report(write(*cells)).select_one("details.code pre").get_text() == "save()\n"


def test_on_a_notebooks_own_page_code_is_marked_up_and_what_looks_like_it_runs_nothing(
    write: Write,
):
    forged = f"\ue000{b'<script>1</script>'.hex()}\ue001 \ue000ff\ue001"
    source = "print('é', \"<b>\")"
    own = BeautifulSoup(page_html(write(code(source, f"<p>{forged}</p>"))), "html.parser")
    assert own.select_one("pre.code").get_text() == f"{source}\n"
    assert own.select_one("pre.code .nb").get_text() == "print"
    assert "<script>1</script>" in own.select_one(".output p").get_text()
    assert own.select_one("main script, main b") is None


def test_a_cell_tagged_hide_is_not_in_the_report_and_is_on_the_notebooks_own_page(write: Write):
    notebook = write(code("secret()", "<p>hidden</p>", tags=("hide",)))
    assert "secret" not in report(notebook).get_text()
    assert "secret" in page_html(notebook)


def test_only_the_parameters_of_the_run_are_shown_with_the_code(write: Write):
    defaults, given = (
        code("YEAR = 2021", tags=("parameters",)),
        code("YEAR = 2022", tags=("injected-parameters",)),
    )
    assert (
        report(write(defaults, given, code("t", TABLE))).select_one("details.code pre").get_text()
        == "YEAR = 2022\n\nt\n"
    )
    assert (
        report(write(defaults, code("t", TABLE))).select_one("details.code pre").get_text()
        == "YEAR = 2021\n\nt\n"
    )


def test_a_notebooks_own_page_shows_code_open_above_what_it_made(write: Write):
    page = BeautifulSoup(page_html(write("## Who?", code("table()", TABLE))), "html.parser")
    assert headings(page) == [("h1", "Replies"), ("h2", "Who?")]
    assert not page.select("details.code")
    assert page.find("table").find_previous("pre").get_text() == "table()\n"


def test_a_link_to_another_section_leads_from_a_notebooks_own_page_to_the_report(write: Write):
    page = page_html(
        write("As in [Table 1](#table-1) and [here](#who)", "## Who", code("t", TABLE))
    )
    assert 'href="#table-1"' in page
    assert 'href="#who"' in page


def test_a_table_has_its_caption_first_and_scrolls_in_a_region_named_by_it(write: Write):
    table = report(write(code("t", TABLE.replace("<caption>", "<thead></thead><caption>")))).find(
        "table"
    )
    region = table.parent
    assert next(table.children).name == "caption"
    assert (region["role"], region["tabindex"], region["aria-label"], region["id"]) == (
        "region",
        "0",
        "Table 1. Replies",
        "table-1",
    )


def test_two_regions_of_the_same_caption_have_different_names(write: Write):
    page = report(write(code("a", TABLE), code("b", TABLE)))
    assert [tag["aria-label"] for tag in page.select(".scroll")] == [
        "Table 1. Replies",
        "Table 1. Replies (2)",
    ]


def test_every_header_cell_has_a_scope_and_an_empty_one_is_no_header(write: Write):
    head, body = "<tr><th></th><th>Yes</th></tr>", "<tr><th>1</th><td>5</td></tr>"
    html = f"<table><caption>T</caption><thead>{head}</thead><tbody>{body}</tbody></table>"
    table = report(write(code("t", html))).find("table")
    assert [(tag.get_text(), tag["scope"]) for tag in table.find_all("th")] == [
        ("Yes", "col"),
        ("1", "row"),
    ]


def test_each_section_can_be_linked_to_by_its_notebooks_name(write: Write):
    page = report(
        write("See [the actions](#22_actions)."), write(first="# Actions", name="22_actions")
    )
    assert page.find(id="22_actions").h2.get_text() == "Actions"


def test_the_same_notebooks_give_the_same_bytes(write: Write):
    notebook = write(code("a", TABLE), "## Who?")
    assert report_html([notebook], "The report", "", FOOTER) == report_html(
        [notebook], "The report", "", FOOTER
    )


def test_the_text_of_an_output_is_shown_only_where_there_is_nothing_richer(write: Write):
    plain = new_code_cell(
        "b", outputs=[new_output("execute_result", {"text/plain": "a < b"}, execution_count=1)]
    )
    page = report(write(code("a", "<p>rich</p>"), plain))
    assert "<HTML object>" not in page.main.get_text()
    assert [tag.get_text() for tag in page.select(".output pre")] == ["a < b"]


def test_printed_text_is_shown_as_text(write: Write):
    printed = new_code_cell(
        "print()", outputs=[new_output("stream", name="stdout", text="<b>58</b>\n")]
    )
    assert report(write(printed)).select_one(".output pre").get_text() == "<b>58</b>\n"


def test_an_image_output_shows_the_alt_text_of_its_metadata(write: Write):
    drawn = new_output(
        "display_data",
        {"image/svg+xml": "<svg/>"},
        metadata={"image/svg+xml": {"alt": 'Rates of "all"'}},
    )
    image = report(write(new_code_cell("draw()", outputs=[drawn]))).find("img")
    assert image["alt"] == 'Rates of "all"'
    assert base64.b64decode(image["src"].split(",")[1]) == b"<svg/>"


def test_the_page_asks_for_nothing_and_allows_its_one_script_by_hash(write: Write):
    page = report(
        write(code("f", f'<figure><img alt="A" src="{PIXEL}"><figcaption>A</figcaption></figure>'))
    )
    (script,) = page.find_all("script")
    policy = page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    digest = base64.b64encode(hashlib.sha256(script.string.encode()).digest()).decode()
    assert policy.startswith("default-src 'none'; img-src data:; ")
    assert f"script-src 'sha256-{digest}';" in policy
    assert not [tag for tag in page.find_all(src=True) if not tag["src"].startswith("data:")]
    assert [tag["href"] for tag in page.find_all("link")] == ["data:,"]


def test_the_footer_names_inputs_versions_and_parameters(write: Write):
    footer = report(write()).footer.get_text(" ", strip=True)
    for said in ("YEAR 2021", "pandas 3.1.1", "data/raw/2021/round.toml " + "ab" * 32):
        assert said in footer


@pytest.mark.parametrize(
    "hostile",
    ["<script>alert(1)</script>", '<img src="x" onerror="alert(1)">', "{{ 7 * 7 }}", "{% raw %}"],
)
def test_html_and_template_marks_in_markdown_titles_and_code_are_text(write: Write, hostile: str):
    notebook = write(
        f"Said: {hostile}", code(f"say({hostile!r})", "<p>x</p>"), first=f"# {hostile}"
    )
    page = BeautifulSoup(report_html([notebook], hostile, hostile, FOOTER), "html.parser")
    assert page.h1.get_text() == page.h2.get_text() == hostile
    assert page.get_text().count(hostile) >= 5
    assert len(page.find_all("script")) == 1
    assert not page.find_all(onerror=True)


FAULTS = {
    "an error in a cell": (
        new_code_cell("1/0", outputs=[new_output("error", ename="E", evalue="x", traceback=[])]),
        "cell 2: E: x",
    ),
    "stderr": (
        new_code_cell("w", outputs=[new_output("stream", name="stderr", text="old!")]),
        "cell 2: stderr: old!",
    ),
    "no alt text": (code("f", f'<img src="{PIXEL}">'), "cell 2: an image without alt text"),
    "nbconvert's filler": (
        code("f", f'<img src="{PIXEL}" alt="No description has been provided for this image">'),
        "cell 2: an image without alt text",
    ),
    "an image output without alt text": (
        new_code_cell("f", outputs=[new_output("display_data", {"image/png": "AAAA"})]),
        "cell 2: an image without alt text",
    ),
    "an image from elsewhere": (
        code("f", '<img src="x.png" alt="A">'),
        "cell 2: <img> is not embedded: 'x.png'",
    ),
    "a table without a caption": (
        code("t", "<table><tr><td>1</td></tr></table>"),
        "cell 2: a table without a caption",
    ),
    "a script": (code("s", "<script>1</script>"), "cell 2: <script> in an output"),
    "a handler": (code("s", '<p onclick="x()">y</p>'), "cell 2: onclick= on <p>"),
    "a link that runs code": (
        code("s", '<a href=" JavaScript:x()">y</a>'),
        "cell 2: a link that runs code: 'y'",
    ),
    "a link of markdown that runs code": (
        new_markdown_cell("[x](javascript:y)"),
        "a link to #harmful-link",
    ),
    "a skipped level": (new_markdown_cell("### Deep"), "the heading 'Deep' skips a level"),
    "a link to nowhere": (
        new_markdown_cell("[x](#nowhere)"),
        "a link to #nowhere, which is on no page",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_notebook_that_cannot_be_shown_well_is_refused_with_the_reason(write: Write, fault: str):
    cell, said = FAULTS[fault]
    with pytest.raises(ExportError, match=re.escape(said)):
        report(write(cell))


def test_all_reasons_are_told_at_once_each_with_its_notebook(write: Write):
    first = write(code("s", "<script>1</script>"), code("f", f'<img src="{PIXEL}">'))
    second = write("no title", first="text", name="22_actions")
    with pytest.raises(ExportError) as refused:
        report(first, second)
    lines = str(refused.value).splitlines()
    assert lines[0].startswith("3 reasons")
    assert [line.split(":")[0].strip() for line in lines[1:]] == [
        "21_response.ipynb",
        "21_response.ipynb",
        "22_actions.ipynb",
    ]


FIGURE = f'<figure><img alt="A" src="{PIXEL}"><figcaption>Half replied</figcaption></figure>'
PLAIN = TABLE.replace("Table 1. ", "")


def tagged(text: str, tag: str = "annex") -> nbformat.NotebookNode:
    """A heading that belongs to another page."""
    return new_markdown_cell(text, metadata={"tags": [tag]})


def two_pages(*notebooks: Path, titles: tuple[str, ...] = ()) -> dict[str, BeautifulSoup]:
    """The report and the annex, parsed, by their names."""
    pages = pages_of(list(notebooks), "The report", "", FOOTER, titles)
    return {
        name.removesuffix(".html"): BeautifulSoup(page, "html.parser")
        for name, page in pages.items()
        if "/" not in name
    }


def test_a_tagged_heading_moves_its_section_to_another_page(write: Write):
    moved = tagged("## Robustness")
    pages = two_pages(write("## Found", moved, "Text.", "### Deep", "More.", "## Last", "End."))
    assert headings(pages["report"])[1:-1] == [("h2", "Replies"), ("h3", "Found"), ("h3", "Last")]
    assert headings(pages["annex"])[1:-1] == [("h2", "Robustness"), ("h3", "Deep")]
    assert "More." in pages["annex"].get_text()
    assert "More." not in pages["report"].get_text()


def test_prose_can_head_a_section_of_another_page(write: Write):
    prose = new_code_cell(
        "%%prose\n## Robustness {{ 1 }}",
        outputs=[new_output("display_data", {"text/markdown": "## Robustness 1"})],
        metadata={"tags": ["annex"]},
    )
    assert ("h2", "Robustness 1") in headings(two_pages(write("Text.", prose))["annex"])


def test_a_page_that_nothing_belongs_to_is_not_made(write: Write):
    assert set(two_pages(write("Text."))) == {"report"}
    assert set(two_pages(write("Text."), titles=("annex",))) == {"annex"}


def test_links_lead_across_pages_and_each_id_is_on_one(write: Write):
    first = write("See [Table A1](#table-a1), [the rest](#who) and [here](#replies).")
    second = write(
        "## Who?", code("t", PLAIN), "[Back](#replies)", name="50_annex", first="# Annex"
    )
    pages = two_pages(first, second, titles=("report", "annex"))
    links = [tag["href"] for tag in pages["report"].main.select("section > p:not(.source) a")]
    assert links == ["annex.html#table-a1", "annex.html#who", "#replies"]
    assert pages["annex"].find("a", string="Back")["href"] == "report.html#replies"


def test_the_page_of_a_notebook_links_to_the_page_that_has_the_target(write: Write):
    first = write("See [the rest](#who).")
    second = write("## Who?", name="50_annex", first="# Annex")
    pages = pages_of([first, second], "The report", "", FOOTER, ("report", "annex"))
    assert 'href="../annex.html#who"' in pages["notebooks/21_response.html"]


def test_a_file_beside_the_pages_is_one_folder_up_from_the_page_of_a_notebook(write: Write):
    file = '<p class="download"><a download="t.csv" href="tables/table_1.csv">Download</a></p>'
    first = write(code("t", file + file.replace("tables/table_1", "cleaning_log")))
    pages = pages_of([first], "The report", "", FOOTER, ("report",))
    links = {
        name: [tag["href"] for tag in BeautifulSoup(text, "html.parser").select("a[download]")]
        for name, text in pages.items()
    }
    beside = ["tables/table_1.csv", "cleaning_log.csv"]
    assert links["report.html"] == beside
    assert links["notebooks/21_response.html"] == [f"../{name}" for name in beside]


def test_a_link_to_another_notebook_leads_to_where_its_section_stands(write: Write):
    first = write("See [the rest](50_annex.ipynb#who) and [below](22_more.ipynb#more).", "## More")
    second = write("## Who?", name="50_annex", first="# Annex")
    pages = two_pages(first, second, titles=("report", "annex"))
    links = [tag["href"] for tag in pages["report"].main.select("section > p:not(.source) a")]
    assert links == ["annex.html#who", "#more"]


def test_captions_without_a_number_are_numbered_in_reading_order(write: Write):
    first = write(code("a", TABLE), code("b", PLAIN), code("c", FIGURE), code("d", FIGURE))
    second = write(code("e", PLAIN), code("f", FIGURE), name="50_annex", first="# Annex")
    pages = two_pages(first, second, titles=("report", "annex"))
    captions = {
        name: [tag.get_text() for tag in page.select("caption, figcaption")]
        for name, page in pages.items()
    }
    assert captions["report"] == [
        "Table 1. Replies",
        "Table 2. Replies",
        "Figure 1. Half replied",
        "Figure 2. Half replied",
    ]
    assert captions["annex"] == ["Table A1. Replies", "Figure A1. Half replied"]
    assert pages["report"].select_one("#figure-2 img")


def test_the_numbers_of_a_figure_are_a_table_without_a_number(write: Write):
    folded = f"<details><summary>Numbers</summary>{PLAIN}</details>"
    page = report(write(code("a", FIGURE + folded)))
    assert page.find("caption").get_text() == "Replies"


def test_prose_never_shows_its_source_and_removed_output_leaves_its_code(write: Write):
    prose = new_code_cell(
        "%%prose\n{{ rate }} replied.",
        outputs=[new_output("display_data", {"text/markdown": "38% replied."})],
    )
    notebook = write(prose, code("frame", "<p>gone</p>", tags=("remove-output",)))
    text = report(notebook).get_text()
    assert "38% replied." in text
    assert "{{ rate }}" not in text
    assert "gone" not in text
    assert "frame" in text
    own = BeautifulSoup(page_html(notebook), "html.parser").get_text()
    assert "{{ rate }}" in own
    assert "gone" in own


def test_inputs_and_versions_are_folded_away_on_the_annex_alone(write: Write):
    second = write(name="50_annex", first="# Annex")
    pages = two_pages(write(), second, titles=("report", "annex"))
    assert "pandas 3.1.1" in pages["annex"].footer.get_text(" ", strip=True)
    assert "pandas" not in pages["report"].footer.get_text()
    assert pages["report"].footer.a["href"] == "annex.html#provenance"


def test_the_projects_colours_are_the_style_sheets_for_light_and_for_dark(write: Write):
    palette = {"accent": ("#123456", "#abcdef")}
    page = pages_of([write()], "The report", "", FOOTER, palette=palette)["report.html"]
    assert "--accent: light-dark(#123456, #abcdef);" in page
