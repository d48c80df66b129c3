"""What the text of a report claims, held against the facts.

Figures, words that are figures, places, labels, associations and causes.
"""

import re
from collections.abc import Callable
from functools import partial

import pandas as pd

from publication_audit.context import Context, Expected, PairResult, share_with_base
from publication_audit.number_formats import (
    CARDINALS,
    ROUNDED,
    in_months,
    percentage,
    with_value,
)
from publication_audit.printed import Claim, Figure, count_and_base


def _is_about(part: float, share: float) -> bool:
    """Whether a share is a fraction as words give it: to within three percentage points."""
    return abs(share - part) <= 0.03


PARTS = {
    "half": 1 / 2,
    "a third": 1 / 3,
    "two thirds": 2 / 3,
    "a quarter": 1 / 4,
    "three quarters": 3 / 4,
    "a fifth": 1 / 5,
    "two fifths": 2 / 5,
    "three fifths": 3 / 5,
    "four fifths": 4 / 5,
    **{
        f"{CARDINALS[part - 1]} in {CARDINALS[whole - 1]}": part / whole
        for whole in range(2, 11)
        for part in range(1, whole)
    },
}
SHARES: dict[str, Callable[[float], bool]] = {
    "most": lambda share: share > 0.5,
    "majority": lambda share: share > 0.5,
    "half": lambda share: percentage(share) == "50",
    "less than half": lambda share: share < 0.5,
    "all": lambda share: share == 1,
    "every": lambda share: share == 1,
    "each": lambda share: share == 1,
    "none": lambda share: share == 0,
    "more than half": lambda share: share > 0.5,
    "over half": lambda share: share > 0.5,
    "under half": lambda share: share < 0.5,
    **{words: partial(_is_about, part) for words, part in PARTS.items() if words != "half"},
}
SHARES_FROM_NARROWEST = ("none", "all", "half", "most", "less than half")
CHANGES: dict[str, Callable[[float, float], bool]] = {
    "increased": lambda now, previous: now > previous,
    "increases": lambda now, previous: now > previous,
    "higher": lambda now, previous: now > previous,
    "decreased": lambda now, previous: now < previous,
    "decreases": lambda now, previous: now < previous,
    "lower": lambda now, previous: now < previous,
    "doubled": lambda now, previous: now >= 2 * previous,
    "halved": lambda now, previous: now <= previous / 2,
}
# Words that claim a cause; a claim that does so in other words has the value `cause`.
CAUSES = re.compile(
    r"\b(from|due to|owing to|thanks to|because|proof|lead(s|ing)? to|led to|results? of"
    r"|result(s|ed|ing)? in|caus(e|es|ed|ing)|attribut\w+|contribut\w+|br(ings?|ought) about"
    r"|effects? of|impact\w*|reinforc\w+|inspir\w+|improv\w+|strengthen\w*|help\w*|prove[sd]?"
    r"|proving|enabl\w+|foster\w*|generat\w+|trigger\w*|dr(ives?|ove|iven)|g(ave|ives?) rise"
    r"|translat\w+ into|made possible|consequen\w+|therefore|hence|ow(e|es|ed) to|fruits?)\b",
    re.IGNORECASE,
)
TOO_WEAK = "too weak to be called shown (suggestive)"
RESULTS = {
    ("supported", "together"): "the two go together",
    ("supported", "apart"): "the two seldom go together",
    ("supported", ""): "the two are linked, but it is not told which way",
    ("suggestive", "apart"): f"a sign that the two seldom go together, {TOO_WEAK}",
    ("suggestive", ""): f"a sign, {TOO_WEAK}",
    ("not shown", ""): "a difference that may well be chance (not shown)",
    ("not testable", ""): "this cannot be tested",
}
DECLARED_IN_WORDS = {"round.conducted": "the round declares that its {events} were held {value}"}


def expected_claim(item: Claim, context: Context) -> Expected:
    """A claim as it should have been printed."""
    if not item.fact:
        return Expected(None, _untold(item))
    if item.unit == "count":
        return _figure(item, context)
    if item.unit != "month" and isinstance(context.declared.get(item.fact), str):
        return _declared_word(item, context)
    kinds = {"association": _association, "ranking": _rank, "label": _label, "word": _word}
    return kinds.get(item.kind, _figure)(item, context)


