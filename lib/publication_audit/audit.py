"""The audit: what must hold of a published report, and where it does not.

Each rule says in its name and first line what must hold, and gives the reason where it does not. There is no list of known
errors: the rules know what was printed, and what the replies say.
"""

import argparse
import os
import re
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import astuple
from itertools import pairwise

import pandas as pd

from followup.cleaning.publication import mentions
from followup.files import normalise
from followup.problems import InputProblems
from followup.rounds import open_round
from followup.tables import TOTAL
from publication_audit.alternative_reconstructions import Reading, fitting, other_readings
from publication_audit.assertions import compared, in_numbers, setting
from publication_audit.evidence import evidence_of, of
from publication_audit.findings import (
    CONCLUSION,
    DIFFERS,
    EDITORIAL,
    FIGURE,
    SEVERITIES,
    VERDICTS,
    Breach,
    Case,
    Rule,
    judge,
)
from publication_audit.number_formats import in_months, month_of, percentage
from publication_audit.printed import (
    SUMMARIES,
    Claim,
    Count,
    Example,
    Figure,
    Mark,
    Names,
    Printed,
    Title,
)
from publication_audit.published import Publication, read_publication
from publication_audit.root_causes import with_roots

COLUMNS = [
    "source",
    "row",
    "column",
    "printed",
    "recomputed",
    "verdict",
    "explanation",
    "rule",
    "severity",
    "root",
]
OTHER_GROUP = {
    "outcome_given_action": "outcome_given_no_action",
    "outcome_given_no_action": "outcome_given_action",
    "action_given_outcome": "action_given_no_outcome",
    "action_given_no_outcome": "action_given_outcome",
}
RULES: list[Rule] = []


def rule(*kinds: type[Printed], severity: str = FIGURE, always: bool = False) -> Callable:
    """Register a rule for kinds of printed things."""

    def register(check: Callable[[Printed, Case], Breach | str | None]) -> Callable:
        RULES.append(Rule(check, kinds, severity, always))
        return check

    return register


@rule(Count)
def no_count_is_above_its_base(item: Count, case: Case) -> str | None:
    """A count is never more than the replies, or administrations, that it is part of."""
    base = case.evidence.total(item.base)
    if base is None or item.count <= base:
        return None
    return f"{item.count} of {base:.0f} is impossible: the replies give {case.evidence.value(item.quantity):.0f}"


@rule(Count)
def parts_add_up_to_the_total(item: Count, case: Case) -> str | None:
    """A total or sub-total is the sum of its rows."""
    parts, right = case.publication.parts(item), case.evidence.value(item.quantity)
    added = sum(part.count for part in parts)
    if not parts or item.count in (added, right):
        return None
    mended = "" if added == right else f", and to {right:.0f} once they are put right"
    told = yes_and_no_make_the_replies(item, case)
    return f"the rows add up to {added}{mended}" + (f"; {told}" if told else "")


@rule(Figure)
def a_count_equals_the_names_listed(item: Figure, case: Case) -> str | None:
    """A count is the number of members that the lists name for it."""
    right, survey_round = case.evidence.value(item.quantity), case.publication.survey_round
    if item.count in (None, right):
        return None
    if item.row in SUMMARIES:
        _, action, outcome, _ = item.quantity.split(".")
        first, second = (action, outcome) if item.row == "led" else (outcome, action)
        return f"of the {case.evidence.total(item.base):.0f} that {survey_round.phrase(first)}, {right:.0f} {survey_round.phrase(second)}"
    table, named = case.publication.lists.get(item.option, ("", set()))
    codes = sorted(
        code
        for workshop, code in named
        if item.row == workshop or item.row == TOTAL or isinstance(item, Claim)
    )
    yes = case.evidence.value(item.base[0]) if item.negated else right
    if not table or len(codes) != yes:
        return None
    left = (
        f", which leaves {right:.0f} of the {case.evidence.total(item.base):.0f}"
        if item.negated
        else ""
    )
    names = f" ({', '.join(codes)})" if 0 < len(codes) < 6 else ""
    return f"{_titled(table)} names {len(codes) or 'nobody'}{names}{left}"


