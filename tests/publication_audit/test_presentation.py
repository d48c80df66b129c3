"""The audit as shown: every finding is there, marked by more than colour, and nothing printed can
act as HTML."""

import re

import pandas as pd
import pytest
from markupsafe import Markup, escape

from followup.facts import survey_facts
from followup.rounds import declared_pairs
from publication_audit import presentation
from publication_audit.annotated_tables import annotated_table, annotated_tables
from publication_audit.audit import COLUMNS, audit, errors, printed_items
from publication_audit.findings import SEVERITIES
from publication_audit.publication import read_publication
from publication_audit.rules import RULES

NOTHING = pd.DataFrame(columns=COLUMNS, dtype="string")


@pytest.fixture(scope="module")
def publication(survey_round):
    return read_publication(survey_round)


@pytest.fixture(scope="module")
def audited(survey_round, publication, cleaned):
    pairs = declared_pairs(survey_round)
    counted_only = pairs["action"].isin(["developed_manual", "other_action"]) | (
        pairs["outcome"] == "improved_work"
    )
    associations = pairs.assign(
        verdict=counted_only.map({True: "not testable", False: "not shown"}), reason=""
    )
    facts = survey_facts(survey_round, cleaned[0], cleaned[1], survey_round.read_workshops())
    return audit(publication, cleaned[0], facts, associations)


@pytest.fixture(scope="module")
def corrections(publication, audited):
    return presentation.corrections(presentation.in_words(publication, audited), errors(audited))


def test_of_a_round_without_a_publication_nothing_is_shown():
    rows, distinct = presentation.in_words(None, NOTHING), errors(NOTHING)
    frames = {
        "printed": printed_items(None),
        "corrections": presentation.corrections(rows, distinct),
        "unknown": presentation.not_checkable(rows),
        "rules": presentation.rules_in_words(NOTHING, distinct),
    }
    assert {name: len(frame) for name, frame in frames.items()} == dict.fromkeys(frames, 0)
    shown = [presentation.listed(frame, "Nothing", name, []) for name, frame in frames.items()]
    assert shown == [None] * len(frames)
    assert presentation.key_figures(pd.Series(0, ["agrees", "differs", "not checkable"]), 0) is None
    assert list(annotated_tables(None, NOTHING)) == []


def test_the_four_key_figures_count_every_verdict(audited):
    verdicts = audited["verdict"].value_counts()
    shown = presentation.key_figures(verdicts, len(errors(audited))).data
    assert [int(value) for value in re.findall(r'class="value">(\d+)', shown)] == [
        len(audited),
        *verdicts[["agrees", "differs", "not checkable"]],
    ]
    assert f"they come from {len(errors(audited))} errors" in shown


@pytest.mark.parametrize("severity", SEVERITIES)
def test_every_error_has_a_row_and_every_other_place_of_it_an_item(audited, corrections, severity):
    distinct = errors(audited)
    mine = distinct[distinct["severity"] == severity]
    rows = corrections[corrections["severity"] == severity]
    assert rows["places"].tolist() == mine["places"].tolist()
    assert rows["why"].str.count("<li>").tolist() == (mine["places"] - 1).tolist()


def test_errors_and_their_places_add_up(audited, corrections):
    differing = int((audited["verdict"] == "differs").sum())
    rules = presentation.rules_in_words(audited, errors(audited))
    assert corrections["places"].sum() == rules["places"].sum() == differing
    assert rules["errors"].sum() == len(corrections) == audited["root"].replace("", pd.NA).nunique()
    assert list(rules.index) == [rule.asks for rule in RULES]


@pytest.mark.parametrize("name", [f"table_{number}" for number in range(1, 8)])
def test_each_differing_cell_is_marked_with_an_arrow_and_the_number_of_its_error(
    audited, publication, corrections, name
):
    differing = audited[(audited["source"] == name) & (audited["verdict"] == "differs")]
    shown = annotated_table(publication, audited, name).data
    assert shown.count("<mark>") == shown.count("</mark> → ") == len(differing)
    numbers = [int(number) for number in re.findall(r"<sup>\[(\d+)\]</sup>", shown)]
    roots = errors(audited)["root"].tolist()
    assert sorted(numbers) == sorted(roots.index(root) + 1 for root in differing["root"])
    assert all(corrections.index[number - 1].startswith(f"{number}. ") for number in numbers)


