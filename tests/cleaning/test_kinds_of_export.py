"""Exports as they come: columns whose headings say nothing, words that are no answer, who replied,
and what a person decides."""

import pandas as pd
import pytest
from made_up_round import ACTIONS as WORDS
from made_up_round import (
    ACTIONS_ASKED,
    ADMINISTRATION,
    FORMS,
    OUTCOMES,
    WORKSHOP,
    YEAR,
    made_up_replies,
    read_rows,
)

from followup import rounds
from followup.cleaning.check import main
from followup.cleaning.checks import clean_round
from followup.cleaning.cleaning import Remark
from followup.cleaning.questionnaire import read_questionnaire
from followup.facts import by_name, survey_facts
from followup.problems import InputError, Problem, summed_up
from followup.tables import responses

ACTIONS, (EFFECTS, WORK, PROJECTS) = ACTIONS_ASKED, OUTCOMES.values()
GIVEN = [
    {"shared_materials", "submitted_report"},
    {"made_recommendations"},
    {"organized_workshop", "developed_manual", "other_action"},
    set(),
]
CODES = ["FJ", "TO", "WS", "ID"]


@pytest.fixture
def spread(folder, declare):
    """Read replies whose answers stand in a column each, below any headings, in any words."""

    def reading(headings, cell=lambda name: WORDS[name], more="", extra=None):
        columns = {heading: list(WORDS)[place] for place, heading in enumerate(headings)}
        rows = [
            {WORKSHOP: "1", ADMINISTRATION: code}
            | {heading: cell(name) if name in took else "" for heading, name in columns.items()}
            | {EFFECTS: "Yes", WORK: "No", PROJECTS: "No"}
            | (extra or {})
            for code, took in zip(CODES, GIVEN, strict=True)
        ]
        pd.DataFrame(rows).to_csv(folder / "export.csv", index=False)
        changes = [("replies.xlsx", "export.csv"), *([more] if more else [])]
        return read_questionnaire(declare(*changes))

    return reading


def took(reading):
    return [{name for name in WORDS if reply[name]} for reply in read_rows(reading)]


@pytest.mark.parametrize(
    "headings",
    [
        [f"Column{place}" for place in range(20, 26)],
        [ACTIONS, *(f"{ACTIONS}_{place}" for place in range(2, 7))],
        [ACTIONS, *(f"Column{place}" for place in range(2, 7))],
        [*(f"Column{place}" for place in range(2, 7)), ACTIONS],
        [ACTIONS, *(f"{ACTIONS}.{place}" for place in range(1, 6))],
    ],
)
def test_a_column_for_each_answer_is_recognised_by_its_cells(spread, headings):
    reading = spread(headings)
    assert took(reading) == GIVEN
    told = [problem for problem in reading.problems if "read as the column" in problem.expected]
    assert [problem.value for problem in told] == headings


def test_a_column_that_cannot_be_recognised_stops_the_reading_and_says_how_to_name_it(spread):
    headings = [ACTIONS, *(f"{ACTIONS}_{place}" for place in range(2, 7))]

    def other(name):
        return "sang" if name == "other_action" else WORDS[name]

    with pytest.raises(InputError) as raised:
        spread(headings, other)
    (problem,) = raised.value.problems
    assert (problem.column, problem.value) == ("Other", "; ".join(headings[1:]))
    named = ('answer = "Other"', f'answer = "Other"\nheading = "{headings[-1]}"')
    assert took(spread(headings, other, more=named)) == GIVEN


def test_ticks_below_a_questions_heading_are_not_read_as_free_text(spread):
    for tick in ("1", "x", "Yes", "✓"):
        reading = spread([ACTIONS, *"abcde"], lambda _, tick=tick: tick)
        faults = [one for one in reading.problems if not isinstance(one, Remark)]
        assert faults
        assert "heading" in faults[0].expected


def test_one_cell_of_single_answers_beside_a_column_about_them_is_one_cell(read):
    first, second = WORDS["shared_materials"], WORDS["submitted_report"]
    reading = read({"actions": first}, {"administration": "TO", "actions": f"{first};{second}"})
    assert took(reading) == [{"shared_materials"}, {"shared_materials", "submitted_report"}]


def test_an_answer_that_nobody_ticked_is_named(read):
    reading = read({"actions": WORDS["shared_materials"]})
    told = {one.value for one in reading.problems if "nobody ticked it" in one.expected}
    assert told == set(WORDS.values()) - {WORDS["shared_materials"]}
    (none,) = [one for one in read({}).problems if "nobody ticked any" in one.expected]
    assert isinstance(none, Remark)


@pytest.mark.parametrize("words", ["None", "nothing", "n/a", "N/A.", "Nil", "not applicable", "-"])
def test_none_in_a_column_for_others_is_no_other_action(spread, read, words):
    def other(name):
        return words if name == "other_action" else WORDS[name]

    without = [names - {"other_action"} for names in GIVEN]
    assert took(spread([f"{ACTIONS} [{text}]" for text in WORDS.values()], other)) == without
    shared = WORDS["shared_materials"]
    assert took(read({"actions": f"{shared}; {words}"})) == [{"shared_materials"}]
    assert took(read({"actions": words})) == [set()]


def test_a_respondents_id_groups_replies_and_is_kept_as_a_number_alone(folder, declare, capsys):
    ids = ["ann@x.example", "A-1", "A1", "ann@x.example"]
    rows = [
        {
            WORKSHOP: str(place + 1),
            "Who?": name,
            ACTIONS: "",
            EFFECTS: "Yes",
            WORK: "",
            PROJECTS: "",
        }
        for place, name in enumerate(ids)
    ]
    pd.DataFrame(rows).to_csv(folder / "export.csv", index=False)
    table = pd.read_csv(folder / "workshops.csv", dtype=str).drop(columns="invited_administrations")
    table.to_csv(folder / "workshops.csv", index=False)
    survey_round = declare(
        ("replies.xlsx", "export.csv"), ("administration = ", 'respondent = "Who?"  # ')
    )
    replies, _, log = clean_round(survey_round)
    assert replies["administration"].tolist() == ["0001", "0002", "0003", "0001"]
    main([str(YEAR)])
    page = (rounds.ROOT / "output" / str(YEAR) / "check.html").read_text(encoding="utf-8")
    everything = page + log.to_csv() + replies.to_csv() + capsys.readouterr().out
    assert not [name for name in ids if name in everything]


def test_codes_may_be_longer_than_two_letters(read, project):
    path = project / "data" / "raw" / "administrations.csv"
    path.write_text(path.read_text(encoding="utf-8") + "LIB2,Library of Suva,,Pacific\n")
    listed = rounds.ROOT / "data" / "raw" / str(YEAR) / "workshops.csv"
    listed.write_text(listed.read_text(encoding="utf-8").replace("FJ", "FJ;LIB2", 1))
    reading = read({"administration": "Library of Suva"})
    assert read_rows(reading)[0]["administration"] == "LIB2"


@pytest.fixture
def in_order(folder, declare):
    """The made-up round with an export that is in order."""
    content = FORMS["google_forms.csv"](made_up_replies().to_dict("records"))
    (folder / "export.csv").write_bytes(content)
    return declare(("replies.xlsx", "export.csv"))


@pytest.mark.parametrize("left_out", ["column", "cells"])
def test_the_scope_may_be_left_out(in_order, folder, left_out):
    table = pd.read_csv(folder / "workshops.csv", dtype=str)
    table = table.drop(columns="scope") if left_out == "column" else table.assign(scope="")
    table.to_csv(folder / "workshops.csv", index=False)
    replies, counts, _ = clean_round(in_order)
    workshops = in_order.read_workshops()
    told = by_name(survey_facts(in_order, replies, counts, workshops))
    assert not [name for name in told if name.startswith("workshops.") or name.endswith(".")]
    assert told["reply_rate"].denominator == 99


def test_a_scope_in_some_rows_alone_is_a_problem(in_order, folder):
    table = pd.read_csv(folder / "workshops.csv", dtype=str)
    table.loc[2, "scope"] = ""
    table.to_csv(folder / "workshops.csv", index=False)
    with pytest.raises(InputError, match="a scope in every row, or in none"):
        clean_round(in_order)


def test_what_only_a_person_can_decide_is_printed_to_be_pasted(folder, declare, capsys):
    rows = made_up_replies().to_dict("records")[:5]
    rows.append({**rows[0], "shared_materials": not rows[0]["shared_materials"]})
    (folder / "export.csv").write_bytes(FORMS["google_forms.csv"](rows))
    changes = ("replies.xlsx", "export.csv"), ("'# [[dec", "'# [[dec")
    declare(changes[0])
    assert main([str(YEAR)]) == 1
    shown = capsys.readouterr().out
    entry = shown[shown.index("[[decisions]]\n") :].partition("\n\n")[0]
    assert "row 2, sent 2099/01/01" in entry
    assert "row 7, sent 2099/01/06" in entry
    complete = entry.partition("why = ")[0] + 'why = "the second is right"\n'
    declare(changes[0], more=f"\n{complete}")
    assert main([str(YEAR)]) == 0


@pytest.mark.usefixtures("in_order")
def test_a_decision_may_quote_any_cell_of_its_row(declare):
    for quoted in ("2099/01/01 9:00:00 AM GMT+9", "nobody0@customs.example", "Nobody Nowhere0"):
        entry = f'\n[[decisions]]\nrow = 2\nwas = "{quoted}"\ndrop = true\nwhy = "a trial"\n'
        replies, _, _ = clean_round(declare(("replies.xlsx", "export.csv"), more=entry))
        assert len(replies) == 69


def test_a_misspelling_is_cured_in_the_round_and_logged(read):
    cured = (
        'file = "export.csv"',
        'corrections = { Fidji = "Fiji", Yess = "Yes" }\nfile = "export.csv"',
    )
    reading = read({"administration": "FIDJI", "effects": "Yess"}, declare=[cured])
    (reply,) = read_rows(reading)
    assert (reply["administration"], reply["direct_effects"]) == ("FJ", True)
    assert [(change.before, change.after) for change in reading.changes.head(2).itertuples()] == [
        ("FIDJI", "Fiji"),
        ("Yess", "Yes"),
    ]


def test_a_correction_of_what_no_cell_says_is_a_problem(read):
    cured = ('file = "export.csv"', 'corrections = { Fidji = "Fiji" }\nfile = "export.csv"')
    (problem,) = [one for one in read({}, declare=[cured]).problems if not isinstance(one, Remark)]
    assert problem.column == "questionnaire.corrections"


def test_a_reply_kept_though_not_invited_is_in_no_reply_rate(workshops, replies):
    named = workshops.assign(invited_administrations=["FJ;TO;XX;YY", ""])
    table = responses(replies, named)  # WS replied about a, and was not invited
    assert table.loc["a", ["invited", "replies", "answered"]].tolist() == [4, 3, 2]
    assert table.loc["a", "reply_rate"] == 2 / 4
    assert table.loc["total", "reply_rate"] == 4 / 9


def test_a_thousand_problems_of_one_kind_are_one_line_with_the_first_three():
    expected = "for {!r} one of the answers offered: a; b"
    many = [
        Problem("e.csv", str(row), "Q", text, expected.format(text))
        for row, text in enumerate(["don't", 'say "no"', "x"] * 400, start=2)
    ]
    (told,) = summed_up(many)
    assert told.row == "2, 3, 4 and 1197 more"
