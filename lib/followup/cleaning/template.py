"""A new round's folder from the template: `python -m followup.cleaning.template 2022`. What is there is never overwritten."""

import io
import string
import sys
from pathlib import Path

from followup import rounds
from followup.cleaning.administrations import read_administrations
from followup.cleaning.questions import questions
from followup.problems import InputProblems
from followup.rounds import Round, open_round

LAST_ROW = 1000
YES_NO = ["Yes", "No", "Not sure"]


def lay_out(year: int) -> dict[str, bool]:
    """Make the folder of a new round, with what is not there yet of round.toml, workshops.csv and replies.xlsx.

    Returns
    -------
    Whether each file was made, by its path below the project's root.

    Raises
    ------
    InputProblems
        A round.toml that is there already cannot be used, so that no sheet can be made from it.
    """
    folder, template = rounds.ROOT / "data" / "raw" / str(year), rounds.ROOT / "data" / "template"
    text = string.Template((template / "round.toml").read_text(encoding="utf-8")).substitute(
        declared(year)
    )
    made = {
        "round.toml": _create(folder / "round.toml", text.encode()),
        "workshops.csv": _create(
            folder / "workshops.csv", (template / "workshops.csv").read_bytes()
        ),
    }
    sheet = folder / "replies.xlsx"
    made["replies.xlsx"] = not sheet.exists() and _create(sheet, empty_sheet(open_round(year)))
    return {(folder / name).relative_to(rounds.ROOT).as_posix(): new for name, new in made.items()}


def declared(year: int) -> dict[str, str]:
    """What the template leaves open: the year, its fiscal year, and the number that follows the last round's."""
    earlier = [known for known in rounds.years() if known < year]
    number = open_round(earlier[-1]).number + year - earlier[-1] if earlier else 1
    return {
        "year": str(year),
        "fiscal_year": f"FY {year - 1}/{year % 100:02}",
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
    """A workbook with one sheet to fill by hand: a column a question or answer, a drop-down list in each, from round.toml."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    workbook = Workbook()
    sheet, lists = workbook.active, workbook.create_sheet("Lists")
    sheet.title, lists.sheet_state, sheet.freeze_panes = "Replies", "hidden", "A2"
    for place, (heading, offered) in enumerate(sheet_columns(survey_round).items(), start=1):
        letter = get_column_letter(place)
        _write_text(sheet, f"{letter}1", heading)
        sheet[f"{letter}1"].font, sheet[f"{letter}1"].alignment = (
            Font(bold=True),
            Alignment(wrap_text=True, vertical="top"),
        )
        sheet.column_dimensions[letter].width = 40 if place == 1 else 24
        for row, text in enumerate(offered, start=1):
            _write_text(lists, f"{letter}{row}", text)
        if offered:
            choice = DataValidation(
                "list", formula1=f"Lists!${letter}$1:${letter}${len(offered)}", allow_blank=True
            )
            choice.showErrorMessage, choice.error = (
                True,
                "Choose one of the list, or leave the cell empty.",
            )
            choice.add(f"{letter}2:{letter}{LAST_ROW}")
            sheet.add_data_validation(choice)
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def sheet_columns(survey_round: Round) -> dict[str, list[str]]:
    """Headings of the sheet to fill by hand, and what each cell below can be; free text where the list is empty."""
    declared, workshops = survey_round.questionnaire, survey_round.read_workshops()
    columns = {}
    if declared and declared.workshop:
        columns[declared.workshop] = [f"{row.id} {row.title}" for row in workshops.itertuples()]
    if declared and declared.administration:
        columns[declared.administration] = sorted(read_administrations()["name"])
    for question in questions(survey_round):
        if not question.several:
            columns[question.heading] = YES_NO
        for answer in question.answers if question.several else ():
            columns[answer.heading or f"{question.heading} [{answer.words}]"] = (
                [] if answer.id == question.other else YES_NO[:2]
            )
    return columns


def _write_text(sheet: object, place: str, text: str) -> None:
    sheet[place] = text
    sheet[place].data_type = "s"  # a text that begins with = is no formula


def main(arguments: list[str]) -> int:
    """Lay out a round, and say what was made and what comes next."""
    if len(arguments) != 1 or not arguments[0].isdecimal() or len(arguments[0]) != 4:
        print(
            "Name the year of the new round, in four digits: make round YEAR=2022", file=sys.stderr
        )
        return 1
    year = int(arguments[0])
    try:
        made = lay_out(year)
    except InputProblems as error:
        print(error, file=sys.stderr)
        return 1
    for name, new in made.items():
        print(f"{name}: {'made' if new else 'there already, left as it is'}")
    print(
        f"Next: fill in workshops.csv and round.toml, add the export, then make check YEAR={year} (docs/adding_a_round.md)."
    )
    if not made[f"data/raw/{year}/replies.xlsx"]:
        print(
            "The lists in replies.xlsx are those of when it was made: to have new ones, rename it, and make round again."
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
