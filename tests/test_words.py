"""The office's own words of each round (data/raw/YEAR/words): facts that are there, and no figure
that was typed."""

import re
from pathlib import Path

import pytest

from followup.facts import Facts, survey_facts
from followup.rounds import ROOT
from followup.show.prose import fill, words

WORDS = sorted((ROOT / "data" / "raw").glob("*/words/*.md"))
EXPRESSION = re.compile(r"{{.*?}}|{%.*?%}", re.DOTALL)


def figures_typed(text: str) -> list[str]:
    """The lines of a text that have a digit outside its expressions."""
    return [line for line in EXPRESSION.sub("", text).splitlines() if re.search(r"\d", line)]


@pytest.fixture(scope="module")
def facts(survey_round, cleaned) -> Facts:
    replies, counts, _ = cleaned
    return Facts(survey_facts(survey_round, replies, counts, survey_round.read_workshops()))


@pytest.mark.parametrize("path", WORDS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_figure_is_typed_into_the_words(path: Path):
    assert figures_typed(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", ["foreword", "introduction", "conclusion"])
def test_the_words_are_filled_with_facts_that_are_there(name, survey_round, facts):
    said = words(survey_round, name, facts=facts).data
    assert re.search(r"\d", said)
    assert "not known" not in said


def test_the_words_of_this_round_can_be_taken_over_by_one_that_lacks_what_they_tell(
    survey_round, facts
):
    lacking = {
        name: fact for name, fact in facts.items() if not name.startswith(("action.", "workshops_"))
    }
    unlike = {"workshops_organised": None, "conducted": None, "publication": None, "year": 2022}
    another = survey_round.model_copy(update=unlike)
    path = survey_round.raw / "words"
    for name in ("foreword", "introduction", "conclusion"):
        text = (path / f"{name}.md").read_text(encoding="utf-8")
        said = fill(text, {"facts": lacking, "survey_round": another})
        for false in ("sharing the materials", "online", "The source", "On method", "organized in"):
            assert false not in said


def test_a_figure_that_was_typed_is_found():
    assert figures_typed('A reply rate of 38%.\n{{ facts["reply_rate"] }} of all.') == [
        "A reply rate of 38%."
    ]
