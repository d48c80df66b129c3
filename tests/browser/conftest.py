"""A real Chromium and axe-core for the browser tests; without them a test is skipped, or fails
where CI is set."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).parent
AXE = HERE / "node_modules" / "axe-core" / "axe.min.js"
# Headless, and silent towards the network: without these Chromium itself looks up hosts at every
# start.
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def missing(what: str) -> None:
    """Skip the test for lack of something, or fail it where CI is set."""
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's own Chromium."""
    program = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if program is None:
        missing(
            "no Chromium on this machine: install it (Debian: apt-get install chromium) to test the"
            " page in a browser"
        )
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=SWITCHES)
        yield started
        started.close()


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The source of axe-core, installed by npm from the lock file where it is not yet there."""
    if not AXE.exists():
        if shutil.which("npm") is None:
            missing(
                "no npm on this machine: it brings axe-core, which checks that the page is"
                " accessible"
            )
        folder = tmp_path_factory.mktemp("npm")
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, folder)
        command = ["npm", "ci", "--no-audit", "--no-fund"]
        made = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False, timeout=300
        )
        if made.returncode:
            missing(f"npm could not install axe-core: {made.stderr}")
        AXE.parent.mkdir(parents=True, exist_ok=True)
        fetched = shutil.copy(folder / AXE.relative_to(HERE), AXE.with_suffix(f".{os.getpid()}"))
        Path(fetched).replace(AXE)  # whole at once: tests may run in several processes
    return AXE.read_text(encoding="utf-8")
