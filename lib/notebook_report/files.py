"""Files: written whole, and known by their content."""

import os
import zipfile
from hashlib import sha256
from io import BytesIO
from pathlib import Path

MIDNIGHT = (2000, 1, 1, 0, 0, 0)  # an archive's bytes do not tell when it was made


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
