"""Take each sentence of a made-up round's pages apart, and hold what it says against the replies.

A pattern is a whole sentence as a regular expression; beside it stands what must be true of the
round. It knows the words of the pages and nothing of the code that writes them.
"""

import html
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from inspect import signature

from counted import LEVEL, Cells, Counted, Pair
from designs import Reply
from pages import Said

Check = Callable[..., Iterable[object]]
PATTERNS: list[tuple[str, re.Pattern[str], Check]] = []
SHARE = r"(?:\d+%|–|not known)(?: \([\d,]+ of [\d,]+\)| \(of none\))?"
NAMES = {
    "share": SHARE,
    "count": r"[\d,]+|no|none|one",
    "p": r"less than 0\.001|\d\.\d+",
    "pis": r"(?:= \d\.\d+|less than 0\.001)",
    "ratio": r"infinite|[\d.]+",
    "points": r"(?:[+−]\d+|0)",
    "shares": r"(?:each )?\d+%.*",
    "words": r".+?",
    "list": r".+?",
    "year": r"[A-Z][a-z]+ \d{4}",
}
CLAIMS = re.compile(
    r"\b(all|every|none|no|nobody|only|most|least|highest|lowest|more|less|both|any|each|one|never|always|"
    r"alike|same|cannot|could|confirmed|weak|large|strong)\b",
    re.IGNORECASE,
)


# What speaks of members of the office, whoever the replies name.
OF_MEMBERS = re.compile(
    r"^50_annex|^23_|^# |^10.* Reads the|[Ee]xamples? |Where it says administration"
)


EVENTS_AS_SUCH = re.compile(r"Where it says workshop|.*Reads the.*")


def reads(pattern: str) -> Callable[[Check], Check]:
    """Say which sentence a check reads: `{name:kind}` is a part of it, `(…)?` may be absent."""
    parts = re.split(r"(\{\w+:\w+\})", pattern)
    body = "".join(
        f"(?P<{part[1:].split(':')[0]}>{NAMES[part[:-1].split(':')[1]]})"
        if part.startswith("{")
        else part
        for part in parts
    )

    def kept(check: Check) -> Check:
        PATTERNS.append((pattern, re.compile(body), check))
        return check

    return kept


@dataclass
class Reading:
    """What was read of one round, and what was wrong with it."""

    counted: Counted
    read: list[tuple[str, str]] = field(default_factory=list)  # pattern, sentence
    unread: list[tuple[Said, str]] = field(default_factory=list)
    wrong: list[tuple[Said, str, str]] = field(default_factory=list)  # where, sentence, what
    standing: re.Pattern[str] | None = None  # sentences that hold of any round
    wrong_cells: Callable[..., Iterable[str]] = lambda *_: ()
    section: str = ""
    outcome: str = ""
    member: str = ""  # whose feedback is read
    pair: Pair | None = None
    by_event: Pair | None = None  # the one that is shown by event

    @property
    def given(self):
        return self.counted.given

    def all(self, said: list[Said]) -> "Reading":
        bare: tuple[Said, str] | None = None  # a heading under which nothing has stood yet
        for one in [*said, Said("", "end", "")]:
            if one.section != self.section:
                self._bare(bare)
                self.section, self.pair, bare = one.section, None, None
            if one.kind == "table":
                for flaw in self.wrong_cells(self, f"{one.section} {one.text}", one.frame):
                    self.wrong.append((one, one.text, flaw))
            for sentence in sentences(one):
                self.sentence(one, sentence)
                heading = one.kind == "prose" and re.match("#+ ", sentence)
                if heading and bare and bare[1].startswith(heading[0].strip() + " "):
                    self._bare(bare)
                bare = (one, sentence) if heading else None
            if one.kind in ("table", "shown"):
                bare = None
        return self

    def _bare(self, heading: tuple[Said, str] | None) -> None:
        if heading:
            self.wrong.append((*heading, "nothing stands under it"))

    def sentence(self, said: Said, sentence: str) -> None:
        for flaw in flaws(sentence) if said.kind != "row" else ():
            self.wrong.append((said, sentence, flaw))
        if self.given.respondents:
            if "administration" in sentence and not OF_MEMBERS.search(f"{said.section} {sentence}"):
                self.wrong.append((said, sentence, "respondents are called administrations"))
            sentence = sentence.replace("respondent", "administration")
        if self.given.event != "workshop" and "workshop" in EVENTS_AS_SUCH.sub("", sentence):
            self.wrong.append((said, sentence, "another event is called a workshop"))
        for pattern, expression, check in PATTERNS:
            found = expression.fullmatch(sentence)
            if found:
                self.read.append((pattern, sentence))
                parts = found.groupdict()
                try:
                    given = {"r": self, **parts}
                    wanted = {name: given[name] for name in signature(check).parameters}
                    problems = [str(one) for one in check(**wanted) or () if one]
                except (KeyError, ValueError, TypeError, StopIteration, AttributeError) as error:
                    problems = [f"names something that is not there: {error!r}"]
                self.wrong += [(said, sentence, problem) for problem in problems]
                return
        plain = sentence.replace(self.given.event, "workshop")
        if not (self.standing and self.standing.fullmatch(plain)):
            self.unread.append((said, sentence))


def flaws(sentence: str) -> Iterator[str]:
    """What no sentence may have, whatever it says."""
    if re.search(r"\b(nan|NaN|inf|<NA>)\b|\bNone\b(?! (?:is|of|that)|: )", sentence):
        yield "a value that is missing is printed"
    if re.search(r"\b(\w+) \1\b", sentence) and not re.search(r"\b(that that|had had)\b", sentence):
        yield "a word stands twice"
    if re.search(
        r"(?<![+−])\b(of the 1|the 1|1 "
        r"(?:links|replies|administrations|workshops|courses|invitations|points))\b",
        sentence,
    ):
        yield "one is told as several"
    if re.search(r"(?<![\d,])1 (?:agree|differ|come|do|were)\b", sentence):
        yield "one has the verb of several"
    if re.search(r"\bonly no\b|\b0 (?:replies|administrations|workshops)\b", sentence):
        yield "none is told as a number"
    if re.search(r"not known|–", sentence) and not re.search(r"\b(is|are) not known\b", sentence):
        yield "what is not known is printed in a sentence"
    if re.search(r"\d+% \(of none\)|[–]% ", sentence):
        yield "a share of none"
    if re.search(
        r"\d%?[a-z]{3,}|[a-z],[a-z]|\s[,.;:](?:\s|$)|\(\)|:\s*[.;]|\s\d+ repl(?:y|ies) "
        r"(?:names|name) [A-Z]",
        sentence,
    ):
        yield "it is badly spaced"


def sentences(said: Said) -> Iterator[str]:
    """The sentences of a text, without its marks."""
    text = html.unescape(re.sub(r"\\(.)", r"\1", said.text)).replace("\u2060", "")
    text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text)
    if said.kind in ("table", "shown", "end"):
        return
    if said.kind in ("alt", "caption", "figure", "row"):
        yield " ".join(text.split())
        return
    apart = "\n" if said.kind == "prose_table" else r"\n\s*\n|\n(?=- |#)|(?<=\?)\n"
    for paragraph in re.split(apart, text):
        line = " ".join(re.sub(r"^- ", "", paragraph.strip()).replace("**", "").strip("*").split())
        if line.startswith("#"):
            yield line
        else:
            yield from (
                one for one in re.split(r"(?<=[.!?])\s+(?=[A-Z(“\d])|(?<=invited:)\s+", line) if one
            )


# What a part of a sentence means.


def number(text: str) -> int:
    words = {"no": 0, "none": 0, "one": 1}
    plain = text.replace(",", "").replace("−", "-").replace("+", "")
    return words[text] if text in words else int(plain)


def percent(yes: float, base: float) -> str:
    return f"{math.floor(100 * yes / base + 0.5 + 1e-9)}%"


def of(yes: int, base: int | None) -> str:
    return f"{percent(yes, base)} ({yes:,} of {base:,})" if base else "– (of none)"


def claimed(r: Reading, words: str) -> str:
    """Whose links they are said to be."""
    right = "the Report on Practice claims" if r.given.published else "this round declared"
    return equal(words, right)


def p_close(text: str, value: float | None) -> bool:
    """Whether a printed p is a p-value's, but for its last digit."""
    text = text.removeprefix("= ")
    if value is None or text in ("–", "not known"):
        return value is None and text in ("–", "not known")
    if text.startswith("less"):
        return value < 0.00101
    return abs(float(text) - value) <= 10.0 ** -len(text.partition(".")[2]) * 0.51


def ratio_close(text: str, value: float) -> bool:
    if text == "infinite" or math.isinf(value):
        return text == "infinite" and math.isinf(value)
    return abs(float(text) - value) <= max(
        10.0 ** -len(text.partition(".")[2]) * 0.51, 1e-3 * value
    )


def listed(text: str, right: Iterable[str]) -> Iterator[str]:
    """What is wrong with a list that ought to name just these, or the first and how many others."""
    expected = sorted(right, key=len, reverse=True)
    others = re.search(r" and (\d+) (?:others|other \w+)$", text)
    rest, found = text[: others.start()] if others else text, 0
    for name in expected:
        if name in rest:
            rest, found = rest.replace(name, "", 1), found + 1
    whole = found + (int(others[1]) if others else 0) == len(expected)
    if not whole or re.sub(r"and|[, ]", "", rest):
        yield f"it lists {text}, and they are {expected}"


def equal(said: object, right: object) -> str:
    return "" if said == right else f"it says {said}, and it is {right}"


def only_if(condition: object, why: str) -> str:
    return "" if condition else why


def one_of(reading: Reading, noun: str) -> str:
    """The option of a noun, or a composite."""
    given = reading.given
    known = {given.noun(one): one for one in given.options} | {
        given.noun(action): action for action, _ in given.declared()
    }
    return known[noun[:1].lower() + noun[1:]]


