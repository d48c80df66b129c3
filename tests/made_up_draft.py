"""Drafts about made-up rounds, in many wordings, with errors planted: `python
tests/made_up_draft.py 200`.

A draft is written from the facts of a random round. Some of what it says is made wrong on purpose;
what the audit finds of that is counted by kind of error, and so is what it calls wrong though it is
right.
"""

import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pytest

sys.path.append(str(Path(__file__).parent / "sentences"))
from designs import YEAR, Given, Plan, _round, write

from followup import rounds
from followup.cleaning.checks import clean_round
from followup.facts import Fact, by_name, survey_facts
from followup.rounds import Round, open_round
from followup.show.numbers import percent

PROJECT = Path(__file__).parents[1]
LAST_RATE = 0.5
ACTIONS = [
    ("Share training materials", "sharing the materials", "shared the training materials"),
    ("Submit reports", "submitting a report", "submitted a report"),
    ("Make recommendations", "making recommendations", "made recommendations"),
    ("Organize in-house workshop", "an in-house workshop", "organized an in-house workshop"),
    ("Develop operational manuals", "developing a manual", "developed an operational manual"),
    ("Brief senior management", "briefing the management", "briefed senior management"),
    ("Translate guidelines", "translating guidelines", "translated guidelines"),
    ("Visit border posts", "visiting border posts", "visited border posts"),
]
OUTCOMES = [
    ("Direct effects", "direct effects", "reported direct effects"),
    ("Improved work", "improved work", "reported improved work"),
    ("New projects", "new projects", "reported a new modernization project"),
    ("Faster clearance", "faster clearance", "saw faster clearance"),
    ("Fewer complaints", "fewer complaints", "received fewer complaints"),
]
TOPICS = ["Risk Management", "Rules of Origin", "Valuation", "E-Commerce", "Free Zones", "Canines"]
TOPICS += ["Data Analytics", "Trade Facilitation", "Drones"]
NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
NUMBERS += ["eleven", "twelve"]
ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth"]
FRACTIONS = {
    "half": lambda share: percent(share) == "50%",
    "more than half": lambda share: share > 0.5,
    "most": lambda share: share > 0.5,
    "the majority": lambda share: share > 0.5,
    "less than half": lambda share: share < 0.5,
}
CAUSES = [
    "{a} led to {o}",
    "{o} resulted from {a}",
    "Thanks to {a}, there were {o}",
    "{a} brings about {o}",
]
LINKS = ["{a} and {o} go together", "There is a correlation between {a} and {o}"]
LINKS += ["{a} goes together with {o}", "{a} is associated with {o}"]


@dataclass
class MadeUpRound:
    """A round that can be audited against, with what is true of it."""

    survey_round: Round
    facts: dict[str, Fact]
    workshops: pd.DataFrame
    replies: pd.DataFrame
    pairs: dict[tuple[str, str], str]

    def value(self, fact: str) -> float | None:
        value = self.facts[fact].value if fact in self.facts else None
        return None if value is None or pd.isna(value) else float(value)


@dataclass
class Figure:
    """What is printed; of one that is made wrong on purpose, of which `kind` the error is."""

    printed: str
    kind: str = ""
    right: str = ""


@dataclass
class Sentence:
    """Text and figures in turn."""

    parts: list[str | Figure]

    @property
    def text(self) -> str:
        text = "".join(one if isinstance(one, str) else one.printed for one in self.parts)
        return text[:1].upper() + text[1:]

    def spans(self) -> Iterator[tuple[int, int, Figure]]:
        place = 0
        for part in self.parts:
            end = place + len(part if isinstance(part, str) else part.printed)
            if isinstance(part, Figure):
                yield place, end, part
            place = end


@dataclass
class Draft:
    """A draft's text, with the errors in it: sentences, and cells by table, row and column."""

    text: str = ""
    sentences: list[Sentence] = field(default_factory=list)
    cells: list[tuple[int, int, int, str, str]] = field(default_factory=list)
    tables: int = 0


# Rounds


@contextmanager
def project_at(root: Path) -> Iterator[None]:
    """A project that is empty but for the list of administrations."""
    raw = root / "data" / "raw"
    if not raw.is_dir():
        raw.mkdir(parents=True)
        (raw / "administrations.csv").symlink_to(PROJECT / "data" / "raw" / "administrations.csv")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(rounds, "ROOT", root)
        yield


