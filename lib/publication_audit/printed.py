"""The kinds of things that a report prints, each with its place and the fact it should equal."""

import re
from dataclasses import dataclass
from functools import cached_property

from followup.cleaning.publication import NOBODY, Mention
from followup.files import normalise
from publication_audit.number_formats import COUNT, MONTH, digits_of, month_of

SUMMARIES = ("led", "attributed")
CELLS_OF_SHARE = {
    "outcome_given_action": ("both", "action_only"),
    "outcome_given_no_action": ("outcome_only", "neither"),
    "action_given_outcome": ("both", "outcome_only"),
    "action_given_no_outcome": ("action_only", "neither"),
}
DATED = re.compile(rf"(?P<title>.*?)\s*\((?P<month>{MONTH.pattern.replace('(', '(?:')})\)+\s*")
ATTRIBUTION = re.compile(r"(?P<name>.+?)\s+-[\s-]*(?P<rest>\S.*)")


@dataclass(frozen=True)
class Printed:
    """One thing printed: `source` is a table, `prose` or `examples`; row and column say where."""

    source: str
    row: str
    column: str
    printed: str

    @property
    def place(self) -> str:
        return f"{self.source}:{self.row}:{self.column}"


@dataclass(frozen=True)
class Figure(Printed):
    """A number.

    Parameters
    ----------
    quantity : the fact that it counts.
    base : the facts whose sum is what it is part of; none where it is part of nothing.
    option : the action or outcome that is counted; empty where replies or pairs are.
    negated : whether those that said no are counted.
    """

    quantity: str = ""
    base: tuple[str, ...] = ()
    option: str = ""
    negated: bool = False

    @cached_property
    def count(self) -> int | None:
        """The printed count; None where only a percentage, or no number, is printed."""
        cell = COUNT.fullmatch(self.printed)
        if cell is None:
            return 0 if self.printed in NOBODY else None
        return int(cell["count"].replace(",", ""))

    @cached_property
    def percent(self) -> str | None:
        """The digits of the printed percentage."""
        cell = COUNT.fullmatch(self.printed)
        return cell["percent"] if cell else None


@dataclass(frozen=True)
class Count(Figure):
    """A table's cell: `36`, or `29 (50%)`."""


@dataclass(frozen=True)
class Dash(Printed):
    """A dash in a summary row, where no figure belongs."""


@dataclass(frozen=True)
class Title(Printed):
    """The title and month of what the replies are about, as a table's first cell prints them."""

    @property
    def title(self) -> str:
        return normalise(title_and_month(self.printed)[0])


@dataclass(frozen=True)
class Names(Printed):
    """The members that a cell lists for the option `column`; each mark is a thing of its own."""


@dataclass(frozen=True)
class Mark(Printed):
    """One member of a list with its underline and bold.

    `option` is the list's action or outcome, `outcome` the table's.
    """

    option: str
    outcome: str
    mention: Mention

    @property
    def name(self) -> str:
        return self.mention.name

    @property
    def marked(self) -> bool:
        return self.mention.bold or self.mention.underlined


@dataclass(frozen=True)
class Claim(Figure):
    """A figure, word or claim of the text, a row of claims.csv.

    `named_base` is the fact that the sentence names as its base.
    """

    about: str = ""
    value: str = ""
    unit: str = ""
    fact: str = ""
    named_base: str = ""
    kind: str = "figure"

    @cached_property
    def count(self) -> int | None:
        return int(float(self.value)) if self.unit == "count" and self.value else None

    @cached_property
    def percent(self) -> str | None:
        return digits_of(self.printed) if self.unit == "share" else None


@dataclass(frozen=True)
class Example(Printed):
    """An example of good practice, known by its attribution.

    Parameters
    ----------
    outcome : what its section says that it reports; empty for a section that is about no outcome.
    text : the example itself.
    status : `done` or `planned`, as the example tells.
    says : the other actions and outcomes that it tells of.
    repeats : the example that has the same text and its source; None where this is the one.
    """

    workshop: str
    administration: str
    outcome: str
    text: str
    status: str = "done"
    says: tuple[str, ...] = ()
    repeats: Printed | None = None

    @cached_property
    def parts(self) -> tuple[str, str, str]:
        """The name, the title and the month as printed; empty where not printed."""
        source = ATTRIBUTION.fullmatch(self.printed.strip())
        return (source["name"], *title_and_month(source["rest"])) if source else ("", "", "")

    @property
    def name(self) -> str:
        return self.parts[0]

    @property
    def title(self) -> str:
        return normalise(self.parts[1])


def as_marked(name: str, underlined: bool = False, bold: bool = False) -> str:
    """A member as print marks it: `_WS_` underlined, `**FJ**` bold."""
    text = f"_{name}_" if underlined else name
    return f"**{text}**" if bold else text


def title_and_month(text: str) -> tuple[str, str]:
    """A printed title and its month as printed, without brackets; the month is empty where none is.

    >>> title_and_month("Course on Tariffs (East)) (Nov. 2030)"), title_and_month("Course on Trade")
    (('Course on Tariffs (East))', 'Nov. 2030'), ('Course on Trade', ''))
    """
    dated = DATED.fullmatch(text)
    return (dated["title"], dated["month"]) if dated and month_of(dated["month"]) else (text, "")


def count_and_base(fact: str) -> tuple[str, tuple[str, ...]]:
    """The count of a share, and the facts whose sum is its base; any other fact is its own count.

    >>> count_and_base("reply_rate.regional"), count_and_base("workshops / workshops_organised")
    (('replies.regional', ('invited.regional',)), ('workshops', ('workshops_organised',)))
    """
    stem, _, last = fact.rpartition(".")
    if " / " in fact:
        part, whole = fact.split(" / ")
        return part, (whole,)
    if fact.split(".")[0] == "reply_rate":
        replies, invited = (fact.replace("reply_rate", name, 1) for name in ("replies", "invited"))
        return replies, (invited,)
    if last in CELLS_OF_SHARE and stem.startswith("pair."):
        part, rest = (f"{stem}.{cell}" for cell in CELLS_OF_SHARE[last])
        return part, (part, rest)
    if last in ("share", "no_share"):
        count = f"{stem}.no" if last == "no_share" else stem
        return count, ("replies",) if stem.startswith("action.") else (stem, f"{stem}.no")
    return fact, ()
