"""The audit of the 2021 publication: everything printed is audited, and what two readers found by
hand is found."""

import re

import pandas as pd
import pytest

from followup.facts import by_name, survey_facts
from followup.rounds import declared_pairs
from publication_audit.alternative_reconstructions import alternative_reconstructions
from publication_audit.audit import audit
from publication_audit.claims import claims_cause
from publication_audit.context import context_of
from publication_audit.printed import Claim
from publication_audit.publication import read_publication

# What must come out whatever the rules: source, row, column, printed, recomputed, where its error
# lies.
READ_BY_HAND = [
    ("table_2", "4", "organized_workshop", "0", "1", "table_2:4:organized_workshop"),
    ("table_2", "total", "organized_workshop", "14", "15", "table_2:4:organized_workshop"),
    ("table_3", "1", "yes", "3", "4", "table_3:1:yes"),
    ("table_3", "1", "no", "2", "1", "table_3:1:yes"),
    ("table_3", "5", "yes", "1", "2", "table_3:1:yes"),
    ("table_3", "5", "no", "5", "4", "table_3:1:yes"),
    ("table_3", "total", "yes", "36", "38", "table_3:1:yes"),
    ("table_3", "total", "no", "12", "20", "table_3:total:no"),
    ("table_4", "1", "shared_materials WS", "_WS_", "WS", "table_4:1:shared_materials WS"),
    ("table_4", "1", "organized_workshop WS", "_WS_", "WS", "table_4:1:shared_materials WS"),
    ("table_4", "7", "organized_workshop WS", "WS", "_WS_", "table_4:7:organized_workshop WS"),
    ("table_4", "5", "direct_effects FJ", "**FJ**", "FJ", "table_4:5:direct_effects FJ"),
    ("table_4", "6", "direct_effects JP", "**JP**", "JP", "table_4:6:direct_effects JP"),
    ("table_4", "7", "direct_effects VU", "**VU**", "VU", "table_4:7:direct_effects VU"),
    ("table_4", "4", "shared_materials PNG", "_PNG_", "_PG_", "table_4:4:shared_materials PNG"),
    ("table_4", "led", "shared_materials", "31 (65%)", "32 (67%)", "table_3:1:yes"),
    ("table_4", "led", "organized_workshop", "10 (67%)", "11 (73%)", "table_3:1:yes"),
    ("table_5", "1", "yes", "6", "5", "table_5:1:yes"),
    ("table_6", "total", "yes", "29 (50%)", "28 (48%)", "table_6:total:yes"),
    ("table_6", "total", "no", "29 (50%)", "30 (52%)", "table_6:total:yes"),
    (
        "table_7",
        "2",
        "new_project",
        "**KH**, **MY** **MM**, **PH**",
        "**KH**, **MY**, **MM**, **PH**",
        "table_7:2:new_project",
    ),
    ("table_7", "2", "new_project MY", "**MY**", "MY", "table_7:2:new_project MY"),
    ("table_7", "6", "new_project ID", "ID", "**ID**", "table_7:6:new_project ID"),
    ("table_7", "7", "new_project MY", "**MY**", "MY", "table_7:7:new_project MY"),
    ("table_7", "7", "new_project VU", "**VU**", "VU", "table_7:7:new_project VU"),
    (
        "table_7",
        "attributed",
        "new_project",
        "16 (57%)",
        "17 (61%)",
        "table_7:attributed:new_project",
    ),
]
RIGHT = [
    ("table_1", "total", "replies"),
    ("table_4", "total", "direct_effects"),
    ("table_4", "attributed", "direct_effects"),
    ("table_5", "total", "yes"),
    ("table_7", "total", "new_project"),
    ("table_7", "led", "submitted_report"),
    ("table_7", "led", "made_recommendations"),
]
IN_PROSE = [  # section, printed, recomputed
    ("executive summary", "48%", "83%"),
    ("executive summary", "25%", "43%"),
    ("executive summary", "57%", "61%"),
    ("2.2.3", "25", "17"),
    ("2.2.4", "14", "15"),
    ("2.2.4", "24%", "26%"),
    ("2.4.1", "62%", "66%"),
    ("2.4.1", "38%", "34%"),
    ("2.4.2", "2020", "2021"),
    ("2.4.2", "65%", "67%"),
    ("2.4.2", "67%", "73%"),
    ("2.6.1", "50%", "48%"),
    ("2.6.2", "57%", "61%"),
    ("3", "most", "less than half (43%)"),
    ("3", "most", "less than half (26%)"),
]


