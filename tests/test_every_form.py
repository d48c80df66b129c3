"""The made-up round in each form that its replies may come in.

From one form the whole chain is built by the command that an office types, and once more elsewhere,
where everything is other that must not matter. Each other form takes the place of the first one's
export and is checked and cleaned: the steps that come after cleaning read none of it, and a build
fails where a step reads what it does not list, so the same cleaned replies make the same report.
"""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

sys.path.append(str(Path(__file__).parent))
from made_up_round import FORMS, YEAR, made_up_replies, write_made_up_round
from project_copy import copy_project, run, warm
from run_notebook import run_notebook

from followup import rounds, steps

PLANTED = ("shared_materials", "direct_effects")
FIRST, *OTHERS = FORMS
# On the other side of the earth, for no other user's eyes, sets in another order, ASCII by itself.
ELSEWHERE = {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "4711"}
ELSEWHERE |= {"LC_ALL": "POSIX", "PYTHONUTF8": "0"}
MADE = ("output", "data/processed")
CLEANING, ANNEX, LOG = "10_clean_replies", "50_annex", "cleaning_log.csv"


@dataclass(frozen=True)
class Built:
    """What was made of one form, and what was said of it."""

    root: Path
    status: int
    printed: str

    @property
    def files(self) -> dict[Path, bytes]:
        """All that was made, by path."""
        paths = [path for folder in MADE for path in (self.root / folder).rglob("*")]
        return {path.relative_to(self.root): path.read_bytes() for path in paths if path.is_file()}

    @property
    def published(self) -> dict[Path, bytes]:
        """What the report is, but for when it was made."""
        return {
            path: content
            for path, content in self.files.items()
            if ".build" not in path.parts and path.name != "manifest.json"
        }


@contextmanager
def inside(root: Path) -> Iterator[None]:
    """A project's rounds are those of a folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rounds, "ROOT", root)
        patch.setattr(steps, "ROOT", root)
        yield


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """What is built from the first form, from nothing."""
    root = tmp_path_factory.mktemp("forms") / "project"
    copy_project(root)
    write_made_up_round(root / "made-up")
    raw = root / "data/raw" / str(YEAR)
    with warm(root) as project:
        project.run("round", YEAR)
        for name in ("workshops.csv", FIRST):
            shutil.copy2(root / "made-up" / name, raw)
        settings = (raw / "round.toml").read_text(encoding="utf-8")
        assert settings.count('file = "replies.xlsx"') == 1
        named = settings.replace('file = "replies.xlsx"', f'file = "{FIRST}"')
        (raw / "round.toml").write_text(named, encoding="utf-8")
        (raw / "replies.xlsx").unlink()
        return Built(root, *project.run("report", YEAR))


@pytest.fixture(scope="module", params=OTHERS)
def cleaned(request, built, tmp_path_factory) -> Built:
    """What is cleaned of a form that stands in the place of the first one's export: a form is known
    by its content."""
    root = tmp_path_factory.mktemp("cleaned")
    shutil.copytree(built.root / "data/raw", root / "data/raw")
    shutil.copy2(built.root / "made-up" / request.param, root / "data/raw" / str(YEAR) / FIRST)
    with inside(root):
        checked = steps.check_result(YEAR)
        return Built(root, checked[0], checked[1] + run_notebook(CLEANING, YEAR=YEAR)[1])


def build_elsewhere(first: Built, root: Path) -> Built:
    """Build the report of the same raw data elsewhere, one step at a time."""
    copy_project(root)
    shutil.copytree(first.root / "data/raw" / str(YEAR), root / "data/raw" / str(YEAR))
    chain = root / "lib" / "notebook_report" / "build.py"
    chain.write_text(chain.read_text().replace("WORKERS = 2", "WORKERS = 1"))
    return Built(root, *run(root, "notebook_report", "report", YEAR, umask=0o077, **ELSEWHERE))


def assert_nothing_personal(files: dict[Path, bytes]) -> None:
    for personal in (b"Nobody Nowhere", b"nobody1@", b"192.0.2."):
        assert [path for path, content in files.items() if personal in content] == []


def test_whatever_the_machine_the_same_round_gives_the_same_bytes(built, tmp_path):
    other = build_elsewhere(built, tmp_path / "another person's földer")
    assert other.status == 0, other.printed
    here, there = built.published, other.published
    assert len(here) > 40
    assert [path for path in here.keys() | there.keys() if here.get(path) != there.get(path)] == []


def test_a_form_is_checked_and_becomes_a_report(built):
    assert built.status == 0, built.printed
    in_order = f"The raw data of {YEAR} are in order: {len(made_up_replies())} replies, "
    assert in_order in built.printed
    assert f"output/{YEAR}/report.html is new: 14 of 14 steps run" in built.printed
    assert b"<h1" in built.files[Path(f"output/{YEAR}/report.html")]
    assert len([path for path in built.published if path.parent.name == "tables"]) == 7
    assert_nothing_personal(built.files)


def test_each_form_is_checked_and_gives_the_same_replies(built, cleaned):
    assert cleaned.status == 0, cleaned.printed
    assert f"are in order: {len(made_up_replies())} replies, " in cleaned.printed
    files = {path: content for path, content in cleaned.files.items() if path.name != LOG}
    names = {path.name for path in files}
    assert names > {"replies.parquet", "counts.parquet", "facts.parquet", "replies.csv"}
    there = built.files
    same = [path for path in files if path.suffix in (".parquet", ".csv")]
    assert [path for path in same if files[path] != there[path]] == []


def test_nothing_personal_of_any_form_is_written_or_shown(cleaned):
    assert len(cleaned.files) > 5
    assert_nothing_personal({**cleaned.files, Path("shown"): cleaned.printed.encode()})


def test_what_comes_after_cleaning_reads_none_of_the_export(built):
    """The annex shows the cleaning log, which is of the export."""
    with inside(built.root):
        chain = {step.name: step for step in steps.steps(rounds.open_round(YEAR))}
    assert {path.name for path in chain[CLEANING].reads} >= {FIRST, "round.toml"}
    reads = {(name, path.name) for name, step in chain.items() for path in step.reads}
    assert {name for name, path in reads if path == FIRST} == {CLEANING}
    assert {name for name, path in reads if path == LOG} == {ANNEX}


def test_of_the_declared_pairs_the_planted_one_alone_is_supported(built):
    pairs = pd.read_csv(built.root / "output" / str(YEAR) / "associations.csv")
    tests = pairs.query("family == 'primary'").set_index(["action", "outcome"])
    assert tests.index[tests["verdict"] == "supported"].tolist() == [PLANTED]
    assert tests.loc[PLANTED, "risk_difference"] > 0.3


def test_the_replies_are_those_that_were_given(built):
    given = made_up_replies()
    read = pd.read_parquet(built.root / "data/processed" / str(YEAR) / "replies.parquet")
    for name in PLANTED:
        assert read[name].sum() == given[name].sum() > 0
