"""A draft's file as a document: .docx, .md, .pdf (with text, not scanned) and .html."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import mistune
from bs4 import BeautifulSoup, NavigableString, Tag

from followup.files import decoded
from publication_audit.draft.document import Block, Cell, Document, DraftError, Form, Kind, Run
from publication_audit.draft.word import word_blocks

BLOCKS = {
    *("p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "table", "caption", "div", "dl"),
    *("section", "figure", "figcaption", "article", "main", "header", "dt", "dd", "blockquote"),
    *("details", "summary", "pre", "aside", "body", "html", "nav", "footer", "hr"),
}
UNSEEN = (
    "script, style, svg, nav, footer, template, button, select, .download, .visually-hidden, "
    "input, label, pre, [hidden]"
)
NUMBERED = re.compile(r"\s*(\d+(?:\.\d+)*)[.)]?\s+[^\W\d]")
LONGEST_HEADING = 150
LARGEST = 100  # megabytes
CLOSING = re.compile(r"\(?[^()]{1,30}\)+")
SENTENCE_END = re.compile(r"[.!?:;)”\"’]\s*$")
# A row of a table that was pasted as text: cells between tabs. The last of a list of contents is a
# page.
TABBED = re.compile(r"\S[^\n]*\t[^\n]*|\t+[^\n]*\S[^\n]*")
PAGES = re.compile(r"[^\t]*\t+(\d+(-\d+)?)?\s*")
ROW_START = re.compile(r"\s*(\(?[\divx]{1,4}[.)]+\s*\t|(sub-?)?totals?\b)", re.IGNORECASE)


def read(path: Path) -> Document:
    """Read a draft.

    Raises
    ------
    DraftError
        There is no such file, it is of no kind that can be read, or nothing can be read in it.
    """
    readers: dict[str, tuple[Form, Callable[[Path], list[Block]]]] = {
        ".docx": ("docx", word_blocks),
        ".md": ("md", markdown_blocks),
        ".pdf": ("pdf", _pdf_blocks),
        ".html": ("html", html_blocks),
    }
    if not path.is_file():
        raise DraftError(f"There is no file {path}.")
    if path.suffix.lower() not in readers:
        names = ", ".join(readers)
        raise DraftError(f"{path.name} is none of the files that can be read: {names}.")
    megabytes = path.stat().st_size / 1e6
    if megabytes > LARGEST:
        raise DraftError(
            f"{path.name} has {megabytes:.0f} MB, and at most {LARGEST} can be read:"
            " save it with smaller pictures, or without."
        )
    form, reader = readers[path.suffix.lower()]
    try:
        blocks = [block for block in reader(path) if block.text.strip() or block.kind == "table"]
    except OSError as error:
        raise DraftError(f"{path.name} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise DraftError(f"{path.name} is no text: save it as UTF-8.") from None
    except RecursionError:
        raise DraftError(f"{path.name} is nested too deep to be read.") from None
    if not blocks:
        raise DraftError(f"{path.name} holds no text.")
    return Document(tuple(in_sections(blocks)), path, form)


def in_sections(blocks: list[Block]) -> Iterator[Block]:
    """Yield the blocks with the headings that each stands under; a note has those of its text."""
    above: list[tuple[int, str]] = []
    sections: dict[int, tuple[str, ...]] = {}
    for block in map(_as_heading, blocks):
        if block.kind == "note":
            yield replace(block, section=sections.get(block.level, ()))
            continue
        if block.kind == "heading":
            above = [one for one in above if one[0] < block.level]
        sections[block.index] = tuple(text for _, text in above)
        yield replace(block, section=sections[block.index])
        if block.kind == "heading":
            above.append((block.level, " ".join(block.text.split())))


def _as_heading(block: Block) -> Block:
    """A paragraph that is all bold and begins with a section's number is a heading."""
    number = NUMBERED.match(block.text)
    bold = all(run.bold for run in block.runs if run.text.strip())
    if block.kind != "paragraph" or not number or not bold or len(block.text) > LONGEST_HEADING:
        return block
    return replace(block, kind="heading", level=number[1].count(".") + 2)


