"""The front page: what the survey is, its key figures, what was found, and how far it can be trusted, all made from facts."""

import html
from collections.abc import Iterator

import pandas as pd
from IPython.display import HTML

from followup.facts import by_name
from followup.report import claims, sentences
from followup.rounds import Round
from followup.show import display
from followup.show.display import fact_text, percent, sentence


def about(survey_round: Round, facts: pd.DataFrame) -> str:
    """What the survey is: who asks whom and when, what this round is about, how many were asked and how many replied."""
    return " ".join(_about(survey_round, facts))


def _about(survey_round: Round, facts: pd.DataFrame) -> Iterator[str]:
    months = by_name(facts)["round.months_after"].value
    yield sentence(
        "{who} asks the administrations that took part in its {strata}, {round.months_after} {months} after each, "
        "what they did with what they had learnt and what came of it.",
        facts,
        who=_office(survey_round),
        strata=survey_round.events,
        months="month" if months == 1 else "months",
    )
    some = sentences.known(facts, "workshops_organised")
    which = (
        "{workshops} of the {workshops_organised} {strata} organised"
        if some
        else "{workshops} {strata}"
    )
    strata = (
        survey_round.event
        if not some and by_name(facts)["workshops"].value == 1
        else survey_round.events
    )
    yield sentence(
        f"This round is about {which}{{held}}.", facts, strata=strata, held=_held(survey_round)
    )
    came = "{replies} replies came" + (
        ", from {administrations} administrations" if _named(facts) else ""
    )
    if sentences.known(facts, "invited"):
        yield sentence(
            f"{{invited}} replies were asked for, one of each administration invited, and {came}.",
            facts,
        )
    else:
        yield sentence(f"{came}; how many were asked for is not known.", facts)


def _office(survey_round: Round) -> str:
    if survey_round.office_name:
        return f"The {survey_round.office_name}{f' ({survey_round.office})' if survey_round.office else ''}"
    return survey_round.office or "The office"


def _held(survey_round: Round) -> str:
    """How and when the workshops were held, as far as round.toml and workshops.csv say."""
    months = pd.to_datetime(
        survey_round.read_workshops()["month"], format="%Y-%m", errors="coerce"
    ).dropna()
    named = (
        list(dict.fromkeys(f"{month:%B %Y}" for month in (months.min(), months.max())))
        if len(months)
        else []
    )
    when = (
        f" from {' to '.join(named)}"
        if len(named) > 1
        else "".join(f" in {month}" for month in named)
    )
    how = survey_round.conducted
    return f", held{f' {how}' if how else ''}{when}" if how or when else ""


def _named(facts: pd.DataFrame) -> bool:
    return sentences.known(facts, "administrations")


def key_figures(survey_round: Round, facts: pd.DataFrame) -> HTML:
    """Four figures with their bases: the reply rate, the most common action, and the first outcomes."""
    named = by_name(facts)
    wanted = [("reply_rate", "of the invited administrations replied")]
    ranked = [action for action in survey_round.actions if f"action.{action.id}.rank" in named]
    wanted += [
        (f"action.{first.id}.share", first.phrase)
        for first in ranked
        if named[f"action.{first.id}.rank"].value == 1
    ][:1]
    wanted += [(f"outcome.{outcome.id}.share", outcome.phrase) for outcome in survey_round.outcomes]
    shown = [(named[name], words) for name, words in wanted if name in named][:4]
    return display.key_figures(
        (percent(fact.value), words, fact_text(fact, "base")) for fact, words in shown
    )


def findings(
    survey_round: Round, facts: pd.DataFrame, associations: pd.DataFrame, audit: pd.DataFrame
) -> list[str]:
    """What was found, the most telling first.

    Returns
    -------
    At most ten sentences, as HTML.

    Raises
    ------
    ValueError
        There would be more than ten.
    """
    found = [
        *_replies(survey_round, facts),
        *_actions(survey_round, facts),
        *_outcomes(survey_round, facts),
        *_claims(survey_round, associations),
        *_audit(audit),
    ]
    if len(found) > 10:
        raise ValueError(f"the executive summary has {len(found)} sentences; ten is the most")
    return found


def _replies(survey_round: Round, facts: pd.DataFrame) -> Iterator[str]:
    if not sentences.known(facts, "invited"):
        yield sentence("**{replies} replies came**; how many were invited is not known.", facts)
        return
    yield sentence("**{reply_rate:share} of those invited replied ({reply_rate:base}).**", facts)
    yield from sentences.by_scope(survey_round, facts)


def _actions(survey_round: Round, facts: pd.DataFrame) -> Iterator[str]:
    yield from list(sentences.actions(survey_round, facts))[:1]


def _outcomes(survey_round: Round, facts: pd.DataFrame) -> Iterator[str]:
    parts = [
        sentence(f"{{outcome.{outcome.id}.share}} {{phrase}}", facts, phrase=outcome.phrase)
        for outcome in survey_round.outcomes
        if sentences.known(facts, f"outcome.{outcome.id}.share")
    ]
    if parts:
        yield f"Of those that replied, {sentences.join(parts)}."


def _claims(survey_round: Round, associations: pd.DataFrame) -> Iterator[str]:
    tested = claims.claimed(associations)
    if tested.empty:
        return
    yield f"<strong>Of the {len(tested)} associations that {_whose(survey_round)}, {claims.verdict_counts(associations)}.</strong>"
    composites = tested[(tested["family"] == "composite") & (tested["verdict"] != "not testable")]
    for _, row in composites.head(2).iterrows():
        saw, acted = survey_round.phrase(row["outcome"]), survey_round.phrase(row["action"])
        without = claims.without_outcome(row)
        said = f"Of the replies that {saw}, {claims.with_outcome(row)} {acted}, against {without} of those that did not."
        yield html.escape(said)
    signs = tested[tested["verdict"].isin(["supported", "suggestive"])]
    for _, row in signs[signs["family"] == "primary"].head(2).iterrows():
        pair = html.escape(claims.name(survey_round, row).capitalize())
        yield f"{pair}: {claims.plain_sentence(survey_round, row)}"


def _whose(survey_round: Round) -> str:
    return (
        "the published report claims"
        if survey_round.source == "publication"
        else "the round declares"
    )


def _audit(audit: pd.DataFrame) -> Iterator[str]:
    if len(audit):
        verdicts = audit["verdict"].value_counts()
        yield (
            f"Of {len(audit)} printed figures and marks that were checked, {verdicts.get('agrees', 0)} agree with the replies, "
            f"{verdicts.get('differs', 0)} differ, and {verdicts.get('not checkable', 0)} cannot be checked."
        )