def phrased(reading: Reading, phrase: str) -> str:
    given = reading.given
    known = {given.phrase(one): one for one in given.options} | {
        given.phrase(action): action for action, _ in given.declared()
    }
    return known[phrase[:1].lower() + phrase[1:]]


def pair_of(reading: Reading, title: str) -> Pair:
    for (action, outcome), pair in reading.counted.pairs.items():
        name = f"{reading.given.noun(action)} and {reading.given.noun(outcome)}"
        if name == title[:1].lower() + title[1:]:
            return pair
    raise KeyError(title)


def extremes(values: dict[str, float], most: bool) -> tuple[list[str], float]:
    wanted = (max if most else min)(values.values())
    return [name for name, value in values.items() if abs(value - wanted) < 1e-9], wanted


def by_place(reading: Reading, option: str) -> dict[str, tuple[int, int]]:
    """Yes and answered of each workshop that answered, by its label."""
    counts = {
        label(one): reading.counted.said(option, one["id"]) for one in reading.given.workshops
    }
    return {name: count for name, count in counts.items() if count[1]}


def label(workshop: dict) -> str:
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    year, month = workshop["month"].split("-")
    return f"{workshop['id']} {workshop['topic']}, {months[int(month) - 1]} {year}"


def each(text: str, names: list[str], words: dict[str, str]) -> Iterator[str]:
    """`83% (5 of 6)` of one, `each 83% (5 of 6)` of several, `each 83%` where the bases differ."""
    right = {words[name] for name in names}
    share = right.pop() if len(right) == 1 else right.pop().split()[0]
    yield equal(text, f"each {share}" if len(names) > 1 else share)


# 10 Where the replies come from


@reads(
    r"{n:count} repl(?:y|ies) about {places:count} \w+"
    r"(?:, from {members:count} (?P<some>named )?administrations?)?\."
)
def _(r, n, places, members, some):
    yield equal(bool(some), bool(r.counted.unnamed and r.counted.named))
    replies = r.given.replies
    yield equal(number(n), len(replies))
    yield equal(number(places), len({one.workshop for one in replies}))
    yield equal(number(members or "0"), len(r.counted.members))


@reads(r"No choice had to be made about any reply\.")
def _(r):
    decided = r.given.decisions or r.counted.answering < len(r.given.replies)
    yield only_if(not decided, "decisions were made")


@reads(
    r"Which administration each reply is from is not told(?:: the table counts replies)?\.|"
    r".*Which of them a reply is from is not told\."
)
def _(r):
    members = r.given.respondents and r.section.startswith("50")  # no member, but respondents
    yield only_if(not r.counted.named or members, "some do")


@reads(
    r"(?:Workshop|Course) {place:words} \({topic:words}\): {n:count} repl(?:y|ies) "
    r"that names? no administration"
    r"(?:; no list names it, so it took none of the listed answers)?\."
)
def _(r, place, topic, n):
    own = [one for one in r.counted.replies(place) if not one.administration]
    yield equal(number(n), len(own))
    yield equal(topic, next(one["topic"] for one in r.given.workshops if one["id"] == place))


@reads(
    r"{label:words}: {n:count} of {whole:count} repl(?:y|ies) gave no answer, or (?:was|were) "
    r"not sure\."
)
def _(r, label, n, whole):
    option = next(one for one in r.given.options if r.given.label(one) == label)
    yield equal(number(whole), len(r.given.replies))
    yield equal(number(n), len(r.given.replies) - r.counted.said(option)[1])


@reads(
    r"No reply is known behind {n:count} examples?, which (?:is|are) shown and counts? "
    r"as no reply: {sources:words}\."
)
def _(r, n):
    replied = {(one.workshop, one.administration) for one in r.given.replies}
    lost = [
        one for one in r.given.examples
        if one["administration"] and (one["workshop"], one["administration"]) not in replied
    ]  # fmt: skip
    yield only_if(number(n) <= len(lost), f"there are {len(lost)}")
    yield equal(number(n) > 0, bool(lost))


@reads(r"{n:count} repl(?:y|ies) about {places:count} \w+ names? no administration\.")
def _(r, n, places):
    bare = [one for one in r.given.replies if not one.administration]
    yield equal((number(n), number(places)), (len(bare), len({one.workshop for one in bare})))


@reads(r"{n:count} examples? (?:is|are) given without an administration or \w+\.")
def _(r, n):
    bare = [one for one in r.given.examples if not one["administration"]]
    yield only_if(0 < number(n) <= len(bare), f"there are {len(bare)}")


@reads(
    r"(?:{n:count} of {whole:count} administrations replied about one \w+ only|"
    r"Each administration replied about (?P<many>several|one) \w+(?: only)?)"
    r"(?:; the most replies, {most:count}, came from (?:administration )?{names:list})?\."
)
def _(r, n, whole, many, most, names):
    members = r.counted.members
    once = list(members.values()).count(1)
    if many:
        yield equal(once, len(members) if many == "one" else 0)
    else:
        yield equal((number(n), number(whole)), (once, len(members)))
    if most:
        right, value = extremes(members, True)
        yield equal(number(most), value)
        yield from listed_members(names, right)
    else:
        yield only_if(max(members.values()) == 1, "some replied about more")


@reads(r"Outcomes\. {shares:words}")
def _(r, shares):
    counts = {r.given.label(one): r.counted.said(one) for one in r.given.outcomes}
    right = {f"{name}: {of(*count)}" for name, count in counts.items() if count[1]}
    yield equal(set(shares.split("; ")), right)
    told = [float(one) for one in re.findall(r"(\d+)%", shares)]
    yield equal(told, sorted(told, reverse=True))


@reads(r"Smallest differences found, in points\. {pairs:words}")
def _(r, pairs):
    for part in pairs.split("; "):
        title, found = re.fullmatch(
            r"(.+): (confirmed|at least a weak sign) from [+−]\d+", part
        ).groups()
        pair = pair_of(r, title)
        yield only_if(pair.varies, f"{title} was not tested")
        yield only_if(len(pair.tested) == 2 or found != "confirmed", f"{title} cannot be confirmed")


@reads(
    r"{share:share} of {invited:count} invitations? (?:was|were) answered"
    r"(?:, by {named:count} (?P<some>named )?administrations?)?"
)
def _(r, share, invited, named, some):
    yield equal(number(invited), r.counted.invited)
    yield equal(share, of(r.counted.answering, r.counted.invited))
    yield equal(number(named or "0"), len(r.counted.members) if named else 0)
    yield equal(bool(some), bool(named and r.counted.unnamed))


def listed_members(text: str, right: list[str]) -> Iterator[str]:
    """As `listed`, of names that may hold a comma or an “and” themselves."""
    others = re.search(r" and (\d+) others$", text)
    found = [name for name in right if name in text]
    if len(found) + (int(others[1]) if others else 0) != len(right):
        yield f"it lists {text}, and they are {right}"


@reads(r"Replies that name no administration are (?:not shown|only in the totals)\.")
def _(r):
    yield only_if(r.counted.unnamed and r.counted.named, "there is none, or nothing else")


@reads(r"They are too many to draw here\.")
def _(r):
    yield only_if(len(r.counted.named) > 30, "they are few")


@reads(r"Replies by administration\. {counts:words}\. Reported: {said:words}")
def _(r, counts, said):
    members = r.counted.members
    right = "; ".join(f"{name}: {members[name]}" for name in members)
    yield equal(sorted(counts.split("; ")), sorted(right.split("; ")))
    for part in said.split("; "):
        name, yes = part.rsplit(": ", 1)
        option = next(one for one in r.given.options if r.given.label(one) == name)
        yield equal(int(yes), sum(one.answers[option] is True for one in r.counted.named))


# 2.1 Replies to the survey


@reads(
    r"{share:share} of {invited:count} invitations? (?:was|were) answered(?:, by {named:count} "
    r"(?P<some>named )?administrations?)?\."
)
def _(r, share, invited, named, some):
    yield equal(number(invited), r.counted.invited)
    extra = r.counted.answering < len(r.given.replies)  # others replied too
    yield equal(number(named or "0"), 0 if extra else len(r.counted.members))
    yield equal(bool(some), bool(named and r.counted.unnamed))
    yield equal(share.split()[0], percent(r.counted.answering, r.counted.invited))


@reads(
    r"{n:count} repl(?:y|ies) came back(?:, from {named:count} (?P<some>named "
    r")?administrations?(?:, {unnamed:count} without a name)?)?; how many invitations "
    r"went out is not known\."
)
def _(r, n, named, some, unnamed):
    yield equal(number(n), len(r.given.replies))
    yield only_if(r.counted.invited is None, "it is known")
    yield equal(number(named or "0"), len(r.counted.members))
    yield equal(bool(some), bool(r.counted.unnamed and r.counted.named))
    yield from r_named(r, named, unnamed) if r.section.startswith("00") else ()


def r_named(r: Reading, named: str | None, unnamed: str | None) -> Iterator[str]:
    yield equal(number(named or "0"), len(r.counted.members))
    yield equal(number(unnamed or "0"), r.counted.unnamed if r.counted.named else 0)


@reads(r"Of {n:count} repl(?:y|ies), {unnamed:count} (?:does|do) not name the administration\.")
def _(r, n, unnamed):
    yield equal((number(n), number(unnamed)), (len(r.given.replies), r.counted.unnamed))


@reads(r"(?P<scope>Regional|Sub-regional) \w+: {share:share} answered\.")
def _(r, scope, share):
    yield equal(share, of(*r.counted.scope(scope.lower())))


@reads(r"Of the (?:{n:count} \w+) of which it is known how many were invited:")
def _(r, n):
    yield equal(number(n), len(rates(r)))
    yield only_if(len(rates(r)) < len(r.given.workshops), "it is known of all")


