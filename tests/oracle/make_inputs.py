"""Write what the R scripts read: this survey, published cases, random stratified tables. Seeded:
the same bytes every time."""

from pathlib import Path

import numpy as np
import pandas as pd

from followup.cleaning.reconstruction import rebuild
from followup.rounds import declared_pairs, open_round
from followup.statistics.stratified import any_of, stratum_tables

INPUTS = Path(__file__).parent / "inputs"
SEED = 1959  # Mantel and Haenszel
PUBLISHED = {
    "tea": [[[3, 1], [1, 3]]],
    "convictions": [[[2, 15], [10, 3]]],
    "p-and-interval-disagree": [[[6, 12], [12, 5]]],
    "boschloo": [[[7, 8], [12, 3]]],
    "aspirin": [[[189, 10845], [104, 10933]]],
    "rabbits": [
        [[0, 0], [6, 5]],
        [[3, 0], [3, 6]],
        [[6, 2], [0, 4]],
        [[5, 6], [1, 0]],
        [[2, 5], [0, 0]],
    ],
    "migraine": [[[16, 11], [5, 20]], [[12, 16], [7, 19]]],
}
EDGES = {
    "zero": [[[0, 4], [3, 2]], [[0, 2], [2, 1]]],
    "infinite": [[[4, 0], [2, 3]], [[2, 0], [1, 2]]],
    "no-information": [[[2, 3], [0, 0]], [[0, 0], [1, 0]]],
    "single-replies": [[[1, 0], [0, 0]], [[0, 0], [0, 1]], [[2, 1], [1, 2]]],
    "empty-stratum": [[[0, 0], [0, 0]], [[3, 1], [1, 4]]],
    "two-replies": [[[1, 0], [0, 1]], [[0, 1], [1, 0]]],
    "opposite": [[[9, 1], [1, 9]], [[1, 9], [9, 1]]],
    "far-out": [[[120, 3], [2, 140]], [[90, 1], [5, 60]]],
}


def random_tables(rng: np.random.Generator) -> np.ndarray:
    """Draw one set of strata: few or many, of one reply or of hundreds, with rates near 0 or 1 in
    some."""
    largest = int(rng.choice([2, 6, 12, 40, 300], p=[0.1, 0.3, 0.3, 0.2, 0.1]))
    sizes = rng.integers(1, largest + 1, rng.integers(1, 13))
    rate, odds_ratio = (
        rng.choice([0.05, 0.3, 0.5, 0.9, 0.98]),
        rng.choice([0.05, 0.5, 1.0, 2.0, 20.0]),
    )
    acted = rng.binomial(sizes, rng.choice([0.05, 0.25, 0.5, 0.85]))
    raised = rate * odds_ratio / (1 - rate + rate * odds_ratio)
    both, outcome_only = rng.binomial(acted, raised), rng.binomial(sizes - acted, rate)
    return np.stack(
        [both, acted - both, outcome_only, sizes - acted - outcome_only], axis=1
    ).reshape(-1, 2, 2)


def random_administrations(rng: np.random.Generator) -> np.ndarray:
    """Draw strata as administrations are: many of one reply to ten, each with a level of its own
    for either answer."""
    sizes = rng.integers(1, int(rng.choice([3, 6, 11])), rng.integers(5, 60))
    tie, odds_ratio = rng.choice([0.0, 1.0, 3.0]), rng.choice([1.0, 4.0, 0.2])
    level, other = rng.normal(0, tie, len(sizes)), rng.normal(0, tie, len(sizes))
    acted = rng.binomial(sizes, 1 / (1 + np.exp(-level)))
    rates = [1 / (1 + np.exp(-other - shift)) for shift in (np.log(odds_ratio), 0.0)]
    both, outcome_only = rng.binomial(acted, rates[0]), rng.binomial(sizes - acted, rates[1])
    return np.stack(
        [both, acted - both, outcome_only, sizes - acted - outcome_only], axis=1
    ).reshape(-1, 2, 2)


