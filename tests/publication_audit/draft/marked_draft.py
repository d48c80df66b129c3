"""A small draft with its items, some of them hostile, for the tests of what is shown of a draft."""

from pathlib import Path

import pandas as pd

from publication_audit.context import Context, context_of
from publication_audit.draft.document import Block, Cell, Document, Run
from publication_audit.draft.items import COLUMNS
from publication_audit.publication import read_publication

HOSTILE = '<img src=x onerror="window.hurt=1"><script>window.hurt=1</script>'
SHARE = "action.shared_materials.share"


def context(survey_round, cleaned) -> Context:
    """2021 with the facts of its replies, and no tests."""
    from followup.facts import survey_facts

    replies, counts, _ = cleaned
    facts = survey_facts(survey_round, replies, counts, survey_round.read_workshops())
    tests = pd.DataFrame(columns=["action", "outcome", "verdict", "direction", "reason"])
    return context_of(read_publication(survey_round), replies, facts, tests)


def draft() -> Document:
    """A heading, a paragraph, an item of a list and a table."""
    sentence = (Run("Of all, "), Run("48%", bold=True), Run(f" shared {HOSTILE} and 58 replied."))
    rows = (
        (Cell((Run("Workshop"),), 0, 0, True), Cell((Run("Replies"),), 0, 1, True)),
        (Cell((Run(HOSTILE),), 1, 0), Cell((Run("FJ, "), Run("PNG", underline=True)), 1, 1)),
        (Cell((Run("7 of 9"),), 2, 0, column_span=2),),
    )
    blocks = (
        Block("heading", 2, (Run("2.1 Response"),), index=0),
        Block("paragraph", 0, sentence, index=1, section=("2.1 Response",)),
        Block("item", 1, (Run("Nine told of it"),), index=2, section=("2.1 Response",)),
        Block("table", 0, rows=rows, index=3, section=("2.1 Response",)),
    )
    return Document(blocks, Path(f"{HOSTILE}.docx".replace("/", "")), "docx")


def items() -> pd.DataFrame:
    """One of each verdict, one within another, and one in a cell that spans columns."""
    text = draft().blocks[1].text
    rows = [
        ("text", "48%", SHARE, "83%", "differs", f"48 of 58 {HOSTILE}", 1, -1, -1, 8, 11),
        ("text", "58", "replies", "58", "agrees", "", 1, -1, -1, text.index("58"), -1),
        ("text", "Nine", "replies.6 ; replies.7", "", "which fact?", "either", 2, -1, -1, 0, 4),
        ("cell", "FJ, PNG", "", "FJ, _PNG_", "agrees", "", 3, 1, 1, 0, 7),
        ("cell", "PNG", "", "not underlined", "differs", "is not among", 3, 1, 1, 4, 7),
        ("cell", "7 of 9", "", "", "not traced", "about nothing", 3, 2, 0, 0, 6),
    ]
    columns = ["place", "printed", "fact", "recomputed", "verdict", "explanation"]
    columns += ["block", "row", "column", "start", "end"]
    found = pd.DataFrame(rows, columns=columns)
    found["end"] = found["end"].where(found["end"] > 0, found["start"] + 2)
    found = found.assign(
        text=f"around {HOSTILE}", unit="share", proposed="", how_sure="sure", rule=""
    )
    return found[COLUMNS]
