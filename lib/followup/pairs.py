"""The tested pairs of an action and an outcome in the round's words; every place that tells a
verdict asks here."""

import re

import numpy as np
import pandas as pd

from followup.cleaning.administrations import read_administrations
from followup.rounds import Round
from followup.show.numbers import of
from followup.statistics.clustered import cluster_labels
from followup.statistics.columns import TYPES
from followup.statistics.influence import leave_one_out
from followup.statistics.intervals import wilson
from followup.statistics.multiplicity import holm
from followup.statistics.rule_simulation import power_of_the_rule
from followup.statistics.strata import strata_differ, turns
from followup.statistics.stratified import below, exact_common_odds_ratio, stratum_tables
from followup.tables import both_answered, row_labels

DECLARED = ("primary", "composite")
LARGE = 0.2  # a difference of shares that is called large
FEW = 15  # replies on one side of a pair; with fewer hardly any difference can be found
TURNING = ("odds_ratio", "fisher_p", "common_odds_ratio", "exact_p")
STRONG = 2.0  # an odds ratio this large, or its inverse; an interval between them leaves none open
TEXTS = (
    *("pair", "link", "told", "acted", "reported", "action_noun", "outcome_noun"),
    *("plain_verdict", "leans_on", "why"),
)
OFTEN = {"together": "more", "apart": "less"}
# What a verdict says to a reader without statistics, by verdict and direction.
PLAIN = {
    ("supported", "together"): "Confirmed: reported more often with the action",
    ("supported", "apart"): "Confirmed: reported less often with the action",
    ("suggestive", "together"): "A weak sign: reported more often with the action",
    ("suggestive", "apart"): "A weak sign: reported less often with the action",
    ("not shown", ""): "These replies cannot tell",
    ("not shown", "weak"): "No link seen; a strong one is unlikely",
    ("not testable", ""): "Could not be tested",
}


def in_words(survey_round: Round, associations: pd.DataFrame) -> pd.DataFrame:
    """Add the words for each pair to the tests' results.

    Parameters
    ----------
    associations : a row a pair, as `followup.statistics.associations` gives it.

    Returns
    -------
    The same rows, and as text `pair` (both nouns), `link` (the same within a sentence), `told`
    (that with the direction of a sign), `acted` and `reported` (they complete "a reply that …"),
    `action_noun`, `outcome_noun`; how many replies
    took the action, `replies_with`, and how many did not; the share with the outcome of the replies
    `with_action` and `without_action`, the share with the action of those `with_outcome` and
    `without_outcome`, each with its base; `weak`, whether nothing was shown and chance leaves no
    strong link open; `plain_verdict`; the administration that a sign `leans_on` (empty where it
    stands without it); and `why` a value can't be had.
    """
    # a file does not tell what a column holds that is empty
    types = {name: kind for name, kind in TYPES.items() if name in associations}
    associations = associations.astype(
        {name: kind for name, kind in types.items() if associations[name].dtype != kind}
    )
    both, action_only = associations["both"], associations["action_only"]
    outcome_only, neither = associations["outcome_only"], associations["neither"]
    nouns = {
        kind: [survey_round.noun(option) for option in associations[kind]]
        for kind in ("action", "outcome")
    }
    names = [" and ".join(pair) for pair in zip(nouns["action"], nouns["outcome"], strict=True)]
    weak = associations["verdict"].eq("not shown") & no_strong_link(associations)
    words = {
        "pair": [f"{name[:1].upper()}{name[1:]}" for name in names],
        "link": names,
        "told": [
            f"{outcome} {OFTEN[way]} often with {action}" if way in OFTEN else name
            for name, action, outcome, way in zip(
                names, *nouns.values(), associations["direction"], strict=True
            )
        ],
        "acted": [survey_round.phrase(action) for action in associations["action"]],
        "reported": [survey_round.phrase(outcome) for outcome in associations["outcome"]],
        "action_noun": nouns["action"],
        "outcome_noun": nouns["outcome"],
        "replies_with": both + action_only,
        "replies_without": outcome_only + neither,
        "with_action": of(both, both + action_only),
        "without_action": of(outcome_only, outcome_only + neither),
        "with_outcome": of(both, both + outcome_only),
        "without_outcome": of(action_only, action_only + neither),
        "weak": weak,
        "plain_verdict": [
            plain_verdict(*judged)
            for judged in zip(associations["verdict"], associations["direction"], weak, strict=True)
        ],
        "leans_on": _leans_on(survey_round, associations),
        "why": [
            _why(survey_round, reason)
            for reason in associations["reason"].astype("string").fillna("")
        ],
    }
    texts = pd.DataFrame(words, index=associations.index).astype(dict.fromkeys(TEXTS, "str"))
    worded = pd.concat([associations, texts], axis=1)
    return worded.copy()  # in one piece: as read from a file, pandas warns of too many parts


