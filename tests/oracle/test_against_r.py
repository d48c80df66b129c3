"""Every statistic against R's answers (answers/*.csv; `make oracle` asks R again). As a script:
prints what was compared."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from followup.cleaning.reconstruction import rebuild
from followup.rounds import declared_pairs, open_round
from followup.statistics.association import associations
from followup.statistics.clustered import clustered_odds_ratio
from followup.statistics.columns import COUNTS, LIMITS, SHARES
from followup.statistics.mantel_haenszel import mantel_haenszel
from followup.statistics.multiplicity import adjust, maximum_statistic
from followup.statistics.pooled import describe, pooled_tests
from followup.statistics.power import detectable_odds_ratio
from followup.statistics.stratified import exact_common_odds_ratio

HERE = Path(__file__).parent
# R's own root finders stop at an absolute 1.2e-4 of an odds ratio (below 1) or of its inverse
# (above): what fisher.test and mantelhaen.test say is held to that, and the same definitions solved
# precisely in R (precise_...) to the default. geepack estimates the working correlation by another
# equation than gee and statsmodels do. Boschloo's maximum is searched on a grid by both, on
# different ones.
ROOTS = {
    "exact.odds_ratio",
    "exact.low",
    "exact.high",
    "pooled.odds_ratio",
    "pooled.or_low",
    "pooled.or_high",
} | {
    f"clustered.{compared}loo_{unit}_or_{end}"
    for compared in ("", "within_administration_")
    for unit in ("administration", "workshop")
    for end in ("low", "high")
}
TOLERANCES = dict.fromkeys(ROOTS, 1.3e-4) | {
    "pooled.boschloo_p": 1e-6,
    "clustered.geepack_odds_ratio": 1e-2,
    "multiplicity.single_step": 0.02,  # permutations drawn anew on both sides
    "multiplicity.maximum_p": 0.02,
}
DEFAULT = 1e-8
LEFT_OUT = [
    f"{compared}loo_{unit}_{part}"
    for compared in ("", "within_administration_")
    for unit in ("administration", "workshop")
    for part in ("max_p", "min_p", "or_low", "or_high")
]
NAMES = ("exact", "pooled", "clustered", "multiplicity")
UNASKED = {
    *COUNTS,
    *SHARES,
    *LIMITS,
    "risk_difference",
    "reason",
}  # counting and dividing need no second opinion


@cache
def answered(name: str) -> pd.DataFrame:
    """What R answered, one row a number: `case, statistic, value`."""
    return pd.read_csv(HERE / "answers" / f"{name}.csv", dtype={"case": str})


@cache
def tables() -> dict[str, np.ndarray]:
    rows = pd.read_csv(HERE / "inputs" / "tables.csv")
    cells = ["both", "action_only", "outcome_only", "neither"]
    return {
        case: part[cells].to_numpy().reshape(-1, 2, 2)
        for case, part in rows.groupby("case", sort=False)
    }


def exact_values(strata: np.ndarray) -> dict[str, float]:
    exact = exact_common_odds_ratio(strata)
    informative = len(strata) - len(exact.uninformative)
    if not informative:
        return {"informative": 0}
    names = ("p_value", "odds_ratio", "low", "high")
    values = {name: getattr(exact, name) for name in names} | {
        "informative": informative,
        "clogit_odds_ratio": exact.odds_ratio,
    }
    values |= {f"precise_{name}": getattr(exact, name) for name in (*names, "mid_p", "minimum_p")}
    values |= {f"precise_power_{ratio:g}": exact.power(ratio) for ratio in (0.2, 3.0, 8.0)}
    return values | {"precise_detectable_odds_ratio": detectable_odds_ratio(exact)}


def pooled_values(strata: np.ndarray) -> dict[str, float]:
    table = strata.sum(axis=0)
    described = describe(table)
    values = described | pooled_tests(table)
    values |= {
        f"wilson_{end}": described[f"p_outcome_given_action_{end}"] for end in ("low", "high")
    }
    values |= {
        f"wilson_other_{end}": described[f"p_outcome_given_no_action_{end}"]
        for end in ("low", "high")
    }
    values["phi_size"] = abs(values["phi"])
    exact = exact_common_odds_ratio(strata)
    informative = np.delete(strata, exact.uninformative, axis=0)
    if len(informative):
        values |= mantel_haenszel(informative)
    return values


@cache
def clusters() -> dict[str, pd.DataFrame]:
    rows = pd.read_csv(
        HERE / "inputs" / "clusters.csv", dtype={"stratum": str}, keep_default_na=False
    )
    return dict(iter(rows.groupby("case", sort=False)))


@cache
def survey_tests() -> pd.DataFrame:
    survey_round = open_round(2021)
    return associations(rebuild(survey_round)[0], declared_pairs(survey_round))


def clustered_values(case: str, replies: pd.DataFrame) -> dict[str, float]:
    fit = clustered_odds_ratio(
        replies["acted"].to_numpy(bool),
        replies["reported"].to_numpy(bool),
        replies["cluster"].to_numpy(),
    )
    values = {
        "n": len(replies),
        "odds_ratio": fit.odds_ratio,
        "p_value": fit.p_value,
        "low": fit.low,
        "high": fit.high,
    }
    values |= {
        "error": fit.error,
        "correlation": fit.correlation,
        "freedom": fit.freedom,
        "geepack_odds_ratio": fit.odds_ratio,
    }
    if fit.reason:
        values = {"n": len(replies)}
    if case.startswith("2021"):
        _, action, outcome = case.split(":")
        tests = survey_tests().set_index(["action", "outcome"]).loc[(action, outcome)]
        values |= tests[LEFT_OUT].to_dict()
    return values


def adjusted_values() -> Iterator[tuple[str, dict[str, float]]]:
    families = {"holm": "primary", "fdr_bh": "exploratory"}
    for case, p_values in pd.read_csv(HERE / "inputs" / "p_values.csv").groupby("case", sort=False)[
        "p"
    ]:
        methods = {
            method: adjust(p_values, pd.Series(name, p_values.index))["adjusted_p"]
            for method, name in families.items()
        }
        yield (
            case,
            {
                f"{method}_{place}": value
                for method, adjusted in methods.items()
                for place, value in enumerate(adjusted)
            },
        )


def maximum_values() -> dict[str, float]:
    replies = rebuild(open_round(2021))[0]
    actions = ["shared_materials", "submitted_report", "made_recommendations", "organized_workshop"]
    found = maximum_statistic(
        replies[actions],
        replies[["direct_effects", "new_project"]],
        replies["workshop"],
        resamples=99_999,
    )
    values = {"maximum": found.statistic, "maximum_p": found.p_value}
    for pair in found.pairs.itertuples():
        values |= {
            f"z:{pair.action}:{pair.outcome}": pair.z,
            f"single_step:{pair.action}:{pair.outcome}": pair.p_value,
        }
    return values


@cache
def computed(name: str) -> dict[str, dict[str, float]]:
    """Give what this package answers to the same questions, by case and statistic."""
    if name == "exact":
        return {case: exact_values(strata) for case, strata in tables().items()}
    if name == "pooled":
        return {case: pooled_values(strata) for case, strata in tables().items()}
    if name == "clustered":
        return {case: clustered_values(case, replies) for case, replies in clusters().items()}
    return dict(adjusted_values()) | {"2021": maximum_values()}


@cache
def comparisons(name: str) -> pd.DataFrame:
    """Give one row a number that R gave: `kind, case, ours, r, difference, tolerance`. Ours is
    missing where this package gives none.

    The difference is relative; for R's own roots it is absolute, of the odds ratio or of its
    inverse, whichever is below 1.
    """
    values = computed(name)
    frame = answered(name).rename(columns={"value": "r"})
    frame["ours"] = [
        float(values[case].get(statistic, np.nan))
        for case, statistic in zip(frame["case"], frame["statistic"], strict=True)
    ]
    frame["kind"] = (
        name
        + "."
        + frame["statistic"].str.replace(r":.*|(?<=holm)_\d+|(?<=bh)_\d+", "", regex=True)
    )
    ours, r = frame["ours"].to_numpy(), frame["r"].to_numpy()
    same = (ours == r) | (np.isnan(ours) & np.isnan(r))
    with np.errstate(all="ignore"):
        relative = np.abs(ours - r) / np.maximum(np.abs(r), 1e-300)
        absolute = np.abs(np.where(ours < 1, ours, 2 - 1 / ours) - np.where(r < 1, r, 2 - 1 / r))
    frame["difference"] = np.where(
        same,
        0.0,
        np.nan_to_num(np.where(frame["kind"].isin(ROOTS), absolute, relative), nan=np.inf),
    )
    return frame.assign(tolerance=[TOLERANCES.get(kind, DEFAULT) for kind in frame["kind"]])


def summary() -> pd.DataFrame:
    """Give the number of comparisons, the largest difference and the tolerance of each
    statistic."""
    found = pd.concat([comparisons(name) for name in NAMES]).groupby("kind", sort=False)
    return found.agg(
        comparisons=("difference", "size"),
        largest=("difference", "max"),
        tolerance=("tolerance", "first"),
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_statistic_agrees_with_r(name: str) -> None:
    found = comparisons(name)
    apart = found[found["difference"] > found["tolerance"]]
    assert apart.empty, apart.to_string()


SURVEYS_OWN = {  # columns of associations.csv, and the answers that they should be
    "exact": {name: f"precise_{name}" for name in ("minimum_p", "detectable_odds_ratio")}
    | {
        "exact_p": "precise_p_value",
        "mid_p": "precise_mid_p",
        "informative_strata": "informative",
        "common_odds_ratio": "precise_odds_ratio",
    }
    | {f"common_or_{end}": f"precise_{end}" for end in ("low", "high")},
    "pooled": {
        name: name
        for name in (
            "fisher_p",
            "boschloo_p",
            "risk_ratio",
            "odds_ratio",
            "or_low",
            "or_high",
            "phi",
        )
    }
    | {
        name: name
        for name in (
            "rd_low",
            "rd_high",
            "mh_odds_ratio",
            "mh_p",
            "mh_or_low",
            "mh_or_high",
            "breslow_day_p",
        )
    }
    | {f"p_outcome_given_action_{end}": f"wilson_{end}" for end in ("low", "high")}
    | {f"p_outcome_given_no_action_{end}": f"wilson_other_{end}" for end in ("low", "high")},
    "clustered": {
        "gee_p": "p_value",
        "gee_odds_ratio": "odds_ratio",
        "gee_or_low": "low",
        "gee_or_high": "high",
    }
    | {name: name for name in LEFT_OUT},
}


WITHIN_OWN = {
    "within_administration_p": "precise_p_value",
    "within_administration_mid_p": "precise_mid_p",
    "within_administration_odds_ratio": "precise_odds_ratio",
    "within_administration_low": "precise_low",
    "within_administration_high": "precise_high",
    "within_administration_minimum_p": "precise_minimum_p",
    "within_administrations": "informative",
}


def test_the_surveys_rows_hold_what_r_answers_within_administrations() -> None:
    r = answered("exact").set_index(["case", "statistic"])["value"]
    for row in survey_tests().dropna(subset="within_administration_p").to_dict("records"):
        case = f"2021-within:{row['action']}:{row['outcome']}"
        for column, statistic in WITHIN_OWN.items():
            assert row[column] == pytest.approx(r[case, statistic], rel=DEFAULT), (case, column)


@pytest.mark.parametrize("name", SURVEYS_OWN)
def test_the_surveys_rows_hold_what_r_answers(name: str) -> None:
    tested = survey_tests().dropna(subset="exact_p")
    r = answered(name).set_index(["case", "statistic"])["value"]
    assert len(tested) == 10
    for row in tested.to_dict("records"):
        case = f"2021:{row['action']}:{row['outcome']}"
        for column, statistic in SURVEYS_OWN[name].items():
            tolerance = 1e-3 if f"{name}.{statistic}" in ROOTS else DEFAULT
            assert row[column] == pytest.approx(r[case, statistic], rel=tolerance, nan_ok=True), (
                case,
                column,
            )


def test_the_surveys_omnibus_p_is_rs_and_each_pairs_its_single_step_p() -> None:
    r = answered("multiplicity").query("case == '2021'").set_index("statistic")["value"]
    tested = survey_tests().dropna(subset="maximum_p")
    assert len(tested) == 8
    assert tested["omnibus_p"].tolist() == pytest.approx([r["maximum_p"]] * 8, rel=0.05)
    for row in tested.itertuples():
        assert row.maximum_p == pytest.approx(
            r[f"single_step:{row.action}:{row.outcome}"], rel=0.05
        )


@pytest.mark.parametrize("name", NAMES)
def test_r_answers_every_statistic_that_is_computed(name: str) -> None:
    ours = {statistic for values in computed(name).values() for statistic in values}
    assert ours - set(answered(name)["statistic"]) <= UNASKED


def test_the_survey_that_r_read_is_the_survey_as_rebuilt() -> None:
    columns = dict.fromkeys(("workshop", "administration"), "string")
    read = pd.read_csv(
        HERE / "inputs" / "replies_2021.csv", dtype=columns, keep_default_na=False, na_values=[""]
    )
    replies = rebuild(open_round(2021))[0]
    pd.testing.assert_frame_equal(read.astype(replies.dtypes.to_dict()), replies)


def test_what_r_read_holds_the_hard_cases() -> None:
    random = {case: strata for case, strata in tables().items() if case.startswith("random")}
    ratios = [exact_common_odds_ratio(strata).odds_ratio for strata in random.values()]
    assert len(random) >= 200
    assert sum(ratio == 0 for ratio in ratios) >= 10
    assert sum(np.isinf(ratio) for ratio in ratios) >= 10
    assert sum((strata.sum(axis=(1, 2)) == 1).any() for strata in random.values()) >= 10
    assert (
        sum(
            (strata.sum(axis=1) == 0).any() or (strata.sum(axis=2) == 0).any()
            for strata in random.values()
        )
        >= 50
    )


if __name__ == "__main__":
    table = summary()
    print(table.to_string(float_format=lambda value: f"{value:.1e}"))
    print(f"{table['comparisons'].sum()} comparisons")
    for name in NAMES:
        print(comparisons(name).query("difference > tolerance").head(20).to_string())
