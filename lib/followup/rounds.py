"""A round of the survey: what its round.toml declares, where its files are, and how they are read and written."""

import codecs
import csv
import difflib
import io
import keyword
import os
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from followup.problems import InputProblems, Problem, stop_if_any

if TYPE_CHECKING:
    import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
SEPARATORS = (",", ";", "\t")
LAST_COLUMNS = ["fact", "value", "numerator", "base"]
# Columns and figures that the report has itself: an action or outcome of that name would be taken for them.
RESERVED = {"workshop", "administration", "invited", "replies", "yes", "no", "title", "line", "index", "count"} | {
    *("response", "actions", "lessons", "associations", "sensitivity"),
    *("forest", "leave_one_out", "specifications", "power", "matrix"),
}
OPTION = {"id": str, "label": str, "phrase?": str, "noun?": str, "title?": str, "question?": str} | {
    "answer?": str,
    "heading?": str,
    "also?": [str],
}
# What round.toml holds, by key: a type, a list of one, or a table; `?` marks what may be left out.
SHAPE = {
    "round": {"year": int, "fiscal_year": str, "number": int, "title": str, "source": str, "office?": str, "office_name?": str}
    | {"stratum?": str, "strata?": str, "months_after?": int, "weeks_open?": int, "workshops_organised?": int},
    "actions": [OPTION],
    "outcomes": [OPTION],
    "pairs?": [{"outcome": str, "actions": [str], "composite?": bool, "why?": str}],
    "last_round?": [{"fact": str, "value": float, "base?": int}],
    "questionnaire?": {"file": str, "sheet?": str, "workshop?": str, "administration?": str}
    | {"keep_personal?": [str], "yes?": [str], "no?": [str], "unsure?": [str]},
    "questions?": [
        {"heading": str, "option?": str, "options?": [str], "base?": str, "other?": str, "none?": [str], "separator?": str}
        | {"yes?": [str], "no?": [str], "unsure?": [str]}
    ],
    "decisions?": [{"row": int, "was": str, "why": str, "drop?": bool, "keep?": bool, "workshop?": str, "administration?": str}],
    "publication?": {"title?": str, "published?": str},
    "rebuild?": {"replies": str, "lists": [str], "counts?": {}},
    "choices?": [{"id": str, "question": str, "alternatives": [{"id": str, "label": str, "edits": [{}]}]}],
}
KINDS = {str: "a text in quotes", int: "a whole number", float: "a number", bool: "true or false"}


@dataclass(frozen=True)
class Option:
    """An action or an outcome that the questionnaire offers, with the words the report uses for it."""

    id: str
    label: str
    phrase: str
    noun: str
    title: str = ""
    question: str = ""


@dataclass(frozen=True)
class Pair:
    """An outcome and the actions claimed to go with it; `composite` asks for "any of these actions" too."""

    outcome: str
    actions: tuple[str, ...]
    composite: bool
    why: str


