"""A Word draft with a comment at each figure that differs, or whose fact is not plain."""

import io
from collections.abc import Hashable, Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pandas as pd
from docx.oxml.ns import qn
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run as WordRun

from publication_audit.context import Context
from publication_audit.draft.in_words import fact_in_words
from publication_audit.draft.items import DIFFERS, WHICH_FACT
from publication_audit.draft.word import open_word, printed_runs, word_content, word_notes
from publication_audit.presentation import RESULTS

AUTHOR, INITIALS = "Audit of the draft", "A"
# What python-docx counts as a run's text.
TEXT = {qn(f"w:{name}") for name in ("t", "tab", "br", "cr", "noBreakHyphen", "ptab")}


def commented(path: Path, items: pd.DataFrame, context: Context) -> bytes:
    """A .docx with a comment at each item that differs, or that may state one of several facts.

    Parameters
    ----------
    path : the draft that the items were found in.
    items : as `publication_audit.draft.items` describes them.

    Returns
    -------
    The file's bytes. A comment stands at what is printed; what a note prints has its comment at the
    number of the note, as Word allows none in notes.
    """
    document = open_word(path)
    content, notes = word_content(document), word_notes(document)
    told = items[items["verdict"].isin([DIFFERS, WHICH_FACT])].astype(object).fillna("")
    for item in told.to_dict("records"):
        place = int(item["block"])
        if place >= len(content):
            runs = [notes[place - len(content)].reference]
        else:
            block = content[place]
            paragraphs = [block] if isinstance(block, Paragraph) else _cell(block, item).paragraphs
            runs = list(runs_at(paragraphs, int(item["start"]), int(item["end"])))
        document.add_comment([runs[0], runs[-1]], comment(item, context), AUTHOR, INITIALS)
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


def comment(item: Mapping[Hashable, Any], context: Context) -> str:
    """What a comment says: what is printed, what it should be, and why; or what it may state."""
    printed, right, why = item["printed"], item["recomputed"], item["explanation"]
    if item["verdict"] == WHICH_FACT:
        facts = dict.fromkeys(fact_in_words(one, context) for one in item["fact"].split(" ; "))
        meanings = "; or ".join(filter(None, facts))
        return f"“{printed}”: which fact is this? It may be: {meanings or item['fact']}."
    change = f"“{printed}” should be “{right}”." if right else f"“{printed}” differs."
    if right in RESULTS:
        change = f"“{printed}”: {RESULTS[right]}."
    why = why[:1].upper() + why[1:]
    return f"{change} {why}{'' if why.endswith(('.', '?', '!', '”')) or not why else '.'}".strip()


def _cell(table: Table, item: Mapping[Hashable, Any]) -> _Cell:
    """The cell that an item's row and column name."""
    row, column = int(item["row"]), int(item["column"])
    cells = table.rows[row]
    return cells.cells[column - cells.grid_cols_before]


def runs_at(paragraphs: list[Paragraph], start: int, end: int) -> Iterator[WordRun]:
    """Yield the runs that hold the text from start to end and no more, or else the last run.

    A run that holds more is cut in two. The paragraphs of a cell have a space between them.
    """
    place, last = 0, None
    holds = False
    for paragraph in paragraphs:
        for run in list(printed_runs(paragraph)):
            length = len(run.text)
            first, stop = max(start - place, 0), min(end - place, length)
            if first < stop:
                holds = True
                yield part_of(run, first, stop)
            place, last = place + length, run
        place += 1
    if not holds:
        yield last if last is not None else paragraphs[0].add_run()


def part_of(run: WordRun, start: int, end: int) -> WordRun:
    """The part of a run's text from start to end as a run of its own, which looks alike."""
    element: Any = run._r
    length = len(run.text)
    for place, is_before in ((end, False), (start, True)):
        if 0 < place < length:
            other = deepcopy(element)
            (element.addprevious if is_before else element.addnext)(other)
            _cut(other, *((0, place) if is_before else (place, length)))
            _cut(element, *((place, length) if is_before else (0, place)))
            length = length if is_before else place
    return run


def _cut(element: Any, start: int, end: int) -> None:
    """Leave of a run the text from start to end; what is no text stays with its first part."""
    place = 0
    for child in list(element):
        text = str(child) if child.tag in TEXT else ""
        part = text[max(start - place, 0) : max(end - place, 0)]
        if text and not part:
            element.remove(child)
        elif part != text:
            child.text = part
            child.set(qn("xml:space"), "preserve")
        elif not text and child.tag != qn("w:rPr") and start > 0:
            element.remove(child)
        place += len(text)
