"""Figures of a report that facts.csv has not: of the links that were tested, of examples, of the
audit of what was published, and of those who did not answer; each with the words that name it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from followup import pairs
from followup.facts import Fact, Facts, frame
from followup.previous_round import changes, outcome_shares
from followup.rounds import Round
from followup.show.numbers import points
from followup.statistics.columns import TEXT, TYPES
from followup.statistics.nonresponse import outcome_bounds
from followup.tables import examples_of

FIGURE = "#"  # stands for the figure in the words around it
NOTHING = r"(?!)"  # the form of what is named by no words of its own


@dataclass(frozen=True)
class Phrase:
    """Words that name a fact, whatever its value.

    Parameters
    ----------
    fact : its name, or an expression of facts, as `a / b`.
    form : what a sentence reads in which the figure is `#`.
    about : the options that have to be spoken of; of actions no other may be.
    section : the section, by its number, that it has to stand in; empty where any will do.
    """

    fact: str
    form: re.Pattern[str]
    about: frozenset[str] = frozenset()
    section: str = ""

    @property
    def is_expression(self) -> bool:
        return " / " in self.fact or " + " in self.fact


@dataclass(frozen=True)
class FurtherFacts:
    """Facts beside those of facts.csv, in its form, with the phrases that name them."""

    frame: pd.DataFrame
    phrases: tuple[Phrase, ...]


Row = tuple[Fact | None, Phrase]


def further_facts(
    survey_round: Round, replies: pd.DataFrame, facts: pd.DataFrame, associations: pd.DataFrame
) -> FurtherFacts:
    """Gather what a report of a round may print beside the facts of facts.csv.

    Parameters
    ----------
    associations : as associations.csv has them; one without statistics gives none of the tests.
    """
    known = Facts(facts)
    rows = [
        *_response(survey_round, known),
        *_actions(survey_round),
        *_outcomes(survey_round, replies, known),
        *_members(survey_round, replies),
        *_links(survey_round, replies, associations),
        *_tests(survey_round, associations),
        *_audit(survey_round),
        *_examples(survey_round, replies),
        *_last(survey_round, known),
    ]
    distinct = {fact.fact: fact for fact, _ in rows if fact and fact.fact not in known}
    return FurtherFacts(frame(list(distinct.values())), tuple(phrase for _, phrase in rows))


def _row(
    fact: Fact | str, form: str, about: str = "", section: str = "", case: bool = False
) -> Row:
    """A fact, or an expression, with a form of the words that name it."""
    name = fact if isinstance(fact, str) else fact.fact
    options = frozenset(filter(None, re.split(r"[|.]", about)))
    pattern = re.compile(form, re.NOFLAG if case else re.IGNORECASE)
    return (None if isinstance(fact, str) else fact), Phrase(name, pattern, options, section)


def _count(name: str, value: float) -> Fact:
    return Fact(name, value, unit="count")


def _response(survey_round: Round, facts: Facts) -> Iterator[Row]:
    who = survey_round.respondent
    none = rf"(?:without (?:a|its) name|(?:do(?:es)? )?not name the {who}|names? none)"
    yield _row("replies.unnamed", rf"(?<!of )#(?: of [\d,]+)?(?: repl\w+)? {none}")
    invited, rate = facts["invited"].value, facts["reply_rate"]
    if rate.known:
        yield _row(_count("unanswered", invited - (rate.numerator or 0)), "# who did not reply")
        uninvited = facts["replies"].value - (rate.numerator or 0)
        yield _row(_count("replies.uninvited", uninvited), r"# repl\w+ comes? from .*not invited")
    rates = [facts[f"reply_rate.{one}"] for one in survey_round.read_workshops()["id"]]
    with_rate = _count("workshops.with_rate", sum(one.known for one in rates))
    yield _row(with_rate, rf"# {re.escape(survey_round.events)} of which it is known how many")


def _actions(survey_round: Round) -> Iterator[Row]:
    ids = survey_round.action_ids
    for one in ids:
        share = f"action.{one} / {' + '.join(f'action.{other}' for other in ids)}"
        yield _row(share, r"share of all actions named.*#", one)


def _outcomes(survey_round: Round, replies: pd.DataFrame, facts: Facts) -> Iterator[Row]:
    events, invited = re.escape(survey_round.events), facts.all_invited(len(replies))
    ids = survey_round.read_workshops()["id"]
    for option in survey_round.outcomes:
        name, one = f"outcome.{option.id}", option.id
        yes, no = facts[name].value, facts[f"{name}.no"].value
        bounds = _bounds(yes, no, invited)
        ranges = {
            "by_chance": ("low", "high", r"chance alone leaves open"),
            "of_all_invited": (
                *("lowest", "highest"),
                r"(?:without an answer[^.]* leaves? open|may be anything from)",
            ),
        }
        for kind, (low, high, words) in ranges.items():
            for end, value, form in (("lowest", low, ""), ("highest", high, r" \d+% to")):
                fact = Fact(f"{name}.{kind}.{end}", bounds[value], unit="share")
                yield _row(fact, rf"{words}{form} #", one)
        answered = yes + no
        silent = _count(f"{name}.unanswered", invited - answered)
        yield _row(silent, r"# invitations? without an answer", one)
        left = _count(f"{name}.no_answer", facts["replies"].value - answered)
        yield _row(left, r"# repl\w+ gave no answer", one)
        counts = [(facts[name, place].value, facts[name, "no", place].value) for place in ids]
        shares = [yes / (yes + no) for yes, no in counts if yes + no > 0]
        told = {"all": (1, r"every reply that answered"), "none": (0, r"none did")}
        for kind, (share, words) in told.items():
            same = _count(f"{name}.workshops.{kind}", sum(each == share for each in shares))
            yield _row(same, rf"^in (?:all )?#(?: of the [\d,]+)?(?: {events})? {words}", one)
            answering = _count(f"{name}.workshops", len(shares))
            yield _row(answering, rf"^in [\d,]+ of the #(?: {events})? {words}", one)


def _members(survey_round: Round, replies: pd.DataFrame) -> Iterator[Row]:
    """What stands below the totals of the table of those that acted and saw an outcome."""
    for outcome in survey_round.outcomes:
        actions = list(survey_round.pairs_of(outcome.id))
        reported = replies[replies[outcome.id].fillna(False)]
        any_of = int(reported[actions].any(axis=1).sum())
        fact = _count(f"outcome.{outcome.id}.any_action", any_of)
        label = re.escape(outcome.label)
        yield _row(fact, rf"^of which took any of these actions, {label}: #", outcome.id)
        for action in actions:
            words = map(re.escape, (outcome.phrase, survey_round.options[action].label))
            both = _count(f"outcome.{outcome.id}.{action}", int(reported[action].sum()))
            yield _row(both, "^of which {}, {}: #".format(*words))


def _bounds(yes: float, no: float, invited: float) -> dict[str, float]:
    answers = pd.DataFrame({"yes": [yes], "no": [no]})
    asked = None if pd.isna(invited) else int(invited)
    table = outcome_bounds(answers, asked).astype(float)
    return {str(name): float(table[name].iloc[0]) for name in table}


def _links(survey_round: Round, replies: pd.DataFrame, associations: pd.DataFrame) -> Iterator[Row]:
    if "family" not in associations:
        return
    links = pairs.in_words(survey_round, pairs.declared(associations))
    confirmed, signs, unclear, untested = pairs.by_verdict(links)
    weak = int(unclear["weak"].sum())
    two_ways = links[links[["exact_p", "within_administration_p"]].notna().all(axis=1)]
    needed = two_ways["rule_detectable_difference"].dropna()
    strong = r"(?=.*a strong one is unlikely)"
    counts = {
        "links": (len(links), r"of # links?\b"),
        "links.confirmed": (len(confirmed), r"# (?:could be|is|are) confirmed"),
        "links.sign": (len(signs), r"# shows? a weak sign"),
        "links.unclear": (len(unclear) - weak, rf"# cannot be told apart from chance{strong}"),
        "links.not_shown": (
            *(len(unclear), r"# cannot be told apart from chance(?!.*a strong one is unlikely)"),
        ),
        "links.weak": (weak, r"# shows? no link"),
        "links.untested": (len(untested), r"# could not be tested"),
        "links.one_way": (
            *(len(links) - len(untested) - len(two_ways), r"# links? can show a weak sign at most"),
        ),
        "links.detectable": (len(needed), r"would # links? usually have been confirmed"),
        "links.undetectable": (len(two_ways) - len(needed), r"the other # not even then"),
    }
    for name, (value, form) in counts.items():
        yield _row(_count(name, value), form)
    for end, value in (("lowest", needed.min()), ("highest", needed.max())):
        fact = Fact(f"links.difference.{end}", _in_points(value), unit="points")
        others = r"outcome was reported #(?! percentage points? more.* to )"
        form = others if end == "lowest" else r"outcome was reported \d+ to #"
        yield _row(fact, form)
    singles = links[(links["family"] == "primary") & (links["n"] > 0)]
    sides = {"both": "action_only", "outcome_only": "neither"}
    for side, (one, other) in zip(("had", r"(?:was|were) without"), sides.items(), strict=True):
        for row in singles.to_dict("records"):
            pair = f"test.{row['action']}.{row['outcome']}"
            form = rf"only # repl\w+ {side} it"
            yield _row(f"{pair}.{one} + {pair}.{other}", form, row["action"])
    chance = Fact("links.chance", links["chance_of_any_suggestive"].max(), unit="share")
    yield _row(chance, r"look like a weak sign, or better, in #")
    omnibus = Fact("links.omnibus_p", associations["omnibus_p"].max(), unit="p")
    yield _row(omnibus, r"all pairs at once.*: (?:p )?(?:less than )?#")
    yield from _strata(survey_round, survey_round.tested_replies(replies), links)


def _strata(survey_round: Round, replies: pd.DataFrame, links: pd.DataFrame) -> Iterator[Row]:
    """What is told of the events where they turn the picture of a pair, or differ in it."""
    events = survey_round.events
    told = links.join(pairs.strata_told(replies, links)).set_index("pair")
    told = told[told["turned"] | told["differ"]]
    own = pairs.by_event(survey_round, replies, told)
    for title, link in told.iterrows():
        rows, pair = own[own["pair"] == title], f"{link['action']}.{link['outcome']}"
        both_groups = rf"(?: of the [\d,]+)? {events} that have both groups"
        counts = {
            "strata": (link["differ_strata"], r"from the # with enough replies"),
            "events": (len(rows), rf"(?:(?:more|less) often in|of the) #(?: {events}|$|\.)"),
            "more": ((rows["more"] > 0).sum(), rf"more often in #{both_groups}"),
            "less": ((rows["more"] < 0).sum(), r"less often in #"),
        }
        for name, (value, form) in counts.items():
            yield _row(_count(f"stratum.{pair}.{name}", value), form, pair)
        differ = Fact(f"stratum.{pair}.differ_p", link["differ_p"], unit="p")
        yield _row(differ, r"differ among themselves \((?:p )?(?:less than )?#", pair)
        for row in rows.to_dict("records"):
            stem, place = f"stratum.{pair}.{row['workshop']}", re.escape(str(row["workshop"]))
            for part, whole, before in (
                ("both", "acted", ""),
                ("outcome_only", "others", ".* against "),
            ):
                for name in (part, whole):
                    yield _row(_count(f"{stem}.{name}", row[name]), NOTHING)
                form = rf"^(?:{re.escape(str(title))}, )?{place}, with the action[^:]*: {before}#"
                yield _row(f"{stem}.{part} / {stem}.{whole}", form)


def _in_points(value: float) -> float:
    """A difference in percentage points, as print rounds it."""
    return float("nan") if pd.isna(value) else float(points(value).replace("−", "-"))


def _tests(survey_round: Round, associations: pd.DataFrame) -> Iterator[Row]:
    """Every number of a row of associations.csv, of which some have words."""
    numbers = [name for name in associations if name in TYPES and name not in TEXT]
    events, who = re.escape(survey_round.events), survey_round.respondents
    p = r"(?:p )?(?:less than )?#"
    within = {words: rf"[^.;]*\({p}|test within {words}: {p}" for words in (events, who)}
    forms = {
        "exact_p": rf"^within {events}{within[events]}|compared within {events}: {p}",
        "within_administration_p": rf"^within {who}{within[who]}|compared within {who}: {p}",
        "adjusted_p": r"# once the other links are allowed for",
        "mh_p": r"# by Mantel and Haenszel|Mantel and Haenszel within.* p #",
        "loo_administration_max_p": rf"without it, p within {events} is {p}",
        "loo_administration_min_p": rf"without another it is as low as {p}",
        "within_administration_loo_administration_max_p": rf"^within {who} p is at most {p}",
        "within_administrations": rf"in the # {survey_round.respondent}s? whose own",
    }
    own = "test.{}.within_administration_"
    shares = {
        "{0}both / {0}both + {0}action_only": r"# of the replies with the action reported",
        "{0}outcome_only / {0}outcome_only + {0}neither": r"# of those without it",
    }
    for row in associations.to_dict("records"):
        pair = f"{row['action']}.{row['outcome']}"
        for name in numbers:
            fact = Fact(f"test.{pair}.{name}", row[name], unit=_unit(name))
            yield _row(fact, forms.get(name, NOTHING), pair)
        for share, form in shares.items():
            yield _row(
                share.format(own.format(pair)), form.replace("#", r"#(?: \([^()]*\))?"), pair
            )


def _unit(statistic: str) -> str:
    is_count = TYPES[statistic] == "Int64"
    return "count" if is_count else "p" if statistic.endswith("_p") else "ratio"


def _audit(survey_round: Round) -> Iterator[Row]:
    if not (survey_round.build / "audit.csv").is_file():
        return
    verdicts = survey_round.read_result("audit.csv")["verdict"].value_counts()
    yield _row(_count("audit", verdicts.sum()), r"of # figures, marks and claims|of its # checked")
    forms = {
        "agrees": r"# agrees? with the replies",
        "differs": r"# (?:differs? and|of its [\d,]+ checked)",
        "not checkable": r"# cannot be checked",
    }
    for name, form in forms.items():
        yield _row(_count(f"audit.{name}", verdicts.get(name, 0)), form)


def _examples(survey_round: Round, replies: pd.DataFrame) -> Iterator[Row]:
    workshops, every = survey_round.read_workshops(), survey_round.read_good_practices()
    named = replies[["workshop", "administration"]].dropna()
    replied = set(named.itertuples(index=False, name=None))
    for section in every["section"].unique():
        own = examples_of(survey_round, section, workshops)
        sources = every.loc[every["section"] == section, ["workshop", "administration"]]
        without = {
            source
            for source in sources.itertuples(index=False, name=None)
            if source[1] and source not in replied
        }
        members = own.index[own.index != "Not named"].nunique()
        places = own.loc[own["workshop"] != "Not named", "workshop"].nunique()
        planned = int((own["status"] == "Planned").sum())
        counts = {
            "": (len(own), r"^# examples?\b(?! names? )"),
            ".planned": (planned, r"examples?, # of them only planned"),
            ".members": (members, r"examples? from # administrations?"),
            ".workshops": (places, rf"administrations? and # {re.escape(survey_round.event)}s?"),
            ".without_reply": (len(without), r"# examples? names? an administration of which"),
        }
        for theme in own["theme"].unique():
            counts |= dict(_of_theme(own, theme))
        for name, (value, form) in counts.items():
            yield _row(_count(f"examples.{section}{name}", value), form, section=section)


def _of_theme(examples: pd.DataFrame, theme: str) -> Iterator[tuple[str, tuple[int, str]]]:
    statuses = examples.loc[examples["theme"] == theme, "status"]
    for status in ("Done", "Planned"):
        form = rf"^{re.escape(theme)}, {status}: #"
        yield f".{theme}.{status.lower()}", (int((statuses == status).sum()), form)


def _last(survey_round: Round, facts: Facts) -> Iterator[Row]:
    """The counts behind the shares of the round before; the differences, with their intervals."""
    for name, fact in facts.items():
        if name.startswith("last.") and fact.has_base:
            yield _row(_count(f"{name}.count", fact.numerator or 0), NOTHING)
            yield _row(_count(f"{name}.base", fact.denominator or 0), NOTHING)
    tables = [{f"action.{one.id}.share": one.label for one in survey_round.actions}]
    tables += [outcome_shares(survey_round, one.id) for one in survey_round.outcomes]
    for names in tables:
        for words, row in changes(facts, names).iterrows():
            for column, before in (("change", ""), ("low", r"\S+ \("), ("high", r"\S+ \(\S+ to ")):
                fact = Fact(
                    f"change.{row['fact']}.{column}", _in_points(row[column]), unit="points"
                )
                yield _row(fact, rf"^{re.escape(str(words))}, change[^:]*: {before}#")