def random_clusters(rng: np.random.Generator) -> pd.DataFrame:
    """Draw replies of administrations that differ in their rates."""
    sizes = rng.integers(1, 7, rng.integers(12, 40))
    cluster = np.repeat(np.arange(len(sizes)), sizes)
    level = np.repeat(rng.normal(0, 1, len(sizes)), sizes)
    acted = rng.random(len(cluster)) < 1 / (1 + np.exp(-rng.normal(0, 0.5) - level / 2))
    reported = rng.random(len(cluster)) < 1 / (1 + np.exp(-level - rng.choice([0.0, 1.0]) * acted))
    return pd.DataFrame(
        {"cluster": [f"c{label}" for label in cluster], "acted": acted, "reported": reported}
    )


def table_rows(case: str, tables: np.ndarray) -> list[tuple]:
    return [
        (case, stratum, *np.asarray(table).ravel().tolist()) for stratum, table in enumerate(tables)
    ]


def survey_replies() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the survey's replies with their clusters named, and its pairs that can be tested."""
    survey_round = open_round(2021)
    replies = rebuild(survey_round)[0]
    pairs = declared_pairs(survey_round)
    known = [
        any_of(replies, action).notna().any() and replies[outcome].notna().any()
        for action, outcome, _ in pairs.itertuples(index=False)
    ]
    return replies, pairs[known]


def survey_clusters(replies: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    parts = []
    for action, outcome in zip(pairs["action"], pairs["outcome"], strict=True):
        part = pd.DataFrame(
            {
                "case": f"2021:{action}:{outcome}",
                "cluster": replies["administration"].fillna("unnamed"),
            }
        )
        parts.append(
            part.assign(
                stratum=replies["workshop"],
                acted=any_of(replies, action),
                reported=replies[outcome],
            )
        )
    return pd.concat(parts)


def write(frame: pd.DataFrame, name: str) -> None:
    frame.to_csv(INPUTS / name, index=False, lineterminator="\n")


def main() -> None:
    INPUTS.mkdir(exist_ok=True)
    rng = np.random.default_rng(SEED)
    replies, pairs = survey_replies()
    cases = PUBLISHED | EDGES
    for action, outcome in zip(pairs["action"], pairs["outcome"], strict=True):
        answered = replies.assign(acted=any_of(replies, action))
        cases[f"2021:{action}:{outcome}"] = stratum_tables(answered, "acted", outcome)[1]
        own = answered.assign(administration=answered["administration"].fillna("unnamed"))
        cases[f"2021-within:{action}:{outcome}"] = stratum_tables(
            own, "acted", outcome, "administration"
        )[1]
    cases |= {f"random-{number:03}": random_tables(rng) for number in range(260)}
    own = np.random.default_rng(SEED + 1)
    cases |= {f"within-{number:03}": random_administrations(own) for number in range(220)}
    rows = [row for case, tables in cases.items() for row in table_rows(case, tables)]
    write(
        pd.DataFrame(
            rows, columns=["case", "stratum", "both", "action_only", "outcome_only", "neither"]
        ),
        "tables.csv",
    )
    clustered = [
        random_clusters(rng).assign(case=f"random-{number:02}", stratum="all")
        for number in range(40)
    ]
    few = random_clusters(np.random.default_rng(SEED + 2)).drop_duplicates("cluster")
    clustered.append(few.assign(case="once-each", stratum="all"))
    clusters = pd.concat([survey_clusters(replies, pairs), *clustered])[
        ["case", "stratum", "cluster", "acted", "reported"]
    ]
    write(clusters.astype({"acted": int, "reported": int}), "clusters.csv")
    write(replies, "replies_2021.csv")
    published = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.324,
        0.4262,
        0.5719,
        0.6528,
        0.759,
        1,
    ]
    cubes = (
        rng.random(rng.integers(1, 15)) ** 3 for _ in range(20)
    )  # rounded: a power's last digit differs by machine
    families = {"bh1995": published} | {
        f"random-{number:02}": cube.round(9) for number, cube in enumerate(cubes)
    }
    write(
        pd.DataFrame(
            [(case, p) for case, values in families.items() for p in values], columns=["case", "p"]
        ),
        "p_values.csv",
    )


if __name__ == "__main__":
    main()
