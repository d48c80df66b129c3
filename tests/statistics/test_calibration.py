"""The simulation that shows the tests to be what they say: its rounds have the shape and the odds ratio they should."""

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from followup.rounds import ROOT


@pytest.fixture(scope="module")
def calibration() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "calibration", Path(__file__).parents[1] / "calibration.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_simulated_round_has_the_surveys_workshops_and_administrations(
    calibration: ModuleType, cleaned: tuple
) -> None:
    drawn = calibration.simulate(calibration.survey_design(), 2.0, 0.3, np.random.default_rng(1))
    assert (
        drawn.groupby("workshop").size().tolist() == cleaned[0].groupby("workshop").size().tolist()
    )
    assert drawn["administration"].nunique() == cleaned[0]["administration"].nunique() + 1


@pytest.mark.parametrize("correlation", [0.0, 0.6])
def test_the_simulated_odds_ratio_is_the_named_one_whatever_the_correlation(
    calibration: ModuleType, correlation: float
) -> None:
    from followup.statistics.stratified import exact_common_odds_ratio, stratum_tables

    design, rng = calibration.survey_design(), np.random.default_rng(2)
    drawn = pd.concat([calibration.simulate(design, 4.0, correlation, rng) for _ in range(400)])
    exact = exact_common_odds_ratio(stratum_tables(drawn, *calibration.TRUE_PAIR)[1])
    assert exact.odds_ratio == pytest.approx(4.0, rel=0.1)


def test_what_is_written_names_its_seed_and_its_command(calibration: ModuleType) -> None:
    text = (ROOT / "docs" / "methods.md").read_text(encoding="utf-8")
    table = text.split(calibration.MARKERS[0])[1].split(calibration.MARKERS[1])[0]
    assert f"seed {calibration.SEED}" in table
    assert "python tests/calibration.py" in table
    assert len([line for line in table.splitlines() if line.startswith("|")]) == 2 + len(
        calibration.CORRELATIONS
    ) * len(calibration.ODDS_RATIOS)


def test_one_cell_is_judged_by_every_test(calibration: ModuleType) -> None:
    found = calibration.cell(0.3, 8.0, rounds=3, resamples=19)
    assert set(calibration.TESTS) <= set(found)
    assert all(0 <= found[name] <= 1 for name in calibration.TESTS)
