"""The tested associations in words and as a table: both conditionals side by side, the verdict, and one plain sentence."""

import html

import pandas as pd
from IPython.display import HTML

from followup.cleaning.administrations import read_administrations
from followup.report import figure_data
from followup.report.sentences import join
from followup.rounds import Round
from followup.show import display, figures
from followup.show.display import number, p_value, percent, ratio
from followup.statistics.stratified import below

CLAIMED = ("primary", "composite")
VERDICTS = {
    "supported": "holds after allowing for the other tests, and with any one administration left out",
    "suggestive": "shows some sign, but does not hold",
    "not shown": "shows no sign",
    "not testable": "could not be tested",
}


def claimed(associations: pd.DataFrame) -> pd.DataFrame:
    """The rows that the round declares: primary pairs and composites, in their order."""
    return associations[associations["family"].isin(CLAIMED)]


def primary(associations: pd.DataFrame) -> pd.DataFrame:
    """The primary pairs that could be tested."""
    return associations[
        (associations["family"] == "primary") & (associations["verdict"] != "not testable")
    ]


def name(survey_round: Round, row: pd.Series) -> str:
    """A pair in words: `sending the slides and better work`."""
    return f"{survey_round.noun(row['action'])} and {survey_round.noun(row['outcome'])}"


def badge(verdict: str) -> str:
    """A verdict as a mark: its word, in a colour that is never the only sign."""
    return (
        f'<span class="verdict verdict-{verdict.replace(" ", "-")}">{html.escape(verdict)}</span>'
    )


def fraction(part: float, whole: float) -> str:
    """A share with its base: `67% (32 of 48)`; a dash where the base is nought."""
    return (
        f"{percent(part / whole)} ({number(part)} of {number(whole)})" if whole else "– (of none)"
    )


def with_action(row: pd.Series) -> str:
    """Share with the outcome, of the replies that took the action."""
    return fraction(row["both"], row["both"] + row["action_only"])


def without_action(row: pd.Series) -> str:
    """Share with the outcome, of the replies that did not take the action."""
    return fraction(row["outcome_only"], row["outcome_only"] + row["neither"])


def with_outcome(row: pd.Series) -> str:
    """Share with the action, of the replies that reported the outcome."""
    return fraction(row["both"], row["both"] + row["outcome_only"])


def without_outcome(row: pd.Series) -> str:
    """Share with the action, of the replies that did not report the outcome."""
    return fraction(row["action_only"], row["action_only"] + row["neither"])


def interval(low: float, high: float, kind: str = "ratio") -> str:
    """A 95% interval in words: `0.2 to 5.4`."""
    show = display.FORMATS[kind]
    return f"{show(low)} to {show(high)}"


def plain_sentence(survey_round: Round, row: pd.Series) -> str:
    """One sentence for a reader without statistics: both shares, what follows, and what could not have been seen."""
    if row["verdict"] == "not testable":
        return f"This could not be tested ({html.escape(str(row['reason']).rpartition(': ')[2])})."
    acted, saw = survey_round.phrase(row["action"]), survey_round.phrase(row["outcome"])
    shares = f"{with_action(row)} of the replies that {acted} also {saw}, against {without_action(row)} of those that did not"
    return html.escape(f"{shares}: {conclusion(survey_round, row)}").replace(
        "p = ", "p\u00a0=\u00a0"
    )


def conclusion(survey_round: Round, row: pd.Series) -> str:
    """What the verdict means, with the numbers that decide it."""
    exact = f"p = {p_value(row['exact_p'])}" if row["exact_p"] >= 0.001 else "p less than 0.001"
    limits = interval(row["common_or_low"], row["common_or_high"])
    size = f"odds ratio within {survey_round.events} {ratio(row['common_odds_ratio'])}, 95% interval {limits}; {exact}"
    if row["verdict"] == "supported":
        return f"the two go together ({size})."
    if row["verdict"] == "suggestive":
        hurdles = join(fails(survey_round, row))
        return f"there is a sign that the two go together ({join(signs(survey_round, row))}), but it does not survive {hurdles}."
    return f"no sign that the two go together ({size})."


def signs(survey_round: Round, row: pd.Series) -> list[str]:
    """The tests of one pair that are below .05 before any adjustment."""
    tests = {
        f"within {survey_round.events}": "exact_p",
        "over all replies": "fisher_p",
        "allowing for administrations": "gee_p",
    }
    return [f"{where} p = {p_value(row[p])}" for where, p in tests.items() if below(row[p])]


