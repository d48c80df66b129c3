"""What a reader finds: exported from the executed notebooks and put in place when every step
succeeded."""

import errno
import json
import os
import pickle
import re
import shutil
import subprocess
import time
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path, PurePath
from typing import Any

from notebook_report import BuildError
from notebook_report.children import KilledError, results
from notebook_report.files import AS_IT_WAS, digest, is_as_archived, write
from notebook_report.keys import Keys, digests
from notebook_report.project import Project, Report
from notebook_report.system import Context, uninterrupted

Manifest = dict[str, Any]
WORKBOOK = "tables.xlsx"
# What a cell's output holds beside its HTML where it shows a table: `name`, `title`, `notes`,
# `columns` (`label` and `format`, the first of the rows' names), `cells` (a list a row: numbers,
# texts, `{"html": …}`, or None), `keys` (the rows' ids) and `csv`, the file that it offers.
TABLE = "application/vnd.notebook-report.table+json"


def publish(
    project: Project,
    report: Report,
    keys: Keys,
    start: int,
    warm_process: Callable[[], Context],
) -> bool:
    """Put a report's files in place, its first page last, and tell whether anything is new.

    Parameters
    ----------
    report : the report; its steps are all fresh.
    start : when the build began (ns). It is told to make, so that an input edited meanwhile is
        newer.
    warm_process : gives the context whose processes make pages and workbook; the build itself
        imports nothing heavy.

    Raises
    ------
    BuildError
        The notebooks are not fit to be shown. What was published before is as it was.
    """
    made_from = provenance(report, keys)
    former = former_manifest(report)
    if is_published(report, former, made_from):
        if not is_listed(report):  # killed before the list was made, or somebody changed it
            results(warm_process(), (make_index, project.index))
        remember(report, start)
        return False
    clock = time.perf_counter()
    files = exported(report, made_from, keys.code_of_pages(), warm_process())
    hashes = {name: sha256(content).hexdigest() for name, content in sorted(files.items())}
    manifest = {
        **made_from,
        "built": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit(report.root),
        "outputs": hashes,
    }
    text = json.dumps(manifest, indent=1, ensure_ascii=False)
    put_in_place(
        report,
        {**files, "manifest.json": f"{text}\n".encode()},
        gone=former.get("outputs", {}).keys() - files.keys() | made_from_pages(report),
    )
    results(warm_process(), (make_index, project.index))
    remember(report, start)
    print(f"  {'pages and workbook':<32}{time.perf_counter() - clock:5.1f} s", flush=True)
    return True


def remember(report: Report, start: int) -> None:
    """Keep what is published now, for make and the next build: what is newer was changed since."""
    write(report.asked, json.dumps(published_now(report)).encode())
    os.utime(report.asked, ns=(start, start))


def is_listed(report: Report) -> bool:
    """Tell whether the list of reports is the one that was made for what is published now."""
    try:
        return bool(json.loads(report.asked.read_bytes()) == published_now(report))
    except (OSError, ValueError):
        return False


def published_now(report: Report) -> dict[str, str]:
    """Return the sha256 of the manifest and of the list of reports."""
    files = (report.output / "manifest.json", report.output.with_name("index.html"))
    return {report.shown(path): digest(path) for path in files}


def provenance(report: Report, keys: Keys) -> Manifest:
    """Return what a report is made from: parameters, engine, versions, and the sha256 of each input
    and executed notebook."""
    results = {path for step in report.steps for path in step.results}
    data = {path for step in report.steps for path in step.reads} - results
    notebooks = [step.notebook for step in report.steps]
    modules = {name: value for own in keys.modules.values() for name, value in own.items()}
    lock = report.root / "requirements.lock"
    inputs = {**modules, **keys.exporters, **digests(report, [*data, *notebooks, lock])}
    return {
        "parameters": {step.name: dict(step.parameters) for step in report.steps},
        "engine": keys.engine,
        "inputs": dict(sorted(inputs.items())),
        "executed": digests(report, (step.executed for step in report.steps)),
        "versions": keys.versions,
    }


