"""The text, tables and notes of a Word document, as it reads with all changes accepted."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import docx
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph
from docx.text.run import Run as WordRun

from publication_audit.draft.document import Block, Cell, DraftError, Kind, Run

COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
# What is not printed: deleted text, and what stands in for a text box in old programs.
UNPRINTED = {qn("w:del"), qn("w:moveFrom"), COMPATIBILITY}
OLD_FORM = b"\xd0\xcf\x11\xe0"


class WordNote(NamedTuple):
    """A paragraph of a footnote or endnote, the run that refers to it, and the block of that."""

    paragraph: Paragraph
    reference: WordRun
    block: int


def open_word(path: Path) -> WordDocument:
    """Open a .docx.

    Raises
    ------
    DraftError
        It is none, or has a password.
    """
    try:
        return docx.Document(str(path))
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError, SyntaxError):
        with path.open("rb") as file:
            is_locked = file.read(4) == OLD_FORM
        reason = (
            "has a password or an old form: save it as .docx without a password"
            if is_locked
            else "is no Word file, whatever its name says: save it as .docx"
        )
        raise DraftError(f"{path.name} {reason}.") from None


def word_blocks(path: Path) -> list[Block]:
    """The paragraphs and tables of a Word document, then its notes; `index` counts them all."""
    document = open_word(path)
    content = word_content(document)
    blocks = [
        _table(one, index) if isinstance(one, Table) else _paragraph(one, index)
        for index, one in enumerate(content)
    ]
    notes = enumerate(word_notes(document), start=len(content))
    return blocks + [
        Block("note", one.block, _runs(one.paragraph), index=index) for index, one in notes
    ]


def word_content(document: WordDocument) -> list[Paragraph | Table]:
    """The paragraphs and tables of the body, those in a content control too."""
    body: Any = document.element.body
    elements = body.xpath("./w:p | ./w:tbl | ./w:sdt/w:sdtContent/w:p | ./w:sdt/w:sdtContent/w:tbl")
    parent: Any = document._body
    return [
        Table(one, parent) if one.tag == qn("w:tbl") else Paragraph(one, parent) for one in elements
    ]


def word_notes(document: WordDocument) -> list[WordNote]:
    """The footnotes and endnotes in the order of the text that refers to them."""
    parent: Any = document._body
    texts = {
        (kind, note.get(qn("w:id"))): [Paragraph(one, parent) for one in note.iter(qn("w:p"))]
        for kind, of_part in (("foot", "FOOTNOTES"), ("end", "ENDNOTES"))
        for relation in document.part.rels.values()
        if relation.reltype == getattr(RELATIONSHIP_TYPE, of_part)
        for note in parse_xml(relation.target_part.blob)
    }
    return [
        WordNote(paragraph, WordRun(reference.getparent(), parent), block)
        for block, one in enumerate(word_content(document))
        for kind in ("foot", "end")
        for reference in one._element.iter(qn(f"w:{kind}noteReference"))
        for paragraph in texts.get((kind, reference.get(qn("w:id"))), [])
    ]


def printed_runs(paragraph: Paragraph) -> Iterator[WordRun]:
    """Yield the runs of a paragraph that are printed, without the numbers of notes."""
    for element in paragraph._p.iter(qn("w:r")):
        run = WordRun(element, paragraph)
        is_unprinted = any(parent.tag in UNPRINTED for parent in element.iterancestors())
        if run.text and not (is_unprinted or run.font.superscript or run.font.hidden):
            yield run


def _runs(paragraph: Paragraph) -> tuple[Run, ...]:
    return tuple(
        Run(run.text, bool(run.bold), bool(run.underline), bool(run.italic))
        for run in printed_runs(paragraph)
    )


def _paragraph(paragraph: Paragraph, index: int) -> Block:
    style = (paragraph.style.name or "") if paragraph.style else ""
    heading = re.fullmatch(r"Heading (\d)", style)
    if heading or style == "Title":
        level = int(heading[1]) if heading else 1
        return Block("heading", level, _runs(paragraph), index=index)
    numbering = paragraph._p.find(f"./{qn('w:pPr')}/{qn('w:numPr')}")
    is_item = numbering is not None or style.startswith("List")
    kind: Kind = "item" if is_item else "paragraph"
    return Block(kind, int(is_item), _runs(paragraph), index=index)


def _table(table: Table, index: int) -> Block:
    places: dict[Any, list[tuple[int, int]]] = {}
    elements = {}
    for row, cells in enumerate(table.rows):
        column = cells.grid_cols_before
        for cell in cells.cells:
            places.setdefault(cell._tc, []).append((row, column))
            elements[cell._tc] = cell
            column += 1
    rows: list[list[Cell]] = [[] for _ in table.rows]
    for element, cell in elements.items():
        of_rows, of_columns = zip(*places[element], strict=True)
        runs: list[Run] = []
        for paragraph in cell.paragraphs:
            runs += [Run(" ")] if runs else []
            runs += _runs(paragraph)
        row, column = min(of_rows), min(of_columns)
        spans = (max(of_rows) - row + 1, max(of_columns) - column + 1)
        rows[row].append(Cell(tuple(runs), row, column, False, *spans))
    return Block("table", 0, rows=tuple(map(tuple, rows)), index=index)