def _untold(item: Claim) -> str:
    if item.kind == "association":
        return f"None of the tested pairs is about it: {item.about}."
    return f"Nothing in the replies or in what the round declares can tell: {item.about}."


def _figure(item: Claim, context: Context) -> Expected:
    date, value = context.declared.get(item.fact), context.value(item.fact)
    if item.unit == "month" and isinstance(date, str):
        return Expected(with_value(item.printed, date, "month"), declared(item.fact, context))
    if value is None:
        return Expected(None, _untold(item))
    right = with_value(item.printed, value, item.unit)
    is_value = item.value != "" and float(item.value) == value
    same = right == item.printed if item.unit in ("share", *ROUNDED) else is_value
    if same and item.fact.startswith("last.") and pd.isna(context.facts[item.fact].denominator):
        before = context.publication.survey_round.previous
        why = f"Known only from this print: the replies of the round of {before} are not here."
        return Expected(None, why)
    return Expected(item.printed if same else right, in_numbers(item, context))


def _declared_word(item: Claim, context: Context) -> Expected:
    word = str(context.declared[item.fact])
    same = item.value.casefold() == word.casefold()
    return Expected(item.printed if same else word, f"{declared(item.fact, context)}.")


def word_of(item: Claim) -> str:
    """The word of a claim that a rule reads as a figure; empty where none does."""
    words = (item.value.casefold(), item.printed.casefold())
    return next((word for word in words if word in SHARES or word in CHANGES), "")


def share_in_words(share: float) -> str:
    """The narrowest word that fits a share.

    >>> share_in_words(0.503), share_in_words(0.51), share_in_words(1)
    ('half', 'most', 'all')
    """
    return next(word for word in SHARES_FROM_NARROWEST if SHARES[word](share))


def _word(item: Claim, context: Context) -> Expected:
    word, names = word_of(item), item.fact.split(" & ")
    if not word:
        return Expected(None, f"No rule reads this word as a figure: {item.about}.")
    values = [context.value(name) for name in names]
    previous = [context.value(f"last.{name}") if word in CHANGES else 0 for name in names]
    if None in values or None in previous:
        missing = "The figure" if None in values else "The figure of the round before"
        return Expected(None, f"{missing} is not known: {item.about}.")
    now = [value for value in values if value is not None]
    if word in SHARES:
        fits = all(map(SHARES[word], now))
        right = " and ".join(f"{share_in_words(one)} ({percentage(one)}%)" for one in now)
    else:
        before = [value for value in previous if value is not None]
        fits = all(map(CHANGES[word], now, before))
        right = " and ".join(dict.fromkeys(map(_change, now, before)))
    return Expected(item.printed if fits else right, in_numbers(item, context))


def _change(value: float, previous: float) -> str:
    return "increased" if value > previous else "decreased" if value < previous else "unchanged"


def _rank(item: Claim, context: Context) -> Expected:
    kind, value = item.fact.split(".")[0], context.value(item.fact)
    survey_round = context.publication.survey_round
    options = survey_round.actions if kind == "action" else survey_round.outcomes
    values = [context.value(f"{kind}.{option.id}") for option in options]
    if value is None or not item.value:
        return Expected(None, f"Its place among the others is not known: {item.about}.")
    rank = 1 + sum(other is not None and other > value for other in values)
    why = f"Counted {value:.0f} times, it is in place {rank}."
    return Expected(item.printed if rank <= float(item.value) else f"place {rank}", why)


def _label(item: Claim, context: Context) -> Expected:
    counted = item.fact.partition(".")[2]
    text = item.printed if counted == item.value else context.noun(counted)
    return Expected(text, "It names what is counted.")


def claims_cause(item: Claim) -> bool:
    """Whether a claim says that one thing brought about another."""
    worded = item.value == "cause" or CAUSES.search(item.printed) is not None
    return item.kind == "association" and worded


