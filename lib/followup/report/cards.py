"""A card for each claim: the claim in words, both groups' shares drawn, the verdict, one plain sentence, the numbers folded."""

import html
from collections.abc import Iterator

import pandas as pd
from IPython.display import HTML

from followup.report.claims import (
    badge,
    claimed,
    interval,
    name,
    plain_sentence,
    with_action,
    with_outcome,
    without_action,
    without_outcome,
)
from followup.rounds import Round
from followup.show import figures
from followup.show.display import p_value, points, ratio


def cards(survey_round: Round, associations: pd.DataFrame) -> HTML:
    """A card for each claim, in the order of the declarations."""
    rows = claimed(associations)
    return HTML(
        "\n".join(
            card(survey_round, row, number)
            for number, (_, row) in enumerate(rows.iterrows(), start=1)
        )
    )


def card(survey_round: Round, row: pd.Series, number: int) -> str:
    """One claim's card; `number` names its figure, `claim_1`."""
    heading = (
        f"<h3>{html.escape(name(survey_round, row).capitalize())} {badge(row['verdict'])}</h3>"
    )
    sentence = f"<p>{plain_sentence(survey_round, row)}</p>"
    return f'<section class="card">{heading}{shares(survey_round, row, number)}{sentence}{folded(survey_round, row)}</section>'


def shares(survey_round: Round, row: pd.Series, number: int) -> str:
    """The share with the outcome drawn, with the action and without it; empty where no reply answered both."""
    acted, others = row["both"] + row["action_only"], row["outcome_only"] + row["neither"]
    if not acted + others > 0:
        return ""
    phrase, outcome = survey_round.phrase(row["action"]), survey_round.noun(row["outcome"])
    drawn = figures.shares({phrase: (row["both"], acted), "did not": (row["outcome_only"], others)})
    caption = f"Replies with {outcome}, of those that {phrase} and of those that did not"
    alt = f"{caption}: {with_action(row)} against {without_action(row)}."
    return figures.show(drawn, survey_round, f"claim_{number}", caption, alt).data


def folded(survey_round: Round, row: pd.Series) -> str:
    """The numbers behind the verdict, folded away; empty where nothing was tested."""
    if row["verdict"] == "not testable":
        return ""
    entries = "".join(
        f"<dt>{html.escape(term)}</dt><dd>{html.escape(value)}</dd>"
        for term, value in numbers(survey_round, row)
    )
    return f"<details><summary>The numbers</summary><dl>{entries}</dl></details>"


def numbers(survey_round: Round, row: pd.Series) -> Iterator[tuple[str, str]]:
    """The numbers behind a verdict, by name."""
    acted, saw = (
        survey_round.noun(row["action"]),
        survey_round.noun(row["outcome"]),
    )
    yield f"{saw}, with {acted}", with_action(row)
    yield f"{saw}, without", without_action(row)
    yield f"{acted}, with {saw}", with_outcome(row)
    yield f"{acted}, without {saw}", without_outcome(row)
    yield (
        "risk difference, points",
        f"{points(row['risk_difference'])} ({interval(row['rd_low'], row['rd_high'], 'points')})",
    )
    yield (
        "odds ratio, all replies",
        f"{ratio(row['odds_ratio'])} ({interval(row['or_low'], row['or_high'])})",
    )
    yield (
        f"odds ratio, within {survey_round.events}",
        f"{ratio(row['common_odds_ratio'])} ({interval(row['common_or_low'], row['common_or_high'])})",
    )
    yield f"exact test within {survey_round.events}", f"p = {p_value(row['exact_p'])}"
    if not pd.isna(row["adjusted_p"]):
        yield (
            f"adjusted for the other tests ({row['adjustment']})",
            f"p = {p_value(row['adjusted_p'])}",
        )
    yield "Fisher's exact test, all replies", f"p = {p_value(row['fisher_p'])}"
    yield "Boschloo's exact test, all replies", f"p = {p_value(row['boschloo_p'])}"
    yield (
        "Mantel-Haenszel odds ratio and test",
        f"{ratio(row['mh_odds_ratio'])}, p = {p_value(row['mh_p'])}",
    )
    yield (
        "model by administration (GEE)",
        f"{ratio(row['gee_odds_ratio'])}, p = {p_value(row['gee_p'])}",
    )
    if not pd.isna(row["loo_administration_max_p"]):
        yield (
            "largest p with one administration left out",
            f"{p_value(row['loo_administration_max_p'])} ({row['loo_administration']})",
        )
    if not pd.isna(row["loo_workshop_max_p"]):
        yield (
            f"largest p with one {survey_round.event} left out",
            f"{p_value(row['loo_workshop_max_p'])} ({row['loo_workshop']})",
        )
