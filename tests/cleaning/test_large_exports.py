"""What reading an export costs does not grow with the replies where it need not."""

import tracemalloc
from collections import Counter

import pandas as pd
import pytest

from followup.cleaning import questionnaire, reader
from followup.cleaning.checks import check_round, clean_round, leave
from followup.cleaning.questionnaire import read_questionnaire
from followup.scratch import STEP

MATERIALS = "Shared the training materials with colleagues"
CELLS = [
    (str(number), code, actions, effects)
    for number in range(1, 7)
    for code in ("FJ", "Fiji", "")
    for actions in ("", MATERIALS, f"{MATERIALS}, sang")
    for effects in ("Yes", "no", "Not sure", "perhaps")
]
BYTES_A_ROW = 1_200


@pytest.fixture
def large(folder, declare, row):
    """A round whose export has the same 216 rows so many times."""

    def written(times: int):
        table = pd.DataFrame([row(*cells) for cells in CELLS] * times)
        table.to_csv(folder / "export.csv", index=False)
        return declare(("replies.xlsx", "export.csv"))

    return written


def test_a_cell_that_many_rows_have_is_read_once(large, monkeypatch):
    calls = Counter()
    for name in ("yes_or_no", "several_in_one", "without_personal"):
        monkeypatch.setattr(reader, name, counted(getattr(reader, name), name, calls))
    monkeypatch.setattr(questionnaire, "drop_repeated", lambda *_: None)
    monkeypatch.setattr(reader.Reader, "problem", lambda *_, **__: None)
    few = read_questionnaire(large(1)), calls.copy()
    calls.clear()
    many = read_questionnaire(large(20)), calls.copy()
    assert len(many[0].replies) == 20 * len(few[0].replies) == 20 * len(CELLS)
    assert len(many[0].changes) == 20 * len(few[0].changes) > 0
    assert many[1] == few[1]


def test_memory_is_bounded_by_the_row(large, monkeypatch):
    monkeypatch.setattr(questionnaire, "drop_repeated", lambda *_: None)
    monkeypatch.setattr(reader.Reader, "problem", lambda *_, **__: None)
    read_questionnaire(large(1))
    survey_round = large(40)
    tracemalloc.start()
    read_questionnaire(survey_round)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak / (40 * len(CELLS)) < BYTES_A_ROW


def test_the_check_and_the_step_after_it_read_the_export_once(folder, declare, row, monkeypatch):
    calls = Counter()
    monkeypatch.setattr(questionnaire, "grids", counted(questionnaire.grids, "grids", calls))
    pd.DataFrame([row("1", "FJ"), row("1", "")]).to_csv(folder / "export.csv", index=False)
    survey_round = declare(("replies.xlsx", "export.csv"))
    leave(survey_round, checked := check_round(survey_round))
    assert not checked.problems
    monkeypatch.setenv(STEP, "10_clean_replies")
    for ours, theirs in zip(clean_round(survey_round), checked.cleaned, strict=True):
        pd.testing.assert_frame_equal(ours, theirs)
    assert calls["grids"] == 1
    pd.DataFrame([row("1", "FJ")]).to_csv(folder / "export.csv", index=False)
    assert len(clean_round(survey_round)[0]) == 1
    monkeypatch.delenv(STEP)
    clean_round(survey_round)
    assert calls["grids"] == 3


def counted(function, name, calls):
    def count(*given, **named):
        calls[name] += 1
        return function(*given, **named)

    return count
