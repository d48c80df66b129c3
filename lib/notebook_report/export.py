"""Executed notebooks as one HTML page that needs nothing else: no network, no other file, no script."""

import base64
import hashlib
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import jinja2
from traitlets import default
from traitlets.config import Config

from notebook_report.markup import Heading, Page, adopt

# An optional URI validator of jsonschema that takes a second to import (python-jsonschema#1428).
sys.modules.setdefault("rfc3987_syntax", None)

import nbformat  # noqa: E402
from nbconvert.exporters.templateexporter import TemplateExporter  # noqa: E402
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath  # noqa: E402
from pygments import highlight  # noqa: E402
from pygments.formatters import HtmlFormatter  # noqa: E402
from pygments.lexers import PythonLexer  # noqa: E402

TEMPLATES = Path(__file__).parent / "templates"
SHOWN_FIRST = [
    "text/html",
    "text/markdown",
    "image/svg+xml",
    "image/png",
    "image/jpeg",
    "text/plain",
]


class ExportError(ValueError):
    """The notebooks cannot be shown as they are; the text lists every reason with its notebook and cell."""


def report_html(notebooks: list[Path], title: str, subtitle: str, footer: dict) -> str:
    """Merge executed notebooks into the report.

    Parameters
    ----------
    notebooks : executed notebooks in reading order; each becomes a section, its `#` heading an h2
        (`metadata.title` in its place where the notebook has one).
    title, subtitle : the page's only h1, and the line under it.
    footer : `parameters` (name to value), `versions` (name to version), `inputs` (path to sha256).

    Returns
    -------
    One HTML page; the same notebooks give the same bytes.

    Raises
    ------
    ExportError
        With all reasons at once: an error or stderr in an output, an image without alt text, a table without a caption,
        headings that skip a level, anything that would run code or ask the network.
    """
    page = Page()
    sections = [
        {"html": section(path, page, fold=True, shift=1), "notebook": path.stem}
        for path in notebooks
    ]
    page.headings.append(Heading(2, "provenance", "How this page was made"))
    return whole_page(
        "report.html.j2", page, sections=sections, title=title, subtitle=subtitle, footer=footer
    )


def page_html(notebook: Path, title: str | None = None) -> str:
    """Show one executed notebook with its code, in the report's style.

    Parameters
    ----------
    notebook : an executed notebook.
    title : the page's h1; the notebook's `metadata.title` or first heading if not given.

    Returns
    -------
    One HTML page, under the same rules as `report_html`.
    """
    page = Page()
    html = section(notebook, page, fold=False, shift=0, title=title)
    name = page.headings[0].text if page.headings else notebook.stem
    return whole_page(
        "notebook.html.j2",
        page,
        elsewhere="../report.html",
        html=html,
        title=name,
        notebook=notebook.name,
    )


def section(path: Path, page: Page, fold: bool, shift: int, title: str | None = None) -> str:
    """Return one notebook's HTML, its headings and ids fitted into `page`."""
    notebook = nbformat.read(path, as_version=4)
    page.problems += [f"{path.name}: {problem}" for problem in failures(notebook)]
    body, _ = section_exporter(fold).from_notebook_node(notebook)
    return adopt(body, page, path.name, title or notebook.metadata.get("title"), shift)


def failures(notebook: nbformat.NotebookNode) -> list[str]:
    """Name the cells that ended with an error or wrote to stderr."""
    outputs = [
        (number, output)
        for number, cell in enumerate(notebook.cells, 1)
        for output in cell.get("outputs", [])
    ]
    errors = [
        f"cell {number}: {output.ename}: {output.evalue}"
        for number, output in outputs
        if output.output_type == "error"
    ]
    said = [
        (number, output.text.strip())
        for number, output in outputs
        if output.get("name") == "stderr"
    ]
    return errors + [f"cell {number}: stderr: {text}" for number, text in said]


def whole_page(template: str, page: Page, elsewhere: str = "", **content: object) -> str:
    """Fill a page template, or raise ExportError if anything on the page is not fit to be shown.

    A link to an id that the page does not have goes `elsewhere`, and is a problem where that is empty.
    """
    script = (TEMPLATES / "page.js").read_text(encoding="utf-8")
    filled = page_templates().get_template(template)
    html = filled.render(
        content,
        contents=page.contents(),
        style=(TEMPLATES / "style.css").read_text(encoding="utf-8"),
        script=script,
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )
    ids = set(re.findall(r'\bid="([^"]+)"', html))
    lost = sorted(set(re.findall(r'\bhref="#([^"]*)"', html)) - ids)
    problems = page.problems + (
        [] if elsewhere else [f"a link to #{target}, which is not on the page" for target in lost]
    )
    if problems:
        raise ExportError(
            "\n".join(
                [
                    f"{len(problems)} reasons not to show the notebooks:",
                    *(f"  {one}" for one in problems),
                ]
            )
        )
    for target in lost:
        html = html.replace(f'href="#{target}"', f'href="{elsewhere}#{target}"')
    return html


