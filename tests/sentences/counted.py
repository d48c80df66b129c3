"""What the replies of a made-up round come to, counted and tested from nothing but the answers.

Written for the reader of the sentences alone, with integers and no library of statistics; nothing
here is imported by the code that is read, and nothing of that code is imported here.
"""

import math
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

from designs import Given, Reply

STRICT, LEVEL = 0.02, 0.05
Cells = tuple[int, int, int, int]  # both, action only, outcome only, neither


@dataclass(frozen=True)
class Exact:
    """The exact test that an odds ratio common to some tables is one."""

    tables: tuple[Cells, ...]

    @cached_property
    def ways(self) -> tuple[int, list[int]]:
        """The least possible sum of `both`, and in how many ways each sum from there comes."""
        least, ways = 0, [1]
        for both, action_only, outcome_only, neither in self.tables:
            acted, others = both + action_only, outcome_only + neither
            reported = both + outcome_only
            low, high = max(0, reported - others), min(acted, reported)
            own = [
                math.comb(acted, one) * math.comb(others, reported - one)
                for one in range(low, high + 1)
            ]
            least += low
            longer = [0] * (len(ways) + len(own) - 1)
            for place, many in enumerate(ways):
                for step, few in enumerate(own):
                    longer[place + step] += many * few
            ways = longer
        return least, ways

    @cached_property
    def informative(self) -> list[Cells]:
        return [
            (b, a, o, n)
            for b, a, o, n in self.tables
            if b + a and o + n and b + o and a + n
        ]  # fmt: skip

    @property
    def above(self) -> int:
        return sum(one[0] for one in self.tables) - self.ways[0]

    @cached_property
    def p(self) -> float | None:
        if not self.informative:
            return None
        ways = self.ways[1]
        at = ways[self.above]
        return sum(one for one in ways if one * 10_000_000 <= at * 10_000_001) / sum(ways)

    @cached_property
    def mid_p(self) -> float:
        ways = self.ways[1]
        at = ways[self.above]
        ties = sum(one for one in ways if abs(one - at) * 10_000_000 <= at)
        return (self.p or 0.0) - ties / sum(ways) / 2

    def chances(self, log_odds: float) -> list[float]:
        logs = [math.log(one) + place * log_odds for place, one in enumerate(self.ways[1])]
        top = max(logs)
        sizes = [math.exp(one - top) for one in logs]
        total = math.fsum(sizes)
        return [one / total for one in sizes]

    def solved(self, wanted: float, value) -> float:
        """The odds ratio at which something that grows with it has the wanted value."""
        low, high = -40.0, 40.0
        for _ in range(80):
            middle = (low + high) / 2
            low, high = (middle, high) if value(self.chances(middle)) < wanted else (low, middle)
        return math.exp((low + high) / 2)

    @cached_property
    def odds_ratio(self) -> float:
        last = len(self.ways[1]) - 1
        if self.above in (0, last):
            return math.inf if self.above else 0.0
        return self.solved(
            self.above, lambda chances: math.fsum(at * one for at, one in enumerate(chances))
        )

    @cached_property
    def low(self) -> float:
        if self.above == 0:
            return 0.0
        return self.solved(0.025, lambda chances: math.fsum(chances[self.above :]))

    @cached_property
    def high(self) -> float:
        if self.above == len(self.ways[1]) - 1:
            return math.inf
        return self.solved(0.975, lambda chances: 1 - math.fsum(chances[: self.above + 1]))

    @property
    def way(self) -> int:
        """1 where the two are found together, -1 apart, 0 neither."""
        ratio = self.odds_ratio
        return 0 if abs(ratio - 1) < 1e-6 else 1 if ratio > 1 else -1


@dataclass
class Pair:
    """An action and an outcome: their cells in all, by workshop, by administration."""

    action: str
    outcome: str
    answered: list[tuple[Reply, bool, bool]]
    verdict: str = ""
    larger: float | None = None
    adjusted: float = 1.0
    holm: float = 1.0

    def cells(self, replies: list[tuple[Reply, bool, bool]] | None = None) -> Cells:
        count = Counter(
            (acted, saw) for _, acted, saw in (self.answered if replies is None else replies)
        )
        return count[True, True], count[True, False], count[False, True], count[False, False]

    def by(self, unit, without=None) -> Exact:
        """The comparison within units, one left out if wanted."""
        groups: dict = {}
        for number, (reply, acted, saw) in enumerate(self.answered):
            if without and without(reply, number):
                continue
            groups.setdefault(unit(reply, number), []).append((reply, acted, saw))
        return Exact(tuple(self.cells(group) for group in groups.values()))

    @cached_property
    def workshops(self) -> Exact:
        return self.by(workshop)

    @cached_property
    def pooled(self) -> Exact:
        return Exact((self.cells(),))

    @cached_property
    def members(self) -> Exact | None:
        """The comparison within administrations; none where no reply names one."""
        return self.by(member) if any(one.administration for one, _, _ in self.answered) else None

    @property
    def varies(self) -> bool:
        both, action_only, outcome_only, neither = self.cells()
        return bool(both + action_only and outcome_only + neither
                    and both + outcome_only and action_only + neither)  # fmt: skip

    @property
    def tested(self) -> list[Exact]:
        """The comparisons that can be made."""
        made = [self.workshops, self.members] if self.varies else []
        return [one for one in made if one is not None and one.p is not None]

    @property
    def way(self) -> int:
        """Which way the comparisons that can be made point, if they agree."""
        ways = {one.way for one in self.tested}
        return ways.pop() if len(ways) == 1 else 0

    @cached_property
    def without_members(self) -> dict[str, float]:
        """The p within workshops without each administration, and each unnamed reply."""
        return self._left_out(member, workshop)

    @cached_property
    def members_without_members(self) -> dict[str, float]:
        return self._left_out(member, member)

    @cached_property
    def without_workshops(self) -> dict[str, float]:
        return self._left_out(workshop, workshop)

    @cached_property
    def members_without_workshops(self) -> dict[str, float]:
        return self._left_out(workshop, member)

    def _left_out(self, unit, within) -> dict[str, float]:
        units = {unit(reply, number) for number, (reply, _, _) in enumerate(self.answered)}
        found = {}
        for one in units:
            rest = self.by(within, lambda reply, number, one=one: unit(reply, number) == one)
            found[one] = 1.0 if rest.p is None else rest.p
        return found


