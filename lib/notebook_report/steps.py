"""The map of the chain: every step, in the order in which the report is read, with what it reads and writes.

Nobody writes the running order down: a step runs after those that write what it reads.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from followup.rounds import ROOT, Round, years

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
    writes : every file that it writes in any round.
    may_write : what it writes only where the round gives cause: its figures, the facts of a round before.
    title : the section's title; empty where the notebook's own stands.
    """

    name: str
    notebook: Path
    executed: Path
    parameters: dict[str, int | str]
    reads: Paths = ()
    writes: Paths = ()
    may_write: Paths = ()
    title: str = ""

    @property
    def figures(self) -> Paths:
        """Those of the files that it may write which are figures."""
        return tuple(path for path in self.may_write if path.suffix == ".svg")


def steps(survey_round: Round) -> list[Step]:
    """Return the steps of one round in reading order: a section for each outcome that it declares."""
    raw = raw_files(survey_round.year)
    earlier = [year for year in years() if year < survey_round.year]
    last = [path for year in earlier[-1:] for path in raw_files(year)]
    published = tuple(path for path in raw if path.parent.name == "published")
    examples = tuple(path for path in raw if path.name == "good_practices.csv")
    settings = (survey_round.raw / "round.toml",)
    known = (
        *settings,
        survey_round.raw / "workshops.csv",
        ROOT / "data" / "raw" / "administrations.csv",
    )
    cleaned = ("replies.parquet", "counts.parquet", "facts.parquet")
    replies = tuple(survey_round.processed / name for name in cleaned)
    before = (survey_round.processed / "before.parquet",)
    section = (*replies, *before, *known, *examples)
    results = built(survey_round, "associations.csv", "sensitivity.csv", "facts.csv")
    audit, lists = (
        built(survey_round, "audit.csv"),
        built(survey_round, "replies.csv", "cleaning_log.csv"),
    )
    claims = " ".join(
        f"claim_{number}"
        for number, _ in enumerate((*survey_round.primary, *survey_round.composites), start=1)
    )
    documents = tuple(
        ROOT / "docs" / name
        for name in ("assumptions.md", "data_dictionary.csv", "glossary.md", "methods_in_brief.md")
    )

    def step(
        name: str,
        reads: Iterable[Path],
        writes: Paths = (),
        figures: str = "",
        may_write: Paths = (),
        title: str = "",
        **parameters: str,
    ) -> Step:
        return Step(
            name,
            notebook=ROOT / "notebooks" / f"{name.partition('-')[0]}.ipynb",
            executed=survey_round.build / f"{name}.ipynb",
            parameters={"YEAR": survey_round.year, **parameters},
            reads=tuple(dict.fromkeys(reads)),
            writes=writes,
            may_write=(
                *may_write,
                *built(survey_round, *(f"figures/{figure}.svg" for figure in figures.split())),
            ),
            title=title,
        )

    def outcome(position: int, id: str, title: str) -> Step:
        tables = built(
            survey_round, *(f"tables/{table}.csv" for table in survey_round.tables_of(id))
        )
        return step(
            f"24_outcome-{id}", section, tables, id, title=f"2.{position} {title}", OUTCOME=id
        )

    return [
        step("00_executive_summary", (*known, *results, *audit)),
        step("10_clean_replies", (*raw, *known, *last), (*replies, *lists), "matrix", before),
        step("21_response", section, built(survey_round, "tables/table_1.csv"), "response"),
        step("22_follow_up_actions", section, built(survey_round, "tables/table_2.csv"), "actions"),
        step("23_lessons_applied", section, (), "lessons"),
        *(
            outcome(position, option.id, option.title)
            for position, option in enumerate(survey_round.outcomes, start=4)
        ),
        step(
            "30_association_tests",
            section,
            results,
            f"associations forest leave_one_out specifications power {claims}",
        ),
        step("40_published_audit", (*section, *published, *results), audit),
        step("50_annex", (*section, *lists, *documents)),
    ]


def raw_files(year: int) -> Paths:
    """Return a year's raw files, without what an editor leaves beside them."""
    files = [path for path in (ROOT / "data" / "raw" / str(year)).rglob("*") if path.is_file()]
    return tuple(sorted(path for path in files if not path.name.startswith((".", "~$"))))


def built(survey_round: Round, *names: str) -> Paths:
    """Return the paths of files that a step writes for the report."""
    return tuple(survey_round.build / name for name in names)
