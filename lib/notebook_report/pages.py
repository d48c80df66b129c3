"""Executed notebooks as pages that need nothing else: no network, no other file."""

import base64
import hashlib
import json
import pickle
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import nbformat
from nbformat import NotebookNode

from notebook_report.export import (
    PROSE,
    TEMPLATES,
    cells_html,
    code_html,
    coloured,
    failures,
    numbered,
    tags,
)
from notebook_report.files import write
from notebook_report.markup import Heading, PageSoFar, Register, fit, fitted, number_captions
from notebook_report.project import Page, Report, Step

HEADING = re.compile(r"(#{1,6}) ")
BESIDE = re.compile(r'\bhref="((?:tables/)?[\w-]+\.csv)"')  # a file beside the report's pages
Palette = Mapping[str, tuple[str, str]]


class ExportError(ValueError):
    """The notebooks cannot be shown as they are; the text lists every reason with its notebook and
    cell."""


@dataclass(frozen=True)
class Part:
    """Cells that stand together on a page, as HTML: a notebook, or a section of it that belongs
    elsewhere."""

    page: str
    html: str
    code: str
    title: str | None
    whole: bool
    problems: tuple[str, ...]


@dataclass(frozen=True)
class Rendering:
    """One executed notebook as HTML: its parts, not yet fit for the pages that they share with
    others, and a page of its own, whose links to other pages are still to be led there."""

    parts: tuple[Part, ...]
    alone: str
    headings: tuple[Heading, ...]
    problems: tuple[str, ...]


def all_pages(report: Report, footer: Mapping[str, Any], exporters: str = "") -> dict[str, str]:
    """Merge a report's executed notebooks into its pages, and show each with its code.

    Parameters
    ----------
    report : its steps are executed.
    footer : `parameters` (name to value), `versions` (name to version), `inputs` (path to sha256).
    exporters : what the steps' own renderings were kept under; empty where each is made here.

    Returns
    -------
    HTML by file name; the same notebooks give the same bytes. A page that no section belongs to is
    not there.

    Raises
    ------
    ExportError
        With all reasons at once: an error or stderr in an output, an image without alt text, a
        table without a caption, headings that skip a level, a link to nowhere, anything that would
        run code or ask the network.
    """
    renderings = [(step, rendering(report, step, exporters)) for step in report.steps]
    parts = [(step, part) for step, one in renderings for part in one.parts]
    present = [page for page in report.pages if any(part.page == page.name for _, part in parts)]
    register = Register()
    by_page = {
        page.name: (made_page := PageSoFar(page.name, register), sections(made_page, page, parts))
        for page in present
    }
    texts = {
        f"{page.name}.html": report_page(report, page, present, *by_page[page.name], footer)
        for page in present
    }
    problems = [problem for page, _ in by_page.values() for problem in page.problems]
    for step, one in renderings:
        text, more = notebook_page(report, step, one, register)
        texts[f"notebooks/{step.executed.stem}.html"] = text
        problems += more
    if problems:
        lines = dict.fromkeys(problems)
        raise ExportError("\n  ".join([f"{len(lines)} reasons not to show the notebooks:", *lines]))
    return texts


def keep(report: Report, step: Step, executed: Path, exporters: str) -> None:
    """Render a notebook that has just been executed, and keep that beside it for `all_pages`.

    Parameters
    ----------
    executed : the notebook; it may not have its proper name yet.
    exporters : stands for all code that a rendering depends on.
    """
    result = (mark(report, step, executed, exporters), rendered(report, step, executed))
    write(step.rendering, pickle.dumps(result))


def rendering(report: Report, step: Step, exporters: str) -> Rendering:
    """Return what a step kept of its notebook, or render it here where that is of something
    else."""
    if exporters:
        with suppress(Exception):  # whatever is wrong with the file, it can be made again
            made_of, result = pickle.loads(step.rendering.read_bytes())
            if made_of == mark(report, step, step.executed, exporters):
                return result
    return rendered(report, step, step.executed)


def mark(report: Report, step: Step, executed: Path, exporters: str) -> str:
    """Return the sha256 of all that a rendering depends on."""
    content = json.loads(executed.read_bytes())
    names = [page.name for page in report.pages]
    of = [exporters, names, step.page, content["cells"], content["metadata"].get("title")]
    return hashlib.sha256(json.dumps(of, sort_keys=True).encode()).hexdigest()


def rendered(report: Report, step: Step, executed: Path) -> Rendering:
    """Render an executed notebook."""
    notebook = nbformat.read(executed, as_version=4)
    cells = numbered(notebook)
    page = PageSoFar("", Register())
    title, source = notebook.metadata.get("title"), step.executed.name
    page.problems += [f"{source}: {problem}" for problem in failures(cells)]
    parts = tuple(parts_of(step, cells, title, report.pages))
    html = coloured(fitted(cells_html(cells, fold=False), page, source, title, top=1))
    return Rendering(parts, html, tuple(page.headings), tuple(page.problems))


