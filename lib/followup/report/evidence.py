"""How firm the tested associations are: every estimate side by side, what moves them, and what could have been found."""

from collections.abc import Iterator

import matplotlib as mpl
import numpy as np
import pandas as pd
from IPython.display import HTML
from matplotlib.figure import Figure

from followup.analysis.clustered import cluster_labels, leave_one_out
from followup.analysis.nonresponse import outcome_bounds
from followup.analysis.power import power_curve
from followup.analysis.sensitivity import ranges
from followup.analysis.stratified import exact_common_odds_ratio, stratum_tables
from followup.analysis.tables import answers
from followup.replies.administrations import read_administrations
from followup.report import claims, display, figures
from followup.report.display import p_value, percent, ratio, sentence
from followup.report.figures import INK, MUTED, NO, OTHER, YES, canvas, themed
from followup.rounds import Round

LIMITS = (0.04, 60.0)  # the odds ratios that a figure has room for; an interval that goes further is cut
ESTIMATES = [
    ("all replies", "odds_ratio", "or_low", "or_high", MUTED, "D"),
    ("within workshops", "common_odds_ratio", "common_or_low", "common_or_high", YES, "o"),
    ("by administration", "gee_odds_ratio", "gee_or_low", "gee_or_high", OTHER, "s"),
]


def forest(survey: Round, associations: pd.DataFrame) -> HTML:
    """Three odds ratios of each pair with their 95% intervals: all replies, within workshops, allowing for administrations."""
    tested = associations[associations["verdict"] != "not testable"]
    if tested.empty:
        return display.note("No pair could be tested.")
    names = [claims.name(survey, row).capitalize() for _, row in tested.iterrows()]
    inside = (tested["common_or_low"] <= 1) & ((tested["common_or_high"] >= 1) | tested["common_or_high"].isna())
    caption = (
        f"Within workshops, the interval of {int(inside.sum())} of {len(tested)} pairs includes an odds ratio of one, "
        "which is no association."
    )
    alt = "Odds ratios with intervals. " + "; ".join(
        f"{label}: all replies {ratio(row.odds_ratio)}, within workshops {ratio(row.common_odds_ratio)}, "
        f"by administration {ratio(row.gee_odds_ratio)}"
        for label, row in zip(names, tested.itertuples(), strict=True)
    )
    return figures.show(_forest(tested, names), survey, "forest", caption, alt)


@themed
def _forest(tested: pd.DataFrame, names: list[str]) -> Figure:
    drawn = canvas(0.78 * len(tested) + 1.2)
    axes = drawn.subplots()
    axes.axvline(1, color=MUTED, linewidth=1)
    for offset, (_, estimate, low, high, colour, marker) in zip((-0.22, 0, 0.22), ESTIMATES, strict=True):
        places = np.arange(len(tested)) + offset
        values = tested[estimate].astype(float)
        axes.hlines(
            places,
            tested[low].astype(float).clip(*LIMITS),
            tested[high].astype(float).clip(*LIMITS),
            color=colour,
            alpha=0.45,
            linewidth=4,
        )
        axes.scatter(values.clip(*LIMITS), places, color=colour, marker=marker, s=34, zorder=3)
    across = axes.get_yaxis_transform()
    for place, (label, *_, colour, marker) in zip((0.02, 0.33, 0.68), ESTIMATES, strict=True):
        axes.scatter([place], [-0.95], color=colour, marker=marker, s=34, transform=across)
        axes.text(place + 0.02, -0.95, label, color=colour, va="center", weight="bold", transform=across)
    axes.set_yticks(range(len(names)), [figures.wrap(name, 34) for name in names])
    axes.set_xscale("log")
    axes.set_xticks([0.1, 0.25, 0.5, 1, 2, 4, 10, 40], ["0.1", "0.25", "0.5", "1", "2", "4", "10", "40"])
    axes.xaxis.set_minor_locator(mpl.ticker.NullLocator())
    axes.set(xlim=LIMITS, ylim=(len(tested) - 0.4, -1.4), xlabel="Odds ratio with 95% interval; one is no association", ylabel="")
    axes.tick_params(left=False)
    return drawn


