"""All tables of a round in one Excel workbook, as statistical offices publish them: cover, contents, notes, a table a sheet."""

import copy
import io
import re
import warnings
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import gptables
import pandas as pd

from followup.files import harmless
from followup.rounds import Round
from notebook_report.page_tables import ShownTable, read_cells, shown_tables

NOT_KNOWN = "[x]"
MOST_CELLS, LONGEST_TEXT = (
    20_000,
    32_000,
)  # what a sheet is readable and quickly made with, and what Excel puts in a cell
NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d+)?(e[+-]?\d+)?|-?inf")
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
TITLES = {
    "replies": "The replies, one row each",
    "facts": "Every number that the report says in words",
    "associations": "Every association tested, with every estimate",
    "sensitivity": "The tests under every way to rebuild the replies",
    "audit": "The printed figures and marks, checked",
    "cleaning_log": "The cleaning log, one row a change",
}


def workbook(survey_round: Round, notebooks: Iterable[Path], results: dict[str, bytes]) -> bytes:
    """Gather every table that a report shows, then the results that it does not show, in an Excel workbook.

    Parameters
    ----------
    notebooks : executed notebooks in reading order; each table of their outputs is a sheet, with the cells that the page offers
        to download: unrounded.
    results : content of each file that the steps wrote, by its name as `tables/table_1.csv`; a CSV that no table offers is a
        sheet after the others.

    Returns
    -------
    The bytes of an xlsx file: the same inputs give the same bytes. Numbers are numbers, a text is never a formula.
    """
    shown = [table for path in notebooks for table in shown_tables(path)]
    offered = [table.content for table in shown]
    rest = [
        _result(name, content)
        for name, content in results.items()
        if name.endswith(".csv") and content not in offered
    ]
    sheets = [_worded(survey_round, sheet) for sheet in (*shown, *rest) if len(sheet.cells)]
    long = [sheet for sheet in sheets if sheet.cells.size > MOST_CELLS]
    return written(
        survey_round,
        named([sheet for sheet in sheets if sheet not in long]),
        [sheet.title for sheet in long],
    )


def _result(name: str, content: bytes) -> ShownTable:
    stem = Path(name).stem
    return ShownTable(
        stem, TITLES.get(stem, stem.replace("_", " ").capitalize()), read_cells(content)
    )


def named(sheets: list[ShownTable]) -> dict[str, ShownTable]:
    """Sheets by a name that Excel takes: at most 31 letters, digits and underscores, and different whatever their case."""
    found: dict[str, ShownTable] = {}
    for sheet in sheets:
        plain = re.sub(r"\W+", "_", sheet.name, flags=re.ASCII).strip("_").capitalize() or "Table"
        taken = {name.lower() for name in found}
        candidates = [
            plain[:31].rstrip("_"),
            *(f"{plain[:27].rstrip('_')}_{number}" for number in range(2, len(sheets) + 2)),
        ]
        found[next(name for name in candidates if name.lower() not in taken)] = sheet
    return found


def _worded(survey_round: Round, sheet: ShownTable) -> ShownTable:
    labels = {
        "workshop": survey_round.event.capitalize(),
        **{option: survey_round.options[option].label for option in survey_round.options},
    }
    return replace(sheet, cells=sheet.cells.rename(columns=labels))


def typed(cells: pd.DataFrame) -> pd.DataFrame:
    """Text cells as what they say: whole columns of numbers, True and False, else text; the first column names the row: text.

    A text can neither be a formula nor a link, an empty cell says that nothing is known.
    """
    safe = harmless(cells)
    return pd.DataFrame(
        {name: _column(safe[name], first=place == 0) for place, name in enumerate(safe)},
        dtype=object,
    )


def _column(texts: pd.Series, first: bool) -> list[object]:
    said = [text for text in texts if text]
    if said and not first and all(NUMBER.fullmatch(text) for text in said):
        return [_number(text) if text else NOT_KNOWN for text in texts]
    if said and set(said) <= {"True", "False"}:
        return [text == "True" if text else NOT_KNOWN for text in texts]
    return [_plain(text) if text.strip() else NOT_KNOWN for text in texts]


def _number(text: str) -> float | str:
    if text.endswith("inf"):
        return "infinite"
    return int(text) if re.fullmatch(r"-?\d+", text) else float(text)


def _plain(text: str) -> str:
    """Text that gptables takes as it is: it reads `$$…$$` as a note and `[…](…)` as a link, and refuses text of signs alone."""
    shorter = text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]} … (cut)"
    unmarked = shorter.replace("$$", "$ $").replace("](", "] (")
    return (
        unmarked
        if re.search("[a-zA-Z0-9]", unmarked)
        else NOT_KNOWN
        if unmarked in "–-"
        else f"as written: {unmarked}"
    )


