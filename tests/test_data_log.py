"""The data log (data/README.md) names every raw file as it is now: its rows, its sha256 and who may
see it."""

import csv
import hashlib
import io
from pathlib import Path

import pytest

from followup.files import decoded

DATA = Path(__file__).resolve().parents[1] / "data"
HEADING = ["file", "what", "source", "date", "rows", "sha256", "who may see it"]
FILES = sorted(
    path for path in (DATA / "raw").rglob("*") if path.is_file() and not path.name.startswith(".")
)


def name_of(path: Path) -> str:
    """The name that the log gives a file: its path below data/."""
    return path.relative_to(DATA).as_posix()


def log_lines(readme: str) -> list[dict[str, str]]:
    """Read the lines of the log's table, in the order they stand."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in readme.splitlines()
        if line.startswith("|")
    ]
    start = rows.index(HEADING) + 2
    lines = [
        dict(zip(HEADING, row, strict=True)) for row in rows[start:] if row[0].startswith("`raw/")
    ]
    return [
        {**line, "file": line["file"].strip("`"), "sha256": line["sha256"].strip("`")}
        for line in lines
    ]


def rows_in(path: Path) -> str:
    """Count the data rows of a CSV file (the heading is not one); another kind of file has `-`."""
    if path.suffix != ".csv":
        return "-"
    lines = io.StringIO(decoded(path.read_bytes()), newline="")
    return str(sum(1 for row in csv.reader(lines) if row) - 1)


@pytest.fixture(scope="module")
def log() -> list[dict[str, str]]:
    return log_lines((DATA / "README.md").read_text(encoding="utf-8"))


def test_the_log_names_each_raw_file_once_in_order(log):
    assert [line["file"] for line in log] == sorted(name_of(path) for path in FILES)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_the_log_has_the_rows_and_sha256_a_raw_file_has_now(path, log):
    now = {"rows": rows_in(path), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    logged = [{key: line[key] for key in now} for line in log if line["file"] == name_of(path)]
    line = (
        f"| `{name_of(path)}` | what | source | date | {now['rows']} | `{now['sha256']}` | who may"
        " see it |"
    )
    if logged != [now]:
        pytest.fail(
            "data/README.md needs this line, with its own what, source, date and who may see"
            f" it:\n{line}",
            pytrace=False,
        )


def test_no_cell_of_the_log_is_left_empty(log):
    assert [line["file"] for line in log if not all(line.values())] == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_rows_are_counted_in_whatever_encoding_an_export_has(tmp_path, encoding):
    (tmp_path / "export.csv").write_bytes("Réponse,Oui\r\n1,x\r\n2,\r\n".encode(encoding))
    assert rows_in(tmp_path / "export.csv") == "2"
