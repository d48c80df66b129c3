"""The whole data set at a glance: administrations by workshops, each reply's actions and outcomes
in its cell."""

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from followup.cleaning.administrations import read_administrations
from followup.show.figures import canvas
from followup.show.palette import INK, MUTED, YES
from followup.show.phone import IN_ROW, LINE, wrap

MOST_ROWS, MOST_COLUMNS = 60, 24  # beyond these the marks are too small to read
HOLLOW = "#96a1ab"


def answers_by_member(
    replies: pd.DataFrame, workshops: pd.DataFrame, labels: dict[str, str]
) -> pd.DataFrame:
    """Give what each administration answered for each workshop; replies that name none are left
    out.

    Parameters
    ----------
    labels : of the actions and outcomes to show, by id.

    Returns
    -------
    DataFrame indexed by `name` (alphabetical) and `workshop`: a column a label (1 yes, 0 no,
    missing = not answered). An administration that replied twice for a workshop has one row: yes
    where either said yes.
    """
    named = replies.dropna(subset="administration")
    answers = named[list(labels)].astype("Float64").rename(columns=labels)
    codes = named["administration"]
    answers["name"] = codes.map(read_administrations()["name"]).fillna(codes)
    answers["workshop"] = named["workshop"]
    listed = answers[answers["workshop"].isin(workshops["id"])]
    return listed.groupby(["name", "workshop"], observed=True).max()


def readable(grid: pd.DataFrame, workshops: pd.DataFrame) -> bool:
    """Say whether there is something to draw, and few enough rows and columns to read it."""
    members = grid.index.unique("name")
    few = len(members) <= MOST_ROWS and len(workshops) <= MOST_COLUMNS
    return few and len(members) > 0 and len(grid.columns) > 0


def members_matrix(
    grid: pd.DataFrame, actions: list[str], outcomes: list[str], workshops: pd.DataFrame
) -> Figure:
    """Draw each administration's replies: a square an action, a circle an outcome, filled where
    reported.

    What is not `readable` gives an empty figure.

    Parameters
    ----------
    grid : see `answers_by_member`; its columns are the actions and outcomes, by label.
    workshops : `id` and `topic`, in published order.
    """
    if not readable(grid, workshops):
        return Figure()
    names, ids = list(grid.index.unique("name")), list(workshops["id"])
    width = max(0.62, 0.13 * max(len(actions), len(outcomes)) + 0.14)
    key = _key(actions, outcomes)
    height = 0.3 * len(names) + LINE * key.count("\n") + 1.6
    figure, axes = canvas(height, width=max(8.0, width * len(ids) + 2.4))
    places = {
        (name, workshop): (ids.index(workshop), names.index(name)) for name, workshop in grid.index
    }
    _panes(axes, list(places.values()))
    for group, marker, height in ((actions, "s", -0.17), (outcomes, "o", 0.2)):
        for position, option in enumerate(group):
            offset = (position - (len(group) - 1) / 2) * 0.13 / width
            _marks(
                axes,
                [(x + offset, y + height) for x, y in places.values()],
                grid[option],
                marker,
            )
    axes.set_yticks(range(len(names)), names)
    topics = [wrap(f"{row.id} {row.topic}", 26, lines=2) for row in workshops.itertuples()]
    axes.set_xticks(
        range(len(ids)), topics, rotation=40, ha="left", rotation_mode="anchor", color=INK
    )
    axes.xaxis.tick_top()
    axes.tick_params(left=False, top=False)
    _margins(
        axes,
        [int((grid.index.get_level_values("workshop") == row).sum()) for row in ids],
        list(grid.groupby("name").size()),
    )
    axes.set(xlim=(-0.5, len(ids) + 0.1), ylim=(len(names) + 0.4, -0.5))
    for side in axes.spines.values():
        side.set_visible(False)
    figure.suptitle(key, x=0.01, ha="left", color=INK, fontsize=mpl.rcParams["font.size"])
    return figure


def _panes(axes: mpl.axes.Axes, places: list[tuple[int, int]]) -> None:
    """A pale pane behind each reply, so that where nobody replied is seen at once."""
    for x, y in places:
        axes.add_patch(
            mpl.patches.Rectangle(
                (x - 0.46, y - 0.44), 0.92, 0.88, color="#eff3f6", linewidth=0, zorder=0
            )
        )


def _marks(
    axes: mpl.axes.Axes,
    places: list[tuple[float, float]],
    answers: pd.Series,
    marker: str,
) -> None:
    """Filled where reported, hollow where not, nothing where not answered."""
    spots, values = np.array(places), answers.to_numpy(dtype=float, na_value=np.nan)
    for value, style in (
        (1, {"color": YES}),
        (0, {"facecolors": "white", "edgecolors": HOLLOW, "linewidths": 0.8}),
    ):
        chosen = spots[values == value]
        axes.scatter(chosen[:, 0], chosen[:, 1], s=24, marker=marker, zorder=2, **style)


def _margins(axes: mpl.axes.Axes, columns: list[int], rows: list[int]) -> None:
    """How many replies each column and each row shows."""
    style: dict = {"color": MUTED, "ha": "center", "va": "center", "gid": IN_ROW}
    for place, count in enumerate(columns):
        axes.text(place, len(rows) - 0.1, str(count), **style)
    for place, count in enumerate(rows):
        axes.text(len(columns) - 0.3, place, str(count), **style)


def _key(actions: list[str], outcomes: list[str]) -> str:
    """What each place in a cell stands for, in the order of the marks, to stand above the
    figure."""
    kinds = (("■", "Actions", actions), ("●", "Outcomes", outcomes))
    lines = [
        f"{sign} {kind}, left to right: {', '.join(label.lower() for label in group)}"
        for sign, kind, group in kinds
        if group
    ]
    lines += [
        "Filled: reported. Hollow: not reported. No mark: not answered. No pane: no reply.",
        "At the margins: how many replies are shown.",
    ]
    return "\n".join(wrap(line, 90) for line in lines)
