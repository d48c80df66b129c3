"""An export is read as it comes: every form of the made-up round gives the same replies, and
damaged files end in a problem."""

import csv
import io
import shutil

import pandas as pd
import pytest
from made_up_round import (
    ACTIONS,
    FORMS,
    OUTCOMES,
    YEAR,
    administration_names,
    made_up_replies,
    made_up_workshops,
    numbers,
)
from openpyxl import Workbook, load_workbook

from followup.cleaning.check import main
from followup.cleaning.checks import clean_round
from followup.cleaning.exports import grids
from followup.cleaning.questionnaire import read_questionnaire
from followup.cleaning.template import lay_out
from followup.problems import InputError


@pytest.fixture(scope="module")
def given() -> pd.DataFrame:
    """The made-up replies as the replies table should have them."""
    replies = made_up_replies()
    codes = {name: code for code, name in administration_names().items()}
    named = replies.assign(
        workshop=replies["workshop"].map(numbers()),
        administration=replies["administration"].map(codes),
    )
    answers = [*ACTIONS, *OUTCOMES]
    named = named.sort_values(["workshop", "administration"]).reset_index(drop=True)
    types = {"workshop": "string", "administration": "string", **dict.fromkeys(answers, "boolean")}
    return named.replace({"Not sure": None}).astype(types)


@pytest.mark.parametrize("form", FORMS)
def test_each_form_gives_the_replies_that_were_given(form, given, folder, declare):
    (folder / form).write_bytes(FORMS[form](made_up_replies().to_dict("records")))
    replies, counts, _ = clean_round(declare(("replies.xlsx", form)))
    pd.testing.assert_frame_equal(replies, given)
    assert counts.empty


def test_a_column_of_all_answers_beside_one_for_each_is_not_said_to_be_unnamed(folder, declare):
    (folder / "kobotoolbox.csv").write_bytes(
        FORMS["kobotoolbox.csv"](made_up_replies().to_dict("records"))
    )
    (remark,) = read_questionnaire(declare(("replies.xlsx", "kobotoolbox.csv"))).problems
    assert remark.value == "start; Please specify; _id; _uuid; Respondent; E-mail; IP address"


@pytest.mark.parametrize("form", FORMS)
def test_no_personal_data_leaves_the_export(form, folder, declare, project, capsys):
    (folder / form).write_bytes(FORMS[form](made_up_replies().to_dict("records")))
    replies, _, log = clean_round(declare(("replies.xlsx", form)))
    assert main([str(YEAR)]) == 0
    page = (project / "output" / str(YEAR) / "check.html").read_text(encoding="utf-8")
    shown = " ".join([replies.to_csv(), log.to_csv(), page, capsys.readouterr().out])
    assert not any(personal in shown for personal in ("Nobody Nowhere", "nobody1", "192.0.2."))


def test_the_planted_association_is_in_the_replies():
    replies = made_up_replies()
    shared = replies["shared_materials"].astype(bool)
    saw = replies["direct_effects"].astype(bool)
    assert saw[shared].mean() - saw[~shared].mean() > 0.3
    assert made_up_workshops()["title"].str.startswith("Made-up").all()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_text_is_read_in_any_encoding_and_with_any_separator(tmp_path, encoding, separator):
    (tmp_path / "export").write_bytes(
        separator.join(["Réponse – 1", '"a, b; c"', "d"]).encode(encoding)
    )
    assert ["Réponse – 1", "a, b; c", "d"] in [
        grid.rows[0] for grid in grids(tmp_path / "export", "export")
    ]


def workbook(*rows) -> bytes:
    book, content = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(content)
    return content.getvalue()


def test_numbers_and_days_are_read_as_a_spreadsheet_shows_them(tmp_path):
    (tmp_path / "export").write_bytes(
        workbook([3, 3.0, 2.5, pd.Timestamp("2099-06-15").to_pydatetime(), True, None, "x"])
    )
    assert grids(tmp_path / "export", "export")[0].rows == [
        ["3", "3", "2.5", "2099-06-15", "True", "", "x"]
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" \n",
        b"PK\x03\x04 cut off",
        b"\xd0\xcf\x11\xe0 old",
        b"\xff\xfe\x00",
        b"\x81\x8d",
        workbook(["a"])[:-200],
        b'"' + b"a" * 200_000,
    ],
    ids=[
        "empty",
        "blank",
        "damaged workbook",
        "old workbook",
        "half a letter",
        "no letters",
        "workbook cut short",
        "endless cell",
    ],
)
def test_a_file_that_cannot_be_read_is_a_problem(tmp_path, content):
    (tmp_path / "export").write_bytes(content)
    with pytest.raises(InputError):
        grids(tmp_path / "export", "export")


def test_a_missing_export_is_named(declare):
    with pytest.raises(InputError, match=rf"data/raw/{YEAR}/gone.csv"):
        clean_round(declare(("replies.xlsx", "gone.csv")))


@pytest.mark.parametrize("name", ["../round.toml", "/etc/hostname", "a\\\\b", ".", "a/b"])
def test_an_export_outside_the_folder_is_not_read(declare, name):
    with pytest.raises(InputError, match="the name of a file"):
        clean_round(declare(('"replies.xlsx"', f'"{name}"')))


