"""One step: a child process that executes its notebook, what it tells, and whether to believe it.

The parent's half comes first. What the child imports it imports late: a build that runs nothing
does without.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from notebook_report import StepError
from notebook_report.access import FilesUsed, UndeclaredError
from notebook_report.children import be_a_process_of_its_own, start
from notebook_report.files import REFUSED, in_folder, refused, stamp
from notebook_report.keys import finish
from notebook_report.project import Report, Step
from notebook_report.system import Context, end_after, most_memory, took_too_long

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from papermill import PapermillExecutionError

TIMEOUT = 600  # seconds
KILLED = 9
SECONDS_TO_END = 5  # for what cells leave running
MOST_TOLD = 20_000  # letters of what goes wrong, or of what a cell prints
MOST_SHOWN = 5_000_000  # letters of one output
LESS = "close other programs, or let it take less at once, and run it again"
MEMORY = f"most likely by the system because the memory ran out: {LESS}"
LEAST_TOLD = 0.02  # seconds of the processor, of a cell in a profile
SYSTEM = re.compile(r"\[Errno (\d+)\][^:]*(?:: .(.*).)?$")  # what an error of the system says
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class Execution:
    """A step that is being executed.

    Parameters
    ----------
    step : the step; its former executed notebook is removed, so that a half-run step can't look
        fresh, and so is what it may write, since it may not do so again.
    key : what the executed notebook will carry if the execution succeeds.
    engine : "in-process" or "kernel".
    server : the context whose processes are children of the warm one.
    exporters : stands for all code that the notebook's rendering depends on; empty where none is
        to be kept.
    """

    def __init__(
        self,
        report: Report,
        step: Step,
        key: str,
        engine: str,
        server: Context,
        exporters: str = "",
    ) -> None:
        self.report, self.step, self.key = report, step, key
        self.unfinished = step.executed.with_name(f".{step.name}.unfinished")
        self.log = step.executed.with_name(f".{step.name}.log")
        self.stamps = {path: stamp(path) for path in step.writes}
        self.state = "cell"
        self.moments: list[tuple[str, float]] = []
        self.memory = 0
        self.text = f"{report.shown(step.notebook)}, before its first cell"
        for path in (
            *(step.executed, step.rendering, self.unfinished, self.log),
            *step.may_write,
        ):
            path.unlink(missing_ok=True)
        # Without the check, so that the child imports nothing of the project before its notebook
        # does.
        plain = replace(report, check=None, workbook=None)
        arguments = (plain, step, self.unfinished, self.log, engine, exporters)
        self.process, self.channel = start(server, child, *arguments, name=step.name)
        self.start = time.perf_counter()

    def listen(self) -> bool:
        """Take one message of the child; False when there will be no more."""
        try:
            self.state, self.text, spent, self.memory = self.channel.recv()
        except EOFError:
            return False
        self.moments.append((self.text, spent))
        return True

    def end(self) -> str:
        """Name the executed notebook properly, or return why the execution failed."""
        self.process.join()
        failure = self.failure()
        if not failure:
            finish(self.report, self.step, self.key, self.unfinished)
        seconds = time.perf_counter() - self.start
        ending = "  failed" if failure else ""
        print(f"  {self.step.name:<32}{seconds:5.1f} s{ending}", flush=True)
        if os.environ.get("PROFILE"):
            print(*spent_by_cell(self.moments), sep="\n")
            print(f"      {self.memory:5,} MB at most", flush=True)
        return failure

    def failure(self) -> str:
        """Say why the execution can't be believed; empty if it can."""
        notebook = self.report.shown(self.step.notebook)
        stray = shortened(self.log.read_text(errors="replace").strip()) if self.log.exists() else ""
        also = f"\nText outside the cells' outputs:\n{stray}" if stray else ""
        if self.state == "failed":
            return self.text + also
        if self.state != "done" or self.process.exitcode:
            return f"{self.text}\n{how_it_ended(self.process.exitcode or 0)}{also}"
        if stray:
            return f"{notebook} wrote to the terminal, not to a cell's output:\n{stray}"
        unwritten = [
            self.report.shown(path)
            for path, former in self.stamps.items()
            if stamp(path) in (former, None)
        ]
        if unwritten:
            return f"{notebook} did not write {', '.join(unwritten)}, as its step says it does"
        return ""

    def stop(self) -> None:
        """Kill the child."""
        self.process.kill()
        self.process.join()


def spent_by_cell(moments: Sequence[tuple[str, float]]) -> list[str]:
    """Say how many seconds of the processor each cell took, the longest first; moments are when
    each began."""
    spent = [
        (following - start, where)
        for (where, start), (_, following) in itertools.pairwise(moments)
        if following - start >= LEAST_TOLD
    ]
    before = moments[0][1] if moments else 0.0
    spent.append((before, "before its first cell"))
    return [f"      {seconds:5.2f} s  {where}" for seconds, where in sorted(spent, reverse=True)]


