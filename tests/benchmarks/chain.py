"""Time the chain: `make bench` against one notebook of the same cells, `make bench AGAINST=commit`
against the project as it was at a commit, `make profile` cell by cell.

Each pair runs everything once, in copies of the project, one after the other: the clean build; the
build after an edit of one section; after an edit of one sentence; with nothing to do. The ratios
are taken pair by pair, so that a machine that is busy for a while weighs on both sides. Seconds of
the processor are those of all processes that a command starts, also of those that outlive it.
"""

import argparse
import ctypes
import json
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import distributions
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


SUBREAPER = 36  # prctl: processes that outlive their parent become this one's children
Spent = tuple[float, float]  # seconds, and of the processor


@dataclass(frozen=True)
class Tree:
    """The project at some commit: where it lies, how it is built, what it needs besides."""

    root: Path
    year: int
    packages: Path | None = None

    @property
    def build(self) -> list[str]:
        """The command that builds the report."""
        if (self.root / "lib" / "notebook_report").exists():
            return [sys.executable, "-m", "notebook_report", "report", str(self.year)]
        return [sys.executable, "-m", "followup.chain", str(self.year)]

    def run(self, command: list[str], **variables: str) -> Spent:
        """Run a command here."""
        more = {} if self.packages is None else {"PYTHONPATH": str(self.packages)}
        return spent(self.root, command, {**more, **variables})

    def forget(self) -> None:
        """Remove what is built."""
        for built in ("output", "data/processed"):
            shutil.rmtree(self.root / built, ignore_errors=True)


def main(arguments: list[str]) -> int:
    """Measure and print a table: seconds, and ratios to the one notebook, or to the commit."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("year", type=int)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--against", default="", help="a commit")
    parser.add_argument("--profile", action="store_true", help="seconds by step and cell instead")
    told = parser.parse_args(arguments)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    with tempfile.TemporaryDirectory() as folder:
        now = Tree(copied(Path(folder) / "project"), told.year)
        if told.profile:
            return subprocess.call(
                now.build, cwd=now.root, env=environment(now.root, {"PROFILE": "1"})
            )
        if told.against:
            other = Tree(
                at_commit(told.against, Path(folder)), told.year, missing_packages(Path(folder))
            )
            pairs = [{"now": waits(now), told.against: waits(other)} for _ in range(told.pairs)]
        else:
            whole = one_notebook(steps(open_round(told.year)), now.root / "one.ipynb")
            pairs = [
                {"now": waits(now), "one notebook": one_for_all(now, whole)}
                for _ in range(told.pairs)
            ]
    python = sys.version.split()[0]
    print(f"{told.pairs} pairs, {os.cpu_count()} cores, Python {python}; median (least to most)")
    print("\n".join(table(pairs)))
    return 0


def table(pairs: list[dict[str, dict[str, Spent]]]) -> list[str]:
    """Show each wait: seconds and seconds of the processor of both sides, and the ratios of ours to
    theirs, pair by pair."""
    ours, theirs = pairs[0]
    lines = [f"{'':18}{'':>14}{ours:>26}{theirs:>28}{'ratio':>28}{'to its clean build':>28}"]
    for wait in pairs[0][ours]:
        for place, unit in enumerate(("seconds", "processor")):
            mine = [pair[ours][wait][place] for pair in pairs]
            whole = [pair[theirs]["clean build"][place] for pair in pairs]
            other = [pair[theirs].get(wait, (0, 0))[place] for pair in pairs]
            ratios = [a / b for a, b in zip(mine, other, strict=True) if b]
            to_whole = spread([a / b for a, b in zip(mine, whole, strict=True)], "{:.3f}")
            ratio = spread(ratios, "{:.3f}") if ratios else "–"
            shown = spread(other, "{:.2f}") if ratios else "–"
            mine_shown = spread(mine, "{:.2f}")
            lines.append(f"{wait:18}{unit:>14}{mine_shown:>26}{shown:>28}{ratio:>28}{to_whole:>28}")
    return lines


def waits(tree: Tree) -> dict[str, Spent]:
    """Time each of the waits of an analyst once."""
    tree.forget()
    times = {"clean build": tree.run(tree.build)}
    notebook = tree.root / "notebooks" / f"{SECTION}.ipynb"
    for name, changed in (("one section", edit), ("one sentence", edit_sentence)):
        changed(notebook)
        times[name] = tree.run(tree.build)
    times["nothing (chain)"] = tree.run(tree.build)
    # Earlier commits tell an active environment by its name.
    conda = {"CONDA_PREFIX": sys.prefix, "CONDA_DEFAULT_ENV": "followup"}
    times["nothing (make)"] = tree.run(["make", "report", f"YEAR={tree.year}"], **conda)
    return times


def one_for_all(tree: Tree, whole: Path) -> dict[str, Spent]:
    """Time the same cells as one notebook, by `jupyter nbconvert --execute --to html`."""
    command = [sys.executable, "-m", "jupyter", "nbconvert", "--execute", "--to", "html"]
    return {"clean build": tree.run([*command, "--output", "one.html", str(whole)])}


def at_commit(commit: str, folder: Path) -> Path:
    """Write the project as it was at a commit."""
    root = folder / "against"
    root.mkdir()
    archive = subprocess.run(
        ["git", "archive", commit], cwd=ROOT, check=True, stdout=subprocess.PIPE
    ).stdout
    subprocess.run(["tar", "-x"], cwd=root, input=archive, check=True)
    return root


def missing_packages(folder: Path) -> Path:
    """Install beside what a commit's lock names and this environment has not."""
    target = folder / "packages"
    lock = (folder / "against" / "requirements.lock").read_text(encoding="utf-8")
    locked = dict(re.findall(r"^([A-Za-z0-9_.-]+)(==.*?) *\\$", lock, re.MULTILINE))
    here = {one.name.lower().replace("_", "-") for one in distributions()}
    wanted = [f"{name}{version}" for name, version in locked.items() if name not in here]
    if wanted:
        install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target"]
        subprocess.run([*install, str(target), *wanted], check=True, stderr=subprocess.DEVNULL)
    return target


