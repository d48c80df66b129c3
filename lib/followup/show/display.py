"""How results are shown in a notebook: sentences made from facts, and tables, as HTML."""

import base64
import html
import re
import string
from collections.abc import Iterable, Mapping

import pandas as pd
from great_tables import GT, loc, style
from IPython.display import HTML

from followup.facts import Fact, by_name
from followup.files import harmless

UNKNOWN = "not known"
WORD, BRIEF, PROSE = (
    14,
    24,
    40,
)  # letters of the longest cell: a word or two, a short name, a text that wraps


def percent(value: float) -> str:
    """A share from 0 to 1 as a whole percentage, rounded half up as print does; `–` where missing."""
    return "–" if pd.isna(value) else f"{int(float(value) * 100 + 0.5 + 1e-9)}%"


def number(value: float) -> str:
    """A count with thousands separated; `–` where missing."""
    return "–" if pd.isna(value) else f"{float(value):,.0f}"


def p_value(value: float) -> str:
    """A p-value to two significant digits at most three decimals; `–` where missing."""
    if pd.isna(value):
        return "–"
    return "less than 0.001" if value < 0.001 else f"{value:.3f}" if value < 0.1 else f"{value:.2f}"


def ratio(value: float) -> str:
    """A ratio to two significant digits; `–` where missing, `infinite` where it has no limit."""
    if pd.isna(value):
        return "–"
    if value in (float("inf"), float("-inf")):
        return "infinite"
    return f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def points(value: float) -> str:
    """A difference of shares in percentage points with its sign; `–` where missing."""
    return "–" if pd.isna(value) else f"{value * 100:+.0f}".replace("-", "−")


FORMATS = {
    "share": percent,
    "count": number,
    "number": lambda value: f"{value:g}",
    "p": p_value,
    "ratio": ratio,
    "points": points,
}


IN_TABLES = {**FORMATS, "p": lambda value: p_value(value).replace("less than ", "&lt;")}


def fact_text(fact: Fact, part: str = "") -> str:
    """A fact in words: a share with its base, `38% (58 of 153)`; `part` picks `share`, `base`, `of` or `points`.

    >>> fact_text(Fact("reply_rate", 0.379, 58, 153, "share"))
    '38% (58 of 153)'
    """
    if pd.isna(fact.value):
        return UNKNOWN
    if part in ("base", "of"):
        return f"{number(fact.numerator)} of {number(fact.denominator)}"
    text = FORMATS[fact.unit](fact.value)
    with_base = fact.unit == "share" and part != "share" and not pd.isna(fact.denominator)
    return f"{text} ({number(fact.numerator)} of {number(fact.denominator)})" if with_base else text


class _Quoting(string.Formatter):
    """Fills `{reply_rate}` from the facts by name, `{word}` from words; what neither has raises KeyError."""

    def __init__(self, facts: Mapping[str, Fact], words: Mapping[str, str]) -> None:
        self.facts, self.words = facts, words

    def get_field(self, field_name: str, args: object, kwargs: object) -> tuple[object, str]:
        if field_name in self.words:
            return str(self.words[field_name]), field_name
        return self.facts[field_name], field_name

    def format_field(self, value: object, format_spec: str) -> str:
        return html.escape(fact_text(value, format_spec) if isinstance(value, Fact) else str(value))


def sentence(template: str, facts: pd.DataFrame, **words: str) -> str:
    """Fill a sentence with facts; every value is escaped, `**…**` in the template is bold.

    Parameters
    ----------
    template : text with names of facts in braces, as `{reply_rate}`; `{reply_rate:share}` leaves the base out.
    facts : the facts table.
    words : other values, as labels, by name.

    Raises
    ------
    KeyError
        A name is neither a fact nor a word.
    """
    bold = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", html.escape(template, quote=False))
    return _Quoting(by_name(facts), words).format(bold)


def say(template: str, facts: pd.DataFrame, **words: str) -> HTML:
    """Show one sentence made from facts; see `sentence`."""
    return HTML(f'<p class="finding">{sentence(template, facts, **words)}</p>')


def paragraphs(sentences: Iterable[str], kind: str = "finding") -> HTML:
    """Show sentences that are HTML already, a paragraph each."""
    return HTML("\n".join(f'<p class="{kind}">{text}</p>' for text in sentences))


def bullets(sentences: Iterable[str], kind: str = "findings") -> HTML:
    """Show sentences that are HTML already, as a list."""
    return HTML(
        f'<ul class="{kind}">' + "".join(f"<li>{text}</li>" for text in sentences) + "</ul>"
    )


def note(text: str) -> HTML:
    """Show a note in small print; the text is escaped."""
    return HTML(f'<p class="note">{html.escape(text)}</p>')


def key_figures(figures: Iterable[tuple[str, str, str]]) -> HTML:
    """Show key figures: value, what it is, and its base, all text."""
    cards = "".join(
        f'<li><span class="value">{html.escape(value)}</span> <span class="label">{html.escape(label)}</span> '
        f'<span class="base">{html.escape(base)}</span></li>'
        for value, label, base in figures
    )
    return HTML(f'<ul class="key-figures">{cards}</ul>')


