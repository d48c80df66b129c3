"""The tables of a draft, known by what they hold, in the form of a publication's table_N.csv."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pandas as pd

from followup.tables import TOTAL
from publication_audit.draft.document import Block, Cell, Document
from publication_audit.draft.subjects import Subjects
from publication_audit.number_formats import COUNT
from publication_audit.printed import as_marked

NAME = re.compile(r"[^\s,;*_]+")
CODE = re.compile(r"[A-Z]{2,3}")
WORDS = re.compile(r"[^\W\d]{3}.*[^\W\d]{3}")  # of a text, and not of a share with its base
NOTHING = re.compile(r"[-–—0 ]*")
FIGURE = re.compile(r"\d[\d,]*(\.\d+)?\s*%?( ?\(\d+(\.\d+)?\s*%\))?")
TOTAL_ROW = re.compile(
    r"\s*(grand |overall )?totals?\b|all( (?!others)\w+s)?$|overall$|sum$", re.IGNORECASE
)
SCOPE_ROW = re.compile(r"\b(sub-?\s?totals?|all|total)\b", re.IGNORECASE)
QUANTITIES = {
    "rank": re.compile(r"\b(rank|place|position)\b", re.I),
    "reply_rate": re.compile(
        r"(reply|response|return) rate|rate of (reply|response|return)|^rate\b", re.I
    ),
    "share": re.compile(r"\b(share|proportion|per ?cent(age)?)\b|%", re.I),
    "invited": re.compile(
        r"invit\w+|participat\w+ (administrations|members)|took part|\b(sent|asked)\b", re.I
    ),
    "replies": re.compile(
        r"\b(repl(ies|y|ied)|respon(ses|dents|ded)|answer(s|ed)|return(s|ed)|received)\b", re.I
    ),
    "yes": re.compile(r"yes", re.I),
    "no": re.compile(r"no", re.I),
}
WHOLE = ("yes", "no")


@dataclass
class ReadTable:
    """A table with what each of its rows and columns stands for; empty where that is not known.

    Parameters
    ----------
    name : `table_1` … where the round has such a table; empty for another.
    outcome : that it is about; empty where it is about none.
    rows : a workshop, scope, `total`, `led` or `attributed` by the number of the row.
    columns : `title`, `invited`, `replies`, `reply_rate`, `share`, `rank`, `yes`, `no`, an action
        or outcome by the number of the column.
    cells : by row and column.
    """

    block: Block
    caption: str
    name: str = ""
    outcome: str = ""
    rows: dict[int, str] = field(default_factory=dict)
    columns: dict[int, str] = field(default_factory=dict)
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)

    def printed(self, row: int, column: int) -> str:
        cell = self.cells.get((row, column))
        return marked_text(cell) if cell else ""

    @property
    def frame(self) -> pd.DataFrame:
        """As text in the form of table_N.csv, indexed by `workshop`."""
        columns = {name: number for number, name in self.columns.items()}
        order = {name: columns[name] for name in self.order if name in columns}
        values = [
            {
                name: (self.title(row) if name == "title" else self.printed(row, column))
                for name, column in order.items()
            }
            for row in self.rows
        ]
        index = pd.Index(list(self.rows.values()), name="workshop")
        frame = pd.DataFrame(values, index, list(order), dtype=str)
        titled = frame["title"].where(~frame.index.isin([TOTAL]), "").astype(bool)
        return frame if titled.any() else frame.drop(columns="title")

    @property
    def order(self) -> list[str]:
        others = [name for name in self.columns.values() if name not in ("title", "")]
        return ["title", *others]

    def title(self, row: int) -> str:
        name = self.rows[row]
        texts = {"led": "led to the outcome", "attributed": "attributed to the actions"}
        number = re.compile(rf"\(?{re.escape(name)}[.)]*\s+(?=\S{{2}})")
        return texts.get(name) or number.sub("", self.heading(row), count=1)

    def heading(self, row: int) -> str:
        """What a row is called, without its number."""
        return " ".join(
            text for text in self.stub(row) if not re.fullmatch(r"\(?\w{1,3}[.)]*", text)
        )

    def head(self, column: int) -> str:
        """The headings above a column's first row."""
        first = min(self.rows, default=1)
        texts = [
            cell.text
            for (row, start), cell in self.cells.items()
            if (cell.header or row < first) and start <= column < start + cell.column_span
        ]
        return " ".join(" ".join(texts).split())

    def title_column(self, row: int) -> int:
        """The column that a row's title stands in, beside its number."""
        titles = [one for one, name in self.columns.items() if name == "title"]
        filled = [one for one in titles if len(self.printed(row, one)) > 3]
        return (filled or titles or [0])[0]

    def stub(self, row: int) -> list[str]:
        first = min((one for one, name in self.columns.items() if name != "title"), default=1)
        texts = [self.printed(row, column) for column in range(first)]
        return [text for text in texts if text]


