"""What the replies say: each printed thing as it should have been printed, or why nothing can tell."""

import re
from dataclasses import dataclass
from functools import cached_property, singledispatchmethod

import pandas as pd

from followup.cleaning.administrations import read_administrations
from followup.cleaning.publication import Mention, mentions
from followup.facts import Fact, by_name
from followup.files import normalise
from publication_audit.number_formats import in_months, percentage, with_count, with_value
from publication_audit.printed import (
    Count,
    Dash,
    Example,
    Figure,
    Mark,
    Names,
    Printed,
    Title,
    marked,
    title_and_month,
)
from publication_audit.published import Publication


@dataclass(frozen=True)
class Expected:
    """`text` as it should have been printed, None where nothing can tell; `why` says why not, or what the figure rests on."""

    text: str | None
    why: str


@dataclass(frozen=True)
class Evidence:
    """The replies and what follows from them: facts, and the verdict and its reason for each tested pair, by name."""

    publication: Publication
    replies: pd.DataFrame
    facts: dict[str, Fact]
    verdicts: dict[str, tuple[str, str]]

    @cached_property
    def settings(self) -> dict[str, float | str]:
        """Facts that round.toml and the examples hold: numbers, and months as YYYY-MM."""
        survey_round, examples = self.publication.survey_round, self.publication.examples
        printed = survey_round.publication
        number = re.search(r"\bNo\. ?(\d+)", printed.title if printed else "")
        known = {
            "round.first_year": float(survey_round.year - survey_round.number + 1),
            "round.from": survey_round.fiscal_year_from,
            "round.to": survey_round.fiscal_year_to,
            "publication.number": float(number[1]) if number else None,
            "publication.published": printed.published if printed else None,
        }
        themes = examples.groupby("section")["theme"].nunique()
        known |= {f"examples.{section}.themes": float(count) for section, count in themes.items()}
        return {name: value for name, value in known.items() if value is not None}

    @cached_property
    def answers(self) -> dict[tuple[str, str], dict[str, object]]:
        """The answers of each named reply by workshop and code."""
        named = self.replies.dropna(subset="administration").to_dict("records")
        return {(reply["workshop"], reply["administration"]): reply for reply in named}

    @cached_property
    def unnamed(self) -> set[str]:
        """The workshops that have a reply without an administration."""
        return set(self.replies.loc[self.replies["administration"].isna(), "workshop"])

    @cached_property
    def workshops(self) -> dict[str, dict[str, str]]:
        return {
            workshop["id"]: workshop for workshop in self.publication.workshops.to_dict("records")
        }

    @cached_property
    def names(self) -> dict[str, str]:
        """The administrations' names by code."""
        return read_administrations()["name"].to_dict()

    def value(self, fact: str) -> float | None:
        """A fact's value; None where it is missing or not known. `a / b` is the ratio of two facts."""
        if " / " in fact:
            part, whole = map(self.value, fact.split(" / "))
            return part / whole if part is not None and whole else None
        found = self.facts.get(fact, self.settings.get(fact))
        value = found.value if isinstance(found, Fact) else found
        return None if value is None or isinstance(value, str) or pd.isna(value) else float(value)

    def total(self, facts: tuple[str, ...]) -> float | None:
        """The sum of facts; None where one is not known, or there is none."""
        values = [self.value(fact) for fact in facts]
        return None if not values or None in values else sum(values)

    def share(self, item: Figure) -> float | None:
        """A figure's count over its base; None where either is not known or the base is nought."""
        count, base = self.value(item.quantity), self.total(item.base)
        return count / base if count is not None and base else None

    def said(self, option: str, workshop: str, code: str) -> bool:
        """Whether a named reply said yes to an action or outcome; False where there is no such reply."""
        answer = self.answers.get((workshop, code), {}).get(option)
        return answer is not None and not pd.isna(answer) and bool(answer)

    def counted_only(self, option: str) -> bool:
        """Whether an action or outcome is known only as counts."""
        return option in self.replies and bool(self.replies[option].isna().all())

    def members(self, option: str, workshop: str) -> set[str]:
        """Codes of the named replies of a workshop that said yes."""
        return {
            code
            for (where, code) in self.answers
            if where == workshop and self.said(option, workshop, code)
        }

    @singledispatchmethod
    def expected(self, item: Printed) -> Expected:
        """A printed thing as it should have been printed."""
        raise TypeError(f"nothing says what a {type(item).__name__} should be")

    @expected.register
    def _(self, item: Count) -> Expected:
        count = self.value(item.quantity)
        if count is None or item.count is None:
            return Expected(
                None,
                "It cannot be read as a count."
                if item.count is None
                else "The replies do not tell.",
            )
        only = item.option and self.counted_only(item.option)
        listed = f"The list of {self.publication.survey_round.events} gives"
        source = listed if item.quantity.startswith("invited") else "The replies give"
        held = self._counted(item, count) if only else f"{source} the same{self._unnamed(item)}."
        return Expected(with_count(item.printed, count, self.share(item)), held)

    def _counted(self, item: Count, count: float) -> str:
        """What a count that no reply tells is held to: its base, and the rows of a total."""
        parts = self.publication.parts(item)
        added = sum(part.count for part in parts)
        if not parts:
            return "Known only as this count, it fits the replies and its total."
        mended = (
            "" if added == count else f" as printed, and to {count:.0f} once they are put right"
        )
        return f"Known only as this count; its rows add up to {added}{mended}."

    def _unnamed(self, item: Count) -> str:
        """Say that a reply is in no list of names, for the workshops that have one."""
        return (
            "; one of them is in no list of names"
            if item.quantity.startswith("replies.") and item.row in self.unnamed
            else ""
        )

    @expected.register
    def _(self, item: Dash) -> Expected:
        return Expected(item.printed, "No figure belongs here.")

    @expected.register
    def _(self, item: Title) -> Expected:
        workshop, (title, printed) = self.workshops[item.row], title_and_month(item.printed)
        month = with_value(printed or in_months(workshop["month"]), workshop["month"], "month")
        same = normalise(title) == normalise(workshop["title"]) and month == printed
        return Expected(
            item.printed if same else f"{workshop['title']} ({month})",
            f"It is the {self.publication.survey_round.event}'s title and month.",
        )

    @expected.register
    def _(self, item: Names) -> Expected:
        if self.counted_only(item.column) or not self.answers:
            return Expected(
                None, "Which members said so is not known, so no list of them can be checked."
            )
        printed, members = mentions(item.printed), self.members(item.column, item.row)
        codes = {
            self.publication.code(mention.name): marked(mention, mention.name)
            for mention in printed
        }
        right = [code for code in codes if code in members] + sorted(members - codes.keys())
        as_printed = (
            set(codes) == members
            and len(codes) == len(printed)
            and item.printed.count(",") == max(len(printed) - 1, 0)
        )
        outcome = self.publication.outcome_of(item.source)
        text = (
            ", ".join(
                codes.get(code) or self._marked(code, code, item.row, item.column, outcome)
                for code in right
            )
            or "0"
        )
        named = (
            f"The replies name the same {len(members)}." if members else "The replies name nobody."
        )
        return Expected(item.printed if as_printed else text, named)

    @expected.register
    def _(self, item: Mark) -> Expected:
        options = (*self.publication.survey_round.pairs_of(item.outcome), item.outcome)
        if any(self.counted_only(option) for option in options) or not self.answers:
            return Expected(None, "Which members said so is not known, so no mark can be checked.")
        code = self.publication.code(item.name)
        return Expected(
            self._marked(code, code, item.row, item.option, item.outcome),
            "Name and mark are as the lists have them.",
        )

    def _marked(self, name: str, code: str, workshop: str, option: str, outcome: str) -> str:
        """A member with the marks that its reply calls for: underlined as one with the outcome, bold as one that acted."""
        actions = self.publication.survey_round.pairs_of(outcome)
        saw = option != outcome and self.said(outcome, workshop, code)
        acted = option == outcome and any(self.said(action, workshop, code) for action in actions)
        return marked(Mention(name, underlined=saw, bold=acted), name)

    @expected.register
    def _(self, item: Example) -> Expected:
        if not item.name or not item.workshop or not item.administration:
            return Expected(item.printed, "")
        if (
            item.workshop in self.unnamed
            and (item.workshop, item.administration) not in self.answers
        ):
            return Expected(None, "It may come from the reply whose administration is not known.")
        workshop, (name, title, printed) = self.workshops[item.workshop], item.parts
        month = with_value(printed, workshop["month"], "month") if printed else ""
        right = (self.names[item.administration], workshop["title"])
        same = (
            month == printed
            and name.casefold() == right[0].casefold()
            and normalise(title) == normalise(right[1])
        )
        same = (
            same
            and f"{name} - {title}" in item.printed
            and item.printed.count("(") == item.printed.count(")")
        )
        replied = f"{right[0]} replied for {self.publication.survey_round.event} {item.workshop}"
        held = (
            f"{replied} and {self.publication.survey_round.phrase(item.outcome)}."
            if item.outcome
            else f"{replied}."
        )
        if item.outcome and self.counted_only(item.outcome):
            counted, all_replies = (
                self.value(f"outcome.{item.outcome}.{item.workshop}"),
                self.value(f"replies.{item.workshop}"),
            )
            held = f"{replied}, and all replies for it {self.publication.survey_round.phrase(item.outcome)}."
            if counted and counted != all_replies:
                which = f"which replies for that {self.publication.survey_round.event} reported it"
                return Expected(None, f"Known only as counts: {which} is not told.")
        return Expected(
            item.printed if same else " - ".join(right) + (f" ({month})" if month else ""), held
        )


def of(share: Fact) -> str:
    """A share with its base: `65% (32 of 49)`; `none` where the base is nought."""
    if pd.isna(share.value):
        return "none"
    return f"{percentage(share.value)}% ({share.numerator:.0f} of {share.denominator:.0f})"


def evidence_of(
    publication: Publication, replies: pd.DataFrame, facts: pd.DataFrame, associations: pd.DataFrame
) -> Evidence:
    """Gather what a publication is held against.

    Parameters
    ----------
    replies : one row a reply.
    facts : `fact, value, numerator, denominator, unit`.
    associations : `action, outcome, verdict, reason`, one row a tested pair.
    """
    verdicts = {
        f"verdict.{row.action}.{row.outcome}": (
            row.verdict,
            "" if pd.isna(row.reason) else row.reason,
        )
        for row in associations.itertuples()
    }
    return Evidence(publication, replies, by_name(facts), verdicts)
