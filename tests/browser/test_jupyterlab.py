"""JupyterLab in a real browser, on a copy of the project: each notebook runs by Run All, and the
explorer follows its widgets.

Notebooks share one kernel, emptied before each: to import what they need takes longer than to run
them. The explorer's widgets have a kernel of their own.
"""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from followup.rounds import ROOT, open_round
from followup.steps import steps

sys.path.append(str(Path(__file__).parents[1]))
from project_copy import copy_built_round

COPIED = ("lib", "notebooks", "data/raw", "docs", "pyproject.toml", "requirements.lock")
NOTEBOOKS = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (ROOT / "notebooks").rglob("[!.]*.ipynb")
    if ".ipynb_" not in str(path)
)
pytestmark = pytest.mark.usefixtures("browser")  # skips before anything is copied
EXPLORE = "notebooks/exploratory/explore.ipynb"
SLOW = 180_000  # ms that a cell may take on a busy machine
POLL = 200  # ms; by itself playwright looks at every frame
# All cells stand in the page, whether in sight or not, and no news pops up.
SETTINGS = {
    "@jupyterlab/notebook-extension/tracker.jupyterlab-settings": {"windowingMode": "none"},
    "@jupyterlab/apputils-extension/notification.jupyterlab-settings": {
        "fetchNews": "false",
        "checkForUpdates": False,
    },
}
EMPTY = """async id => {
    const kernel = jupyterapp.serviceManager.kernels.connectTo({ model: { id, name: 'python3' } });
    await kernel.requestExecute({ code: '%reset -f' }).done;
    kernel.dispose();
}"""
ERRORS = (
    "[data-mime-type='application/vnd.jupyter.error'],"
    " [data-mime-type='application/vnd.jupyter.stderr']"
)


@dataclass(frozen=True)
class Lab:
    """A JupyterLab that runs: the project's copy that it serves, its address and its token."""

    root: Path
    url: str
    token: str

    def ask(self, method: str, path: str) -> bytes:
        """What the server answers."""
        request = urllib.request.Request(
            f"{self.url}{path}", method=method, headers={"Authorization": f"token {self.token}"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read()

    def end_all_but(self, kept: str) -> None:
        """End what notebooks have started, but one kernel."""
        for session in json.loads(self.ask("GET", "api/sessions")):
            if session["kernel"]["id"] != kept:
                self.ask("DELETE", f"api/sessions/{session['id']}")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with the report built: JupyterLab saves notebooks, so it never gets the
    project itself."""
    root = tmp_path_factory.mktemp("project")
    for name in COPIED:
        copy, original = root / name, ROOT / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if original.is_dir():
            shutil.copytree(
                original,
                copy,
                ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "*.egg-info"),
            )
        else:
            shutil.copy(original, copy)
    copy_built_round(root)
    built = subprocess.run(
        [sys.executable, "-m", "notebook_report", "report", "2021"],
        cwd=root,
        env=environment(root),
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    return root


def environment(root: Path) -> dict[str, str]:
    """The environment of the copy: its own package, and nobody's settings of Jupyter."""
    own = root.parent / f"{root.name}-jupyter"
    folders = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTER_DATA_DIR": "data",
    }
    folders |= {
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
    }
    for folder in folders.values():
        (own / folder).mkdir(parents=True, exist_ok=True)
    return {
        **os.environ,
        "PYTHONPATH": str(root / "lib"),
        **{name: str(own / folder) for name, folder in folders.items()},
    }


@pytest.fixture(scope="module")
def lab(project: Path) -> Iterator[Lab]:
    """JupyterLab on the copy, on a free port, with a token and without a browser of its own."""
    settings = environment(project)
    for name, content in SETTINGS.items():
        path = Path(settings["JUPYTERLAB_SETTINGS_DIR"], name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content))
    log = (project.parent / f"{project.name}.log").open("w+")
    command = [
        sys.executable,
        "-m",
        "notebook_report",
        "lab",
        "--no-browser",
        "--ServerApp.port=0",
        "--LabApp.expose_app_in_browser=True",
    ]
    command += ["--allow-root"] if hasattr(os, "getuid") and os.getuid() == 0 else []
    process = subprocess.Popen(
        command, cwd=project, env=settings, stdout=log, stderr=subprocess.STDOUT
    )
    try:
        yield started(project, Path(settings["JUPYTER_RUNTIME_DIR"]), process, Path(log.name))
    finally:
        process.terminate()
        process.wait(30)
        log.close()


def started(project: Path, runtime: Path, process: subprocess.Popen, log: Path) -> Lab:
    """The server once it answers; its runtime folder says where."""
    for _ in range(600):
        said = next(runtime.glob("jpserver-*.json"), None)
        if said and said.read_text().strip():
            about = json.loads(said.read_text())
            found = Lab(project, about["url"], about["token"])
            try:
                found.ask("GET", "api/status")
            except OSError:
                time.sleep(0.1)
                continue
            return found
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise AssertionError(f"JupyterLab does not start:\n{log.read_text()}")


