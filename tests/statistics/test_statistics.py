"""What can be imported from the package, and what the package imports."""

import ast
from pathlib import Path

import pytest

import followup.statistics
from followup.statistics import PLACES

FOLDER = Path(followup.statistics.__file__).parent


@pytest.mark.parametrize("name", sorted(PLACES))
def test_what_a_notebook_uses_can_be_imported_from_the_package(name: str) -> None:
    assert callable(getattr(followup.statistics, name))


def test_no_function_is_hidden_by_a_module_of_its_name() -> None:
    assert not set(PLACES) & {path.stem for path in FOLDER.glob("*.py")}


def test_another_name_is_not_there() -> None:
    with pytest.raises(AttributeError, match="no attribute 'guess'"):
        _ = followup.statistics.guess


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.name)
def test_statistics_imports_nothing_of_ours(path: Path) -> None:
    imports = [
        node.module or ""
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
    ]
    ours = ("followup", "publication_audit", "notebook_report")
    assert all(
        name.startswith("followup.statistics") for name in imports if name.split(".")[0] in ours
    )
