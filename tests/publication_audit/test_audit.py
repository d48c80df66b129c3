"""The audit finds each planted error, and nothing in a publication that is right."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_publication import (
    BEGAN,
    BETTER,
    CODES,
    HELD,
    NO_COUNTS,
    PAIR,
    REPLIES,
    SAW,
    SHARED,
    SURVEY,
    WORKSHOPS,
    WROTE,
    Printed,
    facts_of,
    printed,
    replies_of,
    tables_alone,
    without,
)

from followup import rounds
from followup.cleaning.administrations import FILE
from followup.cleaning.reconstruction import rebuild
from followup.declaration import Rebuild
from followup.facts import survey_facts
from followup.rounds import Round
from publication_audit import audit as door
from publication_audit.alternative_reconstructions import Reconstruction
from publication_audit.audit import COLUMNS, RULES, errors, summary
from publication_audit.claims import CHANGES, SHARES
from publication_audit.findings import CONCLUSION, EDITORIAL, FIGURE
from publication_audit.printed import count_and_base
from publication_audit.publication import claims_problems

PLANTED: dict[str, tuple[str, Callable[[Printed], Printed]]] = {
    "no count is above its base": (
        "table_5:1:yes",
        lambda one: one.cell("table_5", "1", "yes", "5"),
    ),
    "parts add up to the total": (
        "table_2:total:held",
        lambda one: one.cell("table_2", "total", HELD, "11"),
    ),
    "a count equals the names listed": (
        "table_3:1:yes",
        lambda one: one.cell("table_3", "1", "yes", "1"),
    ),
    "yes and no make the replies": (
        "table_5:3:no",
        lambda one: one.cell("table_5", "3", "no", "0"),
    ),
    "a percentage is its count over its base": (
        "table_1:total:replies",
        lambda one: one.cell("table_1", "total", "replies", "11 (53%)"),
    ),
    "a conditional is worded as computed": (
        "prose:c15:2.4",
        lambda one: one.claim(f"{PAIR}.outcome_given_action", printed="83%", value="0.83"),
    ),
    "a year or number is as declared": (
        "prose:c3:1",
        lambda one: one.claim("FY 2030/31", printed="FY 2029/30", value="2030"),
    ),
    "one quantity is printed alike": (
        "prose:c5:1",
        lambda one: one.claim("11 replies", printed="12 replies", value="12"),
    ),
    "a figure is what the replies give": (
        "table_1:2:invited",
        lambda one: one.cell("table_1", "2", "invited", "13"),
    ),
    "a word fits its figure": (
        "prose:c7:1",
        lambda one: one.claim("increased", printed="decreased"),
    ),
    "a rank is reached": (
        "prose:c11:2",
        lambda one: one.claim("most common", fact=f"action.{WROTE}"),
    ),
    "a label names what is counted": (
        "prose:c18:2.4",
        lambda one: one.claim("led to effects", value=BEGAN),
    ),
    "an association is supported": ("prose:c17:2.4", lambda one: replace(one, verdict="not shown")),
    "a share is of the base it names": (
        "prose:c13:2.4",
        lambda one: one.claim(f"{PAIR}.action_given_outcome", base="replies"),
    ),
    "a share stands beside its comparison": (
        "prose:c13:2.4",
        lambda one: replace(one, claims=without(one.claims, f"{PAIR}.action_given_no_outcome")),
    ),
    "a title is the one listed": (
        "table_3:1:title",
        lambda one: one.cell("table_3", "1", "title", "Workshop on Cars (Nov. 2030)"),
    ),
    "a month is the one listed": (
        "table_6:2:title",
        lambda one: one.cell("table_6", "2", "title", "Workshop on Trains (April 2031)"),
    ),
    "names do not exceed the replies": (
        "table_4:3:wrote",
        lambda one: one.cell("table_4", "3", WROTE, "_AU_, ID, JP, IR"),
    ),
    "a list names those that said so": (
        "table_4:2:wrote",
        lambda one: one.cell("table_4", "2", WROTE, "_AF_, FJ"),
    ),
    "names are set apart": (
        "table_4:1:shared",
        lambda one: one.cell("table_4", "1", SHARED, "_AF_ AU"),
    ),
    "a mark agrees with the lists": (
        "table_4:1:shared AU",
        lambda one: one.cell("table_4", "1", SHARED, "_AF_, _AU_"),
    ),
    "an administration has one spelling": (
        "table_4:3:shared Australia",
        lambda one: one.cell("table_4", "3", SHARED, "_Australia_, JP"),
    ),
    "an example names its source": (
        "examples:g2.3:2.3",
        lambda one: one.example("2.3", attribution="", workshop="", administration=""),
    ),
    "an example comes from a reply": (
        "examples:g2.4:2.4",
        lambda one: one.example(
            "2.4", administration="KH", attribution="Cambodia - Workshop on Cars (East) (Nov. 2030)"
        ),
    ),
    "an example was reported": (
        "examples:g2.6:2.6",
        lambda one: one.example(
            "2.6",
            administration="AU",
            attribution="Australia - Workshop on Cars (East) (Nov. 2030)",
        ),
    ),
    "an attribution is well formed": (
        "examples:g2.4:2.4",
        lambda one: one.example(
            "2.4", attribution="Afghanistan - - Workshop on Cars (East) (Nov. 2030)"
        ),
    ),
    "no cause is claimed": (
        "prose:c17:2.4",
        lambda one: one.claim("proven correlation", printed="resulted in"),
    ),
    "an example is printed once": (
        "examples:g2.6:2.6",
        lambda one: one.example("2.6", example="Did 2.4."),
    ),
    "an example was done": ("examples:g2.5:2.5", lambda one: one.example("2.5", status="planned")),
}


BETWEEN = (
    "Of those that saw it 83% (5 of 6) shared it or wrote it, but of those that shared it or wrote"
    " it 56% (5 of 9) saw it."
)
GROUPS = (
    "Of the replies that shared it or wrote it, 56% (5 of 9) saw it, against 50% (1 of 2) of those"
    " that did not"
)
BEFORE = (
    "It is 11 of 31 (35%), and in the round of 2020 it was printed as 1%, which cannot be tested."
)
WITHOUT = "80% (4 of 5)"
CARS = "Workshop on Cars (East) (Nov. 2030)"
# Of each error planted above: what should stand instead, how much it matters, and why.
TOLD: dict[str, tuple[str, str, str]] = {
    "no count is above its base": ("4", FIGURE, "5 of 4 is impossible: the replies give 4."),
    "parts add up to the total": ("4", FIGURE, "The rows add up to 4."),
    "a count equals the names listed": ("2", FIGURE, "Table 4 names 2 (AF, BD)."),
    "yes and no make the replies": (
        "1",
        FIGURE,
        "Yes and no are printed as 2 and 0, but 3 answered.",
    ),
    "a percentage is its count over its base": ("11 (35%)", FIGURE, "11 of 31 is 35%."),
    "a conditional is worded as computed": ("56%", CONCLUSION, BETWEEN),
    "a year or number is as declared": ("FY 2030/31", FIGURE, "The round declares 2031: made up."),
    "one quantity is printed alike": (
        "11 replies",
        FIGURE,
        "Table 1, total, replies has 11 (35%).",
    ),
    "a figure is what the replies give": ("12", FIGURE, "The list of workshops has 12."),
    "a word fits its figure": ("increased", FIGURE, BEFORE),
    "a rank is reached": ("place 2", CONCLUSION, "Counted 4 times, it ranks lower."),
    "a label names what is counted": ("saw things", FIGURE, "What is counted is saw things."),
    "an association is supported": (
        "not shown",
        CONCLUSION,
        f"{GROUPS}: a difference that may well be chance (not shown).",
    ),
    "a share is of the base it names": (
        "83% of 6",
        FIGURE,
        "As worded it is a share of 11, not of the 6.",
    ),
    "a share stands beside its comparison": (
        f"83%, and {WITHOUT} of those without saw things",
        CONCLUSION,
        f"The comparison is missing: of those without saw things, {WITHOUT} shared it or wrote it.",
    ),
    "a title is the one listed": (
        CARS,
        EDITORIAL,
        "The workshop is called Workshop on Cars (East).",
    ),
    "a month is the one listed": (
        "Workshop on Trains (March 2031)",
        FIGURE,
        "It was held in March 2031.",
    ),
    "names do not exceed the replies": ("ID", FIGURE, "4 are named, but 3 replied."),
    "a list names those that said so": ("_AF_", FIGURE, "Too many: FJ."),
    "names are set apart": ("_AF_, AU", EDITORIAL, "A comma is missing between AF and AU."),
    "a mark agrees with the lists": (
        "AU",
        EDITORIAL,
        "AU is underlined, but is not among those that saw it.",
    ),
    "an administration has one spelling": (
        "_AU_",
        EDITORIAL,
        "Australia is printed, the code is AU.",
    ),
    "an example names its source": (
        "(not known)",
        EDITORIAL,
        "It is printed without its administration or workshop.",
    ),
    "an example comes from a reply": (
        "(no such reply)",
        EDITORIAL,
        "Cambodia is not known to have replied for workshop 1, nor for any other.",
    ),
    "an example was reported": (
        "(not reported)",
        EDITORIAL,
        (
            "Section 2.6 is about began things, but Australia is not among those that began it for"
            " workshop 1."
        ),
    ),
    "an attribution is well formed": (
        f"Afghanistan - {CARS}",
        EDITORIAL,
        "It is printed with two dashes.",
    ),
    "no cause is claimed": (
        "together",
        CONCLUSION,
        (
            "“resulted in” speaks of a cause, which a survey like this cannot show;"
            f" {GROUPS[0].lower()}{GROUPS[1:]}: the two go together."
        ),
    ),
    "an example is printed once": (
        "(printed before)",
        EDITORIAL,
        "An example of section 2.4 has the same.",
    ),
    "an example was done": (
        "(planned)",
        EDITORIAL,
        "It tells what is planned, in a section on what was done.",
    ),
}


def test_a_right_publication_has_no_finding(right):
    audited = right.audit()
    assert audited[audited["verdict"] == "differs"].to_dict("records") == []
    assert set(audited.loc[audited["verdict"] == "not checkable", "row"]) == {"c19", "c20"}


def test_an_error_of_every_rule_is_planted():
    assert sorted(PLANTED) == sorted(TOLD) == sorted(rule.name for rule in RULES)


@pytest.mark.parametrize("rule", PLANTED)
def test_a_planted_error_is_found_by_its_rule_and_is_the_only_one(rule, right):
    place, plant = PLANTED[rule]
    found = plant(right).findings()
    assert list(found["rule"])[:1] == [rule]
    assert set(found["root"]) == {place}, found.to_dict("records")
    assert tuple(found.iloc[0][["recomputed", "severity", "explanation"]]) == TOLD[rule]


def test_every_rule_says_what_must_hold():
    assert [rule.name for rule in RULES if not re.fullmatch(r"[A-Z][^\n]+\.", rule.asks)] == []


ANSWER = st.sets(st.sampled_from(list(SURVEY.options))).map(" ".join)
WORKSHOP = st.lists(st.sampled_from(CODES), unique=True, min_size=1, max_size=8).flatmap(
    lambda codes: st.tuples(*(st.tuples(st.just(code), ANSWER) for code in sorted(codes)))
)
ROUND = st.fixed_dictionaries({"1": WORKSHOP, "2": WORKSHOP, "3": WORKSHOP}).map(replies_of)
COUNTS = [
    (name, column)
    for name, columns in {
        "table_1": ["invited", "replies"],
        "table_2": [SHARED, WROTE, HELD],
        **{name: ["replies", "yes", "no"] for name in ("table_3", "table_5", "table_6")},
    }.items()
    for column in columns
]


@given(ROUND)
@settings(max_examples=25, deadline=None)
def test_a_consistent_publication_has_no_finding(replies):
    assert printed(replies).findings().to_dict("records") == []


@given(
    ROUND,
    st.sampled_from(COUNTS),
    st.sampled_from(["1", "2", "3", "total"]),
    st.integers(-3, 3).filter(bool),
)
@settings(max_examples=25, deadline=None)
def test_one_changed_count_is_found_and_is_the_root_of_all_that_is_found(
    replies, place, row, change
):
    (name, column), whole = place, tables_alone(printed(replies))
    changed = whole.cell(
        name,
        row,
        column,
        lambda text: re.sub(r"^\d+", lambda found: str(abs(int(found[0]) + change)), text),
    )
    if changed.tables[name].loc[row, column] != whole.tables[name].loc[row, column]:
        assert set(changed.findings()["root"]) == {f"{name}:{row}:{column}"}


@given(
    ROUND,
    st.sampled_from([SHARED, WROTE, SAW]),
    st.sampled_from(["1", "2", "3"]),
    st.sampled_from(CODES),
)
@settings(max_examples=25, deadline=None)
def test_a_member_put_into_a_list_or_left_out_is_found_and_is_the_root_of_all_that_is_found(
    replies, column, row, code
):
    whole = tables_alone(printed(replies))
    names = [name for name in whole.tables["table_4"].loc[row, column].split(", ") if name != "0"]
    left = [name for name in names if name.strip("_*") != code]
    changed = whole.cell(
        "table_4", row, column, ", ".join(left if len(left) < len(names) else [*names, code]) or "0"
    )
    assert set(changed.findings()["root"]) == {f"table_4:{row}:{column}"}


@given(ROUND, st.sampled_from([SHARED, WROTE, SAW]), st.sampled_from(["1", "2", "3"]))
@settings(max_examples=25, deadline=None)
def test_a_mark_taken_away_or_added_is_found_at_its_member(replies, column, row):
    whole = tables_alone(printed(replies))
    first, *rest = whole.tables["table_4"].loc[row, column].split(", ")
    mark, code = "**" if column == SAW else "_", first.strip("_*")
    turned = code if first != code else f"{mark}{code}{mark}"
    if code != "0":
        changed = whole.cell("table_4", row, column, ", ".join([turned, *rest]))
        assert set(changed.findings()["root"]) == {f"table_4:{row}:{column} {code}"}


def test_a_wrong_row_carried_into_the_total_and_the_text_is_one_error(right):
    spoilt = right.cell("table_2", "2", SHARED, "2").cell("table_2", "total", SHARED, "6")
    spoilt = spoilt.claim(f"action.{SHARED}.share", printed="55%", value="0.55")
    assert list(spoilt.findings()["root"]) == ["table_2:2:shared"] * 3


def test_a_wrong_yes_that_leaves_a_wrong_no_is_one_error(right):
    spoilt = right.cell("table_3", "1", "yes", "1").cell("table_3", "1", "no", "3")
    assert list(spoilt.findings()["root"]) == ["table_3:1:yes"] * 2


def test_a_total_that_is_right_agrees_although_its_printed_rows_do_not_add_up(right):
    audited = right.cell("table_3", "1", "yes", "1").audit().set_index(["source", "row", "column"])
    assert audited.loc[("table_3", "total", "yes"), "verdict"] == "agrees"


def test_a_summary_that_misses_an_unmarked_member_comes_from_the_mark(right):
    spoilt = right.cell("table_4", "3", SHARED, "AU, JP").cell("table_4", "led", SHARED, "3 (50%)")
    assert set(spoilt.findings()["root"]) == {"table_4:3:shared AU"}


def test_a_summary_that_does_not_count_the_marks_as_printed_is_an_error_of_its_own(right):
    spoilt = right.cell("table_4", "3", SHARED, "AU, JP").cell("table_4", "led", SHARED, "2 (33%)")
    assert set(spoilt.findings()["root"]) == {"table_4:3:shared AU", "table_4:led:shared"}


def test_findings_that_another_reading_of_the_replies_puts_right_are_one_error_and_say_so(right):
    otherwise = REPLIES.assign(
        saw=REPLIES["saw"].mask(
            (REPLIES["workshop"] == "3") & (REPLIES["administration"] == "AU"), False
        )
    )
    spoilt = (
        right.cell("table_3", "3", "yes", "0")
        .cell("table_3", "3", "no", "3")
        .cell("table_4", "led", SHARED, "3 (43%)")
    )
    assert spoilt.findings()["root"].nunique() == 2
    read = [
        Reconstruction("effects", "AU without effects", otherwise, facts_of(otherwise)),
        Reconstruction("names", "as named", REPLIES, right.facts),
    ]
    found = spoilt.findings(read)
    assert set(found["root"]) == {"table_3:3:yes"}
    fits = found["explanation"].str.endswith(
        "; another reading of the replies (AU without effects) fits what is printed."
    )
    assert list(fits) == [True, False, True]  # the no follows from the yes


def test_a_reading_that_fits_nothing_changes_nothing(right):
    spoilt = right.cell("table_2", "total", HELD, "11")
    pd.testing.assert_frame_equal(
        spoilt.findings([Reconstruction("names", "as named", REPLIES, right.facts)]),
        spoilt.findings(),
    )


def test_an_example_that_tells_of_more_than_its_section_is_held_to_that_too(right):
    told = right.examples.assign(says=["", "", BEGAN, ""])
    named = told[told["section"] == "2.5"].iloc[0]
    replies = REPLIES.copy()
    found = replace(right, examples=told, replies=replies).findings()
    assert found.empty  # its reply began a project
    silent = replace(right, examples=told.assign(says=["", "", WROTE, ""])).findings()
    assert list(silent["row"]) == [named["id"]]
    assert "is not among those that wrote it for workshop 1" in silent["explanation"].iloc[0]


def test_a_right_total_whose_printed_rows_do_not_add_up_says_so(right):
    replies = REPLIES.assign(better=pd.array([pd.NA] * len(REPLIES), dtype="boolean"))
    counts = pd.DataFrame(
        {"workshop": ["1", "2", "3"], "variable": BETTER, "yes": [4, 4, 2], "no": [0, 0, 1]},
    ).astype({"workshop": "string", "variable": "string", "yes": "Int64", "no": "Int64"})
    facts = survey_facts(SURVEY, replies, counts, WORKSHOPS)
    spoilt = replace(
        right, replies=replies, facts=facts, claims=right.claims[:0], examples=right.examples[:0]
    )
    audited = spoilt.cell("table_5", "1", "yes", "5").audit().set_index(["source", "row", "column"])
    assert (
        audited.loc[("table_5", "1", "yes"), "explanation"]
        == "5 of 4 is impossible: the replies give 4."
    )
    told = audited.loc[("table_5", "total", "yes"), "explanation"]
    assert (
        told
        == "Known only as this count; its rows add up to 11 as printed, and to 10 once they are put"
        " right."
    )


def test_a_claim_told_twice_is_one_error(right):
    twice = pd.concat(
        [
            right.claims,
            right.claims[right.claims["kind"] == "association"]
            .head(1)
            .assign(id="c99", section="3"),
        ]
    )
    found = replace(right, claims=twice, verdict="suggestive").findings()
    assert (len(found), found["root"].nunique()) == (2, 1)


def test_counts_printed_as_percentages_are_one_slip(right):
    spoilt = right.claim(f"action.{SHARED}.share", printed="7%", value="0.07")
    more = spoilt.claims.iloc[[9]].assign(
        id="c98", fact=f"action.{WROTE}.share", printed="4%", value="0.04"
    )
    found = replace(spoilt, claims=pd.concat([spoilt.claims, more])).findings()
    assert list(found["rule"]) == ["a percentage is its count over its base"] * 2
    assert len(set(found["root"])) == 1


def test_what_should_have_been_printed_keeps_the_printed_form(right):
    spoilt = right.cell("table_6", "total", "yes", "5(45%)").claim(
        "35%", printed="around 38%", value="0.38"
    )
    assert set(spoilt.findings()["recomputed"]) == {"4(36%)", "around 35%"}


@pytest.mark.parametrize(
    ("word", "fits", "does_not"),
    [
        *(("most", 0.51, 0.5), ("majority", 0.51, 0.5), ("half", 0.496, 0.51), ("none", 0, 0.01)),
        *(("all", 1, 0.99), ("every", 1, 0.99), ("each", 1, 0.99)),
    ],
)
def test_a_word_for_a_share_is_read_as_that_share(word, fits, does_not):
    assert (SHARES[word](fits), SHARES[word](does_not)) == (True, False)


@pytest.mark.parametrize(
    ("word", "fits", "does_not"),
    [
        *(
            ("increased", 3, 2),
            ("increases", 3, 2),
            ("higher", 3, 2),
            ("decreased", 1, 2),
            ("decreases", 1, 2),
            ("lower", 1, 2),
        ),
        *(("doubled", 4, 3.9), ("doubled", 5, 2), ("halved", 1, 1.1), ("halved", 0, 2)),
    ],
)
def test_a_word_for_a_change_is_read_against_the_round_before(word, fits, does_not):
    assert (CHANGES[word](fits, 2), CHANGES[word](does_not, 2)) == (True, False)


def test_a_figure_known_only_from_print_is_not_checkable(right):
    last = right.claims.iloc[[8]].assign(
        id="c97", printed="1%", value="0.01", fact="last.reply_rate", base=""
    )
    audited = replace(right, claims=pd.concat([right.claims, last])).audit().set_index("row")
    assert audited.loc["c97", ["verdict", "recomputed"]].tolist() == ["not checkable", ""]


def written(whole: Printed, folder: Path) -> Round:
    """The publication's tables as files of a round, whose replies are to be rebuilt from them."""
    raw = folder / "data" / "raw" / "2031" / "published"
    raw.mkdir(parents=True)
    shutil.copy(rounds.ROOT / FILE, folder / FILE)
    WORKSHOPS.to_csv(raw.parent / "workshops.csv", index=False)
    for name, table in whole.tables.items():
        table.rename_axis("workshop").to_csv(raw / f"{name}.csv")
    lists, counts = ("table_4", "table_7"), {BETTER: "table_5"}
    rebuild = Rebuild(replies="table_1", lists=lists, counts=counts)
    return SURVEY.model_copy(update={"rebuild": rebuild})


