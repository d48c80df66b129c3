"""Bring a report up to date: check its raw data, run what is stale, two steps at a time, then
publish what they made.

Every step is a child of this process, which has done the imports before the first and has no
threads.
"""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from graphlib import TopologicalSorter
from multiprocessing import connection
from pathlib import Path

from notebook_report import ENVIRONMENT, BuildError
from notebook_report.check import stop_if_fatal
from notebook_report.execution import Execution
from notebook_report.files import in_folder
from notebook_report.keys import Keys
from notebook_report.project import Project, Report, Step
from notebook_report.publish import publish
from notebook_report.system import Context, children_of_warm, locked

WORKERS = 2
PRELOAD = {
    "in-process": (
        "notebook_report.warm",
        "notebook_report.execution",
        "notebook_report.engine",
        "notebook_report.warm_exporter",
        "ipykernel.inprocess.ipkernel",
        "IPython.core.completerlib",
    ),
    "kernel": ("notebook_report.warm", "notebook_report.execution"),
}


def wanted_engine() -> str:
    """Return the engine that ENGINE names; by itself the in-process one."""
    engine = os.environ.get("ENGINE") or "in-process"
    if engine not in PRELOAD:
        raise BuildError(f"ENGINE={engine} is not known: {' or '.join(PRELOAD)}")
    return engine


def build(project: Project, report: Report, engine: str) -> None:
    """Bring one report up to date; another build of the same report is waited for.

    Raises
    ------
    BuildError
        The raw data cannot be used, a step failed, or the executed notebooks are not fit to be
        shown. What was published before is as it was.
    """
    with only_build(report), in_folder(report.folder):
        start = time.time_ns()
        keys = Keys(report, engine)
        server = WarmProcess(project, report, keys)
        remove_leftovers(report)
        check_what_is_new(report, keys, server)
        count = Run(report, keys, server).finish()
        report.handed.unlink(missing_ok=True)
        is_new = publish(project, report, keys, start, server.context)
    for name in notebooks_left_out(report):
        print(f"{name} is run by no step: it is in no report")
    seconds = (time.time_ns() - start) / 1e9
    state = "is new" if is_new else "is up to date"
    page = report.shown(report.output / f"{report.pages[0].name}.html")
    total = len(report.steps)
    print(f"{page} {state}: {count} of {total} steps run, {total - count} fresh, {seconds:.1f} s")


@contextmanager
def only_build(report: Report) -> Iterator[None]:
    """Hold the report's lock, which ends with the process however it ends.

    Raises
    ------
    BuildError
        Somebody removed what the steps make while this was busy with it.
    """
    waiting = f"Another build of {report.name} is running: waiting for it."
    with locked(report.folder / ".lock", waiting) as is_held:
        try:
            yield
        except (BuildError, OSError):
            if is_held():
                raise
        if not is_held():
            raise BuildError(
                f"{report.shown(report.folder)} was removed while the report was being made, as "
                "`make clean` does: run it again"
            )


def remove_leftovers(report: Report) -> None:
    """Remove from the steps' folder what no step makes: of a killed build, or of a step that is
    gone."""
    lasting = {report.folder / ".lock", report.made_workbook, report.asked}
    lasting |= {path for step in report.steps for path in step.files}
    for path in report.folder.rglob("*"):
        if path.is_file() and path not in lasting:
            path.unlink()


def notebooks_left_out(report: Report) -> list[str]:
    """Return the numbered notebooks that no step of any report runs."""
    folders = {step.notebook.parent for step in report.steps}
    numbered = {path for folder in folders for path in folder.glob("[0-9]*.ipynb")}
    run = {step.notebook for step in report.steps} | set(report.left_out)
    return [report.shown(path) for path in sorted(numbered - run)]


class WarmProcess:
    """This process, whose children run the steps: warm from when it is first asked for.

    matplotlib keeps its list of fonts in the project: what somebody has at home changes no report,
    and where nothing can be written there, nothing is missed.
    """

    def __init__(self, project: Project, report: Report, keys: Keys) -> None:
        self.project, self.report, self.keys = project, report, keys
        os.environ["MPLCONFIGDIR"] = str(report.root / ".cache" / "matplotlib")

    def context(self) -> Context:
        """Return the context whose processes are its children, its imports done."""
        os.environ.update(ENVIRONMENT)
        return children_of_warm(self.modules)

    @cached_property
    def modules(self) -> tuple[str, ...]:
        """What it imports: what runs notebooks, and what those use that may have to run, the
        modules of the report's library last."""
        engine = self.keys.engine
        if engine != "in-process":
            return PRELOAD[engine]
        needs = needed_by(self.report.steps)
        stale = {step.name for step in self.report.steps if not self.keys.is_fresh(step)}
        run = stale.union(*(waiting_for(name, needs) for name in stale))
        notebooks = {step.notebook for step in self.report.steps if step.name in run}
        names = {name for notebook in notebooks for name in self.keys.from_elsewhere(notebook)}
        modules = (
            module
            for module, user in self.project.preload.items()
            if any(f"{name}.".startswith(f"{user}.") for name in names)
        )
        return (*PRELOAD[engine], *modules, *self.keys.library_modules(notebooks))