@rule(Count)
def yes_and_no_make_the_replies(item: Count, case: Case) -> str | None:
    """Yes and no add up to those that answered."""
    beside = {
        column: case.publication.by_place.get(f"{item.source}:{item.row}:{column}")
        for column in ("yes", "no")
    }
    answered = case.evidence.total(item.base)
    if item.column not in beside or not all(isinstance(cell, Count) for cell in beside.values()):
        return None
    yes, no = beside["yes"].count, beside["no"].count
    return (
        f"yes and no are printed as {yes} and {no}, but {answered:.0f} answered"
        if (yes or 0) + (no or 0) != answered
        else None
    )


@rule(Figure)
def a_percentage_is_its_count_over_its_base(item: Figure, case: Case) -> str | None:
    """A percentage is its count divided by its base, rounded."""
    count, base, share = (
        case.evidence.value(item.quantity),
        case.evidence.total(item.base),
        case.evidence.share(item),
    )
    if item.percent is None or share is None or item.count not in (None, count):
        return None
    if isinstance(item, Count):
        return f"{count:.0f} of {base:.0f} is {percentage(share)}%"
    return (
        f"{count:.0f} is the count: {count:.0f} of {base:.0f} is {percentage(share)}%"
        if float(item.percent) == count
        else None
    )


@rule(Claim, severity=CONCLUSION)
def a_conditional_is_worded_as_computed(item: Claim, case: Case) -> str | None:
    """A figure is of those that the sentence speaks of: `of those with effects` is not `of those that shared`."""
    if not item.fact.startswith("pair.") or item.unit not in ("share", "count"):
        return None
    pair, evidence, survey_round = (
        item.quantity.rpartition(".")[0],
        case.evidence,
        case.publication.survey_round,
    )
    _, action, outcome = pair.split(".")
    acted, both = evidence.value(f"action.{action}"), evidence.value(item.quantity)
    acted_share = evidence.value(f"action.{action}.share")
    if acted is not None and (
        item.count == acted or (acted_share and item.percent == percentage(acted_share))
    ):
        return f"{acted:.0f} {survey_round.phrase(action)}, and {both:.0f} of them {survey_round.phrase(outcome)}"
    for turned in ("action_given_outcome", "outcome_given_action"):
        fact, right = evidence.facts[f"{pair}.{turned}"], evidence.facts.get(item.fact)
        if (
            item.percent is not None
            and item.fact != fact.fact
            and right
            and item.percent == percentage(fact.value)
        ):
            first, second = (
                (outcome, action) if turned == "action_given_outcome" else (action, outcome)
            )
            of_those = f"of those that {survey_round.phrase(first)} {of(fact)} {survey_round.phrase(second)}"
            return f"{of_those}, but of those that {survey_round.phrase(second)} {of(right)} {survey_round.phrase(first)}"
    return None


@rule(Claim)
def a_year_or_number_is_as_declared(item: Claim, case: Case) -> str | None:
    """A year, a month or a number of the round is as the round declares it."""
    own = item.fact.startswith(("round.", "publication."))
    return f"{setting(case.evidence, item.fact)}: {item.about}" if own else None


@rule(Figure)
def one_quantity_is_printed_alike(item: Figure, case: Case) -> str | None:
    """What is printed in several places is the same in all of them."""
    count, share, base = (
        case.evidence.value(item.quantity),
        case.evidence.share(item),
        case.evidence.total(item.base),
    )
    digits = None if share is None else percentage(share)
    for other in case.publication.figures.get(item.quantity, []):
        right = (
            other.count == count
            if other.count is not None
            else digits is not None and other.percent == digits
        )
        if other.place != item.place and right and (item.count, item.percent) != (None, None):
            said = (
                f", {digits}% of {base:.0f}"
                if item.count is None and other.count is not None
                else ""
            )
            return f"{case.publication.where(other)} has {other.printed}{said}"
    return None


