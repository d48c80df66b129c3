"""Which workshop a reply is about: by its id or title, whatever the case, the dashes or a date
beside it."""

import calendar
import difflib
import re
from collections import defaultdict
from dataclasses import dataclass

import pandas as pd

from followup.cleaning.answers import NotUnderstoodError
from followup.files import listed, normalise

MONTHS = {
    name.casefold(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
} | {"sept": 9}
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
DAY = r"\d{1,2}(?:st|nd|rd|th)?"
YEAR = r"(?:19|20)\d\d"
DATES = re.compile(
    rf"\b{YEAR} \d{{1,2}}(?: \d{{1,2}}){{0,4}}\b|\b\d{{1,2}} \d{{1,2}} {YEAR}\b"
    rf"|\b(?:{DAY}(?: (?:to|and))? ){{0,6}}(?:{MONTH})\b"
    rf"(?: {DAY}\b(?: (?:to|and))?){{0,6}}(?: {YEAR})?\b|\b{YEAR}\b"
)
ISO_MONTH = re.compile(rf"\b({YEAR}) (\d{{1,2}})\b")
NAMED_MONTH = re.compile(rf"\b({MONTH})\b")


@dataclass(frozen=True)
class Found:
    """A workshop's id, and why the cell's text is taken for it; no reason where it is written as
    workshops.csv has it."""

    id: str
    reason: str = ""


class Titles:
    """Finds workshops by what a cell says; `workshops` are as `Round.read_workshops` gives them."""

    def __init__(self, workshops: pd.DataFrame) -> None:
        self.titles = dict(zip(workshops["id"], workshops["title"], strict=True))
        self.months = dict(zip(workshops["id"], workshops["month"], strict=True))
        self.written: dict[str, set[str]] = defaultdict(set)
        self.normalised: dict[str, set[str]] = defaultdict(set)
        self.dateless: dict[str, set[str]] = defaultdict(set)
        for row in workshops.to_dict("records"):
            numbered = f"{row['id']} {row['title']}"
            others = listed(row.get("other_titles", ""))
            for text in (row["id"], row["title"], row["topic"], numbered, *others):
                self.written[text].add(row["id"])
                self.normalised[normalise(text)].add(row["id"])
                self.dateless[without_dates(normalise(text))].add(row["id"])
        self.dateless.pop("", None)

    def find(self, text: str) -> Found:
        """The workshop that a cell means.

        Raises
        ------
        NotUnderstoodError
            No workshop has that title, more than one has, or the date beside it is another
            workshop's.
        """
        words = normalise(text)
        if len(self.written.get(text, ())) == 1:
            return Found(next(iter(self.written[text])))
        if len(self.normalised.get(words, ())) == 1:
            reason = "case, dashes, punctuation or spaces differ from the title's"
            return Found(next(iter(self.normalised[words])), reason)
        candidates = sorted(self.dateless.get(without_dates(words), ()))
        fitting = [name for name in candidates if fits(words, self.months[name])]
        if len(fitting) == 1:
            return Found(fitting[0], "the title, with a date beside it")
        if candidates:
            titles = "; ".join(f"{self.titles[name]} ({self.months[name]})" for name in candidates)
            expected = f"a title and date that fit one row of workshops.csv, such as {titles}"
            raise NotUnderstoodError(expected)
        close = difflib.get_close_matches(without_dates(words)[:500], self.dateless, 1, cutoff=0.6)
        likely = self.dateless[close[0]] if close else ()
        suggestion = self.titles[next(iter(likely))] if len(likely) == 1 else ""
        raise NotUnderstoodError("a title that workshops.csv has", suggestion)


def without_dates(words: str) -> str:
    """A normalised text without the dates, months and years in it.

    >>> without_dates("regional course on tariffs 15 18 june 2031")
    'regional course on tariffs'
    """
    return " ".join(DATES.sub(" ", words).split())


def fits(words: str, month: str) -> bool:
    """Whether the dates in a normalised text, if there are any, name a month (YYYY-MM); no month
    fits any."""
    if not re.fullmatch(r"\d{4}-\d\d", month):
        return True
    year, number = month[:4], int(month[5:])
    iso, names = ISO_MONTH.search(words), NAMED_MONTH.findall(words)
    if iso and not names:
        return (iso[1], int(iso[2])) == (year, number)
    years = re.findall(rf"\b{YEAR}\b", words)
    in_month = not names or number in {MONTHS[name] for name in names}
    return in_month and (not years or year in years)
