"""The list of rounds: what is built, and only shares with known bases beside each other."""

import dataclasses

import pandas as pd
import pytest

from followup import published_rounds, rounds
from followup.declaration import AskedQuestion
from followup.facts import Facts
from followup.problems import InputError, Problem
from followup.published_rounds import PublishedRound
from followup.steps import project
from notebook_report import index

COLUMNS = ["fact", "value", "numerator", "denominator", "unit"]


def facts(*rows):
    """A table of facts; each row is a share's name, numerator and base (None where it is not
    known)."""
    shares = [
        (name, part / (base or 2 * part), part if base else None, base, "share")
        for name, part, base in rows
    ]
    return Facts(pd.DataFrame(shares, columns=COLUMNS))


def html(published):
    """The page that lists some rounds."""
    return index.index_html(published_rounds.index_of(published))


def written(rounds):
    """Write the list of rounds, and return where it is."""
    index.write_index(project)
    return rounds.ROOT / "output" / "index.html"


@pytest.fixture
def earlier(survey_round):
    """A round with a rate, an action and an outcome, bases known."""
    return PublishedRound(
        survey_round,
        facts(
            ("reply_rate", 58, 153),
            ("action.shared_materials.share", 48, 58),
            ("outcome.direct_effects.share", 38, 58),
        ),
    )


def later(survey_round, *rows, **changes):
    """The same round a year on, with other facts."""
    return PublishedRound(survey_round.model_copy(update={"year": 2022, **changes}), facts(*rows))


def test_each_round_has_its_heading_and_key_figures(earlier):
    page = html([earlier])
    assert "Survey 2021, FY 2020/21" in page
    assert "38%" in page
    assert "58 of 153" in page
    assert "side by side" not in page
    assert "1 round built" in page


def test_only_shares_with_both_bases_stand_side_by_side(survey_round, earlier):
    other = later(survey_round, ("reply_rate", 70, None), ("action.shared_materials.share", 30, 60))
    shares = published_rounds.side_by_side([other, earlier])
    assert shares.to_dict("index") == {
        "Replies that shared the training materials": {
            2021: "83% (48 of 58)",
            2022: "50% (30 of 60)",
        }
    }


def test_an_answer_that_two_rounds_word_otherwise_is_not_compared(survey_round, earlier):
    reworded = tuple(
        action.model_copy(update={"phrase": "sent the slides to others"})
        for action in survey_round.actions
    )
    other = later(
        survey_round,
        ("reply_rate", 60, 120),
        ("action.shared_materials.share", 30, 60),
        actions=reworded,
    )
    assert list(published_rounds.side_by_side([other, earlier]).index) == ["Invitations answered"]


def test_a_declared_pair_is_compared_with_and_without_the_action(survey_round):
    rows = [
        ("pair.shared_materials.direct_effects.outcome_given_action", 32, 48),
        ("pair.shared_materials.direct_effects.outcome_given_no_action", 6, 10),
    ]
    shares = published_rounds.side_by_side(
        [later(survey_round, *rows), PublishedRound(survey_round, facts(*rows))]
    )
    assert list(shares.index) == [
        "Of the replies that shared the training materials: reported direct effects",
        "Of the replies without sharing the materials: reported direct effects",
    ]


def test_rounds_that_share_nothing_say_so(survey_round, earlier):
    page = html([later(survey_round, ("reply_rate", 70, None)), earlier])
    assert "share no figure whose base is known" in page


def test_what_a_round_calls_itself_is_text(survey_round, earlier):
    title = "<script>alert(1)</script>{{ 7 * 7 }}"
    named = survey_round.model_copy(update={"title": title, "office": title})
    page = html([dataclasses.replace(earlier, survey_round=named)])
    assert "<script>alert" not in page
    assert "{{ 7 * 7 }}" in page


def test_rounds_of_two_series_stand_in_no_one_table_and_below_no_one_office(survey_round, earlier):
    rows = [("reply_rate", 60, 120), ("outcome.direct_effects.share", 30, 60)]
    other = later(survey_round, *rows, series="Courses", office="Academy")
    page = html([other, earlier])
    assert "side by side" not in page
    assert "ROCB A/P: 2 rounds" not in page
    assert "Academy: Follow-up" in page
    assert "ROCB A/P: Follow-up" in page
    undeclared = [dataclasses.replace(one) for one in (other, earlier)]
    undeclared = [
        PublishedRound(one.survey_round.model_copy(update={"series": ""}), one.facts)
        for one in undeclared
    ]
    assert "side by side" not in html(undeclared)


def test_each_series_has_a_table_of_its_own(survey_round, earlier):
    rows = [("reply_rate", 60, 120)]
    courses = [later(survey_round, *rows, series="Courses", year=year) for year in (2023, 2024)]
    page = html([*courses, later(survey_round, *rows), earlier])
    assert page.count('<h2 id="rounds-side-by-side') == 2
    assert "Rounds side by side: Courses" in page


def test_a_share_of_those_that_ticked_is_not_set_beside_one_of_all(survey_round, earlier):
    asked = AskedQuestion(heading="x", options=["shared_materials"], base="ticked")
    rows = [("action.shared_materials.share", 30, 60)]
    other = later(survey_round, *rows, questions=(asked,))
    assert published_rounds.side_by_side([other, earlier]).empty


@pytest.fixture
def published(tmp_path, monkeypatch, survey_round, earlier):
    """A project in a temporary folder whose 2021 round is published, beside one of 2020 that cannot
    be opened any more."""

    def opened(year):
        if year == 2020:
            raise InputError([Problem("data/raw/2020/round.toml", expected="a TOML file")])
        return survey_round

    monkeypatch.setattr(rounds, "ROOT", tmp_path)
    monkeypatch.setattr(rounds, "years", lambda: [2020, 2021, 2022])
    monkeypatch.setattr(published_rounds, "open_round", opened)
    for year in (2020, 2021):
        folder = tmp_path / "output" / str(year)
        folder.mkdir(parents=True)
        earlier.facts.frame.to_csv(folder / "facts.csv", index=False)
        for name in ("report.html", "tables.xlsx"):
            (folder / name).write_text("made")
    return tmp_path / "output"


@pytest.mark.usefixtures("published")
def test_the_index_lists_what_is_published_and_links_its_files():
    page = written(rounds).read_text(encoding="utf-8")
    assert 'href="2021/report.html"' in page
    assert 'href="2021/tables.xlsx"' in page
    assert "report.pdf" not in page
    assert "2020/" not in page.replace("FY 2020/21", "")
    assert "2022" not in page


def test_writing_the_index_again_leaves_it_as_it_is(published):
    path = written(rounds)
    before = path.stat()
    assert written(rounds).stat().st_ino == before.st_ino
    (published / "2021" / "report.pdf").write_text("printed")
    assert "2021/report.pdf" in written(rounds).read_text(encoding="utf-8")


def test_there_is_no_index_of_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(rounds, "ROOT", tmp_path)
    assert not written(rounds).exists()