@pytest.fixture(scope="module")
def opened(lab: Lab, browser: Browser) -> Iterator[Page]:
    """JupyterLab in one page for all notebooks: to load it takes longer than to run one."""
    with browser.new_context(viewport={"width": 1400, "height": 1000}) as context:
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.goto(f"{lab.url}lab?token={lab.token}&reset")
        page.wait_for_function("() => window.jupyterapp?.restored", polling=POLL)
        page.evaluate("() => jupyterapp.restored.then(() => true)")
        yield page


@pytest.fixture(scope="module")
def kernel(lab: Lab) -> str:
    """The kernel that notebooks share."""
    return json.loads(lab.ask("POST", "api/kernels"))["id"]


@pytest.fixture
def page(lab: Lab, opened: Page, kernel: str) -> Iterator[Page]:
    """JupyterLab with nothing open, and the shared kernel with no names; what a test opens is
    closed, and its own kernels end, with it."""
    opened.evaluate(EMPTY, kernel)
    yield opened
    opened.evaluate("() => [...jupyterapp.shell.widgets('main')].forEach(one => one.dispose())")
    lab.end_all_but(kernel)


def run_all(page: Page, notebook: str, kernel: str | None = None) -> None:
    """Open a notebook, in a kernel of its own if none is named, choose Run All Cells when that is
    idle, and wait until every cell has run or one has failed."""
    shared = {"kernel": {"id": kernel, "name": "python3"}} if kernel else {}
    page.evaluate(
        "opened => { jupyterapp.commands.execute('docmanager:open', opened) }",
        {"path": notebook, **shared},
    )
    page.locator(".jp-NotebookPanel .jp-CodeCell").first.wait_for()
    page.locator("#jp-bottom-panel, #jp-main-statusbar").get_by_text("| Idle").wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_function(
        """errors => {
            const prompts = [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')];
            return document.querySelector(errors)
                || prompts.every(prompt => /\\[\\d+\\]/.test(prompt.textContent));
        }""",
        arg=ERRORS,
        timeout=SLOW,
        polling=POLL,
    )


def expected_figures(notebook: str) -> int:
    """How many figures a notebook draws with its default parameters, as the chain's map says and
    the report of 2021 has; the explorer draws one."""
    survey_round = open_round(2021)
    drawn = {path.name for path in (survey_round.output / "figures").glob("*.svg")}
    named = [step for step in steps(survey_round) if step.notebook == ROOT / notebook]
    return (
        1
        if notebook == EXPLORE
        else sum(path.name in drawn for path in named[0].figures)
        if named
        else 0
    )


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_a_notebook_runs_from_top_to_bottom(page: Page, kernel: str, notebook: str):
    run_all(page, notebook, kernel)
    assert page.locator(ERRORS).all_inner_texts() == []
    images = page.locator(".jp-OutputArea-output img")
    expect(images).to_have_count(expected_figures(notebook))
    drawn = images.evaluate_all(
        "images => images.map(image => [image.naturalWidth > 0, image.alt.trim() !== ''])"
    )
    assert drawn == [[True, True]] * expected_figures(notebook)


def test_the_explorer_follows_its_widgets(page: Page):
    run_all(page, EXPLORE)
    output = page.locator(".jp-OutputArea-output:has(input[type=text])")
    test, image = output.get_by_text("exact p"), output.locator("img")
    expect(output.get_by_text("67% (32 of 48)").first).to_be_visible()
    before = image.get_attribute("alt"), test.inner_text()
    cells = page.locator(".jp-Cell").count()
    output.get_by_label("Action").press_sequentially("submit")  # x, d, a and b would edit cells
    output.get_by_label("Outcome").press_sequentially("xddab")
    expect(output.get_by_text("not one entry of the list")).to_be_visible()
    assert page.locator(".jp-Cell").count() == cells
    output.get_by_label("Outcome").fill("New projects")
    expect(output.get_by_text("52% (13 of 25)").first).to_be_visible()
    expect(test).not_to_have_text(before[1])
    assert image.get_attribute("alt") != before[0]
    output.get_by_label("Workshop").fill("4 E-commerce, Jan 2021")
    expect(output.get_by_text("(7 of 10)").first).to_be_hidden()
    output.get_by_label("Administration").fill("Fiji")
    expect(output.get_by_text("Nothing can be tested")).to_be_visible()


def test_the_overview_leads_to_a_step(page: Page, kernel: str):
    run_all(page, "notebooks/overview.ipynb", kernel)
    page.locator(".jp-OutputArea-output").get_by_role("link", name="21_response").click()
    page.get_by_role("tab", name="21_response.ipynb").wait_for()


def test_from_the_overview_the_pages_of_a_report_lead_to_each_other(page: Page, lab: Lab):
    run_all(page, "notebooks/overview.ipynb")
    page.locator(".jp-OutputArea-output").get_by_role("link", name="report", exact=True).click()
    for link in ("annex.html", "report.html"):
        page.frame_locator("iframe").last.locator(f"a[href='{link}']").first.click()
        page.frame_locator("iframe").last.locator("#main h2").first.wait_for()
        assert page.frames[-1].url.endswith(link)
    assert list((lab.root / ".cache" / "checkpoints" / "output").rglob("checkpoint"))
    assert list((lab.root / "output").rglob(".ipynb_checkpoints")) == []
