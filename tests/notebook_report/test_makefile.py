"""make is the door: it asks the chain when something is newer than the chain's last look, and only
then."""

import os
import re
import shutil
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
ASKED = "output/.build/2021/.asked"
NEWER = [
    "data/raw/2021/harvest.csv",
    "data/raw/2021/round.toml",
    "data/raw/neighbours.csv",
    "docs/glossary.md",
    "notebooks/24_fruit.ipynb",
    "lib/garden_words/upper.py",
    "lib/notebook_report/templates/style.css",
    "requirements.lock",
]


@pytest.fixture
def timed(project):
    """The project, looked at by the chain after everything was copied: what is touched is newer."""
    for folder in ("notebooks/exploratory", "notebooks/.ipynb_checkpoints"):
        (project.root / folder).mkdir()
    time.sleep(0.05)
    os.utime(project.root / ASKED)
    time.sleep(0.05)
    return project


def is_asked(project, *arguments: str) -> bool:
    """Whether make would run the chain."""
    return "notebook_report" in project.make("-n", "report", *arguments)[1]


def test_nothing_newer_asks_nothing(timed):
    assert timed.make("report") == (0, "make: Nothing to be done for 'report'.\n")


@pytest.mark.parametrize("name", NEWER)
def test_whatever_can_change_the_report_asks_the_chain(timed, name):
    (timed.root / name).touch()
    assert is_asked(timed)


def test_a_changed_file_that_keeps_an_older_date_asks_the_chain(timed):
    corrected = timed.root / "corrected.csv"
    corrected.write_text("fruit,weight\n", encoding="utf-8")
    os.utime(corrected, (1, 1))
    corrected.replace(timed.root / "data/raw/2021/harvest.csv")
    assert is_asked(timed)


def test_a_changed_file_behind_a_symbolic_link_asks_the_chain(timed):
    raw = timed.root / "data/raw/2021/harvest.csv"
    kept = raw.replace(timed.root / "kept elsewhere.csv")
    raw.symlink_to(kept)
    other = timed.root / "another.csv"
    other.write_text("reply\n", encoding="utf-8")
    timed.make("report")
    time.sleep(0.05)
    assert not is_asked(timed)
    kept.touch()
    assert is_asked(timed)
    timed.make("report")
    time.sleep(0.05)
    raw.unlink()
    raw.symlink_to(other)
    assert is_asked(timed)


@pytest.mark.parametrize("name", ["output/2021/report.html", ASKED])
def test_what_is_dated_ahead_hides_no_edit(timed, name):
    ahead = time.time() + 86400
    os.utime(timed.root / name, (ahead, ahead))
    (timed.root / "data/raw/2021/harvest.csv").touch()
    assert is_asked(timed)


@pytest.mark.parametrize(
    "name", ["data/raw/2021/harvest.csv", "notebooks/24_fruit.ipynb", "lib/garden_words/unused.py"]
)
def test_a_file_that_comes_or_goes_asks_the_chain(timed, name):
    path = timed.root / name
    kept = path.rename(timed.root / "kept elsewhere")
    assert is_asked(timed)
    kept.rename(path)
    timed.make("report")
    time.sleep(0.05)
    assert not is_asked(timed)
    (path.parent / "an export, as it came.csv").touch()
    assert is_asked(timed)


PUBLISHED = [
    "output/index.html",
    "output/2021/report.html",
    "output/2021/manifest.json",
    "output/2021/results.csv",
    "output/2021/tables/plums.csv",
    "output/2021/figures/plums.svg",
    "output/2021/notebooks/30_tests.html",
    "data/processed/2021/harvest.csv",
    "output/.build/2021/results.csv",
]


@pytest.mark.parametrize("name", PUBLISHED)
def test_what_somebody_altered_or_deleted_asks_the_chain(timed, name):
    path = timed.root / name
    date = path.stat().st_mtime_ns
    with path.open("a") as file:
        file.write("altered")
    os.utime(path, ns=(date, date))
    assert is_asked(timed)
    os.utime(timed.root / ASKED)
    time.sleep(0.05)
    assert not is_asked(timed)
    path.unlink()
    assert is_asked(timed)


@pytest.mark.parametrize("harm", [lambda path: path.write_bytes(b"altered"), Path.unlink])
def test_what_somebody_altered_or_deleted_is_put_right(timed, harm):
    before = contents(timed)
    for name in PUBLISHED:
        harm(timed.root / name)
    assert timed.make("report")[0] == 0
    assert contents(timed) == before
    assert timed.make("report") == (0, "make: Nothing to be done for 'report'.\n")


@pytest.mark.parametrize("folder", ["output/2021/tables", "output/2021", "data/processed/2021"])
def test_a_folder_that_somebody_deleted_asks_the_chain(timed, folder):
    shutil.rmtree(timed.root / folder)
    assert is_asked(timed)


