"""docs/adding_a_section.md is followed to the letter, in a copy of the project, and the section is
in the report."""

import json
import re
import sys
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup

sys.path.insert(0, str(Path(__file__).parent))

from project_copy import ROOT, copy_built_round, copy_project, run
from test_notebooks_form import EVERY_NOTEBOOK, EVERY_SECTION, broken_rules

TEXT = (ROOT / "docs" / "adding_a_section.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+) ?([\w-]*)\n(.*?)\n```$", TEXT, re.MULTILINE | re.DOTALL)


def section() -> dict:
    """Return the notebook that the document's blocks make."""
    cells = []
    for place, (kind, tag, text) in enumerate(BLOCKS):
        if tag == "step":
            continue
        made = nbformat.v4.new_markdown_cell if kind == "markdown" else nbformat.v4.new_code_cell
        metadata = {"tags": [tag]} if tag else {}
        cells.append(made(text, id=f"cell-{place}", metadata=metadata))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": kernel, "title": "Outcomes by sub-region"}
    return json.loads(nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata=metadata)))


def test_the_section_keeps_to_the_form():
    assert broken_rules(section(), EVERY_NOTEBOOK + EVERY_SECTION) == {}


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    root = tmp_path_factory.mktemp("section")
    copy_project(root)
    copy_built_round(root)
    (root / "notebooks/25_by_sub_region.ipynb").write_text(json.dumps(section()))
    steps = root / "lib/followup/steps.py"
    line = next(text for _, tag, text in BLOCKS if tag == "step")
    text, following = steps.read_text(encoding="utf-8"), '        step("30_association_tests"'
    assert text.count(following) == 1
    steps.write_text(text.replace(following, f"{line}\n{following}"), encoding="utf-8")
    status, printed = run(root, "notebook_report", "report", 2021)
    assert status == 0, printed
    return root / "output/2021"


def test_the_sections_table_and_figure_are_in_the_report(report):
    page = BeautifulSoup((report / "report.html").read_text(encoding="utf-8"), "html.parser")
    heading = next(h for h in page.find_all("h2") if "Outcomes by sub-region" in h.get_text())
    own = heading.find_parent("section")
    assert any("Outcomes by sub-region" in one.get_text() for one in own.select("table caption"))
    assert own.select_one("figure img")["alt"].startswith("Share of replies by sub-region.")
    assert "tests nothing" in own.get_text()
    assert (report / "figures/by_sub_region.svg").exists()
    assert (report / "tables/by_sub_region.csv").exists()
