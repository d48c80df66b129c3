"""How printed things are judged: what each should have been, the rules that it breaks, and how much that matters."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from publication_audit.assertions import expected_claim
from publication_audit.evidence import Evidence
from publication_audit.printed import Claim, Printed
from publication_audit.published import Publication

AGREES, DIFFERS, NOT_CHECKABLE = VERDICTS = ("agrees", "differs", "not checkable")
CONCLUSION, FIGURE, EDITORIAL = SEVERITIES = (
    "changes a conclusion",
    "changes a figure",
    "editorial",
)


@dataclass(frozen=True)
class Breach:
    """A rule broken: the reason without its full stop, what should stand instead of the printed, and how much it matters."""

    reason: str
    instead: str = ""
    severity: str = ""


@dataclass(frozen=True)
class Case:
    """What was published, and what the replies say."""

    publication: Publication
    evidence: Evidence


@dataclass(frozen=True)
class Rule:
    """One rule: its name says what must hold. An `always` rule looks at every item of its kinds, others at those that differ."""

    check: Callable[[Printed, Case], Breach | str | None]
    kinds: tuple[type[Printed], ...]
    severity: str
    always: bool

    @property
    def name(self) -> str:
        return self.check.__name__.replace("_", " ")

    @property
    def meaning(self) -> str:
        return str(self.check.__doc__).strip()

    def breach(self, item: Printed, case: Case) -> Breach | None:
        """What is wrong with an item by this rule; None where nothing is."""
        found = self.check(item, case) if isinstance(item, self.kinds) else None
        found = Breach(found) if isinstance(found, str) else found
        return found and replace(found, severity=found.severity or self.severity)


@dataclass(frozen=True)
class Judgement:
    """One row of the audit; `wrong` tells that the printed is not what it should have been, whatever rule else is broken."""

    item: Printed
    recomputed: str
    verdict: str
    explanation: str
    rule: str = ""
    severity: str = ""
    root: str = ""
    wrong: bool = False


def judge(item: Printed, case: Case, rules: Iterable[Rule]) -> Judgement:
    """Judge one printed thing: what it should have been, the rules that it breaks, and the worst that follows.

    Of the rules that look only at what differs, the first that can tell explains; every `always` rule that is broken is added.
    The judgement's rule and severity are those of the gravest breach.

    Raises
    ------
    ValueError
        A thing differs and no rule explains it.
    """
    expected = (
        expected_claim(case.evidence, item)
        if isinstance(item, Claim)
        else case.evidence.expected(item)
    )
    if expected.text is None:
        return Judgement(item, "", NOT_CHECKABLE, expected.why)
    differs, broken = expected.text != item.printed, []
    for rule in rules:
        told = any(not other.always for other, _ in broken)
        breach = rule.breach(item, case) if rule.always or (differs and not told) else None
        broken += [(rule, breach)] if breach else []
    if not broken and differs:
        raise ValueError(
            f"no rule explains {item.place}: printed {item.printed!r}, recomputed {expected.text!r}"
        )
    if not broken:
        return Judgement(item, expected.text, AGREES, sentence(expected.why))
    instead = [breach.instead for _, breach in broken if breach.instead]
    text = instead[0] if instead and not differs else expected.text
    reason = "; ".join(breach.reason for _, breach in broken)
    gravest, breach = min(broken, key=lambda one: SEVERITIES.index(one[1].severity))
    return Judgement(
        item, text, DIFFERS, sentence(reason), gravest.name, breach.severity, wrong=differs
    )


def sentence(text: str) -> str:
    """A clause as a sentence: a capital first, one full stop last."""
    return f"{text[:1].upper()}{text[1:].removesuffix('.')}."
