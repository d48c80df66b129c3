"""A draft as it was handed in: its headings, paragraphs and tables, with bold and underline."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["heading", "paragraph", "item", "table", "note"]
Form = Literal["docx", "md", "pdf", "html"]


class DraftError(Exception):
    """A draft that cannot be audited; the message is one sentence for its author."""


@dataclass(frozen=True)
class Run:
    """A stretch of text that is printed alike."""

    text: str
    bold: bool = False
    underline: bool = False
    italic: bool = False


@dataclass(frozen=True)
class Cell:
    """A table's cell at the first row and column that it fills, counted from 0.

    `header` tells whether it stands among the headings of the columns.
    """

    runs: tuple[Run, ...]
    row: int
    column: int
    header: bool = False
    row_span: int = 1
    column_span: int = 1

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class Block:
    """A heading, paragraph, item of a list, table, or paragraph of a note.

    Parameters
    ----------
    level : of a heading (1 is the highest) or item (1 is the outermost); of a note the index of
        the block that refers to it; 0 otherwise.
    runs : its text; none for a table.
    rows : a table's rows, each of the cells that begin in it; none for text.
    index : its place in the draft. Of a .docx it is the place among the paragraphs and tables of
        the body, and after them among the notes: where a comment can be put.
    section : the headings that it stands under, the highest first.
    """

    kind: Kind
    level: int
    runs: tuple[Run, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    index: int = 0
    section: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The text; of a table its rows by line and its cells by tab."""
        if self.kind != "table":
            return "".join(run.text for run in self.runs)
        return "\n".join("\t".join(cell.text for cell in row) for row in self.rows)


@dataclass(frozen=True)
class Document:
    """A draft in reading order; `form` is the kind of file that it came as."""

    blocks: tuple[Block, ...]
    source: Path
    form: Form
