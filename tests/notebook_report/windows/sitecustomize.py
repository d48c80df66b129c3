"""Takes from Python what it lacks on Windows, as far as the package asks for it: a folder for
PYTHONPATH."""

import builtins
import multiprocessing.context
import signal
from types import ModuleType

LACKING = ("fcntl", "resource")
SIGNALS = ("SIGALRM", "alarm", "SIGHUP", "SIGPIPE", "pthread_sigmask")
OWN = ("notebook_report", "followup", "publication_audit")
given = builtins.__import__


def without(name, globals=None, locals=None, fromlist=(), level=0):  # noqa: A002
    """Import as on Windows where one of the project's modules asks."""
    asking = (globals or {}).get("__name__", "").partition(".")[0]
    if name == "msvcrt" and asking in OWN:
        return msvcrt
    if name in LACKING and asking in OWN:
        raise ImportError(f"No module named {name!r}")
    return given(name, globals, locals, fromlist, level)


def locking(file, _mode, _length):
    """Stand for msvcrt.locking: at once, or OSError."""
    given("fcntl").flock(file, given("fcntl").LOCK_EX | given("fcntl").LOCK_NB)


builtins.__import__ = without
msvcrt = ModuleType("msvcrt")
msvcrt.LK_NBLCK, msvcrt.locking = 2, locking
for name in SIGNALS:
    delattr(signal, name)
multiprocessing.context.DefaultContext.get_all_start_methods = lambda _: ["spawn"]
multiprocessing.get_all_start_methods = lambda: ["spawn"]
multiprocessing.context._default_context._default_context = multiprocessing.get_context("spawn")
for name in ("fork", "forkserver"):
    multiprocessing.context._concrete_contexts.pop(name)
