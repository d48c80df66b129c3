"""Random rounds of every design, written as an office would hand them in, and kept as plain answers
that a reader of the report can count."""

import csv
import json
import random
from dataclasses import dataclass, field, replace
from pathlib import Path

YEAR = 2099
LETTERS = "ABCDEFGH"
Answer = bool | None


@dataclass
class Reply:
    """What one reply says, as it was given."""

    workshop: str
    administration: str | None
    answers: dict[str, Answer]
    invited: bool = True  # or kept though it was not


@dataclass
class Given:
    """A round as it was given: nothing in it was computed by the code that is read."""

    seed: int
    kind: str
    event: str
    workshops: list[dict]  # id, topic, month, scope, invited (None: not known)
    actions: list[str]
    outcomes: list[str]
    pairs: list[dict]  # outcome, actions, composite, declared
    replies: list[Reply]
    names: dict[str, str] = field(default_factory=dict)  # of the administrations, by their code
    base: str = "all"
    decisions: int = 0
    examples: list[dict] = field(default_factory=list)
    words: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    respondents: bool = False  # whether a reply names a respondent in place of an administration
    before: "Given | None" = None  # the round that this one is compared with
    printed_rate: float | None = None  # of the round before, where only that was printed
    published: bool = False  # whether the replies are rebuilt from a publication
    printed: dict[tuple[str, str], int] = field(default_factory=dict)  # yes, by place and option
    slips: int = 0  # printed figures that are wrong
    months_after: int | None = 6  # when the questionnaire was due; None: not declared

    @property
    def who(self) -> str:
        return "respondent" if self.respondents else "administration"

    @property
    def options(self) -> list[str]:
        return [*self.actions, *self.outcomes]

    def noun(self, option: str) -> str:
        return " or ".join(self.words[one][1] for one in option.split("|"))

    def phrase(self, option: str) -> str:
        return " or ".join(self.words[one][2] for one in option.split("|"))

    def label(self, option: str) -> str:
        return self.words[option][0]

    def answer(self, reply: Reply, option: str) -> Answer:
        """Whether a reply says yes to an option, or to any of several joined by `|`."""
        parts = [reply.answers[one] for one in option.split("|")]
        return True if True in parts else None if None in parts else False

    def declared(self) -> list[tuple[str, str]]:
        """The pairs that the round wants tested: singles, then composites."""
        singles = [(one, pair["outcome"]) for pair in self.pairs for one in pair["actions"]]
        composites = [
            ("|".join(pair["actions"]), pair["outcome"])
            for pair in self.pairs
            if pair["composite"] and len(pair["actions"]) > 1
        ]
        return list(dict.fromkeys([*singles, *composites]))


@dataclass
class Plan:
    """What a design may turn."""

    event: str = "workshop"
    events: int = 4
    replies: int = 30
    actions: int = 2
    outcomes: int = 1
    pairs: int = 1
    composite: bool = True
    after: bool = False
    scopes: int = 2
    named: float = 1.0  # share of replies with an administration
    invited: str = "more"  # more, all, unknown, some
    blanks: float = 0.05
    rate: float | None = None  # of every question; None: each its own in each workshop
    effect: float = 0.0  # added to an outcome's rate where the first action was taken
    turned: bool = False  # strata that turn the picture
    base: str = "all"
    never: bool = False  # an option that nobody ticks
    decisions: int = 0
    examples: int = 0
    respondents: bool = False
    before: str = ""  # of the round before: "" none, "here" its replies, "printed" a figure of it
    hostile: bool = False
    published: bool = False
    slips: int = 0
    listed: bool = False  # whether workshops name those that were invited
    uninvited: int = 0  # replies kept though they were not
    months_after: int | None = 6


