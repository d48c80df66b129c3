"""Run a notebook's cells as they are, with other parameters, and give what they show."""

import json
from pathlib import Path

from bs4 import BeautifulSoup
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display
from IPython.utils.capture import capture_output

from followup.show.prose import register_magic

PROJECT = Path(__file__).parents[1]


def run_notebook(name: str, **parameters: object) -> list[str]:
    """Run a notebook in a shell of its own, as a kernel does.

    Returns
    -------
    What each cell shows, as HTML or Markdown; cells tagged `remove-output` show nothing.

    Raises
    ------
    Whatever a cell raises.
    """
    notebook = json.loads((PROJECT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance(user_ns={})
    register_magic()
    shown: list[str] = []
    try:
        for cell in (cell for cell in notebook["cells"] if cell["cell_type"] == "code"):
            with capture_output() as captured:
                result = shell.run_cell("".join(cell["source"]), store_history=False)
                result.raise_error()
                if result.result is not None:
                    display(result.result)
            tags = cell["metadata"].get("tags", [])
            shown += [] if "remove-output" in tags else [text(one.data) for one in captured.outputs]
            if "parameters" in tags:
                shell.user_ns |= parameters
    finally:
        InteractiveShell.clear_instance()
    return [one for one in shown if one]


def text(bundle: dict) -> str:
    return str(bundle.get("text/html") or bundle.get("text/markdown") or "")


def words(shown: list[str]) -> str:
    """Give what a reader reads of what is shown, with the alternative texts of figures."""
    parsed = BeautifulSoup("\n".join(shown), "html.parser")
    for image in parsed.find_all("img"):
        image.replace_with(f"[{image['alt']}]")
    return " ".join(parsed.get_text(" ").split())
