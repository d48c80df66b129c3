"""A made-up publication as a careful hand would print it, and the replies that it reports: what an
audit of it must not find."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import product

import pandas as pd

from followup import tables
from followup.declaration import Option, Pair, PreviousFigure, PublishedReport
from followup.facts import Fact, by_name, survey_facts
from followup.rounds import Round
from publication_audit.alternative_reconstructions import Reconstruction
from publication_audit.audit import audit
from publication_audit.number_formats import percentage
from publication_audit.publication import CLAIM_COLUMNS, Publication

NAMES = {
    **{"AF": "Afghanistan", "AU": "Australia", "BD": "Bangladesh", "BT": "Bhutan", "FJ": "Fiji"},
    **{"HK": "Hong Kong, China", "ID": "Indonesia", "IR": "Iran", "JP": "Japan", "KH": "Cambodia"},
}
CODES = list(NAMES)
SHARED, WROTE, HELD = "shared", "wrote", "held"
SAW, BETTER, BEGAN = "saw", "better", "began"
PAIR = "pair.shared|wrote.saw"


def option(name: str) -> Option:
    return Option(id=name, label=name.capitalize(), phrase=f"{name} it", noun=f"{name} things")


SURVEY = Round(
    year=2031,
    actions=tuple(map(option, (SHARED, WROTE, HELD))),
    outcomes=tuple(map(option, (SAW, BETTER, BEGAN))),
    pairs=(
        Pair(outcome=SAW, actions=(SHARED, WROTE), composite=True),
        Pair(outcome=BEGAN, actions=(HELD,)),
    ),
    number=17,
    fiscal_year="FY 2030/31",
    fiscal_year_from="2030-07",
    workshops_organised=3,
    title="A made-up survey",
    source="publication",
    publication=PublishedReport(title="Report No. 35", published="2032-05"),
    previous=2020,
    previous_round=(PreviousFigure(fact="reply_rate", value=0.01),),
)
WORKSHOPS = pd.DataFrame(
    {
        "id": ["1", "2", "3"],
        "title": ["Workshop on Cars (East)", "Workshop on Trains", "Workshop on Ships"],
        "topic": ["Cars", "Trains", "Ships"],
        "month": ["2030-11", "2031-03", "2031-05"],
        "scope": ["sub-regional", "regional", "regional"],
        "invited": pd.array([9, 12, 10], dtype="Int64"),
    }
).astype(dict.fromkeys(("id", "title", "topic", "month", "scope"), "string"))
ADMINISTRATIONS = pd.DataFrame({"name": NAMES, "other_names": ""})
MONTHS = {"1": "Nov. 2030", "2": "March 2031", "3": "May 2031"}


def replies_of(answers: dict[str, list[tuple[str, str]]]) -> pd.DataFrame:
    """Replies from `workshop: [(code, "shared saw"), …]`: what is not named was answered no."""
    rows = [
        {
            "workshop": workshop,
            "administration": code,
            **{name: name in said.split() for name in SURVEY.options},
        }
        for workshop, given_ in answers.items()
        for code, said in given_
    ]
    columns = {
        "workshop": "string",
        "administration": "string",
        **dict.fromkeys(SURVEY.options, "boolean"),
    }
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)


REPLIES = replies_of(
    {
        "1": [
            *(("AF", "shared saw better began held"), ("AU", "shared wrote better")),
            *(("BD", "wrote saw better began"), ("BT", "better held")),
        ],
        "2": [
            *(("AF", "shared wrote saw better"), ("FJ", "shared better began held")),
            *(("HK", "shared saw better"), ("ID", "saw better")),
        ],
        "3": [("AU", "shared saw better began held"), ("ID", "wrote"), ("JP", "shared better")],
    }
)


NO_COUNTS = pd.DataFrame(columns=["workshop", "variable", "yes", "no"])


def facts_of(replies: pd.DataFrame) -> pd.DataFrame:
    return survey_facts(SURVEY, replies, NO_COUNTS, WORKSHOPS)


def cell(count: int, base: int) -> str:
    return f"{count} ({percentage(count / base)}%)" if base else str(count)


def names_cell(codes: str, underlined: set[str], bold: set[str]) -> str:
    marked = [
        f"_{code}_" if code in underlined else f"**{code}**" if code in bold else code
        for code in codes.split()
    ]
    return ", ".join(marked) or "0"


def members_table(replies: pd.DataFrame, outcome: str, facts: dict[str, Fact]) -> pd.DataFrame:
    """A table of members as a careful hand would print it: names with their marks, the total, and
    the two summary rows."""
    actions = list(SURVEY.pairs_of(outcome))
    columns = [*actions, outcome]
    listed = pd.DataFrame("", WORKSHOPS["id"].rename("workshop"), columns)
    for row, column in product(listed.index, columns):
        given_ = replies[(replies["workshop"] == row) & replies[column]]
        listed.loc[row, column] = " ".join(sorted(given_["administration"].dropna()))
    listed.loc["total"] = replies[columns].sum().astype(str)
    for row in WORKSHOPS["id"]:
        saw, acted = (
            set(listed.loc[row, outcome].split()),
            set(" ".join(listed.loc[row, actions]).split()),
        )
        listed.loc[row, actions] = [
            names_cell(listed.loc[row, action], saw, set()) for action in actions
        ]
        listed.loc[row, outcome] = names_cell(listed.loc[row, outcome], set(), acted)
    pairs = {column: facts[f"pair.{column}.{outcome}.outcome_given_action"] for column in actions}
    listed.loc["led"] = [
        *(cell(int(pair.numerator), int(pair.denominator)) for pair in pairs.values()),
        "-",
    ]
    both = facts[f"pair.{'|'.join(actions)}.{outcome}.action_given_outcome"]
    listed.loc["attributed"] = [
        *("" for _ in actions),
        cell(int(both.numerator), int(both.denominator)),
    ]
    return listed


def yes_no_table(replies: pd.DataFrame, outcome: str) -> pd.DataFrame:
    table = tables.outcome_by_workshop(replies, NO_COUNTS, WORKSHOPS, outcome).astype(str)
    total = {column: int(table.loc["total", column]) for column in table}
    table.loc["total", ["yes", "no"]] = [
        cell(total[column], total["replies"]) for column in ("yes", "no")
    ]
    return table


def tables_of(replies: pd.DataFrame, facts: dict[str, Fact]) -> dict[str, pd.DataFrame]:
    """Tables 1 to 7 of a report without an error."""
    response = tables.responses(replies, WORKSHOPS)
    totals = response.index.difference(list(MONTHS), sort=False)
    replied = response["replies"].astype(str)
    replied[totals] = [
        cell(int(row.replies), int(row.invited)) for row in response.loc[totals].itertuples()
    ]
    actions = tables.actions_by_workshop(
        replies, NO_COUNTS, WORKSHOPS, [SHARED, WROTE, HELD]
    ).astype(str)
    printed = {
        "table_1": response[["invited"]].astype(str).assign(replies=replied),
        "table_2": actions,
        "table_3": yes_no_table(replies, SAW),
        "table_4": members_table(replies, SAW, facts),
        "table_5": yes_no_table(replies, BETTER),
        "table_6": yes_no_table(replies, BEGAN),
        "table_7": members_table(replies, BEGAN, facts),
    }
    titles = [f"{row.title} ({MONTHS[row.id]})" for row in WORKSHOPS.itertuples()]
    for name, table in printed.items():
        if name != "table_2":
            table.insert(
                0, "title", [*titles, *("Summary" for _ in range(len(table) - len(titles)))]
            )
    return printed


def claims_of(facts: dict[str, Fact]) -> pd.DataFrame:
    """Claims of every kind that the replies bear out."""

    def share(fact: str, base: str = "") -> tuple[str, ...]:
        digits = "0" if pd.isna(facts[fact].value) else percentage(facts[fact].value)
        return f"{digits}%", f"{int(digits) / 100:g}", "share", fact, base, "figure"

    ranked = max((SHARED, WROTE, HELD), key=lambda action: facts[f"action.{action}"].value)
    replied, regional = int(facts["replies"].value), int(facts["workshops.regional"].value)
    rows = [
        ("1", "No. 35", "35", "ordinal", "publication.number", "", "figure"),
        ("1", "May 2032", "2032-05", "month", "publication.published", "", "figure"),
        ("1", "FY 2030/31", "2031", "year", "round.year", "", "figure"),
        ("1", "seventeenth round, in 2031", "2031", "year", "round.year", "", "figure"),
        ("1", f"{replied} replies", str(replied), "count", "replies", "", "figure"),
        ("1", "others", str(regional), "count", "workshops.regional", "", "word"),
        ("1", "increased", "", "word", "reply_rate", "", "word"),
        ("1", "all", "", "word", "workshops / workshops_organised", "", "word"),
        ("1", *share("reply_rate", "invited")),
        ("2", *share(f"action.{SHARED}.share", "replies")),
        ("2", "most common", "1", "ordinal", f"action.{ranked}", "", "ranking"),
        ("2.4", *share(f"outcome.{SAW}.share", "replies")),
        ("2.4", *share(f"{PAIR}.action_given_outcome", f"outcome.{SAW}")),
        ("2.4", *share(f"{PAIR}.action_given_no_outcome")),
        ("2.4", *share(f"{PAIR}.outcome_given_action")),
        ("2.4", *share(f"{PAIR}.outcome_given_no_action")),
        (
            "2.4",
            "proven correlation",
            "",
            "association",
            "verdict.shared|wrote.saw",
            "",
            "association",
        ),
        ("2.4", "led to effects", SAW, "label", f"outcome.{SAW}", "", "label"),
        ("3", "70%", "0.7", "share", "", "", "figure"),
        ("3", "convincing", "", "association", "", "", "association"),
    ]
    named = [
        (f"c{number}", section, "made up", *told)
        for number, (section, *told) in enumerate(rows, start=1)
    ]
    return pd.DataFrame(named, columns=CLAIM_COLUMNS, dtype=str)


def examples_of(replies: pd.DataFrame) -> pd.DataFrame:
    """One example for each section, of a reply that reported it."""
    rows = []
    for section, outcome in (("2.3", None), ("2.4", SAW), ("2.5", BETTER), ("2.6", BEGAN)):
        fitting = replies if outcome is None else replies[replies[outcome]]
        for reply in fitting.head(1).itertuples():
            workshop = WORKSHOPS.set_index("id").loc[reply.workshop]
            name = NAMES[reply.administration].replace("_", " ")
            source = f"{name} - {workshop['title']} ({MONTHS[reply.workshop]})"
            rows.append(
                (
                    f"g{section}",
                    section,
                    "Law",
                    reply.workshop,
                    reply.administration,
                    f"Did {section}.",
                    "done",
                    source,
                )
            )
    columns = [
        "id",
        "section",
        "theme",
        "workshop",
        "administration",
        "example",
        "status",
        "attribution",
    ]
    return pd.DataFrame(rows, columns=columns, dtype=str)


@dataclass(frozen=True)
class Printed:
    """A made-up publication and the replies that it reports."""

    replies: pd.DataFrame
    facts: pd.DataFrame
    tables: dict[str, pd.DataFrame]
    claims: pd.DataFrame
    examples: pd.DataFrame
    verdict: str = "supported"
    direction: str = "together"

    @property
    def publication(self) -> Publication:
        return Publication(
            SURVEY, WORKSHOPS, self.tables, self.claims, self.examples, ADMINISTRATIONS
        )

    def audit(self, reconstructions: Iterable[Reconstruction] = ()) -> pd.DataFrame:
        associations = pd.DataFrame(
            {
                "action": ["shared|wrote"],
                "outcome": [SAW],
                "verdict": [self.verdict],
                "direction": [self.direction],
                "reason": [""],
            }
        )
        return audit(self.publication, self.replies, self.facts, associations, reconstructions)

    def findings(self, reconstructions: Iterable[Reconstruction] = ()) -> pd.DataFrame:
        audited = self.audit(reconstructions)
        return audited[audited["verdict"] == "differs"]

    def cell(
        self, name: str, row: str, column: str, change: str | Callable[[str], str]
    ) -> "Printed":
        table = self.tables[name].copy()
        table.loc[row, column] = change(table.loc[row, column]) if callable(change) else change
        return replace(self, tables={**self.tables, name: table})

    def claim(self, old: str, **change: str) -> "Printed":
        claims = self.claims.copy()
        place = claims.index[
            claims["printed"].str.contains(old, regex=False) | (claims["fact"] == old)
        ][0]
        claims.loc[place, list(change)] = list(change.values())
        return replace(self, claims=claims)

    def also(self, name: str, section: str, printed: str, fact: str, **told: str) -> "Printed":
        """The publication with one claim more, its last."""
        row = dict.fromkeys(CLAIM_COLUMNS, "") | {
            "id": name,
            "section": section,
            "about": "made up",
            "printed": printed,
        }
        more = pd.DataFrame([row | {"fact": fact, "kind": "figure"} | told], dtype=str)
        return replace(self, claims=pd.concat([self.claims, more], ignore_index=True))

    def example(self, section: str, /, **change: str) -> "Printed":
        examples = self.examples.copy()
        examples.loc[examples["section"] == section, list(change)] = list(change.values())
        return replace(self, examples=examples)


def printed(replies: pd.DataFrame) -> Printed:
    facts = facts_of(replies)
    found = by_name(facts)
    return Printed(
        replies, facts, tables_of(replies, found), claims_of(found), examples_of(replies)
    )


def tables_alone(one: Printed) -> Printed:
    return replace(one, claims=pd.DataFrame(columns=CLAIM_COLUMNS, dtype=str))


def without(claims: pd.DataFrame, fact: str) -> pd.DataFrame:
    return claims[claims["fact"] != fact]
