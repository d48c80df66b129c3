"""The text and tables of a .pdf, from the places of its letters and lines."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import chain, groupby, pairwise
from pathlib import Path
from typing import Any

import pdfplumber
from pdfplumber.utils.exceptions import PdfminerException

from publication_audit.draft.document import Block, Cell, DraftError, Run

NUMBERED = re.compile(r"(?P<number>\d+(?:\.\d+)*)\.?\s+\S")
PAGE_NUMBER = re.compile(r"(?:page )?[\divx]*(?: ?(?:/|of|-) ?\d*)?", re.IGNORECASE)
BULLET = re.compile(r"^[•◦▪‣∙·–-]\s*")
FEWEST_LETTERS = 20  # a page
WIDE = 1.2  # the least gap between two columns, in sizes of a letter
FEWEST_ROWS = 3  # of a table without rules
UNDERLINE = 3.0  # points between the foot of a letter and the line below it
Letter = dict[str, Any]
Span = tuple[float, float]


def pdf_blocks(path: Path) -> list[Block]:
    """The paragraphs, headings and tables of a .pdf with text.

    A line is a heading if its letters are larger than most, or all bold with a section's number;
    a paragraph goes on while lines stand as close as its first two.

    Raises
    ------
    DraftError
        It has a password, is no .pdf, or its pages are pictures.
    """
    try:
        with pdfplumber.open(path) as document:
            pages = [list(_page_parts(page)) for page in document.pages]
            letters = sum(len(page.chars) for page in document.pages)
    except PdfminerException as error:
        locked = "Password" in f"{error!r}"
        reason = "has a password: save it without" if locked else "is no .pdf that can be read"
        raise DraftError(f"{path.name} {reason}.") from None
    if letters < FEWEST_LETTERS * len(pages):
        raise DraftError(f"{path.name} is a scan, a picture without text: hand in the file itself.")
    parts = [part for page in pages for part in page]
    return [replace(one, index=index) for index, one in enumerate(_blocks(parts))]


def _page_parts(page: Any) -> Iterator[list[Letter] | Block]:
    """Yield a page's lines of text and its tables, from the top; page numbers are left out."""
    page = page.dedupe_chars()
    ends = {"explicit_horizontal_lines": list(_ends_of_rules(page))}
    tables = page.find_tables({**ends, "explicit_vertical_lines": []})
    lines = [one for one in (*page.lines, *page.rects) if one["height"] < UNDERLINE]
    letters = [_with_underline(one, lines) for one in page.chars]
    outside = _outside(letters, tables)
    tables += list(_unruled_tables(page, _lines(outside)))
    outside = _outside(outside, tables)
    placed: list[tuple[float, list[Letter] | Block]] = [
        (line[0]["top"], line) for line in _lines(outside)
    ]
    placed += [(table.bbox[1], _table(table, letters)) for table in tables]
    for top, part in sorted(placed, key=lambda one: one[0]):
        is_margin = top < page.height * 0.06 or top > page.height * 0.93
        text = part.text if isinstance(part, Block) else "".join(one["text"] for one in part)
        if not (is_margin and PAGE_NUMBER.fullmatch(text.strip())):
            yield part


def _outside(letters: list[Letter], tables: list[Any]) -> list[Letter]:
    return [one for one in letters if not any(_inside(one, table.bbox) for table in tables)]


def _unruled_tables(page: Any, lines: list[list[Letter]]) -> Iterator[Any]:
    """Yield the tables that have no upright rules: lines with wide gaps, one below the other.

    What no line of most cells has a letter in parts two columns. A line that begins in the second
    column and has no figure goes on with the row above, unless rules part the rows.
    """
    for is_gapped, group in groupby(lines, key=lambda line: len(_parts(line)) > 1):
        rows = list(group)
        if not is_gapped or len(rows) < FEWEST_ROWS:
            continue
        parts = [_parts(row) for row in rows]
        counts = list(map(len, parts))
        usual = max(set(counts), key=counts.count)
        every = [span for row in parts for span in row]
        body = sorted(span for row in parts if len(row) >= usual for span in row)
        columns, end = [min(every)[0] - 1], body[0][1]
        for left, right in body:
            if left - end > rows[0][0]["size"] / 2:
                edges = (edge for edge in chain(*every) if end <= edge <= left)
                columns.append(min(((end + left) / 2, *edges), key=partial(_crossed, every)))
            end = max(end, right)
        last = max(right for _, right in every)
        ends = [rows[0][0]["top"] - 1, rows[-1][0]["bottom"] + 1]
        rules = [
            one["top"]
            for one in page.edges
            if one["orientation"] == "h" and ends[0] + 2 < one["top"] < ends[1] - 2
        ]
        between = [
            (above[0]["bottom"] + below[0]["top"]) / 2
            for above, below in pairwise(rows)
            if below[0]["x0"] < columns[1] or any(one["text"].isdigit() for one in below)
        ]
        yield from page.find_tables(
            {
                **dict.fromkeys(("vertical_strategy", "horizontal_strategy"), "explicit"),
                "explicit_vertical_lines": [*columns, last + 1],
                "explicit_horizontal_lines": [*ends, *(rules or between)],
            }
        )