def made_up_round(root: Path, seed: int) -> MadeUpRound:
    """Write a random round below a root, with its facts and drawn verdicts of its pairs."""
    chance = random.Random(seed)
    plan = Plan(
        events=chance.randint(2, 8),
        replies=chance.randint(12, 70),
        actions=chance.randint(2, 6),
        outcomes=chance.randint(1, 3),
        pairs=1,
        blanks=chance.choice([0, 0, 0.05]),
        invited="more",
        scopes=chance.randint(1, 2),
        effect=chance.choice([0, 0.4]),
    )
    codes = pd.read_csv(PROJECT / "data/raw/administrations.csv", keep_default_na=False)
    given = _round(
        seed, "made up", plan, chance, dict(zip(codes["code"], codes["name"], strict=True))
    )
    _name(given, chance)
    folder = root / "data" / "raw" / str(YEAR)
    write(given, folder.parent)
    declared = (folder / "round.toml").read_text("utf-8")
    more = (
        f"[round]\nprevious = {YEAR - 1}\nweeks_open = 3\nworkshops_organised = {plan.events + 2}\n"
    )
    before = f"[[previous_round]]\nfact = 'reply_rate'\nvalue = {LAST_RATE}\n"
    (folder / "round.toml").write_text(f"{declared.replace('[round]', more, 1)}\n{before}", "utf-8")
    survey_round = open_round(YEAR)
    replies, counts, _ = clean_round(survey_round)
    workshops = survey_round.read_workshops()
    facts = survey_facts(survey_round, replies, counts, workshops)
    survey_round.save_processed(replies, "replies.parquet")
    survey_round.save_processed(counts, "counts.parquet")
    survey_round.save(facts, "facts.csv")
    pairs = _verdicts(survey_round, chance)
    survey_round.save(pairs, "associations.csv")
    verdicts = {
        (row.action, row.outcome): f"{row.verdict} {row.direction}" for row in pairs.itertuples()
    }
    return MadeUpRound(survey_round, by_name(facts), workshops, replies, verdicts)


def _name(given: Given, chance: random.Random) -> None:
    """Call actions, outcomes and workshops as an office would."""
    actions, outcomes = chance.sample(ACTIONS, 8), chance.sample(OUTCOMES, 5)
    given.words = {
        **dict(zip(given.actions, actions, strict=False)),
        **dict(zip(given.outcomes, outcomes, strict=False)),
    }
    topics = chance.sample(TOPICS, len(TOPICS))
    for workshop, topic in zip(given.workshops, topics, strict=False):
        workshop |= {"topic": topic, "title": f"{workshop['scope'].title()} Workshop on {topic}"}


def _verdicts(survey_round: Round, chance: random.Random) -> pd.DataFrame:
    rows = []
    for action, outcome in dict.fromkeys([*survey_round.primary, *survey_round.composites]):
        verdict = chance.choice(["supported", "suggestive", "not shown"])
        direction = "" if verdict == "not shown" else "together"
        rows.append((action, outcome, verdict, direction, ""))
    return pd.DataFrame(rows, columns=["action", "outcome", "verdict", "direction", "reason"])


# What a draft says


