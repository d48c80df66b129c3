"""Facts: every number that the report says in words, by name, with the counts behind it."""

from collections.abc import Iterator
from dataclasses import astuple, dataclass

import pandas as pd

from followup import tables
from followup.rounds import Round

COLUMNS = ["fact", "value", "numerator", "denominator", "unit"]
TESTED = {
    "exact_p": "p",
    "adjusted_p": "p",
    "fisher_p": "p",
    "gee_p": "p",
    "common_odds_ratio": "ratio",
    "odds_ratio": "ratio",
}


@dataclass(frozen=True)
class Fact:
    """One number: its value, for a share its numerator and denominator (counts), and its unit (count, share, p, ratio …)."""

    fact: str
    value: float
    numerator: float | None
    denominator: float | None
    unit: str


def count(name: str, value: float) -> Fact:
    """A count; missing where it is not known."""
    return Fact(name, value, None, None, "count")


def share(name: str, numerator: float, denominator: float) -> Fact:
    """A share with its base; missing where the base is nought or not known."""
    known = not pd.isna(numerator) and not pd.isna(denominator) and denominator > 0
    return Fact(
        name, numerator / denominator if known else float("nan"), numerator, denominator, "share"
    )


def survey_facts(
    survey_round: Round, replies: pd.DataFrame, counts: pd.DataFrame, workshops: pd.DataFrame
) -> pd.DataFrame:
    """All facts that follow from the replies.

    Returns
    -------
    One row a fact: `fact` (unique name), `value`, `numerator`, `denominator` (missing where the fact is no share, or its base is
    not known) and `unit` (`count`, `share`, `number`).
    """
    found = [
        *_round_facts(survey_round, workshops),
        *_response_facts(replies, workshops),
        *_action_facts(survey_round, replies, counts, workshops),
        *_outcome_facts(survey_round, replies, counts, workshops),
        *_pair_facts(survey_round, replies),
        *(
            _last_fact(last["fact"], last["value"], last.get("numerator"), last.get("base"))
            for last in survey_round.last_round
        ),
    ]
    return frame(found)


def frame(found: list[Fact]) -> pd.DataFrame:
    """Facts as a table; a name used twice raises ValueError."""
    table = pd.DataFrame([astuple(fact) for fact in found], columns=COLUMNS)
    table = table.astype({"value": "Float64", "numerator": "Float64", "denominator": "Float64"})
    twice = table.loc[table["fact"].duplicated(), "fact"].tolist()
    if twice:
        raise ValueError(f"facts named twice: {', '.join(twice)}")
    return table


def association_facts(associations: pd.DataFrame) -> pd.DataFrame:
    """Facts `test.<action>.<outcome>.<statistic>` from the rows of associations.csv; what could not be computed is missing."""
    found = [
        Fact(
            f"test.{row.action}.{row.outcome}.{statistic}",
            getattr(row, statistic),
            None,
            None,
            unit,
        )
        for row in associations.itertuples()
        for statistic, unit in TESTED.items()
    ]
    return frame(found)


def all_facts(
    survey_round: Round,
    replies: pd.DataFrame,
    counts: pd.DataFrame,
    workshops: pd.DataFrame,
    associations: pd.DataFrame,
) -> pd.DataFrame:
    """The facts of the replies and of the tests in one table; see `survey_facts` and `association_facts`."""
    parts = [
        survey_facts(survey_round, replies, counts, workshops),
        association_facts(associations),
    ]
    return pd.concat(parts, ignore_index=True)


def by_name(facts: pd.DataFrame) -> dict[str, Fact]:
    """Facts by name; a share's base and a missing value are None or NaN as in the table."""
    return {row.fact: Fact(*row) for row in facts[COLUMNS].itertuples(index=False)}


def _round_facts(survey_round: Round, workshops: pd.DataFrame) -> Iterator[Fact]:
    declared = survey_round.settings["round"]
    yield Fact("round.year", survey_round.year, None, None, "number")
    yield Fact("round.last_year", survey_round.year - 1, None, None, "number")
    yield Fact("round.number", survey_round.number, None, None, "number")
    yield Fact("round.months_after", declared.get("months_after", 6), None, None, "number")
    yield Fact("round.weeks_open", declared.get("weeks_open", 3), None, None, "number")
    if "workshops_organised" in declared:
        yield count("workshops_organised", declared["workshops_organised"])
    if "number" in survey_round.settings.get("publication", {}):
        yield Fact(
            "publication.number",
            survey_round.settings["publication"]["number"],
            None,
            None,
            "number",
        )
    yield count("workshops", len(workshops))
    for scope in workshops["scope"].unique():
        yield count(f"workshops.{scope}", int((workshops["scope"] == scope).sum()))


