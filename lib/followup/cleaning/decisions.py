"""What round.toml decides about single replies that no rule can settle: each by row, with the reason why."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from followup.cleaning.administrations import FILE, fold, read_administrations, spellings
from followup.problems import Problem
from followup.rounds import Round


@dataclass(frozen=True)
class Decision:
    """What is done with the reply in one row of the export: dropped, kept though not invited, or given what it lacks.

    `was` is what one of the row's cells says: if it no longer does, the export has changed and the decision is void.
    """

    row: int = 0
    was: str = ""
    why: str = ""
    drop: bool = False
    keep: bool = False
    workshop: str = ""
    administration: str = ""
    key: str = ""


def decisions(survey_round: Round) -> dict[int, Decision]:
    """The decisions that round.toml declares, by row; a second about the same row is a problem (`decision_problems`)."""
    known = spellings(read_administrations())
    found = {}
    for number, entry in enumerate(survey_round.settings.get("decisions", []), start=1):
        kept = {key: value for key, value in entry.items() if key in Decision.__dataclass_fields__}
        decided = Decision(**{**kept, "key": f"decisions[{number}]"})
        found[decided.row] = replace(
            decided, administration=known.get(fold(decided.administration), decided.administration)
        )
    return found


def decision_problems(survey_round: Round) -> Iterator[Problem]:
    """Yield the decisions that decide nothing, or too much, or name a workshop or administration that is not known."""
    file, known, seen = survey_round.file("round.toml"), spellings(read_administrations()), set()
    workshops = list(survey_round.read_workshops()["id"])
    for number, entry in enumerate(survey_round.settings.get("decisions", []), start=1):
        place = Problem(file, column=f"decisions[{number}]", value=f"row {entry['row']}")
        given = [key for key in ("drop", "keep", "workshop", "administration") if entry.get(key)]
        if not given or ("drop" in given and len(given) > 1):
            yield replace(
                place, expected="drop = true, or any of keep = true, workshop and administration"
            )
        if entry["row"] in seen:
            yield replace(place, expected="one decision about a row")
        seen.add(entry["row"])
        if entry.get("workshop", workshops[0]) not in workshops:
            yield replace(
                place,
                value=entry["workshop"],
                expected=f"an id of workshops.csv: {', '.join(workshops)}",
            )
        if "administration" in entry and fold(entry["administration"]) not in known:
            yield replace(
                place, value=entry["administration"], expected=f"a code or spelling of {FILE}"
            )