@rule(Figure)
def a_figure_is_what_the_replies_give(item: Figure, case: Case) -> str | None:
    """Any other figure is what follows from the replies."""
    if isinstance(item, Count):
        known = (
            f"the list of {case.publication.survey_round.events} has"
            if item.quantity.startswith("invited")
            else "the replies give"
        )
        return f"{known} {case.evidence.value(item.quantity):.0f}"
    return (
        in_numbers(case.evidence, item).removesuffix(".")
        if item.kind == "figure" or item.unit == "count"
        else None
    )


@rule(Claim, severity=FIGURE)
def a_word_fits_its_figure(item: Claim, case: Case) -> Breach | None:
    """A word that is a figure fits it: `most` is more than half, `all` everyone, `doubled` twice as many."""
    if item.kind != "word":
        return None
    about_answers = item.fact.startswith(("action.", "outcome.", "pair."))
    return Breach(
        in_numbers(case.evidence, item).removesuffix("."),
        severity=CONCLUSION if about_answers else FIGURE,
    )


@rule(Claim, severity=CONCLUSION)
def a_rank_is_reached(item: Claim, case: Case) -> str | None:
    """What is called first, or among the first three, is."""
    return (
        f"counted {case.evidence.value(item.fact):.0f} times, it ranks lower"
        if item.kind == "ranking"
        else None
    )


@rule(Claim)
def a_label_names_what_is_counted(item: Claim, case: Case) -> str | None:
    """A label or note names the actions and outcomes that its figures count, and joins them as they do."""
    if item.kind != "label":
        return None
    counted = item.fact.partition(".")[2]
    both = ", not only those that did both" if item.value == counted.replace("|", "&") else ""
    return f"what is counted is {case.publication.survey_round.noun(counted)}{both}"


@rule(Claim, severity=CONCLUSION)
def an_association_is_supported(item: Claim, case: Case) -> str | None:
    """A claim that two things go together is supported by the test of the pair."""
    return compared(case.evidence, item.fact) if item.kind == "association" else None


@rule(Claim, always=True)
def a_share_is_of_the_base_it_names(item: Claim, case: Case) -> Breach | None:
    """A share is of the replies that the sentence says it is of."""
    named, base, share = (
        case.evidence.value(item.said_base),
        case.evidence.total(item.base),
        case.evidence.share(item),
    )
    if item.unit != "share" or named is None or base is None or named == base:
        return None
    return Breach(
        f"as worded it is a share of {named:.0f}, not of the {base:.0f}",
        f"{percentage(share)}% of {base:.0f}",
    )


@rule(Claim, severity=CONCLUSION, always=True)
def a_share_stands_beside_its_comparison(item: Claim, case: Case) -> Breach | None:
    """A share quoted as evidence stands beside the share in the comparison group."""
    stem, _, given = item.fact.rpartition(".")
    if item.unit != "share" or not stem.startswith("pair.") or given not in OTHER_GROUP:
        return None
    other = f"{stem}.{OTHER_GROUP[given]}"
    if any(
        isinstance(one, Claim) and one.column == item.column and one.fact == other
        for one in case.publication.items
    ):
        return None
    (_, action, outcome), survey_round, facts = (
        stem.split("."),
        case.publication.survey_round,
        case.evidence.facts,
    )
    by_action = given.startswith("outcome")
    group = (
        "of those that did not act"
        if by_action
        else f"of those without {survey_round.noun(outcome)}"
    )
    reason = f"the comparison is missing: {group}, {of(facts[other])} {survey_round.phrase(outcome if by_action else action)}"
    return Breach(reason, f"{percentage(facts[item.fact].value)}%, and {of(facts[other])} {group}")


