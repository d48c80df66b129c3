"""What the sections of the report show: their tables, figures and examples, in the words of the round."""

import pandas as pd
from IPython.display import HTML

from followup import tables
from followup.cleaning.administrations import read_administrations
from followup.facts import Fact, by_name
from followup.report import sentences
from followup.rounds import Round
from followup.show import display, figures
from followup.show.display import number, percent
from followup.statistics.nonresponse import with_intervals

EXAMPLES = {"example": "Example", "theme": "Theme", "workshop": "", "status": "Status"}


def row_names(survey_round: Round, workshops: pd.DataFrame) -> dict[str, str]:
    """A short name for each row, `1 Tariffs, Nov 2030`, and for those of a scope and in all."""
    months = (
        pd.to_datetime(workshops["month"], format="%Y-%m", errors="coerce")
        .dt.strftime(", %b %Y")
        .fillna("")
    )
    labels = {
        row.id: f"{row.id} {row.topic}{month}"
        for row, month in zip(workshops.itertuples(), months, strict=True)
    }
    scopes = {scope: f"All {scope} {survey_round.events}" for scope in tables.scopes(workshops)}
    return {**labels, **scopes, tables.TOTAL: "Total"}


def numbered(name: str, title: str) -> str:
    """A table's caption: `Table 3. …` from the name `table_3`."""
    return f"{name.replace('table_', 'Table ')}. {title}"


def responses_table(survey_round: Round, responses: pd.DataFrame, names: dict[str, str]) -> HTML:
    """Table 1: invited administrations, replies and reply rate."""
    return display.table(
        responses,
        "table_1",
        numbered("table_1", f"Replies to the survey {survey_round.year}"),
        labels={
            "invited": "Administrations that took part",
            "replies": "Replies",
            "reply_rate": "Reply rate",
        },
        rows=names,
        formats={"invited": "count", "replies": "count", "reply_rate": "share"},
        notes=[
            f"Base of each rate: the administrations that took part in the {survey_round.event}, each asked for one reply."
        ],
        stub=survey_round.event.capitalize(),
        strong=[row for row in names if row not in set(survey_round.read_workshops()["id"])],
    )


def responses_figure(
    survey_round: Round, responses: pd.DataFrame, facts: pd.DataFrame, names: dict[str, str]
) -> HTML:
    """Reply rates with intervals; the caption names the best and the least answered workshop."""
    known = with_intervals(responses).loc[[*survey_round.read_workshops()["id"], tables.TOTAL]]
    rows, last = known.drop(index=tables.TOTAL), by_name(facts).get("last.reply_rate")
    without_base = bool(last and pd.isna(last.denominator))
    drawn = figures.reply_rates(
        known, names, last.value if last else None, "*" if without_base else ""
    )
    said = {
        row.Index: f"{names[row.Index]}: {percent(row.reply_rate)} ({number(row.replies)} of {number(row.invited)})"
        for row in rows.itertuples()
    }
    caption, rates = (
        f"How many were invited is not known of any {survey_round.event}.",
        rows["reply_rate"].astype(float),
    )
    if rates.notna().any():
        most, least = said[rates.idxmax()], said[rates.idxmin()]
        caption = f"Most answered is {survey_round.event} {most}; least answered is {survey_round.event} {least}."
    if without_base:
        caption += " * The round before's rate was printed without its base."
    alt = f"Reply rate by {survey_round.event} with intervals. {'; '.join(said.values())}"
    labels = {
        "invited": "Invited",
        "replies": "Replies",
        "reply_rate": "Reply rate",
        "low": "from",
        "high": "to",
    }
    data = figures.behind(
        "response",
        known,
        f"Reply rate by {survey_round.event}, with its interval",
        labels=labels,
        rows=names,
        formats={
            "invited": "count",
            "replies": "count",
            "reply_rate": "share",
            "low": "share",
            "high": "share",
        },
        spanners={"95% interval": ["low", "high"]},
        stub=survey_round.event.capitalize(),
    )
    return figures.show(drawn, survey_round, "response", caption, alt, data)