def fails(survey_round: Round, row: pd.Series) -> list[str]:
    """What a suggestive result does not survive, with the p that shows it."""
    hurdles = {
        f"a comparison within {survey_round.events}": "exact_p",
        "allowing for the other tests": "adjusted_p",
        f"leaving out {_administration(row['loo_administration'])}": "loo_administration_max_p",
    }
    if pd.isna(row["loo_administration_max_p"]):
        hurdles[f"leaving out {survey_round.event} {row['loo_workshop']}"] = "loo_workshop_max_p"
    return [
        f"{hurdle} (p = {p_value(row[p])})"
        for hurdle, p in hurdles.items()
        if not pd.isna(row[p]) and not below(row[p])
    ]


def _administration(code: str) -> str:
    """An administration's name; the code itself where it has none."""
    return read_administrations()["name"].get(code, str(code))


def pairs_table(survey_round: Round, pairs: pd.DataFrame, file: str, caption: str) -> HTML:
    """The pairs with both conditionals, the odds ratio within workshops, its p, the adjusted p and the verdict.

    Pairs that could not be tested are named in the notes, with the reason.
    """
    untested = pairs[pairs["verdict"] == "not testable"]
    pairs = pairs[pairs["verdict"] != "not testable"]
    shown = pd.DataFrame(
        {
            "with": [with_action(row) for _, row in pairs.iterrows()],
            "without": [without_action(row) for _, row in pairs.iterrows()],
            "common": [
                f"{ratio(row.common_odds_ratio)} ({interval(row.common_or_low, row.common_or_high)})"
                if not pd.isna(row.common_odds_ratio)
                else "–"
                for row in pairs.itertuples()
            ],
            "p": pairs["exact_p"].tolist(),
            "adjusted": pairs["adjusted_p"].tolist(),
            "verdict": pairs["verdict"].tolist(),
        },
        index=[name(survey_round, row).capitalize() for _, row in pairs.iterrows()],
    )
    labels = {
        "with": "Outcome, with the action",
        "without": "Outcome, without it",
        "common": f"Odds ratio within {survey_round.events} (95%)",
        "p": "p",
        "adjusted": "Adjusted p",
        "verdict": "Verdict",
    }
    methods = (
        join(list(dict.fromkeys(pairs["adjustment"].dropna().replace("", pd.NA).dropna())))
        if len(pairs)
        else ""
    )
    notes = [
        f"p: exact test that the odds ratio common to the {survey_round.events} is one, two-sided.",
        "What each verdict means, and how often chance alone brings it, is said in the glossary.",
        *(
            f"Not testable ({reason}): {join([name(survey_round, row) for _, row in rows.iterrows()])}."
            for reason, rows in untested.groupby(
                untested["reason"].str.replace(r"^.*?: ", "", regex=True), sort=False
            )
        ),
        *([f"Adjusted for the tests of the same family ({methods})."] if methods else []),
    ]
    kinds = {"with": "text", "without": "text", "common": "text", "p": "p", "adjusted": "p"}
    return display.table(
        shown,
        file,
        caption,
        labels=labels,
        formats=kinds,
        notes=notes,
        stub="Pair",
        strong=(),
        download=pairs,
    )


def conditionals_figure(survey_round: Round, associations: pd.DataFrame) -> HTML:
    """For each claim, the share with the action among those with the outcome, and among those without."""
    rows = claimed(associations)
    rows = rows[rows["verdict"] != "not testable"]
    drawn_pairs = pd.DataFrame(
        {
            "with_yes": rows["both"],
            "with_base": rows["both"] + rows["outcome_only"],
            "without_yes": rows["action_only"],
            "without_base": rows["action_only"] + rows["neither"],
        }
    )
    names = [name(survey_round, row).capitalize() for _, row in rows.iterrows()]
    given = ("with the outcome", "without the outcome")
    drawn = figures.both_conditionals(drawn_pairs, names, given)
    alt = "Share that took the action, with and without the outcome. " + "; ".join(
        f"{label}: {with_outcome(row)} with, {without_outcome(row)} without"
        for label, (_, row) in zip(names, rows.iterrows(), strict=True)
    )
    caption = "How many had taken the action, of the replies with the outcome and of those without."
    return figures.show(
        drawn,
        survey_round,
        "associations",
        caption,
        alt,
        figure_data.conditionals(drawn_pairs, names, given),
    )


def verdict_counts(associations: pd.DataFrame) -> str:
    """How many of the claims have each verdict, in words."""
    found = claimed(associations)["verdict"].value_counts()
    order = [
        "supported",
        *(verdict for verdict in VERDICTS if verdict in found and verdict != "supported"),
    ]
    return join(
        [
            f"{found.get(verdict, 'none')} {'is' if found.get(verdict, 1) == 1 else 'are'} {verdict}"
            for verdict in order
        ]
    )
