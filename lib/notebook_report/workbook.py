"""All tables of a report in one Excel workbook, as statistical offices publish them: cover,
contents, notes, a table a sheet."""

import copy
import io
import json
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import gptables
import pandas as pd

from notebook_report.project import Workbook

# What a cell's output holds beside its HTML where it shows a table: `name`, `title`, `csv`
# (unrounded, its first column
# names the rows), `stub` (heading of that column), `columns` (`key`, `label`, `format`), `rows`
# (words by name), `notes`.
TABLE = "application/vnd.notebook-report.table+json"
NOT_KNOWN = "[x]"
# What a sheet is readable and quickly made with, and what Excel puts in a cell.
MOST_CELLS, LONGEST_TEXT = 20_000, 32_000
NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d+)?(e[+-]?\d+)?|-?inf")
FORMULA = re.compile(r"[=+\-@\t\r]")
FORMATS = {
    "share": "0%",
    "points": "0%",
    "count": "#,##0",
    "year": "0",
    "p": "0.000",
    "ratio": "0.00",
}
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


@dataclass(frozen=True, eq=False)
class Sheet:
    """One table: its name, title and notes, its cells as text under their headings, and kinds of
    number by column."""

    name: str
    title: str
    cells: pd.DataFrame
    notes: tuple[str, ...] = ()
    formats: Mapping[int, str] = field(default_factory=dict)
    content: str = ""


def workbook(words: Workbook, notebooks: Iterable[Path], results: Mapping[str, bytes]) -> bytes:
    """Gather every table that notebooks show, then the results that they do not show, in an Excel
    workbook.

    Parameters
    ----------
    words : of the cover, and headings and formats of the results.
    notebooks : executed notebooks in reading order.
    results : content of each file that the steps wrote, by its name as `tables/table_1.csv`.

    Returns
    -------
    The bytes of an xlsx file: the same inputs give the same bytes. Numbers are numbers, a text is
    never a formula.
    """
    shown = [sheet for path in notebooks for sheet in shown_tables(path)]
    names = {sheet.name for sheet in shown} | {sheet.content for sheet in shown}
    others = [
        result_sheet(words, Path(name).stem, content.decode())
        for name, content in results.items()
        if name.endswith(".csv") and not names & {Path(name).stem, content.decode()}
    ]
    sheets = [sheet for sheet in (*shown, *others) if len(sheet.cells)]
    long = [sheet for sheet in sheets if sheet.cells.size > MOST_CELLS]
    named = sheet_names([sheet for sheet in sheets if sheet not in long])
    return written(words, named, [sheet.title for sheet in long])


def shown_tables(notebook: Path) -> Iterator[Sheet]:
    """Yield the tables that an executed notebook shows."""
    for cell in json.loads(notebook.read_bytes())["cells"]:
        for output in cell.get("outputs", []):
            if TABLE in output.get("data", {}):
                yield recorded_sheet(output["data"][TABLE])


def recorded_sheet(record: Mapping[str, Any]) -> Sheet:
    """Return the sheet of a table that a cell recorded: headings in words, and names of rows beside
    their ids."""
    cells = read_cells(record["csv"])
    columns = {column["key"]: column for column in record["columns"]}
    first, *others = cells.columns
    words = record.get("rows", {})
    names = cells[first].map(lambda key: words.get(key, key))
    labels = [str(columns.get(key, {}).get("label", in_words(key))) for key in others]
    kinds = [str(columns.get(key, {}).get("format", "")) for key in others]
    cells = cells.set_axis([record.get("stub") or in_words(first), *labels], axis=1)
    if (names != cells.iloc[:, 0]).any():
        cells.insert(1, "Title", names, allow_duplicates=True)
        kinds = ["", *kinds]
    formats = {place: kind for place, kind in enumerate(kinds, start=1) if kind}
    notes = tuple(record.get("notes", ()))
    return Sheet(record["name"], record["title"], cells, notes, formats, record["csv"])


def result_sheet(words: Workbook, name: str, content: str) -> Sheet:
    """Return the sheet of a result that no notebook shows, its columns headed by the project's
    words."""
    cells = read_cells(content)
    keys = [str(key) for key in cells]
    formats = {place: words.formats[key] for place, key in enumerate(keys) if key in words.formats}
    headings = [words.headings.get(key, in_words(key)) for key in keys]
    title = words.titles.get(name, in_words(name))
    return Sheet(name, title, cells.set_axis(headings, axis=1), formats=formats)


