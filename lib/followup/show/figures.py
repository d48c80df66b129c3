"""The report's figures: one seaborn theme, one palette with one meaning, the base of every share in the figure."""

import base64
import html
import io
from collections.abc import Callable
from functools import wraps

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from IPython.display import HTML
from matplotlib.figure import Figure
from statsmodels.stats.proportion import proportion_confint

from followup import tables
from followup.rounds import Round
from followup.show.display import folded, number, percent, table

YES, NO, OTHER, INK, MUTED = "#1f5f8b", "#d5dbe1", "#c8641b", "#1d2731", "#5a6673"
MOST_COLUMNS = 10
DARK = 0.75  # the share from which on white stands out better on a cell of the heat map
TALL = 7  # inches; a figure that is no taller is set smaller on paper, so that it stands beside its table
BEHIND = "The figures behind the picture"
THEME = {
    **sns.axes_style("white"),
    **sns.plotting_context("notebook", font_scale=0.85),
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Helvetica", "Arial", "sans-serif"],
    "axes.edgecolor": MUTED,
    "axes.labelcolor": MUTED,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": INK,
    "svg.hashsalt": "followup",
    "svg.fonttype": "none",
    "figure.dpi": 100,
}


def themed(draw: Callable[..., Figure]) -> Callable[..., Figure]:
    """Draw in the report's theme, whatever the notebook has set."""

    @wraps(draw)
    def drawn(*args: object, **kwargs: object) -> Figure:
        with mpl.rc_context(THEME):
            return draw(*args, **kwargs)

    return drawn


def canvas(height: float, width: float = 8.0) -> Figure:
    """An empty figure of a size in inches that no notebook shows by itself."""
    return Figure(figsize=(width, height), layout="constrained")


def show(
    drawn: Figure, survey_round: Round, name: str, caption: str, alt: str, data: HTML | None = None
) -> HTML:
    """Save a figure as SVG and show it with its caption and alternative text, and below it the numbers that it draws.

    Parameters
    ----------
    drawn : the figure.
    name : name of its file under figures/, without ending.
    caption : the finding that it shows, escaped here.
    alt : what a reader who cannot see it must know; never empty.
    data : its numbers, from the frame that was drawn: a table by `behind`, or by `same_as` a link to the table that has them.
    """
    if not alt.strip():
        raise ValueError(f"figure {name} has no alternative text")
    content = svg(drawn)
    survey_round.save_figure(content, name)
    tall = ' class="tall"' if drawn.get_size_inches()[1] > TALL else ""
    shown = f"<figure{tall}>{image(content, alt)}<figcaption>{html.escape(caption)}</figcaption></figure>"
    return HTML(shown + (data.data if data else ""))


def svg(drawn: Figure) -> bytes:
    """A figure as SVG in the report's theme: the same figure, the same bytes."""
    buffer = io.BytesIO()
    with mpl.rc_context(THEME):
        drawn.savefig(buffer, format="svg", metadata={"Date": None}, bbox_inches="tight")
    return buffer.getvalue()


def image(content: bytes, alt: str, style: str = "") -> str:
    """An SVG as an image that is embedded in the page, with alternative text."""
    styled = f' style="{style}"' if style else ""
    return f'<img alt="{html.escape(alt)}"{styled} src="data:image/svg+xml;base64,{base64.b64encode(content).decode()}">'


def behind(name: str, frame: pd.DataFrame, caption: str, **shown: object) -> HTML:
    """The numbers that a figure draws, as a folded table with its download; `shown` is what `display.table` takes besides."""
    return folded(
        BEHIND, table(frame, f"figure_{name}", caption, **{"strong": (), **shown}), on_paper=""
    )


def same_as(name: str) -> HTML:
    """A link to the numbered table of the same page that has a figure's numbers, as `table_3`."""
    words = name.replace("_", " ").capitalize()
    return HTML(f'<p class="beside">{BEHIND}: <a href="#{name.replace("_", "-")}">{words}</a></p>')


