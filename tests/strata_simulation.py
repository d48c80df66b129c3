"""How often rounds are called ones whose workshops turn the picture, or differ, by chance.

Run as `python tests/strata_simulation.py` (two minutes, one process): writes the table between
its markers in docs/methods.md. Six pairs are judged in each round, as in 2021. Where nothing is
to be found, every question has one rate in all workshops, or its own in each, drawn from a
uniform distribution from .1 to .9; all workshops share one odds ratio. Where something is, the
workshops in which many act are those in which few report, or one half of them has the odds ratio
and the other its inverse.
"""

import argparse
from pathlib import Path

import numpy as np
from scipy.special import expit, logit

from followup.statistics.batch import batch_exact, batch_tables
from followup.statistics.multiplicity import holm
from followup.statistics.strata import strata_differ, turns
from followup.statistics.stratified import ALPHA

METHODS = Path(__file__).parents[1] / "docs" / "methods.md"
MARKERS = ("<!-- strata: begin -->", "<!-- strata: end -->")
DESIGNS = {
    "9 workshops, 58 replies": (9, 58),
    "30 workshops, 300 replies": (30, 300),
    "6 workshops, 600 replies": (6, 600),
    "6 workshops, 4,500 replies": (6, 4500),
}
PAIRS = 6
KINDS = {
    "one rate in all, odds ratio 1": ("one", 1.0),
    "one rate in all, odds ratio 4": ("one", 4.0),
    "own rates, odds ratio 4": ("own", 4.0),
    "turned: odds ratio 3, few report where many act": ("turned", 3.0),
    "different: odds ratio 4 in half, 1/4 in the others": ("different", 4.0),
}


def simulate(
    kind: str, odds_ratio: float, workshops: int, replies: int, rounds: int, seed: int
) -> dict[str, np.ndarray]:
    """Judge rounds: whether each pair is said to be turned, and to differ (rounds, pairs)."""
    rng = np.random.default_rng(seed)
    place = np.arange(replies) % workshops
    turned = np.zeros((rounds, PAIRS), bool)
    differ = np.ones((rounds, PAIRS))
    for pair in range(PAIRS):
        size = (rounds, 1) if kind == "one" else (rounds, workshops)
        act, report = rng.uniform(0.1, 0.9, (2, *size))
        if kind == "turned":
            many = np.arange(workshops) % 2 == 1
            act, report = (
                np.where(many, high, low) + np.zeros(size)
                for high, low in ((0.8, 0.2), (0.15, 0.7))
            )
        sign = np.where(np.arange(workshops) % 2, -1, 1) if kind == "different" else 1
        effect = (np.log(odds_ratio) * sign + np.zeros(workshops))[place]
        each_act = np.broadcast_to(act, (rounds, workshops))[:, place]
        acted = rng.random((rounds, replies)) < each_act
        base = logit(np.broadcast_to(report, (rounds, workshops)))[:, place]
        reported = rng.random((rounds, replies)) < expit(base + effect * (acted - 0.5))
        acted, reported = acted.astype(float), reported.astype(float)
        tables = batch_tables(acted, reported, place, workshops)
        within, pooled = batch_exact(tables), batch_exact(tables.sum(axis=1, keepdims=True))
        turned[:, pair] = turns(
            {
                **{"odds_ratio": 2.0**pooled.direction, "fisher_p": pooled.p_value},
                **{"common_odds_ratio": 2.0**within.direction, "exact_p": within.p_value},
            }
        )
        p_values = [strata_differ(one)[0] for one in tables]
        differ[:, pair] = np.nan_to_num(p_values, nan=1.0)
    return {"turned": turned, "differ": holm(differ) < ALPHA}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2000)
    rounds = parser.parse_args().rounds
    lines = [
        f"Per cent of {rounds:,} simulated rounds (of 4,500 replies a quarter as many) with six "
        "pairs; made by `python "
        "tests/strata_simulation.py`.",
        "",
        "| workshops | what is true | turned: one pair | any of six "
        "| differ: one pair | any of six |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
    ]
    for design, (workshops, replies) in DESIGNS.items():
        few = rounds if replies < 1000 else rounds // 4
        for words, (kind, odds_ratio) in KINDS.items():
            told = simulate(kind, odds_ratio, workshops, replies, few, 2021)
            cells = [
                f"{100 * share:.1f}"
                for flags in told.values()
                for share in (flags[:, 0].mean(), flags.any(axis=1).mean())
            ]
            lines.append(f"| {design} | {words} | {' | '.join(cells)} |")
            print(lines[-1], flush=True)
    text = METHODS.read_text(encoding="utf-8")
    start, end = (text.index(marker) for marker in MARKERS)
    made = "\n".join([MARKERS[0], *lines, ""])
    METHODS.write_text(text[:start] + made + text[end:], encoding="utf-8")


if __name__ == "__main__":
    main()
