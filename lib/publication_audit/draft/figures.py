"""The figures of a text: numbers in digits and words, shares, ranks, dates, and words that are
figures."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from publication_audit.number_formats import CARDINALS, MONTHS, ORDINALS, digits_of, month_of

ABOUT = r"(?:(?:around|about|approximately|nearly|almost|some|roughly) )?"
CARDINAL = "|".join(sorted(CARDINALS, key=len, reverse=True))
TENTH = "|".join(CARDINALS[1:10])
MONTH_NAME = "|".join(f"{name}|{name[:3]}\\.?|Sept\\.?" for name in MONTHS[1:])
ABBREVIATED = "No|no|vs|Nov|Dec|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Mr|Ms|Dr|Mrs|cf|approx"
SENTENCE = re.compile(
    r"(?<=[.!?])[”\"’)]*\s+(?=[“\"‘(]?[A-Z\d*])|(?<=[:;])[”\"’)]*\s+(?=[“\"‘(]?[A-Z*])"
)
UNENDED = re.compile(rf"(?:\b(?:{ABBREVIATED}|[A-Za-z])\.|\bi\.e\.|\be\.g\.)[”\"’)]*$")
# What looks like a figure and is a name.
NAMES = re.compile(
    r"\S+@\S+|https?://\S+|\b(?:Tables?|Sections?|Figures?|Appendix|Annex|Chapter|Page|Part|Item|Step"
    r"|Box|Finding|Question|Recommendation|Lesson|Footnote|Note)\s+\(?\d[\d.]*\)?"
    r"|^(?:First|Second|Third|Fourth|Fifth)(?:ly)?,|\((?:NB)\d*\)|\bCOVID-\d+|\bG-?\d+\b|\bK-?9\b"
    r"|\b\d+(?:\.\d+){2,}|\b\d\.\d(?=\s+[A-Z])|\b\d+\s?% (?:confidence )?interval"
    r"|\bin four of five\b|\btwo comparisons\b",
    re.IGNORECASE,
)
FORMS = {
    "fiscal": r"(?:FY|fiscal year)\s?\d{4}\s?/\s?\d{2,4}",
    "month": rf"\b(?:{MONTH_NAME})\s+\d{{4}}",
    "points": (
        r"(?<![\w)])[+−]\d+(?:\.\d+)?(?:\s+(?:percentage )?points?)?"
        r"|\d+(?:\.\d+)?\s+percentage points?"
    ),
    "share": rf"{ABOUT}\d+(?:\.\d+)?\s*(?:%|per\s?cent\b|percent\b)",
    "p": r"\bp\s*[=<>≤]\s*0?\.\d+",
    "duration": rf"{ABOUT}\b(?:\d+|{CARDINAL})\s+(?:months?|weeks?)\b",
    "top": (
        rf"\b(?:(?:{'|'.join(ORDINALS[1:6])})[ -])?most (?:common|frequent|popular)(?:ly)?\b"
        r"|\b(?:top|first) (?:three|two|four|five|\d)\b"
    ),
    "ordinal": rf"\b(?:{'|'.join(ORDINALS)}|\d+(?:st|nd|rd|th))\b",
    "publication": r"\bNo\.\s?\d+",
    "fraction": (
        rf"\b(?:{CARDINAL}) (?:in|out of) (?:every )?(?:{TENTH})\b(?!-)"
        r"|\b(?:more than half|over half|less than half|under half|(?:a|one) third|two[- ]thirds"
        r"|(?:a|one) quarter|three[- ]quarters|(?:a|one|two|three|four)[- ]fifths?|half)\b"
    ),
    "marker": r"\(\d\)",
    "year": r"\b(?:19|20)\d{2}\b(?!/)",
    "ratio": r"(?<![\w.,/-])\d{1,3}(?=/\d{1,4}\b(?![/\d]))|(?<=\d/)(?<!\d{4}/)\d{1,4}\b(?!/)",
    "count": r"(?<![\w.,/-])\d+(?:,\d{3})*(?:\.\d+)?(?![\w%/-]|[.,]\d)",
    "spelled": rf"(?<!the )(?<!these )\b(?!one\b)(?:{CARDINAL})\b",
    "word": (
        r"(?<!\bin )(?<!\bat )(?<!\babove )\b(?:the )?(?:vast )?"
        r"(?:majority|most|all|every|each|none|nobody|no one)\b"
        r"(?! (?:over|common|effective|valuable|frequent|important|likely|possible"
        r"|that a|times)\b)"
    ),
    "change": (
        r"\b(?:increase[sd]?|decrease[sd]?|doubled|halved|rose|risen|fell|fallen|grew|grown|declined"
        r"|dropped|higher|lower)\b"
    ),
    "vague": (
        r"\b(?:always|at all times|every possible|more and more|increasingly"
        r"|quite a (?:good )?number|becoming aware|quite the same|especially|more willing"
        r"|one of the most \w+|most effective way|last(?= question)|others(?= were| was))\b"
    ),
}
ANY = re.compile("|".join(f"(?P<{name}>{form})" for name, form in FORMS.items()), re.IGNORECASE)
CHANGE_READ_AS = {
    **dict.fromkeys(("rose", "risen", "grew", "grown", "increase"), "increased"),
    **dict.fromkeys(("fell", "fallen", "declined", "dropped", "decrease"), "decreased"),
}
OUT_OF = re.compile(
    r"\s*(?:\([^()]*\)\s*)?(?:(?:\w+\s+)?out of|of|in|among)\s+(?:the |all )?"
    rf"(\d[\d,]*|(?:{CARDINAL})\b)(?!\.\d|[\d%]|\s*%)|/(\d+)",
    re.IGNORECASE,
)


# What stands before a figure that is no more than near, or a bound.
ROUGHLY = 0.025
LOOSE: dict[re.Pattern[str], Callable[[float, float], bool]] = {
    re.compile(r"\b(?:more than|over|above|exceed\w*)\s+$", re.I): lambda value, said: value > said,
    re.compile(r"\bat least\s+$", re.I): lambda value, said: value >= said,
    re.compile(r"\b(?:less than|fewer than|under|below)\s+$", re.I): lambda value, said: (
        value < said
    ),
    re.compile(r"\b(?:at most|up to)\s+$", re.I): lambda value, said: value <= said,
    re.compile(r"\b(?:around|about|approximately|nearly|almost|some|roughly)\s+$", re.I): (
        lambda value, said: abs(value - said) <= ROUGHLY * max(1.0, abs(said))
    ),
}


def holds_loosely(text: str, place: int, value: float, said: float) -> bool:
    """Whether a figure holds as its text says it: "more than 60%", "about 90 replies".

    Parameters
    ----------
    place : where its digits begin.
    value, said : what the fact is and what is printed, a share from 0 to 1.

    Examples
    --------
    >>> holds_loosely("more than 60%", 10, 0.66, 0.6), holds_loosely("it is 60%", 6, 0.66, 0.6)
    (True, False)
    """
    before = text[:place]
    return any(form.search(before) and fits(value, said) for form, fits in LOOSE.items())


@dataclass(frozen=True)
class Found:
    """A figure of a text.

    Parameters
    ----------
    form : which of `FORMS` it has.
    unit : of claims.csv: count, share, ordinal, year, month, months, weeks, word.
    value : as claims.csv has it, a share from 0 to 1.
    base : the number that it is said to be of, as in "12 of 30"; None where none is.
    """

    start: int
    end: int
    printed: str
    form: str
    unit: str
    value: str
    base: int | None = None


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each sentence.

    >>> [("One. Two 2."[a:b]) for a, b in sentences("One. Two 2.")]
    ['One.', 'Two 2.']
    """
    start = 0
    for gap in SENTENCE.finditer(text):
        if UNENDED.search(text[max(0, gap.start() - 8) : gap.start()]):
            continue
        yield start, gap.start()
        start = gap.end()
    yield start, len(text)


