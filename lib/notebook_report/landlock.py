"""Which files a process may read, held by the kernel: Landlock, in Linux since 5.13.

Python tells of the files that it opens itself. Code that is not Python's tells nobody: pandas reads
Parquet so, and another program that a cell starts reads what it likes.
"""

import ctypes
import os
import struct
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

CREATE_RULES, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # system calls, on every machine
READ_FILE = 1 << 2
BENEATH = 1
NO_NEW_PRIVILEGES = 38


def close_folders(folders: Iterable[Path], but: Iterable[Path]) -> None:
    """Take from this process, and from all that it starts, the right to read files of some folders.

    Whatever else is there now stays readable; a kernel that can't do this is let be.

    Parameters
    ----------
    but : files and folders in them that stay readable.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    rights = struct.pack("=Q", READ_FILE)
    rules = libc.syscall(CREATE_RULES, rights, len(rights), 0)
    if rules < 0:
        return
    try:
        closed = {folder.resolve() for folder in folders}
        for place in [*beside(closed, Path("/")), *(path.resolve() for path in but)]:
            with suppress(OSError):  # gone meanwhile, or a link
                file = os.open(place, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC)
                libc.syscall(ADD_RULE, rules, BENEATH, struct.pack("=Qi", READ_FILE, file), 0)
                os.close(file)
        libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        libc.syscall(RESTRICT_SELF, rules, 0)
    except OSError:  # a folder on the way can't be listed: then nothing is closed
        pass
    finally:
        os.close(rules)


def beside(folders: set[Path], place: Path) -> Iterator[Path]:
    """Yield what there is in a place, but for some folders and for what they are in."""
    for path in place.iterdir():
        if path in folders:
            continue
        if any(folder.is_relative_to(path) for folder in folders):
            yield from beside(folders, path)
        else:
            yield path