class Writer:
    """Writes sentences and tables about a round; one in so many figures is made wrong."""

    def __init__(self, made: MadeUpRound, seed: int, errors: float = 0.2) -> None:
        self.made, self.chance, self.errors = made, random.Random(seed), errors
        self.round = made.survey_round
        self.replies = int(made.value("replies") or 0)

    def wrong(self) -> bool:
        return self.chance.random() < self.errors

    def count(self, right: int, kind: str, words: bool = False) -> Figure:
        """A count, in words if it is small and `words`; made wrong by a few."""
        text = self._number(right, words)
        if not self.wrong():
            return Figure(text)
        other = right + self.chance.choice([-3, -2, -1, 1, 2, 3, 10])
        other = right + 1 if other < 1 else other
        return Figure(self._number(other, words), kind, text)

    def share(self, fact: str, kind: str = "share") -> Figure:
        """A percentage of a fact; made wrong by some points, or by its count or another base."""
        one = self.made.facts[fact]
        right = percent(one.value)
        if not self.wrong():
            return Figure(right)
        others = {kind: percent(min(1.0, one.value + 0.07) if one.value < 0.9 else one.value - 0.1)}
        others["count printed as share"] = f"{one.numerator:.0f}%"
        if one.denominator != self.replies:
            others["share of another base"] = percent(one.numerator / self.replies)
        kind, printed = self.chance.choice(list(others.items()))
        return Figure(printed, kind, right) if printed != right else Figure(right)

    def _number(self, value: int, words: bool) -> str:
        return NUMBERS[value - 1] if words and 0 < value <= len(NUMBERS) else f"{value}"

    def option(self) -> tuple[str, object, Fact]:
        """A random action or outcome whose share is known, with its share."""
        kinds = [("action", one) for one in self.round.actions]
        kinds += [("outcome", one) for one in self.round.outcomes]
        known = [
            (kind, one, self.made.facts[f"{kind}.{one.id}.share"])
            for kind, one in kinds
            if self.made.value(f"{kind}.{one.id}.share") is not None
        ]
        return self.chance.choice(known)

    # Sentences: each method writes one, or gives None where the round has nothing to say in it.

    def of_option(self) -> Sentence:
        kind, option, share = self.option()
        fact, count, base = (
            f"{kind}.{option.id}.share",
            int(share.numerator),
            int(share.denominator),
        )
        phrase = option.phrase
        forms: list[Callable[[], list[str | Figure]]] = [
            lambda: [self.share(fact), f" of the replies {phrase}."],
            lambda: ["In all, ", self.share(fact), f" {phrase}."],
            lambda: [self.count(count, "count"), f" replies ({percent(share.value)}) {phrase}."],
            lambda: [
                *(self.count(count, "N of M"), " out of ", self.count(base, "base of N of M")),
                f" replies {phrase}.",
            ],
            lambda: [
                *(self.count(count, "N of M"), " of ", self.count(base, "base of N of M")),
                *(" replies (", self.share(fact), f") {phrase}."),
            ],
            lambda: [self.count(count, "count in words", words=True), f" respondents {phrase}."],
            lambda: [f"{option.label} was named in ", self.count(count, "count"), " replies."],
            lambda: ["The survey shows that ", self.share(fact), f" of respondents {phrase}."],
        ]
        return Sentence(self.chance.choice(forms)())

    def fraction(self) -> Sentence:
        _, option, share = self.option()
        fits = [word for word, test in FRACTIONS.items() if test(share.value)]
        others = [word for word in FRACTIONS if word not in fits]
        word = Figure(self.chance.choice(others), "fraction") if self.wrong() and others else None
        figure = word or Figure(self.chance.choice(fits or ["most"]))
        if not fits and word is None:
            return self.of_option()
        return Sentence([figure, f" of the replies {option.phrase}."])

    def response(self) -> Sentence:
        replies, invited = (int(self.made.value(name) or 0) for name in ("replies", "invited"))
        forms = [
            lambda: ["The reply rate is ", self.share("reply_rate", "reply rate"), "."],
            lambda: [
                *("Of ", self.count(invited, "invited"), " administrations invited, "),
                *(self.count(replies, "replies"), " replied."),
            ],
            lambda: ["The total number of replies is ", self.count(replies, "replies"), "."],
            lambda: [
                *("We received ", self.count(replies, "replies"), " replies, a response rate of "),
                *(self.share("reply_rate", "reply rate"), "."),
            ],
        ]
        return Sentence(self.chance.choice(forms)())

    def scope(self) -> Sentence | None:
        scopes = [one for one in self.made.workshops["scope"].unique() if one]
        scope = self.chance.choice(scopes)
        if len(scopes) < 2 or self.made.value(f"reply_rate.{scope}") is None:
            return None
        rate = self.share(f"reply_rate.{scope}", "reply rate")
        return Sentence([f"The reply rate of the {scope} workshops was ", rate, "."])

    def direction(self) -> Sentence:
        now = self.made.value("reply_rate") or 0
        if percent(now) == percent(LAST_RATE):
            return self.of_option()
        words = {"rose": "increased", "fell": "decreased"}
        word = "rose" if now > LAST_RATE else "fell"
        verb = Figure(word)
        if self.wrong():
            verb = Figure("fell" if word == "rose" else "rose", "direction", words[word])
        return Sentence(
            [
                "The reply rate ",
                verb,
                " to ",
                Figure(percent(now)),
                f" ({percent(LAST_RATE)} in {YEAR - 1}).",
            ]
        )

    def workshop(self) -> Sentence:
        place = self.made.workshops.sample(1, random_state=self.chance.randrange(10**6)).iloc[0]
        kind, option, _ = self.option()
        value = self.made.value(f"{kind}.{option.id}.{place['id']}")
        if value is None or not value:
            value = self.made.value(f"replies.{place['id']}") or 0
            return Sentence(
                [
                    f"After the workshop on {place['topic']}, ",
                    self.count(int(value), "replies of a workshop"),
                    " replies came in.",
                ]
            )
        count = self.count(int(value), "count of a workshop")
        return Sentence(
            [f"After the workshop on {place['topic']}, ", count, f" replies {option.phrase}."]
        )

    def rank(self) -> Sentence | None:
        taken = {one: self.made.value(f"action.{one.id}") or 0 for one in self.round.actions}
        order = sorted(taken, key=lambda one: -taken[one])
        most, least = order[0], order[-1]
        if taken[most] == taken[least]:
            return None
        chosen = least if self.wrong() else most
        figure = Figure("most common", "rank" if chosen is least else "")
        forms = [
            ["The ", figure, f" follow-up action is {chosen.noun}."],
            [f"{chosen.noun} was the ", figure, " follow-up action."],
        ]
        return Sentence(self.chance.choice(forms))

    def conditional(self) -> Sentence | None:
        pair = self.round.pairs[0] if self.round.pairs else None
        if pair is None:
            return None
        action, outcome = self.chance.choice(pair.actions), pair.outcome
        acted, others = (
            f"pair.{action}.{outcome}.outcome_given_{one}" for one in ("action", "no_action")
        )
        if self.made.value(acted) is None or self.made.value(others) is None:
            return None
        first, second = self.round.phrase(action), self.round.phrase(outcome)
        return Sentence(
            [
                *(
                    f"Of the replies that {first}, ",
                    self.share(acted, "conditional"),
                    f" {second}, against ",
                ),
                *(self.share(others, "comparison"), " of those that did not."),
            ]
        )

    def association(self) -> Sentence | None:
        pairs = [pair for pair in self.made.pairs if "|" not in pair[0]]
        right = [pair for pair in pairs if self.made.pairs[pair] == "supported together"]
        if self.wrong() or (right and self.chance.random() < 0.3):
            is_cause = self.chance.random() < 0.5
            wrong = pairs if is_cause else [pair for pair in pairs if pair not in right]
            kind, forms = ("cause", CAUSES) if is_cause else ("link not supported", LINKS)
            if wrong:
                return self._linked(*self.chance.choice(wrong), self.chance.choice(forms), kind)
        return self._linked(*right[0], self.chance.choice(LINKS), "") if right else None

    def _linked(self, action: str, outcome: str, form: str, kind: str) -> Sentence:
        text = form.format(a=self.round.noun(action), o=self.round.noun(outcome)) + "."
        return Sentence([Figure(text[:1].upper() + text[1:], kind)])

    def declared(self) -> Sentence:
        number, months = self.round.number, int(self.round.months_after or 6)
        ordinal = Figure(ORDINALS[number - 1])
        if self.wrong():
            ordinal = Figure(ORDINALS[number], "number of the round", ORDINALS[number - 1])
        forms = [
            ["This is the ", ordinal, " round of the survey."],
            ["Questionnaires go out ", self._duration(months), " after a workshop."],
            [
                "Of the ",
                self.count(len(self.made.workshops), "workshops"),
                " workshops surveyed, all are listed below.",
            ],
        ]
        return Sentence(self.chance.choice(forms))

    def _duration(self, months: int) -> Figure:
        printed = f"{months} months"
        return (
            Figure(f"{months + 3} months", "months", printed) if self.wrong() else Figure(printed)
        )

    # Tables

    def responses(self, draft: Draft) -> str:
        """Replies by workshop, with a total that is the sum of its rows or is not."""
        columns = [("No. of invited administrations", "invited"), ("No. of replies", "replies")]
        return self._table(draft, "Number of replies", columns)

    def actions(self, draft: Draft) -> str:
        columns = [(one.label, f"action.{one.id}") for one in self.round.actions]
        return self._table(draft, "Follow-up actions taken after the workshops", columns)

    def outcome(self, draft: Draft) -> str:
        outcome = self.chance.choice(self.round.outcomes)
        columns = [("Yes", f"outcome.{outcome.id}"), ("No", f"outcome.{outcome.id}.no")]
        return self._table(draft, outcome.label, [("Total no. of replies", "replies"), *columns])

    def _table(self, draft: Draft, caption: str, columns: list[tuple[str, str]]) -> str:
        heads = ["Workshop", *(label for label, _ in columns)]
        lines = [heads, ["---"] * len(heads)]
        by_title = self.chance.random() < 0.5
        rows = [
            (str(one.id), f"({one.id}) {one.title}" if by_title else f"({one.id})")
            for one in self.made.workshops.itertuples()
        ]
        share = self.chance.random() < 0.5
        for number, (place, name) in enumerate([*rows, ("", "Total")], start=1):
            cells = [name]
            for column, (_, fact) in enumerate(columns, start=1):
                value = int(self.made.value(f"{fact}.{place}" if place else fact) or 0)
                shown = self._cell(value, fact, place, share)
                cells.append(shown.printed)
                if shown.kind:
                    draft.cells.append((draft.tables, number, column, shown.printed, shown.kind))
            lines.append(cells)
        draft.tables += 1
        rows_of_text = (f"| {' | '.join(line)} |" for line in lines)
        return f"**(Table {draft.tables}) {caption}**\n\n" + "\n".join(rows_of_text)

    def _cell(self, value: int, fact: str, place: str, with_share: bool) -> Figure:
        share = f"{fact}.share" if fact.count(".") == 1 else fact.replace(".no", ".no_share")
        known = self.made.facts.get(share)
        if place or not with_share or known is None or not known.has_base:
            wrong = self.chance.random() < self.errors / 6
            kind = "cell of a table" if place else "total that is no sum"
            return Figure(f"{value + 1}", kind) if wrong else Figure(f"{value}")
        other = percent(known.value * 0.8 + 0.15)
        if self.wrong() and other != percent(known.value):
            return Figure(f"{value} ({other})", "percentage of a total")
        return Figure(f"{value} ({percent(known.value)})")

    def members(self, draft: Draft) -> str:
        """Who took the actions of a pair and who reported its outcome, marked as print does."""
        pair = self.round.pairs[0]
        heads = [f"Members that {self.round.phrase(one)}" for one in [*pair.actions, pair.outcome]]
        lines = [["Workshop", *heads], ["---"] * (len(heads) + 1)]
        for number, place in enumerate(self.made.workshops["id"], start=1):
            here = self.made.replies[self.made.replies["workshop"] == place].set_index(
                "administration"
            )
            yes = {
                one: set(here.index[here[one].fillna(False).astype(bool)])
                for one in [*pair.actions, pair.outcome]
            }
            acted = set().union(*(yes[one] for one in pair.actions))
            cells = [f"({place})"]
            for column, option in enumerate([*pair.actions, pair.outcome], start=1):
                names = sorted(yes[option])
                strangers = sorted(set(INVENTED) - set(here.index))
                if self.chance.random() < self.errors / 4 and names and strangers:
                    names[-1] = strangers[0]
                    draft.cells.append((draft.tables, number, column, names[-1], "member"))
                marked = acted if option == pair.outcome else yes[pair.outcome]
                sign = ("**", "**") if option == pair.outcome else ("<u>", "</u>")
                shown = [f"{sign[0]}{one}{sign[1]}" if one in marked else one for one in names]
                cells.append(", ".join(shown) or "0")
            lines.append(cells)
        draft.tables += 1
        rows_of_text = (f"| {' | '.join(line)} |" for line in lines)
        title = f"Members with {self.round.noun(pair.outcome)}"
        return f"**(Table {draft.tables}) {title}**\n\n" + "\n".join(rows_of_text)

    def draft(self) -> Draft:
        """A draft with a section of each kind."""
        draft = Draft()
        sections = {
            "1. Introduction": [self.declared, self.declared],
            "2.1 Response to the survey": [
                self.response,
                self.response,
                self.scope,
                self.direction,
            ],
            "2.2 Follow-up actions taken": [
                self.of_option,
                self.rank,
                self.of_option,
                self.workshop,
            ],
            "2.3 What came of them": [
                self.fraction,
                self.of_option,
                self.conditional,
                self.workshop,
            ],
            "3. Conclusion": [self.association, self.fraction, self.of_option],
        }
        tables = {
            "2.1 Response to the survey": self.responses,
            "2.2 Follow-up actions taken": self.actions,
            "2.3 What came of them": self.outcome,
        }
        parts = [f"# Report on the Survey {YEAR}"]
        for heading, writers in sections.items():
            parts.append(f"## {heading}")
            said = [one for one in (write_one() for write_one in writers) if one]
            said = list({one.text: one for one in said}.values())
            draft.sentences += said
            parts += [" ".join(one.text for one in said)]
            parts += [tables[heading](draft)] if heading in tables else []
        if self.round.pairs:
            parts += [self.members(draft)]
        draft.text = "\n\n".join(parts) + "\n"
        return draft


