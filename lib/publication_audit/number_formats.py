"""How print writes numbers: percentages, months and number words, read and written in its style."""

import calendar
import re

import pandas as pd

COUNT = re.compile(r"(?P<count>\d[\d,]*)(?P<rest>\s*\((?P<percent>\d+(?:\.\d+)?)\s*%\))?")
PERCENT = re.compile(r"(\d+(?:\.\d+)?)(?=\s*(?:%|per\s?cent\b))", re.IGNORECASE)
NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
FISCAL = re.compile(r"\d{4}/(\d{2,4})")
MONTH = re.compile(r"([A-Z][a-z]+)(\.?) (\d{4})")
ROUNDED = ("p", "number", "points")  # units of figures that print with fewer digits than they have
MONTHS = list(calendar.month_name)
CARDINALS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"]
CARDINALS += ["eleven", "twelve"]
CARDINALS += [f"{one}teen" for one in ("thir", "four", "fif", "six", "seven", "eigh", "nine")]
CARDINALS += [
    f"{ten}ty{one}"
    for ten in ("twen", "thir", "for", "fif", "six", "seven", "eigh", "nine")
    for one in ("", *(f"-{one}" for one in CARDINALS[:9]))
]
ORDINALS += ["ninth", "tenth", "eleventh", "twelfth"]


def percentage(share: float, decimals: int = 0) -> str:
    """A share from 0 to 1 as digits of a percentage, rounded half up as print does.

    >>> percentage(0.655), percentage(58 / 153, 1)
    ('66', '37.9')
    """
    scaled = int(share * 100 * 10**decimals + 0.5 + 1e-9)
    return str(scaled) if decimals == 0 else f"{scaled / 10**decimals:.{decimals}f}"


def counted(number: int, noun: str) -> str:
    """A count with its noun.

    >>> counted(1, "other place"), counted(2, "error")
    ('1 other place', '2 errors')
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"


def decimals(digits: str) -> int:
    """Number of digits after the point."""
    return len(digits.partition(".")[2])


def digits_of(text: str) -> str | None:
    """The first number of a text as digits, without separators; None where it has none."""
    number = NUMBER.search(text)
    return number[0].replace(",", "") if number else None


def month_of(text: str) -> str:
    """The month that a text names, as YYYY-MM; empty where it names none.

    >>> month_of("Nov. 2020"), month_of("June 2021"), month_of("2021")
    ('2020-11', '2021-06', '')
    """
    for name, _, year in MONTH.findall(text):
        places = [place for place, month in enumerate(MONTHS) if month.startswith(name)]
        if len(places) == 1:
            return f"{year}-{places[0]:02d}"
    return ""


def with_count(printed: str, count: float, share: float | None) -> str:
    """A cell `36` or `29 (50%)` with another count, and another percentage where it prints one.

    >>> with_count("29 (50%)", 28, 28 / 58), with_count("-", 0, None)
    ('28 (48%)', '-')
    """
    cell = COUNT.fullmatch(printed)
    if cell is None:
        return printed if count == 0 else f"{count:.0f}"
    separated = f"{count:,.0f}" if "," in cell["count"] else f"{count:.0f}"
    if cell["percent"] is None:
        return separated
    new = "–" if share is None else percentage(share, decimals(cell["percent"]))
    return separated + cell["rest"].replace(cell["percent"], new)


def with_value(printed: str, value: float | str, unit: str) -> str:
    """A printed figure with another value, in the style of the printed one.

    >>> with_value("around 92%", 0.9, "share"), with_value("FY 2020/21", 2022, "year")
    ('around 90%', 'FY 2021/22')
    >>> with_value("seventh", 8, "ordinal")
    'eighth'
    """
    if unit == "month":
        return MONTH.sub(lambda month: _month_like(month, str(value)), printed, count=1)
    number = float(value)
    if unit == "share":
        return PERCENT.sub(lambda old: percentage(number, decimals(old[0])), printed, count=1)
    if unit == "year" and FISCAL.search(printed):
        return FISCAL.sub(lambda old: _fiscal_year(number, len(old[1])), printed, count=1)
    if unit in ROUNDED:
        digits = rf"[+−]?(?:{NUMBER.pattern})"
        return re.sub(digits, lambda old: _rounded(number, old[0]), printed, count=1)
    if NUMBER.search(printed):
        return NUMBER.sub(
            lambda old: f"{number:,.0f}" if "," in old[0] else f"{number:g}", printed, count=1
        )
    return _in_words(printed, number)


def _rounded(number: float, printed: str) -> str:
    """A number with the decimals of the printed one, and a sign if that has one."""
    sign = "+" if number > 0 else "−" if number < 0 else ""
    return (sign if printed[0] in "+−" else "") + f"{abs(number):.{decimals(printed)}f}"


def in_months(month: str) -> str:
    """A month YYYY-MM in words: `November 2020`; empty where it is missing."""
    return "" if pd.isna(month) or not month else f"{MONTHS[int(month[5:])]} {month[:4]}"


def _fiscal_year(ends: float, digits: int) -> str:
    return f"{ends - 1:.0f}/{f'{ends:.0f}'[-digits:]}"


def _month_like(printed: re.Match, month: str) -> str:
    if month_of(printed[0]) == month:
        return printed[0]
    name = MONTHS[int(month[5:])]
    return f"{name[:3]}. {month[:4]}" if printed[2] else f"{name} {month[:4]}"


def _in_words(printed: str, value: float) -> str:
    for words in (CARDINALS, ORDINALS):
        longest = "|".join(sorted(words, key=len, reverse=True))
        word = re.search(rf"\b({longest})\b", printed, re.IGNORECASE)
        if word:
            new = words[int(value) - 1] if 0 < value <= len(words) else f"{value:g}"
            new = new.capitalize() if word[0][0].isupper() else new
            return printed[: word.start()] + new + printed[word.end() :]
    return f"{value:g}"
