"""The audit's rules: what must hold of a published report.

There is no list of known errors: the rules know what was printed, and what the replies say. To add
one, write its function here and plant its error in the tests.
"""

import re
from collections.abc import Callable
from itertools import pairwise
from typing import get_args, get_type_hints

from followup.cleaning.publication import mentions
from followup.files import normalise
from followup.tables import TOTAL
from publication_audit.claims import (
    claims_cause,
    compared,
    declared,
    in_numbers,
    pair_result,
    reason_in_words,
)
from publication_audit.context import Context, share_with_base
from publication_audit.expected import expected, source_as_listed
from publication_audit.findings import CONCLUSION, EDITORIAL, FIGURE, Rule, Violation
from publication_audit.number_formats import in_months, month_of, percentage
from publication_audit.printed import (
    SUMMARIES,
    Claim,
    Count,
    Example,
    Figure,
    Mark,
    Names,
    Title,
)
from publication_audit.publication import table_in_words

OTHER_GROUP = {
    "outcome_given_action": "outcome_given_no_action",
    "outcome_given_no_action": "outcome_given_action",
    "action_given_outcome": "action_given_no_outcome",
    "action_given_no_outcome": "action_given_outcome",
}
UNDER_WAY = re.compile(r"(is|are) \w+ing\b", re.IGNORECASE)
RULES: list[Rule] = []


def rule(
    name: str, severity: str = FIGURE, always: bool = False
) -> Callable[[Callable[..., Violation | str | None]], Rule]:
    """Make a rule of a function, and add it to the rules.

    What it asks is the function's docstring, what it looks at the kinds of its argument `item`.
    """

    def register(check: Callable[..., Violation | str | None]) -> Rule:
        kind = get_type_hints(check)["item"]
        kinds, asks = get_args(kind) or (kind,), " ".join(str(check.__doc__).split())
        RULES.append(Rule(check.__name__, name, asks, kinds, severity, always, check))
        return RULES[-1]

    return register


# Counts and percentages


@rule("no count is above its base")
def count_within_base(item: Count, context: Context) -> str | None:
    """A count is never more than the replies, or administrations, that it is part of."""
    base = context.total(item.base)
    if base is None or item.count is None or item.count <= base:
        return None
    right = context.value(item.quantity)
    return f"{item.count} of {base:.0f} is impossible: the replies give {right:.0f}"


@rule("parts add up to the total")
def parts_add_up(item: Count, context: Context) -> str | None:
    """A total or sub-total is the sum of its rows."""
    parts, right = context.publication.parts(item), context.value(item.quantity)
    added = sum(part.count or 0 for part in parts)
    if not parts or item.count in (added, right):
        return None
    mended = "" if added == right else f", and to {right:.0f} once they are put right"
    beside = yes_and_no_make_replies.check(item, context)
    return f"the rows add up to {added}{mended}" + (f"; {beside}" if beside else "")


@rule("a count equals the names listed")
def count_equals_names(item: Figure, context: Context) -> str | None:
    """A count is the number of members that the lists name for it."""
    right = context.value(item.quantity)
    if item.count in (None, right):
        return None
    base = context.total(item.base)
    if item.row in SUMMARIES:
        _, action, outcome, _ = item.quantity.split(".")
        first, second = (action, outcome) if item.row == "led" else (outcome, action)
        of_those = f"of the {base:.0f} that {context.phrase(first)}"
        return f"{of_those}, {right:.0f} {context.phrase(second)}"
    table, members = context.publication.lists.get(item.option, ("", set()))
    everywhere = item.row == TOTAL or isinstance(item, Claim)
    codes = sorted(code for workshop, code in members if everywhere or item.row == workshop)
    yes = context.value(item.quantity.replace(".no", "", 1)) if item.negated else right
    if not table or right is None or yes is None or len(codes) != yes:
        return None
    left = f", which leaves {right:.0f} of the {yes + right:.0f}" if item.negated else ""
    names = f" ({', '.join(codes)})" if 0 < len(codes) < 6 else ""
    return f"{table_in_words(table)} names {len(codes) or 'nobody'}{names}{left}"


