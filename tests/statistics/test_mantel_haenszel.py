"""The Mantel-Haenszel estimate and test, and homogeneity, against published answers and
statsmodels."""

import numpy as np
import pytest
from scipy.stats import chi2
from statsmodels.stats.contingency_tables import StratifiedTable

from followup.statistics.mantel_haenszel import breslow_day_p, mantel_haenszel

MIGRAINE = np.array([[[16, 11], [5, 20]], [[12, 16], [7, 19]]])


def test_the_migraine_study_is_as_published() -> None:
    found = mantel_haenszel(MIGRAINE)
    assert found["mh_odds_ratio"] == pytest.approx(3.313168, rel=1e-6)
    assert (found["mh_or_low"], found["mh_or_high"]) == pytest.approx(
        (1.445613, 7.593375), rel=1e-6
    )
    assert found["mh_p"] == pytest.approx(chi2.sf(8.305169, 1), rel=1e-6)
    assert found["breslow_day_p"] == pytest.approx(0.222133, rel=1e-5)


def test_homogeneity_is_statsmodels_where_that_has_it() -> None:
    fitted = StratifiedTable(MIGRAINE.transpose(1, 2, 0).astype(float))
    assert breslow_day_p(MIGRAINE, fitted.oddsratio_pooled) == pytest.approx(
        fitted.test_equal_odds(adjust=True).pvalue, rel=1e-9
    )


def test_homogeneity_is_had_where_the_estimate_is_exactly_one() -> None:
    opposite = np.array([[[9, 1], [1, 9]], [[1, 9], [9, 1]]])
    found = mantel_haenszel(opposite)
    assert found["mh_odds_ratio"] == 1.0
    assert found["breslow_day_p"] == pytest.approx(4.200394e-07, rel=1e-5)


@pytest.mark.parametrize(
    "tables",
    [
        [[[4, 0], [2, 3]], [[2, 0], [1, 2]]],
        [[[0, 4], [3, 2]], [[0, 2], [2, 1]]],
        [[[2, 1], [1, 3]]],
    ],
)
def test_homogeneity_that_cannot_be_had_says_why(tables: list) -> None:
    found = mantel_haenszel(np.array(tables))
    assert "breslow_day_p" not in found
    assert "not estimable" in found["reason"]


def test_a_tiny_p_is_not_rounded_to_nothing() -> None:
    assert 0 < mantel_haenszel(np.array([[[400, 5], [5, 400]]]))["mh_p"] < 1e-100
