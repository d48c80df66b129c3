"""What the machine refuses is told in a sentence with what to do, and harms nothing: no room, no
right to write, a reader that has gone, an interrupt at any time."""

import errno
import json
import os
import re
import shutil
import signal
import time
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import pytest

from notebook_report import BuildError, commands, publish
from notebook_report.children import KilledError, results
from notebook_report.files import REFUSED, in_folder, refused
from notebook_report.project import Page, Report


@pytest.fixture
def report(tmp_path) -> Report:
    """A report that is published."""
    output = tmp_path / "output" / "2021"
    (output / "tables").mkdir(parents=True)
    (output / "report.html").write_text("before")
    (output / "tables" / "a.csv").write_text("before")
    folder = tmp_path / "output" / ".build" / "2021"
    return Report("2021", tmp_path, (), folder, output, (Page("report", "Report", "T"),))


def put(report: Report) -> None:
    """Publish it anew."""
    files = {"tables/a.csv": b"after", "report.html": b"after", "b.csv": b"after"}
    publish.put_in_place(report, files, set())


def contents(report: Report) -> set[str]:
    return {path.read_text() for path in report.output.rglob("*") if path.is_file()}


def test_a_disk_that_fills_up_while_publishing_leaves_what_is_published(report, monkeypatch):
    write = Path.write_bytes

    def until_full(path: Path, content: bytes) -> int:
        if path.name == "report.html":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", until_full)
    with pytest.raises(OSError, match="No space left"):
        put(report)
    assert contents(report) == {"before"}
    assert not (report.folder / ".publish").exists()


def test_a_folder_that_cannot_be_written_is_seen_before_anything_is_replaced(report, monkeypatch):
    locked = report.output / "tables"
    monkeypatch.setattr(os, "access", lambda path, _: Path(path) != locked)
    with pytest.raises(PermissionError, match="tables"):
        put(report)
    assert contents(report) == {"before"}
    monkeypatch.undo()
    put(report)
    assert contents(report) == {"after"}


OUTSIDE = [
    {"../../precious.txt": "0"},
    {"../../../../../../../../../../etc/passwd": "0", "{root}/precious.txt": "0"},
    {"": "0", ".": "0", "tables": "0", "a\0b": "0", "x" * 5000: "0"},
    {"linked/precious.txt": "0"},
    ["../../precious.txt"],
    None,
    7,
]


@pytest.mark.parametrize("outputs", OUTSIDE)
def test_a_manifest_makes_no_build_read_or_remove_another_file(report, monkeypatch, outputs):
    precious = report.root / "precious.txt"
    precious.write_text("kept")
    (report.output / "linked").symlink_to(report.root)
    said = {"inputs": {}, "outputs": outputs}
    if isinstance(outputs, dict):
        said["outputs"] = {"tables/a.csv": "0", "gone.csv": "0"} | outputs
    text = json.dumps(said).replace("{root}", str(report.root))
    (report.output / "manifest.json").write_text(text)
    former = publish.former_manifest(report)
    own = former.get("outputs", {}).keys()
    assert own == ({"tables/a.csv", "gone.csv"} if isinstance(outputs, dict) else set())
    monkeypatch.setattr(publish, "digest", lambda path: pytest.fail(f"{path} is read"))
    assert not publish.is_published(report, former, {"inputs": {}})
    publish.put_in_place(report, {"report.html": b"after"}, set(own))
    assert precious.read_text() == "kept"
    assert (report.output / "tables" / "a.csv").exists() == (not own)  # its own, and gone
    assert Path("/etc/passwd").exists()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "7", "[" * 100_000, '{"inputs": [], "outputs": {}}']
)
def test_a_manifest_that_is_none_is_taken_for_none(report, text):
    (report.output / "manifest.json").write_text(text)
    former = publish.former_manifest(report)
    assert former.get("outputs", {}) == {}
    assert not publish.is_published(report, former, {"inputs": {}})


def test_a_disk_without_room_for_the_report_is_told_with_both_numbers(report, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=3_000_000))
    with pytest.raises(BuildError, match=r"^output/2021 needs 4\.0 MB .* 3\.0 MB"):
        publish.put_in_place(report, {"report.html": bytes(4_000_000)}, set())
    assert contents(report) == {"before"}
    assert not (report.folder / ".publish").exists()


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="there is no second disk")
def test_a_report_on_another_disk_than_its_steps_is_refused_before_anything_is_replaced(report):
    with TemporaryDirectory(dir="/dev/shm") as folder:
        shutil.move(report.output / "tables", folder)
        (report.output / "tables").symlink_to(Path(folder) / "tables")
        with pytest.raises(BuildError, match=r"^output/2021/tables is on another disk than"):
            put(report)
        assert contents(report) == {"before"}


