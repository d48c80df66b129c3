"""What is stale runs, what is fresh does not, and the report is in place only when every step succeeded."""

import json

import pytest

from followup.rounds import ROOT
from notebook_report.build import needed_by, waiting_for
from notebook_report.steps import Step

OUTCOMES = ["24_outcome-direct_effects", "24_outcome-improved_work", "24_outcome-new_project"]


def made_up(name, reads=(), writes=()):
    return Step(
        name,
        ROOT / name,
        ROOT / name,
        {},
        tuple(ROOT / path for path in reads),
        tuple(ROOT / path for path in writes),
    )


def test_a_step_needs_those_that_write_what_it_reads():
    steps = [
        made_up("summary", ["facts"]),
        made_up("clean", ["raw"], ["replies"]),
        made_up("tests", ["replies"], ["facts"]),
    ]
    assert needed_by(steps) == {"summary": {"tests"}, "clean": set(), "tests": {"clean"}}


def test_the_step_that_most_others_wait_for_is_known():
    needs = {"summary": {"tests"}, "clean": set(), "tests": {"clean"}, "section": {"clean"}}
    assert waiting_for("clean", needs) == {"tests", "summary", "section"}
    assert waiting_for("section", needs) == set()


def test_two_steps_that_write_one_file_are_refused():
    with pytest.raises(ValueError, match="facts is written by a and by b"):
        needed_by([made_up("a", writes=["facts"]), made_up("b", writes=["facts"])])


def test_nothing_new_runs_no_step_and_changes_no_byte(project, ran):
    before, time = project.published(), project.report.stat().st_mtime_ns
    status, printed = project.build()
    assert (status, ran(printed)) == (0, [])
    assert "is up to date: 0 of 6 steps run, 6 fresh" in printed
    assert project.published() == before
    assert project.report.stat().st_mtime_ns > time  # make would ask again otherwise


def test_the_same_inputs_give_the_same_bytes(project):
    before = project.published()
    project.remove("output", "data/processed")
    project.build()
    after = project.published()
    assert {**after, "manifest.json": ""} == {**before, "manifest.json": ""}  # it tells the time


def test_an_edited_section_runs_alone(project, ran):
    project.change("24_outcome", ["print('edited')"])
    assert ran(project.build()[1]) == OUTCOMES
    assert (
        "edited" in (project.root / "output/2021/notebooks/24_outcome-new_project.html").read_text()
    )


def test_an_edited_section_wakes_those_that_read_what_it_writes(project, ran):
    project.change("30_tests", ["(round.build / 'results.csv').write_text('other results')"])
    assert ran(project.build()[1]) == ["00_summary", "30_tests"]


def test_a_step_that_writes_the_same_bytes_wakes_nobody(project, ran):
    (project.root / "data/raw/2021/replies.csv").write_text("reply\nyes\n    no\n")
    assert ran(project.build()[1]) == ["10_clean"]


def test_new_data_wakes_everyone_behind_it(project, ran):
    (project.root / "data/raw/2021/replies.csv").write_text("reply\nyes\nperhaps\n")
    assert ran(project.build()[1]) == ["00_summary", "10_clean", *OUTCOMES, "30_tests"]


def test_an_edited_module_runs_the_steps_that_use_it(project, ran):
    project.library("upper.py", "def shout(text):\n    return text.upper() + '!'\n")
    assert ran(project.build()[1]) == OUTCOMES
    assert (
        project.root / "output/2021/tables/new_project.csv"
    ).read_text() == "new_project\nREPLY!\nYES!\nNO!"


def test_an_edited_module_that_nobody_uses_runs_nothing(project, ran):
    project.library("unused.py", "NOBODY = 'still'\n")
    assert ran(project.build()[1]) == []


def test_an_edited_template_makes_the_page_again_and_runs_nothing(project, ran):
    style = project.root / "lib/notebook_report/templates/style.css"
    style.write_text(style.read_text() + "\n.planted { color: red }\n")
    assert ran(project.build()[1]) == []
    assert "planted" in project.report.read_text()


def test_a_result_changed_by_hand_is_made_again(project, ran):
    facts = project.root / "output/.build/2021/results.csv"
    facts.write_text("somebody ran a notebook with other data")
    assert ran(project.build()[1]) == ["30_tests"]
    assert "somebody" not in facts.read_text()


def test_a_published_file_changed_by_hand_is_put_right(project, ran):
    before = project.published()
    (project.root / "output/2021/results.csv").write_text("changed")
    (project.root / "output/2021/tables/new_project.csv").unlink()
    assert ran(project.build()[1]) == []
    after = project.published()
    assert {**after, "manifest.json": ""} == {**before, "manifest.json": ""}  # it tells the time


def test_a_figure_that_is_not_drawn_any_more_is_gone(project):
    assert "figures/new_project.svg" in project.published()
    project.change("24_outcome", [], without="save_figure")
    project.build()
    assert "figures/new_project.svg" not in project.published()


def test_an_outcome_that_is_not_asked_any_more_leaves_nothing(project):
    settings = project.root / "data/raw/2021/round.toml"
    settings.write_text(settings.read_text().replace('"improved_work"', '"better_work"'))
    status, printed = project.build()
    assert status == 0, printed
    found = {
        path.name for path in (project.root / "output").rglob("*") if "improved_work" in path.name
    }
    assert not found
    assert "tables/better_work.csv" in project.published()


def test_the_title_of_an_outcome_is_its_sections(project):
    executed = json.loads(
        (project.root / "output/.build/2021/24_outcome-new_project.ipynb").read_text()
    )
    assert executed["metadata"]["title"] == "Initiation of modernization projects"


def test_the_manifest_tells_what_the_report_is_made_from(project):
    manifest = json.loads((project.root / "output/2021/manifest.json").read_text())
    assert manifest["parameters"]["24_outcome-new_project"] == {
        "YEAR": 2021,
        "OUTCOME": "new_project",
    }
    assert {
        "data/raw/2021/replies.csv",
        "notebooks/10_clean.ipynb",
        "lib/followup/upper.py",
    } <= manifest["inputs"].keys()
    assert "lib/followup/unused.py" not in manifest["inputs"]
    assert {"python", "pandas", "papermill"} <= manifest["versions"].keys()
    published = project.published()
    del published["manifest.json"]
    assert manifest["outputs"] == published
    assert manifest["commit"] is None  # the made-up project is not under git


@pytest.mark.parametrize("arguments", [("1999",), ("next",), ("2021", "2022"), ("",)])
def test_a_year_without_a_round_names_those_that_have_one(project, arguments):
    before = project.published()
    status, printed = project.build(*arguments)
    assert status == 1
    assert "2021" in printed
    assert "Traceback" not in printed
    assert project.published() == before


def test_an_unknown_engine_is_refused(project):
    status, printed = project.build(ENGINE="steam")
    assert (status, printed) == (1, "ENGINE=steam is not known: in-process or kernel\n")
