"""Drafts that nobody made by hand: the errors planted in them are found, and nothing else is."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2]))
from made_up_draft import counted


def test_errors_planted_in_drafts_about_random_rounds_are_found_and_nothing_else_differs(tmp_path):
    count = counted(12, tmp_path, drafts_a_round=4, first=40)
    planted = sum(count.planted.values())
    assert planted > 40
    assert count.false == []
    assert count.found >= 0.95 * planted, count.missed
    assert count.agreeing["agrees"] >= 0.95 * sum(count.agreeing.values())
