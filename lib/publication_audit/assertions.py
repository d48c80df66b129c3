"""What the text of a report asserts, held against the facts: figures, words that are figures, places, labels, associations."""

from collections.abc import Callable

import pandas as pd

from publication_audit.evidence import Evidence, Expected, of
from publication_audit.number_formats import in_months, percentage, with_value
from publication_audit.printed import Claim

SHARES: dict[str, Callable[[float], bool]] = {
    "most": lambda share: share > 0.5,
    "majority": lambda share: share > 0.5,
    "half": lambda share: percentage(share) == "50",
    "all": lambda share: share == 1,
    "every": lambda share: share == 1,
    "each": lambda share: share == 1,
    "none": lambda share: share == 0,
}
CHANGES: dict[str, Callable[[float, float], bool]] = {
    "increased": lambda now, before: now > before,
    "increases": lambda now, before: now > before,
    "higher": lambda now, before: now > before,
    "decreased": lambda now, before: now < before,
    "decreases": lambda now, before: now < before,
    "lower": lambda now, before: now < before,
    "doubled": lambda now, before: now >= 2 * before,
    "halved": lambda now, before: now <= before / 2,
}


def expected_claim(evidence: Evidence, item: Claim) -> Expected:
    """A claim as it should have been printed."""
    if not item.fact:
        return Expected(None, _untold(item))
    judges = {"association": _association, "ranking": _rank, "label": _label, "word": _word}
    judge = _figure if item.unit == "count" else judges.get(item.kind, _figure)
    return judge(evidence, item)


def _untold(item: Claim) -> str:
    if item.kind == "association":
        return f"None of the tested pairs is about it: {item.about}."
    return f"Nothing in the replies or in what the round declares can tell: {item.about}."


def _figure(evidence: Evidence, item: Claim) -> Expected:
    date, value = evidence.settings.get(item.fact), evidence.value(item.fact)
    if item.unit == "month" and isinstance(date, str):
        return Expected(with_value(item.printed, date, "month"), setting(evidence, item.fact))
    if value is None:
        return Expected(None, _untold(item))
    right = with_value(item.printed, value, item.unit)
    same = (
        right == item.printed
        if item.unit == "share"
        else item.value != "" and float(item.value) == value
    )
    if item.fact.startswith("last.") and same and pd.isna(evidence.facts[item.fact].denominator):
        return Expected(
            None, "Known only from this print: the replies of the round before are not here."
        )
    return Expected(item.printed if same else right, in_numbers(evidence, item))


def _word(evidence: Evidence, item: Claim) -> Expected:
    word, value, before = (
        (item.value or item.printed).casefold(),
        evidence.value(item.fact),
        evidence.value(f"last.{item.fact}"),
    )
    if word not in SHARES and word not in CHANGES:
        return Expected(None, f"No rule reads this word as a figure: {item.about}.")
    if value is None or (word in CHANGES and before is None):
        missing = "the figure" if value is None else "the figure of the round before"
        return Expected(None, f"{missing.capitalize()} is not known: {item.about}.")
    if word in SHARES:
        return Expected(
            item.printed if SHARES[word](value) else _share_word(value), in_numbers(evidence, item)
        )
    text = "increased" if value > before else "decreased" if value < before else "unchanged"
    return Expected(
        item.printed if CHANGES[word](value, before) else text, in_numbers(evidence, item)
    )


def _share_word(share: float) -> str:
    word = (
        "none"
        if share == 0
        else "all"
        if share == 1
        else "most"
        if share > 0.5
        else "half"
        if share == 0.5
        else "less than half"
    )
    return f"{word} ({percentage(share)}%)"


def _rank(evidence: Evidence, item: Claim) -> Expected:
    kind, value, survey_round = (
        item.fact.split(".")[0],
        evidence.value(item.fact),
        evidence.publication.survey_round,
    )
    options = survey_round.actions if kind == "action" else survey_round.outcomes
    values = [evidence.value(f"{kind}.{option.id}") for option in options]
    if value is None or not item.value:
        return Expected(None, f"Its place among the others is not known: {item.about}.")
    rank = 1 + sum(other is not None and other > value for other in values)
    held = f"Counted {value:.0f} times, it is in place {rank}."
    return Expected(item.printed if rank <= float(item.value) else f"place {rank}", held)


def _label(evidence: Evidence, item: Claim) -> Expected:
    counted = item.fact.partition(".")[2]
    words = evidence.publication.survey_round.noun(counted)
    return Expected(item.printed if counted == item.value else words, "It names what is counted.")


def _association(evidence: Evidence, item: Claim) -> Expected:
    verdict, reason = evidence.verdicts.get(item.fact, ("not testable", "the pair is not tested"))
    if verdict == "not testable":
        for option in evidence.publication.survey_round.options.values():
            reason = reason.replace(option.id, option.label.lower())
        return Expected(
            None,
            f"It cannot be tested: {reason.replace(':', ' is', 1) or 'there is nothing to compare'}.",
        )
    return Expected(
        item.printed if verdict == "supported" else verdict, f"{compared(evidence, item.fact)}."
    )


def in_numbers(evidence: Evidence, item: Claim) -> str:
    """What a claim's fact is, as a sentence with its base, and with the round before's figure where a change is claimed."""
    count, base, share = (
        evidence.value(item.quantity),
        evidence.total(item.base),
        evidence.share(item),
    )
    value, before = evidence.value(item.fact), evidence.value(f"last.{item.fact}")
    if item.fact.startswith(("round.", "publication.")):
        return f"{setting(evidence, item.fact)}."
    now = (
        f"It is {value:g}"
        if share is None
        else f"It is {count:.0f} of {base:.0f} ({percentage(share)}%)"
    )
    is_change = item.printed.casefold() in CHANGES and before is not None
    if not is_change:
        return f"{now}."
    untested = pd.isna(evidence.facts[f"last.{item.fact}"].denominator)
    known = (
        f"printed as {percentage(before)}%, which cannot be tested"
        if untested
        else f"{percentage(before)}%"
    )
    return f"{now}, and in the round before it was {known}."


def setting(evidence: Evidence, fact: str) -> str:
    """What the round declares, as a clause."""
    date = evidence.settings.get(fact)
    return f"the round declares {in_months(date) if isinstance(date, str) else f'{evidence.value(fact):g}'}"


SAID = {
    "supported": "the two go together",
    "suggestive": "a sign, too weak to be called shown (suggestive)",
    "not shown": "a difference that may well be chance (not shown)",
    "not testable": "this cannot be tested",
}


def compared(evidence: Evidence, verdict: str) -> str:
    """Both groups of a pair and what the test says, as a clause; `verdict` is the name of the pair's verdict.

    Where one of several actions has another verdict by itself, that is said too.
    """
    _, action, outcome = verdict.split(".")
    survey_round, name = evidence.publication.survey_round, f"pair.{action}.{outcome}"
    acted, others = (
        evidence.facts[f"{name}.outcome_given_{given}"] for given in ("action", "no_action")
    )
    found = evidence.verdicts[verdict][0]
    parts = {
        part: evidence.verdicts.get(f"verdict.{part}.{outcome}", (found,))[0]
        for part in action.split("|")
    }
    alone = "".join(
        f"; {survey_round.noun(part)} alone: {SAID[said]}"
        for part, said in parts.items()
        if said != found
    )
    return (
        f"of the replies that {survey_round.phrase(action)}, {of(acted)} {survey_round.phrase(outcome)}, "
        f"against {of(others)} of those that did not: {SAID[found]}{alone}"
    )
