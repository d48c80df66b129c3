"""What the verdict rule does in simulated rounds: how often chance alone makes a sign, and what
difference it finds.

Both are of the round at hand: its replies, its workshops, its administrations. How often the rule
is right in rounds of other designs is in docs/methods.md.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import gammaln
from scipy.stats import chi2

from followup.statistics.batch import BatchTests, batch_exact, batch_tables
from followup.statistics.clustered import cluster_labels
from followup.statistics.influence import z_parts
from followup.statistics.multiplicity import EXPLORATORY, holm
from followup.statistics.power import expected_rates
from followup.statistics.stratified import any_of, exact_common_odds_ratio
from followup.statistics.verdicts import SUGGESTIVE, SUPPORTED, directions, larger_p, verdicts

RESAMPLES = 1_999
ROUNDS = 400  # simulated for each odds ratio
EXACT_LIMIT = 300  # replies beyond which a simulated round is tested by Mantel and Haenszel's z
CHANCE_LIMIT = 100_000  # replies beyond which nothing is simulated
FINDS_LIMIT = 1_000
SIMULATED = 100_000  # replies times rounds simulated for one odds ratio
LEAST_ROUNDS = 100
PERMUTED = 1_000_000  # replies times permutations, or times rounds, at a time
LEAST_RESAMPLES = 199
MOST_MOVING = 3  # units left out of a simulated round: those without which z is smallest
STRENGTHS = 2.0 ** np.arange(0.5, 10.5, 0.5)  # true odds ratios tried, and their inverses
CURVE = 2.0 ** np.arange(-7, 8)  # true odds ratios of a curve of power
POWER = 0.8


@dataclass(frozen=True, eq=False)
class RoundDesign:
    """What simulated rounds share: each reply's stratum and cluster, and the pairs that are judged.

    `clusters` is None where no reply names one. A pair is its action, a row of `acted`, and the
    number of its outcome.
    """

    strata: np.ndarray  # (replies,) 0, 1, ...
    clusters: np.ndarray | None
    outcomes: tuple[int, ...]  # of each pair
    families: tuple[str, ...]  # of each pair

    def within(self, units: np.ndarray, acted: np.ndarray, reported: np.ndarray) -> BatchTests:
        """Test one pair in every round within workshops, or within administrations.

        A unit in which the action does not vary carries no information and is left aside.
        """
        varied, codes = _where_varied(acted, units)
        tables = batch_tables(
            acted[..., varied], reported[..., varied], codes, codes.max(initial=-1) + 1
        )
        return batch_exact(tables) if len(units) <= EXACT_LIMIT else _by_z(tables)


def chance_of_a_sign(
    replies: pd.DataFrame,
    pairs: pd.DataFrame,
    strata: str = "workshop",
    clusters: str = "administration",
    resamples: int = RESAMPLES,
    seed: int = 2021,
) -> float:
    """Give how often chance alone makes at least one declared pair suggestive, in rounds like this
    one.

    Whole rows of outcomes are permuted among the replies of a stratum: nothing goes with anything,
    and what the actions of a reply have in common stays, and what its outcomes have in common.
    Administrations whose readiness to act and to report is shared make signs more often than that
    (docs/methods.md).

    Parameters
    ----------
    replies : as for `associations`.
    pairs : `action`, `outcome`, `family`; the exploratory ones are left out.
    resamples : permutations; fewer, at least 199, where there are many replies.

    Returns
    -------
    Share of the permutations, 0 to 1. Missing without a declared pair, and beyond 100,000 replies.
    """
    declared = pairs[pairs["family"] != EXPLORATORY]
    if declared.empty or not 0 < len(replies) <= CHANCE_LIMIT:
        return np.nan
    design, acted, reported = _designed(replies, declared, strata, clusters)
    rng = np.random.default_rng(seed)
    rounds = min(resamples, max(LEAST_RESAMPLES, PERMUTED // len(replies)))
    batch = max(1, min(rounds, PERMUTED // len(replies)))
    signs = []
    for start in range(0, rounds, batch):
        order = _permuted_within(design.strata, min(batch, rounds - start), rng)
        tests = [
            both_comparisons(design, acted[pair], reported[outcome][order])
            for pair, outcome in enumerate(design.outcomes)
        ]
        signs.append((judged_rounds(side_by_side(tests), design) != "").any(axis=1))
    return float(np.concatenate(signs).mean())


def detectable_by_the_rule(
    replies: pd.DataFrame,
    pairs: pd.DataFrame,
    strata: str = "workshop",
    clusters: str = "administration",
    rounds: int = ROUNDS,
    seed: int = 2021,
) -> pd.DataFrame:
    """Give the difference of shares that the whole rule finds in four of five rounds, for each
    declared pair.

    Held fixed are the round's replies but for one outcome: of each workshop the number that
    reported it. Which of its replies did is drawn anew, with an odds ratio for the action; then all
    declared pairs are tested and judged. The smallest odds ratio that is found in four of five
    rounds gives the difference, as in `power`.

    Returns
    -------
    DataFrame by the index of `pairs`: `rule_detectable_difference` (the rule says "supported") and
    `rule_suggestive_difference` (at least "suggestive") where those with the action report the
    outcome more often, and both with `_apart` where they report it less often (negative). Missing
    where no difference, however large, would do, for exploratory pairs, and beyond 1,000 replies.
    """
    columns = {
        f"{name}{way}": (level, strengths)
        for way, strengths in (("", STRENGTHS), ("_apart", 1 / STRENGTHS))
        for name, level in (
            ("rule_detectable_difference", SUPPORTED),
            ("rule_suggestive_difference", SUGGESTIVE),
        )
    }
    table = pd.DataFrame(np.nan, pairs.index, list(columns))
    for index, search in _searches(replies, pairs, strata, clusters, rounds, seed):
        table.loc[index] = search.differences(list(columns.values()))
    return table


def power_of_the_rule(
    replies: pd.DataFrame,
    pairs: pd.DataFrame,
    strata: str = "workshop",
    clusters: str = "administration",
    rounds: int = ROUNDS,
    seed: int = 2021,
) -> pd.DataFrame:
    """Give how often the whole rule finds each declared pair, over a range of true odds ratios.

    The rounds are drawn as for `detectable_by_the_rule`, from the same random numbers.

    Returns
    -------
    One row a pair and odds ratio: `action`, `outcome`, `odds_ratio`, `difference` (of the expected
    shares with and without the action), and the share of rounds in which the rule says `supported`,
    and at least `suggestive`, in the true direction (at odds ratio 1, in either). No row for a pair
    that is not simulated.
    """
    rows = []
    for index, search in _searches(replies, pairs, strata, clusters, rounds, seed):
        action, outcome = pairs.loc[index, ["action", "outcome"]]
        curves = (
            search.shares([(level, ratio) for ratio in CURVE]) for level in (SUPPORTED, SUGGESTIVE)
        )
        for ratio, *shares in zip(CURVE, *curves, strict=True):
            rows.append((action, outcome, ratio, search.expected_difference(ratio), *shares))
    names = ["action", "outcome", "odds_ratio", "difference", SUPPORTED, SUGGESTIVE]
    return pd.DataFrame(rows, columns=names)


def _searches(
    replies: pd.DataFrame, pairs: pd.DataFrame, strata: str, clusters: str, rounds: int, seed: int
) -> Iterator[tuple[Any, "_Search"]]:
    """Prepare the search for each declared pair that varies in some stratum, by its index."""
    declared = pairs[pairs["family"] != EXPLORATORY]
    if declared.empty or not 0 < len(replies) <= FINDS_LIMIT:
        return
    design, acted, reported = _designed(replies, declared, strata, clusters)
    rounds = min(rounds, max(LEAST_ROUNDS, SIMULATED // len(replies)))
    as_given = [
        both_comparisons(design, acted[pair], reported[outcome][None, :])
        for pair, outcome in enumerate(design.outcomes)
    ]
    for pair, index in enumerate(declared.index):
        search = _Search(design, acted, reported, as_given, pair, rounds, seed)
        if search.varies:
            yield index, search


class _Search:
    """The smallest odds ratio of one pair that the rule finds, by simulation with the same random
    numbers throughout."""

    def __init__(
        self,
        design: RoundDesign,
        acted: np.ndarray,
        reported: np.ndarray,
        as_given: list[dict[str, np.ndarray]],
        pair: int,
        rounds: int,
        seed: int,
    ) -> None:
        self.design, self.acted, self.as_given, self.pair = design, acted, as_given, pair
        self.outcome = design.outcomes[pair]
        self.own, self.given = acted[pair], reported[self.outcome]
        answered = ~(np.isnan(self.own) | np.isnan(self.given))
        self.tables = batch_tables(
            self.own[None, :], self.given[None, :], design.strata, int(design.strata.max()) + 1
        )[0]
        self.exact = exact_common_odds_ratio(self.tables)
        self.varies = self.exact.is_informative
        rng = np.random.default_rng([seed, pair])
        self.draws = rng.random((rounds, len(self.tables)))
        self.keys = keys = rng.random((rounds, len(self.given)))
        self.groups = [
            (
                stratum,
                [
                    _ranks(keys, answered & (self.own == took) & (design.strata == stratum))
                    for took in (1, 0)
                ],
            )
            for stratum in range(len(self.tables))
        ]
        self.powers: dict[tuple[str, float], float] = {}

    def differences(self, levels: Sequence[tuple[str, np.ndarray]]) -> list[float]:
        """Give for each level, of so many odds ratios, the difference in expected rates at the
        smallest that is found with enough power.

        All searches take a step together, so that few large batches of rounds are tested.
        """
        steps = [_smallest_ratio(strengths) for _, strengths in levels]
        ends = [np.nan] * len(steps)
        ratios = {number: next(step) for number, step in enumerate(steps)}
        while ratios:
            shares = self.shares([(levels[number][0], ratio) for number, ratio in ratios.items()])
            for number, share in zip(list(ratios), shares, strict=True):
                try:
                    ratios[number] = steps[number].send(share)
                except StopIteration as end:
                    ends[number] = end.value
                    del ratios[number]
        return [np.nan if np.isnan(ratio) else self.expected_difference(ratio) for ratio in ends]

    def expected_difference(self, odds_ratio: float) -> float:
        """Give the difference of the expected shares with and without the action."""
        with_action, without = expected_rates(self.exact, odds_ratio)
        return with_action - without

    def shares(self, questions: Sequence[tuple[str, float]]) -> list[float]:
        """Give for each level and odds ratio the share of rounds in which the rule says
        `supported`, or at least `suggestive`, in the true direction."""
        for level in (SUPPORTED, SUGGESTIVE):
            ratios = dict.fromkeys(ratio for its_level, ratio in questions if its_level == level)
            missing = [ratio for ratio in ratios if (level, ratio) not in self.powers]
            size = max(1, PERMUTED // self.keys.size)
            for start in range(0, len(missing), size):
                part = missing[start : start + size]
                judged, ways = self._judged(self.drawn(part), alone=level == SUGGESTIVE)
                for ratio, verdict, way in zip(part, judged, ways, strict=True):
                    right = way == np.sign(np.log(ratio)) if ratio != 1 else verdict != ""
                    self.powers[SUGGESTIVE, ratio] = float(((verdict != "") & right).mean())
                    if level == SUPPORTED:
                        self.powers[level, ratio] = float(((verdict == level) & right).mean())
        return [self.powers[question] for question in questions]

    def _judged(self, reported: np.ndarray, alone: bool) -> tuple[np.ndarray, np.ndarray]:
        """Judge the pair in rounds (ratios, rounds, replies), and tell which way it points: with
        the other declared pairs, or `alone`, where only a sign matters, which they do not touch."""
        design, acted, place = self.design, self.acted, self.pair
        if alone:
            design = replace(design, outcomes=(self.outcome,), families=(design.families[place],))
            acted, place = acted[[place]], 0
        shape, reported = reported.shape[:2], reported.reshape(-1, reported.shape[2])
        every = side_by_side(
            [
                both_comparisons(design, acted[pair], reported)
                if outcome == self.outcome
                else self.as_given[pair]
                for pair, outcome in enumerate(design.outcomes)
            ]
        )
        if not alone:
            every = with_units_left_out(design, acted, {self.outcome: reported}, every, (place,))
        judged, ways = judged_rounds(every, design), directions(every)
        return judged[:, place].reshape(shape), ways[:, place].reshape(shape)

    def drawn(self, odds_ratios: Sequence[float]) -> np.ndarray:
        """Draw the outcome anew in every round, given how many of each stratum reported it: (odds
        ratios, rounds, replies)."""
        reported = np.tile(self.given, (len(odds_ratios), len(self.draws), 1))
        for stratum, groups in self.groups:
            table = self.tables[stratum]
            both = np.array(
                [_noncentral(table, ratio, self.draws[:, stratum]) for ratio in odds_ratios]
            )
            for (members, ranks), yes in zip(groups, (both, table[:, 0].sum() - both), strict=True):
                reported[:, :, members] = ranks < yes[:, :, None]
        return reported


def _smallest_ratio(strengths: np.ndarray) -> Generator[float, float, float]:
    """Ask for the power at one odds ratio after the other, and give the smallest with enough of it,
    by interpolation; missing where even the strongest has not."""
    low, high = -1, len(strengths) - 1
    lower, upper = np.nan, (yield strengths[high])
    if upper < POWER:
        return np.nan
    while high - low > 1:
        middle = (low + high) // 2
        power = yield strengths[middle]
        if power >= POWER:
            high, upper = middle, power
        else:
            low, lower = middle, power
    if low < 0:
        return float(strengths[high])
    part = (POWER - lower) / (upper - lower)
    return float(strengths[low] * (strengths[high] / strengths[low]) ** part)


def _designed(
    replies: pd.DataFrame, pairs: pd.DataFrame, strata: str, clusters: str
) -> tuple[RoundDesign, np.ndarray, np.ndarray]:
    """Give the design of a round, its answers about each pair's action, and about each outcome."""
    outcomes = list(dict.fromkeys(pairs["outcome"]))
    by_stratum = pd.factorize(cluster_labels(replies, strata, strata), sort=True)[0]
    by_cluster = None
    if clusters in replies and replies[clusters].notna().any():
        by_cluster = pd.factorize(cluster_labels(replies, clusters, strata), sort=True)[0]
    acted = np.array([_floats(any_of(replies, action)) for action in pairs["action"]])
    reported = np.array([_floats(any_of(replies, outcome)) for outcome in outcomes])
    # The answer does not depend on the order of the replies.
    units = by_stratum if by_cluster is None else by_cluster
    order = np.lexsort((*acted, *reported, units, by_stratum))
    design = RoundDesign(
        by_stratum[order],
        None if by_cluster is None else by_cluster[order],
        tuple(outcomes.index(outcome) for outcome in pairs["outcome"]),
        tuple(pairs["family"]),
    )
    return design, acted[:, order], reported[:, order]