# Markdown and HTML


def markdown_blocks(path: Path) -> list[Block]:
    """The blocks of a Markdown file; rows of cells between tabs are a table too."""
    text = decoded(path.read_bytes()).replace("\r\n", "\n")
    to_html = mistune.create_markdown(escape=False, plugins=["table", "strikethrough"])
    return joined(_html_blocks(str(to_html(_with_tables(text)))))


def html_blocks(path: Path) -> list[Block]:
    return _html_blocks(decoded(path.read_bytes()))


def _with_tables(text: str) -> str:
    """A Markdown text with its tabbed rows as HTML tables.

    A table goes on after a page break: after blank lines and a note, if no other text stands
    between and its number of columns does not grow.
    """
    parts: list[str] = []
    lines = text.split("\n")
    place = 0
    while place < len(lines):
        if not TABBED.fullmatch(lines[place]) or re.match(r"\s*([-*+]|\d+\.)\s", lines[place]):
            parts.append(lines[place])
            place += 1
            continue
        rows, notes, end = [lines[place]], [], place + 1
        for ahead in range(place + 1, len(lines)):
            if TABBED.fullmatch(lines[ahead]):
                rows.append(lines[ahead])
                end = ahead + 1
            elif re.match(r"\s*<sup>", lines[ahead]):
                notes.append(lines[ahead])
            elif lines[ahead].strip():
                break
        place = end
        if all(PAGES.fullmatch(row) for row in rows):
            parts += ["", *(f"{row.strip()}\n" for row in rows)]
        else:
            parts += ["", _tabbed_table(rows), "", *notes]
    return "\n".join(parts)


def _tabbed_table(lines: list[str]) -> str:
    """Rows of cells between tabs as an HTML table; what is wrapped is joined to the row above."""
    width = max(line.rstrip().count("\t") for line in lines) + 1
    rows: list[list[str]] = []
    body = False
    for line in lines:
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) < width and cells[0] and not ROW_START.match(line):
            cells[1:1] = [""] * (width - len(cells))  # its heading spans the first columns
        cells = (cells + [""] * width)[:width]
        if "--" in line and all(re.fullmatch(r"[-=:]*", cell) for cell in cells):
            continue
        starts = ROW_START.match(line) is not None
        is_head = not body and not starts and not any(map(_is_count, cells))
        if rows and not starts and (is_head or (body and not cells[0])):
            rows[-1] = [f"{old} {new}".strip() for old, new in zip(rows[-1], cells, strict=True)]
        else:
            rows.append(cells)
        body = body or starts
    tags = ["th", *["td"] * len(rows)]
    marked = (
        "".join(f"<{tag}>{cell}</{tag}>" for cell in row)
        for tag, row in zip(tags, rows, strict=False)
    )
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in marked) + "</table>"


def _is_count(cell: str) -> bool:
    return re.fullmatch(r"\d+( ?\(\d+%\))?", cell) is not None


def _html_blocks(text: str) -> list[Block]:
    soup = BeautifulSoup(text, "html.parser")
    for unseen in soup.select(UNSEEN):
        unseen.decompose()
    blocks = list(_walk(soup.body or soup, 0))
    return [replace(block, index=index) for index, block in enumerate(blocks)]


def _walk(node: Tag, depth: int) -> Iterator[Block]:
    """Yield the blocks below an element; text beside blocks is a paragraph of its own."""
    loose: list[Run] = []
    for child in node.children:
        is_block = isinstance(child, Tag) and (
            child.name in BLOCKS or child.find(list(BLOCKS)) is not None
        )
        if not is_block:
            loose += _inline(child, Run(""))
            continue
        assert isinstance(child, Tag)
        yield from _paragraph(loose, node, depth)
        loose = []
        if child.name == "table":
            if child.caption:
                yield from _walk(child.caption, depth)
            yield _html_table(child)
        else:
            yield from _walk(child, depth + (child.name in ("ul", "ol")))
    yield from _paragraph(loose, node, depth)