def check_what_is_new(report: Report, keys: Keys, server: WarmProcess) -> None:
    """Check the raw data if a step that reads nothing else is stale.

    Raises
    ------
    BuildError
        Something is fatal. Those steps stay stale even if the data becomes again what it was, so
        that it is checked again.
    """
    needs = needed_by(report.steps)
    first = [step for step in report.steps if not needs[step.name]]
    stale = [step for step in first if not keys.is_fresh(step)]
    if stale and report.check:
        for step in stale:
            step.executed.unlink(missing_ok=True)
        stop_if_fatal(report.check, server.context())


class Run:
    """The steps of a build on their way; `finish` runs the stale ones, each after those it needs.

    Where they render, each keeps its executed notebook as HTML, for the report's pages.
    """

    def __init__(
        self, report: Report, keys: Keys, server: WarmProcess, renders: bool = True
    ) -> None:
        needs = needed_by(report.steps)
        self.report, self.keys, self.server, self.renders = report, keys, server, renders
        self.order = TopologicalSorter(needs)
        self.order.prepare()
        self.by_urgency = sorted(
            report.steps,
            key=lambda step: (-len(waiting_for(step.name, needs)), -size(step.notebook)),
        )
        self.ready: set[str] = set()
        self.running: dict[connection.Connection, Execution] = {}
        self.failures: list[str] = []
        self.ran: list[Step] = []  # as they ended

    def finish(self) -> int:
        """Run what is stale and return how many steps that were.

        Raises
        ------
        BuildError
            With every failure: after the first no other step starts, and those that run are let
            finish.
        """
        try:
            while self.running or (self.order.is_active() and not self.failures):
                self.ready.update(self.order.get_ready())
                if self.ready and not self.failures and len(self.running) < WORKERS:
                    self.start(next(step for step in self.by_urgency if step.name in self.ready))
                else:
                    self.listen()
        finally:
            for execution in self.running.values():
                execution.stop()
        if not self.failures:
            self.failures = list(self.touched())
        if self.failures:
            raise BuildError("\n\n".join(self.failures))
        return len(self.ran)

    def touched(self) -> Iterator[str]:
        """Say which results are not as their step left them, however they were changed; whoever ran
        since then runs again in the next build."""
        touched = {step.name: self.keys.touched(step) for step in self.report.steps}
        for step in self.report.steps:
            if not touched[step.name]:
                continue
            since = self.ran[self.ran.index(step) + 1 :] if step in self.ran else self.ran
            yield (
                f"{', '.join(touched[step.name])}: not as {step.name} left it. Since then ran: "
                f"{', '.join(other.name for other in since) or 'no step'}. "
                "A step may write and remove only what it lists."
            )
            for other in (step, *since):
                other.executed.unlink(missing_ok=True)

    def start(self, step: Step) -> None:
        """Start a step, or call it done if it is fresh."""
        self.ready.remove(step.name)
        if self.keys.is_fresh(step):
            self.order.done(step.name)
            return
        context = self.server.context()
        exporters = self.keys.code_of_pages() if self.renders else ""
        execution = Execution(
            self.report, step, self.keys.key(step), self.keys.engine, context, exporters
        )
        self.running[execution.channel] = execution

    def listen(self) -> None:
        """Wait until a child tells something or ends."""
        for channel in connection.wait(list(self.running)):
            if self.running[channel].listen():  # type: ignore[index]
                continue
            execution = self.running.pop(channel)  # type: ignore[call-overload]
            failure = execution.end()
            self.ran.append(execution.step)
            if failure:
                self.failures.append(failure)
            else:
                self.order.done(execution.step.name)


def needed_by(steps: Sequence[Step]) -> dict[str, set[str]]:
    """Return the names of the steps that write what each step reads."""
    writers: dict[Path, str] = {}
    for step in steps:
        for path in step.results:
            if writers.setdefault(path, step.name) != step.name:
                raise ValueError(f"{path.name} is written by {writers[path]} and by {step.name}")
    return {step.name: {writers[path] for path in step.reads if path in writers} for step in steps}


def waiting_for(name: str, needs: Mapping[str, set[str]]) -> set[str]:
    """Return the names of all steps that can't start before one step is done."""
    direct = {other for other, needed in needs.items() if name in needed}
    return direct.union(*(waiting_for(other, needs) for other in direct))


def size(notebook: Path) -> int:
    """Return a notebook's length in bytes, from which its run time is guessed; 0 if there is
    none."""
    return notebook.stat().st_size if notebook.exists() else 0
