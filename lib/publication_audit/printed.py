"""The kinds of things that a report prints and that are audited, each with its place and the fact that it should equal."""

import re
from dataclasses import dataclass
from functools import cached_property

from followup.cleaning.publication import NOBODY, Mention
from followup.files import normalise
from publication_audit.number_formats import COUNT, MONTH, digits_of, month_of

SUMMARIES = ("led", "attributed")
GIVEN = {
    "outcome_given_action": ("both", "action_only"),
    "outcome_given_no_action": ("outcome_only", "neither"),
    "action_given_outcome": ("both", "outcome_only"),
    "action_given_no_outcome": ("action_only", "neither"),
}
_DATED = re.compile(rf"(?P<title>.*?)\s*\((?P<month>{MONTH.pattern.replace('(', '(?:')})\)+\s*")
_ATTRIBUTED = re.compile(r"(?P<name>.+?)\s+-[\s-]*(?P<rest>\S.*)")


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
    """A number: the count that is the fact `quantity`, its percentage of the sum of the facts `base`, or both."""

    quantity: str = ""
    base: tuple[str, ...] = ()

    @cached_property
    def count(self) -> int | None:
        """The printed count; None where only a percentage, or no number, is printed."""
        found = COUNT.fullmatch(self.printed)
        return (
            int(found["count"].replace(",", "")) if found else 0 if self.printed in NOBODY else None
        )

    @cached_property
    def percent(self) -> str | None:
        """The digits of the printed percentage."""
        found = COUNT.fullmatch(self.printed)
        return found["percent"] if found else None

    @property
    def option(self) -> str:
        """The action or outcome that is counted; empty where replies or pairs are."""
        kind, *rest = self.quantity.split(".")
        return rest[0] if kind in ("action", "outcome") else ""

    @property
    def negated(self) -> bool:
        """Whether those that said no are counted."""
        return self.option != "" and self.quantity.split(".")[2:3] == ["no"]


@dataclass(frozen=True)
class Count(Figure):
    """A table's cell: `36`, or `29 (50%)`."""


@dataclass(frozen=True)
class Dash(Printed):
    """A dash in a summary row, where no figure belongs."""


@dataclass(frozen=True)
class Title(Printed):
    """A workshop's title and month, as a table's first cell prints them."""

    @property
    def title(self) -> str:
        return normalise(title_and_month(self.printed)[0])


@dataclass(frozen=True)
class Names(Printed):
    """The members that a cell lists for the action or outcome `column`; their marks are things of their own."""


@dataclass(frozen=True)
class Mark(Printed):
    """One member of a list with its underline and bold; `option` is the list's action or outcome, `outcome` the table's."""

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
    """A figure, word or claim of the text, a row of claims.csv; `said_base` is the fact that the sentence names as its base."""

    about: str = ""
    value: str = ""
    unit: str = ""
    fact: str = ""
    said_base: str = ""
    kind: str = "figure"

    @cached_property
    def count(self) -> int | None:
        return int(float(self.value)) if self.unit == "count" and self.value else None

    @cached_property
    def percent(self) -> str | None:
        return digits_of(self.printed) if self.unit == "share" else None


@dataclass(frozen=True)
class Example(Printed):
    """An example of good practice, known by its attribution; `outcome` is what its section says that it reports.

    `status` is `done` or `planned`, as the example tells; `says` are the other actions and outcomes that it tells of.
    """

    workshop: str
    administration: str
    outcome: str
    text: str
    status: str = "done"
    says: tuple[str, ...] = ()

    @cached_property
    def parts(self) -> tuple[str, str, str]:
        """The printed name of the administration, title of the workshop, and month; empty where not printed."""
        found = _ATTRIBUTED.fullmatch(self.printed.strip())
        return (found["name"], *title_and_month(found["rest"])) if found else ("", "", "")

    @property
    def name(self) -> str:
        return self.parts[0]

    @property
    def title(self) -> str:
        return normalise(self.parts[1])


def marked(mention: Mention, name: str) -> str:
    """A member as print marks it: `_WS_` underlined, `**FJ**` bold."""
    text = f"_{name}_" if mention.underlined else name
    return f"**{text}**" if mention.bold else text


def title_and_month(text: str) -> tuple[str, str]:
    """A printed title and its month as printed, without brackets; the month is empty where none is.

    >>> title_and_month("Course on Tariffs (East)) (Nov. 2030)"), title_and_month("Course on Trade")
    (('Course on Tariffs (East))', 'Nov. 2030'), ('Course on Trade', ''))
    """
    found = _DATED.fullmatch(text)
    return (found["title"], found["month"]) if found and month_of(found["month"]) else (text, "")


def behind(fact: str) -> tuple[str, tuple[str, ...]]:
    """The count behind a fact that is a share, and the facts whose sum is its base; any other fact is its own count.

    >>> behind("reply_rate.regional"), behind("workshops / workshops_organised")
    (('replies.regional', ('invited.regional',)), ('workshops', ('workshops_organised',)))
    """
    stem, _, last = fact.rpartition(".")
    if " / " in fact:
        part, whole = fact.split(" / ")
        return part, (whole,)
    if fact.split(".")[0] == "reply_rate":
        return fact.replace("reply_rate", "replies", 1), (fact.replace("reply_rate", "invited", 1),)
    if last in GIVEN and stem.startswith("pair."):
        part, rest = (f"{stem}.{cell}" for cell in GIVEN[last])
        return part, (part, rest)
    if last in ("share", "no_share"):
        count = f"{stem}.no" if last == "no_share" else stem
        return count, ("replies",) if stem.startswith("action.") else (stem, f"{stem}.no")
    return fact, ()
