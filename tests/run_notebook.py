"""A notebook's cells run as they are, in one namespace, for a test to look at what they make and
show."""

import ast
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from followup import rounds
from followup.scratch import STEP
from followup.show.prose import fill
from followup.show.prose_table import prose_table

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


@contextmanager
def files_beside(root: Path) -> Iterator[None]:
    """The round's data stay where they are; what notebooks write goes below `root`."""
    for folder in ("data", "docs"):
        (root / folder).symlink_to(rounds.ROOT / folder)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(rounds, "ROOT", root)
        patched.setattr(rounds.Round, "processed", property(lambda _: root / "processed"))
        yield


def run_notebook(
    name: str, typed: str = "", by_hand: bool = False, **parameters: object
) -> tuple[dict[str, Any], str]:
    """Run a notebook with other parameters.

    Parameters
    ----------
    typed : code that an analyst typed after the cell that reads the replies.
    by_hand : whether a person runs it, and not the chain.

    Returns
    -------
    Its variables at the end, and all that a reader reads: Markdown, filled prose, and the HTML of
    what cells show last; cells tagged `remove-output` show nothing.

    Raises
    ------
    Whatever a cell raises.
    """
    with pytest.MonkeyPatch.context() as environment:
        if not by_hand:
            environment.setenv(STEP, name)
        return _run(name, typed, parameters)


def _run(name: str, typed: str, parameters: dict[str, object]) -> tuple[dict[str, Any], str]:
    notebook = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))
    names: dict[str, Any] = {}
    texts = []
    for cell in notebook["cells"]:
        source, tags = "".join(cell["source"]), cell["metadata"].get("tags", [])
        if cell["cell_type"] == "markdown":
            texts.append(source)
        elif source.startswith("%%prose_table"):
            first, _, body = source.partition("\n")
            _, name, caption = first.split(" ", 2)
            texts.append(text_of(prose_table(name, caption, body, **names)))
        elif source.startswith("%%prose"):
            texts.append(fill(source.partition("\n")[2], names))
        else:
            value = run_cell(source, names)
            if typed and "replies" in names:
                run_cell(typed, names)
                typed = ""
            texts.append("" if "remove-output" in tags else text_of(value))
        names |= parameters if "parameters" in tags else {}
    return names, "\n".join(texts)


def run_cell(source: str, names: dict[str, Any]) -> object:
    """Run a cell and give the value of its last line, if it is an expression."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names) if last else None


def text_of(value: object) -> str:
    """What a cell shows: a table's HTML, or Markdown."""
    return str(getattr(value, "data", "") or "")


def words(text: str) -> str:
    """Give the words of what is shown on one line, with the alternative texts of figures."""
    parsed = BeautifulSoup(text, "html.parser")
    for image in parsed.find_all("img"):
        image.replace_with(f"[{image['alt']}]")
    return " ".join(parsed.get_text(" ").split())
