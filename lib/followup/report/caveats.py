"""What to trust of a round, and what not: a short list that follows by rule from the facts, the verdicts and the audit."""

import html
from collections.abc import Iterator

import pandas as pd

from followup.facts import Fact, by_name
from followup.report import claims, sentences
from followup.rounds import Round
from followup.show.display import percent, sentence
from followup.statistics.intervals import wilson

WIDE = 0.1  # an interval as wide as this, one tenth, is said to come from few replies


def trust(
    survey_round: Round, facts: pd.DataFrame, associations: pd.DataFrame, audit: pd.DataFrame
) -> list[str]:
    """What may be quoted as it stands, what with care, and what this round cannot tell.

    Parameters
    ----------
    facts, associations, audit : as the round's facts.csv, associations.csv and audit.csv hold them; the last two may be empty.

    Returns
    -------
    Sentences as HTML, each with its grade in bold first.
    """
    return [
        *_counts(survey_round, facts),
        *_shares(survey_round, facts),
        *_who_replied(facts),
        *_associations(survey_round, associations),
        "<strong>Not from this survey: what brought what about.</strong> Actions and outcomes were reported by the same person, "
        "after the event and with no measurement before it: what goes together can be seen, and not why.",
        *_published(audit),
        *_before(facts),
    ]


def _counts(survey_round: Round, facts: pd.DataFrame) -> Iterator[str]:
    if survey_round.source != "publication":
        yield sentence(
            "**Solid as reported: the counts.** They are counts of the {replies} replies received; what was changed in cleaning "
            "is logged.",
            facts,
        )
        return
    only = [
        survey_round.options[option].noun
        for option in (survey_round.rebuild.counts if survey_round.rebuild else ())
    ]
    but = (
        f" Known only as counts by {{stratum}}, and not by reply: {sentences.join(only)}."
        if only
        else ""
    )
    tried = (
        "; each choice that this took was tried the other way too" if survey_round.choices else ""
    )
    yield sentence(
        "**Solid as reported: the counts.** They are counts of {replies} replies, rebuilt from the lists of the published report"
        f"{tried}.{but}",
        facts,
        stratum=survey_round.event,
    )


def _shares(survey_round: Round, facts: pd.DataFrame) -> Iterator[str]:
    """A share as an example, with its interval; nothing where no question was answered."""
    named = by_name(facts)
    names = {f"outcome.{option.id}.share": option.phrase for option in survey_round.outcomes}
    names |= {f"action.{option.id}.share": option.phrase for option in survey_round.actions}
    example = next((name for name in names if name in named and _has_interval(named[name])), None)
    if example is None:
        return
    low, high = wilson(int(named[example].numerator), int(named[example].denominator))
    because = ", because the replies are few" if high - low > WIDE else ""
    yield sentence(
        f"**With care: every share.** It carries an interval{because}: the {{{example}}} that {{phrase}} may be as little as "
        f"{percent(low)} or as much as {percent(high)}.",
        facts,
        phrase=names[example],
    )


def _has_interval(share: Fact) -> bool:
    known = not any(pd.isna(part) for part in (share.numerator, share.denominator))
    return known and 0 <= share.numerator <= share.denominator and share.denominator > 0


def _who_replied(facts: pd.DataFrame) -> Iterator[str]:
    named = by_name(facts)
    if not sentences.known(facts, "invited"):
        said = "**Not known: how many were asked.** So there is no reply rate, and nothing tells for whom the replies speak."
    elif named["reply_rate"].value < 1:
        said = "**With care: who replied.** {reply_rate} did; those who did not may differ."
    else:
        said = "**Solid: who replied.** All {invited} that were asked did."
    if not sentences.known(facts, "administrations"):
        again = " No reply names its administration, so how many speak more than once is not known."
    elif named["administrations"].value < named["replies"].value:
        again = " The {replies} replies come from {administrations} administrations, so some speak more than once."
    else:
        again = ""
    yield sentence(said + again, facts)


def _associations(survey_round: Round, associations: pd.DataFrame) -> Iterator[str]:
    tested = claims.claimed(associations)
    supported = tested[tested["verdict"] == "supported"]
    if tested.empty:
        yield (
            "<strong>Not tested: what goes with what.</strong> The round declares no pair of an action and an outcome; what was "
            "looked at all the same can only suggest what to ask next."
        )
    elif (tested["verdict"] == "not testable").all():
        yield (
            "<strong>Not tested: that the actions go with the outcomes.</strong> None of the "
            f"{len(tested)} associations declared could be tested."
        )
    elif supported.empty:
        yield (
            f"<strong>Not shown: that the actions go with the outcomes.</strong> None of the {len(tested)} associations declared "
            f"is supported{_unseen(tested)}."
        )
    else:
        names = "; ".join(claims.name(survey_round, row) for _, row in supported.iterrows())
        yield (
            f"<strong>Firm enough to quote: that these go together.</strong> {html.escape(sentences.capital(names))} "
            f"({len(supported)} of the {len(tested)} associations declared); the others are not supported."
        )


def _unseen(tested: pd.DataFrame) -> str:
    """How large a difference would have been found."""
    least = tested.loc[tested["family"] == "primary", "detectable_difference"].min()
    seen = (
        "hardly any difference"
        if pd.isna(least)
        else f"only differences of {least * 100:.0f} percentage points or more"
    )
    return f". That does not mean that there is none: {seen} would have been found in four of five surveys like this one"


def _published(audit: pd.DataFrame) -> Iterator[str]:
    if audit.empty:
        return
    verdicts = audit["verdict"].value_counts()
    differ, unknown = verdicts.get("differs", 0), verdicts.get("not checkable", 0)
    grade = "With care" if differ else "Solid"
    rest = f", and {unknown} cannot be checked" if unknown else ""
    advice = "; where the two disagree, quote this page" if differ else ""
    yield (
        f"<strong>{grade}: the published report.</strong> {differ or 'None'} of its {len(audit)} printed figures and marks "
        f"{'differs' if differ < 2 else 'differ'} from the replies{rest}{advice}."
    )


def _before(facts: pd.DataFrame) -> Iterator[str]:
    last = facts[facts["fact"].str.startswith("last.")]
    if len(last) and last["denominator"].isna().any():
        all_of_it = (
            "Its figures were" if last["denominator"].isna().all() else "Some of its figures were"
        )
        yield (
            f"<strong>Not comparable: the round before.</strong> {all_of_it} printed without their bases: they are shown as "
            "printed, and nothing is concluded from the difference."
        )
