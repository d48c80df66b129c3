"""Look for oneself in JupyterLab: any action, outcome, workshop and administration, with table,
figure and test at once."""

import base64
import html

import ipywidgets as widgets
import pandas as pd

from followup.cleaning.administrations import read_administrations
from followup.rounds import Round
from followup.show.figures import axis_of_shares, canvas, svg, values_beside
from followup.show.numbers import between, of, p_value, ratio
from followup.show.palette import INK, OTHER, YES
from followup.show.tables import Shown, table
from followup.statistics.intervals import wilson
from followup.statistics.stratified import exact_common_odds_ratio, stratum_tables
from followup.tables import counts_only, pair_counts, row_labels, yes_by_workshop

EVERY = ""
NOT_NAMED = "Not named"
CODE = """\
import pandas as pd
from followup import rounds, show, statistics
from followup.tables import both_answered

data = rounds.open_round({year}).data()
wanted = {wanted}
complete = both_answered(data[{rows}], "{action}", "{outcome}")
crossed = pd.crosstab(complete["action"], complete["outcome"], margins=True)
shares = complete.groupby("action")["outcome"].agg(["sum", "size", "mean"])
labels, tables = statistics.stratum_tables(complete, "action", "outcome", "workshop")
exact = statistics.exact_common_odds_ratio(tables)
figure, axes = show.canvas(height=1.6)
axes.barh(shares.index.map({{True: "took the action", False: "others"}}), shares["mean"])
show.axis_of_shares(axes)
crossed
"""
CAUTION = (
    "A pair that was picked after looking shows what to ask next, and proves nothing: "
    "this p allows for no other test. "
    "The pairs declared before looking are tested in 30_association_tests."
)


class Explorer(widgets.VBox):
    """The choices, and below them the table, the figure and the test of the replies chosen, and
    the code that gives the same.

    Parameters
    ----------
    replies, counts, workshops : the round's tables, as `Round.read_replies` and its fellows give
        them.
    """

    def __init__(
        self,
        survey_round: Round,
        replies: pd.DataFrame,
        counts: pd.DataFrame,
        workshops: pd.DataFrame,
    ) -> None:
        regions = read_administrations()["sub_region"].astype("string")
        self.survey_round = survey_round
        self.replies = replies.assign(
            sub_region=replies["administration"].map(regions).astype("string").fillna(NOT_NAMED)
        )
        self.counts, self.workshops = counts, workshops
        known, labels = read_administrations()["name"], row_labels(survey_round, workshops)
        places = [(labels[place], place) for place in workshops["id"]]
        named = replies["administration"].dropna().unique()
        who = sorted((known.get(code, code), code) for code in named)
        self.action = _choice("Action", [(one.label, one.id) for one in survey_round.actions])
        self.outcome = _choice("Outcome", [(one.label, one.id) for one in survey_round.outcomes])
        self.workshop = _choice(
            survey_round.event.capitalize(), [(f"All {survey_round.events}", EVERY), *places]
        )
        self.administration = _choice("Administration", [("All administrations", EVERY), *who])
        found = sorted(self.replies["sub_region"].unique())
        self.sub_region = _choice(
            "Sub-region", [("All sub-regions", EVERY), *((one, one) for one in found)]
        )
        self.without = widgets.Checkbox(description="Leave out what is chosen", indent=False)
        self.table, self.figure, self.test = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.code = widgets.HTML()
        choices = [self.action, self.outcome, self.workshop, self.administration]
        choices += [self.sub_region, self.without]
        for choice in choices:
            choice.observe(self.show, names="value")
        self.show()
        super().__init__(
            [
                widgets.GridBox(choices, layout={"grid_template_columns": "repeat(2, 1fr)"}),
                *self.shown,
            ]
        )

    @property
    def shown(self) -> list[widgets.HTML]:
        """The table, the figure, the test and the code, from top to bottom."""
        return [self.table, self.figure, self.test, self.code]

    @property
    def selection(self) -> dict[str, str]:
        """The value chosen by column, of those columns for which one was."""
        values = {
            "workshop": self.workshop.value,
            "administration": self.administration.value,
            "sub_region": self.sub_region.value,
        }
        return {column: value for column, value in values.items() if value != EVERY}

    def show(self, _change: dict | None = None) -> None:
        """Fill in what the choices select."""
        action, outcome = self.action.value, self.outcome.value
        selected = chosen(self.replies, self.selection, self.without.value)
        only = [option for option in (action, outcome) if counts_only(self.replies, option)]
        where = ", ".join(map(_label, (self.workshop, self.administration, self.sub_region)))
        where = f"without {where}" if self.without.value and self.selection else where
        if only:
            parts = [
                counted(self.survey_round, self.replies, self.counts, self.workshops, option)
                for option in only
            ]
            self.table.value = "".join(parts)
            self.figure.value = self.test.value = self.code.value = ""
            return
        self.table.value = pair_table(self.survey_round, selected, action, outcome, where)
        self.figure.value = pair_figure(self.survey_round, selected, action, outcome)
        self.test.value = pair_test(self.survey_round, selected, action, outcome)
        code = as_code(self.survey_round.year, action, outcome, self.selection, self.without.value)
        summary = "<summary>The same as code, to copy into a cell</summary>"
        self.code.value = f"<details>{summary}<pre>{html.escape(code)}</pre></details>"


def _choice(name: str, options: list[tuple[str, str]]) -> widgets.Dropdown:
    return widgets.Dropdown(
        options=options,
        description=name,
        style={"description_width": "7.5rem"},
        layout={"width": "97%"},
    )


def _label(choice: widgets.Dropdown) -> str:
    return next(label for label, value in choice.options if value == choice.value)


