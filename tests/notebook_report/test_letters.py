"""Letters: one notebook run for each reader, each a page of its own, and an archive of them all."""

import sys
import zipfile

import pytest

LETTERS = """
from dataclasses import replace
from notebook_report.build import wanted_engine
from notebook_report.letters import write_letters
from notebook_report.project import Page, Step
from garden import ROOT, project, report

garden, folder = report("2021"), ROOT / "output" / ".build" / "letters"
notebook, reads = ROOT / "notebooks" / "60_letter.ipynb", (ROOT / "data/raw/2021/round.toml",)
steps = tuple(
    Step(f"60-{name}", notebook, folder / f"60-{name}.ipynb", {"YEAR": 2021, "READER": name}, reads,
         page=name)
    for name in READERS
)
pages = tuple(Page(name, name, f"To {name}", "The garden") for name in READERS)
output = ROOT / "output" / "2021" / "letters"
letters = replace(garden, steps=steps, pages=pages, folder=folder, output=output)
write_letters(project, letters, wanted_engine())
"""


@pytest.fixture
def send(project):
    """Write letters to some readers; the exit status and what was printed."""
    project.write("60_letter", 'YEAR = 2020\nREADER = ""', ['print(f"Dear {READER}")'])

    def write(*readers):
        code = LETTERS.replace("READERS", repr(readers))
        return project.run(sys.executable, "-c", code)

    return write


def pages_of(project):
    return {
        path.stem: path.read_text() for path in (project.root / "output/2021/letters").glob("*")
    }


def test_each_reader_gets_a_page_that_is_about_nobody_else(project, send):
    status, printed = send("Ann", "Bob")
    assert status == 0, printed
    letters = pages_of(project)
    assert {
        reader: (text.count("Dear"), f"Dear {reader}" in text) for reader, text in letters.items()
    } == {
        "Ann": (1, True),
        "Bob": (1, True),
    }
    assert "Bob" not in letters["Ann"]
    assert 'class="code"' not in letters["Ann"]
    assert "READER" not in letters["Ann"]


def test_the_archive_holds_the_same_pages_in_the_same_bytes(project, send):
    send("Ann", "Bob")
    path = project.root / "output/2021/letters.zip"
    content = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        pages = {
            name.removesuffix(".html"): archive.read(name).decode() for name in archive.namelist()
        }
    assert pages == pages_of(project)
    send("Ann", "Bob")
    assert path.read_bytes() == content


def test_a_reader_that_is_gone_gets_no_page_and_the_report_stays(project, send):
    before = {name for name in project.published() if not name.startswith("letters")}
    send("Ann", "Bob")
    send("Bob")
    assert set(pages_of(project)) == {"Bob"}
    assert {name for name in project.published() if not name.startswith("letters")} == before


def test_a_letter_that_fails_leaves_the_former_ones(project, send):
    send("Ann")
    former = pages_of(project)
    project.write("60_letter", 'YEAR = 2020\nREADER = ""', ["1 / 0"])
    status, printed = send("Ann")
    assert status != 0
    assert "division by zero" in printed
    assert pages_of(project) == former
