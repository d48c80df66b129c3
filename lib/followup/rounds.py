"""A round of the survey: what it declares, where its files are, and how they are read and saved."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import PrivateAttr

from followup import scratch
from followup.declaration import About, Option, Tables, read_declaration
from followup.files import clean, decoded, harmless, listed, normalise, read_text_table, write
from followup.problems import InputError, Problem

if TYPE_CHECKING:
    import pandas as pd
    from IPython.display import Markdown

    from followup.facts import Facts

OWN = Path(__file__).resolve().parents[2]
AROUND = (Path.cwd(), *Path.cwd().parents)  # where the package is installed apart from the project
ROOT = next((path for path in (OWN, *AROUND) if (path / "data" / "raw").is_dir()), OWN)
PREVIOUS_COLUMNS = ["fact", "value", "numerator", "base"]
EXAMPLE_COLUMNS = ["id", "section", "theme", "workshop", "administration", "example", "status"]
EXAMPLE_COLUMNS += ["attribution"]


@dataclass(frozen=True)
class PreviousShare:
    """A share of the previous round; its counts are missing (None) where they are not known."""

    fact: str
    value: float
    numerator: float | None
    base: float | None


class Round(About, Tables):
    """One year's round: every key of round.toml is an attribute, those of its [round] directly."""

    _uses_scratch: bool = PrivateAttr(default=False)

    @property
    def previous_shares(self) -> list[PreviousShare]:
        """The previous round's shares: counted from its replies where it is here, else as printed.

        10_clean_replies counts them; round.toml holds those that were printed.
        """
        rows = self.read_previous_round().astype(object)
        counted = [
            PreviousShare(*row) for row in rows.where(rows.notna(), None).itertuples(index=False)
        ]
        names = {share.fact for share in counted}
        printed = [
            PreviousShare(figure.fact, figure.value, None, figure.base)
            for figure in self.previous_round
        ]
        return [*counted, *(share for share in printed if share.fact not in names)]

    @property
    def plain_choices(self) -> list[dict[str, Any]]:
        """The choices of rebuilding as plain data, which `statistics.sensitivity` takes."""
        return [choice.model_dump(exclude_unset=True) for choice in self.choices]

    @property
    def action_ids(self) -> list[str]:
        return [action.id for action in self.actions]

    @property
    def options(self) -> dict[str, Option]:
        return {option.id: option for option in (*self.actions, *self.outcomes)}

    @property
    def nouns(self) -> dict[str, str]:
        """The noun of each action and outcome by its id."""
        return {option.id: option.noun for option in self.options.values()}

    @property
    def respondent(self) -> str:
        """What a reply is from: an administration, or a respondent where the export tells replies
        apart by another id."""
        declared = self.questionnaire and self.questionnaire.respondent
        return "respondent" if declared else "administration"

    @property
    def respondents(self) -> str:
        """Several of them."""
        return f"{self.respondent}s"

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
        """Ids of the actions declared with one outcome, in order; none where no pair is."""
        return tuple(
            dict.fromkeys(
                action for pair in self.pairs if pair.outcome == outcome for action in pair.actions
            )
        )

    def base_of(self, option: str) -> str:
        """Whose answers an action or outcome counts: `all` replies, or those that `ticked` an
        answer."""
        bases = (question.base for question in self.questions if option in (question.options or ()))
        return next(bases, "all")

    def tested_of(self, option: str) -> str:
        """Which replies an action or outcome is tested on: `all`, or those that `ticked` an
        answer."""
        questions = (question for question in self.questions if option in (question.options or ()))
        return next((question.tested or question.base for question in questions), "all")

    def tested_replies(self, replies: "pd.DataFrame") -> "pd.DataFrame":
        """Give the replies with the answers that are tested, where these are of another base than
        the shares: all replies, or those that ticked an answer of the question.

        Parameters
        ----------
        replies : as `read_replies` gives them: an action of base `ticked` is missing where none is
            ticked.
        """
        tested = replies.copy()
        for question in self.questions:
            if question.options and question.tested not in (None, question.base):
                answers = list(question.options)
                unticked = ~replies[answers].any(axis="columns")
                tested.loc[unticked, answers] = False if question.tested == "all" else None
        return tested

    def file(self, name: str) -> str:
        """Path of one of the round's raw files below the project's root, for messages."""
        return (self.raw / name).relative_to(ROOT).as_posix()

    def outcome(self, name: str) -> Option:
        """The outcome of an id; the first that the round declares where the id is empty.

        Raises
        ------
        ValueError
            The round declares no such outcome; those it does are named.
        """
        outcomes = {outcome.id: outcome for outcome in self.outcomes}
        if name and name not in outcomes:
            raise ValueError(f"{name} is no outcome of {self.year}: {', '.join(outcomes)}")
        return outcomes.get(name, self.outcomes[0])

    def section_of(self, outcome: str) -> str:
        """Number of an outcome's section, in the order that round.toml declares: 2.4, 2.5 …"""
        return f"2.{4 + [option.id for option in self.outcomes].index(outcome)}"

    def tables_of(self, outcome: str) -> list[str]:
        """Names of an outcome's tables, numbered in reading order: yes and no, then (with pairs)
        who acted and who saw it."""
        number, names = 3, {}
        for option in self.outcomes:
            names[option.id] = [
                f"table_{number + place}" for place in range(1 + bool(self.pairs_of(option.id)))
            ]
            number += len(names[option.id])
        return names[outcome]

    def phrase(self, action: str) -> str:
        """What completes "a reply that …", for an action, an outcome, or a composite `a|b`."""
        return " or ".join(self.options[part].phrase for part in action.split("|"))

    def noun(self, action: str) -> str:
        """What names an action, an outcome, or a composite `a|b` in a sentence."""
        return " or ".join(self.options[part].noun for part in action.split("|"))

    def read_raw(self, name: str) -> "pd.DataFrame":
        """Read a raw CSV file as text, cell by cell; an empty cell is an empty string."""
        return read_text_table(ROOT, self.file(name))

    def words_file(self, name: str) -> Path:
        """Where the office's own words of that name (foreword, introduction …) are, if there are
        any."""
        return self.raw / "words" / f"{name}.md"

    def read_words(self, name: str) -> str:
        """The office's own words, Markdown with Jinja expressions; empty where there are none."""
        path = self.words_file(name)
        return clean(decoded(path.read_bytes()).replace("\r\n", "\n")) if path.is_file() else ""

    def read_workshops(self) -> "pd.DataFrame":
        """Workshops in published order: `id, title, topic, month, scope` (text) and `invited`.

        The scope is empty where the round has none.
        `invited` is a count, missing where it is not known. Where the file has them, `date`,
        `invited_administrations` and `other_titles` (text) too; an empty month is the date's, an
        empty count that of the administrations named.
        """
        return self._workshops.copy()

    @cached_property
    def _workshops(self) -> "pd.DataFrame":
        import pandas as pd

        from followup.cleaning.administrations import read_administrations, spellings
        from followup.ids import ids

        workshops = self.read_raw("workshops.csv").astype("string")
        if "scope" not in workshops:
            workshops["scope"] = ""
        numbers = workshops["invited"].where(workshops["invited"].str.fullmatch("[0-9]{1,9}"))
        invited = pd.to_numeric(numbers).astype("Int64")
        if "invited_administrations" in workshops:
            codes = spellings(read_administrations())
            names = workshops["invited_administrations"].map(listed)
            count = names.map(len).astype("Int64")
            invited = invited.fillna(count.mask(count == 0))
            workshops["invited_administrations"] = [
                ";".join(codes.get(normalise(name), name) for name in cell) for cell in names
            ]
        if "date" in workshops:
            dated = workshops["date"].str[:7]
            workshops["month"] = workshops["month"].mask(workshops["month"] == "", dated)
        return workshops.assign(id=ids(workshops["id"]), invited=invited)

    def read_good_practices(self) -> "pd.DataFrame":
        """Examples of good practice, as text; an empty frame where the round has none."""
        import pandas as pd

        if (self.raw / "good_practices.csv").is_file():
            return self.read_raw("good_practices.csv")
        return pd.DataFrame(columns=EXAMPLE_COLUMNS, dtype=str)

    def read_previous_round(self) -> "pd.DataFrame":
        """The previous round's shares that 10_clean_replies counted, one row a share; empty where
        it is not here."""
        import pandas as pd

        none = pd.DataFrame(columns=PREVIOUS_COLUMNS)
        if self.previous is None:
            return none
        path = self._place_of(self.processed, "before.parquet")
        return pd.read_parquet(path) if path.is_file() else none

    def data(self) -> "pd.DataFrame":
        """The replies with what is known of their workshop and member, to explore.

        Returns
        -------
        One row a reply: the columns of `read_replies`, then `topic, month, scope` of the workshop
        and `member, sub_region` of the administration, which read "Not named" for a reply that
        names none: so a cross-table loses no reply.
        """
        from followup.cleaning.administrations import read_administrations

        workshops = self.read_workshops().set_index("id")[["topic", "month", "scope"]]
        members = read_administrations()[["name", "sub_region"]].rename(columns={"name": "member"})
        replies = self.read_replies()
        replies = replies.join(workshops, on="workshop", validate="many_to_one")
        data = replies.join(members.astype("string"), on="administration", validate="many_to_one")
        return data.fillna({"member": "Not named", "sub_region": "Not named"})

    def read_replies(self) -> "pd.DataFrame":
        """The replies table that 10_clean_replies wrote (DESIGN: one row a reply, nullable
        booleans)."""
        from followup.ids import ids

        replies = _read_parquet(self._place_of(self.processed, "replies.parquet"))
        return replies.assign(workshop=ids(replies["workshop"]))

    def read_counts(self) -> "pd.DataFrame":
        """Printed counts of what is known only as counts: `workshop, variable, yes, no`; missing =
        not printed."""
        return _read_parquet(self._place_of(self.processed, "counts.parquet"))

    def read_facts(self, tests: bool = False) -> "Facts":
        """The round's facts: those of the replies, which 10_clean_replies counts, or with those of
        the tests, from 30."""
        from followup.facts import Facts

        return Facts(
            self.read_result("facts.csv")
            if tests
            else _read_parquet(self._place_of(self.processed, "facts.parquet"))
        )

    def read_result(self, name: str) -> "pd.DataFrame":
        """A CSV that an earlier step wrote, e.g. `facts.csv`."""
        import pandas as pd

        path = self._place_of(self.build, name)
        if not path.is_file():
            raise FileNotFoundError(
                f"{path.relative_to(ROOT)} is not there yet: make report YEAR={self.year} first"
            )
        text = {"workshop": "string", "row": "string", "administration": "string"}
        return pd.read_csv(path, dtype=text, keep_default_na=False, na_values=[""])

    def save(self, frame: "pd.DataFrame", name: str, when: bool = True) -> Path | None:
        """Write a result as CSV (UTF-8, LF), if `when`; no text cell can act as a formula. Returns
        the path."""
        if not when:
            return None
        content = harmless(frame).to_csv(index=False, float_format="%.12g").encode()
        return write(self._place_for(self.build, name), content)

    def save_processed(self, frame: "pd.DataFrame", name: str) -> Path:
        """Write a table of data/processed as parquet. Returns the path."""
        return write(self._place_for(self.processed, name), frame.to_parquet(index=False))

    def save_figure(self, svg: bytes, name: str) -> Path:
        """Write one figure's SVG. Returns the path."""
        return write(self._place_for(self.build, f"figures/{name}.svg"), svg)

    def use_scratch(self) -> "Markdown":
        """Read from here on what notebooks run by hand have saved, where there is any.

        Returns
        -------
        What that is, for the notebook to show.

        Raises
        ------
        RuntimeError
            The chain runs this notebook: no report is made of scratch work.
        """
        from IPython.display import Markdown

        if scratch.is_step():
            raise RuntimeError("a report reads no scratch work: take use_scratch() out")
        self._uses_scratch = True
        return Markdown(scratch.told(self.year))

    def _place_for(self, folder: Path, name: str) -> Path:
        return scratch.place_for(folder / name, self.year, name)

    def _place_of(self, folder: Path, name: str) -> Path:
        return scratch.place_of(folder / name, self.year, name, self._uses_scratch)


