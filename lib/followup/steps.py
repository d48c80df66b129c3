"""The survey's map for notebook_report: every step in reading order, the pages, the workbook and
the list of rounds.

The only module of this package that knows how notebooks are run. Nobody writes the running order
down: a step runs after those that write what it reads.
"""

import csv
import io
import tomllib
from collections.abc import Iterable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from followup.problems import InputError
from followup.rounds import ROOT, Round, open_round, years
from followup.show.palette import PAGE
from notebook_report import BuildError
from notebook_report.project import Index, Page, Project, Report, Step, Workbook

Paths = tuple[Path, ...]
FEEDBACK = ROOT / "notebooks" / "60_feedback.ipynb"
MAIN_POINTS, ANNEX, CONCLUSION = "00_main_points", "50_annex", "90_conclusion"
DOCUMENTS = ("assumptions.md", "data_dictionary.csv", "glossary.md", "methods_in_brief.md")
ROBUSTNESS = ("forest", "leave_one_out", "power")
FIRST_OUTCOME = 4  # the number, after 2, of the section of the first outcome
# What the warm process has before the first notebook asks, and whose import asks for it.
PRELOAD = {
    "jinja2": "jinja2",
    "pandas": "pandas",
    "pyarrow.dataset": "pandas",
    "pyarrow.parquet": "pandas",
    "pandera.backends.pandas.base": "pandera",
    "matplotlib.pyplot": "matplotlib",
    "matplotlib_inline.backend_inline": "matplotlib",
    "matplotlib.backends.backend_svg": "matplotlib",
    "scipy.optimize": "scipy",
    "scipy.stats": "scipy.stats",
    "statsmodels.stats.contingency_tables": "statsmodels",
    "statsmodels.stats.proportion": "statsmodels",
    "seaborn": "seaborn",
}
SHEETS = {
    "replies": "The replies, one row each",
    "facts": "Every number that the report says in words",
    "associations": "Every association tested, with every estimate",
    "sensitivity": "The tests under every way to rebuild the replies",
    "audit": "The printed figures and marks, checked",
    "cleaning_log": "The cleaning log, one row a change",
}
TABLES_ELSEWHERE = (
    "The report (report.html beside this file) says what the tables mean; "
    "the same tables are in its folder tables as CSV."
)
# Headings of the results' columns, where their names in words would not do.
COLUMNS = {
    "n": "Replies that answered both",
    "p_outcome_given_action": "Share with the outcome, of those with the action",
    "p_outcome_given_no_action": "Share with the outcome, of those without the action",
    "p_action_given_outcome": "Share with the action, of those with the outcome",
    "p_action_given_no_outcome": "Share with the action, of those without the outcome",
    "rd_low": "Risk difference, from",
    "rd_high": "Risk difference, to",
    "or_low": "Odds ratio, from",
    "or_high": "Odds ratio, to",
    "fisher_p": "p, Fisher's exact test",
    "boschloo_p": "p, Boschloo's exact test",
    "mh_odds_ratio": "Odds ratio, Mantel-Haenszel",
    "mh_or_low": "Odds ratio, Mantel-Haenszel, from",
    "mh_or_high": "Odds ratio, Mantel-Haenszel, to",
    "mh_p": "p, Mantel-Haenszel",
    "exact_p": "p, exact test within workshops",
    "adjusted_p": "p, adjusted for the other tests",
    "gee_odds_ratio": "Odds ratio, model by administration (GEE)",
    "gee_or_low": "Odds ratio, model by administration (GEE), from",
    "gee_or_high": "Odds ratio, model by administration (GEE), to",
    "gee_p": "p, model by administration (GEE)",
}


