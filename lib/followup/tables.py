"""The tables of the report: counts by workshop, and the members behind them."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from followup.cleaning.administrations import read_administrations
from followup.declaration import Option
from followup.members import answered_invitations
from followup.rounds import Round
from followup.statistics.stratified import any_of

TOTAL = "total"


def with_totals(table: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """Add rows that sum the counts: one for each value of `by` where there are several, then
    `total`.

    Parameters
    ----------
    table : counts, a row a workshop; missing = not known.
    by : a column of text to sum by, which the result lacks.

    Returns
    -------
    The table and its totals (Int64); a sum with a missing part is missing.
    """
    counts = table.drop(columns=by) if by else table
    values = list(dict.fromkeys(table[by])) if by else []
    groups = {value: counts[table[by] == value] for value in (values if len(values) > 1 else [])}
    sums = {name: part.sum(skipna=False) for name, part in {**groups, TOTAL: counts}.items()}
    totals = pd.concat([counts, pd.DataFrame(sums).T]).astype("Int64")
    totals.index.name = table.index.name
    return totals


def row_labels(survey_round: Round, workshops: pd.DataFrame) -> dict[str, str]:
    """Give the rows of a table by workshop their names: `1 Tariffs, Nov 2030`, those of a scope,
    and the total's."""
    months = pd.to_datetime(workshops["month"], format="%Y-%m", errors="coerce")
    ends = months.dt.strftime(", %b %Y").fillna("")
    labels = {
        str(row.id): f"{row.id} {row.topic}{end}"
        for row, end in zip(workshops.itertuples(), ends, strict=True)
    }
    sums = {scope: f"All {scope} {survey_round.events}" for scope in scopes(workshops)}
    return {**labels, **sums, TOTAL: "Total"}


def counts_only(replies: pd.DataFrame, option: str) -> bool:
    """Whether an action or outcome has no answer in any reply, so that only counts of it can be
    known."""
    return bool(replies[option].isna().all())


def responses(replies: pd.DataFrame, workshops: pd.DataFrame) -> pd.DataFrame:
    """Invited administrations and replies of each workshop, of each scope, and in all.

    Parameters
    ----------
    replies : one row a reply, with `workshop`.
    workshops : `id`, `scope` and `invited` (count, missing = not known), in published order.

    Returns
    -------
    DataFrame indexed by workshop id, then scope (`sub-regional`, `regional`; none where all are of
    one), then `total`:
    `invited`, `replies` (counts; missing where not known), `answered` (the replies that answer an
    invitation) and `reply_rate` (0 to 1), which is of these.
    """
    by_id = workshops.set_index("id")
    replied = replies.groupby("workshop", observed=True).size().reindex(by_id.index, fill_value=0)
    rows = pd.DataFrame({"invited": by_id["invited"], "replies": replied.astype("Int64")})
    rows["answered"] = answered_invitations(replies, workshops)
    table = with_totals(rows.assign(scope=by_id["scope"]), by="scope").rename_axis("workshop")
    return table.assign(reply_rate=table["answered"] / table["invited"].mask(table["invited"] == 0))


def scopes(workshops: pd.DataFrame) -> list[str]:
    """The scopes of a round's workshops in published order; none where all are of one."""
    names = list(dict.fromkeys(workshops["scope"]))
    return names if len(names) > 1 else []


def actions_by_workshop(
    replies: pd.DataFrame, counts: pd.DataFrame, workshops: pd.DataFrame, actions: list[str]
) -> pd.DataFrame:
    """Count the replies that took each action, for each workshop and in all.

    Parameters
    ----------
    replies : one row a reply, a nullable boolean column an action.
    counts : `workshop, variable, yes, no`, for the actions known only as counts.
    actions : ids, in the order of the columns.

    Returns
    -------
    DataFrame indexed by workshop id, then `total`: one count an action (Int64; missing = not
    known).
    """
    return with_totals(answers_by_workshop(replies, counts, workshops, actions)["yes"])


def outcome_by_workshop(
    replies: pd.DataFrame, counts: pd.DataFrame, workshops: pd.DataFrame, outcome: str
) -> pd.DataFrame:
    """Count yes and no answers about one outcome, for each workshop and in all.

    Returns
    -------
    DataFrame indexed by workshop id, then `total`: `replies`, `yes`, `no` (counts; yes + no <=
    replies, the rest did not answer).
    """
    return with_totals(yes_by_workshop(replies, counts, workshops, outcome))


