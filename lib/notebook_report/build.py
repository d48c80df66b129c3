"""Bring a round's report up to date: check its raw data, run what is stale, two steps at a time, then publish what they made.

Every step is a child of one warm process, multiprocessing's forkserver, which has done the imports and has no threads.
"""

import fcntl
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from graphlib import TopologicalSorter
from multiprocessing import connection, forkserver, get_context
from multiprocessing.context import ForkServerContext
from pathlib import Path

from followup.problems import InputProblems
from followup.rounds import ROOT, Round, open_round, years
from notebook_report import BuildFailed
from notebook_report.attempt import Attempt
from notebook_report.check import checked, stop_if_fatal
from notebook_report.keys import Keys, is_fresh
from notebook_report.publish import publish
from notebook_report.steps import Step, steps

WORKERS = 2
ENGINES = ("in-process", "kernel")
PRELOAD = {
    "in-process": [
        "notebook_report.warm",
        "notebook_report.execute",
        "notebook_report.engine",
        "ipykernel.inprocess.ipkernel",
        "IPython.core.completerlib",
        "pyarrow.dataset",
        "pyarrow.parquet",
        "pandera.backends.pandas.base",
        "seaborn",
        "matplotlib.backends.backend_svg",
        "great_tables",
        "statsmodels.genmod.generalized_estimating_equations",
        "statsmodels.stats.contingency_tables",
        "statsmodels.stats.proportion",
    ],
    "kernel": ["notebook_report.warm", "notebook_report.execute"],
}
# One thread in the warm process, or forking it is not safe; sets in the same order each time.
ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "PYTHONHASHSEED": "0",
}


def main(arguments: list[str], steps: Callable[[Round], list[Step]] = steps) -> int:
    """Build the report of the year that the command line names, and return the exit status."""
    known = ", ".join(map(str, years())) or "none yet"
    try:
        if len(arguments) != 1 or not arguments[0].isdecimal():
            raise BuildFailed(f"Name the year of a round: {known}")
        survey_round = opened(int(arguments[0]))
        build(survey_round, steps(survey_round), engine_wanted())
    except BuildFailed as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted: run it again to go on where it stopped.", file=sys.stderr)
        return 130
    return 0


def opened(year: int) -> Round:
    """Open a round; where its round.toml cannot be used, the check tells everything that is wrong with it."""
    try:
        return open_round(year)
    except InputProblems:
        raise BuildFailed(checked(year)[1]) from None


def engine_wanted() -> str:
    """Return the engine that ENGINE names; by itself the in-process one, where forking a warm process is known to be safe."""
    engine = os.environ.get("ENGINE") or ("in-process" if sys.platform == "linux" else "kernel")
    if engine not in ENGINES:
        raise BuildFailed(f"ENGINE={engine} is not known: {' or '.join(ENGINES)}")
    return engine


def build(survey_round: Round, steps: list[Step], engine: str) -> None:
    """Bring one round's report up to date; another build of the same round is waited for.

    Raises
    ------
    BuildFailed
        The raw data cannot be used, a step failed, or the executed notebooks are not fit to be shown. What was published
        before is as it was.
    """
    survey_round.build.mkdir(parents=True, exist_ok=True)
    with only_build(survey_round):
        begun = time.time_ns()
        keys = Keys(steps, engine)
        sweep(survey_round, steps)
        check_what_is_new(survey_round, steps, keys)
        ran = Run(steps, keys).finish()
        published = publish(survey_round, steps, keys, begun, lambda: warm_process(engine))
    seconds = (time.time_ns() - begun) / 1e9
    state = "is new" if published else "is up to date"
    report = (survey_round.output / "report.html").relative_to(ROOT)
    print(
        f"{report} {state}: {ran} of {len(steps)} steps run, {len(steps) - ran} fresh, {seconds:.1f} s"
    )