def read_cells(content: str) -> pd.DataFrame:
    """Read a CSV's cells as text; an empty cell is an empty string."""
    return pd.read_csv(io.StringIO(content), dtype=str, keep_default_na=False, na_filter=False)


def in_words(key: str) -> str:
    """Return a name of a file or a column as words."""
    text = str(key).replace("_", " ").strip()
    return text[:1].upper() + text[1:]


def sheet_names(sheets: list[Sheet]) -> dict[str, Sheet]:
    """Return sheets by a name that Excel takes: at most 31 letters, digits and underscores, and
    different whatever their case."""
    named: dict[str, Sheet] = {}
    for sheet in sheets:
        plain = re.sub(r"\W+", "_", sheet.name, flags=re.ASCII).strip("_").capitalize() or "Table"
        taken = {name.lower() for name in named}
        numbers = range(2, len(sheets) + 2)
        numbered = (f"{plain[:27].rstrip('_')}_{number}" for number in numbers)
        candidates = [plain[:31].rstrip("_"), *numbered]
        named[next(name for name in candidates if name.lower() not in taken)] = sheet
    return named


def typed(cells: pd.DataFrame) -> pd.DataFrame:
    """Return text cells as what they say: columns of numbers, True and False, else text; the first
    column names the row.

    A text can neither be a formula nor a link, an empty cell says that nothing is known.
    """
    columns = [
        typed_column(list(cells.iloc[:, place]), first=place == 0)
        for place in range(cells.shape[1])
    ]
    return pd.DataFrame(dict(enumerate(columns)), dtype=object).set_axis(cells.columns, axis=1)


def typed_column(texts: list[str], first: bool) -> list[object]:
    """Return a column's cells as numbers or truth values where all are, else as text."""
    present = [text for text in texts if text]
    if present and not first and all(NUMBER.fullmatch(text) for text in present):
        return [number(text) if text else NOT_KNOWN for text in texts]
    if present and set(present) <= {"True", "False"}:
        return [text == "True" if text else NOT_KNOWN for text in texts]
    return [plain_text(text) if text.strip() else NOT_KNOWN for text in texts]


def number(text: str) -> float | str:
    """Return the number that a text says."""
    if text.endswith("inf"):
        return "infinite"
    return int(text) if re.fullmatch(r"-?\d+", text) else float(text)


def plain_text(text: str) -> str:
    """Return text that no spreadsheet takes for a formula, and gptables takes as it is.

    gptables reads `$$…$$` as a note and `[…](…)` as a link, and refuses text of signs alone.
    """
    if FORMULA.match(text) and not NUMBER.fullmatch(text) and len(text) > 1:
        text = f"'{text}"
    if len(text) > LONGEST_TEXT:
        text = f"{text[:LONGEST_TEXT]} … (cut)"
    text = text.replace("$$", "$ $").replace("](", "] (")
    if re.search("[a-zA-Z0-9]", text):
        return text
    return NOT_KNOWN if text in "–-" else f"as written: {text}"


def written(words: Workbook, sheets: Mapping[str, Sheet], left_out: list[str]) -> bytes:
    """Write sheets as a workbook with cover, contents and notes, dated by a year alone."""
    notes = list(dict.fromkeys(note for sheet in sheets.values() for note in sheet.notes))
    numbers = {note: f"note{place}" for place, note in enumerate(notes, start=1)}
    texts = [plain_text(note) for note in notes]
    table = pd.DataFrame({"reference": list(numbers.values()), "Note text": texts})
    content = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "No note text provided")
        warnings.filterwarnings("ignore", category=DeprecationWarning, module="gptables")
        book = gptables.produce_workbook(
            content,
            sheets={name: marked_up(name, sheet, numbers) for name, sheet in sheets.items()},
            cover=cover(words, left_out),
            notes_table=table if notes else None,
            theme=theme(),
            auto_width=dict.fromkeys([*sheets, "Notes"], False),
            workbook_options=OPTIONS,
        )
    for page in book.worksheets():
        for place, width in enumerate(widths(sheets, page.name)):
            page.set_column(place, place, width)
        if page.name in sheets:
            page.freeze_panes(heading_row(sheets[page.name]) + 1, 1)
    about = {"title": words.title, "author": words.author, "subject": words.subtitle}
    book.set_properties({**about, "created": datetime(words.year, 1, 1)})
    book.close()
    return content.getvalue()