@rule("yes and no make the replies")
def yes_and_no_make_replies(item: Count, context: Context) -> str | None:
    """Yes and no add up to those that answered."""
    places = (f"{item.source}:{item.row}:{column}" for column in ("yes", "no"))
    cells = [context.publication.by_place.get(place) for place in places]
    counts = [cell.count for cell in cells if isinstance(cell, Count)]
    if item.column not in ("yes", "no") or len(counts) < len(cells):
        return None
    yes, no = counts
    answered = context.total(item.base)
    if (yes or 0) + (no or 0) == answered:
        return None
    return f"yes and no are printed as {yes} and {no}, but {answered:.0f} answered"


@rule("a percentage is its count over its base")
def percentage_of_base(item: Figure, context: Context) -> str | None:
    """A percentage is its count divided by its base, rounded."""
    count, base, share = context.value(item.quantity), context.total(item.base), context.share(item)
    if item.percent is None or share is None or item.count not in (None, count):
        return None
    quotient = f"{count:.0f} of {base:.0f} is {percentage(share)}%"
    if isinstance(item, Count):
        return quotient
    return f"{count:.0f} is the count: {quotient}" if float(item.percent) == count else None


# Figures and words of the text


@rule("a conditional is worded as computed", severity=CONCLUSION)
def conditional_as_worded(item: Claim, context: Context) -> str | None:
    """A figure is of those that the sentence speaks of: “of those with effects” is not “of
    those that shared”.
    """
    is_sum = " + " in item.fact
    if not item.fact.startswith("pair.") or is_sum or item.unit not in ("share", "count"):
        return None
    pair = item.quantity.rpartition(".")[0]
    _, action, outcome = pair.split(".")
    acted, both = context.value(f"action.{action}"), context.value(item.quantity)
    acted_share = context.value(f"action.{action}.share")
    is_their_share = acted_share and item.percent == percentage(acted_share)
    if acted is not None and (item.count == acted or is_their_share):
        some = f"{both:.0f} of them {context.phrase(outcome)}"
        return f"{acted:.0f} {context.phrase(action)}, and {some}"
    turned = {"action_given_outcome": (outcome, action), "outcome_given_action": (action, outcome)}
    right = context.facts.get(item.fact)
    for conditional, (first, second) in turned.items():
        other = context.facts[f"{pair}.{conditional}"]
        is_other = item.percent is not None and item.fact != other.fact
        if right and is_other and item.percent == percentage(other.value):
            group, rest = context.phrase(first), context.phrase(second)
            return (
                f"of those that {group} {share_with_base(other)} {rest}, "
                f"but of those that {rest} {share_with_base(right)} {group}"
            )
    return None


@rule("a year or number is as declared")
def as_declared(item: Claim, context: Context) -> str | None:
    """A year, a month, a number or a fact about the round is as the round declares it."""
    is_declared = item.fact.startswith(("round.", "publication.")) or item.fact in context.declared
    return f"{declared(item.fact, context)}: {item.about}" if is_declared else None


@rule("one quantity is printed alike")
def quantity_printed_alike(item: Figure, context: Context) -> str | None:
    """What is printed in several places is the same in all of them."""
    if (item.count, item.percent) == (None, None):
        return None
    count, share, base = context.value(item.quantity), context.share(item), context.total(item.base)
    digits = None if share is None else percentage(share)
    for other in context.publication.figures.get(item.quantity, []):
        is_count = other.count is not None
        right = other.count == count if is_count else digits is not None and other.percent == digits
        if other.place != item.place and right:
            is_share = item.count is None and is_count and base is not None
            as_share = f", {digits}% of {base:.0f}" if is_share else ""
            return f"{context.publication.place_in_words(other)} has {other.printed}{as_share}"
    return None


