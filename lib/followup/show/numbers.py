"""How numbers are written: one format for each kind, on the page, in figures and in sentences."""

from collections.abc import Callable
from typing import Any

import pandas as pd

UNKNOWN = "not known"
DASH = "–"


def percent(value: float) -> str:
    """Write a share from 0 to 1 as a whole percentage, rounded half up as print does; `–` if
    missing.

    >>> percent(0.378)
    '38%'
    """
    return DASH if pd.isna(value) else f"{int(float(value) * 100 + 0.5 + 1e-9)}%"


def count(value: float) -> str:
    """Write a count with its thousands separated; `–` if missing."""
    return DASH if pd.isna(value) else f"{float(value):,.0f}"


def plain(value: float) -> str:
    """Write a number without separators, as a year; `–` if missing."""
    return DASH if pd.isna(value) else f"{value:g}"


def p_value(value: float) -> str:
    """Write a p-value with at most three decimals; `–` if missing."""
    if pd.isna(value):
        return DASH
    if value < 0.001:
        return "less than 0.001"
    return f"{value:.3f}" if value < 0.1 else f"{value:.2f}"


def p_is(value: float) -> str:
    """Write what stands behind the letter p: `= 0.049`, or `less than 0.001`.

    >>> p_is(0.049), p_is(0.0002)
    ('= 0.049', 'less than 0.001')
    """
    text = p_value(value)
    return f"= {text}" if text[0].isdigit() else text


def ratio(value: float) -> str:
    """Write a ratio with two significant digits; `–` if missing, `infinite` without a limit."""
    if pd.isna(value):
        return DASH
    if value in (float("inf"), float("-inf")):
        return "infinite"
    return f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def points(value: float) -> str:
    """Write a difference of shares in percentage points, with its sign; `–` if missing.

    >>> points(-0.124), points(-0.001)
    ('−12', '0')
    """
    if pd.isna(value):
        return DASH
    whole = round(value * 100)
    return f"{whole:+d}".replace("-", "−") if whole else "0"


def of(part: float | pd.Series, whole: float | pd.Series) -> Any:
    """Write a share with its base, `67% (32 of 48)`; `– (of none)` where the base is nought. Of two
    columns, a column.

    >>> of(32, 48)
    '67% (32 of 48)'
    """
    if isinstance(part, pd.Series):
        wholes = whole if isinstance(whole, pd.Series) else pd.Series(whole, part.index)
        texts = [of(*pair) for pair in zip(part, wholes, strict=True)]
        return pd.Series(texts, part.index, dtype=object)
    if pd.isna(part) or pd.isna(whole):
        return DASH
    share = percent(part / whole) if whole else DASH
    return f"{share} ({count(part)} of {count(whole)})" if whole else f"{share} (of none)"


def between(low: float, high: float, kind: str = "ratio") -> str:
    """Write an interval, `0.2 to 5.4`; `–` if a limit is missing."""
    return (
        DASH if pd.isna(low) or pd.isna(high) else f"{FORMATS[kind](low)} to {FORMATS[kind](high)}"
    )


FORMATS: dict[str, Callable[[float], str]] = {
    "share": percent,
    "count": count,
    "number": plain,
    "p": p_value,
    "ratio": ratio,
    "points": points,
}
