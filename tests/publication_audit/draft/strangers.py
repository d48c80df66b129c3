"""Drafts about 2021 as other offices would write them, with errors planted: {{wrong|right}}.

`python tests/publication_audit/draft/strangers.py [docx|pdf|md]` prints what is found of them.
"""

import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pypandoc

sys.path.append(str(Path(__file__).parents[2]))
from printed_page import printed_page

from followup.rounds import Round, open_round
from publication_audit.draft.audit import audit
from publication_audit.draft.document import Document
from publication_audit.draft.items import AGREES, DIFFERS
from publication_audit.draft.reading import read

DRAFTS = sorted((Path(__file__).parent / "strangers").glob("*.md"))
PLANTED = re.compile(r"\{\{(.*?)\|([^{}]*?)\}\}")
OPENED, CLOSED = "⟦", "⟧"
FIGURE = re.compile(
    r"\d[\d.,]*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty"
    r"|third|thirds|half|quarter|fifths?)\b",
    re.IGNORECASE,
)
STYLE = (
    "@page { margin: 20mm } table, td, th { border: 1px solid black; border-collapse: collapse }"
)


@dataclass(frozen=True)
class Error:
    """Where a wrong figure stands, and what is right; empty where no other word is."""

    block: int
    row: int
    column: int
    start: int
    end: int
    printed: str
    right: str


def written(text: str, form: str, path: Path) -> Path:
    """A draft in pandoc's Markdown as a file of another form."""
    if form == "pdf":
        page = path.with_suffix(".html")
        pypandoc.convert_text(text, "html", "markdown", outputfile=str(page))
        html = f'<meta charset="utf-8"><style>{STYLE}</style>{page.read_text("utf-8")}'
        page.write_text(html, "utf-8")
        path.write_bytes(printed_page(page))
    else:
        pypandoc.convert_text(text, form, "markdown", outputfile=str(path))
    return path


def drafted(source: Path, form: str, folder: Path) -> tuple[Document, list[Error]]:
    """A draft as it is handed in, and the errors in it."""
    text = source.read_text("utf-8")
    rights = [match[2] for match in PLANTED.finditer(text)]
    marked = PLANTED.sub(rf"{OPENED}\1{CLOSED}", text)
    plain = written(PLANTED.sub(r"\1", text), form, folder / f"{source.stem}.{form}")
    marks = read(written(marked, form, folder / f"{source.stem}_marked.{form}"))
    errors = []
    for block in marks.blocks:
        cells = [(cell, cell.row, cell.column) for row in block.rows for cell in row]
        for part, row, column in cells or [(block, -1, -1)]:
            for number, mark in enumerate(re.finditer(f"{OPENED}(.*?){CLOSED}", part.text)):
                start = mark.start() - 2 * number
                place = (block.index, row, column, start, start + len(mark[1]))
                errors.append(Error(*place, mark[1], ""))
    order = [match[1].strip("*") for match in PLANTED.finditer(text)]
    by_printed = {one: rights[place] for place, one in enumerate(order)}
    return read(plain), [
        Error(*_place(one), one.printed, by_printed[one.printed]) for one in errors
    ]


def _place(error: Error) -> tuple[int, int, int, int, int]:
    return error.block, error.row, error.column, error.start, error.end


def results(items: pd.DataFrame, errors: list[Error]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The errors with what was said of each, and what is called different though it is right."""
    right = pd.Series(True, items.index)
    rows = []
    for one in errors:
        here = (
            (items["block"] == one.block)
            & (items["row"] == one.row)
            & (items["column"] == one.column)
            & (items["start"] < one.end)
            & (items["end"] > one.start)
        )
        right &= ~here
        said = items[here]
        verdict = DIFFERS if (said["verdict"] == DIFFERS).any() else " ".join(said["verdict"])
        rows.append(
            (one.printed, one.right, verdict or "not found", " / ".join(said["recomputed"]))
        )
    table = pd.DataFrame(rows, columns=["printed", "right", "verdict", "told"])
    return table, items[right & (items["verdict"] == DIFFERS)]


def unseen(document: Document, items: pd.DataFrame) -> list[str]:
    """Figures of the text, with what stands around each, of which there is no item."""
    texts = []
    for block in document.blocks:
        if block.kind == "table":
            continue
        spans = items.loc[items["block"] == block.index, ["start", "end"]].to_numpy()
        for figure in FIGURE.finditer(block.text):
            if not any(start < figure.end() and figure.start() < end for start, end in spans):
                texts.append(block.text[max(0, figure.start() - 30) : figure.end() + 30])
    return texts


def main(form: str) -> None:
    """Print what is found of each draft."""
    survey_round: Round = open_round(2021)
    with tempfile.TemporaryDirectory() as folder:
        for source in DRAFTS:
            document, errors = drafted(source, form, Path(folder))
            items = audit(document, survey_round)
            table, false = results(items, errors)
            traced = items["verdict"].isin([AGREES, DIFFERS]).mean()
            print(f"\n## {source.stem}: {len(items)} items, {traced:.0%} traced")
            print(
                (table["verdict"] == DIFFERS).sum(), "of", len(table), "told;", len(false), "false"
            )
            print(table[table["verdict"] != DIFFERS].to_string())
            print(table[(table["verdict"] == DIFFERS)].to_string())
            columns = ["printed", "fact", "recomputed", "explanation"]
            print("false:", false[columns].to_string() if len(false) else "none")
            others = items[~items["verdict"].isin([AGREES, DIFFERS])]
            for one in others.itertuples():
                print(f"  {one.verdict}: {one.printed!r} ({one.fact}) in {one.text!r}")
            print("unseen:", *unseen(document, items), sep="\n  ")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "docx")
