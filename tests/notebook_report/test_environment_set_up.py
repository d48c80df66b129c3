"""The set-up of .venv: built beside and swapped when it is whole; what fails, or comes twice, harms
nothing."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "lib" / "notebook_report" / "environment.py"
# What stands for uv: it notes that it was called, waits or fails if told to, and installs a tool.
UV = """#!/bin/sh
echo "$@" >> calls
for listed; do :; done
grep -o '^[a-z]*' "$listed" | xargs >> calls
while [ -e wait ]; do sleep 0.05; done
[ ! -e fail ] || { echo "no network" >&2; exit 2; }
[ -e .venv.new ] || exit 0
printf '#!%s/.venv.new/bin/python\\nprint("tool")\\n' "$PWD" > .venv.new/bin/tool
chmod +x .venv.new/bin/tool
"""
PROJECT = """[project]
name = "followup"
dependencies = ["pandas~=3.1"]
[project.optional-dependencies]
lab = ["Jupyterlab>=4"]
docx = ["pandoc"]
test = ["followup[lab]", "pytest"]
"""
LOCK = """# made by a tool
jupyterlab==4 \\
    --hash=sha256:00
    # via followup (pyproject.toml)
numpy==2 \\
    --hash=sha256:00
    # via
    #   matplotlib
    #   pandas
pandas==3.1
    # via followup (pyproject.toml)
pandoc==1
    # via followup (pyproject.toml)
pluggy==1 ; sys_platform == 'linux'
    # via pytest
pytest==9
    # via followup (pyproject.toml)
tornado==6
    # via jupyterlab
"""


@pytest.fixture
def place(tmp_path):
    """A project that has a .venv which works, of a lock that is newer."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "uv").write_text(UV)
    (programs / "uv").chmod(0o755)
    root = tmp_path / "project"
    (root / ".venv" / "bin").mkdir(parents=True)
    (root / ".venv" / "bin" / "python").write_text("works")
    (root / ".venv" / "ready").touch()
    os.utime(root / ".venv" / "ready", (1, 1))
    (root / "requirements.lock").write_text(LOCK)
    (root / "pyproject.toml").write_text(PROJECT)
    return root


def start(place: Path, *group: str) -> subprocess.Popen:
    path = f"{place.parent / 'programs'}{os.pathsep}{os.environ['PATH']}"
    return subprocess.Popen(
        [sys.executable, "-P", SCRIPT, *group],
        cwd=place,
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )


def finish(process: subprocess.Popen) -> tuple[int, str]:
    printed, _ = process.communicate(timeout=60)
    return process.returncode, printed


def calls(place: Path) -> int:
    return len(installed(place))


def installed(place: Path) -> list[str]:
    """What each call of the tool was given to install."""
    return (place / "calls").read_text().splitlines()[1::2] if (place / "calls").exists() else []


def until(happened) -> None:
    end = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.02)


def works(place: Path) -> bool:
    """Whether the former environment is as it was, and nothing lies beside it."""
    beside = [path.name for path in place.glob(".venv.*") if path.name != ".venv.lock"]
    return (place / ".venv" / "bin" / "python").read_text() == "works" and beside == []


def test_a_new_environment_takes_the_place_of_the_former_and_its_tools_run_there(place):
    status, printed = finish(start(place))
    assert status == 0, printed
    tool = subprocess.run(
        [place / ".venv" / "bin" / "tool"], check=False, capture_output=True, text=True
    )
    assert tool.stdout == "tool\n", tool.stderr
    assert sorted(path.name for path in place.glob(".venv*")) == [".venv", ".venv.lock"]
    assert finish(start(place)) == (0, "")
    assert installed(place) == ["numpy pandas"]


def test_a_group_brings_what_it_needs_to_an_environment_that_stays(place):
    assert finish(start(place))[0] == 0
    (place / ".venv" / "kept").touch()
    assert finish(start(place, "test"))[0] == 0
    assert installed(place)[1:] == ["jupyterlab pluggy pytest tornado"]
    assert (place / ".venv" / "kept").exists()
    assert finish(start(place, "test")) == (0, "")
    assert calls(place) == 2


def test_of_another_lock_all_groups_are_made_anew(place):
    assert finish(start(place, "lab"))[0] == 0
    later = time.time() + 60
    os.utime(place / "requirements.lock", (later, later))
    assert finish(start(place))[0] == 0
    assert installed(place) == ["jupyterlab numpy pandas tornado"] * 2


def test_the_project_is_found_from_anywhere(place):
    finish(start(place))
    module = place / "lib" / "followup.py"
    module.parent.mkdir()
    module.write_text("print('found')")
    command = [place / ".venv" / "bin" / "python", "-Ec", "import followup"]
    told = subprocess.run(command, cwd=place.parent, capture_output=True, text=True, check=False)
    assert told.stdout == "found\n", told.stderr


def test_a_set_up_that_fails_leaves_the_environment_that_works_and_says_what_to_do(place):
    (place / "fail").touch()
    status, printed = finish(start(place))
    assert status == 1
    assert "The set-up failed (uv ended with status 2), and .venv is as it was." in printed
    assert "run make again" in printed
    assert "Traceback" not in printed
    assert works(place)


def test_an_interrupted_set_up_leaves_the_environment_that_works(place):
    (place / "wait").touch()
    process = start(place)
    until(lambda: calls(place))
    os.killpg(process.pid, signal.SIGINT)
    status, printed = finish(process)
    assert (status, "Traceback" in printed) == (130, False)
    assert "interrupted" in printed
    assert works(place)


def test_a_set_up_that_was_killed_is_made_good_by_the_next(place):
    (place / "wait").touch()
    process = start(place)
    until(lambda: calls(place))
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert (place / ".venv" / "bin" / "python").read_text() == "works"
    (place / "wait").unlink()
    (place / ".venv").rename(place / ".venv.old")  # killed between the two renames
    status, printed = finish(start(place))
    assert status == 0, printed
    assert sorted(path.name for path in place.glob(".venv*")) == [".venv", ".venv.lock"]


def test_of_two_at_once_the_second_waits_and_finds_it_done(place):
    (place / "wait").touch()
    first = start(place)
    until(lambda: calls(place))
    second = start(place)
    assert second.stdout.readline() == "Another set-up is running: waiting for it.\n"
    (place / "wait").unlink()
    assert finish(first)[0] == 0
    assert finish(second) == (0, "")
    assert calls(place) == 1


def test_a_link_to_an_environment_elsewhere_is_replaced_and_what_it_leads_to_stays(place):
    elsewhere = place.parent / "elsewhere"
    (place / ".venv").rename(elsewhere)
    (place / ".venv").symlink_to(elsewhere)
    assert finish(start(place))[0] == 0
    assert not (place / ".venv").is_symlink()
    assert (elsewhere / "bin" / "python").read_text() == "works"


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_make_sets_up_by_it(place):
    lib = place / "lib" / "notebook_report"
    lib.mkdir(parents=True)
    shutil.copy(SCRIPT, lib)
    shutil.copy(SCRIPT.parents[2] / "Makefile", place)
    path = f"{place.parent / 'programs'}{os.pathsep}{os.environ['PATH']}"
    made = subprocess.run(
        ["make", ".venv/ready", f"PYTHON={sys.executable}"],
        cwd=place,
        env={**os.environ, "PATH": path, "MAKEFLAGS": "", "CONDA_PREFIX": ""},
        check=False,
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    assert (place / ".venv" / "bin" / "tool").exists()
