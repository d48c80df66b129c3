"""Where rebuilding the replies had to choose, what was printed may fit the choice not taken."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import pandas as pd

from followup.facts import survey_facts
from followup.rounds import Round
from followup.statistics.sensitivity import apply_edits
from publication_audit.context import Context
from publication_audit.findings import AGREES, DIFFERS, Finding
from publication_audit.printed import Printed


@dataclass(frozen=True)
class Reconstruction:
    """One alternative of a choice of the round: its label, the replies it gives, and the facts that
    it may change."""

    choice: str
    label: str
    replies: pd.DataFrame
    facts: pd.DataFrame


def alternative_reconstructions(
    survey_round: Round, replies: pd.DataFrame, counts: pd.DataFrame, workshops: pd.DataFrame
) -> Iterator[Reconstruction]:
    """Give every alternative that was not taken, each with all other choices as they were.

    Parameters
    ----------
    replies : as rebuilt with the first alternative of each choice.

    Returns
    -------
    Nothing for a round without choices.
    """
    for choice in survey_round.plain_choices:
        for alternative in choice["alternatives"][1:]:
            edits = alternative["edits"]
            edited = apply_edits(replies, edits)
            columns = {edit.get("column") for edit in edits}
            facts = survey_facts(
                survey_round, edited, counts, workshops, None if None in columns else columns
            )
            yield Reconstruction(choice["id"], alternative["label"], edited, facts)


def labels_that_fit(
    findings: Iterable[Finding],
    contexts: Iterable[tuple[Reconstruction, Context]],
    judge: Callable[[Printed, Context], Finding],
) -> dict[str, str]:
    """By the place of a finding, the label of the reconstruction under which it would be right.

    Of the alternatives of one choice only the one that puts most findings right is considered; of
    several choices, the one whose alternative does.
    """
    differing = [one for one in findings if one.verdict == DIFFERS]
    best: dict[str, tuple[str, list[str]]] = {}
    for reconstruction, context in contexts:
        right = [one.item.place for one in differing if _is_right(one, judge(one.item, context))]
        if len(right) > len(best.get(reconstruction.choice, ("", []))[1]):
            best[reconstruction.choice] = reconstruction.label, right
    fewest_first = sorted(best.values(), key=lambda one: len(one[1]))
    return {place: label for label, places in fewest_first for place in places}


def _is_right(finding: Finding, otherwise: Finding) -> bool:
    if otherwise.verdict == AGREES:
        return True
    return finding.wrong and otherwise.verdict == DIFFERS and not otherwise.wrong
