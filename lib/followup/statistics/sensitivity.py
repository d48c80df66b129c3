"""What the answer owes to the choices that rebuilding the replies forced: every combination of
them, tested."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from followup.statistics.batch import exact_of_each
from followup.statistics.stratified import below

COLUMNS = ["scenario", "action", "outcome", "n", "odds_ratio", "p_value"]
AS_GIVEN = "as given"


class UnmatchedEditError(ValueError):
    """A choice edits a reply or a column that the replies do not have."""


def sensitivity(
    replies: pd.DataFrame, pairs: pd.DataFrame, choices: Sequence[Mapping], strata: str = "workshop"
) -> pd.DataFrame:
    """Test every pair under every combination of the choices' alternatives.

    Parameters
    ----------
    replies : as rebuilt with the first alternative of each choice.
    pairs : `action` (or composite `a|b`) and `outcome`.
    choices : the `[[choices]]` of round.toml: `id`, and `alternatives` with `id` and `edits`. An
        edit names one reply by `workshop` and `administration` (an empty one is the reply that
        names none) and sets a `column` to `value`, renames it (`rename`) or leaves it out (`drop`).
        Edits are matched against the replies as given, so their order does not matter.

    Returns
    -------
    One row a scenario and pair: `scenario` (the alternatives' ids joined by `, `; "as given"
    without choices), `action`, `outcome`, `n`, `odds_ratio` (conditional common estimate),
    `p_value` (exact stratified), then a column a choice with the alternative taken. A pair that
    can't be tested in a scenario has no odds ratio and no p. The first scenario is the replies as
    given.

    Raises
    ------
    UnmatchedEditError : an edit matches no reply, or names no column.
    """
    edits = [_edits_by_alternative(replies, choice) for choice in choices]
    codes, places = pd.factorize(replies[strata], use_na_sentinel=False)
    columns = []
    for action, outcome in zip(pairs["action"], pairs["outcome"], strict=True):
        own_columns = [*action.split("|"), outcome]
        answers = _Answers.of(replies, own_columns)
        own_edits = [
            tuple(
                edit
                for alternative in scenario
                for edit in alternative
                if edit.touches(set(own_columns))
            )
            for scenario in product(*edits)
        ]
        distinct = {edits: number for number, edits in enumerate(dict.fromkeys(own_edits))}
        answers_by_edits = [answers.edited(edits) for edits in distinct]
        tables = np.array(
            [_tables(rows, codes[remaining], len(places)) for rows, remaining in answers_by_edits]
        )
        p_values, ratios = exact_of_each(tables)
        p_values = np.where(np.isnan(ratios), np.nan, p_values)
        tests = list(zip(tables.sum(axis=(1, 2, 3)), ratios, p_values, strict=True))
        columns.append([(action, outcome, *tests[distinct[edits]]) for edits in own_edits])
    names = [
        tuple(alternative["id"] for alternative in scenario)
        for scenario in product(*(choice["alternatives"] for choice in choices))
    ]
    rows = [
        (", ".join(name) or AS_GIVEN, *of_pair[number], *name)
        for number, name in enumerate(names)
        for of_pair in columns
    ]
    frame = pd.DataFrame(rows, columns=[*COLUMNS, *(choice["id"] for choice in choices)])
    return frame.astype(
        {"n": "Int64"} | dict.fromkeys(frame.columns.drop(["n", "odds_ratio", "p_value"]), "string")
    )


def choices_about(replies: pd.DataFrame, choices: Sequence[Mapping]) -> list[dict]:
    """Give the choices as far as they are about these replies: an edit of a reply that is not among
    them is left out.

    So the replies can be filtered before they are tested. That each edit finds its reply among all
    of a round's is for the check of its raw data.

    Parameters
    ----------
    replies : any of a round's replies.
    choices : as for `sensitivity`.

    Returns
    -------
    The same choices and alternatives, each with fewer edits or as many.
    """
    return [
        {**choice, "alternatives": [
            {**one, "edits": [edit for edit in one.get("edits", []) if _rows(replies, edit).any()]}
            for one in choice["alternatives"]
        ]}
        for choice in choices
    ]  # fmt: skip


def unmatched_edits(replies: pd.DataFrame, choices: Sequence[Mapping]) -> Iterator[tuple[str, str]]:
    """Give the choice and the words for each edit that does not find its one reply and column."""
    for choice in choices:
        for alternative in choice["alternatives"]:
            for edit in alternative.get("edits", []):
                try:
                    _row_of(replies, edit)
                    _check_column(replies, edit)
                except UnmatchedEditError as error:
                    yield choice["id"], str(error)


def distinct_data_sets(
    replies: pd.DataFrame,
    choices: Sequence[Mapping],
    columns: Sequence[str],
    strata: str = "workshop",
) -> list[str]:
    """Name the scenarios that are data sets of their own: those that differ from every one before
    in a cell of some stratum's table.

    Parameters
    ----------
    replies, choices : as for `sensitivity`.
    columns : the actions and outcomes that are tested. What changes none of their answers (who an
        administration is) makes no other data set for a test within strata.

    Examples
    --------
    Of 2021's 144 scenarios 72 are distinct: whether `ID` in workshop 9 is Indonesia or India
    changes no table.
    """
    if not choices:
        return [AS_GIVEN]
    edits = [_edits_by_alternative(replies, choice) for choice in choices]
    base = replies[[strata, *columns]].astype("string").fillna("")
    place = {column: number for number, column in enumerate(base)}
    rows = {row: tuple(cells) for row, *cells in base.itertuples(name=None)}
    first: dict[tuple, str] = {}
    for scenario, name in zip(product(*edits), _names(choices), strict=True):
        own_edits = [
            edit for alternative in scenario for edit in alternative if edit.touches(set(columns))
        ]
        edited = rows.copy()
        for edit in own_edits:
            if edit.column is not None:
                cells = list(edited[edit.row])
                cells[place[edit.column]] = str(edit.value)
                edited[edit.row] = tuple(cells)
        dropped = {edit.row for edit in own_edits if edit.drop}
        remaining = [cells for row, cells in edited.items() if row not in dropped]
        first.setdefault(tuple(sorted(remaining)), name)
    return list(first.values())


def _names(choices: Sequence[Mapping]) -> list[str]:
    """Name each scenario: the alternatives' ids joined, or "as given"."""
    scenario = product(*(choice["alternatives"] for choice in choices))
    return [", ".join(one["id"] for one in alternatives) or AS_GIVEN for alternatives in scenario]


@dataclass(frozen=True)
class _Edit:
    """One edit of one reply: an answer set, or the reply dropped."""

    row: Hashable  # its label in the index
    column: str | None
    value: bool | None
    drop: bool

    def touches(self, columns: set[str]) -> bool:
        return self.drop or self.column in columns


def _edits_by_alternative(replies: pd.DataFrame, choice: Mapping) -> list[tuple[_Edit, ...]]:
    """Give the edits of each alternative of a choice, in the order of the alternatives."""
    alternatives = []
    for alternative in choice["alternatives"]:
        edits = []
        for edit in alternative.get("edits", []):
            row = _row_of(replies, edit)
            column = edit.get("column")
            _check_column(replies, edit)
            if column is not None:
                edits.append(_Edit(row, column, edit["value"], drop=False))
            if edit.get("drop", False):
                edits.append(_Edit(row, None, None, drop=True))
        alternatives.append(tuple(edits))
    return alternatives


@dataclass(frozen=True, eq=False)
class _Answers:
    """Some columns of the replies as numbers, which many edits can be made of quickly.

    `values` is (replies, columns): 1 yes, 0 no, nan not known.
    """

    index: pd.Index
    columns: tuple[str, ...]
    values: np.ndarray

    @classmethod
    def of(cls, replies: pd.DataFrame, columns: Iterable[str]) -> "_Answers":
        ids = tuple(dict.fromkeys(columns))
        values = replies[list(ids)].astype("Float64").to_numpy(float, na_value=np.nan)
        return cls(replies.index, ids, values)

    def edited(self, edits: Iterable[_Edit]) -> tuple[np.ndarray, np.ndarray]:
        """Give the answers after the edits of these columns, and which replies are kept."""
        values, remaining = self.values.copy(), np.ones(len(self.values), bool)
        for edit in edits:
            row = self.index.get_loc(edit.row)
            if edit.drop:
                remaining[row] = False
            elif edit.column in self.columns:
                value = np.nan if edit.value is None else edit.value
                values[row, self.columns.index(edit.column)] = value
        return values[remaining], remaining


