"""What the overview notebook shows: the steps of the chain with links to their notebooks, and the
rounds."""

from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Protocol

import pandas as pd
from pandas.io.formats.style import Styler

from followup import rounds
from followup.problems import InputError


class Step(Protocol):
    """What is said of a step: its name, notebook and parameters, and what it reads and writes."""

    name: str
    notebook: Path
    parameters: Mapping[str, int | str]
    reads: tuple[Path, ...]
    writes: tuple[Path, ...]
    figures: tuple[Path, ...]


def steps_table(steps: Iterable[Step]) -> Styler:
    """The steps in reading order: each with a link to its notebook, the steps that must run before
    it, what it writes."""
    listed = list(steps)
    rows = {
        opened(step, listed): {
            "Shared notebook": notebook(step, listed),
            "In the report": as_it_ran(step),
            "Runs after": escape(before(step, listed)),
            "Writes": escape(results(step)),
        }
        for step in listed
    }
    return styled(rows, f"{len(listed)} steps, in the order in which the report is read")


def opened(step: Step, steps: list[Step]) -> str:
    """A step's name, which opens what is the step's own: its notebook, or where several share that,
    what it showed of this one's parameters."""
    page = f"notebooks/{step.name}.html"
    own = link(int(step.parameters["YEAR"]), page, step.name) if shares(step, steps) else ""
    return own or f'<a href="{escape(step.notebook.name)}">{escape(step.name)}</a>'


def notebook(step: Step, steps: list[Step]) -> str:
    """Where several steps share a notebook, a link to it and what to set there."""
    own = {name: value for name, value in step.parameters.items() if name != "YEAR"}
    settings = ", ".join(f'{name} = "{value}"' for name, value in own.items())
    address = f'<a href="{escape(step.notebook.name)}">{escape(step.notebook.stem)}</a>'
    return f"{address} with {escape(settings)}" if shares(step, steps) else ""


def shares(step: Step, steps: list[Step]) -> bool:
    """Whether other steps run the same notebook."""
    return sum(other.notebook == step.notebook for other in steps) > 1


def as_it_ran(step: Step) -> str:
    """A link to what a step showed for the report, with its own parameters."""
    year = int(step.parameters["YEAR"])
    return link(year, f"notebooks/{step.name}.html", "as it ran") or "(not built yet)"


def link(year: int, file: str, words: str) -> str:
    """A link to a file of a year's report; empty where it is not built."""
    is_built = (rounds.ROOT / "output" / str(year) / file).is_file()
    address = escape(f"../output/{year}/{file}")
    return f'<a href="{address}">{escape(words)}</a>' if is_built else ""


def before(step: Step, steps: list[Step]) -> str:
    """The steps that write what a step reads."""
    names = [other.name for other in steps if set(other.writes) & set(step.reads)]
    return ", ".join(names) or "(reads raw data alone)"


def results(step: Step) -> str:
    """The files that a step writes; its figures are counted."""
    count = len(step.figures)
    figures = [f"{count} figure{'s' if count > 1 else ''}"] if count else []
    return ", ".join([*(path.name for path in step.writes), *figures]) or "its section alone"


def rounds_table() -> Styler:
    """The rounds that data/raw holds: year, title, source, and the report if it is built."""
    rows = {}
    for year in rounds.years():
        links = [link(year, f"{name}.html", name) for name in ("report", "annex", "audit")]
        built = ", ".join(filter(None, links)) or f"make report YEAR={year}"
        try:
            one = rounds.open_round(year)
            cells = (f"{one.title}, {one.fiscal_year}", str(one.source))
            report = built
        except InputError as problems:
            cells, report = (str(problems), "cannot be opened"), f"make check YEAR={year}"
        survey, source = map(escape, cells)
        rows[str(year)] = {"Survey": survey, "Source": source, "Report": report}
    return styled(rows, f"Rounds of the survey: {len(rows)}")


def styled(rows: dict[str, dict[str, str]], caption: str) -> Styler:
    """A table whose cells and names are HTML already, its text aligned to the left."""
    left = "text-align: left; vertical-align: top"
    table = pd.DataFrame.from_dict(rows, orient="index").style.set_caption(caption)
    return table.set_table_styles([{"selector": "th, td, caption", "props": left}])
