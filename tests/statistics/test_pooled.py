"""Boschloo's test: its largest value is found."""

import numpy as np
import pytest
from scipy.stats import binom, boschloo_exact, hypergeom

from followup.statistics.pooled import boschloo_p


def by_a_fine_grid(table: list[list[int]]) -> float:
    """Twice the smaller side, from every table and 40,001 rates."""
    (a, b), (c, d) = table
    acted, did_not = a + b, c + d
    rates = np.sin(np.linspace(0, np.pi / 2, 40_001)) ** 2
    sides = []
    for own, other in ((a, c), (b, d)):
        rows, columns = np.mgrid[: acted + 1, : did_not + 1]
        p_values = hypergeom.sf(rows - 1, acted + did_not, acted, rows + columns)
        extreme = p_values <= p_values[own, other] * (1 + 1e-7)
        chance = np.zeros(len(rates))
        for i, j in np.argwhere(extreme):
            chance += binom.pmf(i, acted, rates) * binom.pmf(j, did_not, rates)
        sides.append(chance.max())
    return min(1.0, 2 * min(sides))


@pytest.mark.parametrize(
    "table", [[[3, 12], [10, 5]], [[7, 8], [12, 3]], [[0, 5], [4, 1]], [[1, 9], [3, 3]]]
)
def test_the_largest_value_is_found_where_there_are_several_peaks(table: list) -> None:
    assert boschloo_p(table) == pytest.approx(by_a_fine_grid(table), rel=1e-6)


def test_scipy_stops_at_a_local_maximum_here() -> None:
    table = [[3, 12], [10, 5]]
    assert boschloo_p(table) == pytest.approx(0.01267388966, rel=1e-9)
    assert boschloo_exact(np.transpose(table)).pvalue < 0.012673


@pytest.mark.parametrize("seed", range(20))
def test_it_is_never_below_what_scipy_finds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sizes = rng.integers(2, 25, 2)
    successes = [int(rng.integers(0, size + 1)) for size in sizes]
    if sum(successes) in (0, sizes.sum()):
        pytest.skip("no variation")
    table = [[yes, int(size) - yes] for yes, size in zip(successes, sizes, strict=True)]
    assert boschloo_p(table) >= boschloo_exact(np.transpose(table), n=64).pvalue - 1e-9
