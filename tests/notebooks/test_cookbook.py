"""The cookbook runs as it is, on 2021 and on rounds that have little in common with it, and each
of its recipes gives something."""

import json
import re
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1]))
from made_up_questionnaire import KINDS, PROJECT, YEAR
from run_notebook import NOTEBOOKS, run_cell, run_notebook

from followup import rounds, scratch

CELLS = json.loads((NOTEBOOKS / "exploratory/cookbook.ipynb").read_text(encoding="utf-8"))["cells"]
COOKED = ["three actions, one outcome, no administrations", "one workshop, two replies"]


def run_recipes(year: int) -> dict[str, object]:
    """Run the cookbook's cells as a person would; what each recipe shows, by its heading."""
    names: dict[str, object] = {}
    shown, heading = {}, ""
    for cell in CELLS:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            heading = source.splitlines()[0]
            continue
        value = run_cell(source, names)
        if "parameters" in cell["metadata"].get("tags", []):
            names["YEAR"] = year
        if heading.startswith("## "):
            shown[heading] = value
    return shown | {"names": names}


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A project's folder with the raw data of 2021, cleaned."""
    for folder in ("data", "docs"):
        (tmp_path / folder).symlink_to(PROJECT / folder)
    monkeypatch.setattr(rounds, "ROOT", tmp_path)
    processed = property(lambda own: tmp_path / "processed" / str(own.year))
    monkeypatch.setattr(rounds.Round, "processed", processed)
    monkeypatch.setattr(scratch, "_saved", {})
    monkeypatch.setenv("JPY_SESSION_NAME", "notebooks/exploratory/cookbook.ipynb")
    run_notebook("10_clean_replies", YEAR=2021)
    return tmp_path


def test_twenty_recipes_run_and_each_shows_something(root):
    shown = run_recipes(2021)
    names = shown.pop("names")
    assert [int(re.match(r"## (\d+)\. ", heading)[1]) for heading in shown] == list(range(1, 21))
    assert [heading for heading, value in shown.items() if value is None] == []
    assert names["crossed"].loc["All"].iloc[0, -1] == 58
    assert len(names["without"]) == 53
    assert names["folder"] == root / "output/scratch/cookbook"
    assert (names["folder"] / "replies_2021.xlsx").stat().st_size > 5_000
    assert not (root / "output/.build/2021/tables").exists()


@pytest.mark.parametrize("kind", COOKED)
def test_the_recipes_run_on_other_rounds(made_up, kind, monkeypatch):
    made_up(**KINDS[kind])
    monkeypatch.setenv("JPY_SESSION_NAME", "cookbook.ipynb")
    assert len(run_recipes(YEAR)) == 21


def test_a_recipe_is_a_few_lines():
    lengths = ["".join(cell["source"]).count("\n") + 1 for cell in CELLS]
    assert max(lengths) <= 14