def _last_fact(fact: str, value: float, numerator: float | None, base: float | None) -> Fact:
    """The round before's share; where it was printed with its base alone, the count is the nearest."""
    counted = round(value * base) if numerator is None and base is not None else numerator
    return Fact(f"last.{fact}", value, counted, base, "share")


def _response_facts(replies: pd.DataFrame, workshops: pd.DataFrame) -> Iterator[Fact]:
    table = tables.responses(replies, workshops)
    for row in table.itertuples():
        suffix = "" if row.Index == tables.TOTAL else f".{row.Index}"
        yield count(f"invited{suffix}", row.invited)
        yield count(f"replies{suffix}", row.replies)
        yield share(f"reply_rate{suffix}", row.replies, row.invited)
    yield count("administrations", int(replies["administration"].nunique()))
    yield count("replies.unnamed", int(replies["administration"].isna().sum()))


def _action_facts(
    survey_round: Round, replies: pd.DataFrame, counts: pd.DataFrame, workshops: pd.DataFrame
) -> Iterator[Fact]:
    actions = [action.id for action in survey_round.actions]
    table = tables.actions_by_workshop(replies, counts, workshops, actions)
    for action in actions:
        answered = (
            len(replies)
            if tables.counts_only(replies, action)
            else int(replies[action].notna().sum())
        )
        yield count(f"action.{action}", table.at[tables.TOTAL, action])
        yield share(f"action.{action}.share", table.at[tables.TOTAL, action], answered)
        for workshop in workshops["id"]:
            yield count(f"action.{action}.{workshop}", table.at[workshop, action])
    ranking = table.loc[tables.TOTAL].dropna()
    for action in ranking.index:
        yield Fact(
            f"action.{action}.rank",
            int((ranking > ranking[action]).sum()) + 1,
            None,
            None,
            "number",
        )


def _outcome_facts(
    survey_round: Round, replies: pd.DataFrame, counts: pd.DataFrame, workshops: pd.DataFrame
) -> Iterator[Fact]:
    for outcome in survey_round.outcomes:
        table = tables.outcome_by_workshop(replies, counts, workshops, outcome.id)
        total = table.loc[tables.TOTAL]
        answered = total["yes"] + total["no"]
        yield count(f"outcome.{outcome.id}", total["yes"])
        yield count(f"outcome.{outcome.id}.no", total["no"])
        yield share(f"outcome.{outcome.id}.share", total["yes"], answered)
        yield share(f"outcome.{outcome.id}.no_share", total["no"], answered)
        for workshop in workshops["id"]:
            yield count(f"outcome.{outcome.id}.{workshop}", table.at[workshop, "yes"])
            yield count(f"outcome.{outcome.id}.no.{workshop}", table.at[workshop, "no"])


def _pair_facts(survey_round: Round, replies: pd.DataFrame) -> Iterator[Fact]:
    singles = [
        (action.id, outcome.id)
        for outcome in survey_round.outcomes
        for action in survey_round.actions
    ]
    composites = [
        ("|".join(pair.actions), pair.outcome)
        for pair in survey_round.pairs
        if pair.composite and len(pair.actions) > 1
    ]
    composites += [
        ("|".join(survey_round.pairs_of(outcome.id)), outcome.id)
        for outcome in survey_round.outcomes
        if survey_round.pairs_of(outcome.id)
    ]
    for action, outcome in dict.fromkeys([*singles, *composites]):
        if any(tables.counts_only(replies, option) for option in (*action.split("|"), outcome)):
            continue
        name, cells = f"pair.{action}.{outcome}", tables.pair_counts(replies, action, outcome)
        both, action_only, outcome_only, neither = cells.values()
        yield from (count(f"{name}.{cell}", value) for cell, value in cells.items())
        yield share(f"{name}.outcome_given_action", both, both + action_only)
        yield share(f"{name}.outcome_given_no_action", outcome_only, outcome_only + neither)
        yield share(f"{name}.action_given_outcome", both, both + outcome_only)
        yield share(f"{name}.action_given_no_outcome", action_only, action_only + neither)
