"""Each printed thing as it should have been printed, or why nothing can tell."""

from functools import singledispatch

from followup.cleaning.publication import mentions
from followup.files import normalise
from publication_audit.claims import expected_claim
from publication_audit.context import Context, Expected
from publication_audit.number_formats import with_count, with_value
from publication_audit.printed import (
    Claim,
    Count,
    Dash,
    Example,
    Mark,
    Names,
    Printed,
    Title,
    as_marked,
    title_and_month,
)


@singledispatch
def expected(item: Printed, _: Context) -> Expected:
    """A printed thing as it should have been printed."""
    raise TypeError(f"nothing says what a {type(item).__name__} should be")


expected.register(Claim, expected_claim)


@expected.register
def _(item: Count, context: Context) -> Expected:
    count = context.value(item.quantity)
    if item.count is None:
        return Expected(None, "It cannot be read as a count.")
    if count is None:
        return Expected(None, "The replies do not tell.")
    text = with_count(item.printed, count, context.share(item))
    if item.option and context.counted_only(item.option):
        return Expected(text, _rests_on_counts(item, count, context))
    if item.quantity.startswith("invited"):
        return Expected(
            text, f"The list of {context.publication.survey_round.events} gives the same."
        )
    is_unnamed = item.quantity.startswith("replies.") and item.row in context.unnamed
    unnamed = "; one of them is in no list of names" if is_unnamed else ""
    return Expected(text, f"The replies give the same{unnamed}.")


def _rests_on_counts(item: Count, count: float, context: Context) -> str:
    """What a count that no reply tells is held to: its base, and the rows of a total."""
    parts = context.publication.parts(item)
    added = sum(part.count or 0 for part in parts)
    if not parts:
        return "Known only as this count, it fits the replies and its total."
    mended = f" as printed, and to {count:.0f} once they are put right" if added != count else ""
    return f"Known only as this count; its rows add up to {added}{mended}."


@expected.register
def _(item: Dash, _: Context) -> Expected:
    return Expected(item.printed, "No figure belongs here.")


@expected.register
def _(item: Title, context: Context) -> Expected:
    workshop, (title, printed) = context.workshops[item.row], title_and_month(item.printed)
    month = with_value(printed, workshop["month"], "month") if printed else ""
    same = normalise(title) == normalise(workshop["title"]) and month == printed
    text = item.printed if same else workshop["title"] + (f" ({month})" if month else "")
    return Expected(text, f"It is the {context.event}'s title and month.")


@expected.register
def _(item: Names, context: Context) -> Expected:
    if context.counted_only(item.column) or not context.answers:
        why = "Which members said so is not known, so no list of them can be checked."
        return Expected(None, why)
    printed, members = mentions(item.printed), context.members(item.column, item.row)
    texts = {
        context.publication.code(one.name): as_marked(one.name, one.underlined, one.bold)
        for one in printed
    }
    as_printed = (
        set(texts) == members
        and len(texts) == len(printed)
        and item.printed.count(",") == max(len(printed) - 1, 0)
    )
    why = f"The replies name the same {len(members)}." if members else "The replies name nobody."
    if as_printed:
        return Expected(item.printed, why)
    outcome = context.publication.outcome_of(item.source)
    codes = [code for code in texts if code in members] + sorted(members - texts.keys())
    right = [
        texts.get(code) or _marked(code, item.row, item.column, outcome, context) for code in codes
    ]
    return Expected(", ".join(right) or "0", why)


@expected.register
def _(item: Mark, context: Context) -> Expected:
    options = (*context.publication.survey_round.pairs_of(item.outcome), item.outcome)
    if any(map(context.counted_only, options)) or not context.answers:
        return Expected(None, "Which members said so is not known, so no mark can be checked.")
    code = context.publication.code(item.name)
    text = _marked(code, item.row, item.option, item.outcome, context)
    return Expected(text, "Name and mark are as the lists have them.")


def _marked(code: str, workshop: str, option: str, outcome: str, context: Context) -> str:
    """A member with the marks that its reply calls for.

    Underlined in an action's list as one with the outcome, bold in the outcome's as one that acted.
    """
    if option != outcome:
        return as_marked(code, underlined=context.answered_yes(outcome, workshop, code))
    actions = context.publication.survey_round.pairs_of(outcome)
    acted = any(context.answered_yes(action, workshop, code) for action in actions)
    return as_marked(code, bold=acted)


@expected.register
def _(item: Example, context: Context) -> Expected:
    if not item.name or not item.workshop or not item.administration:
        return Expected(item.printed, "")
    source = (item.workshop, item.administration)
    if item.workshop in context.unnamed and source not in context.answers:
        return Expected(None, "It may come from the reply whose administration is not known.")
    text, name = source_as_listed(item, item.workshop, context), context.names[item.administration]
    replied = f"{name} replied for {context.event} {item.workshop}"
    if not item.outcome:
        return Expected(text, f"{replied}.")
    reported = context.phrase(item.outcome)
    if not context.counted_only(item.outcome):
        return Expected(text, f"{replied} and {reported}.")
    yes = context.value(f"outcome.{item.outcome}.{item.workshop}")
    if yes and yes != context.value(f"replies.{item.workshop}"):
        which = f"which replies for that {context.event} reported it"
        return Expected(None, f"Known only as counts: {which} is not told.")
    return Expected(text, f"{replied}, and all replies for it {reported}.")


def source_as_listed(item: Example, workshop_id: str, context: Context) -> str:
    """An example's source with the listed name and title; as printed where these are the same.

    The month is the listed one, in the printed style, where one is printed.
    """
    workshop, (name, title, printed) = context.workshops[workshop_id], item.parts
    month = with_value(printed, workshop["month"], "month") if printed else ""
    listed = context.names[item.administration]
    same = (
        month == printed
        and name.casefold() == listed.casefold()
        and normalise(title) == normalise(workshop["title"])
        and f"{name} - {title}" in item.printed
        and item.printed.count("(") == item.printed.count(")")
    )
    if same:
        return item.printed
    return f"{listed} - {workshop['title']}" + (f" ({month})" if month else "")
