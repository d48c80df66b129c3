"""A draft as a page: as it reads, each figure marked, and beside it what it should say."""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import jinja2
import pandas as pd
from markupsafe import Markup, escape

from followup.show import numbers
from followup.show.palette import PAGE
from notebook_report.export import TEMPLATES
from notebook_report.markup import Heading
from notebook_report.pages import templates
from publication_audit.claims import compared
from publication_audit.context import Context
from publication_audit.draft.document import Block, Cell, Document, Run
from publication_audit.draft.in_words import fact_in_words
from publication_audit.draft.items import AGREES, DIFFERS, NOT_TRACED, VERDICTS, WHICH_FACT
from publication_audit.presentation import RESULTS
from publication_audit.printed import count_and_base

HERE = Path(__file__).parent
CLASSES = dict(zip(VERDICTS, ("agrees", "differs", "which", "untraced"), strict=True))
STYLES = ("bold", "underline", "italic")
TAGS = dict(zip(STYLES, ("strong", "u", "em"), strict=True))
# Blocks below it are deeper than a page can tell.
DEEPEST = 6


@dataclass(frozen=True)
class Basis:
    """What a figure rests on: the fact's name, what it counts in words, and numbers by label."""

    fact: str
    words: str
    numbers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Note:
    """An item with what is told beside it; `number` counts what differs from 1, 0 for the rest."""

    id: int
    number: int
    place: str
    text: str
    printed: str
    recomputed: str
    verdict: str
    explanation: str
    rule: str
    how_sure: str
    bases: tuple[Basis, ...]
    block: int
    cell: tuple[int, int]
    start: int
    end: int

    @property
    def is_claim(self) -> bool:
        """Whether it asserts that two things go together, and so has no figure to put right."""
        return any(basis.fact.startswith("verdict.") for basis in self.bases)

    @property
    def kind(self) -> str:
        return CLASSES[self.verdict]


def draft_page(document: Document, items: pd.DataFrame, context: Context) -> str:
    """The draft's page: what differs as a list, then the draft with its figures marked.

    Parameters
    ----------
    items : as `publication_audit.draft.items` describes them, in reading order.

    Returns
    -------
    HTML that needs nothing else and runs nothing of the draft's.
    """
    notes = notes_of(items, context)
    by_block: dict[int, list[Note]] = {}
    for note in notes:
        by_block.setdefault(note.block, []).append(note)
    blocks = [shown(block, by_block.get(block.index, [])) for block in document.blocks]
    by_verdict = {one: [note for note in notes if note.verdict == one] for one in VERDICTS}
    listed = {"differs": DIFFERS, "which": WHICH_FACT, "untraced": NOT_TRACED}
    script = (TEMPLATES / "page.js").read_text("utf-8") + (HERE / "page.js").read_text("utf-8")
    survey_round = context.publication.survey_round
    return (
        environment()
        .get_template("page_of_draft.html.j2")
        .render(
            title="The draft, audited",
            document=document,
            survey_round=survey_round,
            blocks=blocks,
            notes=notes,
            by_verdict=by_verdict,
            kinds=CLASSES,
            lists={kind: by_verdict[verdict] for kind, verdict in listed.items()},
            contents=contents(blocks, {kind: by_verdict[one] for kind, one in listed.items()}),
            style=(TEMPLATES / "style.css").read_text("utf-8") + (HERE / "page.css").read_text(),
            palette=PAGE,
            script=script,
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        )
    )


@cache
def environment() -> jinja2.Environment:
    """The report's templates, and the one of this folder."""
    here = jinja2.FileSystemLoader(HERE)
    loader = templates().loader
    assert loader is not None
    return templates().overlay(loader=jinja2.ChoiceLoader([here, loader]))


# What is told of each item


def notes_of(items: pd.DataFrame, context: Context) -> list[Note]:
    """The items as notes, numbered."""
    notes = []
    number = 0
    for place, row in enumerate(items.astype(object).fillna("").to_dict("records")):
        number += row["verdict"] == DIFFERS
        facts = [fact for fact in str(row["fact"]).split(" ; ") if fact]
        notes.append(
            Note(
                id=place,
                number=number if row["verdict"] == DIFFERS else 0,
                place=row["place"][:1].upper() + row["place"][1:],
                text="" if row["text"].strip() == row["printed"].strip() else row["text"],
                printed=row["printed"],
                recomputed=RESULTS.get(row["recomputed"], row["recomputed"]),
                verdict=row["verdict"],
                explanation=row["explanation"][:1].upper() + row["explanation"][1:],
                rule=row["rule"],
                how_sure=row["how_sure"],
                bases=tuple(basis_of(fact, context) for fact in facts),
                block=int(row["block"]),
                cell=(int(row["row"]), int(row["column"])),
                start=int(row["start"]),
                end=int(row["end"]),
            )
        )
    return notes


def basis_of(fact: str, context: Context) -> Basis:
    """What a fact is: what it counts, and of a share its count and its base."""
    words = fact_in_words(fact, context)
    words = words[:1].upper() + words[1:]
    if fact.startswith("verdict."):
        tested = f"{fact.replace('verdict', 'pair', 1)}.outcome_given_action"
        is_tested = fact in context.pairs and tested in context.facts
        told = compared(fact, context) if is_tested else "The pair is not tested"
        return Basis(fact, words, (("Tested", f"{told[:1].upper()}{told[1:]}."),))
    if fact in context.declared and isinstance(context.declared[fact], str):
        return Basis(fact, words, (("Declared", str(context.declared[fact])),))
    value = context.value(fact)
    known = context.facts.get(fact)
    if value is None:
        return Basis(fact, words, (("Value", numbers.UNKNOWN),))
    count, base = count_and_base(fact)
    if known is not None and known.has_base:
        counted, total = known.numerator, known.denominator
    elif base:
        counted, total = context.value(count), context.total(base)
    else:
        counted, total = None, None
    if counted is None or total is None:
        is_share = known is not None and known.unit == "share"
        label = "Counted" if known is not None and known.unit == "count" else "Value"
        text = known.share if is_share and known else f"{value:g}"
        return Basis(fact, words, ((label, text),))
    shares = (
        ("Counted", numbers.count(counted)),
        ("Of", numbers.count(total)),
        ("Share", f"{100 * value:.1f}%"),
    )
    return Basis(fact, words, shares)


