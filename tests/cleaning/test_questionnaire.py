"""Replies read from a questionnaire: what each cell comes to, what is logged, and what stops the
reading."""

import pytest
from made_up_round import YEAR, read_rows

from followup.cleaning.cleaning import Remark
from followup.problems import InputError
from followup.rounds import open_round

MATERIALS, REPORT = (
    "Shared the training materials with colleagues",
    "Submitted a report to senior management",
)
POLICY = "Made recommendations on policy, procedures or training"
ACTIONS = [
    "shared_materials",
    "submitted_report",
    "made_recommendations",
    "organized_workshop",
    "developed_manual",
    "other_action",
]


def only(reading):
    """The one problem that stops the reading."""
    (problem,) = [problem for problem in reading.problems if not isinstance(problem, Remark)]
    return problem


def reasons(reading):
    return [change.reason for change in reading.changes.itertuples()]


def took(reading):
    """The actions of the only reply."""
    (reply,) = read_rows(reading)
    return {name for name in ACTIONS if reply[name]}


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("", set()),
        (MATERIALS, {"shared_materials"}),
        (f"{MATERIALS}, {POLICY}", {"shared_materials", "made_recommendations"}),
        (f"{POLICY};{MATERIALS};", {"shared_materials", "made_recommendations"}),
        (f"{REPORT}\n{POLICY}", {"submitted_report", "made_recommendations"}),
        (f" {MATERIALS.upper()}\xa0| {REPORT} ", {"shared_materials", "submitted_report"}),
        ("shared_materials;submitted_report", {"shared_materials", "submitted_report"}),
        (f"{MATERIALS}, Other", {"shared_materials", "other_action"}),
        (f"{MATERIALS}, Other: sang, danced; and wept", {"shared_materials", "other_action"}),
        ("None of the above", set()),
        ("-", set()),
    ],
)
def test_several_answers_in_one_cell_are_told_apart(read, cell, expected):
    assert took(read({"actions": cell})) == expected


def test_free_text_counts_as_other_and_is_logged_whole(read):
    (change,) = read({"actions": f"{MATERIALS}, sang, danced"}).changes.itertuples()
    assert (change.row, change.before, change.after) == ("2", "sang, danced", "Other")


@pytest.mark.parametrize(
    "cell",
    [
        "Shared the training material with colleagues",
        f"{REPORT}, Made recomendations on policy, procedures or training",
    ],
)
def test_an_answer_misspelt_is_suggested_and_never_taken(read, cell):
    problem = only(read({"actions": cell}))
    assert problem.suggestion in (MATERIALS, POLICY)
    assert (problem.row, problem.column) == (
        "2",
        "Which follow-up actions did your administration take?",
    )


def test_a_declared_other_wording_is_taken(read):
    changes = [
        (
            f'answer = "{MATERIALS}"',
            f'answer = "{MATERIALS}"\nalso = ["Shared the training material with colleagues"]',
        )
    ]
    assert took(
        read({"actions": "Shared the training material with colleagues"}, declare=changes)
    ) == {"shared_materials"}


def test_without_an_answer_for_others_free_text_is_a_problem(read):
    assert (
        "one of the answers offered"
        in only(read({"actions": "sang"}, declare=[('other = "other_action"\n', "")])).expected
    )


def test_none_beside_another_answer_is_a_problem(read):
    assert "not both" in only(read({"actions": f"None of these;{MATERIALS}"})).expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Yes", True),
        ("yes ", True),
        ("NO", False),
        ("1", True),
        ("", None),
        ("Not sure", None),
        ("n/a", None),
    ],
)
def test_yes_no_not_sure_and_blank_are_told_apart(read, cell, expected):
    assert read_rows(read({"effects": cell}))[0]["direct_effects"] is expected


def test_not_sure_is_logged_and_blank_is_not(read):
    assert reasons(read({"effects": "Not sure", "work": ""})) == ["not sure counts as no answer"]


def test_another_word_than_yes_or_no_is_a_problem(read):
    assert only(read({"effects": "Yess"})).suggestion == "yes"


def test_words_for_yes_can_be_declared(read):
    declared = [('# yes = ["Yes", "Yes, partly"]', 'yes = ["Yes", "Yes, partly"]')]
    assert (
        read_rows(read({"effects": "Yes, partly"}, declare=declared))[0]["direct_effects"] is True
    )


def test_a_base_of_those_that_ticked_leaves_the_others_out(read):
    reading = read(
        {"actions": ""},
        {"administration": "NZ", "actions": MATERIALS},
        declare=[('base = "all"', 'base = "ticked"')],
    )
    frame = reading.frame(open_round(YEAR)).set_index("administration")
    assert frame.loc["FJ", ACTIONS].isna().all()
    assert frame.loc["NZ", ACTIONS].notna().all()


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("HK", "HK"),
        ("Hong Kong, China", "HK"),
        ("Hong Kong China", "HK"),
        ("hong kong", "HK"),
        (" Viêt Nam\xa0", "VN"),
        ("Vietnam", "VN"),
    ],
)
def test_spellings_of_administrations_are_one(read, cell, code):
    assert read_rows(read({"workshop": "5", "administration": cell}))[0]["administration"] == code


def test_an_administration_misspelt_is_suggested_and_never_taken(read):
    reading = read({"administration": "Indonisia"})
    assert (only(reading).suggestion, read_rows(reading)[0]["administration"]) == (
        "Indonesia",
        None,
    )


