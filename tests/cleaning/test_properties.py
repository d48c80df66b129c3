"""What holds of any replies: order is no matter, cleaning twice is cleaning once, and no reply is
lost without a word."""

import csv
import io
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from fuzz import Fuzzer
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from made_up_round import (
    ACTIONS,
    ACTIONS_ASKED,
    ADMINISTRATION,
    INVITED,
    OUTCOMES,
    WORKSHOP,
    YEAR,
    made_up_workshops,
)

from followup import rounds
from followup.cleaning.checks import clean_round
from followup.cleaning.template import lay_out
from followup.problems import InputError
from followup.rounds import Round, open_round

PROJECT = Path(__file__).parents[2]
# Shrinking an example would take minutes, since each is a whole round; they are short as they are.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
FEW = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=PHASES
)

answer = st.sampled_from(["Yes", "No", "", "not sure", "yes\xa0", " NO", "1", "0", "-"])
titles = st.sampled_from(
    [
        "1",
        "5",
        "made-up regional workshop on e-commerce",
        " Made-up Regional Workshop on Rules of Origin, Aug 2098",
    ]
)
ticks = st.lists(
    st.sampled_from([*ACTIONS.values(), "sang, danced", *ACTIONS]), max_size=4, unique=True
)
row = st.fixed_dictionaries(
    {
        WORKSHOP: titles,
        ADMINISTRATION: st.sampled_from(["", *INVITED, "Hong Kong China", "Viêt Nam"]),
    }
    | {ACTIONS_ASKED: ticks.map(";".join)}
    | dict.fromkeys(OUTCOMES.values(), answer)
)
exports = st.lists(row, min_size=1, max_size=12)


@pytest.fixture(scope="module")
def survey_round(tmp_path_factory) -> Iterator[Round]:
    """The made-up round in a folder of its own; each example writes its export."""
    root = tmp_path_factory.mktemp("project")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rounds, "ROOT", root)
        shutil.copytree(PROJECT / "data" / "template", root / "data" / "template")
        (root / "data" / "raw").mkdir()
        shutil.copy(PROJECT / "data" / "raw" / "administrations.csv", root / "data" / "raw")
        lay_out(YEAR)
        settings = root / "data" / "raw" / str(YEAR) / "round.toml"
        settings.write_text(
            settings.read_text(encoding="utf-8").replace("replies.xlsx", "export.csv"),
            encoding="utf-8",
        )
        workshops = made_up_workshops().assign(
            invited_administrations=""
        )  # whoever replies was invited
        workshops.to_csv(settings.with_name("workshops.csv"), index=False, lineterminator="\n")
        yield open_round(YEAR)


def written(survey_round: Round, rows: list[dict], columns: list[str] | None = None) -> Round:
    content = io.StringIO(newline="")
    writer = csv.DictWriter(content, columns or list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    (survey_round.raw / "export.csv").write_text(content.getvalue(), encoding="utf-8", newline="")
    return survey_round


def canonical(replies: pd.DataFrame) -> list[dict]:
    """Replies as an export with nothing to clean."""
    titles, said = made_up_workshops().set_index("id")["title"], {True: "Yes", False: "No"}
    return [
        {
            WORKSHOP: titles[reply["workshop"]],
            ADMINISTRATION: "" if pd.isna(reply["administration"]) else reply["administration"],
        }
        | {ACTIONS_ASKED: ";".join(words for name, words in ACTIONS.items() if reply[name] is True)}
        | {question: said.get(reply[name], "") for name, question in OUTCOMES.items()}
        for reply in replies.astype(object).to_dict("records")
    ]


def cleaned(survey_round: Round) -> tuple[pd.DataFrame, pd.DataFrame] | None:
    """Replies and log; nothing where two replies of one administration differ, which is for a
    person to decide."""
    try:
        replies, _, log = clean_round(survey_round)
    except InputError as error:
        if any(
            "one reply of an administration" not in problem.expected for problem in error.problems
        ):
            raise
        return None
    return replies, log


@FEW
@given(rows=exports)
def test_cleaning_twice_is_cleaning_once(survey_round, rows):
    once = cleaned(written(survey_round, rows))
    if once:
        twice, log = cleaned(written(survey_round, canonical(once[0])))
        pd.testing.assert_frame_equal(twice, once[0])
        assert log.empty


@FEW
@given(rows=exports, chance=st.randoms(use_true_random=False))
def test_the_order_of_rows_and_columns_is_no_matter(survey_round, rows, chance):
    before = cleaned(written(survey_round, rows))
    columns = chance.sample(list(rows[0]), k=len(rows[0]))
    after = cleaned(written(survey_round, chance.sample(rows, k=len(rows)), columns))
    assert (before is None) == (after is None)
    if before:
        pd.testing.assert_frame_equal(after[0], before[0])


@FEW
@given(rows=exports)
def test_each_row_is_a_reply_or_stands_in_the_log_with_a_reason(survey_round, rows):
    found = cleaned(written(survey_round, rows))
    if found:
        replies, log = found
        left_out = log[log["reason"].str.startswith("left out: ")]
        assert len(replies) + left_out["row"].nunique() == len(rows)
        assert (log["reason"].str.len() > 0).all()


@FEW
@given(rows=exports)
def test_no_answer_is_lost_or_doubled(survey_round, rows):
    found = cleaned(written(survey_round, rows))
    if found:
        kept = [
            row
            for place, row in enumerate(rows, start=2)
            if str(place) not in set(found[1].loc[found[1]["after"] == "", "row"])
        ]
        for name, words in ACTIONS.items():
            if name != "other_action":
                ticked = sum(
                    bool({name, words} & set(row[ACTIONS_ASKED].split(";"))) for row in kept
                )
                dropped = (
                    sum(bool({name, words} & set(row[ACTIONS_ASKED].split(";"))) for row in rows)
                    - ticked
                )
                assert ticked <= found[0][name].sum() <= ticked + dropped


@pytest.mark.usefixtures("survey_round")
def test_no_file_however_strange_ends_in_a_traceback(capsys):
    fuzzer = Fuzzer(rounds.ROOT, random.Random(1))
    outcomes = [fuzzer.try_one() for _ in range(60)]
    capsys.readouterr()
    assert set(outcomes) <= {0, 1}
    assert 1 in outcomes