@rule("a figure is what the replies give")
def figure_from_replies(item: Figure, context: Context) -> str | None:
    """Any other figure is what follows from the replies."""
    if isinstance(item, Claim):
        is_figure = item.kind == "figure" or item.unit == "count"
        return in_numbers(item, context).removesuffix(".") if is_figure else None
    is_invited = item.quantity.startswith("invited")
    events = context.publication.survey_round.events
    source = f"the list of {events} has" if is_invited else "the replies give"
    return f"{source} {context.value(item.quantity):.0f}"


@rule("a word fits its figure")
def word_fits_figure(item: Claim, context: Context) -> Violation | None:
    """A word that is a figure fits it: “most” is more than half, “all” everyone, “doubled”
    twice as many.
    """
    if item.kind != "word":
        return None
    is_answer = item.fact.startswith(("action.", "outcome.", "pair."))
    severity = CONCLUSION if is_answer else FIGURE
    return Violation(in_numbers(item, context).removesuffix("."), severity=severity)


@rule("a rank is reached", severity=CONCLUSION)
def rank_reached(item: Claim, context: Context) -> str | None:
    """What is called first, or among the first three, is."""
    if item.kind != "ranking":
        return None
    return f"counted {context.value(item.fact):.0f} times, it ranks lower"


@rule("a label names what is counted")
def label_names_counted(item: Claim, context: Context) -> str | None:
    """A label or note names the actions and outcomes that its figures count, and joins them as
    they do.
    """
    if item.kind != "label":
        return None
    counted = item.fact.partition(".")[2]
    is_joined = item.value == counted.replace("|", "&")
    both = ", not only those that did both" if is_joined else ""
    return f"what is counted is {context.noun(counted)}{both}"


@rule("no cause is claimed", severity=CONCLUSION)
def no_cause_claimed(item: Claim, context: Context) -> str | None:
    """Of a pair no cause is claimed: a survey like this can show what goes together, never why."""
    if not claims_cause(item):
        return None
    wording = f"“{item.printed}” speaks of a cause, which a survey like this cannot show"
    result = pair_result(item.fact, context)
    if result.verdict == "not testable":
        reason = reason_in_words(result, context)
        return f"{wording}; nor can it be tested what goes together: {reason}"
    return f"{wording}; {compared(item.fact, context)}"


@rule("an association is supported", severity=CONCLUSION)
def association_supported(item: Claim, context: Context) -> str | None:
    """A claim that two things go together is supported by the test of the pair, in the
    direction claimed.
    """
    return compared(item.fact, context) if item.kind == "association" else None


@rule("a share is of the base it names", always=True)
def share_of_named_base(item: Claim, context: Context) -> Violation | None:
    """A share is of the replies that the sentence says it is of."""
    named, base = context.value(item.named_base), context.total(item.base)
    if item.unit != "share" or named is None or base is None or named == base:
        return None
    share = context.share(item)
    assert share is not None  # what cannot be computed is not checkable, so no rule sees it
    reason = f"as worded it is a share of {named:.0f}, not of the {base:.0f}"
    return Violation(reason, f"{percentage(share)}% of {base:.0f}")


@rule("a share stands beside its comparison", severity=CONCLUSION, always=True)
def share_beside_comparison(item: Claim, context: Context) -> Violation | None:
    """A share quoted as evidence stands beside the share in the comparison group."""
    pair, _, conditional = item.fact.rpartition(".")
    if item.unit != "share" or not pair.startswith("pair.") or conditional not in OTHER_GROUP:
        return None
    other = f"{pair}.{OTHER_GROUP[conditional]}"
    claims = (one for one in context.publication.items if isinstance(one, Claim))
    if any(one.column == item.column and one.fact == other for one in claims):
        return None
    _, action, outcome = pair.split(".")
    by_action, share = conditional.startswith("outcome"), share_with_base(context.facts[other])
    without = "that did not act" if by_action else f"without {context.noun(outcome)}"
    counted = context.phrase(outcome if by_action else action)
    reason = f"the comparison is missing: of those {without}, {share} {counted}"
    own = percentage(context.facts[item.fact].value)
    return Violation(reason, f"{own}%, and {share} of those {without}")