@themed
def reply_rates(
    responses: pd.DataFrame, names: dict[str, str], last_rate: float | None = None, mark: str = ""
) -> Figure:
    """Reply rate of each workshop with its 95% interval and base, the total as a line, the round before's dashed.

    Parameters
    ----------
    responses : as `analysis.nonresponse.with_intervals` gives them.
    last_rate, mark : the round before's rate, and a sign after it that the caption explains.
    """
    rows = responses.drop(index=["sub-regional", "regional", tables.TOTAL], errors="ignore")
    drawn = canvas(0.42 * len(rows) + 1.1)
    axes = drawn.subplots()
    total = responses.at[tables.TOTAL, "reply_rate"]
    if pd.notna(total):
        axes.axvline(total, color=MUTED, linewidth=1)
        axes.text(total, -0.75, f"all {percent(total)}", ha="center", va="bottom", color=MUTED)
    if last_rate is not None:
        axes.axvline(last_rate, color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
        axes.text(
            last_rate,
            -0.75,
            f"round before {percent(last_rate)}{mark}",
            ha="center",
            va="bottom",
            color=MUTED,
        )
    axes.hlines(range(len(rows)), rows["low"], rows["high"], color=YES, alpha=0.35, linewidth=7)
    sns.scatterplot(
        x=rows["reply_rate"].astype(float),
        y=range(len(rows)),
        color=YES,
        s=70,
        ax=axes,
        legend=False,
        zorder=3,
    )
    for position, row in enumerate(rows.itertuples()):
        axes.text(
            1.04,
            position,
            f"{percent(row.reply_rate)}  ({number(row.replies)} of {number(row.invited)})",
            va="center",
        )
    axes.set_yticks(range(len(rows)), [names[row] for row in rows.index])
    axes.set(
        xlim=(0, 1.36),
        ylim=(len(rows) - 0.4, -0.8),
        xlabel="Replies per invited administration, with 95% interval",
        ylabel="",
    )
    _percent_ticks(axes)
    return drawn


def _percent_ticks(axes: mpl.axes.Axes) -> None:
    """A scale of shares from left to right, and none from top to bottom."""
    axes.set_xticks(np.arange(0, 1.01, 0.25), [percent(tick) for tick in np.arange(0, 1.01, 0.25)])
    axes.tick_params(left=False)


@themed
def action_heatmap(
    actions: pd.DataFrame, replies: pd.Series, labels: dict[str, str], names: dict[str, str]
) -> Figure:
    """Replies that took each action by workshop: the count in each cell, the share of the workshop's replies as its colour."""
    rows = actions.drop(index=tables.TOTAL)
    shares = rows.div(replies.reindex(rows.index), axis=0).astype(float)
    shares.index = [f"{names[row]}  ({number(replies[row])} replies)" for row in rows.index]
    counts, shares = rows.map(number), shares.rename(columns=labels)
    if len(shares.columns) > MOST_COLUMNS:
        shares, counts = shares.T, counts.T
    drawn = canvas(0.42 * len(shares) + 1.9)
    axes = drawn.subplots()
    colours = sns.light_palette(YES, as_cmap=True)
    sns.heatmap(
        shares,
        annot=counts,
        fmt="",
        cmap=colours,
        vmin=0,
        vmax=1,
        linewidths=2,
        cbar=False,
        ax=axes,
    )
    for text in axes.texts:
        x, y = text.get_position()
        text.set_color("white" if shares.iat[int(y), int(x)] > DARK else INK)
    axes.xaxis.tick_top()
    axes.set_xticks(np.arange(len(shares.columns)) + 0.5, shares.columns)
    axes.set_yticks(np.arange(len(shares)) + 0.5, shares.index, rotation=0)
    axes.set_xticklabels(
        axes.get_xticklabels(), rotation=30, ha="left", rotation_mode="anchor", color=INK
    )
    axes.set(xlabel="", ylabel="")
    axes.tick_params(left=False, top=False)
    return drawn


@themed
def yes_and_no(outcome: pd.DataFrame, names: dict[str, str], yes: str, no: str) -> Figure:
    """Replies with and without an outcome by workshop: a bar a workshop as long as its replies, counts in the bars."""
    rows = outcome.drop(index=tables.TOTAL).astype(float)
    drawn = canvas(0.4 * len(rows) + 1.0)
    axes = drawn.subplots()
    places = np.arange(len(rows))
    axes.barh(places, rows["yes"], color=YES, height=0.68)
    axes.barh(places, rows["no"], left=rows["yes"], color=NO, height=0.68)
    for place, row in zip(places, rows.itertuples(), strict=True):
        for start, length, colour in ((0, row.yes, "white"), (row.yes, row.no, INK)):
            if length > 0:
                axes.text(
                    start + length / 2,
                    place,
                    number(length),
                    ha="center",
                    va="center",
                    color=colour,
                )
    longest = max(rows["replies"].max(), 1)
    axes.text(0, -0.62, yes, color=YES, weight="bold", va="bottom")
    axes.text(longest, -0.62, no, color=MUTED, weight="bold", va="bottom", ha="right")
    axes.set_yticks(places, [names[row] for row in rows.index])
    axes.set(xlim=(0, longest * 1.02), ylim=(len(rows) - 0.4, -1.0), xlabel="Replies", ylabel="")
    _count_ticks(axes)
    return drawn


def _count_ticks(axes: mpl.axes.Axes) -> None:
    """A scale of whole numbers from left to right, and none from top to bottom."""
    axes.xaxis.set_major_locator(mpl.ticker.MaxNLocator(integer=True))
    axes.tick_params(left=False)


@themed
def examples_by_theme(counted: pd.DataFrame) -> Figure:
    """Examples by theme: those done and, beside them, those only planned.

    Parameters
    ----------
    counted : a row a theme, `done` and `planned` (counts).
    """
    drawn = canvas(0.45 * len(counted) + 0.9)
    axes = drawn.subplots()
    places = np.arange(len(counted))
    axes.barh(places, counted["done"], color=YES, height=0.6)
    axes.barh(
        places,
        counted["planned"],
        left=counted["done"],
        color="white",
        edgecolor=YES,
        hatch="///",
        linewidth=1,
        height=0.6,
    )
    for place, row in zip(places, counted.itertuples(), strict=True):
        said, end = f"{row.done} done, {row.planned} planned", (row.done + row.planned, place)
        axes.annotate(said, end, (6, 0), textcoords="offset points", va="center", color=INK)
    axes.set_yticks(places, list(counted.index))
    axes.set(
        xlim=(0, counted.sum(axis=1).max() * 1.35),
        ylim=(len(counted) - 0.4, -0.6),
        xlabel="Examples (hatched: planned)",
        ylabel="",
    )
    _count_ticks(axes)
    return drawn


@themed
def both_conditionals(pairs: pd.DataFrame, names: list[str], given: tuple[str, str]) -> Figure:
    """For each pair two shares side by side, with the condition and without it, with 95% Wilson intervals and bases.

    Parameters
    ----------
    pairs : one row a pair: `with_yes, with_base, without_yes, without_base` (counts).
    names : the pairs in words.
    given : what the two shares are of, in words, as ("replies that took the action", "replies that did not").
    """
    drawn = canvas(0.85 * len(pairs) + 1.0)
    axes = drawn.subplots()
    for place, row in enumerate(pairs.itertuples()):
        _share_bar(axes, place - 0.17, row.with_yes, row.with_base, YES)
        _share_bar(axes, place + 0.17, row.without_yes, row.without_base, OTHER)
    axes.text(0, -0.55, f"● {given[0]}", color=YES, weight="bold", va="bottom")
    axes.text(0.62, -0.55, f"■ {given[1]}", color=OTHER, weight="bold", va="bottom")
    axes.set_yticks(range(len(pairs)), [wrap(name, 34) for name in names])
    _share_axis(axes, len(pairs) - 0.45, -0.75)
    return drawn


@themed
def shares(groups: dict[str, tuple[float, float]]) -> Figure:
    """Two shares below each other with their 95% Wilson intervals, narrow enough for a phone.

    Parameters
    ----------
    groups : for each group in words how many of its replies say yes, and how many there are.
    """
    words = [
        wrap(
            f"{group}: {percent(yes / base)}\u00a0({number(yes)}\u00a0of\u00a0{number(base)})"
            if base
            else f"{group}: none",
            54,
        )
        for group, (yes, base) in groups.items()
    ]
    row = 0.38 + 0.17 * max(
        text.count("\n") + 1 for text in words
    )  # inches: a bar and the words above it
    drawn = canvas(row * len(groups) + 0.55, width=4.6)
    axes = drawn.subplots()
    for place, (text, (yes, base), colour) in enumerate(
        zip(words, groups.values(), (YES, OTHER), strict=False)
    ):
        _share_mark(axes, place, yes, base, colour)
        axes.text(0, place - 0.15 / row, text, va="bottom", color=colour)
    axes.set_yticks([])
    _share_axis(axes, len(groups) - 1 + 0.2 / row, 0.2 / row - 1, right=1.02)
    return drawn


def _share_axis(axes: mpl.axes.Axes, bottom: float, top: float, right: float = 1.36) -> None:
    axes.set(xlim=(0, right), ylim=(bottom, top), ylabel="", xlabel="Share, with 95% interval")
    _percent_ticks(axes)


def _share_bar(axes: mpl.axes.Axes, place: float, yes: float, base: float, colour: str) -> None:
    if base:
        _share_mark(axes, place, yes, base, colour)
        axes.text(
            1.04,
            place,
            f"{percent(yes / base)}  ({number(yes)} of {number(base)})",
            va="center",
            color=colour,
        )


def _share_mark(axes: mpl.axes.Axes, place: float, yes: float, base: float, colour: str) -> None:
    if base:
        low, high = proportion_confint(yes, base, method="wilson")
        axes.hlines(place, low, high, color=colour, alpha=0.35, linewidth=7)
        axes.scatter(
            [yes / base],
            [place],
            color=colour,
            s=55,
            marker="o" if colour == YES else "s",
            zorder=3,
            clip_on=False,
        )


def wrap(text: str, width: int = 16) -> str:
    lines = [""]
    for word in text.split(" "):  # not at a no-break space
        lines = (
            [*lines[:-1], f"{lines[-1]} {word}".strip()]
            if len(lines[-1]) + len(word) < width
            else [*lines, word]
        )
    return "\n".join(line for line in lines if line)
