"""Simulate rounds shaped like 2021's with a known answer, and count how often each test and the verdict rule is right.

Run as `python tests/calibration.py`: writes the table between its markers in docs/methods.md, and docs/calibration.svg. Same
workshops, reply counts and administrations as in 2021; each action and outcome has its own rate in each workshop (2021's, drawn
towards the whole survey's by two replies); a Gaussian copula ties one administration's answers to the same question, with a
latent correlation that is the same for all actions and outcomes. One primary pair (recommendations with new projects) has the
odds ratio named, within workshops and whatever the correlation; all other pairs have none.
"""

import argparse
import gc
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from scipy.special import expit, logit
from scipy.stats import norm

from followup.cleaning.reconstruction import rebuild
from followup.rounds import ROOT, open_round
from followup.statistics.clustered import cluster_labels, clustered_odds_ratio, leave_one_out
from followup.statistics.mantel_haenszel import mantel_haenszel
from followup.statistics.multiplicity import adjust, maximum_statistic
from followup.statistics.pooled import pooled_tests
from followup.statistics.stratified import CommonOddsRatio, exact_common_odds_ratio, stratum_tables

SEED = 2021
ALPHA = 0.05
ACTIONS = ["shared_materials", "organized_workshop", "submitted_report", "made_recommendations"]
OUTCOMES = ["direct_effects", "new_project"]
PRIMARY = list(zip(ACTIONS, np.repeat(OUTCOMES, 2), strict=True))
TRUE_PAIR = PRIMARY[-1]
CORRELATIONS = (0.0, 0.3, 0.6)
ODDS_RATIOS = (1.0, 2.0, 4.0, 8.0)
MARKERS = ("<!-- calibration: begin -->", "<!-- calibration: end -->")
TESTS = {
    "exact": "exact stratified",
    "mh": "Mantel-Haenszel",
    "fisher": "Fisher",
    "boschloo": "Boschloo",
    "gee": "GEE",
    "omnibus": "maximum statistic",
    "supported_family": "any of 4 “supported”",
    "supported": "this pair “supported”",
    "suggestive": "this pair at least “suggestive”",
    "coverage": "exact interval covers",
}
LINES = {"exact": "C0-", "mh": "C1--", "fisher": "C2:", "gee": "C3-.", "supported": "k-"}


@dataclass(frozen=True)
class Design:
    """What all simulated rounds share: each reply's workshop and cluster, and the rate of each answer in its workshop."""

    workshop: np.ndarray
    cluster: np.ndarray
    rates: dict[str, np.ndarray]


def survey_design() -> Design:
    """Take the design from the 2021 round."""
    replies = rebuild(open_round(2021))[0]
    workshops = replies["workshop"]
    rates = {}
    for question in (*ACTIONS, *OUTCOMES):
        answered = replies[question].astype(float)
        by_workshop = answered.groupby(workshops)
        rates[question] = (
            (by_workshop.transform("sum") + 2 * answered.mean())
            / (by_workshop.transform("size") + 2)
        ).to_numpy()
    clusters = pd.factorize(cluster_labels(replies))[0]
    return Design(workshops.to_numpy(str), clusters, rates)


def draw(
    design: Design,
    question: str,
    shift: np.ndarray | float,
    correlation: float,
    rng: np.random.Generator,
) -> np.ndarray:
    """Draw one answer of every reply: its rate is as designed, `shift` added on the logit scale."""
    shared = rng.standard_normal(design.cluster.max() + 1)[design.cluster]
    latent = np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * rng.standard_normal(
        len(shared)
    )
    return latent < norm.ppf(expit(logit(design.rates[question]) + shift))


def simulate(
    design: Design, odds_ratio: float, correlation: float, rng: np.random.Generator
) -> pd.DataFrame:
    """Draw one round."""
    round_ = pd.DataFrame(
        {"workshop": design.workshop, "administration": design.cluster.astype(str)}
    )
    for action in ACTIONS:
        round_[action] = draw(design, action, 0.0, correlation, rng)
    for outcome in OUTCOMES:
        shift = 0.0
        if outcome == TRUE_PAIR[1]:  # centred, so that the outcome stays about as common as it was
            shift = np.log(odds_ratio) * (
                round_[TRUE_PAIR[0]] - design.rates[TRUE_PAIR[0]]
            ).to_numpy(float)
        round_[outcome] = draw(design, outcome, shift, correlation, rng)
    return round_


