"""A made-up project in a temporary folder: the real package and Makefile, tiny notebooks, and a
harvest of three lines."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

ROOT = Path(__file__).parents[2]
OUTCOMES = ["apples", "pears", "plums"]
ALL_STEPS = [
    "00_summary",
    "10_clean",
    *(f"24_fruit-{fruit}" for fruit in OUTCOMES),
    "30_tests",
]
# What the project hands in: three kinds of notebook over a garden, and nothing of any survey.
GARDEN = """
import tomllib
from functools import partial
from pathlib import Path

from notebook_report import BuildError
from notebook_report.project import Index, IndexEntry, Page, Project, Report, Step

ROOT = Path(__file__).resolve().parents[2]
RAW, CLEANED = ROOT / "data" / "raw", ROOT / "data" / "processed"


class RawDataError(ValueError):
    pass


def folder(year):
    return ROOT / "output" / ".build" / str(year)


def read_settings(year):
    return tomllib.loads((RAW / str(year) / "round.toml").read_text())


def steps(year, settings):
    def step(name, reads, writes, title="", **parameters):
        notebook = ROOT / "notebooks" / f"{name.partition('-')[0]}.ipynb"
        figure = folder(year) / "figures" / f"{parameters.get('FRUIT', name)}.svg"
        given, reads = {"YEAR": year, **parameters}, (RAW / str(year) / "round.toml", *reads)
        built = folder(year) / f"{name}.ipynb"
        return Step(name, notebook, built, given, reads, writes, (figure,), title)

    def fruit(one):
        table = folder(year) / "tables" / f"{one['id']}.csv"
        return step(f"24_fruit-{one['id']}", cleaned, (table,), one["title"], FRUIT=one["id"])

    raw, cleaned = (RAW / str(year) / "harvest.csv",), (CLEANED / str(year) / "harvest.csv",)
    results = (folder(year) / "results.csv",)
    return (
        step("00_summary", results, ()),
        step("10_clean", raw, cleaned),
        *(fruit(one) for one in settings["fruits"]),
        step("30_tests", cleaned, results),
    )


def check(year):
    '''Mark that it was run, and mind a "bad" harvest alone.'''
    text = (RAW / str(year) / "harvest.csv").read_text()
    with (ROOT / "checked").open("a") as file:
        file.write("checked\\n")
    if "killed" in text:
        import os

        os.kill(os.getpid(), 9)
    verdict = "The raw data are in order."
    if "bad" in text:
        verdict = "1 problem in the raw data:\\n  row 2: found 'bad'"
    page = ROOT / "output" / str(year) / "check.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(verdict)
    return int("bad" in text), verdict


def years():
    return sorted(path.parent.name for path in RAW.glob("*/round.toml"))


def report(name):
    if name not in years():
        raise BuildError(f"Name a year: {', '.join(years())}")
    settings = read_settings(name)
    if settings["year"] != int(name):
        raise BuildError("round.toml: found another year; expected the folder's name")
    year = int(name)
    return Report(
        name, ROOT, steps(year, settings), folder(year), ROOT / "output" / name,
        (Page("report", "Report", f"The garden of {year}"),), {"YEAR": year},
        check=partial(check, year), plain_errors=("RawDataError",), module=__name__,
    )


def index():
    return Index(ROOT / "output" / "index.html", "Gardens", "all", (IndexEntry("One"),))


