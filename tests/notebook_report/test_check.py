"""A build begins with the check of the raw data: what is fatal stops it before any step, and
nothing is checked twice."""

import sys

import pytest

ORDERLY, BAD = "The raw data are in order.", "1 problem in the raw data:\n  row 2: found 'bad'"


@pytest.fixture
def replies(project):
    """The raw replies, to be written anew."""
    return project.root / "data/raw/2021/harvest.csv"


@pytest.fixture(params=["in-process", "kernel"])
def engine(request) -> str:
    """Each way to run notebooks."""
    if request.param == "in-process" and sys.platform != "linux":
        pytest.skip("elsewhere notebooks run in ordinary kernels")
    return request.param


def test_the_check_is_said_before_the_first_step(project, replies, engine, ran):
    replies.write_text("reply\nyes\nperhaps\n")
    status, printed = project.build(ENGINE=engine)
    assert (status, printed.splitlines()[0]) == (0, ORDERLY)
    assert "10_clean" in ran(printed)
    assert project.checks == 2
    assert project.page_of_the_check.read_text() == ORDERLY  # publishing leaves it where it is


def test_a_fatal_problem_stops_the_build_before_any_step(project, replies, engine):
    before = project.published()
    replies.write_text("reply\nbad\n")
    status, printed = project.build(ENGINE=engine)
    assert (status, printed) == (1, f"{BAD}\n")
    assert project.published() == before
    assert project.page_of_the_check.read_text() == BAD


def test_a_report_with_nothing_new_is_not_checked_again(project):
    status, printed = project.build()
    assert (status, project.checks) == (0, 1)
    assert ORDERLY not in printed


def test_an_edited_section_asks_for_no_check(project, ran):
    project.change("24_fruit", ["print('edited')"])
    status, printed = project.build()
    assert (status, len(ran(printed)), project.checks) == (0, 3, 1)


def test_data_put_back_as_it_was_is_checked_again(project, replies, ran):
    good = replies.read_bytes()
    replies.write_text("reply\nbad\n")
    project.build()
    replies.write_bytes(good)
    status, printed = project.build()
    assert (status, ran(printed), project.checks) == (0, ["10_clean"], 3)
    assert project.page_of_the_check.read_text() == ORDERLY


def test_settings_that_cannot_be_used_are_told_once(project):
    before = project.published()
    settings = project.root / "data/raw/2021/round.toml"
    settings.write_text(settings.read_text().replace("year = 2021", "year = 2020"))
    status, printed = project.build()
    assert (status, printed) == (1, "round.toml: found another year; expected the folder's name\n")
    assert project.published() == before


def test_a_check_that_is_killed_stops_the_build(project, replies):
    replies.write_text("reply\nkilled\n")
    assert project.build() == (1, "The process that checks the raw data was killed\n")
