"""How firm the tested associations are: every estimate side by side, and what moves them."""

import matplotlib as mpl
import numpy as np
import pandas as pd
from IPython.display import HTML
from matplotlib.figure import Figure

from followup.cleaning.administrations import read_administrations
from followup.report import claims, figure_data
from followup.rounds import Round
from followup.show import display, figures
from followup.show.display import p_value, ratio
from followup.show.figures import INK, MUTED, OTHER, YES, canvas, themed
from followup.statistics.clustered import cluster_labels
from followup.statistics.influence import leave_one_out
from followup.statistics.sensitivity import ranges
from followup.statistics.stratified import below
from followup.tables import both_answered

LIMITS = (
    0.04,
    60.0,
)  # the odds ratios that a figure has room for; an interval that goes further is cut
ESTIMATES = [
    ("all replies", "odds_ratio", "or_low", "or_high", MUTED, "D"),
    ("within {strata}", "common_odds_ratio", "common_or_low", "common_or_high", YES, "o"),
    ("by administration", "gee_odds_ratio", "gee_or_low", "gee_or_high", OTHER, "s"),
]


def forest(survey_round: Round, associations: pd.DataFrame) -> HTML:
    """Three odds ratios of each pair with their 95% intervals: all replies, within workshops, allowing for administrations."""
    tested = associations[associations["verdict"] != "not testable"]
    if tested.empty:
        return display.note("No pair could be tested.")
    names = [claims.name(survey_round, row).capitalize() for _, row in tested.iterrows()]
    inside = (tested["common_or_low"] <= 1) & (
        (tested["common_or_high"] >= 1) | tested["common_or_high"].isna()
    )
    caption = (
        f"Within {survey_round.events}, the interval of {int(inside.sum())} of {len(tested)} pairs includes an odds ratio of one, "
        "which is no association."
    )
    alt = "Odds ratios with intervals. " + "; ".join(
        f"{label}: all replies {ratio(row.odds_ratio)}, within {survey_round.events} {ratio(row.common_odds_ratio)}, "
        f"by administration {ratio(row.gee_odds_ratio)}"
        for label, row in zip(names, tested.itertuples(), strict=True)
    )
    data = figure_data.estimates(tested, names, survey_round.events)
    return figures.show(
        _forest(tested, names, survey_round.events), survey_round, "forest", caption, alt, data
    )


@themed
def _forest(tested: pd.DataFrame, names: list[str], strata: str) -> Figure:
    drawn = canvas(0.78 * len(tested) + 1.2)
    axes = drawn.subplots()
    axes.vlines(1, -0.55, len(tested) - 0.4, color=MUTED, linewidth=1)
    for offset, (_, estimate, low, high, colour, marker) in zip(
        (-0.22, 0, 0.22), ESTIMATES, strict=True
    ):
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
        axes.text(
            place + 0.02,
            -0.95,
            label.format(strata=strata),
            color=colour,
            va="center",
            weight="bold",
            transform=across,
        )
    axes.set_yticks(range(len(names)), [figures.wrap(name, 34) for name in names])
    axes.set_xscale("log")
    axes.set_xticks(
        [0.1, 0.25, 0.5, 1, 2, 4, 10, 40], ["0.1", "0.25", "0.5", "1", "2", "4", "10", "40"]
    )
    axes.xaxis.set_minor_locator(mpl.ticker.NullLocator())
    axes.set(
        xlim=LIMITS,
        ylim=(len(tested) - 0.4, -1.4),
        xlabel="Odds ratio with 95% interval; one is no association",
        ylabel="",
    )
    axes.tick_params(left=False)
    return drawn


def without_one(survey_round: Round, replies: pd.DataFrame, associations: pd.DataFrame) -> HTML:
    """The primary test of each claim with one administration left out at a time; who moves it most is named."""
    rows = claims.primary(associations)
    if rows.empty or replies["administration"].isna().all():
        return display.note(
            "No administration can be left out: none is known, or no pair could be tested."
        )
    rest = [_left_out(replies, row) for _, row in rows.iterrows()]
    known = read_administrations()["name"]
    movers = [known.get(code, code) for code in rows["loo_administration"]]
    names = [claims.name(survey_round, row).capitalize() for _, row in rows.iterrows()]
    said = [
        f"{label}: p from {p_value(left['p_value'].min())} to {p_value(left['p_value'].max())}, highest without {mover}"
        for label, left, mover in zip(names, rest, movers, strict=True)
    ]
    caption = "One administration left out at a time: where the p-value of each claim moves, and who moves it most."
    drawn = _left_out_figure(rest, rows, names, movers)
    alt = f"p-value with one administration left out. {'; '.join(said)}"
    return figures.show(
        drawn,
        survey_round,
        "leave_one_out",
        caption,
        alt,
        figure_data.left_out(rest, names, survey_round.event),
    )


def _left_out(replies: pd.DataFrame, row: pd.Series) -> pd.DataFrame:
    complete = both_answered(replies, row["action"], row["outcome"])
    return leave_one_out(complete, "action", "outcome", cluster_labels(complete))


