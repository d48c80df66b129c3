"""Time the chain against one notebook: `make bench`, or `python tests/benchmarks/chain.py 2021
--pairs 5`.

Each pair runs everything once, in a copy of the project, one after the other: the clean build; the
same pages as one notebook by `jupyter nbconvert --execute --to html`; the build after an edit of
one section; the build with nothing to do. The ratios are taken pair by pair, so that a machine that
is busy for a while weighs on both sides.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
from nbformat.v4 import new_notebook

from followup.rounds import ROOT, open_round
from followup.steps import steps
from notebook_report.build import needed_by
from notebook_report.project import Step

NEEDED = (
    "Makefile",
    "data",
    "docs",
    "environment.yml",
    "lib",
    "notebooks",
    "pyproject.toml",
    "requirements.lock",
)
SECTION = "21_response"


def main(arguments: list[str]) -> int:
    """Measure and print a table: seconds, and ratios to the one notebook."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("year", type=int)
    parser.add_argument("--pairs", type=int, default=5)
    told = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        project = copied(Path(folder) / "project")
        whole = one_notebook(steps(open_round(told.year)), project / "one.ipynb")
        pairs = [measured(project, told.year, whole) for _ in range(told.pairs)]
    print(
        f"{told.pairs} pairs, {os.cpu_count()} cores, Python {sys.version.split()[0]}; median"
        " (least to most)"
    )
    for name in pairs[0]:
        seconds = spread([pair[name] for pair in pairs], "{:.2f}")
        ratios = spread([pair[name] / pair["one notebook"] for pair in pairs], "{:.3f}")
        print(f"{name:16}{seconds:>26} s{ratios:>28} of one notebook")
    return 0


def copied(project: Path) -> Path:
    """Copy what a build needs, without what was built."""
    project.mkdir()
    ignored = shutil.ignore_patterns(
        "processed", "__pycache__", ".ipynb_checkpoints", "exploratory"
    )
    for name in NEEDED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, project / name, ignore=ignored)
        else:
            shutil.copy2(source, project / name)
    return project


def one_notebook(chain: list[Step], path: Path) -> Path:
    """Write the cells of all steps as one notebook, in an order in which they can run, each with
    its parameters."""
    needs, written, cells = needed_by(chain), [], []
    while len(written) < len(chain):
        step = next(
            step for step in chain if step.name not in written and needs[step.name] <= set(written)
        )
        written.append(step.name)
        for cell in nbformat.read(step.notebook, as_version=4).cells:
            if "parameters" in cell.metadata.get("tags", []):
                cell.source = "\n".join(
                    f"{name} = {value!r}" for name, value in step.parameters.items()
                )
            cell.id = f"cell-{len(cells)}"
            cells.append(cell)
    whole = new_notebook(cells=cells)
    whole.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    nbformat.write(whole, path)
    return path


def measured(project: Path, year: int, whole: Path) -> dict[str, float]:
    """Time everything once."""
    for built in ("output", "data/processed"):
        shutil.rmtree(project / built, ignore_errors=True)
    chain = [sys.executable, "-m", "notebook_report", "report", str(year)]
    nbconvert = [
        sys.executable,
        "-m",
        "jupyter",
        "nbconvert",
        "--execute",
        "--to",
        "html",
        "--output",
        "one.html",
        str(whole),
    ]
    times = {"clean build": timed(project, chain), "one notebook": timed(project, nbconvert)}
    timed(
        project, chain
    )  # the one notebook wrote the steps' files once more; they are put right outside the clock
    edit(project / "notebooks" / f"{SECTION}.ipynb")
    times["one section"] = timed(project, chain)
    times["nothing (chain)"] = timed(project, chain)
    times["nothing (make)"] = timed(
        project, ["make", "report", f"YEAR={year}"], CONDA_DEFAULT_ENV="followup"
    )
    return times


def edit(notebook: Path) -> None:
    """Change a notebook's code without changing what it shows."""
    content = json.loads(notebook.read_bytes())
    last = [cell for cell in content["cells"] if cell["cell_type"] == "code"][-1]
    last["source"] = ["".join(last["source"]) + f"\n# edited {time.time_ns()}"]
    notebook.write_text(json.dumps(content))


def timed(project: Path, command: list[str], **variables: str) -> float:
    """Run a command in the project and return the seconds that it took."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {
        **os.environ,
        "PYTHONPATH": str(project / "lib"),
        "PATH": path,
        "MAKEFLAGS": "",
        **variables,
    }
    start = time.perf_counter()
    done = subprocess.run(
        command, cwd=project, env=environment, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return seconds


def spread(values: list[float], form: str) -> str:
    """Show the median with the least and the most."""
    show: Callable[[float], str] = form.format
    return f"{show(statistics.median(values))} ({show(min(values))} to {show(max(values))})"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