project = Project(years, report, index)
"""
TOML = """year = 2021
[[fruits]]
id = "apples"
title = "Apples of the year"
[[fruits]]
id = "pears"
title = "Pears"
[[fruits]]
id = "plums"
title = "Plums"
"""
OPEN = (
    "from garden import CLEANED, RAW, folder\n\n"
    "raw, cleaned, built = RAW / str(YEAR), CLEANED / str(YEAR), folder(YEAR)"
)
SECTION = """
from garden_words import upper
lines = (cleaned / "harvest.csv").read_text().splitlines()
built.joinpath("tables").mkdir(exist_ok=True)
built.joinpath("tables", f"{FRUIT}.csv").write_text("\\n".join([FRUIT, *map(upper.shout, lines)]))
"""
FIGURE = """
built.joinpath("figures").mkdir(exist_ok=True)
built.joinpath("figures", f"{FRUIT}.svg").write_bytes(b"<svg/>");
"""
NOTEBOOKS = {
    "00_summary": ("YEAR = 2020", ['print((built / "results.csv").read_text())']),
    "10_clean": (
        "YEAR = 2020",
        [
            "lines = (raw / 'harvest.csv').read_text().splitlines()",
            "cleaned.mkdir(parents=True, exist_ok=True)",
            "(cleaned / 'harvest.csv').write_text('\\n'.join(line.strip() for line in lines))",
        ],
    ),
    "24_fruit": ("YEAR = 2020\nFRUIT = 'none'", [SECTION, FIGURE]),
    "30_tests": (
        "YEAR = 2020",
        [
            "text = (cleaned / 'harvest.csv').read_text()",
            "(built / 'results.csv').write_text(str(len(text)))",
        ],
    ),
}


def notebook(
    parameters: str, cells: Iterable[str], tag: str = "parameters", title: str = "A section"
) -> nbformat.NotebookNode:
    """A notebook of the project's form: heading, parameters, opening, then the cells."""
    code = [
        new_code_cell(parameters, metadata={"tags": [tag]}),
        *(new_code_cell(cell.strip()) for cell in (OPEN, *cells)),
    ]
    made = new_notebook(cells=[new_markdown_cell(f"# {title}"), *code])
    made.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    for number, cell in enumerate(made.cells):
        cell["id"] = f"cell-{number}"
    return made


