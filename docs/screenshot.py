"""Make the README's picture: `python docs/screenshot.py 2021` writes docs/report.png."""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MAC_CHROME = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def browser_path() -> str:
    """Return the machine's Chromium or Chrome.

    Raises
    ------
    SystemExit : when it has neither, with what to install.
    """
    found = next(filter(None, map(shutil.which, BROWSERS)), None) or (
        str(MAC_CHROME) if MAC_CHROME.exists() else None
    )
    if found is None:
        sys.exit("No Chromium or Chrome found: install one (Debian: apt-get install chromium).")
    return found


def take_picture(page_path: Path, picture: Path, width: int = 1280, height: int = 960) -> None:
    """Write a PNG of the first screen of an HTML page."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=QUIET)
        page = browser.new_page(viewport={"width": width, "height": height})
        page.goto(page_path.as_uri())
        page.screenshot(path=picture, animations="disabled")
        browser.close()


def main(year: str) -> None:
    report = ROOT / "output" / year / "report.html"
    if not report.exists():
        sys.exit(f"{report.relative_to(ROOT)} does not exist: run `make report YEAR={year}` first.")
    take_picture(report, ROOT / "docs" / "report.png")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "2021")
