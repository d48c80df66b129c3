"""The one table maker: a frame as an HTML table with caption, scopes, notes, and its cells to
download."""

import base64
import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import jinja2
import numpy as np
import pandas as pd
from markupsafe import Markup, escape

from followup.files import harmless
from followup.show.numbers import DASH, FORMATS, UNKNOWN
from followup.show.palette import YES

MIMETYPE = "application/vnd.notebook-report.table+json"
SHORT, PROSE = 14, 40  # letters of a column's longest cell: does not wrap; wants room
LONG, LAST = 40, 10  # a longer table shows its first rows, its last, and between them the notable
FEW, NOTABLE = 2, 10  # rows that share what makes them notable; in all
FILTERED = 1_000  # rows that a filter can find; of a longer table not all are on the page
RECORDED = 20_000  # cells that a sheet of the workbook has room for
MOST_CODES = 100  # in a cell that lists who replied; of more a table counts
SAVED = {"cleaning_log": "cleaning_log.csv"}  # tables that are a file beside the pages
INSIDE = 60_000  # letters of a CSV that a page holds; a longer one is a file beside it
HIDDEN = '<span class="visually-hidden"> ({})</span>'
# What a table needs in JupyterLab and in plain nbconvert; the report's page has a style sheet of
# its own and takes this out.
STYLE = (
    "<style>table.data{font-variant-numeric:tabular-nums}"
    "table.data caption{caption-side:top;text-align:left;font-weight:600;color:inherit}"
    "table.data :is(th,td){text-align:left!important;vertical-align:top}"
    "table.data :is(th,td).number{text-align:right!important;white-space:nowrap}"
    "table.data .strong>*{font-weight:600}"
    "table.data :is(th,td).spanner{text-align:center!important}"
    "table.data abbr{text-decoration:none}"
    "table.data td[style]{background:color-mix(in srgb,"
    f"{YES} calc(var(--shade)*40%),transparent)}}"
    # In JupyterLab's dark theme a drawing's ink is light, as on the page in the dark.
    "[data-jp-theme-light=false] figure img{filter:invert(.92) hue-rotate(180deg)}"
    ".visually-hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}"
    "</style>"
)
TEMPLATE = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string("""
<table class="data{{ " " if kind }}{{ kind }} mathjax_ignore"
{%- if id %} id="{{ id }}"{% endif %}
{%- if filter_by %} data-filter="{{ filter_by }}"{% endif %}>
<caption>{{ caption }}</caption>
<thead>
{% if spanners %}
<tr>{% for text, width in spanners %}
{% if text %}
<th scope="colgroup" colspan="{{ width }}" class="spanner">{{ text }}</th>
{%- else %}
<td{% if width > 1 %} colspan="{{ width }}"{% endif %}></td>
{%- endif %}
{% endfor %}
</tr>
{% endif %}
<tr>{% for column in columns %}
<th scope="col"{% if column.kind %} class="{{ column.kind }}"{% endif %}>{{ column.label }}</th>
{%- endfor %}
</tr>
</thead>
{% for group, rows in groups %}
<tbody>
{% if group %}
<tr class="group"><th scope="rowgroup" colspan="{{ columns | length }}">{{ group }}</th></tr>
{% endif %}
{% for row in rows %}
{% if row.words %}
<tr class="left-out"><td colspan="{{ columns | length }}">{{ row.words }}</td></tr>
{% else %}
<tr{% if row.strong %} class="strong"{% endif %}{% if row.more %} class="more" hidden{% endif %}>
{#- #}<th scope="row"{% if row.member %} class="member"{% endif %}>{{ row.name }}</th>
{%- for cell in row.cells %}
<td{% if cell[1] %} class="{{ cell[1] }}"{% endif %}
{%- if cell[2] %} style="--shade: {{ cell[2] }}"{% endif %}>{{ cell[0] }}</td>
{%- endfor %}
</tr>
{% endif %}
{% endfor %}
</tbody>
{% endfor %}
</table>
{% if notes %}
<div class="table-notes">{% for note in notes %}<p>{{ note }}</p>{% endfor %}</div>
{% endif %}
<p class="download"><a download="{{ name }}.csv" href="{{ href }}">
{{- "Download " ~ download_name ~ " (CSV)" }}</a></p>
""".strip())  # fmt: skip