def _association(item: Claim, context: Context) -> Expected:
    """A pair's claim agrees if its test supports it in the direction claimed; a cause never."""
    result, direction = pair_result(item.fact, context), _direction_claimed(item)
    is_cause = claims_cause(item)
    if result.verdict == "not testable" and not is_cause:
        return Expected(None, f"It cannot be tested: {reason_in_words(result, context)}.")
    as_claimed = result.verdict == "supported" and result.direction == direction
    if as_claimed and not is_cause:
        return Expected(item.printed, f"{compared(item.fact, context)}.")
    if as_claimed:
        return Expected(direction, "")
    opposite = result.direction not in ("", direction) and result.verdict != "not shown"
    return Expected(f"{result.verdict}, {result.direction}" if opposite else result.verdict, "")


def _direction_claimed(item: Claim) -> str:
    return "apart" if item.value == "apart" else "together"


def pair_result(name: str, context: Context) -> PairResult:
    """The result of a pair; of one that was not tested, that it was not."""
    return context.pairs.get(name, PairResult("not testable", "", "the pair is not tested"))


def reason_in_words(result: PairResult, context: Context) -> str:
    """Why a pair cannot be tested, with labels for ids."""
    options = context.publication.survey_round.options.values()
    labels = {option.id: option.label.lower() for option in options}
    reason = result.reason.replace(":", " is", 1) or "there is nothing to compare"
    return re.sub(r"\w+", lambda word: labels.get(word[0], word[0]), reason)


def in_numbers(item: Claim, context: Context) -> str:
    """What a claim's facts are, with their bases; of a change, the round before's too."""
    if item.fact.startswith(("round.", "publication.")) or item.fact in context.declared:
        return f"{declared(item.fact, context)}."
    is_change = item.kind == "word" and word_of(item) in CHANGES
    facts = item.fact.split(" & ")
    return f"It is {'; it is '.join(_in_numbers(fact, is_change, context) for fact in facts)}."


def _in_numbers(fact: str, is_change: bool, context: Context) -> str:
    figure = Figure("", "", "", "", *count_and_base(fact))
    count, base = context.value(figure.quantity), context.total(figure.base)
    value, share = context.value(fact), context.share(figure)
    if share is None:
        stated = context.facts.get(fact)
        now = stated.share if stated else f"{value:g}"
    else:
        now = f"{count:.0f} of {base:.0f} ({percentage(share)}%)"
    previous = context.value(f"last.{fact}") if is_change else None
    if previous is None:
        return now
    text = f"{percentage(previous)}%"
    if pd.isna(context.facts[f"last.{fact}"].denominator):
        text = f"printed as {text}, which cannot be tested"
    return f"{now}, and in the round of {context.publication.survey_round.previous} it was {text}"


def declared(fact: str, context: Context) -> str:
    """What the round declares, as a clause."""
    value = context.declared.get(fact)
    if fact in DECLARED_IN_WORDS:
        events = context.publication.survey_round.events
        return DECLARED_IN_WORDS[fact].format(events=events, value=value)
    text = in_months(value) if isinstance(value, str) else f"{context.value(fact):g}"
    return f"the round declares {text}"


def compared(name: str, context: Context) -> str:
    """Both groups of a pair and what its test says, as a clause.

    Where one of several actions has another verdict by itself, that is said too.
    """
    _, action, outcome = name.split(".")
    result, pair = context.pairs[name], f"pair.{action}.{outcome}"
    acted, others = (
        share_with_base(context.facts[f"{pair}.outcome_given_{group}"])
        for group in ("action", "no_action")
    )
    parts = {
        part: context.pairs.get(f"verdict.{part}.{outcome}", result) for part in action.split("|")
    }
    alone = "".join(
        f"; {context.noun(part)} alone: {result_in_words(one)}"
        for part, one in parts.items()
        if one.verdict != result.verdict
    )
    return (
        f"of the replies that {context.phrase(action)}, {acted} {context.phrase(outcome)}, "
        f"against {others} of those that did not: {result_in_words(result)}{alone}"
    )


def result_in_words(result: PairResult) -> str:
    """What a test says of two things, as a clause."""
    key = (result.verdict, result.direction)
    return RESULTS.get(key) or RESULTS[result.verdict, ""]
