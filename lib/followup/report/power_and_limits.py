"""How far the survey reaches: what it could have found, what those who did not reply leave open, what no such survey can tell."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from IPython.display import HTML
from matplotlib.figure import Figure

from followup.report import claims, figure_data
from followup.rounds import Round
from followup.show import display, figures
from followup.show.display import percent, sentence
from followup.show.figures import INK, MUTED, NO, OTHER, YES, canvas, themed
from followup.statistics.nonresponse import outcome_bounds
from followup.statistics.power import detectable_difference, power_curve
from followup.statistics.stratified import CommonOddsRatio, exact_common_odds_ratio, stratum_tables
from followup.tables import both_answered, outcome_by_workshop


def power(survey_round: Round, replies: pd.DataFrame, associations: pd.DataFrame) -> HTML:
    """How likely each claim's test was to find a true difference, by its size."""
    rows = claims.primary(associations)
    if rows.empty:
        return display.note("No declared pair could be tested.")
    curves = [power_curve(_tested(replies, row)) for _, row in rows.iterrows()]
    names = [claims.name(survey_round, row).capitalize() for _, row in rows.iterrows()]
    needed = rows["detectable_difference"]
    said = [
        f"{label}: {'no difference would have been found reliably' if pd.isna(least) else f'{least * 100:.0f} percentage points'}"
        for label, least in zip(names, needed, strict=True)
    ]
    least = needed.min()
    caption = (
        f"Only differences of {least * 100:.0f} points and more would have been found in four of five surveys like this one."
        if not pd.isna(least)
        else "No difference would have been found in four of five surveys like this one."
    )
    drawn = _power(curves, names, needed)
    alt = f"Smallest difference found with 80% power. {'; '.join(said)}"
    return figures.show(
        drawn, survey_round, "power", caption, alt, figure_data.power(curves, names)
    )


@themed
def _power(curves: list[pd.DataFrame], names: list[str], needed: pd.Series) -> Figure:
    drawn = canvas(2.1 * int(np.ceil(len(curves) / 2)) + 0.6)
    grid = drawn.subplots(int(np.ceil(len(curves) / 2)), 2, sharex=True, sharey=True, squeeze=False)
    for axes in grid.flat[len(curves) :]:
        axes.set_visible(False)
    for axes, curve, name, least in zip(grid.flat, curves, names, needed, strict=False):
        axes.axhline(0.8, color=NO, linewidth=1)
        axes.plot(curve["difference"], curve["power"], color=YES, linewidth=2)
        if not pd.isna(least):
            axes.plot([least, least], [0, 0.8], color=OTHER, linestyle=(0, (4, 3)), linewidth=1)
            axes.text(least, 0.02, f" {least * 100:+.0f}", color=OTHER, va="bottom")
        axes.set_title(figures.wrap(name, 40), fontsize=9, loc="left", color=INK)
        axes.set(ylim=(0, 1.02), xlim=(-1, 1))
        axes.set_yticks([0, 0.8, 1], ["0%", "80%", "100%"])
        axes.set_xticks([-1, -0.5, 0, 0.5, 1], ["−100", "−50", "0", "+50", "+100"])
    drawn.supxlabel(
        "True difference between those with and without the action, percentage points",
        fontsize=9,
        color=MUTED,
    )
    drawn.supylabel("Chance to find it", fontsize=9, color=MUTED)
    return drawn


def hardly_tested(
    survey_round: Round, replies: pd.DataFrame, associations: pd.DataFrame, least: int = 15
) -> Iterator[str]:
    """Say of each declared pair with at most `least` replies on one side what its test would as likely as not have missed."""
    for _, row in claims.primary(associations).iterrows():
        acted, did_not = (
            int(row["both"] + row["action_only"]),
            int(row["outcome_only"] + row["neither"]),
        )
        if min(acted, did_not) > least:
            continue
        group = (
            f"replies {survey_round.phrase(row['action'])}"
            if acted < did_not
            else "replies did not take the action"
        )
        even_chance = detectable_difference(_tested(replies, row), power=0.5)
        missed = (
            "any difference"
            if pd.isna(even_chance)
            else f"a difference of {even_chance * 100:.0f} percentage points"
        )
        pair = claims.name(survey_round, row).capitalize()
        yield f"{pair}: only {min(acted, did_not)} {group}, so {missed} would as likely as not have gone unseen."


def _tested(replies: pd.DataFrame, row: pd.Series) -> CommonOddsRatio:
    _, strata = stratum_tables(
        both_answered(replies, row["action"], row["outcome"]), "action", "outcome"
    )
    return exact_common_odds_ratio(strata)


def bounds_table(
    survey_round: Round, replies: pd.DataFrame, counts: pd.DataFrame, workshops: pd.DataFrame
) -> HTML:
    """Each outcome over all invited administrations: the least and the most it can be, whatever the others would have said."""
    totals = {
        outcome.id: outcome_by_workshop(replies, counts, workshops, outcome.id).loc["total"]
        for outcome in survey_round.outcomes
    }
    invited = workshops["invited"].sum(skipna=False)
    bounds = outcome_bounds(pd.DataFrame(totals).T, invited)
    shown = bounds[
        ["yes", "answered", "share", "low", "high", "lowest", "highest", "tipping_point"]
    ]
    shown = shown.assign(
        interval=[
            f"{percent(low)} to {percent(high)}"
            for low, high in zip(bounds["low"], bounds["high"], strict=True)
        ]
    )
    labels = {
        "yes": "Yes",
        "answered": "Answered",
        "share": "Share",
        "interval": "95% interval",
        "lowest": "Least it can be",
        "highest": "Most it can be",
        "tipping_point": "Tipping point",
    }
    kinds = {
        "yes": "count",
        "answered": "count",
        "share": "share",
        "interval": "text",
        "lowest": "share",
        "highest": "share",
        "tipping_point": "share",
    }
    return display.table(
        shown[list(labels)],
        "bounds",
        "Each outcome over all invited, whatever the others would have said",
        labels=labels,
        rows={outcome.id: outcome.label for outcome in survey_round.outcomes},
        formats=kinds,
        notes=[
            "Least and most: over all invited, if none or all of those who did not reply had said yes (Manski's bounds).",
            "Tipping point: the share of them that would have to say yes for half of all invited to do so.",
        ],
        stub="Outcome",
        download=bounds.reset_index(),
    )


def limits(survey_round: Round, facts: pd.DataFrame) -> list[str]:
    """What a design like this cannot tell, whatever the numbers."""
    return [
        "<strong>What happened and what came of it were told by the same person</strong>, in one questionnaire. "
        f"Who looks back kindly on the {survey_round.event} may report both; that alone makes an association.",
        f"There is no measurement before the {survey_round.event} and no group without one: nothing here shows that an action "
        "brought an outcome about.",
        sentence(
            "{reply_rate} replied. Those who did nothing may have been slower to answer.", facts
        ),
        sentence(
            "{replies} replies come from {administrations} administrations, so some speak more than once.",
            facts,
        ),
    ]
