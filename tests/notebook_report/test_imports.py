"""Which files of the package a notebook reaches."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from notebook_report import imports
from notebook_report.imports import LIBRARY, imported, reached, reached_by_notebook

PACKAGE = LIBRARY / "followup"


@pytest.mark.parametrize(
    ("code", "package", "names"),
    [
        ("import followup.rounds as r, json", "", ["followup.rounds", "json"]),
        (
            "from followup.report import display, export",
            "",
            ["followup.show.display", "notebook_report.export"],
        ),
        ("def later():\n    from followup import rounds", "", ["followup.rounds"]),
        ("from . import steps", "notebook_report", ["notebook_report.steps"]),
        ("from .steps import Step", "notebook_report", ["notebook_report.steps.Step"]),
        ("from ..rounds import ROOT", "notebook_report", ["followup.rounds.ROOT"]),
        ("from .. import rounds", "notebook_report", ["followup.rounds"]),
        ("this is not Python", "", []),
    ],
)
def test_imported_names_are_found(code, package, names):
    assert list(imported(code, package)) == names


def test_a_module_reaches_what_it_imports_and_the_packages_on_the_way():
    found = reached(["notebook_report.steps.Step"])
    assert {
        LIBRARY / "notebook_report" / "__init__.py",
        PACKAGE / "rounds.py",
        PACKAGE / "problems.py",
    } <= found
    assert LIBRARY / "notebook_report" / "build.py" not in found


def test_other_packages_are_not_followed():
    assert reached(["pandas", "json.decoder", "somebodys_package"]) == set()


def test_modules_that_import_each_other_end_the_search(monkeypatch, tmp_path):
    (tmp_path / "followup").mkdir()
    for name, other in {"a": "b", "b": "a"}.items():
        (tmp_path / "followup" / f"{name}.py").write_text(f"from followup import {other}\n")
    monkeypatch.setattr(imports, "LIBRARY", tmp_path)
    imports.files.cache_clear()
    assert {path.name for path in reached(["followup.a"])} == {"a.py", "b.py"}
    imports.files.cache_clear()


def test_a_notebook_reaches_by_its_code_and_not_by_its_text(tmp_path):
    cells = [
        new_markdown_cell("import notebook_report.build"),
        new_code_cell("%matplotlib inline\n!ls\nfrom followup import problems"),
        new_code_cell("import followup.rounds"),
    ]
    nbformat.write(new_notebook(cells=cells), tmp_path / "a.ipynb")
    assert {path.name for path in reached_by_notebook(tmp_path / "a.ipynb")} == {
        "__init__.py",
        "declaration.py",
        "files.py",
        "problems.py",
        "rounds.py",
    }


@pytest.mark.parametrize("content", ["{", "[]", '{"cells": 3}'])
def test_what_is_not_a_notebook_reaches_nothing(tmp_path, content):
    (tmp_path / "a.ipynb").write_text(content)
    assert reached_by_notebook(tmp_path / "a.ipynb") == set()
    assert reached_by_notebook(tmp_path / "none.ipynb") == set()