def heading_row(sheet: Sheet) -> int:
    """Return the row, from 0, in which gptables writes the headings: below title, instructions and
    legend."""
    return 2 + bool(legend(typed(sheet.cells)))


def cover(words: Workbook, left_out: list[str]) -> gptables.Cover:
    """Return the cover: what the workbook is, how to read it, and what it has no room for."""
    about = [
        "Each sheet holds one table, marked up as such. "
        "Numbers are unrounded; shares are shown in per cent.",
        f"{NOT_KNOWN} means that a figure is not known, or that the question does not arise.",
        "A text that a spreadsheet could take for a formula begins with an apostrophe.",
        *words.about,
        *(f"Too long for a sheet, in its CSV file alone: {title}." for title in left_out),
    ]
    contact = [plain_text(line) for line in words.contact] or None
    intro = [plain_text(words.subtitle)] if words.subtitle else None
    return gptables.Cover(plain_text(words.title), intro=intro, about=about, contact=contact)


def marked_up(name: str, sheet: Sheet, notes: Mapping[str, str]) -> gptables.GPTable:
    """Return a sheet as gptables writes it."""
    table = typed(sheet.cells.set_axis(headings(sheet.cells.columns), axis=1))
    marks = "".join(f"$${notes[note]}$$" for note in sheet.notes)
    instructions = "This worksheet contains one table."
    return gptables.GPTable(
        table,
        table_name=f"data_{name.lower()}",
        title=plain_text(sheet.title) + (f" {marks}" if marks else ""),
        instructions=f"{instructions} Notes are on the sheet Notes." if marks else instructions,
        legend=legend(table),
        index_columns={2: 0},
        additional_formatting=[
            number_format(table, place, sheet.formats.get(place, ""))
            for place in range(1, table.shape[1])
        ],
    )


def legend(table: pd.DataFrame) -> list[str]:
    """Return what the marks in a table mean."""
    if not (table == NOT_KNOWN).any(axis=None):
        return []
    return [f"{NOT_KNOWN}: not known, or the question does not arise"]


def theme() -> gptables.Theme:
    """Return gptables' theme with cells that wrap."""
    own = copy.deepcopy(gptables.gptheme)
    own.update_data_format({"text_wrap": True, "valign": "top"})
    own.update_index_2_format({"valign": "top"})
    return own


def widths(sheets: Mapping[str, Sheet], name: str) -> list[int]:
    """Return column widths in characters: as wide as the longest text, between 12 and 60; the
    notes' are their own."""
    if name not in sheets:
        return [14, 100] if name == "Notes" else []
    cells = sheets[name].cells
    result = []
    for place, heading in enumerate(cells):
        texts = list(cells.iloc[:, place])
        word = max((len(word) for word in str(heading).split()), default=0)
        numbers = all(NUMBER.fullmatch(text) for text in texts if text)
        longest = 0 if numbers else min(60, max(map(len, texts))) + 2
        result.append(max(12, word + 3, longest))
    return result


def headings(names: Iterable[str]) -> list[str]:
    """Return headings that differ from each other whatever their case, and are never empty."""
    result: list[str] = []
    for place, name in enumerate(names, start=1):
        text = plain_text(name)[:240] if name.strip() else f"Column {place}"
        taken = text.lower() in {heading.lower() for heading in result}
        result.append(f"{text} ({place})" if taken else text)
    return result


def number_format(table: pd.DataFrame, place: int, kind: str) -> dict[str, Any]:
    """Return a column's number format: its kind's, a year's without separators, else by whether its
    numbers are whole."""
    numbers = [
        value
        for value in table.iloc[:, place]
        if isinstance(value, int | float) and not isinstance(value, bool)
    ]
    if not numbers:
        return {"column": {"columns": [table.columns[place]], "format": {}}}
    whole = all(isinstance(value, int) for value in numbers)
    if str(table.columns[place]).lower().startswith("year"):
        kind = "year"
    form = FORMATS.get(kind, "#,##0" if whole else "0.000")
    return {"column": {"columns": [table.columns[place]], "format": {"num_format": form}}}
