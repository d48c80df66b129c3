"""All tables of a report in one Excel workbook, as statistical offices publish them: cover,
contents, notes, a table a sheet."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from xlsxwriter import Workbook as Book
from xlsxwriter.format import Format
from xlsxwriter.utility import cell_autofit_width
from xlsxwriter.worksheet import Worksheet

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
# How the parts of a sheet look: as the theme of gptables has it, with cells that wrap.
PLAIN = {"font_size": 12, "font_name": "Arial", "font_color": "automatic"}
COVER = {**PLAIN, "text_wrap": True}
COVER_TITLE, COVER_HEAD = ({**COVER, "bold": True, "font_size": size} for size in (16, 14))
TITLE = {**PLAIN, "bold": True, "font_size": 16}
CELL = {**PLAIN, "text_wrap": True, "valign": "top", "indent": 1}
HEADING = {**CELL, "bold": True, "bottom": 1}
LINK = {"underline": True, "font_color": "blue"}
ONE_TABLE = "This worksheet contains one table."
LEGEND = f"{NOT_KNOWN}: not known, or the question does not arise"
MARKED = re.compile(r"\[[\w\s]+\]")  # what stands for a number that is not there


@dataclass(frozen=True, eq=False)
class Sheet:
    """One table: its name, title and notes, its rows under their headings, and kinds of number by
    column, or by row and column.

    A cell is a number, a truth value, a text, or texts with the format of each marked one before
    it.
    """

    name: str
    title: str
    headings: list[str]
    rows: list[list[Any]]
    notes: tuple[str, ...] = ()
    formats: Mapping[int, str] = field(default_factory=dict)
    own_formats: Mapping[tuple[int, int], str] = field(default_factory=dict)
    content: str = ""

    @property
    def size(self) -> int:
        """How many cells it has."""
        return len(self.rows) * len(self.headings)

    @property
    def top(self) -> int:
        """The row, from 0, of its headings: below title, instructions and legend."""
        return 2 + any(value == NOT_KNOWN for row in self.rows for value in row)


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
    sheets = [sheet for sheet in (*contents, *others) if sheet.rows]
    long |= {sheet.name: sheet.title for sheet in sheets if sheet.size > MOST_CELLS}
    named = sheet_names([sheet for sheet in sheets if sheet.size <= MOST_CELLS])
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
    shares = {
        (row, place): kind
        for place, column in enumerate(columns)
        for row, (_, kind) in enumerate(column)
        if kind
    }
    return Sheet(
        record["name"],
        record["title"],
        headings,
        [[value for value, _ in line] for line in zip(*columns, strict=True)],
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


@cache
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
    return items


def result_sheet(words: Workbook, name: str, content: str) -> Sheet:
    """Return the sheet of a result that no notebook shows, its columns headed by the project's
    words, its ids in words, and each value of a table of facts in its unit."""
    keys, *lines = csv.reader(io.StringIO(content))
    columns = [list(column) for column in zip(*lines, strict=True)] or [[] for _ in keys]
    units = columns[keys.index("unit")] if {"unit", "value"} <= {*keys} else []
    own = {(row, keys.index("value")): unit for row, unit in enumerate(units) if unit in FORMATS}
    own |= {
        (row, keys.index("value")): "year"
        for row, fact in enumerate(columns[0] if own else [])
        if fact.endswith("year")
    }
    cells = [
        typed_column([in_words_of(words.texts, text) for text in column], first=place == 0)
        for place, column in enumerate(columns)
    ]
    headings = [words.headings.get(key, in_words(key)) for key in keys]
    formats = {place: words.formats[key] for place, key in enumerate(keys) if key in words.formats}
    for key, (heading, names) in (words.names() if words.names else {}).items():
        if key in keys:
            place = keys.index(key) + 1
            cells.insert(place, [names.get(text, NOT_KNOWN) for text in columns[place - 1]])
            for beside, text in ((headings, heading), (keys, "")):
                beside.insert(place, text)
            columns.insert(place, [])
            formats = {one + (one >= place): kind for one, kind in formats.items()}
            own = {(row, one + (one >= place)): kind for (row, one), kind in own.items()}
    title = words.titles.get(name, in_words(name))
    rows = [list(row) for row in zip(*cells, strict=True)]
    return Sheet(name, title, headings, rows, formats=formats, own_formats=own)


def in_words_of(texts: Mapping[str, str], text: str) -> str:
    """Return an id, or several with bars between them, in words; another text as it is."""
    parts = text.split("|")
    return " or ".join(texts[part] for part in parts) if {*parts} <= texts.keys() else text


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


def typed_column(texts: list[str], first: bool) -> list[object]:
    """Return a column's cells as numbers or truth values where all are, else as text; the first
    column names the row.

    A text can neither be a formula nor a link, an empty cell says that nothing is known.
    """
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
    """Return text that no spreadsheet takes for a formula, no reader for a note (`$$…$$`) or a link
    (`[…](…)`), and that is not of signs alone."""
    if FORMULA.match(text) and not NUMBER.fullmatch(text) and len(text) > 1:
        text = f"'{text}"
    if len(text) > LONGEST_TEXT:
        text = f"{text[:LONGEST_TEXT]} … (cut)"
    text = text.replace("$$", "$ $").replace("](", "] (")
    if re.search("[a-zA-Z0-9]", text):
        return text
    return NOT_KNOWN if text in "–-" else f"as written: {text}"


class Pages:
    """A workbook that is being written, its formats made once each."""

    def __init__(self) -> None:
        self.content = io.BytesIO()
        self.book = Book(self.content, OPTIONS)
        self.formats: dict[frozenset[tuple[str, Any]], Format] = {}

    def look(self, *parts: Mapping[str, Any]) -> Format:
        """Return a format of parts, the later ones before the earlier."""
        whole = {name: value for part in parts for name, value in part.items()}
        key = frozenset(whole.items())
        if key not in self.formats:
            self.formats[key] = self.book.add_format(whole)
        return self.formats[key]

    def add(self, name: str, texts: Iterable[tuple[str, Mapping[str, Any]]]) -> Worksheet:
        """Begin a page with texts, one below another."""
        page = self.book.add_worksheet(name)
        page.hide_gridlines(2)
        page.set_paper(A4)
        page.fit_to_pages(1, 0)
        for row, (text, look) in enumerate(texts):
            page.write(row, 0, text, self.look(look))
        return page

    def add_table(self, name: str, sheet: Sheet, title: str, about: str, table: str) -> Worksheet:
        """Add a page of one table, marked up as such."""
        top, lines = sheet.top, [(title, TITLE), (about, PLAIN), (LEGEND, PLAIN)]
        page = self.add(name, lines[:top])
        heads = headings(sheet.headings)
        kinds = [
            {"align": alignment(sheet, place), **number_format(sheet, heads[place], place)}
            for place in range(len(heads))
        ]
        looks = [self.look(HEADING, kind) for kind in kinds]
        for place, (head, look) in enumerate(zip(heads, looks, strict=True)):
            page.write(top, place, head, look)
        plain = [self.look(CELL, kind) for kind in kinds]
        for number, row in enumerate(sheet.rows):
            for place, value in enumerate(row):
                own = sheet.own_formats.get((number, place))
                if own or isinstance(value, list):
                    kind = {**kinds[place], **({"num_format": FORMATS[own]} if own else {})}
                    self.write(page, top + 1 + number, place, value, kind)
                else:
                    page.write(top + 1 + number, place, value, plain[place])
        columns = [
            {"header": head, "header_format": look} for head, look in zip(heads, looks, strict=True)
        ]
        options = {"autofilter": False, "columns": columns, "style": None, "name": table}
        page.add_table(top, 0, top + len(sheet.rows), len(heads) - 1, options)
        return page

    def write(
        self, page: Worksheet, row: int, place: int, value: Any, kind: Mapping[str, Any]
    ) -> None:
        """Write a cell: one that is marked as a whole, or in parts, has their formats."""
        marks: Mapping[str, Any] = {}
        if isinstance(value, list) and len(value) == 2:
            marks, value = value
        whole = self.look(CELL, kind, marks)
        if not isinstance(value, list):
            page.write(row, place, value, whole)
            return
        parts: list[Any] = []
        for part, after in zip(value, [*value[1:], {}], strict=True):
            parts.append(self.look(CELL, kind, part) if isinstance(part, dict) else part)
            if isinstance(part, str) and isinstance(after, str):
                parts.append(whole)
        page.write_rich_string(row, place, *parts, whole)


def written(words: Workbook, sheets: Mapping[str, Sheet], left_out: list[str]) -> bytes:
    """Write sheets as a workbook with cover, contents and notes, dated by a year alone."""
    pages, texts = Pages(), cover(words, left_out)
    notes = list(dict.fromkeys(note for sheet in sheets.values() for note in sheet.notes))
    fit(pages.add("Cover", texts), [100], [[text] for text, _ in texts])
    add_contents(pages, {name: plain_text(sheet.title) for name, sheet in sheets.items()})
    if notes:
        rows: list[list[Any]] = [[place, plain_text(note)] for place, note in enumerate(notes, 1)]
        listed = Sheet("notes", "Notes", ["Note number", "Note text"], rows)
        page = pages.add_table("Notes", listed, "Notes", ONE_TABLE, "notes_table")
        fit(page, [14, 100], [[], [], [], *(["", note] for _, note in rows)])
    for name, sheet in sheets.items():
        marks = "".join(f"[note {notes.index(note) + 1}]" for note in sheet.notes)
        title = f"{plain_text(sheet.title)} {marks}".strip()
        about = f"{ONE_TABLE} Notes are on the sheet Notes." if marks else ONE_TABLE
        page = pages.add_table(name, sheet, title, about, f"data_{name.lower()}")
        fit(page, widths(sheet), rows_of(sheet))
        page.freeze_panes(sheet.top + 1, 1)
        page.repeat_rows(sheet.top)
        page.set_landscape()
    about_it = {"title": words.title, "author": words.author, "subject": words.subtitle}
    pages.book.set_properties({**about_it, "created": datetime(words.year, 1, 1)})
    pages.book.close()
    return pages.content.getvalue()


def add_contents(pages: Pages, titles: Mapping[str, str]) -> None:
    """Add the page that lists the others, with a link to each."""
    names = ["Sheet name", "Table description"]
    sheet = Sheet("contents", "", names, [["", title] for title in titles.values()])
    page = pages.add_table("Contents", sheet, "Table of contents", ONE_TABLE, "contents_table")
    link = pages.look(CELL, {"align": "left"}, LINK)
    for row, name in enumerate(titles, start=sheet.top + 1):
        page.write_url(row, 0, f"internal:'{name}'!A1", link, name)
    for place, cells in enumerate(zip(names, *titles.items(), strict=True)):
        bold = [1.1, *[1.0] * len(titles)]
        wide = [
            ceil(cell_autofit_width(text) * 12 / 11 * weight
                 * (1 + 0.15 * sum(map(str.isupper, text)) / len(text)))
            for text, weight in zip(cells, bold, strict=True)
        ]  # fmt: skip
        page.set_column_pixels(place, place, max(wide))


def fit(page: Worksheet, widths: Sequence[int], lines: Sequence[Sequence[str]]) -> None:
    """Give a page's columns their widths, and its rows the height that their texts need."""
    for place, width in enumerate(widths):
        page.set_column(place, place, width)
    for row, cells in enumerate(lines):
        most = max(map(lines_of, cells, widths), default=1)
        if most > 1:
            page.set_row(row, LINE * min(most, 26))  # Excel's rows end at 409 points


