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
YEAR = re.compile(r"\b(?P<year>(?:19|20)\d{2})\b(?:\s?/\s?(?:20)?(?P<ends>\d{2})\b)?")
TITLES = 3  # so many blocks of a draft hold its title


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
    years, year = _years(text), survey_round.year
    (other, times), *_ = years.most_common(1) or [(year, 0)]
    is_titled = other in _years("\n".join(map(_title, document.blocks[:TITLES])))
    if other != year and (not years[year] or (is_titled and times > years[year])):
        raise DraftError(
            f"{name} speaks of {other} and {'hardly' if years[year] else 'never'} of {year}:"
            f" it is no draft of the round of {year}."
        )
    empty = [block for block in document.blocks if is_empty(block)]
    if empty:
        section = f" in section “{empty[0].section[-1]}”" if empty[0].section else ""
        raise DraftError(f"A table{section} of {name} is empty: fill it in, or take it out.")


def _years(text: str) -> Counter[int]:
    """How often a text names each year; 2020/21 is the year that it ends in."""
    return Counter(
        int((one["ends"] and one["year"][:2] + one["ends"]) or one["year"])
        for one in YEAR.finditer(text)
    )


def _title(block: Block) -> str:
    return block.text if block.kind != "table" else ""


def is_empty(block: Block) -> bool:
    """Whether a table has no cell with a text beside its headings."""
    rows = [row for row in block.rows if not all(cell.header for cell in row)]
    return block.kind == "table" and not any(
        cell.text.strip()
        for row in rows[1 if len(rows) == len(block.rows) else 0 :]
        for cell in row
    )
