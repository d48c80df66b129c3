"""The previous round: the facts of its replies that this round has too, to be set side by side."""

from collections.abc import Mapping

import pandas as pd

from followup.cleaning.checks import clean_round_before
from followup.facts import Fact, Facts, survey_facts
from followup.problems import InputError
from followup.rounds import PREVIOUS_COLUMNS, Round
from followup.show.numbers import between, points
from followup.statistics.intervals import newcombe
from followup.tables import scopes


def previous_shares(survey_round: Round) -> pd.DataFrame:
    """Count the shares of the previous round from its own replies.

    That is the round which round.toml names. An action counts only where both rounds take its share
    of the same base, a scope only where both have it; a pair where this round declares it.

    Returns
    -------
    One row a share, `fact, value, numerator, base`; empty where no round is named, or the one named
    is not here or cannot be used: a draft never stops another year's report, and the check tells.
    """
    none = pd.DataFrame(columns=PREVIOUS_COLUMNS).astype(
        {"fact": "string", **dict.fromkeys(PREVIOUS_COLUMNS[1:], "float64")}
    )
    try:
        last, replies, counts, _ = clean_round_before(survey_round)
    except InputError:
        return none
    last = last.model_copy(update={"previous": None, "previous_round": ()})  # not of its own before
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
    tested = [name for name in same if survey_round.tested_of(name) == last.tested_of(name)]
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
        if {outcome.id, *action.split("|")} <= set(tested)
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


def changes(facts: Facts, names: Mapping[str, str]) -> pd.DataFrame:
    """Set the shares that the previous round has too beside those of this one.

    Parameters
    ----------
    names : a share's words by its fact.

    Returns
    -------
    A row a share, indexed by its words: `fact`, `previous` and `now` (Fact), `change` (0 to 1) with
    its 95% interval, `low` and
    `high` (Newcombe, for two separate groups), which are missing where a base is not known, and
    `in_words` for the three.
    """
    both = [fact for fact in names if fact in facts and f"last.{fact}" in facts]
    rows = [
        (fact, facts[f"last.{fact}"], facts[fact], *difference(facts[f"last.{fact}"], facts[fact]))
        for fact in both
    ]
    columns = ["fact", "previous", "now", "change", "low", "high"]
    table = pd.DataFrame(rows, columns=columns, index=[names[fact] for fact in both])
    limits = table[["change", "low", "high"]].itertuples(index=False)
    table["in_words"] = [
        "not compared" if pd.isna(change) else f"{points(change)} ({between(low, high, 'points')})"
        for change, low, high in limits
    ]
    return table


def difference(previous: Fact, now: Fact) -> tuple[float, float, float]:
    """Give this round's share less the previous one's with Newcombe's interval; missing where a
    count or base is not known."""
    counts = [now.numerator, now.denominator, previous.numerator, previous.denominator]
    whole = [int(count) for count in counts if count is not None and not pd.isna(count)]
    if len(whole) < 4 or not whole[1] or not whole[3] or whole[0] > whole[1] or whole[2] > whole[3]:
        return float("nan"), float("nan"), float("nan")
    return float(now.value - previous.value), *newcombe(*whole)


def outcome_shares(survey_round: Round, outcome: str) -> dict[str, str]:
    """Give the shares that can be set beside those of the previous round: of an outcome, and of its
    declared pairs.

    Returns
    -------
    What each is a share of, in words, by its fact.
    """
    reported = survey_round.phrase(outcome)
    names = {f"outcome.{outcome}.share": f"{reported}, of the replies that answered"}
    for action in declared(survey_round, outcome):
        acted, pair = survey_round.phrase(action), f"pair.{action}.{outcome}"
        names[f"{pair}.outcome_given_action"] = f"{reported}, of those that {acted}"
        names[f"{pair}.action_given_outcome"] = f"{acted}, of those that {reported}"
    return {fact: text[:1].upper() + text[1:] for fact, text in names.items()}
