"""What a fact counts, in words that stand beside its figure."""

import re

from publication_audit.context import Context

CELLS = {
    "both": "replies that {acted} and that {reported}",
    "action_only": "replies that {acted}, without {outcome}",
    "outcome_only": "replies that {reported}, without {action}",
    "neither": "replies without {action} and without {outcome}",
    "outcome_given_action": "of the replies that {acted}, those that {reported}",
    "outcome_given_no_action": "of the replies without {action}, those that {reported}",
    "action_given_outcome": "of the replies that {reported}, those that {acted}",
    "action_given_no_outcome": "of the replies without {outcome}, those that {acted}",
}
DECLARED = {
    "round.year": "the year of the survey",
    "round.last_year": "the year of the round before",
    "round.number": "which round of the survey it is",
    "round.first_year": "the year of the first round",
    "round.months_after": "months between a {event} and its questionnaire",
    "round.weeks_open": "weeks in which replies are taken",
    "round.from": "the first month of the fiscal year",
    "round.to": "the last month of the fiscal year",
    "round.conducted": "how the {events} were held",
    "publication.number": "the number of the report",
    "publication.published": "the month of the report",
    "workshops_organised": "{events} organized in the fiscal year",
    "administrations": "administrations that replied and are named",
    "replies.unnamed": "replies whose administration is not named",
}
WHOLES = {
    "workshops": "{events} surveyed",
    "invited": "administrations that were asked",
    "replies": "replies",
    "reply_rate": "of the administrations that were asked, those that replied",
}
RANGES = {"lowest": "the least that", "highest": "the most that"}


def fact_in_words(fact: str, context: Context) -> str:
    """What a fact counts; empty where no words are known for it.

    >>> fact_in_words("action.shared.share", context)  # doctest: +SKIP
    'of all replies, those that shared the materials'
    """
    if " / " in fact or " & " in fact:
        joint = " / " if " / " in fact else " & "
        parts = [fact_in_words(part, context) for part in fact.split(joint)]
        return (" against " if joint == " / " else ", and ").join(parts) if all(parts) else ""
    survey_round = context.publication.survey_round
    names = {"event": survey_round.event, "events": survey_round.events}
    if fact in DECLARED:
        return DECLARED[fact].format(**names)
    kind, _, rest = fact.partition(".")
    if kind == "last":
        words = fact_in_words(rest, context)
        return f"in the round of {survey_round.previous}: {words}" if words else ""
    if kind in WHOLES:
        place = f", {_place(rest, context)}" if rest else ""
        return WHOLES[kind].format(**names) + place
    if kind == "examples":
        return f"kinds of examples in section {rest.removesuffix('.themes')}"
    if kind in ("action", "outcome"):
        return _option(rest, context)
    if kind in ("pair", "verdict", "test"):
        return _pair(kind, rest.split("."), context)
    return ""


def _place(name: str, context: Context) -> str:
    """A workshop by its number and title, or a scope by its name."""
    workshop = context.workshops.get(name)
    if workshop:
        return f"{context.event} {name}: {workshop['title']}"
    return f"{name} {context.publication.survey_round.events}"


def _option(rest: str, context: Context) -> str:
    option, *more = rest.split(".", 1)
    if option not in context.publication.survey_round.options:
        return ""
    what = more[0] if more else ""
    stem, _, limit = what.rpartition(".")
    if limit in RANGES or what in RANGES:
        words = _option(f"{option}.{stem}".rstrip("."), context)
        return f"{RANGES[limit]} the source can be read to say: {words}"
    if what == "rank":
        return f"the place of {context.noun(option)} among the others, by how often it is told of"
    negated = re.match(r"no(?=$|[._])", what)
    workshop = what[3:] if negated else what
    those = f"said no to {context.noun(option)}" if negated else context.phrase(option)
    if workshop == "share":
        return f"of the replies that answered, those that {those}"
    return f"replies that {those}" + (f", {_place(workshop, context)}" if workshop else "")


def _pair(kind: str, parts: list[str], context: Context) -> str:
    action, outcome, *cell = parts
    options = context.publication.survey_round.options
    if not {*action.split("|"), outcome} <= set(options):
        return ""
    if kind != "pair":
        return f"{context.noun(action)} together with {context.noun(outcome)}"
    words = CELLS.get(cell[0] if cell else "", "")
    both = {"acted": context.phrase(action), "reported": context.phrase(outcome)}
    return words.format(action=context.noun(action), outcome=context.noun(outcome), **both)
