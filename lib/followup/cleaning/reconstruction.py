"""Replies rebuilt from a published report: its lists of members name who acted and who saw the
outcome."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from followup.cleaning.administrations import read_administrations, spellings
from followup.cleaning.cleaning import Change, cleaning_log
from followup.cleaning.publication import (
    NOBODY,
    mentions,
    printed_table,
    table_file,
    table_names,
    table_problems,
)
from followup.declaration import Rebuild
from followup.files import normalise
from followup.problems import InputError, Problem, stop_if_any
from followup.rounds import Round

# By listed column and workshop, the codes of the members that its cell names.
Members = Mapping[str, Mapping[str, set[str]]]
COUNT_TYPES = {"workshop": "string", "variable": "string", "yes": "Int64", "no": "Int64"}


@dataclass
class Reconstruction:
    """The printed tables of a round and the changes made in reading them."""

    survey_round: Round
    declared: Rebuild
    tables: dict[str, pd.DataFrame]
    codes: dict[str, str]
    changes: list[Change] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.workshops = list(self.survey_round.read_workshops()["id"])
        self.outcomes = {outcome.id for outcome in self.survey_round.outcomes}

    def log(self, *change: object) -> None:
        """Note one change: source, row, column, before, after, reason."""
        self.changes.append(Change(*map(str, change)))

    def members(self) -> Members:
        """The members that each listed column names, by workshop."""
        members = {}
        for name in self.declared.lists:
            table = self.tables[name]
            for column in (column for column in table if column in self.survey_round.options):
                members[str(column)] = {
                    workshop: set(
                        self._codes(str(table.loc[workshop, column]), name, workshop, column)
                    )
                    for workshop in self.workshops
                }
        return members

    def _codes(self, cell: str, *place: object) -> Iterator[str]:
        named = mentions(cell)
        if cell.strip() in NOBODY - {""}:
            self.log(*place, cell, "", f"{cell.strip()!r} stands for nobody")
        if len(named) > 1 and cell.count(",") < len(named) - 1:
            whole = ", ".join(mention.name for mention in named)
            reason = "a comma between two members was lost in print"
            self.log(*place, re.sub(r"\*\*|_", "", cell), whole, reason)
        for mention in named:
            code = self.codes[normalise(mention.name)]
            if code != mention.name:
                reason = "another spelling of the administration's code"
                self.log(*place, mention.name, code, reason)
            yield code

    def numbers(self, table: str, column: str) -> pd.Series:
        """A printed column of counts by workshop (Int64)."""
        return self.tables[table].loc[self.workshops, column].astype("Int64")

    def counts(self, replied: pd.Series) -> pd.DataFrame:
        """What is known only as counts, never more yes than replies less no: `workshop, variable,
        yes, no` (Int64)."""
        frames = [pd.DataFrame(columns=list(COUNT_TYPES))]
        for variable, table in self.declared.counts.items():
            column = "yes" if variable in self.outcomes else variable
            yes = self.numbers(table, column)
            no = yes.mask(yes.notna())
            if variable in self.outcomes:
                no = self.numbers(table, "no")
            most = replied - no.fillna(0)
            for workshop in yes.index[yes > most]:
                said_no = f"{replied[workshop]} replied and {no.fillna(0)[workshop]} said no"
                reason = f"{said_no}, so no more can have said yes"
                self.log(table, workshop, column, yes[workshop], most[workshop], reason)
            held = yes.where(yes <= most, most)
            counted = {"workshop": yes.index, "yes": held.array, "no": no.array}
            frames.append(pd.DataFrame(counted).assign(variable=variable))
        counts = pd.concat(frames[1:] or frames, ignore_index=True)
        return counts[list(COUNT_TYPES)].astype(COUNT_TYPES)

    def replies(self, members: Members, replied: pd.Series) -> pd.DataFrame:
        """One row a reply, by workshop, then code; replies that no list names come last, with no to
        every list."""
        rows: list[dict[str, object]] = []
        for workshop, total in zip(self.workshops, replied, strict=True):
            codes = members_of(members, workshop)
            rows += [
                {"workshop": workshop, "administration": code}
                | {column: code in lists[workshop] for column, lists in members.items()}
                for code in codes
            ]
            unnamed = total - len(codes)
            rows += [{"workshop": workshop, **dict.fromkeys(members, False)}] * unnamed
            if unnamed:
                after = f"{len(codes)} named and {unnamed} unnamed"
                none = f"in none of the lists: took none of their {len(members)} answers"
                reason = f"{none}, administration not known"
                self.log(self.declared.replies, workshop, "replies", total, after, reason)
        columns = ["workshop", "administration", *self.survey_round.options]
        types = dict.fromkeys(columns, "boolean") | dict.fromkeys(columns[:2], "string")
        return pd.DataFrame(rows, columns=columns).astype(types)


def members_of(members: Members, workshop: str) -> list[str]:
    """Codes of the members that any list names for a workshop, in order of the alphabet."""
    return sorted(set().union(*(lists[workshop] for lists in members.values())))


def rebuild(survey_round: Round) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Rebuild the replies of a published round.

    A reply says yes to a listed column when a list of its workshop names it, and no otherwise.
    Replies
    that are counted but that no list names said no to every listed column and have no
    administration.
    What is printed only as counts is missing.

    Returns
    -------
    replies : one row a reply (workshop, administration, a nullable boolean for each action and
        outcome).
    counts : `workshop, variable, yes, no` of what is known only as counts (Int64, missing = not
        printed).
    log : the cleaning log, one row a change.

    Raises
    ------
    InputError
        With everything that is wrong in any printed table.
    """
    declared = survey_round.rebuild
    assert declared is not None  # a round from a publication declares it
    codes = spellings(read_administrations())
    tables = read_tables(survey_round, declared, codes)
    work = Reconstruction(survey_round, declared, tables, codes)
    members, replied = work.members(), work.numbers(declared.replies, "replies")
    stop_if_any(_too_many_names(survey_round, declared, members, replied))
    counts, replies = work.counts(replied), work.replies(members, replied)
    return replies, counts, cleaning_log(work.changes)