@pytest.mark.parametrize(
    ("plant", "places"),
    [
        (lambda one: one, set()),
        (lambda one: one.cell("table_3", "1", "yes", "1"), {"table_3:1:yes"}),
        (lambda one: one.cell("table_2", "total", HELD, "11"), {"table_2:total:held"}),
        (lambda one: one.cell("table_4", "1", SHARED, "AU"), {"table_2:1:shared"}),
    ],
    ids=["nothing", "a count", "a total", "a member lost in a list"],
)
def test_an_error_is_found_where_the_replies_are_rebuilt_from_the_publication_itself(
    plant, places, right, tmp_path, monkeypatch
):
    survey_round = written(plant(right), tmp_path)
    monkeypatch.setattr(rounds, "ROOT", tmp_path)
    replies, counts, *_ = rebuild(survey_round)
    facts = survey_facts(SURVEY, replies, counts, WORKSHOPS)
    found = replace(
        tables_alone(plant(right)), replies=replies, facts=facts, examples=right.examples[:0]
    ).findings()
    assert places <= set(found["root"])
    assert bool(places) == bool(len(found))


def test_an_example_of_a_workshop_with_an_unnamed_reply_is_not_checkable(right):
    unnamed = pd.concat(
        [right.replies, right.replies.tail(1).assign(administration=pd.NA)], ignore_index=True
    )
    planted = PLANTED["an example comes from a reply"][1](printed(unnamed)).example(
        "2.4", workshop="3"
    )
    planted = planted.example("2.4", attribution="Cambodia - Workshop on Ships (May 2031)")
    assert planted.audit().set_index("row").loc["g2.4", "verdict"] == "not checkable"


