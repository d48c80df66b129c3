"""A made-up project in a temporary folder: the real package and Makefile, tiny notebooks, and three replies."""

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
OUTCOMES = ["direct_effects", "improved_work", "new_project"]
ALL_STEPS = [
    "00_summary",
    "10_clean",
    *(f"24_outcome-{outcome}" for outcome in OUTCOMES),
    "30_tests",
]
# Put after the package's own map: the same form, with steps that take no time.
STEPS = """

def steps(survey_round: Round) -> list[Step]:
    settings, raw, cleaned = (survey_round.raw / "round.toml",), (survey_round.raw / "replies.csv",), (survey_round.processed / "replies.csv",)

    def step(name, reads, writes, title="", **parameters):
        notebook, executed = ROOT / "notebooks" / f"{name.partition('-')[0]}.ipynb", survey_round.build / f"{name}.ipynb"
        figures = built(survey_round, f"figures/{parameters.get('OUTCOME', name)}.svg")
        return Step(name, notebook, executed, {"YEAR": survey_round.year, **parameters}, (*settings, *reads), writes, figures, title)

    def outcome(option):
        writes = built(survey_round, f"tables/{option.id}.csv")
        return step(f"24_outcome-{option.id}", cleaned, writes, option.title, OUTCOME=option.id)

    return [
        step("00_summary", built(survey_round, "results.csv"), ()),
        step("10_clean", raw, cleaned),
        *(outcome(option) for option in survey_round.outcomes),
        step("30_tests", cleaned, built(survey_round, "results.csv")),
    ]
"""
# These notebooks use neither seaborn nor great_tables: the warm process does without.
BUILD = '\n\nPRELOAD["in-process"] = PRELOAD["in-process"][:4]\n'
# Workbook and index are not the chain's business, and take longer than the steps.
WORKBOOK = (
    "def workbook(survey_round, notebooks, results):\n    return repr(sorted(results)).encode()\n"
)
INDEX = """
from followup.rounds import ROOT

def write_index():
    (ROOT / "output" / "index.html").write_text("the rounds")
"""
# The three replies are no round's raw data: this check marks that it was run, and minds a "bad" one alone.
CHECK = """
from followup.files import write
from followup.problems import InputProblems
from followup.rounds import ROOT, open_round

def main(arguments):
    try:
        text = (open_round(int(arguments[0])).raw / "replies.csv").read_text()
    except InputProblems as error:
        print(error)
        return 1
    with (ROOT / "checked").open("a") as file:
        file.write("checked\\n")
    verdict = "1 problem in the raw data:\\n  row 2: found 'bad'" if "bad" in text else "The raw data are in order."
    print(verdict)
    write(ROOT / "output" / "2021" / "check.html", verdict.encode())
    return 1 if "bad" in text else 0
"""
OPEN = "from followup.rounds import open_round\n\nsurvey_round = open_round(YEAR)"
SECTION = """
from followup import upper
lines = (survey_round.processed / "replies.csv").read_text().splitlines()
survey_round.build.joinpath("tables").mkdir(exist_ok=True)
survey_round.build.joinpath("tables", f"{OUTCOME}.csv").write_text("\\n".join([OUTCOME, *map(upper.shout, lines)]))
"""
NOTEBOOKS = {
    "00_summary": ("YEAR = 2020", ['print((survey_round.build / "results.csv").read_text())']),
    "10_clean": (
        "YEAR = 2020",
        [
            "lines = (survey_round.raw / 'replies.csv').read_text().splitlines()",
            "round.processed.mkdir(parents=True, exist_ok=True)",
            "(survey_round.processed / 'replies.csv').write_text('\\n'.join(line.strip() for line in lines))",
        ],
    ),
    "24_outcome": (
        "YEAR = 2020\nOUTCOME = 'none'",
        [SECTION, "round.save_figure(b'<svg/>', OUTCOME);"],
    ),
    "30_tests": (
        "YEAR = 2020",
        [
            "text = (survey_round.processed / 'replies.csv').read_text()",
            "(survey_round.build / 'results.csv').write_text(str(len(text)))",
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
        """The variables of a command: this Python is the active conda environment, so that make takes it as it is."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name not in ("ENGINE", "YEAR", "MAKEFLAGS", "MAKELEVEL", "MFLAGS")
        }
        path = f"{Path(sys.executable).parent}{os.pathsep}{inherited['PATH']}"
        return {
            **inherited,
            "PYTHONPATH": str(self.root / "lib"),
            "CONDA_DEFAULT_ENV": "followup",
            "PATH": path,
            **more,
        }

    def start(self, *command: str, **variables: str) -> subprocess.Popen:
        """Start a command in a session of its own that Ctrl-C ends, as in a terminal, whatever the tests' own shell ignores."""
        return subprocess.Popen(
            command,
            cwd=self.root,
            env=self.environment(**variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    def run(self, *command: str, **variables: str) -> tuple[int, str]:
        """Run a command and return the exit status and all that was printed."""
        process = self.start(*command, **variables)
        printed, _ = process.communicate(timeout=300)
        return process.returncode, printed

    def build(self, *arguments: str, **variables: str) -> tuple[int, str]:
        """Build the report and return the exit status and all that was printed."""
        return self.run(
            sys.executable, "-m", "notebook_report", *(arguments or ("2021",)), **variables
        )

    def make(self, *arguments: str) -> tuple[int, str]:
        """Run make and return the exit status and all that was printed."""
        return self.run("make", *arguments)

    def start_build(self, **variables: str) -> subprocess.Popen:
        """Start a build."""
        return self.start(sys.executable, "-m", "notebook_report", "2021", **variables)

    def copy(self, folder: Path) -> "Project":
        """A copy of the project, as fresh as this one."""
        shutil.copytree(self.root, folder / "project")
        return Project(folder / "project")

    def mark(self, name: str) -> str:
        """Code that makes a mark, for a test or another step to see."""
        return f"from pathlib import Path\nPath({str(self.root / name)!r}).touch()"

    def wait_for(self, name: str) -> str:
        """Code that waits for a mark."""
        return f"import time\nfrom pathlib import Path\nwhile not Path({str(self.root / name)!r}).exists():\n    time.sleep(0.02)"

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
        (self.root / "lib" / "followup" / name).write_text(text)

    def remove(self, *names: str) -> None:
        """Remove folders."""
        for name in names:
            shutil.rmtree(self.root / name)

    def published(self) -> dict[str, str]:
        """The sha256 of every file that a reviewer finds; the page of the check is apart (see `page_of_the_check`)."""
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
    shutil.copytree(ROOT / "lib", root / "lib")
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "environment.yml"):
        shutil.copy2(ROOT / name, root / name)
    for module, more in {"steps": STEPS, "build": BUILD}.items():
        path = root / "lib" / "notebook_report" / f"{module}.py"
        path.write_text(path.read_text() + more)
    project = Project(root)
    project.library("upper.py", "def shout(text):\n    return text.upper()\n")
    (root / "lib/notebook_report/workbook.py").write_text(WORKBOOK)
    (root / "lib/notebook_report/index.py").write_text(INDEX)
    project.library("cleaning/check.py", CHECK)
    project.library("unused.py", "NOBODY = 'imports this'\n")
    raw = root / "data" / "raw" / "2021"
    raw.mkdir(parents=True)
    shutil.copy2(ROOT / "data" / "raw" / "2021" / "round.toml", raw)
    (raw / "replies.csv").write_text("reply\n yes \n no\n")
    (raw.parent / "administrations.csv").write_text("code,name\n")
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