@dataclass(frozen=True, eq=False)
class Shown:
    """Something for a notebook to show: `data` is HTML, `record` what a workbook makes of a
    table."""

    data: str
    record: dict | None = None

    def _repr_mimebundle_(self, **_: object) -> dict:
        bundle: dict = {"text/html": self._repr_html_()}
        return bundle | {MIMETYPE: self.record} if self.record else bundle

    def _repr_html_(self) -> str:
        return f"{STYLE}{self.data}"  # even where the data is marked up

    def __add__(self, other: "Shown | None") -> "Shown":
        if other is None:
            return self
        return Shown(self.data + other.data, self.record or other.record)


def table(
    frame: pd.DataFrame,
    caption: str,
    name: str,
    labels: Mapping[Any, str] | None = None,
    rows: Mapping[Any, str] | None = None,
    formats: Mapping[Any, str] | None = None,
    notes: Iterable[str] = (),
    stub: str = "",
    spanners: Mapping[str, list] | None = None,
    strong: Iterable[object] = ("total",),
    groups: str | None = None,
    filter_by: str = "",
    download: pd.DataFrame | None = None,
    kind: str = "",
    shaded: pd.DataFrame | None = None,
    members: Iterable[object] = (),
    when: bool = True,
    most: int | None = LONG,
    in_workbook: bool = True,
) -> Shown | None:
    """Show a frame as a table; nothing unless `when`.

    Parameters
    ----------
    frame : a row of the table a row, its index the rows' names; text is escaped unless it is
        `markupsafe.Markup` (which only a column of dtype object keeps). Of two row keys the first
        heads its rows; of two levels of columns the upper stands above its columns.
    caption : what the table shows; a name `table_3` puts `Table 3.` before it.
    name : of the file that the link downloads, without ending.
    labels, rows : heading of each column, name of each row; what they lack is shown as it is, True
        and False as yes and no.
    formats : by column a kind of number (`share`, `count`, `number`, `p`, `ratio`, `points`), or
        `text` for figures in words.
    stub : heading of the rows' names; the index's name where empty.
    spanners : a heading over several neighbouring columns.
    strong : rows set in bold.
    groups : a column whose values head the rows that have them.
    filter_by : what a reader may filter the rows by, in words; empty for no such field.
    download : what the link holds, if not the frame.
    kind : a class of its own in the page's style sheet.
    shaded : how dark a cell's ground is, from 0 to 1, by row and column; what it lacks is not
        shaded.
    members : rows whose name is a member's, which a page can mark.
    most : of more rows only the first, the last and the notable are shown (that alone have the
        most of a column, or the least share), and where all are; None shows all. A filter finds
        the others too, of up to 1,000 rows.
    in_workbook : whether the report's workbook has it too, where a sheet has room.

    Raises
    ------
    ValueError
        Two columns have one name, a kind of number is not one of those above, or a spanner's
        columns are not neighbours.
    """
    if not when:
        return None
    formats, labels, rows = dict(formats or {}), labels or {}, rows or {}
    saved = f"tables/{name}.csv" if name.startswith("table_") else SAVED.get(name, "")
    whole = frame if download is None else download
    large = len(frame) > FILTERED
    csv = "" if saved and whole.size > RECORDED else _csv(frame, download)
    href = saved
    if not saved or (csv and len(csv) <= INSIDE):
        href = f"data:text/csv;base64,{base64.b64encode(csv.encode()).decode()}"
    frame, groups, labels, formats, spanners = _one_level(frame, groups, labels, formats, spanners)
    spanners = spanners or _over_yes_and_no(frame.columns, labels)
    _refuse(frame, formats)
    stub = stub or str(frame.index.name or "").replace("_", " ").capitalize()
    every, bold, named = frame, set(strong), set(members)
    is_marked = large and every.map(lambda cell: isinstance(cell, Markup)).any(axis=None)
    in_workbook = in_workbook and every.size <= RECORDED and not is_marked
    if groups:
        groups_in_order = pd.factorize(frame[groups], use_na_sentinel=False)[0]
        frame = frame.iloc[np.argsort(groups_in_order, kind="stable")]
    numbers, gaps = np.arange(len(frame)), dict[int, str]()
    visible = numbers
    if most is not None and len(frame) > most:
        notable = [] if groups else _notable(frame, formats, bold)
        visible, gaps = _shortened(len(frame), most, notable, in_workbook)
    if large or not filter_by:
        filter_by, numbers, frame = "", visible, frame.iloc[visible]
    more = np.isin(numbers, visible, invert=True).tolist()
    body = frame.drop(columns=groups) if groups else frame
    kinds = {column: _kind(body[column], formats.get(column)) for column in body}
    cells = [[_cell(value, formats.get(column)) for value in body[column]] for column in body]
    shades = _shades(shaded, body)
    lines: list[dict] = [
        {"name": rows.get(key, _name(key)), "strong": key in bold, "member": key in named,
         "number": number, "more": more[row],
         "cells": [(cells[place][row], kinds[column], shades[row][place])
                   for place, column in enumerate(body)]}
        for row, (number, key) in enumerate(zip(numbers.tolist(), frame.index, strict=True))
    ]  # fmt: skip
    title = (
        f"{name.replace('table_', 'Table ')}. {caption}" if name.startswith("table_") else caption
    )
    heads = [{"label": stub, "kind": ""}]
    heads += [
        {"label": labels.get(column, str(_name(column))), "kind": kinds[column]} for column in body
    ]
    groups_of_lines = _grouped(frame[groups], lines) if groups else [("", lines)]
    if not len(every):
        groups_of_lines = [("", [{"words": "There is nothing to show."}])]
    text = TEMPLATE.render(
        id=re.sub(r"[^\w-]|_", "-", name),
        caption=title, name=name, columns=heads, kind=kind, filter_by=filter_by, notes=list(notes),
        groups=_with_gaps(groups_of_lines, gaps),
        spanners=_spanned(list(body), spanners or {}),
        href=href, download_name=name.replace("_", " "),
    )  # fmt: skip
    above = {column: f"{text}: " for text, group in (spanners or {}).items() for column in group}
    inner = [groups] if groups else []
    if not in_workbook:
        return Shown(text, {"name": name, "title": title, "left_out": True})
    body = every.drop(columns=groups) if groups else every
    record = {
        "name": name,
        "title": title,
        "notes": list(notes),
        "csv": csv,
        "columns": [{"label": stub, "format": ""}]
        + [{"label": str(labels.get(one) or _in_words(one)), "format": ""} for one in inner]
        + [
            {
                "label": above.get(column, "") + str(labels.get(column) or _in_words(column)),
                "format": formats.get(column, ""),
            }
            for column in body
        ],
        "keys": [str(key) for key in every.index],
        "cells": [
            [_recorded(rows.get(key, _name(key))), *map(_recorded, [*above_it, *values])]
            for key, above_it, values in zip(
                every.index,
                every[inner].to_numpy(dtype=object),
                body.to_numpy(dtype=object),
                strict=True,
            )
        ],
    }
    return Shown(text, record)


