"""What a build asks of the operating system, and what stands for it on Windows, which has no fork,
no alarm, no signal but Ctrl-C to hold back, and locks of its own."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache, partial
from importlib import import_module
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.context import ForkContext, SpawnContext
from pathlib import Path

from notebook_report import stop

Context = ForkContext | SpawnContext
SIGNALS = {getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP")
           if hasattr(signal, name)}  # fmt: skip
# Whether children are made by forking: macOS can, but what its own libraries do then is not known.
FORKS = sys.platform == "linux" and "fork" in get_all_start_methods()
TOO_LONG = 124  # how a process ends that nobody can send an alarm


@contextmanager
def locked(path: Path, waiting: str) -> Iterator[Callable[[], bool]]:
    """Hold a lock, which ends with the process however it ends; say so if it must be waited for.

    Yields whether it is still held: that nobody has removed its file, and made another lock.
    """
    while True:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as file:
            try:
                import fcntl
            except ImportError:
                wait_for_windows(file.fileno(), waiting)
            else:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    print(waiting, flush=True)
                    fcntl.flock(file, fcntl.LOCK_EX)
            is_held = partial(is_at, path, file.fileno())
            if is_held():
                yield is_held
                return


def is_at(path: Path, file: int) -> bool:
    """Tell whether a path is still that of a file that is open."""
    return path.exists() and os.path.samestat(path.stat(), os.fstat(file))


def wait_for_windows(file: int, waiting: str) -> None:
    """Take a lock that can only be asked for again and again."""
    import msvcrt

    while True:
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        except OSError:
            if waiting:
                print(waiting, flush=True)
            waiting = ""
            time.sleep(0.1)
        else:
            return


@cache
def children_of_warm(modules: tuple[str, ...]) -> Context:
    """Return the context that makes children of this process, which does their imports before the
    first, once for all; where forking is not safe, each does its own.

    What is wrong with a module is told by who needs it.
    """
    if not FORKS:
        return get_context("spawn")
    answer = signal.getsignal(signal.SIGINT)
    if answer is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, stop)
    for module in modules:
        with suppress(Exception):
            import_module(module)
    signal.signal(signal.SIGINT, answer)
    return get_context("fork")


def end_after(seconds: int) -> None:
    """Have this process ended when it takes longer."""
    if hasattr(signal, "alarm"):
        signal.alarm(seconds)
    else:
        timer = threading.Timer(seconds, os._exit, [TOO_LONG])
        timer.daemon = True
        timer.start()


def took_too_long(status: int) -> bool:
    """Whether a process ended with a status that `end_after` gives it."""
    return status in (TOO_LONG, -getattr(signal, "SIGALRM", -TOO_LONG))


def most_memory() -> int:
    """Return the megabytes that this process had at most, with what it shares with the warm one; 0
    where nobody tells."""
    try:
        import resource
    except ImportError:
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most // (2**20 if sys.platform == "darwin" else 2**10)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let Ctrl-C and a polite kill wait."""
    if not hasattr(signal, "pthread_sigmask"):
        answer = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, answer)
        return
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        let_interrupt()


def let_interrupt() -> None:
    """End what `uninterrupted` holds back, which a child begins with too."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
