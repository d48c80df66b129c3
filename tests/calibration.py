"""Simulate rounds with a known answer, and count how often the verdict rule is right.

Run as `python tests/calibration.py` (minutes, one process): writes docs/calibration.csv, the tables
between their markers in docs/methods.md, and docs/calibration.svg. Six pairs are declared, as in
2021: four, and two composites. Designs: 2021's workshops and administrations; the same with every
invited administration replying; 30 and 60 workshops of 10 replies from 27 administrations; 2021's
with each administration replying once. Every question has its own rate in each workshop, drawn anew
in every round from those of 2021. An administration has a readiness to act and one to report: the
*tie* is the correlation of two of its answers to one question (of normal variables, cut at the
rate), and the two readinesses are independent, half shared (correlation .5) or one. The pair of
recommendations with new projects has the odds ratio named, whatever its administrations are like;
no other pair has any. Odds ratio 1 is the null: whatever is found then is wrong.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from scipy.special import expit, logit, ndtri

from followup.cleaning.reconstruction import rebuild
from followup.rounds import ROOT, open_round
from followup.statistics.clustered import cluster_labels
from followup.statistics.multiplicity import holm
from followup.statistics.rule_simulation import (
    RoundDesign,
    both_comparisons,
    judged_rounds,
    side_by_side,
    with_units_left_out,
)
from followup.statistics.verdicts import directions

SEED = 2021
ACTIONS = ["shared_materials", "organized_workshop", "submitted_report", "made_recommendations"]
OUTCOMES = ["direct_effects", "new_project"]
PAIRS = [((0,), 0), ((1,), 0), ((2,), 1), ((3,), 1), ((0, 1), 0), ((2, 3), 1)]
TRUE_PAIR = 3  # recommendations with new projects
DESIGNS = {
    "2021": "2021: 9 workshops, 58 replies",
    "full": "2021 with full response: 153 replies",
    "30x10": "30 workshops, 300 replies",
    "60x10": "60 workshops, 600 replies",
    "once": "2021, each administration once",
}
TIES = (0.0, 0.3, 0.6, 0.9)
SHARED = {0.0: "independent", 0.5: "half shared", 1.0: "one"}
ODDS_RATIOS = (1.0, 2.0, 4.0, 8.0)
MARKERS = ("<!-- calibration: begin -->", "<!-- calibration: end -->")
RULES = {
    "supported": "“supported”",
    "any_sign": "at least “suggestive”",
    "within_workshops": "within workshops",
    "within_administrations": "within administrations",
}
OTHERS = {
    "plan": "Holm within workshops, p < .05 within administrations (before leaving one out)",
    "workshops_alone": "Holm within workshops alone (before leaving one out)",
    "level_05": "this rule at .05 in place of .02 (before leaving one out)",
    "sign_both": "suggestive: one below .05, both below .2",
    "sign_within": "suggestive: within administrations below .05",
}


@dataclass(frozen=True)
class Design:
    """Each reply's workshop and administration."""

    workshop: np.ndarray
    administration: np.ndarray

    @property
    def round(self) -> RoundDesign:
        families = ["primary" if len(actions) == 1 else "composite" for actions, _ in PAIRS]
        return RoundDesign(
            self.workshop,
            self.administration,
            tuple(outcome for _, outcome in PAIRS),
            tuple(families),
        )


def survey_rates() -> np.ndarray:
    """Give 2021's rate of each question in each workshop (workshops, questions), drawn to the
    survey's by two replies."""
    replies = rebuild(open_round(2021))[0]
    answers = replies[[*ACTIONS, *OUTCOMES]].astype(float)
    by_workshop = answers.groupby(replies["workshop"], sort=False)
    sums = by_workshop.sum() + 2 * answers.mean()
    return sums.div(by_workshop.size() + 2, axis=0).to_numpy()


def design_of(name: str) -> Design:
    """Give a design by its name: the same at every call."""
    survey = open_round(2021)
    replies = rebuild(survey)[0]
    workshop = pd.factorize(replies["workshop"])[0]
    administration = pd.factorize(cluster_labels(replies))[0]
    rng = np.random.default_rng(SEED)
    members = administration.max() + 1
    if name == "2021":
        return Design(workshop, administration)
    if name == "once":
        return Design(workshop, np.arange(len(workshop)))
    if name == "full":
        asked = []
        for place, invited in enumerate(survey.read_workshops()["invited"].astype(int)):
            own = administration[workshop == place]
            others = rng.permutation(np.setdiff1d(np.arange(members), own))
            asked.append(np.concatenate([own, others])[:invited])
        return Design(
            np.repeat(np.arange(len(asked)), [len(one) for one in asked]), np.concatenate(asked)
        )
    workshops, size = (int(part) for part in name.split("x"))
    drawn = [rng.permutation(members)[:size] for _ in range(workshops)]
    return Design(np.repeat(np.arange(workshops), size), np.concatenate(drawn))