def _csv(frame: pd.DataFrame, download: pd.DataFrame | None) -> str:
    """What a table's link holds, as CSV."""
    whole = frame.reset_index(allow_duplicates=True) if download is None else download
    return harmless(whole).to_csv(index=False, float_format="%.12g")


def _recorded(value: object) -> object:
    """What a workbook makes a cell of: a number as it is, HTML of ours as such, else text; None if
    missing."""
    if isinstance(value, Markup):
        return {"html": str(value)}
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if pd.api.types.is_number(value) and not _missing(value):
        number = value.item() if isinstance(value, np.generic) else value
        return "infinite" if number in (np.inf, -np.inf) else number
    return None if _missing(value) else str(value)


def _in_words(column: object) -> str:
    """The heading of a column that has no other."""
    text = str(_name(column)).replace("_", " ")
    return text[:1].upper() + text[1:]


def _missing(value: object) -> bool:
    return bool(pd.api.types.is_scalar(value) and pd.isna(value))  # type: ignore[call-overload]


def _shades(shaded: pd.DataFrame | None, body: pd.DataFrame) -> list[list[str]]:
    """How dark the ground of each cell of a table is, as the page's style sheet takes it; empty for
    none."""
    if shaded is None:
        return [[""] * len(body.columns)] * len(body)
    placed = shaded.reindex(index=body.index, columns=body.columns).astype(float)
    return [["" if pd.isna(one) else f"{one:.2f}" for one in row] for row in placed.to_numpy()]


