"""One step in a process of its own: execute its notebook, and refuse what papermill lets pass."""

import json
import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
import papermill
from traitlets.config import Config

from followup.problems import InputProblems
from followup.rounds import ROOT
from notebook_report.steps import Step

TIMEOUT = 600  # seconds
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
WATCHED = (ROOT / "data", ROOT / "docs", ROOT / "output")

nbformat.validate(
    nbformat.v4.new_notebook()
)  # compiles the schema, once for all children of the process that imports this


class StepFailed(Exception):
    """A step cannot stand; the text says where and why, ready to be shown."""


def child(channel: Connection, step: Step, unfinished: Path, engine: str) -> None:
    """Execute one step and tell the parent: ("cell", place) before each cell, then ("done", place) or ("failed", why).

    Parameters
    ----------
    channel : where to tell it; it closes when this process ends, however it ends.
    step : the step to run.
    unfinished : where the executed notebook is written; the parent names it properly when it believes it.
    engine : "in-process" or "kernel".
    """
    signal.alarm(TIMEOUT)
    try:
        notebook = execute(step, engine, lambda place: channel.send(("cell", place)))
    except StepFailed as failure:
        channel.send(("failed", str(failure)))
    else:
        nbformat.write(notebook, unfinished)
        channel.send(("done", f"{shown(step.notebook)}, after its last cell"))


def execute(step: Step, engine: str, tell: Callable[[str], None]) -> nbformat.NotebookNode:
    """Run a step's notebook and return it, tidy.

    Parameters
    ----------
    step : the step to run.
    engine : "in-process" or "kernel".
    tell : called with the place of each cell before it runs.

    Raises
    ------
    StepFailed
        A parameter is unknown or missing; a cell failed, wrote to stderr or was not run; or a file of data/, docs/ or output/
        was used that the step does not list (seen by the in-process engine only).
    """
    check_parameters(step)
    files = FilesUsed()
    sys.addaudithook(files.notice)
    begun = [shown(step.notebook)]

    def on_cell_start(cell: nbformat.NotebookNode, cell_index: int) -> None:
        begun.append(place(step, cell_index, cell.source))
        tell(begun[-1])

    try:
        with TemporaryDirectory(prefix="kernel-") as sockets:
            notebook = papermill.execute_notebook(
                str(step.notebook),
                None,
                step.parameters,
                engine_name=engine_name(engine),
                cwd=step.notebook.parent,
                progress_bar=False,
                on_cell_start=on_cell_start,
                shutdown_kernel="immediate",
                record_timing=False,
                # Two kernels that start at once may choose the same TCP port, and ipykernel warns of TCP on stderr.
                config=Config({"KernelManager": {"transport": "ipc", "ip": f"{sockets}/kernel"}}),
            )
    except papermill.PapermillExecutionError as error:
        raise StepFailed(cell_failure(step, error)) from None
    except Exception as error:  # the kernel died, or papermill cannot use the notebook
        raise StepFailed(f"{begun[-1]}\n{type(error).__name__}: {error}") from None
    problems = [*cell_problems(step, notebook), *files.problems(step)]
    if problems:
        raise StepFailed("\n".join(problems))
    return tidy(step, notebook)


def engine_name(engine: str) -> str | None:
    """Return papermill's name for an engine, registered; None is papermill's own."""
    if engine != "in-process":
        return None
    from notebook_report.engine import NAME

    return NAME


def check_parameters(step: Step) -> None:
    """Raise StepFailed unless the notebook declares exactly the parameters that the step passes."""
    try:
        declared = papermill.inspect_notebook(str(step.notebook)).keys()
    except Exception as error:
        raise StepFailed(
            f"{shown(step.notebook)} cannot be used: {type(error).__name__}: {error}"
        ) from None
    if not declared:
        raise StepFailed(
            f"{shown(step.notebook)}: no cell tagged `parameters` sets {', '.join(step.parameters)}"
        )
    unknown, missing = step.parameters.keys() - declared, declared - step.parameters.keys()
    problems = [
        f"{name} is passed, but its cell tagged `parameters` does not set it"
        for name in sorted(unknown)
    ]
    problems += [
        f"its cell tagged `parameters` sets {name}, which the step does not pass"
        for name in sorted(missing)
    ]
    if problems:
        raise StepFailed("\n".join(f"{shown(step.notebook)}: {problem}" for problem in problems))


