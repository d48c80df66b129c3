"""What the report says of a round that has little in common with 2021 is true of it."""

import re
import sys
from pathlib import Path

import pandas as pd

from followup.tables import outcome_by_workshop

sys.path.append(str(Path(__file__).parents[1]))
from made_up_questionnaire import YEAR
from run_notebook import run_notebook, words


def said(name: str, **parameters: object) -> str:
    return words(run_notebook(name, YEAR=YEAR, **parameters)[1])


def edited(change):
    """A change of the export's rows before the round is cleaned."""

    def of(folder):
        file = folder / "export.csv"
        change(pd.read_csv(file, dtype=str, keep_default_na=False)).to_csv(file, index=False)

    return of


def test_a_link_that_is_told_says_in_which_direction(made_up):
    def apart(rows):
        acted = rows["Did what?"].str.contains("act_0")
        return rows.assign(**{"Did came_0?": acted.map({True: "No", False: "Yes"})})

    made_up(edited(apart), replies=60)
    said("30_association_tests")
    said("40_published_audit")
    text = said("00_main_points").replace("\\", "")
    assert re.search(
        r"(could be confirmed|a weak sign) \(what came_0 less often with made-up", text
    )
    assert "more often with" not in text.partition("less often with")[0]


def test_blanks_are_no_answers_and_the_share_is_of_those_that_answered(made_up):
    def blank(rows):
        return rows.assign(**{"Did came_0?": rows["Did came_0?"].where(rows.index % 2 == 0, "")})

    made_up(edited(blank))
    text = said("24_outcome")
    assert "of the replies that answered" in text
    assert "without an answer to this leave open" in text


def test_the_table_of_an_outcome_counts_as_the_facts_do(made_up):
    def blank(rows):
        return rows.assign(**{"Did came_0?": rows["Did came_0?"].where(rows.index % 2 == 0, "")})

    made_up(edited(blank))
    names = run_notebook("24_outcome", YEAR=YEAR)[0]
    given = [names[name] for name in ("replies", "counts", "workshops")]
    counted = outcome_by_workshop(*given, names["outcome"].id)
    assert (counted["yes"] + counted["no"] < counted["replies"]).any()
    pd.testing.assert_frame_equal(names["table"], counted, check_names=False)


def test_members_are_named_in_order_and_the_unnamed_only_counted(made_up):
    def unnamed(rows):
        return rows.assign(**{"Who?": rows["Who?"].where(rows.index % 3 > 0, "")})

    made_up(edited(unnamed))
    names = run_notebook("24_outcome", YEAR=YEAR)[0]
    replies, members = names["replies"], names["members"]
    assert replies["administration"].isna().any()
    assert replies["administration"].notna().any()
    for option in members:
        took = replies[replies[option].fillna(False)]
        assert members.loc["total", option] == str(len(took))
        for event in names["workshops"]["id"]:
            named = took[took["workshop"] == event]["administration"].dropna()
            assert members.loc[event, option] == " ".join(sorted(named))


def test_where_nobody_is_named_the_table_of_members_counts_replies(made_up):
    made_up(named=False)
    names = run_notebook("24_outcome", YEAR=YEAR)[0]
    replies, members = names["replies"], names["members"]
    for option in members:
        took = replies[replies[option].fillna(False)]
        assert members.loc["total", option] == str(len(took))
        for event in names["workshops"]["id"]:
            assert members.loc[event, option] == str((took["workshop"] == event).sum())


def test_one_event_has_no_highest_and_no_each(made_up):
    made_up(events=1, replies=9)
    assert "highest" not in said("21_response").lower()
    assert "held in" in said("01_introduction")
    assert "questionnaire went out" not in said("01_introduction")  # where it is not declared when


def test_an_action_that_nobody_took_could_not_be_tested(made_up):
    def without(rows):
        kept = rows["Did what?"].str.replace(r"Made-up <act_0>, of a kind(, )?", "", regex=True)
        return rows.assign(**{"Did what?": kept})

    made_up(edited(without))
    said("30_association_tests")
    said("40_published_audit")
    text = said("90_conclusion")
    assert "could not be tested: no reply had it" in text
    assert "only no" not in text