DESIGNS: dict[str, dict] = {
    "ordinary": {"events": 5, "replies": 40, "actions": 3, "outcomes": 2, "pairs": 2},
    "one stratum": {"events": 1, "scopes": 1, "replies": 20},
    "no administration": {"named": 0.0},
    "some unnamed": {"named": 0.8},
    "everyone invited replied": {"invited": "all"},
    "nobody's number known": {"invited": "unknown"},
    "some numbers known": {"invited": "some"},
    "one action": {"actions": 1},
    "one outcome": {"outcomes": 1, "pairs": 1},
    "one action, one outcome, one reply": {
        "actions": 1, "outcomes": 1, "pairs": 1, "replies": 1, "events": 1, "scopes": 1,
    },
    "no declared pair": {"pairs": 0},
    "supported": {"events": 12, "replies": 140, "effect": 0.75, "outcomes": 1, "pairs": 1,
                  "actions": 1, "blanks": 0.0, "rate": 0.5},
    "negative": {"events": 12, "replies": 140, "effect": -0.75, "outcomes": 1, "pairs": 1,
                 "actions": 1, "blanks": 0.0, "rate": 0.5},
    "somewhat negative": {"events": 8, "replies": 80, "effect": -0.35},
    "strata that turn the picture": {"turned": True, "events": 4, "replies": 160, "named": 0.5},
    "all say yes": {"rate": 1.0, "blanks": 0.0},
    "all say no": {"rate": 0.0, "blanks": 0.0},
    "blanks in plenty": {"blanks": 0.6},
    "nobody answers": {"blanks": 1.0},
    "an option never ticked": {"never": True},
    "of those that ticked": {"base": "ticked"},
    "decisions": {"decisions": 2},
    "examples": {"examples": 7},
    "chosen after": {"after": True},
    "courses": {"event": "course"},
    "many actions": {"actions": 6, "outcomes": 3, "pairs": 3},
    "few replies": {"replies": 6},
    "respondents": {"respondents": True, "named": 0.9, "events": 4, "replies": 60},
    "respondents, a link": {"respondents": True, "events": 12, "replies": 140, "effect": 0.75,
                            "outcomes": 1, "pairs": 1, "actions": 1, "blanks": 0.0, "rate": 0.5},
    "a round before": {"before": "here", "events": 3},
    "a figure of the round before": {"before": "printed", "events": 3},
    "invited by name": {"listed": True},
    "kept though not invited": {"listed": True, "uninvited": 3, "pairs": 1, "outcomes": 1},
    "published": {"published": True, "replies": 30, "actions": 4, "outcomes": 3},
    "published, with slips": {"published": True, "replies": 30, "slips": 2, "examples": 4},
    "no date due": {"months_after": None},
    "names of every kind": {"hostile": True, "examples": 3},
    "thousands of replies": {"events": 6, "replies": 1100, "named": 0.0, "invited": "unknown"},
}  # fmt: skip


def drawn(seed: int, codes: dict[str, str]) -> Given:
    """Draw a round of some design; every fourth mixes two designs."""
    chance = random.Random(seed)
    kinds = [list(DESIGNS)[seed % len(DESIGNS)]]
    if seed >= len(DESIGNS) and "thousands" not in kinds[0] and chance.random() < 0.5:
        kinds.append(chance.choice(list(DESIGNS)[1:-1]))
    plan = Plan()
    if seed >= len(DESIGNS):
        plan.events = chance.randint(1, 6)
        plan.replies = chance.choice([chance.randint(1, 12), chance.randint(1, 40)])
        plan.actions, plan.outcomes = chance.randint(1, 3), chance.choice([1, 1, 2])
        plan.pairs = chance.randint(0, plan.outcomes)
        plan.scopes = chance.randint(1, 2)
        plan.named = chance.choice([0.0, 0.7, 1.0, 1.0])
        plan.effect = chance.choice([0.0, 0.0, 0.4, -0.4])
        plan.invited = chance.choice(["more", "more", "all", "some", "unknown"])
        plan.examples, plan.decisions = chance.choice([0, 4]), chance.choice([0, 0, 1])
        plan.rate = chance.choice([None, None, None, 0.5])
        plan.respondents = chance.random() < 0.15
        plan.before = chance.choice(["", "", "", "here", "printed"])
        plan.hostile = chance.random() < 0.15
        plan.published, plan.slips = chance.random() < 0.15, chance.choice([0, 1, 3])
        plan.listed = chance.random() < 0.2
        plan.uninvited = chance.choice([0, 0, 1, 4])
        plan.months_after = chance.choice([6, 6, 1, 0, None])
    for kind in kinds:
        for name, value in DESIGNS[kind].items():
            setattr(plan, name, value)
    plan.pairs = min(plan.pairs, plan.outcomes)
    plan.listed &= plan.named == 1.0 or plan.replies <= 6 * plan.events  # members are some thirty
    if plan.published:
        plan.named, plan.blanks, plan.before, plan.decisions, plan.base = 1.0, 0.0, "", 0, "all"
        plan.respondents = plan.hostile = plan.listed = plan.never = False
        plan.examples = 0  # their printed sources would be checked too
        plan.pairs, plan.replies = max(plan.pairs, 1), min(plan.replies, 60)
        plan.invited = "more" if plan.invited in ("some", "unknown") else plan.invited
    return _round(seed, " + ".join(kinds), plan, chance, codes)