def _one_level(
    frame: pd.DataFrame,
    groups: str | None,
    labels: Mapping,
    formats: dict,
    spanners: Mapping | None,
) -> tuple[pd.DataFrame, str | None, Mapping, dict, Mapping | None]:
    """Give a frame of two row keys or two levels of columns one of each: what is above becomes a
    heading."""
    if frame.index.nlevels > 2 or frame.columns.nlevels > 2:
        raise ValueError(
            "a table has at most two row keys and two levels of columns: reset_index()"
        )
    if frame.columns.nlevels == 2:
        columns: list[tuple] = list(frame.columns)  # type: ignore[arg-type]
        uppers = dict.fromkeys(upper for upper, _ in columns)
        above = {
            str(labels.get(one, _name(one))): [c for c in columns if c[0] == one] for one in uppers
        }
        labels = {
            column: labels.get(column, labels.get(column[1], _name(column[1])))
            for column in columns
        }
        formats = {column: formats.get(column, formats.get(column[1], "")) for column in columns}
        frame, spanners = (
            frame.set_axis(pd.Index(columns, tupleize_cols=False), axis=1),
            spanners or above,
        )
    if frame.index.nlevels == 2:
        if groups:
            raise ValueError("a table with two row keys has its groups already: leave `groups` out")
        groups = str(frame.index.names[0] or "group")
        frame = frame.rename_axis(index=[groups, str(frame.index.names[1] or "")]).reset_index(
            level=0
        )
    return frame, groups, labels, formats, spanners


def _over_yes_and_no(columns: pd.Index, labels: Mapping) -> dict[str, list]:
    """Put the columns' name, as a cross-table has it, over those that are only called yes and
    no."""
    flags = [one for one in columns if isinstance(one, bool | np.bool_) and one not in labels]
    if not flags or columns.name is None or re.fullmatch(r"col_\d+", str(columns.name)):
        return {}  # pandas calls a column col_0 that has no name
    heading = str(columns.name).replace("_", " ").capitalize()
    return {labels.get(columns.name, heading): flags}


def _refuse(frame: pd.DataFrame, formats: Mapping) -> None:
    twice = list(dict.fromkeys(map(str, frame.columns[frame.columns.duplicated()])))
    if twice:
        raise ValueError(
            f"columns with one name: {', '.join(twice)}; rename them before showing the table"
        )
    kinds = set(formats.values()) - {*FORMATS, "text", ""}
    if kinds:
        raise ValueError(
            f"no kind of number: {', '.join(sorted(kinds))}; "
            f"there are {', '.join(FORMATS)} and text"
        )


def _name(key: object) -> object:
    """The name of a row or column that has no other: True and False are yes and no, a missing one
    is not known."""
    if isinstance(key, str):
        return key
    if isinstance(key, bool | np.bool_):
        return "Yes" if key else "No"
    return UNKNOWN if _missing(key) else key


def _cell(value: object, kind: str | None) -> object:
    if isinstance(value, str):
        return value if isinstance(value, Markup) or value else DASH
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return DASH
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if kind in FORMATS:
        return FORMATS[kind](value)  # type: ignore[arg-type]
    if isinstance(value, float | np.floating):
        return f"{value:,.0f}" if value == round(float(value), 9) // 1 else f"{value:,.4g}"
    return str(value)


def _kind(column: pd.Series, kind: str | None) -> str:
    """How a column is set: figures to the right, a word or two on one line, prose with room."""
    numeric = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    if kind or numeric:
        return "number"
    longest = max((len(str(text)) for text in column), default=0)
    return "short" if longest <= SHORT else "prose" if longest >= PROSE else ""


def _grouped(group: pd.Series, lines: list[dict]) -> list[tuple[str, list[dict]]]:
    """The rows under the heading that they share; none is lost where the heading is missing. A row
    without a name, as a cross-table's margin, takes the heading's."""
    heads = [str(_name(head)) for head in group]
    for place, line in enumerate(lines):
        if line["name"] == "" and heads.count(heads[place]) == 1:
            line["name"], heads[place] = heads[place], ""
    return [
        (head, [line for line, own in zip(lines, heads, strict=True) if own == head])
        for head in dict.fromkeys(heads)
    ]


