"""All tables of a report in one Excel workbook, as statistical offices publish them: cover,
contents, notes, a table a sheet."""

import copy
import io
import re
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import gptables
import pandas as pd
from bs4 import BeautifulSoup
from gptables.core.gptable import FormatList

from notebook_report.project import Workbook
from notebook_report.publish import records

A4, LINE = 9, 15.75  # Excel's number of the paper; the height of a line in points
NOT_KNOWN, DASH = "[x]", "–"
# What the tags of a marked cell are in a workbook.
MARKS: dict[str, dict[str, Any]] = {
    "u": {"underline": True},
    "strong": {"bold": True},
    "mark": {"font_color": "#9c2a00"},
}
# What a sheet is readable and quickly made with, and what Excel puts in a cell.
MOST_CELLS, LONGEST_TEXT = 20_000, 32_000
NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d+)?(e[+-]?\d+)?|-?inf")
PERCENT = re.compile(r"(\d{1,3})%")
FIGURE = re.compile(rf"{NUMBER.pattern}|{PERCENT.pattern}|\d{{1,3}}(,\d{{3}})+|{DASH}")
FORMULA = re.compile(r"[=+\-@\t\r]")
FORMATS = {
    "share": "0%",
    "points": "0%",
    "count": "#,##0",
    "number": "General",
    "difference": "0%",
    "year": "0",
    "p": "0.000",
    "ratio": "0.00",
}
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


@dataclass(frozen=True, eq=False)
class Sheet:
    """One table: its name, title and notes, its cells under their headings, and kinds of number by
    column, or by row and column."""

    name: str
    title: str
    cells: pd.DataFrame
    notes: tuple[str, ...] = ()
    formats: Mapping[int, str] = field(default_factory=dict)
    own_formats: Mapping[tuple[int, int], str] = field(default_factory=dict)
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
    every = [record for path in notebooks for record in records(path)]
    long = {record["name"]: str(record["title"]) for record in every if record.get("left_out")}
    contents = [recorded_sheet(record) for record in every if record["name"] not in long]
    names = {sheet.name for sheet in contents} | {sheet.content for sheet in contents} | long.keys()
    others = []
    for name, content in results.items():
        stem = Path(name).stem
        if not name.endswith(".csv") or stem in names:
            continue
        if content.count(b"\n") * (content.partition(b"\n")[0].count(b",") + 1) > MOST_CELLS * 2:
            long[stem] = words.titles.get(stem, in_words(stem))
        elif content.decode() not in names:
            others.append(result_sheet(words, stem, content.decode()))
    sheets = [sheet for sheet in (*contents, *others) if len(sheet.cells)]
    long |= {sheet.name: sheet.title for sheet in sheets if sheet.cells.size > MOST_CELLS}
    named = sheet_names([sheet for sheet in sheets if sheet.cells.size <= MOST_CELLS])
    return written(words, named, list(long.values()))


def recorded_sheet(record: Mapping[str, Any]) -> Sheet:
    """Return the sheet of a table that a cell recorded: the rows that the page has, and where a
    row's name begins with its id, the rest of it in a column of its own."""
    headings = [str(column["label"]) for column in record["columns"]]
    kinds = [str(column["format"]) for column in record["columns"]]
    lines = [list(line) for line in record["cells"]]
    numbered = [
        isinstance(line[0], str) and line[0].startswith(f"{key} ")
        for line, key in zip(lines, record["keys"], strict=True)
    ]
    if any(numbered):
        headings[1:1], kinds[1:1] = ["Title"], [""]
        for line, key, own in zip(lines, record["keys"], numbered, strict=True):
            title = line[0].removeprefix(f"{key} ")
            line[:1] = [int(key) if key.isdecimal() else key, title] if own else [line[0]] * 2
    columns = [
        recorded_column(list(column), first=place == 0)
        for place, column in enumerate(zip(*lines, strict=True))
    ]
    cells = pd.DataFrame(
        {place: [value for value, _ in column] for place, column in enumerate(columns)},
        dtype=object,
    )
    shares = {
        (row, place): kind
        for place, column in enumerate(columns)
        for row, (_, kind) in enumerate(column)
        if kind
    }
    return Sheet(
        record["name"],
        record["title"],
        cells.set_axis(headings, axis=1) if lines else pd.DataFrame(columns=headings),
        tuple(record["notes"]),
        {place: kind for place, kind in enumerate(kinds) if kind not in ("", "text")},
        shares,
        record["csv"],
    )


def recorded_column(values: list[object], first: bool) -> list[tuple[object, str]]:
    """Return a column's cells, each with its kind of number where it is not the column's: texts
    that are all figures, as in a row of shares below counts, are numbers, but for names of rows."""
    texts = [value for value in values if isinstance(value, str)]
    figures = not first and all(FIGURE.fullmatch(text) for text in texts)
    return [recorded_cell(value, figures) for value in values]


