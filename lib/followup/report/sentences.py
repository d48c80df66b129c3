"""The report's sentences: each is filled with facts, and says what is so whatever the round."""

import html
import re
from collections.abc import Iterable, Iterator

import pandas as pd

from followup import tables
from followup.declaration import Option
from followup.rounds import Round
from followup.show.display import sentence


def response(survey_round: Round, facts: pd.DataFrame) -> Iterator[str]:
    """What Table 1 says: all replies, then the scopes."""
    if not known(facts, "invited"):
        yield sentence("**{replies} replies came; how many were invited is not known.**", facts)
        return
    yield sentence(
        "**{replies} replies came from {invited} invitations: {reply_rate:share}.**", facts
    )
    yield from by_scope(survey_round, facts)


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


def counted_only(
    survey_round: Round, replies: pd.DataFrame, options: Iterable[Option]
) -> Iterator[str]:
    """Which of some actions or outcomes are known only as counts, and what follows."""
    only = [option.label for option in options if tables.counts_only(replies, option.id)]
    if only:
        yield (
            f"{html.escape(join(only))}: the source gives counts for each {survey_round.event} and does not say who replied so; "
            "they are shown as printed, never more than the replies allow, and cannot be compared reply by reply."
        )


def plain(sentences: Iterable[str]) -> list[str]:
    """Sentences as plain text, for places that escape what they show."""
    return [html.unescape(re.sub(r"</?strong>", "", text)) for text in sentences]


def outcome(survey_round: Round, facts: pd.DataFrame, outcome_id: str) -> Iterator[str]:
    """How many reported an outcome, of those that answered."""
    yield sentence(
        f"**{{outcome.{outcome_id}.share:share}} of the replies {{phrase}} ({{outcome.{outcome_id}.share:base}}); "
        f"{{outcome.{outcome_id}.no_share:share}} did not ({{outcome.{outcome_id}.no_share:base}}).**",
        facts,
        phrase=survey_round.phrase(outcome_id),
    )


def conditionals(
    survey_round: Round, facts: pd.DataFrame, action: str, outcome_id: str
) -> Iterator[str]:
    """Both directions and both rows of one pair, each share with its base."""
    name, acted, saw = (
        f"pair.{action}.{outcome_id}",
        survey_round.phrase(action),
        survey_round.phrase(outcome_id),
    )
    yield sentence(
        f"Of the replies that {{acted}}, {{{name}.outcome_given_action}} {{saw}}; "
        f"of those that did not, {{{name}.outcome_given_no_action}}.",
        facts,
        acted=acted,
        saw=saw,
    )
    yield sentence(
        f"Of the replies that {{saw}}, {{{name}.action_given_outcome}} {{acted}}; "
        f"of those that did not, {{{name}.action_given_no_outcome}}.",
        facts,
        acted=acted,
        saw=saw,
    )


def capital(text: str) -> str:
    """A text with a capital first."""
    return text[:1].upper() + text[1:]


def join(parts: list[str]) -> str:
    """Parts as a phrase: `a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