@cache
def page_templates() -> jinja2.Environment:
    """Return the environment of the page templates, where text is escaped unless a template says that it is HTML."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def numbered(cells: list[nbformat.NotebookNode]) -> list[nbformat.NotebookNode]:
    """Return the cells, each output with its cell's number, for messages about it."""
    for number, cell in enumerate(cells, 1):
        for output in cell.get("outputs", []):
            output.number = number
    return cells


def folded(cells: list[nbformat.NotebookNode]) -> list[nbformat.NotebookNode]:
    """Gather code until something is shown, so that one "Show code" stands under what its code made.

    Cells tagged `hide` are left out, and so are default parameters that the run replaced.
    """
    tags = [set(cell.metadata.get("tags", [])) for cell in cells]
    unwanted = (
        {"hide", "parameters"} if any("injected-parameters" in own for own in tags) else {"hide"}
    )
    kept = [cell for cell, own in zip(cells, tags, strict=True) if not own & unwanted]
    result, waiting = [], []
    for cell, following in zip(kept, [*kept[1:], None], strict=True):
        if cell.cell_type != "code":
            result.append(cell)
            continue
        if "remove-output" in cell.metadata.get("tags", []):
            cell = nbformat.from_dict({**cell, "outputs": []})
        if cell.source.startswith("%%prose"):
            cell = nbformat.from_dict({**cell, "source": ""})
        waiting.append(cell)
        run_ends = following is None or following.cell_type != "code"
        if run_ends and any(one.outputs for one in waiting):
            result.append(joined(waiting))
            waiting = []
    return [*result, joined(waiting)] if waiting else result


def joined(cells: list[nbformat.NotebookNode]) -> nbformat.NotebookNode:
    """Return one code cell with the code and the outputs of several."""
    source = "\n\n".join(cell.source for cell in cells if cell.source.strip())
    return nbformat.from_dict(
        {
            **cells[-1],
            "source": source,
            "outputs": [output for cell in cells for output in cell.outputs],
        }
    )


class SectionExporter(TemplateExporter):
    """nbconvert with this package's template: the cells of one notebook as HTML, code folded or open."""

    output_mimetype = "text/html"

    def __init__(self, fold: bool) -> None:
        config = Config({"NbConvertBase": {"display_data_priority": SHOWN_FIRST}})
        super().__init__(config=config, default_preprocessors=[], file_extension=".html")
        self.fold = fold

    def from_notebook_node(self, nb: nbformat.NotebookNode, **options: object) -> tuple[str, dict]:
        """Convert a notebook to HTML."""
        cells = numbered(nb.cells)
        prepared = nbformat.from_dict({**nb, "cells": folded(cells) if self.fold else cells})
        return super().from_notebook_node(prepared, {"fold": self.fold}, **options)

    def default_filters(self) -> Iterator[tuple[str, Callable]]:
        """Add the filters of the section template to nbconvert's."""
        yield from super().default_filters()
        yield "markdown2html", markdown_to_html
        yield "highlight_code", python_to_html

    @default("template_name")
    def _template_name(self) -> str:
        return TEMPLATES.name

    @default("extra_template_basedirs")
    def _template_folders(self) -> list[str]:
        return [str(TEMPLATES.parent)]


@cache
def section_exporter(fold: bool) -> SectionExporter:
    """Return an exporter, whose templates are compiled once."""
    return SectionExporter(fold)


def markdown_to_html(text: str) -> str:
    """Render markdown as nbconvert does; HTML in it is text, and links run no code."""
    renderer = IPythonRenderer(
        escape=True, allow_harmful_protocols=False, exclude_anchor_links=True
    )
    return MarkdownWithMath(renderer=renderer).render(text)


def python_to_html(code: str) -> str:
    """Render Python code, its parts marked for the style sheet."""
    return highlight(code, PythonLexer(), HtmlFormatter(nowrap=True))