def read_tables(
    survey_round: Round, declared: Rebuild, codes: dict[str, str]
) -> dict[str, pd.DataFrame]:
    """Read every printed table of a round by name; raise InputError with what is wrong in any of
    them."""
    tables: dict[str, pd.DataFrame] = {}
    problems: list[Problem] = []
    for name in table_names(survey_round):
        try:
            tables[name] = printed_table(survey_round, name)
        except InputError as error:
            problems += error.problems
        else:
            problems += table_problems(survey_round, name, tables[name], codes)
    files = {problem.file for problem in problems}
    stop_if_any([*problems, *_missing_sources(survey_round, declared, tables, files)])
    return tables


def _missing_sources(
    survey_round: Round, declared: Rebuild, tables: dict[str, pd.DataFrame], files: set[str]
) -> Iterator[Problem]:
    outcomes = {outcome.id for outcome in survey_round.outcomes}
    columns_of: dict[str, list[str]] = {name: [] for name in declared.lists}
    columns_of.setdefault(declared.replies, []).append("replies")
    for variable, name in declared.counts.items():
        columns_of.setdefault(name, []).extend(
            ["yes", "no"] if variable in outcomes else [variable]
        )
    for name, columns in columns_of.items():
        file = table_file(survey_round, name)
        if name not in tables and file not in files:
            expected = "the file to be there: round.toml rebuilds the replies from it"
            yield Problem(file, expected=expected)
        for column in columns:
            if name in tables and column not in tables[name]:
                expected = f"a column {column}, that round.toml reads"
                yield Problem(file, "1", column, expected=expected)


def _too_many_names(
    survey_round: Round, declared: Rebuild, members: Members, replied: pd.Series
) -> Iterator[Problem]:
    file = table_file(survey_round, declared.replies)
    for workshop, total in replied.items():
        codes = members_of(members, str(workshop))
        if len(codes) > total:
            named = f"{len(codes)} members: {', '.join(codes)}"
            value = f"{survey_round.event} {workshop}: {named}"
            expected = (
                f"no more members in the lists than its {total} replies in {declared.replies}"
            )
            yield Problem(file, column="replies", value=value, expected=expected)