def figures(text: str, ranked: bool = False, names: re.Pattern[str] = NAMES) -> Iterator[Found]:
    """Yield the figures of a text in its order.

    Parameters
    ----------
    ranked : whether numbers in brackets are ranks.
    names : what looks like a figure and is a name, beside what always is.

    Examples
    --------
    >>> [(one.printed, one.unit, one.value) for one in figures("Of 30 replies, two thirds (66%)")]
    [('30', 'count', '30'), ('two thirds', 'share', 'two thirds'), ('66%', 'share', '0.66')]
    """
    spans = [match.span() for form in {NAMES, names} for match in form.finditer(text)]
    for match in ANY.finditer(text):
        form, printed = str(match.lastgroup), match[0]
        if any(match.start() < end and start < match.end() for start, end in spans):
            continue
        if form == "marker" and not ranked:
            continue
        unit, value = _read(form, printed)
        follows = OUT_OF.match(text, match.end())
        is_of = follows and form in ("count", "ratio", "spelled", "share")
        base = number_of(follows[1] or follows[2]) if follows and is_of else None
        yield Found(match.start(), match.end(), printed, form, unit, value, base)


def _read(form: str, printed: str) -> tuple[str, str]:
    digits, plain = digits_of(printed), printed.casefold()
    if form == "fiscal":
        years = re.findall(r"\d+", printed)
        return "year", f"{years[0][: -len(years[1])]}{years[1]}"
    if form == "month":
        return "month", month_of(printed)
    if form == "share":
        return "share", f"{float(digits or 0) / 100:.6g}"
    if form == "duration":
        return ("weeks" if "week" in plain else "months"), digits or _spelled(plain, CARDINALS)
    if form in ("ordinal", "publication", "marker"):
        return "ordinal", digits or _spelled(plain, ORDINALS)
    if form == "top":
        place = digits or _spelled(plain, CARDINALS)
        return "ordinal", (_spelled(plain, ORDINALS) or "1") if "most" in plain else place
    if form == "fraction":
        return "share", fraction_of(plain)
    if form == "spelled":
        return "count", _spelled(plain, CARDINALS)
    if form == "word":
        return "word", plain.removeprefix("the ").removeprefix("vast ")
    if form == "change":
        return "word", CHANGE_READ_AS.get(plain, plain)
    if form == "count" and "." in printed:
        return "number", printed
    if form == "points":
        return form, ("-" if "−" in printed else "") + str(digits)
    units = {"year": "year", "count": "count", "ratio": "count", "p": "p"}
    return units.get(form, "word"), digits or plain


def fraction_of(text: str) -> str:
    """A fraction as `claims.PARTS` has it.

    >>> fraction_of("one third"), fraction_of("four out of five"), fraction_of("two-thirds")
    ('a third', 'four in five', 'two thirds')
    """
    plain = " ".join(re.sub(r"-|\bevery\b|\bout\b(?= of)", " ", text).split())
    return re.sub(r"^one (?!in\b)", "a ", plain.replace(" of ", " in "))


def number_of(text: str) -> int:
    """A number in digits or in words."""
    digits = text.replace(",", "")
    return int(digits) if digits.isdigit() else CARDINALS.index(text.casefold()) + 1


def _spelled(text: str, words: list[str]) -> str:
    found = [number for number, word in enumerate(words, 1) if re.search(rf"\b{word}\b", text)]
    return str(max(found, key=lambda number: len(words[number - 1]))) if found else ""
