"""Hold the cells of a made-up round's tables against its replies, each counted anew."""

import html
import re
from collections.abc import Callable, Iterator

import pandas as pd
from counted import Pair
from reader import (
    PLAIN,
    Reading,
    answering,
    equal,
    link,
    no_strong_link,
    of,
    only_if,
    others,
    pair_of,
    paired,
    percent,
    wilson,
)
from standing import decisions

Check = Callable[[Reading, pd.DataFrame], Iterator[str]]
TABLES: list[tuple[re.Pattern[str], Check]] = []

# Of a document of the project, of the audit (whose figures are read in its sentences), or read as
# rows; of the log, its length is read in its caption.
UNREAD = re.compile(
    r"50_annex (?:glossary|methods|data_dictionary)|10_clean_replies (?:changes|cleaning_log)|"
    r"40_published_audit (?!audit_by_part).*|60_feedback (?:your_answers|comparison|examples)|"
    r"\w+ examples_.*"
)


def holds(name: str) -> Callable[[Check], Check]:
    """Say which table a check reads, by its section and name."""

    def entered(check: Check) -> Check:
        TABLES.append((re.compile(name), check))
        return check

    return entered


def wrong_cells(r: Reading, name: str, frame: pd.DataFrame) -> Iterator[str]:
    """What is wrong in a table; that it has no reader, if it has none."""
    checks = [check for pattern, check in TABLES if pattern.fullmatch(name)]
    if not checks and not UNREAD.fullmatch(name):
        yield "no check reads its cells"
    for check in checks:
        yield from filter(None, check(r, frame))


def cell(place: object, text: object, right: object) -> str:
    """What is wrong with a cell: numbers agree to nine digits, and none is a missing value."""
    if pd.isna(text) or right is None:
        agree = pd.isna(text) and right is None
    elif isinstance(right, (int, float)):
        agree = abs(float(text) - right) <= 1e-9 * max(1.0, abs(right)) or float(text) == right
    else:
        agree = str(text) == right
    return "" if agree else f"{place} has {text}, and it is {right}"


def places_of(r: Reading, row: object) -> list[dict]:
    """The workshops of a row: one, those of a scope, or all."""
    every = r.given.workshops
    if row == "total":
        return every
    return [one for one in every if row in (one["id"], one["scope"])]


@holds("21_response table_1")
def _(r, frame):
    scopes = {one["scope"] for one in r.given.workshops}
    least = {*ids(r), "total"} | (scopes if len(scopes) > 1 else set())
    yield only_if(least <= set(frame.index) <= least | scopes, f"its rows are {frame.index}")
    for row, cells in frame.iterrows():
        places = places_of(r, row)
        numbers = [one["invited"] for one in places]
        invited = None if None in numbers else sum(numbers)
        answers = sum(answering(r, one) for one in places)
        right = {
            "invited": invited,
            "replies": sum(len(r.counted.replies(one["id"])) for one in places),
            "reply_rate": answers / invited if invited else None,
        }
        for column, value in cells.items():
            yield cell((row, column), value, right[column])


@holds("22_follow_up_actions table_2")
def _(r, frame):
    sums = {one: r.counted.said(one) for one in r.given.actions}
    whole = sum(yes for yes, _ in sums.values())
    for row, cells in frame.iterrows():
        place = None if row == "total" else row
        for column, value in cells.items():
            if column == "replies":
                count = len(r.counted.replies(place)) if row in ("total", *ids(r)) else ""
                right = f"{count:,}" if count != "" else ""
            elif row == "share":
                yes, base = sums[column]
                right = percent(yes, base) if base else "–"
            elif row == "base":
                right = f"{sums[column][1]:,}"
            elif row == "answers":
                right = percent(sums[column][0], whole)
            else:
                right = f"{r.counted.said(column, place)[0]:,}"
            yield cell((row, column), value, right)


def ids(r: Reading) -> list[str]:
    return [one["id"] for one in r.given.workshops]


@holds(r"24_outcome table_\d+")
def _(r, frame):
    if "yes" in frame:
        for row, cells in frame.iterrows():
            place = None if row == "total" else row
            yes, base = r.counted.said(r.outcome, place)
            right = {
                "replies": len(r.counted.replies(place)),
                "yes": yes,
                "no": base - yes,
                "share": yes / base if base else None,
            }
            for column, value in cells.items():
                yield cell((row, column), value, right[column])
        return
    actions = paired(r)
    yield equal(list(frame.columns), [*actions, r.outcome])
    for row, cells in frame.iterrows():
        for column, value in cells.items():
            yield from members_of(r, row, column, str(value), actions)