def test_each_printed_thing_is_audited_once(right):
    audited, members = right.audit(), 0
    for name in ("table_4", "table_7"):
        lists = right.tables[name].loc[["1", "2", "3"]].drop(columns="title")
        members += len(re.findall(r"[A-Z]{2}", " ".join(lists.to_numpy().ravel())))
    cells = [
        text
        for table in right.tables.values()
        for text in table.drop(columns="title", errors="ignore").to_numpy().ravel()
    ]
    titles = 3 * sum("title" in table for table in right.tables.values())
    printed_things = (
        members + sum(map(bool, cells)) + titles + len(right.claims) + len(right.examples)
    )
    assert (len(audited), audited.duplicated(["source", "row", "column"]).any()) == (
        printed_things,
        False,
    )


def test_the_errors_come_worst_first_and_are_each_counted_once(right):
    spoilt = replace(right.cell("table_2", "total", HELD, "11"), verdict="not shown").cell(
        "table_4", "1", SHARED, "_AF_, _AU_"
    )
    assert errors(spoilt.audit())["root"].tolist() == [
        "prose:c17:2.4",
        "table_2:total:held",
        "table_4:1:shared AU",
    ]


def test_the_summary_counts_what_was_printed(right):
    lines = list(summary(right.cell("table_2", "total", HELD, "11").audit(), 2031))
    assert re.fullmatch(r"\d+ printed: \d+ agrees, 1 differs, 2 not checkable", lines[0])
    assert "  changes a figure: 1 error in 1 place" in lines