def _floats(answers: pd.Series) -> np.ndarray:
    return answers.astype("Float64").to_numpy(float, na_value=np.nan)


def _permuted_within(strata: np.ndarray, rounds: int, rng: np.random.Generator) -> np.ndarray:
    """Give, for each round, whose row each reply gets: one of its own stratum."""
    order = np.argsort(strata, kind="stable")
    shuffled = np.empty((rounds, len(strata)), np.int64)
    for members in np.split(order, np.flatnonzero(np.diff(strata[order])) + 1):
        shuffled[:, members] = rng.permuted(np.tile(members, (rounds, 1)), axis=1)
    return shuffled


def both_comparisons(
    design: RoundDesign, acted: np.ndarray, reported: np.ndarray
) -> dict[str, np.ndarray]:
    """Test one pair in every round, within workshops and within administrations, in the columns of
    associations.csv."""
    within = design.within(design.strata, acted, reported)
    tests = {"exact_p": within.p_value, "common_odds_ratio": 2.0**within.direction}
    if design.clusters is None:
        nothing = np.full(len(within.p_value), np.nan)
        across = {"within_administration_p": nothing, "within_administration_odds_ratio": nothing}
    else:
        own = design.within(design.clusters, acted, reported)
        across = {
            "within_administration_p": own.p_value,
            "within_administration_odds_ratio": 2.0**own.direction,
        }
    return tests | across