def members_of(r, row, column, text, actions) -> Iterator[str]:
    """A cell of the table that lists who said what: codes or counts, and sums at its foot."""
    replies = r.counted.replies(row if row in ids(r) else None)
    yes = [one for one in replies if one.answers[column]]
    both = [
        one for one in yes
        if (any(one.answers[act] for act in actions) if column == r.outcome
            else one.answers[r.outcome])
    ]  # fmt: skip
    if row == "total":
        yield cell((row, column), text, f"{len(yes)}")
    elif row not in ids(r):
        shown = (column == r.outcome) == (row == "any")
        yield cell((row, column), text.replace("–", "").replace("nan", ""),
                   f"{len(both):,}" if shown else "")  # fmt: skip
    elif text.isdecimal():
        yield cell((row, column), text, f"{len(yes)}")
    else:
        plain = html.unescape(re.sub(r"<[^>]*>", " ", text))
        listed, _, marked = plain.partition("With ")
        codes = sorted(one.administration for one in yes if one.administration)
        yield equal(sorted(re.findall(r"\b(?:[A-Z]{2}|\d{4})\b", listed)), codes)
        marks = sorted(one.administration for one in both if one.administration)
        yield equal(sorted(re.findall(r"\b(?:[A-Z]{2}|\d{4})\b", marked.partition(":")[2])), marks)


@holds("30_association_tests (?:links|exploratory)")
def _(r, frame):
    pairs = r.counted.declared
    if "adjusted_p" in frame:
        pairs = [one for one in others(r) if one.verdict != "not testable"]
    yield equal(sorted(frame.index), sorted(titled(r, one) for one in pairs))
    adjusted = benjamini_hochberg([one for one in pairs if one.workshops.p is not None])
    for title, cells in frame.iterrows():
        pair = pair_of(r, title)
        both, action_only, outcome_only, neither = pair.cells()
        right = {
            "with_action": of(both, both + action_only),
            "without_action": of(outcome_only, outcome_only + neither),
            "exact_p": pair.workshops.p if pair.varies else None,
            "within_administration_p": pair.members.p if pair.varies and pair.members else None,
            "adjusted_p": adjusted.get((pair.action, pair.outcome)),
            "plain_verdict": plain(pair),
        }
        for column, value in cells.items():
            told = right[column]
            if isinstance(told, float) and not pd.isna(value):
                yield only_if(abs(value - told) < 1e-7, f"{title}, {column}: {value}, not {told}")
            else:
                yield cell((title, column), value, told)


def titled(r: Reading, pair: Pair) -> str:
    name = link(r, pair)
    return name[:1].upper() + name[1:]


def plain(pair: Pair) -> str:
    """A verdict in plain words."""
    if pair.verdict == "not testable":
        return "Could not be tested"
    if pair.verdict == "not shown":
        weak = no_strong_link(pair)
        return "No link seen; a strong one is unlikely" if weak else "These replies cannot tell"
    return next(text for text, right in PLAIN.items() if right == (pair.verdict, pair.way))[:-1]


def benjamini_hochberg(pairs: list[Pair]) -> dict[tuple[str, str], float]:
    """Adjusted p-values by action and outcome: from the largest down, each at most the one
    before."""
    order = sorted(pairs, key=lambda one: one.workshops.p, reverse=True)
    adjusted, least = {}, 1.0
    for place, pair in enumerate(order):
        least = min(least, pair.workshops.p * len(order) / (len(order) - place))
        adjusted[pair.action, pair.outcome] = least
    return adjusted


@holds("31_robustness left_out")
def _(r, frame):
    for comparison, cells in frame.iterrows():
        pair = pair_of(r, cells["pair"])
        members = comparison in ("administrations", "respondents")
        by_member = cells["left_out"] in ("administration", "respondent")
        values = {
            (False, True): pair.without_members,
            (True, True): pair.members_without_members,
            (True, False): pair.members_without_workshops,
            (False, False): pair.without_workshops,
        }[members, by_member].values()
        for column, right in (("p_low", min(values)), ("p_high", max(values))):
            yield only_if(abs(cells[column] - right) < 1e-7, f"{comparison} {column} is {right}")
        exact = pair.members if members else pair.workshops
        yield only_if(exact.p is not None, f"{comparison} cannot be compared")


