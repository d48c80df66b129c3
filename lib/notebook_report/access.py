"""What a step may touch: the files that it lists, the machine's own, and those of a moment.

Python tells of each file before it is opened, renamed or removed (PEP 578). What is another's is
not overwritten or removed at all; the rest is told when the step has ended. Code that is not
Python's opens files untold: Linux closes to it what is not listed (`landlock`), but for the folders
that the step writes to, and what it does to other steps' files there `Keys.touched` finds.
"""

import os
import re
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from notebook_report.landlock import close_folders
from notebook_report.project import Report, Step

# The arguments of an event that are paths of what is removed, and of what is written.
CHANGES: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "os.remove": ((0,), ()),
    "os.rmdir": ((0,), ()),
    "shutil.rmtree": ((0,), ()),
    "os.rename": ((0,), (1,)),
    "os.link": ((), (1,)),
    "os.symlink": ((), (1,)),
    "os.truncate": ((), (0,)),
    "sqlite3.connect": ((), (0,)),
}
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
SYSTEM = ("usr", "etc", "proc", "sys", "dev", "run", "opt", "nix", "snap", "lib", "lib64")
SYSTEM_FOLDERS = tuple(Path("/", name) for name in (*SYSTEM, "var/lib", "var/cache"))


class UndeclaredError(Exception):
    """A cell would change a file that its step does not list."""


class FilesUsed:
    """The files and machines that Python code of this process uses for one step."""

    def __init__(self, report: Report, step: Step) -> None:
        self.root, self.results = report.root, {*step.results}
        self.read: set[Path] = set()
        self.written: set[Path] = set()
        self.uses: list[str] = []  # that are not read or written under a name of its own
        self.temporary = from_here(tempfile.gettempdir())
        python = {from_here(path) for path in (sys.prefix, sys.base_prefix)}
        self.listed = {*step.reads, *step.results, step.notebook, report.handed}
        self.closed = [report.root / folder for folder in report.watched]
        self.own = {path.parent for path in (step.executed, *step.results)}
        self.code = {report.library, *python} - {report.root}
        self.cache = report.root / ".cache"  # of matplotlib's fonts
        self.is_over = False

    def watch(self) -> None:
        """Be told of what this process uses from now on, and let it read nothing of the project's
        data that the step does not list, by whatever means."""
        for folder in self.own:
            folder.mkdir(parents=True, exist_ok=True)
        if sys.platform == "linux":
            close_folders(self.closed, [*self.listed, *self.own])
        sys.addaudithook(self.notice)

    def notice(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Take note of an audit event.

        Raises
        ------
        UndeclaredError
            It would overwrite or remove what the step neither lists nor made.
        """
        if self.is_over:
            return
        if event == "open":
            self.notice_open(*arguments[:3])
        elif event in CHANGES:
            removed, written = CHANGES[event]
            folder = arguments[1] if event in ("os.remove", "os.rmdir") else -1
            for place in removed:
                self.change("removes", path_of(arguments[place], folder))
            for place in written:
                self.change("writes", path_of(arguments[place]))
        elif event == "socket.connect" and isinstance(arguments[1], tuple):
            self.uses.append(f"asks {arguments[1][0]}, and would not notice another answer")

    def notice_open(self, file: Any, mode: str | None, flags: int) -> None:
        """Take note of a file that is opened."""
        path = path_of(file)
        if set(mode) & set("wax+") if mode else flags & WRITES:
            self.change("writes", path)
        elif path and (mode or path.is_file()):  # without a mode it may be a folder
            self.read.add(path)

    def change(self, verb: str, path: Path | None) -> None:
        """Take note of a file that is written or removed, or refuse it."""
        if path is None:
            return
        ours = path in {*self.results, *self.written} or self.is_nobodys(path)
        if not ours and os.path.lexists(path):
            self.uses.append(self.unlisted(verb, path))
            raise UndeclaredError(self.uses[-1])
        (self.written.add if verb == "writes" else self.written.discard)(path)

    def is_nobodys(self, path: Path) -> bool:
        """Tell whether whoever likes may write a file: a cache, or one of a moment."""
        if "__pycache__" in path.parts or within(path, {Path("/dev"), self.cache}):
            return True
        elsewhere = path.is_relative_to(self.temporary) or is_hidden(path)
        return elsewhere and not path.is_relative_to(self.root)

    def is_known(self, path: Path) -> bool:
        """Tell whether a step may read a file: listed, made by itself, code, or the machine's."""
        if path in self.listed | self.written or within(path, {*self.code, self.cache}):
            return True
        elsewhere = is_hidden(path) or within(path, SYSTEM_FOLDERS)
        return elsewhere and not path.is_relative_to(self.root)

    def unlisted(self, verb: str, path: Path) -> str:
        """Say of a file that its use is not listed."""
        shown = path.relative_to(self.root) if path.is_relative_to(self.root) else path
        return f"{verb} {shown}, which its step does not list"

    def denied(self, error: str) -> list[str]:
        """Return the files that an error quotes and that could not be read, since they are not
        listed."""
        quoted = [from_here(text) for text in re.findall(r"'([^'\n]+)'", error)]
        closed = [path for path in quoted if within(path, self.closed) and path.is_file()]
        return [self.unlisted("reads", path) for path in closed if not self.is_known(path)]

    def problems(self) -> list[str]:
        """Return what the step used and does not list: it would not notice a change."""
        reads = sorted(path for path in self.read if not self.is_known(path))
        writes = sorted(path for path in self.written - self.results if not self.is_nobodys(path))
        return [
            *self.uses,
            *(self.unlisted("reads", path) for path in reads),
            *(self.unlisted("writes", path) for path in writes),
        ]


def path_of(file: Any, folder: int = -1) -> Path | None:
    """Return the absolute path without `..` that a file is opened by, links unresolved: a folder of
    data may be one. None for a number, which is of a file that is open already.

    Parameters
    ----------
    folder : number of the open folder that the path begins at; -1 for the current one.
    """
    if not isinstance(file, str | bytes | os.PathLike):
        return None
    base = Path(f"/proc/self/fd/{folder}").readlink() if folder not in (-1, None) else "."
    return from_here(os.path.join(base, os.fsdecode(file)))  # noqa: PTH118


def from_here(path: str) -> Path:
    """Return an absolute path without `..`."""
    return Path(os.path.abspath(path))  # noqa: PTH100


def is_hidden(path: Path) -> bool:
    """Tell whether a file is of a program's own, as in `.cache`."""
    return any(part.startswith(".") for part in path.parts)


def within(path: Path, folders: Iterable[Path]) -> bool:
    """Tell whether a path is in one of some folders."""
    return any(path.is_relative_to(folder) for folder in folders)
