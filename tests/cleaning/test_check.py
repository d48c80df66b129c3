"""`make check`: everything that is wrong is listed at once, on the screen and on the page, and
nothing else is written."""

import re

import pandas as pd
import pytest
from made_up_round import FORMS, YEAR, made_up_replies

from followup import rounds
from followup.cleaning.check import alike_scopes, main
from followup.cleaning.checks import clean_round, words_problems
from followup.files import read_text_table
from followup.problems import InputError
from followup.rounds import Round


@pytest.fixture
def spoilt(folder, declare):
    """A round whose third row has a misspelt answer and administration."""
    content = FORMS["google_forms.csv"](made_up_replies().to_dict("records")).decode().split("\r\n")
    content[2] = content[2].replace("Yes", "Yess").replace("Fiji", "Fidji")
    (folder / "export.csv").write_text("\r\n".join(content), encoding="utf-8", newline="")
    return declare(
        ("replies.xlsx", "export.csv"),
        ('# keep_personal = ["Your e-mail"]', 'keep_personal = ["E-mail"]'),
    )


@pytest.mark.usefixtures("spoilt")
def test_a_fatal_problem_gives_status_one_and_screen_and_page_say_the_same(project, capsys):
    assert main([str(YEAR)]) == 1
    shown = capsys.readouterr().out
    page = (project / "output" / str(YEAR) / "check.html").read_text(encoding="utf-8")
    for said in (
        "export.csv",
        "Yess",
        "Did your administration start a modernization project?",
        "Fidji",
    ):
        assert said in shown
        assert said in page


@pytest.mark.usefixtures("spoilt")
def test_whom_to_ask_is_on_the_screen_and_nowhere_else(project, capsys):
    main([str(YEAR)])
    assert "row 3: nobody1@customs.example" in capsys.readouterr().out
    written = [path for path in (project / "output").rglob("*") if path.is_file()]
    assert [path.name for path in written] == ["check.html"]
    assert "nobody1" not in written[0].read_text(encoding="utf-8")


@pytest.mark.usefixtures("spoilt")
def test_a_check_changes_nothing_but_its_page(project):
    before = {path: path.read_bytes() for path in (project / "data").rglob("*") if path.is_file()}
    main([str(YEAR)])
    assert {
        path: path.read_bytes() for path in (project / "data").rglob("*") if path.is_file()
    } == before