@holds("31_robustness power_curves")
def _(_, frame):
    for title, cells in frame.iterrows():
        way = int(cells["odds_ratio"] > 1) - int(cells["odds_ratio"] < 1)
        difference = cells["difference"]
        yield only_if(abs(difference) < 1e-6 if way == 0 else difference * way >= -1e-9,
                      f"{title}: {cells['odds_ratio']} and {difference}")  # fmt: skip
        for column in ("supported", "suggestive"):
            yield only_if(pd.isna(cells[column]) or 0 <= cells[column] <= 1, "no share")


@holds("31_robustness bounds")
def _(r, frame):
    yield equal(sorted(frame.index), sorted(r.given.outcomes))
    for outcome, cells in frame.iterrows():
        yes, base = r.counted.said(outcome)
        invited = r.counted.all_invited if base else None
        low, high = wilson(yes, base) if base else (None, None)
        rest = (invited or 0) - base
        tipping = (invited / 2 - yes) / rest if invited and rest else None
        right = {
            "yes": yes if base else None,
            "answered": base,
            "share": yes / base if base else None,
            "low": low,
            "high": high,
            "lowest": yes / invited if invited else None,
            "highest": (yes + rest) / invited if invited else None,
            "tipping_point": tipping if tipping is not None and 0 <= tipping <= 1 else None,
        }
        for column, value in cells.items():
            if column == "yes" and not base:
                continue  # none of none, or not known
            told = right[column]
            close = isinstance(told, float) and not pd.isna(value) and abs(value - told) < 1e-6
            yield "" if close else cell((outcome, column), value, told)


@holds("10_clean_replies members")
def _(r, frame):
    for place, cells in frame.iterrows():
        replies = r.counted.replies(place)
        yield cell((place, "replies"), cells["replies"], len(replies))
        names = sorted(r.given.names[one.administration] for one in replies if one.administration)
        if "replied" in cells:
            unknown = "not known" if replies else "nobody"
            yield cell((place, "replied"), cells["replied"], "; ".join(names) or unknown)
        if "awaited" in cells:
            names = "; ".join(absent(r, place)) or "nobody"
            yield cell((place, "awaited"), cells["awaited"], names)
        if "due" in cells:
            month = next(one["month"] for one in r.given.workshops if one["id"] == place)
            year, number = map(int, month.split("-"))
            ordinal = year * 12 + number - 1 + r.given.months_after
            yield cell((place, "due"), cells["due"], f"{ordinal // 12}-{ordinal % 12 + 1:02}")


def absent(r: Reading, place: str) -> list[str]:
    """Names of those invited to a workshop by name that did not reply about it."""
    workshop = next(one for one in r.given.workshops if one["id"] == place)
    invited = set(filter(None, workshop.get("invited_administrations", "").split(";")))
    came = {one.administration for one in r.counted.replies(place)}
    return sorted(r.given.names[code] for code in invited - came)


@holds("10_clean_replies reminder")
def _(r, frame):
    told = sorted(zip(frame.index, frame["administration"], strict=True))
    yield equal(told, sorted((place, name) for place in ids(r) for name in absent(r, place)))


@holds("10_clean_replies decisions")
def _(r, frame):
    yield equal(len(frame), decisions(r))


@holds("50_annex administrations")
def _(r, frame):
    members = {} if r.given.respondents else r.counted.members
    for _, cells in frame.iterrows():
        if "replies" in cells:
            yield cell(cells["name"], cells["replies"], members.get(cells["name"], 0))
        if "invitations" in cells:
            code = next(code for code, name in r.given.names.items() if name == cells["name"])
            named = [one.get("invited_administrations", "").split(";") for one in r.given.workshops]
            yield cell(cells["name"], cells["invitations"], sum(code in one for one in named))


@holds("50_annex questionnaire")
def _(r, frame):
    yield equal(list(frame["label"]), [r.given.label(one) for one in r.given.options])


@holds("40_published_audit audit_by_part")
def _(r, frame):
    for row, cells in frame.iterrows():
        parts = [value for column, value in cells.items() if column != "printed"]
        yield cell(row, sum(parts), int(cells["printed"]))
    differ = frame.iloc[-1].drop(["printed", "agrees", "not checkable"]).sum()
    yield equal(int(differ), r.given.slips)
