"""A round answers for what it declares; how its round.toml is read is tested with the check."""

import runpy
from pathlib import Path

import pandas as pd
import pytest

from followup import rounds
from followup.declaration import AskedQuestion


def test_an_outcome_is_found_by_its_id_and_an_empty_one_is_the_first(survey_round):
    assert survey_round.outcome("new_project").title == "Initiation of modernization projects"
    assert survey_round.outcome("") == survey_round.outcomes[0]


def test_an_outcome_that_is_not_declared_names_those_that_are(survey_round):
    with pytest.raises(
        ValueError, match=r"calm is no outcome of 2021: direct_effects, improved_work, new_project"
    ):
        survey_round.outcome("calm")


def test_only_folders_named_by_a_year_are_rounds(tmp_path, monkeypatch):
    monkeypatch.setattr(rounds, "ROOT", tmp_path)
    for name in ("2021", "2²22", "２０２３", "12", "20244", "2022 copy"):
        folder = tmp_path / "data" / "raw" / name
        folder.mkdir(parents=True)
        (folder / "round.toml").touch()
    assert rounds.years() == [2021]


def test_na_and_none_in_a_result_are_text(survey_round, tmp_path, monkeypatch):
    monkeypatch.setattr(rounds, "ROOT", tmp_path)
    written = pd.DataFrame({"workshop": ["NA", "None", None], "administration": ["NA", "null", ""]})
    survey_round.save(written, "replies.csv")
    read = survey_round.read_result("replies.csv")
    assert read["workshop"].fillna("(missing)").tolist() == ["NA", "None", "(missing)"]
    assert read["administration"].fillna("(missing)").tolist() == ["NA", "null", "(missing)"]


def test_the_offices_words_are_text_or_nothing(survey_round, tmp_path, monkeypatch):
    monkeypatch.setattr(rounds, "ROOT", tmp_path)
    assert survey_round.read_words("foreword") == ""
    path = survey_round.words_file("foreword")
    path.parent.mkdir(parents=True)
    path.write_bytes("\ufeffGrüße".encode())
    assert survey_round.read_words("foreword") == "Grüße"


@pytest.mark.parametrize(
    ("base", "tested", "given", "expected"),
    [
        ("ticked", "all", [True, None], [True, False]),
        ("all", "ticked", [True, False], [True, None]),
        ("ticked", None, [True, None], [True, None]),
        ("all", "all", [True, False], [True, False]),
    ],
)
def test_shares_and_tests_can_be_of_different_replies(survey_round, base, tested, given, expected):
    asked = AskedQuestion(heading="x", options=("a", "b"), base=base, tested=tested)
    declared = survey_round.model_copy(update={"questions": (asked,)})
    replies = pd.DataFrame({"a": given, "b": [False, given[1]]}, dtype="boolean")
    answers = declared.tested_replies(replies)["a"].astype(object)
    assert answers.where(answers.notna(), None).tolist() == expected
    assert (declared.base_of("a"), declared.tested_of("a")) == (base, tested or base)


def test_a_package_installed_apart_takes_the_project_that_it_is_used_in(tmp_path, monkeypatch):
    apart = tmp_path / "lib" / "site-packages" / "followup" / "rounds.py"
    apart.parent.mkdir(parents=True)
    apart.write_text(Path(rounds.__file__).read_text(encoding="utf-8"), encoding="utf-8")
    project = Path(rounds.__file__).parents[2]
    monkeypatch.chdir(project / "notebooks" / "exploratory")
    assert runpy.run_path(str(apart))["ROOT"] == project
    monkeypatch.chdir(tmp_path)
    assert runpy.run_path(str(apart))["ROOT"] == tmp_path / "lib"
