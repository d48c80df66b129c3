"""The report as a PDF, printed by the machine's own Chromium."""

import re
import shutil
from pathlib import Path
from typing import Any

from notebook_report import BuildError
from notebook_report.files import write
from notebook_report.project import Report

PROGRAMS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
# Silent towards the network: without these Chromium itself looks up hosts at every start.
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
MISSING = (
    "No Chromium on this machine: it prints the PDF. Install chromium "
    "(Debian: apt-get install chromium; "
    "macOS: brew install --cask chromium), or print {report} from any browser."
)
FOOTER = (
    '<div style="width:100%;margin:0 17mm;font:7.5pt sans-serif;color:#505a63;'
    'display:flex;justify-content:space-between"><span class="title"></span>'
    '<span>Page <span class="pageNumber"></span> of <span class="totalPages"></span></span></div>'
)
# The page's own style sheet numbers the pages for whoever prints it from a browser; here the footer
# does.
ONE_NUMBER = "@page { @bottom-right { content: none } }"
# CSS could number a list of contents, but Chromium does not know target-counter(): the page is
# printed twice, the second time with the numbers that the first gave.
NUMBER_CONTENTS = """numbers => document.querySelectorAll('.on-paper li a').forEach(link => {
    link.parentElement.dataset.page = numbers[link.hash.slice(1)] ?? '';
})"""
PAGES = re.compile(rb"\n(\d+) 0 obj\n<</Type /Pages\b[^>]*?/Kids \[([^\]]*)\]")
PLACES = re.compile(rb"\n?/(\S+) \[(\d+) 0 R /XYZ ")
DATES = re.compile(rb"/(CreationDate|ModDate) \(D:[^)]*\)")


def chromium() -> str | None:
    """Return the path of the machine's Chromium or Chrome; None where there is none."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def print_report(report: Report) -> Path:
    """Print the report's first page to a PDF beside it, and return its path.

    Raises
    ------
    BuildError
        The report is not built yet, or there is no Chromium on this machine.
    """
    page = report.output / f"{report.pages[0].name}.html"
    if not page.is_file():
        raise BuildError(
            f"{report.shown(page)} is not there yet: run `make report YEAR={report.name}` first"
        )
    program = chromium()
    if program is None:
        raise BuildError(MISSING.format(report=report.shown(page)))
    return write(page.with_suffix(".pdf"), printed(page, program))


def printed(page: Path, program: str) -> bytes:
    """A page as PDF: tagged, with bookmarks, page numbers and numbered contents, and without the
    time of printing: the same page, the same bytes."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=SWITCHES)
        tab = browser.new_page()
        tab.goto(page.resolve().as_uri())
        tab.add_style_tag(content=ONE_NUMBER)
        layout: dict[str, Any] = {
            "prefer_css_page_size": True,
            "print_background": True,
            "tagged": True,
            "outline": True,
            "display_header_footer": True,
            "header_template": "<span></span>",
            "footer_template": FOOTER,
        }
        tab.evaluate(NUMBER_CONTENTS, page_numbers(tab.pdf(**layout)))
        content = tab.pdf(**layout)
        browser.close()
    return DATES.sub(lambda date: b" " * len(date[0]), content)


def page_numbers(content: bytes) -> dict[str, int]:
    """Return the number of the page that each id stands on which a link of a PDF leads to."""
    kids = {
        int(node): [int(kid) for kid in re.findall(rb"(\d+) 0 R", listed)]
        for node, listed in PAGES.findall(content)
    }
    below = {kid for listed in kids.values() for kid in listed}

    def leaves(node: int) -> list[int]:
        return [leaf for kid in kids[node] for leaf in leaves(kid)] if node in kids else [node]

    order = [leaf for root in kids if root not in below for leaf in leaves(root)]
    number = {leaf: place for place, leaf in enumerate(order, start=1)}
    return {
        name.decode(): number[int(leaf)]
        for name, leaf in PLACES.findall(content)
        if int(leaf) in number
    }