def copied(project: Path) -> Path:
    """Copy what a build needs, without what was built."""
    project.mkdir(parents=True)
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


def edit(notebook: Path) -> None:
    """Change a notebook's code without changing what it shows."""
    content = json.loads(notebook.read_bytes())
    last = [cell for cell in content["cells"] if cell["cell_type"] == "code"][-1]
    last["source"] = ["".join(last["source"]) + f"\n# edited {time.time_ns()}"]
    notebook.write_text(json.dumps(content))


def edit_sentence(notebook: Path) -> None:
    """Add a sentence to the last cell of prose."""
    content = json.loads(notebook.read_bytes())
    prose = [
        cell
        for cell in content["cells"]
        if cell["cell_type"] == "markdown" or "".join(cell["source"]).startswith("%%prose")
    ][-1]
    letters = str(time.time_ns()).translate(str.maketrans("0123456789", "abcdefghij"))
    prose["source"] = ["".join(prose["source"]) + f"\n\nEdited {letters}."]
    notebook.write_text(json.dumps(content))


def spent(root: Path, command: list[str], variables: Mapping[str, str]) -> Spent:
    """Run a command and return the seconds that it took, and those of the processor that it and all
    that it started took."""
    before, start = processor(), time.perf_counter()
    done = subprocess.run(
        command,
        cwd=root,
        env=environment(root, variables),
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    left_to_end()
    return seconds, processor() - before


def left_to_end() -> None:
    """Wait for the processes that a command left to end by themselves."""
    try:
        while True:
            os.wait()
    except ChildProcessError:
        return


def processor() -> float:
    """Return the seconds of the processor of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def environment(root: Path, variables: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a copy of the project: its own package, before any other's."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    more = variables.get("PYTHONPATH", "")
    packages = os.pathsep.join(filter(None, [str(root / "lib"), more]))
    own = {"PYTHONPATH": packages, "PATH": path, "MAKEFLAGS": ""}
    return {**os.environ, **variables, **own}


def spread(values: list[float], form: str) -> str:
    """Show the median with the least and the most."""
    show: Callable[[float], str] = form.format
    return f"{show(statistics.median(values))} ({show(min(values))} to {show(max(values))})"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
