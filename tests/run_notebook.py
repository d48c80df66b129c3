"""A notebook's cells run as they are, in one namespace, for a test to look at what they make and
show."""

import ast
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from functools import cache, lru_cache, partial
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from bs4 import BeautifulSoup
from matplotlib.figure import Figure

from followup import pairs, rounds, show
from followup.cleaning import administrations
from followup.scratch import STEP
from followup.show import figures, prose
from followup.show.prose import fill
from followup.show.prose_table import prose_table
from followup.statistics import association, rule_simulation

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
SECTIONS = [
    *("10_clean_replies", "21_response", "22_follow_up_actions", "23_lessons_applied"),
    *("24_outcome", "30_association_tests", "31_robustness", "40_published_audit"),
    *("00_main_points", "01_introduction", "90_conclusion", "50_annex"),
]
SIMULATED = 5  # rounds and shuffles in place of hundreds, where their share is not what is read
TEMPLATES = lru_cache(None)(prose.ENVIRONMENT.from_string)


class Nothing:
    """An axis, a figure, a drawing library: it takes everything and draws nothing."""

    def __getattr__(self, name: str) -> "Nothing":
        return self

    def __call__(self, *_given: object, **_named: object) -> "Nothing":
        return self

    def __getitem__(self, place: object) -> "Nothing":
        return self

    def __iter__(self) -> Iterator["Nothing"]:
        return iter((self, self))


NOTHING = Nothing()
BLANK = Figure()
DRAWN = [
    *("canvas", "forest", "interval", "key", "axis_of_odds", "axis_of_shares", "axis_of_counts"),
    *("legend_above", "legend_beside", "reference", "values_beside", "members_matrix"),
]


class Undrawn:
    """`show`, for which nothing is drawn: captions, alternative texts and tables are its own."""

    def __getattr__(self, name: str) -> object:
        return NOTHING if name in DRAWN else getattr(show, name)

    def figure(self, _drawn: object, *given: Any, **named: Any) -> Any:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(figures, "svg", lambda _: b"<svg/>")
            patch.setattr(figures, "narrowed", lambda drawn: drawn)
            return show.figure(BLANK, *given, **named)


@contextmanager
def quick() -> Iterator[None]:
    """Rounds that are only read: files are read once, templates compiled once, little is
    simulated."""
    few = {"rounds": SIMULATED}
    with pytest.MonkeyPatch.context() as patch:
        for module, name in (
            (rounds, "open_round"),
            (rounds, "_read_parquet"),
            (administrations, "read_text_table"),
        ):
            patch.setattr(module, name, once(getattr(module, name)))
        patch.setattr(rule_simulation, "STRENGTHS", rule_simulation.STRENGTHS[::5])
        patch.setattr(rule_simulation, "CURVE", rule_simulation.CURVE[::7])
        for module, name, less in (
            (association, "chance_of_a_sign", {"resamples": SIMULATED}),
            (association, "detectable_by_the_rule", few),
            (pairs, "power_of_the_rule", few),
        ):
            patch.setattr(module, name, partial(getattr(rule_simulation, name), **less))
        patch.setattr(prose.ENVIRONMENT, "from_string", TEMPLATES)
        yield


def once(reader: Callable) -> Callable:
    """What a step of the chain reads is read once for all of them; each gets a copy of its own."""
    answers = cache(reader)
    return lambda *what: copy(answers(*what))


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
    name: str, typed: str = "", by_hand: bool = False, shown: object = None, **parameters: object
) -> tuple[dict[str, Any], str]:
    """Run a notebook with other parameters.

    Parameters
    ----------
    typed : code that an analyst typed after the cell that reads the replies.
    by_hand : whether a person runs it, and not the chain.
    shown : what stands in the place of `show`, and draws nothing.

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
        texts: list[str] = []
        names = run_cells(name, lambda _, text: texts.append(text), shown, typed, parameters)
    return names, "\n".join(texts)


def run_sections(survey_round: rounds.Round, shown: object = None) -> Iterator[tuple[str, str]]:
    """Run every section of a round; its name, and all that a reader reads of it."""
    for name in SECTIONS:
        for outcome in survey_round.outcomes if name == "24_outcome" else [None]:
            chosen = {"OUTCOME": outcome.id} if outcome else {}
            yield name, run_notebook(name, shown=shown, YEAR=survey_round.year, **chosen)[1]


def run_cells(
    name: str,
    record: Callable[[str, str], object],
    shown: object = None,
    typed: str = "",
    parameters: dict[str, object] | None = None,
) -> dict[str, Any]:
    """Run a notebook's cells, and record the kind of each and what a reader reads of it."""
    names: dict[str, Any] = {}
    for kind, source, tags, code in cells(name):
        if kind == "markdown":
            record("prose", source)
        elif kind == "prose_table":
            first, _, body = source.partition("\n")
            _, table, caption = first.split(" ", 2)
            lay_out = getattr(shown, "words_of_table", prose_table)
            record(kind, text_of(lay_out(table, caption, body, **names)))
        elif kind == "prose":
            record(kind, fill(source.partition("\n")[2], names))
        else:
            value = run_code(code, names)
            if typed and "replies" in names:
                run_cell(typed, names)
                typed = ""
            if shown:
                names |= {"show": shown} if "show" in names else {}
                names |= {"sns": NOTHING} if "sns" in names else {}
            record("output", "" if "remove-output" in tags else text_of(value))
        names |= (parameters or {}) if "parameters" in tags else {}
    return names


Code = tuple[CodeType, CodeType | None]


@cache
def cells(name: str) -> list[tuple[str, str, list[str], Code]]:
    """A notebook's cells: kind, source, tags, and its code."""
    notebook = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))
    rows = []
    for cell in notebook["cells"]:
        source, tags = "".join(cell["source"]), cell["metadata"].get("tags", [])
        kind = cell["cell_type"] if not source.startswith("%%prose") else source.split()[0][2:]
        rows.append((kind, source, tags, compiled(source if kind == "code" else "")))
    return rows


def compiled(source: str) -> Code:
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    ending = compile(ast.Expression(last.value), "cell", "eval") if last else None
    return compile(tree, "cell", "exec"), ending


def run_code(code: Code, names: dict[str, Any]) -> object:
    """Run a cell and give the value of its last line, if it is an expression."""
    exec(code[0], names)
    return eval(code[1], names) if code[1] else None


def run_cell(source: str, names: dict[str, Any]) -> object:
    """Run a cell's source, as `run_code`."""
    return run_code(compiled(source), names)


def text_of(value: object) -> str:
    """What a cell shows: a table's HTML, or Markdown."""
    return str(getattr(value, "data", "") or "")


def words(text: str) -> str:
    """Give the words of what is shown on one line, with the alternative texts of figures."""
    parsed = BeautifulSoup(text, "html.parser")
    for image in parsed.find_all("img"):
        image.replace_with(f"[{image['alt']}]")
    return " ".join(parsed.get_text(" ").split())