def _tables(answers: np.ndarray, codes: np.ndarray, strata: int) -> np.ndarray:
    """Cross an action, or a composite, with an outcome, the last column, in each stratum, as
    `stratum_tables` does."""
    parts, outcome = answers[:, :-1], answers[:, -1]
    acted = (parts == 1).any(axis=1)
    is_known = (acted | ~np.isnan(parts).any(axis=1)) & ~np.isnan(outcome)
    cells = 4 * codes + 2 * ~acted + (outcome != 1)
    return np.bincount(cells[is_known], minlength=4 * strata).reshape(-1, 2, 2)


def apply_edits(replies: pd.DataFrame, edits: Iterable[Mapping]) -> pd.DataFrame:
    """Give the replies with every edit made; raise UnmatchedEditError where one matches no reply or
    not just one."""
    edited, dropped = replies.copy(), []
    for edit in edits:
        row = _row_of(replies, edit)
        _check_column(replies, edit)
        if "column" in edit:
            edited.loc[row, edit["column"]] = edit["value"]
        if "rename" in edit:
            edited.loc[row, "administration"] = edit["rename"]
        if edit.get("drop", False):
            dropped.append(row)
    return edited.drop(index=dropped)


def share_ranges(
    replies: pd.DataFrame, choices: Sequence[Mapping], options: Sequence[str]
) -> pd.DataFrame:
    """Count the replies that say yes to each action or outcome under every combination of the
    choices' alternatives.

    Returns
    -------
    DataFrame indexed by option: the least and the greatest count, `yes_low` and `yes_high`, and
    share of those that answered, `share_low` and `share_high` (0 to 1; missing where none did).
    """
    ids = list(options)
    answers = _Answers.of(replies, ids)
    edits = [_edits_by_alternative(replies, choice) for choice in choices]
    distinct_edits = {
        tuple(edit for alternative in scenario for edit in alternative if edit.touches(set(ids)))
        for scenario in product(*edits)
    }
    answered = [
        pd.DataFrame(answers.edited(own_edits)[0], columns=ids) for own_edits in distinct_edits
    ]
    yes = pd.DataFrame([rows.sum() for rows in answered])
    shares = pd.DataFrame([rows.mean() for rows in answered])
    return pd.DataFrame(
        {
            **{"yes_low": yes.min(), "yes_high": yes.max()},
            **{"share_low": shares.min(), "share_high": shares.max()},
        }
    )


def ranges(scenario_tests: pd.DataFrame) -> pd.DataFrame:
    """Summarise the scenarios of each pair.

    Returns
    -------
    One row a pair: `scenarios` (tested), `odds_ratio_low`, `odds_ratio_high`, `p_low`, `p_high`,
    and `share_below_05` (of the scenarios tested, 0 to 1; missing where none was).
    """
    tested = scenario_tests.assign(
        below=below(scenario_tests["p_value"]).where(scenario_tests["p_value"].notna())
    )
    return (
        tested.groupby(["action", "outcome"], sort=False)
        .agg(
            scenarios=("p_value", "count"),
            odds_ratio_low=("odds_ratio", "min"),
            odds_ratio_high=("odds_ratio", "max"),
            p_low=("p_value", "min"),
            p_high=("p_value", "max"),
            share_below_05=("below", lambda below: below.astype(float).mean()),
        )
        .reset_index()
    )


def _row_of(replies: pd.DataFrame, edit: Mapping) -> Hashable:
    matches = replies.index[_rows(replies, edit)]
    if len(matches) != 1:
        raise UnmatchedEditError(
            f"{_words(edit)}: "
            + (f"{len(matches)} replies match" if len(matches) else "no reply matches")
        )
    return matches[0]


def _rows(replies: pd.DataFrame, edit: Mapping) -> pd.Series:
    """Whether each reply is the one that an edit names."""
    named = edit.get("administration", "")
    administration = replies["administration"]
    own = administration.isna() if named == "" else (administration == named).fillna(False)
    return (replies["workshop"] == str(edit["workshop"])).fillna(False) & own


def _check_column(replies: pd.DataFrame, edit: Mapping) -> None:
    if edit.get("column") is not None and edit["column"] not in replies.columns:
        raise UnmatchedEditError(f"{_words(edit)}: there is no column {edit['column']!r}")


def _words(edit: Mapping) -> str:
    name = edit.get("administration") or "the unnamed reply"
    return f"edit of {name} in workshop {edit['workshop']}"
