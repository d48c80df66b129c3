"""Where the results of a notebook that a person runs are kept: apart from what the report is made
of.

A step of the chain reads and writes the chain's own files. Whoever runs a notebook by hand reads
those too, but what is saved goes to output/scratch/NOTEBOOK/YEAR. Other notebooks read it only
where they ask for it: `survey_round.use_scratch()`.
"""

import os
import re
from datetime import datetime
from pathlib import Path

from followup import rounds

STEP = "NOTEBOOK_REPORT_STEP"  # set where the chain runs a notebook
UNKNOWN = "by_hand"
_saved: dict[Path, Path] = {}  # by the chain's file, what was saved instead by this kernel


def is_step() -> bool:
    """Whether the chain runs this notebook."""
    return STEP in os.environ


def notebook_name() -> str:
    """The name of the notebook that is run, as JupyterLab tells it; `by_hand` where nobody does."""
    name = Path(os.environ.get("JPY_SESSION_NAME", "")).name.removesuffix(".ipynb")
    return re.sub(r"[^\w.-]+", "_", name) or UNKNOWN


def place_for(path: Path, year: int, name: str) -> Path:
    """Where a result goes that the chain keeps at a path."""
    if is_step():
        return path
    _saved[path] = rounds.ROOT / "output" / "scratch" / notebook_name() / str(year) / name
    return _saved[path]


def place_of(path: Path, year: int, name: str, scratch_first: bool) -> Path:
    """Where a result is read that the chain keeps at a path.

    Parameters
    ----------
    asked : whether what notebooks saved by hand goes before it, the latest first.
    """
    if is_step():
        return path
    if path in _saved and _saved[path].is_file():
        return _saved[path]
    latest = sorted(by_hand(year, name), key=lambda file: file.stat().st_mtime)
    return latest[-1] if scratch_first and latest else path


def by_hand(year: int, name: str = "**/*") -> list[Path]:
    """The files that notebooks run by hand have saved."""
    folder = rounds.ROOT / "output" / "scratch"
    return sorted(path for path in folder.glob(f"*/{year}/{name}") if path.is_file())


def told(year: int) -> str:
    """Say, in Markdown, what a notebook reads that asks for scratch work."""
    lines = [
        f"- {path.parts[path.parts.index('scratch') + 1]}: "
        f"{path.name}, {datetime.fromtimestamp(path.stat().st_mtime):%d %B %H:%M}"
        for path in by_hand(year)
    ]
    heading = "**This notebook reads what was saved by hand, not what the report is made of:**"
    return "\n".join([heading if lines else "Nothing was saved by hand yet.", "", *lines])
