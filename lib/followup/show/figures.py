"""The one figure style: theme, palette with one meaning a colour, and how a figure is shown with
its numbers."""

import base64
import html
import io
import re
import warnings
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.text import Text

from followup.facts import Fact
from followup.rounds import Round
from followup.show.numbers import percent
from followup.show.palette import INK, MUTED, NO, OTHER, YES
from followup.show.phone import BESIDE, REFERENCE, fit_rows, narrowed, wrap
from followup.show.tables import HIDDEN, Shown, folded, table

__all__ = [
    "INK",
    "MUTED",
    "NO",
    "OTHER",
    "YES",
    "axis_of_counts",
    "axis_of_shares",
    "canvas",
    "figure",
    "wrap",
]
SMALLEST = 9  # points: no text of a figure is smaller
LEGIBLE = 12  # pixels of a page: nor is it there
WIDTH = 7.5  # inches of a drawing
# inches; a figure that is no taller is set smaller on paper, so that it stands beside its table
TALL = 7
NUMBERS = "The numbers of this figure"
# Where the page's text is narrower than a drawing whose text is to be legible.
ON_A_PHONE = "screen and (max-width: 48rem)"
THEME: dict[Any, Any] = {
    "axes.axisbelow": True,
    "axes.linewidth": 1.25,
    "legend.title_fontsize": 10.2,
    "lines.solid_capstyle": "round",
    "patch.edgecolor": "w",
    "patch.force_edgecolor": True,
    **dict.fromkeys(["font.size", "axes.labelsize", "axes.titlesize"], 10.2),
    **dict.fromkeys(["xtick.labelsize", "ytick.labelsize", "legend.fontsize"], 9.35),
    **dict.fromkeys(["xtick.major.width", "ytick.major.width"], 1.25),
    **dict.fromkeys(["xtick.major.size", "ytick.major.size"], 6),
    "xtick.bottom": False,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Helvetica", "Arial", "sans-serif"],
    "axes.edgecolor": MUTED,
    "axes.labelcolor": MUTED,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": MUTED,
    "ytick.color": INK,
    "ytick.left": False,
    "svg.hashsalt": "followup",
    "svg.fonttype": "none",
    "figure.dpi": 100,
}


class Drawing(Figure):
    """A figure whose layout is found without drawing it: matplotlib draws twice what it saves, the
    first time for the layout alone."""

    def draw(self, renderer: Any) -> None:
        """Find the layout, or draw where it stands."""
        engine = self.get_layout_engine()
        if isinstance(engine, ConstrainedLayoutEngine):
            engine.execute(self)
        else:
            super().draw(renderer)


def canvas(height: float, width: float = WIDTH, **subplots: object) -> tuple[Figure, Axes]:
    """Give an empty figure in the project's theme, with its axes; the notebook does not show it by
    itself.

    Parameters
    ----------
    height, width : in inches.
    subplots : what `Figure.subplots` takes, as `nrows=2, sharex=True`; axes are an array then.
    """
    mpl.rcParams.update(THEME)
    figure = Drawing(figsize=(width, max(height, 1.2)), layout="constrained")
    return figure, figure.subplots(**subplots)  # type: ignore[call-overload]


def figure(
    figure: Figure | Axes,
    survey_round: Round,
    name: str,
    caption: str,
    alt: str,
    data: pd.DataFrame | str | None = None,
    when: bool = True,
    **options: object,
) -> Shown | None:
    """Save a figure as SVG, and show it with caption, alternative text and its numbers.

    A phone gets a drawing of its own, no wider than its screen.

    Parameters
    ----------
    drawn : the figure, or axes of it.
    name : of its file under figures/, without ending.
    caption : the finding that it shows, or what it draws.
    alt : what a reader who cannot see it must know; never empty.
    data : the frame that was drawn, as a folded table (`shown` is what `show.table` takes for it),
        or the name of the table that has the same numbers, as `table_1`.
    when : whether there is anything to draw; if not, nothing is saved or shown.
    """
    if not when:
        return None
    if not alt.strip():
        raise ValueError(f"figure {name} has no alternative text")
    whole = figure.get_figure(root=True) if isinstance(figure, Axes) else figure
    assert whole is not None, "axes belong to a figure"
    fit_rows(whole)
    content, small = svg(whole), svg(narrowed(whole))
    survey_round.save_figure(content, name)
    plt.close("all")
    tall = ' class="tall"' if whole.get_size_inches()[1] > TALL else ""
    least = f"--least: {least_width(content)}px; --least-narrow: {least_width(small)}px"
    wide, phone = (
        f"data:image/svg+xml;base64,{base64.b64encode(one).decode()}" for one in (content, small)
    )
    picture = Shown(
        f'<figure{tall} style="{least}"><picture>'
        f'<source media="{ON_A_PHONE}" srcset="{phone}">'
        f'<img alt="{html.escape(alt)}" src="{wide}"></picture>'
        f"<figcaption>{html.escape(caption)}</figcaption></figure>"
    )
    if data is None:
        return picture
    if isinstance(data, str):
        words = data.replace("_", " ").capitalize() if data.startswith("table_") else "the table"
        link = f'<a href="#{data.replace("_", "-")}">{words}</a>'
        return picture + Shown(f'<p class="beside">{NUMBERS}: {link}</p>')
    numbers = table(data, caption, f"figure_{name}", **{"strong": (), **options})  # type: ignore[arg-type]
    return picture + folded(Markup(NUMBERS + HIDDEN).format(caption), numbers)


