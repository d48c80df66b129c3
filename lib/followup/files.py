"""Text and tables in files: how they are read, whatever wrote them, and written so that nothing
half-written is left."""

import codecs
import csv
import io
import os
import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from followup.problems import InputError, Problem, stop_if_any

if TYPE_CHECKING:
    import pandas as pd

csv.field_size_limit(2**27)  # a long answer is read whole
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# Bytes that Windows-1252 does not use, or three in a row of which two or more are letters there: a
# script with many letters writes each with two or three bytes.
FOREIGN = re.compile(
    rb"[\x81\x8d\x8f\x90\x9d]|[\xc0-\xff][\x80-\xff][\xc0-\xff]|[\xc0-\xff]{2}[\x80-\xff]"
)
SEPARATORS = (",", ";", "\t")
JOINER = re.compile("[\u200c\u200d]")
JOINER_OF_LATIN = re.compile("(?<![\u0300-\U0010ffff])[\u200c\u200d]")
DISTINCT = 50_000  # texts that are read once each; an export of a million rows has a few hundred


def listed(text: str) -> list[str]:
    """The parts of a cell that holds several, separated by semicolons; none where it is empty."""
    return [part.strip() for part in text.split(";") if part.strip()]


@lru_cache(DISTINCT)
def clean(text: str) -> str:
    """A text without no-break and zero-width spaces, control characters and marks that turn the
    direction of what follows; line ends stay, and what joins letters of other scripts.

    >>> clean("\u202ea\tb\x1b")
    'a b'
    """
    return "".join(
        letter if letter in "\n\u200c\u200d" or letter.isprintable() else " " * letter.isspace()
        for letter in JOINER_OF_LATIN.sub("", text)
    )


def path_on_disk(path: Path) -> Path:
    """A path as its folder has it: a Mac may have written an accent as a sign of its own."""
    names = {unicodedata.normalize("NFC", other.name): other for other in path.parent.iterdir()}
    return names.get(unicodedata.normalize("NFC", path.name), path)


@lru_cache(DISTINCT)
def normalise(text: str) -> str:
    """A text without case, accents, punctuation and extra white space, so that spellings compare.

    >>> normalise("Hong Kong, China") == normalise("hong  kong china")
    True
    """
    plain = unicodedata.normalize("NFKD", JOINER.sub("", text))
    letters = "".join(
        letter if letter.isalnum() else " " for letter in plain if not unicodedata.combining(letter)
    )
    return " ".join(letters.casefold().split())


def decoded(content: bytes) -> str:
    """Text from bytes: by its byte-order mark, else UTF-8, else UTF-16 where every other byte is
    nought, else Windows-1252.

    Raises
    ------
    UnicodeDecodeError
        It is no text in any of these.
    """
    marks = {
        codecs.BOM_UTF8: "utf-8-sig",
        codecs.BOM_UTF32_LE: "utf-32",
        codecs.BOM_UTF32_BE: "utf-32",
        codecs.BOM_UTF16_LE: "utf-16",
        codecs.BOM_UTF16_BE: "utf-16",
    }
    for mark, encoding in marks.items():
        if content.startswith(mark):
            return content.decode(encoding)
    if 3 * content.count(b"\0") > len(content):
        return content.decode("utf-16-be" if content[:1] == b"\0" else "utf-16-le")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        foreign = FOREIGN.search(content)
        if foreign:
            row = content.count(b"\n", 0, foreign.start()) + 1
            where = f"row {row} is in another encoding: save the file as UTF-8"
            raise UnicodeDecodeError("cp1252", content, *foreign.span(), where) from None
        return content.decode("cp1252")


def read_text_table(root: Path, file: str) -> "pd.DataFrame":
    """Read a CSV file as text, cleaned, indexed by the row as a spreadsheet numbers it; an empty
    cell is an empty string.

    Commas, semicolons or tabs separate the cells, whichever the heading has most.

    Parameters
    ----------
    root : the project's root.
    file : the file's path below it, which messages name.

    Raises
    ------
    InputError
        The file is missing, empty or no text, a heading repeats, or rows have another number of
        cells than the heading.
    """
    import pandas as pd

    path = root / file
    try:
        text = decoded(path.read_bytes())
        separator = max(SEPARATORS, key=text.partition("\n")[0].count)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        rows = [list(map(clean, cells)) for cells in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            [Problem(file, expected=f"a readable CSV file ({error})".replace(str(path), file))]
        ) from None
    if not rows or not any(rows[0]):
        raise InputError([Problem(file, expected="a heading row and data: the file is empty")])
    heading, *body = rows
    repeated = sorted({name for name in heading if heading.count(name) > 1})
    stop_if_any(
        Problem(file, "1", column=name, expected="a column heading that is used once")
        for name in repeated
    )
    numbered = {
        number: cells
        for number, cells in enumerate(body, start=2)
        if any(cell.strip() for cell in cells)
    }
    stop_if_any(
        Problem(
            file,
            str(number),
            value=",".join(cells),
            expected=f"{len(heading)} cells as in the heading, not {len(cells)}",
        )
        for number, cells in numbered.items()
        if len(cells) != len(heading)
    )
    return pd.DataFrame(list(numbered.values()), index=list(numbered), columns=heading, dtype=str)


def read_markdown_table(path: Path) -> "pd.DataFrame":
    """Read the table of a Markdown document as text, indexed by its first column; a document has
    one table.

    Raises
    ------
    ValueError
        A row has another number of cells than the heading.
    """
    import pandas as pd

    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    heading, _, *rows = ([cell.strip() for cell in line.strip("|").split(" | ")] for line in lines)
    return pd.DataFrame(rows, columns=heading, dtype=str).set_index(heading[0])


def harmless(frame: "pd.DataFrame") -> "pd.DataFrame":
    """Put an apostrophe before each text cell that a spreadsheet would take for a formula; plain
    numbers stay."""

    def guard(value: object) -> object:
        return (
            f"'{value}"
            if isinstance(value, str) and value.startswith(FORMULA_STARTS) and not _is_number(value)
            else value
        )

    guarded = frame.copy()
    for column in frame.select_dtypes(include=["object", "string", "category"]):
        guarded[column] = frame[column].astype(object).map(guard, na_action="ignore")
    return guarded


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True


def write(path: Path, content: bytes) -> Path:
    """Write a file whole or not at all; its folder is made. Returns the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_bytes(content)
    unfinished.replace(path)
    return path
