"""A notebook that a person runs harms no report: what it saves is apart, and read where asked."""

import os
import sys
from pathlib import Path

import pandas as pd
import pytest

from followup import rounds, scratch
from followup.rounds import open_round

sys.path.append(str(Path(__file__).parent))
from run_notebook import run_notebook, words


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project's folder with the raw data, in which nothing was built; a new kernel."""
    for folder in ("data", "docs"):
        (tmp_path / folder).symlink_to(rounds.ROOT / folder)
    monkeypatch.setattr(rounds, "ROOT", tmp_path)
    processed = property(lambda own: tmp_path / "processed" / str(own.year))
    monkeypatch.setattr(rounds.Round, "processed", processed)
    monkeypatch.setattr(scratch, "_saved", {})
    monkeypatch.delenv(scratch.STEP, raising=False)
    return tmp_path


def new_kernel(monkeypatch, notebook: str) -> None:
    monkeypatch.setattr(scratch, "_saved", {})
    monkeypatch.setenv("JPY_SESSION_NAME", f"notebooks/{notebook}.ipynb")


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_notebook_run_by_hand_changes_nothing_that_the_chain_reads(project, monkeypatch):
    run_notebook("10_clean_replies", YEAR=2021)
    before = contents(project / "processed") | contents(project / "output/.build")
    assert before
    new_kernel(monkeypatch, "22 by hand")
    typed = 'replies = replies[replies["workshop"] != "5"]'
    run_notebook("22_follow_up_actions", typed, by_hand=True, YEAR=2021)
    assert contents(project / "processed") | contents(project / "output/.build") == before
    assert (project / "output/scratch/22_by_hand/2021/tables/table_2.csv").is_file()
    assert (project / "output/scratch/22_by_hand/2021/figures/actions.svg").is_file()


@pytest.mark.usefixtures("project")
def test_what_was_saved_by_hand_is_read_where_it_is_asked_for(monkeypatch):
    run_notebook("10_clean_replies", YEAR=2021)
    new_kernel(monkeypatch, "10_clean_replies")
    mine = open_round(2021)
    replies = mine.read_replies()
    mine.save_processed(replies[replies["workshop"] != "5"], "replies.parquet")
    assert len(mine.read_replies()) == 52, "a notebook reads what it has saved itself"
    new_kernel(monkeypatch, "21_response")
    other = open_round(2021)
    assert len(other.read_replies()) == 58
    shown = other.use_scratch()
    assert len(other.read_replies()) == 52
    assert "10_clean_replies: replies.parquet" in shown.data
    assert len(open_round(2021).read_replies()) == 58, "asked for once, not for ever"
    monkeypatch.setenv(scratch.STEP, "21_response")
    assert len(other.read_replies()) == 58, "the chain never reads it"


@pytest.mark.usefixtures("project")
def test_the_chain_refuses_a_notebook_that_asks_for_scratch_work():
    with pytest.raises(RuntimeError, match="use_scratch"):
        run_notebook("10_clean_replies", "survey_round.use_scratch()", YEAR=2021)


@pytest.mark.usefixtures("project")
def test_the_latest_is_read_and_nothing_is_said_to_be_nothing(monkeypatch):
    survey_round = open_round(2021)
    assert "Nothing was saved by hand" in survey_round.use_scratch().data
    for place, name in enumerate(("b", "a")):
        new_kernel(monkeypatch, name)
        path = survey_round.save(pd.DataFrame({"number": [place]}), "result.csv")
        os.utime(path, (place, place))
    new_kernel(monkeypatch, "c")
    assert survey_round.read_result("result.csv")["number"].tolist() == [1]
    assert words(survey_round.use_scratch().data).count("result.csv") == 2


@pytest.mark.usefixtures("project")
def test_data_has_every_reply_with_its_workshop_and_member():
    run_notebook("10_clean_replies", YEAR=2021)
    data = open_round(2021).data()
    assert len(data) == 58
    unnamed = data[data["administration"].isna()]
    assert unnamed["sub_region"].tolist() == unnamed["member"].tolist() == ["Not named"]
    fiji = data[data["administration"] == "FJ"]
    assert set(fiji["sub_region"]) == {"Pacific"}
    assert set(data.loc[data["workshop"] == "9", "scope"]) == {"regional"}
    assert set(data.loc[data["workshop"] == "9", "month"]) == {"2021-06"}
    assert pd.crosstab(data["sub_region"], data["new_project"]).to_numpy().sum() == 58
