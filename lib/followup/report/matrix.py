"""The whole data set at a glance: administrations by workshops, each reply's actions and outcomes in its cell."""

import matplotlib as mpl
import numpy as np
import pandas as pd
from IPython.display import HTML
from matplotlib.figure import Figure

from followup.cleaning.administrations import read_administrations
from followup.declaration import Option
from followup.report.sentences import join
from followup.rounds import Round
from followup.show import display, figures
from followup.show.figures import INK, MUTED, OTHER, YES, canvas, themed
from followup.tables import counts_only

MOST_ROWS, MOST_COLUMNS = 60, 24  # beyond these the marks are too small to read
HOLLOW = "#96a1ab"


def replies_matrix(survey_round: Round, replies: pd.DataFrame, workshops: pd.DataFrame) -> HTML:
    """Show who replied for which workshop and what each reply reported; a note where no reply names its administration.

    Parameters
    ----------
    replies : one row a reply: `workshop`, `administration` (code, may be missing) and a nullable boolean an action and outcome.
    workshops : `id` and `topic`, in published order.
    """
    named = replies.dropna(subset="administration")
    administrations, shown = named["administration"].nunique(), options(survey_round, replies)
    if named.empty:
        return display.note(
            "No reply names its administration, so who reported what cannot be shown."
        )
    if administrations > MOST_ROWS or len(workshops) > MOST_COLUMNS or not shown:
        return display.note(
            f"{administrations} administrations and {len(workshops)} {survey_round.events}: see replies.csv."
        )
    grid = cells(named, list(workshops["id"]), [option.id for option in shown])
    drawn = _drawn(grid, shown, survey_round, workshops)
    data = answers_table(survey_round, grid, shown, workshops)
    return figures.show(
        drawn,
        survey_round,
        "matrix",
        caption(survey_round, replies, grid),
        alternative(survey_round, grid, shown),
        data,
    )


def answers_table(
    survey_round: Round, grid: pd.DataFrame, shown: list[Option], workshops: pd.DataFrame
) -> HTML:
    """What the matrix draws, a row a reply, folded: it can be filtered by administration and workshop."""
    topics = workshops.set_index("id")["topic"]
    said = grid.apply(lambda answers: answers.map({1.0: "yes", 0.0: "no"}))
    said = said.rename(columns={option.id: option.label for option in shown}).reset_index(
        "workshop"
    )
    return figures.behind(
        "matrix",
        said.assign(workshop=[f"{place} {topics[place]}" for place in said["workshop"]]),
        f"Each reply by administration and {survey_round.event}",
        labels={"workshop": survey_round.event.capitalize()},
        stub="Administration",
        download=said.reset_index(),
        filter_by=f"administration, {survey_round.event} or answer",
    )


def options(survey_round: Round, replies: pd.DataFrame) -> list[Option]:
    """The actions, then the outcomes, that are known reply by reply."""
    return [
        option
        for option in (*survey_round.actions, *survey_round.outcomes)
        if not counts_only(replies, option.id)
    ]


def cells(named: pd.DataFrame, workshops: list[str], columns: list[str]) -> pd.DataFrame:
    """Answers by administration's name and workshop.

    Returns
    -------
    DataFrame indexed by `name` (alphabetical) and `workshop`: the columns as numbers (1 yes, 0 no, missing = not answered).
    An administration that replied twice for a workshop has one row: yes where either said yes.
    """
    known = read_administrations()["name"]
    names = named["administration"].map(known).fillna(named["administration"])
    answers = named[columns].astype("Float64").assign(name=names, workshop=named["workshop"])
    return (
        answers[answers["workshop"].isin(workshops)]
        .groupby(["name", "workshop"], observed=True)
        .max()
    )


def caption(survey_round: Round, replies: pd.DataFrame, grid: pd.DataFrame) -> str:
    """The finding: how many replied for one workshop only, who for most; then the base."""
    counts = grid.groupby("name").size()
    once, most = int((counts == 1).sum()), int(counts.max())
    top = list(counts.index[counts == most])
    who = join(top) if len(top) <= 3 else f"{len(top)} administrations"
    for_most = f"the most is {most}, by {who}" if most > 1 else "none for more"
    unnamed = int(replies["administration"].isna().sum())
    without = (
        f"; {unnamed} without a name {'is' if unnamed == 1 else 'are'} not shown" if unnamed else ""
    )
    return (
        f"{once} of {len(counts)} administrations replied for one {survey_round.event} only; {for_most}. "
        f"(Base: {len(replies)} replies{without}.)"
    )