@reads(r"Reply rate by \w+(?P<scopes>, scope by scope)?")
def _(r, scopes):
    yield equal(bool(scopes), len({one["scope"] for one in r.given.workshops}) > 1)


@reads(r"Reply rates\. {rates:words}")
def _(r, rates):
    replies = {one["id"]: answering(r, one) for one in r.given.workshops}
    known = [one for one in r.given.workshops if one["invited"]]
    right = {f"{label(one)}: {of(replies[one['id']], one['invited'])}" for one in known}
    scopes = {one["scope"] for one in r.given.workshops}
    sums = {f"All {one} {r.given.event}s: {of(*r.counted.scope(one))}" for one in scopes}
    told = set(rates.split("; "))
    yield only_if(right <= told <= right | sums, f"it says {told}, and it is {right}")


def answering(r: Reading, workshop: dict) -> int:
    return sum(one.invited for one in r.counted.replies(workshop["id"]))


@reads(
    r"{n:count} repl(?:y comes|ies come) from administrations that were not invited, "
    r"and (?:is|are) in no reply rate\."
)
def _(r, n):
    yield equal(number(n), len(r.given.replies) - r.counted.answering)


def rates(r: Reading) -> dict[str, float]:
    return {
        label(one): answering(r, one) / one["invited"]
        for one in r.given.workshops if one["invited"]
    }  # fmt: skip


def listed_places(text: str, right: list[str]) -> Iterator[str]:
    found = [
        name for name in right if re.search(rf"(?:^|, | and ){re.escape(name)}(?:$|, | and )", text)
    ]
    others = re.search(r" and (\d+) others$", text)
    if len(found) + (int(others[1]) if others else 0) != len(right) or not found:
        yield f"it names {text}, and they are {right}"


@reads(
    r"The reply rate is the same for (?:all \w+|the {n:count} \w+ of which it is known "
    r"how many were invited) \({share:share}\)\."
)
def _(r, n, share):
    values = rates(r)
    yield equal({share}, {percent(one, 1) for one in values.values()})
    yield only_if(len(values) > 1, "there is one only")
    yield equal(number(n) if n else len(r.given.workshops), len(values))


# The round before


@reads(r"In the round of 2098 the reply rate was {share:share}\.")
def _(r, share):
    before = r.given.before
    invited = [one["invited"] for one in before.workshops]
    yield equal(share, of(Counted(before).answering, sum(invited)))


@reads(
    r"For the round of 2098 a reply rate of {share:share} was printed without its base, so the two "
    r"are not compared\."
)
def _(r, share):
    yield equal(share, percent(r.given.printed_rate, 1))


@reads(
    r"Change since the round of 2098 \| Not at all \| The earlier figures were printed without "
    r"their bases\."
)
def _(r):
    yield only_if(r.given.printed_rate is not None, "none was printed")


@reads(r"## (?:Has this changed since|Can this be compared with) the round of 2098\?")
def _(r):
    yield only_if(r.given.before, "there is no round before")


@reads(
    r"{name:words}: {previous:share} in the round of 2098, {now:share} now, "
    r"(?:not compared|{points:points} \({low:points} to {high:points}\))"
)
def _(r, name, previous, now, points, low, high):
    shares = [share_named(one, name) for one in (Counted(r.given.before), r.counted)]
    for text, (yes, base) in zip((previous, now), shares, strict=True):
        yield equal(text, of(yes, base) if base else "not known")
    (yes, base), (now_yes, now_base) = shares
    yield equal(bool(points), bool(base and now_base))
    if points:
        lower, upper = newcombe(now_yes, now_base, yes, base)
        difference = 100 * (now_yes / now_base - yes / base)
        for text, right in ((points, difference), (low, 100 * lower), (high, 100 * upper)):
            yield only_if(abs(number(text) - right) <= 0.51, f"{text} is {right}")


def share_named(counted: Counted, name: str) -> tuple[int, int]:
    """Yes and base of a share by its words: an action's label, or an outcome or pair in words."""
    given = counted.given
    for option in given.options:
        if name == given.label(option):
            return counted.said(option)
        words = f"{given.phrase(option)}, of the replies that answered"
        if name == words[:1].upper() + words[1:]:
            return counted.said(option)
    for (action, outcome), pair in counted.pairs.items():
        both, action_only, outcome_only, _ = pair.cells()
        acted, saw = given.phrase(action), given.phrase(outcome)
        for words, count in (
            (f"{saw}, of those that {acted}", (both, both + action_only)),
            (f"{acted}, of those that {saw}", (both, both + outcome_only)),
        ):
            if name == words[:1].upper() + words[1:]:
                return count
    raise KeyError(name)


def newcombe(yes: int, base: int, other: int, other_base: int) -> tuple[float, float]:
    """The interval of a difference of two shares (Newcombe 1998, method 10)."""
    (low, high), (other_low, other_high) = wilson(yes, base), wilson(other, other_base)
    share, other_share = yes / base, other / other_base
    return (
        share - other_share - math.hypot(share - low, other_high - other_share),
        share - other_share + math.hypot(high - share, other_share - other_low),
    )


def wilson(yes: int, base: int) -> tuple[float, float]:
    z = 1.959963984540054
    middle, half = yes + z * z / 2, z * math.sqrt(yes * (base - yes) / base + z * z / 4)
    return max(0.0, (middle - half) / (base + z * z)), min(1.0, (middle + half) / (base + z * z))


# 2.2 Follow-up actions


def shares_of(r: Reading, options: list[str]) -> dict[str, tuple[int, int]]:
    counts = {r.given.noun(one): r.counted.said(one) for one in options}
    return {name: count for name, count in counts.items() if count[1]}


@reads(r"How often any action was taken is not known\.")
def _(r):
    yield only_if(not shares_of(r, r.given.actions), "it is")


@reads(r"No reply named any of the follow-up actions\.")
def _(r):
    yield equal(sum(yes for yes, _ in shares_of(r, r.given.actions).values()), 0)


@reads(
    r"(?P<which>Most|Least) common: {names:list}, (?P<shares>(?:each "
    r")?\d+%.*?)(?P<replies> of the replies)?\."
)
def _(r, which, names, shares):
    counts = shares_of(r, r.given.actions)
    right, _ = extremes({name: yes / base for name, (yes, base) in counts.items()}, which == "Most")
    yield from listed(names, right)
    yield from each(shares, right, {name: of(*count) for name, count in counts.items()})
    yield only_if(which == "Most" or len(right) < len(counts), "all are alike")


@reads(r"Share of replies by action\. {shares:words}")
def _(r, shares):
    counts = {r.given.label(one): r.counted.said(one) for one in r.given.actions}
    right = {f"{name}: {of(*count)}" for name, count in counts.items() if count[1]}
    yield equal(set(shares.split("; ")), right)


@reads(r"(?P<label>Gain .+): shares in both rounds")
def _(r, label):
    yield equal(label, r.given.label(r.outcome))


@reads(r"(?P<label>Gain .+), and the (?P<noun>actions?) paired with it")
def _(r, label, noun):
    yield equal(label, r.given.label(r.outcome))
    yield equal(noun, "action" if len(paired(r)) == 1 else "actions")
    yield only_if(paired(r), "none is paired")


def paired(r: Reading) -> list[str]:
    """The single actions that the round pairs with the outcome."""
    singles = dict.fromkeys(one for pair in r.given.pairs for one in pair["actions"])
    return [one for one in singles if (one, r.outcome) in r.given.declared()]


@reads(r"(?P<label>Gain .+) beside the other outcomes")
def _(r, label):
    yield equal(label, r.given.label(r.given.outcomes[0]))
    yield only_if(len(r.given.outcomes) > 1, "there is no other")


@reads(r"The stronger a cell's shade, the larger the share that {phrase:words}\.")
def _(r, phrase):
    yield equal(phrased(r, phrase), r.outcome)


@reads(r"Where it says administration of a reply, read administration: .+")
def _(r):
    yield only_if(r.given.respondents, "they are administrations")


@reads(r"One reply can name several actions\.")
def _(r):
    yield only_if(len(r.given.actions) > 1, "there is one action only")


@reads(
    r"The office chose (?:these examples|them): they show what is possible, not how common it is\."
)
def _(r):
    yield only_if(r.given.examples, "there is none")


# 2.3 Lessons


def lessons(r: Reading) -> list[dict]:
    own = [one for one in r.given.examples if one["section"] == "2.3"]
    own.sort(key=lambda one: one["administration"] == "")
    return list({one["example"]: one for one in reversed(own)}.values())


@reads(r"This report gives no examples for this section\.")
def _(r):
    yield only_if(not lessons(r), "there are some")


@reads(r"{n:count} examples?(?: from {members:count} administrations? and {places:count} \w+)?\.")
def _(r, n, members, places):
    yield equal(number(n), len(lessons(r)))
    if members:
        possible = [one for one in r.given.examples if one["section"] == "2.3"]
        yield only_if(
            number(members) <= len({one["administration"] for one in possible} - {""}), "too many"
        )
        yield only_if(number(places) <= len({one["workshop"] for one in possible}), "too many")


@reads(r"An example printed twice counts once\.")
def _(r):
    own = [one["example"] for one in r.given.examples if one["section"] == "2.3"]
    yield only_if(len(own) > len(set(own)), "none is printed twice")


@reads(r"{n:count} examples? names? an administration of which no reply for that \w+ is known\.")
def _(r, n):
    replied = {(one.workshop, one.administration) for one in r.given.replies}
    lost = {
        (one["workshop"], one["administration"]) for one in r.given.examples
        if one["section"] == "2.3" and one["administration"]
    } - replied  # fmt: skip
    yield equal(number(n), len(lost))


