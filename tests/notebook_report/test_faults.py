"""What goes wrong in a step is told by notebook, cell and cause; the last good output stays, and
the exit status is not 0."""

import ctypes
import json
import sys
from dataclasses import dataclass
from typing import Any

import pytest

in_process = pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere notebooks run in ordinary kernels"
)

# One process tries all faults of a step, so that the imports are done once. Each is a whole build
# of its own.
TRY_ALL = """
import contextlib, io, json, sys
from pathlib import Path
from notebook_report import commands

if __name__ == "__main__":
    results, notebook = {}, Path("notebooks/30_tests.ipynb")
    commands.main(["report", "2021"])
    for fault in sorted(Path("faults").glob("*.ipynb")):
        notebook.write_bytes(fault.read_bytes())
        with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(out):
            status = commands.main(["report", "2021"])
        executed = Path("output/.build/2021/30_tests.ipynb").exists()
        results[fault.stem] = {"status": status, "printed": out.getvalue(), "executed": executed}
    print(json.dumps(results))
"""
YEAR = "YEAR = 2020"
PLUMS = "output/.build/2021/tables/plums.csv"
WRITES = "(built / 'results.csv').write_text('9')"
PLACE = "notebooks/30_tests.ipynb, cell 4: "


@dataclass
class Fault:
    """A notebook that must fail: the cells after its opening, and what is said of it."""

    cells: list[str]
    told: list[str]
    parameters: str = YEAR
    tag: str = "parameters"