def steps(survey_round: Round) -> list[Step]:
    """Return the steps of one round in reading order: a section for each outcome that it
    declares."""
    raw = raw_files(survey_round.year)
    published = tuple(path for path in raw if path.parent.name == "published")
    examples = tuple(path for path in raw if path.name == "good_practices.csv")
    words = tuple(path for path in raw if path.parent.name == "words")
    declared = tuple(survey_round.raw / name for name in ("round.toml", "workshops.csv"))
    declared += (ROOT / "data" / "raw" / "administrations.csv",)
    cleaned = ("replies.parquet", "counts.parquet", "facts.parquet")
    replies = tuple(survey_round.processed / name for name in cleaned)
    previous = (survey_round.processed / "before.parquet",)
    section = (*replies, *previous, *declared, *examples)
    results = built(survey_round, "associations.csv", "sensitivity.csv", "facts.csv")
    audit = built(survey_round, "audit.csv")
    lists = built(survey_round, "replies.csv", "cleaning_log.csv")
    documents = tuple(ROOT / "docs" / name for name in DOCUMENTS)

    def step(
        name: str,
        page: str,
        reads: Iterable[Path],
        writes: Paths = (),
        figures: Iterable[str] = (),
        may_write: Paths = (),
        title: str = "",
        **parameters: str,
    ) -> Step:
        drawings = built(survey_round, *(f"figures/{figure}.svg" for figure in figures))
        return Step(
            name,
            notebook=ROOT / "notebooks" / f"{name.partition('-')[0]}.ipynb",
            executed=survey_round.build / f"{name}.ipynb",
            parameters={"YEAR": survey_round.year, **parameters},
            reads=tuple(dict.fromkeys(reads)),
            writes=writes,
            may_write=(*may_write, *drawings),
            title=title,
            page=page,
        )

    def table(*names: str) -> Paths:
        return built(survey_round, *(f"tables/{name}.csv" for name in names))

    def outcome(position: int, name: str, title: str) -> Step:
        return step(
            f"24_outcome-{name}",
            "report",
            section,
            table(*survey_round.tables_of(name)),
            ["outcomes"] if position == FIRST_OUTCOME else [],
            title=f"2.{position} {title}",
            OUTCOME=name,
        )

    cleaning = (*raw, *declared, *previous_files(survey_round))
    return [
        step(MAIN_POINTS, "report", (*replies, *declared, *results, *audit)),
        step("01_introduction", "report", (*replies, *declared, *words)),
        step("10_clean_replies", "annex", cleaning, (*replies, *lists), ["matrix"], previous),
        step("21_response", "report", section, table("table_1"), ["response", "response_spread"]),
        step("22_follow_up_actions", "report", section, table("table_2"), ["actions"]),
        step("23_lessons_applied", "report", section, (), ["lessons"]),
        *(
            outcome(position, option.id, option.title)
            for position, option in enumerate(survey_round.outcomes, start=FIRST_OUTCOME)
        ),
        step("30_association_tests", "report", section, results, ["associations", "by_event"]),
        step("31_robustness", "annex", (*section, *results), (), ROBUSTNESS),
        step(
            "40_published_audit",
            "audit" if published else "",
            (*section, *published, *results),
            audit,
            title="In brief",
        ),
        step(ANNEX, "annex", (*section, *lists, *documents)),
        step(CONCLUSION, "report", (*replies, *declared, *results, *audit, *words)),
    ]


def section_files(survey_round: Round) -> Paths:
    """Return what a section reads: the replies and what they are told by."""
    step = next(step for step in steps(survey_round) if step.name == "21_response")
    return step.reads


def raw_files(year: int) -> Paths:
    """Return a year's raw files, without what an editor leaves beside them."""
    files = [path for path in (ROOT / "data" / "raw" / str(year)).rglob("*") if path.is_file()]
    return tuple(sorted(path for path in files if not path.name.startswith((".", "~$"))))


def previous_files(survey_round: Round) -> Paths:
    """Return the raw files of the round to compare with, if one is declared."""
    return raw_files(survey_round.previous) if survey_round.previous else ()


def built(survey_round: Round, *names: str) -> Paths:
    """Return the paths of files that a step writes for the report."""
    return tuple(survey_round.build / name for name in names)


def pages(survey_round: Round) -> tuple[Page, ...]:
    """Return the pages of a round: findings, annex, and the check of what was published."""
    office = f"{survey_round.office}: " if survey_round.office else ""
    round_name = f"Survey {survey_round.year}, {survey_round.fiscal_year}"
    about = title_block(survey_round, round_name)
    return (
        Page("report", "Report", survey_round.title, f"{office}{round_name}", about),
        Page("annex", "Annex", "Annex: data, robustness and methods",
             f"{survey_round.title}. {round_name}", {}, "A", provenance=True),
        Page("audit", "Check of the published report", "Check of the published report",
             f"{survey_round.title}. {round_name}", {}, "B"),
    )  # fmt: skip


def title_block(survey_round: Round, round_name: str) -> dict[str, str]:
    """Return what the report's title block says, by what it is; what is not known is empty."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    version = f"Version {project['version']}"
    office = survey_round.office_name or survey_round.office
    published, source = in_words(survey_round.published), survey_round.publication
    printed = in_words(source.published) if source else ""
    analysis = f"a re-analysis of {source.title}" if source else ""
    cited = ". ".join(
        filter(
            None,
            (
                survey_round.author or office,
                ": ".join(filter(None, (survey_round.title, round_name, analysis))),
                version,
                published,
            ),
        )
    )
    what, contact = survey_round.series or analysis, survey_round.contact
    return {
        "What": f"{what[:1].upper()}{what[1:]}"
        + (f": {analysis}" if survey_round.series and analysis else ""),
        "Round": f"{round_name} (round {survey_round.number})",
        "Survey by": office,
        "Report by": survey_round.author,
        "Published": published,
        "Data": f"As printed in {printed}" if printed else "",
        "Contact": f"{contact[:1].upper()}{contact[1:]}",
        "How to cite": f"{cited}.",
        "Version": project["version"],
        "Licence": survey_round.licence,
    }


def in_words(date: str | None) -> str:
    """Write a month or a day in words; empty where there is none.

    >>> in_words("2022-05"), in_words("2022-05-31")
    ('May 2022', '31 May 2022')
    """
    if not date:
        return ""
    day = date.count("-") == 2
    moment = datetime.strptime(date, "%Y-%m-%d" if day else "%Y-%m")
    return f"{moment.day if day else ''} {moment:%B %Y}".strip()


def workbook(survey_round: Round) -> Workbook:
    """Return the words of a round's workbook."""
    labels = {name: option.label for name, option in survey_round.options.items()}
    return Workbook(
        survey_round.title,
        f"Survey {survey_round.year}, {survey_round.fiscal_year}: all tables of the report "
        "and the results behind them.",
        survey_round.office,
        (TABLES_ELSEWHERE,),
        tuple(filter(None, (survey_round.office, survey_round.contact))),
        survey_round.year,
        SHEETS,
        {**COLUMNS, "workshop": survey_round.event.capitalize(), **labels},
        kinds_of_columns(),
        labels | {f"table_{number}": f"Table {number}" for number in range(1, 30)},
        partial(names_beside_ids, survey_round.year),
    )


