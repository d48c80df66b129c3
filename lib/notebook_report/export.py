"""Cells of an executed notebook as HTML, through nbconvert and this package's template."""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from traitlets import default
from traitlets.config import Config

# An optional URI validator of jsonschema that takes a second to import (python-jsonschema#1428).
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

import nbformat  # noqa: E402
from nbconvert.exporters.templateexporter import TemplateExporter  # noqa: E402
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath  # noqa: E402
from nbformat import NotebookNode  # noqa: E402
from pygments import highlight  # noqa: E402
from pygments.formatters import HtmlFormatter  # noqa: E402
from pygments.lexers import PythonLexer  # noqa: E402

TEMPLATES = Path(__file__).parent / "templates"
SHOWN_FIRST = [
    *("text/html", "text/markdown"),
    *("image/svg+xml", "image/png", "image/jpeg"),
    "text/plain",
]
PROSE = "%%prose"  # a cell whose source is the sentence that it shows
CODE = re.compile("\ue000((?:[0-9a-f]{2})*)\ue001")
PYTHON, MARKED = PythonLexer(), HtmlFormatter(nowrap=True)
FILES = re.compile(
    r"\n\n\*[^*]+\*\s*$"
)  # the last paragraph of a heading's cell: for who opens the notebook


def cells_html(cells: Sequence[NotebookNode], fold: bool) -> str:
    """Return cells as HTML; folded, without their code and what else is no reader's business.

    Where code belongs stands what `coloured` makes it of.
    """
    visible = without_code(cells) if fold else list(cells)
    notebook = nbformat.from_dict(
        {"cells": visible, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    )
    body, _ = exporter().from_notebook_node(notebook)
    return str(body)


def code_html(cells: Sequence[NotebookNode]) -> str:
    """Return the code of cells, one below another, as HTML; empty where there is none."""
    sources = [cell.source for cell in for_readers(cells) if cell.cell_type == "code"]
    rendered = ((source, python_to_html(source)) for source in filter(str.strip, sources))
    # Rendered together, a cell would keep the empty lines that it ends with.
    blocks = [html + source[len(source.rstrip("\n")) :] for source, html in rendered]
    return "\n".join(blocks).rstrip("\n") + "\n" if blocks else ""


def coloured(html: str) -> str:
    """Put the code that `cells_html` left out into HTML that has been parsed meanwhile, which takes
    a third of the time without it; as a parser writes it."""
    return CODE.sub(
        lambda match: (
            python_to_html(bytes.fromhex(match[1]).decode(errors="replace"))
            .replace("&quot;", '"')
            .replace("&#39;", "'")
        ),
        html,
    )


def numbered(notebook: NotebookNode) -> list[NotebookNode]:
    """Return a notebook's cells, each output with its cell's number, for messages about it."""
    for number, cell in enumerate(notebook.cells, 1):
        for output in cell.get("outputs", []):
            output.number = number
    return list(notebook.cells)


def failures(cells: Sequence[NotebookNode]) -> Iterator[str]:
    """Name the cells that ended with an error or wrote to stderr."""
    for output in (output for cell in cells for output in cell.get("outputs", [])):
        if output.output_type == "error":
            yield f"cell {output.number}: {output.ename}: {output.evalue}"
        elif output.get("name") == "stderr":
            yield f"cell {output.number}: stderr: {output.text.strip()}"


def tags(cell: NotebookNode) -> set[str]:
    """Return a cell's tags."""
    return set(cell.metadata.get("tags", []))


def for_readers(cells: Sequence[NotebookNode]) -> list[NotebookNode]:
    """Return cells as a page has them.

    Cells tagged `hide` are left out, and so are default parameters that the run replaced; a cell
    tagged `remove-output` has its code alone, and prose no code. What the
    cell of a heading ends with in italics is for those who open the notebook.
    """
    injected = any("injected-parameters" in tags(cell) for cell in cells)
    unwanted = {"hide", "parameters"} if injected else {"hide"}
    return [as_shown(cell) for cell in cells if not tags(cell) & unwanted]


def without_code(cells: Sequence[NotebookNode]) -> list[NotebookNode]:
    """Return cells for readers, the code taken out of them."""
    return [
        nbformat.from_dict({**cell, "source": "" if cell.cell_type == "code" else cell.source})
        for cell in for_readers(cells)
    ]


def as_shown(cell: NotebookNode) -> NotebookNode:
    """Return a cell without what its tags or its kind keep from a page."""
    if "remove-output" in tags(cell):
        return nbformat.from_dict({**cell, "outputs": []})
    if cell.source.startswith(PROSE):
        return nbformat.from_dict({**cell, "source": ""})
    if cell.cell_type == "markdown" and cell.source.startswith("#"):
        return nbformat.from_dict({**cell, "source": FILES.sub("", cell.source)})
    return cell


class SectionExporter(TemplateExporter):
    """nbconvert with this package's template."""

    output_mimetype = "text/html"

    def __init__(self) -> None:
        config = Config({"NbConvertBase": {"display_data_priority": SHOWN_FIRST}})
        super().__init__(config=config, default_preprocessors=[], file_extension=".html")

    def default_filters(self) -> Iterator[tuple[str, Callable[..., Any]]]:
        """Add the filters of the section template to nbconvert's."""
        yield from super().default_filters()
        yield "markdown2html", markdown_to_html
        yield "highlight_code", set_aside

    def _preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Copy and check nothing: there are no preprocessors."""
        return nb, resources

    @default("template_name")
    def _template_name(self) -> str:
        return TEMPLATES.name

    @default("extra_template_basedirs")
    def _template_folders(self) -> list[str]:
        return [str(TEMPLATES.parent)]


@cache
def exporter() -> SectionExporter:
    """Return the exporter, whose templates are compiled once."""
    return SectionExporter()


def markdown_to_html(text: str) -> str:
    """Render markdown as nbconvert does; HTML in it is text, and links run no code."""
    renderer = IPythonRenderer(
        escape=True, allow_harmful_protocols=False, exclude_anchor_links=True
    )
    return str(MarkdownWithMath(renderer=renderer).render(text))


def set_aside(code: str) -> str:
    """Return code as text that `CODE` finds; what else is of that form is shown as code."""
    return f"\ue000{code.encode().hex()}\ue001"


@cache
def python_to_html(code: str) -> str:
    """Render Python code, its parts marked for the style sheet."""
    return highlight(code, PYTHON, MARKED)
