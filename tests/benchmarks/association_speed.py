"""Time the statistics at both ends: five replies, this survey, and a million replies in 5,000
workshops.

Run as `python tests/benchmarks/association_speed.py`; prints seconds, asserts nothing.
"""

import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from followup.cleaning.reconstruction import rebuild
from followup.rounds import declared_pairs, open_round
from followup.statistics.association import associations
from followup.statistics.multiplicity import maximum_statistic
from followup.statistics.sensitivity import sensitivity
from followup.statistics.stratified import CommonOddsRatio, exact_common_odds_ratio, stratum_tables

ONE_PAIR = pd.DataFrame({"action": ["acted"], "outcome": ["saw"], "family": ["primary"]})


def drawn_replies(replies: int, workshops: int, seed: int = 1) -> pd.DataFrame:
    """Draw replies whose outcome goes a little with the action (odds ratio about 1.03)."""
    rng = np.random.default_rng(seed)
    acted = rng.random(replies) < 0.5
    return pd.DataFrame(
        {
            "workshop": pd.array(np.arange(replies) % workshops, dtype="Int64").astype("string"),
            "administration": pd.array(
                rng.integers(0, max(2, replies // 40), replies), dtype="Int64"
            ).astype("string"),
            "acted": pd.array(acted, dtype="boolean"),
            "saw": pd.array(rng.random(replies) < 0.3 + 0.006 * acted, dtype="boolean"),
        }
    )


def seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def everything(tables: np.ndarray) -> CommonOddsRatio:
    exact = exact_common_odds_ratio(tables)
    _ = exact.p_value, exact.odds_ratio, exact.low, exact.high, exact.minimum_p
    return exact


def main() -> None:
    survey_round = open_round(2021)
    real = rebuild(survey_round)[0]
    frames = {
        "5 replies, 1 workshop": drawn_replies(5, 1),
        "58 replies, 9 workshops (2021)": real.assign(
            acted=real["made_recommendations"], saw=real["new_project"]
        ),
        "10,000 replies, 200 workshops": drawn_replies(10_000, 200),
        "1,000,000 replies, 5,000 workshops": drawn_replies(1_000_000, 5_000),
        "1,000,000 replies, 1 workshop": drawn_replies(1_000_000, 1),
    }
    rows = {}
    for name, replies in frames.items():
        tables = stratum_tables(replies, "acted", "saw")[1]
        resamples = 9_999 if len(replies) < 1_000 else 199
        rows[name] = {
            "cross-table": seconds(lambda replies=replies: stratum_tables(replies, "acted", "saw")),
            "exact p": seconds(lambda tables=tables: exact_common_odds_ratio(tables).p_value),
            "p, estimate, interval, least p": seconds(lambda tables=tables: everything(tables)),
            f"{'9,999' if resamples > 199 else '199'} permutations": seconds(
                lambda replies=replies, size=resamples: maximum_statistic(
                    replies[["acted"]], replies[["saw"]], replies["workshop"], size
                )
            ),
            "all of one pair": seconds(lambda replies=replies: associations(replies, ONE_PAIR)),
        }
        print(
            pd.Series(rows[name], name=name).to_string(float_format="{:.4f}".format),
            f"\n  = {name}\n",
            flush=True,
        )
    pairs = declared_pairs(survey_round)
    print(f"2021: all {len(pairs)} pairs {seconds(lambda: associations(real, pairs)):.2f} s")
    print(
        "2021: all scenarios and pairs"
        f" {seconds(lambda: sensitivity(real, pairs, survey_round.plain_choices)):.2f} s"
    )


if __name__ == "__main__":
    main()
