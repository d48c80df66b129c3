"""What could reach a person is taken out of every text that is read: e-mail addresses, telephone
numbers, IP addresses."""

import ipaddress
import re

# Each quantity has a limit, so that no text, however long, takes long.
AT = r"(?:[@\uff20\ufe6b]|\s?[(\[{]\s?at\s?[)\]}]\s?)"
EMAIL = re.compile(
    rf"[^\s@,;<>()\[\]\"'{{}}]{{1,64}}{AT}[^\s@,;<>()\[\]\"'{{}}]{{1,255}}", re.IGNORECASE
)
IP_ADDRESS = re.compile(
    r"(?<![\w:.])(?:(?:\d{1,3}\.){3}\d{1,3}(?![\d.]*\d)|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7})(?![\w:])",
    re.IGNORECASE,
)
DIGITS = re.compile(r"(?<![\d.-])[+(]?\d[\d ()./\u2010-\u2015\u2212-]{5,24}\d(?![\d:])")
A_DATE = (
    r"(?:(?:19|20)\d\d[-./ ]\d{1,2}(?:[-./ ]\d{1,2})?|\d{1,2}[-./ ]\d{1,2}[-./ ](?:19|20)?\d\d"
    r"|(?:\d{1,2}[ \u2013-]+){1,3}(?:19|20)\d\d|(?:19|20)\d\d)"
)
DATES = re.compile(rf"{A_DATE}(?:\s?[-/\u2013]?\s?{A_DATE})*")


def without_personal(text: str) -> str:
    """A text with addresses and telephone numbers replaced by what they were; dates and counts
    stay.

    >>> without_personal("ask jane@customs.example or +679 123 4567 by 15-18 June 2021")
    'ask [e-mail] or [telephone] by 15-18 June 2021'
    """
    text = EMAIL.sub("[e-mail]", text)
    return DIGITS.sub(_telephone, IP_ADDRESS.sub(_address, text))


def _address(match: re.Match) -> str:
    try:
        ipaddress.ip_address(match[0])
    except ValueError:
        return match[0]
    return "[IP address]" if len(match[0]) > 2 else match[0]


def _telephone(match: re.Match) -> str:
    number = " ".join(re.sub("[()]", " ", match[0]).split())
    digits = sum(letter.isdigit() for letter in number)
    is_number = digits >= (7 if match[0][0] in "+(0" else 9) and not DATES.fullmatch(number)
    return "[telephone]" if is_number else match[0]