@pytest.fixture(scope="module")
def publication(survey_round):
    return read_publication(survey_round)


@pytest.fixture(scope="module")
def facts(survey_round, cleaned):
    return survey_facts(survey_round, cleaned[0], cleaned[1], survey_round.read_workshops())


@pytest.fixture(scope="module")
def audited(survey_round, publication, cleaned, facts):
    pairs = declared_pairs(survey_round)
    counted_only = pairs["action"].isin(["developed_manual", "other_action"]) | (
        pairs["outcome"] == "improved_work"
    )
    verdicts = counted_only.map({True: "not testable", False: "not shown"})
    associations = pairs.assign(verdict=verdicts, reason="")
    reconstructions = alternative_reconstructions(
        survey_round, *cleaned[:2], survey_round.read_workshops()
    )
    return audit(publication, cleaned[0], facts, associations, reconstructions)


def test_what_two_readers_found_in_the_tables_is_found(audited):
    tables = audited[audited["source"].str.startswith("table") & (audited["verdict"] == "differs")]
    found = set(
        tables[["source", "row", "column", "printed", "recomputed", "root"]].itertuples(
            index=False, name=None
        )
    )
    assert set(READ_BY_HAND) <= found
    assert {one[2] for one in found - set(READ_BY_HAND)} <= {
        f"{column} PNG" for column in _columns(audited)
    }


def _columns(audited: pd.DataFrame) -> set[str]:
    return set(audited["column"].str.partition(" ")[0])


@pytest.mark.parametrize("place", RIGHT)
def test_a_right_total_agrees_whatever_the_rows_above_it(audited, place):
    assert audited.set_index(["source", "row", "column"]).loc[place, "verdict"] == "agrees"


@pytest.mark.parametrize(("section", "printed", "recomputed"), IN_PROSE)
def test_what_two_readers_found_in_the_text_is_found(audited, section, printed, recomputed):
    claims = audited[
        (audited["source"] == "prose")
        & (audited["column"] == section)
        & (audited["printed"] == printed)
    ]
    assert recomputed in set(claims["recomputed"])


@pytest.mark.parametrize(
    ("about", "printed"),
    [("when the survey began", "2015"), ("groups into which the applied lessons fall", "2")],
)
def test_what_the_round_and_its_examples_hold_agrees(audited, publication, about, printed):
    claims = publication.claims
    (claim,) = claims.loc[(claims["about"] == about) & (claims["printed"] == printed), "id"]
    assert audited.set_index("row").loc[claim, "verdict"] == "agrees"


def test_a_share_quoted_as_evidence_without_its_comparison_is_found(audited):
    claims = audited[(audited["column"] == "2.4.2") & (audited["printed"] == "84%")]
    assert claims["recomputed"].tolist() == [
        "84%, and 85% (17 of 20) of those without direct effects"
    ]


def test_examples_of_administrations_that_did_not_reply_or_report_are_found(audited):
    examples = audited[
        (audited["source"] == "examples") & audited["recomputed"].str.startswith("(no")
    ]
    named = [(row.row, row.recomputed) for row in examples.itertuples()]
    silent, denied = "(no such reply)", "(not reported)"
    assert named == [
        *(("g08", silent), ("g14", denied), ("g23", silent)),
        *(("g29", denied), ("g39", denied)),
    ]


