"""What a text may claim: the direction of a pair, never a cause, words that fit their figures,
facts as declared."""

import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_publication import (
    PAIR,
    SAW,
    SHARED,
    SURVEY,
    WROTE,
    Printed,
    printed,
    replies_of,
)

from followup import rounds
from followup.cleaning.check import main as check
from publication_audit.claims import SHARES, claims_cause, share_in_words
from publication_audit.findings import CONCLUSION, FIGURE
from publication_audit.publication import read_publication

VERDICT = "verdict.shared|wrote.saw"
RARELY = replies_of(
    {
        "1": [(code, SHARED) for code in ("AF", "AU", "BD", "BT", "FJ", "HK")],
        "2": [
            ("AF", f"{WROTE} {SAW}"),
            *((code, WROTE) for code in ("AU", "BD", "BT", "FJ", "HK")),
        ],
        "3": [(code, SAW) for code in ("AF", "AU", "BD", "BT", "FJ")],
    }
)


def claim(one: Printed, printed_words: str, **change: str) -> pd.Series:
    """What the audit says of the made-up publication's claim about the pair, in other words."""
    audited = one.claim(VERDICT, printed=printed_words, **change).audit()
    return audited[audited["row"] == "c17"].iloc[0]


def test_a_pair_of_8_percent_against_100_does_not_go_together():
    rarely = replace(printed(RARELY), direction="apart")
    told = claim(rarely, "proven correlation")
    assert (told["verdict"], told["recomputed"]) == ("differs", "supported, apart")
    assert "8% (1 of 12) saw it, against 100% (5 of 5)" in told["explanation"]
    assert told["explanation"].endswith("the two seldom go together.")


@pytest.mark.parametrize(
    ("verdict", "direction", "claimed", "agrees"),
    [
        ("supported", "together", "", True),
        ("supported", "apart", "", False),
        ("supported", "", "", False),
        ("suggestive", "together", "", False),
        ("supported", "apart", "apart", True),
        ("supported", "together", "apart", False),
        ("suggestive", "apart", "apart", False),
        ("not shown", "together", "", False),
    ],
)
def test_a_claim_agrees_only_if_its_pair_is_supported_in_the_direction_claimed(
    verdict, direction, claimed, agrees, right
):
    tested = replace(right, verdict=verdict, direction=direction)
    told = claim(tested, "correlation", value=claimed)
    assert (told["verdict"] == "agrees") is agrees
    if not agrees:
        opposite = direction != (claimed or "together") and direction and verdict != "not shown"
        assert told["recomputed"] == (f"{verdict}, {direction}" if opposite else verdict)


def test_associations_without_a_direction_support_no_claim(right):
    tested = replace(right, direction=None)
    assert claim(tested, "correlation")["verdict"] == "differs"


@pytest.mark.parametrize("verdict", ["supported", "suggestive", "not shown", "not testable"])
@pytest.mark.parametrize(
    "words",
    [
        *("resulted in", "led to", "convincing proof", "thanks to", "attributed", "from"),
        *("proves that", "enabled", "generated", "gave rise to", "a consequence of"),
    ],
)
def test_no_verdict_makes_a_cause_agree(verdict, words, right):
    told = claim(replace(right, verdict=verdict), words)
    assert told[["verdict", "rule", "severity"]].tolist() == [
        "differs",
        "no cause is claimed",
        CONCLUSION,
    ]
    assert "speaks of a cause, which a survey like this cannot show" in told["explanation"]


def test_a_claim_may_be_declared_a_cause(right):
    assert claim(right, "the harvest of", value="cause")["rule"] == "no cause is claimed"


def test_correlations_are_no_causes(right):
    claims = right.publication.items
    assert not any(map(claims_cause, (one for one in claims if one.place == "prose:c17:2.4")))
    assert claim(right, "proven correlations")["verdict"] == "agrees"


def test_of_2021s_claims_none_agrees_where_the_pairs_seldom_go_together(survey_round, cleaned):
    from followup.facts import survey_facts
    from followup.rounds import declared_pairs
    from publication_audit.audit import audit

    pairs, publication = declared_pairs(survey_round), read_publication(survey_round)
    facts = survey_facts(survey_round, *cleaned[:2], survey_round.read_workshops())
    is_counted = pairs[["action", "outcome"]].isin(
        ["developed_manual", "other_action", "improved_work"]
    )
    is_tested = ~is_counted.any(axis="columns")
    tested = pairs[is_tested].assign(verdict="supported", reason="")
    agreeing = {}
    for direction in ("together", "apart"):
        audited = audit(publication, cleaned[0], facts, tested.assign(direction=direction))
        claims = publication.claims
        of_pairs = claims[(claims["kind"] == "association") & (claims["fact"] != "")]["id"]
        verdicts = audited[audited["row"].isin(of_pairs)]["verdict"].value_counts()
        agreeing[direction] = verdicts.get("agrees", 0)
    assert agreeing == {"together": 8, "apart": 0}


@given(st.floats(0, 1))
def test_the_word_for_a_share_fits_by_its_own_rule(share):
    assert SHARES[share_in_words(share)](share)


@pytest.mark.parametrize(
    ("share", "word"),
    [(0, "none"), (0.02, "less than half"), (0.496, "half"), (0.503, "half"), (0.51, "most")],
)
def test_a_share_is_told_by_the_narrowest_word(share, word):
    assert share_in_words(share) == word


def test_a_word_that_the_rules_know_is_judged_whatever_number_stands_beside_it(right):
    told = right.also("c99", "1", "doubled", "reply_rate", value="2", kind="word").audit()
    assert told.set_index("row").loc["c99", "verdict"] == "agrees"
    wrong = right.also("c99", "1", "halved", "reply_rate", value="0.5", kind="word").findings()
    assert wrong[["row", "recomputed"]].to_numpy().tolist() == [["c99", "increased"]]


def test_a_word_about_two_facts_must_fit_both(right):
    both = f"action.{SHARED}.share & action.{WROTE}.share"
    told = right.also("c99", "3", "most", both, kind="word").findings().iloc[0]
    assert told["recomputed"] == "most (64%) and less than half (36%)"
    assert told["explanation"] == "It is 7 of 11 (64%); it is 4 of 11 (36%)."


def test_how_the_workshops_were_held_is_as_the_round_declares(right, monkeypatch):
    online = SURVEY.model_copy(update={"conducted": "online"})
    monkeypatch.setattr("made_up_publication.SURVEY", online)
    claimed = right.also("c99", "1", "All online", "round.conducted", value="online", kind="word")
    assert claimed.findings().empty
    wrong = right.also("c99", "1", "All on site", "round.conducted", value="on site", kind="word")
    told = wrong.findings().iloc[0]
    assert told[["recomputed", "severity", "explanation"]].tolist() == [
        "online",
        FIGURE,
        "The round declares that its workshops were held online: made up.",
    ]


def test_a_claim_and_its_cause_about_one_pair_are_one_error(right):
    twice = right.also("c99", "3", "resulted in", VERDICT, kind="association")
    findings = replace(twice, verdict="not shown").findings()
    assert findings["rule"].tolist() == ["an association is supported", "no cause is claimed"]
    assert len(set(findings["root"])) == 1
    assert PAIR.partition(".")[2] == VERDICT.partition(".")[2]


def test_a_claim_that_cannot_be_audited_is_told_by_the_check_of_the_raw_data(
    tmp_path, monkeypatch, capsys
):
    root = Path(__file__).parents[2]
    shutil.copytree(root / "data" / "raw", tmp_path / "data" / "raw")
    shutil.copy(root / "pyproject.toml", tmp_path)
    monkeypatch.setattr(rounds, "ROOT", tmp_path)
    assert check(["2021"]) == 0
    path = tmp_path / "data" / "raw" / "2021" / "published" / "claims.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",70%,0.7,", ",70%,0.8,", 1))
    assert check(["2021"]) == 1
    assert "claims.csv, row 23, column value: found '0.8'" in capsys.readouterr().out