def table(
    frame: pd.DataFrame,
    name: str,
    caption: str,
    labels: Mapping[str, str] | None = None,
    rows: Mapping[str, str] | None = None,
    formats: Mapping[str, str] | None = None,
    notes: Iterable[str] = (),
    stub: str = "Workshop",
    marked: Iterable[str] = (),
    spanners: Mapping[str, list[str]] | None = None,
    strong: Iterable[str] = ("total", "sub-regional", "regional"),
    download: pd.DataFrame | None = None,
    groups: str | None = None,
    filter_by: str = "",
    kind: str = "",
) -> HTML:
    """Show a table with caption, heading and row scopes, notes, and a link that downloads it as CSV.

    Parameters
    ----------
    frame : indexed by row; a column a column.
    name : the file that the link downloads, without its ending, as `table_1`.
    labels, rows : heading of each column, name of each row; what they lack is shown as it is.
    formats : kind of number by column (`share`, `count`, `p`, `ratio`, `points`; `text` for figures in words); others are text.
    marked : columns whose text is HTML made by `mark_members` (already escaped); all else is escaped.
    strong : rows set in bold.
    download : what the link holds; the frame itself where it is None.
    groups : a column whose values, each once, head the rows that have them; the rows of one value stand together.
    filter_by : what a reader may filter the rows by, in words, as `administration or workshop`; empty for no such field.
    kind : a class of its own in the page's style sheet.
    """
    shown = frame.rename(index=dict(rows or {})).rename_axis(stub).reset_index()
    built = (
        GT(shown, rowname_col=stub, groupname_col=groups, id=name)
        .tab_stubhead(stub)
        .cols_label(**dict(labels or {}))
    )
    for column, kind in (formats or {}).items():
        built = built if kind == "text" else built.fmt(IN_TABLES[kind], columns=column)
        built = built.cols_align("right", columns=column)
    for column in marked:
        built = built.fmt(str, columns=column)
    built = _fitted(
        built, frame.drop(columns=[*(formats or {}), *marked, *([groups] if groups else [])])
    )
    for spanner, columns in (spanners or {}).items():
        built = built.tab_spanner(spanner, columns)
    bold = [position for position, row in enumerate(frame.index) if row in set(strong)]
    if bold:
        built = built.tab_style(
            style.text(weight="bold"), [loc.body(rows=bold), loc.stub(rows=bold)]
        )
    for text in notes:
        built = built.tab_source_note(text)
    body = built.sub_missing(missing_text="–").as_raw_html()
    brief = "brief" if shown[stub].astype(str).str.len().max() <= BRIEF else ""
    start = f'<table class="{" ".join(filter(None, ("gt_table", kind, brief)))}"{filter_attribute(filter_by)}'
    head = f"<caption>{html.escape(caption)}</caption>"
    titled = re.sub(
        '<table class="gt_table"([^>]*>)', lambda found: f"{start}{found[1]}\n{head}", body, count=1
    )
    return HTML(titled + download_link(frame.reset_index() if download is None else download, name))


def _fitted(built: GT, texts: pd.DataFrame) -> GT:
    """A table whose columns of a word or two do not wrap, and whose columns of prose ask for room on a narrow screen."""
    longest = {
        column: max((len(str(text)) for text in texts[column]), default=0) for column in texts
    }
    short, long = (
        [c for c, size in longest.items() if size <= WORD],
        [c for c, size in longest.items() if size >= PROSE],
    )
    built = (
        built.tab_style(style.css("white-space: nowrap"), loc.body(columns=short))
        if short
        else built
    )
    return (
        built.tab_style(style.css("--room: 1"), loc.column_labels(columns=long)) if long else built
    )


def filter_attribute(words: str) -> str:
    """The attribute of a table for which the page's script offers a field that filters its rows by what the words say."""
    return f' data-filter="{html.escape(words)}"' if words else ""


def folded(summary: str, content: HTML, on_paper: str | None = None) -> HTML:
    """Fold something away below a line that opens it.

    Parameters
    ----------
    summary : the line, escaped here.
    on_paper : what stands in the content's place where the page is printed, escaped here; nothing if empty. Where it is None the
        content itself is printed.
    """
    inside = f"<summary>{html.escape(summary)}</summary>{content.data}"
    if on_paper is None:
        return HTML(f"<details>{inside}</details>")
    instead = f'<p class="on-paper">{html.escape(on_paper)}</p>' if on_paper else ""
    return HTML(f'<details class="screen">{inside}</details>{instead}')


def download_link(frame: pd.DataFrame, name: str) -> str:
    """A link that holds a table as CSV, so that it can be taken from the page without a network."""
    data = base64.b64encode(
        harmless(frame).to_csv(index=False, float_format="%.12g").encode()
    ).decode()
    link = f'<a download="{name}.csv" href="data:text/csv;base64,{data}">Download {name.replace("_", " ")} (CSV)</a>'
    return f'<p class="download">{link}</p>'
