"""What round.toml decides about single replies where no rule can tell: each by row, with the reason
why."""

from collections.abc import Iterator
from dataclasses import replace

from followup.cleaning.administrations import FILE, read_administrations, spellings
from followup.declaration import Decision
from followup.files import normalise
from followup.problems import Problem
from followup.rounds import Round


def decisions(survey_round: Round) -> dict[int, Decision]:
    """The decisions that round.toml declares, by row, administrations by code; see
    `decision_problems`."""
    codes = spellings(read_administrations())
    return {
        decision.row: decision.model_copy(
            update={"administration": codes.get(normalise(decision.administration or ""))}
        )
        for decision in survey_round.decisions
    }


def decision_problems(survey_round: Round) -> Iterator[Problem]:
    """Yield the decisions that decide nothing, or too much, or name what is not known."""
    file, codes = survey_round.file("round.toml"), spellings(read_administrations())
    workshops, rows = list(survey_round.read_workshops()["id"]), set()
    for number, decision in enumerate(survey_round.decisions, start=1):
        place = Problem(file, column=f"decisions[{number}]", value=f"row {decision.row}")
        cells = [decision.keep, decision.workshop, decision.administration]
        if decision.drop == any(cells):
            expected = "drop = true, or any of keep = true, workshop and administration"
            yield replace(place, expected=expected)
        if decision.row in rows:
            yield replace(place, expected="one decision about a row")
        rows.add(decision.row)
        if decision.workshop and decision.workshop not in workshops:
            expected = f"an id of workshops.csv: {', '.join(workshops)}"
            yield replace(place, value=decision.workshop, expected=expected)
        if decision.administration and normalise(decision.administration) not in codes:
            expected = f"a code or spelling of {FILE}"
            yield replace(place, value=decision.administration, expected=expected)