def kinds_of_columns() -> dict[str, str]:
    """Return the kind of number of each column of a result, as the data dictionary has it."""
    with (ROOT / "docs" / "data_dictionary.csv").open(encoding="utf-8", newline="") as file:
        described = [(row["column"], row["type"]) for row in csv.DictReader(file)]
    return {name: kind for names, kind in described for name in names.split(", ")}


def names_beside_ids(year: int) -> dict[str, tuple[str, dict[str, str]]]:
    """Return what stands beside the ids of workshops and administrations in the workbook."""
    from followup.cleaning.administrations import read_administrations
    from followup.tables import row_labels

    survey_round = open_round(year)
    workshops = row_labels(survey_round, survey_round.read_workshops())
    titles = {name: words.removeprefix(f"{name} ") for name, words in workshops.items()}
    return {
        "workshop": ("Title", titles),
        "administration": (
            "Name",
            {str(code): str(name) for code, name in read_administrations()["name"].items()},
        ),
    }


def check_result(year: int) -> tuple[int, str]:
    """Check a year's raw data, write output/YEAR/check.html, and return the exit status and all
    that was said."""
    from followup.cleaning.check import main

    text = io.StringIO()
    with redirect_stdout(text), redirect_stderr(text):
        status = main([str(year)], building=True)
    return status, text.getvalue().rstrip("\n")


def report(name: str) -> Report:
    """Return the report of a year.

    Raises
    ------
    BuildError
        There is no such round, or its round.toml cannot be used: then the check tells everything
        that is wrong with it.
    """
    if not (name.isascii() and name.isdecimal() and len(name) == 4):
        raise BuildError(f"Name the year of a round: {', '.join(names()) or 'none yet'}")
    year = int(name)
    try:
        survey_round = open_round(year)
    except InputError:
        raise BuildError(check_result(year)[1]) from None
    return Report(
        name,
        ROOT,
        tuple(steps(survey_round)),
        survey_round.build,
        survey_round.output,
        pages(survey_round),
        parameters={"YEAR": year},
        palette=PAGE,
        workbook=workbook(survey_round),
        check=partial(check_result, year),
        plain_errors=(InputError.__name__,),
        module=__name__,
        left_out=(FEEDBACK,),
    )


def feedback(name: str) -> int:
    """Write one page for each member that was invited or replied: output/YEAR/feedback, and
    feedback.zip beside it."""
    from followup.members import members_asked
    from notebook_report.build import wanted_engine
    from notebook_report.letters import write_letters

    year = report(name)
    survey_round = open_round(int(name))
    members = members_asked(survey_round.read_replies(), survey_round.read_workshops())
    if survey_round.respondent != "administration":
        raise BuildError(
            f"The replies of {name} name respondents, whose numbers nobody but this report knows: "
            "a page cannot be sent to a number. Feedback is for administrations"
        )
    if members.empty:
        raise BuildError(
            f"No administration is named in the replies of {name} or invited by name: "
            "there is nobody to write to"
        )
    folder = survey_round.build.with_name(f"{name}-feedback")
    subtitle = f"{survey_round.title}. Survey {name}, {survey_round.fiscal_year}"
    letters = [
        Step(
            f"60_feedback-{code}",
            FEEDBACK,
            folder / f"60_feedback-{code}.ipynb",
            {"YEAR": survey_round.year, "ADMINISTRATION": str(code)},
            section_files(survey_round),
            page=str(code),
        )
        for code in members.index
    ]
    pages_of_members = [
        Page(str(code), member, f"Feedback to {member}", subtitle)
        for code, member in members["name"].items()
    ]
    write_letters(
        project,
        replace(
            year,
            steps=tuple(letters),
            pages=tuple(pages_of_members),
            folder=folder,
            output=survey_round.output / "feedback",
        ),
        wanted_engine(),
    )
    return 0


def names() -> list[str]:
    """Return the years that have a round."""
    return [str(year) for year in years()]


def index() -> Index | None:
    """Return the list of the rounds that are published."""
    from followup.published_rounds import index

    return index()


def check(name: str) -> int:
    """List every problem in a round's raw data."""
    from followup.cleaning.check import main

    return main([name])


def lay_out(name: str) -> int:
    """Start a round from the template."""
    from followup.cleaning.template import main

    return main([name])


project = Project(
    names, report, index, PRELOAD, {"check": check, "round": lay_out, "feedback": feedback}
)
