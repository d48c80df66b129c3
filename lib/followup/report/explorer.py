"""Look for oneself in JupyterLab: any action, outcome, workshop and administration, with table, figure and test at once."""

import ipywidgets as widgets
import pandas as pd
from IPython.display import HTML

from followup.cleaning.administrations import read_administrations
from followup.report.claims import fraction, interval
from followup.report.sections import row_names
from followup.rounds import Round
from followup.show import display, figures
from followup.show.display import p_value, ratio
from followup.statistics.stratified import exact_common_odds_ratio, stratum_tables
from followup.tables import counts_only, pair_counts, yes_by_workshop

EVERY = ""
CAUTION = (
    "A pair that was picked after looking shows what to ask next, and proves nothing: this p allows for no other test. "
    "The pairs declared before looking are tested in 30_association_tests."
)


class Explorer(widgets.VBox):
    """Four choices, and below them the table, the figure and the test of the replies chosen.

    Parameters
    ----------
    replies, counts, workshops : the round's tables, as `Round.read_replies` and its fellows give them.
    """

    def __init__(
        self,
        survey_round: Round,
        replies: pd.DataFrame,
        counts: pd.DataFrame,
        workshops: pd.DataFrame,
    ) -> None:
        self.survey_round, self.replies, self.counts, self.workshops = (
            survey_round,
            replies,
            counts,
            workshops,
        )
        known, named = (
            read_administrations()["name"],
            sorted(replies["administration"].dropna().unique()),
        )
        places = [
            (label, place)
            for place, label in row_names(survey_round, workshops).items()
            if place in set(workshops["id"])
        ]
        who = sorted((known.get(code, code), code) for code in named)
        self.action = _choice(
            "Action", [(action.label, action.id) for action in survey_round.actions]
        )
        self.outcome = _choice(
            "Outcome", [(outcome.label, outcome.id) for outcome in survey_round.outcomes]
        )
        self.workshop = _choice(
            survey_round.event.capitalize(), [(f"All {survey_round.events}", EVERY), *places]
        )
        self.administration = _choice("Administration", [("All administrations", EVERY), *who])
        self.table, self.figure, self.test = widgets.HTML(), widgets.HTML(), widgets.HTML()
        choices = [self.action, self.outcome, self.workshop, self.administration]
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
        """The table, the figure and the test, from top to bottom."""
        return [self.table, self.figure, self.test]

    def show(self, change: dict | None = None) -> None:
        """Fill in what the four choices select."""
        action, outcome = self.action.value, self.outcome.value
        selected = chosen(self.replies, self.workshop.value, self.administration.value)
        only = [option for option in (action, outcome) if counts_only(self.replies, option)]
        where = f"{_label(self.workshop)}, {_label(self.administration)}"
        if only:
            parts = [
                counted(self.survey_round, self.replies, self.counts, self.workshops, option)
                for option in only
            ]
            self.table.value, self.figure.value, self.test.value = "".join(parts), "", ""
            return
        self.table.value = pair_table(self.survey_round, selected, action, outcome, where)
        self.figure.value = pair_figure(self.survey_round, selected, action, outcome)
        self.test.value = pair_test(self.survey_round, selected, action, outcome)


def _choice(name: str, options: list[tuple[str, str]]) -> widgets.Dropdown:
    return widgets.Dropdown(
        options=options,
        description=name,
        style={"description_width": "7.5rem"},
        layout={"width": "97%"},
    )


def _label(choice: widgets.Dropdown) -> str:
    return next(label for label, value in choice.options if value == choice.value)


def chosen(replies: pd.DataFrame, workshop: str, administration: str) -> pd.DataFrame:
    """The replies for one workshop and of one administration; an empty text means all of them."""
    wanted = pd.Series(True, index=replies.index)
    if workshop != EVERY:
        wanted &= replies["workshop"] == workshop
    if administration != EVERY:
        wanted &= (replies["administration"] == administration).fillna(False)
    return replies[wanted]