def marked_text(cell: Cell) -> str:
    """A cell's text; where it lists members, with their marks as in table_N.csv.

    Between two members stands a comma and a space as in print, or a space where print has none.
    """
    text = " ".join(cell.text.split())
    text = "-" if re.fullmatch(r"[–—]", text) else text
    if not re.search(r"[A-Z]{2}", text) or len(NAME.findall(text)) == 0:
        return text
    names = [match for match in NAME.finditer(cell.text) if re.search(r"\w", match[0])]
    if not all(CODE.fullmatch(match[0]) for match in names):
        return text
    styles = [run for run in cell.runs for _ in run.text]
    marked, end = "", 0
    for match in names:
        style = styles[match.start()]
        between = cell.text[end : match.start()]
        marked += ", " if "," in between else "; " if ";" in between else " " if marked else ""
        marked += as_marked(match[0], style.underline, style.bold)
        end = match.end()
    return marked


def lists_members(text: str) -> bool:
    return re.fullmatch(r"[*_]*[A-Z]{2,3}[*_]*([,;]? [*_]*[A-Z]{2,3}[*_]*)*", text) is not None


def read_tables(document: Document, subjects: Subjects) -> list[ReadTable]:
    """Read every table of a draft; a second one of a name is another table without one."""
    tables: list[ReadTable] = []
    for place, block in enumerate(document.blocks):
        if block.kind != "table":
            continue
        table = read_table(block, caption_of(document, place), subjects)
        if table.name in {one.name for one in tables}:
            table.name = ""
        tables.append(table)
    return tables


def caption_of(document: Document, place: int) -> str:
    """The text that names a table: just above it, or just below where that begins with Table."""
    around = (place - 1, place + 1)
    texts = [document.blocks[one].text for one in around if 0 <= one < len(document.blocks)]
    captions = [text for text in texts if re.match(r"\W*Table\s+\d", text, re.IGNORECASE)]
    return (captions or texts or [""])[0]


def read_table(block: Block, caption: str, subjects: Subjects) -> ReadTable:
    table = ReadTable(block, caption)
    for row in block.rows:
        for cell in row:
            table.cells[cell.row, cell.column] = cell
    width = 1 + max((column for _, column in table.cells), default=0)
    first = _first_of_body(block, subjects)
    table.columns = dict(_columns(table, first, width, subjects))
    table.rows = dict(_rows(table, first, subjects))
    section = " ".join(block.section[-2:])
    table.outcome = _outcome(table, f"{caption} {section}", subjects)
    table.name = _name(table, subjects)
    return table


def _first_of_body(block: Block, subjects: Subjects) -> int:
    """The first row that stands for a workshop, or in a table without any for an option."""
    numbers = range(len(block.rows))
    places = (row for row in numbers if _row_name(block, row, subjects))
    stubs = (" ".join(cell.text for cell in row[:1]) for row in block.rows)
    options = (row for row, stub in enumerate(stubs) if row and subjects.option_of(stub))
    return next(places, next(options, 0))


