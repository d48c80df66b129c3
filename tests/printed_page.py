"""A page printed by the machine's Chromium, for a test that reads a PDF."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from notebook_report.pdf import chromium, printed


def printed_page(page: Path) -> bytes:
    """Print a page in a thread of its own: playwright allows one loop a thread, and tests of the
    browser keep theirs. Without a browser the test is skipped, and in CI it fails."""
    program = chromium()
    if program is None:
        what = "no Chromium on this machine (Debian: apt-get install chromium) to print with"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(what)
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(printed, page, program).result()
