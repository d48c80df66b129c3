"""What the command line does: `report`, `pdf`, `docx`, and whatever the project adds, each for one
report by its name, the latest where none is named; `lab` and `test` as make does them."""

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

from notebook_report import BuildError
from notebook_report.build import build, only_build, wanted_engine
from notebook_report.files import REFUSED, refused
from notebook_report.project import Project, Report, find_project

FORM = (("ruff", "check"), ("ruff", "format", "--check"), ("mypy",))
TESTS = ("pytest", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")


class Output:
    """Where is printed to: a reader that has gone, as `head` does, stops nothing, and what a
    terminal would obey is written as Python writes it."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        """Write, as long as somebody reads."""
        try:
            self.stream.write("".join(map(shown, text)))
        except BrokenPipeError:
            self.flush()
        return len(text)

    def flush(self) -> None:
        """Hand on what is written; to nobody from when nobody reads."""
        try:
            self.stream.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.stream.fileno())

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


def shown(sign: str) -> str:
    """Return a sign as it is shown on a terminal."""
    return sign if sign.isprintable() or sign in "\n\t\xa0" else ascii(sign)[1:-1]


def main(arguments: list[str]) -> int:
    """Do what the command line says, and return the exit status."""
    sys.stdout, sys.stderr = Output(sys.stdout), Output(sys.stderr)  # type: ignore[assignment]
    try:
        project = find_project(Path.cwd())
        names = project.names()
        parser = argparse.ArgumentParser("python -m notebook_report", description=__doc__)
        commands = ["report", "pdf", "docx", "lab", "test", *project.commands]
        parser.add_argument("command", choices=commands)
        latest = names[-1] if names else ""
        choices = f"one of: {', '.join(names) or 'none yet'}"
        parser.add_argument("name", nargs="?", default=latest, help=choices)
        options, others = parser.parse_known_args(arguments)
        if others and options.command != "lab":
            parser.error(f"unrecognized arguments: {' '.join(others)}")
        if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        return do(project, options.command, options.name, others)
    except BuildError as problem:
        print(problem, file=sys.stderr)
        return 1
    except OSError as problem:
        if problem.errno not in REFUSED:
            raise
        print(refused(problem), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted: run it again to go on where it stopped.", file=sys.stderr)
        return 130


def do(project: Project, command: str, name: str, options: Sequence[str] = ()) -> int:
    """Do one thing for the report of a name, and return the exit status."""
    if command in project.commands:
        return project.commands[command](name)
    if command == "lab":
        from notebook_report.lab import open_lab

        return open_lab(options)
    if command == "test":
        command_of_build = ("notebook_report", "report", name)
        return next(filter(None, map(run, (*FORM, command_of_build, TESTS))), 0)
    report = project.report(name)
    if command == "report":
        build(project, report, wanted_engine())
        return 0
    with only_build(report):  # or it would be made of a page that is being replaced
        write_from_pages(project, report, command)
    return 0


def write_from_pages(project: Project, report: Report, command: str) -> None:
    """Write what is made from the pages, the PDF or the Word documents, and list it."""
    from notebook_report.index import write_index

    if command == "pdf":
        from notebook_report.pdf import print_report

        files = [print_report(report)]
    else:
        from notebook_report.docx import write_documents

        files = write_documents(report)
    print(*map(report.shown, files), sep="\n")
    write_index(project)


def run(module: Sequence[str]) -> int:
    """Run a module of this Python with its arguments, and return the exit status."""
    return subprocess.run([sys.executable, "-m", *module], check=False).returncode