def how_it_ended(status: int) -> str:
    """Put the exit status of a process that did not finish into words."""
    if took_too_long(status):
        return "took longer than ten minutes"
    if status == -KILLED:
        return f"its process was ended by SIGKILL, {MEMORY}"
    if status < 0:
        return f"its process was ended by {signal.Signals(-status).name}"
    return f"ended its process with status {status}"


def child(
    channel: Connection,
    report: Report,
    step: Step,
    unfinished: Path,
    log: Path,
    engine: str,
    exporters: str,
) -> None:
    """Execute one step and tell the parent: ("cell", place) before each cell, then ("done", place)
    or ("failed", why), each with the seconds of the processor and the megabytes spent so far.

    Parameters
    ----------
    channel : where to tell it; it closes when this process ends, however it ends.
    unfinished : where the executed notebook is written; the parent names it properly when it
        believes it.
    log : where text goes that is written outside the cells' outputs.
    """
    import notebook_report.warm  # noqa: F401  first, where this process was not forked

    be_a_process_of_its_own()
    end_after(TIMEOUT)

    def send(state: str, text: str) -> None:
        channel.send((state, text, time.process_time(), most_memory()))

    name = report.shown(step.notebook)
    try:
        with in_folder(report.folder):
            with log.open("w") as file:
                os.dup2(file.fileno(), 1)
                os.dup2(file.fileno(), 2)
            notebook = execute(report, step, engine, lambda place: send("cell", place))
            unfinished.write_text(json.dumps(notebook), encoding="utf-8")
            if exporters:
                from notebook_report.pages import keep

                send("cell", f"{name}, rendered for the pages")
                keep(report, step, unfinished, exporters)
    except StepError as failure:
        send("failed", str(failure))
    except OSError as problem:
        if problem.errno in REFUSED:
            send("failed", f"{name}\n{refused(problem)}")
        elif report.folder.is_dir():
            raise
        else:  # the build tells that it was removed
            send("failed", f"{name}\n{problem}")
    else:
        send("done", f"{name}, after its last cell")
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # waits for no thread, and for nothing that a cell wanted done at the end


def execute(report: Report, step: Step, engine: str, tell: Callable[[str], None]) -> NotebookNode:
    """Run a step's notebook and return it, tidy.

    Parameters
    ----------
    engine : "in-process" or "kernel".
    tell : called with the place of each cell before it runs.

    Raises
    ------
    StepError
        A parameter is unknown or missing; a cell failed, wrote to stderr or was not run; something
        was used that the step does not list (seen by the in-process engine only); or a thread is
        left running.
    """
    import papermill
    from traitlets.config import Config

    name = report.shown(step.notebook)
    check_parameters(name, step)
    os.environ["NOTEBOOK_REPORT_STEP"] = step.name  # by which a notebook knows that it is one
    files = FilesUsed(report, step)
    places = [name]

    def on_cell_start(cell: NotebookNode, cell_index: int) -> None:
        places.append(place(name, step, cell_index, cell.source))
        tell(places[-1])

    try:
        with tempfile.TemporaryDirectory(prefix="step-") as temporary:
            # What somebody has at home changes nothing, and it may be that nobody can write there.
            os.environ |= dict.fromkeys(("IPYTHONDIR", "JUPYTER_RUNTIME_DIR"), temporary)
            if engine == "in-process":
                os.environ["TMPDIR"] = tempfile.tempdir = temporary
                files.watch()
            notebook = papermill.execute_notebook(
                str(step.notebook),
                None,
                dict(step.parameters),
                **engine_options(report, engine),
                cwd=step.notebook.parent,
                progress_bar=False,
                on_cell_start=on_cell_start,
                shutdown_kernel="immediate",
                record_timing=False,
                # Two kernels that start at once may choose the same TCP port, and ipykernel
                # warns of TCP on stderr.
                config=Config({"KernelManager": {"transport": "ipc", "ip": f"{temporary}/kernel"}}),
            )
    except papermill.PapermillExecutionError as error:
        if error.ename in report.plain_errors:
            raise StepError(error.evalue) from None
        unlisted = files.denied(str(error.evalue)) or files.problems()
        raise StepError(cell_failure(name, step, error, unlisted)) from None
    except Exception as error:  # the kernel died, or papermill cannot use the notebook
        if isinstance(error, OSError) and error.errno in REFUSED:
            raise
        died = f" ({MEMORY})" if "died" in str(error) else ""
        raise StepError(f"{places[-1]}\n{type(error).__name__}: {error}{died}") from None
    finally:
        files.is_over = True
    problems = [
        *cell_problems(name, step, notebook),
        *(f"{name} {use}" for use in files.problems()),
        *threads_left(name),
    ]
    if problems:
        raise StepError("\n".join(problems))
    return tidy(step, notebook)


def threads_left(name: str) -> Iterator[str]:
    """Yield the threads that cells have left running, after some seconds to end."""
    end = time.monotonic() + SECONDS_TO_END
    for thread in threading.enumerate():
        if thread is threading.current_thread() or thread.daemon:
            continue
        thread.join(max(0, end - time.monotonic()))
        if thread.is_alive():
            yield (
                f"{name} left a thread running ({thread.name}), which did not end within "
                f"{SECONDS_TO_END} seconds of its last cell"
            )


