"""Numbers: rounded as print does, and never said to be less than they are."""

import pytest

from followup.show import numbers


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.625, "63%"),
        (0.5, "50%"),
        (0.985, "99%"),
        (0.345, "35%"),
        (0.0, "0%"),
        (1.0, "100%"),
        (None, "–"),
    ],
)
def test_percentages_are_rounded_half_up(value, text):
    assert numbers.percent(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0004, "less than 0.001"), (0.0314, "0.031"), (0.8571, "0.86"), (None, "–")],
)
def test_p_values_are_never_said_to_be_nought(value, text):
    assert numbers.p_value(value) == text
