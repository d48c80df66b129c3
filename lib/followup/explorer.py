"""Look for oneself in JupyterLab: any action, outcome, workshop and administration, with table,
figure and test at once."""

import base64
import html
import os
import re
from collections.abc import Iterable
from pathlib import Path

import ipywidgets as widgets
import pandas as pd
from IPython.display import HTML

from followup import rounds, scratch
from followup.cleaning.administrations import read_administrations
from followup.files import write
from followup.rounds import Round
from followup.show.figures import axis_of_shares, canvas, svg, values_beside
from followup.show.numbers import between, of, p_value, ratio
from followup.show.palette import INK, OTHER, YES
from followup.show.tables import STYLE, Shown, table
from followup.statistics.intervals import wilson
from followup.statistics.stratified import exact_common_odds_ratio, stratum_tables
from followup.tables import both_answered, counts_only, pair_counts, row_labels, yes_by_workshop

EVERY, ALL = "", "All of these"
NOT_NAMED = "Not named"
COLUMNS = ("workshop", "administration", "sub_region")
IN_TWO_COLUMNS = {
    "grid_template_columns": "repeat(2, 1fr)",
    "grid_template_rows": "repeat(4, auto)",
    "grid_auto_flow": "column",
}
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


class Choice(widgets.Combobox):
    """A field to type in that lists what can be chosen: some letters that only one entry has are
    enough, and none choose the first. What is typed stays in the field: in a list of the browser's
    own the letters would be JupyterLab's commands, as x to cut the cell.
    """

    def __init__(self, name: str, entries: Iterable[tuple[str, str]], value: str) -> None:
        self.entries = dict(entries)
        super().__init__(
            options=list(self.entries),
            placeholder=next(iter(self.entries)),
            description=name,
            value=value,
            style={"description_width": "7.5rem"},
            layout={"width": "97%"},
        )

    @property
    def label(self) -> str:
        """What is chosen, as it is listed; empty where the letters are of no entry or of many."""
        if self.value in ("", *self.entries):
            return self.value or self.placeholder
        typed = self.value.casefold()
        matches = [label for label in self.entries if typed in label.casefold()]
        return matches[0] if len(matches) == 1 else ""

    @property
    def chosen(self) -> str:
        """The id or the code of what is chosen."""
        return self.entries[self.label]