def years() -> list[int]:
    """Years that have a round (a folder of data/raw with a round.toml), in order."""
    folders = (path.parent.name for path in (ROOT / "data" / "raw").glob("*/round.toml"))
    return sorted(int(name) for name in folders if is_year(name))


def is_year(text: str) -> bool:
    """Whether a text is a year: four digits, and nothing that only looks like one (², ２)."""
    return len(text) == 4 and text.isascii() and text.isdigit()


def open_round(year: int) -> Round:
    """Open the round of one year.

    Raises
    ------
    InputError
        There is no such round (the years that exist are named), or its round.toml cannot be used.
    """
    path = ROOT / "data" / "raw" / str(year) / "round.toml"
    file = path.relative_to(ROOT).as_posix()
    if not path.is_file():
        names = ", ".join(map(str, years())) or "none yet"
        expected = f"a year that has a round: {names} (make round YEAR={year} starts one)"
        raise InputError([Problem(file, value=str(year), expected=expected)])
    tables = dict(read_declaration(ROOT, file, year))
    return Round(**dict(tables.pop("round")), **tables)


def _read_parquet(path: Path) -> "pd.DataFrame":
    import pandas as pd

    if not path.is_file():
        raise FileNotFoundError(
            f"{path.relative_to(ROOT)} is not there yet: run 10_clean_replies, or make report"
        )
    return pd.read_parquet(path)


def declared_pairs(survey_round: Round) -> "pd.DataFrame":
    """List the pairs to test: primary as declared, composites (`a|b`), all other actions with
    outcomes as exploratory.

    Returns
    -------
    DataFrame `action, outcome, family`, in the order of the declarations, and `declared_after`:
    whether the pair was chosen after the replies had been seen.
    """
    import pandas as pd

    late = [pair for pair in survey_round.pairs if pair.declared == "after"]
    after = {(action, pair.outcome) for pair in late for action in pair.actions}
    after |= {("|".join(pair.actions), pair.outcome) for pair in late}
    every = [
        (action.id, outcome.id)
        for outcome in survey_round.outcomes
        for action in survey_round.actions
    ]
    families = {
        "primary": survey_round.primary,
        "composite": survey_round.composites,
        "exploratory": [pair for pair in every if pair not in survey_round.primary],
    }
    rows = [(*pair, family) for family, members in families.items() for pair in members]
    table = pd.DataFrame(rows, columns=["action", "outcome", "family"], dtype="string")
    return table.assign(declared_after=[(action, outcome) in after for action, outcome, _ in rows])