@rule(Title, Example, severity=EDITORIAL, always=True)
def a_title_is_the_one_listed(item: Title | Example, case: Case) -> str | None:
    """A title is the one that workshops.csv has."""
    workshop = case.evidence.workshops.get(item.row if isinstance(item, Title) else item.workshop)
    if workshop is None or not item.title or item.title == normalise(workshop["title"]):
        return None
    return f"the {case.publication.survey_round.event} is called {workshop['title']}"


@rule(Title, Example, always=True)
def a_month_is_the_one_listed(item: Title | Example, case: Case) -> str | None:
    """A month is the one that workshops.csv has."""
    workshop = case.evidence.workshops.get(item.row if isinstance(item, Title) else item.workshop)
    month = month_of(item.printed)
    return (
        f"it was held in {in_months(workshop['month'])}"
        if workshop and month and month != workshop["month"]
        else None
    )


@rule(Names)
def names_do_not_exceed_the_replies(item: Names, case: Case) -> str | None:
    """No list names more members than replied."""
    named, replied = len(mentions(item.printed)), case.evidence.value(f"replies.{item.row}")
    return (
        f"{named} are named, but {replied:.0f} replied"
        if replied is not None and named > replied
        else None
    )


@rule(Names)
def a_list_names_those_that_said_so(item: Names, case: Case) -> str | None:
    """A list names the members whose replies say so, each once, and no other."""
    printed = [case.publication.code(mention.name) for mention in mentions(item.printed)]
    members = case.evidence.members(item.column, item.row)
    wrong = {
        "lacking": sorted(members - set(printed)),
        "too many": sorted(set(printed) - members),
        "twice": sorted({code for code in printed if printed.count(code) > 1}),
    }
    return (
        "; ".join(f"{what}: {', '.join(codes)}" for what, codes in wrong.items() if codes) or None
    )


@rule(Names, severity=EDITORIAL)
def names_are_set_apart(item: Names, case: Case) -> str | None:
    """Between two members of a list stands a comma."""
    runs = [[mention.name for mention in mentions(part)] for part in item.printed.split(",")]
    joined = [f"between {first} and {second}" for run in runs for first, second in pairwise(run)]
    return f"a comma is missing {', and '.join(joined)}" if joined else "a comma is too many"


@rule(Mark, severity=EDITORIAL)
def a_mark_agrees_with_the_lists(item: Mark, case: Case) -> str | None:
    """An action's member is underlined if it has the outcome, an outcome's member is bold if it took an action, and no other."""
    expected = case.evidence.expected(item).text or ""
    bold, underlined = "*" in expected, "_" in expected
    if (item.mention.bold, item.mention.underlined) == (bold, underlined):
        return None
    survey_round, is_outcome = case.publication.survey_round, item.option == item.outcome
    mark, right = ("bold", bold) if is_outcome else ("underlined", underlined)
    said = survey_round.phrase(
        "|".join(survey_round.pairs_of(item.outcome)) if is_outcome else item.outcome
    )
    return f"{item.name} is {'not ' if right else ''}{mark}, but is {'' if right else 'not '}among those that {said}"


@rule(Mark, Example, severity=EDITORIAL, always=True)
def an_administration_has_one_spelling(item: Mark | Example, case: Case) -> str | None:
    """A member is called by its code in a list, and by its name in the text."""
    if isinstance(item, Mark):
        code = case.publication.code(item.name)
        return f"{item.name} is printed, the code is {code}" if code != item.name else None
    name = case.evidence.names.get(item.administration, item.name)
    return (
        f"{item.name} is printed, the name is {name}"
        if item.name and item.name.casefold() != name.casefold()
        else None
    )


@rule(Example, severity=EDITORIAL, always=True)
def an_attribution_is_well_formed(item: Example, case: Case) -> str | None:
    """In an example's attribution one dash stands after the administration, and brackets that open close."""
    slips = [*(["two dashes"] if re.search(r"-\s*-", item.printed) else [])]
    slips += (
        ["brackets that do not match"] if item.printed.count("(") != item.printed.count(")") else []
    )
    return f"it is printed with {' and '.join(slips)}" if slips else None


