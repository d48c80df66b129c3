"""The published tables as printed: what differs is marked, with the right figure and the number of
its error."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd
from IPython.display import display
from markupsafe import Markup, escape

from followup.show.tables import Shown, table
from publication_audit.audit import errors
from publication_audit.findings import DIFFERS
from publication_audit.presentation import MARKS, marked_names, should_be
from publication_audit.printed import SUMMARIES
from publication_audit.publication import SUMMARY_ROWS, Publication, table_in_words

HEADS = {
    "invited": "Administrations that took part",
    "replies": "Replies",
    "yes": "Yes",
    "no": "No",
}


@dataclass
class Annotations:
    """The audit's rows of one table by row and column, and the number of each error by its root."""

    rows: Mapping[tuple[str, str], pd.Series]
    numbers: Mapping[str, int]

    def cell(self, row: str, column: str, printed: str) -> Markup:
        """One cell as printed; what differs in it is marked, with what it should be."""
        audited = self.rows.get((row, column))
        if audited is None:
            return escape(printed)
        has_marks = any(key[0] == row and key[1].startswith(f"{column} ") for key in self.rows)
        text = self._members(row, column, printed) if has_marks else marked_names(printed)
        return self._beside(text, audited)

    def title(self, row: str, printed: str) -> Markup:
        """A row's name as printed: its number and title, and where it differs what it should be."""
        audited = self.rows.get((row, "title"))
        if audited is None:
            return Markup("({})").format(row) if printed == row else escape(printed)
        return Markup("({}) {}").format(row, self._beside(escape(printed), audited))

    def _members(self, row: str, column: str, printed: str) -> Markup:
        def member(match: re.Match) -> str:
            audited = self.rows.get((row, f"{column} {match[3]}"))
            text = marked_names(match[0])
            return text if audited is None else self._beside(text, audited)

        return Markup(MARKS.sub(member, printed))

    def _beside(self, text: Markup, audited: pd.Series) -> Markup:
        if audited["verdict"] != DIFFERS:
            return text
        number = self.numbers[audited["root"]]
        return Markup("<mark>{}</mark> → {}<sup>[{}]</sup>").format(
            text, should_be(audited), number
        )


def annotated_tables(publication: Publication | None, audited: pd.DataFrame) -> Iterator[Shown]:
    """Yield every published table annotated; nothing where nothing was published."""
    if publication is None:
        return
    for name in publication.tables:
        yield annotated_table(publication, audited, name)


def show_annotated_tables(publication: Publication | None, audited: pd.DataFrame) -> None:
    """Show every published table as it was printed, annotated, one output each."""
    for one in annotated_tables(publication, audited):
        display(one)


def annotated_table(publication: Publication, audited: pd.DataFrame, name: str) -> Shown:
    """One published table as printed, with what differs marked and the number of its error."""
    rows = audited[audited["source"] == name]
    annotations = Annotations(
        {(row["row"], row["column"]): row for _, row in rows.iterrows()},
        {root: number for number, root in enumerate(errors(audited)["root"], start=1)},
    )
    printed = publication.tables[name].drop(columns="line", errors="ignore")
    names = {
        row: annotations.title(row, _row_name(row, printed.loc[row].get("title", "")))
        for row in printed.index
    }
    columns = [str(column) for column in printed if column != "title"]
    cells = [
        [annotations.cell(row, column, printed.loc[row, column].strip()) for column in columns]
        for row in printed.index
    ]
    differing = int((rows["verdict"] == DIFFERS).sum())
    result = f"{differing} of {len(rows)} printed figures, names and marks differ"
    options, is_lists = publication.survey_round.options, publication.lists_members(name)
    labels = {column: options[column].label for column in columns if column in options} | HEADS
    result = result if differing else f"all {len(rows)} agree"
    html = table(
        pd.DataFrame(cells, printed.index, columns, dtype=object),
        f"{table_in_words(name)} of the published report: {result}",
        f"published_{name}",
        labels=labels,
        rows=names,
        formats=dict.fromkeys([one for one in columns if not is_lists or one == "replies"], "text"),
        strong=("total", *publication.workshops["scope"].unique(), *SUMMARIES),
        download=rows,
        stub=publication.survey_round.event.capitalize(),
    )
    assert html is not None  # a published table is always shown
    return html


def _row_name(row: str, title: str) -> str:
    summary = SUMMARY_ROWS.get(row, "")
    is_summary = title == "" and not summary
    return summary[:1].upper() + summary[1:] or title or (row.capitalize() if is_summary else row)
