"""The round before: the facts of its replies that this round has too, to be set side by side."""

import pandas as pd

from followup.cleaning.checks import clean_round
from followup.facts import survey_facts
from followup.rounds import PREVIOUS_COLUMNS, Round, open_round, years
from followup.tables import scopes


def previous_shares(survey_round: Round) -> pd.DataFrame:
    """Count the shares of the round before from its own replies.

    An action counts only where both rounds take its share of the same base, a scope only where both have it; a pair where this
    round declares it.

    Returns
    -------
    One row a share, `fact, value, numerator, base`; empty where no earlier round is here.

    Raises
    ------
    InputProblems
        The earlier round's raw data cannot be used.
    """
    earlier = [year for year in years() if year < survey_round.year]
    if not earlier:
        return pd.DataFrame(columns=PREVIOUS_COLUMNS).astype(
            {"fact": "string", **dict.fromkeys(PREVIOUS_COLUMNS[1:], "float64")}
        )
    last = open_round(earlier[-1])
    replies, counts, _ = clean_round(last)
    workshops = last.read_workshops()
    facts = survey_facts(last, replies, counts, workshops).rename(columns={"denominator": "base"})
    shared = facts[facts["fact"].isin(comparable(survey_round, last)) & facts["value"].notna()]
    return shared[PREVIOUS_COLUMNS].reset_index(drop=True)


def comparable(survey_round: Round, last: Round) -> list[str]:
    """Names of the shares that mean the same in both rounds."""
    same = [
        name
        for name in survey_round.options
        if name in last.options and survey_round.base_of(name) == last.base_of(name)
    ]
    both = [
        scope
        for scope in scopes(survey_round.read_workshops())
        if scope in scopes(last.read_workshops())
    ]
    actions = [f"action.{action.id}.share" for action in survey_round.actions if action.id in same]
    outcomes = [
        f"outcome.{outcome.id}.share" for outcome in survey_round.outcomes if outcome.id in same
    ]
    pairs = [
        f"pair.{action}.{outcome.id}.{direction}"
        for outcome in survey_round.outcomes
        for action in declared(survey_round, outcome.id)
        if {outcome.id, *action.split("|")} <= set(same)
        for direction in ("outcome_given_action", "action_given_outcome")
    ]
    return ["reply_rate", *(f"reply_rate.{scope}" for scope in both), *actions, *outcomes, *pairs]


def declared(survey_round: Round, outcome: str) -> list[str]:
    """The actions and composites that a round pairs with an outcome."""
    composites = [
        "|".join(pair.actions)
        for pair in survey_round.pairs
        if pair.outcome == outcome and pair.composite
    ]
    return list(dict.fromkeys([*survey_round.pairs_of(outcome), *composites]))
