"""Opening a notebook and running it changes nothing in git, once make has set up its filter."""

import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOK = "notebooks/21_response.ipynb"

pytestmark = pytest.mark.skipif(
    not (shutil.which("git") and shutil.which("make")), reason="git or make is not installed"
)


def git(folder: Path, *arguments: str) -> str:
    name = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    done = subprocess.run(
        ["git", *name, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.fixture(scope="module")
def committed(tmp_path_factory):
    """A repository with a notebook, the filter set up by make."""
    tmp_path = tmp_path_factory.mktemp("repository")
    (tmp_path / "notebooks").mkdir()
    for name in (NOTEBOOK, "Makefile", ".gitattributes", "environment.yml"):
        shutil.copy(ROOT / name, tmp_path / name)
    git(tmp_path, "init", "-q")
    (tmp_path / ".venv").symlink_to(sys.prefix)
    subprocess.run(["make", "filter", "CONDA_PREFIX="], cwd=tmp_path, check=True)
    git(tmp_path, "add", "notebooks")
    git(tmp_path, "commit", "-qm", "one")
    return tmp_path


@pytest.fixture
def repository(committed):
    """The repository, and afterwards as it was committed."""
    yield committed
    git(committed, "reset", "-q", "--hard")


def as_jupyterlab_saves(path: Path, source: str = "") -> None:
    """Save a notebook as JupyterLab does when its cells were run and its gear was looked at."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["metadata"]["language_info"] = {"name": "python", "version": "3.12.1"}
    for number, cell in enumerate(notebook["cells"]):
        cell["metadata"] |= {"editable": True, "deletable": True, "trusted": True}
        if cell["cell_type"] == "code":
            cell["execution_count"] = number
            cell["outputs"] = [{"name": "stdout", "output_type": "stream", "text": ["seen\n"]}]
    if source:
        notebook["cells"][-1]["source"] = [source]
    text = json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False)
    path.write_text(f"{text}\n", encoding="utf-8")


def test_the_notebooks_are_as_the_filter_leaves_them(repository, tmp_path):
    """One process filters them all; git would start one for each."""
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    copies = [
        path
        for path in (tmp_path / "notebooks").rglob("*.ipynb")
        if ".ipynb_checkpoints" not in path.parts
    ]
    assert len(copies) > 10
    spoilt = tmp_path / "spoilt.ipynb"
    shutil.copy(ROOT / NOTEBOOK, spoilt)
    as_jupyterlab_saves(spoilt)
    command = shlex.split(git(repository, "config", "filter.notebooks.clean"))
    subprocess.run([*command, *map(str, [*copies, spoilt])], cwd=repository, check=True)
    changed = [
        path.name
        for path in copies
        if path.read_bytes() != (ROOT / path.relative_to(tmp_path)).read_bytes()
    ]
    assert changed == []
    assert spoilt.read_bytes() == (ROOT / NOTEBOOK).read_bytes()


def test_what_running_leaves_is_no_change(repository):
    as_jupyterlab_saves(repository / NOTEBOOK)
    assert git(repository, "diff") == ""
    git(repository, "add", NOTEBOOK)
    assert git(repository, "status", "--porcelain", "-uno") == ""


def test_what_a_person_changes_is_a_change_alone(repository):
    as_jupyterlab_saves(repository / NOTEBOOK, "a sentence")
    changes = [line for line in git(repository, "diff", "-U0").splitlines() if line[:1] == "+"]
    assert [line for line in changes if not line.startswith("+++")] == ['+    "a sentence"']
