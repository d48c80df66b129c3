"""Following the replies as they come: when each questionnaire is due and closes, who has replied, and whom to remind."""

import pandas as pd
from IPython.display import HTML

from followup.cleaning.administrations import read_administrations, spellings
from followup.cleaning.questionnaire import invited_codes
from followup.rounds import Round
from followup.show import display

LABELS = {
    "due": "Due",
    "closes": "Replies close",
    "replied": "Has replied",
    "awaited": "Has not replied",
}
REMINDER = ["workshop", "title", "due", "closes", "code", "administration"]


def deadlines(survey_round: Round, workshops: pd.DataFrame) -> pd.DataFrame:
    """When each workshop's questionnaire is due, so many months after it, and when replies close, so many weeks later.

    Returns
    -------
    DataFrame indexed by workshop: `due, closes` (YYYY-MM-DD). Of a workshop known only by its month, `due` is a month (YYYY-MM)
    and `closes` empty; both are empty where not even that is known.
    """
    months, weeks = survey_round.months_after, survey_round.weeks_open
    rows = {}
    for row in workshops.to_dict("records"):
        day = pd.to_datetime(row.get("date") or row["month"] or None) + pd.DateOffset(months=months)
        if row.get("date"):
            rows[row["id"]] = f"{day:%Y-%m-%d}", f"{day + pd.Timedelta(weeks=weeks):%Y-%m-%d}"
        else:
            rows[row["id"]] = ("" if pd.isna(day) else f"{day:%Y-%m}"), ""
    return pd.DataFrame.from_dict(rows, orient="index", columns=["due", "closes"]).rename_axis(
        "workshop"
    )


def awaited(survey_round: Round, replies: pd.DataFrame, workshops: pd.DataFrame) -> pd.DataFrame:
    """The reminder's list: the invited administrations that have not replied.

    Returns
    -------
    One row an administration and workshop: `workshop, title, due, closes, code, administration`. A workshop whose invited
    administrations are not named has none.
    """
    known = read_administrations()
    invited, dates = invited_codes(workshops, spellings(known)), deadlines(survey_round, workshops)
    answered = set(zip(replies["workshop"], replies["administration"].fillna(""), strict=True))
    titles = workshops.set_index("id")["title"]
    rows = [
        (workshop, titles[workshop], *dates.loc[workshop], code, known["name"][code])
        for workshop, codes in invited.items()
        for code in sorted(codes)
        if (workshop, code) not in answered
    ]
    return pd.DataFrame(rows, columns=REMINDER, dtype="string")


def tracking_table(
    survey_round: Round, replies: pd.DataFrame, workshops: pd.DataFrame, names: dict[str, str]
) -> HTML:
    """Dates, who has replied and who has not, for each workshop; the link downloads the list for the reminder."""
    known = read_administrations()["name"]
    missing, invited = (
        awaited(survey_round, replies, workshops),
        invited_codes(workshops, spellings(read_administrations())),
    )
    shown = deadlines(survey_round, workshops)
    named = replies.dropna(subset="administration")
    shown["replied"] = [
        "; ".join(
            sorted(
                known[code] for code in named.loc[named["workshop"] == workshop, "administration"]
            )
        )
        or "–"
        for workshop in shown.index
    ]
    shown["awaited"] = [
        (
            "; ".join(sorted(missing.loc[missing["workshop"] == workshop, "administration"]))
            or "nobody"
        )
        if workshop in invited
        else "not known"
        for workshop in shown.index
    ]
    notes = [
        f"Due {survey_round.months_after} months after the {survey_round.event}; replies close "
        f"{survey_round.weeks_open} weeks later. Where only the month is known, so is that of the due date."
    ]
    if len(invited) < len(workshops):
        notes.append(
            "Who has not replied is not known where workshops.csv does not name the administrations invited."
        )
    unnamed = len(replies) - len(named)
    if unnamed:
        notes.append(f"Replies that name no administration: {unnamed}. They are not in this list.")
    return display.table(
        shown.replace("", "–"),
        "reminder",
        "Who has replied, and who is awaited",
        LABELS,
        names,
        notes=notes,
        stub=survey_round.event.capitalize(),
        strong=(),
        download=missing,
        filter_by=f"administration or {survey_round.event}",
    )