def _shortened(
    total: int, most: int, notable: Iterable[int], in_workbook: bool
) -> tuple[np.ndarray, dict[int, str]]:
    """Which of so many rows are shown: the first, the last, and between them the notable; and the
    line of words that stands before some of them."""
    last = min(LAST, most // 2)
    first, end = most - last, total - last
    between = [number for number in notable if first <= number < end][:NOTABLE]
    places = "the file below and in the workbook" if in_workbook else "the file below"
    gaps = {first: f"… {total - most - len(between):,} more rows: all {total:,} are in {places}."}
    if between:
        gaps[first] += " Among them, the highest of each column and the lowest share:"
        gaps[end] = f"The last {last} rows:"
    return np.array([*range(first), *between, *range(end, total)]), gaps


def _notable(frame: pd.DataFrame, formats: Mapping, strong: set) -> list[int]:
    """The rows that alone, or nearly so, have the most of a column of numbers, or the least
    share."""
    rows: set[int] = set()
    for column in frame.select_dtypes("number"):
        values = frame[column].to_numpy(float, na_value=np.nan).copy()
        values[frame.index.isin(list(strong))] = np.nan
        if np.isnan(values).all():
            continue
        ends = {np.nanmax(values), *([np.nanmin(values)] if formats.get(column) == "share" else [])}
        for end in ends:
            own = np.flatnonzero(values == end)
            rows |= set(own.tolist()) if len(own) <= FEW else set()
    return sorted(rows)


def _with_gaps(
    groups: list[tuple[str, list[dict]]], gaps: Mapping[int, str]
) -> list[tuple[str, list[dict]]]:
    """Put each line of words before the first row from its number on."""
    left, result = dict(gaps), []
    for head, lines in groups:
        own: list[dict] = []
        for line in lines:
            due = [number for number in left if number <= line.get("number", -1)]
            own += [{"words": left.pop(number)} for number in due]
            own.append(line)
        result.append((head, own))
    return result


def _spanned(columns: list, spanners: Mapping[str, list]) -> list[tuple[str, int]]:
    """The row above the headings: each spanner with its width, and nothing over the columns that
    have none."""
    if not spanners:
        return []
    over = {column: text for text, group in spanners.items() for column in group}
    absent = [str(column) for column in over if column not in columns]
    if absent:
        raise ValueError(f"a spanner names columns that the table lacks: {', '.join(absent)}")
    row: list[tuple[str, int]] = [("", 1)]
    for column in columns:
        text = over.get(column, "")
        if row[-1][0] == text:
            row[-1] = (text, row[-1][1] + 1)
        else:
            row.append((text, 1))
    texts = [text for text, _ in row if text]
    if len(texts) != len(set(texts)):
        raise ValueError("the columns of a spanner are not neighbours: put them in order")
    return row


def marked_codes(
    codes: str,
    underlined: Iterable[str] = (),
    bold: Iterable[str] = (),
    names: Mapping[str, str] | None = None,
    underlined_means: str = "",
    bold_means: str = "",
) -> Markup:
    """Give codes joined by a space as HTML joined by commas, some underlined, some bold; nobody is
    a dash.

    A code that `names` has says its name to whoever points at it, and is found by it. What a mark
    means can be said in words too, which only a screen reader reads.
    """
    under, strong, titles = set(underlined), set(bold), names or {}

    def mark(code: str) -> str:
        text = html.escape(code)
        text = (
            f'<abbr title="{html.escape(titles[code])}">{text}</abbr>' if code in titles else text
        )
        text = f"<u>{text}</u>" if code in under else text
        text = f"<strong>{text}</strong>" if code in strong else text
        meanings = [underlined_means] * (code in under) + [bold_means] * (code in strong)
        return text + (HIDDEN.format(html.escape(", ".join(meanings))) if any(meanings) else "")

    return Markup(", ".join(mark(code) for code in codes.split()) or DASH)


def marked_members(
    members: pd.DataFrame, actions: list[str], outcome: str, names: Mapping[str, str], noun: str
) -> pd.DataFrame:
    """Mark in a table of members who took an action and reported the outcome too.

    Parameters
    ----------
    members : a row a workshop, codes joined by a space in a column an action and one for the
        outcome; counts where no reply names its administration.
    actions, outcome : the columns.
    names : of the administrations, by code.
    noun : the outcome in words.

    Returns
    -------
    The same table as HTML. Underlined: took the action and reported the outcome. Bold: reported it
    and took any of the actions. What is marked is said in words too, for those who hear the table.
    Counts stay as they are.
    """
    if members.map(str.isdecimal).all(axis=None):
        return members.astype(object)

    def cell(codes: str, others: set[str], mark: str, words: str) -> Markup:
        both = [code for code in codes.split() if code in others]
        note = f"{words}: {', '.join(both)}." if both else ""
        marked = marked_codes(codes, **{mark: both}, names=names)  # type: ignore[arg-type]
        return marked + Markup('<span class="visually-hidden"> {}</span>').format(note)

    def row(cells: pd.Series) -> list[Markup]:
        reported = set(cells[outcome].split())
        acted = set(" ".join(cells[actions]).split())
        took = [cell(cells[one], reported, "underlined", f"With {noun}") for one in actions]
        return [*took, cell(cells[outcome], acted, "bold", "With any of the actions")]

    marked = [row(cells) for _, cells in members.iterrows()]
    return pd.DataFrame(marked, index=members.index, columns=[*actions, outcome], dtype=object)


def key_figures(figures: pd.DataFrame) -> Shown | None:
    """Show key figures.

    Parameters
    ----------
    figures : a row a figure: `share`, a Fact, `phrase`, what it is, and `otherwise`, what other
        readings of the source give; one that is not known is left out.
    """
    readings = [f"; in other readings {text}" if text else "" for text in figures["otherwise"]]
    cards = "".join(
        f'<li><span class="value">{html.escape(fact.share)}</span> '
        f'<span class="label">{html.escape(phrase)}</span> '
        f'<span class="base">{html.escape(fact.base + reading)}</span></li>'
        for fact, phrase, reading in zip(figures["share"], figures["phrase"], readings, strict=True)
        if fact.known
    )
    return Shown(f'<ul class="key-figures">{cards}</ul>') if cards else None


def folded(summary: str, content: Shown | None) -> Shown | None:
    """Fold something away below a line that opens it; nothing stays nothing."""
    if content is None:
        return None
    line = f"<summary>{escape(summary)}</summary>"
    return Shown(f'<details class="screen">{line}{content.data}</details>', content.record)


def changes(frame: pd.DataFrame, caption: str, name: str, stub: str, previous: str) -> Shown | None:
    """Show shares beside those of the previous round, as `previous_round.changes` gives them;
    nothing where there are none.

    Parameters
    ----------
    previous : what the previous round is called, such as "round of 2020".
    """
    compared = frame["change"].notna().any()
    notes = ["The interval is Newcombe's, of chance only."] if compared else []
    if not all(fact.has_base for fact in frame["previous"]):
        notes.append(f"Printed without its base, a share of the {previous} is not compared.")
    labels = {"previous": previous.capitalize(), "now": "This round"}
    labels |= {"in_words": "Change in percentage points, 95% interval"} if compared else {}
    return table(
        frame[list(labels)],
        caption,
        name,
        labels=labels,
        stub=stub,
        formats=dict.fromkeys(labels, "text"),
        strong=(),
        notes=notes,
        download=frame[["fact", "change", "low", "high"]],
        kind="unnumbered",
        when=len(frame) > 0,
    )


def examples(frame: pd.DataFrame, name: str, event: str) -> Shown | None:
    """Show examples of good practice, those of a theme together; nothing where there are none.

    Parameters
    ----------
    frame : as `tables.examples_of` gives it.
    event : the word for what the examples followed.
    """
    planned = int((frame["status"] == "Planned").sum())
    several = f"{'all' if planned == len(frame) else planned} of them " if len(frame) > 1 else ""
    status = f", {several}only planned" if planned else ""
    return table(
        frame,
        f"{len(frame)} {'example' if len(frame) == 1 else 'examples'}{status}",
        name,
        labels={
            "example": "What was done or planned",
            "workshop": event.capitalize(),
            "status": "Status",
        },
        stub="Administration",
        strong=(),
        groups="theme",
        filter_by=f"administration, {event} or word",
        kind="examples unnumbered",
        members=set(frame.index) - {"Not named"},
        when=len(frame) > 0,
    )
