"""Files: written whole, and known by their content."""

import os
from hashlib import sha256
from pathlib import Path


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
