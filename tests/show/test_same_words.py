"""The same words wherever a notebook runs: our engine, plain papermill, nbconvert, and on the
page."""

import subprocess
import sys

import nbformat
import pytest
from bs4 import BeautifulSoup

from followup.rounds import ROOT
from notebook_report.export import cells_html

CELLS = [
    "import sys\nsys.path.insert(0, {lib!r})\nfrom followup import show",
    'rates = {{"Fiji & *Tonga*": 0.5, "<b>Samoa</b>": 0.5, "Nauru": None}}',
    (
        "%%prose\n{{% set most = highest(rates) %}}\n"
        "**{{{{ most }}}}** {{{{ agree(most, 'was', 'were') }}}} first,"
        " {{{{ most.value | share }}}}; {{{{ rates['Nauru'] }}}}.\n\n"
        "{{% if not most.everyone %}}\n- Never.\n{{% endif %}}"
    ),
]
WORDS = "Fiji & *Tonga* and <b>Samoa</b> were first, 50%; not known."
RUN = """
import sys
import papermill
import notebook_report.warm
import notebook_report.engine
papermill.execute_notebook(
    sys.argv[1], sys.argv[2], engine_name=sys.argv[3], kernel_name="python3", progress_bar=False
)
"""


@pytest.fixture
def notebook(tmp_path):
    title = nbformat.v4.new_markdown_cell("# Words")
    code = [nbformat.v4.new_code_cell(cell.format(lib=str(ROOT / "lib"))) for cell in CELLS]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = nbformat.v4.new_notebook(cells=[title, *code], metadata={"kernelspec": kernel})
    nbformat.write(made, tmp_path / "words.ipynb")
    return tmp_path / "words.ipynb"


def run(*command):
    done = subprocess.run(
        [sys.executable, *map(str, command)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def read(html, selector):
    parts = BeautifulSoup(html, "html.parser").select(selector)
    return " ".join(" ".join(part.get_text() for part in parts).replace("¶", "").split())


@pytest.mark.parametrize("engine", ["in-process", "nbclient"])
def test_an_engine_shows_the_words_and_so_does_the_page(notebook, engine):
    if engine == "in-process" and sys.platform != "linux":
        pytest.skip("elsewhere notebooks run in ordinary kernels")
    executed = notebook.with_name("executed.ipynb")
    run("-c", RUN, notebook, executed, engine)
    cells = nbformat.read(executed, 4).cells
    assert [sorted(output.data) for output in cells[-1].outputs] == [
        ["text/markdown", "text/plain"]
    ]
    assert read(cells_html(cells, fold=True), ".output") == WORDS


def test_nbconvert_shows_the_words(notebook):
    run("-m", "nbconvert", "--execute", "--to", "html", notebook, "--log-level", "ERROR")
    html = notebook.with_suffix(".html").read_text(encoding="utf-8")
    assert read(html, ".jp-OutputArea-output") == WORDS
