"""The pages of a made-up round as text: notebooks run as they are, but nothing is drawn and no
table is laid out, so that hundreds of rounds are quick.

What a reader reads is recorded where it is shown: prose, captions, alternative texts, notes, key
figures.
"""

import re
import sys
from dataclasses import dataclass
from inspect import signature
from pathlib import Path

import pytest
from designs import YEAR, Given, write
from IPython.display import Markdown

sys.path.append(str(Path(__file__).parents[1]))
from run_notebook import Undrawn, quick, run_cells

from followup import rounds, show
from followup.cleaning import schema
from followup.scratch import STEP
from followup.show import tables
from followup.show.prose import fill
from publication_audit import annotated_tables, presentation

PROJECT = Path(__file__).parents[2]
TABLE = signature(show.table)
SECTIONS = [
    *("10_clean_replies", "21_response", "22_follow_up_actions", "23_lessons_applied"),
    *("24_outcome", "30_association_tests", "31_robustness", "00_main_points"),
    *("01_introduction", "90_conclusion", "50_annex"),
]
CELLS = ("your_answers", "comparison")  # tables whose cells are read too


@dataclass(frozen=True)
class Said:
    """A text of a page: where, of what kind, and what it says."""

    section: str
    kind: str  # prose, caption, alt, note, figure, row (of a table)
    text: str
    frame: object = None  # of a table: what its cells show, before they are formatted


class Recorder(Undrawn):
    """`show`, which records what would be shown."""

    def __init__(self, said: list[Said]) -> None:
        self.said, self.section = said, ""

    def record(self, kind: str, text: object) -> None:
        if text:
            kind = "shown" if kind == "output" else kind
            self.said.append(Said(self.section, kind, str(text)))

    def figure(self, *given: object, **named: object) -> None:
        said = signature(show.figure).bind(*given, **named).arguments
        if said.get("when", True):
            self.record("caption", said["caption"])
            self.record("alt", said["alt"])

    def table(self, *given: object, **named: object) -> str:
        said = TABLE.bind(*given, **named).arguments
        if not said.get("when", True):
            return ""
        self.record("caption", said["caption"])
        for note in said.get("notes", ()):
            self.record("note", note)
        self.said.append(Said(self.section, "table", said["name"], said["frame"]))
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

    def folded(self, summary, shown) -> None:
        self.record("caption", summary if shown else "")

    def annotated(self, shown) -> None:
        self.record("caption", re.search("<caption>(.*)</caption>", shown.data)[1])

    def words(self, survey_round, name, **names) -> None:
        text = show.words(survey_round, name, **names)
        self.record("prose", text.data if text else "")

    def words_of_table(self, _name: str, _caption: str, body: str, **names: object) -> Markdown:
        return Markdown(fill(body, names))

    def run(self, name: str, **parameters: object) -> None:
        """Run a notebook, and record what it says."""
        self.section = name
        run_cells(name, self.record, self, parameters=parameters)


def pages(given: Given, folder: Path) -> list[Said]:
    """Clean and report a round in a folder of its own; give all that its pages say."""
    write(given, folder / "data" / "raw")
    for shared in ("data/raw/administrations.csv", "docs"):
        (folder / shared).symlink_to(PROJECT / shared)
    said: list[Said] = []
    recorder = Recorder(said)
    with quick(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(rounds, "ROOT", folder)
        patch.setenv(STEP, "10_clean_replies")
        patch.setattr(schema, "table_problems", lambda *_: [])
        patch.setattr(presentation, "table", recorder.table)
        patch.setattr(tables, "table", recorder.table)
        patch.setattr(presentation, "folded", recorder.folded)
        patch.setattr(annotated_tables, "display", recorder.annotated)
        survey_round = rounds.open_round(YEAR)
        for name in SECTIONS:
            outcomes = survey_round.outcomes if name == "24_outcome" else [None]
            for outcome in outcomes:
                recorder.run(name, YEAR=YEAR, **({"OUTCOME": outcome.id} if outcome else {}))
            if name == "10_clean_replies":
                for code in members(given):
                    recorder.run("60_feedback", YEAR=YEAR, ADMINISTRATION=code)
                (survey_round.build / "audit.csv").write_text("verdict\n", encoding="utf-8")
            if name == "31_robustness" and given.published:
                recorder.run("40_published_audit", YEAR=YEAR)
    return said


def members(given: Given) -> list[str]:
    """Two that get feedback: the first that replied, and one that was invited and did not."""
    if given.respondents:
        return []
    replied = {one.administration for one in given.replies} - {None}
    names = ";".join(one.get("invited_administrations", "") for one in given.workshops)
    silent = set(filter(None, names.split(";"))) - replied
    return [*sorted(replied)[:1], *sorted(silent)[:1]]
