"""Where an error comes from, so that a wrong total copied into the text is one error and not two.

A finding follows from an earlier one when its printed figure is what the other's printed figure makes it: the sum of its rows,
what is left of the replies, the same count, its percentage. It shares a cause with an earlier one when both are the same slip.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from publication_audit.findings import DIFFERS, Case, Judgement
from publication_audit.number_formats import percentage
from publication_audit.printed import SUMMARIES, Claim, Count, Example, Figure, Mark, Title

# Breaches in which the words are at fault, whatever figure they quote: a claim about one pair, told again, is the same error.
RETOLD = ("an association is supported", "a share stands beside its comparison")


def with_roots(judged: list[Judgement], case: Case, fits: Mapping[str, str]) -> list[Judgement]:
    """Give every finding its root: the place of the error that it comes from, its own where it comes from no other.

    Parameters
    ----------
    fits : by the place of a finding, in words, the other reading of the replies under which it would be right. Findings that one
        such reading puts right have one cause.
    """
    roots: dict[str, str] = {}
    findings: list[Judgement] = []
    result = []
    for one in judged:
        if one.verdict == DIFFERS:
            place, reading = one.item.place, fits.get(one.item.place)
            follows = followed(one, findings, case) if one.wrong else []
            alike = [
                other for other in findings if reading and fits.get(other.item.place) == reading
            ]
            sources = [] if one.rule in RETOLD else follows or alike
            sources = sources or list(same_slip(one, findings))
            roots[place] = roots[sources[0].item.place] if sources else place
            findings.append(one)
            also = (
                [f"another reading of the replies ({reading}) fits what is printed"]
                if reading
                else []
            )
            also = (
                [f"it follows from {' and '.join(named(one, follows, case))}"] if follows else also
            )
            one = replace(
                one,
                root=roots[place],
                explanation="; ".join([one.explanation.removesuffix("."), *also]) + ".",
            )
        result.append(one)
    return result


def named(finding: Judgement, sources: list[Judgement], case: Case) -> Iterator[str]:
    """Yield the places of the sources in words; one of the same sentence or section is what stands before."""
    here = case.publication.where(finding.item)
    for source in sources:
        where = case.publication.where(source.item)
        yield f"the {source.item.printed} before it" if where == here else where


def followed(finding: Judgement, earlier: list[Judgement], case: Case) -> list[Judgement]:
    """The earlier findings from which a finding follows."""
    for derive in (
        sum_of_its_rows,
        rest_of_the_replies,
        same_quantity,
        marked_members,
        wrongly_listed,
    ):
        sources = list(derive(finding, earlier, case))
        if sources:
            return sources if derive in (sum_of_its_rows, marked_members) else sources[:1]
    return []


def sum_of_its_rows(
    finding: Judgement, earlier: list[Judgement], case: Case
) -> Iterator[Judgement]:
    """Yield the wrong rows of a total that is their sum."""
    item = finding.item
    parts = case.publication.parts(item) if isinstance(item, Count) else []
    if parts and sum(part.count for part in parts) == item.count:
        places = {part.place for part in parts}
        yield from (one for one in earlier if one.item.place in places)


def rest_of_the_replies(
    finding: Judgement, earlier: list[Judgement], case: Case
) -> Iterator[Judgement]:
    """Yield the wrong yes that leaves the printed no, or its percentage."""
    item = finding.item
    base = case.evidence.total(item.base) if isinstance(item, Figure) and item.negated else None
    for one in earlier if base else []:
        if (
            isinstance(one.item, Count)
            and one.item.quantity == item.base[0]
            and one.item.count is not None
        ):
            left = base - one.item.count
            as_share = left >= 0 and item.count is None and item.percent == percentage(left / base)
            yield from [one] if item.count == left or as_share else []


def same_quantity(finding: Judgement, earlier: list[Judgement], case: Case) -> Iterator[Judgement]:
    """Yield the places that printed the same wrong count before, or the count of the printed percentage."""
    item = finding.item
    for one in earlier if isinstance(item, Figure) else []:
        if isinstance(one.item, Figure) and one.item.quantity == item.quantity:
            bases = [case.evidence.total(item.base), case.evidence.value("replies")]
            shares = [
                percentage(one.item.count / base)
                for base in bases
                if base and one.item.count is not None
            ]
            copied = item.count is not None and item.count == one.item.count
            as_share = (
                item.count is None
                and item.percent is not None
                and item.percent in (one.item.percent, *shares)
            )
            yield from [one] if copied or as_share else []


def marked_members(finding: Judgement, earlier: list[Judgement], case: Case) -> Iterator[Judgement]:
    """Yield the members wrongly marked or unmarked, where a summary counts the marks as they are printed."""
    item = finding.item
    if not isinstance(item, Count) or item.row not in SUMMARIES:
        return
    marks = [
        mark
        for mark in case.publication.items
        if isinstance(mark, Mark) and mark.source == item.source
    ]
    marks = [mark for mark in marks if mark.option == item.column]
    wrong = {one.item.place: one for one in earlier if one.rule == "a mark agrees with the lists"}
    if sum(mark.marked for mark in marks) == item.count:
        yield from (wrong[mark.place] for mark in marks if mark.place in wrong)


def wrongly_listed(finding: Judgement, earlier: list[Judgement], case: Case) -> Iterator[Judgement]:
    """Yield the list that names a member by mistake, for that member's mark."""
    item = finding.item
    if isinstance(item, Mark) and case.publication.code(item.name) not in case.evidence.members(
        item.option, item.row
    ):
        place = f"{item.source}:{item.row}:{item.option}"
        yield from (one for one in earlier if one.item.place == place)


def same_slip(finding: Judgement, earlier: list[Judgement]) -> Iterator[Judgement]:
    """Yield the earlier findings that are the same slip."""
    key = slip(finding)
    yield from (one for one in earlier if key is not None and slip(one) == key)


def slip(finding: Judgement) -> tuple[str, ...] | None:
    """What findings of the same slip have in common; None where each is an error of its own.

    A claim about one pair, repeated; a label, repeated; counts printed as percentages in one section; one misspelling; one
    title; the marks of one member in one row.
    """
    item, rule = finding.item, finding.rule
    if isinstance(item, Claim) and item.kind == "label":
        return rule, item.fact, item.value
    if isinstance(item, Claim):
        pair = tuple(item.fact.split(".")[1:3])
        return (
            (rule, *pair)
            if rule in RETOLD
            else (rule, item.column)
            if rule.startswith("a percentage")
            else None
        )
    if rule == "an administration has one spelling" and isinstance(item, Mark | Example):
        return rule, item.name
    if rule == "a title is the one listed" and isinstance(item, Title | Example):
        return rule, item.title
    return (
        (rule, item.source, item.row, item.name, str(item.marked))
        if isinstance(item, Mark)
        else None
    )