def test_no_reason_of_a_finding_is_lost_in_the_list_of_errors(audited, corrections):
    told = Markup(" ").join(corrections["why"])
    differing = audited[audited["verdict"] == "differs"]
    assert [one for one in differing["explanation"] if escape(one) not in told] == []


def test_an_annotated_table_keeps_every_printed_member(audited, publication):
    shown = annotated_table(publication, audited, "table_4").data
    text = re.sub(r"<[^>]+>", "", shown)
    for cell in publication.tables["table_4"]["shared_materials"].iloc[:9]:
        assert all(name in text for name in re.findall(r"[A-Z]{2,3}", cell))


def test_a_title_that_differs_is_marked_beside_the_printed_one(audited, publication):
    place = audited[["source", "row", "column"]].eq(["table_3", "2", "title"]).all(axis=1)
    other = audited.assign(
        verdict="differs", recomputed="Another title", root="table_3:2:title", severity="editorial"
    )
    shown = annotated_table(publication, audited.mask(place, other), "table_3").data
    assert "</mark> → Another title<sup>[" in shown


def test_claims_and_examples_are_all_there_with_their_verdicts(audited, publication):
    rows = presentation.in_words(publication, audited)
    for source, all_of_them in (("prose", publication.claims), ("examples", publication.examples)):
        part = rows[rows["source"] == source]
        assert len(part) == len(all_of_them)
        differing = ((audited["source"] == source) & (audited["verdict"] == "differs")).sum()
        assert part["printed"].str.startswith("<mark>").sum() == differing
        assert part["verdict"].str.startswith("differs, ").sum() == differing


def test_everything_not_checkable_has_a_reason_and_the_commonest_comes_first(audited, publication):
    unknown = presentation.not_checkable(presentation.in_words(publication, audited))
    assert len(unknown) == (audited["verdict"] == "not checkable").sum()
    counts = unknown.groupby("reason", sort=False).size().tolist()
    assert counts == sorted(counts, reverse=True)
    assert unknown["about"].notna().all()


def test_marks_are_shown_and_stay_out_of_the_file(corrections):
    shown = presentation.listed(corrections, "Corrections", "list", ["printed", "should_be", "why"])
    assert shown.data.count("<mark>") >= len(corrections)
    assert shown.data.count("<small>") == sum(corrections.index.str.count("<small>")) > 0
    assert "<" not in shown.record["csv"]
    assert ". The executive summary: replies that shared materials" in shown.record["csv"]


def test_printed_html_is_text(audited, publication):
    spoilt = audited.assign(
        printed="<script>alert(1)</script>",
        recomputed="<b>x</b>",
        explanation="<img src=x onerror=y>.",
    )
    rows = presentation.in_words(publication, spoilt)
    lists = [
        (presentation.corrections(rows, errors(spoilt)), ["printed", "should_be", "why"]),
        (rows, ["about", "printed", "should_be", "verdict", "why"]),
        (presentation.not_checkable(rows), ["about", "printed"]),
    ]
    shown = [presentation.listed(frame, "<i>", "list", columns) for frame, columns in lists]
    shown.append(annotated_table(publication, spoilt, "table_3"))
    text = "".join(one.data for one in shown)
    assert not re.search(r"<script|<b>|<img|<i>", text)
    assert "&lt;script&gt;" in text


@pytest.mark.parametrize(
    ("printed", "recomputed", "words"),
    [
        ("_WS_", "WS", "not underlined"),
        ("WS", "_WS_", "underlined"),
        ("**FJ**", "FJ", "not bold"),
        ("ID", "**ID**", "bold"),
    ],
)
def test_what_is_wrong_with_a_mark_is_said_in_words(printed, recomputed, words):
    assert presentation.mark_in_words(printed, recomputed) == words