def yes_by_workshop(
    replies: pd.DataFrame, counts: pd.DataFrame, workshops: pd.DataFrame, option: str
) -> pd.DataFrame:
    """Replies, yes and no of one option by workshop, from the replies, or from the printed counts
    where that is all there is."""
    answers = answers_by_workshop(replies, counts, workshops, [option])
    replied = replies["workshop"].value_counts().reindex(workshops["id"], fill_value=0)
    table = pd.DataFrame({kind: answers[kind][option] for kind in ("yes", "no")})
    table.insert(0, "replies", replied.astype("Int64"))
    return table


def answers_by_workshop(
    replies: pd.DataFrame, counts: pd.DataFrame, workshops: pd.DataFrame, options: list[str]
) -> dict[str, pd.DataFrame]:
    """Count the `yes` and the `no` of each option by workshop, from the replies, or from the
    printed counts where that is all there is.

    Returns
    -------
    Two frames indexed by workshop id, a column an option (Int64; missing = not known).
    """
    ids = pd.Index(workshops["id"], name="workshop")
    places = ids.get_indexer(replies["workshop"])
    printed = counts.groupby("variable")
    sums: dict[str, dict] = {"yes": {}, "no": {}}
    for option in options:
        answers = replies[option].to_numpy(float, na_value=np.nan)
        for kind, answer in (("yes", 1), ("no", 0)):
            own = places[(answers == answer) & (places >= 0)]
            sums[kind][option] = np.bincount(own, minlength=len(ids))
        if np.isnan(answers).all() and option in printed.groups:
            own_counts = printed.get_group(option).set_index("workshop").reindex(ids)
            sums["yes"][option], sums["no"][option] = own_counts["yes"], own_counts["no"]
    return {kind: pd.DataFrame(columns, ids, dtype="Int64") for kind, columns in sums.items()}


def both_answered(replies: pd.DataFrame, action: str, outcome: str) -> pd.DataFrame:
    """Replies that answered both an action (or composite `a|b`) and an outcome.

    Returns
    -------
    Those rows with all their columns, and boolean columns `action` and `outcome`.
    """
    both = replies.assign(action=any_of(replies, action), outcome=any_of(replies, outcome))
    return both.dropna(subset=["action", "outcome"]).astype({"action": bool, "outcome": bool})


def pair_counts(replies: pd.DataFrame, action: str, outcome: str) -> dict[str, int]:
    """Cross an action (or composite `a|b`) with an outcome, over the replies that answered both.

    Returns
    -------
    Counts `both`, `action_only`, `outcome_only`, `neither`.
    """
    to_action, to_outcome = any_of(replies, action), any_of(replies, outcome)
    is_known = (to_action.notna() & to_outcome.notna()).to_numpy()
    acted, saw = to_action[is_known].to_numpy(bool), to_outcome[is_known].to_numpy(bool)
    return {
        "both": int((acted & saw).sum()),
        "action_only": int((acted & ~saw).sum()),
        "outcome_only": int((~acted & saw).sum()),
        "neither": int((~acted & ~saw).sum()),
    }


def words_of(options: Iterable[Option]) -> pd.DataFrame:
    """Give the words for actions or outcomes, indexed by id: `label`, `noun`, `phrase`."""
    rows = {option.id: (option.label, option.noun, option.phrase) for option in options}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["label", "noun", "phrase"])


def bases(replies: pd.DataFrame, counts: pd.DataFrame, options: list[str]) -> pd.Series:
    """Count the replies that the share of each action or outcome is of.

    Returns
    -------
    Series by option: the replies whose answer is known, all of them where the source gives counts,
    0 where nothing is known.
    """
    numbers = replies[options].notna().sum()
    printed = numbers.index.isin(counts["variable"])
    return numbers.mask((numbers == 0) & printed, len(replies))


def examples_of(survey_round: Round, section: str, workshops: pd.DataFrame) -> pd.DataFrame:
    """Give a section's examples of good practice, each once, in the order of their themes.

    Returns
    -------
    DataFrame indexed by `administration` (its name, or "Not named"): `example`, `workshop` (topic,
    or "Not named"), `theme`,
    `status` ("Done" or "Planned"). Of one printed twice the row that names its administration is
    kept.
    """
    examples = survey_round.read_good_practices()
    own = examples[examples["section"] == section].copy()
    own["named"] = own["administration"] != ""
    own["administration"] = own["administration"].map(read_administrations()["name"])
    own["workshop"] = own["workshop"].map(workshops.set_index("id")["topic"])
    own["status"] = own["status"].where(own["status"] == "planned", "done").str.capitalize()
    once = own.sort_values("named", ascending=False, kind="stable").drop_duplicates("example")
    ordered = once.sort_index().sort_values("theme", kind="stable").fillna("Not named")
    return ordered.set_index("administration")[["example", "workshop", "theme", "status"]]
