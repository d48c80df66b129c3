"""Set up .venv from requirements.lock: `python -P lib/notebook_report/environment.py lab`, with any
Python that has nothing installed, for a group of packages that pyproject.toml names.

It is built beside and swapped when it is whole, so that a set-up that fails, is interrupted or has
no network leaves the one that works as it was. A group more is added to one that is as the lock
has it, since that changes nothing in it. Two at once wait for each other.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows, where nobody sets up twice at once
    fcntl = None  # type: ignore[assignment]

PLACE, BESIDE, FORMER = Path(".venv"), Path(".venv.new"), Path(".venv.old")
LOCK, PROJECT = Path("requirements.lock"), Path("pyproject.toml")
REPORT = "report"  # the group that every other goes with
PROGRAMS = "Scripts" if os.name == "nt" else "bin"
NAME = re.compile(r"[\w.-]+")
FAILED = (
    "The set-up failed ({reason}), and {state}. "
    "It needs the network, and some 1.5 GB of room: run make again."
)


def main(group: str = REPORT) -> int:
    """Set up what is missing, and return the exit status."""
    try:
        with only_one():
            if FORMER.exists() and not PLACE.exists():  # where a set-up was killed as it swapped
                FORMER.rename(PLACE)
            if not is_ready(REPORT):
                build([REPORT, group, *present()])
                swap()
            elif not is_ready(group):
                install(PLACE, [group])
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


def stamp(place: Path, group: str) -> Path:
    """The file that says when a group was installed whole: `ready` for the report's."""
    return place / ("ready" if group == REPORT else f"ready-{group}")


def is_ready(group: str) -> bool:
    """Tell whether .venv has a group, of what is locked now."""
    path = stamp(PLACE, group)
    modified = path.stat().st_mtime if path.exists() else 0
    return modified >= max(path.stat().st_mtime for path in (LOCK, PROJECT))


def present() -> list[str]:
    """Return the groups that .venv has beside the report's."""
    return [path.name.removeprefix("ready-") for path in PLACE.glob("ready-*")]


def build(groups: Collection[str]) -> None:
    """Make the environment beside, as if it stood in its place."""
    remove(BESIDE)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(BESIDE)], check=True)
    install(BESIDE, groups)
    here, there = (str(place.absolute()).encode() for place in (BESIDE, PLACE))
    for script in (BESIDE / PROGRAMS).iterdir():
        if script.is_file() and not script.is_symlink() and here in script.read_bytes():
            script.write_bytes(script.read_bytes().replace(here, there))


def install(place: Path, groups: Collection[str]) -> None:
    """Install groups of packages as they are locked, and tell Python where this project's are.

    Nothing is compiled: that would take most of the time and a quarter of the room, and Python
    compiles what it imports when it first does.
    """
    names = set(groups)
    print(f"Setting up .venv for {', '.join(sorted(names))} with Python "
          f"{sys.version.split()[0]}, a minute or less ...", flush=True)  # fmt: skip
    listed = place / "wanted.txt"
    listed.write_text(locked(groups), encoding="utf-8")
    if uv := shutil.which("uv"):
        command = [uv, "pip", "install", "-q", "--python", str(place)]
    else:
        python = str(place / PROGRAMS / "python")
        subprocess.run([python, "-m", "ensurepip"], check=True, stdout=subprocess.DEVNULL)
        command = [python, "-m", "pip", "install", "-q", "--no-compile"]
        command += ["--disable-pip-version-check"]
    subprocess.run([*command, "--no-deps", "--require-hashes", "-r", str(listed)], check=True)
    for folder in place.rglob("site-packages"):
        (folder / "followup.pth").write_text(f"{Path('lib').absolute()}\n", encoding="utf-8")
    for group in names:
        stamp(place, group).touch()


def locked(groups: Collection[str], root: Path = Path()) -> str:
    """Return the lock's entries that groups of packages need, each with what brings it in."""
    names = {name for group in groups for name in required(group, root)}
    text = (root / LOCK).read_text(encoding="utf-8")
    entries = [(plain(entry), brought_by(entry), entry) for entry in re.split(r"\n(?=\w)", text)]
    while brought := {name for name, by, _ in entries if names & by} - names:
        names |= brought
    return "\n".join(entry for name, _, entry in entries if name in names) + "\n"


def required(group: str, root: Path) -> set[str]:
    """Return the packages that a group names, and those of the groups that it names."""
    project = tomllib.loads((root / PROJECT).read_text(encoding="utf-8"))["project"]
    extras = project.get("optional-dependencies", {})
    lines = project["dependencies"] if group == REPORT else extras.get(group, [])
    own = rf"{project['name']}\[(.*)\]"
    groups = [
        group for line in lines for name in re.findall(own, line) for group in name.split(",")
    ]
    named = {plain(line) for line in lines} - {project["name"]}
    return named.union(*(required(other, root) for other in groups))


def plain(text: str) -> str:
    """Return the package that a requirement or an entry of the lock begins with."""
    match = NAME.match(text)
    return re.sub(r"[-_.]+", "-", match[0]).lower() if match else ""


def brought_by(entry: str) -> set[str]:
    """Return the packages for which the lock says that an entry is there."""
    return set(re.findall(r"#(?: via)? +([\w-]+)", entry))


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
    is_there = stamp(PLACE, REPORT).exists()
    state = ".venv is as it was" if is_there else "there is no .venv yet"
    print(FAILED.format(reason=reason, state=state), file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
