"""Which files of a project's library a notebook can reach: a change to any other leaves its results
as they are."""

import ast
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

WORD = re.compile(r"\bimport\b")
STATEMENT = re.compile(r"^[ \t]*((?:from|import)\b[^\n(]*(?:\([^)]*\))?[^\n]*)", re.MULTILINE)
LAZY = "\ndef __getattr__("  # of a package that imports a module when it is asked for


class Library:
    """A folder of modules, read once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = lru_cache(maxsize=None)(self._files)
        self.imports_of = lru_cache(maxsize=None)(self._imports_of)

    def reached_by_notebook(self, notebook: Path) -> set[Path]:
        """Return the files that the imports in a notebook's code lead to; none where it cannot be
        read, nor run."""
        return self.reached(imported_by_notebook(notebook))

    def from_elsewhere(self, notebook: Path) -> set[str]:
        """Return the names that a notebook, and what it reaches, import from elsewhere."""
        names = {*imported_by_notebook(notebook)}
        for file in self.reached_by_notebook(notebook):
            names.update(self.imports_of(file))
        return {name for name in names if not self.files(name)}

    def modules(self, notebooks: Iterable[Path]) -> list[str]:
        """Return the names of the modules that notebooks reach."""
        reached = {file for notebook in notebooks for file in self.reached_by_notebook(notebook)}
        places = (file.relative_to(self.folder).with_suffix("").parts for file in sorted(reached))
        return [".".join(place).removesuffix(".__init__") for place in places]

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
        from elsewhere.

        A package that imports its modules when they are asked for has them all.
        """
        parts = module.split(".")
        places = [self.folder.joinpath(*parts[:depth]) for depth in range(1, len(parts) + 1)]
        candidates = [
            file for place in places for file in (place.with_suffix(".py"), place / "__init__.py")
        ]
        files = [file for file in candidates if file.is_file()]
        if files and files[-1].name == "__init__.py" and LAZY in files[-1].read_text("utf-8"):
            files += files[-1].parent.glob("*.py")
        return frozenset(files)


def imported_by_notebook(notebook: Path) -> list[str]:
    """Return each dotted name that a notebook's code imports; none where it cannot be read, nor
    run."""
    try:
        cells = json.loads(notebook.read_bytes())["cells"]
        sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    codes = [
        "\n".join(line for line in source.splitlines() if not line.startswith(("%", "!")))
        for source in sources
        if "import" in source
    ]
    return [module for code in codes for module in imported(code)]


def imported(code: str, package: str = "") -> Iterator[str]:
    """Yield each dotted name that code imports, relative ones made whole; code that does not parse
    imports nothing."""
    for node in statements(code):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            above = parts[: len(parts) - node.level + 1] if node.level else []
            origin = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def statements(code: str) -> Iterator[ast.AST]:
    """Yield the statements of code, at least all that import something.

    To parse those alone takes a tenth of the time; all is parsed where the word stands elsewhere.
    """
    importing = STATEMENT.findall(code)
    alone = sum(len(WORD.findall(statement)) for statement in importing)
    with suppress(SyntaxError):
        if alone == len(WORD.findall(code)):
            yield from ast.parse("\n".join(importing)).body
            return
    with suppress(SyntaxError):
        yield from below(ast.parse(code))


def below(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the statements below a node; an expression has none."""
    for field in ("body", "handlers", "orelse", "finalbody", "cases"):
        inner = getattr(node, field, ())
        for statement in inner if isinstance(inner, list) else ():
            yield statement
            yield from below(statement)
