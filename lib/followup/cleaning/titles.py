"""Which workshop a reply is about: by its id or title, whatever the case, the dashes or a date beside it."""

import difflib
import re
from collections import defaultdict
from dataclasses import dataclass

import pandas as pd

from followup.cleaning.answers import NotUnderstood
from followup.files import listed, normalise

MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
MONTH = "|".join(f"{month}|{month[:3]}" for month in MONTHS) + "|sept"
DAYS = r"(?:\d{1,2}(?:st|nd|rd|th)?(?: (?:to|and))? ){0,6}"
YEAR = r"(?:19|20)\d\d"
DATES = re.compile(
    rf"\b{YEAR} \d{{1,2}}(?: \d{{1,2}}){{0,4}}\b|\b\d{{1,2}} \d{{1,2}} {YEAR}\b"
    rf"|\b{DAYS}(?:{MONTH})\b(?: \d{{1,2}}(?:st|nd|rd|th)?\b(?: (?:to|and))?){{0,6}}(?: {YEAR})?\b|\b{YEAR}\b"
)
ISO_MONTH = re.compile(rf"\b({YEAR}) (\d{{1,2}})\b")
NAMED_MONTH = re.compile(rf"\b({MONTH})\b")


@dataclass(frozen=True)
class Found:
    """A workshop's id, and why the cell's text is taken for it; no reason where it is written as workshops.csv has it."""

    id: str
    reason: str = ""


class Titles:
    """Finds workshops by what a cell says; `workshops` are as `Round.read_workshops` gives them."""

    def __init__(self, workshops: pd.DataFrame) -> None:
        self.titles = dict(zip(workshops["id"], workshops["title"], strict=True))
        self.months = dict(zip(workshops["id"], workshops["month"], strict=True))
        self.written, self.folded, self.dateless = (
            defaultdict(set),
            defaultdict(set),
            defaultdict(set),
        )
        for row in workshops.to_dict("records"):
            for text in (
                row["id"],
                row["title"],
                row["topic"],
                f"{row['id']} {row['title']}",
                *listed(row.get("other_titles", "")),
            ):
                self.written[text].add(row["id"])
                self.folded[normalise(text)].add(row["id"])
                self.dateless[without_dates(normalise(text))].add(row["id"])

    def find(self, text: str) -> Found:
        """The workshop that a cell means.

        Raises
        ------
        NotUnderstood
            No workshop has that title, more than one has, or the date beside it is another workshop's.
        """
        folded = normalise(text)
        if len(self.written.get(text, ())) == 1:
            return Found(*self.written[text])
        if len(self.folded.get(folded, ())) == 1:
            return Found(
                *self.folded[folded],
                reason="case, dashes, punctuation or spaces differ from the title's",
            )
        candidates = (
            self.dateless.get(without_dates(folded), set()) if without_dates(folded) else set()
        )
        fitting = [name for name in candidates if fits(folded, self.months[name])]
        if len(fitting) == 1:
            return Found(fitting[0], "the title, with a date beside it")
        if candidates:
            known = "; ".join(
                f"{self.titles[name]} ({self.months[name]})" for name in sorted(candidates)
            )
            raise NotUnderstood(
                f"a title and date that fit one row of workshops.csv, such as {known}"
            )
        near = difflib.get_close_matches(
            without_dates(folded)[:500], list(filter(None, self.dateless)), n=1, cutoff=0.6
        )
        likely = sorted(self.dateless[near[0]]) if near else []
        raise NotUnderstood(
            "a title that workshops.csv has", self.titles[likely[0]] if len(likely) == 1 else ""
        )


def without_dates(folded: str) -> str:
    """A folded text without the dates, months and years in it.

    >>> without_dates("regional course on tariffs 15 18 june 2031")
    'regional course on tariffs'
    """
    return " ".join(DATES.sub(" ", folded).split())


def fits(folded: str, month: str) -> bool:
    """Whether the dates in a folded text, if there are any, name a month (YYYY-MM); an empty month fits any."""
    if not month:
        return True
    year, number = month.split("-")
    iso, named, years = (
        ISO_MONTH.search(folded),
        NAMED_MONTH.findall(folded),
        re.findall(rf"\b{YEAR}\b", folded),
    )
    if iso and not named:
        return (iso[1], int(iso[2])) == (year, int(number))
    months = {
        1 + next(place for place, full in enumerate(MONTHS) if full.startswith(name[:3]))
        for name in named
    }
    return (not months or int(number) in months) and (not years or year in years)
