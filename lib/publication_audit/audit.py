"""The audit of a published report: everything printed, judged by the rules; and its command."""

import argparse
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from dataclasses import astuple, replace
from functools import partial

import pandas as pd

from followup.facts import by_name
from followup.problems import InputError
from followup.rounds import open_round
from publication_audit.alternative_reconstructions import (
    Reconstruction,
    alternative_reconstructions,
    labels_that_fit,
)
from publication_audit.context import context_of
from publication_audit.findings import DIFFERS, SEVERITIES, VERDICTS, Finding, judge
from publication_audit.number_formats import counted
from publication_audit.publication import Publication, read_publication
from publication_audit.root_causes import with_roots
from publication_audit.rules import RULES

PLACE = ["source", "row", "column"]
RESULT = ["printed", "recomputed", "verdict", "explanation"]
COLUMNS = [*PLACE, *RESULT, "rule", "severity", "root"]


def printed_items(publication: Publication | None) -> pd.DataFrame:
    """Everything printed that is audited, in printed order.

    Returns
    -------
    One row a printed thing: `kind` (count, claim, names …), `source`, `row`, `column`, `printed`,
    and of a figure `fact`, the fact that it states; no rows where nothing was published.
    """
    items = publication.items if publication else []
    rows = [
        (type(one).__name__.lower(), *astuple(one)[:4], getattr(one, "quantity", ""))
        for one in items
    ]
    return pd.DataFrame(rows, columns=["kind", *PLACE, "printed", "fact"], dtype="string")


def audit(
    publication: Publication | None,
    replies: pd.DataFrame,
    facts: pd.DataFrame,
    associations: pd.DataFrame,
    reconstructions: Iterable[Reconstruction] = (),
) -> pd.DataFrame:
    """Judge everything that was printed.

    Parameters
    ----------
    publication : what was published; None where nothing was, which gives no rows.
    replies : one row a reply.
    facts : `fact, value, numerator, denominator, unit`.
    associations : `action, outcome, verdict, reason, direction`, one row a tested pair.
    reconstructions : the replies as they would be had rebuilding chosen otherwise; what one of
        them puts right has one cause.

    Returns
    -------
    One row a printed thing, in printed order, all text: `source` (a table, `prose`, `examples`),
    `row` (workshop or total; a claim's or example's id), `column` (of the table, with the member
    for a mark; the section), `printed`, `recomputed` (as it should have been printed; empty where
    nothing can tell), `verdict`, `explanation`, and for what differs `rule` (its name),
    `severity` and `root`, the place of the error that it comes from.
    """
    if publication is None:
        return pd.DataFrame(columns=COLUMNS, dtype="string")
    context = context_of(publication, replies, facts, associations)
    by_rules = partial(judge, rules=RULES)
    findings = [by_rules(item, context) for item in publication.items]
    others = (
        (one, replace(context, replies=one.replies, facts=context.facts | by_name(one.facts)))
        for one in reconstructions
    )
    fits = labels_that_fit(findings, others, by_rules)
    rows = [_row(one) for one in with_roots(findings, context, fits)]
    return pd.DataFrame(rows, columns=COLUMNS, dtype="string")


def _row(finding: Finding) -> tuple[str, ...]:
    item, rule = finding.item, finding.rule.name if finding.rule else ""
    place = (item.source, item.row, item.column)
    result = (item.printed, finding.recomputed, finding.verdict, finding.explanation)
    return (*place, *result, rule, finding.severity, finding.root)


def errors(audited: pd.DataFrame) -> pd.DataFrame:
    """The distinct errors, worst first, then those that show in most places.

    Returns
    -------
    One row an error: `root`, `severity` (the worst of its places), `rule` (that is broken where it
    first shows), `places` (how many findings come from it); in printed order within equals.
    """
    differing = audited[audited["verdict"] == DIFFERS]
    rank = differing["severity"].map({name: place for place, name in enumerate(SEVERITIES)})
    distinct = (
        differing.assign(rank=rank.astype(int))
        .groupby("root", sort=False)
        .agg(rank=("rank", "min"), rule=("rule", "first"), places=("root", "size"))
        .reset_index()
        .sort_values(["rank", "places"], ascending=[True, False], kind="stable")
    )
    severity = distinct["rank"].map(dict(enumerate(SEVERITIES))).astype("string")
    return distinct.assign(severity=severity)[["root", "severity", "rule", "places"]]


def summary(audited: pd.DataFrame, year: int) -> Iterator[str]:
    """The audit in lines for a terminal: counts, then what differs, worst first."""
    if audited.empty:
        yield f"Nothing of {year} was published, so there is nothing to audit."
        return
    counts = audited["verdict"].value_counts()
    verdicts = (f"{counts.get(verdict, 0)} {verdict}" for verdict in VERDICTS)
    yield f"{len(audited)} printed: {', '.join(verdicts)}"
    distinct = errors(audited)
    for severity in SEVERITIES:
        of_it = distinct[distinct["severity"] == severity]
        places = counted(int(of_it["places"].sum()), "place")
        yield f"  {severity}: {counted(len(of_it), 'error')} in {places}"
    for _, error in distinct.iterrows():
        yield f"\n{error['severity']}, {counted(error['places'], 'place')}:"
        for row in audited[audited["root"] == error["root"]].itertuples():
            change = f"{row.printed} -> {row.recomputed}"
            yield f"  {row.source} {row.row} {row.column}: {change}. {row.explanation}"


def main(arguments: list[str]) -> int:
    """Print the audit of a round; with STRICT=1 or --strict the status is 1 if anything differs."""
    parser = argparse.ArgumentParser(prog="publication_audit.audit", description=main.__doc__)
    parser.add_argument("year", type=int)
    parser.add_argument("--strict", action="store_true", default=os.environ.get("STRICT") == "1")
    options = parser.parse_args(arguments)
    try:
        survey_round = open_round(options.year)
        facts = survey_round.read_result("facts.csv")
        associations = survey_round.read_result("associations.csv")
        replies, publication = survey_round.read_replies(), read_publication(survey_round)
        reconstructions = alternative_reconstructions(
            survey_round, replies, survey_round.read_counts(), survey_round.read_workshops()
        )
        audited = audit(publication, replies, facts, associations, reconstructions)
    except (InputError, FileNotFoundError) as error:
        print(error, file=sys.stderr)
        return 2
    print("\n".join(summary(audited, options.year)))
    return int(options.strict and (audited["verdict"] == DIFFERS).any())


if __name__ == "__main__":
    # A reader may stop early, as in `make audit | head`.
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.exit(main(sys.argv[1:]))