# The draft as it reads


@dataclass(frozen=True)
class ShownBlock:
    """A block as HTML with the notes that stand beside it."""

    block: Block
    level: int
    html: Markup
    notes: tuple[Note, ...]

    @property
    def open(self) -> tuple[Note, ...]:
        """The notes of what does not agree."""
        return tuple(note for note in self.notes if note.verdict != AGREES)

    @property
    def agreeing(self) -> tuple[Note, ...]:
        return tuple(note for note in self.notes if note.verdict == AGREES)


def shown(block: Block, notes: Sequence[Note]) -> ShownBlock:
    """A block with its items marked; a heading's level is how deep it stands in the draft."""
    level = min(len(block.section) + 3, DEEPEST)
    html = table(block, notes) if block.kind == "table" else marked(block.runs, notes)
    return ShownBlock(block, level, html, tuple(notes))


def table(block: Block, notes: Sequence[Note]) -> Markup:
    """A table's rows, each cell with its items marked."""
    by_cell: dict[tuple[int, int], list[Note]] = {}
    for note in notes:
        by_cell.setdefault(note.cell, []).append(note)
    rows = []
    for row in block.rows:
        cells = [_cell(cell, by_cell.get((cell.row, cell.column), [])) for cell in row]
        rows.append(Markup("<tr>{}</tr>").format(Markup().join(cells)))
    return Markup("<table><tbody>{}</tbody></table>").format(Markup("\n").join(rows))


def _cell(cell: Cell, notes: Sequence[Note]) -> Markup:
    tag = Markup("th") if cell.header else Markup("td")
    spans = Markup("")
    for name, span in (("rowspan", cell.row_span), ("colspan", cell.column_span)):
        spans += Markup(' {}="{}"').format(name, span) if span > 1 else ""
    scope = Markup(' scope="col"') if cell.header else ""
    return Markup("<{0}{1}{2}>{3}</{0}>").format(tag, scope, spans, marked(cell.runs, notes))


def marked(runs: Sequence[Run], notes: Sequence[Note]) -> Markup:
    """Text with its bold, underline and italics; each item is marked, one within another too.

    An item that begins within another and ends after it begins where that one ends.
    """
    html = Markup("")
    open_items: list[tuple[int, Note]] = []
    waiting = sorted(notes, key=lambda note: (note.start, -note.end))
    for start, run in pieces(runs, {edge for one in notes for edge in (one.start, one.end)}):
        while open_items and open_items[-1][0] <= start:
            html += _end(open_items.pop()[1])
        while waiting and waiting[0].start <= start:
            note = waiting.pop(0)
            limit = min([note.end, *(stop for stop, _ in open_items)])
            html += Markup('<span class="item {}" id="item-{}">').format(note.kind, note.id)
            open_items.append((limit, note))
        html += _styled(run)
    for _, note in reversed(open_items):
        html += _end(note)
    for note in waiting:  # beyond the text: shown at its end, never lost
        html += Markup('<span class="item {}" id="item-{}">').format(note.kind, note.id)
        html += _end(note)
    return html


def pieces(runs: Sequence[Run], edges: set[int]) -> Iterator[tuple[int, Run]]:
    """Yield the runs cut at edges, each with its start in the whole text."""
    place = 0
    for run in runs:
        stop = place + len(run.text)
        cuts = [place, *sorted(edge for edge in edges if place < edge < stop), stop]
        for start, end in pairwise(cuts):
            if start < end:
                yield start, replace(run, text=run.text[start - place : end - place])
        place = stop


def _styled(run: Run) -> Markup:
    html = escape(run.text)
    for style in STYLES:
        if getattr(run, style):
            html = Markup("<{0}>{1}</{0}>").format(Markup(TAGS[style]), html)
    return html


def _end(note: Note) -> Markup:
    """The end of an item: its verdict in words, which lead to what is told of it."""
    words = Markup("{}").format(note.verdict)
    if note.verdict == AGREES:
        words = Markup('<span aria-hidden="true">✓</span><span class="visually-hidden">{}</span>')
        words = words.format(note.verdict)
    link = Markup('<a class="tag" href="#note-{}">{}</a></span>')
    return link.format(note.id, words)


def contents(
    blocks: Sequence[ShownBlock], lists: dict[str, list[Note]]
) -> list[tuple[Heading, list[Heading]]]:
    """The page's contents: the lists, and the draft with its highest headings."""
    titles = {"differs": "What differs", "which": "Which fact?", "untraced": "Not traced"}
    listed = [
        (Heading(2, f"list-{kind}", f"{titles[kind]} ({len(notes)})"), list[Heading]())
        for kind, notes in lists.items()
        if notes
    ]
    headings = [
        Heading(3, f"block-{one.block.index}", " ".join(one.block.text.split()))
        for one in blocks
        if one.block.kind == "heading" and one.level == 3
    ]
    return [*listed, (Heading(2, "draft", "The draft"), headings)]
