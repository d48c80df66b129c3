"""The simulation that shows the rule to be what it says: its rounds have the shape and the odds
ratio they should."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from followup.rounds import ROOT
from followup.statistics.stratified import exact_common_odds_ratio, stratum_tables
from followup.statistics.verdicts import STRICT


@pytest.fixture(scope="module")
def calibration() -> ModuleType:
    path = Path(__file__).parents[1] / "calibration.py"
    spec = importlib.util.spec_from_file_location("calibration", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["calibration"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def written() -> pd.DataFrame:
    return pd.read_csv(ROOT / "docs" / "calibration.csv", dtype={"design": str})


def test_a_design_of_2021_has_its_workshops_and_administrations(
    calibration: ModuleType, cleaned: tuple
) -> None:
    design = calibration.design_of("2021")
    sizes = cleaned[0].groupby("workshop", sort=False).size()
    assert np.bincount(design.workshop).tolist() == sizes.tolist()
    assert design.administration.max() + 1 == cleaned[0]["administration"].nunique() + 1


@pytest.mark.parametrize(
    ("name", "workshops", "replies"), [("full", 9, 153), ("30x10", 30, 300), ("60x10", 60, 600)]
)
def test_no_administration_replies_twice_to_a_workshop(
    calibration: ModuleType, name: str, workshops: int, replies: int
) -> None:
    design = calibration.design_of(name)
    assert (len(np.unique(design.workshop)), len(design.workshop)) == (workshops, replies)
    assert len(set(zip(design.workshop, design.administration, strict=True))) == replies


def test_in_the_last_design_each_administration_replies_once(calibration: ModuleType) -> None:
    assert np.bincount(calibration.design_of("once").administration).max() == 1


def test_the_simulated_odds_ratio_is_the_named_one(calibration: ModuleType) -> None:
    design = calibration.design_of("30x10")
    acted, reported = calibration.simulate(design, 4.0, 0.0, 0.0, 60, np.random.default_rng(2))
    replies = pd.DataFrame(
        {
            "stratum": (np.arange(60)[:, None] * 100 + design.workshop).ravel(),
            "acted": acted[calibration.TRUE_PAIR].ravel() == 1,
            "saw": reported[1].ravel() == 1,
        }
    )
    exact = exact_common_odds_ratio(stratum_tables(replies, "acted", "saw", "stratum")[1])
    assert exact.odds_ratio == pytest.approx(4.0, rel=0.1)


@pytest.mark.parametrize(("shared", "expected"), [(0.0, 0.0), (1.0, 0.6)])
def test_the_answers_of_one_administration_are_tied_as_named(
    calibration: ModuleType, shared: float, expected: float
) -> None:
    design = calibration.Design(np.array([0, 1]), np.array([0, 0]))
    rng = np.random.default_rng(1)
    acted, reported = calibration.simulate(design, 1.0, 0.6, shared, 40_000, rng)
    own = np.corrcoef(acted[0][:, 0], acted[0][:, 1])[0, 1]
    other = np.corrcoef(acted[0][:, 0], reported[0][:, 1])[0, 1]
    assert own > 0.2  # yes and no answers are less correlated than what they are cut from
    assert other == pytest.approx(own if expected else 0.0, abs=0.08)


def test_a_line_says_how_often_the_rule_and_the_others_judged_so(calibration: ModuleType) -> None:
    row = calibration.line("2021", 0.3, 0.5, 8.0, rounds=40)
    rules = [*calibration.RULES, *calibration.OTHERS]
    assert all(0 <= row[f"pair_{rule}"] <= row[f"any_{rule}"] <= 1 for rule in rules)
    assert row["pair_supported"] <= row["pair_any_sign"]


def test_what_is_written_has_every_line_of_the_grid(
    calibration: ModuleType, written: pd.DataFrame
) -> None:
    lines = 1 + (len(calibration.TIES) - 1) * len(calibration.SHARED)
    assert len(written) == len(calibration.DESIGNS) * lines * len(calibration.ODDS_RATIOS)
    text = (ROOT / "docs" / "methods.md").read_text(encoding="utf-8")
    table = text.split(calibration.MARKERS[0])[1].split(calibration.MARKERS[1])[0]
    assert f"seed {calibration.SEED}" in table
    assert "python tests/calibration.py" in table
    assert sum(line.startswith(f"| {name} ") for name in calibration.DESIGNS.values()
               for line in table.splitlines()) == len(calibration.DESIGNS) * lines  # fmt: skip


def test_where_nothing_is_associated_chance_makes_supported_in_at_most_one_family_in_twenty(
    written: pd.DataFrame,
) -> None:
    null = written[written["odds_ratio"] == 1]
    assert null["rounds"].min() >= 1_000
    assert null["any_supported"].max() <= 0.05
    assert null["any_level_05"].max() > 0.05, f"the level {STRICT} would not be needed"


def test_the_methods_name_the_level_of_the_rule() -> None:
    text = (ROOT / "docs" / "methods.md").read_text(encoding="utf-8")
    level = f"{STRICT:g}".removeprefix("0")
    assert f"Holm-adjusted, is below {level};" in text
    assert f"so the level is {level}," in text


def test_what_is_written_is_what_the_rule_does_today(
    calibration: ModuleType, written: pd.DataFrame
) -> None:
    for name, tie, shared, ratio in (
        ("2021", 0.6, 1.0, 1.0),
        ("full", 0.9, 1.0, 1.0),
        ("30x10", 0.3, 0.5, 2.0),
    ):
        row = written.query(
            "design == @name and tie == @tie and shared == @shared and odds_ratio == @ratio"
        ).iloc[0]
        again = calibration.line(name, tie, shared, ratio, rounds=400)
        for rule in ("any_supported", "any_any_sign", "pair_any_sign"):
            error = np.sqrt(max(row[rule] * (1 - row[rule]), 0.005) / 400)
            assert again[rule] == pytest.approx(row[rule], abs=4.5 * error), (name, rule)