def simulate(
    design: Design,
    odds_ratio: float,
    tie: float,
    shared: float,
    rounds: int,
    rng: np.random.Generator,
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Draw rounds: for each action, and for each outcome, the answers (rounds, replies), 1 or 0."""
    rates = survey_rates()
    workshops, members = design.workshop.max() + 1, design.administration.max() + 1
    act = rng.standard_normal((rounds, members))
    report = shared * act + np.sqrt(1 - shared**2) * rng.standard_normal((rounds, members))

    def rate(question: int) -> np.ndarray:
        drawn = rng.integers(0, len(rates), (rounds, workshops))
        return rates[drawn, question][:, design.workshop]

    def answer(rate: np.ndarray, readiness: np.ndarray) -> np.ndarray:
        own = np.sqrt(1 - tie) * rng.standard_normal(rate.shape)
        return (np.sqrt(tie) * readiness[:, design.administration] + own < ndtri(rate)).astype(
            float
        )

    action_rates = [rate(question) for question in range(len(ACTIONS))]
    acted = [answer(one, act) for one in action_rates]
    # centred, so that the outcome stays about as common as it was
    shift = np.log(odds_ratio) * (acted[TRUE_PAIR] - action_rates[TRUE_PAIR])
    reported = [
        answer(rate(4), report),
        answer(expit(logit(rate(5)) + shift), report),
    ]
    return acted, reported


def judge(
    design: Design, acted: list[np.ndarray], reported: list[np.ndarray]
) -> dict[str, np.ndarray]:
    """Give, for every round and pair, what the rule says, and what others would say (booleans,
    (rounds, pairs))."""
    own = [
        np.any([acted[action] for action in actions], axis=0).astype(float) for actions, _ in PAIRS
    ]
    tests = [
        both_comparisons(design.round, own[pair], reported[outcome])
        for pair, (_, outcome) in enumerate(PAIRS)
    ]
    every = with_units_left_out(
        design.round, own, dict(enumerate(reported)), side_by_side(tests), tuple(range(len(PAIRS)))
    )
    verdicts = judged_rounds(every, design.round)
    within, across = every["exact_p"], every["within_administration_p"]
    adjusted, same = every["larger_adjusted_p"], directions(every) != 0
    larger = np.fmax(np.nan_to_num(within, nan=1.0), np.nan_to_num(across, nan=1.0))
    # "level_05" leaves out of account what leaving one unit out takes away, between .02 and .05
    return {
        "supported": verdicts == "supported",
        "any_sign": verdicts != "",
        "within_workshops": within < 0.05,
        "within_administrations": across < 0.05,
        "plan": (holm(within) < 0.05) & (across < 0.05) & same,
        "workshops_alone": holm(within) < 0.05,
        "level_05": (adjusted < 0.05) & same,
        "sign_both": (np.fmin(within, across) < 0.05) & (larger < 0.2) & same,
        "sign_within": (across < 0.05) & same,
    }


def line(
    name: str, tie: float, shared: float, odds_ratio: float, rounds: int
) -> dict[str, float | str]:
    """Simulate and judge the rounds of one line: the share with any declared pair judged so, and
    with the true pair."""
    design = design_of(name)
    seed = (SEED, list(DESIGNS).index(name), int(10 * tie), int(10 * shared), int(odds_ratio))
    rng = np.random.default_rng(seed)
    parts = []
    size = max(1, min(rounds, 300_000 // len(design.workshop)))
    for start in range(0, rounds, size):
        drawn = simulate(design, odds_ratio, tie, shared, min(size, rounds - start), rng)
        parts.append(judge(design, *drawn))
    row = {"design": name, "tie": tie, "shared": shared, "odds_ratio": odds_ratio, "rounds": rounds}
    for rule in parts[0]:
        judged = np.concatenate([part[rule] for part in parts])
        row |= {
            f"any_{rule}": judged.any(axis=1).mean(),
            f"pair_{rule}": judged[:, TRUE_PAIR].mean(),
        }
    return row


def calibrate(null_rounds: int, rounds: int) -> pd.DataFrame:
    """Give one row a design, tie, readiness and odds ratio (see `line`). Without a tie readiness
    makes no difference."""
    lines = [
        (name, tie, shared, ratio, null_rounds if ratio == 1 else rounds)
        for name in DESIGNS
        for tie in TIES
        for shared in SHARED
        for ratio in ODDS_RATIOS
        if tie or not shared
    ]
    rows = []
    for one in lines:
        rows.append(line(*one))
        print(*one, flush=True)
    return pd.DataFrame(rows)


def as_markdown(table: pd.DataFrame, command: str) -> str:
    """Lay the result out: the rule, and what other rules would do, in per cent of rounds."""
    null = table[table["odds_ratio"] == 1]
    error = 100 * np.sqrt(0.05 * 0.95 / null["rounds"].max())
    powers = [ratio for ratio in ODDS_RATIOS if ratio > 1]
    lines = [
        (
            f"Per cent of simulated rounds; seed {SEED}; made by `{command}`:"
            f" {null['rounds'].max():,} rounds a line where nothing is associated (a true 5% has a"
            f" standard error of {error:.1f}), {table['rounds'].min():,} at each other odds ratio."
            " *Any*: of the six declared pairs, when none is associated. *Found*: the one pair"
            f" that is, at odds ratio {', '.join(f'{ratio:g}' for ratio in powers)}."
        ),
        "",
        (
            "| design | tie | readiness to act and to report | one test rejects: within workshops |"
            " within administrations | any “supported” | any at least “suggestive” | found:"
            " “supported” | found: at least “suggestive” |"
        ),
        "| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for (name, tie, shared), part in table.groupby(["design", "tie", "shared"], sort=False):
        by_ratio = part.set_index("odds_ratio")
        none = by_ratio.loc[1.0]
        found = [
            ", ".join(f"{100 * by_ratio.loc[ratio, f'pair_{rule}']:.0f}" for ratio in powers)
            for rule in ("supported", "any_sign")
        ]
        shares = [
            none[name]
            for name in (
                "pair_within_workshops",
                "pair_within_administrations",
                "any_supported",
                "any_any_sign",
            )
        ]
        cells = [f"{100 * share:.1f}" for share in shares]
        readiness = SHARED[shared] if tie else "–"
        lines.append(f"| {' | '.join([DESIGNS[name], f'{tie:g}', readiness, *cells, *found])} |")
    lines += [
        "",
        "Other rules, at their worst and at odds ratio 4 (all designs but the last):",
        "",
        (
            "| rule | any, at the worst | in 2021's shape, no tie | found in 2021's shape, no tie |"
            " found with full response, tie .3, half shared |"
        ),
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    labels = {"supported": "supported: this rule", "any_sign": "suggestive: this rule"}
    several = table[table["design"] != "once"]
    for rule, label in (labels | OTHERS).items():
        shape = several.query("design == '2021' and tie == 0").set_index("odds_ratio")
        full = several.query("design == 'full' and tie == 0.3 and shared == 0.5").set_index(
            "odds_ratio"
        )
        values = (
            several.query("odds_ratio == 1")[f"any_{rule}"].max(),
            shape.loc[1.0, f"any_{rule}"],
            shape.loc[4.0, f"pair_{rule}"],
            full.loc[4.0, f"pair_{rule}"],
        )
        lines.append(f"| {label} | {' | '.join(f'{100 * value:.1f}' for value in values)} |")
    once = table[(table["design"] == "once") & (table["odds_ratio"] == 1)]
    lines += [
        "",
        (
            "Where each administration replies once, Holm within workshops alone would call a pair"
            f" supported in {100 * once['any_workshops_alone'].min():.1f} to"
            f" {100 * once['any_workshops_alone'].max():.1f}% of rounds without any association."
        ),
    ]
    return "\n".join(lines)


def draw_figure(table: pd.DataFrame, path: Path) -> None:
    """Draw how often a true association is found, and how often chance is taken for one, a panel a
    design."""
    names = [name for name in DESIGNS if name != "once"]
    figure, panels = plt.subplots(
        1, len(names), figsize=(11, 3.4), sharey=True, layout="constrained"
    )
    styles = {0.0: ":", 0.5: "--", 1.0: "-"}
    for panel, name in zip(panels, names, strict=True):
        part = table[(table["design"] == name) & (table["tie"] == 0.6)]
        for shared, style in styles.items():
            curve = part[part["shared"] == shared]
            for number, rule in enumerate(("supported", "any_sign")):
                panel.plot(
                    curve["odds_ratio"],
                    curve[f"pair_{rule}"],
                    style,
                    color=f"C{number}",
                    marker="os"[number],
                    markersize=4,
                    label=f"{RULES[rule]}, {SHARED[shared]}",
                )
        panel.axhline(0.05, color="0.6", linewidth=0.8)
        panel.set(xscale="log", title=DESIGNS[name], xlabel="true odds ratio", ylim=(0, 1.02))
        panel.title.set_fontsize(8)
        panel.set_xticks(ODDS_RATIOS, [f"{ratio:g}" for ratio in ODDS_RATIOS])
        panel.minorticks_off()
    panels[0].set_ylabel("share of rounds, this pair (tie 0.6)")
    panels[0].legend(fontsize=6, frameon=False, loc="upper left")
    with plt.rc_context({"svg.hashsalt": "followup"}):
        figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    options.add_argument(
        "--null-rounds", type=int, default=4_000, help="rounds with odds ratio 1, a line"
    )
    options.add_argument(
        "--rounds", type=int, default=1_000, help="rounds with each other odds ratio"
    )
    chosen = options.parse_args()
    table = calibrate(chosen.null_rounds, chosen.rounds)
    command = (
        f"python tests/calibration.py --null-rounds {chosen.null_rounds} --rounds {chosen.rounds}"
    )
    methods = ROOT / "docs" / "methods.md"
    before, rest = methods.read_text(encoding="utf-8").split(MARKERS[0])
    after = rest.split(MARKERS[1])[1]
    text = f"{before}{MARKERS[0]}\n{as_markdown(table, command)}\n{MARKERS[1]}{after}"
    methods.write_text(text, encoding="utf-8", newline="\n")
    table.round(4).to_csv(ROOT / "docs" / "calibration.csv", index=False, lineterminator="\n")
    draw_figure(table, ROOT / "docs" / "calibration.svg")


if __name__ == "__main__":
    main()