def _parts(line: list[Letter]) -> list[Span]:
    """The parts of a line that wide gaps are between; a bullet is none."""
    letters = [one for one in line if one["text"].strip()]
    if not letters:
        return []
    parts = [[letters[0]]]
    for before, after in pairwise(letters):
        is_gap = after["x0"] - before["x1"] > WIDE * before["size"]
        if is_gap and not BULLET.match(before["text"]):
            parts.append([])
        parts[-1].append(after)
    return [(part[0]["x0"], part[-1]["x1"]) for part in parts]


def _crossed(spans: list[Span], place: float) -> int:
    return sum(left < place < right for left, right in spans)


def _ends_of_rules(page: Any) -> Iterator[Letter]:
    """Yield a line where a table's upright rules begin and end: a page may cut a row in two."""
    upright = sorted(
        (one for one in page.edges if one["orientation"] == "v"), key=lambda one: one["top"]
    )
    groups: list[list[Letter]] = []
    for edge in upright:
        if groups and edge["top"] <= max(one["bottom"] for one in groups[-1]) + UNDERLINE:
            groups[-1].append(edge)
        else:
            groups.append([edge])
    for group in groups:
        left, right = min(one["x0"] for one in group), max(one["x1"] for one in group)
        for place in (min(one["top"] for one in group), max(one["bottom"] for one in group)):
            yield {
                **group[0],
                "orientation": "h",
                "x0": left,
                "x1": right,
                "width": right - left,
                "top": place,
                "bottom": place,
                "height": 0,
            }


def _with_underline(letter: Letter, lines: list[Letter]) -> Letter:
    middle = (letter["x0"] + letter["x1"]) / 2
    below = any(
        line["x0"] - 1 <= middle <= line["x1"] + 1
        and letter["bottom"] - UNDERLINE <= line["top"] <= letter["bottom"] + 1
        and line["width"] < 200
        for line in lines
    )
    return letter | {"underline": below}


def _inside(letter: Letter, box: tuple[float, float, float, float]) -> bool:
    x, y = (letter["x0"] + letter["x1"]) / 2, (letter["top"] + letter["bottom"]) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _lines(letters: list[Letter]) -> list[list[Letter]]:
    """The letters in lines from the top, each from the left."""
    lines: list[list[Letter]] = []
    for letter in sorted(letters, key=lambda one: (round(one["bottom"]), one["x0"])):
        if lines and abs(lines[-1][0]["bottom"] - letter["bottom"]) < letter["size"] / 2:
            lines[-1].append(letter)
        else:
            lines.append([letter])
    return [sorted(line, key=lambda one: one["x0"]) for line in lines]


def _runs(line: list[Letter]) -> list[Run]:
    """A line's letters as runs; a gap wider than a fifth of a letter's size is a space.

    The numbers of notes, which are set small, are left out.
    """
    styled: list[Run] = []
    largest = max((one["size"] for one in line), default=0)
    line = [one for one in line if not (one["text"].isdigit() and one["size"] < largest * 0.75)]
    for before, letter in zip([None, *line], line, strict=False):
        font = letter["fontname"].casefold()
        style = Run("", "bold" in font, letter["underline"], "italic" in font or "oblique" in font)
        gap = before is not None and letter["x0"] - before["x1"] > letter["size"] / 5
        if gap and letter["text"] != " " and styled[-1].text != " ":
            styled.append(Run(" "))
        styled.append(replace(style, text=letter["text"]))
    return [
        replace(style, text="".join(run.text for run in runs))
        for style, runs in groupby(styled, key=lambda run: replace(run, text=""))
    ]


def _joined(lines: list[list[Letter]]) -> list[Run]:
    """Lines as one text: a space between them, none where a line ends in a hyphen."""
    runs: list[Run] = []
    for line in lines:
        end = max((place for place, one in enumerate(line, 1) if one["text"].strip()), default=0)
        if runs and runs[-1].text[-1:] != "-":
            runs.append(Run(" "))
        runs += _runs(line[:end])
    return runs