def side_by_side(tests: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Give each statistic as an array (rounds, pairs), and the adjusted larger p."""
    rounds = max(len(test["exact_p"]) for test in tests)
    every = {
        name: np.stack([np.broadcast_to(test[name], rounds) for test in tests], axis=1)
        for name in tests[0]
    }
    adjusted = holm(larger_p(every))
    nothing = np.full(adjusted.shape, np.nan)
    return every | {
        "larger_adjusted_p": adjusted,
        "loo_administration_max_p": nothing,
        "within_administration_loo_workshop_max_p": nothing.copy(),
    }


def with_units_left_out(
    design: RoundDesign,
    acted: np.ndarray | Sequence[np.ndarray],
    reported: Mapping[int, np.ndarray],
    every: dict[str, np.ndarray],
    pairs: tuple[int, ...],
) -> dict[str, np.ndarray]:
    """Leave out one unit at a time, of those rounds alone where it can still matter."""
    if design.clusters is None:
        return every
    sure = np.zeros(every["exact_p"].shape)
    passes = verdicts(
        every
        | {
            "loo_administration_max_p": sure,
            "within_administration_loo_workshop_max_p": sure,
            "family": np.array(design.families, object),
        }
    )
    every = {name: values.copy() for name, values in every.items()}
    for pair in pairs:
        rounds = np.flatnonzero(passes[:, pair] == SUPPORTED)
        if len(rounds):
            own = acted[pair] if acted[pair].ndim == 1 else acted[pair][rounds]
            outcome = reported[design.outcomes[pair]][rounds]
            for name, compared, units in (
                ("loo_administration_max_p", design.strata, design.clusters),
                ("within_administration_loo_workshop_max_p", design.clusters, design.strata),
            ):
                every[name][rounds, pair] = _largest_p_without_one(own, outcome, compared, units)
    return every


def judged_rounds(every: dict[str, np.ndarray], design: RoundDesign) -> np.ndarray:
    """Give `supported`, `suggestive`, or empty."""
    judged = verdicts(every | {"family": np.array(design.families, object)}).astype(object)
    judged[~np.isin(judged, (SUPPORTED, SUGGESTIVE))] = ""
    return judged


def _largest_p_without_one(
    acted: np.ndarray, reported: np.ndarray, compared: np.ndarray, units: np.ndarray
) -> np.ndarray:
    """Give, for each round, the largest exact p with one unit left out: of the units without which
    z is smallest."""
    exact = len(compared) <= EXACT_LIMIT
    varied, codes = _where_varied(acted, compared)
    strata, number = codes.max(initial=-1) + 1, units.max(initial=-1) + 1
    acted, reported, units = acted[..., varied], reported[:, varied], units[varied]
    meetings, met = np.unique(codes * number + units, return_inverse=True)
    stratum, unit = np.divmod(meetings, number)
    tables = batch_tables(acted, reported, codes, strata)
    parts = batch_tables(acted, reported, met, len(meetings) + 1)  # the last one is empty
    places = np.full((number, strata), len(meetings))
    places[unit, stratum] = np.arange(len(meetings))
    before = z_parts(tables)
    change = z_parts(tables[:, stratum] - parts[:, :-1]) - before[:, :, stratum]
    belongs = (unit[:, None] == np.arange(number)).astype(float)
    excess, variance = before.sum(axis=2)[:, :, None] + change @ belongs
    order = np.argsort(np.abs(excess) / np.sqrt(np.maximum(variance, 1e-12)), axis=1, kind="stable")
    largest = np.zeros(len(tables))
    for left_out in order[:, :MOST_MOVING].T:
        rest = tables - parts[np.arange(len(parts))[:, None], places[left_out]]
        tests = batch_exact(rest) if exact else _by_z(rest)
        largest = np.maximum(largest, np.nan_to_num(tests.p_value, nan=1.0))
    return largest


def _where_varied(acted: np.ndarray, units: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give which replies are of a unit in which the action varies in some set, and the units of
    those, numbered anew."""
    sides = [
        np.bincount(units, (np.atleast_2d(acted) == answer).any(axis=0)) > 0 for answer in (0, 1)
    ]
    varied = (sides[0] & sides[1])[units]
    return varied, np.unique(units[varied], return_inverse=True)[1]


def _by_z(tables: np.ndarray) -> BatchTests:
    """Test by Mantel and Haenszel's chi-square: what the exact test comes to where there are many
    replies."""
    excess, variance = z_parts(tables).sum(axis=2)
    with np.errstate(divide="ignore", invalid="ignore"):
        p_values = np.where(variance > 0, chi2.sf(excess**2 / variance, 1), np.nan)
    direction = np.where(np.abs(excess) < 1e-9, 0, np.sign(excess)).astype(int)
    return BatchTests(p_values, direction, (z_parts(tables)[1] > 0).sum(axis=1))


def _ranks(keys: np.ndarray, group: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the places of a group's replies, and each one's rank by its key in every round."""
    members = np.flatnonzero(group)
    return members, keys[:, members].argsort(axis=1).argsort(axis=1)


def _noncentral(table: np.ndarray, odds_ratio: float, draws: np.ndarray) -> np.ndarray:
    """Draw `both` of one stratum given its margins, at an odds ratio, from uniform random
    numbers."""
    (acted, did_not), yes = table.sum(axis=1), table[:, 0].sum()
    lowest, highest = max(0, yes - did_not), min(acted, yes)
    both = np.arange(lowest, highest + 1)
    logs = both * np.log(odds_ratio) - (
        gammaln(both + 1)
        + gammaln(acted - both + 1)
        + gammaln(yes - both + 1)
        + gammaln(did_not - yes + both + 1)
    )
    chances = np.exp(logs - logs.max())
    steps = np.cumsum(chances / chances.sum())[:-1]
    return lowest + np.searchsorted(steps, draws, side="right")
