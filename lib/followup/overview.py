"""What the overview notebook shows: the steps of the chain with links to their notebooks, and the
rounds."""

import html
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from IPython.display import HTML

from followup import rounds
from followup.problems import InputError


class Step(Protocol):
    """What is said of a step: its name, its notebook, and the files that it reads and writes."""

    name: str
    notebook: Path
    reads: tuple[Path, ...]
    writes: tuple[Path, ...]
    figures: tuple[Path, ...]


def steps_table(steps: Iterable[Step]) -> HTML:
    """The steps in reading order: name linked to the notebook, the steps that must run before it,
    what it writes."""
    listed = list(steps)
    rows = [[linked(step), before(step, listed), written(step)] for step in listed]
    caption = f"{len(listed)} steps, in the order in which the report is read"
    return HTML(table(caption, ["Step", "Runs after", "Writes"], rows))


def linked(step: Step) -> str:
    """A step's name, linked to its notebook."""
    return f'<a href="{html.escape(step.notebook.name)}">{html.escape(step.name)}</a>'


def before(step: Step, steps: list[Step]) -> str:
    """The steps that write what a step reads."""
    return (
        ", ".join(html.escape(other.name) for other in steps if set(other.writes) & set(step.reads))
        or "(reads raw data alone)"
    )


def written(step: Step) -> str:
    """The files that a step writes; its figures are counted."""
    drawn = (
        f"{len(step.figures)} figure{'s' if len(step.figures) > 1 else ''}" if step.figures else ""
    )
    return (
        html.escape(", ".join([*(path.name for path in step.writes), *([drawn] if drawn else [])]))
        or "its section alone"
    )


def rounds_table() -> HTML:
    """The rounds that data/raw holds: year, title, source, and the report if it is built."""
    rows = []
    for year in rounds.years():
        report = rounds.ROOT / "output" / str(year) / "report.html"
        built = (
            f'<a href="../output/{year}/report.html">report</a>'
            if report.is_file()
            else f"make report YEAR={year}"
        )
        try:
            survey_round = rounds.open_round(year)
            rows.append(
                [
                    str(year),
                    html.escape(f"{survey_round.title}, {survey_round.fiscal_year}"),
                    html.escape(survey_round.source),
                    built,
                ]
            )
        except InputError as problems:
            rows.append(
                [
                    str(year),
                    html.escape(str(problems)),
                    "cannot be opened",
                    f"make check YEAR={year}",
                ]
            )
    return HTML(
        table(f"Rounds of the survey: {len(rows)}", ["Year", "Survey", "Source", "Report"], rows)
    )


def table(caption: str, heads: list[str], rows: list[list[str]]) -> str:
    """An HTML table, its text aligned to the left; the cells are HTML already, the first of a row
    is its heading."""
    left = ' style="text-align: left; vertical-align: top"'
    head = "".join(f'<th scope="col"{left}>{html.escape(name)}</th>' for name in heads)
    body = "".join(
        f'<tr><th scope="row"{left}>{first}</th>'
        + "".join(f"<td{left}>{cell}</td>" for cell in rest)
        + "</tr>"
        for first, *rest in rows
    )
    return (
        f"<table><caption{left}>{html.escape(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )
