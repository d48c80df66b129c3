"""Replies rebuilt from a published report: its lists of members name who acted and who saw the outcome."""

import re
from collections.abc import Iterator
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
from followup.files import normalise
from followup.problems import InputProblems, Problem, stop_if_any
from followup.rounds import Round


@dataclass
class Reconstruction:
    """The printed tables of a round and the changes made in reading them."""

    survey_round: Round
    tables: dict[str, pd.DataFrame]
    known: dict[str, str]
    changes: list[Change] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.workshops = list(self.survey_round.read_workshops()["id"])

    def log(self, *change: str) -> None:
        """Note one change: source, row, column, before, after, reason."""
        self.changes.append(Change(*map(str, change)))

    def members(self) -> dict[str, dict[str, set[str]]]:
        """For each listed column, for each workshop, the codes of the members that its cell names."""
        named = {}
        for name in self.survey_round.rebuild.lists:
            for column in self.tables[name].columns.intersection(
                list(self.survey_round.options), sort=False
            ):
                cells = self.tables[name][column]
                named[column] = {
                    workshop: set(self._codes(cells[workshop], name, workshop, column))
                    for workshop in self.workshops
                }
        return named

    def _codes(self, cell: str, *place: str) -> Iterator[str]:
        found = mentions(cell)
        if cell.strip() in NOBODY - {""}:
            self.log(*place, cell, "", f"{cell.strip()!r} stands for nobody")
        if len(found) > 1 and cell.count(",") < len(found) - 1:
            whole = ", ".join(mention.name for mention in found)
            self.log(
                *place,
                re.sub(r"\*\*|_", "", cell),
                whole,
                "a comma between two members was lost in print",
            )
        for mention in found:
            code = self.known[normalise(mention.name)]
            if code != mention.name:
                self.log(
                    *place, mention.name, code, "another spelling of the administration's code"
                )
            yield code

    def numbers(self, table: str, column: str) -> pd.Series:
        """A printed column of counts by workshop (Int64)."""
        return self.tables[table].loc[self.workshops, column].astype("Int64")

    def counts(self, replied: pd.Series) -> pd.DataFrame:
        """What is known only as counts, never more yes than replies less no: `workshop, variable, yes, no` (Int64)."""
        frames = [pd.DataFrame({"workshop": [], "variable": [], "yes": [], "no": []})]
        outcomes = {outcome.id for outcome in self.survey_round.outcomes}
        for variable, table in self.survey_round.rebuild.counts.items():
            column = "yes" if variable in outcomes else variable
            yes = self.numbers(table, column)
            no = (
                self.numbers(table, "no")
                if variable in outcomes
                else pd.Series(pd.NA, index=yes.index, dtype="Int64")
            )
            most = replied - no.fillna(0)
            for workshop in yes.index[yes > most]:
                reason = f"{replied[workshop]} replied and {no.fillna(0)[workshop]} said no, so no more can have said yes"
                self.log(table, workshop, column, yes[workshop], most[workshop], reason)
            held = yes.where(yes <= most, most)
            frames.append(
                pd.DataFrame(
                    {"workshop": yes.index, "variable": variable, "yes": held.array, "no": no.array}
                )
            )
        types = {"workshop": "string", "variable": "string", "yes": "Int64", "no": "Int64"}
        return pd.concat(frames[1:] or frames, ignore_index=True).astype(types)

    def replies(self, named: dict[str, dict[str, set[str]]], replied: pd.Series) -> pd.DataFrame:
        """One row a reply, by workshop, then code; replies that no list names come last, with no to every list."""
        rows = []
        for workshop, total in replied.items():
            members = members_of(named, workshop)
            rows += [
                (workshop, code, *(code in lists[workshop] for lists in named.values()))
                for code in members
            ]
            unnamed = total - len(members)
            rows += [(workshop, pd.NA, *(False for _ in named))] * unnamed
            if unnamed:
                reason = f"in none of the lists: took none of their {len(named)} answers, administration not known"
                after = f"{len(members)} named and {unnamed} unnamed"
                self.log(
                    self.survey_round.rebuild.replies,
                    workshop,
                    "replies",
                    total,
                    after,
                    reason,
                )
        columns = ["workshop", "administration", *self.survey_round.options]
        replies = pd.DataFrame(rows, columns=["workshop", "administration", *named]).reindex(
            columns=columns
        )
        return replies.astype(
            {
                "workshop": "string",
                "administration": "string",
                **dict.fromkeys(self.survey_round.options, "boolean"),
            }
        )


def members_of(named: dict[str, dict[str, set[str]]], workshop: str) -> list[str]:
    """Codes of the members that any list names for a workshop, in order of the alphabet."""
    return sorted(set().union(*(lists[workshop] for lists in named.values())))


def rebuild(survey_round: Round) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Rebuild the replies of a published round.

    A reply says yes to a listed column when a list of its workshop names it, and no otherwise. Replies that are counted but
    that no list names said no to every listed column and have no administration. What is printed only as counts is missing.

    Returns
    -------
    replies : one row a reply (workshop, administration, a nullable boolean for each action and outcome).
    counts : `workshop, variable, yes, no` of what is known only as counts (Int64, missing = not printed).
    log : the cleaning log, one row a change.

    Raises
    ------
    InputProblems
        With everything that is wrong in any printed table.
    """
    work = Reconstruction(
        survey_round, read_tables(survey_round), spellings(read_administrations())
    )
    named, replied = (
        work.members(),
        work.numbers(survey_round.rebuild.replies, "replies"),
    )
    stop_if_any(_too_many_names(survey_round, named, replied))
    counts, replies = work.counts(replied), work.replies(named, replied)
    return replies, counts, cleaning_log(work.changes)


def read_tables(survey_round: Round) -> dict[str, pd.DataFrame]:
    """Read every printed table of a round by name; raise InputProblems with what is wrong in any of them."""
    tables, problems, known = {}, [], spellings(read_administrations())
    for name in table_names(survey_round):
        try:
            tables[name] = printed_table(survey_round, name)
        except InputProblems as error:
            problems += error.problems
            continue
        problems += table_problems(survey_round, name, tables[name], known)
    stop_if_any(
        [*problems, *_missing_sources(survey_round, tables, {problem.file for problem in problems})]
    )
    return tables


def _missing_sources(
    survey_round: Round, tables: dict[str, pd.DataFrame], told: set[str]
) -> Iterator[Problem]:
    declared = survey_round.rebuild
    outcomes = {outcome.id for outcome in survey_round.outcomes}
    wanted = {name: [] for name in declared.lists}
    wanted.setdefault(declared.replies, []).append("replies")
    for variable, name in declared.counts.items():
        wanted.setdefault(name, []).extend(["yes", "no"] if variable in outcomes else [variable])
    for name, columns in wanted.items():
        if name not in tables and table_file(survey_round, name) not in told:
            yield Problem(
                table_file(survey_round, name),
                expected="the file to be there: round.toml rebuilds the replies from it",
            )
        for column in columns:
            if name in tables and column not in tables[name]:
                yield Problem(
                    table_file(survey_round, name),
                    "1",
                    column,
                    expected=f"a column {column}, that round.toml reads",
                )


def _too_many_names(
    survey_round: Round, named: dict[str, dict[str, set[str]]], replied: pd.Series
) -> Iterator[Problem]:
    base = survey_round.rebuild.replies
    for workshop, total in replied.items():
        members = members_of(named, workshop)
        if len(members) > total:
            found = f"{len(members)} members: {', '.join(members)}"
            expected = f"no more members in the lists than its {total} replies in {base}"
            yield Problem(
                table_file(survey_round, base),
                column="replies",
                value=f"{survey_round.event} {workshop}: {found}",
                expected=expected,
            )