FAULTS = {
    "a cell fails": Fault(
        ["0\n1 / 0"], [PLACE + "0\n", "ZeroDivisionError: division by zero", "----> 2 1 / 0"]
    ),
    "a syntax error": Fault(["1 +"], [PLACE + "1 +\n", "SyntaxError"]),
    "a cell after others fails": Fault(
        [WRITES, "x = 1", "x.y"], ["notebooks/30_tests.ipynb, cell 6: x.y\n", "AttributeError"]
    ),
    "the parameters fail": Fault(
        [WRITES], ["notebooks/30_tests.ipynb, cell 2: YEAR = 1 / 0\n"], parameters="YEAR = 1 / 0"
    ),
    "stderr": Fault(
        ["import sys\nprint('careful', file=sys.stderr)"],
        [PLACE + "import sys\nwrote to stderr: careful"],
    ),
    "a warning": Fault(
        ["import warnings\nwarnings.warn('old')"],
        [PLACE + "import warnings\nwrote to stderr:", "UserWarning: old"],
    ),
    "stderr of a file descriptor": Fault(
        ["import os\nos.write(2, b'from C');"], ["wrote to the terminal", "from C"]
    ),
    "stdout of a child process": Fault(
        ["import os\nos.system('echo from a child');"], ["wrote to the terminal", "from a child"]
    ),
    "a quiet exit": Fault(
        ["import sys\nsys.exit(0)", WRITES], [PLACE + "import sys\nSystemExit", "cell 5: (built"]
    ),
    "a loud exit": Fault(["import sys\nsys.exit(3)"], [PLACE + "import sys\n", "SystemExit: 3"]),
    "the process exits": Fault(
        ["import os\nos._exit(3)"], [PLACE + "import os\nended its process with status 3"]
    ),
    "the process exits quietly": Fault(
        ["import os\nos._exit(0)"], [PLACE + "import os\nended its process with status 0"]
    ),
    "the process is killed": Fault(
        ["import os\nos.kill(os.getpid(), 9)"],
        [PLACE, "ended by SIGKILL, most likely by the system because the memory ran out"],
    ),
    "the process crashes": Fault(
        ["import ctypes\nctypes.string_at(0)"], [PLACE, "its process was ended by SIGSEGV"]
    ),
    "an unknown parameter": Fault([WRITES], ["YEAR is passed, but"], parameters="YEARS = 2020"),
    "a missing parameter": Fault(
        [WRITES], ["sets OTHER, which the step does not pass"], parameters="YEAR = 2020\nOTHER = 1"
    ),
    "a lost tag": Fault([WRITES], ["no cell tagged `parameters` sets YEAR"], tag="parameter"),
    "a result is not written": Fault(
        ["x = 1"], ["notebooks/30_tests.ipynb did not write output/.build/2021/results.csv"]
    ),
    "an unlisted file is read": Fault(
        ["(raw / 'harvest.csv').read_text()", WRITES],
        ["reads data/raw/2021/harvest.csv, which its step does not list"],
    ),
    "an unlisted file is read by code that is not Python's": Fault(
        ["import pandas\npandas.read_parquet(raw / 'harvest.csv')", WRITES],
        [PLACE, "reads data/raw/2021/harvest.csv, which its step does not list"],
    ),
    "an unlisted file is read by another program": Fault(
        ["import subprocess\nsubprocess.run(['cat', raw / 'harvest.csv'])", WRITES],
        ["wrote to the terminal", "harvest.csv: Permission denied"],
    ),
    "an unlisted file is written": Fault(
        [WRITES, "(built / 'more.csv').write_text('')"],
        ["30_tests.ipynb writes output/.build/2021/more.csv, which"],
    ),
    "another step's file is removed": Fault(
        [WRITES, "(built / 'tables' / 'plums.csv').unlink()"],
        ["cell 5: (built", f"removes {PLUMS}, which its step does not list"],
    ),
    "another step's file is removed and no word said": Fault(
        [WRITES, "try:\n    (built / 'tables' / 'plums.csv').unlink()\nexcept Exception:\n    0"],
        [f"30_tests.ipynb removes {PLUMS}, which its step does not list"],
    ),
    "all steps' files are removed": Fault(
        ["import shutil\nshutil.rmtree(built)"],
        [PLACE, "removes output/.build/2021, which its step does not list"],
    ),
    "another step's file is overwritten": Fault(
        ["(built / 'tables' / 'plums.csv').write_text('9')"], [PLACE, f"writes {PLUMS}, which"]
    ),
    "another step's file is overwritten by a number": Fault(
        ["import os\nos.open(built / 'tables' / 'plums.csv', os.O_WRONLY | os.O_TRUNC)"],
        [PLACE, f"writes {PLUMS}, which its step does not list"],
    ),
    "another step's file is replaced": Fault(
        [WRITES, "(built / 'results.csv').replace(built / 'tables' / 'plums.csv')"],
        [f"writes {PLUMS}, which its step does not list"],
    ),
    "another step's file is removed by another program": Fault(
        [WRITES, "import subprocess\nsubprocess.run(['rm', built / 'tables' / 'pears.csv'])"],
        ["tables/pears.csv: not as 24_fruit-pears left it. Since then ran: 30_tests"],
    ),
    "raw data is overwritten": Fault(
        ["(raw / 'harvest.csv').write_text('9')"], [PLACE, "writes data/raw/2021/harvest.csv"]
    ),
    "a file of the project is read": Fault(
        ["(RAW.parents[1] / 'pyproject.toml').read_bytes()", WRITES],
        ["30_tests.ipynb reads pyproject.toml, which its step does not list"],
    ),
    "a file outside of the project is read": Fault(
        ["RAW.parents[1].with_name('beside.csv').read_bytes()", WRITES],
        ["30_tests.ipynb reads /", "/beside.csv, which its step does not list"],
    ),
    "another machine is asked": Fault(
        [
            "import socket\ntry:\n    socket.create_connection(('127.0.0.1', 9), 1)\n"
            "except OSError:\n    0",
            WRITES,
        ],
        ["30_tests.ipynb asks 127.0.0.1"],
    ),
    "there is not enough memory": Fault(
        ["bytearray(1 << 60)"], [PLACE + "bytearray(1 << 60)\nfound not enough memory"]
    ),
    "a thread is left running": Fault(
        [WRITES, "import threading\nthreading.Thread(target=threading.Event().wait).start()"],
        ["notebooks/30_tests.ipynb left a thread running (Thread-"],
    ),
    "an error of five megabytes": Fault(
        ["raise ValueError('x' * 5_000_000)"], [PLACE, "4,980,000 characters are left out"]
    ),
    "an output that no page can hold": Fault(
        [WRITES, "from IPython.display import HTML\nHTML('x' * 6_000_000)"],
        ["shows 6,000,000 letters: a page takes 5,000,000 at most"],
    ),
    "a question is asked": Fault(["input('how many?')"], [PLACE, "StdinNotImplementedError"]),
    "another way to wait": Fault(["import asyncio\nawait asyncio.sleep(0)"], [PLACE]),
}
if sys.platform != "linux" or ctypes.CDLL(None).syscall(444, None, 0, 1) < 0:
    for fault in ("code that is not Python's", "another program"):  # no Landlock to close files
        del FAULTS[f"an unlisted file is read by {fault}"]
BAD_INPUT = """
from garden import RawDataError
raise RawDataError("2 problems in the raw data:\\n  row 3\\n  row 4")
"""
TOLD = "2 problems in the raw data:\n  row 3\n  row 4\n"


# What a real kernel, too, must not let pass.
IN_A_KERNEL = [
    "a cell fails",
    "stderr",
    "stderr of a file descriptor",
    "a quiet exit",
    "the process is killed",
]


