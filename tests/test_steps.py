"""The map of the real round agrees with its data, its notebooks and what other programs read."""

import json

import pytest

from followup.declaration import Option
from followup.rounds import ROOT, Round
from followup.steps import FEEDBACK, project, steps, title_block
from notebook_report import BuildError
from notebook_report.build import needed_by
from notebook_report.project import Step


@pytest.fixture(scope="module")
def chain(survey_round: Round) -> dict[str, Step]:
    """The steps of the 2021 round by name."""
    return {step.name: step for step in steps(survey_round)}


def results(chain: dict[str, Step], survey_round: Round) -> list[str]:
    written = [
        path
        for step in chain.values()
        for path in step.writes
        if survey_round.build in path.parents
    ]
    return sorted(path.relative_to(survey_round.build).as_posix() for path in written)


def test_the_steps_write_what_other_programs_read(chain, survey_round):
    tables = [f"tables/table_{number}.csv" for number in range(1, 8)]
    others = [
        "associations.csv",
        "audit.csv",
        "cleaning_log.csv",
        "facts.csv",
        "replies.csv",
        "sensitivity.csv",
    ]
    assert {*tables, *others} <= set(results(chain, survey_round))


def test_each_outcome_has_a_section_with_its_own_tables(chain):
    section = chain["24_outcome-new_project"]
    assert section.parameters == {"YEAR": 2021, "OUTCOME": "new_project"}
    assert section.title == "2.6 Initiation of modernization projects"
    assert [path.name for path in section.writes] == ["table_6.csv", "table_7.csv"]
    assert [path.name for path in chain["24_outcome-improved_work"].writes] == ["table_5.csv"]


def test_sections_follow_in_the_order_in_which_they_are_read(chain):
    assert list(chain) == sorted(chain, key=lambda name: name[:2])


def test_a_round_with_other_outcomes_needs_no_code(survey_round):
    other = survey_round.model_copy(
        update={"outcomes": (Option(id="calm", label="Calm"),), "pairs": ()}
    )
    names = [step.name for step in steps(other) if step.name.startswith("24")]
    assert names == ["24_outcome-calm"]


def test_every_step_waits_for_the_replies_but_those_that_read_results_alone(chain):
    needs = needed_by(list(chain.values()))
    assert needs["10_clean_replies"] == set()
    assert all(needs[name] for name in chain if name != "10_clean_replies")
    assert needs["00_main_points"] == {
        "10_clean_replies",
        "30_association_tests",
        "40_published_audit",
    }


def test_every_notebook_of_the_report_is_a_step_and_the_other_way_round(chain):
    committed = {path.name for path in (ROOT / "notebooks").glob("[0-9]*.ipynb")}
    assert {step.notebook.name for step in chain.values()} == committed - {FEEDBACK.name}


def test_the_cleaning_reads_every_raw_file(chain, survey_round):
    raw = {path for path in survey_round.raw.rglob("*") if path.is_file()}
    assert raw <= set(chain["10_clean_replies"].reads)


def test_every_figure_that_the_map_names_was_drawn(chain, survey_round):
    """2021 has something to draw everywhere but where workshops differ or are many."""
    of_other_rounds = {"figures/by_event.svg", "figures/response_spread.svg"}
    if not (survey_round.output / "report.html").exists():
        pytest.skip("the report of 2021 is not built: make report YEAR=2021")
    published = json.loads((survey_round.output / "manifest.json").read_text())["outputs"]
    named = {
        path.relative_to(survey_round.build).as_posix()
        for step in chain.values()
        for path in step.may_write
        if path.suffix == ".svg"
    }
    drawn = {name for name in published if name.startswith("figures/")}
    assert named == drawn | of_other_rounds


def test_each_section_is_on_the_page_of_its_readers(chain):
    pages = {step.name: step.page for step in chain.values()}
    assert set(pages.values()) == {page.name for page in project.report("2021").pages}
    assert [name for name, page in pages.items() if page == "audit"] == ["40_published_audit"]
    assert pages["10_clean_replies"] == "annex"
    assert pages["30_association_tests"] == "report"


def test_the_title_block_says_what_is_known(survey_round):
    about = project.report("2021").pages[0].details
    assert "Survey 2021, FY 2020/21" in about["Round"]
    assert about["What"].endswith(f"a re-analysis of {survey_round.publication.title}")
    assert about["Data"] == "As printed in May 2022"
    assert (about["Survey by"], about["Report by"]) == (
        survey_round.office_name,
        survey_round.author,
    )
    assert about["How to cite"].startswith(f"{survey_round.author}. {survey_round.title}")
    assert about["How to cite"].endswith(f"Version {about['Version']}.")
    assert about["Contact"].startswith("The Program Manager")
    assert about["Licence"] == survey_round.licence
    assert about["Published"] == ""


def test_a_round_that_says_little_of_itself_has_a_short_title_block(survey_round):
    keys = dict.fromkeys(("office", "office_name", "author", "contact", "licence", "series"), "")
    keys |= {"publication": None, "published": "2026-05-31"}
    about = survey_round.model_copy(update=keys)
    block = title_block(about, "Survey 2021")
    assert [name for name, value in block.items() if value] == [
        *("Round", "Published", "How to cite", "Version")
    ]
    assert block["How to cite"] == (
        f"{survey_round.title}: Survey 2021. Version {block['Version']}. 31 May 2026."
    )


@pytest.mark.parametrize("name", ["1999", "next", "", "02021", "２０２１", "2021/../2021"])
def test_what_is_no_year_of_a_round_is_refused(name):
    with pytest.raises(BuildError, match="2021"):
        project.report(name)
