"""The whole chain on the made-up round, from each form that its replies may come in, by the
commands that an office types.

A text is built from nothing, and once more elsewhere, where everything is other that must not
matter. The other forms take its place: a step that is not run again has read the same bytes, and
the build fails where a step reads what it does not list, so the report is what it would be from
nothing. All is done by one process, whose imports are done once.
"""

import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

sys.path.append(str(Path(__file__).parent))
from made_up_round import FORMS, YEAR, made_up_replies, write_made_up_round
from project_copy import copy_project, run, warm

PLANTED = ("shared_materials", "direct_effects")


@dataclass(frozen=True)
class Built:
    """What was built from one form, and what was printed."""

    root: Path
    status: int
    printed: str

    @property
    def replies(self) -> pd.DataFrame:
        return pd.read_parquet(self.root / "data" / "processed" / str(YEAR) / "replies.parquet")

    def published(self, name: str) -> str:
        return (self.root / "output" / str(YEAR) / name).read_text(encoding="utf-8")

    def result(self, name: str) -> pd.DataFrame:
        return pd.read_csv(self.root / "output" / str(YEAR) / name)


FROM_NOTHING = ("google_forms.csv",)
# On the other side of the earth, for no other user's eyes, sets in another order, ASCII by itself.
ELSEWHERE = {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "4711", "LC_ALL": "POSIX"}
MADE = ("output", "data/processed")


def lay_out(root: Path) -> None:
    """Lay out the made-up round in a copy of the project, without its export."""
    copy_project(root)
    run(root, "followup.cleaning.template", YEAR)
    write_made_up_round(root / "made-up")
    shutil.copy2(root / "made-up/workshops.csv", root / "data/raw" / str(YEAR))


def name_export(root: Path, former: str, form: str) -> None:
    """Put an export where it belongs, name it in round.toml, and forget what is built."""
    raw = root / "data/raw" / str(YEAR)
    shutil.copy2(root / "made-up" / form, raw)
    settings = (raw / "round.toml").read_text(encoding="utf-8")
    assert settings.count(f'file = "{former}"') == 1
    named = settings.replace(f'file = "{former}"', f'file = "{form}"')
    (raw / "round.toml").write_text(named, encoding="utf-8")
    (raw / former).unlink()
    for folder in MADE:
        shutil.rmtree(root / folder, ignore_errors=True)


def kept(root: Path, folder: Path, answer: tuple[int, str]) -> Built:
    """Keep what was built, before the next form is built in its place."""
    for made in MADE:
        shutil.copytree(root / made, folder / made)
    return Built(folder, *answer)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Built]:
    """What is built from each form, by the form."""
    folder = tmp_path_factory.mktemp("forms")
    root = folder / "project"
    lay_out(root)
    projects, former = {}, "replies.xlsx"
    with warm(root) as project:
        for form in FROM_NOTHING:
            name_export(root, former, form)
            projects[form] = kept(root, folder / form, project.run("report", YEAR))
            former = form
        for form in (form for form in FORMS if form not in FROM_NOTHING):
            # A form is known by its content.
            shutil.copy2(root / "made-up" / form, root / "data/raw" / str(YEAR) / former)
            projects[form] = kept(root, folder / form, project.run("report", YEAR))
    return projects


def build_elsewhere(first: Built, root: Path) -> Built:
    """Build the report of the same raw data elsewhere, one step at a time."""
    copy_project(root)
    source, raw = first.root.with_name("project"), Path("data", "raw", str(YEAR))
    shutil.copytree(source / raw, root / raw)
    shutil.copy2(source / "made-up" / FROM_NOTHING[0], root / raw)
    chain = root / "lib" / "notebook_report" / "build.py"
    chain.write_text(chain.read_text().replace("WORKERS = 2", "WORKERS = 1"))
    return Built(root, *run(root, "notebook_report", "report", YEAR, umask=0o077, **ELSEWHERE))


def made(project: Built) -> dict[Path, bytes]:
    """What the report is, by path, but for when it was made."""
    files = [path for folder in MADE for path in (project.root / folder).rglob("*")]
    return {
        path.relative_to(project.root): path.read_bytes()
        for path in files
        if path.is_file() and ".build" not in path.parts and path.name != "manifest.json"
    }


def test_whatever_the_machine_the_same_round_gives_the_same_bytes(built, tmp_path):
    other = build_elsewhere(built[FROM_NOTHING[0]], tmp_path / "another person's földer")
    assert other.status == 0, other.printed
    here, there = made(built[FROM_NOTHING[0]]), made(other)
    assert len(here) > 40
    assert [path for path in here.keys() | there.keys() if here.get(path) != there.get(path)] == []


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_checked_and_becomes_a_report(built, form):
    project = built[form]
    assert project.status == 0, project.printed
    assert (
        f"The raw data of {YEAR} are in order: {len(made_up_replies())} replies, "
        in project.printed
    )
    assert "  10_clean_replies " in project.printed
    new = re.search(rf"output/{YEAR}/report.html is new: (\d+) of (\d+) steps", project.printed)
    assert new
    assert new[1] == new[2] or form not in FROM_NOTHING
    assert "<h1" in project.published("report.html")


@pytest.mark.parametrize("form", FORMS)
def test_each_form_gives_the_same_replies_and_the_same_results(built, form):
    first = built[next(iter(FORMS))]
    pd.testing.assert_frame_equal(built[form].replies, first.replies)
    tables = [
        path.relative_to(first.root / "output" / str(YEAR))
        for path in first.root.glob(f"output/{YEAR}/tables/*.csv")
    ]
    assert len(tables) == 7
    for name in ("replies.csv", "associations.csv", "sensitivity.csv", "facts.csv", *tables):
        assert built[form].published(name) == first.published(name)


@pytest.mark.parametrize("form", FORMS)
def test_of_the_declared_pairs_the_planted_one_alone_is_supported(built, form):
    tests = (
        built[form]
        .result("associations.csv")
        .query("family == 'primary'")
        .set_index(["action", "outcome"])
    )
    assert tests.index[tests["verdict"] == "supported"].tolist() == [PLANTED]
    assert tests.loc[PLANTED, "risk_difference"] > 0.3


def test_the_replies_are_those_that_were_given(built):
    given, read = made_up_replies(), built[next(iter(FORMS))].replies
    for name in PLANTED:
        assert read[name].sum() == given[name].sum() > 0


@pytest.mark.parametrize("form", FORMS)
def test_no_personal_data_is_written_anywhere(built, form):
    written = [path for folder in MADE for path in (built[form].root / folder).rglob("*")]
    pages = {path: path.read_bytes() for path in written if path.is_file()}
    assert len(pages) > 20
    for personal in (b"Nobody Nowhere", b"nobody1@", b"192.0.2."):
        assert [path for path, content in pages.items() if personal in content] == []