def actions_table(
    survey_round: Round, actions: pd.DataFrame, replies: pd.DataFrame, names: dict[str, str]
) -> HTML:
    """Table 2: how many replies took each action, with the shares of the replies and of the answers as last rows."""
    bases, total = action_bases(replies, list(actions)), actions.loc[tables.TOTAL]
    labels = {action.id: action.label for action in survey_round.actions}
    answers, known = total.sum(), total.notna().all()
    one_base = bases.nunique() == 1
    of_replies = {
        action: percent(total[action] / base if base else pd.NA) for action, base in bases.items()
    }
    shares = {
        "share": [
            share if one_base else f"{share} of {bases[action]}"
            for action, share in of_replies.items()
        ],
        "share of answers": [
            percent(total[action] / answers if answers and known else pd.NA) for action in actions
        ],
    }
    shown = pd.concat(
        [actions.map(number), pd.DataFrame.from_dict(shares, orient="index", columns=list(actions))]
    )
    rows = {
        "share": f"Share of the {base_in_words(survey_round, replies, actions)}"
        if one_base
        else "Share of the replies",
        "share of answers": f"Share of the {number(answers)} answers given",
    }
    return display.table(
        shown,
        "table_2",
        numbered("table_2", f"Follow-up actions taken after the {survey_round.events}"),
        labels=labels,
        rows={**names, **rows},
        formats=dict.fromkeys(actions, "text"),
        notes=[
            "One reply can name several actions.",
            *sentences.plain(sentences.counted_only(survey_round, replies, survey_round.actions)),
        ],
        stub=survey_round.event.capitalize(),
        strong=("total", *rows),
        download=actions.reset_index(),
    )


def action_bases(replies: pd.DataFrame, actions: list[str]) -> pd.Series:
    """How many replies each action's share is of: those whose answer is known, or all where only counts are."""
    known = {action: replies[action].notna().sum() for action in actions}
    return pd.Series(
        {
            action: known[action] or len(replies) * tables.counts_only(replies, action)
            for action in actions
        }
    )


def base_in_words(survey_round: Round, replies: pd.DataFrame, actions: pd.DataFrame) -> str:
    """The base of the actions' shares: all replies, or those that ticked any answer, and how many did not."""
    base = int(action_bases(replies, list(actions)).iloc[0])
    if all(survey_round.base_of(action) == "all" for action in actions):
        return f"{number(base)} replies"
    return f"{number(base)} replies that named any ({number(len(replies) - base)} named none)"


def actions_figure(
    survey_round: Round, actions: pd.DataFrame, replies: pd.DataFrame, names: dict[str, str]
) -> HTML:
    """Actions by workshop as a heat map with counts."""
    unknown = replies[list(actions)].isna().all(axis=1) & ~replies[list(actions)].isna().all(
        axis=None
    )
    in_base = replies[~unknown].groupby("workshop", observed=True).size()
    by_workshop = in_base.reindex(actions.index.drop(tables.TOTAL), fill_value=0)
    labels = {action.id: action.label for action in survey_round.actions}
    drawn = figures.action_heatmap(actions, by_workshop, labels, names)
    total, bases = actions.loc[tables.TOTAL].dropna(), action_bases(replies, list(actions))
    caption = "How often each action was taken is not known."
    if len(total):
        most, least = total.idxmax(), total.idxmin()
        caption = (
            f"{labels[most]} is the most common action ({number(total[most])} of {number(bases[most])} replies), "
            f"{labels[least].lower()} the least ({number(total[least])}). "
            f"The darker a cell, the larger its share of the {survey_round.event}'s replies."
        )
    alt = f"Heat map, counts of replies by {survey_round.event} and action: " + "; ".join(
        f"{names[workshop]}, {number(by_workshop[workshop])} replies: "
        + ", ".join(f"{labels[action].lower()} {number(row[action])}" for action in actions)
        for workshop, row in actions.drop(index=tables.TOTAL).iterrows()
    )
    return figures.show(drawn, survey_round, "actions", caption, alt, figures.same_as("table_2"))


def outcome_table(
    survey_round: Round,
    outcome_id: str,
    outcome: pd.DataFrame,
    replies: pd.DataFrame,
    names: dict[str, str],
) -> HTML:
    """An outcome's yes and no by workshop, with the shares of those that answered as a last row."""
    name, option = survey_round.tables_of(outcome_id)[0], survey_round.options[outcome_id]
    total = outcome.loc[tables.TOTAL]
    answered = total["yes"] + total["no"]
    shares = {
        "replies": "",
        **{said: percent(total[said] / answered if answered else pd.NA) for said in ("yes", "no")},
    }
    return display.table(
        pd.concat([outcome.map(number), pd.DataFrame(shares, index=["share"])]),
        name,
        numbered(name, option.title),
        labels={"replies": "Replies", "yes": "Yes", "no": "No"},
        rows={**names, "share": f"Share of the {number(answered)} that answered"},
        formats=dict.fromkeys(outcome, "text"),
        notes=sentences.plain(sentences.counted_only(survey_round, replies, [option])),
        stub=survey_round.event.capitalize(),
        strong=("total", "share"),
        download=outcome.reset_index(),
    )


