"""What keeps a document from being audited as a draft of a round."""

import re
from collections import Counter

from followup.files import normalise
from followup.rounds import Round
from publication_audit.draft.document import Block, Document, DraftError

# The commonest words of English: of any longer text in it they are about a third.
ENGLISH = {
    *("the", "of", "and", "to", "in", "a", "is", "that", "for", "it", "as", "was", "with", "be"),
    *(
        "by",
        "on",
        "not",
        "are",
        "this",
        "have",
        "from",
        "or",
        "were",
        "had",
        "which",
        "at",
        "their",
    ),
    *("has", "who", "an", "all", "we", "they"),
}
FEWEST_WORDS, SMALLEST_SHARE = 60, 0.12
YEAR = re.compile(r"\b(?:19|20)\d{2}\b")


def stop_if_unfit(document: Document, survey_round: Round) -> None:
    """Raise what is wrong with a draft as a whole, one sentence each.

    Raises
    ------
    DraftError
        It is in another language, of another round, or has an empty table.
    """
    name, text = document.source.name, "\n".join(block.text for block in document.blocks)
    prose = " ".join(block.text for block in document.blocks if block.kind != "table")
    words = normalise(prose).split()
    if len(words) > FEWEST_WORDS:
        share = sum(word in ENGLISH for word in words) / len(words)
        if share < SMALLEST_SHARE:
            raise DraftError(f"{name} is not in English, the only language that can be read.")
    years = Counter(YEAR.findall(text))
    if years and str(survey_round.year) not in years:
        other = years.most_common(1)[0][0]
        raise DraftError(
            f"{name} speaks of {other} and never of {survey_round.year}:"
            f" it is no draft of the round of {survey_round.year}."
        )
    empty = [block for block in document.blocks if is_empty(block)]
    if empty:
        section = f" in section “{empty[0].section[-1]}”" if empty[0].section else ""
        raise DraftError(f"A table{section} of {name} is empty: fill it in, or take it out.")


def is_empty(block: Block) -> bool:
    """Whether a table has no cell with a text beside its headings."""
    rows = [row for row in block.rows if not all(cell.header for cell in row)]
    return block.kind == "table" and not any(
        cell.text.strip()
        for row in rows[1 if len(rows) == len(block.rows) else 0 :]
        for cell in row
    )
