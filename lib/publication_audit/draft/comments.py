"""A Word draft with a comment at each figure that differs; its text stays as it is."""

import io
from collections.abc import Hashable, Iterator, Mapping
from pathlib import Path
from typing import Any

import docx
import pandas as pd
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run as WordRun

from publication_audit.draft.items import DIFFERS
from publication_audit.draft.reading import printed_runs
from publication_audit.presentation import RESULTS

AUTHOR, INITIALS = "Audit of the draft", "A"


def commented(path: Path, items: pd.DataFrame) -> bytes:
    """A .docx with a comment at each item that differs.

    Parameters
    ----------
    path : the draft that the items were found in.
    items : as `publication_audit.draft.items` describes them.

    Returns
    -------
    The file's bytes. A comment stands at the runs that hold what is printed.
    """
    document = docx.Document(str(path))
    body = list(document.iter_inner_content())
    for item in items[items["verdict"] == DIFFERS].astype(object).fillna("").to_dict("records"):
        block = body[int(item["block"])]
        paragraphs = [block] if isinstance(block, Paragraph) else _cell(block, item).paragraphs
        runs = list(runs_at(paragraphs, int(item["start"]), int(item["end"])))
        document.add_comment([runs[0], runs[-1]], comment(item), AUTHOR, INITIALS)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def comment(item: Mapping[Hashable, Any]) -> str:
    """What a comment says: what is printed, what it should be, and why."""
    printed, right = item["printed"], item["recomputed"]
    change = f"“{printed}” should be “{right}”." if right else f"“{printed}” differs."
    if right in RESULTS:
        change = f"“{printed}”: {RESULTS[right]}."
    why = item["explanation"]
    why = why[:1].upper() + why[1:]
    return f"{change} {why}{'' if why.endswith(('.', '?', '!', '”')) or not why else '.'}".strip()


def _cell(table: Table, item: Mapping[Hashable, Any]) -> _Cell:
    """The cell that an item's row and column name."""
    row, column = int(item["row"]), int(item["column"])
    cells = table.rows[row]
    return cells.cells[column - cells.grid_cols_before]


def runs_at(paragraphs: list[Paragraph], start: int, end: int) -> Iterator[WordRun]:
    """Yield the runs of a block or cell that hold its text from start to end, or else the last.

    The paragraphs of a cell are read with a space between them.
    """
    place, last = 0, None
    holds = False
    for paragraph in paragraphs:
        for run in printed_runs(paragraph):
            stop = place + len(run.text)
            if place < end and start < stop:
                holds = True
                yield run
            place, last = stop, run
        place += 1
    if not holds:
        yield last if last is not None else paragraphs[0].add_run()
