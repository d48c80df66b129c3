"""Our own report, handed in as a draft: all of it is traced, and says what its replies give."""

from dataclasses import replace

import pytest

from followup import show
from followup.rounds import ROOT
from publication_audit.draft.audit import audit
from publication_audit.draft.document import Document
from publication_audit.draft.reading import read

WORDS = ["foreword", "introduction", "conclusion"]
# Words of the page, what they are changed to, and the figure that is wrong then.
WRONG = {
    "none could be confirmed": ("two could be confirmed", "two"),
    "p = 0.067": ("p = 0.061", "p = 0.061"),
    "38% (6 of 16)": ("38% (7 of 16)", "7"),
    "leaves open 53%": ("leaves open 58%", "58%"),
    "546 agree": ("545 agree", "545"),
    "19 examples from": ("18 examples from", "18"),
    "Nov 2020, 100%": ("Oct 2020, 100%", "Oct 2020"),
}


@pytest.fixture(scope="module")
def page() -> Document:
    return read(ROOT / "output" / "2021" / "report.html")


def test_all_of_our_own_report_is_traced_and_agrees(page, survey_round):
    items = audit(page, survey_round)
    others = items[items["verdict"] != "agrees"]
    assert others[["printed", "fact", "verdict", "text"]].to_dict("records") == []
    assert len(items) > 600


@pytest.mark.parametrize("name", WORDS)
def test_all_of_the_offices_own_words_is_traced_and_agrees(name, survey_round, tmp_path):
    text = show.words(survey_round, name, facts=survey_round.read_facts()).data
    (tmp_path / f"{name}.md").write_text(text, encoding="utf-8")
    items = audit(read(tmp_path / f"{name}.md"), survey_round)
    others = items[items["verdict"] != "agrees"]
    assert others[["printed", "fact", "verdict", "text"]].to_dict("records") == []
    assert len(items) > 1


def test_figures_that_are_changed_in_our_own_report_are_told(page, survey_round):
    blocks = list(page.blocks)
    for right, (wrong, _) in WRONG.items():
        place = next(place for place, one in enumerate(blocks) if right in one.text)
        (run,) = (one for one in blocks[place].runs if right in one.text)
        runs = tuple(
            replace(one, text=one.text.replace(right, wrong)) if one is run else one
            for one in blocks[place].runs
        )
        blocks[place] = replace(blocks[place], runs=runs)
    items = audit(replace(page, blocks=tuple(blocks)), survey_round)
    told = list(items.loc[items["verdict"] == "differs", "printed"])
    assert sorted(told) == sorted(figure for _, figure in WRONG.values())
