"""Which files of a project's library a notebook can reach: a change to any other leaves its results
as they are."""

import ast
import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path


class Library:
    """A folder of modules, read once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = lru_cache(maxsize=None)(self._files)
        self.imports_of = lru_cache(maxsize=None)(self._imports_of)

    def reached_by_notebook(self, notebook: Path) -> set[Path]:
        """Return the files that the imports in a notebook's code lead to; none where it cannot be
        read, nor run."""
        try:
            cells = json.loads(notebook.read_bytes())["cells"]
            sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        except (OSError, ValueError, KeyError, TypeError):
            return set()
        lines = (source.splitlines() for source in sources)
        codes = (
            "\n".join(line for line in cell if not line.startswith(("%", "!"))) for cell in lines
        )
        return self.reached(module for code in codes for module in imported(code))

    def reached(self, modules: Iterable[str]) -> set[Path]:
        """Return the files that modules lead to: their own, their packages', and those of all they
        import."""
        reached: set[Path] = set()
        waiting = list(modules)
        while waiting:
            for file in self.files(waiting.pop()) - reached:
                reached.add(file)
                waiting += self.imports_of(file)
        return reached

    def _imports_of(self, file: Path) -> tuple[str, ...]:
        package = ".".join(file.relative_to(self.folder).parent.parts)
        return tuple(imported(file.read_text(encoding="utf-8"), package))

    def _files(self, module: str) -> frozenset[Path]:
        """Return the file of a module, with those of the packages that hold it; none for modules
        from elsewhere."""
        parts = module.split(".")
        places = [self.folder.joinpath(*parts[:depth]) for depth in range(1, len(parts) + 1)]
        candidates = [
            file for place in places for file in (place.with_suffix(".py"), place / "__init__.py")
        ]
        return frozenset(file for file in candidates if file.is_file())


def imported(code: str, package: str = "") -> Iterator[str]:
    """Yield each dotted name that code imports, relative ones made whole; code that does not parse
    imports nothing."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            above = parts[: len(parts) - node.level + 1] if node.level else []
            origin = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{origin}.{alias.name}" for alias in node.names)
