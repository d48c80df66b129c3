"""Where an error comes from, so that a wrong total copied into the text is one error and not two.

A finding follows from an earlier one when its printed figure is what the other's printed figure
makes it: the sum of its rows, what is left of the replies, the same count, its percentage. It
shares a cause with an earlier one when both are the same slip.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from publication_audit import rules
from publication_audit.context import Context
from publication_audit.findings import DIFFERS, Finding
from publication_audit.number_formats import percentage
from publication_audit.printed import SUMMARIES, Claim, Count, Example, Figure, Mark, Title

# Rules by which the words are at fault, whatever figure they quote: a claim about one pair, told
# again, is the same error.
RETOLD = (rules.association_supported, rules.no_cause_claimed, rules.share_beside_comparison)


def with_roots(findings: list[Finding], context: Context, fits: Mapping[str, str]) -> list[Finding]:
    """Give every finding its root: the place of the error that it comes from, or its own.

    Parameters
    ----------
    fits : by the place of a finding, in words, the alternative reconstruction of the replies
        under which it would be right. Findings that one such alternative puts right have one
        cause.
    """
    roots: dict[str, str] = {}
    earlier: list[Finding] = []
    result = []
    for finding in findings:
        judged = finding
        if finding.verdict == DIFFERS:
            place = finding.item.place
            origins = sources(finding, earlier, context) if finding.wrong else []
            cause = [] if finding.rule in RETOLD else origins or _alike(finding, earlier, fits)
            cause = cause or list(same_slip(finding, earlier))
            roots[place] = roots[cause[0].item.place] if cause else place
            earlier.append(finding)
            also = _cause_in_words(finding, origins, fits.get(place, ""), context)
            explanation = "; ".join([finding.explanation.removesuffix("."), *also]) + "."
            judged = replace(finding, root=roots[place], explanation=explanation)
        result.append(judged)
    return result


def _alike(finding: Finding, earlier: list[Finding], fits: Mapping[str, str]) -> list[Finding]:
    """The earlier findings that the same alternative reconstruction puts right."""
    label = fits.get(finding.item.place)
    return [one for one in earlier if label and fits.get(one.item.place) == label]


def _cause_in_words(
    finding: Finding, origins: list[Finding], label: str, context: Context
) -> list[str]:
    if origins:
        return [f"it follows from {' and '.join(_named(finding, origins, context))}"]
    return [f"another reading of the replies ({label}) fits what is printed"] if label else []


def _named(finding: Finding, origins: list[Finding], context: Context) -> Iterator[str]:
    """Yield the places of the origins in words; one of the same section stands before."""
    here = context.publication.place_in_words(finding.item)
    for origin in origins:
        where = context.publication.place_in_words(origin.item)
        yield f"the {origin.item.printed} before it" if where == here else where


def sources(finding: Finding, earlier: list[Finding], context: Context) -> list[Finding]:
    """The earlier findings from which a finding follows."""
    for all_of_them in (sum_of_its_rows, marked_members):
        origins = list(all_of_them(finding, earlier, context))
        if origins:
            return origins
    for first_of_them in (rest_of_the_replies, same_quantity, wrongly_listed):
        origins = list(first_of_them(finding, earlier, context))
        if origins:
            return origins[:1]
    return []


def sum_of_its_rows(
    finding: Finding, earlier: list[Finding], context: Context
) -> Iterator[Finding]:
    """Yield the wrong rows of a total that is their sum."""
    item = finding.item
    if not isinstance(item, Count):
        return
    parts = context.publication.parts(item)
    if parts and sum(part.count or 0 for part in parts) == item.count:
        places = {part.place for part in parts}
        yield from (one for one in earlier if one.item.place in places)


def rest_of_the_replies(
    finding: Finding, earlier: list[Finding], context: Context
) -> Iterator[Finding]:
    """Yield the wrong yes that leaves the printed no, or its percentage."""
    item = finding.item
    if not isinstance(item, Figure) or not item.negated:
        return
    base = context.total(item.base)
    if not base:
        return
    for one in earlier:
        yes = one.item
        if not isinstance(yes, Count) or yes.count is None or yes.quantity != item.base[0]:
            continue
        left = base - yes.count
        is_share = left >= 0 and item.count is None and item.percent == percentage(left / base)
        if item.count == left or is_share:
            yield one


def same_quantity(finding: Finding, earlier: list[Finding], context: Context) -> Iterator[Finding]:
    """Yield where the same wrong count, or the count of the printed percentage, stands before."""
    item = finding.item
    if not isinstance(item, Figure):
        return
    for one in earlier:
        other = one.item
        if not isinstance(other, Figure) or other.quantity != item.quantity:
            continue
        bases = [context.total(item.base), context.value("replies")]
        count = other.count
        shares = [percentage(count / base) for base in bases if base and count is not None]
        is_copied = item.count is not None and item.count == count
        is_share = item.count is None and item.percent in (other.percent, *shares)
        if is_copied or (is_share and item.percent is not None):
            yield one


def marked_members(finding: Finding, earlier: list[Finding], context: Context) -> Iterator[Finding]:
    """Yield the members wrongly marked or unmarked, where a summary counts the marks as printed."""
    item = finding.item
    if not isinstance(item, Count) or item.row not in SUMMARIES:
        return
    marks = [mark for mark in context.publication.items if isinstance(mark, Mark)]
    marks = [one for one in marks if (one.source, one.option) == (item.source, item.column)]
    rule = rules.mark_agrees_with_lists
    wrong = {one.item.place: one for one in earlier if one.rule is rule}
    if sum(mark.marked for mark in marks) == item.count:
        yield from (wrong[mark.place] for mark in marks if mark.place in wrong)


def wrongly_listed(finding: Finding, earlier: list[Finding], context: Context) -> Iterator[Finding]:
    """Yield the list that names a member by mistake, for that member's mark."""
    item = finding.item
    if not isinstance(item, Mark):
        return
    if context.publication.code(item.name) not in context.members(item.option, item.row):
        place = f"{item.source}:{item.row}:{item.option}"
        yield from (one for one in earlier if one.item.place == place)


def same_slip(finding: Finding, earlier: list[Finding]) -> Iterator[Finding]:
    """Yield the earlier findings that are the same slip."""
    slip = slip_of(finding)
    yield from (one for one in earlier if slip is not None and slip_of(one) == slip)


def slip_of(finding: Finding) -> tuple[object, ...] | None:
    """What findings of the same slip have in common; None where each is an error of its own.

    A claim about one pair, repeated; a label, repeated; counts printed as percentages in one
    section; one misspelling; one title; the marks of one member in one row.
    """
    item, rule = finding.item, finding.rule
    if isinstance(item, Claim):
        if item.kind == "label":
            return rule, item.fact, item.value
        if rule in RETOLD:
            of_pair = rules.association_supported if rule is rules.no_cause_claimed else rule
            return of_pair, *item.fact.split(".")[1:3]
        return (rule, item.column) if rule is rules.percentage_of_base else None
    if rule is rules.one_spelling and isinstance(item, Mark | Example):
        return rule, item.name
    if rule is rules.title_as_listed and isinstance(item, Title | Example):
        return rule, item.title
    return (rule, item.source, item.row, item.name, item.marked) if isinstance(item, Mark) else None
