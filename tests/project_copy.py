"""A copy of the real project in a folder of its own, without data but the administrations, and a
way to run its modules."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDERS = ["lib", "notebooks", "docs", "data/template"]
FONTS = ".cache/matplotlib"  # the list of this machine's, which takes a second to make
FILES = ["pyproject.toml", "requirements.lock", "data/raw/administrations.csv"]


def copy_project(root: Path) -> None:
    """Copy what a report is made with."""
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, root / folder)
    for file in FILES:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / file, root / file)
    if (ROOT / FONTS).exists():
        shutil.copytree(ROOT / FONTS, root / FONTS)


def copy_built_round(root: Path, year: int = 2021) -> None:
    """Copy a round's raw data, and what is built of it, which a build then takes where it is still
    right."""
    folders = [f"data/raw/{year}", f"data/processed/{year}", f"output/{year}"]
    for folder in [*folders, f"output/.build/{year}"]:
        if (ROOT / folder).exists():
            shutil.copytree(ROOT / folder, root / folder, dirs_exist_ok=True)


# Reads a command a line, does it, and ends what it prints with the exit status.
WARM = """
import sys
from notebook_report.commands import main

terminal = sys.stdout
for line in sys.stdin:
    sys.stdout = terminal
    status = main(line.split())
    print(f"\\0{status}", file=terminal, flush=True)
"""


@dataclass(frozen=True)
class Warm:
    """A project's commands, one after another in one process: its imports are done once."""

    root: Path
    process: subprocess.Popen[str]

    def run(self, *arguments: object) -> tuple[int, str]:
        """Do what `python -m notebook_report` does; the exit status and all that was printed."""
        assert self.process.stdin
        assert self.process.stdout
        print(*arguments, file=self.process.stdin, flush=True)
        lines: list[str] = []
        for line in self.process.stdout:
            if line.startswith("\0"):
                return int(line[1:]), "".join(lines)
            lines.append(line)
        raise AssertionError("".join(lines))


@contextmanager
def warm(root: Path) -> Iterator[Warm]:
    """Start a process for a project's commands."""
    with subprocess.Popen(
        [sys.executable, "-c", WARM],
        cwd=root,
        env=environment(root),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        yield Warm(root, process)


def environment(root: Path) -> dict[str, str]:
    """The variables of a project's commands: its own package."""
    inherited = {name: value for name, value in os.environ.items() if name != "ENGINE"}
    return {**inherited, "PYTHONPATH": str(root / "lib")}


def run(
    root: Path, module: str, *arguments: object, umask: int = -1, **variables: str
) -> tuple[int, str]:
    """Run a module of a project's own package, as make does; the exit status and all that was
    printed."""
    done = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        cwd=root,
        env={**environment(root), **variables},
        umask=umask,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout
