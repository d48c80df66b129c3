"""What the audit says of errors that come together, and of those that one rule leaves to the
next."""

from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest
from made_up_publication import (
    BETTER,
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
    without,
)

from followup.declaration import Choice
from followup.facts import survey_facts
from publication_audit.alternative_reconstructions import (
    alternative_reconstructions,
    labels_that_fit,
)
from publication_audit.audit import COLUMNS, errors, summary
from publication_audit.context import context_of
from publication_audit.findings import CONCLUSION, EDITORIAL, FIGURE, judge
from publication_audit.publication import claims_problems

CARS, SHIPS = "Workshop on Cars (East) (Nov. 2030)", "Workshop on Ships (May 2031)"
OF_SHARED = "pair.shared.saw"


def told(one: Printed) -> dict[str, tuple[str, str, str]]:
    """What the audit says by place: what should stand instead, how much it matters, and why."""
    return {
        f"{row.source}:{row.row}:{row.column}": (row.recomputed, row.severity, row.explanation)
        for row in one.findings().itertuples()
    }


def roots(one: Printed) -> list[str]:
    return one.findings()["root"].tolist()


def test_a_total_carried_from_a_wrong_row_is_held_to_the_names(right):
    spoilt = (
        right.cell("table_3", "1", "yes", "1")
        .cell("table_3", "1", "no", "3")
        .cell("table_3", "total", "yes", "5 (45%)")
    )
    assert told(spoilt) == {
        "table_3:1:yes": ("2", FIGURE, "Table 4 names 2 (AF, BD)."),
        "table_3:1:no": (
            "2",
            FIGURE,
            (
                "Table 4 names 2 (AF, BD), which leaves 2 of the 4; it follows from Table 3,"
                " workshop 1, yes."
            ),
        ),
        "table_3:total:yes": (
            "6 (55%)",
            FIGURE,
            "Table 4 names 6; it follows from Table 3, workshop 1, yes.",
        ),
    }


def test_a_right_total_of_wrong_rows_is_held_to_its_percentage(right):
    spoilt = right.cell("table_3", "1", "yes", "1").cell("table_3", "total", "yes", "6 (50%)")
    assert told(spoilt)["table_3:total:yes"] == ("6 (55%)", FIGURE, "6 of 11 is 55%.")


def test_counts_that_no_list_names_are_what_the_replies_give(right):
    spoilt = right.cell("table_5", "1", "yes", "3").cell("table_5", "1", "no", "1")
    spoilt = spoilt.cell("table_5", "total", "yes", "9 (82%)").cell(
        "table_5", "total", "no", "2 (18%)"
    )
    assert told(spoilt) == {
        "table_5:1:yes": ("4", FIGURE, "The replies give 4."),
        "table_5:1:no": (
            "0",
            FIGURE,
            "The replies give 0; it follows from Table 5, workshop 1, yes.",
        ),
        "table_5:total:yes": (
            "10 (91%)",
            FIGURE,
            "The replies give 10; it follows from Table 5, workshop 1, yes.",
        ),
        "table_5:total:no": (
            "1 (9%)",
            FIGURE,
            "The replies give 1; it follows from Table 5, workshop 1, no.",
        ),
    }


def test_a_total_that_adds_up_to_nothing_says_what_stands_beside_it(right):
    spoilt = right.cell("table_5", "total", "yes", "8 (73%)")
    reason = "The rows add up to 10; yes and no are printed as 8 and 1, but 11 answered."
    assert told(spoilt) == {"table_5:total:yes": ("10 (91%)", FIGURE, reason)}


def test_a_count_of_an_action_is_part_of_its_own_workshops_replies(right):
    spoilt = right.cell("table_2", "1", SHARED, "5")
    assert told(spoilt) == {
        "table_2:1:shared": ("2", FIGURE, "5 of 4 is impossible: the replies give 2.")
    }


def test_a_wrong_figure_is_not_held_to_another_wrong_one(right):
    spoilt = right.cell("table_5", "total", "yes", "8 (73%)").also(
        "c99", "2.5", "9", f"outcome.{BETTER}", value="9", unit="count"
    )
    assert told(spoilt)["prose:c99:2.5"] == ("10", FIGURE, "It is 10.")
    assert len(set(roots(spoilt))) == 2


def test_a_figure_of_the_text_is_held_to_another_place_in_the_text(right):
    spoilt = right.also("c99", "2", "3 workshops", "workshops.regional", value="3", unit="count")
    assert told(spoilt) == {"prose:c99:2": ("2 workshops", FIGURE, "Section 1 has others.")}


def test_summaries_count_in_the_direction_of_their_row(right):
    spoilt = right.cell("table_4", "led", SHARED, "3 (43%)").cell(
        "table_4", "attributed", SAW, "4 (67%)"
    )
    assert told(spoilt) == {
        "table_4:led:shared": ("4 (57%)", FIGURE, "Of the 7 that shared it, 4 saw it."),
        "table_4:attributed:saw": (
            "5 (83%)",
            FIGURE,
            "Of the 6 that saw it, 5 shared it or wrote it.",
        ),
    }


@pytest.mark.parametrize(
    ("printed", "fact", "change", "right_text"),
    [
        ("64%", f"{OF_SHARED}.outcome_given_action", {"value": "0.64", "unit": "share"}, "57%"),
        ("7", f"{OF_SHARED}.both", {"value": "7", "unit": "count"}, "4"),
    ],
)
def test_all_that_acted_are_not_those_that_acted_and_saw(printed, fact, change, right_text, right):
    beside = right.also(
        "c98", "2.4", "50%", f"{OF_SHARED}.outcome_given_no_action", value="0.5", unit="share"
    )
    spoilt = beside.also("c99", "2.4", printed, fact, **change)
    assert told(spoilt)["prose:c99:2.4"] == (
        right_text,
        CONCLUSION,
        "7 shared it, and 4 of them saw it.",
    )


def test_a_number_of_the_publication_is_as_declared(right):
    spoilt = right.claim("No. 35", printed="No. 36", value="36")
    assert told(spoilt) == {"prose:c1:1": ("No. 35", FIGURE, "The round declares 35: made up.")}


def test_a_word_about_the_answers_changes_a_conclusion(right):
    spoilt = right.also("c99", "3", "most", "outcome.began.share", kind="word")
    assert told(spoilt) == {
        "prose:c99:3": ("less than half (36%)", CONCLUSION, "It is 4 of 11 (36%).")
    }


def test_a_word_for_a_share_is_read_against_this_round_not_the_one_before(right):
    facts = right.facts.copy()
    facts.loc[facts["fact"] == "last.reply_rate", "value"] = 0.9
    spoilt = replace(right.claim("increased", printed="most"), facts=facts)
    assert told(spoilt) == {"prose:c7:1": ("less than half (35%)", FIGURE, "It is 11 of 31 (35%).")}


def test_a_place_among_the_first_is_reached_by_any_place_before_it(right):
    assert (
        told(
            right.also("c99", "2", "among the three", f"action.{SHARED}", value="3", kind="ranking")
        )
        == {}
    )


def test_wrote_and_held_share_the_second_place(right):
    assert told(right.also("c99", "2", "second", f"action.{HELD}", value="2", kind="ranking")) == {}


def test_a_label_that_joins_by_and_what_is_counted_by_or_is_found(right):
    spoilt = right.also(
        "c99", "2.4", "both", "action.shared|wrote", value="shared&wrote", kind="label"
    )
    reason = "What is counted is shared things or wrote things, not only those that did both."
    assert told(spoilt) == {"prose:c99:2.4": ("shared things or wrote things", FIGURE, reason)}


def test_the_comparison_of_an_action_is_with_those_that_did_not_act(right):
    spoilt = replace(right, claims=without(right.claims, f"{PAIR}.outcome_given_no_action"))
    reason = "The comparison is missing: of those that did not act, 50% (1 of 2) saw it."
    assert told(spoilt) == {
        "prose:c15:2.4": ("56%, and 50% (1 of 2) of those that did not act", CONCLUSION, reason)
    }


def test_a_comparison_in_another_section_is_not_beside(right):
    assert set(told(right.claim(f"{PAIR}.action_given_no_outcome", section="3"))) == {
        "prose:c13:2.4",
        "prose:c14:3",
    }


def test_the_gravest_breach_judges_and_every_reason_is_told(right):
    spoilt = replace(right, claims=without(right.claims, f"{PAIR}.action_given_no_outcome"))
    spoilt = spoilt.claim(f"{PAIR}.action_given_outcome", base="replies")
    (found,) = spoilt.findings().to_dict("records")
    assert (found["rule"], found["severity"]) == (
        "a share stands beside its comparison",
        CONCLUSION,
    )
    assert found["explanation"].startswith(
        "As worded it is a share of 11, not of the 6; the comparison is missing:"
    )


def test_as_many_names_as_replies_are_not_too_many(right):
    spoilt = right.cell("table_4", "3", SHARED, "_AU_, JP, ID")
    assert told(spoilt)["table_4:3:shared"] == ("_AU_, JP", FIGURE, "Too many: ID.")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("_AF_", "Lacking: AU."),
        ("_AF_, AU, AU", "Twice: AU."),
        ("_AF_, _HK_", "Lacking: AU; too many: HK."),
        ("_AF_, , AU", "A comma is too many."),
    ],
)
def test_a_list_says_who_is_lacking_too_many_or_twice(text, reason, right):
    assert told(right.cell("table_4", "1", SHARED, text))["table_4:1:shared"][::2] == (
        "_AF_, AU",
        reason,
    )


def test_a_mark_that_is_missing_is_told_as_missing(right):
    spoilt = right.cell("table_4", "1", SAW, "AF, **BD**")
    reason = "AF is not bold, but is among those that shared it or wrote it."
    assert told(spoilt) == {"table_4:1:saw AF": ("**AF**", EDITORIAL, reason)}


def test_an_example_has_the_name_and_the_month_of_its_reply(right):
    assert told(right.example("2.4", attribution=f"Afganistan - {CARS}")) == {
        "examples:g2.4:2.4": (
            f"Afghanistan - {CARS}",
            EDITORIAL,
            "Afganistan is printed, the name is Afghanistan.",
        )
    }
    assert told(
        right.example("2.4", attribution="Afghanistan - Workshop on Cars (East) (Oct. 2030)")
    ) == {"examples:g2.4:2.4": (f"Afghanistan - {CARS}", FIGURE, "It was held in November 2030.")}


@pytest.mark.parametrize("known", [{"workshop": ""}, {"administration": ""}])
def test_half_a_source_is_none(known, right):
    assert "examples:g2.3:2.3" in told(right.example("2.3", **known))


def test_an_example_told_again_with_its_source_says_where(right):
    spoilt = right.example(
        "2.3", attribution="", workshop="", administration="", example="Did 2.4."
    )
    reason = (
        "It is printed without its administration or workshop; an example of section 2.4 has the"
        " same with its source."
    )
    assert told(spoilt) == {"examples:g2.3:2.3": (f"Afghanistan - {CARS}", EDITORIAL, reason)}


def test_an_example_of_another_workshops_reply_says_which(right):
    spoilt = right.example("2.3", administration="JP", attribution=f"Japan - {CARS}")
    reason = "Japan is not known to have replied for workshop 1, only for 3."
    assert told(spoilt) == {"examples:g2.3:2.3": ("(no such reply)", EDITORIAL, reason)}


@pytest.mark.parametrize(("yes", "found"), [(0, {"g2.5"}), (1, set())])
@pytest.mark.parametrize(("option", "says"), [(BETTER, ""), (HELD, HELD)])
def test_what_nobody_counted_said_was_not_reported(option, says, yes, found, right):
    replies = REPLIES.assign(**{option: pd.array([pd.NA] * len(REPLIES), dtype="boolean")})
    counts = pd.DataFrame(
        {"workshop": ["1", "2", "3"], "variable": option, "yes": [yes, 1, 1], "no": [4 - yes, 3, 2]}
    )
    counts = counts.astype(
        {"workshop": "string", "variable": "string", "yes": "Int64", "no": "Int64"}
    )
    examples = right.examples.assign(says=["", "", says, ""])
    known = replace(
        right,
        replies=replies,
        facts=survey_facts(SURVEY, replies, counts, WORKSHOPS),
        examples=examples,
    )
    assert set(replace(known, tables={}, claims=right.claims[:0]).findings()["row"]) == found


def test_a_count_copied_is_one_error_and_another_count_another(right):
    twice = right.claim("11 replies", printed="12 replies", value="12")
    copied = twice.also("c99", "2", "12 replies", "replies", value="12", unit="count")
    assert roots(copied) == ["prose:c5:1"] * 2
    assert (
        len(set(roots(twice.also("c99", "2", "13 replies", "replies", value="13", unit="count"))))
        == 2
    )


def test_words_are_an_error_of_their_own_whatever_figure_they_quote(right):
    wrong = right.cell("table_4", "attributed", SAW, "4 (67%)").claim(
        f"{PAIR}.action_given_outcome", printed="67%", value="0.67"
    )
    assert roots(wrong) == ["table_4:attributed:saw"] * 2
    alone = replace(wrong, claims=without(wrong.claims, f"{PAIR}.action_given_no_outcome"))
    assert roots(alone) == ["table_4:attributed:saw", "prose:c13:2.4"]


def test_right_figures_that_break_a_rule_alike_do_not_follow_from_each_other(right):
    once = right.claim(f"{PAIR}.action_given_outcome", base="replies")
    twice = once.also(
        "c99",
        "2.4",
        "83%",
        f"{PAIR}.action_given_outcome",
        value="0.83",
        unit="share",
        base="replies",
    )
    assert roots(twice) == ["prose:c13:2.4", "prose:c99:2.4"]


def test_counts_printed_as_percentages_in_two_sections_are_two_slips(right):
    spoilt = right.claim(f"action.{SHARED}.share", printed="7%", value="0.07")
    spoilt = spoilt.also("c99", "3", "4%", f"action.{WROTE}.share", value="0.04", unit="share")
    assert roots(spoilt) == ["prose:c10:2", "prose:c99:3"]


def test_two_misspellings_and_two_misnamed_workshops_are_two_errors_each(right):
    spelt = right.cell("table_4", "3", SHARED, "_Australia_, JP").cell(
        "table_4", "2", SHARED, "_AF_, Fiji, _HK_"
    )
    assert len(set(roots(spelt))) == 2
    named = right.cell("table_3", "1", "title", f"Cars ({CARS[-10:-1]})").cell(
        "table_3", "3", "title", f"Boats ({SHIPS[-9:-1]})"
    )
    assert len(set(roots(named))) == 2
    assert set(roots(named.cell("table_6", "1", "title", f"Cars ({CARS[-10:-1]})"))) == set(
        roots(named)
    )


def test_a_wrong_mark_and_a_missing_one_are_two_slips(right):
    assert (
        len(
            set(
                roots(
                    right.cell("table_4", "1", SHARED, "**AF**, AU").cell(
                        "table_4", "1", SAW, "AF, **BD**"
                    )
                )
            )
        )
        == 2
    )


def test_a_label_told_twice_is_one_error(right):
    wrong = {"value": HELD, "kind": "label"}
    twice = right.also("c98", "2.4", "held", f"outcome.{SAW}", **wrong).also(
        "c99", "3", "held", f"outcome.{SAW}", **wrong
    )
    assert roots(twice) == ["prose:c98:2.4"] * 2


def test_a_difference_that_no_rule_explains_is_refused(right):
    spoilt = right.cell("table_2", "1", SHARED, "1")
    context = context_of(spoilt.publication, spoilt.replies, spoilt.facts, pd.DataFrame())
    item = spoilt.publication.by_place["table_2:1:shared"]
    with pytest.raises(
        ValueError, match="no rule explains table_2:1:shared: printed '1', recomputed '2'"
    ):
        judge(item, context, [])


@pytest.mark.parametrize("near", ["0.354", "0.36", ""])
def test_a_claim_near_what_it_prints_is_not_what_it_prints(near, right):
    claims = right.claims.copy()
    claims.loc[8, "value"] = near
    assert [problem.column for problem in claims_problems(claims, "claims.csv")] == ["value"]
    claims = right.claims.copy()
    claims.loc[4, "value"] = "12"  # printed as 11 replies
    assert [problem.column for problem in claims_problems(claims, "claims.csv")] == ["value"]


def test_a_list_is_the_first_table_that_has_it(right):
    other = right.tables["table_4"].assign(**{SHARED: "ID"})
    report = replace(right, tables={**right.tables, "table_7": other})
    assert report.publication.lists[SHARED] == (
        "table_4",
        {
            ("1", "AF"),
            ("1", "AU"),
            *(("2", code) for code in ("AF", "FJ", "HK")),
            ("3", "AU"),
            ("3", "JP"),
        },
    )


def test_every_alternative_but_the_one_taken_is_read():
    edit = {"workshop": "3", "administration": "AU", "column": SAW, "value": False}
    choices = [
        {
            "id": "one",
            "question": "which?",
            "alternatives": [{"id": n, "label": n, "edits": [edit] * (n != "a")} for n in "abc"],
        },
        {
            "id": "two",
            "question": "which?",
            "alternatives": [{"id": n, "label": n, "edits": []} for n in "de"],
        },
    ]
    survey_round = SURVEY.model_copy(update={"choices": tuple(map(Choice.model_validate, choices))})
    read = list(alternative_reconstructions(survey_round, REPLIES, NO_COUNTS, WORKSHOPS))
    assert [(one.choice, one.label) for one in read] == [("one", "b"), ("one", "c"), ("two", "e")]
    assert [int(one.replies[SAW].sum()) for one in read] == [5, 5, 6]
    values = [one.facts.set_index("fact")["value"][f"outcome.{SAW}"] for one in read[:2]]
    assert values == [5, 5]
    assert read[2].facts.empty  # nothing is edited, so no fact may change


def found(place: str, verdict: str = "differs", wrong: bool = True) -> SimpleNamespace:
    return SimpleNamespace(item=SimpleNamespace(place=place), verdict=verdict, wrong=wrong)


def test_of_each_choice_the_best_alternative_and_of_all_the_choice_that_explains_most_is_named():
    judged = [found("a"), found("b"), found("c"), found("d", verdict="agrees")]
    fits = {
        ("one", "first"): "ab",
        ("one", "second"): "a",
        ("two", "third"): "abc",
        ("three", "fourth"): "c",
        ("four", "fifth"): "d",
    }
    cases = [
        (SimpleNamespace(choice=choice, label=label), places)
        for (choice, label), places in fits.items()
    ]

    def otherwise(item: SimpleNamespace, places: str) -> SimpleNamespace:
        return found(item.place, "agrees" if item.place in places else "differs")

    assert labels_that_fit(judged, cases, otherwise) == {"a": "third", "b": "third", "c": "third"}
    assert labels_that_fit(judged, cases[:2], otherwise) == {"a": "first", "b": "first"}


@pytest.mark.parametrize(
    ("wrong", "otherwise", "is_right"),
    [(True, False, True), (True, True, False), (False, False, False)],
)
def test_a_reading_that_leaves_the_words_wrong_puts_right_the_figure_alone(
    wrong, otherwise, is_right
):
    told = labels_that_fit(
        [found("a", wrong=wrong)],
        [(SimpleNamespace(choice="one", label="b"), None)],
        lambda *_: found("a", wrong=otherwise),
    )
    assert told == ({"a": "b"} if is_right else {})


AUDITED = pd.DataFrame(
    [
        ("one", "editorial"),
        ("one", "changes a conclusion"),
        ("two", "changes a figure"),
        ("three", "changes a figure"),
        ("three", "changes a figure"),
        ("four", "editorial"),
    ],
    columns=["root", "severity"],
).assign(
    source="t",
    row="1",
    column="yes",
    printed="3",
    recomputed="4",
    verdict="differs",
    explanation="Why.",
    rule="r",
)[COLUMNS]


def test_an_error_is_as_grave_as_its_gravest_finding_and_more_places_come_first():
    assert errors(AUDITED)[["root", "severity", "places"]].to_numpy().tolist() == [
        ["one", "changes a conclusion", 2],
        ["three", "changes a figure", 2],
        ["two", "changes a figure", 1],
        ["four", "editorial", 1],
    ]


def test_the_summary_counts_errors_and_places_so_that_they_add_up():
    assert list(summary(AUDITED, 2031))[1:4] == [
        "  changes a conclusion: 1 error in 2 places",
        "  changes a figure: 2 errors in 3 places",
        "  editorial: 1 error in 1 place",
    ]