def test_examples_that_are_plainly_of_another_workshop_say_which(audited):
    examples = audited[audited["row"].isin(["g10", "g11"])]
    assert examples["recomputed"].str.contains("Trade Facilitation Agreement").all()
    topic = "the topic of workshop 7, Trade Facilitation Agreement."
    assert examples["explanation"].str.endswith(topic).all()
    assert examples["verdict"].eq("differs").all()


def test_examples_of_plans_among_what_was_done_are_found_each_once(audited, publication):
    planned = publication.examples[publication.examples["status"] == "planned"]
    told = audited["explanation"].str.contains("tells what is (?:planned|under way)", case=False)
    assert set(audited.loc[told, "row"]) == set(planned["id"]) - {"g21"}  # printed as g09 before
    assert (len(planned), planned["example"].nunique()) == (10, 9)


def test_no_claim_of_a_cause_agrees_or_is_left_unjudged(audited, publication):
    causes = [one.row for one in publication.items if isinstance(one, Claim) and claims_cause(one)]
    of_pairs = publication.claims.set_index("id").loc[causes, "fact"] != ""
    judged = audited.set_index("row").loc[of_pairs.index[of_pairs]]
    assert len(judged) == 16
    assert set(judged["rule"]) == {"no cause is claimed"}


def test_what_the_round_declares_of_the_workshops_is_checked(audited):
    assert audited.set_index("row").loc["c016", "verdict"] == "agrees"


def test_changes_against_figures_in_print_are_told_alike(audited):
    changes = audited[audited["printed"].isin(["increased", "decreases"])]
    assert len(changes) == 5
    assert set(changes["verdict"]) == {"agrees"}
    assert changes["explanation"].str.contains("printed as .*, which cannot be tested").all()


def test_everything_printed_is_audited_once(audited, publication):
    counted = 0
    for name, table in publication.tables.items():
        summaries = table.index.isin(["sub-regional", "regional", "total", "led", "attributed"])
        text = table.drop(columns="line")
        counted += int((text[~summaries] != "").to_numpy().sum())
        counted += int(
            (text[summaries].drop(columns="title", errors="ignore") != "").to_numpy().sum()
        )
        if name in ("table_4", "table_7"):
            lists = text[~summaries].drop(columns="title").to_numpy().ravel()
            counted += len(re.findall(r"[A-Z]{2,}", " ".join(lists)))
    counted += len(publication.claims) + len(publication.examples)
    assert len(audited) == counted
    assert not audited.duplicated(["source", "row", "column"]).any()


def test_each_row_has_a_verdict_and_a_reason_and_each_finding_a_rule_a_severity_and_a_root(audited):
    assert set(audited["verdict"]) == {"agrees", "differs", "not checkable"}
    assert audited["explanation"].str.fullmatch(r"[A-Z0-9“].+\.").all()
    differs = audited["verdict"] == "differs"
    assert (audited.loc[differs, ["rule", "severity", "root"]] != "").all(axis=None)
    assert (audited.loc[~differs, ["rule", "severity", "root"]] == "").all(axis=None)
    assert set(audited["root"]) - {""} <= set(
        audited["source"] + ":" + audited["row"] + ":" + audited["column"]
    )


def test_every_claim_points_to_a_fact_that_exists(survey_round, publication, cleaned, facts):
    context = context_of(
        publication, cleaned[0], facts, declared_pairs(survey_round).assign(verdict="", reason="")
    )
    known = {
        *by_name(facts),
        *context.declared,
        *context.pairs,
        "workshops / workshops_organised",
        "",
    }
    known |= {
        "action." + "|".join(survey_round.pairs_of(outcome.id)) for outcome in survey_round.outcomes
    }
    facts_of_claims = publication.claims["fact"].str.split(" & ").explode()
    assert set(facts_of_claims) | set(publication.claims["base"]) <= known


def test_the_order_of_the_claims_is_that_of_their_ids(publication):
    assert list(publication.claims["id"]) == [
        f"c{number:03d}" for number in range(1, len(publication.claims) + 1)
    ]