def _round(seed: int, kind: str, plan: Plan, chance: random.Random, codes: dict[str, str]) -> Given:
    ids = [f"{number + 1}" for number in range(plan.events)]
    actions = [f"deed_{letter.lower()}" for letter in LETTERS[: plan.actions]]
    outcomes = [f"gain_{letter.lower()}" for letter in LETTERS[: plan.outcomes]]
    extra = HOSTILE if plan.hostile else ("", "", "", "")
    words = {one: _words("Deed", "did", one[-1].upper(), extra) for one in actions}
    words |= {one: _words("Gain", "saw", one[-1].upper(), extra) for one in outcomes}
    names = {f"{1 + number:04}": f"{1 + number:04}" for number in range(len(codes))}
    names = names if plan.respondents else codes
    rates = {
        (place, one): plan.rate if plan.rate is not None else chance.uniform(0.1, 0.9)
        for place in ids
        for one in (*actions, *outcomes)
    }
    if plan.turned:  # who acts much reports little, but in each workshop those who act report more
        for number, place in enumerate(ids):
            rates[place, actions[0]] = 0.85 if number % 2 else 0.15
            rates[place, outcomes[0]] = 0.1 if number % 2 else 0.75
    silent = chance.choice((*actions, *outcomes)) if plan.never else ""
    numbers: dict[str, str] = {}
    replies, seats = [], {place: sorted(codes) for place in ids}
    for place in ids:
        chance.shuffle(seats[place])
    for number in range(plan.replies):
        place = ids[number % len(ids)] if plan.replies >= len(ids) else chance.choice(ids)
        who = seats[place].pop() if seats[place] and chance.random() < plan.named else None
        if who is None and plan.named == 1.0:
            continue
        answers: dict[str, Answer] = {}
        for one in actions:
            answers[one] = chance.random() < rates[place, one] and one != silent
        for one in outcomes:
            gain = 0.2 if plan.turned else plan.effect
            rate = rates[place, one] + (gain / 2 if answers[actions[0]] else -gain / 2)
            yes = chance.random() < rate and one != silent
            answers[one] = None if chance.random() < plan.blanks else yes
        if plan.base == "ticked" and not any(answers[one] for one in actions):
            answers |= dict.fromkeys(actions)
        if who and plan.respondents:  # numbered as they come
            who = numbers.setdefault(who, f"{1 + len(numbers):04}")
        replies.append(Reply(place, who, answers))
    uninvited = plan.uninvited if plan.listed and not plan.respondents else 0
    for one in [one for one in replies if one.administration][:uninvited]:
        one.invited = False
    replied = {place: sum(one.workshop == place for one in replies) for place in ids}
    workshops = [
        {
            "id": place,
            "title": f"Title {place}",
            "topic": f"Topic {place}{extra[3]}",
            "month": f"{YEAR - 1}-{1 + number % 12:02}",
            "scope": ("regional", "sub-regional")[number % plan.scopes],
            "invited": _invited(plan.invited, replied[place], number, chance),
        }
        for number, place in enumerate(ids)
    ]
    if plan.listed and not plan.respondents:
        for one in workshops:
            own = [reply for reply in replies if reply.workshop == one["id"]]
            came = {reply.administration for reply in own} - {None}
            kept = {reply.administration for reply in own if not reply.invited}
            absent = sorted(set(codes) - came)
            others = chance.sample(absent, min(chance.randint(1, 4), len(absent)))
            unnamed = sum(reply.administration is None for reply in own)
            others += sorted(set(codes) - came - set(others))[:unnamed]
            invited = sorted(came - kept | set(others))
            one |= {"invited": len(invited), "invited_administrations": ";".join(invited)}
    paired = {one: actions[: chance.randint(1, 2)] for one in outcomes[: plan.pairs]}
    pairs = [
        {
            "outcome": one,
            "actions": paired[one],
            "composite": plan.composite and len(paired[one]) > 1,
            "declared": "after" if plan.after else "before",
        }
        for one in outcomes[: plan.pairs]
    ]
    examples = [_example(number, ids, sorted(codes), chance) for number in range(plan.examples)]
    given = Given(
        seed, kind, plan.event, workshops, actions, outcomes, pairs, replies, names, plan.base,
        min(plan.decisions, len(replies)), examples, words,
        plan.respondents and any(one.administration for one in replies),
        months_after=plan.months_after,
    )  # fmt: skip
    if plan.published:
        _publish(given, plan)
    if plan.before == "here":
        events, replies = chance.randint(1, plan.events), chance.randint(1, 20)
        earlier = replace(plan, before="", events=events, replies=replies, decisions=0, examples=0)
        given.before = _round(seed + 1, kind, earlier, chance, codes)
    elif plan.before:
        given.printed_rate = chance.randint(20, 90) / 100
    return given