INVENTED = ["AF", "AU", "BD", "BN", "BT", "CN", "FJ", "HK", "ID", "IN", "IR", "JP", "KH"]


# What the audit finds of it


@dataclass
class Count:
    """What became of the errors of each kind, and what is called wrong though it is right."""

    planted: Counter = field(default_factory=Counter)
    outcomes: dict[str, Counter] = field(default_factory=dict)
    false: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    agreeing: Counter = field(default_factory=Counter)

    def add(self, kind: str, result: str, text: str) -> None:
        self.planted[kind] += 1
        self.outcomes.setdefault(kind, Counter())[result] += 1
        if result != "differs":
            self.missed.append(f"{kind}: {result}: {text}")

    @property
    def found(self) -> int:
        return sum(one["differs"] for one in self.outcomes.values())

    def table(self) -> pd.DataFrame:
        """One row a kind of error: how many were planted, and what the audit said of them."""
        table = pd.DataFrame(self.outcomes).T.fillna(0).astype(int).sort_index()
        return table.assign(planted=pd.Series(self.planted)).rename_axis("error")


def held(draft: Draft, path: Path, survey_round: Round, count: Count) -> None:
    """Audit a draft, and count what became of its errors."""
    from publication_audit.draft.audit import audit
    from publication_audit.draft.reading import read

    path.write_text(draft.text, encoding="utf-8")
    document = read(path)
    items = audit(document, survey_round)
    wrong = pd.Series(False, items.index)
    blocks = [block for block in document.blocks if block.kind != "table"]
    for sentence in draft.sentences:
        block = next(one for one in blocks if sentence.text in one.text and one.kind != "heading")
        start = block.text.index(sentence.text)
        in_block = items["block"] == block.index
        for first, last, figure in sentence.spans():
            here = in_block & (items["start"] < start + last) & (items["end"] > start + first)
            _score(items, here, figure, sentence.text, count)
            wrong |= here if figure.kind else False
        inside = in_block & items["start"].between(start, start + len(sentence.text) - 1)
        if any(figure.kind for _, _, figure in sentence.spans()):
            wrong |= inside  # what stands beside an error may be told to differ from it
    tables = [block for block in document.blocks if block.kind == "table"]
    for number, row, column, printed, kind in draft.cells:
        in_table = items["block"] == tables[number].index
        here = in_table & (items["row"] == row) & (items["column"] == column)
        text = f"table {number + 1}, row {row}, column {column}"
        _score(items, here, Figure(printed, kind), text, count)
        wrong |= here
    false = items[(items["verdict"] == "differs") & ~wrong]
    count.false += [
        f"{one.printed!r} {one.fact} {one.rule}: {one.explanation} | {one.text}"
        for one in false.itertuples()
    ]