def test_nothing_published_is_said_in_one_line():
    empty = pd.DataFrame(columns=["verdict"])
    assert list(summary(empty, 2031)) == [
        "Nothing of 2031 was published, so there is nothing to audit."
    ]


class Desk:
    """A round as the door of `make audit` opens it: nothing published, or no results yet."""

    year, built, choices = 2031, True, ()

    def read_result(self, name: str) -> pd.DataFrame:
        if not self.built:
            raise FileNotFoundError(f"{name} is not there yet")
        return pd.DataFrame()

    def read_replies(self) -> pd.DataFrame:
        return REPLIES

    def read_counts(self) -> pd.DataFrame:
        return NO_COUNTS

    def read_workshops(self) -> pd.DataFrame:
        return WORKSHOPS


@pytest.mark.parametrize(
    ("arguments", "strict", "verdict", "status"),
    [
        (["2031"], "", "differs", 0),
        (["2031", "--strict"], "", "differs", 1),
        (["2031"], "1", "differs", 1),
        (["2031", "--strict"], "", "agrees", 0),
    ],
)
def test_only_a_strict_audit_fails_when_something_differs(
    arguments, strict, verdict, status, monkeypatch, capsys
):
    told = pd.DataFrame(
        [["t", "1", "yes", "3", "4", verdict, "Why.", "r", "editorial", "t:1:yes"]],
        columns=COLUMNS,
        dtype="string",
    )
    monkeypatch.setenv("STRICT", strict)
    monkeypatch.setattr(door, "open_round", lambda _: Desk())
    monkeypatch.setattr(door, "read_publication", lambda _: None)
    monkeypatch.setattr(door, "audit", lambda *_: told)
    assert door.main(arguments) == status
    assert f"1 {verdict}" in capsys.readouterr().out