def test_a_page_shows_text_as_text(folder, declare, project):
    content = (
        FORMS["google_forms.csv"](made_up_replies().to_dict("records"))
        .decode()
        .replace("Yes", "<script>alert(1)</script>", 1)
    )
    (folder / "export.csv").write_text(content, encoding="utf-8", newline="")
    declare(("replies.xlsx", "export.csv"))
    main([str(YEAR)])
    page = (project / "output" / str(YEAR) / "check.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;" in page
    assert "<script>" not in page


@pytest.mark.parametrize(
    "year",
    [
        "1999",
        "x",
        "99999999999999999999",
        "²",
        "２０９９",
    ],
)
def test_an_unknown_year_names_those_that_exist(project, year, capsys):
    try:
        status = main([year])
    except SystemExit as error:
        status = error.code
    assert status
    shown = capsys.readouterr()
    assert str(YEAR) in shown.out + shown.err
    assert not (project / "output").exists()


@pytest.mark.usefixtures("project")
def test_a_round_that_is_not_there_is_not_said_to_have_bad_data(capsys):
    assert main(["1999"]) == 1
    said = capsys.readouterr().out
    assert said.startswith("There is no round of 1999:\n")
    assert "raw data of" not in said


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("year = 2099", "year = 2098", "2099, the folder's name"),
        ("year = 2099", 'year = "2099"', "a whole number"),
        ('source = "questionnaire"', 'source = "form"', "publication or questionnaire"),
        ('label = "Submit reports"', 'lable = "Submit reports"', "did you mean 'label'"),
        ("composite = true", "compsite = true", "did you mean 'composite'"),
        ('outcome = "new_project"', 'outcome = "new_projects"', "did you mean 'new_project'"),
        ('id = "direct_effects"', 'id = "Direct effects"', "did you mean 'direct_effects'"),
        ('id = "other_action"', 'id = "replies"', "the report uses replies itself"),
        ('base = "all"', 'base = "some"', "all or ticked"),
        ('option = "improved_work"', 'option = "direct_effects"', "each action and outcome once"),
        ("[[outcomes]]", "[outcomes]", "TOML"),
        ('id = "developed_manual"', 'id = "submitted_report"', "used once"),
        (
            'answer = "Other"',
            'answer = "Submitted a report to senior management!"',
            "differ in more than case",
        ),
        (
            'other = "other_action"',
            'other = "sharing"',
            "other to be one of the question's options",
        ),
        ('phrase = "submitted a report"', "phrase = 3", "a text in quotes"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_a_mistake_in_round_toml_is_named_with_its_place(declare, before, after, said):
    with pytest.raises(InputError) as raised:
        clean_round(declare((before, after)))
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("month", "Jul-98", "a month as YYYY-MM"),
        ("date", "2098-07-32", "the last day as YYYY-MM-DD"),
        ("date", "2098-08-10", "the month of its date"),
        ("invited", "4", "as many as invited_administrations names"),
        ("invited_administrations", "FJ;Tongo", "codes or spellings"),
        ("invited_administrations", "FJ;Fiji", "each administration once"),
        ("id", "total", "another name: the report uses total"),
        ("id", "2", "a value that is used once"),
        ("title", " ", "a title"),
    ],
)
def test_a_mistake_in_workshops_csv_is_named_with_its_row(folder, declare, column, value, said):
    table = pd.read_csv(folder / "workshops.csv", dtype=str, keep_default_na=False)
    table.loc[0, column] = value
    table.to_csv(folder / "workshops.csv", index=False)
    with pytest.raises(InputError) as raised:
        clean_round(declare())
    assert said in str(raised.value)
    assert "workshops.csv, row 2" in str(raised.value)


@pytest.mark.usefixtures("spoilt")
def test_all_files_are_checked_even_where_workshops_csv_has_problems(folder, capsys):
    table = pd.read_csv(folder / "workshops.csv", dtype=str, keep_default_na=False)
    table.loc[0, ["month", "invited"]] = ["Jul-98", "many"]
    table.to_csv(folder / "workshops.csv", index=False)
    (folder / "good_practices.csv").write_text("id,section\n", encoding="utf-8")
    (folder / "words").mkdir()
    (folder / "words" / "foreword.md").write_text("In 12 workshops", encoding="utf-8")
    assert main([str(YEAR)]) == 1
    shown = capsys.readouterr().out
    for told in ("Jul-98", "many", "Fidji", "Yess", "good_practices.csv", "foreword.md, row 1"):
        assert told in shown


def test_a_thousand_problems_of_one_kind_are_one_line_with_the_first_three(folder, declare, capsys):
    content = FORMS["google_forms.csv"](made_up_replies().to_dict("records")).decode()
    (folder / "export.csv").write_text(content.replace("Yes", "Si"), encoding="utf-8", newline="")
    declare(("replies.xlsx", "export.csv"))
    assert main([str(YEAR)]) == 1
    lines = [line for line in capsys.readouterr().out.splitlines() if "'Si'" in line]
    assert len(lines) == 3  # one a question
    assert all(re.search(r"rows \d+, \d+, \d+ and \d+ more", line) for line in lines)


