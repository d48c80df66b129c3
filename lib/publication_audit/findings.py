"""How printed things are judged: the rules that one breaks, and how much that matters."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from publication_audit.context import Context
from publication_audit.expected import expected
from publication_audit.printed import Printed

AGREES, DIFFERS, NOT_CHECKABLE = VERDICTS = ("agrees", "differs", "not checkable")
CONCLUSION, FIGURE, EDITORIAL = SEVERITIES = (
    "changes a conclusion",
    "changes a figure",
    "editorial",
)


@dataclass(frozen=True)
class Violation:
    """A rule that is broken.

    Parameters
    ----------
    reason : why, as a clause.
    instead : what should stand instead of the printed, where what it should be does not say so.
    severity : how much it matters; the rule's own where empty.
    """

    reason: str
    instead: str = ""
    severity: str = ""


Check = Callable[[Printed, Context], Violation | str | None]


@dataclass(frozen=True)
class Rule:
    """Something that must hold of printed things.

    Parameters
    ----------
    id : the name of its function.
    name, asks : what must hold, in a few words and as a sentence.
    kinds : what it looks at.
    severity : how much it matters where it does not hold.
    always : whether it looks at every item of its kinds, or only at what differs.
    check : gives what is wrong, as a clause or a violation; None where nothing is.
    """

    id: str
    name: str
    asks: str
    kinds: tuple[type[Printed], ...]
    severity: str
    always: bool
    check: Check = field(repr=False)

    def violation(self, item: Printed, context: Context) -> Violation | None:
        """What is wrong with an item by this rule; None where nothing is."""
        if not isinstance(item, self.kinds):
            return None
        violation = self.check(item, context)
        if isinstance(violation, str):
            violation = Violation(violation)
        return violation and replace(violation, severity=violation.severity or self.severity)


@dataclass(frozen=True)
class Finding:
    """What the audit says of one printed thing, a row of its table.

    `wrong` tells that the printed is not what it should have been, whatever rule else is broken.
    """

    item: Printed
    recomputed: str
    verdict: str
    explanation: str
    rule: Rule | None = None
    severity: str = ""
    root: str = ""
    wrong: bool = False


def judge(item: Printed, context: Context, rules: Iterable[Rule]) -> Finding:
    """Judge one printed thing: what it should have been, and the rules that it breaks.

    Of the rules that look only at what differs, the first that can tell explains; every `always`
    rule that is broken is added. The finding's rule and severity are those of the gravest
    violation.

    Raises
    ------
    ValueError
        A thing differs and no rule explains it.
    """
    right = expected(item, context)
    if right.text is None:
        return Finding(item, "", NOT_CHECKABLE, right.why)
    differs, explained = right.text != item.printed, False
    violations: list[tuple[Rule, Violation]] = []
    for rule in rules:
        asked = rule.always or (differs and not explained)
        violation = rule.violation(item, context) if asked else None
        if violation:
            violations.append((rule, violation))
            explained = explained or not rule.always
    if not violations and differs:
        difference = f"printed {item.printed!r}, recomputed {right.text!r}"
        raise ValueError(f"no rule explains {item.place}: {difference}")
    if not violations:
        return Finding(item, right.text, AGREES, sentence(right.why))
    instead = [one.instead for _, one in violations if one.instead]
    text = instead[0] if instead and not differs else right.text
    reason = "; ".join(one.reason for _, one in violations)
    rule, gravest = min(violations, key=lambda one: SEVERITIES.index(one[1].severity))
    return Finding(item, text, DIFFERS, sentence(reason), rule, gravest.severity, wrong=differs)


def sentence(text: str) -> str:
    """A clause as a sentence: a capital first, one full stop last."""
    return f"{text[:1].upper()}{text[1:].removesuffix('.')}."