def test_a_row_longer_than_the_heading_is_a_problem(folder, declare):
    content = FORMS["google_forms.csv"](made_up_replies().to_dict("records")).decode()
    (folder / "export.csv").write_text(content.rstrip() + ",beyond\r\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"row 71: found 'beyond'; expected 10 cells"):
        clean_round(declare(("replies.xlsx", "export.csv")))


def test_a_sheet_can_be_named(folder, declare):
    book = Workbook()
    for title in ("Old", "New"):
        sheet = book.create_sheet(title)
        for row in pd.read_excel(
            io.BytesIO(FORMS["by_hand.xlsx"](made_up_replies().head(3).to_dict("records"))),
            header=None,
        ).to_numpy():
            sheet.append([None if pd.isna(cell) else cell for cell in row])
    book["Old"].delete_rows(6)
    book.save(folder / "replies2.xlsx")
    named = ('# sheet = "Replies"', 'sheet = "New"')
    assert len(clean_round(declare(("replies.xlsx", "replies2.xlsx"), named))[0]) == 3
    with pytest.raises(InputError, match="Sheet, Old, New"):
        clean_round(
            declare(("replies.xlsx", "replies2.xlsx"), ('# sheet = "Replies"', 'sheet = "Newer"'))
        )


def test_the_sheet_to_fill_by_hand_is_read_when_filled(folder, declare):
    book = load_workbook(folder / "replies.xlsx")
    book["Replies"].append(
        ["2", "Tonga", "Yes", "No", None, None, None, "sang", "Yes", "No", "Not sure"]
    )
    book.save(folder / "replies.xlsx")
    (reply,) = clean_round(declare())[0].to_dict("records")
    assert (
        reply["workshop"],
        reply["administration"],
        reply["shared_materials"],
        reply["other_action"],
    ) == (
        "2",
        "TO",
        True,
        True,
    )


def test_the_sheet_filled_from_its_drop_down_lists_gives_the_replies_that_were_given(
    folder, declare, given
):
    (folder / "replies.xlsx").unlink()
    lay_out(YEAR)  # workshops.csv is filled in by now
    book, chosen = (
        load_workbook(folder / "replies.xlsx"),
        load_workbook(io.BytesIO(FORMS["by_hand.xlsx"](made_up_replies().to_dict("records")))),
    )
    sheet, lists = book["Replies"], book["Lists"]
    headings, *rows = [list(row) for row in chosen.active.iter_rows(min_row=3, values_only=True)]
    assert headings == [cell.value for cell in sheet[1]]
    offered = [
        {cell.value for cell in column if cell.value}
        for column in lists.iter_cols(max_col=len(headings))
    ]
    for row in rows:
        assert all(
            value is None or value in values
            for value, values in zip(row, offered, strict=True)
            if values
        )
        sheet.append(row)
    book.save(folder / "replies.xlsx")
    pd.testing.assert_frame_equal(clean_round(declare())[0], given)


def test_an_empty_sheet_is_told_to_be_empty(declare):
    with pytest.raises(InputError, match="there are none yet"):
        clean_round(declare())


def test_a_decimal_number_and_a_leading_zero_stay_text(tmp_path):
    (tmp_path / "export").write_bytes(b"007,1e5\n")
    assert grids(tmp_path / "export", "export")[0].rows == [["007", "1e5"]]


def test_moving_the_export_to_another_name_changes_nothing(folder, declare, given):
    (folder / "a.csv").write_bytes(FORMS["limesurvey.csv"](made_up_replies().to_dict("records")))
    shutil.copy(folder / "a.csv", folder / "b.txt")
    pd.testing.assert_frame_equal(clean_round(declare(("replies.xlsx", "b.txt")))[0], given)


def google_forms() -> list[str]:
    return FORMS["google_forms.csv"](made_up_replies().to_dict("records")).decode().split("\r\n")


def written(folder, lines: list[str]) -> None:
    (folder / "export.csv").write_text("\r\n".join(lines), encoding="utf-8", newline="")


def test_a_quote_that_is_not_closed_is_told_with_its_row(folder, declare):
    lines = google_forms()
    lines[9] = lines[9].replace(",", ',"', 1)
    written(folder, lines)
    with pytest.raises(InputError, match=r"export.csv, row 10; expected quotes in pairs"):
        clean_round(declare(("replies.xlsx", "export.csv")))


def test_a_row_cut_off_is_told_and_one_with_empty_cells_is_not(folder, declare):
    lines = google_forms()
    lines[9] = ",".join(next(csv.reader([lines[9]]))[:6])
    lines[10] += ",,"
    written(folder, lines)
    with pytest.raises(InputError) as raised:
        clean_round(declare(("replies.xlsx", "export.csv")))
    (told,) = raised.value.problems
    assert (told.row, told.expected) == (
        "10",
        "10 cells as in the heading, not 6: the row is cut off",
    )


def test_two_visible_sheets_with_the_same_headings_are_not_chosen_from(folder, declare):
    book = load_workbook(io.BytesIO(FORMS["by_hand.xlsx"](made_up_replies().to_dict("records"))))
    book.copy_worksheet(book.active).title = "Copy"
    book.save(folder / "twice.xlsx")
    with pytest.raises(InputError, match="found 'Sheet1, Copy'; expected one sheet"):
        clean_round(declare(("replies.xlsx", "twice.xlsx")))
    book["Copy"].sheet_state = "hidden"
    book.save(folder / "twice.xlsx")
    assert len(clean_round(declare(("replies.xlsx", "twice.xlsx")))[0]) == 70


def test_more_replies_than_were_invited_are_a_problem(folder, declare):
    workshops = made_up_workshops().assign(invited_administrations="", invited="9")
    workshops.to_csv(folder / "workshops.csv", index=False)
    written(folder, google_forms())
    with pytest.raises(InputError, match=r"replies for workshop \d'; expected no more than the 9"):
        clean_round(declare(("replies.xlsx", "export.csv")))