def _paragraph(runs: list[Run], node: Tag, depth: int) -> Iterator[Block]:
    if not "".join(run.text for run in runs).strip():
        return
    heading = re.fullmatch(r"h([1-6])", node.name or "")
    is_item = node.name == "li" or (node.name == "p" and node.find_parent("li") is not None)
    kind: Kind = "heading" if heading else "item" if is_item else "paragraph"
    level = int(heading[1]) if heading else max(depth, 1) if kind == "item" else 0
    yield Block(kind, level, _trimmed(runs))


def _inline(node: Any, style: Run) -> Iterator[Run]:
    if isinstance(node, NavigableString):
        if type(node) is NavigableString:
            yield replace(style, text=re.sub(r"\s+", " ", node))
        return
    if node.name == "br":
        yield replace(style, text=" ")
        return
    if node.name == "sup" and node.get_text().strip().isdigit():
        return
    style = replace(
        style,
        bold=style.bold or node.name in ("b", "strong", "th"),
        underline=style.underline or node.name in ("u", "ins"),
        italic=style.italic or node.name in ("i", "em"),
    )
    for child in node.children:
        yield from _inline(child, style)


def _trimmed(runs: list[Run]) -> tuple[Run, ...]:
    """Runs with single spaces, none at either end, and none that are empty."""
    kept: list[Run] = []
    for run in runs:
        before = kept[-1].text[-1:] if kept else " "
        text = run.text.lstrip() if before == " " else run.text
        if text:
            kept.append(replace(run, text=text))
    while kept and not kept[-1].text.strip():
        kept.pop()
    if kept:
        kept[-1] = replace(kept[-1], text=kept[-1].text.rstrip())
    return tuple(kept)


def _html_table(table: Tag) -> Block:
    rows: list[tuple[Cell, ...]] = []
    taken: set[tuple[int, int]] = set()
    for row, element in enumerate(table.find_all("tr")):
        cells, column = [], 0
        is_head = element.find_parent("thead") is not None or element.find("td") is None
        for cell in element.find_all(["td", "th"], recursive=False):
            while (row, column) in taken:
                column += 1
            down, across = (_span(cell.get(key)) for key in ("rowspan", "colspan"))
            taken |= {(row + y, column + x) for y in range(down) for x in range(across)}
            runs = [run for child in cell.children for run in _inline(child, Run(""))]
            cells.append(Cell(_trimmed(runs), row, column, is_head, down, across))
            column += across
        rows.append(tuple(cells))
    return Block("table", 0, rows=tuple(rows))


def _span(value: object) -> int:
    return min(int(str(value)), 1000) if str(value).isdecimal() and value != "0" else 1


def joined(blocks: list[Block]) -> list[Block]:
    """Blocks with the paragraphs that a page break cut in two joined again."""
    whole: list[Block] = []
    for block in blocks:
        before = whole[-1] if whole else None
        text = block.text.strip()
        if (
            before is not None
            and block.kind == "paragraph"
            and before.kind in ("paragraph", "item")
            and (not SENTENCE_END.search(before.text) or CLOSING.fullmatch(text))
            and (
                CLOSING.fullmatch(text) is not None
                or text[:1].islower()
                or before.text.count("(") > before.text.count(")")
            )
        ):
            whole[-1] = replace(before, runs=_trimmed([*before.runs, Run(" "), *block.runs]))
        else:
            whole.append(block)
    return whole


def _pdf_blocks(path: Path) -> list[Block]:
    from publication_audit.draft.pdf import pdf_blocks

    return pdf_blocks(path)
