"""Every notebook keeps to one form (CONTRIBUTING.md, "A notebook"): what an analyst opens is what a reviewer reads."""

import ast
import copy
import json
import re
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = [
    path
    for path in sorted((ROOT / "notebooks").rglob("*.ipynb"))
    if ".ipynb_checkpoints" not in path.parts
]
MOST_CELLS = 25
MOST_LINES = 12
LOGIC = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda),
    *(ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
    *(ast.If, ast.IfExp, ast.Match, ast.Try, ast.TryStar, ast.With, ast.AsyncWith),
)
NOT_PROSE = re.compile(r"`[^`]*`|\]\([^)]*\)|<[^>]*>|^#+ \d+(\.\d+)*\b|^ *\d+\. ", re.MULTILINE)
NAME_WITH_NUMBER = re.compile(r"\b(Tables?|[Ss]ections?) \d+(\.\d+)*")

Rule = Callable[[dict], list[str]]


def is_section(path: Path) -> bool:
    """Say whether a notebook is a section of the report: the others are an analyst's own, and held to less."""
    return path.parent.name == "notebooks" and re.match(r"\d\d_", path.name) is not None


def source(cell: dict) -> str:
    return cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])


def code_cells(notebook: dict) -> list[dict]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def prose(notebook: dict) -> list[str]:
    """Return the markdown and the sentences written in code: strings with a space in them."""
    markdown = [source(cell) for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    nodes = [node for cell in code_cells(notebook) for node in statements(cell)]
    strings = [
        node.value
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return markdown + [string for string in strings if " " in string.strip()]


def statements(cell: dict) -> list[ast.AST]:
    """Return every node of a cell's syntax tree; none when the cell is not Python, which another rule reports."""
    try:
        return list(ast.walk(ast.parse(source(cell))))
    except SyntaxError:
        return []


def parameter_cells(notebook: dict) -> list[dict]:
    return [cell for cell in notebook["cells"] if "parameters" in cell["metadata"].get("tags", [])]


def is_valid_nbformat(notebook: dict) -> list[str]:
    try:
        nbformat.validate(nbformat.from_dict(copy.deepcopy(notebook)), relax_add_props=False)
    except nbformat.ValidationError as error:
        return [f"is not a valid notebook: {error.message}"]
    return []


def has_no_outputs(notebook: dict) -> list[str]:
    kept = [
        cell
        for cell in code_cells(notebook)
        if cell["outputs"] or cell["execution_count"] is not None
    ]
    return [f"cell {cell.get('id')} keeps an output or an execution count" for cell in kept]


def has_the_kernelspec(notebook: dict) -> list[str]:
    name = notebook["metadata"].get("kernelspec", {}).get("name")
    return [] if name == "python3" else [f"has the kernelspec {name}, not python3"]


def has_a_title(notebook: dict) -> list[str]:
    return [] if str(notebook["metadata"].get("title", "")).strip() else ["has no metadata.title"]


def has_an_id_for_each_cell(notebook: dict) -> list[str]:
    ids = [cell.get("id") for cell in notebook["cells"]]
    return (
        []
        if all(ids) and len(set(ids)) == len(ids)
        else ["has cells without an id, or two with the same"]
    )


def opens_with_its_heading(notebook: dict) -> list[str]:
    first = notebook["cells"][0]
    return (
        []
        if first["cell_type"] == "markdown" and source(first).startswith("# ")
        else ["does not open with a # heading"]
    )


def has_one_first_heading(notebook: dict) -> list[str]:
    markdown = "\n\n".join(
        source(cell) for cell in notebook["cells"] if cell["cell_type"] == "markdown"
    )
    return (
        []
        if len(re.findall(r"^# ", markdown, re.MULTILINE)) == 1
        else ["has not exactly one # heading"]
    )


def has_one_cell_of_parameters(notebook: dict) -> list[str]:
    return (
        []
        if len(parameter_cells(notebook)) == 1
        else ["has not exactly one cell tagged `parameters`"]
    )


def has_only_literals_as_parameters(notebook: dict) -> list[str]:
    lines = [node for cell in parameter_cells(notebook) for node in ast.parse(source(cell)).body]
    return [
        f"has a parameter that is not a literal: {ast.unparse(line)}"
        for line in lines
        if not is_literal(line)
    ]


def is_literal(statement: ast.stmt) -> bool:
    if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None:
        return False
    try:
        ast.literal_eval(statement.value)
    except ValueError:
        return False
    return True


def has_few_cells(notebook: dict) -> list[str]:
    count = len(notebook["cells"])
    return [] if count <= MOST_CELLS else [f"has {count} cells, more than {MOST_CELLS}"]


def has_short_cells(notebook: dict) -> list[str]:
    long = [cell for cell in code_cells(notebook) if len(source(cell).splitlines()) > MOST_LINES]
    return [f"cell {cell.get('id')} has more than {MOST_LINES} lines" for cell in long]


def has_no_empty_cells(notebook: dict) -> list[str]:
    return [
        f"cell {cell.get('id')} is empty" for cell in notebook["cells"] if not source(cell).strip()
    ]


def is_plain_python(notebook: dict) -> list[str]:
    faults = []
    for cell in code_cells(notebook):
        try:
            ast.parse(source(cell))
        except SyntaxError as error:
            faults.append(f"cell {cell.get('id')} is not plain Python: {error.msg}")
    return faults


def leaves_logic_to_the_package(notebook: dict) -> list[str]:
    found = {
        type(node).__name__
        for cell in code_cells(notebook)
        for node in statements(cell)
        if isinstance(node, LOGIC)
    }
    return [f"has {name} in a cell: it belongs in lib/followup" for name in sorted(found)]


def imports_in_one_cell(notebook: dict) -> list[str]:
    importing = [
        cell
        for cell in code_cells(notebook)
        if any(isinstance(n, ast.Import | ast.ImportFrom) for n in statements(cell))
    ]
    return [] if len(importing) <= 1 else ["imports in more than one cell"]


def hears_every_warning(notebook: dict) -> list[str]:
    names = [
        alias.name
        for cell in code_cells(notebook)
        for n in statements(cell)
        if isinstance(n, ast.Import)
        for alias in n.names
    ]
    modules = [
        n.module
        for cell in code_cells(notebook)
        for n in statements(cell)
        if isinstance(n, ast.ImportFrom)
    ]
    return (
        ["imports warnings: what is on stderr fails the build, it is not silenced"]
        if "warnings" in names + modules
        else []
    )


def computes_every_figure(notebook: dict) -> list[str]:
    texts = [NAME_WITH_NUMBER.sub("", NOT_PROSE.sub("", text)) for text in prose(notebook)]
    lines = [line.strip() for text in texts for line in text.splitlines() if re.search(r"\d", line)]
    return [f"has a figure typed into its prose: {line!r}" for line in lines]


EVERY_NOTEBOOK: list[Rule] = [
    is_valid_nbformat,
    has_no_outputs,
    has_the_kernelspec,
    has_a_title,
    has_an_id_for_each_cell,
    opens_with_its_heading,
]
EVERY_SECTION: list[Rule] = [
    has_one_first_heading,
    has_one_cell_of_parameters,
    has_only_literals_as_parameters,
    has_few_cells,
    has_short_cells,
    has_no_empty_cells,
    is_plain_python,
    leaves_logic_to_the_package,
    imports_in_one_cell,
    hears_every_warning,
    computes_every_figure,
]


def broken_rules(notebook: dict, rules: list[Rule]) -> dict[str, list[str]]:
    return {rule.__name__: faults for rule in rules if (faults := rule(notebook))}


def test_there_are_sections_to_check():
    assert any(is_section(path) for path in NOTEBOOKS)


@pytest.mark.parametrize(
    "path", [pytest.param(path, id=str(path.relative_to(ROOT))) for path in NOTEBOOKS]
)
def test_notebook_keeps_to_the_form(path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    broken = broken_rules(
        notebook, EVERY_NOTEBOOK + EVERY_SECTION if is_section(path) else EVERY_NOTEBOOK
    )
    assert not broken, "\n".join(fault for faults in broken.values() for fault in faults)


def markdown(text: str, name: str) -> dict:
    return {"id": name, "cell_type": "markdown", "metadata": {}, "source": text}


def code(text: str, name: str, tags: tuple[str, ...] = ()) -> dict:
    metadata = {"tags": list(tags)} if tags else {}
    return {
        "id": name,
        "cell_type": "code",
        "execution_count": None,
        "metadata": metadata,
        "outputs": [],
        "source": text,
    }


def good_notebook() -> dict:
    """Return a small notebook that keeps every rule."""
    cells = [
        markdown(
            "# 2.1 Replies to the survey\n\nReads `replies.parquet`, writes Table 1 as `tables/table_1.csv`.",
            "title",
        ),
        code('YEAR = 2021\nOUTCOME = "direct_effects"', "parameters", ("parameters",)),
        code("from followup.rounds import open_round", "imports"),
        code(
            'survey = open_round(YEAR)\nsurvey.save(table, "tables/table_1.csv")\nf"{share:.1%} of {base}"',
            "load",
        ),
        markdown("## Who replied?\n\nSee [section 2.2](22_follow_up_actions.ipynb).", "who"),
    ]
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    return {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "title": "Replies"},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def with_cell(cell: dict) -> dict:
    notebook = good_notebook()
    notebook["cells"].append(cell)
    return notebook


def with_change(change: Callable[[dict], object]) -> dict:
    notebook = good_notebook()
    change(notebook)
    return notebook


HTML_OUTPUT = {"output_type": "display_data", "data": {"text/html": "<b>Fiji</b>"}, "metadata": {}}
SPOILT = {
    "an output": (
        has_no_outputs,
        with_change(lambda nb: nb["cells"][3]["outputs"].append(HTML_OUTPUT)),
    ),
    "an execution count": (
        has_no_outputs,
        with_change(lambda nb: nb["cells"][3].update(execution_count=7)),
    ),
    "another kernel": (
        has_the_kernelspec,
        with_change(lambda nb: nb["metadata"]["kernelspec"].update(name="conda-env")),
    ),
    "no kernel": (has_the_kernelspec, with_change(lambda nb: nb["metadata"].pop("kernelspec"))),
    "no title": (has_a_title, with_change(lambda nb: nb["metadata"].pop("title"))),
    "an id twice": (
        has_an_id_for_each_cell,
        with_change(lambda nb: nb["cells"][4].update(id="load")),
    ),
    "a missing id": (has_an_id_for_each_cell, with_change(lambda nb: nb["cells"][4].pop("id"))),
    "an unknown cell type": (
        is_valid_nbformat,
        with_change(lambda nb: nb["cells"][4].update(cell_type="prose")),
    ),
    "code first": (opens_with_its_heading, with_change(lambda nb: nb["cells"].reverse())),
    "a second title": (has_one_first_heading, with_cell(markdown("# Another section", "new"))),
    "no parameters": (
        has_one_cell_of_parameters,
        with_change(lambda nb: nb["cells"][1].update(metadata={})),
    ),
    "parameters twice": (
        has_one_cell_of_parameters,
        with_cell(code("B = 2", "new", ("parameters",))),
    ),
    "a derived parameter": (
        has_only_literals_as_parameters,
        with_change(lambda nb: nb["cells"][1].update(source="YEAR = 2021\nLAST = YEAR - 1")),
    ),
    "a call as parameter": (
        has_only_literals_as_parameters,
        with_change(lambda nb: nb["cells"][1].update(source="print(YEAR)")),
    ),
    "too many cells": (
        has_few_cells,
        with_change(lambda nb: nb["cells"].extend(code("survey", f"n{n}") for n in range(21))),
    ),
    "a long cell": (has_short_cells, with_cell(code("survey\n" * 13, "new"))),
    "an empty cell": (has_no_empty_cells, with_cell(code("", "new"))),
    "a shell command": (is_plain_python, with_cell(code("!ls", "new"))),
    "a magic": (is_plain_python, with_cell(code("%matplotlib inline", "new"))),
    "a function": (
        leaves_logic_to_the_package,
        with_cell(code("def share(n):\n    return n", "new")),
    ),
    "a loop": (leaves_logic_to_the_package, with_cell(code("for row in table:\n    row", "new"))),
    "a comprehension": (
        leaves_logic_to_the_package,
        with_cell(code("[row for row in table]", "new")),
    ),
    "a condition": (leaves_logic_to_the_package, with_cell(code("if table:\n    table", "new"))),
    "a choice": (leaves_logic_to_the_package, with_cell(code("table if YEAR else None", "new"))),
    "a while": (leaves_logic_to_the_package, with_cell(code("while YEAR:\n    YEAR", "new"))),
    "a late import": (imports_in_one_cell, with_cell(code("import pandas", "new"))),
    "silenced warnings": (
        hears_every_warning,
        with_change(lambda nb: nb["cells"][2].update(source="import warnings")),
    ),
    "silenced warnings by name": (
        hears_every_warning,
        with_change(lambda nb: nb["cells"][2].update(source="from warnings import simplefilter")),
    ),
    "a figure in prose": (
        computes_every_figure,
        with_cell(markdown("Of those invited 37% replied.", "new")),
    ),
    "a figure in a heading": (
        computes_every_figure,
        with_cell(markdown("## The 58 replies", "new")),
    ),
    "a figure in a sentence of code": (
        computes_every_figure,
        with_cell(code('sentence("58 replies came in")', "new")),
    ),
}


def test_a_notebook_in_good_form_breaks_no_rule():
    assert broken_rules(good_notebook(), EVERY_NOTEBOOK + EVERY_SECTION) == {}


@pytest.mark.parametrize(("rule", "notebook"), SPOILT.values(), ids=SPOILT)
def test_a_spoilt_notebook_breaks_the_rule_meant_for_it(rule, notebook):
    assert rule(notebook) != []


def test_every_rule_is_seen_to_fail():
    assert {rule for rule, _ in SPOILT.values()} == set(EVERY_NOTEBOOK + EVERY_SECTION)


@pytest.mark.parametrize(
    ("path", "section"),
    [
        ("notebooks/21_response.ipynb", True),
        ("notebooks/overview.ipynb", False),
        ("notebooks/exploratory/21_mine.ipynb", False),
    ],
)
def test_only_numbered_notebooks_are_sections(path, section):
    assert is_section(Path(path)) is section
