"""When a step is fresh: the key in its executed notebook is still that of all that it depends on."""

import json
import platform
import sysconfig
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from followup.rounds import ROOT
from notebook_report.imports import LIBRARY, reached, reached_by_notebook
from notebook_report.steps import Step

PACKAGE = LIBRARY / "notebook_report"
RUNNER = (PACKAGE / "execute.py", PACKAGE / "engine.py")
EXPORTERS = (
    "notebook_report.export",
    "notebook_report.workbook",
    "notebook_report.index",
    "notebook_report.publish",
)


class Keys:
    """The keys of one build's steps.

    Code is looked at once, before anything imports it: a module that is edited while the build runs makes the steps that
    use it stale for the next build, never falsely fresh. Data is looked at when a step's turn comes.
    """

    def __init__(self, steps: Iterable[Step], engine: str) -> None:
        self.engine = engine
        self.versions = versions()
        self.code = {
            step.name: digests([step.notebook, *RUNNER, *reached_by_notebook(step.notebook)])
            for step in steps
        }
        templates = [path for path in (PACKAGE / "templates").rglob("*") if path.is_file()]
        self.exporters = digests([*reached(EXPORTERS), *templates])

    def key(self, step: Step) -> str:
        """Return the sha256 of everything that a step depends on."""
        known = [
            step.name,
            step.title,
            step.parameters,
            self.engine,
            self.versions,
            self.code[step.name],
            digests(step.reads),
        ]
        return sha256(json.dumps(known).encode()).hexdigest()


def is_fresh(step: Step, key: str) -> bool:
    """Tell whether a step was executed with this key, and its files are as it left them."""
    try:
        record = json.loads(step.executed.read_bytes())["metadata"]["chain"]
    except (OSError, ValueError, KeyError):
        return False
    return record == {"key": key, "wrote": digests([*step.writes, *step.may_write])}


def finish(step: Step, key: str, unfinished: Path) -> None:
    """Give an executed notebook its proper name, with the key and what the step wrote."""
    notebook = json.loads(unfinished.read_bytes())
    notebook["metadata"]["chain"] = {"key": key, "wrote": digests([*step.writes, *step.may_write])}
    unfinished.write_text(
        json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )
    unfinished.replace(step.executed)


def digest(path: Path) -> str:
    """Return a file's sha256; "absent" for one that cannot be read, about which the step itself has more to say."""
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return "absent"


def digests(paths: Iterable[Path]) -> dict[str, str]:
    """Return the sha256 of files by their path from the project's root, in the order of their paths."""
    return {path.relative_to(ROOT).as_posix(): digest(path) for path in sorted(set(paths))}


def versions() -> dict[str, str]:
    """Return the version of Python and of every package installed."""
    folders = {Path(sysconfig.get_path(kind)) for kind in ("purelib", "platlib")}
    packages = sorted(
        path.stem.partition("-")[::2] for folder in folders for path in folder.glob("*.dist-info")
    )
    return {"python": platform.python_version(), **dict(packages)}
