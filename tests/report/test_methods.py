"""Methods in brief: each method has its question and the section that shows it, and only those that a round uses are named."""

import re

import pandas as pd
import pytest

from followup.declaration import PreviousFigure
from followup.report import methods
from followup.rounds import ROOT
from followup.steps import steps


def rows(shown):
    """Question, method and the section linked, a row each."""
    cells = re.findall(
        r"<th[^>]*gt_stub[^>]*>(.*?)</th>\s*<td[^>]*>(.*?)</td>\s*<td[^>]*><a href=\"#(.*?)\">",
        shown.data,
        re.DOTALL,
    )
    assert len(cells) == shown.data.count('scope="row"')
    return cells


def test_each_method_links_to_a_section_of_the_report(survey_round, cleaned):
    sections = {step.name: step for step in steps(survey_round)}
    found = rows(methods.methods(survey_round, cleaned[0]))
    assert len(found) == 11
    assert {section for *_, section in found} <= set(sections)
    titles = {
        name: sections[name].notebook.read_text(encoding="utf-8") for name in methods.SECTIONS
    }
    assert [name for name, words in methods.SECTIONS.items() if words not in titles[name]] == []


@pytest.mark.parametrize(
    "name",
    ["Wilson", "Newcombe", "Fisher", "Boschloo", "Mantel", "GEE", "Holm", "Benjamini", "Manski"],
)
def test_each_named_method_is_written_out_in_the_document(survey_round, cleaned, name):
    assert name in methods.methods(survey_round, cleaned[0]).data
    assert name in (ROOT / "docs" / "methods.md").read_text(encoding="utf-8")


def test_a_round_from_a_questionnaire_names_no_method_that_it_does_not_use(
    survey_round, cleaned, monkeypatch
):
    monkeypatch.setattr(methods, "table_names", lambda survey_round: [])
    asked = survey_round.model_copy(update={"choices": (), "previous_round": ()})
    unnamed = cleaned[0].assign(administration=pd.NA)
    said = methods.methods(asked, unnamed).data
    assert not [
        words
        for words in ("rebuilding", "published", "GEE", "administration", "round before")
        if words in said
    ]


def test_a_round_before_with_its_base_is_compared(survey_round, cleaned):
    printed = PreviousFigure(fact="reply_rate", value=0.7, base=80)
    compared = survey_round.model_copy(update={"previous_round": (printed,)})
    assert "What changed since the round before?" in methods.methods(compared, cleaned[0]).data