def rows_of(sheet: Sheet) -> list[list[str]]:
    """Return the texts of a sheet by its rows; those above the headings stretch over columns."""
    rows = [[text_of(value) for value in row] for row in [headings(sheet.headings), *sheet.rows]]
    return [[]] * sheet.top + rows


def text_of(value: Any) -> str:
    """Return a cell's text, without its marks; empty where it is no text."""
    parts = value if isinstance(value, list) else [value]
    return "".join(part for part in parts if isinstance(part, str))


def room(text: str) -> int:
    """Return how wide a text is, in small letters: capitals take more."""
    return len(text) + sum(map(str.isupper, text)) // 3


def lines_of(text: str, width: int) -> int:
    """Return how many lines a text takes in a column of so many letters."""
    lines = map(room, text.split("\n"))
    return sum(1 if length <= width else -(-length * 12 // (width * 11)) for length in lines)


def cover(words: Workbook, left_out: list[str]) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the lines of the cover, each with its format: what the workbook is, how to read it,
    and what it has no room for."""
    about = [
        "Each sheet holds one table, marked up as such, with the rows that the page has. "
        "Numbers are unrounded, but for a share in a row below counts; shares are in per cent.",
        f"{NOT_KNOWN} means that a figure is not known, or that the question does not arise.",
        "A text that a spreadsheet could take for a formula begins with an apostrophe.",
        *words.about,
        *(f"Too long for a sheet, in its CSV file alone: {title}." for title in left_out),
    ]
    parts = (
        ("Introductory information", [plain_text(words.subtitle)] if words.subtitle else []),
        ("About these data", about),
        ("Contact", [plain_text(line) for line in words.contact]),
    )
    lines: list[tuple[str, Mapping[str, Any]]] = [(plain_text(words.title), COVER_TITLE)]
    for head, texts in parts:
        lines += [(head, COVER_HEAD)] if texts else []
        lines += [(text, COVER) for text in texts]
    return lines


def widths(sheet: Sheet) -> list[int]:
    """Return column widths in characters: as wide as the longest text, between 12 and 60."""
    result = []
    for place, heading in enumerate(headings(sheet.headings)):
        texts = [text_of(row[place]) for row in sheet.rows]
        word = max((len(word) for word in heading.split()), default=0)
        longest = max(map(room, texts), default=0)
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


def alignment(sheet: Sheet, place: int) -> str:
    """Return how a column stands: numbers, but for names of rows, at the right."""
    kinds = {
        bool if isinstance(value, bool) else int if isinstance(value, int | float) else str
        for value in (row[place] for row in sheet.rows)
        if not (isinstance(value, str) and MARKED.search(value))
    }
    return "right" if place and kinds in ({bool}, {int}) else "left"


def number_format(sheet: Sheet, heading: str, place: int) -> dict[str, str]:
    """Return a column's number format: its kind's, a year's without separators, else by whether its
    numbers are whole; none of what names the rows."""
    numbers = [
        row[place]
        for number, row in enumerate(sheet.rows)
        if isinstance(row[place], int | float)
        and not isinstance(row[place], bool)
        and (number, place) not in sheet.own_formats
    ]
    if not numbers or not place:
        return {}
    whole = all(isinstance(value, int) for value in numbers)
    kind = "year" if heading.lower().startswith("year") else sheet.formats.get(place, "")
    return {"num_format": FORMATS.get(kind, "0" if whole else "0.000")}