def without_one(survey: Round, replies: pd.DataFrame, associations: pd.DataFrame) -> HTML:
    """The primary test of each claim with one administration left out at a time; who moves it most is named."""
    rows = _primary(associations)
    if rows.empty or replies["administration"].isna().all():
        return display.note("No administration can be left out: none is known, or no pair could be tested.")
    rest = [_left_out(replies, row) for _, row in rows.iterrows()]
    known = read_administrations()["name"]
    movers = [known.get(code, code) for code in rows["loo_administration"]]
    names = [claims.name(survey, row).capitalize() for _, row in rows.iterrows()]
    said = [
        f"{label}: p from {p_value(left['p_value'].min())} to {p_value(left['p_value'].max())}, highest without {mover}"
        for label, left, mover in zip(names, rest, movers, strict=True)
    ]
    caption = "One administration left out at a time: where the p-value of each claim moves, and who moves it most."
    drawn = _left_out_figure(rest, rows, names, movers)
    return figures.show(drawn, survey, "leave_one_out", caption, f"p-value with one administration left out. {'; '.join(said)}")


def _primary(associations: pd.DataFrame) -> pd.DataFrame:
    return associations[(associations["family"] == "primary") & (associations["verdict"] != "not testable")]


def _left_out(replies: pd.DataFrame, row: pd.Series) -> pd.DataFrame:
    complete = _complete(replies, row)
    return leave_one_out(complete, "action", "outcome", cluster_labels(complete))


def _complete(replies: pd.DataFrame, row: pd.Series) -> pd.DataFrame:
    """Replies that answered both sides of a pair, as boolean columns `action` and `outcome`."""
    both = replies.assign(action=answers(replies, row["action"]), outcome=answers(replies, row["outcome"]))
    return both.dropna(subset=["action", "outcome"]).astype({"action": bool, "outcome": bool})


