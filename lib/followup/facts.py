"""Facts: every number that the report says in words, by name, with the counts behind it."""

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import pandas as pd

from followup import tables
from followup.declaration import Option
from followup.rounds import Round
from followup.show import numbers
from followup.statistics.sensitivity import choices_about, share_ranges

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
    """One number with the counts behind it; as text a share stands with its base.

    Parameters
    ----------
    fact : its name.
    value : missing where it is not known.
    numerator, denominator : counts, of a share whose base is known.
    unit : `count`, `share`, `number`, `p`, `ratio`.

    Examples
    --------
    >>> reply_rate = Fact("reply_rate", 58 / 153, 58, 153, "share")
    >>> str(reply_rate), reply_rate.share, reply_rate.base
    ('38% (58 of 153)', '38%', '58 of 153')
    """

    fact: str
    value: float
    numerator: float | None = None
    denominator: float | None = None
    unit: str = "number"

    @property
    def known(self) -> bool:
        """Whether there is a value."""
        return not pd.isna(self.value)

    @property
    def has_base(self) -> bool:
        """Whether it is a share whose base is known and not nought."""
        return self.known and self.unit == "share" and not pd.isna(self.denominator)

    @property
    def share(self) -> str:
        """The value alone, without its base."""
        return numbers.FORMATS[self.unit](self.value) if self.known else numbers.UNKNOWN

    @property
    def base(self) -> str:
        """The counts behind a share: `58 of 153`."""
        if not self.has_base:
            return numbers.UNKNOWN
        return f"{numbers.count(self.numerator or 0)} of {numbers.count(self.denominator or 0)}"

    def __str__(self) -> str:
        return f"{self.share} ({self.base})" if self.has_base else self.share