def made_from_pages(report: Report) -> set[str]:
    """Return what was made from the pages as they were: PDFs, and Word documents that nobody has
    edited."""
    printed = {f"{page.name}.pdf" for page in report.pages}
    documents = {f"{page.name}.docx" for page in report.pages}
    return printed | {name for name in documents if is_as_archived(report.output / name)}


def former_manifest(report: Report) -> Manifest:
    """Return the manifest of what is published now; of one that is not as it was written only the
    outputs that are the report's own, whatever else it says."""
    try:
        manifest = json.loads((report.output / "manifest.json").read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    parts = manifest if isinstance(manifest, dict) else {}
    outputs, inputs = parts.get("outputs"), parts.get("inputs")
    if not isinstance(outputs, dict):
        return {}
    own = {name: value for name, value in outputs.items() if is_own(report, name)}
    return parts if own == outputs and isinstance(inputs, dict) else {"outputs": own}


def is_own(report: Report, name: str) -> bool:
    """Tell whether a name that a manifest gives is that of a file in the report's folder."""
    path, folder = PurePath(name), report.output.resolve()
    if path.is_absolute() or ".." in path.parts or not path.parts or "\0" in name:
        return False
    try:
        inside = (folder / path).parent.resolve().is_relative_to(folder)
        return inside and not (folder / path).is_dir()
    except OSError:  # longer than a name may be
        return False


def is_published(report: Report, former: Manifest, made_from: Manifest) -> bool:
    """Tell whether what is published was made from the same, and is as it was written.

    The bytes of a notebook may change without its cells: the executed ones tell which cells they
    are of.
    """

    def without_notebooks(manifest: Manifest) -> Manifest:
        inputs = manifest.get("inputs", {}).items()
        data = {name: value for name, value in inputs if not name.endswith(".ipynb")}
        return {**{name: manifest.get(name) for name in made_from}, "inputs": data}

    if "inputs" not in former or without_notebooks(former) != without_notebooks(made_from):
        return False
    outputs = former["outputs"].items()
    return all(digest(report.output / name) == value for name, value in outputs)


def exported(
    report: Report, made_from: Manifest, exporters: str, server: Context
) -> dict[str, bytes]:
    """Return every file to publish by its name: pages, a page a notebook, what the steps wrote, and
    all tables in one."""
    footer = {
        "parameters": report.parameters,
        "versions": direct(report.root, made_from["versions"]),
        "inputs": {
            name: value
            for name, value in made_from["inputs"].items()
            if name.startswith(tuple(f"{folder}/" for folder in report.watched))
        },
    }
    written = {
        path.relative_to(report.folder).as_posix(): path.read_bytes()
        for step in report.steps
        for path in step.results
        if report.folder in path.parents and path.exists()
    }
    try:
        made = results(
            server,
            (make_workbook, report, written, exporters),
            (make_pages, report, footer, exporters),
        )
    except KilledError:
        raise BuildError("A process that makes the pages and the workbook was killed") from None
    return written | made[0] | made[1]


def make_pages(report: Report, footer: Mapping[str, Any], exporters: str) -> dict[str, bytes]:
    """Return the report's pages, and a page for each notebook."""
    from notebook_report.pages import ExportError, all_pages

    try:
        pages = all_pages(report, footer, exporters)
        return {name: page.encode() for name, page in pages.items()}
    except ExportError as error:
        raise BuildError(str(error)) from None


def make_workbook(report: Report, results: Mapping[str, bytes], exporters: str) -> dict[str, bytes]:
    """Return the workbook of all tables, where the report wants one: that of the build before,
    where it was made of the same."""
    if report.workbook is None:
        return {}
    notebooks = [step.executed for step in report.steps]
    digests = {name: sha256(content).hexdigest() for name, content in results.items()}
    contents = [list(records(notebook)) for notebook in notebooks]
    of = json.dumps([exporters, contents, digests], sort_keys=True)
    made_of = sha256(pickle.dumps([report.workbook, of])).hexdigest()
    kept = report.made_workbook
    with suppress(OSError, ValueError):
        content = (report.output / WORKBOOK).read_bytes()
        if json.loads(kept.read_bytes()) == [made_of, sha256(content).hexdigest()]:
            return {WORKBOOK: content}
    from notebook_report.workbook import workbook

    content = workbook(report.workbook, notebooks, results)
    write(kept, json.dumps([made_of, sha256(content).hexdigest()]).encode())
    return {WORKBOOK: content}


def records(notebook: Path) -> Iterator[dict[str, Any]]:
    """Yield what an executed notebook recorded of the tables that it shows."""
    for cell in json.loads(notebook.read_bytes())["cells"]:
        for output in cell.get("outputs", []):
            if TABLE in output.get("data", {}):
                yield output["data"][TABLE]


def make_index(index: Callable[[], Any] | None) -> None:
    """List the reports that are published."""
    if index is not None:
        from notebook_report.index import write_list

        write_list(index())


def direct(root: Path, versions: Mapping[str, str]) -> dict[str, str]:
    """Return the versions of Python and of the packages that the project itself names."""
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    requirements = settings.get("project", {}).get("dependencies", [])
    named = {
        re.split(r"[^\w.-]", requirement)[0].replace("-", "_").lower()
        for requirement in requirements
    }
    return {
        name: version for name, version in versions.items() if name.lower() in named | {"python"}
    }


def commit(root: Path) -> str | None:
    """Return the commit that is checked out, `-dirty` if files differ from it; None outside git."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    elsewhere = {**os.environ, "GIT_CEILING_DIRECTORIES": str(root.parent)}
    try:
        answer = subprocess.run(
            command, cwd=root, env=elsewhere, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return answer.stdout.strip()


def put_in_place(report: Report, files: Mapping[str, bytes], gone: set[str]) -> None:
    """Write all files beside, then rename each into the output folder, the first page last; remove
    those that are gone."""
    stage = report.folder / ".publish"
    page = f"{report.pages[0].name}.html"
    shutil.rmtree(stage, ignore_errors=True)
    try:
        stage.mkdir(parents=True)
        refuse_too_much(report, sum(map(len, files.values())))
        for name, content in files.items():
            (stage / name).parent.mkdir(parents=True, exist_ok=True)
            (stage / name).write_bytes(content)
            (report.output / name).parent.mkdir(parents=True, exist_ok=True)
        refuse_half(report, {*files, *gone})
    except (OSError, BuildError):
        shutil.rmtree(stage, ignore_errors=True)
        raise
    with uninterrupted():
        for name in gone:
            (report.output / name).unlink(missing_ok=True)
        for name in sorted(files, key=page.__eq__):
            (stage / name).replace(report.output / name)
    shutil.rmtree(stage)


def refuse_too_much(report: Report, needed: int) -> None:
    """Raise BuildError if there is no room for so many bytes, with both numbers."""
    free = shutil.disk_usage(report.folder).free
    if needed > free:
        raise BuildError(
            f"{report.shown(report.output)} needs {needed / 1e6:.1f} MB more for a moment, and its "
            f"disk has {free / 1e6:.1f} MB: make room, and run it again. {AS_IT_WAS}"
        )


def refuse_half(report: Report, files: Iterable[str]) -> None:
    """Raise what putting the files in place would end with midway: a folder that can't be written
    or is on another disk than what is renamed into it, or on Windows a file that another program
    has open, which can't be renamed."""
    paths = [report.output / name for name in files]
    for folder in sorted({path.parent for path in paths if path.parent.is_dir()}):
        if not os.access(folder, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))
        if folder.stat().st_dev != report.folder.stat().st_dev:
            raise BuildError(
                f"{report.shown(folder)} is on another disk than {report.shown(report.folder)}: "
                f"link all of {report.shown(report.output.parent)}, or nothing. {AS_IT_WAS}"
            )
    for path in filter(Path.is_file, paths):
        path.rename(path)
