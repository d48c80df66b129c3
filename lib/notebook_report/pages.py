"""Executed notebooks as pages that need nothing else: no network, no other file."""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import jinja2
import nbformat
from nbformat import NotebookNode

from notebook_report.export import (
    PROSE,
    TEMPLATES,
    cells_html,
    code_html,
    failures,
    numbered,
    tags,
)
from notebook_report.markup import Heading, PageSoFar, Register, fit, fitted, number_captions
from notebook_report.project import Page, Report, Step

HEADING = re.compile(r"(#{1,6}) ")
Palette = Mapping[str, tuple[str, str]]


class ExportError(ValueError):
    """The notebooks cannot be shown as they are; the text lists every reason with its notebook and
    cell."""


@dataclass(frozen=True)
class Part:
    """Cells that stand together on a page: a notebook, or a section of it that belongs
    elsewhere."""

    step: Step
    page: str
    cells: Sequence[NotebookNode]
    title: str | None = None
    whole: bool = True


def all_pages(report: Report, footer: Mapping[str, Any]) -> dict[str, str]:
    """Merge a report's executed notebooks into its pages, and show each with its code.

    Parameters
    ----------
    report : its steps are executed.
    footer : `parameters` (name to value), `versions` (name to version), `inputs` (path to sha256).

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
    parts = [part for step in report.steps for part in parts_of(step, report.pages)]
    present = [page for page in report.pages if any(part.page == page.name for part in parts)]
    register = Register()
    made = {
        page.name: (made_page := PageSoFar(page.name, register), sections(made_page, page, parts))
        for page in present
    }
    texts = {
        f"{page.name}.html": report_page(report, page, present, *made[page.name], footer)
        for page in present
    }
    problems = [problem for page, _ in made.values() for problem in page.problems]
    for step in report.steps:
        text, more = notebook_page(report, step, register)
        texts[f"notebooks/{step.executed.stem}.html"] = text
        problems += more
    if problems:
        told = dict.fromkeys(problems)
        raise ExportError("\n  ".join([f"{len(told)} reasons not to show the notebooks:", *told]))
    return texts


def parts_of(step: Step, pages: Sequence[Page]) -> list[Part]:
    """Return what a step shows on each page: a heading tagged with a page's name moves its section
    there.

    A section lasts until the next heading of its level or a higher one.
    """
    notebook = nbformat.read(step.executed, as_version=4)
    names = {page.name for page in pages}
    own: list[NotebookNode] = []
    moved: list[Part] = []
    place, depth = own, 0
    for cell in numbered(notebook):
        level = heading_level(cell)
        if level and level <= (depth or level):
            target = tags(cell) & names - {step.page}
            place, depth = ([], level) if target else (own, 0)
            if target:
                moved.append(Part(step, target.pop(), place, whole=False))
        place.append(cell)
    return [Part(step, step.page, own, notebook.metadata.get("title")), *moved]


def heading_level(cell: NotebookNode) -> int:
    """Return the level of the heading that a cell of text begins with; 0 if there is none."""
    lines = cell.source.strip().splitlines()
    if cell.cell_type == "code":
        lines = lines[1:] if cell.source.startswith(PROSE) else []
    match = HEADING.match(next(filter(str.strip, lines), ""))
    return len(match[1]) if match else 0


def sections(made: PageSoFar, page: Page, parts: Sequence[Part]) -> list[dict[str, Any]]:
    """Return the sections of one page, its captions numbered."""
    result: list[dict[str, Any]] = []
    for part in parts:
        if part.page != page.name:
            continue
        source = part.step.executed.name
        made.problems += [f"{source}: {problem}" for problem in failures(part.cells)]
        name = part.step.executed.stem
        made.register.pages |= {name: page.name} if part.whole else {}
        before = len(made.headings)
        soup = fit(cells_html(part.cells, fold=True), made, source, part.title)
        heading = made.headings[before].text if made.headings[before:] else name
        code = code_html(part.cells)
        result.append(
            {"soup": soup, "code": code, "notebook": name, "heading": heading, "whole": part.whole}
        )
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


def notebook_page(report: Report, step: Step, register: Register) -> tuple[str, list[str]]:
    """Show one executed notebook with its code, in the report's style; the page, and what is wrong
    with it."""
    notebook = nbformat.read(step.executed, as_version=4)
    cells = numbered(notebook)
    page = PageSoFar("", Register())
    title = notebook.metadata.get("title")
    source = step.executed.name
    page.problems += [f"{source}: {problem}" for problem in failures(cells)]
    html = fitted(cells_html(cells, fold=False), page, source, title, top=1)
    first = report.pages[0].name
    text = whole_page(
        "notebook.html.j2",
        page,
        report.palette,
        {name: f"../{place or first}.html" for name, place in register.pages.items()},
        html=html,
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
            return link[0]
        if target not in others:
            page.problems.append(f"a link to #{target}, which is on no page")
        return f'href="{others.get(target, "")}#{target}"'

    return re.sub(r'\bhref="#([^"]*)"', address, html)


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