@reads(r"Examples\. {themes:words}")
def _(r, themes):
    for part in themes.split("; "):
        name, done, planned = re.fullmatch(r"(.+): (\d+) done, (\d+) planned", part).groups()
        own = [one for one in lessons(r) if one["theme"] == name]
        yield only_if(int(done) + int(planned) <= len(own) + 2, f"there are {len(own)}")
    total = sum(int(one) for one in re.findall(r"\d+(?= (?:done|planned))", themes))
    yield equal(total, len(lessons(r)))


# 2.4 Outcomes


@reads(r"## How many reported {noun:words}\?")
def _(r, noun):
    r.outcome = one_of(r, noun)
    return ()


@reads(r"{share:share} of the replies(?P<some> that answered)? (?P<phrase>saw gain .+?)\.")
def _(r, share, some, phrase):
    yield equal(bool(some), r.counted.said(phrased(r, phrase))[1] < len(r.given.replies))
    yield equal(share, of(*r.counted.said(phrased(r, phrase))))


@reads(
    r"Chance alone leaves open {low:share} to {high:share} \(95% interval\)"
    r"(?:; the (?:{n:count} invitations|one invitation) without an answer(?: to this)? leaves? "
    r"open {least:share} to {most:share} of all invitations)?\."
)
def _(r, low, high, n, least, most):
    yes, base = r.counted.said(r.outcome)
    invited = r.counted.all_invited
    if least:
        yield equal(number(n or "1"), invited - base)
        yield equal((least, most), (percent(yes, invited), percent(yes + invited - base, invited)))
    else:
        yield only_if(invited in (None, base), "there are invitations without an answer")
    yes, base = r.counted.said(r.outcome)
    lower, upper = wilson(yes, base)
    yield equal((low, high), (percent(lower, 1), percent(upper, 1)))


@reads(r"No reply answered this question\.")
def _(r):
    yield equal(r.counted.said(r.outcome)[1], 0)


@reads(
    r"“Did what\?”: its shares are of (?P<whose>all replies|those that ticked at least "
    r"one answer), and so are its tests\."
)
def _(r, whose):
    yield equal(whose == "all replies", r.given.base == "all")


@reads(r"How many replies {phrase:words} is not known\.")
def _(r, phrase):
    yield equal(r.counted.said(phrased(r, phrase))[1], 0)


@reads(r"The share is the same for all \w+ with answers \({share:share}\)\.")
def _(r, share):
    values = [percent(*one) for one in by_place(r, r.outcome).values()]
    yield equal(set(values), {share})
    yield only_if(len(values) > 1, "one answered")


@reads(r"In {n:words} \w+ every reply that answered {phrase:words}\.")
def _(r, n, phrase):
    counts = by_place(r, phrased(r, phrase))
    yield from how_many(n, sum(yes == base for yes, base in counts.values()), len(counts))


@reads(r"In {n:words} none did\.")
def _(r, n):
    counts = by_place(r, r.outcome)
    yield from how_many(n, sum(yes == 0 for yes, _ in counts.values()), len(counts))


def how_many(text: str, part: int, whole: int) -> Iterator[str]:
    right = {f"{part} of the {whole}"} | ({f"all {whole}"} if part == whole else set())
    yield only_if(text in right, f"it is {part} of {whole}")


@reads(r"(?P<which>Highest|Lowest): \w+ {names:list}, {shares:shares}\.")
def _(r, which, names, shares):
    if r.section.startswith("24"):
        counts = by_place(r, r.outcome)
    else:
        counts = {
            label(one): (answering(r, one), one["invited"])
            for one in r.given.workshops if one["invited"]
        }  # fmt: skip
    right, _ = extremes(
        {name: yes / base for name, (yes, base) in counts.items()}, which == "Highest"
    )
    yield from listed_places(names, right)
    words = {name: of(*count) for name, count in counts.items()}
    yield from each(shares, right, words)


@reads(
    r"{n:count} repl(?:y|ies) gave no answer, or (?:was|were) not sure: (?:it counts|they count) "
    r"neither as yes nor as no\."
)
def _(r, n):
    yield equal(number(n), len(r.given.replies) - r.counted.said(r.outcome)[1])


@reads(r"The round pairs no action with this outcome\.")
def _(r):
    yield only_if(not any(outcome == r.outcome for _, outcome in r.given.declared()), "it does")


@reads(
    r"Underlined: took the action and {phrase:words}\.|Bold: .*|What each code stands "
    r"for is in the annex\."
)
def _(r):
    yield only_if(r.counted.named, "nobody is named")


# Links


def kinds(r: Reading) -> dict[str, list[Pair]]:
    found: dict[str, list[Pair]] = {
        name: [] for name in ("supported", "suggestive", "not shown", "not testable")
    }
    for pair in r.counted.declared:
        found[pair.verdict].append(pair)
    return found


@reads(r"(?:{n:count} repl(?:y|ies)|No reply) answered both questions\.")
def _(r, n):
    r.pair = next(iter(r.counted.pairs.values()))
    yield equal(number(n or "no"), len(r.pair.answered))


@reads(r"Of those that {acted:words}, {share:share} {saw:words}; of the others, {others:share}\.")
def _(r, acted, share, saw, others):
    yield from _others(r, acted, share, saw, others)


def _others(r, acted, share, saw, others):
    both, action_only, outcome_only, neither = r.counted.pairs[
        phrased(r, acted), phrased(r, saw)
    ].cells()
    yield equal(
        (share, others), (of(both, both + action_only), of(outcome_only, outcome_only + neither))
    )


@reads(r"(?P<who>All|None) of them {acted:words}; {share:share} {saw:words}\.")
def _(r, who, acted, share, saw):
    both, action_only, outcome_only, neither = r.counted.pairs[
        phrased(r, acted), phrased(r, saw)
    ].cells()
    yes, base = (
        (both, both + action_only) if who == "All" else (outcome_only, outcome_only + neither)
    )
    yield equal(share, of(yes, base))
    yield equal(base, both + action_only + outcome_only + neither)


@reads(r"All replies in one table, Fisher's exact test: p {p:pis}\.")
def _(r, p):
    yield only_if(p_close(p, r.pair.pooled.p or 1.0), f"p is {r.pair.pooled.p}")


@reads(
    r"Within (?P<what>\w+) \({n:count} of {whole:count} can tell something\): odds "
    r"ratio {odds:ratio}, p {p:pis}\."
)
def _(r, what, n, whole, odds, p):
    exact = r.pair.members if what == "administrations" else r.pair.workshops
    known = len(exact.tables)
    if what == "administrations":
        known = len({one.administration for one, _, _ in r.pair.answered if one.administration})
    yield equal((number(n), number(whole)), (len(exact.informative), known))
    yield only_if(ratio_close(odds, exact.odds_ratio), f"the odds ratio is {exact.odds_ratio}")
    yield only_if(p_close(p, exact.p), f"p is {exact.p}")


@reads(r"With one administration left out at a time, p within \w+ runs from {low:p} to {high:p}\.")
def _(r, low, high):
    yield only_if(r.counted.named, "no administration is named")
    values = r.pair.without_members.values()
    yield only_if(
        p_close(low, min(values)) and p_close(high, max(values)), f"{min(values)} to {max(values)}"
    )


@reads(r"This round declared no link between an action and an outcome, so no verdict is given\.")
def _(r):
    yield only_if(not r.given.declared(), "it did")


BOLD = (
    r"Of {whole:count} links?(?: between an action and an outcome)? that "
    r"(?P<whose>.*?(?:declared|claims)), {confirmed:count} could be confirmed"
    r"(?: \({which:words}\))?(?:; {signs:count} shows? a weak sign(?: \({weak:words}\))?)?"
    r"(?:; {unclear:count} cannot be told apart from chance)?"
    r"(?:; {weaker:count} shows? no link, and a strong one is unlikely)?(?:; "
    r"{untested:count} could not be tested)?\."
)


@reads(
    r"The one link(?: between an action and an outcome)? that (?P<whose>.*?(?:declared|claims)) "
    r"(?P<fate>could be confirmed|shows a weak sign|could not be confirmed, and a strong one is "
    r"unlikely|cannot be told apart from chance|could not be tested)(?: \({which:words}\))?\."
)
def _(r, whose, fate, which):
    (pair,) = r.counted.declared
    yield claimed(r, whose)
    weak = not r.section.startswith("30") and pair.verdict == "not shown" and no_strong_link(pair)
    right = {
        "supported": "could be confirmed",
        "suggestive": "shows a weak sign",
        "not shown": "cannot be told apart from chance",
        "not testable": "could not be tested",
    }[pair.verdict]
    yield equal(fate, "could not be confirmed, and a strong one is unlikely" if weak else right)
    told = pair.verdict in ("supported", "suggestive") and not r.section.startswith("30")
    yield equal(bool(which), told)
    if which:
        yield from listed_links(r, which, [pair])


@reads(BOLD)
def _(r, whole, whose, confirmed, which, signs, weak, unclear, weaker, untested):
    found = kinds(r)
    yield claimed(r, whose)
    yield equal(number(whole), len(r.counted.declared))
    yield only_if(number(whole) > 1, "it is one")
    yield equal(number(confirmed), len(found["supported"]))
    yield equal(number(signs or "0"), len(found["suggestive"]))
    unlikely = sum(no_strong_link(pair) for pair in found["not shown"])
    told = 0 if r.section.startswith("30") else unlikely
    yield equal(
        (number(unclear or "0"), number(weaker or "0")), (len(found["not shown"]) - told, told)
    )
    yield equal(number(untested or "0"), len(found["not testable"]))
    for text, pairs in ((which, found["supported"]), (weak, found["suggestive"])):
        if text:
            yield from listed_links(r, text, pairs)


def link(r: Reading, pair: Pair) -> str:
    return f"{r.given.noun(pair.action)} and {r.given.noun(pair.outcome)}"


WAYS = {1: "reported more often with the action", -1: "reported less often with the action"}


