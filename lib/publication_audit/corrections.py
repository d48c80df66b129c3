"""The audit shown: how much of a published report holds, what to correct in it first, and the reason for each."""

import html
import re
from collections.abc import Iterable, Iterator

import pandas as pd
from IPython.display import HTML

from followup.report.sentences import capital
from followup.show import display
from followup.show.display import number, percent
from publication_audit.audit import errors
from publication_audit.findings import (
    AGREES,
    CONCLUSION,
    DIFFERS,
    EDITORIAL,
    FIGURE,
    NOT_CHECKABLE,
    SEVERITIES,
)
from publication_audit.published import Publication

NOUNS = {
    CONCLUSION: "conclusion to reword",
    FIGURE: "figure to correct",
    EDITORIAL: "editorial slip to mend",
}
FILES = {
    CONCLUSION: "conclusions_to_reword",
    FIGURE: "figures_to_correct",
    EDITORIAL: "slips_to_mend",
}
SOURCES = {"prose": "Text", "examples": "Examples of good practice"}
MARKS = re.compile(r"(\*\*)?(_)?([^\s,*_]+)_?(?:\*\*)?")


def headline(audited: pd.DataFrame, publication: Publication | None) -> HTML:
    """How much was printed, agrees, differs and cannot be checked; or that nothing was published."""
    if audited.empty:
        return display.note("Nothing of this round was published, so there is nothing to audit.")
    counts, distinct = audited["verdict"].value_counts(), errors(audited)
    share = percent(counts.get(AGREES, 0) / len(audited))
    figures = [
        (
            number(len(audited)),
            "printed and checked",
            "figures, names, marks, titles, claims and examples",
        ),
        (number(counts.get(AGREES, 0)), "agree", f"{share} of what was printed"),
        (number(counts.get(DIFFERS, 0)), "differ", f"they come from {len(distinct)} errors"),
        (number(counts.get(NOT_CHECKABLE, 0)), "cannot be checked", "each with its reason"),
    ]
    told = [
        f"<strong>{counted(int((distinct['severity'] == severity).sum()), NOUNS[severity])}</strong>, "
        f"in {counted(int((audited['severity'] == severity).sum()), 'place')}."
        for severity in SEVERITIES
    ]
    return HTML(
        display.key_figures(figures).data + display.bullets([*told, *_worth(publication)]).data
    )


def _worth(publication: Publication | None) -> Iterator[str]:
    """Say what agreement is worth where the replies are themselves made from the publication."""
    if publication is not None and publication.survey_round.source == "publication":
        yield (
            "<strong>What agrees is consistent, not confirmed</strong>: the replies were rebuilt from this publication, and the "
            f"{publication.survey_round.events} and the round's own dates and numbers were taken from it."
        )


def counted(count: int, noun: str) -> str:
    """A count with its noun, whose first word takes the plural: `2 figures to correct`.

    >>> counted(1, "other place"), counted(2, "other place"), counted(2, "figure to correct")
    ('1 other place', '2 other places', '2 figures to correct')
    """
    head, to, rest = noun.partition(" to ")
    return f"{number(count)} {head}{'' if count == 1 else 's'}{to}{rest}"


def by_source(audited: pd.DataFrame) -> HTML | None:
    """One row a table, the text and the examples: what was printed there, and how it fares."""
    if audited.empty:
        return None
    kinds = audited["severity"].where(audited["verdict"] == DIFFERS, audited["verdict"])
    shown = pd.crosstab(audited["source"], kinds).reindex(
        columns=[AGREES, *SEVERITIES, NOT_CHECKABLE], fill_value=0
    )
    shown = shown.reindex(audited["source"].unique())
    shown.insert(0, "printed", shown.sum(axis=1))
    shown.loc["total"] = shown.sum()
    labels = {"printed": "Printed", AGREES: "Agree", NOT_CHECKABLE: "Cannot be checked"}
    labels |= {severity: severity.capitalize() for severity in SEVERITIES}
    return display.table(
        shown,
        "audit_by_place",
        "What was printed, and how much of it agrees with the replies",
        labels=labels,
        rows={**{name: place_name(name) for name in shown.index}, "total": "Total"},
        formats=dict.fromkeys(shown, "count"),
        spanners={"Differ": list(SEVERITIES)},
        stub="Where",
    )


def place_name(source: str) -> str:
    """A source's name for readers: `Table 3`, `Text`."""
    return SOURCES.get(source, source.replace("_", " ").capitalize())


