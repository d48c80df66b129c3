"""Which files of the package a notebook can reach: a change to any other leaves its results as they are."""

import ast
import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

LIBRARY = Path(__file__).resolve().parents[1]


def reached_by_notebook(notebook: Path) -> set[Path]:
    """Return the package's files that the imports in a notebook's code lead to; none where it cannot be read, nor run."""
    try:
        cells = [
            cell
            for cell in json.loads(notebook.read_bytes())["cells"]
            if cell["cell_type"] == "code"
        ]
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    lines = ("".join(cell["source"]).splitlines() for cell in cells)
    codes = ("\n".join(line for line in cell if not line.startswith(("%", "!"))) for cell in lines)
    return reached(module for code in codes for module in imported(code))


def reached(modules: Iterable[str]) -> set[Path]:
    """Return the package's files that modules lead to: their own, their packages', and those of all they import."""
    found: set[Path] = set()
    waiting = list(modules)
    while waiting:
        for file in files(waiting.pop()) - found:
            found.add(file)
            waiting += imports_of(file)
    return found


@cache
def imports_of(file: Path) -> tuple[str, ...]:
    """Return the names that a file of the package imports."""
    package = ".".join(file.relative_to(LIBRARY).parent.parts)
    return tuple(imported(file.read_text(encoding="utf-8"), package))


def imported(code: str, package: str = "") -> Iterator[str]:
    """Yield each dotted name that code imports, relative ones made whole; code that does not parse imports nothing."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = (
                package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            )
            origin = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{origin}.{alias.name}" for alias in node.names)


@cache
def files(module: str) -> frozenset[Path]:
    """Return the file of a module of the package, with those of the packages that hold it; none for other modules."""
    parts = module.split(".")
    places = [LIBRARY.joinpath(*parts[:depth]) for depth in range(1, len(parts) + 1)]
    candidates = [
        file for place in places for file in (place.with_suffix(".py"), place / "__init__.py")
    ]
    return (
        frozenset(file for file in candidates if file.is_file())
        if (LIBRARY / parts[0]).is_dir()
        else frozenset()
    )
