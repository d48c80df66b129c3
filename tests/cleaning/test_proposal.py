"""`make round` with an export or the round before: what it finds, and marks to be confirmed."""

import csv
import io
import re
from collections import Counter
from string import Template

import pandas as pd
import pytest
from made_up_courses import ANSWERS, TITLES, courses
from made_up_round import (
    ACTIONS,
    ACTIONS_ASKED,
    FORMS,
    WORKSHOP,
    YEAR,
    made_up_replies,
    workbook,
)

from followup import rounds
from followup.cleaning.check import main as check
from followup.cleaning.draft import draft, new_action
from followup.cleaning.template import lay_out, left_open
from followup.rounds import ROOT, open_round

NEW, OTHER = YEAR + 1, list(ACTIONS)[-1]
FORMS_WITH_WORDS = [name for name in FORMS if name != "excel_text.csv"]


@pytest.fixture
def proposed(folder, tmp_path, capsys):
    """Lay out a round from an export, and perhaps the round before; the round, and what the check
    says."""

    def laid_out(name, content, before=None):
        assert folder.is_dir()  # the round before is there
        (tmp_path / name).write_bytes(content)
        lay_out(NEW, before, tmp_path / name)
        status = check([str(NEW)])
        return open_round(NEW), status, capsys.readouterr().out

    return laid_out


@pytest.mark.parametrize("form", FORMS_WITH_WORDS)
@pytest.mark.parametrize("before", [YEAR, None])
def test_a_usual_export_passes_the_check_as_it_is_proposed(proposed, form, before):
    rows = made_up_replies().to_dict("records")
    declared, status, said = proposed(form, FORMS[form](rows), before)
    assert status == 0, said
    assert f"in order: {len(rows)} replies" in said
    assert said.splitlines()[-1].startswith("Next: confirm what is listed, then make report")
    assert declared.questionnaire.workshop.strip() == WORKSHOP
    assert len(declared.read_workshops()) == 6
    assert len(declared.outcomes) == 3
    if before:
        known = open_round(YEAR)
        assert declared.previous == YEAR
        assert set(known.action_ids) - set(declared.action_ids) <= {"other_action"}
        assert [one.id for one in declared.outcomes] == [one.id for one in known.outcomes]
        assert declared.primary == known.primary


