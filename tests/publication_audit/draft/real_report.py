"""The published report of 2021 as a draft, for the tests: its text stays in the folder that it is
read from, and what it should give is what people transcribed from it.

`python tests/publication_audit/draft/real_report.py` prints how the one fares against the other.
"""

import re
import sys
from html import escape
from pathlib import Path

import pandas as pd

from followup.rounds import ROOT, Round, open_round
from publication_audit.audit import audit as audit_publication
from publication_audit.draft.audit import Draft, judged, read_draft
from publication_audit.draft.document import Document, Run
from publication_audit.draft.reading import read
from publication_audit.publication import read_publication

REPORT = ROOT.parent / "shared" / "source" / "published_report_2021.md"
SECTIONS = {"foreword": "foreword and acknowledgments", "contents": "title"}
LONG = 5  # a word of more letters tells two prints of one thing alike


def as_html(document: Document) -> str:
    """A document as HTML with ruled tables, from which other forms can be made."""
    parts = []
    for block in document.blocks:
        if block.kind == "table":
            rows = (
                "".join(
                    f'<td rowspan="{cell.row_span}" colspan="{cell.column_span}">'
                    f"{_marked(cell.runs)}</td>"
                    for cell in row
                )
                for row in block.rows
            )
            parts.append("<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>")
        else:
            tag = {"heading": f"h{block.level}", "item": "li"}.get(block.kind, "p")
            text = f"<{tag}>{_marked(block.runs)}</{tag}>"
            parts.append(f"<ul>{text}</ul>" if tag == "li" else text)
    style = (
        "@page { margin: 20mm } table, td { border: 1px solid black; border-collapse: collapse }"
    )
    head = f'<meta charset="utf-8"><style>{style}</style>'
    return f"<html><head>{head}</head><body>{''.join(parts)}</body></html>"


def _marked(runs: tuple[Run, ...]) -> str:
    text = ""
    for run in runs:
        part = f"<u>{escape(run.text)}</u>" if run.underline else escape(run.text)
        text += f"<b>{part}</b>" if run.bold else part
    return text


def against_hand(draft: Draft, survey_round: Round) -> pd.DataFrame:
    """Each claim that a person transcribed beside the one that was found, if one was.

    Returns
    -------
    One row a claim: `id`, `printed`, `fact`, `verdict` by hand; `found`, `found_fact`,
    `found_verdict` (`missed` where none was found).
    """
    hand = read_publication(survey_round)
    assert hand is not None
    facts, associations = (survey_round.read_result(f"{n}.csv") for n in ("facts", "associations"))
    replies = survey_round.read_replies()
    by_hand = audit_publication(hand, replies, facts, associations)
    verdicts = by_hand[by_hand["source"] == "prose"].set_index("row")["verdict"]
    items = judged(draft)
    found = draft.publication.claims.to_dict("records")
    places = [draft.places[f"prose:{one['id']}:{one['section']}"] for one in found]
    told = {
        (*row[["block", "row", "column", "start", "end"]], row["fact"].split(" ; ")[0]): verdict
        for (_, row), verdict in zip(items.iterrows(), items["verdict"], strict=True)
    }
    rows, used = [], set()
    for claim in hand.claims.to_dict("records"):
        section = SECTIONS.get(claim["section"], claim["section"])
        alike = [
            (one["fact"] == claim["fact"], one["kind"] == claim["kind"], -number)
            for number, one in enumerate(found)
            if number not in used and one["section"] == section and _is_alike(claim, one)
        ]
        row = {name: claim[name] for name in ("id", "section", "printed", "fact", "kind")}
        row |= {"verdict": verdicts[claim["id"]], "found_fact": "", "found_verdict": "missed"}
        if alike:
            number = -max(alike)[2]
            used.add(number)
            one, place = found[number], places[number]
            key = (place.block, place.row, place.column, place.start, place.end, one["fact"])
            row |= {"found_fact": one["fact"], "found_verdict": told[key]}
        rows.append(row | {"found": bool(alike)})
    return pd.DataFrame(rows)


def _is_alike(claim: dict, one: dict) -> bool:
    """Whether two prints are of one thing: the same figure, or words of which one holds another."""
    first, second = (_plain(row["printed"]) for row in (claim, one))
    if first == second:
        return True
    if re.search(r"\d", first + second):
        return False
    parts = [part for part in first.split(" ... ") if len(part) > 2]
    is_part = any(part in second or (len(second) > 3 and second in part) for part in parts)
    shared = {w for w in first.split() if len(w) > LONG} & set(second.split())
    return is_part or bool(shared)


def _plain(text: str) -> str:
    return re.sub(r"[^\w%./]+", " ", text.casefold()).strip().removeprefix("the ")


def tables_differing(draft: Draft, survey_round: Round) -> tuple[int, list[str]]:
    """How many cells were transcribed by hand, and those that were read as something else."""
    hand = read_publication(survey_round)
    assert hand is not None
    cells, differing = 0, []
    for name, table in hand.tables.items():
        right = table.drop(columns="line").map(str.strip)
        read_as = draft.publication.tables.get(name)
        cells += right.size + len(right)
        if read_as is None:
            differing.append(name)
            continue
        read_as = read_as.reindex(index=right.index, columns=right.columns)
        differing += [
            f"{name} {row} {column}: {read_as.loc[row, column]!r}"
            for row in right.index
            for column in right.columns
            if read_as.loc[row, column] != right.loc[row, column]
        ]
    return cells, differing


def main() -> None:
    """Print how the report, read as a draft, fares against what people transcribed."""
    survey_round = open_round(2021)
    draft = read_draft(read(Path(sys.argv[1]) if sys.argv[1:] else REPORT), survey_round)
    cells, differing = tables_differing(draft, survey_round)
    claims = against_hand(draft, survey_round)
    right = (claims["fact"] == claims["found_fact"]) & claims["found"]
    print(f"{cells - len(differing)} of {cells} cells equal", *differing, sep="\n  ")
    print(f"{claims['found'].sum()} of {len(claims)} claims found, {right.sum()} with their fact")
    print(pd.crosstab(claims["verdict"], claims["found_verdict"]))
    print(claims[~right].drop(columns=["kind"]).to_string(index=False))


if __name__ == "__main__":
    main()