@themed
def _left_out_figure(rest: list[pd.DataFrame], rows: pd.DataFrame, names: list[str], movers: list[str]) -> Figure:
    drawn = canvas(0.8 * len(rest) + 1.0)
    axes = drawn.subplots()
    axes.axvline(0.05, color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
    axes.text(0.05, -0.6, "0.05", ha="center", va="bottom", color=MUTED)
    for place, (left, (_, row), mover) in enumerate(zip(rest, rows.iterrows(), movers, strict=True)):
        highest = left["p_value"].max()
        axes.scatter(left["p_value"], np.full(len(left), place), color=YES, alpha=0.35, s=45, linewidths=0)
        axes.scatter([row["exact_p"]], [place], color=INK, marker="|", s=260, linewidths=2)
        axes.annotate(f"without {mover}", (highest, place), (0, 11), textcoords="offset points", ha="right", color=INK)
    axes.set_yticks(range(len(names)), [figures.wrap(name, 30) for name in names])
    axes.set(
        xlim=(0, 1.03),
        ylim=(len(rest) - 0.5, -0.7),
        xlabel="p-value; bar: all replies, dots: one administration left out",
        ylabel="",
    )
    axes.tick_params(left=False)
    return drawn


def specification_curve(survey: Round, scenarios: pd.DataFrame, associations: pd.DataFrame) -> HTML:
    """The odds ratio and p of each claim in every combination of the choices that rebuilding forced."""
    if not survey.choices:
        return display.note("The replies are as they were given: there are no choices to vary.")
    claimed = claims.claimed(associations)
    claimed = claimed[claimed["verdict"] != "not testable"]
    found = ranges(scenarios).merge(claimed[["action", "outcome"]], on=["action", "outcome"])
    names = [claims.name(survey, row).capitalize() for _, row in found.iterrows()]
    runs = [scenarios[(scenarios["action"] == row.action) & (scenarios["outcome"] == row.outcome)] for row in found.itertuples()]
    below = [int((run["p_value"] < 0.05).sum()) for run in runs]
    said = [
        f"{label}: odds ratio {ratio(run['odds_ratio'].min())} to {ratio(run['odds_ratio'].max())}, "
        f"p {p_value(run['p_value'].min())} to {p_value(run['p_value'].max())}, below 0.05 in {count} of {len(run)}"
        for label, run, count in zip(names, runs, below, strict=True)
    ]
    hits = [f"{label} in {count}" for label, count in zip(names, below, strict=True) if count]
    outcome = f"p is below 0.05 for {'; '.join(hits)}." if hits else "none brings the p-value of any claim below 0.05."
    caption = f"Of {len(runs[0])} combinations of the choices, {outcome}"
    drawn = _specifications(runs, names, below)
    return figures.show(drawn, survey, "specifications", caption, f"Odds ratios in every scenario. {'; '.join(said)}")


@themed
def _specifications(runs: list[pd.DataFrame], names: list[str], below: list[int]) -> Figure:
    drawn = canvas(0.8 * len(runs) + 1.0)
    axes = drawn.subplots()
    axes.axvline(1, color=MUTED, linewidth=1)
    for place, (run, count) in enumerate(zip(runs, below, strict=True)):
        ordered = run.sort_values("odds_ratio", kind="stable")
        places = place + np.linspace(-0.3, 0.3, len(ordered))
        small = (ordered["p_value"] < 0.05).to_numpy()
        axes.scatter(ordered["odds_ratio"].clip(*LIMITS)[~small], places[~small], color=YES, s=9, linewidths=0)
        axes.scatter(ordered["odds_ratio"].clip(*LIMITS)[small], places[small], color=OTHER, s=16, marker="s", linewidths=0)
        axes.text(
            LIMITS[1] * 0.95, place, f"{count} of {len(run)} below 0.05", ha="right", va="center", color=OTHER if count else MUTED
        )
    axes.set_yticks(range(len(names)), [figures.wrap(name, 34) for name in names])
    axes.set_xscale("log")
    axes.set_xticks([0.1, 0.25, 0.5, 1, 2, 4, 10], ["0.1", "0.25", "0.5", "1", "2", "4", "10"])
    axes.xaxis.set_minor_locator(mpl.ticker.NullLocator())
    label = "Odds ratio within workshops, a dot a scenario (square: p below 0.05)"
    axes.set(xlim=LIMITS, ylim=(len(runs) - 0.4, -0.6), xlabel=label, ylabel="")
    axes.tick_params(left=False)
    return drawn


def power(survey: Round, replies: pd.DataFrame, associations: pd.DataFrame) -> HTML:
    """How likely each claim's test was to find a true difference, by its size."""
    rows = _primary(associations)
    if rows.empty:
        return display.note("No declared pair could be tested.")
    curves = []
    for _, row in rows.iterrows():
        _, strata = stratum_tables(_complete(replies, row), "action", "outcome")
        curves.append(power_curve(exact_common_odds_ratio(strata)))
    names = [claims.name(survey, row).capitalize() for _, row in rows.iterrows()]
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
    return figures.show(drawn, survey, "power", caption, f"Smallest difference found with 80% power. {'; '.join(said)}")


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
    drawn.supxlabel("True difference between those with and without the action, percentage points", fontsize=9, color=MUTED)
    drawn.supylabel("Chance to find it", fontsize=9, color=MUTED)
    return drawn


def hardly_tested(survey: Round, associations: pd.DataFrame, least: int = 15) -> Iterator[str]:
    """Say of each declared pair with few replies on one side that it could hardly have been tested."""
    for _, row in _primary(associations).iterrows():
        acted, did_not = int(row["both"] + row["action_only"]), int(row["outcome_only"] + row["neither"])
        if min(acted, did_not) <= least and row["detectable_difference"] > 0.3:
            group = (
                f"{acted} replies {survey.words(row['action'])}"
                if acted < did_not
                else f"{did_not} replies did not take the action"
            )
            what = survey.words(row["action"], "noun").capitalize()
            half = f"{row['detectable_difference'] * 50:.0f} percentage points"
            yield f"{what}: only {group}, so even a difference of {half} would mostly have gone unseen."


def bounds_table(survey: Round, replies: pd.DataFrame, counts: pd.DataFrame, workshops: pd.DataFrame) -> HTML:
    """Each outcome over all invited administrations: the least and the most it can be, whatever the others would have said."""
    bounds = outcome_bounds(replies, counts, workshops, [outcome.id for outcome in survey.outcomes])
    shown = bounds[["yes", "answered", "share", "low", "high", "lowest", "highest", "tipping_point"]]
    shown = shown.assign(
        interval=[f"{percent(low)} to {percent(high)}" for low, high in zip(bounds["low"], bounds["high"], strict=True)]
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
        "lowest": "share",
        "highest": "share",
        "tipping_point": "share",
    }
    return display.table(
        shown[list(labels)],
        "bounds",
        "What those who did not reply leave open",
        labels=labels,
        rows={outcome.id: outcome.label for outcome in survey.outcomes},
        formats=kinds,
        notes=[
            "Least and most: over all invited, if none or all of those who did not reply had said yes (Manski's bounds).",
            "Tipping point: the share of them that would have to say yes for half of all invited to do so.",
        ],
        stub="Outcome",
        download=bounds.reset_index(),
    )


def limits(survey: Round, facts: pd.DataFrame) -> list[str]:
    """What a design like this cannot tell, whatever the numbers."""
    return [
        "<strong>What happened and what came of it were told by the same person</strong>, in one questionnaire. "
        "Who looks back kindly on a workshop may report both; that alone makes an association.",
        "There is no measurement before the workshop and no group without one: nothing here shows that an action brought an "
        "outcome about.",
        sentence("{reply_rate} replied. Those who did nothing may have been slower to answer.", facts),
        sentence("{replies} replies come from {administrations} administrations, so some speak more than once.", facts),
    ]