@dataclass(frozen=True)
class Round:
    """One year's round: `settings` is round.toml as it stands, the rest is read from it."""

    year: int
    actions: tuple[Option, ...]
    outcomes: tuple[Option, ...]
    pairs: tuple[Pair, ...]
    settings: dict = field(repr=False, hash=False, compare=False)

    @property
    def fiscal_year(self) -> str:
        return self.settings["round"]["fiscal_year"]

    @property
    def number(self) -> int:
        return self.settings["round"]["number"]

    @property
    def title(self) -> str:
        return self.settings["round"]["title"]

    @property
    def office(self) -> str:
        return self.settings["round"].get("office", "")

    @property
    def office_name(self) -> str:
        """The office's name in full; empty where round.toml has none."""
        return self.settings["round"].get("office_name", "")

    @property
    def source(self) -> str:
        return self.settings["round"]["source"]

    @property
    def choices(self) -> list[dict]:
        return self.settings.get("choices", [])

    @property
    def stratum(self) -> str:
        """What the replies are about, in one word: a workshop, unless round.toml says otherwise."""
        return self.settings["round"].get("stratum", "workshop")

    @property
    def strata(self) -> str:
        return self.settings["round"].get("strata", f"{self.stratum}s")

    @property
    def last_round(self) -> list[dict]:
        """The round before's facts, each `fact, value` and, where the base is known, `numerator, base`.

        They are counted from that round's replies where it is here (10_clean_replies does so), else as round.toml prints them.
        """
        counted = self.read_before().to_dict("records")
        known = {last["fact"] for last in counted}
        return [*counted, *(last for last in self.settings.get("last_round", []) if last["fact"] not in known)]

    @property
    def action_ids(self) -> list[str]:
        return [action.id for action in self.actions]

    @cached_property
    def options(self) -> dict[str, Option]:
        return {option.id: option for option in (*self.actions, *self.outcomes)}

    @property
    def raw(self) -> Path:
        return ROOT / "data" / "raw" / str(self.year)

    @property
    def processed(self) -> Path:
        return ROOT / "data" / "processed" / str(self.year)

    @property
    def build(self) -> Path:
        """Where the steps write; the chain publishes from here when every step has succeeded."""
        return ROOT / "output" / ".build" / str(self.year)

    @property
    def output(self) -> Path:
        return ROOT / "output" / str(self.year)

    def pairs_of(self, outcome: str) -> tuple[str, ...]:
        """Ids of the actions declared with one outcome, in order; empty where no pair is declared."""
        return tuple(dict.fromkeys(action for pair in self.pairs if pair.outcome == outcome for action in pair.actions))

    def base_of(self, option: str) -> str:
        """Whose answers an action or outcome counts: `all` replies, or those that `ticked` an answer of its question."""
        questions = self.settings.get("questions", [])
        return next((question.get("base", "all") for question in questions if option in question.get("options", [])), "all")

    def file(self, name: str) -> str:
        """Path of one of the round's raw files below the project's root, for messages."""
        return (self.raw / name).relative_to(ROOT).as_posix()

    def section_of(self, outcome: str) -> str:
        """Number of an outcome's section, in the order that round.toml declares: 2.4, 2.5 …"""
        return f"2.{4 + [option.id for option in self.outcomes].index(outcome)}"

    def tables_of(self, outcome: str) -> list[str]:
        """Names of an outcome's tables, numbered in reading order: yes and no, then (with pairs) who acted and who saw it."""
        number, names = 3, {}
        for option in self.outcomes:
            names[option.id] = [f"table_{number + place}" for place in range(1 + bool(self.pairs_of(option.id)))]
            number += len(names[option.id])
        return names[outcome]

    def words(self, action: str, kind: str = "phrase") -> str:
        """The words for an action, an outcome, or a composite `a|b` ("shared … or organized …")."""
        return " or ".join(getattr(self.options[part], kind) for part in action.split("|"))

    def read_raw(self, name: str) -> "pd.DataFrame":
        """Read a raw CSV file as text, cell by cell as it stands; an empty cell is an empty string."""
        return read_text_table(self.raw / name)

    def read_workshops(self) -> "pd.DataFrame":
        """Workshops in published order: `id, title, topic, month, scope` (text) and `invited` (count, missing = not known).

        Where the file has them, `date`, `invited_administrations` and `other_titles` too; an empty month is the date's, an
        empty count that of the administrations named.
        """
        import pandas as pd

        workshops = self.read_raw("workshops.csv").astype("string")
        invited = pd.to_numeric(workshops["invited"], errors="coerce").astype("Int64")
        if "invited_administrations" in workshops:
            named = workshops["invited_administrations"].map(lambda names: len(listed(names))).astype("Int64")
            invited = invited.fillna(named.mask(named == 0))
        if "date" in workshops:
            workshops["month"] = workshops["month"].mask(workshops["month"] == "", workshops["date"].str[:7])
        return workshops.assign(invited=invited)

    def read_good_practices(self) -> "pd.DataFrame":
        """Examples of good practice, all columns as text; an empty frame where the round has none."""
        import pandas as pd

        columns = ["id", "section", "theme", "workshop", "administration", "example", "status", "attribution"]
        present = (self.raw / "good_practices.csv").is_file()
        return self.read_raw("good_practices.csv") if present else pd.DataFrame(columns=columns, dtype=str)

    def read_before(self) -> "pd.DataFrame":
        """The round before's facts that 10_clean_replies counted: `fact, value, numerator, base`; empty where it is not here."""
        import pandas as pd

        path = self.processed / "before.parquet"
        return pd.read_parquet(path) if path.is_file() else pd.DataFrame(columns=LAST_COLUMNS)

    def read_replies(self) -> "pd.DataFrame":
        """The replies table that 10_clean_replies wrote (DESIGN: one row a reply, nullable booleans)."""
        return _read_parquet(self.processed / "replies.parquet")

    def read_counts(self) -> "pd.DataFrame":
        """Printed counts of what is known only as counts: `workshop, variable, yes, no`; missing = not printed."""
        return _read_parquet(self.processed / "counts.parquet")

    def read_result(self, name: str) -> "pd.DataFrame":
        """A CSV that an earlier step wrote, e.g. `facts.csv`."""
        import pandas as pd

        path = self.build / name
        if not path.is_file():
            raise FileNotFoundError(f"{path.relative_to(ROOT)} is not there yet: run `make report YEAR={self.year}` first")
        return pd.read_csv(path, dtype={"workshop": "string", "row": "string"})

    def save(self, frame: "pd.DataFrame", name: str) -> Path:
        """Write a result as CSV (UTF-8, LF); no text cell can act as a formula. Returns the path."""
        return write(self.build / name, harmless(frame).to_csv(index=False, float_format="%.12g").encode())

    def save_processed(self, frame: "pd.DataFrame", name: str) -> Path:
        """Write a table of data/processed as parquet. Returns the path."""
        return write(self.processed / name, frame.to_parquet(index=False))

    def save_figure(self, svg: bytes, name: str) -> Path:
        """Write one figure's SVG. Returns the path."""
        return write(self.build / "figures" / f"{name}.svg", svg)