def parts_of(
    step: Step, cells: Sequence[NotebookNode], title: str | None, pages: Sequence[Page]
) -> Iterator[Part]:
    """Yield what a step shows on each page: a heading tagged with a page's name moves its section
    there.

    A section lasts until the next heading of its level or a higher one.
    """
    names = {page.name for page in pages}
    own: list[NotebookNode] = []
    moved: list[tuple[str, list[NotebookNode]]] = []
    place, depth = own, 0
    for cell in cells:
        level = heading_level(cell)
        if level and level <= (depth or level):
            target = tags(cell) & names - {step.page}
            place, depth = ([], level) if target else (own, 0)
            if target:
                moved.append((target.pop(), place))
        place.append(cell)
    yield part(step.page, own, title, True)
    yield from (part(page, section, None, False) for page, section in moved)


def part(page: str, cells: Sequence[NotebookNode], title: str | None, whole: bool) -> Part:
    """Return cells as a part of a page."""
    html, problems = cells_html(cells, fold=True), tuple(failures(cells))
    return Part(page, html, code_html(cells), title, whole, problems)


def heading_level(cell: NotebookNode) -> int:
    """Return the level of the heading that a cell of text begins with; 0 if there is none."""
    lines = cell.source.strip().splitlines()
    if cell.cell_type == "code":
        lines = lines[1:] if cell.source.startswith(PROSE) else []
    match = HEADING.match(next(filter(str.strip, lines), ""))
    return len(match[1]) if match else 0


def sections(
    made: PageSoFar, page: Page, parts: Sequence[tuple[Step, Part]]
) -> list[dict[str, Any]]:
    """Return the sections of one page, its captions numbered."""
    result: list[dict[str, Any]] = []
    for step, part in parts:
        if part.page != page.name:
            continue
        source, name = step.executed.name, step.executed.stem
        made.problems += [f"{source}: {problem}" for problem in part.problems]
        made.register.pages |= {name: page.name} if part.whole else {}
        before = len(made.headings)
        soup = fit(part.html, made, source, part.title)
        heading = made.headings[before].text if made.headings[before:] else name
        about = {"code": part.code, "notebook": name, "heading": heading, "whole": part.whole}
        result.append({"soup": soup, **about})
    number_captions(made, page.numbers)
    return result


def report_page(
    report: Report,
    page: Page,
    present: Sequence[Page],
    made: PageSoFar,
    sections: Sequence[Mapping[str, Any]],
    footer: Mapping[str, Any],
) -> str:
    """Return one page of a report."""
    made.headings.append(Heading(2, "provenance", "How this page was made"))
    provenance = page.provenance or not any(other.provenance for other in present)
    return whole_page(
        "report.html.j2",
        made,
        report.palette,
        sections=sections,
        about=page,
        pages=present,
        title=page.title,
        footer=footer,
        provenance=provenance,
        told_on=next((other for other in present if other.provenance), page),
    )


def notebook_page(
    report: Report, step: Step, drawing: Rendering, register: Register
) -> tuple[str, list[str]]:
    """Show one executed notebook with its code, in the report's style; the page, and what is wrong
    with it."""
    page = PageSoFar(
        "", Register(), headings=list(drawing.headings), problems=list(drawing.problems)
    )
    first = report.pages[0].name
    text = whole_page(
        "notebook.html.j2",
        page,
        report.palette,
        {name: f"../{place or first}.html" for name, place in register.pages.items()},
        html=BESIDE.sub(r'href="../\1"', drawing.alone),
        title=page.headings[0].text if page.headings else step.executed.stem,
        notebook=step.executed.name,
        back=f"../{step.page or first}.html",
    )
    return text, page.problems


def whole_page(
    template: str,
    page: PageSoFar,
    palette: Palette,
    elsewhere: Mapping[str, str] | None = None,
    **content: object,
) -> str:
    """Fill a page template; links to what stands on another page lead there, and one to nowhere is
    a problem of the page.

    Parameters
    ----------
    elsewhere : the page's address by an id that is not on this page; the report's other pages if
        not given.
    """
    script = (TEMPLATES / "page.js").read_text(encoding="utf-8")
    html = (
        templates()
        .get_template(template)
        .render(
            content,
            contents=page.contents(),
            style=(TEMPLATES / "style.css").read_text(encoding="utf-8"),
            palette=palette,
            script=script,
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        )
    )
    others = elsewhere or {name: f"{place}.html" for name, place in page.register.pages.items()}
    ids = set(re.findall(r'\bid="([^"]+)"', html))

    def address(link: re.Match[str]) -> str:
        target = link[1]
        if target in ids:
            return f'href="#{target}"'
        if target not in others:
            page.problems.append(f"a link to #{target}, which is on no page")
        return f'href="{others.get(target, "")}#{target}"'

    # In JupyterLab a link leads to another section's notebook, here to where that stands.
    return re.sub(r'\bhref="(?:[\w.-]+\.ipynb)?#([^"]*)"', address, html)


@cache
def templates() -> jinja2.Environment:
    """Return the environment of the page templates, where text is escaped unless a template says
    that it is HTML."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