def try_all(project: Any, faults: dict[str, Fault], **variables: str) -> dict:
    """Return what came of each fault, and whether the published files were touched."""
    for name, fault in faults.items():
        project.write(f"../faults/{name}", fault.parameters, fault.cells, tag=fault.tag)
    (project.root / "faults" / "not a notebook.ipynb").write_text("{")
    (project.root / "try_all.py").write_text(TRY_ALL)
    project.root.with_name("beside.csv").touch()
    module = project.root / "lib" / "notebook_report" / "execution.py"
    module.write_text(module.read_text().replace("SECONDS_TO_END = 5", "SECONDS_TO_END = 1"))
    before = {**project.published(), "manifest.json": ""}
    status, printed = project.run(sys.executable, "try_all.py", **variables)
    assert status == 0, printed
    after = {**project.published(), "manifest.json": ""}
    return {**json.loads(printed.splitlines()[-1]), "untouched": after == before}


@pytest.fixture(scope="module")
def tried(built_project, tmp_path_factory) -> dict:
    """What came of every fault."""
    faults = {**FAULTS, "bad input": Fault([BAD_INPUT], [])}
    return try_all(built_project.copy(tmp_path_factory.mktemp("faults")), faults)


@pytest.fixture(scope="module")
def tried_in_a_kernel(built_project, tmp_path_factory) -> dict:
    """What came of those faults that ordinary kernels are tried with."""
    faults = {name: FAULTS[name] for name in IN_A_KERNEL}
    return try_all(built_project.copy(tmp_path_factory.mktemp("kernel")), faults, ENGINE="kernel")


@in_process
def test_no_fault_touches_what_is_published(tried):
    assert tried["untouched"]


@in_process
@pytest.mark.parametrize("name", [*FAULTS, "bad input", "not a notebook"])
def test_a_fault_ends_the_build_and_leaves_nothing_that_looks_finished(tried, name):
    assert tried[name]["status"] == 1, tried[name]["printed"]
    assert not tried[name]["executed"]


@in_process
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_by_notebook_cell_and_cause(tried, name):
    for text in FAULTS[name].told:
        assert text in tried[name]["printed"]


@in_process
def test_what_is_said_of_a_fault_is_short(tried):
    assert max(len(tried[name]["printed"]) for name in FAULTS) < 60_000


@in_process
@pytest.mark.parametrize("name", [name for name in FAULTS if "file" in name or "memory" in name])
def test_what_a_sentence_tells_whole_has_no_traceback(tried, name):
    assert "Traceback" not in tried[name]["printed"]


def test_what_a_cell_prints_beyond_a_page_is_left_out_and_the_page_says_so(project):
    project.change("30_tests", ["print('x' * 60_000_000)"])
    status, printed = project.build()
    page = (project.root / "output" / "2021" / "report.html").read_text()
    assert status == 0, printed
    assert "59,980,001 characters are left out" in page
    assert len(page) < 1_000_000


@in_process
def test_bad_input_is_told_without_a_traceback(tried):
    assert tried["bad input"]["printed"].endswith(f"failed\n{TOLD}")


@in_process
def test_what_is_not_a_notebook_is_told(tried):
    assert "notebooks/30_tests.ipynb cannot be used: " in tried["not a notebook"]["printed"]


def test_no_fault_in_a_kernel_touches_what_is_published(tried_in_a_kernel):
    assert tried_in_a_kernel["untouched"]


@pytest.mark.parametrize("name", IN_A_KERNEL)
def test_a_fault_in_a_kernel_ends_the_build_and_names_the_notebook(tried_in_a_kernel, name):
    assert tried_in_a_kernel[name]["status"] == 1, tried_in_a_kernel[name]["printed"]
    assert not tried_in_a_kernel[name]["executed"]
    assert "notebooks/30_tests.ipynb" in tried_in_a_kernel[name]["printed"]


def test_steps_that_fail_at_once_are_all_told_and_the_others_stay_fresh(project, ran):
    both = [project.mark("{name}"), project.wait_for("24_fruit"), project.wait_for("30_tests")]
    for name in ("24_fruit", "30_tests"):
        project.change(
            name, [*(cell.format(name=name) for cell in both), f"raise ValueError('{name}')"]
        )
    before = project.published()
    status, printed = project.build()
    assert status == 1
    assert "ValueError: 24_fruit" in printed
    assert "ValueError: 30_tests" in printed
    assert project.published() == before
    project.change("24_fruit", [])
    project.change("30_tests", [])
    status, printed = project.build()
    assert (status, "10_clean" in ran(printed)) == (0, False)
