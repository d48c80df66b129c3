"""Methods in brief: each method in a plain line, with the question that it answers and the section that shows it."""

import html
from collections.abc import Iterator

import pandas as pd
from IPython.display import HTML

from followup.cleaning.publication import table_names
from followup.rounds import Round
from followup.show import display

RESPONSE, TESTS, AUDIT = "21_response", "30_association_tests", "40_published_audit"
SECTIONS = {
    RESPONSE: "Response to the survey",
    TESTS: "What goes with what",
    AUDIT: "What was published",
}


def methods(survey_round: Round, replies: pd.DataFrame) -> HTML:
    """The methods that this round's report uses: question, method, and a link to the section that shows it."""
    listed = list(_all_rounds(survey_round, replies["administration"].notna().any()))
    if any(pd.notna(share.base) for share in survey_round.previous_shares):
        method = "the difference between the two shares, with Newcombe's 95% interval"
        listed.append(("What changed since the round before?", method, RESPONSE))
    if survey_round.choices:
        question = "Do the choices made in rebuilding the replies matter?"
        listed.append(
            (question, "the test of association again, in every combination of the choices", TESTS)
        )
    if table_names(survey_round):
        method = "each printed figure, name, mark and claim is computed again from the replies and judged by rules"
        listed.append(("Does the published report agree with its replies?", method, AUDIT))
    shown = pd.DataFrame(listed, columns=["question", "method", "where"]).set_index("question")
    links = shown["where"].map(lambda name: f'<a href="#{name}">{html.escape(SECTIONS[name])}</a>')
    return display.table(
        shown.assign(where=links),
        "methods",
        "Methods in brief, by the question that each answers",
        labels={"method": "Method", "where": "Shown in"},
        marked=["where"],
        kind="methods",
        stub="Question",
        strong=(),
        download=shown.assign(where=shown["where"].map(SECTIONS)).reset_index(),
    )


def _all_rounds(survey_round: Round, named: bool) -> Iterator[tuple[str, str, str]]:
    """What every round's report uses; `named` tells whether replies name their administrations."""
    stratum, strata = survey_round.event, survey_round.events
    yield (
        "How sure is a share?",
        "Wilson's 95% interval, which stays sensible when replies are few",
        RESPONSE,
    )
    yield (
        "Do an action and an outcome go together?",
        f"an exact test that compares replies only within their own {stratum}, and the odds ratio common to all {strata} with "
        "its exact 95% interval",
        TESTS,
    )
    yield (
        "By how much?",
        "the difference between the two shares, with Newcombe's 95% interval",
        TESTS,
    )
    yield (
        "Would other tests say the same?",
        f"Fisher's and Boschloo's exact tests over all replies, Mantel and Haenszel's by {stratum}"
        + (
            ", and a model (GEE) that allows for administrations that reply more than once"
            if named
            else ""
        ),
        TESTS,
    )
    yield (
        "Does one contributor make the result?",
        f"the test again with one {'administration, and one ' if named else ''}{stratum} left out at a time",
        TESTS,
    )
    yield (
        "Is it chance, with so many tests?",
        "p-values made larger by Holm's method for the pairs declared beforehand and by Benjamini and Hochberg's for all others, "
        "and one permutation test of all pairs at once",
        TESTS,
    )
    yield (
        "What could a survey like this have found?",
        "exact power, and the smallest difference found in four of five tries",
        TESTS,
    )
    yield (
        "What do those who did not reply leave open?",
        "Manski's bounds, which assume nothing of them, and the tipping point",
        TESTS,
    )
    yield (
        "What may be said about a pair?",
        "a verdict by a rule that was written down before testing",
        TESTS,
    )