def pair_table(
    survey_round: Round, selected: pd.DataFrame, action: str, outcome: str, where: str
) -> str:
    """The action crossed with the outcome over the replies selected, each share with its base."""
    cells = pair_counts(selected, action, outcome)
    rows = {
        survey_round.phrase(action): (cells["both"], cells["action_only"]),
        "did not": (cells["outcome_only"], cells["neither"]),
    }
    rows["all of these"] = tuple(map(sum, zip(*rows.values(), strict=True)))
    shown = pd.DataFrame(
        {
            row.capitalize(): [yes, no, yes + no, fraction(yes, yes + no)]
            for row, (yes, no) in rows.items()
        },
        index=["yes", "no", "replies", "share"],
    ).T
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
        display.table(
            shown,
            "chosen",
            caption,
            labels=labels,
            formats=formats,
            stub="Replies that",
            strong=["All of these"],
        )
    )


def pair_figure(survey_round: Round, selected: pd.DataFrame, action: str, outcome: str) -> str:
    """Both shares with their intervals, as an image with alternative text; a note where no reply answered both."""
    cells = pair_counts(selected, action, outcome)
    acted, others = cells["both"] + cells["action_only"], cells["outcome_only"] + cells["neither"]
    if not acted + others:
        return display.note("No reply of this selection answered both.").data
    row = {
        "with_yes": cells["both"],
        "with_base": acted,
        "without_yes": cells["outcome_only"],
        "without_base": others,
    }
    drawn = figures.both_conditionals(
        pd.DataFrame([row]), [survey_round.options[outcome].label], ("took the action", "did not")
    )
    alt = f"{fraction(cells['both'], acted)} of the replies that {survey_round.phrase(action)} {survey_round.phrase(outcome)}, "
    alt += f"{fraction(cells['outcome_only'], others)} of those that did not."
    return figures.image(figures.svg(drawn), alt, style="max-width: 42rem")


def pair_test(survey_round: Round, selected: pd.DataFrame, action: str, outcome: str) -> str:
    """The exact test within workshops of the replies selected, or why it can tell nothing; then what it is worth."""
    _, tables = stratum_tables(selected, action, outcome)
    exact = exact_common_odds_ratio(tables)
    silent = len(exact.uninformative)
    if silent == len(tables):
        strata = f"within one {survey_round.event}" if len(tables) != 1 else "here"
        return display.note(
            f"Nothing can be tested: {strata} the action and the outcome do not both vary."
        ).data
    said = (
        f"<strong>Odds ratio within {survey_round.events} {ratio(exact.odds_ratio)}, 95% interval {interval(exact.low, exact.high)}; "
        f"exact p {p_value(exact.p_value)}</strong> ({len(tables) - silent} of {len(tables)} {survey_round.events} carry information; "
        f"the smallest p that these counts can reach: {p_value(exact.minimum_p)})."
    )
    return display.paragraphs([said]).data + display.note(CAUTION).data


def counted(
    survey_round: Round,
    replies: pd.DataFrame,
    counts: pd.DataFrame,
    workshops: pd.DataFrame,
    option: str,
) -> str:
    """What is known of an action or outcome whose source gives counts for each workshop and no names."""
    rows = yes_by_workshop(replies, counts, workshops, option)
    return _without_link(
        display.table(
            rows,
            option,
            f"{survey_round.options[option].label}: known only as counts, so neither by administration nor beside another answer",
            labels={"replies": "Replies", "yes": "Yes", "no": "No"},
            rows=row_names(survey_round, workshops),
            formats=dict.fromkeys(rows, "count"),
            stub=survey_round.event.capitalize(),
        )
    )


def _without_link(shown: HTML) -> str:
    """A table's HTML; its download link is left out, since a widget makes no link of embedded data."""
    return shown.data.partition('<p class="download">')[0]
