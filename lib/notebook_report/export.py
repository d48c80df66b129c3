"""Cells of an executed notebook as HTML, through nbconvert and this package's template."""

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


def cells_html(cells: Sequence[NotebookNode], fold: bool) -> str:
    """Return cells as HTML; folded, code stands below what it made, and what is no reader's
    business is left out."""
    shown = folded(cells) if fold else list(cells)
    notebook = nbformat.from_dict(
        {"cells": shown, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    )
    body, _ = exporter().from_notebook_node(notebook, {"fold": fold})
    return str(body)


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


def folded(cells: Sequence[NotebookNode]) -> list[NotebookNode]:
    """Gather code until something is shown, so that one "Show code" stands under what its code
    made.

    Cells tagged `hide` are left out, and so are default parameters that the run replaced; a cell
    tagged `remove-output` shows its code alone, and prose shows no code.
    """
    injected = any("injected-parameters" in tags(cell) for cell in cells)
    unwanted = {"hide", "parameters"} if injected else {"hide"}
    kept = [as_shown(cell) for cell in cells if not tags(cell) & unwanted]
    result: list[NotebookNode] = []
    waiting: list[NotebookNode] = []
    for cell, following in zip(kept, [*kept[1:], None], strict=True):
        if cell.cell_type != "code":
            result.append(cell)
            continue
        waiting.append(cell)
        run_ends = following is None or following.cell_type != "code"
        if run_ends and any(one.outputs for one in waiting):
            result.append(joined(waiting))
            waiting = []
    return [*result, joined(waiting)] if waiting else result


def as_shown(cell: NotebookNode) -> NotebookNode:
    """Return a cell without what its tags or its kind keep from a page."""
    if "remove-output" in tags(cell):
        return nbformat.from_dict({**cell, "outputs": []})
    if cell.source.startswith(PROSE):
        return nbformat.from_dict({**cell, "source": ""})
    return cell


def joined(cells: Sequence[NotebookNode]) -> NotebookNode:
    """Return one code cell with the code and the outputs of several."""
    source = "\n\n".join(cell.source for cell in cells if cell.source.strip())
    outputs = [output for cell in cells for output in cell.outputs]
    return nbformat.from_dict({**cells[-1], "source": source, "outputs": outputs})


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
        yield "highlight_code", python_to_html

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


def python_to_html(code: str) -> str:
    """Render Python code, its parts marked for the style sheet."""
    return highlight(code, PythonLexer(), HtmlFormatter(nowrap=True))
