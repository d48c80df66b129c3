"""What could reach a person is taken out of every text that is read: e-mail addresses, telephone
numbers, IP addresses."""

import re

# Each quantity has a limit, so that no text, however long, takes long.
EMAIL = re.compile(r"[^\s@,;<>()\[\]\"']{1,64}@[^\s@,;<>()\[\]\"']{1,255}")
IP_ADDRESS = re.compile(
    r"\b(?:\d{1,3}\.){3}\d{1,3}\b|\b(?:[0-9a-f]{1,4}:){3,7}:?[0-9a-f]{1,4}\b", re.IGNORECASE
)
DIGITS = re.compile(r"(?<!\d)[+(]?\d[\d ()-]{6,22}\d(?!\d)")
DATE = re.compile(r"\b(19|20)\d\d\b")


def without_personal(text: str) -> str:
    """A text with addresses and telephone numbers replaced by what they were; dates and counts
    stay.

    >>> without_personal("ask jane@customs.example or +679 123 4567 by 15-18 June 2021")
    'ask [e-mail] or [telephone] by 15-18 June 2021'
    """
    text = EMAIL.sub("[e-mail]", text) if "@" in text else text
    return DIGITS.sub(_telephone, IP_ADDRESS.sub("[IP address]", text))


def _telephone(found: re.Match) -> str:
    digits = sum(letter.isdigit() for letter in found[0])
    is_number = digits >= (7 if found[0][0] in "+(0" else 9) and not DATE.search(found[0])
    return "[telephone]" if is_number else found[0]
