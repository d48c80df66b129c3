"""What the command line does: `report`, `pdf`, `docx`, and whatever the project adds, each for one
report by its name."""

import argparse
import sys
from pathlib import Path

from notebook_report import BuildError
from notebook_report.build import build, wanted_engine
from notebook_report.project import Project, find_project


def main(arguments: list[str]) -> int:
    """Do what the command line says, and return the exit status."""
    try:
        project = find_project(Path.cwd())
        names = ", ".join(project.names()) or "none yet"
        parser = argparse.ArgumentParser("python -m notebook_report", description=__doc__)
        commands = ["report", "pdf", "docx", *project.commands]
        parser.add_argument("command", choices=commands)
        parser.add_argument("name", help=f"one of: {names}")
        wanted = parser.parse_args(arguments)
        return do(project, wanted.command, wanted.name)
    except BuildError as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted: run it again to go on where it stopped.", file=sys.stderr)
        return 130


def do(project: Project, command: str, name: str) -> int:
    """Do one thing for the report of a name, and return the exit status."""
    if command in project.commands:
        return project.commands[command](name)
    report = project.report(name)
    if command == "report":
        build(project, report, wanted_engine())
        return 0
    from notebook_report.index import write_index

    if command == "pdf":
        from notebook_report.pdf import print_report

        written = [print_report(report)]
    else:
        from notebook_report.docx import write_documents

        written = write_documents(report)
    print(*map(report.shown, written), sep="\n")
    write_index(project)
    return 0