def to_correct(
    publication: Publication | None, audited: pd.DataFrame, severity: str
) -> HTML | None:
    """The errors of one severity, those that show in most places first: place, printed, what it should be, why, where else."""
    distinct = errors(audited) if len(audited) else audited
    distinct = distinct[distinct["severity"] == severity]
    if publication is None or distinct.empty:
        return None
    rows = [_error(publication, audited[audited["root"] == root]) for root in distinct["root"]]
    found = audited[audited["severity"] == severity]
    caption = f"{counted(len(distinct), NOUNS[severity])}, in {counted(len(found), 'place')}"
    return html_table(
        FILES[severity], caption, ["Where", "Printed", "Should be", "Why"], rows, found
    )


def _error(publication: Publication, found: pd.DataFrame) -> list[str]:
    place = found["source"] + ":" + found["row"] + ":" + found["column"]
    first = found[place == found["root"]].iloc[0]
    items = [
        f"<li>{html.escape(capital(where(publication, row)))}: {as_printed(row)} → {should_be(row)}</li>"
        for _, row in found[place != found["root"]].iterrows()
    ]
    more = f"<details><summary>and in {counted(len(items), 'other place')}</summary><ul>{''.join(items)}</ul></details>"
    about = getattr(publication.by_place[first["root"]], "about", "")
    return [
        html.escape(capital(where(publication, first)))
        + (f"<br><small>{html.escape(about)}</small>" if about else ""),
        f"<mark>{as_printed(first)}</mark>",
        should_be(first),
        html.escape(first["explanation"]) + (more if items else ""),
    ]


def where(publication: Publication, row: pd.Series) -> str:
    """A row of the audit as a place in words."""
    return publication.where(publication.by_place[f"{row['source']}:{row['row']}:{row['column']}"])


def as_printed(row: pd.Series) -> str:
    """What was printed, as HTML: names with their marks, the text's words in quotes."""
    return _shown(row["source"], row["printed"]) if row["printed"] else "(nothing)"


def should_be(row: pd.Series) -> str:
    """What should have been printed, as HTML; of a mark that is wrong, in words."""
    if row["rule"] == "a mark agrees with the lists":
        return mark_in_words(row["printed"], row["recomputed"])
    verdicts = {"not shown": "not shown by the replies", "suggestive": "a sign at most"}
    return (
        html.escape(verdicts[row["recomputed"]])
        if row["recomputed"] in verdicts
        else _shown(row["source"], row["recomputed"])
    )


def _shown(source: str, text: str) -> str:
    if source.startswith("table"):
        return marked_names(text)
    return (
        f"“{html.escape(text)}”"
        if source == "prose" and not re.search(r"\d", text)
        else html.escape(text)
    )


def marked_names(text: str) -> str:
    """A printed list with its marks as HTML: underlined and bold; all else is escaped."""

    def shown(found: re.Match) -> str:
        name = html.escape(found[3])
        name = f"<u>{name}</u>" if found[2] else name
        return f"<strong>{name}</strong>" if found[1] else name

    return MARKS.sub(shown, text) if "*" in text or "_" in text else html.escape(text)


def mark_in_words(printed: str, recomputed: str) -> str:
    """What is wrong with a member's mark: `not bold`, `underlined`.

    >>> mark_in_words("**FJ**", "FJ"), mark_in_words("WS", "_WS_")
    ('not bold', 'underlined')
    """
    marks = {"bold": "*", "underlined": "_"}
    wrong = {
        name: sign in recomputed
        for name, sign in marks.items()
        if (sign in printed) != (sign in recomputed)
    }
    return " and ".join(name if right else f"not {name}" for name, right in wrong.items())


def html_table(
    name: str,
    caption: str,
    heads: Iterable[str],
    rows: Iterable[list[str]],
    download: pd.DataFrame,
    kind: str = "corrections",
    filter_by: str = "",
) -> HTML:
    """A table from cells that are HTML already, the first of each row names it; the link below it holds `download`."""
    head = "".join(f'<th scope="col">{html.escape(text)}</th>' for text in heads)
    cells = [
        f'<th scope="row">{first}</th>' + "".join(f"<td>{cell}</td>" for cell in rest)
        for first, *rest in rows
    ]
    body = "".join(f"<tr>{row}</tr>" for row in cells)
    told = f"<caption>{html.escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    shown = f'<table class="{kind}"{display.filter_attribute(filter_by)}>{told}</table>'
    return HTML(shown + display.download_link(download, name))