def exact_tests(replies: pd.DataFrame) -> tuple[list[CommonOddsRatio], pd.Series]:
    """Test each primary pair exactly; the p is missing where no workshop carries information."""
    exact = [
        exact_common_odds_ratio(stratum_tables(replies, action, outcome)[1])
        for action, outcome in PRIMARY
    ]
    return exact, pd.Series(
        [one.p_value if len(one.uninformative) < len(one.tables) else np.nan for one in exact]
    )


def supported(replies: pd.DataFrame, p_values: pd.Series) -> list[bool]:
    """Apply the verdict rule to each primary pair; administrations are left out only where that can still matter."""
    adjusted = adjust(p_values, pd.Series("primary", p_values.index))["adjusted_p"]
    return [
        bool(p < ALPHA)
        and bool(
            (leave_one_out(replies, *pair, replies["administration"])["p_value"] < ALPHA).all()
        )
        for p, pair in zip(adjusted, PRIMARY, strict=True)
    ]


@lru_cache(maxsize=100_000)
def pooled_p(both: int, action_only: int, outcome_only: int, neither: int) -> tuple[float, float]:
    found = pooled_tests(np.array([[both, action_only], [outcome_only, neither]]))
    return found["fisher_p"], found["boschloo_p"]


def p_values_of(replies: pd.DataFrame, exact: CommonOddsRatio) -> dict[str, float]:
    """Give the p-value of every test of the true pair; nan where a test can't be made."""
    acted, reported = (replies[name].to_numpy() for name in TRUE_PAIR)
    informative = np.delete(exact.tables, exact.uninformative, axis=0)
    fisher, boschloo = pooled_p(*exact.tables.sum(axis=0).ravel().tolist())
    return {
        "exact": exact.p_value if len(informative) else np.nan,
        "mh": mantel_haenszel(informative)["mh_p"] if len(informative) else np.nan,
        "fisher": fisher,
        "boschloo": boschloo,
        "gee": clustered_odds_ratio(acted, reported, replies["administration"].to_numpy()).p_value,
    }


def judge(replies: pd.DataFrame, odds_ratio: float, resamples: int) -> dict[str, float]:
    """Give what each test (1 rejects, 0 does not, nan can't be made) and the rule said of one round."""
    tests, p_values = exact_tests(replies)
    true = PRIMARY.index(TRUE_PAIR)
    every = p_values_of(replies, tests[true])
    found = maximum_statistic(
        replies[ACTIONS], replies[OUTCOMES], replies["workshop"], resamples, SEED
    )
    every["omnibus"] = found.p_value
    row = {name: np.nan if np.isnan(p) else float(p < ALPHA) for name, p in every.items()}
    row["suggestive"] = float(
        min(every["exact"], every["fisher"], np.nan_to_num(every["gee"], nan=1.0)) < ALPHA
    )
    verdicts = supported(replies, p_values)
    row |= {"supported_family": float(any(verdicts)), "supported": float(verdicts[true])}
    return row | {"coverage": float(tests[true].low <= odds_ratio <= tests[true].high)}


def cell(correlation: float, odds_ratio: float, rounds: int, resamples: int) -> dict[str, float]:
    """Simulate and judge the rounds of one correlation and odds ratio: the share of rounds in which each test rejects."""
    design = survey_design()
    gc.freeze()  # statsmodels' multipletests collects garbage at every call: what is loaded by now is none
    seeds = np.random.SeedSequence((SEED, int(10 * correlation), int(odds_ratio))).spawn(rounds)
    drawn = (
        simulate(design, odds_ratio, correlation, np.random.default_rng(seed)) for seed in seeds
    )
    judged = pd.DataFrame([judge(replies, odds_ratio, resamples) for replies in drawn])
    return {
        "correlation": correlation,
        "odds_ratio": odds_ratio,
        "rounds": rounds,
    } | judged.mean().to_dict()


