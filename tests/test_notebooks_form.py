"""Every notebook keeps to one form (CONTRIBUTING.md, "A notebook"): what an analyst opens is what a
reviewer reads.

The analysis stands in the open, its words in Markdown and in cells of prose (`%%prose`), where
every figure is an expression.
"""

import ast
import copy
import json
import re
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from jinja2 import TemplateSyntaxError

from followup.show.prose import ENVIRONMENT

ROOT = Path(__file__).parents[1]
NOTEBOOKS = [
    path
    for path in sorted((ROOT / "notebooks").rglob("*.ipynb"))
    if ".ipynb_checkpoints" not in path.parts
]
MOST_CELLS, MOST_LINES, MOST_CALLS = 30, 20, 10
PROSE = "%%prose"
LOGIC = {
    **dict.fromkeys((ast.FunctionDef, ast.AsyncFunctionDef), "def"),
    ast.ClassDef: "class",
    **dict.fromkeys((ast.For, ast.AsyncFor), "for"),
    **dict.fromkeys((ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp), "for"),
    ast.While: "while",
    **dict.fromkeys((ast.Try, ast.TryStar), "try"),
    **dict.fromkeys((ast.With, ast.AsyncWith), "with"),
    **dict.fromkeys((ast.If, ast.Match), "if"),
}
# What shows that a notebook computes: methods and functions of pandas.
OF_PANDAS = set(
    """agg apply assign concat corr count crosstab cut div dropna eval explode fillna groupby isin
    join loc map melt mean merge notna pivot pivot_table query reindex rename set_index sort_values
    sub sum unstack value_counts where""".split()  # noqa: SIM905
)
OURS = ("followup", "publication_audit")
EXPRESSIONS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
NOT_PROSE = re.compile(r"`[^`]*`|\]\([^)]*\)|<[^>]*>|^#+ \d+(\.\d+)*\b|^ *\d+\. ", re.MULTILINE)
NAME_WITH_NUMBER = re.compile(r"\b(Tables?|[Ss]ections?) \d+(\.\d+)*")

Rule = Callable[[dict], list[str]]


def is_section(path: Path) -> bool:
    """Say whether a notebook is a section of the report: the others are an analyst's own, and held
    to less."""
    return path.parent.name == "notebooks" and re.match(r"\d\d_", path.name) is not None


def source(cell: dict) -> str:
    return cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])


def code_cells(notebook: dict) -> list[dict]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def is_prose(cell: dict) -> bool:
    return cell["cell_type"] == "code" and source(cell).startswith(PROSE)


def name(cell: dict) -> str:
    return f"cell {cell.get('id')}"


def sentences(cell: dict) -> list[str]:
    """Return what a cell says in words: Markdown, prose without its expressions, strings of code
    with a space in them."""
    if cell["cell_type"] == "markdown":
        return [source(cell)]
    if is_prose(cell):
        return [EXPRESSIONS.sub("", source(cell).partition("\n")[2])]
    nodes = statements(cell)
    calculated = {
        id(argument)
        for node in nodes
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("query", "eval")
        for argument in node.args
    }
    strings = [
        node.value
        for node in nodes
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in calculated
    ]
    return [string for string in strings if " " in string.strip()]


def statements(cell: dict) -> list[ast.AST]:
    """Return every node of a cell's syntax tree; none of prose, nor when it is not Python, which
    another rule reports."""
    if is_prose(cell):
        return []
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
    long = [
        cell
        for cell in code_cells(notebook)
        if not is_prose(cell) and len(source(cell).splitlines()) > MOST_LINES
    ]
    return [f"{name(cell)} has more than {MOST_LINES} lines" for cell in long]


def has_short_chains(notebook: dict) -> list[str]:
    return [
        f"{name(cell)} has a chain of {calls} calls, more than {MOST_CALLS}: name what is halfway"
        for cell in code_cells(notebook)
        for calls in [max(map(calls_in_chain, statements(cell)), default=0)]
        if calls > MOST_CALLS
    ]