def engine_options(report: Report, engine: str) -> dict[str, Any]:
    """Return what papermill is told of an engine, registered; nothing of its own."""
    if engine != "in-process":
        return {}
    from notebook_report.engine import NAME

    return {"engine_name": NAME, "library": report.library}


def check_parameters(name: str, step: Step) -> None:
    """Raise StepError unless the notebook declares exactly the parameters that the step passes."""
    import papermill

    try:
        declared: Mapping[str, Any] = papermill.inspect_notebook(str(step.notebook))
    except Exception as error:
        raise StepError(f"{name} cannot be used: {type(error).__name__}: {error}") from None
    passed = step.parameters.keys()
    if not declared and passed:
        raise StepError(f"{name}: no cell tagged `parameters` sets {', '.join(passed)}")
    problems = [
        f"{name}: {parameter} is passed, but its cell tagged `parameters` does not set it"
        for parameter in sorted(passed - declared.keys())
    ]
    problems += [
        f"{name}: its cell tagged `parameters` sets {parameter}, which the step does not pass"
        for parameter in sorted(declared.keys() - passed)
    ]
    if problems:
        raise StepError("\n".join(problems))


def cell_problems(name: str, step: Step, notebook: NotebookNode) -> Iterator[str]:
    """Yield what papermill lets pass: text on stderr, and cells left out after a quiet
    `sys.exit(0)`."""
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        where = place(name, step, index, cell.source)
        for output in cell.outputs:
            if output.get("name") == "stderr":
                yield f"{where}\nwrote to stderr: {shortened(output.text.strip())}"
            if output.output_type == "error":
                yield f"{where}\n{output.ename}: {output.evalue}"
            rich = {**output.get("data", {}), "text/plain": ""}  # plain text is shortened
            longest = max(len(str(shown)) for shown in rich.values())
            if longest > MOST_SHOWN:
                yield f"{where}\nshows {longest:,} letters: a page takes {MOST_SHOWN:,} at most"
        if cell.execution_count is None:
            yield f"{where}\nwas not run: the notebook ended before it"
            return


def cell_failure(
    name: str, step: Step, error: PapermillExecutionError, unlisted: Sequence[str]
) -> str:
    """Say which cell failed and why.

    Parameters
    ----------
    unlisted : what it used and its step does not list, in words.
    """
    traceback = COLOURS.sub("", "\n".join(error.traceback))
    where = place(name, step, error.cell_index, error.source)
    if error.ename == UndeclaredError.__name__:
        return f"{where}\n{error.evalue}"
    if error.ename.endswith("MemoryError"):
        return f"{where}\nfound not enough memory ({shortened(error.evalue)}): {LESS}"
    system = SYSTEM.match(str(error.evalue))
    denied = ("[Errno 13]", "[errno 13]", "ermission denied")
    if unlisted and any(word in str(error.evalue) for word in denied):
        return "\n".join([where, *unlisted])
    if system and int(system[1]) in REFUSED:
        file = system[2] or str(step.executed.parent)
        return f"{where}\n{refused(OSError(int(system[1]), '', file))}"
    return f"{where}\n{error.ename}: {shortened(error.evalue)}\n\n{shortened(traceback)}"


def place(name: str, step: Step, index: int, source: str) -> str:
    """Name a cell by its number in the committed notebook, which lacks the one that papermill puts
    in, and its first line."""
    number = index + (index <= parameters_index(step.notebook))
    return f"{name}, cell {number}: {source.strip().partition(chr(10))[0]}"


@cache
def parameters_index(notebook: Path) -> int:
    """Return the position of the cell tagged `parameters`, after which papermill puts its own; -1
    where there is none."""
    tags = [cell["metadata"].get("tags", []) for cell in json.loads(notebook.read_bytes())["cells"]]
    return next((index for index, own in enumerate(tags) if "parameters" in own), -1)


def tidy(step: Step, notebook: NotebookNode) -> NotebookNode:
    """Drop from an executed notebook what differs from run to run, and plain text that nobody sees
    behind HTML."""
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
            for texts, kind in ((output, "text"), (output.get("data", {}), "text/plain")):
                if kind in texts:
                    texts[kind] = shortened(texts[kind])
    return notebook


def shortened(text: str) -> str:
    """Leave the middle out of a long text, and say so."""
    left_out = len(text) - MOST_TOLD
    if left_out <= 0:
        return text
    half = MOST_TOLD // 2
    return f"{text[:half]}\n… {left_out:,} characters are left out …\n{text[-half:]}"


def joined_streams(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Join neighbouring pieces of one stream: where a kernel cuts it depends on the clock."""
    joined: list[NotebookNode] = []
    for output in outputs:
        if joined and output.get("name") and joined[-1].get("name") == output.get("name"):
            joined[-1].text += output.text
        else:
            joined.append(output)
    return joined
