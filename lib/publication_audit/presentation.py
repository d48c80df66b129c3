"""How the audit is shown: its rows in words, one row an error, the rules with what each found."""

import re
from collections.abc import Hashable
from typing import Any

import pandas as pd
from markupsafe import Markup, escape

from followup import pairs
from followup.show import numbers
from followup.show.tables import Shown, folded, table
from publication_audit.findings import (
    AGREES,
    CONCLUSION,
    DIFFERS,
    EDITORIAL,
    FIGURE,
    NOT_CHECKABLE,
)
from publication_audit.number_formats import counted
from publication_audit.publication import Publication, table_in_words
from publication_audit.rules import RULES, mark_agrees_with_lists, no_cause_claimed

PARTS = {"prose": "Text", "examples": "Examples of good practice"}
# What a test gives, in the words that the report has for it.
WAYS = {way: pairs.PLAIN["supported", way].partition(": ")[2] for way in ("together", "apart")}
RESULTS = {
    "not shown": "not shown by the replies",
    "not testable": "could not be tested",
    "suggestive": "a weak sign",
    "supported": "linked, but not told which way",
    **{f"suggestive, {way}": f"a weak sign: {words}" for way, words in WAYS.items()},
    **{f"supported, {way}": f"confirmed: {words}" for way, words in WAYS.items()},
    **WAYS,
}
MARKS = re.compile(r"(\*\*)?(_)?([^\s,*_]+)_?(?:\*\*)?")
LABELS = {
    "about": "About",
    "printed": "Printed",
    "should_be": "Should be",
    "verdict": "Verdict",
    "why": "Why",
    "places": "Places",
    "errors": "Errors",
    "agrees": "Agree",
    "not checkable": "Cannot be checked",
    CONCLUSION: "Conclusion",
    FIGURE: "Figure",
    EDITORIAL: "Editorial",
}
MATTERS = {
    CONCLUSION: "Conclusions to reword",
    FIGURE: "Figures to correct",
    EDITORIAL: "Editorial slips",
}


def part_in_words(source: str) -> str:
    """A part of the report for readers.

    >>> part_in_words("table_3"), part_in_words("prose")
    ('Table 3', 'Text')
    """
    return PARTS.get(source, table_in_words(source))


def in_words(publication: Publication | None, audited: pd.DataFrame) -> pd.DataFrame:
    """The audit's rows for readers.

    Returns
    -------
    In the order of the rows, indexed by `Where` (the place in words): `about` (of a claim, else
    missing), `printed` and `should_be` (marked up; missing where nothing can tell), `verdict` (of
    what differs, how much it matters too), `why`; and `source`, `severity`, `rule`, `root`,
    `place` as the audit has them.
    """
    places = audited["source"] + ":" + audited["row"] + ":" + audited["column"]
    items = [publication.by_place[place] for place in places] if publication else []
    names = [publication.place_in_words(item) for item in items] if publication else []
    verdict = audited["verdict"].where(
        audited["verdict"] != DIFFERS, "differs, " + audited["severity"]
    )
    words = {
        "about": [getattr(item, "about", None) for item in items],
        "printed": [_printed(row) for row in audited.itertuples()],
        "should_be": [_should_be(row) for row in audited.itertuples()],
        "verdict": verdict.to_list(),
        "why": audited["explanation"].to_list(),
        "place": places.to_list(),
    }
    index = pd.Index([name[:1].upper() + name[1:] for name in names], name="Where", dtype=object)
    results = audited[["source", "severity", "rule", "root"]].set_axis(index)
    return pd.concat([results, pd.DataFrame(words, index, dtype=object)], axis="columns")


def corrections(rows: pd.DataFrame, distinct: pd.DataFrame) -> pd.DataFrame:
    """One row an error, in the order in which `errors` has them.

    Parameters
    ----------
    rows : the audit's rows as `in_words` gives them.
    distinct : the errors as `audit.errors` gives them.

    Returns
    -------
    Indexed by `Where`, the error's number and where it first shows: `printed`, `should_be` (both
    marked up), `why` (with the other places where it shows, folded), `severity`, `matters` (the
    severity in words), `places`.
    """
    is_first = rows["place"] == rows["root"]
    first = rows[is_first].reset_index().set_index("root").loc[distinct["root"]]
    elsewhere = rows[~is_first & (rows["root"] != "")].reset_index()
    others: dict[Hashable, pd.DataFrame] = dict(iter(elsewhere.groupby("root")))
    numbered = [f"{number}. {where}" for number, where in enumerate(first["Where"], start=1)]
    where = [_with_subject(*place) for place in zip(numbered, first["about"], strict=True)]
    why = [_with_places(reason, others.get(root)) for root, reason in first["why"].items()]
    return pd.DataFrame(
        {
            "printed": first["printed"].to_list(),
            "should_be": first["should_be"].to_list(),
            "why": why,
            "severity": distinct["severity"].to_list(),
            "matters": distinct["severity"].map(MATTERS).to_list(),
            "places": distinct["places"].to_list(),
        },
        index=pd.Index(where, name="Where", dtype=object),
        dtype=object,
    )


