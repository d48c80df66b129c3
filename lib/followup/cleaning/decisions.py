"""What round.toml decides about single replies that no rule can settle: each by row, with the reason why."""

from collections.abc import Iterator
from dataclasses import replace

from followup.cleaning.administrations import FILE, read_administrations, spellings
from followup.declaration import Decision
from followup.files import normalise
from followup.problems import Problem
from followup.rounds import Round

NO_DECISION = Decision(row=0, was="-", why="-")


def decisions(survey_round: Round) -> dict[int, Decision]:
    """The decisions that round.toml declares, by row; a second about the same row is a problem (`decision_problems`)."""
    codes = spellings(read_administrations())
    return {
        decision.row: decision.model_copy(
            update={"administration": codes.get(normalise(decision.administration or ""))}
        )
        for decision in survey_round.decisions
    }


def decision_problems(survey_round: Round) -> Iterator[Problem]:
    """Yield the decisions that decide nothing, or too much, or name a workshop or administration that is not known."""
    file, codes = survey_round.file("round.toml"), spellings(read_administrations())
    workshops, rows = list(survey_round.read_workshops()["id"]), set()
    for number, decision in enumerate(survey_round.decisions, start=1):
        place = Problem(file, column=f"decisions[{number}]", value=f"row {decision.row}")
        given = [decision.drop, decision.keep, decision.workshop, decision.administration]
        if not any(given) or (decision.drop and any(given[1:])):
            yield replace(
                place, expected="drop = true, or any of keep = true, workshop and administration"
            )
        if decision.row in rows:
            yield replace(place, expected="one decision about a row")
        rows.add(decision.row)
        if decision.workshop and decision.workshop not in workshops:
            expected = f"an id of workshops.csv: {', '.join(workshops)}"
            yield replace(place, value=decision.workshop, expected=expected)
        if decision.administration and normalise(decision.administration) not in codes:
            expected = f"a code or spelling of {FILE}"
            yield replace(place, value=decision.administration, expected=expected)
