"""How what attacks.txt names is planted in a round: each function changes the round's folder."""

import csv
import io
import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from made_up_round import ACTIONS, ACTIONS_ASKED
from openpyxl import Workbook

Plant = Callable[[Path], None]
EXPORT, SETTINGS, WORKSHOPS, MEMBERS = (
    "export.csv",
    "round.toml",
    "workshops.csv",
    "../administrations.csv",
)


def changed(name: str, change: Callable[[bytes], bytes]) -> Plant:
    """A file's bytes, changed; that they are is asserted."""

    def plant(folder: Path) -> None:
        before = (folder / name).read_bytes()
        after = change(before)
        assert after != before
        (folder / name).write_bytes(after)

    return plant


def text(name: str, before: str, after: str, count: int = 1) -> Plant:
    """A text in a file, put in the place of another."""
    return changed(name, lambda content: content.replace(before.encode(), after.encode(), count))


def toml(before: str, after: str) -> Plant:
    return text(SETTINGS, before, after)


def added(more: str, name: str = SETTINGS) -> Plant:
    return changed(name, lambda content: content + f"\n{more}\n".encode())


def about(line: str) -> Plant:
    """A line more in [round]."""
    return toml("[round]\n", f"[round]\n{line}\n")


def cell(column: str, value: str, row: int = 0, name: str = WORKSHOPS) -> Plant:
    """A cell of a table; its first row is 0."""

    def plant(folder: Path) -> None:
        table = pd.read_csv(folder / name, dtype=str, keep_default_na=False)
        table.loc[row, column] = value
        table.to_csv(folder / name, index=False, lineterminator="\n")

    return plant


def said(column: str, value: str, row: int = 0) -> Plant:
    """A cell of the export, by a part of its heading."""

    def plant(folder: Path) -> None:
        table = pd.read_csv(folder / EXPORT, dtype=str, keep_default_na=False)
        heading = next(name for name in table if column in name)
        table.loc[row, heading] = value
        table.to_csv(folder / EXPORT, index=False, lineterminator="\n")

    return plant


def row_of(change: Callable[[list[str]], list[str]], number: int = 3) -> Plant:
    """A line of the export, changed as a list of cells."""

    def plant(folder: Path) -> None:
        rows = list(csv.reader(io.StringIO((folder / EXPORT).read_text(encoding="utf-8"))))
        rows[number] = change(rows[number])
        lines = io.StringIO(newline="")
        csv.writer(lines).writerows(rows)
        (folder / EXPORT).write_text(lines.getvalue(), encoding="utf-8")

    return plant


def without(name: str) -> Plant:
    return lambda folder: (folder / name).unlink()


def in_place(name: str, make: Callable[[Path], None]) -> Plant:
    """Something that is no file where a file was."""

    def plant(folder: Path) -> None:
        (folder / name).unlink()
        make(folder / name)

    return plant


def renamed(name: str, other: str, declared: str) -> Plant:
    """The export under another name, and the name that round.toml has for it."""

    def plant(folder: Path) -> None:
        (folder / name).rename(folder / other)
        toml(f'"{name}"', f'"{declared}"')(folder)

    return plant


def pipe(path: Path) -> None:
    """A pipe that nobody writes into."""
    os.mkfifo(path)


def as_workbook(change: Callable[[Workbook], object] = bool) -> Plant:
    """The export as a workbook, changed."""

    def plant(folder: Path) -> None:
        table = pd.read_csv(folder / EXPORT, dtype=str, keep_default_na=False)
        book = Workbook()
        book.active.title = "Replies"
        for row in [list(table), *table.to_numpy().tolist()]:
            book.active.append(row)
        change(book)
        book.save(folder / "export.xlsx")
        toml('"export.csv"', '"export.xlsx"')(folder)

    return plant


def workbook_bytes(change: Callable[[bytes], bytes]) -> Plant:
    def plant(folder: Path) -> None:
        as_workbook()(folder)
        changed("export.xlsx", change)(folder)

    return plant


