"""Children of the warm process, and what becomes of the work that they are given.

Not concurrent.futures: its semaphores have names, which a build that is stopped leaves behind or
takes away from a child that is just beginning.
"""

import gc
import os
import signal
import threading
import traceback
from collections.abc import Callable
from multiprocessing import Pipe, parent_process
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from notebook_report import BuildError
from notebook_report.system import Context, let_interrupt, uninterrupted


class KilledError(BuildError):
    """A child ended before it had done its work."""

    def __init__(self) -> None:
        super().__init__("A process of the build was killed: run it again")


def start(context: Context, function: Callable[..., None], *arguments: Any,
          name: str = "") -> tuple[BaseProcess, Connection]:  # fmt: skip
    """Start a child with a function that is given where to tell something, and the arguments.

    Returns
    -------
    The child, and what it tells, which closes when the child ends, however it ends.
    """
    channel, sender = Pipe(duplex=False)
    process = context.Process(
        target=function, args=(sender, *arguments), name=name or None, daemon=True
    )
    with uninterrupted():  # half of what it is given would end in a traceback of its own
        process.start()
    sender.close()
    return process, channel


def results(context: Context, *jobs: tuple[Callable[..., Any], *tuple[Any, ...]]) -> list[Any]:
    """Have a child do each job, all at the same time, and return their results in order.

    Parameters
    ----------
    jobs : a function of a module and its arguments.

    Raises
    ------
    KilledError
        A child ended before it had done its job.
    Exception
        Whatever a job raised, with its traceback in a note.
    """
    children = [start(context, do, *job) for job in jobs]
    try:
        return [result(channel) for _, channel in children]
    finally:
        for process, channel in children:
            channel.close()
            process.kill()
            process.join()


def result(channel: Connection) -> Any:
    """Return what a child's job returned, or raise what it raised."""
    try:
        problem, value = channel.recv()
    except EOFError:
        raise KilledError from None
    if problem:
        raise problem
    return value


def do(channel: Connection, function: Callable[..., Any], *arguments: Any) -> None:
    """Do a job and tell what it returned or raised."""
    be_a_process_of_its_own()
    answer: tuple[Exception | None, Any]
    try:
        answer = None, function(*arguments)
    except Exception as problem:
        problem.add_note(traceback.format_exc())
        answer = problem, None
    channel.send(answer)


def be_a_process_of_its_own() -> None:
    """Make a child of the warm process one that Ctrl-C ends, and the end of the build."""
    gc.freeze()  # what was imported stays
    gc.enable()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    let_interrupt()
    threading.Thread(target=end_with_parent, daemon=True).start()


def end_with_parent() -> None:
    """End this process when the build has gone, even killed: nothing may write into the next
    build's files."""
    parent = parent_process()
    if parent:
        parent.join()
    os._exit(1)