def listed_links(r: Reading, text: str, pairs: list[Pair]) -> Iterator[str]:
    right = {
        f"{r.given.noun(one.outcome)} {'more' if one.way > 0 else 'less'} often "
        f"with {r.given.noun(one.action)}"
        for one in pairs
    }
    yield only_if(set(text.split("; ")) == right, f"they are {right}")


def no_strong_link(pair: Pair) -> bool:
    return all(one.low > 0.5 and one.high < 2 for one in pair.tested)


@reads(
    r"{outcome:words} (?P<way>more|less) often with {action:words}: {share:share} of the replies "
    r"that {acted:words} also {saw:words}, against {others:share} of the other replies\."
)
def _(r, outcome, way, action, share, acted, saw, others):
    r.pair = r.counted.pairs[one_of(r, action), one_of(r, outcome)]
    yield only_if(r.pair.verdict in ("supported", "suggestive"), f"it is {r.pair.verdict}")
    yield equal(way, "more" if r.pair.way > 0 else "less")
    yield from _others(r, acted, share, saw, others)


def boschloo_p(cells: Cells) -> float:
    """Boschloo's two-sided p by brute force: the smaller side doubled, over a grid of rates."""
    both, action_only, outcome_only, neither = cells
    acted, others = both + action_only, outcome_only + neither

    def side(yes: int, other: int) -> float:
        def fisher(one: int, two: int) -> float:
            ways = [
                math.comb(acted, k) * math.comb(others, one + two - k)
                for k in range(one, min(acted, one + two) + 1)
            ]
            return sum(ways) / math.comb(acted + others, one + two)

        limit = fisher(yes, other) * 1.0000001
        extreme = [
            (one + two, math.comb(acted, one) * math.comb(others, two))
            for one in range(acted + 1)
            for two in range(others + 1)
            if fisher(one, two) <= limit
        ]
        total, by_sum = acted + others, Counter()
        for successes, ways in extreme:
            by_sum[successes] += ways
        return max(
            sum(
                ways * rate**successes * (1 - rate) ** (total - successes)
                for successes, ways in by_sum.items()
            )
            for rate in (step / 400 for step in range(401))
        )

    return min(1.0, 2 * min(side(both, outcome_only), side(action_only, neither)))


def mantel_haenszel_p(pair: Pair) -> float:
    excess = variance = 0.0
    for b, a, o, n in pair.workshops.informative:
        total = b + a + o + n
        excess += b - (b + a) * (b + o) / total
        variance += (b + a) * (o + n) * (b + o) * (a + n) / total / total / (total - 1)
    return math.erfc(abs(excess) / math.sqrt(2 * variance))


@reads(
    r"Within \w+ it (?P<chance>is unlikely to be|could be) chance \(p {p:pis}"
    r"(?:; {adjusted:p} once the other links are allowed for)?"
    r"; {mh:p} by Mantel and Haenszel's test, an approximation\)\."
)
def _(r, chance, p, adjusted, mh):
    others = sum(one.varies and one.workshops.p is not None for one in r.counted.declared) > 1
    yield only_if(p_close(p, r.pair.workshops.p), f"p is {r.pair.workshops.p}")
    yield equal(bool(adjusted), others)
    yield only_if(not adjusted or p_close(adjusted, r.pair.holm), f"adjusted p is {r.pair.holm}")
    yield equal(chance == "could be", r.pair.workshops.p >= LEVEL)
    yield only_if(p_close(mh, mantel_haenszel_p(r.pair)), f"p is {mantel_haenszel_p(r.pair)}")


@reads(
    r"Within administrations, each compared with itself, it (?P<chance>is unlikely to "
    r"be|could be) chance \(p {p:pis}\)\."
)
def _(r, chance, p):
    yield only_if(p_close(p, r.pair.members.p), f"p is {r.pair.members.p}")
    yield equal(chance == "could be", r.pair.members.p >= LEVEL)


@reads(
    r"In the (?:{n:count} administrations|one administration) whose own replies differ in both the "
    r"action and the outcome, "
    r"{share:share} of the replies with the action reported the outcome, "
    r"{others:share} of those without it\."
)
def _(r, n, share, others):
    own = r.pair.members.informative
    yield equal(number(n or "1"), len(own))
    both, action_only, outcome_only, neither = (
        sum(one[place] for one in own) for place in range(4)
    )
    yield equal(
        (share, others), (of(both, both + action_only), of(outcome_only, outcome_only + neither))
    )


@reads(
    r"It leans on {who:words}: without it, p within \w+ is {p:p}"
    r"(?:; without another it is as low as {least:p})?\."
)
def _(r, who, p, least):
    values = r.pair.without_members
    if least:
        yield only_if(p_close(least, min(values.values())), f"it is {min(values.values())}")
    codes = {name: code for code, name in r.given.names.items()}
    who = who.removeprefix("administration ")  # of a respondent's number
    if who == "one reply without a name":
        yield only_if(max(values, key=values.get).startswith("reply "), "it has a name")
    else:
        yield only_if(codes.get(who) in values, "nobody of that name replied")
    yield only_if(p_close(p, max(values.values())), f"the greatest is {max(values.values())}")
    yield only_if(max(values.values()) >= LEVEL, "it stands without it")
    yield only_if(len(values) > 1, "there is no other")


@reads(r"Within administrations p is at most {p:p}, whichever of them is left out\.")
def _(r, p):
    values = r.pair.members_without_members.values()
    yield only_if(p_close(p, max(values)), f"the greatest is {max(values)}")
    yield only_if(len(values) > 1, "there is no other")


@reads(
    r"Chance alone makes (?:at least one of the links|the link) look like a weak sign, "
    r"or better, in {share:share} of rounds like this one; "
    r"more often where those that are readier to act are also readier to report\."
)
def _(r):
    yield only_if(r.given.declared(), "no link is declared")


def strata(pair: Pair) -> dict[str, Cells]:
    """The cells of each workshop that has replies with and without the action."""
    cells = {}
    for place in {reply.workshop for reply, _, _ in pair.answered}:
        own = [one for one in pair.answered if one[0].workshop == place]
        cells[place] = pair.cells(own)
    return {place: (b, a, o, n) for place, (b, a, o, n) in cells.items() if b + a and o + n}


@reads(r"{title:words}: the \w+ turn the picture\.")
def _(r, title):
    r.pair = r.by_event = pair_of(r, title)
    pooled, within = r.pair.pooled, r.pair.workshops
    yield only_if(pooled.way * within.way < 0, f"all point {pooled.way}, within {within.way}")
    yield only_if(min(pooled.p, within.p) < LEVEL, f"p is {pooled.p} and {within.p}")


@reads(
    r"Over all replies, those that {acted:words} (?P<saw>saw gain .+?) (?P<way>more|less) often: "
    r"{share:share}, against {others:share} of the others\."
)
def _(r, acted, saw, way, share, others):
    yield from _others(r, acted, share, saw, others)
    yield equal(way, "more" if r.pair.pooled.way > 0 else "less")


@reads(
    r"Within \w+ it points the other way: (?P<way>more|less) often with the action \(p {p:pis}\)\."
)
def _(r, way, p):
    yield equal(way, "more" if r.pair.workshops.way > 0 else "less")
    yield only_if(p_close(p, r.pair.workshops.p), f"p is {r.pair.workshops.p}")


@reads(
    r"The groups differ in size from \w+ to \w+, so that all replies together also compare \w+ "
    r"with each other\."
)
def _(r):
    shares = {(b + a) / (b + a + o + n) for b, a, o, n in r.pair.workshops.tables}
    yield only_if(len(shares) > 1, "they do not")


@reads(
    r"{title:words}: the \w+ differ among themselves "
    r"\(p {p:pis}, from the {n:count} with enough replies\)\."
)
def _(r, title, p, n):
    r.pair = r.by_event = pair_of(r, title)
    fitted = [
        min((b + a) * (b + o), (b + a) * (a + n), (o + n) * (b + o), (o + n) * (a + n))
        / (b + a + o + n)
        for b, a, o, n in r.pair.workshops.tables
    ]
    yield equal(number(n), sum(one >= 5 for one in fitted))
    yield only_if(float(p.split()[-1]) < 0.05, "it is not less than .05")


@reads(
    r"With the action the outcome was reported more often in {more:words} \w+ "
    r"that have both groups, less often in {less:words}\."
)
def _(r, more, less):
    signs = [b * (o + n) - o * (b + a) for b, a, o, n in strata(r.pair).values()]
    for told, part in ((more, sum(s > 0 for s in signs)), (less, sum(s < 0 for s in signs))):
        right = {f"{part or 'none'} of the {len(signs)}"}
        right |= {"both", f"all {len(signs)}"} if part == len(signs) else set()
        yield only_if(told in right, f"it is {part} of {len(signs)}")


@reads(
    r"Share that reported the outcome with the action, and without it\. "
    r"(?P<rows>(?:[^:]+, )?\d+ Topic .+)"
)
def _(r, rows):
    name = None
    for one in rows.split("; "):
        name, place, share, others = re.fullmatch(
            r"(?:(.+), )?(\d+) Topic .+? \w+ \d+: (.+) against (.+)", one
        ).groups()
        b, a, o, n = strata(pair_of(r, name) if name else r.by_event)[place]
        yield equal((share, others), (of(b, b + a), of(o, o + n)))
    if not name:
        yield equal(len(rows.split("; ")), len(strata(r.by_event)))


@reads(r"Share that reported the outcome with the action, and without it\. {pairs:words}")
def _(r, pairs):
    right = set()
    for pair in r.counted.declared:
        both, action_only, outcome_only, neither = pair.cells()
        if pair.verdict != "not testable":
            name = link(r, pair)
            others = of(outcome_only, outcome_only + neither)
            shares = f"{of(both, both + action_only)} against {others}"
            right.add(f"{name[:1].upper()}{name[1:]}: {shares}")
    yield equal(set(pairs.split("; ")), right)


