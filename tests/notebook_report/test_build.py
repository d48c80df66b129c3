"""What is stale runs, what is fresh does not, and the report is in place only when every step
succeeded."""

import json
import re
from pathlib import Path

import pytest

from notebook_report.build import needed_by, waiting_for
from notebook_report.project import Step

OUTCOMES = ["24_fruit-apples", "24_fruit-pears", "24_fruit-plums"]


def made_up(name, reads=(), writes=()):
    return Step(
        name,
        Path("/garden") / name,
        Path("/garden") / name,
        {},
        tuple(Path("/garden") / path for path in reads),
        tuple(Path("/garden") / path for path in writes),
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
    asked = project.root / "output/.build/2021/.asked"
    before, time = project.published(), asked.stat().st_mtime_ns
    status, printed = project.build()
    assert (status, ran(printed)) == (0, [])
    assert "is up to date: 0 of 6 steps run, 6 fresh" in printed
    assert project.published() == before
    assert asked.stat().st_mtime_ns > time  # make would ask again otherwise


def test_the_same_inputs_give_the_same_bytes(project):
    before = project.published()
    project.remove("output", "data/processed")
    project.build()
    after = project.published()
    assert {**after, "manifest.json": ""} == {**before, "manifest.json": ""}  # it tells the time


def test_an_edited_section_runs_alone(project, ran):
    project.change("24_fruit", ["print('edited')"])
    assert ran(project.build()[1]) == OUTCOMES
    assert "edited" in (project.root / "output/2021/notebooks/24_fruit-plums.html").read_text()


def test_an_edited_section_wakes_those_that_read_what_it_writes(project, ran):
    project.change("30_tests", ["(built / 'results.csv').write_text('other results')"])
    assert ran(project.build()[1]) == ["00_summary", "30_tests"]


def test_a_step_that_writes_the_same_bytes_wakes_nobody(project, ran):
    (project.root / "data/raw/2021/harvest.csv").write_text("reply\nyes\n    no\n")
    assert ran(project.build()[1]) == ["10_clean"]


def test_new_data_wakes_everyone_behind_it(project, ran):
    (project.root / "data/raw/2021/harvest.csv").write_text("reply\nyes\nperhaps\n")
    assert ran(project.build()[1]) == ["00_summary", "10_clean", *OUTCOMES, "30_tests"]


def test_an_edited_module_runs_the_steps_that_use_it(project, ran):
    project.library("garden_words/upper.py", "def shout(text):\n    return text.upper() + '!'\n")
    assert ran(project.build()[1]) == OUTCOMES
    assert (project.root / "output/2021/tables/plums.csv").read_text() == "plums\nREPLY!\nYES!\nNO!"


def test_an_edited_module_that_nobody_uses_runs_nothing(project, ran):
    project.library("garden_words/unused.py", "NOBODY = 'still'\n")
    assert ran(project.build()[1]) == []


def test_an_edited_template_makes_the_page_again_and_runs_nothing(project, ran):
    style = project.root / "lib/notebook_report/templates/style.css"
    style.write_text(style.read_text() + "\n.planted { color: red }\n")
    assert ran(project.build()[1]) == []
    assert "planted" in project.report.read_text()


def test_a_rendering_that_is_not_of_the_notebook_is_not_believed(project, ran):
    folder = project.root / "output/.build/2021"
    before = project.published()
    renderings = sorted(folder.glob(".*.rendering"))
    assert len(renderings) == len(list(folder.glob("*.ipynb")))
    renderings[0].write_bytes(b"no rendering")
    renderings[1].write_bytes(renderings[2].read_bytes())
    project.report.unlink()
    assert ran(project.build()[1]) == []
    assert {**project.published(), "manifest.json": ""} == {**before, "manifest.json": ""}


def test_a_result_changed_by_hand_is_made_again(project, ran):
    facts = project.root / "output/.build/2021/results.csv"
    facts.write_text("somebody ran a notebook with other data")
    assert ran(project.build()[1]) == ["30_tests"]
    assert "somebody" not in facts.read_text()


def test_a_published_file_changed_by_hand_is_put_right(project, ran):
    before = project.published()
    (project.root / "output/2021/results.csv").write_text("changed")
    (project.root / "output/2021/tables/plums.csv").unlink()
    assert ran(project.build()[1]) == []
    after = project.published()
    assert {**after, "manifest.json": ""} == {**before, "manifest.json": ""}  # it tells the time


def test_a_figure_that_is_not_drawn_any_more_is_gone(project):
    assert "figures/plums.svg" in project.published()
    project.change("24_fruit", [], without="svg")
    project.build()
    assert "figures/plums.svg" not in project.published()


def test_a_fruit_that_is_not_asked_any_more_leaves_nothing(project):
    settings = project.root / "data/raw/2021/round.toml"
    settings.write_text(settings.read_text().replace('"pears"', '"quinces"'))
    status, printed = project.build()
    assert status == 0, printed
    found = {path.name for path in (project.root / "output").rglob("*") if "pears" in path.name}
    assert not found
    assert "tables/quinces.csv" in project.published()


def test_the_title_of_an_outcome_is_its_sections(project):
    executed = json.loads((project.root / "output/.build/2021/24_fruit-plums.ipynb").read_text())
    assert executed["metadata"]["title"] == "Plums"


def test_the_manifest_tells_what_the_report_is_made_from(project):
    manifest = json.loads((project.root / "output/2021/manifest.json").read_text())
    assert manifest["parameters"]["24_fruit-plums"] == {
        "YEAR": 2021,
        "FRUIT": "plums",
    }
    assert {
        "data/raw/2021/harvest.csv",
        "notebooks/10_clean.ipynb",
        "lib/garden_words/upper.py",
    } <= manifest["inputs"].keys()
    assert "lib/garden_words/unused.py" not in manifest["inputs"]
    assert {"python", "pandas", "papermill"} <= manifest["versions"].keys()
    published = project.published()
    del published["manifest.json"]
    assert manifest["outputs"] == published
    assert manifest["commit"] is None  # the made-up project is not under git


@pytest.mark.parametrize("name", ["1999", "next", ""])
def test_a_year_without_a_round_names_those_that_have_one(project, name):
    before = project.published()
    status, printed = project.build("report", name)
    assert status == 1
    assert "2021" in printed
    assert "Traceback" not in printed
    assert project.published() == before


def test_an_unknown_engine_is_refused(project):
    status, printed = project.build(ENGINE="steam")
    assert (status, printed) == (1, "ENGINE=steam is not known: in-process or kernel\n")


def test_a_notebook_that_was_only_looked_at_wakes_no_step(project, ran):
    path = project.root / "notebooks" / "24_fruit.ipynb"
    before = project.published()
    content = json.loads(path.read_text())
    content["metadata"]["language_info"] = {"name": "python", "version": "3.14.0"}
    for cell in content["cells"]:
        cell["metadata"]["collapsed"] = True
    path.write_text(json.dumps(content, indent=4))
    assert ran(project.build()[1]) == []
    assert project.published() == before


def test_a_tag_is_part_of_a_notebook(project, ran):
    path = project.root / "notebooks" / "30_tests.ipynb"
    content = json.loads(path.read_text())
    content["cells"][-1]["metadata"]["tags"] = ["hide"]
    path.write_text(json.dumps(content))
    assert ran(project.build()[1]) == ["30_tests"]


def test_a_numbered_notebook_that_no_step_runs_is_told(project):
    project.write("25_weather", "YEAR = 2020", [])
    project.write("notes", "YEAR = 2020", [])
    _, printed = project.build()
    assert "notebooks/25_weather.ipynb is run by no step: it is in no report" in printed
    assert "notes" not in printed


def test_the_made_up_project_knows_no_survey(project):
    code = [
        path
        for folder in ("lib", "notebooks")
        for path in (project.root / folder).rglob("*")
        if path.suffix in (".py", ".ipynb")
    ]
    assert len(code) > 15
    assert [path for path in code if re.search("(import|from) followup", path.read_text())] == []


def test_the_list_of_reports_is_the_projects(project):
    assert "Gardens" in (project.root / "output/index.html").read_text()


@pytest.mark.parametrize("arguments", [("dance",), ("dance", "2021"), ("report", "2021", "2022")])
def test_a_command_that_is_none_is_answered_with_the_usage(project, arguments):
    status, printed = project.build(*arguments)
    assert status == 2
    assert "usage: python -m notebook_report" in printed


def test_a_folder_that_names_no_project_says_what_it_needs(project):
    settings = project.root / "pyproject.toml"
    settings.write_text(settings.read_text().replace("[tool.notebook_report]", "[tool.other]"))
    status, printed = project.build()
    assert status == 1
    assert 'it needs [tool.notebook_report] project = "module:name"' in printed
