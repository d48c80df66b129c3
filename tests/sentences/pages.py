"""The pages of a made-up round as text: notebooks run as they are, but nothing is drawn and no
table is laid out, so that hundreds of rounds are quick.

What a reader reads is recorded where it is shown: prose, captions, alternative texts, notes, key
figures.
"""

import ast
import json
import re
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from inspect import signature
from pathlib import Path
from types import CodeType

import pytest
from designs import YEAR, Given, write

from followup import pairs, rounds, show
from followup.cleaning import administrations, schema
from followup.scratch import STEP
from followup.show import prose
from followup.statistics import association, rule_simulation
from publication_audit import annotated_tables, presentation

PROJECT = Path(__file__).parents[2]
SECTIONS = [
    *("10_clean_replies", "21_response", "22_follow_up_actions", "23_lessons_applied"),
    *("24_outcome", "30_association_tests", "31_robustness", "00_main_points"),
    *("01_introduction", "90_conclusion", "50_annex"),
]
CELLS = ("your_answers", "comparison")  # tables whose cells are read too
SIMULATED = 5  # rounds and shuffles in place of hundreds: their share is not what is read here


@dataclass(frozen=True)
class Said:
    """A text of a page: where, of what kind, and what it says."""

    section: str
    kind: str  # prose, caption, alt, note, figure, row (of a table)
    text: str


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
TEMPLATES = lru_cache(None)(prose.ENVIRONMENT.from_string)
DRAWN = [
    "canvas",
    "forest",
    "interval",
    "key",
    "axis_of_odds",
    "axis_of_shares",
    "axis_of_counts",
    "legend_above",
    "legend_beside",
    "reference",
    "values_beside",
    "members_matrix",
]


class Recorder:
    """`show`, which records what would be shown."""

    def __init__(self, said: list[Said]) -> None:
        self.said, self.section = said, ""

    def __getattr__(self, name: str) -> object:
        return NOTHING if name in DRAWN else getattr(show, name)

    def record(self, kind: str, text: object) -> None:
        if text:
            self.said.append(Said(self.section, kind, str(text)))

    def figure(self, *given: object, **named: object) -> None:
        said = signature(show.figure).bind(*given, **named).arguments
        if said.get("when", True):
            self.record("caption", said["caption"])
            self.record("alt", said["alt"])

    def table(self, *given: object, **named: object) -> str:
        said = signature(show.table).bind(*given, **named).arguments
        if not said.get("when", True):
            return ""
        self.record("caption", said["caption"])
        for note in said.get("notes", ()):
            self.record("note", note)
        if said["name"] in CELLS:
            rows, labels = said.get("rows", {}), said.get("labels", {})
            for row, cells in said["frame"].iterrows():
                texts = (f"{labels.get(name, name)}: {cell}" for name, cell in cells.items())
                self.record("row", f"{rows.get(row, row)} | {' | '.join(texts)}")
        return "shown"

    def key_figures(self, figures) -> None:
        for share, phrase in zip(figures["share"], figures["phrase"], strict=True):
            self.record("figure", f"{share} {phrase}" if share.known else "")

    def changes(self, *given: object, **named: object) -> None:
        said = signature(show.changes).bind(*given, **named).arguments
        compared, caption, previous = said["frame"], said["caption"], said["previous"]
        self.record("caption", caption if len(compared) else "")
        for name, row in compared.iterrows():
            now = f"{row['previous']} in the {previous}, {row['now']} now, {row['in_words']}"
            self.record("row", f"{name}: {now}")

    def examples(self, *_given: object) -> None:
        pass

    def folded(self, summary, shown) -> None:
        self.record("caption", summary if shown else "")

    def annotated(self, shown) -> None:
        self.record("caption", re.search("<caption>(.*)</caption>", shown.data)[1])

    def words(self, survey_round, name, **names) -> None:
        text = show.words(survey_round, name, **names)
        self.record("prose", text.data if text else "")


