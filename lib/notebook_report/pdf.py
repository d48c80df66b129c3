"""`python -m notebook_report.pdf YEAR`: the report as a PDF, printed by the machine's own Chromium."""

import re
import shutil
import sys
from pathlib import Path

from followup.files import write
from followup.problems import InputProblems
from followup.rounds import ROOT, Round, open_round
from notebook_report.index import write_index

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
    "No Chromium on this machine: it prints the PDF. Install chromium (Debian: apt-get install chromium; "
    "macOS: brew install --cask chromium), or print {report} from any browser."
)
FOOTER = """<div style="width:100%;margin:0 17mm;font:7.5pt sans-serif;color:#505a63;display:flex;justify-content:space-between">
<span class="title"></span><span>Page <span class="pageNumber"></span> of <span class="totalPages"></span></span></div>"""
# The page's own style sheet numbers the pages for whoever prints it from a browser; here the footer does.
ONE_NUMBER = "@page { @bottom-right { content: none } }"
DATES = re.compile(rb"/(CreationDate|ModDate) \(D:[^)]*\)")


class NoChromium(RuntimeError):
    """There is no Chromium to print with; the text says what to install."""


def chromium() -> str | None:
    """Path of the machine's Chromium or Chrome; None where there is none."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def print_report(survey_round: Round) -> Path:
    """Print output/YEAR/report.html to report.pdf beside it. Returns its path.

    Raises
    ------
    NoChromium
        There is no Chromium on this machine.
    FileNotFoundError
        The report is not built yet.
    """
    report = survey_round.output / "report.html"
    if not report.is_file():
        raise FileNotFoundError(
            f"{_short(report)} is not there yet: run `make report YEAR={survey_round.year}` first"
        )
    program = chromium()
    if program is None:
        raise NoChromium(MISSING.format(report=_short(report)))
    return write(report.with_suffix(".pdf"), printed(report, program))


def printed(page: Path, program: str) -> bytes:
    """A page as PDF: tagged, with bookmarks and page numbers, and without the time of printing: the same page, the same bytes."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=SWITCHES)
        opened = browser.new_page()
        opened.goto(page.resolve().as_uri())
        opened.add_style_tag(content=ONE_NUMBER)
        content = opened.pdf(
            prefer_css_page_size=True,
            print_background=True,
            tagged=True,
            outline=True,
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=FOOTER,
        )
        browser.close()
    return DATES.sub(lambda date: b" " * len(date[0]), content)


def _short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def main(arguments: list[str]) -> int:
    """Print one year's report. Returns the exit status."""
    if len(arguments) != 1 or not arguments[0].isdigit():
        print("usage: python -m notebook_report.pdf YEAR", file=sys.stderr)
        return 2
    try:
        survey_round = open_round(int(arguments[0]))
        print(_short(print_report(survey_round)))
        write_index()
    except (InputProblems, NoChromium, FileNotFoundError) as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
