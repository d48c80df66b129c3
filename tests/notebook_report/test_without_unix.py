"""What Windows lacks is taken from Python: the same report is built, by the same commands."""

import os
import sys
from pathlib import Path

import pytest

from notebook_report import commands, publish
from notebook_report.files import refused
from notebook_report.project import Page, Project, Report

WINDOWS = Path(__file__).parent / "windows"


def run(project, *command: str) -> tuple[int, str]:
    path = os.pathsep.join(map(str, (WINDOWS, project.root / "lib")))
    return project.run(sys.executable, *command, PYTHONPATH=path)


def test_without_fork_signals_and_unix_modules_the_same_is_built(project):
    before = project.published()
    for path in project.root.glob("output/.build/2021/*.ipynb"):
        path.unlink()
    status, printed = run(project, "-m", "notebook_report", "report", "2021")
    assert status == 0, printed
    assert "6 of 6 steps run" in printed
    assert {name: digest for name, digest in project.published().items() if name in before} == {
        **before,
        "manifest.json": project.published()["manifest.json"],
    }


def test_a_lock_that_another_holds_is_waited_for(project):
    code = """
import threading, time
from pathlib import Path
from notebook_report.system import locked
path = Path("a lock")
def later():
    with locked(path, "waiting"):
        print("second", flush=True)
with locked(path, "waiting"):
    second = threading.Thread(target=later)
    second.start()
    time.sleep(0.5)
    print("first", flush=True)
second.join()
"""
    assert run(project, "-c", code) == (0, "waiting\nfirst\nsecond\n")


def test_a_process_that_takes_too_long_ends_without_an_alarm(project):
    code = (
        "import time; from notebook_report.system import end_after; end_after(0.2); time.sleep(9)"
    )
    status, printed = run(project, "-c", code)
    assert (status, printed) == (124, "")


def test_ctrl_c_waits_while_files_are_put_in_place(project):
    code = """
import os, signal
from notebook_report.system import most_memory, uninterrupted
with uninterrupted():
    signal.raise_signal(signal.SIGINT)
    print(most_memory())
try:
    signal.raise_signal(signal.SIGINT)
except KeyboardInterrupt:
    print("interrupted")
"""
    assert run(project, "-c", code) == (0, "0\ninterrupted\n")


@pytest.fixture
def opened(tmp_path, monkeypatch) -> Report:
    """A published report, one of whose files Excel has open: Windows lets nobody rename it."""
    output = tmp_path / "output" / "2021"
    output.mkdir(parents=True)
    for name in ("report.html", "tables.xlsx"):
        (output / name).write_text("before")
    rename = Path.rename

    def as_windows(path: Path, target: Path) -> Path:
        if path.name == "tables.xlsx":
            error = PermissionError(13, "being used by another process", str(path))
            error.winerror = 32
            raise error
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", as_windows)
    folder = tmp_path / "output" / ".build" / "2021"
    return Report("2021", tmp_path, (), folder, output, (Page("report", "Report", "T"),))


@pytest.mark.parametrize("gone", [set(), {"tables.xlsx"}])
def test_a_file_that_is_open_in_excel_is_named_and_nothing_is_replaced(opened, gone):
    files = {"report.html": b"after"} | ({} if gone else {"tables.xlsx": b"after"})
    with pytest.raises(PermissionError) as told:
        publish.put_in_place(opened, files, gone)
    sentence = refused(told.value)
    assert "tables.xlsx" in sentence
    assert "another program has it open" in sentence
    assert "chmod" not in sentence
    assert {path.read_text() for path in opened.output.iterdir()} == {"before"}


@pytest.mark.parametrize("failing", [None, "ruff", "notebook_report"])
def test_the_command_line_tests_as_make_does(monkeypatch, failing):
    asked = []
    monkeypatch.setattr(
        commands, "run", lambda module: asked.append(module) or module[0] == failing
    )
    nothing = Project(list, lambda _: pytest.fail("it asks for no report"))
    status = commands.do(nothing, "test", "2021")
    assert status == (failing is not None)
    whole = ["ruff", "ruff", "mypy", "notebook_report", "pytest"]
    names = [module[0] for module in asked]
    assert names == (whole if failing is None else whole[: whole.index(failing) + 1])
    if failing is None:
        assert asked[3] == ("notebook_report", "report", "2021")
