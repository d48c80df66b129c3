"""One attempt at a step: a child process, what it tells, and whether to believe it."""

import gc
import os
import signal
import threading
import time
from multiprocessing import Pipe, parent_process
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path

from followup.rounds import ROOT
from notebook_report.keys import finish
from notebook_report.steps import Step


class Attempt:
    """A step that runs.

    Parameters
    ----------
    step : the step; its former executed notebook is removed, so that a half-run step can't look fresh,
        and so is what it may write, since it may not do so again.
    key : what the executed notebook will carry if the attempt succeeds.
    engine : "in-process" or "kernel".
    server : the context whose processes are children of the warm one.
    """

    def __init__(self, step: Step, key: str, engine: str, server: ForkServerContext) -> None:
        self.step, self.key = step, key
        self.unfinished, self.log = (
            step.executed.with_name(f".{step.name}.{kind}") for kind in ("unfinished", "log")
        )
        self.before = {path: stamp(path) for path in step.writes}
        self.state, self.text = "cell", f"notebooks/{step.notebook.name}, before its first cell"
        for path in (step.executed, self.unfinished, self.log, *step.may_write):
            path.unlink(missing_ok=True)
        self.channel, sender = Pipe(duplex=False)
        arguments = (sender, step, self.unfinished, self.log, engine)
        self.process = server.Process(target=child, args=arguments, name=step.name, daemon=True)
        self.process.start()  # waits for the warm process to have done its imports
        self.begun = time.perf_counter()
        sender.close()

    def listen(self) -> bool:
        """Take one message of the child; False when there will be no more."""
        try:
            self.state, self.text = self.channel.recv()
        except EOFError:
            return False
        return True

    def end(self) -> str:
        """Name the executed notebook properly, or return why the attempt failed."""
        self.process.join()
        failure = self.failure()
        if not failure:
            finish(self.step, self.key, self.unfinished)
        print(
            f"  {self.step.name:<32}{time.perf_counter() - self.begun:5.1f} s{'  failed' if failure else ''}",
            flush=True,
        )
        return failure

    def failure(self) -> str:
        """Say why the attempt can't be believed; empty if it can."""
        stray = self.log.read_text(errors="replace").strip() if self.log.exists() else ""
        also = f"\nText outside the cells' outputs:\n{stray}" if stray else ""
        if self.state == "failed":
            return self.text + also
        if self.state != "done" or self.process.exitcode:
            return f"{self.text}\n{how_it_ended(self.process.exitcode)}{also}"
        if stray:
            return f"notebooks/{self.step.notebook.name} wrote to the terminal, not to a cell's output:\n{stray}"
        same = [
            path.relative_to(ROOT).as_posix()
            for path, before in self.before.items()
            if stamp(path) in (before, None)
        ]
        return (
            f"notebooks/{self.step.notebook.name} did not write {', '.join(same)}, as steps.py says it does"
            if same
            else ""
        )

    def stop(self) -> None:
        """Kill the child."""
        self.process.kill()
        self.process.join()


def child(channel: Connection, step: Step, unfinished: Path, log: Path, engine: str) -> None:
    """Hand over to `execute`, which the warm process has imported; what is written outside the cells' outputs goes to the log."""
    from notebook_report import execute

    settle()
    with log.open("w") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    execute.child(channel, step, unfinished, engine)


def settle() -> None:
    """Make a child of the warm process a process of its own, which Ctrl-C ends, and the end of the build."""
    gc.freeze()  # what was imported stays
    gc.enable()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=end_with_parent, daemon=True).start()


def end_with_parent() -> None:
    """End this process when the build has gone, even killed: nothing may write into the next build's files."""
    parent_process().join()
    os._exit(1)


def stamp(path: Path) -> tuple[int, int] | None:
    """Return what changes whenever a file is written, even with the same bytes."""
    return (path.stat().st_ino, path.stat().st_mtime_ns) if path.exists() else None


def how_it_ended(status: int) -> str:
    """Put the exit status of a process that did not finish into words."""
    if status == -signal.SIGALRM:
        return "took longer than ten minutes"
    return (
        f"its process was ended by {signal.Signals(-status).name}"
        if status < 0
        else f"ended its process with status {status}"
    )