def _row_name(block: Block, row: int, subjects: Subjects) -> str:
    texts = [
        cell.text.strip() for cell in block.rows[row] if not FIGURE.fullmatch(cell.text.strip())
    ]
    text = " ".join(texts[:2])
    cells = block.rows[row]
    if cells and FIGURE.fullmatch(cells[0].text.strip()):
        text = f"{cells[0].text} {texts[0] if texts and not lists_members(texts[0]) else ''}"
    if SCOPE_ROW.search(text) and (scopes := subjects.scopes_in(text)):
        return scopes[0].name
    if TOTAL_ROW.match(text):
        return TOTAL
    return subjects.workshop_of(text)


def _rows(table: ReadTable, first: int, subjects: Subjects) -> Iterator[tuple[int, str]]:
    """Yield what each row of the body stands for; below the total of a list, its two summaries."""
    names: set[str] = set()
    for row in range(first, len(table.block.rows)):
        name = _row_name(table.block, row, subjects)
        if not name and TOTAL in names:
            name = _summary(table, row, subjects)
        if name and name not in names:
            names.add(name)
            yield row, name


def _summary(table: ReadTable, row: int, subjects: Subjects) -> str:
    actions = set(subjects.survey_round.action_ids)
    figures = {
        name
        for column, name in table.columns.items()
        if COUNT.fullmatch(table.printed(row, column))
    }
    options = set(subjects.survey_round.options)
    return "led" if figures & actions else "attributed" if figures & options else ""


def _columns(
    table: ReadTable, first: int, width: int, subjects: Subjects
) -> Iterator[tuple[int, str]]:
    """Yield what each column stands for, by the headings above the first row of the body."""
    taken: set[str] = set()
    for column in range(width):
        headings = [
            " ".join(cell.text.split())
            for (row, start), cell in sorted(table.cells.items())
            if row < first and start <= column < start + cell.column_span
        ]
        body = [table.printed(row, column) for row in range(first, len(table.block.rows))]
        are_words = sum(
            len(text) > 15 and not lists_members(text) and WORDS.search(text) is not None
            for text in body
        )
        is_stub = are_words > len(body) / 2 or (column == 0 and not any(map(lists_members, body)))
        # The lowest heading tells most; where it tells nothing, all of them together may.
        texts = [*headings[-1:], " ".join(headings)]
        heads = (heading_name(text, subjects) for text in texts)
        name = "title" if is_stub else next(filter(None, heads), "")
        if name == "title" or name not in taken:
            taken.add(name)
            yield column, name


def heading_name(heading: str, subjects: Subjects) -> str:
    """The action, outcome or quantity that a heading names; empty where it names none."""
    option = subjects.option_of(heading)
    if option:
        return option
    for name, form in QUANTITIES.items():
        if (form.fullmatch if name in WHOLE else form.search)(heading.strip()):
            return name
    return ""


def _outcome(table: ReadTable, around: str, subjects: Subjects) -> str:
    survey_round = subjects.survey_round
    outcomes = [option.id for option in survey_round.outcomes]
    in_columns = [name for name in table.columns.values() if name in outcomes]
    named = [one.name for one in subjects.options(around) if one.kind == "outcome"]
    return next(iter([*in_columns, *named]), "")


def _name(table: ReadTable, subjects: Subjects) -> str:
    """The name of the round's table of the same form; only one of all events has one."""
    survey_round = subjects.survey_round
    columns, rows = set(table.columns.values()), set(table.rows.values())
    if not set(subjects.workshops["id"]) & rows:
        return ""
    actions = columns & set(survey_round.action_ids)
    cells = [table.printed(row, column) for row in table.rows for column in table.columns]
    if {"invited", "replies"} <= columns:
        return "table_1"
    if table.outcome and any(map(lists_members, cells)) and survey_round.pairs_of(table.outcome):
        return survey_round.tables_of(table.outcome)[-1]
    if table.outcome and {"yes", "no"} <= columns:
        return survey_round.tables_of(table.outcome)[0]
    return "table_2" if len(actions) > 1 and not any(map(lists_members, cells)) else ""
