"""A questionnaire's export as it comes: every way to read its cells as text, by row as a
spreadsheet has them."""

import csv
import datetime
import io
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from followup.files import SEPARATORS, clean, decoded
from followup.problems import InputError, Problem

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
MOST = 5
READABLE = "an export as .xlsx or .csv"
ENCODINGS = f"{READABLE}, as text in UTF-8, UTF-16 or Windows-1252"


@dataclass(frozen=True)
class Grid:
    """One reading of an export: `rows[0]` is row 1; every cell is text, an empty one an empty
    string.

    `sheet` is a workbook's sheet, empty for a text; `fault` is why a text cannot be read further by
    this separator.
    """

    rows: list[list[str]]
    sheet: str = ""
    fault: str = ""


def grids(path: Path, file: str, sheet: str = "") -> list[Grid]:
    """Read an export in every way it can be meant: each sheet of a workbook, each separator of a
    text.

    Parameters
    ----------
    path, file : the export, and its name in messages.
    sheet : the only sheet to read; empty for all.

    Raises
    ------
    InputError
        There is no such file or sheet, or it is neither a workbook nor a text.
    """
    try:
        content = path.read_bytes() if path.is_file() or not path.exists() else None
    except OSError as error:
        raise InputError([Problem(file, expected=f"{READABLE} ({error.strerror})")]) from None
    if content is None:
        raise InputError([Problem(file, expected=f"{READABLE}, which is a file: this is none")])
    if content.startswith(OLE):
        hint = "this is an old .xls file, or has a password: save it as .xlsx without one"
        raise InputError([Problem(file, expected=f"{READABLE}: {hint}")])
    if not content.strip():
        raise InputError([Problem(file, expected=f"{READABLE}: the file is empty")])
    return sheets(content, file, sheet) if content.startswith(ZIP) else texts(content, file)


def texts(content: bytes, file: str) -> list[Grid]:
    """Read a text by each separator that it has, the one that makes most cells first."""
    try:
        text = decoded(content)
    except UnicodeDecodeError as error:
        raise InputError([Problem(file, expected=f"{ENCODINGS} ({error})")]) from None
    met = [separator for separator in SEPARATORS if separator in text] or [SEPARATORS[0]]
    by_separator = [separated(text, separator) for separator in met]
    if not any(grid.rows for grid in by_separator):
        expected = f"{ENCODINGS} ({by_separator[0].fault})"
        raise InputError([Problem(file, "1", expected=expected)])
    return sorted(by_separator, key=lambda grid: -max(map(len, grid.rows), default=0))


def separated(text: str, separator: str) -> Grid:
    """Read a text by one separator, up to the first row whose quotes do not fit."""
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        rows.extend([cell if cell.isprintable() else clean(cell) for cell in row] for row in reader)
    except csv.Error as error:
        return Grid(rows, fault=str(error))
    return Grid(rows)


def sheets(content: bytes, file: str, sheet_name: str) -> list[Grid]:
    """Read a workbook's sheets that are not hidden, or the one that is wanted."""
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            read = [
                Grid(cells_of(sheet), sheet.title)
                for sheet in workbook.worksheets
                if (sheet.title == sheet_name if sheet_name else sheet.sheet_state == "visible")
            ]
            formulas = unstored_formulas(content, {grid.sheet: grid for grid in read})
    except Exception as error:  # whatever openpyxl, zipfile or the XML parser meet first
        expected = f"{READABLE}: this workbook cannot be opened ({error})"
        raise InputError([Problem(file, expected=expected)]) from None
    if formulas:
        expected = (
            "a value in each cell: these have formulas that were never worked out; open the file "
            "in a spreadsheet program and save it"
        )
        raise InputError([Problem(file, value=", ".join(formulas[:MOST]), expected=expected)])
    if not read:
        value = sheet_name or "(all hidden)"
        expected = f"a sheet of the file: {', '.join(workbook.sheetnames)}"
        raise InputError([Problem(file, "", "questionnaire.sheet", value, expected)])
    return read


def unstored_formulas(content: bytes, grids: dict[str, Grid]) -> list[str]:
    """Name the cells with a formula that the program which wrote the workbook did not work out."""
    from openpyxl import load_workbook

    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        names = [name for name in parts.namelist() if name.startswith("xl/worksheets/")]
        if not any(b"<f" in parts.read(name) for name in names if name.endswith(".xml")):
            return []
    workbook = load_workbook(io.BytesIO(content))
    return [
        f"{cell.coordinate} of {title}"
        for title, grid in grids.items()
        for cells in workbook[title].iter_rows()
        for cell in cells
        if cell.data_type == "f" and not stored(grid, cell.row, cell.column)
    ]


def stored(grid: Grid, row: int, column: int) -> bool:
    """Whether a cell, by its row and column from 1, has anything in it."""
    cells = grid.rows[row - 1] if row <= len(grid.rows) else []
    return bool(column <= len(cells) and cells[column - 1])


def cells_of(sheet: Any) -> list[list[str]]:
    """A sheet's cells as text; its stated size is not trusted, since some tools state another."""
    sheet.reset_dimensions()
    return [[clean(text_of(cell)) for cell in row] for row in sheet.iter_rows(values_only=True)]


def text_of(value: object) -> str:
    """A cell of a workbook as text: a whole number without decimals, a day without its midnight."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ", "seconds").removesuffix(" 00:00:00")
    return str(value)
