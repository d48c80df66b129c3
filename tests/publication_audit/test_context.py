"""What the replies say: values, bases and answers, and what is not known."""

from dataclasses import replace

import pandas as pd
import pytest
from made_up_publication import BETTER, REPLIES, SAW, SHARED, Printed, facts_of

from publication_audit.context import Context, PairResult, context_of
from publication_audit.printed import Figure


def context(right: Printed, replies: pd.DataFrame = REPLIES) -> Context:
    tested = pd.DataFrame(
        {"action": [SHARED], "outcome": [SAW], "verdict": ["not shown"], "reason": [pd.NA]}
    )
    return context_of(right.publication, replies, facts_of(replies), tested)


def test_a_value_is_a_fact_a_setting_or_a_ratio_of_two(right):
    told = context(right)
    assert told.value("replies") == 11
    assert told.value("round.first_year") == 2015  # the seventeenth round is that of 2031
    assert told.value("publication.number") == 35
    assert told.value("examples.2.4.themes") == 1
    assert told.value("replies / invited") == 11 / 31
    assert told.value("replies / unheard") is None
    assert told.value("round.from") is None  # a month is no number


def test_a_base_of_which_a_part_is_not_known_is_not_known(right):
    told = context(right)
    assert told.total(("outcome.saw", "outcome.saw.no")) == 11
    assert told.total(("outcome.saw", "unheard")) is None
    assert told.total(()) is None
    assert (
        told.share(Figure("prose", "c", "1", "", "outcome.saw", ("outcome.saw", "unheard"))) is None
    )
    assert (
        told.share(Figure("prose", "c", "1", "", "outcome.saw", ("outcome.saw", "outcome.saw.no")))
        == 6 / 11
    )


def test_themes_are_counted_once_each(right):
    twice = pd.concat(
        [right.examples, right.examples.assign(id="more", theme=["Law", "Law", "Trade", "Law"])]
    )
    told = Context(replace(right, examples=twice).publication, REPLIES, {}, {})
    assert (told.value("examples.2.4.themes"), told.value("examples.2.5.themes")) == (1, 2)


@pytest.mark.parametrize(("answer", "said"), [(True, True), (False, False), (pd.NA, False)])
def test_only_a_yes_is_a_yes_and_one_missing_answer_is_no_count(answer, said, right):
    replies = REPLIES.copy()
    replies.loc[0, BETTER] = answer
    told = context(right, replies)
    assert told.answered_yes(BETTER, "1", "AF") is said
    assert ("AF" in told.members(BETTER, "1")) is said
    assert not told.answered_yes(BETTER, "2", "AU")  # replied for other workshops
    assert not told.counted_only(BETTER)


def test_a_verdict_is_that_of_its_pair(right):
    assert context(right).pairs == {"verdict.shared.saw": PairResult("not shown", "", "")}