def outcome_figure(
    survey_round: Round, outcome_id: str, outcome: pd.DataFrame, names: dict[str, str]
) -> HTML:
    """Replies with and without the outcome by workshop."""
    option = survey_round.options[outcome_id]
    rows = outcome.drop(index=tables.TOTAL)
    drawn = figures.yes_and_no(outcome, names, option.label, f"No {option.noun}")
    shares = (rows["yes"] / rows["replies"].mask(rows["replies"] == 0)).astype(float)
    caption = "No reply answered this question."
    if shares.notna().any() and (rows["yes"] + rows["no"]).sum() > 0:
        most, least = [
            f"{number(rows.at[row, 'yes'])} of {number(rows.at[row, 'replies'])} for {survey_round.event} {names[row]}"
            for row in (shares.idxmax(), shares.idxmin())
        ]
        caption = f"The share that {option.phrase} runs from {least} to {most}."
    alt = f"{option.label} by {survey_round.event}: " + "; ".join(
        f"{names[row.Index]}: yes {number(row.yes)}, no {number(row.no)}, of {number(row.replies)} replies"
        for row in rows.itertuples()
    )
    return figures.show(
        drawn,
        survey_round,
        outcome_id,
        caption,
        alt,
        figures.same_as(survey_round.tables_of(outcome_id)[0]),
    )


def members(
    survey_round: Round, outcome_id: str, replies: pd.DataFrame, workshops: pd.DataFrame
) -> pd.DataFrame | None:
    """Members that took the outcome's declared actions and that reported it, by workshop; None where no pair is declared."""
    actions = survey_round.pairs_of(outcome_id)
    return (
        tables.members_by_workshop(replies, workshops, [*actions, outcome_id]) if actions else None
    )


def save_members(survey_round: Round, outcome_id: str, listed: pd.DataFrame | None) -> None:
    """Write the table of members, where there is one."""
    if listed is not None:
        survey_round.save(
            listed.reset_index(), f"tables/{survey_round.tables_of(outcome_id)[1]}.csv"
        )


def members_table(
    survey_round: Round,
    outcome_id: str,
    listed: pd.DataFrame | None,
    facts: pd.DataFrame,
    names: dict[str, str],
) -> HTML:
    """Who acted and who saw the outcome; underlined: acted and saw it; bold: saw it and had taken any of the actions."""
    if listed is None:
        return display.note(
            "The round pairs no action with this outcome, so there is no table of members."
        )
    name, actions = survey_round.tables_of(outcome_id)[1], list(survey_round.pairs_of(outcome_id))
    known = read_administrations()["name"].to_dict()
    rows = {
        row.Index: _marked(row, actions, outcome_id, known)
        for row in listed.drop(index=tables.TOTAL).itertuples()
    }
    shown = pd.DataFrame.from_dict(rows, orient="index", columns=[*actions, outcome_id])
    shown = listed.astype(object) if _counts_replies(listed) else shown
    shown.loc[tables.TOTAL] = listed.loc[tables.TOTAL]
    found, composite = by_name(facts), "|".join(actions)
    led = [
        _counted(found.get(f"pair.{action}.{outcome_id}.outcome_given_action"))
        for action in actions
    ]
    shown.loc["led"] = [*led, "–"]
    shown.loc["attributed"] = ["–"] * len(actions) + [
        _counted(found.get(f"pair.{composite}.{outcome_id}.action_given_outcome"))
    ]
    option = survey_round.options[outcome_id]
    summary = {
        "led": f"of which {option.phrase}",
        "attributed": "of which had taken any of these actions",
    }
    return display.table(
        shown,
        name,
        numbered(
            name,
            f"{option.label}, and the follow-up actions that the round pairs with this outcome",
        ),
        labels={column: survey_round.options[column].label for column in shown},
        rows={**names, **summary},
        marked=list(shown),
        notes=[
            "No reply names its administration: the table counts replies."
            if _counts_replies(listed)
            else f"Underlined: took the action and {option.phrase}. Bold: {option.phrase} and had taken any of these actions.",
            "A share of those with the outcome says nothing by itself: the sentences below set it beside those without.",
        ],
        stub=survey_round.event.capitalize(),
        strong=("total", "led", "attributed"),
        download=listed.reset_index(),
        filter_by=f"administration or {survey_round.event}",
    )


