"""What a reviewer finds under output/YEAR: exported from the executed notebooks and put in place when every step succeeded."""

import json
import os
import re
import shutil
import signal
import subprocess
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from importlib import import_module
from pathlib import Path

from followup.chain import BuildFailed
from followup.chain.imports import LIBRARY, reached
from followup.chain.keys import Keys, digest, digests
from followup.chain.steps import Step
from followup.rounds import ROOT, Round

TEMPLATES = LIBRARY / "followup" / "report" / "templates"
EXPORTERS = ("followup.report.export", "followup.report.workbook", "followup.report.index")


def load_exporters() -> None:
    """Import the modules that make the pages and the workbook, which takes a second, while there is nothing else to do."""
    for module in EXPORTERS:
        import_module(module)


def publish(round: Round, steps: list[Step], keys: Keys, begun: int) -> bool:
    """Put a round's files in place, the report last, and tell whether anything is new.

    Parameters
    ----------
    round : the round.
    steps : its steps in reading order, all fresh.
    keys : the build's keys.
    begun : when the build began (ns). It becomes the report's time, so that an input edited meanwhile is newer.

    Raises
    ------
    BuildFailed
        The notebooks are not fit to be shown. What was published before is as it was.
    """
    made_from = provenance(steps, keys)
    former = former_manifest(round)
    if is_published(round, former, made_from) and (round.output.parent / "index.html").exists():
        os.utime(round.output / "report.html", ns=(begun, begun))
        return False
    from followup.report.index import write_index

    files = exported(round, steps, made_from)
    manifest = {
        **made_from,
        "built": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit(),
        "outputs": {name: sha256(content).hexdigest() for name, content in sorted(files.items())},
    }
    files["manifest.json"] = (json.dumps(manifest, indent=1, ensure_ascii=False) + "\n").encode()
    put_in_place(round, files, begun, gone=former.get("outputs", {}).keys() - files.keys())
    write_index()
    return True


def provenance(steps: list[Step], keys: Keys) -> dict:
    """Return what the report is made from: parameters, engine, sha256 of each input, versions."""
    made = {path for step in steps for path in step.writes}
    read = {path for step in steps for path in step.reads} - made
    exporters = {*reached(EXPORTERS), *(path for path in TEMPLATES.rglob("*") if path.is_file())}
    code = {name: digest for step in steps for name, digest in keys.code[step.name].items()}
    inputs = {**code, **digests([*read, *exporters, Path(__file__), ROOT / "requirements.lock"])}
    return {
        "parameters": {step.name: step.parameters for step in steps},
        "engine": keys.engine,
        "inputs": dict(sorted(inputs.items())),
        "versions": keys.versions,
    }


def former_manifest(round: Round) -> dict:
    """Return the manifest of what is published now; empty if nothing is."""
    try:
        return json.loads((round.output / "manifest.json").read_bytes())
    except (OSError, ValueError):
        return {}


def is_published(round: Round, former: dict, made_from: dict) -> bool:
    """Tell whether what is published was made from the same, and is as it was written."""
    same = all(former.get(name) == value for name, value in made_from.items())
    return same and all(digest(round.output / name) == value for name, value in former["outputs"].items())


def exported(round: Round, steps: list[Step], made_from: dict) -> dict[str, bytes]:
    """Return every file to publish by its name: the report, a page a notebook, what the steps wrote, and all tables in one."""
    from followup.report.export import ExportError, page_html, report_html
    from followup.report.workbook import workbook

    data = {name: digest for name, digest in made_from["inputs"].items() if name.startswith("data/")}
    footer = {"parameters": {"YEAR": round.year}, "versions": direct(made_from["versions"]), "inputs": data}
    subtitle = f"{round.office}: survey {round.year}, {round.fiscal_year}"
    notebooks = [step.executed for step in steps]
    try:
        pages = {f"notebooks/{path.stem}.html": page_html(path) for path in notebooks}
        pages["report.html"] = report_html(notebooks, round.title, subtitle, footer)
    except ExportError as error:
        raise BuildFailed(str(error)) from None
    written = [path for step in steps for path in (*step.writes, *step.figures) if round.build in path.parents]
    results = {path.relative_to(round.build).as_posix(): path.read_bytes() for path in written if path.exists()}
    tables = {"tables.xlsx": workbook(round, notebooks, results)}
    return {**results, **tables, **{name: page.encode() for name, page in pages.items()}}


def direct(versions: dict[str, str]) -> dict[str, str]:
    """Return the versions of Python and of the packages that the project itself names."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [re.match(r"[\w-]+", requirement)[0].replace("-", "_").lower() for requirement in project["dependencies"]]
    return {name: version for name, version in versions.items() if name.lower() in ("python", *named)}


def commit() -> str | None:
    """Return the commit that is checked out, `-dirty` if files differ from it; None outside git."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    elsewhere = {**os.environ, "GIT_CEILING_DIRECTORIES": str(ROOT.parent)}
    try:
        return subprocess.run(command, cwd=ROOT, env=elsewhere, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def put_in_place(round: Round, files: dict[str, bytes], time: int, gone: set[str]) -> None:
    """Write all files beside, then rename each into output/YEAR, the report last; remove those that are gone."""
    stage = round.build / ".publish"
    shutil.rmtree(stage, ignore_errors=True)
    for name, content in files.items():
        (stage / name).parent.mkdir(parents=True, exist_ok=True)
        (stage / name).write_bytes(content)
        (round.output / name).parent.mkdir(parents=True, exist_ok=True)
    os.utime(stage / "report.html", ns=(time, time))
    with uninterrupted():
        for name in gone:
            (round.output / name).unlink(missing_ok=True)
        for name in sorted(files, key="report.html".__eq__):
            (stage / name).replace(round.output / name)
    shutil.rmtree(stage)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let Ctrl-C and a polite kill wait."""
    signals = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, signals)