def declaration(project):
    return (project / "data" / "raw" / str(NEW) / "round.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("before", [YEAR, None])
def test_each_group_of_lines_that_was_proposed_has_one_mark(proposed, project, before):
    rows = made_up_replies().to_dict("records")
    _, _, said = proposed("export.csv", FORMS["google_forms.csv"](rows), before)
    text = declaration(project)
    for table in ("questionnaire", "actions", "outcomes", "questions", "pairs"):
        first = text.index(f"[{table}]")
        assert re.search(r"# confirm \d+: [^\n]+\n(# )?\[?$", text[:first]), table
    about = text[text.index("[round]") : text.index("[questionnaire]")]
    keys = re.findall(r"^(\w+) = .*# confirm \d+: ", about, re.MULTILINE)
    assert keys == ["fiscal_year", "title", *(["previous"] if before else []), "months_after"]
    listed = said[said.index("To confirm") :].splitlines()[1:-1]
    assert len(listed) == len(keys) + 5
    assert "which words mean yes" in listed[0]


def test_what_a_publication_says_of_itself_is_not_taken_over():
    last = open_round(2021)
    template = (ROOT / "data" / "template" / "round.toml").read_text(encoding="utf-8")
    template = Template(template).substitute(left_open(2022, last.series))
    text = draft(template, last, None)
    about = text[text.index("[round]") : text.index("[questionnaire]")]
    assert last.contact not in about
    assert re.search(r"^# contact = ", about, re.MULTILINE)
    assert f'title = "{last.title}"' in about
    assert "section 2" not in text
    assert text.count('why = "as in the round of 2021"') == len(last.pairs)


def test_what_somebody_says_of_themselves_is_told_of_a_reply():
    assert (
        new_action("Told my team what I learned")["phrase"] == "told their team what they learned"
    )


@pytest.mark.parametrize("before", [YEAR, None])
def test_without_an_export_the_template_has_no_marks(project, before):
    lay_out(NEW, before)
    assert ("# confirm" in declaration(project)) == bool(before)


def test_what_is_proposed_stands_beside_how_many_replies_say_so(proposed, project):
    rows = courses(", ")
    proposed("export.csv", as_text(rows))
    text, again = declaration(project), [row[5] for row in rows[1:]]
    counts = ", ".join(f'{n} "{word}"' for word, n in Counter(again).most_common())
    assert f"[[questions]]  # {counts}\n" in text
    for answer in ANSWERS:
        count = sum(answer in row[4] for row in rows[1:])
        assert re.search(rf'# ticked in {count} of 40\nid = .*\nlabel = "{answer[:20]}', text)


def test_what_the_list_of_workshops_leaves_empty_is_told(proposed):
    _, status, said = proposed("export.csv", as_text(courses(", ")))
    assert status == 0
    empty = re.findall(r"workshops\.csv, rows? ([\d, ]+), column (\w+); empty", said)
    assert empty == [("4", "month"), ("2, 3, 4", "invited")]


def as_text(rows):
    content = io.StringIO(newline="")
    csv.writer(content).writerows(rows)
    return content.getvalue().encode()


@pytest.mark.parametrize(
    ("name", "write", "mark"), [("c.xlsx", workbook, ";"), ("c.csv", as_text, ", ")]
)
def test_a_questionnaire_about_something_else_is_understood(proposed, name, write, mark):
    declared, status, said = proposed(name, write(courses(mark)))
    assert status == 0, said
    asked = {question.heading: question for question in declared.questions}
    several = asked["What have you done since the course?"]
    words = {declared.options[name].answer for name in several.options}
    assert words == {*ANSWERS, "Other"}
    assert declared.options[several.other].answer == "Other"
    assert asked["Would you come again?"].yes == ("Yes", "Yes, partly")
    assert asked["Would you come again?"].unsure == ("Too early to say",)
    workshops = declared.read_workshops()
    assert workshops["month"].tolist() == ["2099-03", "2099-05", ""]
    assert workshops["topic"].tolist() == ["Catalogues", "Archives", "Maps"]
    assert (declared.event, declared.events) == ("course", "courses")


def test_without_a_round_before_that_can_be_read_the_number_is_one(folder):
    (folder / "round.toml").write_text("broken", encoding="utf-8")
    lay_out(NEW)
    assert open_round(NEW).number == 1


def test_what_is_there_is_not_overwritten_by_a_proposal(folder, tmp_path):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    export = tmp_path / "export.csv"
    export.write_bytes(FORMS["google_forms.csv"](made_up_replies().to_dict("records")))
    made = lay_out(YEAR, None, export)
    assert [name for name, new in made.items() if new] == [f"data/raw/{YEAR}/export.csv"]
    assert {name: (folder / name).read_bytes() for name in before} == before


def test_the_words_of_the_round_before_are_taken_over_and_held_to_this_rounds_facts(folder, capsys):
    (folder / "words").mkdir()
    (folder / "words" / "foreword.md").write_text(
        'We thank for {{ facts["replies"] }} replies of {{ facts["workshops_organised"] }}.\n',
        encoding="utf-8",
    )
    export = rounds.ROOT / "export.csv"
    export.write_bytes(FORMS["google_forms.csv"](made_up_replies().to_dict("records")))
    lay_out(NEW, YEAR, export)
    assert check([str(NEW)]) == 1
    said = capsys.readouterr().out
    assert f"words/foreword.md, row 1; the office's words, which were those of {YEAR}" in said
    assert f"data/raw/{NEW}/words/foreword.md, row 2" in said
    assert "there is no fact 'workshops_organised'" in said


def test_words_that_are_taken_over_again_have_one_mark(folder):
    (folder / "words").mkdir()
    (folder / "words" / "foreword.md").write_text("Thank you.\n", encoding="utf-8")
    lay_out(NEW, YEAR)
    lay_out(NEW + 1, NEW)
    assert open_round(NEW + 1).read_words("foreword").splitlines() == [
        f"{{# confirm 11: the office's words, which were those of {NEW} #}}",
        "Thank you.",
    ]


def test_slips_in_a_column_of_yes_and_no_do_not_hide_it(proposed):
    rows = made_up_replies().to_dict("records")
    content = FORMS["google_forms.csv"](rows).replace(b",Yes,", b",Yess,", 2)
    declared, status, said = proposed("export.csv", content, YEAR)
    assert status == 1
    assert len(declared.outcomes) == 3
    assert "found 'Yess'" in said


def test_the_column_for_others_is_found_beside_those_that_say_their_answers(proposed):
    replies = pd.read_csv(
        io.BytesIO(FORMS["google_forms.csv"](made_up_replies().to_dict("records")))
    )
    cells = replies.pop(ACTIONS_ASKED).fillna("")
    for number, words in enumerate(ACTIONS.values(), start=1):
        own = [f"a poster {row}" if words == "Other" else words for row in range(len(cells))]
        ticked = cells.str.contains("brokers" if words == "Other" else words, regex=False)
        replies[f"{ACTIONS_ASKED}{number if number > 1 else ''}"] = pd.Series(own).where(ticked, "")
    declared, status, said = proposed("export.csv", replies.to_csv(index=False).encode(), YEAR)
    assert status == 0, said
    assert [question.other for question in declared.questions if question.options] == [OTHER]


DONE = ["Wrote it up", "Told others", "Told others;Wrote it up"]


def survey(rows=60, **columns):
    """An export about three courses, a reply of each member about one, and what else is asked."""
    names = sorted(rounds_members())
    usual = {
        "Timestamp": [f"01/{1 + row % 28:02}/2099 09:00:00" for row in range(rows)],
        "Which course did you attend?": [TITLES[row * 3 // rows] for row in range(rows)],
        "Your administration": [names[row % (rows // 3)] for row in range(rows)],
        "What did you do?": [DONE[row % 3] for row in range(rows)],
        "Would you come again?": [["Yes", "No"][row % 2] for row in range(rows)],
    }
    cells = {**usual, **columns}
    return as_text([list(cells), *zip(*cells.values(), strict=True)])


def rounds_members():
    table = pd.read_csv(rounds.ROOT / "data" / "raw" / "administrations.csv", keep_default_na=False)
    return table["name"].tolist()


def test_columns_of_comments_are_no_questions(proposed):
    comments = {
        "Any effect?": ["Faster, with fewer queues" if row % 20 == 0 else "" for row in range(60)],
        "Your grade": [str(row % 5) for row in range(60)],
        "Any remark?": ["Thank you, all, again" if row % 25 == 0 else "" for row in range(60)],
        "Example": [["", "A list, a desk", "One, two"][row % 3] for row in range(60)],
    }
    declared, status, said = proposed("export.csv", survey(**comments))
    assert status == 0, said
    assert [question.heading for question in declared.questions] == [
        "What did you do?",
        "Would you come again?",
    ]


def test_what_few_wrote_is_another_answer_and_a_denial_is_none(proposed, project):
    nothing = "I have not done anything yet"
    cells = ["Told others;Wrote it up", "Told others", "Wrote it up", nothing] * 20 + [nothing]
    for row in (0, 4, 5):
        cells[row] += f";{'Sang' if row else 'Ann said so'}"
    declared, status, said = proposed("export.csv", survey(rows=81, **{"What did you do?": cells}))
    assert status == 0, said
    (asked,) = [question for question in declared.questions if question.options]
    assert [declared.options[name].answer for name in asked.options] == [
        "Told others",
        "Wrote it up",
        "Other",
    ]
    assert asked.none == (nothing,)
    text = declaration(project)
    assert f'# none of these: 21 "{nothing}"' in text
    assert '# 3 in other words, 2 "Sang"\n' in text
    assert "Ann" not in text


def test_other_please_specify_is_the_answer_for_others(proposed):
    asked = "What did you do?"
    columns = {
        asked: [""] * 60,
        f"{asked}/Told others": [str(row % 2) for row in range(60)],
        f"{asked}/Wrote it up": [str(row % 3 % 2) for row in range(60)],
        f"{asked}/Other (please specify)": [str(int(row == 5)) for row in range(60)],
    }
    declared, status, said = proposed("export.csv", survey(**columns))
    assert status == 0, said
    (question,) = [one for one in declared.questions if one.options]
    assert question.other == OTHER
    assert declared.options[OTHER].label == "Others"


def test_headings_with_the_name_of_a_group_are_no_answers(proposed):
    asked = "doings/What did you do?"
    ticks = {
        f"{asked}/{words}": [str(row % count % 2) for row in range(60)]
        for count, words in enumerate(["Told others", "Wrote a note/list", "Sang"], start=3)
    }
    table = pd.read_csv(io.BytesIO(survey())).drop(columns="What did you do?").assign(**ticks)
    table = table.rename(columns=lambda name: name if "/" in name else f"about/{name}")
    declared, status, said = proposed("export.csv", table.to_csv(index=False).encode())
    assert status == 0, said
    assert declared.questionnaire.administration == "about/Your administration"
    assert [one.heading for one in declared.questions] == [asked, "about/Would you come again?"]
    assert [one.answer for one in declared.actions] == ["Told others", "Wrote a note/list", "Sang"]


def test_titles_with_commas_are_workshops_and_no_answers(proposed):
    titles = ["Class on Audit (Suva, May 2099)", "Class on Law (Delhi, June 2099)"]
    classes = {"Which one did you join?": [titles[row // 30] for row in range(60)]}
    table = pd.read_csv(io.BytesIO(survey())).drop(columns="Which course did you attend?")
    content = table.assign(**classes).to_csv(index=False).encode()
    declared, status, said = proposed("export.csv", content)
    assert status == 0, said
    assert sorted(declared.read_workshops()["title"]) == titles
    assert {one.answer for one in declared.actions} == {"Told others", "Wrote it up"}


def test_where_people_reply_the_administration_is_no_key_and_the_reason_is_told(proposed, project):
    several = {"Your administration": ["Fiji", "Tonga", "Samoa"] * 20}
    declared, status, said = proposed("export.csv", survey(**several))
    assert status == 0, said
    assert declared.questionnaire.administration is None
    assert "# 51 of 60 replies are a second one of the same administration" in declaration(project)


def test_a_spelling_that_is_near_is_offered_to_be_uncommented(proposed, project):
    wrong = survey().decode().replace("Indonesia", "Indonezia").encode()
    _, status, said = proposed("export.csv", wrong)
    assert status == 1
    assert "found 'Indonezia'" in said
    line = '# corrections = { "Indonezia" = "Indonesia" }'
    assert line in declaration(project)
    path = project / "data" / "raw" / str(NEW) / "round.toml"
    path.write_text(declaration(project).replace(line, line[2:]), encoding="utf-8")
    assert check([str(NEW)]) == 0


def test_an_example_of_a_pair_has_this_rounds_ids(proposed, project):
    declared, *_ = proposed("export.csv", survey())
    example = re.findall(r"(?m)^# (.*)$", declaration(project).partition("\n# [[pairs]]\n")[2])[:3]
    path = project / "data" / "raw" / str(NEW) / "round.toml"
    with path.open("a", encoding="utf-8") as file:
        file.write("\n".join(["\n[[pairs]]", *example]) + "\n")
    assert open_round(NEW).primary == [
        (action.id, declared.outcomes[0].id) for action in declared.actions[:2]
    ]


def test_the_number_follows_the_last_round_of_its_series(declare):
    declare(
        ('series = "ROCB A/P follow-up survey"', 'series = "another"'),
        ("number = 1 ", "number = 7 "),
    )
    lay_out(NEW)
    assert open_round(NEW).number == 1
    lay_out(NEW + 2, YEAR)
    assert open_round(NEW + 2).number == 10


def test_a_month_outside_the_fiscal_year_is_told(proposed):
    _, _, said = proposed("export.csv", survey())
    told = re.findall(
        r"workshops\.csv, row (\d), column month: found '(.*?)'; no month of the", said
    )
    assert told == [("2", "2099-03"), ("3", "2099-05")]


def test_words_for_yes_are_told_apart_from_not_yet_and_too_early(proposed):
    words = ["Yes", "Partly", "Not yet", "Too early to say", "Ongoing"]
    again = {"Would you come again?": [words[row % 5] for row in range(60)]}
    declared, status, said = proposed("export.csv", survey(**again))
    assert status == 0, said
    (question,) = [one for one in declared.questions if one.option]
    assert question.yes == ("Yes", "Partly")
    assert question.no == ("Not yet",)
    assert question.unsure == ("Too early to say", "Ongoing")


def test_where_no_column_surely_names_the_workshops_one_is_offered_and_the_title_is_asked_for(
    proposed, project
):
    subjects = {"Your topic": [["Audit", "Origin", "Valuation"][row // 20] for row in range(60)]}
    table = pd.read_csv(io.BytesIO(survey())).drop(columns="Which course did you attend?")
    content = table.assign(**subjects).to_csv(index=False).encode()
    declared, status, said = proposed("export.csv", content)
    assert status == 1
    assert re.search(r"workshops\.csv, row 2, column title", said)
    assert declared.questionnaire.workshop is None
    assert '\n# workshop = "Your topic"\n' in declaration(project)
