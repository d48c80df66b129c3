"""What those who did not reply leave open."""

import numpy as np
import pandas as pd
import pytest

from followup.statistics.intervals import wilson
from followup.statistics.nonresponse import (
    manski_bounds,
    outcome_bounds,
    reply_rates,
    tipping_point,
)

COUNTS = pd.DataFrame({"workshop": [], "variable": [], "yes": [], "no": []})


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


def test_reply_rates_have_intervals_where_the_invited_are_known(
    replies: pd.DataFrame, workshops: pd.DataFrame
) -> None:
    rates = reply_rates(replies, workshops)
    assert rates.loc["total", "reply_rate"] == pytest.approx(5 / 9)
    assert rates.loc["a", "low"] < 3 / 4 < rates.loc["a", "high"]
    unknown = reply_rates(replies, workshops.assign(invited=pd.array([pd.NA, 5], dtype="Int64")))
    assert np.isnan(unknown.loc["a", "low"])
    assert unknown.loc["b", "low"] > 0


def test_more_replies_than_invited_have_a_missing_interval_not_an_error(
    replies: pd.DataFrame, workshops: pd.DataFrame
) -> None:
    few = reply_rates(replies, workshops.assign(invited=pd.array([2, 5], dtype="Int64")))
    assert np.isnan(few.loc["a", "low"])


def test_an_outcome_is_bounded_over_all_invited(
    replies: pd.DataFrame, workshops: pd.DataFrame
) -> None:
    found = outcome_bounds(replies, COUNTS, workshops, ["saw"]).loc["saw"]
    assert (found["yes"], found["answered"], found["invited"]) == (2, 4, 9)
    assert (found["lowest"], found["highest"]) == pytest.approx((2 / 9, 7 / 9))
    assert (2 + found["tipping_point"] * 5) / 9 == pytest.approx(0.5)
    assert (found["share"], found["low"], found["high"]) == (2 / 4, *wilson(2, 4))


def test_the_threshold_is_the_one_asked_for(replies: pd.DataFrame, workshops: pd.DataFrame) -> None:
    found = outcome_bounds(replies, COUNTS, workshops, ["saw"], threshold=0.75).loc["saw"]
    assert (2 + found["tipping_point"] * 5) / 9 == pytest.approx(0.75)


def test_where_all_answered_the_bounds_are_the_share(
    replies: pd.DataFrame, workshops: pd.DataFrame
) -> None:
    answered, invited = (
        replies.dropna(subset="saw"),
        workshops.assign(invited=pd.array([3, 1], dtype="Int64")),
    )
    found = outcome_bounds(answered, COUNTS, invited, ["saw"]).loc["saw"]
    assert (found["lowest"], found["highest"]) == (2 / 4, 2 / 4)
    assert pd.isna(found["tipping_point"])
    rates = reply_rates(answered, invited)
    assert (rates.loc["a", "low"], rates.loc["a", "high"]) == wilson(3, 3)


def test_invitations_that_are_not_known_leave_the_bounds_missing(
    replies: pd.DataFrame, workshops: pd.DataFrame
) -> None:
    unknown = workshops.assign(invited=pd.array([pd.NA, 5], dtype="Int64"))
    found = outcome_bounds(replies, COUNTS, unknown, ["saw"]).loc["saw"]
    assert found[["lowest", "highest", "tipping_point"]].isna().all()
    assert found["share"] == 2 / 4


def test_an_outcome_known_only_as_counts_is_bounded_by_them(
    replies: pd.DataFrame, workshops: pd.DataFrame
) -> None:
    counts = pd.DataFrame(
        {"workshop": ["a", "b"], "variable": "saw", "yes": [3, 1], "no": [0, 1]}
    ).astype({"yes": "Int64", "no": "Int64"})
    unlisted = replies.assign(saw=pd.array([pd.NA] * 5, dtype="boolean"))
    found = outcome_bounds(unlisted, counts, workshops, ["saw"]).loc["saw"]
    assert (found["yes"], found["answered"]) == (4, 5)


def test_an_outcome_no_one_answered_is_missing(
    replies: pd.DataFrame, workshops: pd.DataFrame
) -> None:
    silent = replies.assign(saw=pd.array([pd.NA] * 5, dtype="boolean"))
    assert (
        outcome_bounds(silent, COUNTS, workshops, ["saw"])[["share", "lowest", "tipping_point"]]
        .isna()
        .all(axis=None)
    )
