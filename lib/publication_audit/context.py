"""What a publication is held against: facts, answers of the replies, verdicts of the tests."""

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import pandas as pd

from followup.facts import Fact, by_name
from publication_audit.number_formats import percentage
from publication_audit.printed import Example, Figure
from publication_audit.publication import Publication


class PairResult(NamedTuple):
    """What the test of a pair gives; the direction is `together`, `apart` or empty."""

    verdict: str
    direction: str = ""
    reason: str = ""


class Expected(NamedTuple):
    """What should have been printed.

    `text` is None where nothing can tell; `why` says why not, or what the figure rests on.
    """

    text: str | None
    why: str


@dataclass(frozen=True)
class Context:
    """What was published, and the replies with what follows from them.

    Parameters
    ----------
    pairs : the result of each tested pair by name, `verdict.ACTION.OUTCOME`.
    """

    publication: Publication
    replies: pd.DataFrame
    facts: dict[str, Fact]
    pairs: dict[str, PairResult]

    @cached_property
    def declared(self) -> dict[str, float | str]:
        """What round.toml and the examples hold: numbers, months as YYYY-MM, words."""
        survey_round, examples = self.publication.survey_round, self.publication.examples
        printed = survey_round.publication
        number = re.search(r"\bNo\. ?(\d+)", printed.title if printed else "")
        values = {
            "round.first_year": float(survey_round.year - survey_round.number + 1),
            "round.from": survey_round.fiscal_year_from,
            "round.to": survey_round.fiscal_year_to,
            "round.conducted": survey_round.conducted,
            "publication.number": float(number[1]) if number else None,
            "publication.published": printed.published if printed else None,
        }
        months = {name: str(one["month"] or "") for name, one in self.workshops.items()}
        values |= {f"workshop.{name}.month": month or None for name, month in months.items()}
        held = sorted(filter(None, months.values()))
        values |= {"workshops.from": held[0], "workshops.to": held[-1]} if held else {}
        themes = examples.groupby("section")["theme"].nunique()
        values |= {f"examples.{section}.themes": float(count) for section, count in themes.items()}
        return {name: value for name, value in values.items() if value is not None}

    @cached_property
    def answers(self) -> dict[tuple[str, str], Mapping[Hashable, Any]]:
        """The answers of each named reply by workshop and code."""
        named = self.replies.dropna(subset="administration").to_dict("records")
        return {(reply["workshop"], reply["administration"]): reply for reply in named}

    @cached_property
    def unanswered(self) -> set[str]:
        """The columns that no reply fills."""
        return set(self.replies.columns[self.replies.isna().all()])

    @cached_property
    def unnamed(self) -> set[str]:
        """The workshops that have a reply without an administration."""
        return set(self.replies.loc[self.replies["administration"].isna(), "workshop"])

    @cached_property
    def workshops(self) -> dict[str, Mapping[Hashable, str]]:
        return {one["id"]: one for one in self.publication.workshops.to_dict("records")}

    @cached_property
    def names(self) -> dict[str, str]:
        """The administrations' names by code."""
        names = self.publication.administrations["name"]
        return dict(zip(names.index, names, strict=True))

    @property
    def event(self) -> str:
        return self.publication.survey_round.event

    def phrase(self, options: str) -> str:
        """Words that complete "those that …", of an action, an outcome or a composite."""
        return self.publication.survey_round.phrase(options)

    def noun(self, options: str) -> str:
        return self.publication.survey_round.noun(options)

    def value(self, fact: str) -> float | None:
        """A fact's value, None where it is not known; `a / b` is a ratio of two, `a + b` a sum."""
        if " / " in fact:
            part, whole = map(self.value, fact.split(" / "))
            return part / whole if part is not None and whole else None
        if " + " in fact:
            return self.total(tuple(fact.split(" + ")))
        stated = self.facts.get(fact, self.declared.get(fact))
        value = stated.value if isinstance(stated, Fact) else stated
        return None if value is None or isinstance(value, str) or pd.isna(value) else float(value)

    def total(self, facts: tuple[str, ...]) -> float | None:
        """The sum of facts; None where one is not known, or there is none."""
        values = [self.value(fact) for fact in facts]
        return None if not values or None in values else sum(filter(None, values))

    def share(self, item: Figure) -> float | None:
        """A figure's count over its base; None where either is not known or the base is nought."""
        count, base = self.value(item.quantity), self.total(item.base)
        return count / base if count is not None and base else None

    def answered_yes(self, option: str, workshop: str, code: str) -> bool:
        """Whether a named reply said yes to an option; False where there is no such reply."""
        answer = self.answers.get((workshop, code), {}).get(option)
        return answer is not None and not pd.isna(answer) and bool(answer)

    def counted_only(self, option: str) -> bool:
        """Whether an action or outcome is known only as counts."""
        return option in self.unanswered

    def members(self, option: str, workshop: str) -> set[str]:
        """Codes of the named replies of a workshop that said yes."""
        codes = [code for where, code in self.answers if where == workshop]
        return {code for code in codes if self.answered_yes(option, workshop, code)}

    def replied_for(self, code: str) -> list[str]:
        """The workshops for which an administration is known to have replied."""
        return [workshop for workshop, other in self.answers if other == code]

    def may_have_reported(self, item: Example, option: str) -> bool:
        """Whether an example's reply said yes.

        True too where that is known only as a count that is not nought.
        """
        if self.counted_only(option):
            kind = "action" if option in self.publication.survey_round.action_ids else "outcome"
            return self.value(f"{kind}.{option}.{item.workshop}") != 0
        return self.answered_yes(option, item.workshop, item.administration)


def share_with_base(share: Fact) -> str:
    """A share with its base: `65% (32 of 49)`; `none` where the base is nought."""
    if pd.isna(share.value):
        return "none"
    return f"{percentage(share.value)}% ({share.numerator:.0f} of {share.denominator:.0f})"


def context_of(
    publication: Publication, replies: pd.DataFrame, facts: pd.DataFrame, associations: pd.DataFrame
) -> Context:
    """Gather what a publication is held against.

    Parameters
    ----------
    replies : one row a reply.
    facts : `fact, value, numerator, denominator, unit`.
    associations : `action, outcome, verdict, reason` and where it is there `direction`, one row a
        pair.
    """
    columns = ["verdict", "direction", "reason"]
    results = associations.reindex(columns=["action", "outcome", *columns])
    results = results.astype(object).fillna("")
    pairs = {
        f"verdict.{row['action']}.{row['outcome']}": PairResult(*row[columns])
        for _, row in results.iterrows()
    }
    return Context(publication, replies, by_name(facts), pairs)
