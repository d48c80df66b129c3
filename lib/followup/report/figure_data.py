"""The numbers behind the figures of the tests, each from the frames that its figure draws."""

import pandas as pd
from IPython.display import HTML

from followup.cleaning.administrations import read_administrations
from followup.show.display import points
from followup.show.figures import behind
from followup.statistics.intervals import wilson
from followup.statistics.stratified import below

ESTIMATES = {
    "All replies": ["odds_ratio", "or_low", "or_high"],
    "Within {strata}": ["common_odds_ratio", "common_or_low", "common_or_high"],
    "By administration": ["gee_odds_ratio", "gee_or_low", "gee_or_high"],
}


def conditionals(pairs: pd.DataFrame, names: list[str], given: tuple[str, str]) -> HTML:
    """Both shares of each pair with their bases and intervals, as `figures.both_conditionals` draws them."""
    parts = {}
    for words, yes, base in zip(
        given, ("with_yes", "without_yes"), ("with_base", "without_base"), strict=True
    ):
        limits = [
            wilson(int(count), int(of)) for count, of in zip(pairs[yes], pairs[base], strict=True)
        ]
        parts[words] = pairs[[yes, base]].assign(
            low=[low for low, _ in limits], high=[high for _, high in limits]
        )
    shown = pd.concat(
        {
            words: part.set_axis(["yes", "of", "from", "to"], axis=1)
            for words, part in parts.items()
        },
        axis=1,
    )
    shown.columns = [f"{part} {words}" for words, part in shown.columns]
    shown = shown.set_axis(names)
    return behind(
        "associations",
        shown,
        "Both shares of each pair, with their intervals",
        labels={column: column.partition(" ")[0].capitalize() for column in shown},
        formats={
            column: "count" if column.startswith(("yes", "of")) else "share" for column in shown
        },
        spanners={
            words.capitalize(): [column for column in shown if column.endswith(f" {words}")]
            for words in given
        },
        stub="Pair",
    )


def estimates(tested: pd.DataFrame, names: list[str], strata: str) -> HTML:
    """The three odds ratios of each pair with their intervals, as the forest draws them."""
    columns = [column for group in ESTIMATES.values() for column in group]
    shown = tested[columns].astype(float).set_axis(names)
    return behind(
        "forest",
        shown,
        "Odds ratios of each pair, with their intervals",
        labels=dict(zip(columns, ["Odds ratio", "from", "to"] * len(ESTIMATES), strict=True)),
        formats=dict.fromkeys(columns, "ratio"),
        spanners={words.format(strata=strata): group for words, group in ESTIMATES.items()},
        stub="Pair",
        download=shown.rename_axis("pair").reset_index(),
    )


def left_out(rest: list[pd.DataFrame], names: list[str], stratum: str) -> HTML:
    """The p-value of each pair without each administration, as `leave_one_out` gives them."""
    known = read_administrations()["name"]
    shown = pd.concat(
        [left["p_value"].rename(str(place)) for place, left in enumerate(rest)], axis=1
    )
    shown.index = [
        known.get(unit, unit.replace("(workshop ", f"({stratum} ")) for unit in shown.index
    ]
    return behind(
        "leave_one_out",
        shown.sort_index(),
        "p-value of each pair without one administration",
        labels=dict(zip(shown, names, strict=True)),
        formats=dict.fromkeys(shown, "p"),
        stub="Without",
        download=shown.set_axis(names, axis=1).rename_axis("without").reset_index(),
        filter_by="administration",
    )


def scenarios(runs: list[pd.DataFrame], names: list[str]) -> HTML:
    """What each pair's tests come to over the scenarios; the download has each scenario, numbered as in sensitivity.csv."""
    rows = [
        (
            len(run),
            *run["odds_ratio"].agg(["min", "max"]),
            *run["p_value"].agg(["min", "max"]),
            int(below(run["p_value"]).sum()),
        )
        for run in runs
    ]
    columns = ["scenarios", "least", "most", "p_least", "p_most", "below"]
    parts = [
        run[["odds_ratio", "p_value"]]
        .set_axis([f"{name}: odds ratio", f"{name}: p"], axis=1)
        .reset_index(drop=True)
        for run, name in zip(runs, names, strict=True)
    ]
    every = pd.concat(parts, axis=1)
    return behind(
        "specifications",
        pd.DataFrame(rows, columns=columns, index=names),
        "Odds ratios and p-values over the scenarios",
        labels=dict(
            zip(columns, ["Scenarios", "from", "to", "from", "to", "p below 0.05"], strict=True)
        ),
        formats={
            "scenarios": "count",
            "least": "ratio",
            "most": "ratio",
            "p_least": "p",
            "p_most": "p",
            "below": "count",
        },
        spanners={"Odds ratio": ["least", "most"], "p": ["p_least", "p_most"]},
        stub="Pair",
        download=every.set_axis(every.index + 1).rename_axis("scenario").reset_index(),
    )


def power(curves: list[pd.DataFrame], names: list[str]) -> HTML:
    """How likely each pair's test was to find an association, by its size; the download has every point of the curves."""
    every = pd.concat([curve.assign(pair=name) for curve, name in zip(curves, names, strict=True)])
    every = every[["pair", "odds_ratio", "difference", "power"]]
    shown = every.assign(
        difference=every["difference"].map(points),
        odds_ratio=every["odds_ratio"].map("{:g}".format),
    )
    some = shown.groupby("pair", sort=False).nth(slice(None, None, 4))
    return behind(
        "power",
        some.set_index("odds_ratio"),
        "Chance to find an association, by its size",
        labels={"difference": "True difference (percentage points)", "power": "Chance to find it"},
        formats={"difference": "text", "power": "share"},
        stub="True odds ratio",
        groups="pair",
        download=every,
    )
