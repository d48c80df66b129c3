"""The published tables redrawn as they were printed: what differs is marked, the right figure beside it, the reason below."""

import html
import re
from dataclasses import dataclass, field

import pandas as pd
from IPython.display import HTML, display

from followup.report.sentences import capital
from followup.show.display import note, table, titled
from publication_audit import corrections
from publication_audit.corrections import MARKS, marked_names, place_name, should_be
from publication_audit.findings import DIFFERS
from publication_audit.printed import SUMMARIES
from publication_audit.published import ROWS, Publication

HEADS = {
    "invited": "Administrations that took part",
    "replies": "Replies",
    "yes": "Yes",
    "no": "No",
}
LEGEND = (
    "The tables as they were printed. Where something differs it is marked, an arrow leads to what it should be, and the small "
    "number to the reason below the table."
)


@dataclass
class Redrawn:
    """One table being redrawn: its rows of the audit by row and column, and the reasons collected so far."""

    name: str
    judged: dict[tuple[str, str], pd.Series]
    reasons: list[str] = field(default_factory=list)

    def cell(self, row: str, column: str, printed: str) -> str:
        """One cell as HTML: as printed, and where it differs marked, with what it should be."""
        judged = self.judged.get((row, column))
        if judged is None:
            return html.escape(printed) or "–"
        members = {
            key[1].partition(" ")[2]
            for key in self.judged
            if key[0] == row and key[1].startswith(f"{column} ")
        }
        shown = self._members(row, column, printed) if members else marked_names(printed)
        return self._beside(shown, judged) if judged["verdict"] == DIFFERS else shown

    def _members(self, row: str, column: str, printed: str) -> str:
        def one(found: re.Match) -> str:
            judged = self.judged.get((row, f"{column} {found[3]}"))
            shown = marked_names(found[0])
            return (
                self._beside(shown, judged)
                if judged is not None and judged["verdict"] == DIFFERS
                else shown
            )

        return MARKS.sub(one, printed)

    def _beside(self, shown: str, judged: pd.Series) -> str:
        self.reasons.append(
            f"{marked_names(judged['printed'])} → {should_be(judged)}: {html.escape(judged['explanation'])}"
        )
        return f"<mark>{shown}</mark> → {should_be(judged)}<sup>[{len(self.reasons)}]</sup>"


def show_tables(publication: Publication | None, audited: pd.DataFrame, heading: str) -> None:
    """Show every published table as printed, one output each, under a heading; nothing where nothing was published."""
    if publication is None:
        return
    display(titled(heading, note(LEGEND)))
    for name in publication.tables:
        display(printed_table(publication, audited, name))


def printed_table(publication: Publication, audited: pd.DataFrame, name: str) -> HTML:
    """One published table as printed, with what differs marked, and the reasons folded below."""
    rows = audited[audited["source"] == name]
    redrawn = Redrawn(name, {(row["row"], row["column"]): row for _, row in rows.iterrows()})
    printed = publication.tables[name].drop(columns="line", errors="ignore")
    cells = printed.drop(columns="title", errors="ignore").astype(object)
    for row in cells.index:
        cells.loc[row] = [
            redrawn.cell(row, column, cells.at[row, column].strip()) for column in cells
        ]
    differing = int((rows["verdict"] == DIFFERS).sum())
    told = (
        f"{differing} of {len(rows)} printed figures, names and marks differ"
        if differing
        else f"all {len(rows)} agree"
    )
    options, lists = publication.survey_round.options, any(row in SUMMARIES for row in cells.index)
    shown = table(
        cells,
        f"published_{name}",
        f"{place_name(name)} as printed: {told}",
        labels={
            column: HEADS.get(column, options[column].label if column in options else column)
            for column in cells
        },
        rows=_row_names(redrawn, printed),
        marked=list(cells),
        formats=dict.fromkeys(
            (column for column in cells if not lists or column == "replies"), "text"
        ),
        strong=("total", *publication.workshops["scope"].unique(), *SUMMARIES),
        download=rows,
        stub=publication.survey_round.event.capitalize(),
    )
    return HTML(shown.data + _reasons(redrawn.reasons))


def _row_names(redrawn: Redrawn, printed: pd.DataFrame) -> dict[str, str]:
    names = {}
    for row in printed.index:
        title = redrawn.judged.get((row, "title"))
        text = (
            capital(ROWS.get(row, ""))
            or (printed.at[row, "title"] if "title" in printed else "")
            or str(row).capitalize()
        )
        wrong = title is not None and title["verdict"] == DIFFERS
        if wrong:
            change = f"{title['printed']} → {title['recomputed']}: {title['explanation']}"
            redrawn.reasons.append(html.escape(change))
        named = f"({row}) {text}" if title is not None else f"({row})" if text == row else text
        names[row] = f"{named} → {title['recomputed']} [{len(redrawn.reasons)}]" if wrong else named
    return names


def _reasons(reasons: list[str]) -> str:
    if not reasons:
        return ""
    items = "".join(f"<li>{reason}</li>" for reason in reasons)
    summary = f"Why: {corrections.counted(len(reasons), 'reason')}"
    return f"<details><summary>{summary}</summary><ol>{items}</ol></details>"