# Titles, lists and marks


@rule("a title is the one listed", severity=EDITORIAL, always=True)
def title_as_listed(item: Title | Example, context: Context) -> str | None:
    """A title is the one that the round declares."""
    workshop = context.workshops.get(item.row if isinstance(item, Title) else item.workshop)
    if workshop is None or not item.title or item.title == normalise(workshop["title"]):
        return None
    return f"the {context.event} is called {workshop['title']}"


@rule("a month is the one listed", always=True)
def month_as_listed(item: Title | Example, context: Context) -> str | None:
    """A month is the one that the round declares."""
    workshop = context.workshops.get(item.row if isinstance(item, Title) else item.workshop)
    month = month_of(item.printed)
    if not workshop or not month or month == workshop["month"]:
        return None
    return f"it was held in {in_months(workshop['month'])}"


@rule("names do not exceed the replies")
def names_within_replies(item: Names, context: Context) -> str | None:
    """No list names more members than replied."""
    named, replied = len(mentions(item.printed)), context.value(f"replies.{item.row}")
    is_more = replied is not None and named > replied
    return f"{named} are named, but {replied:.0f} replied" if is_more else None


@rule("a list names those that said so")
def list_names_members(item: Names, context: Context) -> str | None:
    """A list names the members whose replies say so, each once, and no other."""
    codes = [context.publication.code(mention.name) for mention in mentions(item.printed)]
    members = context.members(item.column, item.row)
    wrong = {
        "lacking": sorted(members - set(codes)),
        "too many": sorted(set(codes) - members),
        "twice": sorted({code for code in codes if codes.count(code) > 1}),
    }
    reasons = [f"{what}: {', '.join(some)}" for what, some in wrong.items() if some]
    return "; ".join(reasons) or None


@rule("names are set apart", severity=EDITORIAL)
def names_set_apart(item: Names, _: Context) -> str | None:
    """Between two members of a list stands a comma."""
    runs = [[mention.name for mention in mentions(part)] for part in item.printed.split(",")]
    joined = [f"between {first} and {second}" for run in runs for first, second in pairwise(run)]
    return f"a comma is missing {', and '.join(joined)}" if joined else "a comma is too many"


@rule("a mark agrees with the lists", severity=EDITORIAL)
def mark_agrees_with_lists(item: Mark, context: Context) -> str | None:
    """An action's member is underlined if it has the outcome, an outcome's member is bold if it
    took an action, and no other.
    """
    text = expected(item, context).text or ""
    bold, underlined = "*" in text, "_" in text
    if (item.mention.bold, item.mention.underlined) == (bold, underlined):
        return None
    is_outcome = item.option == item.outcome
    mark, is_due = ("bold", bold) if is_outcome else ("underlined", underlined)
    actions = "|".join(context.publication.survey_round.pairs_of(item.outcome))
    those = f"among those that {context.phrase(actions if is_outcome else item.outcome)}"
    if is_due:
        return f"{item.name} is not {mark}, but is {those}"
    return f"{item.name} is {mark}, but is not {those}"


@rule("an administration has one spelling", severity=EDITORIAL, always=True)
def one_spelling(item: Mark | Example, context: Context) -> str | None:
    """A member is called by its code in a list, and by its name in the text."""
    if isinstance(item, Mark):
        code = context.publication.code(item.name)
        return f"{item.name} is printed, the code is {code}" if code != item.name else None
    name = context.names.get(item.administration, item.name)
    is_other = item.name and item.name.casefold() != name.casefold()
    return f"{item.name} is printed, the name is {name}" if is_other else None


# Examples