def recorded_cell(value: object, figures: bool) -> tuple[object, str]:
    """Return a cell of a recorded table, and its own kind of number."""
    if isinstance(value, dict):
        return marked(str(value["html"])), ""
    if not isinstance(value, str):
        return NOT_KNOWN if value is None else value, ""
    share = PERCENT.fullmatch(value)
    if figures and share:
        return int(share[1]) / 100, "share"
    if figures and value != DASH:
        return number(value.replace(",", "")), ""
    return plain_text(value) if value.strip() else NOT_KNOWN, ""


def marked(html: str) -> object:
    """Return HTML as text whose underlined, bold and marked parts are so in the cell too; a dash
    for nobody is a word."""
    soup = BeautifulSoup(html, "html.parser")
    for left_out in soup.select(".visually-hidden, sup"):  # a small number leads to a reason below
        left_out.decompose()
    for part in soup.select("br, li"):
        part.insert(0, "\n")
    runs: list[tuple[str, frozenset[str]]] = []
    for string in soup.find_all(string=True):
        marks = frozenset(parent.name for parent in string.parents) & MARKS.keys()
        if runs and runs[-1][1] == marks:
            runs[-1] = (runs[-1][0] + string, marks)
        elif string:
            runs.append((str(string), marks))
    text = "".join(text for text, _ in runs).strip()
    if not any(marks for _, marks in runs):
        if NUMBER.fullmatch(text):
            return number(text)
        return "none" if text == DASH else plain_text(text) if text else NOT_KNOWN
    runs[0] = (runs[0][0].lstrip(), runs[0][1])
    runs = [(text, marks) for text, marks in runs if text]
    items: list[object] = ["'"] if FORMULA.match(text) else []
    for content, marks in runs:
        if marks:
            items.append({key: one for mark in sorted(marks) for key, one in MARKS[mark].items()})
        items.append(content)
    return FormatList(items)


def result_sheet(words: Workbook, name: str, content: str) -> Sheet:
    """Return the sheet of a result that no notebook shows, its columns headed by the project's
    words, its ids in words, and each value of a table of facts in its unit."""
    cells = read_cells(content)
    keys = [str(key) for key in cells]
    units = cells["unit"] if {"unit", "value"} <= {*keys} else pd.Series(dtype=str)
    own = {(row, keys.index("value")): unit for row, unit in enumerate(units) if unit in FORMATS}
    own |= {
        (row, keys.index("value")): "year"
        for row, fact in enumerate(cells.iloc[:, 0] if own else [])
        if fact.endswith("year")
    }
    cells = typed(cells.map(partial(in_words_of, words.texts)))
    cells.columns = pd.Index([words.headings.get(key, in_words(key)) for key in keys])
    formats = {place: words.formats[key] for place, key in enumerate(keys) if key in words.formats}
    for key, (heading, names) in (words.names() if words.names else {}).items():
        if key in keys:
            place = keys.index(key)
            beside = [names.get(text, NOT_KNOWN) for text in read_cells(content)[key]]
            cells.insert(place + 1, heading, beside, allow_duplicates=True)
            keys.insert(place + 1, "")
            formats = {one + (one > place): kind for one, kind in formats.items()}
            own = {(row, one + (one > place)): kind for (row, one), kind in own.items()}
    title = words.titles.get(name, in_words(name))
    return Sheet(name, title, cells, formats=formats, own_formats=own)


def in_words_of(texts: Mapping[str, str], text: str) -> str:
    """Return an id, or several with bars between them, in words; another text as it is."""
    parts = text.split("|")
    return " or ".join(texts[part] for part in parts) if {*parts} <= texts.keys() else text


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
        names = {name.lower() for name in named}
        numbers = range(2, len(sheets) + 2)
        numbered = (f"{plain[:27].rstrip('_')}_{number}" for number in numbers)
        candidates = [plain[:31].rstrip("_"), *numbered]
        named[next(name for name in candidates if name.lower() not in names)] = sheet
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
    lines = {
        "Cover": [[text] for text in on_cover(cover(words, left_out))],
        "Notes": [[], [], [], *(["", note] for note in texts)],
        **{name: rows_of(sheet) for name, sheet in sheets.items()},
    }
    for page in book.worksheets():
        own = widths(sheets, page.name)
        for place, width in enumerate(own):
            page.set_column(place, place, width)
        for row, cells in enumerate(lines.get(page.name, [])):
            most = max(map(lines_of, cells, own), default=1)
            if most > 1:
                page.set_row(row, LINE * min(most, 26))  # Excel's rows end at 409 points
        page.set_paper(A4)
        page.fit_to_pages(1, 0)
        if page.name in sheets:
            heading = heading_row(sheets[page.name])
            page.freeze_panes(heading + 1, 1)
            page.repeat_rows(heading)
            page.set_landscape()
    about = {"title": words.title, "author": words.author, "subject": words.subtitle}
    book.set_properties({**about, "created": datetime(words.year, 1, 1)})
    book.close()
    return content.getvalue()