def svg(figure: Figure) -> bytes:
    """Give a figure as SVG in the theme: the same figure, the same bytes; no text below nine
    points, in any script."""
    buffer = io.BytesIO()
    small = [
        text
        for text in figure.findobj(Text)
        if text.get_text() and float(text.get_fontsize()) < SMALLEST
    ]
    for text in small:
        text.set_fontsize(SMALLEST)
    with mpl.rc_context(THEME), warnings.catch_warnings():
        # The text itself is in the SVG, and the reader's browser has fonts for every script.
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from font")
        # A label that leaves no room for its axes is still shown.
        warnings.filterwarnings("ignore", message="constrained_layout not applied")
        figure.savefig(
            buffer, format="svg", metadata={"Date": None}, bbox_inches="tight", transparent=True
        )
    return buffer.getvalue()


def least_width(content: bytes) -> int:
    """Give the width in pixels at which the smallest text of an SVG can be read."""
    drawing = content.decode()
    width = re.search(r'<svg [^>]*?width="([\d.]+)pt"', drawing)
    sizes = re.findall(r"font(?:-size)?: (?:[a-z]+ )*([\d.]+)px", drawing)
    points = min(map(float, sizes), default=LEGIBLE)
    return round(float(width[1]) * LEGIBLE / points) if width else 0


def axis_of_shares(axes: Axes, right: float = 1.0) -> None:
    """Let the horizontal axis run from 0% to 100%, and to `right` for what is written beside the
    bars."""
    places = np.linspace(0, 1, 5)
    axes.set(xlim=(0, right), ylabel="")
    axes.set_xticks(places, [percent(place) for place in places])
    axes.spines["bottom"].set_bounds(0, 1)
    axes.tick_params(left=False)


def values_beside(axes: Axes, texts: pd.Series, place: float = 1.04) -> None:
    """Write a text beside each bar of a horizontal figure of shares, one below another at the
    right."""
    for row, text in enumerate(texts):
        axes.text(place, row, text, va="center", color=INK, gid=BESIDE)


def axis_of_counts(axes: Axes, right: float = 1.0) -> None:
    """Let the horizontal axis have whole numbers, and `right` times the room that the bars need."""
    axes.set_xlim(0, axes.get_xlim()[1] * right)
    axes.xaxis.set_major_locator(mpl.ticker.MaxNLocator(integer=True))
    axes.tick_params(left=False)
    axes.set_ylabel("")


def reference(
    axes: Axes, fact: Fact | None, words: str, dashed: bool = False, with_base: bool = False
) -> None:
    """Mark a fact's value on the horizontal axis by a line, with words above it; each further one
    has its words on a line of their own.

    Nothing is drawn if it is not known, or has no base and is to have one.
    """
    if fact is None or not fact.known or (with_base and not fact.has_base):
        return
    above = sum(text.get_gid() == REFERENCE for text in axes.texts)
    axes.axvline(fact.value, color=MUTED, linewidth=1, linestyle=(0, (4, 3)) if dashed else "solid")
    axes.annotate(
        f"{words} {fact.share}", (fact.value, 1), (0, 4 + 14 * above), color=MUTED, ha="center",
        va="bottom", xycoords=axes.get_xaxis_transform(), textcoords="offset points", gid=REFERENCE,
    )  # fmt: skip


def pairs_in_words(values: pd.Series) -> str:
    """Say a column for who cannot see its figure: `name: value; name: value`."""
    return "; ".join(f"{name}: {value}" for name, value in values.items())


def tenths(shares: pd.Series) -> pd.Series:
    """Count shares by tenth, to draw how they are spread: `0% to 10%` first, and 100% in the
    last.

    >>> tenths(pd.Series([0.0, 0.05, 0.1, 1.0])).loc[["0% to 10%", "90% to 100%"]].tolist()
    [2, 1]
    """
    places = np.clip(shares.astype(float).to_numpy() * 10 + 1e-9, 0, 9).astype(int)
    names = [f"{percent(place / 10)} to {percent((place + 1) / 10)}" for place in range(10)]
    return pd.Series(np.bincount(places, minlength=10), index=names)
