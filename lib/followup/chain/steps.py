"""The map of the chain: every step, in the order in which the report is read, with what it reads and writes.

Nobody writes the running order down: a step runs after those that write what it reads.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from followup.rounds import ROOT, Round

Paths = tuple[Path, ...]


@dataclass(frozen=True)
class Step:
    """One notebook, run once with its parameters.

    Parameters
    ----------
    name : the notebook's name, and `-OUTCOME` where one notebook runs for several outcomes.
    notebook : the notebook as it is committed.
    executed : where the executed notebook goes.
    parameters : exactly the names that the notebook's cell tagged `parameters` sets.
    reads : every file of data/, docs/ or output/ that the notebook reads.
    writes : every file that it writes.
    figures : the figures that it draws if the round has anything to draw.
    title : the section's title; empty where the notebook's own stands.
    """

    name: str
    notebook: Path
    executed: Path
    parameters: dict[str, int | str]
    reads: Paths = ()
    writes: Paths = ()
    figures: Paths = ()
    title: str = ""


def steps(round: Round) -> list[Step]:
    """Return the steps of one round in reading order: a section for each outcome that it declares."""
    raw = tuple(path for path in sorted(round.raw.rglob("*")) if path.is_file() and not path.name.startswith((".", "~$")))
    published = tuple(path for path in raw if path.parent.name == "published")
    examples = tuple(path for path in raw if path.name == "good_practices.csv")
    settings = (round.raw / "round.toml",)
    known = (*settings, round.raw / "workshops.csv", ROOT / "data" / "raw" / "administrations.csv")
    replies = (round.processed / "replies.parquet", round.processed / "counts.parquet")
    section = (*replies, *known, *examples)
    results = built(round, "associations.csv", "sensitivity.csv", "facts.csv")
    audit = built(round, "audit.csv")
    documents = tuple(ROOT / "docs" / name for name in ("assumptions.md", "glossary.md", "data_dictionary.csv"))

    def step(
        name: str, reads: Iterable[Path], writes: Iterable[Path] = (), figures: str = "", title: str = "", **parameters: str
    ) -> Step:
        return Step(
            name,
            notebook=ROOT / "notebooks" / f"{name.partition('-')[0]}.ipynb",
            executed=round.build / f"{name}.ipynb",
            parameters={"YEAR": round.year, **parameters},
            reads=tuple(dict.fromkeys(reads)),
            writes=tuple(writes),
            figures=built(round, *(f"figures/{figure}.svg" for figure in figures.split())),
            title=title,
        )

    def outcome(position: int, id: str, title: str) -> Step:
        tables = built(round, *(f"tables/{table}.csv" for table in round.tables_of(id)))
        return step(f"24_outcome-{id}", section, tables, id, title=f"2.{position} {title}", OUTCOME=id)

    return [
        step("00_executive_summary", (*known, *results, *audit)),
        step("10_clean_replies", (*raw, *known), (*replies, *built(round, "replies.csv", "cleaning_log.csv")), "matrix"),
        step("21_response", section, built(round, "tables/table_1.csv"), "response"),
        step("22_follow_up_actions", section, built(round, "tables/table_2.csv"), "actions"),
        step("23_lessons_applied", section, (), "lessons"),
        *(outcome(position, option.id, option.title) for position, option in enumerate(round.outcomes, start=4)),
        step("30_association_tests", section, results, "associations forest leave_one_out specifications power"),
        step("40_published_audit", (*section, *published, *results), audit),
        step("50_appendices", (*section, *documents)),
    ]


def built(round: Round, *names: str) -> Paths:
    """Return the paths of files that a step writes for the report."""
    return tuple(round.build / name for name in names)