class Facts(Mapping[str, Fact]):
    """A round's facts by name; `frame` holds them as a table.

    A name of several parts can be given as such: `facts["outcome", outcome, "share"]` is
    `facts["outcome.….share"]`.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame
        self._facts = by_name(frame)

    def __getitem__(self, name: str | tuple[object, ...]) -> Fact:
        key = name if isinstance(name, str) else ".".join(map(str, name))
        if key not in self._facts:
            near = difflib.get_close_matches(key, self._facts, n=3)
            raise KeyError(f"there is no fact {key!r}; near it are {', '.join(near) or 'none'}")
        return self._facts[key]

    def otherwise(self, name: str) -> str:
        """What other readings of the source give for a share, as `62% to 68%`; empty where the
        source can be read in one way, or rounding hides what differs."""
        limits = [f"{name}.lowest", f"{name}.highest"]
        shares = [self[limit].share for limit in limits if limit in self]
        return " to ".join(dict.fromkeys(shares)) if len(set(shares)) > 1 else ""

    def all_invited(self, replies: int | None = None) -> float:
        """How many were invited, for a bound over all of them.

        Parameters
        ----------
        replies : how many are counted, where that may be fewer than the round has.

        Returns
        -------
        Missing where it is not known, replies were left out, or some came from those who were not
        invited: who then stands for all invited cannot be told.
        """
        came = self["replies"].value
        whole = came == self["reply_rate"].numerator and replies in (None, came)
        return self["invited"].value if whole else float("nan")

    def __contains__(self, name: object) -> bool:
        return (".".join(map(str, name)) if isinstance(name, tuple) else name) in self._facts

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)


def shares_of(facts: Facts, kind: str, options: Iterable[Option]) -> pd.DataFrame:
    """Give the share of each action or outcome, the largest first.

    Parameters
    ----------
    kind : `action` or `outcome`.

    Returns
    -------
    DataFrame indexed by id: `label`, `noun`, `phrase`, `share` (a Fact), `otherwise` (what other
    readings of the source give, as text), `value` (0 to 1), `yes` and `no` (counts of the answers);
    missing where it is not known.
    """
    rows = {
        option.id: (option.label, option.noun, option.phrase, facts[kind, option.id, "share"])
        for option in options
    }
    table = pd.DataFrame.from_dict(
        rows, orient="index", columns=["label", "noun", "phrase", "share"]
    )
    table["otherwise"] = [facts.otherwise(fact.fact) for fact in table["share"]]
    table["value"] = [fact.value for fact in table["share"]]
    table["yes"] = [fact.numerator for fact in table["share"]]
    table["no"] = [fact.denominator for fact in table["share"]] - table["yes"]
    return table.sort_values("value", ascending=False, kind="stable")


def key_figures(survey_round: Round, facts: Facts) -> pd.DataFrame:
    """Pick the round's four key figures: the reply rate, the most common action, the first
    outcomes.

    Returns
    -------
    DataFrame: `share` (a Fact), `phrase` (what it is a share of, in words), `otherwise` (what other
    readings of the source give; empty where they all give the same).
    """
    actions = [one for one in survey_round.actions if ("action", one.id, "share") in facts]
    outcomes = [one for one in survey_round.outcomes if ("outcome", one.id, "share") in facts]
    shares = [shares_of(facts, "action", actions).iloc[:1], shares_of(facts, "outcome", outcomes)]
    shares[1] = shares[1].loc[[option.id for option in outcomes]]
    chosen = pd.concat(shares)[["share", "phrase", "otherwise"]].iloc[:3]
    rate = facts["reply_rate"]
    names = ("administrations", "replies", "replies.unnamed")
    who, came, unnamed = (facts[name].value if name in facts else 0 for name in names)
    who = who if came == rate.numerator else 0  # others replied too, who were not invited
    invitations = rate.denominator or 0
    invitation = "invitation was" if invitations == 1 else "invitations were"
    answered = f"of {numbers.count(invitations)} {invitation} answered"
    members = f"{'named ' if unnamed else ''}{survey_round.respondent}{'' if who == 1 else 's'}"
    answered += f", by {numbers.count(who)} {members}" if who else ""
    first = pd.DataFrame({"share": [rate], "phrase": [answered], "otherwise": ""})
    return pd.concat([first, chosen], ignore_index=True)


def count(name: str, value: Any) -> Fact:
    """A count; missing where it is not known."""
    return Fact(name, value, unit="count")


def share(name: str, numerator: Any, denominator: Any) -> Fact:
    """A share with its base; missing where the base is nought or not known."""
    is_known = not pd.isna(numerator) and not pd.isna(denominator) and denominator > 0
    return Fact(
        name, numerator / denominator if is_known else float("nan"), numerator, denominator, "share"
    )


def survey_facts(
    survey_round: Round,
    replies: pd.DataFrame,
    counts: pd.DataFrame,
    workshops: pd.DataFrame,
    about: Collection[str] | None = None,
) -> pd.DataFrame:
    """All facts that follow from the replies.

    Parameters
    ----------
    about : actions and outcomes, where only what their answers change is of interest.

    Returns
    -------
    One row a fact: `fact` (unique name), `value`, `numerator`, `denominator` (missing where the
    fact is no share, or its base is not known) and `unit` (`count`, `share`, `number`).
    """
    outcomes = [one.id for one in survey_round.outcomes if about is None or one.id in about]
    rows = [
        *_outcome_facts(outcomes, replies, counts, workshops),
        *_pair_facts(survey_round, survey_round.tested_replies(replies), about),
    ]
    if about is None or set(about) & set(survey_round.action_ids):
        rows = [*_action_facts(survey_round, replies, counts, workshops), *rows]
    if about is None:
        last = [
            _last_fact(share.fact, share.value, share.numerator, share.base)
            for share in survey_round.previous_shares
        ]
        of_replies = _response_facts(replies, workshops)
        rows = [*_round_facts(survey_round, workshops), *of_replies, *rows, *last]
    return frame(rows)


def frame(rows: list[Fact]) -> pd.DataFrame:
    """Facts as a table; a name used twice raises ValueError."""
    table = pd.DataFrame(map(attrgetter(*COLUMNS), rows), columns=COLUMNS)
    table = table.astype({"value": "Float64", "numerator": "Float64", "denominator": "Float64"})
    twice = table.loc[table["fact"].duplicated(), "fact"].tolist()
    if twice:
        raise ValueError(f"facts named twice: {', '.join(twice)}")
    return table


def association_facts(associations: pd.DataFrame) -> pd.DataFrame:
    """Facts `test.<action>.<outcome>.<statistic>` from the rows of associations.csv; what could not
    be computed is missing."""
    rows = [
        Fact(f"test.{row.action}.{row.outcome}.{statistic}", getattr(row, statistic), unit=unit)
        for row in associations.itertuples()
        for statistic, unit in TESTED.items()
    ]
    return frame(rows)


def with_tests(facts: Facts, associations: pd.DataFrame) -> pd.DataFrame:
    """Complete the replies' facts with those of the tests; see `association_facts`."""
    return pd.concat([facts.frame, association_facts(associations)], ignore_index=True)


def with_readings(facts: pd.DataFrame, survey_round: Round, replies: pd.DataFrame) -> pd.DataFrame:
    """Add the least and the greatest count, and share, that the choices of rebuilding leave open:
    `outcome.….lowest`, `outcome.….share.lowest`; nothing of what each combination of the choices
    counts alike."""
    outcomes = [option.id for option in survey_round.outcomes]
    choices = choices_about(replies, survey_round.plain_choices)
    rows = []
    for kind, options in (("action", survey_round.action_ids), ("outcome", outcomes)):
        ranges = share_ranges(replies, choices, options)
        counted_otherwise = ranges[ranges["yes_low"] < ranges["yes_high"]]
        for option, row in counted_otherwise.to_dict("index").items():
            for end, limit in (("lowest", "low"), ("highest", "high")):
                rows += [
                    count(f"{kind}.{option}.{end}", row[f"yes_{limit}"]),
                    Fact(f"{kind}.{option}.share.{end}", row[f"share_{limit}"], unit="share"),
                ]
    return pd.concat([facts, frame(rows)], ignore_index=True) if rows else facts