def alternative(survey_round: Round, grid: pd.DataFrame, shown: list[Option]) -> str:
    """What the figure shows, for who cannot see it: each administration's workshops and what it reported most."""
    said = [f"{option.label} {int(grid[option.id].sum())}" for option in shown]
    rows = [f"{name} {len(part)}" for name, part in grid.groupby("name")]
    return (
        f"Matrix of {len(rows)} administrations by {survey_round.events}, a square for each action and a circle for each outcome of a "
        f"reply, filled where reported. Replies by administration: {', '.join(rows)}. Reported in {len(grid)} cells: "
        f"{', '.join(said)}."
    )


@themed
def _drawn(
    grid: pd.DataFrame, shown: list[Option], survey_round: Round, workshops: pd.DataFrame
) -> Figure:
    names, ids = list(grid.index.unique("name")), list(workshops["id"])
    actions = [option for option in shown if option in survey_round.actions]
    outcomes = [option for option in shown if option not in actions]
    width = max(0.62, 0.13 * max(len(actions), len(outcomes)) + 0.14)
    drawn = canvas(0.3 * len(names) + 2.0, width=max(8.0, width * len(ids) + 2.4))
    axes = drawn.subplots()
    places = {
        (name, workshop): (ids.index(workshop), names.index(name)) for name, workshop in grid.index
    }
    _panes(axes, list(places.values()))
    for group, marker, colour, height in ((actions, "s", YES, -0.17), (outcomes, "o", OTHER, 0.2)):
        for position, option in enumerate(group):
            offset = (position - (len(group) - 1) / 2) * 0.13 / width
            _marks(
                axes,
                [(x + offset, y + height) for x, y in places.values()],
                grid[option.id],
                marker,
                colour,
            )
    axes.set_yticks(range(len(names)), names)
    topics = [figures.wrap(f"{row.id} {row.topic}", 26) for row in workshops.itertuples()]
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
    _key(drawn, actions, outcomes)
    return drawn


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
    colour: str,
) -> None:
    """Filled where reported, hollow where not, nothing where not answered."""
    spots, said = np.array(places), answers.to_numpy(dtype=float, na_value=np.nan)
    for value, style in (
        (1, {"color": colour}),
        (0, {"facecolors": "white", "edgecolors": HOLLOW, "linewidths": 0.8}),
    ):
        chosen = spots[said == value]
        axes.scatter(chosen[:, 0], chosen[:, 1], s=24, marker=marker, zorder=2, **style)


def _margins(axes: mpl.axes.Axes, columns: list[int], rows: list[int]) -> None:
    """How many replies each column and each row shows."""
    for place, count in enumerate(columns):
        axes.text(place, len(rows) - 0.1, str(count), color=MUTED, ha="center", va="center")
    for place, count in enumerate(rows):
        axes.text(len(columns) - 0.3, place, str(count), color=MUTED, ha="center", va="center")
    axes.text(-0.6, len(rows) - 0.1, "Replies shown", color=MUTED, ha="right", va="center")


def _key(drawn: Figure, actions: list[Option], outcomes: list[Option]) -> None:
    """What each place in a cell stands for, in the order of the marks, above the figure."""
    said = [
        figures.wrap(
            f"{sign} {kind}, left to right: {', '.join(option.label.lower() for option in group)}",
            92,
        )
        for sign, kind, group in (("■", "Actions", actions), ("●", "Outcomes", outcomes))
        if group
    ]
    colours = [*([YES] if actions else []), *([OTHER] if outcomes else []), MUTED]
    said = [
        *said,
        "Filled: reported. Hollow: not reported. No mark: not answered. No pane: no reply.",
    ]
    lines = [
        (line, colour)
        for text, colour in zip(said, colours, strict=True)
        for line in text.split("\n")
    ]
    height = drawn.get_size_inches()[1]
    for place, (line, colour) in enumerate(reversed(lines)):
        drawn.text(
            0.01,
            1 + (0.14 + 0.21 * place) / height,
            line,
            color=colour,
            weight="normal" if colour == MUTED else "bold",
        )