def test_an_audit_before_there_are_results_says_what_is_missing(monkeypatch, capsys):
    desk = Desk()
    desk.built = False
    monkeypatch.setattr(door, "open_round", lambda _: desk)
    assert door.main(["2031"]) == 2
    assert "facts.csv is not there yet" in capsys.readouterr().err


def test_an_unknown_year_names_the_years_that_exist(capsys):
    assert door.main(["1999"]) == 2
    assert "2021" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "column"),
    [({"kind": "guess"}, "kind"), ({"id": "c2"}, "id"), ({"value": "0.5"}, "value")],
)
def test_a_claim_that_cannot_be_audited_is_a_problem_of_its_row(change, column, right):
    claims = right.claims.copy()
    claims.loc[8, list(change)] = list(change.values())
    assert {problem.column for problem in claims_problems(claims, "claims.csv")} == {column}


def test_claims_without_a_column_say_which(right):
    assert [
        problem.column
        for problem in claims_problems(right.claims.drop(columns="fact"), "claims.csv")
    ] == ["fact"]


@pytest.mark.parametrize(
    ("fact", "count", "base"),
    [
        ("reply_rate", "replies", ("invited",)),
        ("workshops / workshops_organised", "workshops", ("workshops_organised",)),
        (
            "pair.a.o.outcome_given_no_action",
            "pair.a.o.outcome_only",
            ("pair.a.o.outcome_only", "pair.a.o.neither"),
        ),
        ("action.a.share", "action.a", ("replies",)),
        ("outcome.o.no_share", "outcome.o.no", ("outcome.o", "outcome.o.no")),
        (
            "pair.a.o.action_given_no_outcome",
            "pair.a.o.action_only",
            ("pair.a.o.action_only", "pair.a.o.neither"),
        ),
        ("replies", "replies", ()),
    ],
)
def test_the_count_and_the_base_behind_a_share(fact, count, base):
    assert count_and_base(fact) == (count, base)
