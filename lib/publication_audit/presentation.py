"""How the audit is shown: its rows in words, one row for each error, and the rules with what each found."""

import re

import pandas as pd
from markupsafe import Markup, escape

from followup.show.tables import Shown, table
from publication_audit.audit import errors
from publication_audit.findings import AGREES, DIFFERS
from publication_audit.publication import Publication, table_in_words
from publication_audit.rules import RULES, mark_agrees_with_lists

PARTS = {"prose": "Text", "examples": "Examples of good practice"}
RESULTS = {
    "not shown": "not shown by the replies",
    "suggestive": "a sign at most",
    "suggestive, apart": "at most a sign that they seldom go together",
    "supported": "linked, but not told which way",
    "supported, apart": "the opposite: they seldom go together",
    "together, no cause shown": "they go together; why is not shown",
    "not testable": "these replies cannot tell",
}
MARKS = re.compile(r"(\*\*)?(_)?([^\s,*_]+)_?(?:\*\*)?")
LABELS = {
    "about": "About",
    "printed": "Printed",
    "should_be": "Should be",
    "verdict": "Verdict",
    "why": "Why",
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
    In the order of the rows, indexed by `Where` (the place in words): `about` (of a claim, else missing),
    `printed` and `should_be` (marked up; missing where nothing can tell), `verdict` (of what differs,
    how much it matters too), `why`; and `source`, `severity`, `rule`, `root`, `place` as the audit has them.
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
    kept = audited[["source", "severity", "rule", "root"]].set_axis(index)
    return kept.assign(**words).astype({"printed": object, "should_be": object})


def corrections(publication: Publication | None, audited: pd.DataFrame) -> pd.DataFrame:
    """One row an error, worst first, then those that show in most places.

    Returns
    -------
    Indexed by `Where`, where the error first shows: `printed`, `should_be` (both marked up), `why` (with
    the other places where it shows, folded), `severity`, `rule`, `places`.
    """
    rows = in_words(publication, audited)
    words = rows[rows["root"] != ""]
    first = words[words["place"] == words["root"]].reset_index().set_index("root")
    others = words[words["place"] != words["root"]].reset_index().groupby("root")
    distinct = errors(audited).set_index("root")
    listed = distinct.join(first[["Where", "about", "printed", "should_be", "why"]])
    groups = dict(list(others))
    listed["why"] = [
        Markup("{}{}").format(row.why, _elsewhere(groups.get(row.Index)))
        for row in listed.itertuples()
    ]
    listed["Where"] = [_with_subject(row.Where, row.about) for row in listed.itertuples()]
    return listed.set_index("Where")[
        ["printed", "should_be", "why", "severity", "rule", "places"]
    ].astype({"printed": object, "should_be": object, "why": object})


def rules_in_words(audited: pd.DataFrame) -> pd.DataFrame:
    """What must hold, in the order in which it is asked.

    Returns
    -------
    Indexed by `What must hold`: `findings`, the places where the rule is the gravest broken, and `errors`,
    those that first show in such a place. Both add up to what the audit found.
    """
    asks = {rule.name: rule.asks for rule in RULES}
    counts = {
        "findings": audited["rule"].value_counts(),
        "errors": errors(audited)["rule"].value_counts(),
    }
    table_of_rules = pd.DataFrame(counts).reindex(asks.keys()).fillna(0).astype(int)
    return table_of_rules.rename(index=asks).rename_axis("What must hold")


def listed(
    rows: pd.DataFrame, caption: str, name: str, columns: list[str], **options: object
) -> Shown | None:
    """Show rows of the audit as a list; nothing where there are none. Options are those of `show.table`."""
    if rows.empty:
        return None
    group = [options["groups"]] if "groups" in options else []
    settings = {"labels": LABELS, "strong": (), "kind": "corrections", **options}
    return table(rows[[*group, *columns]], caption, name, **settings)


def marked_names(text: str) -> Markup:
    """A printed list with its marks as HTML: underlined and bold; all else is escaped."""
    if "*" not in text and "_" not in text:
        return escape(text)

    def name(match: re.Match) -> str:
        shown = Markup("<u>{}</u>" if match[2] else "{}").format(match[3])
        return Markup("<strong>{}</strong>" if match[1] else "{}").format(shown)

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


def should_be(row: object) -> Markup:
    """What should have been printed in a row of the audit; of a mark that is wrong, in words."""
    if row.rule == mark_agrees_with_lists.name:
        return escape(mark_in_words(row.printed, row.recomputed))
    if row.recomputed in RESULTS:
        return escape(RESULTS[row.recomputed])
    return _as_in_print(row.source, row.recomputed)


def _printed(row: object) -> Markup:
    shown = _as_in_print(row.source, row.printed) if row.printed else Markup("(nothing)")
    return Markup("<mark>{}</mark>").format(shown) if row.verdict == DIFFERS else shown


def _should_be(row: object) -> Markup | None:
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


def _elsewhere(rows: pd.DataFrame | None) -> Markup:
    """The other places of an error, folded below a line that counts them."""
    if rows is None:
        return Markup()
    places = Markup().join(
        Markup("<li>{}: {} → {}</li>").format(row.Where, row.printed, row.should_be)
        for row in rows.itertuples()
    )
    head = f"and in {len(rows)} other place{'' if len(rows) == 1 else 's'}"
    return Markup(" <details><summary>{}</summary><ul>{}</ul></details>").format(head, places)
