"""The report's sentences: each is filled with facts, and says what is so whatever the round."""

from collections.abc import Iterator

import pandas as pd

from followup.rounds import Round
from followup.show.display import sentence


def by_scope(survey_round: Round, facts: pd.DataFrame) -> Iterator[str]:
    """The reply rate of each scope; nothing where all workshops are of one."""
    names = facts.loc[facts["fact"].str.startswith("workshops."), "fact"].str.removeprefix(
        "workshops."
    )
    scopes = [scope for scope in names if known(facts, f"workshops.{scope}")]
    if len(scopes) > 1:
        first, *others = [
            f"invited to {scope} {survey_round.events} {{reply_rate.{scope}}}" for scope in scopes
        ]
        rest = "".join(f", of those {other}" for other in others)
        yield sentence(f"Of the administrations {first} replied{rest}.", facts)


def known(facts: pd.DataFrame, name: str) -> bool:
    """Whether a fact exists and is neither missing nor nought."""
    value = facts.loc[facts["fact"] == name, "value"]
    return bool(len(value)) and bool(pd.notna(value.iloc[0])) and value.iloc[0] != 0


def actions(survey_round: Round, facts: pd.DataFrame) -> Iterator[str]:
    """Which actions were taken most and least, of all replies."""
    shares = facts[
        facts["fact"].isin([f"action.{action.id}.share" for action in survey_round.actions])
    ].dropna(subset="value")
    ordered = shares.sort_values("value", ascending=False, kind="stable")
    named = [fact.split(".")[1] for fact in ordered["fact"]]
    if not named:
        return
    if not ordered["value"].iloc[0]:
        yield "No reply named any of the follow-up actions."
        return
    first, *rest = named
    yield sentence(
        f"**The most common follow-up was {{noun}}: {{action.{first}.share:share}} of the replies "
        f"({{action.{first}.share:base}}).**",
        facts,
        noun=survey_round.noun(first),
    )
    others = [
        sentence(f"{{noun}} {{action.{action}.share}}", facts, noun=survey_round.noun(action))
        for action in rest
    ]
    if others:
        yield f"Then come {join(others)}."


def capital(text: str) -> str:
    """A text with a capital first."""
    return text[:1].upper() + text[1:]


def join(parts: list[str]) -> str:
    """Parts as a phrase: `a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
