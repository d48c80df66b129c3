"""The notebook of the audit shows nothing of a round of which nothing was published."""

import json
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from made_up_publication import SURVEY

from followup.facts import survey_facts
from followup.rounds import Round
from followup.show.prose import register_magic
from followup.steps import steps

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "40_published_audit.ipynb"


@pytest.fixture
def shell():
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


@pytest.fixture
def unpublished(monkeypatch, survey_round, cleaned):
    """The 2021 round as if its replies had come from a questionnaire."""
    facts = survey_facts(survey_round, *cleaned[:2], survey_round.read_workshops())
    monkeypatch.setattr("publication_audit.publication.read_publication", lambda _: None)
    monkeypatch.setattr(Round, "read_replies", lambda _: cleaned[0])
    monkeypatch.setattr(Round, "read_counts", lambda _: cleaned[1])
    monkeypatch.setattr(Round, "read_result", lambda *_: facts)
    saved = {}
    monkeypatch.setattr(Round, "save", lambda _, frame, name: saved.update({name: frame}))
    return saved


def test_a_round_without_a_publication_says_nothing(shell, unpublished):
    register_magic(shell)
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    for cell in code:
        with capture_output() as output:
            run = shell.run_cell("".join(cell["source"]))
        run.raise_error()
        if "remove-output" not in cell["metadata"].get("tags", []):
            assert (cell["id"], run.result, output.outputs) == (cell["id"], None, [])
    assert len(unpublished["audit.csv"]) == 0


def test_only_a_round_of_which_something_was_published_has_the_page(survey_round):
    pages = {
        one.year: next(step.page for step in steps(one) if step.name == "40_published_audit")
        for one in (survey_round, SURVEY)
    }
    assert pages == {2021: "audit", 2031: ""}
