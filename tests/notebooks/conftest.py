"""Made-up rounds of any shape, cleaned, in a project of their own."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from followup import rounds
from followup.rounds import Round

TESTS = Path(__file__).parents[1]
sys.path.append(str(TESTS))
from made_up_questionnaire import YEAR, questionnaire  # noqa: E402
from run_notebook import run_notebook  # noqa: E402


@pytest.fixture
def made_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Round]:
    """Write, clean and open a round of some kind (what `questionnaire` takes)."""

    def make(change: Callable[[Path], None] = lambda _: None, **kind: object) -> Round:
        monkeypatch.setattr(rounds, "ROOT", tmp_path)
        folder = tmp_path / "data" / "raw" / str(YEAR)
        questionnaire(folder, **kind)
        change(folder)
        shutil.copy(TESTS.parent / "data" / "raw" / "administrations.csv", folder.parent)
        shutil.copytree(TESTS.parent / "docs", tmp_path / "docs")
        run_notebook("10_clean_replies", YEAR=YEAR)
        return rounds.open_round(YEAR)

    return make
