"""The tables that executed notebooks show, with their captions, their notes, and the cells that the page offers to download."""

import base64
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from bs4 import BeautifulSoup, Tag

LOOKS = (
    "Underlined",
    "Bold",
)  # notes about how a table looks on the page, which its cells here do not


@dataclass(frozen=True, eq=False)
class ShownTable:
    """One table: its name, title and notes, its cells as text, the columns that are shares, and the CSV that it came from."""

    name: str
    title: str
    cells: pd.DataFrame
    notes: tuple[str, ...] = ()
    shares: frozenset[int] = frozenset()
    content: bytes = b""


def shown_tables(notebook: Path) -> Iterator[ShownTable]:
    """Yield each table with a caption that an executed notebook shows."""
    read = json.loads(notebook.read_bytes())
    section = read["metadata"].get("title", notebook.stem)
    for output in (output for cell in read["cells"] for output in cell.get("outputs", [])):
        text = "".join(output.get("data", {}).get("text/html", ""))
        for table in (
            BeautifulSoup(text, "html.parser").select("table:has(caption)")
            if "<caption" in text
            else ()
        ):
            yield _shown(table, section)


def _shown(table: Tag, section: str) -> ShownTable:
    """One table of the page; where no link holds its cells they are as shown, and the section's title says what they are."""
    rows = [_texts(row) for row in table.select("tbody tr")]
    heads = _texts(table.select("thead tr")[-1]) if table.select("thead tr") else []
    title, link = _text(table.caption), table.find_next("a", download=True)
    if link is None:
        name = f"examples {section}" if "examples" in table.get("class", []) else title
        return ShownTable(name, f"{section}: {title}", pd.DataFrame(rows, columns=heads))
    content = base64.b64decode(str(link["href"]).partition(",")[2])
    cells, shares = read_cells(content), frozenset()
    if len(heads) == cells.shape[1]:
        cells = cells.set_axis(heads, axis=1)
        shares = frozenset(
            place
            for place in range(len(heads))
            if _is_share([row[place] for row in rows if row[place:]])
        )
    notes = tuple(
        note for note in map(_text, table.select(".gt_sourcenote")) if not note.startswith(LOOKS)
    )
    return ShownTable(Path(str(link["download"])).stem, title, cells, notes, shares, content)


def _is_share(shown: list[str]) -> bool:
    known = [text for text in shown if text not in ("", "–")]
    return bool(known) and all(re.fullmatch(r"\d+%", text) for text in known)


def _text(tag: Tag) -> str:
    return " ".join(tag.get_text(" ", strip=True).split())


def _texts(row: Tag) -> list[str]:
    return [_text(cell) for cell in row.find_all(["th", "td"])]


def read_cells(content: bytes) -> pd.DataFrame:
    """A CSV's cells as text; an empty cell is an empty string."""
    return pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False, na_filter=False)