@rule(Example, severity=EDITORIAL, always=True)
def an_example_names_its_source(item: Example, case: Case) -> Breach | None:
    """An example says which administration gives it, and what it followed."""
    if item.workshop and item.administration:
        return None
    same = [
        one
        for one in case.publication.items
        if isinstance(one, Example) and one.text == item.text and one.printed
    ]
    twice = f"; {case.publication.where(same[0])} has the same with its source" if same else ""
    return Breach(
        f"it is printed without its administration or {case.publication.survey_round.event}{twice}",
        same[0].printed if same else "(not known)",
    )


@rule(Example, severity=EDITORIAL, always=True)
def an_example_comes_from_a_reply(item: Example, case: Case) -> Breach | None:
    """An example comes from an administration whose reply is known."""
    if (
        not item.workshop
        or not item.administration
        or (item.workshop, item.administration) in case.evidence.answers
    ):
        return None
    name, survey_round = (
        case.evidence.names.get(item.administration, item.administration),
        case.publication.survey_round,
    )
    others = [workshop for workshop, code in case.evidence.answers if code == item.administration]
    replied = f"only for {', '.join(others)}" if others else "nor for any other"
    return Breach(
        f"{name} is not known to have replied for {survey_round.event} {item.workshop}, {replied}",
        "(no such reply)",
    )


@rule(Example, severity=EDITORIAL, always=True)
def an_example_was_reported(item: Example, case: Case) -> Breach | None:
    """An example's administration reported what the example is given for, and what it tells of besides."""
    if (item.workshop, item.administration) not in case.evidence.answers:
        return None
    silent = [
        option
        for option in (item.outcome, *item.says)
        if option and not _may_have_said(item, option, case)
    ]
    if not silent:
        return None
    name, survey_round = (
        case.evidence.names.get(item.administration, item.administration),
        case.publication.survey_round,
    )
    others = " or ".join(f"among those that {survey_round.phrase(option)}" for option in silent)
    return Breach(
        f"{name} is not {others} for {survey_round.event} {item.workshop}", "(not reported)"
    )


def _may_have_said(item: Example, option: str, case: Case) -> bool:
    """Whether the example's reply said yes; True too where that is known only as a count that is not nought."""
    if case.evidence.counted_only(option):
        kind = (
            "outcome"
            if option in {outcome.id for outcome in case.publication.survey_round.outcomes}
            else "action"
        )
        return case.evidence.value(f"{kind}.{option}.{item.workshop}") != 0
    return case.evidence.said(option, item.workshop, item.administration)


@rule(Example, severity=EDITORIAL, always=True)
def an_example_was_done(item: Example, case: Case) -> Breach | None:
    """An example of what was done tells what was done, not what is planned."""
    return (
        Breach("it tells what is planned, in a section on what was done", "(planned)")
        if item.status == "planned"
        else None
    )


def audit(
    publication: Publication | None,
    replies: pd.DataFrame,
    facts: pd.DataFrame,
    associations: pd.DataFrame,
    readings: Iterable[Reading] = (),
) -> pd.DataFrame:
    """Judge everything that was printed.

    Parameters
    ----------
    publication : what was published; None where nothing was, which gives no rows.
    replies : one row a reply.
    facts : `fact, value, numerator, denominator, unit`.
    associations : `action, outcome, verdict, reason`, one row a tested pair.
    readings : the replies as they would be had rebuilding chosen otherwise; what one of them puts right has one cause.

    Returns
    -------
    One row a printed thing, in printed order, all text: `source` (a table, `prose`, `examples`), `row` (workshop or total; a
    claim's or example's id), `column` (of the table, with the member for a mark; the section), `printed`, `recomputed` (as it
    should have been printed; empty where nothing can tell), `verdict`, `explanation`, and for what differs `rule`, `severity` and
    `root`, the place of the error that it comes from.
    """
    if publication is None:
        return pd.DataFrame(columns=COLUMNS, dtype="string")
    case = Case(publication, evidence_of(publication, replies, facts, associations))
    judged = [judge(item, case, RULES) for item in publication.items]
    others = (
        (
            reading,
            Case(
                publication, evidence_of(publication, reading.replies, reading.facts, associations)
            ),
        )
        for reading in readings
    )
    judged = with_roots(
        judged, case, fitting(judged, others, lambda item, other: judge(item, other, RULES))
    )
    rows = [
        (
            *astuple(one.item)[:4],
            one.recomputed,
            one.verdict,
            one.explanation,
            one.rule,
            one.severity,
            one.root,
        )
        for one in judged
    ]
    return pd.DataFrame(rows, columns=COLUMNS, dtype="string")