def workshop(reply: Reply, _number: int) -> str:
    return reply.workshop


def member(reply: Reply, number: int) -> str:
    return reply.administration or f"reply {number}"


@dataclass
class Counted:
    """A round, counted."""

    given: Given
    pairs: dict[tuple[str, str], Pair] = field(default_factory=dict)

    def __post_init__(self) -> None:
        given = self.given
        every = [(action, outcome) for action in given.actions for outcome in given.outcomes]
        for action, outcome in dict.fromkeys([*given.declared(), *every]):
            answers = [
                (one, given.answer(one, action), given.answer(one, outcome))
                for one in given.replies
            ]
            known = [(one, a, o) for one, a, o in answers if a is not None and o is not None]
            self.pairs[action, outcome] = Pair(action, outcome, known)
        self._judge([self.pairs[one] for one in given.declared()])

    def _judge(self, declared: list[Pair]) -> None:
        """Holm over the larger p of both comparisons, then the rule, as docs/methods.md has it."""
        tested = [one for one in declared if one.varies and one.workshops.p is not None]
        for one in tested:
            both = [one.workshops.p, one.members.p if one.members else None]
            one.larger = max(both) if None not in both else None
        _holm(tested, [one.workshops.p for one in tested], "holm")
        _holm(tested, [1.0 if one.larger is None else one.larger for one in tested], "adjusted")
        for one in self.pairs.values():
            one.verdict = self._verdict(one)

    def _verdict(self, pair: Pair) -> str:
        if not pair.tested:
            return "not testable"
        sign = pair.way != 0 and min(one.p for one in pair.tested) < LEVEL - 1e-12
        strong = (
            sign
            and (pair.action, pair.outcome) in self.given.declared()
            and pair.larger is not None
            and pair.adjusted < STRICT - 1e-12
            and max(one.p for one in pair.tested) < LEVEL - 1e-12
        )
        rest = [pair.without_members, pair.members_without_workshops] if strong else []
        if rest and max(p for one in rest for p in one.values()) < LEVEL - 1e-12:
            return "supported"
        return "suggestive" if sign else "not shown"

    @property
    def declared(self) -> list[Pair]:
        return [self.pairs[one] for one in self.given.declared()]

    @property
    def named(self) -> list[Reply]:
        return [one for one in self.given.replies if one.administration]

    @property
    def unnamed(self) -> int:
        return len(self.given.replies) - len(self.named)

    @property
    def members(self) -> Counter:
        """How many replies each administration sent, by its name."""
        return Counter(self.given.names[one.administration] for one in self.named)

    @property
    def invited(self) -> int | None:
        numbers = [one["invited"] for one in self.given.workshops]
        return None if None in numbers else sum(numbers)

    @property
    def answering(self) -> int:
        """How many replies answer an invitation."""
        return sum(one.invited for one in self.given.replies)

    @property
    def all_invited(self) -> int | None:
        """How many were invited, where each reply answers an invitation."""
        return self.invited if self.answering == len(self.given.replies) else None

    def replies(self, place: str | None = None) -> list[Reply]:
        return [one for one in self.given.replies if place in (None, one.workshop)]

    def said(self, option: str, place: str | None = None) -> tuple[int, int]:
        """How many replies say yes to an option, and how many answered."""
        places = [one["id"] for one in self.given.workshops if place in (None, one["id"])]
        if (places[0], option) in self.given.printed:
            yes = sum(self.given.printed[one, option] for one in places)
            return yes, sum(len(self.replies(one)) for one in places)
        answers = [self.given.answer(one, option) for one in self.replies(place)]
        return answers.count(True), len(answers) - answers.count(None)

    def scope(self, name: str) -> tuple[int, int | None]:
        """Replies to the workshops of a scope, and invitations."""
        own = [one for one in self.given.workshops if one["scope"] == name]
        numbers = [one["invited"] for one in own]
        replies = sum(reply.invited for one in own for reply in self.replies(one["id"]))
        return replies, None if None in numbers else sum(numbers)


def _holm(pairs: list[Pair], p_values: list[float], name: str) -> None:
    order = sorted(range(len(pairs)), key=lambda place: p_values[place])
    largest = 0.0
    for rank, place in enumerate(order):
        largest = max(largest, min(1.0, p_values[place] * (len(pairs) - rank)))
        setattr(pairs[place], name, largest)