def test_a_spelling_that_two_administrations_claim_is_a_problem(project, declare):
    path = project / "data" / "raw" / "administrations.csv"
    text = path.read_text(encoding="utf-8").replace("Commonwealth of Australia", "fiji")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as raised:
        clean_round(declare())
    told = [
        problem for problem in raised.value.problems if "one administration" in problem.expected
    ]
    assert [(problem.column, problem.value) for problem in told] == [("name", "Fiji")]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("foreword", "We asked {{ facts['invited'] }} members.", None),
        ("conclusion", "1 of 3", "a figure as an expression"),
        ("conclusion", "{% if facts %}open", "an expression that can be filled in"),
        ("introduction", "Dear {{ fatcs }}", "an expression that can be filled in"),
        ("introduction", "[here](https://example.org/2021)", None),
        ("farewell", "Goodbye", "one of foreword.md, introduction.md, conclusion.md"),
    ],
)
def test_the_offices_own_words_are_checked(folder, declare, name, text, told):
    (folder / "words").mkdir()
    (folder / "words" / f"{name}.md").write_text(text, encoding="utf-8")
    found = [problem.expected for problem in words_problems(declare())]
    assert [expected.startswith(told or "") for expected in found] == ([True] if told else []) or (
        told and all(expected.startswith(told) for expected in found)
    )


def test_workshops_csv_is_read_once_however_many_rows(folder, declare, monkeypatch):
    (folder / "export.csv").write_bytes(
        FORMS["google_forms.csv"](made_up_replies().to_dict("records"))
    )
    survey_round, read = declare(("replies.xlsx", "export.csv")), []
    monkeypatch.setattr(
        rounds,
        "read_text_table",
        lambda root, file: read.append(file) or read_text_table(root, file),
    )
    clean_round(survey_round)
    assert sum(file.endswith("workshops.csv") for file in read) <= 2


def test_a_round_before_that_is_not_here_is_told_and_stops_nothing(folder, declare, capsys):
    content = FORMS["google_forms.csv"](made_up_replies().to_dict("records"))
    (folder / "export.csv").write_bytes(content)
    number = f"number = {1}  "
    declare(("replies.xlsx", "export.csv"), (number, f"previous = {YEAR - 1}\n{number}"))
    assert main([str(YEAR)]) == 0
    assert f"column round.previous: found '{YEAR - 1}'" in capsys.readouterr().out


@pytest.mark.parametrize(("scope", "rows"), [("regionall", ["2"]), ("national", [])])
def test_a_scope_that_is_nearly_another_is_told(survey_round, scope, rows, monkeypatch):
    workshops = survey_round.read_workshops()
    changed = workshops["scope"].where(workshops.index != 2, scope)
    monkeypatch.setattr(
        type(survey_round), "read_workshops", lambda _: workshops.assign(scope=changed)
    )
    remarks = list(alike_scopes(survey_round))
    assert [remark.row for remark in remarks] == rows
    assert all(remark.value == scope and "'regional'" in remark.expected for remark in remarks)


def test_a_round_is_cleaned_without_what_it_is_compared_with(folder, declare, monkeypatch):
    content = FORMS["google_forms.csv"](made_up_replies().to_dict("records"))
    (folder / "export.csv").write_bytes(content)
    (folder / "words").mkdir()
    (folder / "words" / "foreword.md").write_text('{{ facts["replies"] }} replies.\n')
    survey_round = declare(("replies.xlsx", "export.csv"))
    monkeypatch.setattr(Round, "read_previous_round", lambda _: pytest.fail("no step lists it"))
    replies, *_ = clean_round(survey_round)
    assert len(replies) == 70


@pytest.mark.parametrize("previous", [True, False])
def test_words_may_tell_of_the_round_before_where_one_is_named(folder, declare, previous, capsys):
    content = FORMS["google_forms.csv"](made_up_replies().to_dict("records"))
    (folder / "export.csv").write_bytes(content)
    (folder / "words").mkdir()
    (folder / "words" / "foreword.md").write_text('{{ facts["last.reply_rate"] }} replied.\n')
    named = [("# previous = 2021", f"previous = {YEAR - 1}")] * previous
    declare(("replies.xlsx", "export.csv"), *named)
    assert main([str(YEAR)]) == int(not previous)
    assert ("there is no fact 'last.reply_rate'" in capsys.readouterr().out) == (not previous)
