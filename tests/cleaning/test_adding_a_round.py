"""docs/adding_a_round.md is true: its practice round is followed word for word, and prints what the
document says."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from made_up_round import YEAR
from project_copy import ROOT, copy_project

from followup.problems import InputError

DOCUMENT = (ROOT / "docs" / "adding_a_round.md").read_text(encoding="utf-8")
PRACTICE = DOCUMENT.partition("## A practice round")[2]
BLOCKS = re.findall(r"^```\n(.*?)^```$", PRACTICE, re.MULTILINE | re.DOTALL)
MATERIALS = "Shared the training materials with colleagues"


@pytest.fixture(scope="module")
def practised(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A copy of the project in which the document's first two blocks of commands were typed, and
    what each printed."""
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    root = tmp_path_factory.mktemp("practice")
    copy_project(root)
    (root / "tests").mkdir()
    for name in ("Makefile", "environment.yml", "tests/made_up_round.py"):
        shutil.copy2(ROOT / name, root / name)
    # This Python is the active conda environment, so that make takes it as it is.
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in ("YEAR", "MAKEFLAGS", "MAKELEVEL", "MFLAGS")
    }
    path = f"{Path(sys.executable).parent}{os.pathsep}{inherited['PATH']}"
    environment = {**inherited, "CONDA_PREFIX": sys.prefix, "PATH": path}
    typed = [commands.replace(".venv/bin/python", "python") for commands in BLOCKS[0:3:2]]
    said = [
        subprocess.run(
            ["sh", "-e"],
            input=commands,
            cwd=root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        for commands in typed
    ]
    assert [done.stderr for done in said] == ["", ""]
    return root, [done.stdout for done in said]


def test_the_commands_of_the_practice_round_print_what_the_document_says(practised):
    assert practised[1] == [BLOCKS[1], BLOCKS[3]]


def test_what_the_practice_round_leaves_is_cleared_away(practised):
    root, _ = practised
    names = re.findall(r"\S+", BLOCKS[4].splitlines()[0])[2:]
    assert names == ["made-up", f"data/raw/{YEAR}"]
    assert all((root / name).is_dir() for name in names)
    made = {
        path.relative_to(root).parts[:3] for path in root.rglob(f"*{YEAR}*") if "data" in path.parts
    }
    assert made == {("data", "raw", str(YEAR))}


def test_a_check_without_problems_says_what_the_document_says():
    assert BLOCKS[3].splitlines()[1].replace(str(YEAR), "2022") in [
        line.strip() for line in DOCUMENT.splitlines()
    ]


def expectations() -> list[str]:
    """What the check may ask, as the document quotes it."""
    return re.findall(r"^\| `expected ([^`]+)`", DOCUMENT, re.MULTILINE)


def test_the_check_asks_in_the_words_that_the_document_explains(read):
    faults = [
        {"workshop": "A workshop on canines"},
        {"administration": "Atlantis"},
        {"administration": "NZ", "actions": MATERIALS.replace("materials", "material")},
        {"administration": "TO", "effects": "Yes"},
        {"administration": "TO", "effects": "No"},
        {"administration": "AU"},
        {"workshop": "", "administration": "WS"},
    ]
    found = [problem.expected for problem in read(*faults).problems]
    with pytest.raises(InputError) as raised:
        read({}, declare=[('heading = "Did the follow-up', 'heading = "Did follow-up')])
    found += [problem.expected for problem in raised.value.problems]
    explained = [re.escape(text).replace("…", ".*") for text in expectations()]
    assert len(explained) == 7
    assert [
        text for text in explained if not any(re.match(text, expected) for expected in found)
    ] == []


def test_the_report_ends_as_the_document_says():
    """`test_every_form` holds the chain to the same words."""
    assert f"`output/{YEAR}/report.html is new: 11 of 11 steps run`" in PRACTICE
