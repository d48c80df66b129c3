"""The executive summary: what was found, in ten sentences at most, each made from facts, verdicts and the audit."""

from collections.abc import Iterator

import pandas as pd
from IPython.display import HTML

from followup.analysis.facts import by_name
from followup.report import claims, display, sentences
from followup.report.display import fact_text, percent, sentence
from followup.rounds import Round


def key_figures(survey: Round, facts: pd.DataFrame) -> HTML:
    """Four figures with their bases: the reply rate, the most common action, and the first outcomes."""
    named = by_name(facts)
    wanted = [("reply_rate", "of the invited administrations replied")]
    ranked = [action for action in survey.actions if f"action.{action.id}.rank" in named]
    wanted += [(f"action.{first.id}.share", first.phrase) for first in ranked if named[f"action.{first.id}.rank"].value == 1][:1]
    wanted += [(f"outcome.{outcome.id}.share", outcome.phrase) for outcome in survey.outcomes]
    shown = [(named[name], words) for name, words in wanted if name in named][:4]
    return display.key_figures((percent(fact.value), words, fact_text(fact, "base")) for fact, words in shown)


def findings(survey: Round, facts: pd.DataFrame, associations: pd.DataFrame, audit: pd.DataFrame) -> list[str]:
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
        *_replies(facts),
        *_actions(survey, facts),
        *_outcomes(survey, facts),
        *_claims(survey, associations),
        *_audit(audit),
        *_limits(facts),
    ]
    if len(found) > 10:
        raise ValueError(f"the executive summary has {len(found)} sentences; ten is the most")
    return found


def _replies(facts: pd.DataFrame) -> Iterator[str]:
    if not sentences.known(facts, "invited"):
        yield sentence("**{replies} replies came**; how many were invited is not known.", facts)
        return
    yield sentence(
        "**{replies} of {invited} invited administrations replied, {reply_rate:share}**; what the others did is not known.", facts
    )


def _actions(survey: Round, facts: pd.DataFrame) -> Iterator[str]:
    yield from list(sentences.actions(survey, facts))[:1]


def _outcomes(survey: Round, facts: pd.DataFrame) -> Iterator[str]:
    parts = [
        sentence(f"{{outcome.{outcome.id}.share}} {{phrase}}", facts, phrase=outcome.phrase)
        for outcome in survey.outcomes
        if sentences.known(facts, f"outcome.{outcome.id}.share")
    ]
    if parts:
        yield f"Of those that replied, {sentences.join(parts)}."


def _claims(survey: Round, associations: pd.DataFrame) -> Iterator[str]:
    tested = claims.claimed(associations)
    if tested.empty:
        return
    published = "the published report claims" if survey.source == "publication" else "the round declares"
    yield f"<strong>Of the {len(tested)} associations that {published}, {claims.verdict_counts(associations)}.</strong>"
    composites = tested[(tested["family"] == "composite") & (tested["verdict"] != "not testable")]
    for _, row in composites.head(2).iterrows():
        saw, acted = survey.words(row["outcome"]), survey.words(row["action"])
        without = claims.without_outcome(row)
        yield f"Of the replies that {saw}, {claims.with_outcome(row)} {acted}, against {without} of those that did not."
    signs = tested[tested["verdict"].isin(["supported", "suggestive"])]
    for _, row in signs[signs["family"] == "primary"].head(2).iterrows():
        yield f"{claims.name(survey, row).capitalize()}: {claims.conclusion(survey, row)}"


def _audit(audit: pd.DataFrame) -> Iterator[str]:
    if len(audit):
        verdicts = audit["verdict"].value_counts()
        yield (
            f"Of {len(audit)} printed figures and marks that were checked, {verdicts.get('agrees', 0)} agree with the replies, "
            f"{verdicts.get('differs', 0)} differ, and {verdicts.get('not checkable', 0)} cannot be checked."
        )


def _limits(facts: pd.DataFrame) -> Iterator[str]:
    yield sentence(
        "Actions and outcomes were reported by the same person, after the event and without a comparison before it: "
        "with {replies} replies, this survey can show what goes together and not what brought it about.",
        facts,
    )