@themed
def _left_out_figure(
    rest: list[pd.DataFrame], rows: pd.DataFrame, names: list[str], movers: list[str]
) -> Figure:
    drawn = canvas(0.8 * len(rest) + 1.0)
    axes = drawn.subplots()
    axes.axvline(0.05, color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
    axes.text(0.05, -0.6, "0.05", ha="center", va="bottom", color=MUTED)
    for place, (left, (_, row), mover) in enumerate(
        zip(rest, rows.iterrows(), movers, strict=True)
    ):
        highest = left["p_value"].max()
        axes.scatter(
            left["p_value"], np.full(len(left), place), color=YES, alpha=0.35, s=45, linewidths=0
        )
        axes.scatter([row["exact_p"]], [place], color=INK, marker="|", s=260, linewidths=2)
        axes.annotate(
            f"without {mover}",
            (highest, place),
            (0, 11),
            textcoords="offset points",
            ha="right",
            color=INK,
        )
    axes.set_yticks(range(len(names)), [figures.wrap(name, 30) for name in names])
    axes.set(
        xlim=(0, 1.03),
        ylim=(len(rest) - 0.5, -0.7),
        xlabel="p-value; bar: all replies, dots: one administration left out",
        ylabel="",
    )
    axes.tick_params(left=False)
    return drawn


def specification_curve(
    survey_round: Round, scenarios: pd.DataFrame, associations: pd.DataFrame
) -> HTML:
    """The odds ratio and p of each claim in every combination of the choices that rebuilding forced."""
    if not survey_round.choices:
        return display.note("The replies are as they were given: there are no choices to vary.")
    claimed = claims.claimed(associations)
    claimed = claimed[claimed["verdict"] != "not testable"]
    found = ranges(scenarios).merge(claimed[["action", "outcome"]], on=["action", "outcome"])
    names = [claims.name(survey_round, row).capitalize() for _, row in found.iterrows()]
    runs = [
        scenarios[(scenarios["action"] == row.action) & (scenarios["outcome"] == row.outcome)]
        for row in found.itertuples()
    ]
    counts = [int(below(run["p_value"]).sum()) for run in runs]
    said = [
        f"{label}: odds ratio {ratio(run['odds_ratio'].min())} to {ratio(run['odds_ratio'].max())}, "
        f"p {p_value(run['p_value'].min())} to {p_value(run['p_value'].max())}, below 0.05 in {count} of {len(run)}"
        for label, run, count in zip(names, runs, counts, strict=True)
    ]
    hits = [f"{label} in {count}" for label, count in zip(names, counts, strict=True) if count]
    outcome = (
        f"p is below 0.05 for {'; '.join(hits)}."
        if hits
        else "none brings the p-value of any claim below 0.05."
    )
    caption = f"Of {len(runs[0])} combinations of the choices, {outcome}"
    drawn = _specifications(runs, names, counts, survey_round.events)
    alt = f"Odds ratios in every scenario. {'; '.join(said)}"
    return figures.show(
        drawn, survey_round, "specifications", caption, alt, figure_data.scenarios(runs, names)
    )


@themed
def _specifications(
    runs: list[pd.DataFrame], names: list[str], counts: list[int], strata: str
) -> Figure:
    drawn = canvas(0.8 * len(runs) + 1.0)
    axes = drawn.subplots()
    axes.axvline(1, color=MUTED, linewidth=1)
    for place, (run, count) in enumerate(zip(runs, counts, strict=True)):
        ordered = run.sort_values("odds_ratio", kind="stable")
        places = place + np.linspace(-0.3, 0.3, len(ordered))
        small = below(ordered["p_value"]).to_numpy()
        axes.scatter(
            ordered["odds_ratio"].clip(*LIMITS)[~small],
            places[~small],
            color=YES,
            s=9,
            linewidths=0,
        )
        axes.scatter(
            ordered["odds_ratio"].clip(*LIMITS)[small],
            places[small],
            color=OTHER,
            s=16,
            marker="s",
            linewidths=0,
        )
        axes.text(
            LIMITS[1] * 0.95,
            place,
            f"{count} of {len(run)} below 0.05",
            ha="right",
            va="center",
            color=OTHER if count else MUTED,
        )
    axes.set_yticks(range(len(names)), [figures.wrap(name, 34) for name in names])
    axes.set_xscale("log")
    axes.set_xticks([0.1, 0.25, 0.5, 1, 2, 4, 10], ["0.1", "0.25", "0.5", "1", "2", "4", "10"])
    axes.xaxis.set_minor_locator(mpl.ticker.NullLocator())
    label = f"Odds ratio within {strata}, a dot a scenario (square: p below 0.05)"
    axes.set(xlim=LIMITS, ylim=(len(runs) - 0.4, -0.6), xlabel=label, ylabel="")
    axes.tick_params(left=False)
    return drawn