def chosen(replies: pd.DataFrame, selection: dict[str, str], without: bool) -> pd.DataFrame:
    """The replies that have the values chosen, or all the others; all where none is chosen."""
    wanted = pd.Series(True, index=replies.index)
    for column, value in selection.items():
        wanted &= (replies[column] == value).fillna(False)
    return replies[~wanted] if without and selection else replies[wanted]


def as_code(year: int, action: str, outcome: str, selection: dict[str, str], without: bool) -> str:
    """The cell that gives the same cross-table, shares, test and figure."""
    conditions = [
        f'(data["{column}"] == {value!r}).fillna(False)' for column, value in selection.items()
    ]
    wanted = " & ".join(conditions) or 'data["workshop"].notna()'
    return CODE.format(
        year=year,
        wanted=wanted,
        rows="~wanted" if without and selection else "wanted",
        action=action,
        outcome=outcome,
    )


def pair_table(
    survey_round: Round, selected: pd.DataFrame, action: str, outcome: str, where: str
) -> str:
    """The action crossed with the outcome over the replies selected, each share with its base."""
    both, action_only, outcome_only, neither = pair_counts(selected, action, outcome).values()
    rows = {
        survey_round.phrase(action).capitalize(): (both, action_only),
        "Did not": (outcome_only, neither),
        "All of these": (both + outcome_only, action_only + neither),
    }
    shown = pd.DataFrame.from_dict(rows, orient="index", columns=["yes", "no"])
    shown["replies"] = shown["yes"] + shown["no"]
    shown["share"] = of(shown["yes"], shown["replies"])
    option = survey_round.options[outcome]
    labels = {
        "yes": option.label,
        "no": f"No {option.noun}",
        "replies": "Replies",
        "share": f"Share that {option.phrase}",
    }
    caption = f"{survey_round.options[action].label}, and {option.label.lower()}: {where}"
    formats = dict.fromkeys(labels, "text")
    return _without_link(
        table(
            shown,
            caption,
            "chosen",
            labels=labels,
            formats=formats,
            stub="Replies that",
            strong=["All of these"],
        )
    )


def pair_figure(survey_round: Round, selected: pd.DataFrame, action: str, outcome: str) -> str:
    """Both shares with their intervals, as an image with alternative text; a note where no reply
    answered both."""
    cells = pair_counts(selected, action, outcome)
    acted, others = cells["both"] + cells["action_only"], cells["outcome_only"] + cells["neither"]
    if not acted + others:
        return _note("No reply of this selection answered both.")
    groups = pd.DataFrame(
        {"yes": [cells["outcome_only"], cells["both"]], "base": [others, acted]},
        index=["others", "took the action"],
    )
    figure, axes = canvas(1.6)
    for place, (yes, base) in enumerate(groups.itertuples(index=False)):
        if base:
            colour = (OTHER, YES)[place]
            axes.hlines(place, *wilson(int(yes), int(base)), color=colour, alpha=0.35, linewidth=7)
            axes.scatter([yes / base], [place], color=colour, s=55, zorder=3, clip_on=False)
    axes.set_yticks(range(len(groups)), groups.index, color=INK)
    axes.set(ylim=(-0.5, 1.5), xlabel="Share, with 95% interval")
    values_beside(axes, of(groups["yes"], groups["base"]))
    axis_of_shares(axes, right=1.36)
    acted_phrase, outcome_phrase = survey_round.phrase(action), survey_round.phrase(outcome)
    alt = f"{of(cells['both'], acted)} of the replies that {acted_phrase} {outcome_phrase}, "
    alt += f"{of(cells['outcome_only'], others)} of those that did not."
    image = base64.b64encode(svg(figure)).decode()
    source = f"data:image/svg+xml;base64,{image}"
    return f'<img alt="{html.escape(alt)}" style="max-width: 42rem" src="{source}">'


def _note(text: str) -> str:
    return f"<p><em>{html.escape(text)}</em></p>"


def pair_test(survey_round: Round, selected: pd.DataFrame, action: str, outcome: str) -> str:
    """The exact test within workshops of the replies selected, or why it can tell nothing; then
    what it is worth."""
    _, tables = stratum_tables(selected, action, outcome)
    exact = exact_common_odds_ratio(tables)
    silent = len(exact.uninformative)
    if silent == len(tables):
        strata = f"within one {survey_round.event}" if len(tables) != 1 else "here"
        return _note(
            f"Nothing can be tested: {strata} the action and the outcome do not both vary."
        )
    said = (
        f"<strong>Odds ratio within {survey_round.events} {ratio(exact.odds_ratio)}, "
        f"95% interval {between(exact.low, exact.high)}; exact p {p_value(exact.p_value)}</strong> "
        f"({len(tables) - silent} of {len(tables)} {survey_round.events} carry information; "
        f"the smallest p that these counts can reach: {p_value(exact.minimum_p)})."
    )
    return f"<p>{said}</p>{_note(CAUTION)}"


def counted(
    survey_round: Round,
    replies: pd.DataFrame,
    counts: pd.DataFrame,
    workshops: pd.DataFrame,
    option: str,
) -> str:
    """What is known of an action or outcome whose source gives counts for each workshop and no
    names."""
    rows = yes_by_workshop(replies, counts, workshops, option)
    return _without_link(
        table(
            rows,
            f"{survey_round.options[option].label}: known only as counts, "
            "so neither by administration nor beside another answer",
            option,
            labels={"replies": "Replies", "yes": "Yes", "no": "No"},
            rows=row_labels(survey_round, workshops),
            formats=dict.fromkeys(rows, "count"),
            stub=survey_round.event.capitalize(),
        )
    )


def _without_link(shown: Shown | None) -> str:
    """A table's HTML; its download link is left out, since a widget makes no link of embedded
    data."""
    return shown.data.partition('<p class="download">')[0] if shown else ""