class Explorer(widgets.VBox):
    """The choices, and below them the table, the figure and the test of the replies chosen, what
    they are saved as, and the code that gives the same.

    Choices are kept while the kernel runs, so that running all cells again changes none.

    Parameters
    ----------
    replies, counts, workshops : the round's tables, as `Round.read_replies` and its fellows give
        them.
    """

    last_choices: dict[int, dict[str, str | bool]] = {}  # noqa: RUF012  by year, what was chosen last

    def __init__(
        self,
        survey_round: Round,
        replies: pd.DataFrame,
        counts: pd.DataFrame,
        workshops: pd.DataFrame,
    ) -> None:
        members = read_administrations()
        regions = members["sub_region"].astype("string")
        self.survey_round = survey_round
        self.replies = replies.assign(
            sub_region=replies["administration"].map(regions).astype("string").fillna(NOT_NAMED)
        )
        self.counts, self.workshops = counts, workshops
        labels = row_labels(survey_round, workshops)
        actions = [(one.label, one.id) for one in survey_round.actions]
        outcomes = [(one.label, one.id) for one in survey_round.outcomes]
        named = replies["administration"].dropna().unique()
        who = sorted((members["name"].get(code, code), code) for code in named)
        others = [("No other action", EVERY), *actions]
        places = [(labels[place], place) for place in workshops["id"]]
        sub_regions = [(one, one) for one in sorted(self.replies["sub_region"].unique())]
        event, events = survey_round.event.capitalize(), survey_round.events
        lists = {
            "action": ("Action", actions),
            "also": ("or", others),
            "third": ("or", others),
            "outcome": ("Outcome", outcomes),
            "workshop": (event, [(f"All {events}", EVERY), *places]),
            "administration": ("Administration", [("All administrations", EVERY), *who]),
            "sub_region": ("Sub-region", [("All sub-regions", EVERY), *sub_regions]),
        }
        former = self.last_choices.setdefault(survey_round.year, {})
        self.choices = {
            name: Choice(words, entries, str(former.get(name, "")))
            for name, (words, entries) in lists.items()
        }
        words, left_out = "Leave out what is chosen", bool(former.get("without"))
        self.without = widgets.Checkbox(description=words, indent=False, value=left_out)
        self.table, self.figure, self.test = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.code, self.saved = widgets.HTML(), widgets.Output()
        self.as_csv = widgets.Button(description="Save the CSV")
        self.as_svg = widgets.Button(description="Save the SVG")
        self.as_csv.on_click(lambda _: self.save("csv"))
        self.as_svg.on_click(lambda _: self.save("svg"))
        fields = [*self.choices.values(), self.without]
        for field in fields:
            field.observe(self.show, names="value")
        self.show()
        super().__init__(
            [
                widgets.HTML(STYLE),
                widgets.GridBox(fields, layout=IN_TWO_COLUMNS),
                *self.shown[:3],
                widgets.HBox([self.as_csv, self.as_svg]),
                self.saved,
                self.code,
            ]
        )

    @property
    def shown(self) -> list[widgets.HTML]:
        """The table, the figure, the test and the code, from top to bottom."""
        return [self.table, self.figure, self.test, self.code]

    @property
    def action(self) -> str:
        """The action chosen, or several joined by `|`: a reply took any of them."""
        options = [self.choices[name].chosen for name in ("action", "also", "third")]
        return "|".join(dict.fromkeys(filter(None, options)))

    @property
    def selection(self) -> dict[str, str]:
        """The value chosen by column, of those columns for which one was."""
        values = {column: self.choices[column].chosen for column in COLUMNS}
        return {column: value for column, value in values.items() if value != EVERY}

    @property
    def selected(self) -> pd.DataFrame:
        """The replies that are chosen."""
        return chosen(self.replies, self.selection, self.without.value)

    def show(self, _change: dict | None = None) -> None:
        """Fill in what the choices select."""
        self.last_choices[self.survey_round.year] = {
            **{name: choice.value for name, choice in self.choices.items()},
            "without": self.without.value,
        }
        self.saved.outputs = ()
        unknown = [choice.value for choice in self.choices.values() if not choice.label]
        if unknown:
            self.fill(_note(f"“{unknown[0]}” is not one entry of the list."))
            return
        action, outcome = self.action, self.choices["outcome"].chosen
        parts = [*action.split("|"), outcome]
        if only := [option for option in parts if counts_only(self.replies, option)]:
            tables = (self.survey_round, self.replies, self.counts, self.workshops)
            self.fill("".join(counted(*tables, option) for option in only))
            return
        where = ", ".join(self.choices[column].label for column in COLUMNS)
        where = f"without {where}" if self.without.value and self.selection else where
        code = as_code(self.survey_round.year, action, outcome, self.selection, self.without.value)
        summary = "<summary>The same as code, to copy into a cell</summary>"
        pair = (self.survey_round, self.selected, action, outcome)
        image = base64.b64encode(pair_figure(*pair[1:])).decode()
        alt = f'alt="{html.escape(pair_in_words(*pair))}" style="max-width: 42rem"'
        figure = f'<figure><img {alt} src="data:image/svg+xml;base64,{image}"></figure>'
        self.fill(
            pair_table(*pair, where),
            figure if image else _note("No reply of this selection answered both."),
            pair_test(*pair),
            f"<details>{summary}<pre>{html.escape(code)}</pre></details>",
            has_figure=bool(image),
        )

    def fill(self, *parts: str, has_figure: bool = False) -> None:
        """Show these parts and no others; what is not there can't be saved."""
        for place, widget in enumerate(self.shown):
            widget.value = parts[place] if place < len(parts) else ""
        self.as_csv.disabled, self.as_svg.disabled = len(parts) < len(self.shown), not has_figure

    def save(self, kind: str) -> Path:
        """Save the table or the figure where no report reads it, and link it."""
        pair = (self.survey_round, self.selected, self.action, self.choices["outcome"].chosen)
        without = ["without"] if self.without.value and self.selection else []
        words = [*pair[2].split("|"), pair[3], *without, *self.selection.values()]
        name = re.sub(r"[^\w-]+", "_", "-".join(words))
        folder = rounds.ROOT / "output" / "scratch" / scratch.notebook_name()
        content = crossed(*pair).to_csv().encode() if kind == "csv" else pair_figure(*pair[1:])
        path = write(folder / str(self.survey_round.year) / f"{name}.{kind}", content)
        link = html.escape(os.path.relpath(path).replace(os.sep, "/"))
        self.saved.outputs = ()
        self.saved.append_display_data(HTML(f'Saved: <a href="{link}">{path.name}</a>'))
        return path


