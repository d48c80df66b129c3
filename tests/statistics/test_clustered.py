"""Allowing for administrations: the clustered model, and leaving one out at a time."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student
from statsmodels.genmod.cov_struct import Exchangeable
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_estimating_equations import GEE

from followup.statistics.clustered import cluster_labels, clustered_odds_ratio


def fit(replies: pd.DataFrame):
    return clustered_odds_ratio(
        *(replies[name].to_numpy() for name in ("acted", "saw", "administration"))
    )


def paired(pairs: int) -> pd.DataFrame:
    """Forty replies, of which the first so many pairs share an administration."""
    labels = np.arange(40)
    labels[: 2 * pairs] //= 2
    acted, saw = np.random.default_rng(5).random((2, 40)) < 0.5
    return pd.DataFrame({"acted": acted, "saw": saw, "administration": labels.astype(str)})


@pytest.mark.parametrize("seed", range(4))
def test_it_is_what_statsmodels_fits_to_single_replies(seed: int) -> None:
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 20, 150)
    level = rng.normal(0, 1, 20)[codes]
    acted = rng.random(150) < 1 / (1 + np.exp(-level))
    saw = rng.random(150) < 1 / (1 + np.exp(-level - acted))
    order = np.argsort(codes, kind="stable")
    design = np.column_stack([np.ones(150), acted])[order]
    model = GEE(saw[order].astype(float), design, codes[order], None, Binomial(), Exchangeable())
    other = model.fit(cov_type="bias_reduced", maxiter=300, ctol=1e-12)
    fit = clustered_odds_ratio(acted, saw, codes)
    assert np.log(fit.odds_ratio) == pytest.approx(other.params[1], rel=1e-6)
    assert fit.error == pytest.approx(other.bse[1], rel=1e-6)
    assert fit.correlation == pytest.approx(other.cov_struct.dep_params, rel=1e-5)


def test_the_reference_is_t_with_clusters_less_two_degrees_of_freedom(drawn: pd.DataFrame) -> None:
    found = fit(drawn)
    assert found.freedom == drawn["administration"].nunique() - 2
    statistic = np.log(found.odds_ratio) / found.error
    assert found.p_value == pytest.approx(2 * student.sf(abs(statistic), found.freedom))
    width = np.log(found.high / found.odds_ratio) / found.error
    assert width == pytest.approx(student.ppf(0.975, found.freedom))


def test_below_five_repeated_pairs_there_is_no_estimate() -> None:
    assert "fewer than five pairs" in fit(paired(4)).reason
    assert np.isnan(fit(paired(4)).odds_ratio)
    assert fit(paired(5)).reason == ""


def test_the_order_of_the_replies_does_not_matter(drawn: pd.DataFrame) -> None:
    shuffled, straight = fit(drawn.sample(frac=1, random_state=3)), fit(drawn)
    assert (shuffled.odds_ratio, shuffled.p_value) == pytest.approx(
        (straight.odds_ratio, straight.p_value)
    )


def test_replying_twice_alike_makes_nothing_more_certain(drawn: pd.DataFrame) -> None:
    twice = pd.concat([drawn, drawn])
    assert (
        fit(twice).p_value > 0.5 * fit(drawn).p_value
    )  # as independent replies they would make it a thirtieth


def test_separation_and_few_clusters_say_why(drawn: pd.DataFrame) -> None:
    assert "cell is empty" in fit(drawn.assign(saw=drawn["acted"])).reason
    two = drawn.assign(administration=np.where(np.arange(len(drawn)) % 2, "A", "B"))
    assert "fewer than three" in fit(two).reason


def test_a_large_cluster_is_no_obstacle() -> None:
    codes = np.repeat(np.arange(6), 5_000)
    level = np.array([-1.0, -0.5, 0.0, 0.2, 0.5, 1.0])[codes]
    chance = np.random.default_rng(1).random((2, len(codes)))
    acted = chance[0] < 0.5
    saw = chance[1] < 1 / (1 + np.exp(-level - acted))
    large = pd.DataFrame({"acted": acted, "saw": saw, "administration": codes.astype(str)})
    assert fit(large).reason == ""
    assert fit(large).odds_ratio == pytest.approx(np.e, rel=0.1)


def test_the_reason_names_what_the_clusters_are() -> None:
    once = paired(0)
    reason = clustered_odds_ratio(
        once["acted"], once["saw"], once["administration"], "office"
    ).reason
    assert "office" in reason
    assert "administration" not in reason


def test_a_reply_without_administration_is_a_cluster_of_its_own() -> None:
    replies = pd.DataFrame(
        {
            "workshop": ["5", "5", "5", "6"],
            "administration": pd.array([None, "FJ", None, None], dtype="string"),
        }
    )
    labels = cluster_labels(replies)
    assert labels.tolist() == [
        "unnamed (workshop 5)",
        "FJ",
        "unnamed (workshop 5) #2",
        "unnamed (workshop 6)",
    ]


def test_no_name_of_an_unnamed_reply_is_one_that_was_given() -> None:
    given = ["unnamed (workshop 5)", None, None, "unnamed (workshop 5) #2"]
    replies = pd.DataFrame({"workshop": "5", "administration": pd.array(given, dtype="string")})
    labels = cluster_labels(replies)
    assert labels.nunique() == 4
    assert labels[[0, 3]].tolist() == [given[0], given[3]]


def test_a_reply_without_its_stratum_is_labelled_too() -> None:
    nothing = pd.array([None, None], dtype="string")
    labels = cluster_labels(pd.DataFrame({"workshop": nothing, "administration": nothing}))
    assert labels.tolist() == ["unnamed", "unnamed #2"]