@dataclass
class Project:
    """The made-up project, and what a test does with it."""

    root: Path

    @property
    def report(self) -> Path:
        return self.root / "output" / "2021" / "report.html"

    @property
    def page_of_the_check(self) -> Path:
        return self.root / "output" / "2021" / "check.html"

    @property
    def checks(self) -> int:
        """How many times the raw data was checked."""
        return len((self.root / "checked").read_text().splitlines())

    def environment(self, **more: str) -> dict[str, str]:
        """The variables of a command: this Python is the active conda environment, so that make
        takes it as it is."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name not in ("ENGINE", "YEAR", "MAKEFLAGS", "MAKELEVEL", "MFLAGS")
        }
        path = f"{Path(sys.executable).parent}{os.pathsep}{inherited['PATH']}"
        return {
            **inherited,
            "PYTHONPATH": str(self.root / "lib"),
            "CONDA_PREFIX": sys.prefix,
            "PATH": path,
            **more,
        }

    def start(self, *command: str, **variables: str) -> subprocess.Popen:
        """Start a command in a session of its own that Ctrl-C ends, as in a terminal, whatever the
        tests' own shell ignores."""
        return subprocess.Popen(
            command,
            cwd=self.root,
            env=self.environment(**variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            # only resets a signal, so threads of the tests can't make it wait for a lock
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
        )

    def run(self, *command: str, **variables: str) -> tuple[int, str]:
        """Run a command and return the exit status and all that was printed."""
        process = self.start(*command, **variables)
        printed, _ = process.communicate(timeout=300)
        return process.returncode, printed

    def build(self, *arguments: str, **variables: str) -> tuple[int, str]:
        """Build the report and return the exit status and all that was printed."""
        return self.run(
            sys.executable, "-m", "notebook_report", *(arguments or ("report", "2021")), **variables
        )

    def make(self, *arguments: str) -> tuple[int, str]:
        """Run make and return the exit status and all that was printed."""
        return self.run("make", *arguments)

    def start_build(self, **variables: str) -> subprocess.Popen:
        """Start a build."""
        return self.start(sys.executable, "-m", "notebook_report", "report", "2021", **variables)

    def copy(self, folder: Path) -> "Project":
        """A copy of the project, as fresh as this one."""
        shutil.copytree(self.root, folder / "project")
        return Project(folder / "project")

    def mark(self, name: str) -> str:
        """Code that makes a mark, for a test or another step to see."""
        return f"from pathlib import Path\nPath({str(self.marked(name))!r}).touch()"

    def marked(self, name: str) -> Path:
        """Where a mark is: beside the project, in which a step may not write."""
        return self.root.with_name(name)

    def wait_for(self, name: str) -> str:
        """Code that waits for a mark."""
        return (
            "import time\nfrom pathlib import Path\n"
            f"while not Path({str(self.marked(name))!r}).exists():\n    time.sleep(0.02)"
        )

    def write(self, name: str, *arguments: object, **keywords: object) -> None:
        """Write a notebook."""
        path = self.root / "notebooks" / f"{name}.ipynb"
        path.parent.mkdir(exist_ok=True)
        nbformat.write(notebook(*arguments, **keywords), path)

    def change(self, name: str, cells: Iterable[str], without: str = "\0") -> None:
        """Write a notebook with its own cells, but those that hold a text, and more after them."""
        parameters, own = NOTEBOOKS[name]
        self.write(name, parameters, [*(cell for cell in own if without not in cell), *cells])

    def library(self, name: str, text: str) -> None:
        """Write a module of the package."""
        (self.root / "lib" / name).write_text(text)

    def remove(self, *names: str) -> None:
        """Remove folders."""
        for name in names:
            shutil.rmtree(self.root / name)

    def published(self) -> dict[str, str]:
        """The sha256 of every file that a reviewer finds; the page of the check is apart (see
        `page_of_the_check`)."""
        folder = self.root / "output" / "2021"
        files = sorted(
            path for path in folder.rglob("*") if path.is_file() and path != self.page_of_the_check
        )
        return {
            path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in files
        }

    def processes(self) -> list[psutil.Process]:
        """The processes that the project's commands have left running."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            alive = process.status() != psutil.STATUS_ZOMBIE
            return alive and process.environ().get("PYTHONPATH") == str(self.root / "lib")
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return False


def wait_until(happened: Callable[[], bool], seconds: float = 60) -> bool:
    """Wait for something and return whether it happened."""
    end = time.monotonic() + seconds
    while not happened() and time.monotonic() < end:
        time.sleep(0.02)
    return happened()


def steps_run(printed: str) -> list[str]:
    """The names of the steps that a build says it ran, in order."""
    return sorted(
        line.split()[0]
        for line in printed.splitlines()
        if line.startswith("  ") and line.split()[0][:2].isdigit()
    )


@pytest.fixture(scope="session")
def built_project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The made-up project with its report built; copy it, never change it."""
    root = tmp_path_factory.mktemp("built") / "project"
    shutil.copytree(ROOT / "lib" / "notebook_report", root / "lib" / "notebook_report")
    for name in ("Makefile", "requirements.lock", "environment.yml"):
        shutil.copy2(ROOT / name, root / name)
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    settings = settings.replace('"followup.steps:project"', '"garden:project"')
    (root / "pyproject.toml").write_text(settings, encoding="utf-8")
    project = Project(root)
    (root / "lib" / "garden").mkdir()
    (root / "lib" / "garden_words").mkdir()
    project.library("garden/__init__.py", GARDEN)
    project.library("garden_words/upper.py", "def shout(text):\n    return text.upper()\n")
    project.library("garden_words/__init__.py", "")
    project.library("garden_words/unused.py", "NOBODY = 'imports this'\n")
    raw = root / "data" / "raw" / "2021"
    raw.mkdir(parents=True)
    (raw / "round.toml").write_text(TOML)
    (raw / "harvest.csv").write_text("reply\n yes \n no\n")
    (raw.parent / "neighbours.csv").write_text("code,name\n")
    (root / "docs").mkdir()
    (root / "docs" / "glossary.md").write_text("# Glossary\n")
    (root / "notebooks").mkdir()
    for name, (parameters, cells) in NOTEBOOKS.items():
        project.write(name, parameters, cells)
    status, printed = project.build()
    assert status == 0, printed
    assert steps_run(printed) == ALL_STEPS
    return project


@pytest.fixture
def project(built_project: Project, tmp_path: Path) -> Project:
    """A copy of the made-up project, built and fresh."""
    return built_project.copy(tmp_path)


@pytest.fixture
def ran() -> Callable[[str], list[str]]:
    """The names of the steps that a build says it ran, in order."""
    return steps_run


@pytest.fixture
def wait() -> Callable[..., bool]:
    """Wait for something and return whether it happened."""
    return wait_until