def _marked(row: tuple, actions: list[str], outcome_id: str, names: dict[str, str]) -> list[str]:
    saw = set(getattr(row, outcome_id).split())
    acted = set().union(*(getattr(row, action).split() for action in actions))
    return [
        *(
            display.mark_members(getattr(row, action), underlined=saw, names=names)
            for action in actions
        ),
        display.mark_members(getattr(row, outcome_id), bold=acted, names=names),
    ]


def _counts_replies(listed: pd.DataFrame) -> bool:
    """Whether a table of members counts replies, since none names its administration."""
    return bool(listed.map(str.isdecimal).all(axis=None))


def _counted(share: Fact | None) -> str:
    return f"{number(share.numerator)} ({percent(share.value)})" if share else "–"


def pair_sentences(survey_round: Round, outcome_id: str, facts: pd.DataFrame) -> HTML:
    """Both conditionals of every declared pair and composite; nothing where none is declared, as `members_table` says then."""
    actions = survey_round.pairs_of(outcome_id)
    if not actions:
        return HTML("")
    composites = [
        "|".join(pair.actions)
        for pair in survey_round.pairs
        if pair.outcome == outcome_id and pair.composite
    ]
    known = [
        action
        for action in [*actions, *composites]
        if f"pair.{action}.{outcome_id}.both" in set(facts["fact"])
    ]
    texts = [
        text
        for action in known
        for text in sentences.conditionals(survey_round, facts, action, outcome_id)
    ]
    return (
        display.bullets(texts)
        if texts
        else display.note("No pair can be compared: none was answered.")
    )


def examples_of(survey_round: Round, section: str) -> pd.DataFrame:
    """The examples of one section, as text."""
    examples = survey_round.read_good_practices()
    return examples[examples["section"] == section]


def examples(survey_round: Round, section: str, workshops: pd.DataFrame) -> HTML | None:
    """A section's examples under their heading: administration, what was done, theme, workshop, and whether it is only planned.

    Nothing where none were collected.
    """
    found = examples_of(survey_round, section)
    if found.empty:
        return None
    topics, known = workshops.set_index("id")["topic"], read_administrations()["name"]
    names = found[["administration", "workshop"]].assign(
        administration=found["administration"].map(known), workshop=found["workshop"].map(topics)
    )
    ordered = found.assign(**names.fillna("Not named"), status=_status(found).str.capitalize())
    planned = int((_status(found) == "planned").sum())
    shown = display.table(
        ordered.sort_values("theme", kind="stable").set_index("administration")[list(EXAMPLES)],
        f"examples_{section}",
        f"{len(found)} examples, {planned or 'none'} of them only planned; retold in one sentence each",
        labels={**EXAMPLES, "workshop": survey_round.event.capitalize()},
        stub="Administration",
        strong=(),
        filter_by=f"administration, {survey_round.event} or word",
        kind="examples",
    )
    return display.titled("What did it look like in practice?", shown)


def _status(found: pd.DataFrame) -> pd.Series:
    return found["status"].where(found["status"] == "planned", "done")


def themes_figure(survey_round: Round, section: str) -> HTML:
    """A section's examples by theme, done and planned."""
    found = examples_of(survey_round, section)
    if found.empty:
        return display.note("No examples were collected for this section.")
    counted = pd.crosstab(found["theme"], _status(found)).reindex(
        columns=["done", "planned"], fill_value=0
    )
    sums = counted.sum(axis=1).sort_values(ascending=False, kind="stable")
    counted = counted.loc[sums.index]
    said = "; ".join(
        f"{row.Index}: {row.done + row.planned} examples, {row.planned} planned"
        for row in counted.itertuples()
    )
    caption = f"{sums.index[0]} has {sums.iloc[0]} of the {len(found)} examples; {counted['planned'].sum()} are only planned."
    data = figures.behind(
        "lessons",
        counted,
        "Examples by theme",
        labels={"done": "Done", "planned": "Planned"},
        formats=dict.fromkeys(counted, "count"),
        stub="Theme",
    )
    return figures.show(
        figures.examples_by_theme(counted),
        survey_round,
        "lessons",
        caption,
        f"Examples by theme. {said}",
        data,
    )


def themes_sentence(survey_round: Round, section: str) -> HTML:
    """How many examples there are, of how many administrations and workshops."""
    found = examples_of(survey_round, section)
    if found.empty:
        return HTML("")
    named = found.loc[found["administration"] != "", "administration"].nunique()
    workshops = found.loc[found["workshop"] != "", "workshop"].nunique()
    text = (
        f"<strong>{len(found)} examples come from {named} administrations and {workshops} {survey_round.events}.</strong> "
        "They show what is possible; they were chosen by the office and say nothing of how common it is."
    )
    return display.paragraphs([text])