def _publish(given: Given, plan: Plan) -> None:
    """Take from the replies what their publication does not tell: of options that no pair has only
    counts are printed, and who said yes to none of the others is not named."""
    given.published, given.slips = True, plan.slips
    listed = {one for pair in given.pairs for one in (*pair["actions"], pair["outcome"])}
    for one in given.options:
        for place in given.workshops if one not in listed else ():
            own = [reply for reply in given.replies if reply.workshop == place["id"]]
            given.printed[place["id"], one] = sum(reply.answers[one] is True for reply in own)
    for reply in given.replies:
        reply.answers |= {one: None for one in given.options if one not in listed}
        if True not in reply.answers.values():
            reply.administration = None


HOSTILE = (", “B” and *more*", ", *b* & <c>", " and _d_ (of $2|3)", " & <i>more</i>, and _so_ on")


def _words(kind: str, verb: str, letter: str, extra: tuple[str, ...]) -> tuple[str, str, str]:
    """The label, noun and phrase of an option."""
    return (
        f"{kind} {letter}{extra[0]}",
        f"{kind.lower()} {letter}{extra[1]}",
        f"{verb} {kind.lower()} {letter}{extra[2]}",
    )


def _invited(kind: str, replied: int, number: int, chance: random.Random) -> int | None:
    if kind == "unknown" or (kind == "some" and number % 2):
        return None
    return max(1, replied if kind == "all" else replied + chance.randint(0, 12))


def _example(number: int, ids: list[str], codes: list[str], chance: random.Random) -> dict:
    return {
        "id": f"g{number}",
        "section": chance.choice(["2.2", "2.3", "2.3", "2.4"]),
        "theme": chance.choice(["Law", "Data", "Trade"]),
        "workshop": chance.choice(ids),
        "administration": chance.choice([*codes[:6], ""]),
        "example": f"Example number {chance.choice(LETTERS)}.",
        "status": chance.choice(["done", "planned"]),
        "attribution": "",
        "says": "",
    }


def _published(given: Given, folder: Path) -> list[str]:
    """Write the printed tables; give what of round.toml tells how they are read."""

    def yes(place: str, option: str) -> int:
        own = [one for one in given.replies if one.workshop == place]
        known = sum(one.answers[option] is True for one in own)
        return given.printed.get((place, option), known)

    def replied(place: str) -> int:
        return sum(one.workshop == place for one in given.replies)

    def codes(place: str, option: str, actions: list[str], outcome: str) -> str:
        own = [one for one in given.replies if one.workshop == place and one.answers[option]]
        if option == outcome:
            both = {one.administration for one in own if any(one.answers[act] for act in actions)}
            mark = "**"
        else:
            both, mark = {one.administration for one in own if one.answers[outcome]}, "_"
        names = sorted(one.administration for one in own)
        return ", ".join(f"{mark}{one}{mark}" if one in both else one for one in names) or "0"

    places = [one["id"] for one in given.workshops]
    tables = {
        "table_1": [
            {"invited": one["invited"], "replies": replied(one["id"])} for one in given.workshops
        ],
        "table_2": [{one: yes(place, one) for one in given.actions} for place in places],
    }
    lists, counts, number = [], {}, 3
    for one in given.outcomes:
        tables[f"table_{number}"] = [
            {
                "replies": replied(place),
                "yes": yes(place, one),
                "no": replied(place) - yes(place, one),
            }
            for place in places
        ]
        counts |= {one: f"table_{number}"} if (places[0], one) in given.printed else {}
        number += 1
        actions = list(dict.fromkeys(act for act, out in given.declared() if out == one))
        actions = [act for act in actions if "|" not in act]
        if actions:
            lists.append(f"table_{number}")
            tables[f"table_{number}"] = [
                {col: codes(place, col, actions, one) for col in (*actions, one)}
                for place in places
            ]
            number += 1
    counts |= {one: "table_2" for one in given.actions if (places[0], one) in given.printed}
    (folder / "published").mkdir()
    chance = random.Random(given.seed)
    for name, rows in tables.items():
        total = {"workshop": "total"}
        if name not in lists:
            total |= {column: sum(row[column] for row in rows) for column in rows[0]}
        lines = [{"workshop": place} | row for place, row in zip(places, rows, strict=True)]
        _csv(folder / "published" / f"{name}.csv", [*lines, total] if len(total) > 1 else lines)
    wrong = [one for one in given.actions if one not in counts][: given.slips]
    if wrong:  # a figure of table 2 that the lists contradict
        path = folder / "published" / "table_2.csv"
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        for one in wrong:
            row = rows[chance.randrange(len(places))]
            row[one] = f"{int(row[one]) + 1}"
        _csv(path, rows)
    given.slips = len(wrong)
    claims = {"id": "c001", "section": "2.1", "about": "replies", "unit": "count", "base": ""}
    claims |= {"printed": f"{len(given.replies)} replies", "value": len(given.replies)}
    _csv(folder / "published" / "claims.csv", [claims | {"fact": "replies", "kind": "figure"}])
    rebuild = ['replies = "table_1"', f"lists = {json.dumps(lists)}"]
    if counts:
        inner = ", ".join(f'{one} = "{table}"' for one, table in counts.items())
        rebuild.append(f"counts = {{ {inner} }}")
    return [
        _table("[publication]", {"title": "Report on Practice"}),
        "\n".join(["[rebuild]", *rebuild]),
    ]