@cache
def cells(name: str) -> list[tuple[str, str, bool, tuple[CodeType, CodeType | None] | None]]:
    """A notebook's cells: kind, source, whether it is the one with the parameters, and its code."""
    notebook = json.loads((PROJECT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))
    found = []
    for cell in notebook["cells"]:
        source, tags = "".join(cell["source"]), cell["metadata"].get("tags", [])
        kind = cell["cell_type"] if not source.startswith("%%prose") else source.split()[0][2:]
        code = compiled(source) if kind == "code" else None
        found.append((kind, source, "parameters" in tags, code))
    return found


def compiled(source: str) -> tuple[CodeType, CodeType | None]:
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    ending = compile(ast.Expression(last.value), "cell", "eval") if last else None
    return compile(tree, "cell", "exec"), ending


def once(reader: Callable) -> Callable:
    """What a step of the chain reads is read once for all of them; each gets a copy of its own."""
    kept = cache(reader)
    return lambda *what: copy(kept(*what))


def run(name: str, recorder: Recorder, **parameters: object) -> None:
    """Run a notebook, and record what it says."""
    recorder.section = name
    names: dict = {}
    for kind, source, is_parameters, code in cells(name):
        if kind == "markdown":
            recorder.record("prose", source)
        elif kind == "code":
            exec(code[0], names)
            if code[1]:
                eval(code[1], names)
            names |= parameters if is_parameters else {}
            names |= {"show": recorder} if "show" in names else {}
            names |= {"sns": NOTHING} if "sns" in names else {}
        else:
            body = source.partition("\n")[2]
            recorder.record(kind, prose.fill(body, names))


def pages(given: Given, folder: Path) -> list[Said]:
    """Clean and report a round in a folder of its own; give all that its pages say."""
    write(given, folder / "data" / "raw")
    for shared in ("data/raw/administrations.csv", "docs"):
        (folder / shared).symlink_to(PROJECT / shared)
    said: list[Said] = []
    recorder = Recorder(said)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rounds, "ROOT", folder)
        patch.setenv(STEP, "10_clean_replies")
        for module, name in (
            (rounds, "open_round"),
            (rounds, "_read_parquet"),
            (administrations, "read_text_table"),
        ):
            patch.setattr(module, name, once(getattr(module, name)))
        patch.setattr(rule_simulation, "STRENGTHS", rule_simulation.STRENGTHS[::5])
        patch.setattr(rule_simulation, "CURVE", rule_simulation.CURVE[::7])
        patch.setattr(schema, "table_problems", lambda *_: [])
        few = {"rounds": SIMULATED}
        for module, name, less in (
            (association, "chance_of_a_sign", {"resamples": SIMULATED}),
            (association, "detectable_by_the_rule", few),
            (pairs, "power_of_the_rule", few),
        ):
            patch.setattr(module, name, partial(getattr(rule_simulation, name), **less))
        patch.setattr(presentation, "table", recorder.table)
        patch.setattr(presentation, "folded", recorder.folded)
        patch.setattr(annotated_tables, "display", recorder.annotated)
        patch.setattr(prose.ENVIRONMENT, "from_string", TEMPLATES)
        survey_round = rounds.open_round(YEAR)
        for name in SECTIONS:
            outcomes = survey_round.outcomes if name == "24_outcome" else [None]
            for outcome in outcomes:
                run(name, recorder, YEAR=YEAR, **({"OUTCOME": outcome.id} if outcome else {}))
            if name == "10_clean_replies":
                for code in members(given):
                    run("60_feedback", recorder, YEAR=YEAR, ADMINISTRATION=code)
                (survey_round.build / "audit.csv").write_text("verdict\n", encoding="utf-8")
            if name == "31_robustness" and given.published:
                run("40_published_audit", recorder, YEAR=YEAR)
    return said


def members(given: Given) -> list[str]:
    """Two that get feedback: the first that replied, and one that was invited and did not."""
    if given.respondents:
        return []
    replied = {one.administration for one in given.replies} - {None}
    names = ";".join(one.get("invited_administrations", "") for one in given.workshops)
    silent = set(filter(None, names.split(";"))) - replied
    return [*sorted(replied)[:1], *sorted(silent)[:1]]
