"""The member administrations that a round asked: who was invited to what, and who replied."""

import pandas as pd

from followup.cleaning.administrations import read_administrations


def invitations(workshops: pd.DataFrame) -> pd.DataFrame:
    """List who was invited to what, as far as it is known: `workshop` and `administration` (code),
    a row an invitation."""
    named = workshops.reindex(columns=["id", "invited_administrations"]).set_axis(
        ["workshop", "administration"], axis="columns"
    )
    codes = named["administration"].astype("string").fillna("").str.split(";")
    listed = named.assign(administration=codes).explode("administration").astype("string")
    listed["administration"] = listed["administration"].str.strip()
    return listed[listed["administration"].fillna("") != ""].reset_index(drop=True)


def invited_codes(workshops: pd.DataFrame) -> dict[str, set[str]]:
    """Give the codes of the administrations invited to each workshop that names them."""
    invited = invitations(workshops).groupby("workshop")["administration"]
    return {str(workshop): set(codes) for workshop, codes in invited}


def invited_or_unlisted(replies: pd.DataFrame, workshops: pd.DataFrame) -> pd.Series:
    """Say of each reply whether its administration was invited, as far as can be told: it names
    none, or its workshop lists nobody, or lists it."""
    listed = invitations(workshops)
    columns = ["workshop", "administration"]
    free = replies["administration"].isna() | ~replies["workshop"].isin(set(listed["workshop"]))
    if free.all():
        return free
    on_list = pd.MultiIndex.from_frame(replies[columns]).isin(pd.MultiIndex.from_frame(listed))
    return free | on_list


def answered_invitations(replies: pd.DataFrame, workshops: pd.DataFrame) -> pd.Series:
    """Count the replies that answer an invitation: all but those of administrations that a
    workshop's own list of invited does not have, which were kept though not invited.

    Returns
    -------
    Int64 by workshop, in published order.
    """
    counts = replies.loc[invited_or_unlisted(replies, workshops), "workshop"].value_counts()
    return counts.reindex(workshops["id"], fill_value=0).astype("Int64").rename("answered")


def members_asked(replies: pd.DataFrame, workshops: pd.DataFrame) -> pd.DataFrame:
    """List the members that were invited, as far as that is known, or that replied.

    Returns
    -------
    DataFrame indexed by code, in the order of the codes: `name`, `invitations` (0 where none is
    known), `replies` (counts).
    """
    invited = invitations(workshops)["administration"].value_counts()
    sent = replies["administration"].value_counts()
    codes = pd.Index(sorted({*invited.index, *sent.index}), name="code", dtype=object)
    counts = {"invitations": invited, "replies": sent}
    names = read_administrations()["name"].reindex(codes)
    return pd.DataFrame({"name": names.fillna(codes.to_series())}).assign(
        **{column: count.reindex(codes, fill_value=0) for column, count in counts.items()}
    )


def member_code(members: pd.DataFrame, code: str) -> str:
    """Give the code of a member that was asked: the one named, or the first that replied where none
    is named.

    Raises
    ------
    ValueError
        No member is known to have been asked, or not this one; those that were are named.
    """
    if members.empty:
        raise ValueError(
            "no administration is named in the replies or invited by name: "
            "there is nobody to give feedback to"
        )
    if code and code not in members.index:
        codes = ", ".join(members.index)
        raise ValueError(f"{code} was neither invited nor replied; these were or did: {codes}")
    return code or str(members["replies"].gt(0).idxmax())