def calls_in_chain(node: ast.AST) -> int:
    """Count the calls in `frame.one().two[…].three()`."""
    calls = 0
    while isinstance(node, ast.Call | ast.Attribute | ast.Subscript):
        calls += isinstance(node, ast.Call)
        node = node.func if isinstance(node, ast.Call) else node.value
    return calls


def has_no_empty_cells(notebook: dict) -> list[str]:
    return [
        f"cell {cell.get('id')} is empty" for cell in notebook["cells"] if not source(cell).strip()
    ]


def is_plain_python(notebook: dict) -> list[str]:
    faults = []
    for cell in code_cells(notebook):
        try:
            ast.parse("" if is_prose(cell) else source(cell))
        except SyntaxError as error:
            faults.append(f"{name(cell)} is not plain Python: {error.msg}")
    return faults


def has_valid_prose(notebook: dict) -> list[str]:
    faults = []
    for cell in filter(is_prose, code_cells(notebook)):
        try:
            ENVIRONMENT.parse(source(cell))
        except TemplateSyntaxError as error:
            faults.append(f"{name(cell)}, line {error.lineno}: {error.message}")
    return faults


def leaves_logic_to_the_package(notebook: dict) -> list[str]:
    words = [
        (name(cell), LOGIC[type(node)])
        for cell in code_cells(notebook)
        for node in statements(cell)
        if type(node) in LOGIC
    ]
    return [f"{cell} has `{word}`: it belongs in lib" for cell, word in dict.fromkeys(words)]


def has_its_analysis_in_the_open(notebook: dict) -> list[str]:
    """Flag cells that hand everything on to one function of ours, in a notebook without an
    operation of pandas."""
    nodes = [node for cell in code_cells(notebook) for node in statements(cell)]
    if any(isinstance(node, ast.Attribute) and node.attr in OF_PANDAS for node in nodes):
        return []
    ours = {
        alias.asname or alias.name
        for node in nodes
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(OURS)
        for alias in node.names
    }
    return [
        f"{name(cell)} hands everything on to a function of ours: the analysis is hidden"
        for cell in code_cells(notebook)
        if is_one_call_of(ours, cell)
    ]


def is_one_call_of(names: set[str], cell: dict) -> bool:
    tree = next(iter(statements(cell)), None)
    if not isinstance(tree, ast.Module) or len(tree.body) != 1:
        return False
    called = getattr(tree.body[0], "value", None)
    if not isinstance(called, ast.Call):
        return False
    function = called.func
    while isinstance(function, ast.Attribute):
        function = function.value
    return isinstance(function, ast.Name) and function.id in names


def opens_in_the_same_way(notebook: dict) -> list[str]:
    """A title; parameters; imports and nothing else; what the notebook reads."""
    cells = [*notebook["cells"][:4], *[None] * 4]
    title, parameters, imports, load = cells[:4]
    lines = ast.parse(source(imports)).body if imports and statements(imports) else []
    calls = [
        getattr(node.func, "id", getattr(node.func, "attr", ""))
        for node in (statements(load) if load and load["cell_type"] == "code" else [])
        if isinstance(node, ast.Call)
    ]
    right = {
        "its first cell is the title": title and title["cell_type"] == "markdown",
        "its second cell has the parameters": parameters in parameter_cells(notebook),
        "its third cell imports, and only that": lines
        and all(isinstance(line, ast.Import | ast.ImportFrom) for line in lines),
        "its fourth cell opens the round": "open_round" in calls,
    }
    return [f"does not open like the others: {rule}" for rule, kept in right.items() if not kept]


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
    texts = [
        (name(cell), NAME_WITH_NUMBER.sub("", NOT_PROSE.sub("", text)))
        for cell in notebook["cells"]
        for text in sentences(cell)
    ]
    return [
        f"{cell} has a figure typed into its prose: {line.strip()!r}"
        for cell, text in texts
        for line in text.splitlines()
        if re.search(r"\d", line)
    ]


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
    has_short_chains,
    has_no_empty_cells,
    is_plain_python,
    has_valid_prose,
    has_its_analysis_in_the_open,
    opens_in_the_same_way,
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


