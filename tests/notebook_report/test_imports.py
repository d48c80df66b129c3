"""Which files of the package a notebook reaches."""

from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from notebook_report.build import PRELOAD, WarmProcess
from notebook_report.imports import Library, imported
from notebook_report.project import Step

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
        ("x = 1; import garden", "", ["garden"]),
        ("if True: import garden", "", ["garden"]),
        ("try:\n    import a\nexcept ImportError:\n    import b", "", ["a", "b"]),
        ("match 1:\n    case 1:\n        import a", "", ["a"]),
        (
            "from a import (  # (why)\n    b,\n    c,\n)\nfrom d import \\\n    e",
            "",
            ["a.b", "a.c", "d.e"],
        ),
        ('"""To import\nfrom here, and import there."""\nimport a', "", ["a"]),
        ("this is not Python", "", []),
        ("import this is not Python", "", []),
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


def test_a_package_that_imports_when_it_is_asked_reaches_all_its_modules(library):
    lazy = library.folder / "lazy"
    lazy.mkdir()
    for name in ("one", "two"):
        (lazy / f"{name}.py").write_text("")
    (lazy / "__init__.py").write_text("MODULES = {}\n\n\ndef __getattr__(name):\n    return name\n")
    whole = {"lazy/__init__.py", "lazy/one.py", "lazy/two.py"}
    assert names(library, library.reached(["lazy"])) == whole
    assert names(library, library.reached(["lazy.a_function"])) == whole
    assert names(library, library.reached(["lazy.one.a_function"])) == whole - {"lazy/two.py"}


def test_what_a_notebook_reaches_has_the_names_of_modules(library, tmp_path):
    cells = [new_code_cell("from garden import files")]
    nbformat.write(new_notebook(cells=cells), tmp_path / "a.ipynb")
    modules = library.modules([tmp_path / "a.ipynb"])
    reached = library.reached_by_notebook(tmp_path / "a.ipynb")
    assert len(modules) == len(reached)
    assert modules[:2] == ["garden", "garden.files"]


def test_the_tests_of_associations_run_again_when_their_module_is_edited():
    root = Path(__file__).parents[2]
    reached = Library(root / "lib").reached_by_notebook(
        root / "notebooks/30_association_tests.ipynb"
    )
    assert root / "lib/followup/statistics/association.py" in reached


def test_what_is_imported_from_elsewhere_is_told_by_its_whole_name(library, tmp_path):
    cells = [
        new_code_cell("import pandas as pd\nfrom garden import files\nfrom scipy import stats")
    ]
    nbformat.write(new_notebook(cells=cells), tmp_path / "a.ipynb")
    assert library.from_elsewhere(tmp_path / "a.ipynb") == {"pandas", "scipy.stats", "json"}


def test_the_warm_process_has_what_the_steps_that_may_run_ask_for(tmp_path, monkeypatch):
    monkeypatch.setenv("MPLCONFIGDIR", "")  # which it sets
    table, notebook = tmp_path / "table", tmp_path / "a.ipynb"
    steps = (
        Step("1", notebook, tmp_path / "1", {}, (), (table,)),
        Step("2", tmp_path / "b.ipynb", tmp_path / "2", {}, (table,), ()),
    )
    names = {notebook: {"pandas.DataFrame"}, tmp_path / "b.ipynb": {"scipy.stats.chi2"}}
    project = SimpleNamespace(preload={"a": "pandas", "b": "scipy.stats", "c": "scipy.stat"})

    def modules(*stale: str) -> tuple[str, ...]:
        keys = SimpleNamespace(
            engine="in-process",
            is_fresh=lambda step: step.name not in stale,
            from_elsewhere=names.__getitem__,
            library_modules=lambda notebooks: sorted(f"of_{path.stem}" for path in notebooks),
        )
        report = SimpleNamespace(steps=steps, root=tmp_path)
        made = WarmProcess(project, report, keys).modules
        return made[len(PRELOAD["in-process"]) :]

    assert (modules(), modules("2")) == ((), ("b", "of_b"))
    assert modules("1") == ("a", "b", "of_a", "of_b")
