"""Prose with facts: Markdown whose numbers are expressions, in a notebook's cell or in the office's
own words.

A cell that begins with `%%prose` is Markdown; `{{ … }}` in it is an expression over the notebook's
variables, `{% if … %}` a condition beside the sentence that needs it (Jinja). Every value is
escaped; a name that isn't there raises `ProseError`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

import jinja2
import pandas as pd
from IPython.display import Markdown
from jinja2 import meta
from markupsafe import Markup

from followup.show import numbers

if TYPE_CHECKING:
    from followup.rounds import Round

# Signs that Markdown or HTML would take for their own: a backslash before them makes them text.
SPECIAL = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_[]<>&|$~{}#@"})
AT_THE_START = re.compile(
    r"^(\d*)([-+=.)])(?=[\s=-]|$)"
)  # of a line: a list, a heading's underline
ADDRESS = re.compile(r"(?i)(www|[a-z]{2,})(\.|:(?=//))")  # becomes a link by itself
# Scripts that are read from the right: what is in one turns the figures after it, unless it is kept
# apart by the two marks.
FROM_THE_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff]")
APART = "\u2068{}\u2069"
JOINER = "\u2060"  # no width: keeps `\(` from becoming mathematics


class ProseError(ValueError):
    """Prose cannot be filled; the text says in which line, and which name is near."""


def escape(value: object) -> object:
    """Give a value as text that neither Markdown nor HTML takes for more; what is marked up already
    stays.

    Parameters
    ----------
    value : a missing one is said to be not known; line breaks become spaces.

    >>> escape("<b> & *c*")
    '\\\\<b\\\\> \\\\& \\\\*c\\\\*'
    """
    if isinstance(value, Markup):
        return value
    if isinstance(value, pd.Series | pd.DataFrame | pd.Index):
        raise TypeError(f"a {type(value).__name__} is not a value: name one of its cells")
    if isinstance(value, jinja2.Undefined):
        return str(value)  # raises, and says which name it is
    text = numbers.UNKNOWN if value is None or value is pd.NA or value != value else str(value)
    text = re.sub(r"(?<=\\)(?=[()\[\]])", JOINER, " ".join(text.split()))
    text = ADDRESS.sub(_broken, text.translate(SPECIAL))
    text = AT_THE_START.sub(r"\1\\\2", text)
    return APART.format(text) if FROM_THE_RIGHT.search(text) else text


def _broken(address: re.Match[str]) -> str:
    has_scheme = address[2] == ":" or address[1].lower() == "www"
    return f"{address[1]}\\{address[2]}" if has_scheme else address[0]


def _number(value: Any) -> float:
    """The number of a fact, or a number as it is; not a number where it is missing."""
    value = getattr(value, "value", value)
    return float("nan") if pd.isna(value) else float(value)


def and_list(items: Iterable[object], most: int = 3, others: str = "others") -> str:
    """Join names: `a, b and c`; of more than `most`, the first and how many others there are; of
    none, nothing.

    A single one is never left over: four names are all said where three are the most.

    >>> and_list(["a", "b", "c", "d", "e"])
    'a, b, c and 2 others'
    """
    names = [str(item) for item in items]
    if len(names) > most + 1:
        names = [*names[:most], f"{len(names) - most} {others}"]
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def plural(number: Any, one: str, many: str = "") -> str:
    """Give a number, or a fact, with its noun: `1 reply`, `58 replies`, `no replies`, `an unknown
    number of replies`.

    >>> plural(58, "reply", "replies")
    '58 replies'
    """
    amount, several = _number(number), many or f"{one}s"
    if pd.isna(amount):
        return f"an unknown number of {several}"
    return f"{numbers.count(amount) if amount else 'no'} {one if amount == 1 else several}"


def agree(number: Any, one: str, many: str) -> str:
    """Give the form of a word that agrees with a number, or with how many names there are:
    `agree(1, "is", "are")`.

    >>> agree(highest({"a": 1, "b": 1}), "was", "were")
    'were'
    """
    amount = len(number.names) if isinstance(number, Extreme) else _number(number)
    return one if amount == 1 else many


def how_many(number: Any, total: Any) -> str:
    """Say how many of all: `none of the 9`, `5 of the 9`, `all 9`, `both`; `the only one` or `none`
    where there is one.

    >>> how_many(9, 9)
    'all 9'
    """
    part, whole = _number(number), _number(total)
    if part < 0 or part > whole:
        raise ValueError(f"{part:g} of {whole:g} is not a part of a whole")
    if pd.isna(part) or pd.isna(whole):
        return f"an unknown number of the {numbers.count(whole)}".replace(" the –", "")
    if part == 0:
        return f"none of the {numbers.count(whole)}" if whole > 1 else "none"
    if part == whole:
        return {1: "the only one", 2: "both"}.get(int(whole), f"all {numbers.count(whole)}")
    return f"{numbers.count(part)} of the {numbers.count(whole)}"


def compared(
    first: Any, second: Any, more: str = "more often than", less: str = "less often than",
    same: str = "as often as", unknown: str = "it is not known whether more or less often than",
) -> str:  # fmt: skip
    """Say which of two shares is larger, as the page prints them: shares that read the same are the
    same.

    >>> compared(0.503, 0.504)
    'as often as'
    """
    shares = _number(first), _number(second)
    if any(map(pd.isna, shares)):
        return unknown
    left, right = (int(numbers.percent(share)[:-1]) for share in shares)
    return more if left > right else less if left < right else same


def capital(text: object) -> str:
    """Give a text a capital first."""
    words = text if isinstance(text, str) else str(text)
    return words[:1].upper() + words[1:]


@dataclass(frozen=True)
class Extreme:
    """The rows of a series with its greatest or least value: `names` (more than one where they
    tie), and the `value`.

    It is false where no row has a value; as text it is the names, joined.
    """

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
    numbers = pd.Series(values, dtype=object).dropna().astype(float).round(9)
    if numbers.empty:
        return Extreme((), float("nan"), 0)
    value = numbers.max() if greatest else numbers.min()
    return Extreme(tuple(map(str, numbers.index[numbers == value])), float(value), len(numbers))


def highest(values: Mapping[str, float] | pd.Series) -> Extreme:
    """Find the rows with the greatest value, ties included; missing values are passed over.

    >>> str(highest({"a": 1, "b": 3, "c": 3}))
    'b and c'
    """
    return _extreme(values, greatest=True)


def lowest(values: Mapping[str, float] | pd.Series) -> Extreme:
    """Find the rows with the least value, ties included; missing values are passed over."""
    return _extreme(values, greatest=False)


def each(extreme: Extreme, words: pd.Series) -> str:
    """Say what the rows of an extreme have: `83% (48 of 58)`; of several rows `each 83% (48 of
    58)`, or the share alone where their bases differ.

    Parameters
    ----------
    words : by the names of the rows, a share with its base.
    """
    texts = list(dict.fromkeys(words[list(extreme.names)]))
    said = texts[0] if len(texts) == 1 else "".join(texts[:1]).partition(" (")[0]
    return f"each {said}" if len(extreme.names) > 1 else said


def in_words(write: Callable[..., str]) -> Callable[..., str]:
    """Make of a number format for tables, where a missing value is a dash, one for sentences, where
    it is not known."""

    @wraps(write)
    def in_sentence(value: Any, *others: Any) -> str:
        text = write(
            getattr(value, "value", value), *(getattr(one, "value", one) for one in others)
        )
        return numbers.UNKNOWN if text == numbers.DASH else text

    return in_sentence


HELPERS: dict[str, Callable[..., Any]] = {
    helper.__name__: helper
    for helper in (and_list, plural, agree, how_many, compared, capital, highest, lowest, each)
}
HELPERS |= {"of": in_words(numbers.of), "between": in_words(numbers.between)}


class _Environment(jinja2.Environment):
    """Jinja, where a name that a mapping lacks is an error and not a value that is not defined."""

    def getitem(self, obj: Any, argument: Any) -> Any:
        if not isinstance(obj, Mapping) or argument in obj:
            return super().getitem(obj, argument)
        if not isinstance(obj, dict):
            return obj[argument]  # raises, and says more
        near = difflib.get_close_matches(str(argument), map(str, obj), n=3)
        raise KeyError(f"there is no {argument!r}; near it are {', '.join(near) or 'none'}")


def _environment() -> jinja2.Environment:
    environment = _Environment(
        undefined=jinja2.StrictUndefined, finalize=escape, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {name: in_words(write) for name, write in numbers.FORMATS.items()}
    environment.filters |= {"p_is": in_words(numbers.p_is), "and_list": and_list}
    environment.filters |= {"capital": capital}
    environment.globals |= HELPERS
    environment.tests["known"] = lambda value: not pd.isna(getattr(value, "value", value))
    return environment


ENVIRONMENT = _environment()


def fill(text: str, names: Mapping[str, object], first_line: int = 1) -> str:
    """Fill prose with values.

    Parameters
    ----------
    text : Markdown with Jinja expressions.
    names : what the expressions may use.
    first_line : the number that an error gives the text's first line.

    Returns
    -------
    Markdown; empty where no sentence's condition holds.

    Raises
    ------
    ProseError
        An expression is wrong, or uses a name or a fact that isn't there.
    """
    try:
        filled = ENVIRONMENT.from_string(text).render(names)
    except Exception as error:
        line = _line(error)
        source = text.splitlines()[line - 1 : line]
        where = f"line {line + first_line - 1}" + "".join(f" ({one.strip()})" for one in source)
        raise ProseError(f"{where}: {_reason(error, names)}") from None
    lines = "\n".join(line.rstrip() for line in filled.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


def _line(error: Exception) -> int:
    """The line of the text in which an error arose."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        return error.lineno
    line, trace = 1, error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _reason(error: Exception, names: Mapping[str, object]) -> str:
    """What is wrong in words, with the names that are near."""
    if isinstance(error, KeyError):
        return str(error.args[0])
    text = str(error)
    unknown = re.match(r"'(\w+)' is undefined|No filter named '(\w+)'", text)
    if not unknown:
        return text
    candidates = [*names, *HELPERS] if unknown[1] else list(ENVIRONMENT.filters)
    near = difflib.get_close_matches(unknown[1] or unknown[2], candidates, n=3)
    verb = "is" if len(near) == 1 else "are"
    return f"{text.rstrip('.')}; near it {verb} {', '.join(near) or 'none'}"