@reads(r"{share:share} of invitations were answered(?:; those who did not reply may differ\.)?")
def _(r, share):
    yield equal(share.split()[0], percent(r.counted.answering, r.counted.invited))
    if "(" in share:
        yield equal(share, of(r.counted.answering, r.counted.invited))


@reads(
    r"No administration can be compared with itself, so the most that a link can show "
    r"is a weak sign\."
)
def _(r):
    made = [pair.members for pair in r.counted.declared if pair.varies and pair.members]
    yield only_if(not any(one.informative for one in made), "some can")


@reads(
    r"A link is confirmed only if both comparisons show it in the same direction, and "
    r"still do whichever administration or \w+ is left out\."
)
def _(r):
    made = [pair.members for pair in r.counted.declared if pair.varies and pair.members]
    yield only_if(any(one.informative for one in made), "administrations cannot be compared")


@reads(
    r"{n:count} links? can show a weak sign at most: one of the two comparisons cannot be made\."
)
def _(r, n):
    one_way = [pair for pair in r.counted.declared if len(pair.tested) == 1]
    yield equal(number(n), len(one_way))


@reads(
    r"The links were chosen after these replies had been seen: a sign found this way "
    r"needs a new round to stand on\."
)
def _(r):
    yield only_if(any(pair["declared"] == "after" for pair in r.given.pairs), "they were not")


@reads(
    r"The links were drawn by the published report from these same replies: a sign found this way "
    r"needs a new round to stand on\."
)
def _(r):
    yield only_if(r.given.published, "they were declared")
    yield only_if(any(pair["declared"] == "after" for pair in r.given.pairs), "they were not")


@reads(r"### {title:words}")
def _(r, title):
    r.pair = pair_of(r, title)
    yield only_if(r.pair.verdict != "not testable", "it was not tested")


PLAIN = {
    "Confirmed: reported more often with the action.": ("supported", 1),
    "Confirmed: reported less often with the action.": ("supported", -1),
    "A weak sign: reported more often with the action.": ("suggestive", 1),
    "A weak sign: reported less often with the action.": ("suggestive", -1),
}


@reads(
    "|".join(
        re.escape(one)
        for one in (*PLAIN, "These replies cannot tell.", "No link seen; a strong one is unlikely.")
    )
)
def _(r):
    said = r.read[-1][1]
    if said in PLAIN:
        yield equal(PLAIN[said], (r.pair.verdict, r.pair.way))
    else:
        yield equal(r.pair.verdict, "not shown")
        yield equal(said.startswith("No link"), no_strong_link(r.pair))


@reads(
    r"Within \w+, with the action, the odds of the outcome are (?:on average )?{odds:words}"
    r"(?:; the \w+ differ)?\."
)
def _(r, odds):
    yield from odds_said(odds, r.pair.workshops)


@reads(
    r"Within administrations they are {odds:words}, from {n:count} administrations? "
    r"that can tell something\."
)
def _(r, odds, n):
    yield from odds_said(odds, r.pair.members)
    yield equal(number(n), len(r.pair.members.informative))


def odds_said(text: str, exact) -> Iterator[str]:
    size, low, high = exact.odds_ratio, exact.low, exact.high
    if found := re.fullmatch(r"at least ([\d.]+) times as high, with no upper limit", text):
        yield only_if(
            math.isinf(size) and ratio_close(found[1], low), f"it is {size}, {low} to {high}"
        )
    elif found := re.fullmatch(r"at most ([\d.]+) times as high, with no lower limit", text):
        yield only_if(size == 0 and ratio_close(found[1], high), f"it is {size}, {low} to {high}")
    else:
        found = re.fullmatch(
            r"(?:about the same|([\d.]+) times as high) \(chance alone leaves open "
            r"([\d.]+) to ([\d.]+) times\)",
            text,
        )
        yield only_if(found, "its odds cannot be read")
        told = float(found[1]) if found[1] else 1.0
        yield only_if(abs(told - size) <= max(0.051, 0.06 * size), f"it is {size}")
        yield only_if(
            ratio_close(found[2], low) and ratio_close(found[3], high), f"{low} to {high}"
        )


@reads(
    r"(?P<saw>(?:Saw|Did) [^:]+): {share:share} of those that {acted:words}, "
    r"{others:share} of the others"
    r"(?:; difference {points:points} points? \({low:points} to {high:points}\))?\."
)
def _(r, share, others, points, low, high):
    both, action_only, outcome_only, neither = r.pair.cells()
    if points:
        right = (of(both, both + action_only), of(outcome_only, outcome_only + neither))
        difference = 100 * (both / (both + action_only) - outcome_only / (outcome_only + neither))
        yield only_if(abs(number(points) - difference) <= 0.51, f"the difference is {difference}")
        yield only_if(
            number(low) <= number(points) <= number(high), "the interval leaves the difference out"
        )
    else:
        right = (of(both, both + outcome_only), of(action_only, action_only + neither))
    yield equal((share, others), right)


@reads(
    r"Exact test within \w+: p {p:pis} \(mid-p {mid:p}\); adjusted, Holm, {n:count} "
    r"declared tests?: {adjusted:p}\."
)
def _(r, p, mid, n, adjusted):
    exact = r.pair.workshops
    yield only_if(
        p_close(p, exact.p) and p_close(mid, exact.mid_p), f"{exact.p}, mid-p {exact.mid_p}"
    )
    yield equal(
        number(n), sum(one.varies and one.workshops.p is not None for one in r.counted.declared)
    )
    yield only_if(p_close(adjusted, r.pair.holm), f"adjusted {r.pair.holm}")


@reads(r"Exact test within administrations: p {p:pis}\.")
def _(r, p):
    yield only_if(p_close(p, r.pair.members.p), f"p is {r.pair.members.p}")


@reads(
    r"All replies together: odds ratio {odds:ratio} \((?P<low>infinite|[\d.]+) to "
    r"(?P<high>infinite|[\d.]+)\); Fisher's exact test p {p:pis}(?:, Boschloo's "
    r"(?P<boschloo>\S+|less than 0.001|not known))?\."
)
def _(r, odds, low, high, p, boschloo):
    exact = r.pair.pooled
    if boschloo and len(r.pair.answered) <= 40:
        right = boschloo_p(r.pair.cells())
        told = 0.0005 if boschloo.startswith("less") else float(boschloo)
        yield only_if(abs(told - right) <= 0.0055 + 0.01 * right, f"Boschloo's p is {right}")
    yield only_if(ratio_close(odds, exact.odds_ratio), f"it is {exact.odds_ratio}")
    yield only_if(
        ratio_close(low, exact.low) and ratio_close(high, exact.high),
        f"{exact.low} to {exact.high}",
    )
    yield only_if(p_close(p, exact.p), f"p is {exact.p}")


@reads(r"Mantel and Haenszel within \w+: odds ratio {odds:ratio}, p {p:pis}\.")
def _(r, odds, p):
    tables = r.pair.workshops.tables
    above = sum(b * n / (b + a + o + n) for b, a, o, n in tables)
    below = sum(a * o / (b + a + o + n) for b, a, o, n in tables)
    yield only_if(ratio_close(odds, above / below if below else math.inf), f"{above} / {below}")
    right = mantel_haenszel_p(r.pair)
    yield only_if(p_close(p, right), f"p is {right}")


@reads(
    r"Whatever those who did not answer both would have said, the difference over all invited "
    r"lies between {low:points} and {high:points} points\."
)
def _(r, low, high):
    both, action_only, outcome_only, neither = r.pair.cells()
    absent = (r.counted.all_invited or 0) - len(r.pair.answered)
    acted, others = both + action_only, outcome_only + neither
    least = min(
        100 * (both / (acted + k) - (outcome_only + absent - k) / (others + absent - k))
        for k in range(absent + 1)
    )
    most = max(
        100 * ((both + k) / (acted + k) - outcome_only / (others + absent - k))
        for k in range(absent + 1)
    )
    yield only_if(
        abs(number(low) - least) <= 0.51 and abs(number(high) - most) <= 0.51, f"{least} to {most}"
    )
    yield only_if(absent, "all replied")


@reads(r"Odds ratios\. {pairs:words}")
def _(r, pairs):
    told = 0
    for part in pairs.split("; "):
        title, what, value = re.fullmatch(
            r"(.+): (all replies|within \w+) (infinite|[\d.]+)", part
        ).groups()
        pair = pair_of(r, title)
        exact = {"all replies": pair.pooled, "within administrations": pair.members}.get(
            what, pair.workshops
        )
        yield only_if(ratio_close(value, exact.odds_ratio), f"{title} {what} is {exact.odds_ratio}")
        told += 1
    tested = [pair for pair in r.counted.declared if pair.verdict != "not testable"]
    yield equal(told, sum(1 + len(pair.tested) for pair in tested))


@reads(r"p-values with one administration left out, least to greatest\. {pairs:words}")
def _(r, pairs):
    for part in pairs.split("; "):
        title, what, low, high = re.fullmatch(
            r"(.+): within (\w+) (\S+|less than 0\.001) to (\S+|less than 0\.001)", part
        ).groups()
        pair = pair_of(r, title)
        rest = pair.members_without_members if what == "administrations" else pair.without_members
        values = rest.values()
        yield only_if(
            p_close(low, min(values)) and p_close(high, max(values)),
            f"{title}: {min(values)} to {max(values)}",
        )


@reads(r"No reply had to be rebuilt, so there is no choice to try the other way\.")
def _(r):
    yield only_if(not r.given.published, "they were rebuilt")


@reads(r"{title:words}: {acted:count} repl(?:y|ies) {phrase:words}, {others:count} did not\.")
def _(r, title, acted, others):
    r.pair = pair_of(r, title)
    both, action_only, outcome_only, neither = r.pair.cells()
    yield equal((number(acted), number(others)), (both + action_only, outcome_only + neither))


