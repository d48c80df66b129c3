"""The rounds that are published, each with its key figures, and what they share side by side."""

import html
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from followup import rounds, show
from followup.facts import Facts, key_figures
from followup.problems import InputError
from followup.rounds import Round, open_round
from followup.show.palette import PAGE
from notebook_report.project import Index, IndexEntry

FILES = {
    "report.html": "Report",
    "annex.html": "Annex",
    "audit.html": "Check of the published report",
    "report.pdf": "Report as PDF",
    "report.docx": "Report as Word document",
    "tables.xlsx": "All tables (Excel)",
    "manifest.json": "Manifest",
}
NOTHING_SHARED = "These rounds share no figure whose base is known in more than one of them."
NO_TREND = (
    "Each round asked about something else and heard from other administrations: "
    "two shares beside each other are no trend, and their difference is not tested."
)


@dataclass(frozen=True)
class PublishedRound:
    """A round whose report is built, with the facts that were published with it."""

    survey_round: Round
    facts: Facts

    @cached_property
    def labels(self) -> dict[str, str]:
        """The shares that can be compared with another round's, by the name of their fact, in
        words."""
        survey_round = self.survey_round
        labels = {"reply_rate": "Invitations answered"}
        scopes = [name.partition(".")[2] for name in self.facts if name.startswith("workshops.")]
        for scope in scopes:
            words = f"Invitations to {scope} {survey_round.events} answered"
            labels[f"reply_rate.{scope}"] = words
        for kind, options in (("action", survey_round.actions), ("outcome", survey_round.outcomes)):
            for option in options:
                ticked = survey_round.base_of(option.id) == "ticked"
                base = ", of those that ticked an answer" if ticked else ""
                labels[f"{kind}.{option.id}.share"] = f"Replies that {option.phrase}{base}"
        for action, outcome in survey_round.primary:
            phrase, noun = survey_round.phrase(action), survey_round.noun(action)
            came = survey_round.phrase(outcome)
            name = f"pair.{action}.{outcome}.outcome_given"
            labels[f"{name}_action"] = f"Of the replies that {phrase}: {came}"
            labels[f"{name}_no_action"] = f"Of the replies without {noun}: {came}"
        return {
            name: words
            for name, words in labels.items()
            if name in self.facts and self.facts[name].has_base
        }


def published_rounds() -> Iterator[PublishedRound]:
    """Yield the rounds that have a report and facts in output/YEAR, newest first; one that can't be
    opened now is left out."""
    for year in reversed(rounds.years()):
        folder = rounds.ROOT / "output" / str(year)
        if not all((folder / name).is_file() for name in ("report.html", "facts.csv")):
            continue
        try:
            yield PublishedRound(open_round(year), Facts(pd.read_csv(folder / "facts.csv")))
        except InputError:
            continue


def index() -> Index | None:
    """Return the list of the rounds that are published; None where there is none."""
    published = list(published_rounds())
    return index_of(published) if published else None


def index_of(published: list[PublishedRound]) -> Index:
    """Return the list of some rounds, the newest first."""
    offices = {one.survey_round.office for one in published}
    office = offices.pop() if len(offices) == 1 else ""
    count = f"{len(published)} round{'s' if len(published) > 1 else ''} built"
    return Index(
        rounds.ROOT / "output" / "index.html",
        "Reports of the follow-up survey",
        f"{office}: {count}" if office else count,
        tuple(entry(one, with_office=not office) for one in published),
        "".join(map(side_by_side_html, of_one_series(published))),
        PAGE,
    )


def of_one_series(published: list[PublishedRound]) -> list[list[PublishedRound]]:
    """Return the rounds of each series that has more than one; a round that declares none is set
    beside no other."""
    by_series: dict[str, list[PublishedRound]] = {}
    for one in published:
        by_series.setdefault(one.survey_round.series, []).append(one)
    by_series.pop("", None)
    return [alike for alike in by_series.values() if len(alike) > 1]


def entry(one: PublishedRound, with_office: bool = False) -> IndexEntry:
    """Return a round's entry in the list, with its office where the list is of several."""
    survey_round = one.survey_round
    office = f"{survey_round.office}: " if with_office and survey_round.office else ""
    files = tuple(
        (f"{survey_round.year}/{name}", words)
        for name, words in FILES.items()
        if (rounds.ROOT / "output" / str(survey_round.year) / name).is_file()
    )
    heading = f"Survey {survey_round.year}, {survey_round.fiscal_year}"
    return IndexEntry(heading, f"{office}{survey_round.title}", _key_figures(one), files)


def side_by_side(published: list[PublishedRound]) -> pd.DataFrame:
    """Return the shares whose bases at least two rounds know, and which both word alike.

    Returns
    -------
    DataFrame indexed by the share in words: a column a year, the oldest first, each `38% (58 of
    153)`; missing where unknown.
    """
    rows: dict[str, dict[int, str]] = {}
    for name in dict.fromkeys(name for one in published for name in one.labels):
        words = next(one.labels[name] for one in published if name in one.labels)
        alike = {
            one.survey_round.year: str(one.facts[name])
            for one in reversed(published)
            if one.labels.get(name) == words
        }
        if len(alike) > 1:
            rows[words] = alike
    columns = sorted(one.survey_round.year for one in published)
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def side_by_side_html(published: list[PublishedRound]) -> str:
    """Return the comparison of a series as HTML with its heading."""
    series = html.escape(published[0].survey_round.series)
    shares, heading = side_by_side(published), f"<h1>Rounds side by side: {series}</h1>"
    if shares.empty:
        return f"{heading}<p>{NOTHING_SHARED}</p>"
    table = show.table(
        shares.rename(columns=str),
        "Shares whose bases are known in more than one round",
        "rounds",
        formats=dict.fromkeys(map(str, shares.columns), "text"),
        notes=[NO_TREND],
        stub="Share",
    )
    return f'{heading}<div class="output" data-cell="1">{table.data if table else ""}</div>'


def _key_figures(one: PublishedRound) -> str:
    figures = show.key_figures(key_figures(one.survey_round, one.facts))
    return figures.data if figures else ""
