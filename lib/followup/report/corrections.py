"""The audit shown: how much of a published report holds, what to correct in it first, and the reason for each."""

import html
import re
from collections.abc import Iterable, Iterator

import pandas as pd
from IPython.display import HTML

from followup.analysis.audit import RULES, errors
from followup.analysis.findings import AGREES, CONCLUSION, DIFFERS, EDITORIAL, FIGURE, NOT_CHECKABLE, SEVERITIES
from followup.analysis.published import Publication
from followup.report import display
from followup.report.display import number, percent

NOUNS = {CONCLUSION: "conclusion to reword", FIGURE: "figure to correct", EDITORIAL: "editorial slip to mend"}
SOURCES = {"prose": "Text", "examples": "Examples of good practice"}
MARKS = re.compile(r"(\*\*)?(_)?([^\s,*_]+)_?(?:\*\*)?")
NO_CHANGE = "as printed"


def titled(heading: str, content: HTML | None) -> HTML | None:
    """A heading with what stands under it; nothing where there is nothing to show."""
    return None if content is None else HTML(f"<h2>{html.escape(heading)}</h2>\n{content.data}")


def headline(audited: pd.DataFrame, publication: Publication | None) -> HTML:
    """How much was printed, agrees, differs and cannot be checked; or that nothing was published."""
    if audited.empty:
        return display.note("Nothing of this round was published, so there is nothing to audit.")
    counts, distinct = audited["verdict"].value_counts(), errors(audited)
    share = percent(counts.get(AGREES, 0) / len(audited))
    figures = [
        (number(len(audited)), "printed and checked", "figures, names, marks, titles, claims and examples"),
        (number(counts.get(AGREES, 0)), "agree", f"{share} of what was printed"),
        (number(counts.get(DIFFERS, 0)), "differ", f"they come from {len(distinct)} errors"),
        (number(counts.get(NOT_CHECKABLE, 0)), "cannot be checked", "each with its reason"),
    ]
    told = [
        f"<strong>{counted(int((distinct['severity'] == severity).sum()), NOUNS[severity])}</strong>, "
        f"in {counted(int((audited['severity'] == severity).sum()), 'place')}."
        for severity in SEVERITIES
    ]
    return HTML(display.key_figures(figures).data + display.bullets([*told, *_worth(publication)]).data)


def _worth(publication: Publication | None) -> Iterator[str]:
    """Say what agreement is worth where the replies are themselves made from the publication."""
    if publication is not None and publication.survey.source == "publication":
        yield (
            "<strong>What agrees is consistent, not confirmed</strong>: the replies were rebuilt from this publication, and the "
            f"{publication.survey.stratum}s and the round's own dates and numbers were taken from it."
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
    shown = pd.crosstab(audited["source"], kinds).reindex(columns=[AGREES, *SEVERITIES, NOT_CHECKABLE], fill_value=0)
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
        download=audited,
    )


def place_name(source: str) -> str:
    """A source's name for readers: `Table 3`, `Text`."""
    return SOURCES.get(source, source.replace("_", " ").capitalize())


def to_correct(publication: Publication | None, audited: pd.DataFrame, severity: str) -> HTML | None:
    """The errors of one severity, those that show in most places first: place, printed, what it should be, why, where else."""
    distinct = errors(audited) if len(audited) else audited
    distinct = distinct[distinct["severity"] == severity]
    if publication is None or distinct.empty:
        return None
    rows = [_error(publication, audited[audited["root"] == root]) for root in distinct["root"]]
    places = int((audited["severity"] == severity).sum())
    caption = f"{counted(len(distinct), NOUNS[severity])}, in {counted(places, 'place')}"
    return html_table(caption, ["Where", "Printed", "Should be", "Why"], rows)


