"""Everything that is wrong with a round's raw data, before any of it is used."""

import sys
from collections.abc import Iterator

from followup.problems import InputProblems, Problem, stop_if_any
from followup.replies import reconstruction, schema
from followup.replies.administrations import FILE
from followup.rounds import ROOT, Round, open_round, read_text_table


def raw_problems(survey: Round) -> Iterator[Problem]:
    """Yield the problems of every raw table that all rounds have: administrations, workshops and examples."""
    try:
        administrations = read_text_table(ROOT / FILE)
        workshops = survey.read_raw("workshops.csv")
    except InputProblems as error:
        yield from error.problems
        return
    folder = survey.raw.relative_to(ROOT).as_posix()
    yield from schema.table_problems(administrations, schema.ADMINISTRATIONS, FILE)
    yield from schema.table_problems(workshops, schema.WORKSHOPS, f"{folder}/workshops.csv")
    if not {"id", "code"} <= {*workshops, *administrations}:
        return
    try:
        examples = survey.read_good_practices()
    except InputProblems as error:
        yield from error.problems
        return
    fitting = schema.examples_schema(list(workshops["id"]), list(administrations["code"]))
    yield from schema.table_problems(examples, fitting, f"{folder}/good_practices.csv")


def clean_round(survey: Round) -> tuple:
    """Check all raw data of a round and clean its replies.

    Returns
    -------
    replies, counts, log : see `reconstruction.rebuild`.

    Raises
    ------
    InputProblems
        With every problem found in any file.
    """
    problems = list(raw_problems(survey))
    if any(problem.file.endswith(("workshops.csv", "administrations.csv")) for problem in problems):
        raise InputProblems(problems)
    try:
        replies, counts, log = reconstruction.rebuild(survey)
    except InputProblems as error:
        raise InputProblems([*problems, *error.problems]) from None
    stop_if_any(problems)
    codes = list(read_text_table(ROOT / FILE)["code"])
    schema.replies_schema(survey, list(survey.read_workshops()["id"]), codes).validate(replies, lazy=True)
    return replies, counts, log


def main(year: int) -> int:
    """Print what is wrong with a round's raw data; the exit status is 1 when anything is."""
    try:
        replies, _, log = clean_round(open_round(year))
    except InputProblems as error:
        print(error)
        return 1
    print(f"The raw data of {year} are in order: {len(replies)} replies, {len(log)} changes in the cleaning log.")
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
