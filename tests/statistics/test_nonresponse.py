"""What those who did not reply leave open."""

import numpy as np
import pandas as pd
import pytest

from followup.statistics.intervals import wilson
from followup.statistics.nonresponse import (
    difference_bounds,
    manski_bounds,
    outcome_bounds,
    tipping_point,
)


def answers(yes: object, no: object) -> pd.DataFrame:
    return pd.DataFrame({"yes": [yes], "no": [no]}, index=["saw"]).astype("Int64")


def rates(replies: list, invited: list) -> pd.DataFrame:
    table = pd.DataFrame({"invited": invited, "replies": replies}, index=["a", "b"]).astype("Int64")
    return table.assign(reply_rate=table["replies"] / table["invited"])


def test_bounds_are_all_no_and_all_yes() -> None:
    assert manski_bounds(38, 58, 153) == pytest.approx((38 / 153, 133 / 153))
    assert manski_bounds(3, 5, 5) == pytest.approx((0.6, 0.6))


def test_at_the_tipping_point_the_share_of_all_is_the_threshold() -> None:
    share = tipping_point(38, 58, 153)
    assert (38 + share * 95) / 153 == pytest.approx(0.5)
    assert np.isnan(tipping_point(3, 5, 5))


@pytest.mark.parametrize("counts", [(4, 3, 9), (-1, 3, 9), (1, 3, 2), (0, 0, 0)])
def test_impossible_counts_are_refused(counts: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="expected 0 <= yes"):
        manski_bounds(*counts)


def test_an_outcome_is_bounded_over_all_invited() -> None:
    row = outcome_bounds(answers(2, 2), 9).loc["saw"]
    assert (row["yes"], row["answered"], row["invited"]) == (2, 4, 9)
    assert (row["lowest"], row["highest"]) == pytest.approx((2 / 9, 7 / 9))
    assert (2 + row["tipping_point"] * 5) / 9 == pytest.approx(0.5)
    assert (row["share"], row["low"], row["high"]) == (2 / 4, *wilson(2, 4))


def test_the_threshold_is_the_one_asked_for() -> None:
    row = outcome_bounds(answers(2, 2), 9, threshold=0.75).loc["saw"]
    assert (2 + row["tipping_point"] * 5) / 9 == pytest.approx(0.75)


def test_where_all_answered_the_bounds_are_the_share() -> None:
    row = outcome_bounds(answers(2, 2), 4).loc["saw"]
    assert (row["lowest"], row["highest"]) == (2 / 4, 2 / 4)
    assert pd.isna(row["tipping_point"])


@pytest.mark.parametrize("invited", [None, pd.NA, 3])
def test_invitations_that_are_not_known_or_too_few_leave_the_bounds_missing(invited) -> None:
    row = outcome_bounds(answers(2, 2), invited).loc["saw"]
    assert row[["lowest", "highest", "tipping_point"]].isna().all()
    assert row["share"] == 2 / 4


@pytest.mark.parametrize(("yes", "no"), [(pd.NA, pd.NA), (0, 0)])
def test_an_outcome_no_one_answered_is_missing(yes, no) -> None:
    row = outcome_bounds(answers(yes, no), 9).loc["saw"]
    assert row[["share", "lowest", "tipping_point"]].isna().all()


def every_completion(table: np.ndarray, silent: int) -> list[float]:
    """Try every way in which those who did not answer could have."""
    differences = []
    for a in range(silent + 1):
        for b in range(silent + 1 - a):
            for c in range(silent + 1 - a - b):
                said = np.array([a, b, c, silent - a - b - c])
                both, action_only, outcome_only, neither = table.ravel() + said
                if both + action_only and outcome_only + neither:
                    differences.append(
                        both / (both + action_only) - outcome_only / (outcome_only + neither)
                    )
    return differences


@pytest.mark.parametrize("seed", range(12))
def test_a_difference_is_bounded_by_what_those_who_did_not_answer_could_have_said(seed) -> None:
    rng = np.random.default_rng(seed)
    table, silent = rng.integers(0, 5, (2, 2)) + np.eye(2, dtype=int), int(rng.integers(0, 7))
    differences = every_completion(table, silent)
    assert difference_bounds(table, table.sum() + silent) == pytest.approx(
        (min(differences), max(differences))
    )


@pytest.mark.parametrize("invited", [None, pd.NA, 9])
def test_a_difference_has_no_bounds_where_the_invited_are_unknown_or_too_few(invited) -> None:
    assert np.isnan(difference_bounds(np.array([[5, 1], [1, 5]]), invited)).all()


def test_bounds_of_the_survey_include_the_difference_and_no_difference() -> None:
    lowest, highest = difference_bounds(np.array([[17, 8], [11, 22]]), 153)
    assert (lowest, highest) == pytest.approx((-0.4923, 0.7532), abs=1e-4)