def _error(publication: Publication, found: pd.DataFrame) -> list[str]:
    place = found["source"] + ":" + found["row"] + ":" + found["column"]
    first = found[place == found["root"]].iloc[0]
    items = [
        f"<li>{html.escape(_capital(where(publication, row)))}: {as_printed(row)} → {should_be(row)}</li>"
        for _, row in found[place != found["root"]].iterrows()
    ]
    more = f"<details><summary>and in {counted(len(items), 'other place')}</summary><ul>{''.join(items)}</ul></details>"
    about = getattr(publication.by_place[first["root"]], "about", "")
    return [
        html.escape(_capital(where(publication, first))) + (f"<br><small>{html.escape(about)}</small>" if about else ""),
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
    return html.escape(verdicts[row["recomputed"]]) if row["recomputed"] in verdicts else _shown(row["source"], row["recomputed"])


def _shown(source: str, text: str) -> str:
    if source.startswith("table"):
        return marked_names(text)
    return f"“{html.escape(text)}”" if source == "prose" and not re.search(r"\d", text) else html.escape(text)


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
    wrong = {name: sign in recomputed for name, sign in marks.items() if (sign in printed) != (sign in recomputed)}
    return " and ".join(name if right else f"not {name}" for name, right in wrong.items())


def claims_table(publication: Publication | None, audited: pd.DataFrame) -> HTML | None:
    """Every claim of the text, printed beside recomputed, with verdict and reason; folded."""
    found = audited[audited["source"] == "prose"]
    if publication is None or found.empty:
        return None
    about = publication.claims.set_index("id")["about"]
    rows = [[_section(row["column"]), html.escape(about[row["row"]]), *_verdict(row)] for _, row in found.iterrows()]
    caption = f"The {len(found)} figures, words and claims of the text"
    heads = ["Section", "About", "Printed", "Should be", "Verdict", "Why"]
    return HTML(_told(found).data + _folded(caption, html_table(caption, heads, rows, "searchable sortable")).data)


def examples_table(audited: pd.DataFrame) -> HTML | None:
    """Every example with its verdict and reason; folded."""
    found = audited[audited["source"] == "examples"]
    if found.empty:
        return None
    rows = [[_section(row["column"]), *_verdict(row)] for _, row in found.iterrows()]
    caption = f"The {len(found)} examples of good practice"
    heads = ["Section", "Printed source", "Should be", "Verdict", "Why"]
    return HTML(_told(found).data + _folded(caption, html_table(caption, heads, rows, "searchable sortable")).data)


def _told(found: pd.DataFrame) -> HTML:
    counts = found["verdict"].value_counts()
    told = f"<strong>Of {len(found)}, {counts.get(AGREES, 0)} agree and {counts.get(DIFFERS, 0)} differ</strong>"
    return display.paragraphs([f"{told}; {counts.get(NOT_CHECKABLE, 0)} cannot be checked."])


def _section(section: str) -> str:
    return html.escape(_capital(section))


def _verdict(row: pd.Series) -> list[str]:
    differs = row["verdict"] == DIFFERS
    printed = f"<mark>{as_printed(row)}</mark>" if differs else as_printed(row)
    right = should_be(row) if differs else NO_CHANGE if row["verdict"] == AGREES else "–"
    verdict = f"differs, {row['severity']}" if differs else row["verdict"]
    return [printed, right, html.escape(verdict), html.escape(row["explanation"])]


def rules_table(audited: pd.DataFrame) -> HTML | None:
    """What must hold, and how often it does not."""
    if audited.empty:
        return None
    found, distinct = audited["rule"].value_counts(), audited.groupby("rule")["root"].nunique()
    rows = [
        [
            html.escape(re.sub("`(.+?)`", r"“\1”", rule.meaning)),
            number(found.get(rule.name, 0)),
            number(distinct.get(rule.name, 0)),
        ]
        for rule in RULES
    ]
    return html_table(f"The {len(RULES)} rules, and what each found", ["What must hold", "Findings", "Errors"], rows)


def unknown_table(publication: Publication | None, audited: pd.DataFrame) -> HTML | None:
    """What cannot be checked, by reason."""
    found = audited[audited["verdict"] == NOT_CHECKABLE]
    if publication is None or found.empty:
        return None
    about = publication.claims.set_index("id")["about"]
    told = found["row"].map(about).where(found["source"] == "prose")
    said = pd.Series([as_printed(row) for _, row in found.iterrows()], index=found.index)
    said += told.map(lambda words: f" ({html.escape(words)})", na_action="ignore").fillna("")
    reasons = found["explanation"].str.partition(":")[0].str.removesuffix(".")
    groups = said.groupby(reasons, sort=False)
    rows = [[html.escape(reason), number(len(group)), "; ".join(dict.fromkeys(group))] for reason, group in groups]
    rows.sort(key=lambda row: -int(row[1]))
    return html_table("What cannot be checked, by reason", ["Reason", "Count", "What was printed"], rows)


def html_table(caption: str, heads: Iterable[str], rows: Iterable[list[str]], kind: str = "corrections") -> HTML:
    """A table from cells that are HTML already; the first of each row names it."""
    head = "".join(f'<th scope="col">{html.escape(text)}</th>' for text in heads)
    cells = [f'<th scope="row">{first}</th>' + "".join(f"<td>{cell}</td>" for cell in rest) for first, *rest in rows]
    body = "".join(f"<tr>{row}</tr>" for row in cells)
    told = f"<caption>{html.escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    return HTML(f'<table class="{kind}">{told}</table>')


def _folded(summary: str, content: HTML) -> HTML:
    return HTML(f"<details><summary>{html.escape(summary)}</summary>{content.data}</details>")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