def on_cover(own: gptables.Cover) -> list[str]:
    """Return the texts of a cover, a row each, as gptables writes them."""
    parts = (("Introductory information", own.intro), ("About these data", own.about),
             ("Contact", own.contact))  # fmt: skip
    return [own.title, *(text for name, part in parts if part for text in (name, *part))]


def rows_of(sheet: Sheet) -> list[list[str]]:
    """Return the texts of a sheet by its rows; those above the headings stretch over columns."""
    rows = [
        [one.string if isinstance(one, FormatList) else one if isinstance(one, str) else ""
         for one in row]
        for row in [headings(sheet.cells.columns), *sheet.cells.to_numpy().tolist()]
    ]  # fmt: skip
    return [[]] * heading_row(sheet) + rows


def room(text: str) -> int:
    """Return how wide a text is, in small letters: capitals take more."""
    return len(text) + sum(map(str.isupper, text)) // 3


def lines_of(text: str, width: int) -> int:
    """Return how many lines a text takes in a column of so many letters."""
    lines = map(room, text.split("\n"))
    return sum(1 if length <= width else -(-length * 12 // (width * 11)) for length in lines)


def heading_row(sheet: Sheet) -> int:
    """Return the row, from 0, in which gptables writes the headings: below title, instructions and
    legend."""
    return 2 + bool(legend(sheet.cells))


def cover(words: Workbook, left_out: list[str]) -> gptables.Cover:
    """Return the cover: what the workbook is, how to read it, and what it has no room for."""
    about = [
        "Each sheet holds one table, marked up as such, with the rows that the page has. "
        "Numbers are unrounded, but for a share in a row below counts; shares are in per cent.",
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
    table = sheet.cells.set_axis(headings(sheet.cells.columns), axis=1)
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
            *(number_format(sheet, table, place) for place in range(1, table.shape[1])),
            *(
                {"cell": {"cells": (row + 1, place), "format": {"num_format": FORMATS[kind]}}}
                for (row, place), kind in sheet.own_formats.items()
            ),
        ],
    )


def legend(table: pd.DataFrame) -> list[str]:
    """Return what the marks in a table mean."""
    if not table.map(lambda value: isinstance(value, str) and value == NOT_KNOWN).any(axis=None):
        return []
    return [f"{NOT_KNOWN}: not known, or the question does not arise"]


def theme() -> gptables.Theme:
    """Return gptables' theme with cells that wrap."""
    own = copy.deepcopy(gptables.gptheme)
    own.update_data_format({"text_wrap": True, "valign": "top", "indent": 1})
    own.update_index_2_format({"valign": "top", "text_wrap": True, "indent": 1})
    own.update_column_heading_format({"indent": 1})
    return own


def widths(sheets: Mapping[str, Sheet], name: str) -> list[int]:
    """Return column widths in characters: as wide as the longest text, between 12 and 60; the
    notes' are their own."""
    if name not in sheets:
        return {"Notes": [14, 100], "Cover": [100]}.get(name, [])
    cells = sheets[name].cells
    result = []
    for place, heading in enumerate(cells):
        texts = [one.string if isinstance(one, FormatList) else one
                 for one in cells.iloc[:, place]]  # fmt: skip
        word = max((len(word) for word in str(heading).split()), default=0)
        longest = max((room(text) for text in texts if isinstance(text, str)), default=0)
        longest = min(60, longest) + 2 if longest > len(NOT_KNOWN) else 0
        result.append(max(12, word * 6 // 5 + 3, longest))
    return result


def headings(names: Iterable[str]) -> list[str]:
    """Return headings that differ from each other whatever their case, and are never empty."""
    result: list[str] = []
    for place, name in enumerate(names, start=1):
        text = plain_text(name)[:240] if name.strip() else f"Column {place}"
        is_double = text.lower() in {heading.lower() for heading in result}
        result.append(f"{text} ({place})" if is_double else text)
    return result


def number_format(sheet: Sheet, table: pd.DataFrame, place: int) -> dict[str, Any]:
    """Return a column's number format: its kind's, a year's without separators, else by whether its
    numbers are whole."""
    numbers = [
        value
        for row, value in enumerate(table.iloc[:, place])
        if isinstance(value, int | float)
        and not isinstance(value, bool)
        and (row, place) not in sheet.own_formats
    ]
    if not numbers:
        return {"column": {"columns": [table.columns[place]], "format": {}}}
    year = str(table.columns[place]).lower().startswith("year")
    whole = all(isinstance(value, int) for value in numbers)
    kind = "year" if year else sheet.formats.get(place, "")
    form = FORMATS.get(kind, "0" if whole else "0.000")
    return {"column": {"columns": [table.columns[place]], "format": {"num_format": form}}}