def _leans_on(survey_round: Round, associations: pd.DataFrame) -> list[str]:
    """Name whoever it is without whom p within workshops is at least twice as large, and no
    sign; empty where the sign stays, or there was none."""
    signs = associations["verdict"].isin(["supported", "suggestive"])
    gone = (
        signs
        & ~below(associations["loo_administration_max_p"])
        & (associations["loo_administration_max_p"] >= 2 * associations["exact_p"])
        & associations["loo_administration"].notna()
    )
    codes = associations["loo_administration"].where(gone, "").fillna("")
    named = codes.map(names_of(survey_round, codes))
    return ["one reply without a name" if name.startswith("unnamed") else name for name in named]


def names_of(survey_round: Round, codes: pd.Series) -> dict[str, str]:
    """Name whoever stands behind each code: a member by its name, a respondent by its number."""
    names = read_administrations()["name"].to_dict()
    return {
        code: names.get(code, f"{survey_round.respondent} {code}" if code.isdigit() else code)
        for code in codes.unique()
    }


def _why(survey_round: Round, reason: str) -> str:
    """Say a reason with labels in place of ids, and the round's words."""
    labels = {option.id: option.label for option in survey_round.options.values()}
    labels |= {"administration": survey_round.respondent, "workshop": survey_round.event}
    worded = re.sub(r"\w+", lambda word: labels.get(word[0], word[0]), reason)
    return worded.replace("|", " or ")


def plain_verdict(verdict: str, direction: str | None, weak: bool = False) -> str:
    """Say a verdict in plain words; one without a sign has no direction to tell.

    Parameters
    ----------
    weak : of a pair that was not shown: whether chance leaves no strong link open.
    """
    if verdict == "not shown":
        return PLAIN[verdict, "weak" if weak else ""]
    signed = verdict in ("supported", "suggestive") and not pd.isna(direction)
    return PLAIN[verdict, str(direction) if signed else ""]


def no_strong_link(associations: pd.DataFrame) -> pd.Series:
    """Tell for each pair whether chance leaves no odds ratio open that is as strong as `STRONG`, in
    either direction, under every comparison that can be made."""
    columns = ["common_or_low", "within_administration_low"]
    low = associations[columns].astype(float)
    high = associations[[name.replace("low", "high") for name in columns]].astype(float)
    tested = associations[["exact_p", "within_administration_p"]].notna().to_numpy()
    between = (low.to_numpy() > 1 / STRONG) & (high.to_numpy() < STRONG)
    return pd.Series((between | ~tested).all(axis=1) & tested.any(axis=1), associations.index)


def declared(associations: pd.DataFrame) -> pd.DataFrame:
    """Pick the pairs that the round declares, composites too, in their order."""
    return associations[associations["family"].isin(DECLARED)]


def by_verdict(
    links: pd.DataFrame,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Split pairs into those supported, suggestive, not shown and not testable."""
    verdicts = ("supported", "suggestive", "not shown", "not testable")
    confirmed, signs, unclear, untested = (links[links["verdict"] == one] for one in verdicts)
    return confirmed, signs, unclear, untested


def estimates(links: pd.DataFrame, events: str, respondents: str) -> pd.DataFrame:
    """Give each pair's odds ratios with their 95% intervals, a row a comparison.

    Returns
    -------
    DataFrame indexed by pair: `comparison`, `odds_ratio`, `low`, `high`; a comparison that no pair
    has is left out.
    """
    columns = {
        "all replies": ("odds_ratio", "or_low", "or_high"),
        f"within {events}": ("common_odds_ratio", "common_or_low", "common_or_high"),
        f"within {respondents}": (
            "within_administration_odds_ratio",
            "within_administration_low",
            "within_administration_high",
        ),
    }
    parts = [
        links[list(names)]
        .astype(float)
        .set_axis(["odds_ratio", "low", "high"], axis=1)
        .assign(comparison=words)
        for words, names in columns.items()
    ]  # fmt: skip
    rows = pd.concat(parts).dropna(subset="odds_ratio")
    rows.index = pd.CategoricalIndex(rows.index, list(links.index), name="pair")
    rows = rows.sort_index(kind="stable")
    return rows.set_index(rows.index.astype(str))[["comparison", "odds_ratio", "low", "high"]]


def left_out(survey_round: Round, replies: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Test each pair again with one administration, and with one workshop, left out at a time,
    under each comparison that can be made.

    Returns
    -------
    One row a pair, comparison and contributor: `pair`, `comparison` (in words), `left_out`
    (the noun of who replied, or of the event), `without` (its name), `p_value`, `odds_ratio`. Of
    each group the one that moves the estimate most (its logarithm; among equals, as where it
    has no limit, that of the p-value) stands last.
    """
    rows = []
    for pair, action, outcome in links[["action", "outcome"]].itertuples():
        complete = both_answered(replies, action, outcome)
        comparisons = {survey_round.events: complete["workshop"]}
        units = {survey_round.event: complete["workshop"].astype("string")}
        if complete["administration"].notna().any():
            clusters = cluster_labels(complete)
            comparisons[survey_round.respondents] = clusters
            units[survey_round.respondent] = clusters
        for words, strata in comparisons.items():
            stratified = complete[["action", "outcome"]].assign(strata=strata)
            whole = exact_common_odds_ratio(
                stratum_tables(stratified, "action", "outcome", "strata")[1]
            )
            if np.isnan(whole.odds_ratio):
                continue
            for unit, labels in units.items():
                if labels.nunique() < 2:
                    continue
                rest = leave_one_out(stratified, "action", "outcome", labels, "strata")
                with np.errstate(divide="ignore", invalid="ignore"):
                    ratios = np.log(rest["odds_ratio"]) - np.log(whole.odds_ratio)
                    p_values = np.log(rest["p_value"]) - np.log(whole.p_value)
                # equal but for rounding is equal, in order of appearance
                moves = [moved.abs().fillna(0.0).round(9) for moved in (p_values, ratios)]
                group = rest.assign(pair=pair, comparison=words, left_out=unit)
                rows.append(group.iloc[np.lexsort(moves)].rename_axis("without").reset_index())
    columns = ["pair", "comparison", "left_out", "without", "p_value", "odds_ratio"]
    table = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=columns)
    whose = table["left_out"] == survey_round.respondent
    named = table["without"].map(names_of(survey_round, table.loc[whose, "without"]))
    return table.assign(without=table["without"].mask(whose, named))[columns]