def years() -> list[int]:
    """Years that have a round (a folder of data/raw with a round.toml), in order."""
    return sorted(
        int(path.parent.name) for path in (ROOT / "data" / "raw").glob("[0-9]*/round.toml") if path.parent.name.isdigit()
    )


def open_round(year: int) -> Round:
    """Open the round of one year.

    Raises
    ------
    InputProblems
        There is no such round (the years that exist are named), or its round.toml cannot be used.
    """
    path = ROOT / "data" / "raw" / str(year) / "round.toml"
    file = path.relative_to(ROOT).as_posix()
    if not path.is_file():
        known = ", ".join(map(str, years())) or "none yet"
        raise InputProblems(
            [Problem(file, value=str(year), expected=f"a year that has a round: {known} (make round YEAR={year} starts one)")]
        )
    try:
        settings = tomllib.loads(decoded(path.read_bytes()).replace("\r\n", "\n"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputProblems([Problem(file, expected=f"a TOML file ({error})".replace(str(path), file))]) from None
    stop_if_any(shape_problems(settings, SHAPE, "", file))
    stop_if_any(settings_problems(settings, year, file))
    return Round(
        year=year,
        actions=tuple(_option(entry) for entry in settings["actions"]),
        outcomes=tuple(_option(entry) for entry in settings["outcomes"]),
        pairs=tuple(
            Pair(entry["outcome"], tuple(entry["actions"]), entry.get("composite", False), entry.get("why", ""))
            for entry in settings.get("pairs", [])
        ),
        settings=settings,
    )


def shape_problems(value: object, shape: object, place: str, file: str) -> Iterator[Problem]:
    """Yield what in a round.toml is of another type than SHAPE says, lacks, or looks like a key misspelt."""
    if isinstance(shape, dict) and isinstance(value, dict):
        keys = {key.rstrip("?"): key for key in shape}
        for key, marked in keys.items():
            inner = f"{place}.{key}" if place else key
            if key in value:
                yield from shape_problems(value[key], shape[marked], inner, file)
            elif not marked.endswith("?"):
                yield Problem(file, column=inner, expected=f"{_kind(shape[marked])}: it is missing")
        lacking = [key for key in keys if key not in value]
        for key in value.keys() - keys.keys():
            near = difflib.get_close_matches(key, lacking, n=1, cutoff=0.8)
            if near:
                yield Problem(file, column=f"{place}.{key}".strip("."), expected="a key that is known", suggestion=near[0])
    elif isinstance(shape, list) and isinstance(value, list):
        for number, item in enumerate(value, start=1):
            yield from shape_problems(item, shape[0], f"{place}[{number}]", file)
    elif isinstance(shape, dict | list) or not _is_a(value, shape):
        yield Problem(file, column=place, value=str(value), expected=_kind(shape))
    elif (
        shape is str
        and not value.strip()
        and not place.endswith((".office", ".office_name", ".why", ".question", ".phrase", ".noun"))
    ):
        yield Problem(file, column=place, value="(empty)", expected="a text that is not empty")


def settings_problems(settings: dict, year: int, file: str) -> Iterator[Problem]:
    """Yield what is wrong in a round.toml of the right shape: another year, ids that repeat, pairs that name unknown ids."""
    declared = settings["round"]
    if declared["year"] != year:
        yield Problem(file, column="round.year", value=str(declared["year"]), expected=f"{year}, the folder's name")
    if declared["source"] not in ("publication", "questionnaire"):
        yield Problem(file, column="round.source", value=declared["source"], expected="publication or questionnaire")
    part = {"publication": "rebuild", "questionnaire": "questionnaire"}.get(declared["source"])
    if part and part not in settings:
        yield Problem(file, column=part, expected=f"a table [{part}], since the source is a {declared['source']}")
    ids = []
    for kind in ("actions", "outcomes"):
        if not settings[kind]:
            yield Problem(file, column=kind, expected=f"at least one [[{kind}]] entry")
        for number, entry in enumerate(settings[kind], start=1):
            yield from _id_problems(entry["id"], ids, Problem(file, column=f"{kind}[{number}].id", value=entry["id"]))
            ids.append(entry["id"])
    known = {kind: [entry["id"] for entry in settings[kind]] for kind in ("actions", "outcomes")}
    for number, pair in enumerate(settings.get("pairs", []), start=1):
        named = {"outcome": [pair["outcome"]], "actions": pair["actions"]}
        if not pair["actions"]:
            yield Problem(file, column=f"pairs[{number}].actions", expected="at least one action")
        for key, kind in (("outcome", "outcomes"), ("actions", "actions")):
            for name in named[key]:
                if name not in known[kind]:
                    near = difflib.get_close_matches(name, known[kind], n=1)
                    expected = f"an id of [[{kind}]]: {', '.join(known[kind])}"
                    yield Problem(file, "", f"pairs[{number}].{key}", name, expected, "".join(near))


def _id_problems(name: str, before: list[str], place: Problem) -> Iterator[Problem]:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or keyword.iskeyword(name):
        expected = "small letters, digits and underscores, beginning with a letter"
        yield replace(place, expected=expected, suggestion=re.sub(r"\W+", "_", name.lower()).strip("_"))
    elif name in RESERVED:
        yield replace(place, expected=f"another id: the report uses {name} itself")
    elif name in before:
        yield replace(place, expected="an id that is used once")


def _is_a(value: object, kind: type) -> bool:
    if isinstance(value, bool) or kind is bool:
        return isinstance(value, bool) and kind is bool
    return isinstance(value, int | float if kind is float else kind)


def _kind(shape: object) -> str:
    if isinstance(shape, dict):
        return "a table of keys and values"
    return f"a list, each {_kind(shape[0])}" if isinstance(shape, list) else KINDS[shape]


def listed(text: str) -> list[str]:
    """The parts of a cell that holds several, separated by semicolons; none where it is empty."""
    return [part.strip() for part in text.split(";") if part.strip()]


def decoded(content: bytes) -> str:
    """Text from bytes: by its byte-order mark, else UTF-8, else UTF-16 where every other byte is nought, else Windows-1252.

    Raises
    ------
    UnicodeDecodeError
        It is no text in any of these.
    """
    marks = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
    for mark, encoding in marks.items():
        if content.startswith(mark):
            return content.decode(encoding)
    if b"\0" in content:
        return content.decode("utf-16-be" if content[:1] == b"\0" else "utf-16-le")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def read_text_table(path: Path) -> "pd.DataFrame":
    """Read a CSV file as text, indexed by the row as a spreadsheet numbers it; an empty cell is an empty string.

    Commas, semicolons or tabs separate the cells, whichever the heading has most.

    Raises
    ------
    InputProblems
        The file is missing, empty or no text, a heading repeats, or rows have another number of cells than the heading.
    """
    import pandas as pd

    file = path.relative_to(ROOT).as_posix()
    try:
        text = decoded(path.read_bytes())
        separator = max(SEPARATORS, key=text.partition("\n")[0].count)
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputProblems([Problem(file, expected=f"a readable CSV file ({error})".replace(str(path), file))]) from None
    if not rows or not any(rows[0]):
        raise InputProblems([Problem(file, expected="a heading row and data: the file is empty")])
    heading, *body = rows
    repeated = sorted({name for name in heading if heading.count(name) > 1})
    stop_if_any(Problem(file, "1", column=name, expected="a column heading that is used once") for name in repeated)
    numbered = {number: cells for number, cells in enumerate(body, start=2) if any(cell.strip() for cell in cells)}
    stop_if_any(
        Problem(file, str(number), value=",".join(cells), expected=f"{len(heading)} cells as in the heading, not {len(cells)}")
        for number, cells in numbered.items()
        if len(cells) != len(heading)
    )
    return pd.DataFrame(list(numbered.values()), index=list(numbered), columns=heading, dtype=str)


def harmless(frame: "pd.DataFrame") -> "pd.DataFrame":
    """Put an apostrophe before each text cell that a spreadsheet would take for a formula; plain numbers stay."""

    def guard(value: object) -> object:
        return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) and not _is_number(value) else value

    text = frame.select_dtypes(include=["object", "string", "category"]).columns
    return frame.assign(**{column: frame[column].astype(object).map(guard, na_action="ignore") for column in text})


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True


def _option(entry: dict) -> Option:
    label = entry["label"]
    words = {"phrase": label.lower(), "noun": label.lower(), "title": label, "question": ""}
    return Option(entry["id"], label, **{key: entry.get(key) or default for key, default in words.items()})


def _read_parquet(path: Path) -> "pd.DataFrame":
    import pandas as pd

    if not path.is_file():
        raise FileNotFoundError(f"{path.relative_to(ROOT)} is not there yet: run notebook 10_clean_replies, or make report")
    return pd.read_parquet(path)


def write(path: Path, content: bytes) -> Path:
    """Write a file whole or not at all; its folder is made. Returns the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_bytes(content)
    unfinished.replace(path)
    return path
