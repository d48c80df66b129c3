"""When a step is fresh: the key in its executed notebook is still that of all that it depends
on."""

import json
import platform
import sysconfig
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

from notebook_report.environment import REPORT, locked, plain
from notebook_report.files import digest
from notebook_report.imports import Library
from notebook_report.project import Report, Step

PACKAGE = Path(__file__).parent
RUNNER = tuple(
    PACKAGE / name for name in ("access.py", "execution.py", "engine.py", "landlock.py", "warm.py")
)
RUNNERS = {
    *RUNNER,
    *(PACKAGE / name for name in ("build.py", "check.py", "imports.py", "keys.py", "system.py")),
}


class Keys:
    """The keys of one build's steps.

    Code is looked at once, at the beginning: a module that is edited while the build runs makes the
    steps that use it stale for the next build, never falsely fresh. Data is looked at when a step's
    turn comes.
    """

    def __init__(self, report: Report, engine: str) -> None:
        self.report, self.engine = report, engine
        self.versions = versions(report.root)
        library = Library(report.library)
        self.from_elsewhere, self.library_modules = library.from_elsewhere, library.modules
        notebooks = {step.notebook for step in report.steps}
        reached = {notebook: library.reached_by_notebook(notebook) for notebook in notebooks}
        self.cells = {notebook: cells_digest(notebook) for notebook in notebooks}
        self.modules = {
            notebook: digests(report, [*RUNNER, *modules]) for notebook, modules in reached.items()
        }
        package = {path for path in PACKAGE.rglob("*.*") if path.suffix != ".pyc"}
        self.exporters = digests(report, {*package, *library.reached([report.module])} - RUNNERS)

    def key(self, step: Step) -> str:
        """Return the sha256 of everything that a step depends on."""
        parts = [
            step.name,
            step.title,
            dict(step.parameters),
            self.engine,
            self.versions,
            self.cells[step.notebook],
            self.modules[step.notebook],
            digests(self.report, step.reads),
        ]
        return sha256(json.dumps(parts).encode()).hexdigest()

    def code_of_pages(self) -> str:
        """Return the sha256 of all code and versions that a page depends on."""
        return sha256(json.dumps([self.exporters, self.versions]).encode()).hexdigest()

    def is_fresh(self, step: Step) -> bool:
        """Tell whether a step was executed as it would be now, and its files are as it left
        them."""
        try:
            record = json.loads(step.executed.read_bytes())["metadata"]["chain"]
        except (OSError, ValueError, KeyError, TypeError):
            return False
        return bool(record == self.record(step))

    def touched(self, step: Step) -> list[str]:
        """Return the results of a step that are not as its executed notebook says."""
        wrote = json.loads(step.executed.read_bytes())["metadata"]["chain"]["wrote"]
        now = digests(self.report, step.results)
        return [path for path in now if now[path] != wrote.get(path)]

    def record(self, step: Step) -> dict[str, Any]:
        """Return what a fresh step's executed notebook carries."""
        return {"key": self.key(step), "wrote": digests(self.report, step.results)}


def finish(report: Report, step: Step, key: str, unfinished: Path) -> None:
    """Give an executed notebook its proper name, with the key and what the step wrote."""
    notebook = json.loads(unfinished.read_bytes())
    notebook["metadata"]["chain"] = {"key": key, "wrote": digests(report, step.results)}
    unfinished.write_text(json.dumps(notebook, sort_keys=True), encoding="utf-8")
    unfinished.replace(step.executed)


def cells_digest(notebook: Path) -> str:
    """Return the sha256 of what a notebook says and does: cells with their tags, title, kernel; not
    of its outputs.

    What is no notebook counts by its bytes.
    """
    try:
        content = json.loads(notebook.read_bytes())
        cells = [
            (cell["cell_type"], "".join(cell["source"]), cell["metadata"].get("tags", []))
            for cell in content["cells"]
        ]
        about = content["metadata"]
        title, kernel = about.get("title"), about.get("kernelspec", {}).get("name")
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return digest(notebook)
    return sha256(json.dumps([cells, title, kernel]).encode()).hexdigest()


def digests(report: Report, paths: Iterable[Path]) -> dict[str, str]:
    """Return the sha256 of files by their path from the project's root, in the order of their
    paths."""
    return {report.shown(path): digest(path) for path in sorted(set(paths))}


def versions(root: Path) -> dict[str, str]:
    """Return the version of Python and of every package installed that a report needs; what else
    is installed changes nothing in it."""
    folders = {Path(sysconfig.get_path(kind)) for kind in ("purelib", "platlib")}
    packages = sorted(
        path.stem.partition("-")[::2] for folder in folders for path in folder.glob("*.dist-info")
    )
    needed = {plain(line) for line in locked([REPORT], root).splitlines()}
    own = {name: version for name, version in packages if plain(name) in needed}
    return {"python": platform.python_version(), **(own or dict(packages))}