def second_sheet(book: Workbook) -> None:
    book.copy_worksheet(book.active)


def formulas(book: Workbook) -> None:
    for row in (2, 3, 4):
        book.active.cell(row, 8).value = f'=IF(1=1,"{book.active.cell(row, 8).value}","No")'


def hidden(book: Workbook) -> None:
    book.create_sheet("Empty")
    book.active.sheet_state = "hidden"


def title_above(book: Workbook) -> None:
    book.active.insert_rows(1, 3)
    book.active["A1"] = "Replies of the office"


def without_part(part: str) -> Callable[[bytes], bytes]:
    """A workbook that lacks a part of the file."""

    def change(content: bytes) -> bytes:
        kept = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(kept, "w") as new:
            for name in old.namelist():
                if part not in name:
                    new.writestr(name, old.read(name))
        return kept.getvalue()

    return change


def recoded(encoding: str, name: str = EXPORT, words: str = "told the brokers") -> Plant:
    """A file in another encoding, its first Yes in other words."""

    def change(content: bytes) -> bytes:
        plain = content.decode()
        return plain.replace("told the brokers", words).encode(encoding, errors="replace")

    return changed(name, change)


def semicolons(content: bytes) -> bytes:
    rows = csv.reader(io.StringIO(content.decode()))
    lines = io.StringIO(newline="")
    csv.writer(lines, delimiter=";").writerows(rows)
    return lines.getvalue().encode()


def twice(content: bytes) -> bytes:
    """The second reply once more, with another answer."""
    lines = content.decode().splitlines()
    yes_no = lines[1].rpartition(",")
    other = "No" if yes_no[2] == "Yes" else "Yes"
    return "\r\n".join([*lines, f"{yes_no[0]},{other}", ""]).encode()


def many(content: bytes) -> bytes:
    """A misspelt answer in each row."""
    return re.sub(rb",(Yes|No)\r\n", rb",Perhaps\r\n", content)


DECISION = '[[decisions]]\nrow = {row}\nwas = "{was}"\n{what}\nwhy = "a trial"'
FIRST = "2099/01/01 9:00:00 AM GMT+9"
ACTION = '[[actions]]\nid = "{}"\nlabel = "{}"'
LONG = "x" * 300


def both(*plants: Plant) -> Plant:
    """Several at once."""

    def plant(folder: Path) -> None:
        for one in plants:
            one(folder)

    return plant


def nothing(folder: Path) -> None:
    """Nothing at all."""
    assert folder.is_dir()


def beside(name: str, content: bytes = b"x") -> Plant:
    """A file more in the folder."""
    return lambda folder: (folder / name).write_bytes(content) and None


def words(content: str, name: str = "foreword.md") -> Plant:
    """The office's own words."""

    def plant(folder: Path) -> None:
        (folder / "words").mkdir()
        (folder / "words" / name).write_text(content, encoding="utf-8")

    return plant


def draft(folder: Path) -> None:
    """A draft of the round before that is broken."""
    other = folder.with_name("2098")
    other.mkdir()
    (other / SETTINGS).write_text("broken = [", encoding="utf-8")


def columns(headings: list[str], tick: str = "") -> Plant:
    """A column for each answer in place of one for all, with its words in the cells, or a tick."""

    def plant(folder: Path) -> None:
        table = pd.read_csv(folder / EXPORT, dtype=str, keep_default_na=False)
        cells = table.pop(ACTIONS_ASKED)
        free = ~cells.str.replace("Other", "").eq(cells) | cells.str.contains("told the brokers")
        for heading, answer in zip(headings, ACTIONS.values(), strict=True):
            ticked = free if answer == "Other" else cells.str.contains(answer, regex=False)
            table[heading] = ticked.map({True: tick or answer, False: ""})
        table.to_csv(folder / EXPORT, index=False, lineterminator="\n")

    return plant


def ticks(headings: list[str]) -> Plant:
    """A column for each answer with ticks in place of its words."""
    return columns(headings, "x")
