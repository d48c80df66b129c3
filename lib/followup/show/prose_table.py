"""A small table of words, written as lines of prose: `%%prose_table NAME CAPTION`."""

import re
from typing import Any

import pandas as pd

from followup.show.prose import fill
from followup.show.tables import Shown, table


def prose_table(name: str, caption: str, text: str, **names: object) -> Shown | None:
    """Show prose as a table: a line a row, cells apart by ` | `, the first line the headings.

    Parameters
    ----------
    text : Jinja as in `%%prose`; values are escaped, and a bar in one does not part cells.

    Returns
    -------
    The table; None where no row's condition holds.

    Raises
    ------
    ValueError
        A row has another number of cells than the headings.
    """
    lines = [line.strip() for line in fill(text, names).splitlines() if line.strip()]
    rows = [[_text(cell) for cell in line.split(" | ")] for line in lines]
    heads, *body = rows
    wrong = [" | ".join(row) for row in body if len(row) != len(heads)]
    if wrong:
        raise ValueError(f"{len(heads)} cells wanted, as in the headings: {wrong[0]}")
    if not body:
        return None
    frame = pd.DataFrame(body, columns=heads).set_index(heads[0])
    return table(frame, caption, name, strong=(), stub=heads[0])


def _text(cell: str) -> str:
    """A cell as text: what `fill` escaped for Markdown is shown as it was."""
    return re.sub(r"\\(\W)", r"\1", cell)


def register_magic(shell: Any) -> None:
    """Make `%%prose_table` known to a notebook's shell."""
    from IPython.display import display

    def cell(line: str, body: str) -> None:
        name, _, caption = line.strip().partition(" ")
        table = prose_table(name, caption, body, **shell.user_ns)
        if table is not None:
            display(table)

    shell.register_magic_function(cell, "cell", "prose_table")