def chosen(replies: pd.DataFrame, selection: dict[str, str], without: bool) -> pd.DataFrame:
    """The replies that have the values chosen, or all the others; all where none is chosen."""
    selection_mask = pd.Series(True, index=replies.index)
    for column, value in selection.items():
        selection_mask &= (replies[column] == value).fillna(False)
    return replies[~selection_mask] if without and selection else replies[selection_mask]


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


def crossed(survey_round: Round, selected: pd.DataFrame, action: str, outcome: str) -> pd.DataFrame:
    """The action crossed with the outcome over the replies selected, each share with its base."""
    both, action_only, outcome_only, neither = pair_counts(selected, action, outcome).values()
    rows = {
        survey_round.phrase(action).capitalize(): (both, action_only),
        "Did not": (outcome_only, neither),
        ALL: (both + outcome_only, action_only + neither),
    }
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["yes", "no"])
    table["replies"] = table["yes"] + table["no"]
    table["share"] = of(table["yes"], table["replies"])
    option = survey_round.options[outcome]
    labels = [option.label, f"No {option.noun}", "Replies", f"Share that {option.phrase}"]
    return table.set_axis(labels, axis=1).rename_axis("Replies that")


def pair_table(
    survey_round: Round, selected: pd.DataFrame, action: str, outcome: str, where: str
) -> str:
    """The cross-table of a pair, with what it is of."""
    frame = crossed(survey_round, selected, action, outcome)
    acted = " or ".join(survey_round.options[part].label for part in action.split("|"))
    caption = f"{acted}, and {survey_round.options[outcome].label.lower()}: {where}"
    formats = dict.fromkeys(frame, "text")
    return _without_link(table(frame, caption, "chosen", formats=formats, strong=[ALL]))


def pair_figure(selected: pd.DataFrame, action: str, outcome: str) -> bytes:
    """Both shares with their intervals, as SVG; nothing where no reply answered both."""
    cells = pair_counts(selected, action, outcome)
    acted, others = cells["both"] + cells["action_only"], cells["outcome_only"] + cells["neither"]
    if not acted + others:
        return b""
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
    return svg(figure)


def pair_in_words(survey_round: Round, selected: pd.DataFrame, action: str, outcome: str) -> str:
    """What the figure shows, for those who cannot see it."""
    cells = pair_counts(selected, action, outcome)
    acted, others = cells["both"] + cells["action_only"], cells["outcome_only"] + cells["neither"]
    acted_phrase, outcome_phrase = survey_round.phrase(action), survey_round.phrase(outcome)
    shares = f"{of(cells['both'], acted)} of the replies that {acted_phrase} {outcome_phrase}, "
    return shares + f"{of(cells['outcome_only'], others)} of those that did not."


def _note(text: str) -> str:
    return f"<p><em>{html.escape(text)}</em></p>"


def pair_test(survey_round: Round, selected: pd.DataFrame, action: str, outcome: str) -> str:
    """The exact test within workshops of the replies selected, or why it can tell nothing; then
    what it is worth."""
    complete = both_answered(selected, action, outcome)
    _, tables = stratum_tables(complete, "action", "outcome")
    exact = exact_common_odds_ratio(tables)
    silent = len(exact.uninformative)
    if silent == len(tables):
        strata = f"within one {survey_round.event}" if len(tables) != 1 else "here"
        return _note(
            f"Nothing can be tested: {strata} the action and the outcome do not both vary."
        )
    sentence = (
        f"<strong>Odds ratio within {survey_round.events} {ratio(exact.odds_ratio)}, "
        f"95% interval {between(exact.low, exact.high)}; exact p {p_value(exact.p_value)}</strong> "
        f"({len(tables) - silent} of {len(tables)} {survey_round.events} carry information; "
        f"the smallest p that these counts can reach: {p_value(exact.minimum_p)})."
    )
    return f"<p>{sentence}</p>{_note(CAUTION)}"


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


def _without_link(view: Shown | None) -> str:
    """A table's HTML; its download link is left out, since a widget makes no link of embedded
    data."""
    return view.data.partition('<p class="download">')[0] if view else ""
