"""What the sections' notebooks say: true of the 2021 round and of rounds where ties, blanks and
other readings occur."""

import re
import sys
from pathlib import Path

import pandas as pd
import pytest

from followup.show.prose import each, highest
from followup.statistics.sensitivity import share_ranges
from followup.tables import bases, examples_of

sys.path.append(str(Path(__file__).parent))
from run_notebook import files_beside, run_notebook, words


@pytest.fixture(scope="module")
def said(tmp_path_factory) -> dict[str, str]:
    """What a reader reads of each section of 2021; the round's files are written to a folder of
    their own."""
    names = ["10_clean_replies", "22_follow_up_actions", "23_lessons_applied"]
    with files_beside(tmp_path_factory.mktemp("sections")):
        texts = {name: words(run_notebook(name, YEAR=2021)[1]) for name in names}
        for outcome in ("direct_effects", "improved_work"):
            texts[outcome] = words(run_notebook("24_outcome", YEAR=2021, OUTCOME=outcome)[1])
    return texts


def test_a_share_stands_with_other_readings_chance_and_non_response(said):
    text = said["direct_effects"]
    assert "66% (38 of 58) of the replies reported direct effects." in text
    assert "Other readings of the source give 62% to 68%." in text
    assert "Chance alone leaves open 53% to 76% (95% interval); the 95 invitations" in text
    assert "without an answer leave open 25% to 87% of all invitations." in text


def test_ties_are_told_and_counts_are_called_so(said):
    assert "In 8 of the 9 workshops every reply that answered" in said["improved_work"]
    assert "says how many, workshop by workshop, but not who" in said["improved_work"]
    assert "The round pairs no action with this outcome." in said["improved_work"]


def test_the_actions_name_the_most_and_the_least_and_other_readings(said):
    text = said["22_follow_up_actions"]
    assert "Most common: sharing the materials, 83% (48 of 58) of the replies." in text
    assert "organizing an in-house workshop other readings of the source give 14 or 15" in text


def test_an_example_printed_twice_counts_once(said, survey_round):
    text = said["23_lessons_applied"]
    assert "19 examples from 13 administrations and 7 workshops." in text
    practices = survey_round.read_good_practices()
    again = practices.loc[practices["example"].duplicated(), "example"]
    assert [text.count(example) for example in again] == [1]
    assert "Operational improvement: 9 done, 1 planned" in text


def test_what_was_changed_and_chosen_is_told(said):
    text = said["10_clean_replies"]
    assert "No choice had to be made" not in text
    assert "No reply is known behind 4 examples" in text
    assert re.search(
        r"12 of 26 administrations replied about one workshop only; the most replies, 6", text
    )


def test_the_base_of_an_action_is_what_is_known(replies, counts):
    assert bases(replies, counts, ["shared"])["shared"] == 5
    blank = replies.assign(shared=pd.array([pd.NA] * 5, dtype="boolean"))
    assert bases(blank, counts, ["shared"])["shared"] == 0
    printed = pd.DataFrame({"workshop": ["a"], "variable": ["shared"], "yes": [1], "no": [1]})
    assert bases(blank, printed, ["shared"])["shared"] == 5


def test_other_readings_run_from_the_least_to_the_greatest_share(replies):
    edit = {"workshop": "a", "administration": "TO", "column": "saw", "value": True}
    drop = {"workshop": "b", "administration": "", "drop": True}
    choices = [
        {"id": "one", "alternatives": [{"id": "no"}, {"id": "yes", "edits": [edit]}]},
        {"id": "two", "alternatives": [{"id": "in"}, {"id": "out", "edits": [drop]}]},
    ]
    row = share_ranges(replies, choices, ["saw"]).loc["saw"]
    assert (row["yes_low"], row["yes_high"]) == (2, 3)
    assert (row["share_low"], row["share_high"]) == (2 / 4, 3 / 3)


def test_tied_rows_say_their_share_once():
    shares, texts = pd.Series({"A": 0.5, "B": 0.5}), pd.Series({"A": "50% (1 of 2)"})
    same = pd.Series({"A": "50% (1 of 2)", "B": "50% (1 of 2)"})
    other = pd.Series({"A": "50% (1 of 2)", "B": "50% (2 of 4)"})
    assert each(highest(shares), same) == "each 50% (1 of 2)"
    assert each(highest(shares), other) == "each 50%"
    assert each(highest(shares[["A"]]), texts) == "50% (1 of 2)"


def test_of_an_example_printed_twice_the_row_with_a_name_is_kept(survey_round):
    examples = examples_of(survey_round, "2.3", survey_round.read_workshops())
    assert examples["example"].is_unique
    assert (examples.index != "Not named").all()
