"""Where the replies come from: how they were obtained, every change on the way, and what could not be known."""

from collections.abc import Iterator

import pandas as pd
from IPython.display import HTML

from followup.cleaning.administrations import read_administrations
from followup.report.sections import row_names
from followup.report.sentences import join
from followup.rounds import Round
from followup.show import display

COLUMNS = {"changes": "Changes", "places": "Where"}
LOG = {"column": "Column", "before": "Before", "after": "After", "reason": "Reason"}


def origin(survey_round: Round) -> Iterator[str]:
    """How this round's replies were obtained."""
    if survey_round.source == "questionnaire":
        yield "The replies are the questionnaire's own, one row a reply."
        return
    publication, rebuild = survey_round.publication, survey_round.rebuild
    lists = join([name.replace("table_", "Table ") for name in rebuild.lists])
    yield (
        f"<strong>The questionnaires themselves are not published.</strong> {lists} of the {publication.title} name, "
        f"for each {survey_round.event}, every member that took an action or saw an outcome: from those lists each reply is rebuilt. "
        "A reply says yes where a list names it and no where none does."
    )
    counted = join([survey_round.options[option].noun for option in rebuild.counts])
    yield f"Known only as counts for each {survey_round.event}: {counted}. These stay counts; no reply is guessed from them."


def replies_made(survey_round: Round, replies: pd.DataFrame) -> list[str]:
    """How many replies there are, and how many have an administration."""
    named = replies["administration"].notna()
    return [
        f"<strong>{len(replies)} replies, {int(named.sum())} of them with an administration</strong>: "
        f"{replies['administration'].nunique()} administrations, and {replies['workshop'].nunique()} {survey_round.events}."
    ]


def changes_table(counted: pd.DataFrame) -> HTML:
    """The changes counted by reason."""
    shown = counted.set_index("reason")
    caption = f"{int(counted['changes'].sum())} changes between the raw data and the replies"
    return display.table(
        shown,
        "changes",
        caption,
        labels=COLUMNS,
        stub="Reason",
        formats={"changes": "count"},
        strong=(),
    )


def log_table(survey_round: Round, log: pd.DataFrame) -> HTML:
    """The whole cleaning log."""
    words = {
        "source": {r"^table_": "Table ", r"^.*/": ""},
        "before": {"^$": "(empty)"},
        "after": {"^$": "(nothing)"},
    }
    shown = log.replace(words, regex=True).set_index("source")
    labels = {"row": f"{survey_round.event.capitalize()} or row", **LOG}
    return display.table(
        shown,
        "cleaning_log",
        "The cleaning log",
        labels=labels,
        stub="Source",
        strong=(),
        download=log,
    )


def choices_table(survey_round: Round) -> HTML:
    """The choices that rebuilding forces: the question, what was taken, and the alternatives."""
    if not survey_round.choices:
        return display.note("The replies are as they were given: nothing had to be chosen.")
    rows = [
        {
            "question": choice.question,
            "taken": choice.alternatives[0].label,
            "alternatives": "; ".join(alternative.label for alternative in choice.alternatives[1:]),
        }
        for choice in survey_round.choices
    ]
    shown = pd.DataFrame(rows).set_index("question")
    labels = {"taken": "Taken here", "alternatives": "Tried in the sensitivity analysis"}
    return display.table(
        shown,
        "choices",
        "Choices made in rebuilding the replies",
        labels=labels,
        stub="Question",
        strong=(),
    )


def unknowns(survey_round: Round, replies: pd.DataFrame, workshops: pd.DataFrame) -> Iterator[str]:
    """What stays open: replies without a name, and examples of administrations that did not reply for the workshop."""
    topics, known = workshops.set_index("id")["topic"], read_administrations()["name"]
    unnamed = replies.loc[replies["administration"].isna(), "workshop"]
    because = (
        "; no list names it, so it took none of the listed answers"
        if survey_round.source == "publication"
        else ""
    )
    if len(unnamed) == len(replies):
        yield "The questionnaire does not say which administration a reply is of."
    for workshop, count in (
        unnamed.value_counts(sort=False).items() if len(unnamed) < len(replies) else ()
    ):
        what = f"{count} replies have" if count > 1 else "one reply has"
        where = f"{survey_round.event.capitalize()} {workshop} ({topics[workshop]})"
        yield f"{where}: {what} no administration{because}."
    for option in survey_round.options.values():
        missing = int(replies[option.id].isna().sum())
        if survey_round.source == "questionnaire" and missing:
            yield f"{option.label}: {missing} of {len(replies)} replies gave no answer, or were not sure."
    replied = set(zip(replies["workshop"], replies["administration"], strict=True))
    examples, stratum = survey_round.read_good_practices(), survey_round.event
    for example in examples.itertuples():
        place = (example.workshop, example.administration)
        if all(place) and place not in replied:
            yield (
                f"An example of section {example.section} names {known[example.administration]} for {stratum} {example.workshop} "
                f"({topics[example.workshop]}), for which no reply of it is known: the example is shown, and counts as no reply."
            )
    for example in examples[
        (examples["workshop"] == "") | (examples["administration"] == "")
    ].itertuples():
        yield f"An example of section {example.section} ({example.id}) is printed without its administration or {stratum}."


def members_table(survey_round: Round, replies: pd.DataFrame, workshops: pd.DataFrame) -> HTML:
    """The administrations that replied, by workshop."""
    names = row_names(survey_round, workshops)
    known = read_administrations()["name"]
    named = replies.dropna(subset="administration")
    lists = named.groupby("workshop", observed=True)["administration"].agg(
        lambda codes: "; ".join(sorted(known[code] for code in codes))
    )
    sizes = replies.groupby("workshop", observed=True).size()
    shown = (
        pd.DataFrame({"replies": sizes, "administrations": lists})
        .reindex(workshops["id"])
        .fillna({"replies": 0})
    )
    labels = {"replies": "Replies", "administrations": "Administrations"}
    return display.table(
        shown,
        "members",
        "Administrations that replied",
        labels=labels,
        rows=names,
        formats={"replies": "count"},
        stub=survey_round.event.capitalize(),
        filter_by=f"administration or {survey_round.event}",
    )
