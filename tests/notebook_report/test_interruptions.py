"""A build that is killed, interrupted or overtaken leaves the last good output, no process, and a
rerun that works at once."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest


def stop(
    kill: Callable[[int, int], None], number: signal.Signals
) -> Callable[[subprocess.Popen], None]:
    return lambda build: kill(build.pid, number)


WAYS = {
    "the whole build is killed": stop(os.kill, signal.SIGKILL),
    "the build is asked to end": stop(os.kill, signal.SIGTERM),
    "Ctrl-C in a terminal": stop(os.killpg, signal.SIGINT),
    "an interrupt of the build alone": stop(os.kill, signal.SIGINT),
}


@pytest.fixture
def held(project, wait):
    """A build that is in the midst of 30_tests, which has written half a result."""
    project.change(
        "30_tests",
        [
            "(built / 'results.csv').write_text('half')",
            project.mark("held"),
            project.wait_for("go"),
        ],
    )
    build = project.start_build()
    assert wait(project.marked("held").exists)
    yield build
    project.marked("go").touch()
    build.kill()
    build.wait()


@pytest.mark.parametrize("way", WAYS)
def test_a_stopped_build_leaves_the_last_good_output_and_no_process(project, held, wait, way):
    before = project.published()
    WAYS[way](held)
    assert held.wait(timeout=30) != 0
    assert project.published() == before
    assert not (project.root / "output/.build/2021/30_tests.ipynb").exists()
    assert wait(lambda: project.processes() == [], seconds=10)


@pytest.mark.parametrize("way", WAYS)
def test_a_rerun_at_once_after_a_stop_gives_the_same_result(project, built_project, held, ran, way):
    WAYS[way](held)
    project.change("30_tests", [])
    status, printed = project.build()
    assert status == 0, printed
    assert "30_tests" in ran(printed)
    assert {**project.published(), "manifest.json": ""} == {
        **built_project.published(),
        "manifest.json": "",
    }


@pytest.mark.usefixtures("project")
def test_ctrl_c_is_told_in_a_line(held):
    os.killpg(held.pid, signal.SIGINT)
    printed, _ = held.communicate(timeout=30)
    assert (held.returncode, printed.splitlines()[-1]) == (
        130,
        "Interrupted: run it again to go on where it stopped.",
    )
    assert "Traceback" not in printed


def test_a_second_build_waits_and_finds_everything_fresh(project, held, ran):
    second = project.start_build()
    first_line = second.stdout.readline()
    project.marked("go").touch()
    printed, more = held.communicate(timeout=60)[0], second.communicate(timeout=60)[0]
    assert first_line == "Another build of 2021 is running: waiting for it.\n"
    assert (held.returncode, second.returncode) == (0, 0)
    assert "30_tests" in ran(printed)
    assert ran(more) == []


def test_what_is_made_may_be_removed_during_a_build_which_tells_so(project, built_project, held):
    second = project.start_build()
    assert second.stdout.readline() == "Another build of 2021 is running: waiting for it.\n"
    project.remove("output", "data/processed")
    project.marked("go").touch()
    printed, _ = held.communicate(timeout=60)
    assert held.returncode == 1
    assert "output/.build/2021 was removed while the report was being made" in printed
    assert "Traceback" not in printed
    printed, _ = second.communicate(timeout=60)
    assert second.returncode == 0, printed
    assert project.published().keys() == built_project.published().keys()


def test_a_pdf_waits_for_a_build_that_replaces_its_page(project, held):
    waiting = project.start(sys.executable, "-m", "notebook_report", "pdf", "2021", PATH="/none")
    first_line = waiting.stdout.readline()
    project.marked("go").touch()
    held.communicate(timeout=60)
    told = waiting.communicate(timeout=60)[0]
    assert first_line == "Another build of 2021 is running: waiting for it.\n"
    assert "No Chromium on this machine" in told


def test_data_that_is_edited_while_a_build_runs_is_in_the_next_report(project, held, ran):
    (project.root / "data/raw/2021/harvest.csv").write_text("reply\nyes\nlate\n")
    project.marked("go").touch()
    assert held.wait(timeout=60) == 0
    status, printed = project.build()
    assert status == 0
    assert "10_clean" in ran(printed)
    assert (project.root / "output/2021/tables/plums.csv").read_text() == "plums\nREPLY\nYES\nLATE"


def test_a_kernel_ends_with_a_killed_build(project, wait):
    project.change("30_tests", [project.mark("held"), project.wait_for("go")])
    build = project.start_build(ENGINE="kernel")
    assert wait(project.marked("held").exists)
    build.kill()
    build.wait()
    assert wait(lambda: project.processes() == [], seconds=15)


def test_the_last_report_stays_when_a_new_one_cannot_be_shown(project):
    before = project.published()
    project.change("30_tests", ["from IPython.display import HTML\nHTML('<img src=\"data:,\">')"])
    status, printed = project.build()
    assert status == 1
    assert "30_tests" in printed
    assert "Traceback" not in printed
    assert project.published() == before