def contents(project) -> dict[str, bytes]:
    """What stands in the files that a build makes, but the manifest, which tells the time."""
    paths = [project.root / name for name in PUBLISHED if "manifest" not in name]
    return {str(path): path.read_bytes() for path in paths}


def test_a_list_of_reports_that_a_killed_build_left_behind_is_made_again(timed):
    path = timed.root / "output/index.html"
    path.write_text("the list as it was")
    (timed.root / ASKED).unlink()
    timed.make("report")
    assert "Gardens" in path.read_text()


@pytest.mark.parametrize(
    "name",
    ["notebooks/exploratory/own.ipynb", "notebooks/.ipynb_checkpoints/a.ipynb"],
)
def test_what_is_no_part_of_the_report_asks_nothing(timed, name):
    (timed.root / name).touch()
    assert not is_asked(timed)


def test_an_engine_by_name_asks_the_chain(timed):
    assert is_asked(timed, "ENGINE=kernel")


def test_after_the_chain_found_everything_fresh_make_has_nothing_to_do(timed):
    (timed.root / "lib/garden_words/upper.py").touch()
    status, printed = timed.make("report")
    assert (status, "is up to date: 0 of 6 steps run" in printed) == (0, True)
    assert timed.make("report") == (0, "make: Nothing to be done for 'report'.\n")


def test_a_module_edited_while_the_build_runs_is_seen_by_the_next(timed):
    module = timed.root / "lib/garden_words/upper.py"
    timed.change("30_tests", [f"import os\nos.utime({str(module)!r})"])
    status, printed = timed.make("report")
    assert status == 0, printed
    assert is_asked(timed)


def test_a_failed_build_keeps_the_report_and_is_tried_again(timed):
    before = timed.published()
    timed.change("30_tests", ["1 / 0"])
    status, printed = timed.make("report")
    assert status == 2
    assert "ZeroDivisionError" in printed
    assert timed.published() == before
    assert is_asked(timed)


@pytest.mark.parametrize(
    "year",
    [
        "2021 && touch harmed",
        "$(shell touch harmed)",
        "`touch harmed`",
        "2021\ntouch harmed",
        "２０２１",
        "02021",
        "²",
        "*",
        "2021/../2021",
    ],
)
def test_what_is_no_year_never_reaches_the_shell(timed, year):
    status, printed = timed.make("report", f"YEAR={year}")
    assert (status, "A year is four digits" in printed) == (2, True)
    assert not (timed.root / "harmed").exists()


def test_a_year_without_a_round_names_those_that_have_one(timed):
    status, printed = timed.make("YEAR=1999", "report")
    assert status == 2
    assert "2021" in printed
    assert not (timed.root / "output/1999").exists()


def test_the_latest_year_is_meant_unless_another_is_named(timed):
    shutil.copytree(timed.root / "data/raw/2021", timed.root / "data/raw/2022")
    assert "notebook_report report 2022" in timed.make("-n", "report")[1]


def test_the_checks_are_of_the_report_of_2021_whatever_round_is_the_latest(timed):
    shutil.copytree(timed.root / "data/raw/2021", timed.root / "data/raw/2022")
    (timed.root / "docs/glossary.md").touch()
    printed = timed.make("-n", "test", "YEAR=2022")[1]
    assert "notebook_report report 2021" in printed
    assert "notebook_report report 2022" not in printed


def test_make_alone_says_what_can_be_typed(timed):
    status, printed = timed.make()
    assert status == 0
    told = set(re.findall(r"^make (\w+)", printed, re.MULTILINE))
    assert {
        "report",
        "test",
        "lab",
        "check",
        "round",
        "audit",
        "draft",
        "oracle",
        "bench",
        "pdf",
        "docx",
        "profile",
        "lock",
        "lint",
        "clean",
        "feedback",
    } == told


def test_a_machine_without_python_is_told_which_is_needed(timed):
    nowhere = {"PATH": "/none", "CONDA_DEFAULT_ENV": "", "CONDA_PREFIX": ""}
    status, printed = timed.run(shutil.which("make"), "report", "PYTHON=gone", **nowhere)
    assert status == 2
    assert "Python 3.11 to 3.14 is needed: make PYTHON=path/to/python3" in printed
    assert not (timed.root / ".venv").exists()


def test_clean_leaves_raw_data(timed):
    timed.make("clean")
    assert not (timed.root / "output").exists()
    assert not (timed.root / "data/processed").exists()
    assert (timed.root / "data/raw/2021/harvest.csv").exists()


def test_the_makefile_is_short(timed):
    assert len((timed.root / "Makefile").read_text().splitlines()) < 80
