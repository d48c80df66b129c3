"""Other readings of the replies: where rebuilding had to choose, what was printed may fit the choice not taken."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import pandas as pd

from followup.facts import survey_facts
from followup.rounds import Round
from followup.statistics.sensitivity import apply_edits
from publication_audit.findings import AGREES, DIFFERS, Case, Judgement
from publication_audit.printed import Printed


@dataclass(frozen=True)
class Reading:
    """One alternative of one of the round's choices: its label, and the replies and facts that it gives."""

    choice: str
    label: str
    replies: pd.DataFrame
    facts: pd.DataFrame


def other_readings(
    survey_round: Round, replies: pd.DataFrame, counts: pd.DataFrame, workshops: pd.DataFrame
) -> Iterator[Reading]:
    """Give every alternative that was not taken, each with all other choices as they were; nothing for a round without choices.

    Parameters
    ----------
    replies : as rebuilt with the first alternative of each choice.
    """
    for choice in survey_round.plain_choices:
        for alternative in choice["alternatives"][1:]:
            edited = apply_edits(replies, alternative["edits"])
            yield Reading(
                choice["id"],
                alternative["label"],
                edited,
                survey_facts(survey_round, edited, counts, workshops),
            )


def fitting(
    judged: Iterable[Judgement],
    cases: Iterable[tuple[Reading, Case]],
    judge: Callable[[Printed, Case], Judgement],
) -> dict[str, str]:
    """By the place of a finding, the label of the reading under which it would be right.

    Of the alternatives of one choice only the one that puts most findings right is considered; of several choices, the one whose
    alternative does.
    """
    findings = [one for one in judged if one.verdict == DIFFERS]
    best: dict[str, tuple[str, list[str]]] = {}
    for reading, case in cases:
        right = [one.item.place for one in findings if _is_right(one, judge(one.item, case))]
        if len(right) > len(best.get(reading.choice, ("", []))[1]):
            best[reading.choice] = reading.label, right
    fewest_first = sorted(best.values(), key=lambda one: len(one[1]))
    return {place: label for label, places in fewest_first for place in places}


def _is_right(finding: Judgement, otherwise: Judgement) -> bool:
    return otherwise.verdict == AGREES or (
        finding.wrong and otherwise.verdict == DIFFERS and not otherwise.wrong
    )
