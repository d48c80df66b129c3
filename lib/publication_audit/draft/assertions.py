"""Where a draft asserts that two things go together or that one brought about another, and what its
labels say is counted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from publication_audit.draft.matching import Matching, Sentence
from publication_audit.draft.subjects import Mention

# Words that assert a link, or a cause. The longest comes first where one holds another.
ASSERTS = re.compile(
    r"\b(?:(?:proven|clear|strong|close|significant|positive)\s+)?(?:correlations?|correlat(?:es?|ed)"
    r"(?:\s+with)?)\b"
    r"|\b(?:will\s+)?(?:ultimately\s+|presumably\s+)?(?:leads?\s+to|leading\s+to|led\s+to)\b"
    r"|\bresult(?:s|ed|ing)?\s+in\b|\b(?:thanks|due|owing)\s+to\b|\bbecause\s+of\b|\bcaus(?:es?|ed)\s+by\b"
    r"|\b(?:presumably\s+)?attribut(?:ed|able)(?:\s+to)?\b|\bcontribut(?:es?|ed|ing)(?:\s+to)?\b"
    r"|\b(?:brought|brings?|bring)\s+about\b|\b(?:convincing\s+)?proof\b|\bproves?\b"
    r"|\bgo(?:es)?\s+(?:hand\s+in\s+hand\s+|together\s+)?with\b|\bassociated\s+with\b"
    r"|\bgo(?:es)?\s+(?:together|hand\s+in\s+hand)\b"
    r"|\blinked\s+(?:to|with)\b|\bindication\s+of\b|\b(?:recognized\s+)?result\s+of\b"
    r"|\b(?:obtained|realized|realised|resulting|stemming)\s+from\b|\bin\s+the\s+wake\s+of\b"
    r"|(?<!could\s)(?<!might\s)\bhelps?(?:\s+to)?\b|\b(?:did\s+)?inspired?\b|\b(?:definitely\s+)?reinforce[sd]?\b"
    r"|\bcan\s+strengthen\b|\bpositive\s+advancement\b|\breveals\s+and\s+confirms\b"
    r"|\bit\s+is\s+believed\b|\bimproved(?=\s+(?:the\s+)?(?:work|efficiency))|\bfrom\b(?!\s+\d)|\bdrove\b"
    r"|\benabled?\b|\btriggered\b|\bgave\s+rise\s+to\b|\bthe\s+reason\s+for\b",
    re.IGNORECASE,
)
LOOSE = ("from", "help", "helps", "proves")
# Words that assert something, but not of an action and an outcome.
WEAK = re.compile(
    r"it is believed|reveals and confirms|indication of|in the wake of|positive advancement"
    r"|obtained from|reali[sz]ed from",
    re.IGNORECASE,
)
# A sentence that asks, hopes or denies asserts nothing.
DENIED = re.compile(
    r"\?|\b(?:whether|cannot|can ?not|no (?:\w+ )?(?:link|proof|association|correlation)|not shown"
    r"|not (?:\w+ )?(?:prove|show|mean|go)\w*|none (?:\w+ )?(?:could|can|is|was)|do(?:es)? not|nor"
    r"|should|may have)\b",
    re.IGNORECASE,
)
ANALYSED = re.compile(r"\ban analysis (?:on|of)\b", re.IGNORECASE)
ACTED = re.compile(r"\bfollow[- ]up actions?\b", re.IGNORECASE)
SEPARATE = re.compile(r"\bindividual|\beach\b|respectively", re.IGNORECASE)
MARKED = re.compile(
    r"\b(?:who|that)\s+(?P<what>.{5,200}?)\s+(?:are|is)\s+(?:shown\s+|printed\s+)?(?:in\s+)?"
    r"(?P<mark>underlined|bold)",
    re.IGNORECASE,
)
COUNTED = re.compile(
    r"\b(?:led|leading)\s+to\s+(?P<outcome>.+)|\battribut\w+\s+to\s+(?P<actions>.+)", re.IGNORECASE
)


@dataclass(frozen=True)
class Asserted:
    """An assertion or label; `fact` is empty where no tested pair is about it."""

    start: int
    end: int
    printed: str
    kind: str
    fact: str
    value: str = ""


def assertions(
    sentence: Sentence, matching: Matching, outcomes_before: tuple[str, ...] = ()
) -> Iterator[Asserted]:
    """Yield what a sentence asserts of the tested pairs that it names, one row a pair.

    Parameters
    ----------
    outcomes_before : those that the paragraph named before, for "these findings prove that …".
    """
    text = sentence.text
    if DENIED.search(text):
        return
    last = -1
    for match in ASSERTS.finditer(text):
        word = match[0].casefold()
        is_named = any(m.start <= match.start() and match.end() <= m.end for m in sentence.mentions)
        if is_named or ANALYSED.search(text[: match.start()][-20:]) or match.start() < last:
            continue
        facts = _facts(match, sentence, matching, outcomes_before)
        if word in LOOSE and not facts and word != "helps" and not word.startswith("help"):
            continue
        if word == "from" and not _outcome_before_action(match, sentence):
            continue
        last = match.end()
        for fact in facts or [""]:
            yield Asserted(*match.span(), match[0], "association", fact)


def _outcome_before_action(match: re.Match, sentence: Sentence) -> bool:
    before = [m for m in sentence.mentions if m.end <= match.start()]
    after = [m for m in sentence.mentions if match.end() <= m.start]
    near = before and match.start() - before[-1].end < 25
    return bool(near and after and before[-1].kind == "outcome" and after[0].kind == "action")


def _facts(
    match: re.Match, sentence: Sentence, matching: Matching, outcomes_before: tuple[str, ...]
) -> list[str]:
    """The verdicts that an assertion is about: of the pairs of its clause, else of its sentence."""
    if WEAK.fullmatch(" ".join(match[0].split())):
        return []
    clause = sentence.clause_of(match.start())
    whole = (0, len(sentence.text))
    for span in (whole,) if SEPARATE.search(sentence.text) else (clause, whole):
        inside = [m for m in sentence.mentions if span[0] <= m.start < span[1]]
        outcomes = _names(inside, "outcome")
        actions = _names(inside, "action")
        if outcomes and (actions or ACTED.search(sentence.text)):
            break
    if re.search(r"proof|prove", match[0], re.IGNORECASE) and ACTED.search(sentence.text):
        outcomes = outcomes or list(outcomes_before)
    if not actions and len(sentence.section) and not ACTED.search(sentence.text):
        heading = [name for name in sentence.section[-1:] if name in matching.actions]
        actions = heading if outcomes else []
    generic = ACTED.search(sentence.text) is not None
    if not outcomes or not (actions or generic):
        return []
    facts = []
    for outcome in outcomes:
        declared = matching.subjects.survey_round.pairs_of(outcome)
        composite = "|".join(declared)
        is_whole = set(actions) == set(declared) and not SEPARATE.search(sentence.text)
        if (not actions or is_whole) and declared:
            facts.append(f"verdict.{composite}.{outcome}")
        else:
            facts += [f"verdict.{action}.{outcome}" for action in actions]
    return facts


def _names(mentions: list[Mention], kind: str) -> list[str]:
    return list(dict.fromkeys(m.name for m in mentions if m.kind == kind))


def joined(text: str, mentions: list[Mention]) -> str:
    """The options of a label as claims.csv has them: `a|b` where any counts, `a&b` where all do."""
    names = list(dict.fromkeys(m.name for m in mentions))
    between = " ".join(text[one.end : other.start] for one, other in pairwise(mentions))
    return ("|" if re.search(r"\bor\b", between) else "&").join(names)


def marks_explained(sentence: Sentence, outcome: str, matching: Matching) -> Iterator[Asserted]:
    """Yield what a note says that an underlined or bold name of a table stands for."""
    for match in MARKED.finditer(sentence.text):
        start, end = match.span("what")
        mentions = [m for m in sentence.mentions if start <= m.start < end]
        if not mentions or not outcome:
            continue
        actions = matching.subjects.survey_round.pairs_of(outcome)
        is_bold = match["mark"].casefold() == "bold"
        fact = f"action.{'|'.join(actions)}" if is_bold else f"outcome.{outcome}"
        value = in_order(joined(sentence.text, mentions), fact)
        yield Asserted(start, end, match["what"], "label", fact, value)


def counted(
    heading: str, row: str, outcome: str, actions: list[str], matching: Matching
) -> Iterator[Asserted]:
    """Yield what the heading of a summary row asserts, and says that it counts.

    Parameters
    ----------
    row : `led` or `attributed`.
    actions : that the table has, in its order.
    """
    composite = "|".join(actions)
    pairs = actions if row == "led" else [composite]
    for match in ASSERTS.finditer(heading):
        for action in pairs:
            yield Asserted(*match.span(), match[0], "association", f"verdict.{action}.{outcome}")
        break
    label = COUNTED.search(heading)
    if not label:
        return
    group = "outcome" if label["outcome"] else "actions"
    start, end = label.span(group)
    mentions = [m for m in matching.subjects.options(heading) if start <= m.start < end]
    if not mentions:
        return
    fact = f"outcome.{outcome}" if group == "outcome" else f"action.{composite}"
    yield Asserted(
        start, end, label[group], "label", fact, in_order(joined(heading, mentions), fact)
    )


def in_order(value: str, fact: str) -> str:
    """A label's options in the order in which the fact has them, where they are the same."""
    sign = "&" if "&" in value else "|"
    names, right = value.split(sign), fact.partition(".")[2].split("|")
    return sign.join(right) if set(names) == set(right) else value
