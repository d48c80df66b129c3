"""Pages of executed notebooks that a test wrote, by the package that makes the report's."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from notebook_report.pages import all_pages
from notebook_report.project import Page, Report, Step

PAGES = (("report", ""), ("annex", "A"))


def pages_of(
    notebooks: Sequence[Path],
    title: str,
    subtitle: str,
    footer: Mapping[str, Any],
    titles: Sequence[str] = (),
    **more: Any,
) -> dict[str, str]:
    """The pages of a report made of executed notebooks, by file name."""
    steps = tuple(
        Step(path.stem, path, path, {}, page=page)
        for path, page in zip(notebooks, [*titles, *["report"] * len(notebooks)], strict=False)
    )
    pages = tuple(
        Page(name, name.capitalize(), title, subtitle, numbers=numbers, provenance=name == "annex")
        for name, numbers in PAGES
    )
    root = notebooks[0].parent
    report = Report("2021", root, steps, root, root, pages, footer["parameters"], **more)
    return all_pages(report, footer)


def report_html(
    notebooks: Sequence[Path], title: str, subtitle: str, footer: Mapping[str, Any]
) -> str:
    """The first page of a report made of executed notebooks."""
    return pages_of(notebooks, title, subtitle, footer)["report.html"]


def page_html(notebook: Path) -> str:
    """The page that shows one executed notebook with its code."""
    footer = {"parameters": {}, "versions": {}, "inputs": {}}
    return pages_of([notebook], "The report", "", footer)[f"notebooks/{notebook.stem}.html"]
