"""Any questionnaire of this kind can be reported: the notebooks run as they are on rounds that have
little in common with 2021."""

import shutil
import sys
from pathlib import Path

import pandas as pd
import pytest

sys.path.append(str(Path(__file__).parents[1]))
from made_up_questionnaire import KINDS, PROJECT, YEAR, questionnaire
from run_notebook import quick, run_sections

from followup import rounds


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("kind", KINDS)
def test_every_section_runs_on_any_questionnaire(kind, tmp_path, monkeypatch):
    monkeypatch.setattr(rounds, "ROOT", tmp_path)
    questionnaire(tmp_path / "data" / "raw" / str(YEAR), **KINDS[kind])
    shutil.copy(PROJECT / "data" / "raw" / "administrations.csv", tmp_path / "data" / "raw")
    shutil.copytree(PROJECT / "docs", tmp_path / "docs")
    survey_round = rounds.open_round(YEAR)
    with quick():
        assert all(text for _, text in run_sections(survey_round))
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
