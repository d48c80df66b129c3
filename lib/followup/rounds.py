"""A round of the survey: what its round.toml declares, where its files are, and how they are read and written."""

import csv
import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from followup.problems import InputProblems, Problem, stop_if_any

if TYPE_CHECKING:
    import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


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
    def source(self) -> str:
        return self.settings["round"]["source"]

    @property
    def choices(self) -> list[dict]:
        return self.settings.get("choices", [])

    @property
    def last_round(self) -> list[dict]:
        return self.settings.get("last_round", [])

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
        """Workshops in published order: `id, title, topic, month, scope` (text) and `invited` (count, missing = not known)."""
        import pandas as pd

        workshops = self.read_raw("workshops.csv").astype("string")
        return workshops.assign(invited=pd.to_numeric(workshops["invited"], errors="coerce").astype("Int64"))

    def read_good_practices(self) -> "pd.DataFrame":
        """Examples of good practice, all columns as text; an empty frame where the round has none."""
        import pandas as pd

        columns = ["id", "section", "theme", "workshop", "administration", "example", "status", "attribution"]
        present = (self.raw / "good_practices.csv").is_file()
        return self.read_raw("good_practices.csv") if present else pd.DataFrame(columns=columns, dtype=str)

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
        return _write(self.build / name, harmless(frame).to_csv(index=False, float_format="%.12g").encode())

    def save_processed(self, frame: "pd.DataFrame", name: str) -> Path:
        """Write a table of data/processed as parquet. Returns the path."""
        return _write(self.processed / name, frame.to_parquet(index=False))

    def save_figure(self, svg: bytes, name: str) -> Path:
        """Write one figure's SVG. Returns the path."""
        return _write(self.build / "figures" / f"{name}.svg", svg)


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
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputProblems([Problem(file, expected=f"a TOML file ({error})")]) from None
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


def settings_problems(settings: dict, year: int, file: str) -> Iterator[Problem]:
    """Yield what is wrong with a round.toml: keys that lack, ids that repeat, pairs that name unknown ids."""
    declared = settings.get("round", {})
    for key, kind in {"year": int, "fiscal_year": str, "number": int, "title": str, "source": str}.items():
        if not isinstance(declared.get(key), kind):
            yield Problem(
                file, column=f"round.{key}", value=str(declared.get(key, "")), expected=f"a value of type {kind.__name__}"
            )
    if declared.get("year") not in (year, None):
        yield Problem(file, column="round.year", value=str(declared["year"]), expected=f"{year}, the folder's name")
    if declared.get("source") not in ("publication", "questionnaire", None):
        yield Problem(file, column="round.source", value=str(declared["source"]), expected="publication or questionnaire")
    ids = []
    for kind in ("actions", "outcomes"):
        if not settings.get(kind):
            yield Problem(file, column=kind, expected=f"at least one [[{kind}]] entry")
        for entry in settings.get(kind, []):
            yield from (
                Problem(file, column=f"{kind}.{key}", value=str(entry.get("id", "")), expected=f"a text for {key}")
                for key in ("id", "label")
                if not isinstance(entry.get(key), str) or not entry[key].strip()
            )
            if not str(entry.get("id", "")).isidentifier() or entry["id"] in ("workshop", "administration"):
                yield Problem(
                    file,
                    column=f"{kind}.id",
                    value=str(entry.get("id")),
                    expected="letters, digits and underscores, not starting with a digit",
                )
            if entry.get("id") in ids:
                yield Problem(file, column=f"{kind}.id", value=entry["id"], expected="an id that is used once")
            ids.append(entry.get("id"))
    outcomes = {entry.get("id") for entry in settings.get("outcomes", [])}
    actions = {entry.get("id") for entry in settings.get("actions", [])}
    for pair in settings.get("pairs", []):
        if pair.get("outcome") not in outcomes:
            yield Problem(
                file, column="pairs.outcome", value=str(pair.get("outcome")), expected=f"one of {', '.join(map(str, outcomes))}"
            )
        for action in pair.get("actions", []):
            if action not in actions:
                yield Problem(file, column="pairs.actions", value=str(action), expected=f"one of {', '.join(map(str, actions))}")


def read_text_table(path: Path) -> "pd.DataFrame":
    """Read a UTF-8 CSV file as text, indexed by the row as a spreadsheet numbers it; an empty cell is an empty string.

    Raises
    ------
    InputProblems
        The file is missing, empty or not UTF-8, a heading repeats, or rows have another number of cells than the heading.
    """
    import pandas as pd

    file = path.relative_to(ROOT).as_posix()
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.reader(lines, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputProblems(
            [Problem(file, expected=f"a readable CSV file in UTF-8 ({error})".replace(str(path), file))]
        ) from None
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


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_bytes(content)
    unfinished.replace(path)
    return path