@reads(
    r"(?:A difference of .* points would have been confirmed in four of five "
    r"rounds.*|No difference, however large, would have been confirmed in four of five "
    r"rounds)\."
)
def _(r):
    yield only_if(len(r.pair.tested) == 2, "it can show a weak sign at most")


@reads(r"Within \w+ nothing can be compared, so it can show a weak sign at most\.")
def _(r):
    yield only_if(r.pair.workshops.p is None, "it can be compared")


@reads(r"No administration can be compared with itself, so it can show a weak sign at most\.")
def _(r):
    yield only_if(r.pair.members is None or r.pair.members.p is None, "some can")


@reads(r"At least a weak sign would have come of (?P<points>[+−]\d+|[+−]\d+ or −\d+) points\.")
def _(points):
    parts = [number(one) for one in points.split(" or ")]
    yield only_if(len(parts) == 1 or parts[0] > 0 > parts[1], "the directions are not two")


@reads(
    r"(?:Only if the outcome was reported .*|No difference, however large, would "
    r"usually have been confirmed, in four of five such rounds)\."
)
def _(r):
    yield only_if(
        any(len(pair.tested) == 2 for pair in r.counted.declared), "none can be confirmed"
    )


@reads(r"A link that is not shown may still exist\.")
def _(r):
    yield only_if(
        any(pair.verdict != "not testable" for pair in r.counted.declared), "none was tested"
    )


@reads(r"With more than 1,000 replies, what the whole rule would have found is not simulated\.")
def _(r):
    yield only_if(len(r.given.replies) > 1000, "they are fewer")


@reads(r"(?P<title>.+ and gain .+) could not be tested \({why:words}\)\.")
def _(r, title, why):
    pair = pair_of(r, title)
    yield equal(pair.verdict, "not testable")
    both, action_only, outcome_only, neither = pair.cells()
    if "nothing to compare" in why or "yes in every reply" in why:
        acted = " or ".join(r.given.label(one) for one in pair.action.split("|"))
        told = 0
        for words, yes, no in (
            (acted, both + action_only, outcome_only + neither),
            (r.given.label(pair.outcome), both + outcome_only, action_only + neither),
        ):
            yield equal(f"{words}: yes in every reply" in why, no == 0 < yes)
            yield equal(f"{words}: no in every reply" in why, yes == 0 < no)
            told += f"{words}: " in why
        yield equal(why.count(" in every reply"), told)
    if "no reply has both answers" in why:
        yield equal(sum(pair.cells()), 0)


@reads(r"{n:count} pairs? could not be tested, since nothing can be compared: {pairs:words}\.")
def _(r, n, pairs):
    right = [link(r, pair) for pair in others(r) if pair.verdict == "not testable"]
    yield equal(number(n), len(right))
    yield equal(sorted(pairs.split("; ")), sorted(right))


def others(r: Reading) -> list[Pair]:
    """The pairs that the round did not declare."""
    declared = r.given.declared()
    return [pair for key, pair in r.counted.pairs.items() if key not in declared]


@reads(r"Every other action with every other outcome was looked at too, with no claim to test\.")
def _(r):
    yield only_if(others(r), "there is no other pair")


@reads(r"There is no other pair: the round declared every action with every outcome\.")
def _(r):
    yield only_if(not others(r), "there is one")


@reads(r"One test asks of all pairs at once whether any action goes with any outcome: p {p:pis}\.")
def _(r):
    made = [
        pair for pair in r.counted.pairs.values() if pair.varies and pair.workshops.p is not None
    ]
    yield only_if(len(made) > 1, "no pairs were tested")


# Feedback to a member


def own(r: Reading) -> list[Reply]:
    return [one for one in r.given.replies if one.administration == r.member]


def attended(r: Reading) -> list[dict] | None:
    """The workshops to which a member was invited; none where nobody is named as invited."""
    if not any("invited_administrations" in one for one in r.given.workshops):
        return None
    return [
        one
        for one in r.given.workshops
        if r.member in one.get("invited_administrations", "").split(";")
    ]


def missing(r: Reading) -> list[str]:
    replied = {one.workshop for one in own(r)}
    return [label(one) for one in attended(r) or () if one["id"] not in replied]


@reads(r"{name:words}, survey 2099\.")
def _(r, name):
    r.member = next(code for code, one in r.given.names.items() if one == name)


@reads(r"Thank you for your (?:{n:count} replies|reply)\.")
def _(r, n):
    yield equal(number(n or "one"), len(own(r)))


@reads(r"We have no reply from you in this round\.")
def _(r):
    yield equal(own(r), [])


@reads(
    r"(?P<some>How many of your replies say yes, the|The) share of all replies that (?:do|say yes)"
    r"(?P<places>, and how many replies say yes about each \w+ (?:that you attended, yours among "
    r"them|to which you were invited))?\."
)
def _(r, some, places):
    yield equal(some != "The", bool(own(r)))
    yield equal(bool(places), bool(own(r) or attended(r)))


@reads(r"You were invited to {places:list}, and we have no reply from you about (?P<it>it|them)\.")
def _(r, places, it):
    yield from listed_places(places, missing(r))
    yield equal(it == "it", len(missing(r)) == 1)


@reads(
    r"None: you replied about every \w+ to which you were invited\.|None that we know of: (?P<not>"
    r"you are not among those invited), as far as that is known\."
)
def _(r):
    said = r.read[-1][1]
    yield only_if(attended(r) is not None and not missing(r), "some are missing, or not known")
    yield equal(said.startswith("None that"), not attended(r))


@reads(r"Who was invited to which \w+ is not known here, so we cannot say whether a reply from .*")
def _(r):
    yield only_if(attended(r) is None, "it is known")


@reads(r"Replies \| (?:You: {you:count} \| )?All replies: {every:count}(?: \| {places:words})?")
def _(r, you, every, places):
    yield equal(number(you or "0"), len(own(r)))
    yield equal(number(every), len(r.given.replies))
    yield from by_event(r, places, lambda one: len(r.counted.replies(one["id"])))


def by_event(r: Reading, places: str | None, right) -> Iterator[str]:
    """What the columns of the events that a member took part in say."""
    replied = {one.workshop for one in own(r)}
    invited = {one["id"] for one in attended(r) or ()}
    events = [one for one in r.given.workshops if one["id"] in replied | invited]
    expected = " | ".join(f"{label(one)}: {right(one):,}" for one in events)
    yield equal(places or "", expected)


@reads(
    r"{name:words} \| (?:You: (?P<you>[\d,]+ of [\d,]+|nan) \| )?All replies: (?P<every>"
    rf"{SHARE})(?: \| {{places:words}})?"
)
def _(r, name, you, every, places):
    option = next(one for one in r.given.options if r.given.label(one) == name)
    yield equal(every, of(*r.counted.said(option)))
    answers = [one.answers[option] for one in own(r)]
    known = len(answers) - answers.count(None)
    yield equal(you or "nan", f"{answers.count(True)} of {known}" if known else "nan")
    yield from by_event(r, places, lambda one: r.counted.said(option, one["id"])[0])


@reads(r"{name:words} \| (?P<answers>.+: (?:Yes|No|No answer, or not sure))")
def _(r, name, answers):
    option = next(one for one in r.given.options if r.given.label(one) == name)
    words = {True: "Yes", False: "No", None: "No answer, or not sure"}
    places = {one["id"]: label(one) for one in r.given.workshops}
    right = {f"{places[one.workshop]}: {words[one.answers[option]]}" for one in own(r)}
    yield equal(set(answers.split(" | ")), right)


# A published report, and its check


def counted_only(r: Reading, options: list[str]) -> list[str]:
    return [r.given.noun(one) for one in options if any(one == name for _, name in r.given.printed)]


@reads(
    r"Known only as counts for each \w+: {names:list}\.|Of (?P<yours>.+) the source gives counts "
    r"only, so your own answers are not known to us\.|Keep, for each reply, the answers on "
    r"(?P<kept>.+): from counts alone no link can be tested\."
)
def _(r, names, yours, kept):
    yield from listed(names or yours or kept, counted_only(r, r.given.options))


@reads(r"For {names:list} the source says how many, \w+ by \w+, but not who\.")
def _(r, names):
    yield from listed(names, counted_only(r, r.given.actions))


@reads(r"The source says how many, \w+ by \w+, but not who\.")
def _(r):
    yield only_if(counted_only(r, [r.outcome]), "it says who")


@reads(
    r"Rebuilding the replies left no choice that the round declares, so there is none .*|"
    r"These answers were rebuilt from a published report: .*|What agrees is consistent, not .*|"
    r"{tables:list} of the Report on Practice name, for each \w+, the members that took an .*"
)
def _(r):
    yield only_if(r.given.published, "nothing was published")


@reads(
    r"The {places:count} places? that differs? comes? from {errors:count} errors?, since a wrong "
    r"figure copied into a total or into the text is one error\."
)
def _(r, places, errors):
    yield equal([number(places), number(errors)], [r.given.slips] * 2)


@reads(r"{figures:count} figures? to correct \(in {places:count} places?\)\.")
def _(r, figures, places):
    yield equal([number(figures), number(places)], [r.given.slips] * 2)


@reads(
    r"{errors:count} (?:conclusions? to reword|editorial slips?) \(in {places:count} places?\)\."
)
def _(r, errors, places):
    """No such error is planted."""
    yield equal([number(errors), number(places)], [0 * r.given.slips] * 2)


@reads(
    r"Of {whole:count} figures, marks and claims of the published report that were checked, "
    r"{agree:count} agrees? with the replies \(rebuilt from its own lists\), {differ:count} "
    r"differs? and {unknown:count} cannot be checked\."
)
def _(r, whole, agree, differ, unknown):
    yield equal(number(differ), r.given.slips)
    yield only_if(number(unknown) == 0 or not r.counted.named, "all can be checked")
    yield equal(number(agree) + number(differ) + number(unknown), number(whole))