@rule("an attribution is well formed", severity=EDITORIAL, always=True)
def attribution_well_formed(item: Example, _: Context) -> str | None:
    """In an example's attribution one dash stands after the administration, and brackets that
    open close.
    """
    is_unmatched = item.printed.count("(") != item.printed.count(")")
    slips = ["two dashes"] if re.search(r"-\s*-", item.printed) else []
    slips += ["brackets that do not match"] if is_unmatched else []
    return f"it is printed with {' and '.join(slips)}" if slips else None


@rule("an example names its source", severity=EDITORIAL, always=True)
def example_names_source(item: Example, context: Context) -> Violation | None:
    """An example says which administration gives it, and what it followed."""
    if item.workshop and item.administration:
        return None
    source = item.repeats.printed if item.repeats else ""
    reason = f"it is printed without its administration or {context.event}"
    return Violation(reason, source or "(not known)")


@rule("an example is printed once", severity=EDITORIAL, always=True)
def example_printed_once(item: Example, context: Context) -> Violation | None:
    """An example stands once; where it is printed again, it counts once."""
    if item.repeats is None:
        return None
    where = context.publication.place_in_words(item.repeats)
    with_source = " with its source" if item.repeats.printed and not item.printed else ""
    return Violation(f"{where} has the same{with_source}", "(printed before)")


@rule("an example comes from a reply", severity=EDITORIAL, always=True)
def example_from_reply(item: Example, context: Context) -> Violation | None:
    """An example comes from an administration whose reply is known."""
    source = (item.workshop, item.administration)
    if not all(source) or source in context.answers:
        return None
    name = context.names.get(item.administration, item.administration)
    others = context.replied_for(item.administration)
    replied = f"only for {', '.join(others)}" if others else "nor for any other"
    reason = f"{name} is not known to have replied for {context.event} {item.workshop}, {replied}"
    other = _workshop_told_of(item, others, context)
    if not other:
        return Violation(reason, "(no such reply)")
    topic = context.workshops[other]["topic"]
    reason += f"; its text is about the topic of {context.event} {other}, {topic}"
    return Violation(reason, source_as_listed(item, other, context))


def _workshop_told_of(item: Example, candidates: list[str], context: Context) -> str:
    """The workshop whose topic an example names, where it does not name the printed one's."""
    words = {word for word in normalise(item.text).split() if len(word) > 3}
    topics = {key: set(normalise(one["topic"]).split()) for key, one in context.workshops.items()}
    shared = {key: len(words & topics[key]) for key in (item.workshop, *candidates)}
    best = [key for key, number in shared.items() if number and number == max(shared.values())]
    return best[0] if len(best) == 1 and best[0] != item.workshop else ""


@rule("an example was reported", severity=EDITORIAL, always=True)
def example_reported(item: Example, context: Context) -> Violation | None:
    """An example's administration reported what the example is given for, and what it tells of
    besides.
    """
    is_known = (item.workshop, item.administration) in context.answers
    if not is_known or item.repeats:
        return None
    options = {told: f"it tells of {context.noun(told)}" for told in item.says}
    if item.outcome:
        section = f"section {item.column} is about {context.noun(item.outcome)}"
        options = {item.outcome: section, **options}
    silent = {
        option: why
        for option, why in options.items()
        if not context.may_have_reported(item, option)
    }
    if not silent:
        return None
    name = context.names.get(item.administration, item.administration)
    others = " or ".join(f"among those that {context.phrase(option)}" for option in silent)
    reason = f"{' and '.join(silent.values())}, but {name} is not {others}"
    return Violation(f"{reason} for {context.event} {item.workshop}", "(not reported)")


@rule("an example was done", severity=EDITORIAL, always=True)
def example_done(item: Example, _: Context) -> Violation | None:
    """An example of what was done tells what was done, not what is planned or under way."""
    if item.repeats:
        return None
    if UNDER_WAY.match(item.text):
        reason = "it tells what is under way, in a section on what was done"
        return Violation(reason, "(under way)")
    if item.status == "planned":
        return Violation("it tells what is planned, in a section on what was done", "(planned)")
    return None