@pytest.mark.parametrize(
    "cell",
    [
        "6",
        "Made-up Regional Workshop on Drones – Detection",
        "made-up regional workshop on drones - detection",
        "Made-up Regional Workshop on Drones — Detection  ",
        "Made-up Regional Workshop on Drones – Detection (13-15 December 2098)",
        "Made-up Regional Workshop on Drones – Detection, Dec 2098",
        "2098-12-15 Made-up\xa0Regional Workshop on Drones – Detection",
        "6 Made-up Regional Workshop on Drones – Detection",
    ],
)
def test_titles_that_differ_in_case_dash_or_date_are_one_workshop(read, cell):
    assert read_rows(read({"workshop": cell}))[0]["workshop"] == "6"


@pytest.mark.parametrize(
    "cell",
    [
        "Made-up Regional Workshop on Drones – Detection, May 2098",
        "Made-up Regional Workshop on Dronse",
        "Canines",
        "7",
    ],
)
def test_a_title_that_is_not_sure_is_a_problem(read, cell):
    reading = read({"workshop": cell})
    assert (only(reading).column, read_rows(reading)[0]["workshop"]) == (
        "Which workshop is your reply about?",
        None,
    )


def test_the_same_reply_twice_is_kept_once_and_logged(read):
    reading = read({"actions": MATERIALS}, {"administration": "Fiji", "actions": MATERIALS})
    assert len(reading.replies) == 1
    assert reasons(reading) == ["left out: the same answers as in row 2"]


def test_two_different_replies_stop_the_reading_and_both_are_shown(read):
    problem = only(read({"effects": "Yes"}, {"effects": "No"}))
    assert "row 2: Direct effects yes; row 3: Direct effects no" in problem.value


def decision(**keys):
    lines = "\n".join(f"{key} = {value}" for key, value in keys.items())
    return f'\n[[decisions]]\n{lines}\nwhy = "they said so"\n'


def test_a_decision_drops_one_of_two_different_replies(read):
    reading = read(
        {"effects": "Yes"}, {"effects": "No"}, more=decision(row=2, was='"FJ"', drop="true")
    )
    assert [reply["direct_effects"] for reply in read_rows(reading)] == [False]
    assert reasons(reading) == ["left out: they said so"]


def test_a_decision_about_a_row_that_has_changed_is_not_applied(read):
    reading = read(
        {"effects": "Yes"}, {"effects": "No"}, more=decision(row=2, was='"Tonga"', drop="true")
    )
    assert "the export has changed" in reading.problems[0].expected


def test_a_decision_about_a_row_that_is_not_there_is_a_problem(read):
    assert (
        only(read({}, more=decision(row=9, was='"FJ"', drop="true"))).column == "decisions[1].row"
    )


def test_a_reply_of_an_administration_not_invited_stops_until_it_is_kept(read):
    assert "an administration invited to 1 (BD, FJ" in only(read({"administration": "AU"})).expected
    reading = read({"administration": "AU"}, more=decision(row=2, was='"AU"', keep="true"))
    assert [problem for problem in reading.problems if not isinstance(problem, Remark)] == []
    assert reasons(reading) == ["not invited, and kept: they said so"]


def test_a_reply_without_a_workshop_stops_until_one_is_given(read):
    assert "a workshop" in only(read({"workshop": " "})).expected
    reading = read({"workshop": ""}, more=decision(row=2, was='"FJ"', workshop='"4"'))
    assert read_rows(reading)[0]["workshop"] == "4"


def test_a_reply_without_an_administration_counts_and_is_remarked(read):
    reading = read({"administration": ""})
    assert len(reading.replies) == 1
    assert Remark in {type(problem) for problem in reading.problems}


def test_an_empty_row_is_no_reply_and_is_logged(read):
    blank = dict.fromkeys(("workshop", "administration", "effects", "work", "projects"), "-")
    reading = read({}, blank)
    assert len(reading.replies) == 1
    assert reasons(reading) == ["left out: a row without an answer to any question"]


def test_every_problem_is_told_at_once(read):
    reading = read(
        {"workshop": "x", "administration": "y", "effects": "z", "work": "q"}, {"projects": "w"}
    )
    assert len([problem for problem in reading.problems if not isinstance(problem, Remark)]) == 5


def test_a_missing_heading_names_the_nearest(read):
    with pytest.raises(InputError) as raised:
        read(
            {},
            declare=[
                (
                    'heading = "Did the follow-up actions bring',
                    'heading = "Did follow up actions bring',
                )
            ],
        )
    (problem,) = raised.value.problems
    assert problem.suggestion == "Did the follow-up actions bring direct effects?"


def test_a_round_without_administrations_has_none(read):
    changes = [('administration = "Which', '# administration = "Which')]
    reading = read({"administration": "whoever"}, {"administration": "whoever"}, declare=changes)
    assert reading.frame(open_round(YEAR))["administration"].isna().all()
    assert len(reading.frame(open_round(YEAR))) == 2


def test_addresses_in_free_text_are_taken_out(read):
    reading = read(
        {"actions": "wrote to jane@customs.example, +679 123 4567"},
        {"administration": "joe@x.example"},
    )
    shown = " ".join(change.before for change in reading.changes.itertuples()) + " ".join(
        map(str, reading.problems)
    )
    assert "[e-mail]" in shown
    assert not any(personal in shown for personal in ("jane", "4567", "joe"))