def errors(audited: pd.DataFrame) -> pd.DataFrame:
    """The distinct errors, worst first, then those that show in most places.

    Returns
    -------
    One row an error: `root`, `severity` (its worst), `places` (how many findings come from it), in printed order within equals.
    """
    found = audited[audited["verdict"] == DIFFERS]
    rank = (
        found["severity"]
        .map({severity: place for place, severity in enumerate(SEVERITIES)})
        .astype(int)
    )
    grouped = (
        found.assign(rank=rank)
        .groupby("root", sort=False)
        .agg(rank=("rank", "min"), places=("root", "size"))
        .reset_index()
    )
    ordered = grouped.sort_values(["rank", "places"], ascending=[True, False], kind="stable")
    return ordered.assign(severity=ordered["rank"].map(dict(enumerate(SEVERITIES))))[
        ["root", "severity", "places"]
    ]


def summary(audited: pd.DataFrame, year: int) -> Iterator[str]:
    """The audit in lines for a terminal: counts, then what differs, worst first."""
    if audited.empty:
        yield f"Nothing of {year} was published, so there is nothing to audit."
        return
    counts = audited["verdict"].value_counts()
    yield f"{len(audited)} printed: " + ", ".join(
        f"{counts.get(verdict, 0)} {verdict}" for verdict in VERDICTS
    )
    distinct = errors(audited)
    for severity in SEVERITIES:
        findings = int((audited["severity"] == severity).sum())
        yield f"  {severity}: {findings} findings, {int((distinct['severity'] == severity).sum())} errors"
    for error in distinct.itertuples():
        found = audited[audited["root"] == error.root]
        yield f"\n{error.severity}, {error.places} place{'s' if error.places > 1 else ''}:"
        for row in found.itertuples():
            yield f"  {row.source} {row.row} {row.column}: {row.printed} -> {row.recomputed}. {row.explanation}"


def _titled(table: str) -> str:
    return table.replace("_", " ").capitalize()


def main(arguments: list[str]) -> int:
    """Print the audit of a round; with STRICT=1 or --strict the status is 1 when anything differs."""
    parser = argparse.ArgumentParser(prog="publication_audit.audit", description=main.__doc__)
    parser.add_argument("year", type=int)
    parser.add_argument("--strict", action="store_true", default=os.environ.get("STRICT") == "1")
    told = parser.parse_args(arguments)
    try:
        survey_round = open_round(told.year)
        facts, associations = (
            survey_round.read_result("facts.csv"),
            survey_round.read_result("associations.csv"),
        )
        replies = survey_round.read_replies()
        readings = other_readings(
            survey_round, replies, survey_round.read_counts(), survey_round.read_workshops()
        )
        audited = audit(read_publication(survey_round), replies, facts, associations, readings)
    except (InputProblems, FileNotFoundError) as error:
        print(error, file=sys.stderr)
        return 2
    print("\n".join(summary(audited, told.year)))
    return int(told.strict and (audited["verdict"] == DIFFERS).any())


if __name__ == "__main__":
    signal.signal(
        signal.SIGPIPE, signal.SIG_DFL
    )  # a reader may stop early, as in `make audit | head`
    sys.exit(main(sys.argv[1:]))