def faults(text: str, names: Iterable[str]) -> list[tuple[int, str]]:
    """Find what is wrong with prose before there are values: each fault with its line.

    Parameters
    ----------
    text : Markdown with Jinja expressions.
    names : the names that there will be.
    """
    try:
        tree = ENVIRONMENT.parse(text)
    except jinja2.TemplateSyntaxError as error:
        return [(error.lineno, str(error.message))]
    there = [*names, *HELPERS]
    absent = meta.find_undeclared_variables(tree) - set(there)
    near = {name: difflib.get_close_matches(name, there, n=1) for name in absent}
    listed = [
        (line, name)
        for line, source in enumerate(text.splitlines(), 1)
        for name in sorted(absent)
        if re.search(rf"\{{[{{%][^}}]*\b{name}\b", source)
    ]
    return [
        (line, f"there is no {name!r}" + "".join(f"; near it is {one}" for one in near[name]))
        for line, name in listed
    ]


def prose(text: str, **names: object) -> Markdown | None:
    """Show prose filled with values; nothing where no sentence's condition holds."""
    filled = fill(text, names)
    return Markdown(filled) if filled else None


def words(survey_round: Round, name: str, **names: object) -> Markdown | None:
    """Show the office's own words, `data/raw/YEAR/words/NAME.md`, filled with values; nothing where
    it has none.

    Parameters
    ----------
    survey_round : its year has the words; `survey_round`, `event` and `events` may be used in them.
    name : of the file, without its ending, as `foreword`.
    names : what else the expressions may use, as `facts`.
    """
    path = survey_round.words_file(name)
    variables = {"survey_round": survey_round, "event": survey_round.event}
    variables |= {"events": survey_round.events, **names}
    try:
        filled = fill(survey_round.read_words(name), variables)
    except ProseError as error:
        raise ProseError(f"{path}: {error}") from None
    return Markdown(filled) if filled else None


def register_magic(shell: Any) -> None:
    """Make `%%prose` known to a notebook's shell."""
    from IPython.display import display

    def cell(line: str, body: str) -> None:
        filled = fill(body, shell.user_ns, first_line=2)
        if filled:
            kind = {"class": line.strip()} if line.strip() else {}
            display(Markdown(filled), metadata=kind)

    shell.register_magic_function(cell, "cell", "prose")
