"""Tables: counts by workshop, totals that are the sum of their rows, and members by name."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.pandas import column, data_frames, range_indexes

from followup import tables


def test_responses_count_replies_by_workshop_scope_and_in_all(replies, workshops):
    table = tables.responses(replies, workshops)
    assert table["replies"].to_dict() == {
        "a": 3,
        "b": 2,
        "sub-regional": 3,
        "regional": 2,
        "total": 5,
    }
    assert table["invited"].to_dict() == {
        "a": 4,
        "b": 5,
        "sub-regional": 4,
        "regional": 5,
        "total": 9,
    }
    assert table.loc["total", "reply_rate"] == 5 / 9


def test_a_workshop_that_nobody_answered_stays_in_the_table(replies, workshops):
    table = tables.responses(replies[replies["workshop"] == "a"], workshops)
    assert table.loc["b", "replies"] == 0
    assert table.loc["b", "reply_rate"] == 0


def test_invitations_that_are_not_known_leave_the_rate_missing(replies, workshops):
    table = tables.responses(replies, workshops.assign(invited=pd.array([4, pd.NA], dtype="Int64")))
    assert pd.isna(table.loc["b", "reply_rate"])
    assert pd.isna(table.loc["total", "invited"])
    assert table.loc["total", "replies"] == 5


def test_invitations_not_known_leave_their_scope_unknown_and_none_has_no_rate(replies, workshops):
    table = tables.responses(replies, workshops.assign(invited=pd.array([pd.NA, 0], dtype="Int64")))
    assert table["invited"].isna().to_dict() == {
        "a": True,
        "b": False,
        "sub-regional": True,
        "regional": False,
        "total": True,
    }
    assert table["reply_rate"].isna().all()


def test_where_all_workshops_are_of_one_scope_it_has_no_row(replies, workshops):
    assert list(tables.responses(replies, workshops.assign(scope="regional")).index) == [
        "a",
        "b",
        "total",
    ]


def test_actions_are_counted_by_workshop(replies, counts, workshops):
    table = tables.actions_by_workshop(replies, counts, workshops, ["wrote", "shared"])
    assert list(table.columns) == ["wrote", "shared"]
    assert table["shared"].to_dict() == {"a": 2, "b": 1, "total": 3}


def test_an_action_known_only_as_counts_keeps_its_counts(replies, workshops):
    counts = pd.DataFrame(
        {"workshop": ["a", "b"], "variable": "wrote", "yes": [2, 0], "no": [pd.NA, pd.NA]}
    ).astype({"yes": "Int64"})
    unknown = replies.assign(wrote=pd.array([pd.NA] * len(replies), dtype="boolean"))
    table = tables.actions_by_workshop(unknown, counts, workshops, ["wrote"])
    assert table["wrote"].to_dict() == {"a": 2, "b": 0, "total": 2}


def test_printed_counts_do_not_stand_in_for_replies_that_tell(replies, workshops):
    counts = pd.DataFrame({"workshop": ["a", "b"], "variable": "saw", "yes": [9, 9], "no": [9, 9]})
    table = tables.outcome_by_workshop(replies, counts, workshops, "saw")
    assert table["yes"].to_dict() == {"a": 2, "b": 0, "total": 2}
    assert not tables.counts_only(replies, "saw")


def test_a_total_with_a_row_that_is_not_known_is_not_known(replies, workshops):
    counts = pd.DataFrame(
        {"workshop": ["a"], "variable": ["wrote"], "yes": [2], "no": [pd.NA]}
    ).astype({"yes": "Int64"})
    unknown = replies.assign(wrote=pd.array([pd.NA] * len(replies), dtype="boolean"))
    assert pd.isna(
        tables.actions_by_workshop(unknown, counts, workshops, ["wrote"]).loc["total", "wrote"]
    )


def test_yes_and_no_leave_out_those_who_did_not_answer(replies, counts, workshops):
    table = tables.outcome_by_workshop(replies, counts, workshops, "saw")
    assert table.loc["b"].to_dict() == {"replies": 2, "yes": 0, "no": 1}
    assert table.loc["total"].to_dict() == {"replies": 5, "yes": 2, "no": 2}


def test_any_of_several_actions_is_unknown_only_where_none_is_taken():
    table = pd.DataFrame(
        {"x": [True, False, pd.NA, pd.NA], "y": [pd.NA, False, False, True]}, dtype="boolean"
    )
    assert tables.any_of(table, "x|y").tolist() == [True, False, pd.NA, True]


def test_pair_counts_leave_out_replies_without_an_answer(replies):
    assert tables.pair_counts(replies, "shared", "saw") == {
        "both": 1,
        "action_only": 1,
        "outcome_only": 1,
        "neither": 1,
    }


ANSWERS = data_frames(
    [
        column("workshop", elements=st.sampled_from(["a", "b"])),
        column("shared", elements=st.booleans(), dtype=bool),
        column("saw", elements=st.booleans(), dtype=bool),
    ],
    index=range_indexes(min_size=1, max_size=30),
)


@given(ANSWERS)
def test_totals_are_the_sum_of_their_rows_and_of_the_replies(answers):
    workshops = pd.DataFrame(
        {
            "id": ["a", "b"],
            "scope": ["regional", "regional"],
            "invited": pd.array([40, 40], dtype="Int64"),
        }
    )
    counts = pd.DataFrame({"variable": []})
    replies = answers.astype({"shared": "boolean", "saw": "boolean"})
    outcome = tables.outcome_by_workshop(replies, counts, workshops, "saw")
    assert outcome.loc[["a", "b"]].sum().to_dict() == outcome.loc["total"].to_dict()
    assert outcome.loc["total", "yes"] + outcome.loc["total", "no"] == len(replies)
    assert sum(tables.pair_counts(replies, "shared", "saw").values()) == len(replies)


@given(ANSWERS, st.randoms(use_true_random=False))
def test_the_order_of_the_replies_does_not_matter(answers, random):
    workshops = pd.DataFrame(
        {
            "id": ["a", "b"],
            "scope": ["regional", "regional"],
            "invited": pd.array([40, 40], dtype="Int64"),
        }
    )
    order = list(range(len(answers)))
    random.shuffle(order)
    replies = answers.astype({"shared": "boolean", "saw": "boolean"}).assign(administration=pd.NA)
    first = tables.responses(replies, workshops)
    pd.testing.assert_frame_equal(first, tables.responses(replies.iloc[order], workshops))
