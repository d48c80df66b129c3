"""A figure's drawing for a phone: no wider than its screen, its rows' labels above their bars, all
text large."""

import pickle
import textwrap
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.text import Text

from followup.show.palette import INK

# Its width in inches, the size of its text in points, how many letters a line has, and how many
# inches a letter, a line and a column that has a name take.
WIDTH, SIZE, LETTERS = 3.2, 10.5, 37
LETTER, LINE, COLUMN = 0.08, SIZE * 1.3 / 72, 0.34
# Lines that the labels of a drawing's rows have together, and inches of a row where they have one.
MOST, ROW = 40, 0.27
# Marks what is written at the right of a bar, above a line, and otherwise at the height of a row.
BESIDE, REFERENCE, IN_ROW = "beside", "reference", "row"


def narrowed(figure: Figure) -> Figure:
    """Give a figure's drawing for a phone: what stood at the left of a row stands above it, and all
    text is large."""
    phone = pickle.loads(pickle.dumps(figure))
    for text in phone.findobj(Text):
        text.set_fontsize(SIZE)
    for text in phone.texts:
        text.set_text("\n".join(wrap(line, LETTERS) for line in text.get_text().split("\n")))
    heads = sum(text.get_text().count("\n") + 1 for text in phone.texts) * LINE
    named = [axes for axes in phone.axes if _is_named(axes.xaxis)]
    columns = max((len(axes.get_xticks()) for axes in named), default=0)
    heights = [_narrow_axes(axes, WIDTH) for axes in phone.axes]
    phone.set_size_inches(max(WIDTH, COLUMN * columns), sum(heights) + heads)
    return phone


def fit_rows(figure: Figure) -> None:
    """Break the labels of a figure's rows into lines, as many as there is room for, and give it the
    height that its rows need."""
    for axes in (axes for axes in figure.axes if _is_named(axes.yaxis)):
        labels = [" ".join(label.get_text().split()) for label in axes.get_yticklabels()]
        lines = max(1, MOST // len(labels))
        axes.set_yticks(axes.get_yticks(), [wrap(label, lines=lines) for label in labels])
        most = max(label.get_text().count("\n") for label in axes.get_yticklabels()) + 1
        if axes.containers:
            axes.margins(y=0.4 / len(labels))
        width, height = figure.get_size_inches()
        height = min(height, len(labels) * ROW + 1) if lines == 1 else height
        figure.set_size_inches(width, max(height, len(labels) * most * LINE + 1))


def _is_named(axis: Axis) -> bool:
    """Whether an axis tells things by their names, and not numbers."""
    return any(map(str.isalpha, "".join(label.get_text() for label in axis.get_ticklabels())))


def _narrow_axes(axes: Axes, otherwise: float) -> float:
    """Set the labels of axes' rows above them; give the height that all needs, in inches.

    Parameters
    ----------
    otherwise : the height of axes whose rows have no labels.
    """
    labels = [wrap(" ".join(label.get_text().split()), LETTERS) for label in axes.get_yticklabels()]
    axes.set_xlabel(wrap(axes.get_xlabel(), LETTERS))
    references = sum(text.get_gid() == REFERENCE for text in axes.texts)
    around = axes.get_xlabel().count("\n") + 3.5 + references + _narrow_legend(axes)
    ticks, names = axes.get_xticks(), [label.get_text() for label in axes.get_xticklabels()]
    if _is_named(axes.xaxis):
        axes.set_xticks(ticks, [name.split(" ")[0] for name in names], rotation=0, ha="center")
    elif isinstance(axes.xaxis.get_major_locator(), mpl.ticker.FixedLocator) and len(ticks) > 3:
        every_second = slice(1 - len(ticks) % 2, None, 2)
        axes.set_xticks(ticks[every_second], names[every_second])
    if not _is_named(axes.yaxis):
        return otherwise + around * LINE
    marks = 0.2 if axes.containers else 0.34  # inches that the marks of a row have
    places = list(axes.get_yticks())
    rows = sorted(zip(places, labels, strict=True), reverse=not axes.yaxis_inverted())
    centres, bottom = {}, 0.0
    for place, label in rows:
        top = bottom + 0.08
        axes.annotate(
            label, (0, top), color=INK, fontsize=SIZE, va="top",
            xycoords=axes.get_yaxis_transform(),
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
        )  # fmt: skip
        centres[place] = top + (label.count("\n") + 1) * LINE + marks / 2
        bottom = centres[place] + marks / 2
    _move_marks(axes, centres, marks / 0.65 * (1 if axes.yaxis_inverted() else -1))
    axes.set_yticks([])
    axes.set_ylim(bottom + 0.08, 0)
    beside = [text for text in axes.texts if text.get_gid() == BESIDE]
    if beside:
        room = max(len(text.get_text()) for text in beside) * LETTER / (WIDTH - 0.2)
        axes.set_xlim(0, beside[0].get_position()[0] / max(1 - room, 0.4))
    return bottom + around * LINE


def _move_marks(axes: Axes, centres: dict[float, float], scale: float) -> None:
    """Move each row's bars, dots, lines and texts to the row's new centre, their distances from it
    scaled; dots are smaller where columns have names."""
    size = 0.5 if _is_named(axes.xaxis) else 1.0

    def moved(height: float) -> float:
        row = min(centres, key=lambda place: abs(place - height))
        return centres[row] + (height - row) * scale

    for bar in (patch for patch in axes.patches if isinstance(patch, mpl.patches.Rectangle)):
        ends = moved(bar.get_y()), moved(bar.get_y() + bar.get_height())
        bar.set(y=min(ends), height=abs(ends[1] - ends[0]))
    for marks in axes.collections:
        if isinstance(marks, mpl.collections.LineCollection):
            marks.set_segments([[(x, moved(y)) for x, y in line] for line in marks.get_segments()])
        elif isinstance(marks, mpl.collections.PathCollection):
            spots = np.asarray(marks.get_offsets(), dtype=float)
            if len(spots):
                marks.set_sizes(marks.get_sizes() * size)
                marks.set_offsets([(x, moved(y)) for x, y in spots])
    for text in axes.texts:
        if text.get_gid() in (BESIDE, IN_ROW):
            text.set_y(moved(text.get_position()[1]))


def _narrow_legend(axes: Axes) -> int:
    """Set a legend's entries one below another above the axes; give how many lines it takes."""
    legend = axes.get_legend()
    if legend is None:
        return 0
    title, texts = legend.get_title().get_text(), legend.get_texts()
    words = [wrap(" ".join(text.get_text().split()), LETTERS - 6) for text in texts]
    style: dict[str, Any] = {
        "labelcolor": [text.get_color() for text in texts],
        "title": title or None,
        **dict.fromkeys(["fontsize", "title_fontsize"], SIZE),
    }
    handles = [handle for handle in legend.legend_handles if handle is not None]
    axes.legend(
        handles, words, loc="lower left", bbox_to_anchor=(0, 1), frameon=False, alignment="left",
        handletextpad=0.2, borderaxespad=0.1, **style,
    )  # fmt: skip
    return sum(word.count("\n") + 1 for word in words) + bool(title)


def wrap(text: str, width: int = 34, lines: int | None = None) -> str:
    """Break a label into lines of at most `width` letters; what is more than `lines` is left
    out."""
    return "\n".join(textwrap.wrap(text, width, max_lines=lines, placeholder=" …")) or text
