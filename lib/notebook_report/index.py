"""output/index.html: the rounds that are built, each with its key figures, and what they share side by side."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from followup import rounds
from followup.facts import Fact, by_name
from followup.files import write
from followup.problems import InputProblems
from followup.report import summary
from followup.rounds import Round, open_round
from followup.show import display
from followup.show.display import fact_text
from notebook_report.export import whole_page
from notebook_report.markup import Heading, Page, adopt

FILES = {
    "report.html": "Report",
    "report.pdf": "Report as PDF",
    "tables.xlsx": "All tables (Excel)",
    "manifest.json": "Manifest",
}
GIVEN = {
    "outcome_given_action": "Of the replies that {0}",
    "outcome_given_no_action": "Of the replies without {1}",
}


@dataclass(frozen=True)
class Built:
    """A round whose report is built, with the facts that were published with it."""

    survey_round: Round
    facts: pd.DataFrame

    @cached_property
    def named(self) -> dict[str, Fact]:
        return by_name(self.facts)

    @cached_property
    def labels(self) -> dict[str, str]:
        """The shares that can be compared with another round's, by the name of their fact, in words."""
        survey_round = self.survey_round
        options = {
            option.id: f"Replies that {option.phrase}"
            for option in (*survey_round.actions, *survey_round.outcomes)
        }
        shares = {
            f"{kind}.{name}.share": words
            for kind in ("action", "outcome")
            for name, words in options.items()
        }
        pairs = {
            f"pair.{action}.{pair.outcome}": (action, pair.outcome)
            for pair in survey_round.pairs
            for action in pair.actions
        }
        given = {
            f"{name}.{share}": f"{whose.format(survey_round.phrase(action), survey_round.noun(action))}: {survey_round.phrase(outcome)}"
            for name, (action, outcome) in pairs.items()
            for share, whose in GIVEN.items()
        }
        scopes = [
            name.removeprefix("workshops.") for name in self.named if name.startswith("workshops.")
        ]
        rates = {
            f"reply_rate.{scope}": f"Invited to {scope} {survey_round.events}, and replied"
            for scope in scopes
        }
        known = {"reply_rate": "Invited administrations that replied", **rates, **shares, **given}
        return {
            name: words
            for name, words in known.items()
            if name in self.named and has_base(self.named[name])
        }


def has_base(fact: Fact) -> bool:
    """Whether a share is known together with what it is a share of."""
    return not any(pd.isna(part) for part in (fact.value, fact.numerator, fact.denominator))


def write_index() -> Path | None:
    """Write output/index.html from what is published. Returns its path; None where nothing is built, so that there is no page."""
    built = list(built_rounds())
    if not built:
        return None
    path, page = rounds.ROOT / "output" / "index.html", index_html(built).encode()
    return path if path.is_file() and path.read_bytes() == page else write(path, page)


def built_rounds() -> Iterator[Built]:
    """Yield the rounds that have a report and facts in output/YEAR, newest first; one that can't be opened now is left out."""
    for year in reversed(rounds.years()):
        folder = rounds.ROOT / "output" / str(year)
        if not all((folder / name).is_file() for name in ("report.html", "facts.csv")):
            continue
        try:
            yield Built(open_round(year), pd.read_csv(folder / "facts.csv"))
        except InputProblems:
            continue


def index_html(built: list[Built]) -> str:
    """The page that lists rounds.

    Parameters
    ----------
    built : at least one, the newest first.

    Returns
    -------
    One HTML page in the report's style; the same facts give the same bytes.
    """
    page = Page()
    entries = [_entry(one, page) for one in built]
    shared = adopt(_side_by_side(built), page, "index") if len(built) > 1 else ""
    office = built[0].survey_round.office
    subtitle = (
        f"{office + ': ' if office else ''}{len(built)} round{'s' if len(built) > 1 else ''} built"
    )
    return whole_page(
        "rounds.html.j2",
        page,
        rounds=entries,
        shared=shared,
        title="Reports of the follow-up survey",
        subtitle=subtitle,
    )


def _entry(one: Built, page: Page) -> dict:
    survey_round = one.survey_round
    heading = Heading(
        2,
        page.unique_id(f"survey-{survey_round.year}"),
        f"Survey {survey_round.year}, {survey_round.fiscal_year}",
    )
    page.headings.append(heading)
    files = [
        (f"{survey_round.year}/{name}", words)
        for name, words in FILES.items()
        if (survey_round.output / name).is_file()
    ]
    figures = summary.key_figures(survey_round, one.facts).data
    return {
        "id": heading.id,
        "year": survey_round.year,
        "heading": heading.text,
        "title": survey_round.title,
        "figures": figures,
        "files": files,
    }


def side_by_side(built: list[Built]) -> pd.DataFrame:
    """The shares whose bases at least two rounds know, and which both word alike.

    Returns
    -------
    DataFrame indexed by the share in words: a column a year, the oldest first, each `38% (58 of 153)`; missing where unknown.
    """
    shown = {}
    for name in dict.fromkeys(name for one in built for name in one.labels):
        words = next(one.labels[name] for one in built if name in one.labels)
        alike = {
            one.survey_round.year: fact_text(one.named[name])
            for one in reversed(built)
            if one.labels.get(name) == words
        }
        if len(alike) > 1:
            shown[words] = alike
    return pd.DataFrame.from_dict(
        shown, orient="index", columns=sorted(one.survey_round.year for one in built)
    )


def _side_by_side(built: list[Built]) -> str:
    shares = side_by_side(built)
    heading = "<h1>Rounds side by side</h1>"
    if shares.empty:
        return f"{heading}<p>The rounds share no figure whose base is known in more than one of them.</p>"
    table = display.table(
        shares.rename(columns=str),
        "rounds",
        "Shares whose bases are known in more than one round",
        formats=dict.fromkeys(map(str, shares.columns), "text"),
        notes=[
            "Each round asked about something else and heard from other administrations: "
            "two shares beside each other are no trend, and their difference is not tested."
        ],
        stub="Share",
    )
    return f'{heading}<div class="output" data-cell="1">{table.data}</div>'
