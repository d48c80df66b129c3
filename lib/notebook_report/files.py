"""Files: written whole, and known by their content."""

import errno
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from io import BytesIO
from pathlib import Path

MIDNIGHT = (2000, 1, 1, 0, 0, 0)  # an archive's bytes do not tell when it was made
# What the machine may refuse, and what to do about it.
REFUSED = {
    errno.ENOSPC: "no space is left on the disk: make room, 100 MB are enough, and run it again",
    errno.EDQUOT: "your share of the disk is used up: make room, and run it again",
    errno.EROFS: "the disk can only be read: copy the project to one that can be written",
    errno.EACCES: "you have no right to: give yourself the right (chmod), and run it again",
    errno.EPERM: "you have no right to: give yourself the right (chmod), and run it again",
}
OPEN = "another program has it open, as Excel does: close it there, and run it again"
OPEN_ELSEWHERE = 32  # how Windows says so
AS_IT_WAS = "What was published before is as it was."


def write(path: Path, content: bytes) -> Path:
    """Write a file whole or not at all; its folder is made. Returns the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_bytes(content)
    unfinished.replace(path)
    return path


def digest(path: Path) -> str:
    """Return a file's sha256; "absent" for one that cannot be read, about which its reader has more
    to say."""
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return "absent"


def stamp(path: Path) -> tuple[int, int] | None:
    """Return what changes whenever a file is written, even with the same bytes."""
    return (path.stat().st_ino, path.stat().st_mtime_ns) if path.exists() else None


def archive(files: dict[str, bytes]) -> bytes:
    """Return files as a zip: the same files, the same bytes."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archived:
        for name, text in files.items():
            archived.writestr(zipfile.ZipInfo(name, MIDNIGHT), text, zipfile.ZIP_DEFLATED)
    return content.getvalue()


def is_as_archived(path: Path) -> bool:
    """Tell whether a zip is as `archive` wrote it: another program dates what it writes."""
    try:
        with zipfile.ZipFile(path) as archived:
            return all(entry.date_time == MIDNIGHT for entry in archived.infolist())
    except (OSError, zipfile.BadZipFile):
        return False


@contextmanager
def in_folder(folder: Path) -> Iterator[None]:
    """Have an error of the system name at least the folder that was worked in: a full disk names no
    file."""
    try:
        yield
    except OSError as problem:
        if problem.errno in REFUSED and problem.filename is None:
            problem.filename = str(folder)
        raise


def refused(problem: OSError) -> str:
    """Say in a sentence what the machine refused, and what to do."""
    files = [Path(os.fsdecode(name)) for name in (problem.filename, problem.filename2) if name]
    here = [file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file
            for file in files]  # fmt: skip
    place = f"{here[-1]} cannot be written or read" if here else "Something cannot be written"
    is_open = getattr(problem, "winerror", 0) == OPEN_ELSEWHERE
    reason = OPEN if is_open else REFUSED[problem.errno or 0]
    return f"{place}: {reason}. {AS_IT_WAS}"