def written(survey_round: Round, sheets: dict[str, ShownTable], left_out: list[str]) -> bytes:
    """Write sheets as a workbook with cover, contents and notes, dated by the round's year alone."""
    notes = list(dict.fromkeys(note for sheet in sheets.values() for note in sheet.notes))
    numbered = {note: f"note{place}" for place, note in enumerate(notes, start=1)}
    table = pd.DataFrame(
        {"reference": list(numbered.values()), "Note text": [_plain(note) for note in notes]}
    )
    content = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "No note text provided")
        warnings.filterwarnings("ignore", category=DeprecationWarning, module="gptables")
        book = gptables.produce_workbook(
            content,
            sheets={name: _marked_up(name, sheet, numbered) for name, sheet in sheets.items()},
            cover=_cover(survey_round, left_out),
            notes_table=table if notes else None,
            theme=_theme(),
            auto_width=dict.fromkeys([*sheets, "Notes"], False),
            workbook_options=OPTIONS,
        )
    for sheet in book.worksheets():
        for place, width in enumerate(_widths(sheets, sheet.name)):
            sheet.set_column(place, place, width)
    about = {
        "title": survey_round.title,
        "author": survey_round.office,
        "subject": f"Survey {survey_round.year}, {survey_round.fiscal_year}",
    }
    book.set_properties({**about, "created": datetime(survey_round.year, 1, 1)})
    book.close()
    return content.getvalue()


def _cover(survey_round: Round, left_out: list[str]) -> gptables.Cover:
    about = [
        "Each sheet holds one table, marked up as such. Numbers are unrounded; shares run from 0 to 1 and are shown in per cent.",
        f"{NOT_KNOWN} means that a figure is not known, or that the question does not arise.",
        "A text that a spreadsheet could take for a formula begins with an apostrophe.",
        "The report (report.html beside this file) says what the tables mean; the same tables are in its folder tables as CSV.",
        *(f"Too long for a sheet, in its CSV file alone: {title}." for title in left_out),
    ]
    intro = [
        f"Survey {survey_round.year}, {survey_round.fiscal_year}: all tables of the report and the results behind them."
    ]
    return gptables.Cover(
        survey_round.title,
        intro=intro,
        about=about,
        contact=[survey_round.office] if survey_round.office else None,
    )


def _marked_up(name: str, sheet: ShownTable, notes: dict[str, str]) -> gptables.GPTable:
    table = typed(sheet.cells.set_axis(_headings(sheet.cells.columns), axis=1))
    said = " " * bool(sheet.notes) + "".join(f"$${notes[note]}$$" for note in sheet.notes)
    legend = (
        [f"{NOT_KNOWN}: not known, or the question does not arise"]
        if (table == NOT_KNOWN).any(axis=None)
        else []
    )
    return gptables.GPTable(
        table,
        table_name=f"data_{name.lower()}",
        title=_plain(sheet.title) + said,
        instructions="This worksheet contains one table."
        + (" Notes are on the sheet Notes." if said else ""),
        legend=legend,
        index_columns={2: 0},
        additional_formatting=[
            _number_format(table, place, place in sheet.shares)
            for place in range(1, table.shape[1])
        ],
    )


def _theme() -> gptables.Theme:
    theme = copy.deepcopy(gptables.gptheme)
    theme.update_data_format({"text_wrap": True, "valign": "top"})
    theme.update_index_2_format({"valign": "top"})
    return theme


def _widths(sheets: dict[str, ShownTable], name: str) -> list[int]:
    """Column widths in characters: as wide as the longest text, between 12 and 60; the notes' are their own."""
    if name not in sheets:
        return [14, 100] if name == "Notes" else []
    cells = sheets[name].cells
    words = [max((len(word) for word in heading.split()), default=0) for heading in cells]
    texts = [
        min(60, max(len(text) for text in cells.iloc[:, place])) for place in range(cells.shape[1])
    ]
    numbers = [
        all(NUMBER.fullmatch(text) for text in cells.iloc[:, place] if text)
        for place in range(cells.shape[1])
    ]
    return [
        max(12, word + 3, 0 if number else text + 2)
        for word, text, number in zip(words, texts, numbers, strict=True)
    ]


def _headings(names: Iterable[str]) -> list[str]:
    """Headings that differ from each other whatever their case, and are never empty."""
    headings: list[str] = []
    for place, name in enumerate(names, start=1):
        text = _plain(name)[:240] if name.strip() else f"Column {place}"
        taken = text.lower() in {heading.lower() for heading in headings}
        headings.append(f"{text} ({place})" if taken else text)
    return headings


def _number_format(table: pd.DataFrame, place: int, share: bool) -> dict:
    numbers = [
        value
        for value in table.iloc[:, place]
        if isinstance(value, int | float) and not isinstance(value, bool)
    ]
    whole = all(isinstance(value, int) for value in numbers)
    layout = {"num_format": "0%" if share else "#,##0" if whole else "0.000"} if numbers else {}
    return {"column": {"columns": [table.columns[place]], "format": layout}}
