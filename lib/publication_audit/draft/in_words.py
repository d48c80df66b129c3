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
DECLARED |= {
    "workshops.from": "the month of the first of the {events}",
    "workshops.to": "the month of the last of the {events}",
    "unanswered": "invitations that nobody answered",
    "replies.uninvited": "replies of those that were not invited",
    "workshops.with_rate": "{events} of which it is known how many were invited",
    "links": "pairs of an action and an outcome that are to be tested",
    "links.confirmed": "pairs whose link is confirmed",
    "links.sign": "pairs that show a weak sign of a link",
    "links.not_shown": "pairs that cannot be told apart from chance",
    "links.unclear": "pairs that cannot be told apart from chance and leave a strong link open",
    "links.weak": "pairs that show no link and leave no strong one open",
    "links.untested": "pairs that cannot be tested",
    "links.one_way": "pairs of which one of the two comparisons cannot be made",
    "links.detectable": "pairs of which some difference would usually be confirmed",
    "links.undetectable": "pairs of which no difference would usually be confirmed",
    "links.difference.lowest": "points from which on some pair would usually be confirmed",
    "links.difference.highest": "points from which on each such pair would usually be confirmed",
    "links.chance": "how often chance alone gives a weak sign in a round like this",
    "links.omnibus_p": "p of the test of all pairs at once",
    "audit": "printed items that were checked",
    "audit.agrees": "printed items that agree",
    "audit.differs": "printed items that differ",
    "audit.not checkable": "printed items that cannot be checked",
}
EXAMPLES = {
    "": "examples",
    "planned": "examples that are only planned",
    "members": "administrations that give examples",
    "workshops": "{events} that examples are of",
    "without_reply": "examples of an administration whose reply is not known",
    "themes": "kinds of examples",
}
OF_OUTCOME = {
    "by_chance.lowest": "the least that chance alone leaves open of the share that {reported}",
    "by_chance.highest": "the most that chance alone leaves open of the share that {reported}",
    "of_all_invited.lowest": "of all invited, the least that can have {reported}",
    "of_all_invited.highest": "of all invited, the most that can have {reported}",
    "unanswered": "invitations without an answer about {outcome}",
    "no_answer": "replies without an answer about {outcome}",
    "workshops": "{events} with an answer about {outcome}",
    "workshops.all": "{events} where every reply that answered {reported}",
    "workshops.none": "{events} where no reply {reported}",
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
    if kind == "workshop" and rest.endswith(".month"):
        return f"the month of {_place(rest.removesuffix('.month'), context).removeprefix(', ')}"
    if kind == "stratum":
        return f"of one {survey_round.event} or several, by the pair of {rest}"
    if kind == "last":
        rest = rest.removesuffix(".count").removesuffix(".base")
        words = fact_in_words(rest, context)
        return f"in the round of {survey_round.previous}: {words}" if words else ""
    if kind in WHOLES:
        place = f", {_place(rest, context)}" if rest else ""
        return WHOLES[kind].format(**names) + place
    if kind == "examples":
        section = (re.match(r"\d[\d.]*\d|[^.]*", rest) or [rest])[0]
        what = rest.removeprefix(section).removeprefix(".")
        words = EXAMPLES.get(what, f"examples of {what.replace('.', ', ')},").format(**names)
        return f"{words} in section {section}"
    if kind == "change":
        share, _, end = rest.rpartition(".")
        words = {"change": "the difference", "low": "the least", "high": "the most"}[end]
        return f"{words}, in points, from the round before: {fact_in_words(share, context)}"
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
    if what in OF_OUTCOME:
        both = {"outcome": context.noun(option), "reported": context.phrase(option)}
        return OF_OUTCOME[what].format(**both, events=context.publication.survey_round.events)
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