def test_contributing_tells_the_same_limits():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert f"At most {MOST_CELLS} cells of {MOST_LINES} lines, and " in text


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
            "# 2.1 Replies to the survey\n\n"
            "Reads `replies.parquet`, writes Table 1 as `tables/table_1.csv`.",
            "title",
        ),
        code('YEAR = 2021\nOUTCOME = "direct_effects"', "parameters", ("parameters",)),
        code("from followup import show\nfrom followup.rounds import open_round", "imports"),
        code(
            "survey_round = open_round(YEAR)\nreplies = survey_round.read_replies()",
            "load",
        ),
        code(
            "rates = replies.query('invited > 3 and replies > 0')"
            ".eval('rate = replies / invited')\n"
            "low = rates['rate'].map(lambda rate: 'low' if rate < 0.5 or rate is None"
            " else f'{rate:.1%} of')\n"
            "show.table(rates, 'Table 1 again', 'table_1')",
            "rates",
        ),
        code(
            "%%prose\n## 2.1 Rates\n{% if rates.max() > 0.5 %}\n"
            "Over half, {{ rates['a'] | share(1) }}; see Table 1.\n{% endif %}",
            "words",
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
        with_change(lambda nb: nb["cells"][6].update(id="load")),
    ),
    "a missing id": (has_an_id_for_each_cell, with_change(lambda nb: nb["cells"][6].pop("id"))),
    "an unknown cell type": (
        is_valid_nbformat,
        with_change(lambda nb: nb["cells"][6].update(cell_type="prose")),
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
        with_change(lambda nb: nb["cells"].extend(code("survey", f"n{n}") for n in range(51))),
    ),
    "a long cell": (has_short_cells, with_cell(code("survey\n" * 21, "new"))),
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
    "a class": (leaves_logic_to_the_package, with_cell(code("class Rate:\n    pass", "new"))),
    "a try": (
        leaves_logic_to_the_package,
        with_cell(code("try:\n    table\nfinally:\n    table", "new")),
    ),
    "a with": (leaves_logic_to_the_package, with_cell(code("with table:\n    table", "new"))),
    "a long chain": (has_short_chains, with_cell(code("table" + ".head()[0:]" * 11, "new"))),
    "prose with a broken condition": (
        has_valid_prose,
        with_cell(code("%%prose\n{% if table %}\nIt is.", "new")),
    ),
    "an analysis that is hidden": (
        has_its_analysis_in_the_open,
        with_change(
            lambda nb: nb["cells"].__setitem__(4, code("show.everything(survey_round)", "rates"))
        ),
    ),
    "parameters after the imports": (
        opens_in_the_same_way,
        with_change(lambda nb: nb["cells"].insert(1, nb["cells"].pop(2))),
    ),
    "a round that is opened among the imports": (
        opens_in_the_same_way,
        with_change(lambda nb: nb["cells"][2].update(source="import a\nb = open_round(YEAR)")),
    ),
    "no cell that loads": (opens_in_the_same_way, with_change(lambda nb: nb["cells"].pop(3))),
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
    "a figure in a cell of prose": (
        computes_every_figure,
        with_cell(code("%%prose\nOf {{ invited }} invited 37% replied.", "new")),
    ),
    "a figure in a caption": (
        computes_every_figure,
        with_cell(code("show.table(rates, 'The 58 replies', 'table_9')", "new")),
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


def test_a_figure_typed_into_prose_is_told_with_its_cell():
    spoilt = with_cell(code("%%prose\n{{ share }} is 37%.", "the-cell"))
    assert computes_every_figure(spoilt) == [
        "cell the-cell has a figure typed into its prose: 'is 37%.'"
    ]


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
