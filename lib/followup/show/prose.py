"""Prose with facts: Markdown whose numbers are expressions, in a notebook's cell or in the office's own words.

A cell that begins with `%%prose` is Markdown; `{{ … }}` in it is an expression over the notebook's variables, `{% if … %}` a
condition beside the sentence that needs it (Jinja). Every value is escaped; a name that isn't there raises.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import jinja2
import pandas as pd
from IPython.display import Markdown
from markupsafe import Markup

from followup.show import numbers

# Characters that Markdown or HTML would take for their own: a backslash before them makes them text.
SPECIAL = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_[]<>&|$~{}#"})


def escape(value: object) -> object:
    """Give a value as text that neither Markdown nor HTML takes for more; what is marked up already stays."""
    if isinstance(value, Markup):
        return value
    text = numbers.UNKNOWN if value is None or value is pd.NA or value != value else str(value)
    return re.sub(r"\s*\n\s*", " ", text).translate(SPECIAL)


def and_list(items: Iterable[object], most: int = 3, others: str = "others") -> str:
    """Join names: `a, b and c`; of more than `most`, the first and how many others there are.

    >>> and_list(["a", "b", "c", "d", "e"])
    'a, b, c and 2 others'
    """
    names = [str(item) for item in items]
    if len(names) > most + 1:
        names = [*names[:most], f"{len(names) - most} {others}"]
    return (
        names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""
    )


def plural(number: float, one: str, many: str = "") -> str:
    """Give a number with its noun: `1 reply`, `58 replies`; `no replies` for nought.

    >>> plural(58, "reply", "replies")
    '58 replies'
    """
    noun = one if number == 1 else many or f"{one}s"
    return f"{numbers.count(number) if number else 'no'} {noun}"


def agree(number: float, one: str, many: str) -> str:
    """Give the form of a word that agrees with a number: `agree(1, "is", "are")`."""
    return one if number == 1 else many


def how_many(number: float, total: float) -> str:
    """Say how many of all: `none of the 9`, `both`, `all 9`, `5 of the 9`.

    >>> how_many(9, 9)
    'all 9'
    """
    if number == 0:
        return f"none of the {numbers.count(total)}" if total > 1 else "not the only one"
    if number == total:
        return {1: "the only one", 2: "both"}.get(int(total), f"all {numbers.count(total)}")
    return f"{numbers.count(number)} of the {numbers.count(total)}"


def compared(first: float, second: float, more: str = "more often than", less: str = "less often than",
             same: str = "as often as") -> str:  # fmt: skip
    """Say which of two shares is larger, as the page prints them: shares that read the same are the same."""
    difference = int(numbers.percent(first)[:-1]) - int(numbers.percent(second)[:-1])
    return more if difference > 0 else less if difference < 0 else same


def capital(text: str) -> str:
    """Give a text a capital first."""
    return text[:1].upper() + text[1:]


@dataclass(frozen=True)
class Extreme:
    """The rows of a series with its greatest or least value: `names` (more than one where they tie), and the `value`."""

    names: tuple[str, ...]
    value: float
    of: int

    @property
    def everyone(self) -> bool:
        """Whether all rows have this value, so that none stands out."""
        return len(self.names) == self.of

    def __bool__(self) -> bool:
        return bool(self.names)

    def __str__(self) -> str:
        return and_list(self.names)


def _extreme(values: Mapping[str, float] | pd.Series, greatest: bool) -> Extreme:
    known = pd.Series(values).dropna().astype(float)
    if known.empty:
        return Extreme((), float("nan"), 0)
    value = known.max() if greatest else known.min()
    return Extreme(tuple(map(str, known.index[known == value])), float(value), len(known))


def highest(values: Mapping[str, float] | pd.Series) -> Extreme:
    """Find the rows with the greatest value, ties included; missing values are passed over."""
    return _extreme(values, greatest=True)


def lowest(values: Mapping[str, float] | pd.Series) -> Extreme:
    """Find the rows with the least value, ties included; missing values are passed over."""
    return _extreme(values, greatest=False)


def each(extreme: Extreme, words: pd.Series) -> str:
    """Say what the rows of an extreme have: `83% (48 of 58)`; of several rows `each 83% (48 of 58)`, or one after another.

    Parameters
    ----------
    words : by the names of the rows, a share with its base.
    """
    texts = list(dict.fromkeys(words[list(extreme.names)]))
    return f"each {texts[0]}" if len(texts) == 1 < len(extreme.names) else and_list(texts)


HELPERS: dict[str, Callable[..., Any]] = {
    helper.__name__: helper
    for helper in (and_list, plural, agree, how_many, compared, capital, highest, lowest, each)
}
HELPERS |= {"of": numbers.of, "between": numbers.between}


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined, finalize=escape, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {**numbers.FORMATS, "and_list": and_list, "capital": capital}
    environment.globals |= HELPERS
    return environment


ENVIRONMENT = _environment()


def fill(text: str, names: Mapping[str, object]) -> str:
    """Fill prose with values.

    Parameters
    ----------
    text : Markdown with Jinja expressions.
    names : what the expressions may use.

    Returns
    -------
    Markdown; empty where no sentence's condition holds.

    Raises
    ------
    jinja2.UndefinedError, KeyError
        An expression uses a name or a fact that isn't there.
    """
    filled = ENVIRONMENT.from_string(text).render(names)
    return re.sub(
        r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in filled.split("\n"))
    ).strip()


def prose(text: str, **names: object) -> Markdown | None:
    """Show prose filled with values; nothing where no sentence's condition holds."""
    filled = fill(text, names)
    return Markdown(filled) if filled else None


def register_magic() -> None:
    """Make `%%prose` known to the notebook that imports this package."""
    from IPython.core.getipython import get_ipython
    from IPython.display import display

    shell = get_ipython()
    if shell is None:
        return

    def cell(line: str, body: str) -> None:
        shown = prose(body, **shell.user_ns)
        if shown is not None:
            display(shown, metadata={"class": line.strip()} if line.strip() else {})

    shell.register_magic_function(cell, "cell", "prose")