def write(given: Given, data: Path, year: int = YEAR) -> None:
    """Write a round's folder: round.toml, workshops.csv, the export, and examples if it has any;
    and that of the round before."""
    folder = data / str(year)
    folder.mkdir(parents=True)
    if given.before:
        write(given.before, data, year - 1)
    settings = {
        "year": year,
        "series": "Made-up rounds",
        "fiscal_year": "FY",
        "number": 3,
        "title": "Made-up",
    }
    settings |= {} if given.months_after is None else {"months_after": given.months_after}
    source = "publication" if given.published else "questionnaire"
    settings |= {"source": source, "event": given.event, "events": f"{given.event}s"}
    if given.before or given.printed_rate is not None:
        settings["previous"] = year - 1
    form = {"file": "export.csv", "workshop": "Which one?"}
    named = any(one.administration for one in given.replies)
    form |= {given.who: "Who?"} if named else {}
    parts = [_table("[round]", settings)]
    if given.published:
        parts += _published(given, folder)
    else:
        parts.append(_table("[questionnaire]", form))
    for kind, ids in (("actions", given.actions), ("outcomes", given.outcomes)):
        for one in ids:
            label, noun, phrase = given.words[one]
            keys = {"id": one, "label": label, "noun": noun, "phrase": phrase}
            extra = {"title": f"On {noun}", "question": f"Did you see {noun}?"}
            parts.append(_table(f"[[{kind}]]", keys | (extra if kind == "outcomes" else {})))
    asked = {"heading": "Did what?", "options": given.actions, "base": given.base}
    parts.append(_table("[[questions]]", asked))
    parts += [
        _table("[[questions]]", {"heading": f"Did {one}?", "option": one}) for one in given.outcomes
    ]
    parts += [_table("[[pairs]]", {**pair, "why": "so"}) for pair in given.pairs]
    if given.printed_rate is not None:
        parts.append(
            _table("[[previous_round]]", {"fact": "reply_rate", "value": given.printed_rate})
        )
    parts += [
        _table("[[decisions]]", {"row": row + 2, "was": one.workshop, "keep": True, "why": "asked"})
        for row, one in enumerate(given.replies)
        if row < given.decisions or not one.invited
    ]
    (folder / "round.toml").write_text("\n".join(parts), encoding="utf-8")
    rows = [
        {**one, "invited": "" if one["invited"] is None else one["invited"]}
        for one in given.workshops
    ]
    _csv(folder / "workshops.csv", rows)
    if given.examples:
        _csv(folder / "good_practices.csv", given.examples)
    if given.published:
        return
    export = [
        {"Which one?": one.workshop}
        | ({"Who?": _who(given, one)} if named else {})
        | {"Did what?": ", ".join(given.label(act) for act in given.actions if one.answers[act])}
        | {
            f"Did {out}?": {True: "Yes", False: "No", None: ""}[one.answers[out]]
            for out in given.outcomes
        }
        for one in given.replies
    ]
    _csv(folder / "export.csv", export)


def _who(given: Given, reply: Reply) -> str:
    who = reply.administration or ""
    return f"Person {who}, nr. {int(who) * 7}" if given.respondents and who else who


def _table(name: str, keys: dict) -> str:
    return "\n".join([name, *(f"{key} = {json.dumps(value)}" for key, value in keys.items())])


def _csv(path: Path, rows: list[dict]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
