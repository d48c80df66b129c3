"""Hostile text in every source of text is text wherever it is shown: on every page in a real
browser, with its policy and without, in the workbook and the Word documents.

One round is built whole, for it is the paths from a source to a page that may forget to escape.
"""

import re
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser

sys.path.append(str(Path(__file__).parents[1]))
from hostile_round import TURN, YEAR, Sources, mark, write_hostile_round
from project_copy import copy_project, run, warm

# Of actions neither title nor question, and in sentences only those that come first and last.
SHOWN_NOWHERE = re.compile(r"act_\d (title|question|phrase)|member other_names")
OF_TEXT = """() => [...document.querySelectorAll('*')].filter(one =>
    one.classList.contains('hurt') || one.getAttribute('src') === 'x' ||
    [...one.attributes].some(({name, value}) =>
        name.startsWith('on') || /^\\s*javascript:/i.test(value))
).map(one => one.outerHTML.slice(0, 200))"""


@dataclass(frozen=True)
class Published:
    """What is built of the round, and what was planted in it."""

    root: Path
    planted: Sources

    @property
    def output(self) -> Path:
        return self.root / "output"

    def files(self, *endings: str) -> list[Path]:
        """What somebody may open, by the endings of names."""
        everything = (path for path in self.output.rglob("*") if ".build" not in path.parts)
        return sorted(path for path in everything if path.suffix in endings)

    def unread(self, texts: list[str]) -> list[str]:
        """The sources whose text stands whole in none of some texts."""
        joined = "\0".join(" ".join(text.split()) for text in texts)
        return [source for source, text in self.planted.items() if text not in joined]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """The round with all that is made of it: the report, feedback, Word documents, a draft's audit,
    and the page of a check that finds faults."""
    root = tmp_path_factory.mktemp("hostile")
    copy_project(root)
    planted = write_hostile_round(root)
    with warm(root) as project:
        for command in ("report", "feedback", "docx"):
            status, printed = project.run(command, YEAR)
            assert status == 0, printed
    status, printed = run(root, "publication_audit.draft", YEAR, *root.glob("draft*.md"))
    assert status == 0, printed
    folder = root / "data" / "raw" / str(YEAR)
    text = (folder / "workshops.csv").read_text(encoding="utf-8")
    fault = planted["title s0"].replace('"', '""')
    (folder / "workshops.csv").write_text(text.replace("2098-07", f'"{fault}"'), encoding="utf-8")
    assert run(root, "notebook_report", "check", YEAR)[0] == 1
    return Published(root, planted)


@pytest.mark.parametrize("without_policy", [False, True])
def test_on_no_page_anything_runs_or_arises_from_text(
    browser: Browser, published: Published, without_policy: bool
):
    pages, texts = published.files(".html", ".svg"), []
    assert len(pages) > 25
    with browser.new_context(bypass_csp=without_policy) as context:
        opened, happened = context.new_page(), []
        opened.on("dialog", lambda dialog: (happened.append(dialog.message), dialog.dismiss()))
        opened.on("pageerror", lambda error: happened.append(str(error)))
        opened.on("console", lambda message: happened.append(message.text))
        opened.on("request", lambda request: happened.append(request.url))
        for path in pages:
            opened.goto(path.as_uri())
            assert opened.evaluate("window.ran") is None, path.name
            assert opened.evaluate(OF_TEXT) == [], path.name
            texts.append(opened.evaluate("document.documentElement.textContent"))
            asked = [one for one in happened if not one.startswith("data:")]
            assert asked == [path.as_uri()], path.name
            happened.clear()
    assert [path for path, text in zip(pages, texts, strict=True) if TURN in text] == []
    assert [one for one in published.unread(texts) if not SHOWN_NOWHERE.match(one)] == []


def test_what_runs_on_a_page_would_be_seen(browser: Browser, published: Published, tmp_path: Path):
    page = (published.output / f"{YEAR}" / "report.html").read_text(encoding="utf-8")
    source = "round title"
    text = published.planted[source]
    raw = tmp_path / "raw.html"
    raw.write_text(page.replace("</main>", f"<p>{text}</p></main>"), encoding="utf-8")
    with browser.new_context(bypass_csp=True) as context:
        opened = context.new_page()
        opened.goto(raw.as_uri())
        assert opened.evaluate("window.ran") == mark(source)
        assert len(opened.evaluate(OF_TEXT)) >= 3


def test_in_the_workbook_it_is_text_and_never_a_formula_or_a_link(published: Published):
    texts = []
    for path in published.files(".xlsx"):
        for sheet in openpyxl.load_workbook(path).worksheets:
            for cell in (cell for row in sheet.iter_rows() for cell in row):
                assert cell.data_type != "f", cell.value
                target = getattr(cell.hyperlink, "target", None) or ""
                assert not target.lower().startswith("javascript"), cell.value
                texts += [str(cell.value or "")]
    unread = published.unread([text.replace("] (", "](") for text in texts])  # else a link
    assert {"act_0 label", "topic s0", "member name", "decision"} & set(unread) == set()
    assert TURN not in "".join(texts)


def test_in_the_word_documents_it_is_text_and_no_link_or_field(published: Published):
    texts = []
    for path in published.files(".docx"):
        with zipfile.ZipFile(path) as archived:
            parts = {name: archived.read(name).decode() for name in archived.namelist()
                     if name.endswith((".xml", ".rels"))}  # fmt: skip
        targets = re.findall(r'Target="([^"]*)"', "".join(parts.values()))
        assert [one for one in targets if one.lower().startswith(("javascript", "x"))] == []
        fields = re.findall(r"<w:instrText[^>]*>([^<]*)", parts["word/document.xml"])
        assert {field.split()[0] for field in fields} <= {"TOC", "PAGE", "PAGEREF", "HYPERLINK"}
        texts += re.findall(r"<w:t[ >][^<]*", parts["word/document.xml"])
        assert TURN not in parts["word/document.xml"]
    assert len(published.files(".docx")) >= 3
    said = "".join(text.partition(">")[2] for text in texts)
    assert mark("round title") in said
    assert "&lt;script class=hurt&gt;" in said