def by_event(survey_round: Round, replies: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Compare the replies with and without the action in each workshop that has both.

    Parameters
    ----------
    links : indexed by pair, with `action` and `outcome`.

    Returns
    -------
    One row a pair and workshop: `pair`, `workshop` (its label), `both`, `acted`, `outcome_only`,
    `others` (counts), `with_action` and `without_action` (shares) with their 95% limits
    (`with_action_low` …), `more` (1, -1 or 0: more often with the action, less, or as often), and
    `in_words`.
    """
    labels, rows = row_labels(survey_round, survey_round.read_workshops()), []
    for link in links.reset_index().to_dict("records"):
        complete = both_answered(replies, link["action"], link["outcome"])
        places, tables = stratum_tables(complete, "action", "outcome", "workshop")
        for place, ((both, action_only), (outcome_only, neither)) in zip(
            places, tables.tolist(), strict=True
        ):
            counts = (both, both + action_only, outcome_only, outcome_only + neither)
            if counts[1] and counts[3]:
                rows.append((link["pair"], labels[str(place)], *counts))
    names = ["pair", "workshop", "both", "acted", "outcome_only", "others"]
    table = pd.DataFrame(rows, columns=names)
    for name, part, whole in (
        ("with_action", "both", "acted"),
        ("without_action", "outcome_only", "others"),
    ):
        table[name] = table[part] / table[whole]
        table[f"{name}_low"], table[f"{name}_high"] = wilson(table[part], table[whole])
    table["more"] = np.sign(
        table["both"] * table["others"] - table["outcome_only"] * table["acted"]
    )
    shares = of(table["both"], table["acted"]), of(table["outcome_only"], table["others"])
    return table.assign(in_words=shares[0] + " against " + shares[1])


def strata_told(replies: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Tell by pair whether workshops turn the picture, and whether they differ among themselves.

    Returns
    -------
    DataFrame indexed as `links`: `turned`; `differ_p` (Holm-adjusted over the pairs; missing where
    it can't be tested), `differ_strata` (workshops with enough replies) and `differ`.
    """
    tables = [
        stratum_tables(both_answered(replies, *pair), "action", "outcome")[1]
        for pair in zip(links["action"], links["outcome"], strict=True)
    ]
    tests = [strata_differ(one) for one in tables]
    p_values = np.array([[p for p, _ in tests]]).reshape(1, -1)
    adjusted = holm(p_values)[0] if len(tests) else np.array([])
    sentences = {
        "turned": turns({name: links[name].to_numpy(float) for name in TURNING}),
        "differ_p": adjusted,
        "differ_strata": [int(enough.sum()) for _, enough in tests],
        "differ": below(adjusted),
    }
    return pd.DataFrame(sentences, index=links.index)


def power_curves(replies: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Give how often the whole rule finds each pair, over a range of true differences, by the pair:
    `odds_ratio`, `difference`, `supported`, `suggestive`."""
    named = links.reset_index()[["pair", "action", "outcome", "family", "exact_p"]]
    tested = named[named["exact_p"].notna()]
    curves = power_of_the_rule(replies, tested)
    return curves.merge(tested[["action", "outcome", "pair"]]).set_index("pair")[
        ["odds_ratio", "difference", "supported", "suggestive"]
    ]


def chosen_after(survey_round: Round) -> bool:
    """Whether any pair was declared after the replies had been seen."""
    return any(pair.declared == "after" for pair in survey_round.pairs)


def who_claims(survey_round: Round) -> str:
    """Say whose the declared pairs are: it completes "links that …"."""
    published = survey_round.source == "publication"
    title = survey_round.publication.title if survey_round.publication else ""
    return f"the {title or 'published report'} claims" if published else "this round declared"
