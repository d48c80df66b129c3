"""A new round's folder from the template, the round before (`FROM=2021`) and an export
(`EXPORT=file.xlsx`): `python -m followup.cleaning.template 2022`. What is there is never
overwritten."""

import argparse
import contextlib
import io
import os
import re
import string
import sys
from pathlib import Path
from typing import Any

from followup import rounds
from followup.cleaning.administrations import read_administrations
from followup.cleaning.draft import draft, look_through, workshops_csv
from followup.cleaning.questions import questions
from followup.files import decoded
from followup.problems import InputError
from followup.rounds import Round, is_year, open_round

LAST_ROW = 1000
MARK_OF_WORDS = re.compile(r"^\{# confirm \d+: .*? #\}\n")
YES_NO = ["Yes", "No", "Not sure"]


def lay_out(year: int, before: int | None = None, export: Path | None = None) -> dict[str, bool]:
    """Make the folder of a new round, with what is not there yet of round.toml, workshops.csv and,
    where no other file is declared, replies.xlsx.

    Parameters
    ----------
    before : the year of the round whose questions, pairs and words are taken over.
    export : a questionnaire's export; what it seems to ask is proposed, and it takes the place of
        replies.xlsx.

    Returns
    -------
    Whether each file was made, by its path below the project's root.

    Raises
    ------
    InputError
        The round before or the export cannot be read, or a round.toml that is there already cannot
        be used, so that no sheet can be made from it.
    """
    folder, template = rounds.ROOT / "data" / "raw" / str(year), rounds.ROOT / "data" / "template"
    last = open_round(before) if before else None
    proposal = look_through(export, last) if export else None
    declared = (template / "round.toml").read_text(encoding="utf-8")
    series = last.series if last else re.findall(r'^series = "(.*?)"', declared, re.MULTILINE)[0]
    text = string.Template(declared).substitute(left_open(year, series))
    workshops = (template / "workshops.csv").read_bytes()
    is_new: dict[str, bool] = {}
    if export and proposal:
        is_new[export.name] = _create(folder / export.name, export.read_bytes())
        workshops = workshops_csv(proposal.titles, workshops.decode()).encode()
    is_new["round.toml"] = _create(folder / "round.toml", draft(text, last, proposal).encode())
    is_new["workshops.csv"] = _create(folder / "workshops.csv", workshops)
    for path in sorted((last.raw / "words").glob("*.md")) if last else ():
        mark = f"{{# confirm 11: the office's words, which were those of {before} #}}\n"
        content = mark + MARK_OF_WORDS.sub("", decoded(path.read_bytes()))
        is_new[f"words/{path.name}"] = _create(folder / "words" / path.name, content.encode())
    survey_round, sheet = open_round(year), folder / "replies.xlsx"
    if survey_round.questionnaire and survey_round.questionnaire.file == sheet.name and not export:
        is_new[sheet.name] = not sheet.exists() and _create(sheet, empty_sheet(survey_round))
    return {
        (folder / name).relative_to(rounds.ROOT).as_posix(): new for name, new in is_new.items()
    }


def left_open(year: int, series: str) -> dict[str, str]:
    """What the template leaves open: the year, its fiscal year, and the number that follows that of
    the series' last round that can be read."""
    number = 1
    for earlier in (one for one in rounds.years() if one < year):
        with contextlib.suppress(InputError):
            last = open_round(earlier)
            number = last.number + year - earlier if last.series == series else number
    return {
        "year": str(year),
        "fiscal_year": f"FY {year - 1}/{year % 100:02}",
        "first_month": f"{year - 1}-07",
        "last_month": f"{year}-06",
        "number": str(number),
    }


def _create(path: Path, content: bytes) -> bool:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        return False
    return True


def empty_sheet(survey_round: Round) -> bytes:
    """A workbook with one sheet to fill by hand: a column a question or answer, with a drop-down
    list, from round.toml."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    sheet, lists = workbook.create_sheet("Replies"), workbook.create_sheet("Lists")
    lists.sheet_state, sheet.freeze_panes = "hidden", "A2"
    for place, (heading, offered) in enumerate(sheet_columns(survey_round).items(), start=1):
        letter = get_column_letter(place)
        cell = _write_text(sheet, f"{letter}1", heading)
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[letter].width = 40 if place == 1 else 24
        for row, text in enumerate(offered, start=1):
            _write_text(lists, f"{letter}{row}", text)
        if offered:
            formula = f"Lists!${letter}$1:${letter}${len(offered)}"
            choice = DataValidation("list", formula1=formula, allow_blank=True)
            choice.showErrorMessage = True
            choice.error = "Choose one of the list, or leave the cell empty."
            choice.add(f"{letter}2:{letter}{LAST_ROW}")
            sheet.add_data_validation(choice)
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def sheet_columns(survey_round: Round) -> dict[str, list[str]]:
    """Headings of the sheet to fill by hand, and what each cell below can be; free text where the
    list is empty."""
    declared, workshops = survey_round.questionnaire, survey_round.read_workshops()
    columns: dict[str, list[str]] = {}
    if declared and declared.workshop:
        columns[declared.workshop] = (workshops["id"] + " " + workshops["title"]).tolist()
    if declared and declared.administration:
        columns[declared.administration] = sorted(read_administrations()["name"])
    for question in questions(survey_round):
        if not question.several:
            columns[question.heading] = YES_NO
        for answer in question.answers if question.several else ():
            heading = answer.heading or f"{question.heading} [{answer.words}]"
            columns[heading] = [] if answer.id == question.other else YES_NO[:2]
    return columns


def _write_text(sheet: Any, place: str, text: str) -> Any:
    """Write a text into a cell, and return the cell; one that begins with = is no formula."""
    sheet[place] = text
    sheet[place].data_type = "s"
    return sheet[place]


def main(arguments: list[str] | None = None) -> int:
    """Lay out a round, and say what was made and what comes next."""
    parser = argparse.ArgumentParser(prog="make round", description=(__doc__ or "").split(":")[0])
    parser.add_argument("year", help="the year of the new round, in four digits")
    year = parser.parse_args(arguments).year
    before, export = os.environ.get("FROM", ""), os.environ.get("EXPORT", "")
    for text in filter(None, (year, before)):
        if not is_year(text):
            parser.error(f"{text!r} is no year in four digits: make round YEAR=2022 FROM=2021")
    try:
        is_new = lay_out(
            int(year), int(before) if before else None, Path(export) if export else None
        )
    except InputError as error:
        print(error, file=sys.stderr)
        return 1
    for name, new in is_new.items():
        print(f"{name}: {'made' if new else 'there already, left as it is'}")
    folder = f"data/raw/{year}"
    todo = f"fill in workshops.csv and round.toml, add the export, then make check YEAR={year}"
    if export or before:
        todo = f"confirm what {folder} proposes, then make check YEAR={year}: it says what is left"
    print(f"Next: {todo} (docs/adding_a_round.md).")
    if not is_new.get(f"{folder}/replies.xlsx", True):
        print(
            "The lists in replies.xlsx are those of when it was made: to have new ones, rename it, "
            "and make round again."
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
