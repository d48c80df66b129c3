"""Any questionnaire of this kind can be reported: the notebooks run as they are on rounds that have
little in common with 2021."""

import shutil
import sys
from pathlib import Path

import pandas as pd
import pytest

sys.path.append(str(Path(__file__).parents[1]))
from made_up_questionnaire import KINDS, PROJECT, YEAR, questionnaire
from run_notebook import run_notebook

from followup import rounds

SECTIONS = [
    "10_clean_replies",
    "21_response",
    "22_follow_up_actions",
    "23_lessons_applied",
    "24_outcome",
    "30_association_tests",
    "31_robustness",
    "40_published_audit",
    "00_main_points",
    "01_introduction",
    "90_conclusion",
    "50_annex",
]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("kind", KINDS)
def test_every_section_runs_on_any_questionnaire(kind, tmp_path, monkeypatch):
    monkeypatch.setattr(rounds, "ROOT", tmp_path)
    monkeypatch.setattr("followup.rounds.ROOT", tmp_path)
    questionnaire(tmp_path / "data" / "raw" / str(YEAR), **KINDS[kind])
    shutil.copy(PROJECT / "data" / "raw" / "administrations.csv", tmp_path / "data" / "raw")
    shutil.copytree(PROJECT / "docs", tmp_path / "docs")
    survey_round = rounds.open_round(YEAR)
    for name in SECTIONS:
        for outcome in survey_round.outcomes if name == "24_outcome" else [None]:
            run_notebook(name, YEAR=YEAR, **({"OUTCOME": outcome.id} if outcome else {}))
    replies = pd.read_csv(survey_round.build / "replies.csv")
    for outcome in survey_round.outcomes:
        printed = pd.read_csv(
            survey_round.build / "tables" / f"{survey_round.tables_of(outcome.id)[0]}.csv"
        ).set_index("workshop")
        answered = replies[outcome.id].value_counts()
        assert printed.loc["total"].tolist() == [
            len(replies),
            answered.get(True, 0),
            answered.get(False, 0),
        ]
