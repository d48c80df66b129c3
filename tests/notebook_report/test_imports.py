"""Which files of the package a notebook reaches."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from notebook_report.imports import Library, imported

MODULES = {
    "garden/__init__.py": "",
    "garden/rounds.py": "from garden.files import read",
    "garden/files.py": "import json",
    "garden/unused.py": "",
    "a.py": "import b",
    "b.py": "from a import something",
}


@pytest.fixture
def library(tmp_path) -> Library:
    """A folder of modules."""
    for name, code in MODULES.items():
        (tmp_path / "lib" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "lib" / name).write_text(code)
    return Library(tmp_path / "lib")


def names(library, files) -> set[str]:
    """Paths below the library."""
    return {path.relative_to(library.folder).as_posix() for path in files}


@pytest.mark.parametrize(
    ("code", "package", "names"),
    [
        ("import garden.rounds as r, json", "", ["garden.rounds", "json"]),
        (
            "from garden.words import upper, lower",
            "",
            ["garden.words.upper", "garden.words.lower"],
        ),
        ("def later():\n    from garden import rounds", "", ["garden.rounds"]),
        ("from . import steps", "notebook_report", ["notebook_report.steps"]),
        ("from .steps import Step", "notebook_report", ["notebook_report.steps.Step"]),
        ("from ..rounds import ROOT", "garden.words", ["garden.rounds.ROOT"]),
        ("from .. import rounds", "garden.words", ["garden.rounds"]),
        ("this is not Python", "", []),
    ],
)
def test_imported_names_are_found(code, package, names):
    assert list(imported(code, package)) == names


def test_a_module_reaches_what_it_imports_and_the_packages_on_the_way(library):
    reached = names(library, library.reached(["garden.rounds.open"]))
    assert reached == {"garden/__init__.py", "garden/rounds.py", "garden/files.py"}


def test_other_packages_are_not_followed(library):
    assert library.reached(["pandas", "json.decoder", "somebodys_package"]) == set()


def test_modules_that_import_each_other_end_the_search(library):
    assert names(library, library.reached(["a"])) == {"a.py", "b.py"}


def test_a_notebook_reaches_by_its_code_and_not_by_its_text(library, tmp_path):
    cells = [
        new_markdown_cell("import garden.unused"),
        new_code_cell("%matplotlib inline\n!ls\nfrom garden import files"),
        new_code_cell("import a"),
    ]
    nbformat.write(new_notebook(cells=cells), tmp_path / "a.ipynb")
    reached = names(library, library.reached_by_notebook(tmp_path / "a.ipynb"))
    assert reached == {"garden/__init__.py", "garden/files.py", "a.py", "b.py"}


@pytest.mark.parametrize("content", ["{", "[]", '{"cells": 3}'])
def test_what_is_not_a_notebook_reaches_nothing(library, tmp_path, content):
    (tmp_path / "a.ipynb").write_text(content)
    assert library.reached_by_notebook(tmp_path / "a.ipynb") == set()
    assert library.reached_by_notebook(tmp_path / "none.ipynb") == set()
