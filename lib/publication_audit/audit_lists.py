"""The audit's lists: the claims of the text and the examples with their verdicts, what cannot be checked, and the rules."""

import html
import re

import pandas as pd
from IPython.display import HTML

from followup.report.sentences import capital
from followup.show import display
from followup.show.display import folded
from publication_audit.audit import RULES
from publication_audit.corrections import as_printed, html_table, should_be, where
from publication_audit.findings import AGREES, DIFFERS, NOT_CHECKABLE
from publication_audit.published import Publication

NO_CHANGE = "as printed"


def claims_table(publication: Publication | None, audited: pd.DataFrame) -> HTML | None:
    """Every claim of the text, printed beside recomputed, with verdict and reason; folded."""
    found = audited[audited["source"] == "prose"]
    if publication is None or found.empty:
        return None
    about = publication.claims.set_index("id")["about"]
    rows = [
        [html.escape(capital(row["column"])), html.escape(about[row["row"]]), *_verdict(row)]
        for _, row in found.iterrows()
    ]
    caption = f"The {len(found)} figures, words and claims of the text"
    heads = ["Section", "About", "Printed", "Should be", "Verdict", "Why"]
    return _listed("audit_text", caption, heads, rows, found)


def examples_table(audited: pd.DataFrame) -> HTML | None:
    """Every example with its verdict and reason; folded."""
    found = audited[audited["source"] == "examples"]
    if found.empty:
        return None
    rows = [[html.escape(capital(row["column"])), *_verdict(row)] for _, row in found.iterrows()]
    caption = f"The {len(found)} examples of good practice"
    heads = ["Section", "Printed source", "Should be", "Verdict", "Why"]
    return _listed("audit_examples", caption, heads, rows, found)


def _listed(
    name: str, caption: str, heads: list[str], rows: list[list[str]], found: pd.DataFrame
) -> HTML:
    """How a long list fares in one sentence, and the list itself, folded: on paper the file that has it is named."""
    counts = found["verdict"].value_counts()
    told = f"<strong>Of {len(found)}, {counts.get(AGREES, 0)} agree and {counts.get(DIFFERS, 0)} differ</strong>"
    said = display.paragraphs([f"{told}; {counts.get(NOT_CHECKABLE, 0)} cannot be checked."])
    listed = html_table(
        name, caption, heads, rows, found, "corrections sortable", "section, word or verdict"
    )
    elsewhere = f"report.html, audit.csv or the sheet {name.capitalize()} of tables.xlsx"
    on_paper = f"{caption}, each with its verdict, are not printed: see {elsewhere}."
    return HTML(said.data + folded(caption, listed, on_paper).data)


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
    shown = pd.DataFrame(
        [(found.get(rule.name, 0), distinct.get(rule.name, 0)) for rule in RULES],
        columns=["findings", "errors"],
        index=[re.sub("`(.+?)`", r"“\1”", rule.meaning) for rule in RULES],
    )
    return display.table(
        shown,
        "rules",
        f"The {len(RULES)} rules, and what each found",
        labels={"findings": "Findings", "errors": "Errors"},
        formats=dict.fromkeys(shown, "count"),
        stub="What must hold",
        strong=(),
    )


def unknown_table(publication: Publication | None, audited: pd.DataFrame) -> HTML | None:
    """What cannot be checked, one row each: what was printed, about what and where, under the reason."""
    found = audited[audited["verdict"] == NOT_CHECKABLE]
    if publication is None or found.empty:
        return None
    reasons = found["explanation"].str.partition(":")[0].str.removesuffix(".")
    counts = reasons.value_counts()
    shown = pd.DataFrame(
        {
            "reason": [f"{reason}: {counts[reason]}" for reason in reasons],
            "printed": [as_printed(row) for _, row in found.iterrows()],
            "about": found["row"]
            .map(publication.claims.set_index("id")["about"])
            .where(found["source"] == "prose"),
        }
    ).set_axis([capital(where(publication, row)) for _, row in found.iterrows()])
    return display.table(
        shown.iloc[counts.index.get_indexer(reasons).argsort(kind="stable")],
        "not_checkable",
        f"The {len(found)} that cannot be checked, by reason",
        labels={"printed": "Printed", "about": "About"},
        marked=["printed"],
        stub="Where",
        strong=(),
        groups="reason",
        download=found,
    )