def _score(items: pd.DataFrame, here: pd.Series, figure: Figure, text: str, count: Count) -> None:
    """Count what the audit says of a figure; one that differs has to be told what it should be."""
    verdicts = set(items.loc[here, "verdict"])
    order = ["differs", "which fact?", "not traced", "agrees"]
    result = next((one for one in order if one in verdicts), "not found")
    told = items.loc[here & (items["verdict"] == "differs"), "recomputed"]
    if (
        result == "differs"
        and figure.right
        and not any(figure.right.casefold() in one.casefold() for one in told)
    ):
        result = "told otherwise"
    if figure.kind:
        facts = " / ".join(items.loc[here, "fact"].astype(str))
        told_so = " / ".join(told)
        count.add(figure.kind, result, f"{figure.printed!r} in {text!r} ({facts}; {told_so})")
    else:
        count.agreeing[result] += 1


def counted(number: int, folder: Path, drafts_a_round: int = 5, first: int = 0) -> Count:
    """Write, audit and count so many drafts, some of each random round."""
    count = Count()
    for seed in range(first, first + -(-number // drafts_a_round)):
        root = folder / f"{seed}"
        with project_at(root):
            made = made_up_round(root, seed)
            for place in range(drafts_a_round):
                draft = Writer(made, seed * 1000 + place).draft()
                held(draft, root / f"draft_{place}.md", made.survey_round, count)
    return count


def main(number: int) -> None:
    """Count so many drafts and print what became of the errors, by kind."""
    with tempfile.TemporaryDirectory() as folder:
        count = counted(number, Path(folder))
    print(count.table().to_string())
    print(
        f"\n{count.found} of {sum(count.planted.values())} errors found; {len(count.false)} false"
    )
    print("of what is right:", dict(count.agreeing))
    print("\nmissed:", *count.missed, sep="\n  ")
    print("\nfalse:", *dict.fromkeys(count.false), sep="\n  ")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
