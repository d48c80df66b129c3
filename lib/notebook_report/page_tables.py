"""Tables read from HTML, until every notebook records its own (see `workbook.TABLE`): then this
module goes."""

import base64
import io
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
class HtmlTable:
    """One table: its name, title and notes, its cells as text, the columns that are shares, and the
    CSV that it came from."""

    name: str
    title: str
    cells: pd.DataFrame
    notes: tuple[str, ...] = ()
    shares: frozenset[int] = frozenset()
    content: str = ""


def tables_of_html(text: str, section: str) -> Iterator[HtmlTable]:
    """Yield each table with a caption that an output shows."""
    if "<caption" in text:
        for table in BeautifulSoup(text, "html.parser").select("table:has(caption)"):
            yield _read(table, section)


def _read(table: Tag, section: str) -> HtmlTable:
    """One table; where no link holds its cells they are as shown, and the section's title says what
    they are."""
    rows = [_texts(row) for row in table.select("tbody tr")]
    heads = _texts(table.select("thead tr")[-1]) if table.select("thead tr") else []
    title, link = _text(table.caption), table.find_next("a", download=True)  # type: ignore[arg-type]
    if link is None:
        name = f"examples {section}" if "examples" in str(table.get("class", "")) else title
        cells = pd.DataFrame(rows, columns=heads or None)
        return HtmlTable(name, f"{section}: {title}", cells.fillna(""))
    content = base64.b64decode(str(link["href"]).partition(",")[2]).decode()
    cells = pd.read_csv(io.StringIO(content), dtype=str, keep_default_na=False, na_filter=False)
    shares: frozenset[int] = frozenset()
    if len(heads) == cells.shape[1]:
        cells = cells.set_axis(heads, axis=1)
        places = range(len(heads))
        shares = frozenset(p for p in places if _is_share([row[p] for row in rows if row[p:]]))
    notes = tuple(
        note for note in map(_text, table.select(".gt_sourcenote")) if not note.startswith(LOOKS)
    )
    return HtmlTable(Path(str(link["download"])).stem, title, cells, notes, shares, content)


def _is_share(shown: list[str]) -> bool:
    known = [text for text in shown if text not in ("", "–")]
    return bool(known) and all(re.fullmatch(r"\d+%", text) for text in known)


def _text(tag: Tag) -> str:
    return " ".join(tag.get_text(" ", strip=True).split())


def _texts(row: Tag) -> list[str]:
    return [_text(cell) for cell in row.find_all(["th", "td"])]
