"""Marks that several figures share: a share with its interval, a forest of odds ratios, and what a
colour stands for."""

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from followup.show.numbers import between, ratio
from followup.show.palette import INK, MUTED, YES
from followup.show.phone import wrap

ODDS = (
    0.04,
    60.0,
)  # the odds ratios that a figure has room for; an interval that goes further is cut
TICKS = (0.1, 0.25, 0.5, 1, 2, 4, 10, 40)


def interval(axes: Axes, places: np.ndarray, table: pd.DataFrame, column: str, colour: str) -> None:
    """Draw a column of shares as dots on their 95% intervals, `column_low` to `column_high`."""
    shares, low, high = (table[f"{column}{end}"].astype(float) for end in ("", "_low", "_high"))
    axes.hlines(places, low, high, color=colour, alpha=0.35, linewidth=6)
    marker = "o" if colour == YES else "s"
    axes.scatter(shares, places, color=colour, marker=marker, s=45, zorder=3, clip_on=False)


def key(axes: Axes, colours: dict[str, str]) -> None:
    """Say above a figure what each colour stands for."""
    handles = [
        axes.scatter([], [], color=colour, marker="o" if colour == YES else "s", label=words)
        for words, colour in colours.items()
    ]
    axes.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False,
        labelcolor="linecolor", handletextpad=0.2, borderaxespad=0.1,
    )  # fmt: skip


def forest(axes: Axes, estimates: pd.DataFrame) -> None:
    """Draw odds ratios with their intervals on a logarithmic scale, rows of one pair together.

    Parameters
    ----------
    estimates : indexed by pair: `comparison`, `odds_ratio`, `low`, `high` (above 0, up to
        infinity).
    """
    rows = list(dict.fromkeys(estimates.index))
    comparisons = list(dict.fromkeys(estimates["comparison"]))
    colours = dict(zip(comparisons, (MUTED, INK, INK), strict=False))
    markers = dict(zip(comparisons, "Dos", strict=False))
    axes.axvline(1, color=MUTED, linewidth=1)
    for comparison, part in estimates.groupby("comparison", sort=False):
        offset = 0.22 * (comparisons.index(comparison) - (len(comparisons) - 1) / 2)
        places = np.array([rows.index(row) for row in part.index]) + offset
        colour = colours[comparison]
        axes.hlines(
            places, part["low"].clip(*ODDS), part["high"].fillna(np.inf).clip(*ODDS),
            color=colour, alpha=0.4, linewidth=4,
        )  # fmt: skip
        axes.scatter(
            part["odds_ratio"].clip(*ODDS), places, color=colour, marker=markers[comparison], s=34,
            zorder=3, label=comparison,
        )  # fmt: skip
    axes.set_yticks(range(len(rows)), [wrap(row) for row in rows])
    axes.set_xscale("log")
    axes.set_xticks(TICKS, [f"{tick:g}" for tick in TICKS])
    axes.xaxis.set_minor_locator(mpl.ticker.NullLocator())
    axes.set(xlim=ODDS, xlabel="Odds ratio with 95% interval", ylabel="")
    axes.invert_yaxis()
    axes.tick_params(left=False)
    legend_above(axes, "")


def legend_above(axes: Axes, words: str) -> None:
    """Set a figure's legend above it, on one line; `words` stand before what it lists."""
    if axes.get_legend_handles_labels()[0]:
        axes.legend(
            loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False, labelcolor=INK,
            handletextpad=0.2, borderaxespad=0.1, title=words or None, alignment="left",
        )  # fmt: skip


def spans(table: pd.DataFrame, by: str | list[str], column: str) -> pd.Series:
    """Say from where to where a column runs in each group: `0.2 to 0.9`; where the rows are told by
    two columns, the second stands before it."""
    ends = table.groupby(by, sort=False)[column].agg(["min", "max"])
    texts = [between(low, high, "p") for low, high in zip(ends["min"], ends["max"], strict=True)]
    if ends.index.nlevels == 2:
        texts = [f"{name} {text}" for (_, name), text in zip(ends.index, texts, strict=True)]
        return pd.Series(texts, ends.index.get_level_values(0), dtype=object)
    return pd.Series(texts, ends.index, dtype=object)


def odds(estimate: float, low: float, high: float) -> str:
    """Say an odds ratio with its interval: `3.5 times as high (chance alone leaves open 0.88 to 16
    times)`."""
    if estimate == float("inf"):
        return f"at least {ratio(low)} times as high, with no upper limit"
    if estimate == 0:
        return f"at most {ratio(high)} times as high, with no lower limit"
    size = "about the same" if 0.95 <= estimate < 1.05 else f"{ratio(estimate)} times as high"
    return f"{size} (chance alone leaves open {between(low, high)} times)"