def not_checkable(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of `in_words` that cannot be checked, with the `reason`; the commonest first."""
    unknown = rows[rows["verdict"] == NOT_CHECKABLE]
    reason = unknown["why"].str.split(":").str[0].str.removesuffix(".")
    unknown = unknown.assign(reason=reason, times=reason.map(reason.value_counts()))
    return unknown.sort_values(["times", "reason"], ascending=[False, True], kind="stable")


def rules_in_words(audited: pd.DataFrame, distinct: pd.DataFrame) -> pd.DataFrame:
    """What must hold, in the order in which it is asked; no rows where nothing was audited.

    Returns
    -------
    Indexed by `What must hold`: `places` where the rule is the gravest broken, and `errors`,
    those that first show in such a place. Both add up to what the audit found.
    """
    asks = {rule.name: rule.asks for rule in RULES} if len(audited) else {}
    counts = {"places": audited["rule"].value_counts(), "errors": distinct["rule"].value_counts()}
    by_rule = pd.DataFrame(counts).reindex(list(asks)).fillna(0).astype(int)
    return by_rule.rename(index=asks).rename_axis("What must hold")


def key_figures(verdicts: pd.Series, number_of_errors: int) -> Shown | None:
    """How many items were printed, agree, differ and cannot be checked; nothing if none was."""
    printed = int(verdicts.sum())
    if not printed:
        return None
    agree = numbers.percent(verdicts[AGREES] / printed)
    errors = f"they come from {counted(number_of_errors, 'error')}"
    figures = [
        (printed, "printed items checked", "figures, names, marks, titles, claims and examples"),
        (verdicts[AGREES], "agree", f"{agree} of what was printed"),
        (verdicts[DIFFERS], "differ", errors),
        (verdicts[NOT_CHECKABLE], "cannot be checked", "each with its reason"),
    ]
    card = Markup(
        '<li><span class="value">{}</span> <span class="label">{}</span>'
        ' <span class="base">{}</span></li>'
    )
    cards = Markup().join(
        card.format(numbers.count(value), label, base) for value, label, base in figures
    )
    return Shown(Markup('<ul class="key-figures">{}</ul>').format(cards))


def listed(
    rows: pd.DataFrame,
    caption: str,
    name: str,
    columns: list[str],
    fold: bool = False,
    **options: Any,
) -> Shown | None:
    """Show rows of the audit as a list; nothing where there are none.

    Parameters
    ----------
    fold : whether the list is folded away below its caption.
    options : those of `show.table`.
    """
    if rows.empty:
        return None
    groups = [str(options["groups"])] if "groups" in options else []
    settings = {"labels": LABELS, "strong": (), "kind": "corrections", "most": None, **options}
    content = rows[[*groups, *columns]]
    download = content.set_axis(content.index.map(_plain)).map(_plain).reset_index()
    html = table(content, caption, name, download=download, **settings)
    return folded(caption, html) if fold else html


def marked_names(text: str) -> Markup:
    """A printed list with its marks as HTML: underlined and bold; all else is escaped."""
    if "*" not in text and "_" not in text:
        return escape(text)

    def name(match: re.Match) -> str:
        html = Markup("<u>{}</u>" if match[2] else "{}").format(match[3])
        return Markup("<strong>{}</strong>" if match[1] else "{}").format(html)

    return Markup(MARKS.sub(name, text))


def mark_in_words(printed: str, recomputed: str) -> str:
    """What is wrong with a member's mark: `not bold`, `underlined`.

    >>> mark_in_words("**FJ**", "FJ"), mark_in_words("WS", "_WS_")
    ('not bold', 'underlined')
    """
    signs = {"bold": "*", "underlined": "_"}
    changed = [
        name if sign in recomputed else f"not {name}"
        for name, sign in signs.items()
        if (sign in printed) != (sign in recomputed)
    ]
    return " and ".join(changed)


def should_be(row: Any) -> Markup:
    """What should have been printed in a row of the audit; of a mark that is wrong, in words."""
    if row.rule == mark_agrees_with_lists.name:
        return escape(mark_in_words(row.printed, row.recomputed))
    if row.recomputed in RESULTS:
        no_cause = "; a cause cannot be shown" if row.rule == no_cause_claimed.name else ""
        return escape(RESULTS[row.recomputed] + no_cause)
    return _as_in_print(row.source, row.recomputed)


def _plain(cell: object) -> object:
    """A cell without its marks, for a file."""
    return cell.replace("<br>", ": ").striptags() if isinstance(cell, Markup) else cell


def _printed(row: Any) -> Markup:
    text = _as_in_print(row.source, row.printed) if row.printed else Markup("(nothing)")
    return Markup("<mark>{}</mark>").format(text) if row.verdict == DIFFERS else text


def _should_be(row: Any) -> Markup | None:
    if row.verdict == DIFFERS:
        return should_be(row)
    return Markup("as printed") if row.verdict == AGREES else None


def _as_in_print(source: str, text: str) -> Markup:
    """Text in the form of its source: names with their marks, the text's words in quotes."""
    if source.startswith("table"):
        return marked_names(text)
    is_words = source == "prose" and not re.search(r"\d", text)
    return Markup("“{}”" if is_words else "{}").format(text)


def _with_subject(where: str, about: str | None) -> Markup:
    return Markup("{}<br><small>{}</small>").format(where, about) if about else escape(where)


def _with_places(why: str, others: pd.DataFrame | None) -> Markup:
    """A reason, and the other places of its error folded below a line that counts them."""
    if others is None:
        return escape(why)
    places = Markup().join(
        Markup("<li>{}: {} → {}{}</li>").format(
            row.Where, row.printed, row.should_be, f". {row.why}" if row.why != why else ""
        )
        for row in others.itertuples()
    )
    head = f"and in {counted(len(others), 'other place')}"
    details = Markup("<details><summary>{}</summary><ul>{}</ul></details>").format(head, places)
    return Markup("{} {}").format(why, details)