def _table(table: Any, letters: list[Letter]) -> Block:
    """A table's cells with their place in the grid of all its lines."""
    boxes = [cell for cell in table.cells if cell]
    columns = _edges([box[0] for box in boxes] + [box[2] for box in boxes])
    rows = _edges([box[1] for box in boxes] + [box[3] for box in boxes])
    cells: list[list[Cell]] = [[] for _ in rows[1:]]
    for box in sorted(boxes, key=lambda one: (one[1], one[0])):
        (left, right), (top, bottom) = (
            (_nearest(columns, box[0]), _nearest(columns, box[2])),
            (_nearest(rows, box[1]), _nearest(rows, box[3])),
        )
        runs = _joined(_lines([one for one in letters if _inside(one, box)]))
        cells[top].append(Cell(tuple(runs), top, left, False, bottom - top, right - left))
    return Block("table", 0, rows=tuple(map(tuple, cells)))


def _edges(places: list[float]) -> list[float]:
    """Distinct places, those within two points of each other as one."""
    edges: list[float] = []
    for place in sorted(places):
        if not edges or place - edges[-1] > 2:
            edges.append(place)
    return edges


def _nearest(edges: list[float], place: float) -> int:
    return min(range(len(edges)), key=lambda one: abs(edges[one] - place))


def _blocks(parts: list[list[Letter] | Block]) -> Iterator[Block]:
    """Yield blocks of lines that belong together; a table cut by a page is one."""
    sizes = sorted(one["size"] for part in parts if isinstance(part, list) for one in part)
    usual = sizes[len(sizes) // 2] if sizes else 0
    lines: list[list[Letter]] = []
    table: Block | None = None
    for part, following in pairwise([*parts, None]):
        if isinstance(part, Block):
            yield from _text(lines, usual)
            lines = []
            table = _continued(table, part) if table else part
            if not isinstance(following, Block):
                yield table
                table = None
        elif part is not None:
            if lines and not _belongs(lines, part, usual):
                yield from _text(lines, usual)
                lines = []
            lines.append(part)
    yield from _text(lines, usual)


def _belongs(lines: list[list[Letter]], line: list[Letter], usual: float) -> bool:
    """Whether a line goes on with the paragraph above it; on the next page it may."""
    before, text = lines[-1], "".join(one["text"] for one in line).strip()
    gap = line[0]["top"] - before[0]["bottom"]
    alike = abs(before[0]["size"] - line[0]["size"]) < 0.6 and _bold(before) == _bold(line)
    if BULLET.match(text) or (_bold(line) and NUMBERED.match(text)):
        return False
    if gap < 0:
        return alike and text[:1].islower()
    is_last = before[-1]["x1"] < max(one[-1]["x1"] for one in [*lines, line]) - 2 * usual
    if is_last and not text[:1].islower() and before[-1]["text"] in ".)":
        return False
    return alike and gap < usual * 0.75


def _bold(line: list[Letter]) -> bool:
    return all("bold" in one["fontname"].casefold() for one in line if one["text"].strip())


def _text(lines: list[list[Letter]], usual: float) -> Iterator[Block]:
    if not lines:
        return
    runs = _joined(lines)
    text = "".join(run.text for run in runs).strip()
    number = NUMBERED.match(text)
    level = number["number"].count(".") + 2 if number else 2
    if lines[0][0]["size"] > usual * 1.1 and len(text) < 150:
        yield Block("heading", level, tuple(runs))
    elif BULLET.match(text):
        runs[0] = replace(runs[0], text=BULLET.sub("", runs[0].text))
        yield Block("item", 1, tuple(run for run in runs if run.text))
    else:
        yield Block("paragraph", 0, tuple(runs))


def _continued(table: Block, part: Block) -> Block:
    """A table with the rows of the next page; headings told again are left out, cut rows joined."""
    texts = [[cell.text for cell in row] for row in table.rows]
    rows = list(part.rows)
    for heading in texts:
        if not rows or [cell.text for cell in rows[0]] != heading:
            break
        rows.pop(0)
    whole = list(table.rows)
    if rows and whole and _is_rest(rows[0]):
        rest = {cell.column: cell.runs for cell in rows.pop(0) if cell.text.strip()}
        whole[-1] = tuple(
            replace(cell, runs=(*cell.runs, Run(" "), *rest[cell.column]))
            if cell.column in rest
            else cell
            for cell in whole[-1]
        )
    first = len(whole) - (rows[0][0].row if rows and rows[0] else 0)
    moved = [tuple(replace(cell, row=cell.row + first) for cell in row) for row in rows]
    return replace(table, rows=(*whole, *moved))


def _is_rest(row: tuple[Cell, ...]) -> bool:
    """Whether a row is the rest of one that a page cut: it begins with nothing, or amid a text."""
    texts = [cell.text.strip() for cell in row]
    is_begun = bool(texts) and texts[0] != "" and not texts[0][:1].islower()
    return bool(texts) and not is_begun and not any(re.match(r"\d", text) for text in texts)
