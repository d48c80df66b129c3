"""Rounds side by side: what changed since the round before, with an interval where both bases are known."""

import pandas as pd
from IPython.display import HTML

from followup.facts import Fact, by_name
from followup.previous_round import declared
from followup.rounds import Round
from followup.show import display
from followup.show.display import fact_text, points
from followup.statistics.intervals import newcombe
from followup.tables import scopes

LABELS = {
    "before": "Round before",
    "now": "This round",
    "change": "Change (percentage points)",
    "interval": "95% interval",
}
HEADING = "What changed since the round before?"
NEWCOMBE = "Newcombe's interval of a difference, for two separate groups; here many administrations reply in both rounds."
UNKNOWN = "– : a figure whose base is not known is shown as printed, and not compared."
PRINTED = (
    "No base of the round before's figures is known, so they are shown as printed and not compared."
)


def of_responses(survey_round: Round, facts: pd.DataFrame) -> HTML | None:
    """The reply rates beside those of the round before."""
    names = {"reply_rate": f"Reply rate, all {survey_round.events}"}
    names |= {
        f"reply_rate.{scope}": f"Reply rate, {scope} {survey_round.events}"
        for scope in scopes(survey_round.read_workshops())
    }
    return changes_table(facts, names, "changes_response")


def of_actions(survey_round: Round, facts: pd.DataFrame) -> HTML | None:
    """The shares of replies that took each action beside those of the round before."""
    return changes_table(
        facts,
        {f"action.{action.id}.share": action.label for action in survey_round.actions},
        "changes_actions",
    )


def of_outcome(survey_round: Round, facts: pd.DataFrame, outcome: str) -> HTML | None:
    """An outcome's share, and those of its declared pairs, beside those of the round before."""
    saw = survey_round.phrase(outcome)
    names = {f"outcome.{outcome}.share": f"Share that {saw}"}
    for action in declared(survey_round, outcome):
        acted = survey_round.phrase(action)
        names[f"pair.{action}.{outcome}.outcome_given_action"] = (
            f"Share that {saw}, of those that {acted}"
        )
        names[f"pair.{action}.{outcome}.action_given_outcome"] = (
            f"Share that {acted}, of those that {saw}"
        )
    return changes_table(facts, names, f"changes_{outcome}")


def changes_table(facts: pd.DataFrame, names: dict[str, str], name: str) -> HTML | None:
    """Show the changes of some shares, by the words for each, under a heading; nothing where no share of both rounds is known.

    Where no base of the round before's figures is known, they stand beside this round's as printed, and nothing is compared.
    """
    found = changes(facts, names)
    if found.empty:
        return None
    known = by_name(facts)
    shown = pd.DataFrame(
        {
            "before": [fact_text(known[f"last.{fact}"]) for fact in found["fact"]],
            "now": [fact_text(known[fact]) for fact in found["fact"]],
            "change": [points(change) for change in found["change"]],
            "interval": [
                _limits(low, high) for low, high in zip(found["low"], found["high"], strict=True)
            ],
        },
        index=[names[fact] for fact in found["fact"]],
    )
    title, notes = (
        "Change from the round before",
        [NEWCOMBE, *([UNKNOWN] if found["change"].isna().any() else [])],
    )
    if found["change"].isna().all():
        title, notes, shown = (
            "The round before, as it was printed",
            [PRINTED],
            shown[["before", "now"]],
        )
    labels = {column: LABELS[column] for column in shown}
    return display.titled(
        HEADING,
        display.table(
            shown,
            name,
            title,
            labels,
            formats=dict.fromkeys(shown, "text"),
            stub="Share",
            notes=notes,
            strong=(),
            download=found,
        ),
    )


def changes(facts: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """The change of each share that the round before has too.

    Returns
    -------
    One row a share, `fact, before, now, change, low, high` (0 to 1); change and limits are missing where a base is not known.
    """
    known = by_name(facts)
    pairs = [
        (fact, known[f"last.{fact}"], known[fact])
        for fact in names
        if fact in known and f"last.{fact}" in known
    ]
    rows = [(fact, last.value, now.value, *difference(last, now)) for fact, last, now in pairs]
    return pd.DataFrame(rows, columns=["fact", "before", "now", "change", "low", "high"])


def difference(last: Fact, now: Fact) -> tuple[float, float, float]:
    """This round's share less the last one's, with Newcombe's interval; missing where a count or a base is not known."""
    counts = [now.numerator, now.denominator, last.numerator, last.denominator]
    if any(count is None or pd.isna(count) for count in counts) or not counts[1] or not counts[3]:
        return (float("nan"),) * 3
    if counts[0] > counts[1] or counts[2] > counts[3]:
        return (float("nan"),) * 3
    low, high = newcombe(*(int(count) for count in counts))
    return float(now.value - last.value), low, high


def _limits(low: float, high: float) -> str:
    return "–" if pd.isna(low) else f"{points(low)} to {points(high)}"
