"""round.toml: every key is checked, told with its place, documented, and read as an attribute."""

import re
from pathlib import Path

import pytest

from followup.declaration import RoundFile, Table, _models_in
from followup.problems import InputError, Problem

DOCUMENT = (Path(__file__).parents[2] / "docs" / "adding_a_round.md").read_text(encoding="utf-8")


def problems(declare, *changes: tuple[str, str], more: str = "") -> list[Problem]:
    with pytest.raises(InputError) as raised:
        declare(*changes, more=more)
    return raised.value.problems


def test_every_problem_is_told_at_once_with_key_value_and_hint(declare):
    told = problems(
        declare,
        ("months_after = 6", 'months_after = "six"'),
        ('fiscal_year_from = "2098-07"', 'fiscal_year_from = "July 2020"'),
        ("weeks_open = 3", 'weeks_open = 3\nquestionnaire_inferred = "no"'),
        ('office = "ROCB A/P"', 'ofice = "ROCB A/P"'),
        ('source = "questionnaire"', 'source = "form"'),
    )
    assert {(problem.column, problem.value, problem.expected) for problem in told} >= {
        ("round.months_after", "six", "a whole number"),
        ("round.fiscal_year_from", "July 2020", "a month as YYYY-MM"),
        ("round.questionnaire_inferred", "no", "true or false"),
        ("round.source", "form", "publication or questionnaire"),
    }
    (misspelt,) = [problem for problem in told if problem.column == "round.ofice"]
    assert misspelt.suggestion == "office"
    assert {problem.file for problem in told} == {"data/raw/2099/round.toml"}
    assert len(told) == 5


@pytest.mark.parametrize(
    ("change", "column", "suggestion"),
    [
        (('file = "replies.xlsx"', 'file = "replies.xlsx"\nsheets = "a"'), "sheets", "sheet"),
        (('option = "improved_work"', 'optoin = "improved_work"'), "optoin", "option"),
        (("[questionnaire]", "[questionaire]"), "questionaire", "questionnaire"),
        (("[round]", '[round]\nstratum = "course"'), "stratum", "event"),
        (("[round]", '[round]\nstrata = "courses"'), "strata", "events"),
        (("[round]", "[[last_round]]\n[round]"), "last_round", "previous_round"),
        (("[round]", '[round]\nzebra = "x"'), "zebra", ""),
    ],
)
def test_a_key_that_is_not_known_is_an_error_with_the_one_that_was_meant(
    declare, change, column, suggestion
):
    told = [problem for problem in problems(declare, change) if problem.column.endswith(column)]
    assert [problem.suggestion for problem in told] == [suggestion]
    assert told[0].expected.startswith("a key that is known here: ")


def test_a_required_key_that_is_missing_says_what_it_is_for(declare):
    (told,) = problems(declare, ('title = "Follow-up actions taken', '#"'))
    assert told.column == "round.title"
    assert "which is missing" in told.expected
    assert "what the report is about" in told.expected.lower()


def test_a_composite_of_one_action_or_said_twice_is_refused(declare):
    actions = 'actions = ["shared_materials", "organized_workshop"]'
    (told,) = problems(declare, (actions, 'actions = ["shared_materials"]'))
    assert told.column == "pairs[1].composite"
    again = '\n[[pairs]]\noutcome = "direct_effects"\ncomposite = true\n'
    (told,) = problems(
        declare, more=again + 'actions = ["organized_workshop", "shared_materials"]\n'
    )
    assert told.column == "pairs[3].composite"


def test_what_may_be_left_out_has_its_usual_value(declare):
    survey_round = declare()
    assert (survey_round.event, survey_round.events) == ("workshop", "workshops")
    assert (survey_round.contact, survey_round.previous) == ("", None)
    assert [pair.declared for pair in survey_round.pairs] == ["before", "before"]
    course = declare(('# event = "course"', 'event = "course"'))
    assert (course.event, course.events) == ("course", "courses")


def test_an_option_without_words_is_called_by_its_label(declare):
    survey_round = declare(('phrase = "took another action"', 'phrase = ""'))
    assert survey_round.options["other_action"].phrase == "others"
    assert (
        survey_round.noun("other_action|submitted_report")
        == "another action or submitting a report"
    )


def models() -> dict[str, type[Table]]:
    """Every model of round.toml by its name."""
    todo: list[type[Table]] = [RoundFile]
    seen: dict[str, type[Table]] = {}
    while todo:
        model = todo.pop()
        seen[model.__name__] = model
        for field in model.model_fields.values():
            todo += [one for one in _models_in(field.annotation) if one.__name__ not in seen]
    return seen


def test_each_key_is_described_in_the_document_as_in_its_model():
    rows = {
        f"| `{key}` | {field.description} |"
        for model in models().values()
        if model is not RoundFile
        for key, field in model.model_fields.items()
    }
    assert len(rows) > 60
    assert sorted(rows - set(DOCUMENT.splitlines())) == []
    listed = DOCUMENT.partition("## Every key")[2].partition("\n## ")[0]
    keys = {
        key for name, model in models().items() for key in model.model_fields if name != "RoundFile"
    }
    assert set(re.findall(r"^\| `(\w+)` \|", listed, re.MULTILINE)) == keys