def cell_problems(step: Step, notebook: nbformat.NotebookNode) -> Iterator[str]:
    """Yield what papermill lets pass: text on stderr, and cells left out after a quiet `sys.exit(0)`."""
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        for output in cell.outputs:
            if output.get("name") == "stderr":
                yield f"{place(step, index, cell.source)}\nwrote to stderr: {output.text.strip()}"
            if output.output_type == "error":
                yield f"{place(step, index, cell.source)}\n{output.ename}: {output.evalue}"
        if cell.execution_count is None:
            yield f"{place(step, index, cell.source)}\nwas not run: the notebook ended before it"
            return


def cell_failure(step: Step, error: papermill.PapermillExecutionError) -> str:
    """Say which cell failed and why; bad input speaks for itself, without a traceback."""
    if error.ename == InputProblems.__name__:
        return error.evalue
    traceback = COLOURS.sub("", "\n".join(error.traceback))
    return f"{place(step, error.cell_index, error.source)}\n{error.ename}: {error.evalue}\n\n{traceback}"


def place(step: Step, index: int, source: str) -> str:
    """Name a cell by its number in the committed notebook, which lacks the one that papermill puts in, and its first line."""
    number = index + (index <= parameters_index(step.notebook))
    return f"{shown(step.notebook)}, cell {number}: {source.strip().partition(chr(10))[0]}"


@cache
def parameters_index(notebook: Path) -> int:
    """Return the position of the cell tagged `parameters`, after which papermill puts its own."""
    cells = json.loads(notebook.read_bytes())["cells"]
    return next(
        index
        for index, cell in enumerate(cells)
        if "parameters" in cell["metadata"].get("tags", [])
    )


def shown(path: Path) -> str:
    """Return a path as a person finds it: from the project's root."""
    return path.relative_to(ROOT).as_posix()


class FilesUsed:
    """The files that Python code of this process opens."""

    def __init__(self) -> None:
        self.read: set[Path] = set()
        self.written: set[Path] = set()

    def notice(self, event: str, arguments: tuple) -> None:
        """Take note of an audit event; a file that is renamed was written under its new name."""
        if (
            event == "open"
            and isinstance(arguments[0], str | os.PathLike)
            and isinstance(arguments[1], str)
        ):
            files = self.written if set(arguments[1]) & set("wax+") else self.read
            files.add(from_here(arguments[0]))
        elif event == "os.rename":
            source, target = (from_here(path) for path in arguments[:2])
            self.written = self.written - {source} | {target}

    def problems(self, step: Step) -> Iterator[str]:
        """Yield the files of data/, docs/ and output/ that the step used and does not list: it would not notice their changes."""
        own = {*step.writes, *step.may_write}
        for kind, used, listed in (
            ("reads", self.read, {*step.reads, *own}),
            ("writes", self.written, own),
        ):
            for path in sorted(used - listed):
                if any(folder in path.parents for folder in WATCHED):
                    yield f"{shown(step.notebook)} {kind} {shown(path)}, which lib/notebook_report/steps.py does not list"


def from_here(path: str | bytes | os.PathLike) -> Path:
    """Return an absolute path without `..`, links unresolved: data/raw may be one."""
    return Path(os.path.abspath(os.fsdecode(path)))  # noqa: PTH100


def tidy(step: Step, notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Drop from an executed notebook what differs from run to run, and plain text that nobody sees behind HTML."""
    notebook.metadata.pop("papermill")
    if step.title:
        notebook.metadata["title"] = step.title
    for cell in notebook.cells:
        cell.metadata.pop("papermill")
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = "injected-parameters"
        if cell.cell_type == "code":
            cell.outputs = joined_streams(cell.outputs)
        for output in cell.get("outputs", []):
            if "text/html" in output.get("data", {}):
                output.data.pop("text/plain", None)
    return notebook


def joined_streams(outputs: list[nbformat.NotebookNode]) -> list[nbformat.NotebookNode]:
    """Join neighbouring pieces of one stream: where a kernel cuts it depends on the clock."""
    joined: list[nbformat.NotebookNode] = []
    for output in outputs:
        if joined and output.get("name") and joined[-1].get("name") == output.get("name"):
            joined[-1].text += output.text
        else:
            joined.append(output)
    return joined
