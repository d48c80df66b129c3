"""The examples of a draft: items of a list that end in the member and event that they are of."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from publication_audit.draft.document import Block, Document
from publication_audit.draft.subjects import Subjects
from publication_audit.printed import title_and_month

PLANNED = re.compile(
    r"\b(?:will|plans? to|planned to|intend(?:s|ed)?|decided to|would be|going to|in the future"
    r"|very soon|there is a need)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Quote:
    """An example, with the offsets of its attribution in the block's text (empty: none there)."""

    block: Block
    text: str
    attribution: str
    start: int
    end: int
    workshop: str
    administration: str

    @property
    def status(self) -> str:
        return "planned" if PLANNED.search(self.text) else "done"


def quotes(
    document: Document, subjects: Subjects, replied: set[tuple[str, str]]
) -> Iterator[Quote]:
    """Yield the examples of a draft.

    An item without an attribution is an example if another of its list has one.

    Parameters
    ----------
    replied : workshop and code of the replies, which tell workshops of like titles apart.
    """
    run: list[Quote] = []
    for block in [*document.blocks, None]:
        quote = block and block.kind != "heading" and _quote(block, subjects, replied)
        if quote and block and (quote.administration or block.kind == "item"):
            run.append(quote)
            continue
        if any(one.administration for one in run):
            yield from run
        run = []


def _quote(block: Block, subjects: Subjects, replied: set[tuple[str, str]]) -> Quote:
    text = block.text
    for opening in reversed([match.start() for match in re.finditer(r"\(", text)]):
        source = text[opening + 1 :]
        member = re.match(r"\s*([^()]{1,60}?)\s*[-–—]", source)
        code = subjects.code(member[1]) if member else ""
        if not member or not code:
            continue
        end = len(text.rstrip())
        source = text[opening + 1 : end]
        if source.count(")") > source.count("("):
            source, end = source[:-1], end - 1
        source = re.sub(r"\s*[-–—]\s*", " - ", source.strip(), count=1)
        source = re.sub(r"^([^()]+? - )[-–—]\s*", r"\1- ", source)
        title = source.partition(" - ")[2].lstrip("- ")
        workshop = _workshop(title, code, subjects, replied)
        example = text[:opening].strip()
        return Quote(block, example, source, opening + 1, end, workshop, code)
    return Quote(block, text.strip(), "", 0, len(text), "", "")


def _workshop(title: str, code: str, subjects: Subjects, replied: set[tuple[str, str]]) -> str:
    candidates = subjects.workshops_like(title_and_month(title)[0])
    answered = [one for one in candidates if (one, code) in replied]
    return (answered or candidates or [""])[0]