def calibrate(
    null_rounds: int, rounds: int, resamples: int = 199, workers: int | None = None
) -> pd.DataFrame:
    """Give one row a correlation and odds ratio (see `cell`); the same whatever the number of workers."""
    cells = [
        (correlation, ratio, null_rounds if ratio == 1 else rounds)
        for correlation in CORRELATIONS
        for ratio in ODDS_RATIOS
    ]
    with ProcessPoolExecutor(workers) as pool:
        return pd.DataFrame(
            list(pool.map(cell, *zip(*cells, strict=True), [resamples] * len(cells)))
        )


def as_markdown(found: pd.DataFrame, command: str) -> str:
    """Lay the result out, one line an odds ratio and correlation, in per cent of rounds."""
    error = 100 * np.sqrt(ALPHA * (1 - ALPHA) / found["rounds"].max())
    made = f"Per cent of simulated rounds; seed {SEED}; made by `{command}`."
    lines = [
        f"{made} A true 5% has a standard error of {error:.1f} in the lines with odds ratio 1.",
        "",
    ]
    lines.append(f"| odds ratio | correlation | rounds | {' | '.join(TESTS.values())} |")
    lines.append("| ---: " * (len(TESTS) + 3) + "|")
    for row in found.to_dict("records"):
        shares = " | ".join(f"{100 * row[name]:.1f}" for name in TESTS)
        lines.append(
            f"| {row['odds_ratio']:g} | {row['correlation']:g} | {row['rounds']} | {shares} |"
        )
    return "\n".join(lines)


def draw_figure(found: pd.DataFrame, path: Path) -> None:
    """Draw the share of rounds in which each test rejects against the odds ratio, a panel a correlation."""
    figure, panels = plt.subplots(
        1, len(CORRELATIONS), figsize=(10, 3.6), sharey=True, layout="constrained"
    )
    for panel, (correlation, part) in zip(panels, found.groupby("correlation"), strict=True):
        for (name, style), marker in zip(LINES.items(), "osD^v", strict=True):
            panel.plot(
                part["odds_ratio"],
                part[name],
                style,
                marker=marker,
                markersize=4,
                label=TESTS[name],
            )
        panel.axhline(ALPHA, color="0.6", linewidth=0.8)
        panel.set(
            xscale="log",
            title=f"latent correlation {correlation:g}",
            xlabel="true odds ratio",
            ylim=(0, 1),
        )
        panel.set_xticks(ODDS_RATIOS, [f"{ratio:g}" for ratio in ODDS_RATIOS])
        panel.minorticks_off()
    panels[0].set_ylabel("share of rounds")
    panels[0].legend(fontsize=7, frameon=False, loc="upper left")
    with plt.rc_context({"svg.hashsalt": "followup"}):
        figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    options.add_argument(
        "--null-rounds",
        type=int,
        default=2_000,
        help="rounds with odds ratio 1, for each correlation",
    )
    options.add_argument(
        "--rounds", type=int, default=500, help="rounds with each other odds ratio"
    )
    options.add_argument("--workers", type=int, help="processes (default: one a core)")
    chosen = options.parse_args()
    found = calibrate(chosen.null_rounds, chosen.rounds, workers=chosen.workers)
    command = (
        f"python tests/calibration.py --null-rounds {chosen.null_rounds} --rounds {chosen.rounds}"
    )
    methods = ROOT / "docs" / "methods.md"
    before, rest = methods.read_text(encoding="utf-8").split(MARKERS[0])
    after = rest.split(MARKERS[1])[1]
    text = f"{before}{MARKERS[0]}\n{as_markdown(found, command)}\n{MARKERS[1]}{after}"
    methods.write_text(text, encoding="utf-8", newline="\n")
    draw_figure(found, ROOT / "docs" / "calibration.svg")


if __name__ == "__main__":
    main()
