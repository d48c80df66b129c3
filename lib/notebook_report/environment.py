"""Set up .venv from requirements.lock: `python -P lib/notebook_report/environment.py`, with any
Python that has nothing installed.

It is built beside and swapped when it is whole, so that a set-up that fails, is interrupted or has
no network leaves the one that works as it was. Two at once wait for each other.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows, where nobody sets up twice at once
    fcntl = None  # type: ignore[assignment]

PLACE, BESIDE, FORMER = Path(".venv"), Path(".venv.new"), Path(".venv.old")
READY = PLACE / "ready"
MADE_FROM = (Path("requirements.lock"), Path("pyproject.toml"))
FAILED = (
    "The set-up failed ({reason}), and {state}. "
    "It needs the network, and some 1.5 GB of room: run make again."
)


def main() -> int:
    """Set up what is missing, and return the exit status."""
    try:
        with only_one():
            if not is_ready():
                print(f"Setting up .venv with Python {sys.version.split()[0]}, a minute or two ...")
                sys.stdout.flush()
                build()
                swap()
    except KeyboardInterrupt:
        return failed("interrupted", 130)
    except subprocess.CalledProcessError as error:
        return failed(f"{Path(error.cmd[0]).name} ended with status {error.returncode}", 1)
    except OSError as error:
        return failed(f"{error.strerror}: {error.filename}", 1)
    return 0


@contextmanager
def only_one() -> Iterator[None]:
    """Hold the set-up's lock, which ends with the process however it ends."""
    with Path(".venv.lock").open("w") as lock:
        if fcntl is not None:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                print("Another set-up is running: waiting for it.", flush=True)
                fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def is_ready() -> bool:
    """Tell whether .venv is whole and of what is locked now; one that a killed set-up had moved
    aside is put back first."""
    if FORMER.exists() and not PLACE.exists():
        FORMER.rename(PLACE)
    made = READY.stat().st_mtime if READY.exists() else 0
    return made >= max(path.stat().st_mtime for path in MADE_FROM)


def build() -> None:
    """Make the environment beside, as if it stood in its place."""
    remove(BESIDE)
    uv = shutil.which("uv")
    subprocess.run(
        [sys.executable, "-m", "venv", *(["--without-pip"] if uv else []), str(BESIDE)], check=True
    )
    python = [str(BESIDE / "bin" / "python"), "-m", "pip", "install", "-q"]
    install = [*python, "--disable-pip-version-check"]
    if uv:
        install = [uv, "pip", "install", "-q", "--compile-bytecode", "--python", str(BESIDE)]
    subprocess.run([*install, "--require-hashes", "-r", "requirements.lock"], check=True)
    subprocess.run([*install, "--no-deps", "--no-build-isolation", "-e", "."], check=True)
    here, there = (str(place.absolute()).encode() for place in (BESIDE, PLACE))
    for script in (BESIDE / "bin").iterdir():
        if script.is_file() and not script.is_symlink() and here in script.read_bytes():
            script.write_bytes(script.read_bytes().replace(here, there))
    (BESIDE / READY.name).touch()


def swap() -> None:
    """Put the new environment in the place of the former."""
    remove(FORMER)
    if PLACE.exists() or PLACE.is_symlink():
        PLACE.rename(FORMER)
    BESIDE.rename(PLACE)
    remove(FORMER)


def remove(place: Path) -> None:
    """Remove a folder, or a link to one alone."""
    if place.is_symlink():
        place.unlink()
    elif place.exists():
        shutil.rmtree(place)


def failed(reason: str, status: int) -> int:
    """Say in a sentence that the set-up failed and what is there now."""
    shutil.rmtree(BESIDE, ignore_errors=True)
    state = ".venv is as it was" if READY.exists() else "there is no .venv yet"
    print(FAILED.format(reason=reason, state=state), file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
