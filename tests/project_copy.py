"""A copy of the real project in a folder of its own, without data but the administrations, and a
way to run its modules."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDERS = ["lib", "notebooks", "docs", "data/template"]
FILES = ["pyproject.toml", "requirements.lock", "data/raw/administrations.csv"]


def copy_project(root: Path) -> None:
    """Copy what a report is made with."""
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, root / folder)
    for file in FILES:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / file, root / file)


def copy_built_round(root: Path, year: int = 2021) -> None:
    """Copy a round's raw data, and what is built of it, which a build then takes where it is still
    right."""
    folders = [f"data/raw/{year}", f"data/processed/{year}", f"output/{year}"]
    for folder in [*folders, f"output/.build/{year}"]:
        if (ROOT / folder).exists():
            shutil.copytree(ROOT / folder, root / folder, dirs_exist_ok=True)


def run(root: Path, module: str, *arguments: object) -> tuple[int, str]:
    """Run a module of a project's own package, as make does; the exit status and all that was
    printed."""
    inherited = {name: value for name, value in os.environ.items() if name != "ENGINE"}
    done = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        cwd=root,
        env={**inherited, "PYTHONPATH": str(root / "lib")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout
