"""A new round's folder: laid out once, never overwritten, with drop-down lists made from
round.toml."""

import pytest
from made_up_round import YEAR
from openpyxl import load_workbook

from followup.cleaning.template import lay_out, main
from followup.rounds import open_round


def test_what_is_there_is_never_overwritten(folder, capsys):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert lay_out(YEAR) == dict.fromkeys(
        [f"data/raw/{YEAR}/{name}" for name in ("round.toml", "workshops.csv", "replies.xlsx")],
        False,
    )
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert main([str(YEAR)]) == 0
    assert "there already, left as it is" in capsys.readouterr().out


def test_a_round_that_has_its_data_gets_no_empty_sheet(folder):
    (folder / "replies.xlsx").unlink()
    settings = (folder / "round.toml").read_text(encoding="utf-8")
    named = settings.replace('"replies.xlsx"', '"export.csv"')
    (folder / "round.toml").write_text(named, encoding="utf-8")
    lay_out(YEAR)
    assert not (folder / "replies.xlsx").exists()


def test_a_sheet_that_was_taken_away_is_made_from_round_toml_as_it_is_now(folder, declare):
    (folder / "replies.xlsx").unlink()
    declare(("Shared the training materials with colleagues", "=Shared it"))
    lay_out(YEAR)
    book = load_workbook(folder / "replies.xlsx")
    lists = {
        str(rule.sqref): rule.formula1 for rule in book["Replies"].data_validations.dataValidation
    }
    headings = {cell.column_letter: cell.value for cell in book["Replies"][1]}
    assert headings["C"] == "Which follow-up actions did your administration take? [=Shared it]"
    assert lists["A2:A1000"] == "Lists!$A$1:$A$6"
    assert book["Lists"]["A1"].value == "1 Made-up Regional Workshop on Risk Management"
    assert {"Fiji", "Tonga"} <= {cell.value for cell in book["Lists"]["B"]}
    assert [cell.value for cell in book["Lists"]["C"]][:2] == ["Yes", "No"]
    assert [cell.value for cell in book["Lists"]["I"]][:3] == ["Yes", "No", "Not sure"]
    assert book["Lists"].sheet_state == "hidden"


@pytest.mark.usefixtures("folder")
def test_the_number_and_fiscal_year_follow_from_the_year():
    assert (open_round(YEAR).number, open_round(YEAR).fiscal_year) == (1, "FY 2098/99")
    lay_out(2101)
    assert (open_round(2101).number, open_round(2101).fiscal_year) == (3, "FY 2100/01")


@pytest.mark.parametrize("arguments", [[], ["next"], ["22"], ["²"], ["２０２２"], ["2022", "2023"]])
@pytest.mark.usefixtures("project")
def test_what_is_no_year_is_told(arguments, capsys):
    with pytest.raises(SystemExit):
        main(arguments)
    assert "year" in capsys.readouterr().err