@reads(
    r"The published report \| With care \| {differ:count} of its {whole:count} checked figures and "
    r"claims differs? from the replies\."
)
def _(r, differ):
    yield equal(number(differ), r.given.slips)


@reads(
    r"(?P<table>Table \d+) of the published report: (?:all {whole:count} agree|{differ:count} of "
    r"{some:count} printed figures, names and marks differ)"
)
def _(r, table, differ):
    yield equal(number(differ or "0"), r.given.slips if table == "Table 2" else 0)


@reads(r"{n:count} examples? (?:is|are) printed(?:, {different:count} of them different: .*)?\.")
def _(r, n, different):
    texts = [one["example"] for one in r.given.examples]
    yield equal((number(n), number(different or n)), (len(texts), len(set(texts))))


@reads(
    r"{n:count} examples? of section {sections:list} stands? in no section of this report and only "
    r"in this list\."
)
def _(r, n):
    yield only_if(0 < number(n) <= len(r.given.examples), "there are none")


@reads(
    r"The replies were rebuilt from the tables of Report on Practice(?:, with {n:count} changes? "
    r"that (?:is|are) listed in the cleaning log|; nothing in them was changed)\."
)
def _(r):
    yield only_if(r.given.published, "nothing was published")


# Main points, introduction, conclusion, annex


@reads(r"{share:share} (?P<phrase>(?:did|saw) .+)")
def _(r, share, phrase):
    yield equal(share, of(*r.counted.said(phrased(r, phrase))))


@reads(
    r"{share:share} of {invited:count} invitations? (?:was|were) answered, by {named:count} "
    r"(?P<some>named )?administrations?: {n:count} repl(?:y|ies)(?:, {unnamed:count} "
    r"without a name)?\."
)
def _(r, share, invited, named, some, n, unnamed):
    yield equal(bool(some), bool(r.counted.unnamed))
    yield equal(number(invited), r.counted.invited)
    yield equal(share, percent(r.counted.answering, r.counted.invited))
    yield equal(number(n), r.counted.answering)
    yield from r_named(r, named, unnamed)


@reads(
    r"{share:share} of {invited:count} invitations? (?:was|were) answered: {n:count} repl(?:y|ies)"
    r"(?:, {unnamed:count} without a name)?\."
)
def _(r, share, invited, n, unnamed):
    yield equal(number(unnamed or "0"), r.counted.unnamed if r.counted.named else 0)
    yield equal(number(invited), r.counted.invited)
    yield equal(share, percent(r.counted.answering, r.counted.invited))
    yield equal(number(n), r.counted.answering)
    extra = r.counted.answering < len(r.given.replies)
    yield only_if(extra or not r.counted.named, "some are named")


@reads(r"The most common follow-up was {names:list}: {share:shares} of the replies\.")
def _(r, names, share):
    counts = shares_of(r, r.given.actions)
    right, _ = extremes({name: yes / base for name, (yes, base) in counts.items()}, True)
    yield from listed(names, right)
    yield from each(share, right, {name: of(*count) for name, count in counts.items()})
    yield only_if(len(right) < len(counts), "none stands out")


@reads(r"Of the replies with an answer, {parts:list}\.")
def _(r, parts):
    phrases = "|".join(re.escape(r.given.phrase(one)) for one in r.given.outcomes)
    told = re.findall(rf"({SHARE}) ({phrases})", parts)
    for share, phrase in told:
        yield equal(share, of(*r.counted.said(phrased(r, phrase))))
    others = re.search(r" and (\d+) other outcomes", parts)
    known = [one for one in r.given.outcomes if r.counted.said(one)[1]]
    yield equal(len(told) + (int(others[1]) if others else 0), len(known))


@reads(
    r"Of all invitations, answered or not, the share that {phrase:words} may be "
    r"anything from {low:share} to {high:share}\."
)
def _(r, phrase, low, high):
    yes, base = r.counted.said(phrased(r, phrase))
    invited = r.counted.all_invited
    yield equal((low, high), (percent(yes, invited), percent(yes + invited - base, invited)))
    yield only_if(invited > base, "all replied")


@reads(
    r"This round is about {n:count} \w+(?:, held (?:in|from) {first:year}(?: to {last:year})?)?\."
)
def _(r, n, first, last):
    yield equal(number(n), len(r.given.workshops))
    months = sorted({one["month"] for one in r.given.workshops})
    yield equal((month_of(first), month_of(last or first)), (months[0], months[-1]))


def month_of(text: str | None) -> str:
    name, year = (text or "January 1").split()
    months = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
    return f"{year}-{months.index(name) + 1:02}"


@reads(r"The questionnaire went out {n:count} months? after (?P<one>it|each)\.")
def _(r, n, one):
    yield equal(number(n), r.given.months_after)
    yield equal(one == "it", len(r.given.workshops) == 1)


@reads(
    r"Test again in the next round, and declare the (?P<noun>tests?) before its replies "
    r"are seen: {links:words}\."
)
def _(r, noun, links):
    right = [link(r, pair) for pair in kinds(r)["suggestive"]]
    yield equal(sorted(links.split("; ")), sorted(right))
    yield equal(noun, "test" if len(right) == 1 else "tests")


@reads(
    r"Do not report (?P<which>these links|this link|the other links?) as proven: the replies "
    r"do not show (?P<them>them|it)(?P<large>, and only a large difference, if any, could "
    r"have been confirmed)?\."
)
def _(r, which, them):
    yield only_if(kinds(r)["not shown"] and not kinds(r)["supported"], "some are shown, or all")
    yield equal(which.startswith("the other"), bool(kinds(r)["suggestive"]))
    several = len(kinds(r)["not shown"]) + len(kinds(r)["not testable"]) > 1
    yield equal((which.endswith("links"), them == "them"), (several, several))


@reads(
    r"Expect little of a test of {noun:words}: only {n:count} repl(?:y|ies) "
    r"(?P<side>(?:was|were) without it|had it)\."
)
def _(r, noun, n, side):
    yield only_if(number(n) in sides(r, noun, side == "had it"), "they are others")
    yield only_if(0 < number(n) < 15, "they are not few")


@reads(r"{noun:words} could not be tested: (?P<every>every|no) reply had it\.")
def _(r, noun, every):
    yield only_if(0 in sides(r, noun, every == "no"), "some differ")


def sides(r: Reading, noun: str, acted: bool) -> list[int]:
    """How many replies with an action, or without, each of its declared pairs has."""
    pairs = [one for one in r.counted.declared if one.action == one_of(r, noun)]
    cells = [one.cells() for one in pairs]
    return [b + a if acted else o + n for b, a, o, n in cells]


@reads(r"Remind those who have not replied: nobody knows what they would have said\.")
def _(r):
    yield only_if(
        r.counted.invited and r.counted.answering < r.counted.invited,
        "all replied, or it is not known",
    )


@reads(r"Record how many are invited to each \w+, so that a reply rate can be given\.")
def _(r):
    yield only_if(r.counted.invited is None, "it is recorded")


@reads(r"Have one reply of each administration about each \w+, with its name: then .*")
def _(r):
    yield only_if(not r.counted.named, "some do")


@reads(
    r"Ask that every reply names the administration that it is from: "
    r"(?:{n:count} of {whole:count} replies names? none|(?P<every>the only reply names none|no "
    r"reply does))\."
)
def _(r, n, whole, every):
    right = (r.counted.unnamed, len(r.given.replies))
    if every:
        yield equal(right[0], right[1])
        yield equal(every == "no reply does", right[1] > 1)
    else:
        yield equal((number(n), number(whole)), right)
        yield only_if(r.counted.named, "no reply does")


@reads(
    r"Counts of replies and actions \| Well \| They are counts of the replies "
    r"received\.|What caused an outcome \| Not at all \| .*"
)
def _():
    return ()


@reads(
    r"Shares, as of all invited \| With care \| {share:share} of invitations were "
    r"answered; those who did not reply may differ\."
)
def _(r, share):
    yield equal(share, percent(r.counted.answering, r.counted.invited))
    yield only_if(r.counted.answering < r.counted.invited, "all replied")


@reads(r"Shares, as of all invited \| Not at all \| How many were invited is not known\.")
def _(r):
    yield only_if(r.counted.invited is None, "it is")


@reads(r"Links between actions and outcomes \| (?P<how>Where confirmed|Not as proof) \| .*")
def _(r, how):
    yield equal(how == "Where confirmed", bool(kinds(r)["supported"]))
    yield only_if(r.given.declared(), "none is declared")


@reads(
    r"The member administrations of the region that the survey knows, with the replies "
    r"that each sent\."
)
def _(r):
    yield only_if(r.counted.named, "none is named")


@reads(r"{n:count} repl(?:y names|ies name) no administration\.")
def _(r, n):
    yield equal(number(n), r.counted.unnamed)


@reads(r"Model by administration, a description only: odds ratio {odds:ratio}, p {p:pis}\.")
def _(r):
    yield only_if(len(r.counted.members) > 2, "too few administrations")


@reads(r"No pair can be compared reply by reply\.")
def _(r):
    made = [r.counted.pairs[one] for one in r.given.declared() if one[1] == r.outcome]
    yield only_if(
        all(
            min(r.counted.said(pair.action)[1], r.counted.said(pair.outcome)[1]) == 0
            for pair in made
        ),
        "some can",
    )


@reads(
    r"Replies are compared within \w+, where topic and month are the same(?P<both>, and "
    r"within administrations, where each is its own control)?\."
)
def _(r, both):
    made = [pair.members for pair in r.counted.declared if pair.varies and pair.members]
    yield equal(bool(both), any(one.informative for one in made))


@reads(
    r"The replies are those that came in answer to the questionnaire; nothing in them was changed\."
)
def _():
    return ()


@reads(
    r"The replies are those that came in answer to the questionnaire, with {n:count} "
    r"changes? that (?:is|are) listed in the cleaning log\."
)
def _():
    return ()
