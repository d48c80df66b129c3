"""The in-process engine gives what an ordinary kernel gives, and the warm process it needs is fit
to be forked."""

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from followup.steps import PRELOAD
from notebook_report import build
from notebook_report.imports import Library

ROOT = Path(__file__).parents[2]

linux = pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere notebooks run in ordinary kernels"
)
# Everything that a notebook shows, and what is known to differ where the kernel is not an ordinary
# one.
CELLS = [
    "print('one')\nprint('two')",
    "import numpy as np\nimport pandas as pd\npd.DataFrame(np.arange(150).reshape(5, 30))",
    "print(pd.DataFrame(np.arange(150).reshape(5, 30)))",
    "pd.Series(['a', None], dtype='string')",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
    "figure, axes = plt.subplots()\naxes.bar(['a', 'b'], [1, 2]);",
    "figure",
    "import seaborn as sns\nsns.barplot(x=['a', 'b'], y=[1, 2]);",
    "pd.DataFrame({'a': [1]})",
    (
        "from IPython.display import HTML, Markdown, clear_output, display\n"
        "display(Markdown('*text*'), HTML('<b>text</b>'))"
    ),
    "handle = display('first', display_id='this')",
    "handle.update('second')",
    "print('gone')\nclear_output()\nprint('kept')",
    "!echo shell",
    "%%bash\necho script",
    "import logging\nlogging.getLogger('x').info('nobody hears this')",
    "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    print(error)",
    "_",
    "import os\nos.path.basename(os.getcwd())",
    "(built / 'results.csv').write_text('results');",
]
WARM = dict(zip(("pandas", "matplotlib.pyplot", "seaborn"), ("garden",) * 3, strict=True))


def executed(project, engine: str) -> dict:
    """Build with one engine and return the executed notebook, without what tells how it was
    made."""
    _, printed = project.build(ENGINE=engine)
    path = project.root / "output/.build/2021/30_tests.ipynb"
    assert path.exists(), printed
    notebook = json.loads(path.read_text())
    notebook["metadata"].pop("chain")
    return notebook


@linux
def test_both_engines_give_the_same_outputs_whatever_is_imported_already(project):
    project.change("30_tests", CELLS)
    without = executed(project, "in-process")
    module = project.root / "lib/garden/__init__.py"
    preloading = module.read_text().replace("report, index)", f"report, index, {WARM!r})")
    assert preloading != module.read_text()
    project.library("garden/__init__.py", preloading)
    (project.root / "output/.build/2021/30_tests.ipynb").unlink()
    ours, theirs = executed(project, "in-process"), executed(project, "kernel")
    for mine, other in zip(ours["cells"], theirs["cells"], strict=True):
        assert mine == other
    assert ours == theirs == without
    images = [
        output
        for cell in ours["cells"]
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
    assert len(images) == 4


@linux
def test_both_engines_publish_the_same_files(project):
    before = project.published()
    status, printed = project.build(ENGINE="kernel")
    assert status == 0, printed
    assert "6 of 6 steps run" in printed
    assert {**project.published(), "manifest.json": ""} == {**before, "manifest.json": ""}


@pytest.mark.parametrize(
    "module",
    sorted({*PRELOAD, *(module for modules in build.PRELOAD.values() for module in modules)}),
)
def test_a_module_of_the_warm_process_can_be_imported(module):
    """The build passes over a name that it can't import, and every child would import it
    again."""
    if sys.platform == "linux" or not module.endswith("engine"):
        assert importlib.util.find_spec(module)


@linux
def test_the_warm_process_has_one_thread_and_leaves_no_library_to_its_children():
    notebooks = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
    library = Library(ROOT / "lib")
    used = {path for notebook in notebooks for path in library.reached_by_notebook(notebook)}
    code = f"""
import importlib, json, os, sys
for module in {[*build.PRELOAD["in-process"], *PRELOAD]}:
    importlib.import_module(module)
before = {{name.partition(".")[0] for name in sys.modules}}
for module in {sorted(dotted(path) for path in used)}:
    importlib.import_module(module)
left = {{name.partition(".")[0] for name in sys.modules}} - before - sys.stdlib_module_names
left -= {{"followup", "publication_audit"}}
print(json.dumps([len(os.listdir("/proc/self/task")), sorted(left)]))
"""
    environment = {"PATH": "", "PYTHONPATH": str(ROOT / "lib"), **build.ENVIRONMENT}
    printed = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    ).stdout
    assert json.loads(printed) == [1, []]


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT / "lib").with_suffix("").parts).removesuffix(".__init__")
