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


def _percent_ticks(axes: mpl.axes.Axes) -> None:
    """A scale of shares from left to right, and none from top to bottom."""
    axes.set_xticks(np.arange(0, 1.01, 0.25), [percent(tick) for tick in np.arange(0, 1.01, 0.25)])
    axes.tick_params(left=False)


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
