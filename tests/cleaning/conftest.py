"""A project in a temporary folder with a made-up round, and exports written for one test."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from followup import rounds
from followup.cleaning.questionnaire import read_questionnaire
from followup.cleaning.reader import Reading
from followup.cleaning.template import lay_out
from followup.rounds import Round, open_round

sys.path.append(str(Path(__file__).parents[1]))
sys.path.append(str(Path(__file__).parent))
from made_up_round import YEAR, made_up_workshops

PROJECT = Path(__file__).parents[2]
WORKSHOP, ADMINISTRATION = (
    "Which workshop is your reply about?",
    "Which administration do you reply for?",
)
ACTIONS = "Which follow-up actions did your administration take?"
EFFECTS, WORK, PROJECTS = (
    "Did the follow-up actions bring direct effects?",
    "Did the workshop improve work efficiency and effectiveness?",
    "Did your administration start a modernization project?",
)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with the made-up round laid out from the template, and no replies in it yet."""
    monkeypatch.setattr(rounds, "ROOT", tmp_path)
    (tmp_path / "data" / "raw").mkdir(parents=True)
    shutil.copytree(PROJECT / "data" / "template", tmp_path / "data" / "template")
    shutil.copy(PROJECT / "data" / "raw" / "administrations.csv", tmp_path / "data" / "raw")
    lay_out(YEAR)
    made_up_workshops().to_csv(
        tmp_path / "data" / "raw" / str(YEAR) / "workshops.csv", index=False, lineterminator="\n"
    )
    return tmp_path


@pytest.fixture
def folder(project: Path) -> Path:
    """The made-up round's folder."""
    return project / "data" / "raw" / str(YEAR)


@pytest.fixture
def declare(folder: Path) -> Callable[..., Round]:
    """Change lines of the template's round.toml, add to its end, and open the round."""
    path = folder / "round.toml"
    template = path.read_text(encoding="utf-8")

    def declared(*changes: tuple[str, str], more: str = "") -> Round:
        text = template
        for before, after in changes:
            assert before in text
            text = text.replace(before, after)
        path.write_text(text + more, encoding="utf-8")
        return open_round(YEAR)

    return declared


@pytest.fixture
def read(folder: Path, declare: Callable[..., Round]) -> Callable[..., Reading]:
    """Read replies, each a dictionary by heading, from a CSV export of them."""

    def reading(*rows: dict[str, str], **changes: object) -> Reading:
        table = pd.DataFrame([reply(**row) for row in rows])
        table.to_csv(folder / "export.csv", index=False)
        survey_round = declare(
            ("replies.xlsx", "export.csv"),
            *changes.get("declare", ()),
            more=changes.get("more", ""),
        )
        return read_questionnaire(survey_round)

    return reading


def reply(
    workshop="1", administration="FJ", actions="", effects="Yes", work="No", projects="No"
) -> dict[str, str]:
    """One reply by the export's headings."""
    texts = (workshop, administration, actions, effects, work, projects)
    return dict(
        zip((WORKSHOP, ADMINISTRATION, ACTIONS, EFFECTS, WORK, PROJECTS), texts, strict=True)
    )


@pytest.fixture
def row() -> Callable[..., dict[str, str]]:
    """One reply by the export's headings; see `reply`."""
    return reply
