"""What a reviewer finds under output/YEAR: exported from the executed notebooks and put in place when every step succeeded."""

import json
import os
import re
import shutil
import signal
import subprocess
import time
import tomllib
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from multiprocessing.context import ForkServerContext
from pathlib import Path

from followup.rounds import ROOT, Round
from notebook_report import BuildFailed
from notebook_report.attempt import settle
from notebook_report.keys import Keys, digest, digests
from notebook_report.steps import Step


def publish(
    survey_round: Round,
    steps: list[Step],
    keys: Keys,
    begun: int,
    warm_process: Callable[[], ForkServerContext],
) -> bool:
    """Put a round's files in place, the report last, and tell whether anything is new.

    Parameters
    ----------
    round : the round.
    steps : its steps in reading order, all fresh.
    keys : the build's keys.
    begun : when the build began (ns). It becomes the report's time, so that an input edited meanwhile is newer.
    warm_process : gives the context whose processes make pages and workbook; the build itself imports nothing heavy.

    Raises
    ------
    BuildFailed
        The notebooks are not fit to be shown. What was published before is as it was.
    """
    made_from = provenance(steps, keys)
    former = former_manifest(survey_round)
    if is_published(survey_round, former, made_from):
        os.utime(survey_round.output / "report.html", ns=(begun, begun))
        return False
    start = time.perf_counter()
    with ProcessPoolExecutor(2, mp_context=warm_process(), initializer=settle) as pool:
        files = exported(survey_round, steps, made_from, pool)
        manifest = {
            **made_from,
            "built": datetime.now(UTC).isoformat(timespec="seconds"),
            "commit": commit(),
            "outputs": {
                name: sha256(content).hexdigest() for name, content in sorted(files.items())
            },
        }
        files["manifest.json"] = (
            json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
        ).encode()
        put_in_place(
            survey_round, files, begun, gone=former.get("outputs", {}).keys() - files.keys()
        )
        pool.submit(make_index).result()
    print(f"  {'report, pages and workbook':<32}{time.perf_counter() - start:5.1f} s", flush=True)
    return True


def provenance(steps: list[Step], keys: Keys) -> dict:
    """Return what the report is made from: parameters, engine, versions, and the sha256 of each input and executed notebook."""
    made = {path for step in steps for path in (*step.writes, *step.may_write)}
    read = {path for step in steps for path in step.reads} - made
    code = {name: digest for step in steps for name, digest in keys.code[step.name].items()}
    inputs = {**code, **keys.exporters, **digests([*read, ROOT / "requirements.lock"])}
    return {
        "parameters": {step.name: step.parameters for step in steps},
        "engine": keys.engine,
        "inputs": dict(sorted(inputs.items())),
        "executed": digests(step.executed for step in steps),
        "versions": keys.versions,
    }


def former_manifest(survey_round: Round) -> dict:
    """Return the manifest of what is published now; empty if nothing is."""
    try:
        return json.loads((survey_round.output / "manifest.json").read_bytes())
    except (OSError, ValueError):
        return {}


def is_published(survey_round: Round, former: dict, made_from: dict) -> bool:
    """Tell whether what is published was made from the same, and is as it was written."""
    same = all(former.get(name) == value for name, value in made_from.items())
    return same and all(
        digest(survey_round.output / name) == value for name, value in former["outputs"].items()
    )


def exported(
    survey_round: Round, steps: list[Step], made_from: dict, pool: Executor
) -> dict[str, bytes]:
    """Return every file to publish by its name: the report, a page a notebook, what the steps wrote, and all tables in one."""
    data = {
        name: digest for name, digest in made_from["inputs"].items() if name.startswith("data/")
    }
    footer = {
        "parameters": {"YEAR": survey_round.year},
        "versions": direct(made_from["versions"]),
        "inputs": data,
    }
    notebooks = [step.executed for step in steps]
    written = [
        path
        for step in steps
        for path in (*step.writes, *step.may_write)
        if survey_round.build in path.parents
    ]
    results = {
        path.relative_to(survey_round.build).as_posix(): path.read_bytes()
        for path in written
        if path.exists()
    }
    tables, pages = (
        pool.submit(make_workbook, survey_round, notebooks, results),
        pool.submit(make_pages, survey_round, notebooks, footer),
    )
    try:
        return {**results, **tables.result(), **pages.result()}
    except BrokenProcessPool:
        raise BuildFailed("A process that makes the pages and the workbook was killed") from None


def make_pages(survey_round: Round, notebooks: list[Path], footer: dict) -> dict[str, bytes]:
    """Return the report, and a page for each notebook."""
    from notebook_report.export import ExportError, page_html, report_html

    subtitle = f"{survey_round.office}: survey {survey_round.year}, {survey_round.fiscal_year}"
    try:
        pages = {f"notebooks/{path.stem}.html": page_html(path) for path in notebooks}
        pages["report.html"] = report_html(notebooks, survey_round.title, subtitle, footer)
    except ExportError as error:
        raise BuildFailed(str(error)) from None
    return {name: page.encode() for name, page in pages.items()}


def make_workbook(
    survey_round: Round, notebooks: list[Path], results: dict[str, bytes]
) -> dict[str, bytes]:
    """Return the workbook of all tables."""
    from notebook_report.workbook import workbook

    return {"tables.xlsx": workbook(survey_round, notebooks, results)}


def make_index() -> None:
    """List the rounds that are published."""
    from notebook_report.index import write_index

    write_index()


def direct(versions: dict[str, str]) -> dict[str, str]:
    """Return the versions of Python and of the packages that the project itself names."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [
        re.match(r"[\w-]+", requirement)[0].replace("-", "_").lower()
        for requirement in project["dependencies"]
    ]
    return {
        name: version for name, version in versions.items() if name.lower() in ("python", *named)
    }


def commit() -> str | None:
    """Return the commit that is checked out, `-dirty` if files differ from it; None outside git."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    elsewhere = {**os.environ, "GIT_CEILING_DIRECTORIES": str(ROOT.parent)}
    try:
        return subprocess.run(
            command, cwd=ROOT, env=elsewhere, capture_output=True, text=True, check=True
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def put_in_place(survey_round: Round, files: dict[str, bytes], begun: int, gone: set[str]) -> None:
    """Write all files beside, then rename each into output/YEAR, the report last; remove those that are gone."""
    stage = survey_round.build / ".publish"
    shutil.rmtree(stage, ignore_errors=True)
    for name, content in files.items():
        (stage / name).parent.mkdir(parents=True, exist_ok=True)
        (stage / name).write_bytes(content)
        (survey_round.output / name).parent.mkdir(parents=True, exist_ok=True)
    os.utime(stage / "report.html", ns=(begun, begun))
    with uninterrupted():
        for name in gone:
            (survey_round.output / name).unlink(missing_ok=True)
        for name in sorted(files, key="report.html".__eq__):
            (stage / name).replace(survey_round.output / name)
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
