"""What the answer owes to the choices that rebuilding the replies forced: every combination of them, tested."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd

from followup.statistics.stratified import below, exact_common_odds_ratio, stratum_tables
from followup.tables import answers

COLUMNS = ["scenario", "action", "outcome", "n", "odds_ratio", "p_value"]
AS_GIVEN = "as given"


class UnmatchedEdit(ValueError):
    """A choice edits a reply or a column that the replies do not have."""


def sensitivity(
    replies: pd.DataFrame, pairs: pd.DataFrame, choices: Sequence[Mapping], strata: str = "workshop"
) -> pd.DataFrame:
    """Test every pair under every combination of the choices' alternatives.

    Parameters
    ----------
    replies : as rebuilt with the first alternative of each choice.
    pairs : `action` (or composite `a|b`) and `outcome`.
    choices : the `[[choices]]` of round.toml: `id`, and `alternatives` with `id` and `edits`. An edit names one reply by
        `workshop` and `administration` (an empty one is the reply that names none) and sets a `column` to `value`, renames it
        (`rename`) or leaves it out (`drop`). Edits are matched against the replies as given, so their order does not matter.

    Returns
    -------
    One row a scenario and pair: `scenario` (the alternatives' ids joined by `, `; "as given" without choices), `action`,
    `outcome`, `n`, `odds_ratio` (conditional common estimate), `p_value` (exact stratified), then a column a choice with the
    alternative taken. A pair that can't be tested in a scenario has no odds ratio and no p. The first scenario is the replies
    as given.

    Raises
    ------
    UnmatchedEdit : an edit matches no reply, or names no column.
    """
    known: dict[bytes, tuple[float, float]] = {}
    rows = []
    for taken, edited in scenarios(replies, choices):
        tables = _pair_tables(edited, pairs, strata)
        for action, outcome, table in zip(pairs["action"], pairs["outcome"], tables, strict=True):
            name = ", ".join(taken.values()) or AS_GIVEN
            rows.append(
                (name, action, outcome, table.sum(), *_tested(table, known), *taken.values())
            )
    frame = pd.DataFrame(rows, columns=[*COLUMNS, *(choice["id"] for choice in choices)])
    return frame.astype(
        {"n": "Int64"} | dict.fromkeys(frame.columns.drop(["n", "odds_ratio", "p_value"]), "string")
    )


def scenarios(
    replies: pd.DataFrame, choices: Sequence[Mapping]
) -> Iterator[tuple[dict[str, str], pd.DataFrame]]:
    """Give every combination of alternatives, the first ones first: what is taken of each choice, and the replies so edited."""
    for alternatives in product(*(choice["alternatives"] for choice in choices)):
        taken = {
            choice["id"]: alternative["id"]
            for choice, alternative in zip(choices, alternatives, strict=True)
        }
        yield (
            taken,
            apply_edits(
                replies,
                [edit for alternative in alternatives for edit in alternative.get("edits", [])],
            ),
        )


def apply_edits(replies: pd.DataFrame, edits: Iterable[Mapping]) -> pd.DataFrame:
    """Give the replies with every edit made; raise UnmatchedEdit where one matches no reply or not just one."""
    edited, dropped = replies.copy(), []
    for edit in edits:
        row = _row_of(replies, edit)
        if "column" in edit:
            if edit["column"] not in replies.columns:
                raise UnmatchedEdit(f"{_words(edit)}: there is no column {edit['column']!r}")
            edited.loc[row, edit["column"]] = edit["value"]
        if "rename" in edit:
            edited.loc[row, "administration"] = edit["rename"]
        if edit.get("drop", False):
            dropped.append(row)
    return edited.drop(index=dropped)


def share_ranges(
    replies: pd.DataFrame, choices: Sequence[Mapping], options: Sequence[str]
) -> pd.DataFrame:
    """Count the replies that say yes to each action or outcome under every combination of the choices' alternatives.

    Returns
    -------
    DataFrame indexed by option: the least and the greatest count, `yes_low` and `yes_high`, and share of those that answered,
    `share_low` and `share_high` (0 to 1; missing where none did).
    """
    ids = list(options)
    answered = [edited[ids].astype("Float64") for _, edited in scenarios(replies, choices)]
    yes = pd.DataFrame([rows.sum() for rows in answered])
    shares = pd.DataFrame([rows.mean() for rows in answered]).astype(float)
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
    One row a pair: `scenarios` (tested), `odds_ratio_low`, `odds_ratio_high`, `p_low`, `p_high`, and `share_below_05` (of the
    scenarios tested, 0 to 1; missing where none was).
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


def _pair_tables(replies: pd.DataFrame, pairs: pd.DataFrame, strata: str) -> Iterator[np.ndarray]:
    """Give the strata's tables of each pair; each answer is looked up once."""
    options = pd.unique(pairs[["action", "outcome"]].to_numpy().ravel())
    answered = pd.DataFrame({option: answers(replies, option) for option in options}).assign(
        **{strata: replies[strata]}
    )
    for action, outcome in zip(pairs["action"], pairs["outcome"], strict=True):
        yield stratum_tables(answered, action, outcome, strata)[1]


def _tested(tables: np.ndarray, known: dict[bytes, tuple[float, float]]) -> tuple[float, float]:
    """Test one pair; equal tables are tested once."""
    key = tables.tobytes()
    if key not in known:
        exact = exact_common_odds_ratio(tables)
        silent = len(exact.uninformative) == len(tables)
        known[key] = (np.nan, np.nan) if silent else (exact.odds_ratio, exact.p_value)
    return known[key]


def _row_of(replies: pd.DataFrame, edit: Mapping) -> object:
    named = edit.get("administration", "")
    administration = replies["administration"]
    matches = replies.index[
        (replies["workshop"] == str(edit["workshop"])).fillna(False)
        & (administration.isna() if named == "" else (administration == named).fillna(False))
    ]
    if len(matches) != 1:
        raise UnmatchedEdit(
            f"{_words(edit)}: {'no reply matches' if not len(matches) else f'{len(matches)} replies match'}"
        )
    return matches[0]


def _words(edit: Mapping) -> str:
    return f"edit of {edit.get('administration') or 'the unnamed reply'} in workshop {edit['workshop']}"
