"""Where the replies come from: what was decided about them, and which are still awaited."""

import pandas as pd

from followup.cleaning.administrations import read_administrations
from followup.members import invited_codes
from followup.rounds import Round

MOST_NAMES = 100  # of those who replied about one workshop; more are counted
REMINDER = ["workshop", "title", "due", "closes", "code", "administration"]


def choices_made(survey_round: Round) -> pd.DataFrame:
    """Give the choices that rebuilding the replies forces: a row a `question`, what is `taken`, and
    the `alternatives`."""
    rows = []
    for choice in survey_round.choices:
        default, *others = [alternative.label for alternative in choice.alternatives]
        rows.append((choice.question, default, "; ".join(others)))
    return pd.DataFrame(rows, columns=["question", "taken", "alternatives"]).set_index("question")


def decisions_made(survey_round: Round) -> pd.DataFrame:
    """Give what a person decided about single replies: by `row` of the export the `decision` and
    `why`."""
    rows = []
    for decision in survey_round.decisions:
        parts = [
            "left out" if decision.drop else "",
            "kept, though not invited" if decision.keep else "",
            f"about {survey_round.event} {decision.workshop}" if decision.workshop else "",
            f"from {decision.administration}" if decision.administration else "",
        ]
        rows.append((str(decision.row), ", ".join(filter(None, parts)), decision.why))
    return pd.DataFrame(rows, columns=["row", "decision", "why"]).set_index("row")


def replied(replies: pd.DataFrame) -> set[tuple[str, str]]:
    """Workshop and administration of each reply that names one."""
    once = replies[["workshop", "administration"]].dropna().drop_duplicates()
    return set(once.itertuples(index=False, name=None))


def examples_without_reply(
    survey_round: Round, replies: pd.DataFrame, workshops: pd.DataFrame
) -> pd.DataFrame:
    """Find the examples that no reply can be told to belong to.

    Returns
    -------
    One row an example: `section`, `administration` (name) and `workshop` (id and topic), missing
    where it is printed without.
    """
    examples = survey_round.read_good_practices()
    answered = replied(replies)
    places = zip(examples["workshop"], examples["administration"], strict=True)
    without = [place not in answered for place in places]
    lost = examples[pd.Series(without, examples.index, dtype=bool)]
    topics = (workshops["id"] + " " + workshops["topic"]).set_axis(workshops["id"])
    return pd.DataFrame(
        {
            "section": lost["section"],
            "administration": lost["administration"].map(read_administrations()["name"]),
            "workshop": lost["workshop"].map(topics),
        }
    )


def deadlines(survey_round: Round, workshops: pd.DataFrame) -> pd.DataFrame:
    """Give when each workshop's questionnaire is due, so many months after it, and when replies
    close, so many weeks later.

    Returns
    -------
    DataFrame indexed by workshop: `due, closes` (YYYY-MM-DD). Of a workshop known only by its
    month, `due` is a month (YYYY-MM) and `closes` empty; both are empty where not even that is
    known, and where the round does not declare the months or the weeks.
    """
    months, weeks = survey_round.months_after, survey_round.weeks_open
    rows = {}
    for row in workshops.to_dict("records"):
        held = pd.Timestamp(str(row.get("date") or row["month"] or "NaT"))
        day = pd.NaT if months is None else held + pd.DateOffset(months=months)
        exact = weeks is not None and bool(row.get("date"))
        closing = day + pd.Timedelta(weeks=weeks or 0) if exact else pd.NaT
        dates = (day, "%Y-%m-%d" if row.get("date") else "%Y-%m"), (closing, "%Y-%m-%d")
        rows[row["id"]] = ["" if pd.isna(one) else f"{one:{form}}" for one, form in dates]
    columns = ["due", "closes"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("workshop")


def awaited(survey_round: Round, replies: pd.DataFrame, workshops: pd.DataFrame) -> pd.DataFrame:
    """List for a reminder the invited administrations that have not replied.

    Returns
    -------
    One row an administration and workshop: `workshop, title, due, closes, code, administration`. A
    workshop whose invited administrations are not named has none.
    """
    members = read_administrations()
    invited, dates = invited_codes(workshops), deadlines(survey_round, workshops)
    answered = replied(replies)
    titles = workshops.set_index("id")["title"]
    rows = [
        (workshop, titles[workshop], *dates.loc[workshop], code, members["name"][code])
        for workshop, codes in invited.items()
        for code in sorted(codes)
        if (workshop, code) not in answered
    ]
    return pd.DataFrame(rows, columns=REMINDER, dtype="string")


def members_replied(
    survey_round: Round, replies: pd.DataFrame, workshops: pd.DataFrame
) -> pd.DataFrame:
    """Say for each workshop who has replied, and who has not.

    Returns
    -------
    DataFrame indexed by workshop: `replies` (count) and `replied`; of a questionnaire also
    `awaited`, and `due` and `closes` where they are known of any (see `deadlines`). Names are
    joined by ; (more than a hundred are counted), or "nobody", or "not known".
    """
    unknown = set(workshops["id"]) - set(invited_codes(workshops))
    named = replies.dropna(subset="administration")
    codes = named["administration"]
    persons = codes.map(read_administrations()["name"]).fillna(codes)  # a respondent has a number
    names = named.assign(administration=persons)
    missing = awaited(survey_round, replies, workshops)
    table = deadlines(survey_round, workshops)
    table.insert(0, "replies", replies["workshop"].value_counts())
    table["replies"] = table["replies"].fillna(0).astype(int)
    for column, rows in (("replied", names), ("awaited", missing)):
        joined = rows.groupby("workshop", observed=True)["administration"].agg(_joined)
        table[column] = joined.reindex(table.index, fill_value="nobody")
    unnamed = replies.loc[replies["administration"].isna(), "workshop"].drop_duplicates()
    silent = table.index.isin(unnamed) & (table["replied"] == "nobody")
    table["replied"] = table["replied"].mask(silent, "not known")
    table["awaited"] = table["awaited"].mask(table.index.isin(unknown), "not known")
    followed = ["awaited", "due", "closes"] if survey_round.source == "questionnaire" else []
    followed = [column for column in followed if (table[column] != "").any()]
    return table[["replies", "replied", *followed]]


def _joined(names: pd.Series) -> str:
    return "; ".join(sorted(names)) if len(names) <= MOST_NAMES else f"{len(names):,} of them"