@contextmanager
def only_build(survey_round: Round) -> Iterator[None]:
    """Hold the round's lock, which ends with the process however it ends."""
    with (survey_round.build / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"Another build of {survey_round.year} is running: waiting for it.", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def sweep(survey_round: Round, steps: list[Step]) -> None:
    """Remove from the build folder what no step makes: leftovers of a killed build, or of a step that is gone."""
    kept = {
        survey_round.build / ".lock",
        *(path for step in steps for path in (step.executed, *step.writes, *step.may_write)),
    }
    for path in survey_round.build.rglob("*"):
        if path.is_file() and path not in kept:
            path.unlink()


def check_what_is_new(survey_round: Round, steps: list[Step], keys: Keys) -> None:
    """Check the raw data if a step that reads nothing else is stale.

    Raises
    ------
    BuildFailed
        Something is fatal. Those steps stay stale even if the data becomes again what it was, so that it is checked again.
    """
    needs = needed_by(steps)
    stale = [step for step in steps if not needs[step.name] and not is_fresh(step, keys.key(step))]
    if stale:
        for step in stale:
            step.executed.unlink(missing_ok=True)
        stop_if_fatal(survey_round, warm_process(keys.engine))


class Run:
    """The steps of a build on their way; `finish` runs the stale ones, each after those it needs."""

    def __init__(self, steps: list[Step], keys: Keys) -> None:
        needs = needed_by(steps)
        self.keys = keys
        self.order = TopologicalSorter(needs)
        self.order.prepare()
        self.by_urgency = sorted(
            steps, key=lambda step: (-len(waiting_for(step.name, needs)), -size(step.notebook))
        )
        self.ready: set[str] = set()
        self.running: dict[connection.Connection, Attempt] = {}
        self.failures: list[str] = []
        self.ran = 0

    def finish(self) -> int:
        """Run what is stale and return how many steps that were.

        Raises
        ------
        BuildFailed
            With every failure: after the first no other step begins, and those that run are let finish.
        """
        try:
            while self.running or (self.order.is_active() and not self.failures):
                self.ready.update(self.order.get_ready())
                if self.ready and not self.failures and len(self.running) < WORKERS:
                    self.begin(next(step for step in self.by_urgency if step.name in self.ready))
                else:
                    self.listen()
        finally:
            for attempt in self.running.values():
                attempt.stop()
        if self.failures:
            raise BuildFailed("\n\n".join(self.failures))
        return self.ran

    def begin(self, step: Step) -> None:
        """Start a step, or call it done if it is fresh."""
        self.ready.remove(step.name)
        key = self.keys.key(step)
        if is_fresh(step, key):
            self.order.done(step.name)
            return
        attempt = Attempt(step, key, self.keys.engine, warm_process(self.keys.engine))
        self.running[attempt.channel] = attempt
        self.ran += 1

    def listen(self) -> None:
        """Wait until a child tells something or ends."""
        for channel in connection.wait(list(self.running)):
            if self.running[channel].listen():
                continue
            attempt = self.running.pop(channel)
            failure = attempt.end()
            if failure:
                self.failures.append(failure)
            else:
                self.order.done(attempt.step.name)


def needed_by(steps: list[Step]) -> dict[str, set[str]]:
    """Return the names of the steps that write what each step reads."""
    writers: dict[Path, str] = {}
    for step in steps:
        for path in (*step.writes, *step.may_write):
            if writers.setdefault(path, step.name) != step.name:
                raise ValueError(f"{path.name} is written by {writers[path]} and by {step.name}")
    return {step.name: {writers[path] for path in step.reads if path in writers} for step in steps}


def waiting_for(name: str, needs: dict[str, set[str]]) -> set[str]:
    """Return the names of all steps that can't begin before one step is done."""
    direct = {other for other, needed in needs.items() if name in needed}
    return direct.union(*(waiting_for(other, needs) for other in direct))


def size(notebook: Path) -> int:
    """Return a notebook's length in bytes, from which its run time is guessed; 0 if there is none."""
    return notebook.stat().st_size if notebook.exists() else 0


@cache
def warm_process(engine: str) -> ForkServerContext:
    """Start the process whose children run the steps; it does its imports while we go on."""
    os.environ.update(ENVIRONMENT)
    server = get_context("forkserver")
    server.set_forkserver_preload(PRELOAD[engine])
    answer = signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C is for the build, not for the process that it starts here
    forkserver.ensure_running()
    signal.signal(signal.SIGINT, answer)
    return server
