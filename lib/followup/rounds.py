"""A round of the survey: what it declares, where its files are, and how they are read and saved."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from followup.declaration import Option, Pair, read_declaration
from followup.files import harmless, listed, read_text_table, write
from followup.problems import InputProblems, Problem

if TYPE_CHECKING:
    import pandas as pd

    from followup.facts import Facts

ROOT = Path(__file__).resolve().parents[2]
LAST_COLUMNS = ["fact", "value", "numerator", "base"]


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
    def event(self) -> str:
        """What the replies are about, in one word; see `stratum`."""
        return self.stratum

    @property
    def events(self) -> str:
        return self.strata

    @property
    def last_round(self) -> list[dict]:
        """The round before's facts, each `fact, value` and, where the base is known, `numerator, base`.

        They are counted from that round's replies where it is here (10_clean_replies does so), else as round.toml prints them.
        """
        counted = self.read_before().to_dict("records")
        known = {last["fact"] for last in counted}
        return [
            *counted,
            *(last for last in self.settings.get("last_round", []) if last["fact"] not in known),
        ]

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

    @property
    def primary(self) -> list[tuple[str, str]]:
        """The pairs to test, action and outcome, in the order of the declarations."""
        return list(
            dict.fromkeys((action, pair.outcome) for pair in self.pairs for action in pair.actions)
        )

    @property
    def composites(self) -> list[tuple[str, str]]:
        """The pairs of any of several actions (`a|b`) and an outcome that are to be tested too."""
        return [
            ("|".join(pair.actions), pair.outcome)
            for pair in self.pairs
            if pair.composite and len(pair.actions) > 1
        ]

    def pairs_of(self, outcome: str) -> tuple[str, ...]:
        """Ids of the actions declared with one outcome, in order; empty where no pair is declared."""
        return tuple(
            dict.fromkeys(
                action for pair in self.pairs if pair.outcome == outcome for action in pair.actions
            )
        )

    def base_of(self, option: str) -> str:
        """Whose answers an action or outcome counts: `all` replies, or those that `ticked` an answer of its question."""
        questions = self.settings.get("questions", [])
        return next(
            (
                question.get("base", "all")
                for question in questions
                if option in question.get("options", [])
            ),
            "all",
        )

    def file(self, name: str) -> str:
        """Path of one of the round's raw files below the project's root, for messages."""
        return (self.raw / name).relative_to(ROOT).as_posix()

    def outcome(self, id: str) -> Option:
        """The outcome of an id; the first that the round declares where the id is empty.

        Raises
        ------
        ValueError
            The round declares no such outcome; those it does are named.
        """
        known = {outcome.id: outcome for outcome in self.outcomes}
        if id and id not in known:
            raise ValueError(f"{id} is no outcome of {self.year}: {', '.join(known)}")
        return known.get(id, self.outcomes[0])

    def section_of(self, outcome: str) -> str:
        """Number of an outcome's section, in the order that round.toml declares: 2.4, 2.5 …"""
        return f"2.{4 + [option.id for option in self.outcomes].index(outcome)}"

    def tables_of(self, outcome: str) -> list[str]:
        """Names of an outcome's tables, numbered in reading order: yes and no, then (with pairs) who acted and who saw it."""
        number, names = 3, {}
        for option in self.outcomes:
            names[option.id] = [
                f"table_{number + place}" for place in range(1 + bool(self.pairs_of(option.id)))
            ]
            number += len(names[option.id])
        return names[outcome]

    def words(self, action: str, kind: str = "phrase") -> str:
        """The words for an action, an outcome, or a composite `a|b` ("shared … or organized …")."""
        return " or ".join(getattr(self.options[part], kind) for part in action.split("|"))

    def read_raw(self, name: str) -> "pd.DataFrame":
        """Read a raw CSV file as text, cell by cell as it stands; an empty cell is an empty string."""
        return read_text_table(ROOT, self.file(name))

    def read_workshops(self) -> "pd.DataFrame":
        """Workshops in published order: `id, title, topic, month, scope` (text) and `invited` (count, missing = not known).

        Where the file has them, `date`, `invited_administrations` and `other_titles` too; an empty month is the date's, an
        empty count that of the administrations named.
        """
        import pandas as pd

        workshops = self.read_raw("workshops.csv").astype("string")
        invited = pd.to_numeric(workshops["invited"], errors="coerce").astype("Int64")
        if "invited_administrations" in workshops:
            named = (
                workshops["invited_administrations"]
                .map(lambda names: len(listed(names)))
                .astype("Int64")
            )
            invited = invited.fillna(named.mask(named == 0))
        if "date" in workshops:
            workshops["month"] = workshops["month"].mask(
                workshops["month"] == "", workshops["date"].str[:7]
            )
        return workshops.assign(invited=invited)

    def read_good_practices(self) -> "pd.DataFrame":
        """Examples of good practice, all columns as text; an empty frame where the round has none."""
        import pandas as pd

        columns = [
            "id",
            "section",
            "theme",
            "workshop",
            "administration",
            "example",
            "status",
            "attribution",
        ]
        present = (self.raw / "good_practices.csv").is_file()
        return (
            self.read_raw("good_practices.csv")
            if present
            else pd.DataFrame(columns=columns, dtype=str)
        )

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

    def read_facts(self, tests: bool = False) -> "Facts":
        """The round's facts: those of the replies, which 10_clean_replies counts, or with those of the tests, from 30."""
        from followup.facts import Facts

        return Facts(
            self.read_result("facts.csv")
            if tests
            else _read_parquet(self.processed / "facts.parquet")
        )

    def read_result(self, name: str) -> "pd.DataFrame":
        """A CSV that an earlier step wrote, e.g. `facts.csv`."""
        import pandas as pd

        path = self.build / name
        if not path.is_file():
            raise FileNotFoundError(
                f"{path.relative_to(ROOT)} is not there yet: run `make report YEAR={self.year}` first"
            )
        return pd.read_csv(path, dtype={"workshop": "string", "row": "string"})

    def save(self, frame: "pd.DataFrame", name: str) -> Path:
        """Write a result as CSV (UTF-8, LF); no text cell can act as a formula. Returns the path."""
        return write(
            self.build / name, harmless(frame).to_csv(index=False, float_format="%.12g").encode()
        )

    def save_processed(self, frame: "pd.DataFrame", name: str) -> Path:
        """Write a table of data/processed as parquet. Returns the path."""
        return write(self.processed / name, frame.to_parquet(index=False))

    def save_figure(self, svg: bytes, name: str) -> Path:
        """Write one figure's SVG. Returns the path."""
        return write(self.build / "figures" / f"{name}.svg", svg)


def years() -> list[int]:
    """Years that have a round (a folder of data/raw with a round.toml), in order."""
    return sorted(
        int(path.parent.name)
        for path in (ROOT / "data" / "raw").glob("[0-9]*/round.toml")
        if path.parent.name.isdigit()
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
            [
                Problem(
                    file,
                    value=str(year),
                    expected=f"a year that has a round: {known} (make round YEAR={year} starts one)",
                )
            ]
        )
    declared = read_declaration(ROOT, file, year)
    return Round(year, declared.actions, declared.outcomes, declared.pairs, declared.settings)


def _read_parquet(path: Path) -> "pd.DataFrame":
    import pandas as pd

    if not path.is_file():
        raise FileNotFoundError(
            f"{path.relative_to(ROOT)} is not there yet: run notebook 10_clean_replies, or make report"
        )
    return pd.read_parquet(path)