def by_name(facts: pd.DataFrame) -> dict[str, Fact]:
    """Facts by name; a share's base and a missing value are None or NaN as in the table."""
    return {str(row[0]): Fact(*row) for row in facts[COLUMNS].itertuples(index=False)}


def _round_facts(survey_round: Round, workshops: pd.DataFrame) -> Iterator[Fact]:
    yield Fact("round.year", survey_round.year)
    yield Fact("round.last_year", survey_round.previous or float("nan"))
    yield Fact("round.number", survey_round.number)
    for name in ("months_after", "weeks_open"):
        declared = getattr(survey_round, name)
        yield Fact(f"round.{name}", float("nan") if declared is None else declared)
    if survey_round.workshops_organised is not None:
        yield count("workshops_organised", survey_round.workshops_organised)
    if survey_round.publication and survey_round.publication.number is not None:
        yield Fact("publication.number", survey_round.publication.number)
    yield count("workshops", len(workshops))
    for scope in filter(None, workshops["scope"].unique()):
        yield count(f"workshops.{scope}", int((workshops["scope"] == scope).sum()))


def _last_fact(fact: str, value: float, numerator: float | None, base: float | None) -> Fact:
    """The round before's share; where it was printed with its base alone, the count is the
    nearest."""
    counted = round(value * base) if numerator is None and base is not None else numerator
    return Fact(f"last.{fact}", value, counted, base, "share")


def _response_facts(replies: pd.DataFrame, workshops: pd.DataFrame) -> Iterator[Fact]:
    table = tables.responses(replies, workshops)
    for row in table.itertuples():
        suffix = "" if row.Index == tables.TOTAL else f".{row.Index}"
        yield count(f"invited{suffix}", row.invited)
        yield count(f"replies{suffix}", row.replies)
        yield share(f"reply_rate{suffix}", row.answered, row.invited)
    yield count("administrations", int(replies["administration"].nunique()))
    yield count("replies.unnamed", int(replies["administration"].isna().sum()))


def _action_facts(
    survey_round: Round, replies: pd.DataFrame, counts: pd.DataFrame, workshops: pd.DataFrame
) -> Iterator[Fact]:
    actions = [action.id for action in survey_round.actions]
    table = tables.actions_by_workshop(replies, counts, workshops, actions)
    bases = tables.bases(replies, counts, actions)
    for action in actions:
        answered, counts_of = int(bases[action]), table[action].to_dict()
        yield count(f"action.{action}", counts_of[tables.TOTAL])
        yield share(f"action.{action}.share", counts_of[tables.TOTAL], answered)
        for workshop in workshops["id"]:
            yield count(f"action.{action}.{workshop}", counts_of[workshop])
    ranking = table.loc[tables.TOTAL].dropna()
    for action in ranking.index:
        yield Fact(f"action.{action}.rank", int((ranking > ranking[action]).sum()) + 1)


def _outcome_facts(
    outcomes: list[str], replies: pd.DataFrame, counts: pd.DataFrame, workshops: pd.DataFrame
) -> Iterator[Fact]:
    answers = tables.answers_by_workshop(replies, counts, workshops, outcomes)
    every_yes, every_no = (tables.with_totals(answers[kind]).to_dict() for kind in ("yes", "no"))
    for outcome in outcomes:
        yes, no = every_yes[outcome], every_no[outcome]
        answered = yes[tables.TOTAL] + no[tables.TOTAL]
        yield count(f"outcome.{outcome}", yes[tables.TOTAL])
        yield count(f"outcome.{outcome}.no", no[tables.TOTAL])
        yield share(f"outcome.{outcome}.share", yes[tables.TOTAL], answered)
        yield share(f"outcome.{outcome}.no_share", no[tables.TOTAL], answered)
        for workshop in workshops["id"]:
            yield count(f"outcome.{outcome}.{workshop}", yes[workshop])
            yield count(f"outcome.{outcome}.no.{workshop}", no[workshop])


def _pair_facts(
    survey_round: Round, replies: pd.DataFrame, about: Collection[str] | None = None
) -> Iterator[Fact]:
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
    unknown = {one for one in survey_round.options if tables.counts_only(replies, one)}
    for action, outcome in dict.fromkeys([*singles, *composites]):
        options = {*action.split("|"), outcome}
        if options & unknown or not (about is None or options & set(about)):
            continue
        name, cells = f"pair.{action}.{outcome}", tables.pair_counts(replies, action, outcome)
        both, action_only, outcome_only, neither = cells.values()
        yield from (count(f"{name}.{cell}", value) for cell, value in cells.items())
        yield share(f"{name}.outcome_given_action", both, both + action_only)
        yield share(f"{name}.outcome_given_no_action", outcome_only, outcome_only + neither)
        yield share(f"{name}.action_given_outcome", both, both + outcome_only)
        yield share(f"{name}.action_given_no_outcome", action_only, action_only + neither)
