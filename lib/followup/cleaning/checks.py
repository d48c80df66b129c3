"""Everything that is wrong with a round's raw data, before any of it is used."""

from collections.abc import Iterator
from datetime import date

import pandas as pd

from followup import rounds
from followup.cleaning import reconstruction, schema
from followup.cleaning.administrations import FILE, spellings, suggestion
from followup.cleaning.cleaning import Remark, cleaning_log
from followup.cleaning.questionnaire import read_questionnaire
from followup.cleaning.reader import Reading
from followup.files import listed, normalise, read_text_table
from followup.problems import InputProblems, Problem
from followup.rounds import Round


def raw_problems(survey_round: Round) -> Iterator[Problem]:
    """Yield the problems of every raw table that all rounds have: administrations, workshops and examples."""
    try:
        administrations = read_text_table(rounds.ROOT, FILE)
        workshops = survey_round.read_raw("workshops.csv")
    except InputProblems as error:
        yield from error.problems
        return
    found = [
        *schema.table_problems(administrations, schema.ADMINISTRATIONS, FILE),
        *schema.table_problems(
            workshops,
            schema.workshops_schema(survey_round, list(workshops)),
            survey_round.file("workshops.csv"),
        ),
    ]
    found = found or [
        *workshop_problems(survey_round, workshops, spellings(administrations.set_index("code")))
    ]
    yield from found
    if found:
        return
    try:
        examples = survey_round.read_good_practices()
    except InputProblems as error:
        yield from error.problems
        return
    fitting = schema.examples_schema(
        list(workshops["id"]), list(administrations["code"]), survey_round.options
    )
    yield from schema.table_problems(examples, fitting, survey_round.file("good_practices.csv"))


def workshop_problems(
    survey_round: Round, workshops: pd.DataFrame, known: dict[str, str]
) -> Iterator[Problem]:
    """Yield what does not fit together in a workshops.csv whose cells are well formed."""
    file = survey_round.file("workshops.csv")
    if workshops.empty:
        yield Problem(file, expected=f"a row for each {survey_round.event}: there is none yet")
    for line, row in zip(workshops.index.astype(str), workshops.to_dict("records"), strict=True):
        if row["id"] in {"total", *workshops["scope"]}:
            yield Problem(
                file, line, "id", row["id"], "an id that is no scope's name, and not total"
            )
        day = row.get("date", "")
        if day and not _is_a_day(day):
            yield Problem(file, line, "date", day, "a day of the calendar")
        if day and row["month"] and not day.startswith(row["month"]):
            yield Problem(
                file,
                line,
                "month",
                row["month"],
                f"the month of its date {day}, or nothing",
                day[:7],
            )
        names = listed(row.get("invited_administrations", ""))
        for name in names:
            if normalise(name) not in known:
                expected = f"codes or spellings of {FILE}, separated by semicolons"
                yield Problem(
                    file, line, "invited_administrations", name, expected, suggestion(name, known)
                )
        codes = [known.get(normalise(name), name) for name in names]
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            yield Problem(file, line, "invited_administrations", code, "each administration once")
        if names and row["invited"] and int(row["invited"]) != len(names):
            yield Problem(
                file,
                line,
                "invited",
                row["invited"],
                f"{len(names)}, as many as invited_administrations names, or nothing",
            )


def _is_a_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def read_round(survey_round: Round) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, Reading]:
    """Check all raw data of a round and clean its replies.

    Returns
    -------
    replies, counts, log : see `reconstruction.rebuild`; a questionnaire's counts are empty.
    found : remarks, and whom to ask about which row; empty for a published round.

    Raises
    ------
    InputProblems
        With every problem found in any file; its `found` is as above, where the export could be read.
    """
    problems = list(raw_problems(survey_round))
    if any(problem.file.endswith(("workshops.csv", "administrations.csv")) for problem in problems):
        raise InputProblems(problems)
    try:
        if survey_round.source == "questionnaire":
            found = read_questionnaire(survey_round)
        else:
            replies, counts, log = reconstruction.rebuild(survey_round)
            found = Reading(survey_round)
    except InputProblems as error:
        raise InputProblems([*problems, *error.problems]) from None
    if problems or any(map(is_fatal, found.problems)):
        unread = InputProblems([*problems, *filter(is_fatal, found.problems)])
        unread.found = found
        raise unread
    if survey_round.source == "questionnaire":
        replies, counts, log = found.frame(), no_counts(), cleaning_log(found.changes)
    codes = list(read_text_table(rounds.ROOT, FILE)["code"])
    schema.replies_schema(survey_round, list(survey_round.read_workshops()["id"]), codes).validate(
        replies, lazy=True
    )
    return replies, counts, log, found


def is_fatal(problem: Problem) -> bool:
    """Whether a problem stops the report; a remark does not."""
    return not isinstance(problem, Remark)


def no_counts() -> pd.DataFrame:
    """The counts of a round whose replies are all known."""
    types = {"workshop": "string", "variable": "string", "yes": "Int64", "no": "Int64"}
    return pd.DataFrame({name: [] for name in types}).astype(types)


def clean_round(survey_round: Round) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Check all raw data of a round and clean its replies: replies, counts, log (see `read_round`)."""
    return read_round(survey_round)[:3]