def test_a_full_disk_names_no_file_and_the_folder_is_told():
    with pytest.raises(OSError, match="No space left") as caught, in_folder(Path("output/2021")):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert refused(caught.value).startswith("output/2021 cannot be written")


@pytest.mark.parametrize("number", REFUSED)
def test_what_the_machine_refuses_is_a_sentence(number, monkeypatch, capsys):
    problem = OSError(number, os.strerror(number), str(Path.cwd() / "output" / "2021"))

    def refuse(_folder: Path) -> None:
        raise problem

    monkeypatch.setattr(commands, "find_project", refuse)
    assert commands.main(["report", "2021"]) == 1
    told = capsys.readouterr().err
    assert told == f"{refused(problem)}\n"
    assert told.startswith("output/2021 ")
    assert REFUSED[number] in told


def test_a_step_that_finds_no_room_says_so_without_a_traceback(project):
    before = project.published()
    full = "raise OSError(28, 'No space left on device', 'results.csv')"
    project.change("30_tests", [full])
    status, printed = project.build()
    assert status == 1
    assert REFUSED[errno.ENOSPC] in printed
    assert "Traceback" not in printed
    assert project.published() == before


def test_a_home_where_nothing_can_be_written_is_not_missed(project):
    project.change("30_tests", ["import matplotlib.pyplot"])
    status, printed = project.build(HOME="/proc/1")
    assert status == 0, printed
    assert "HOME" not in printed


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("seconds", [0.3, 0.6])
def test_a_build_that_is_ended_while_it_begins_says_so_or_nothing(project, number, seconds):
    project.change("30_tests", ["1"])
    (project.root / "data/raw/2021/harvest.csv").write_text("reply\nlate\n")  # to be checked
    build = project.start_build()
    time.sleep(seconds)
    os.killpg(build.pid, number)
    printed = build.communicate(timeout=30)[0]
    assert "Traceback" not in printed
    assert "leaked" not in printed


def test_what_a_child_raises_is_raised_with_its_traceback():
    context = get_context("spawn")
    assert results(context, (int, "7"), (str, 8)) == [7, "8"]
    with pytest.raises(ValueError, match="seven") as raised:
        results(context, (int, "seven"), (str, 8))
    assert "Traceback" in raised.value.__notes__[0]
    with pytest.raises(KilledError):
        results(context, (os.abort,))


def test_what_a_terminal_would_obey_is_written_as_text(project):
    name = "98_\u202egnitteg\x1b[2J.ipynb"
    (project.root / "notebooks" / name).touch()
    project.change("30_tests", ["raise ValueError('\x1b[31mred\x07\u2066')"])
    status, failed = project.build()
    project.change("30_tests", [])
    printed = project.build()[1]
    assert status == 1
    assert "\\x1b[31mred\\x07\\u2066" in failed
    assert "98_\\u202egnitteg\\x1b[2J.ipynb is run by no step" in printed
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", failed + printed
    )


def test_a_reader_that_goes_stops_nothing(project):
    project.change("30_tests", ["1"])
    status, printed = project.run("sh", "-c", "python -m notebook_report report 2021 | head -1")
    assert status == 0
    assert len(printed.splitlines()) == 1, printed
    status, printed = project.build()
    assert "is up to date: 0 of 6 steps run" in printed


@pytest.mark.parametrize("module", ["build", "commands", "keys"])
def test_ctrl_c_before_anything_has_begun_is_a_line(project, wait, module):
    path = project.root / "lib" / "notebook_report" / f"{module}.py"
    held = "import time, pathlib\npathlib.Path('held').touch()\ntime.sleep(60)\n"
    path.write_text(held + path.read_text())
    build = project.start_build()
    assert wait((project.root / "held").exists), build.communicate()
    time.sleep(0.5)  # Python drops an interrupt that comes while it clears up an object
    os.killpg(build.pid, signal.SIGINT)
    printed, _ = build.communicate(timeout=30)
    assert build.returncode == 130
    assert printed.startswith("Interrupted")
    assert "Traceback" not in printed
