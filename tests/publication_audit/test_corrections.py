"""The audit as shown: every finding is there, marked by more than colour, and nothing printed can act as HTML."""

import re

import pandas as pd
import pytest
from IPython.display import HTML

from followup.facts import survey_facts
from followup.show import display
from followup.statistics.association import declared_pairs
from publication_audit import annotated_tables, audit_lists, corrections
from publication_audit.audit import COLUMNS, RULES, audit, errors
from publication_audit.findings import CONCLUSION, EDITORIAL, FIGURE
from publication_audit.published import read_publication

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


def rows_of(content: HTML) -> list[str]:
    return re.findall(r"<tr>(.*?)</tr>", content.data.partition("<tbody>")[2], re.DOTALL)


def test_nothing_published_is_said_in_one_line_and_all_else_is_silent():
    assert corrections.headline(NOTHING, None).data.count("<p") == 1
    shown = [
        *(
            corrections.to_correct(None, NOTHING, severity)
            for severity in (CONCLUSION, FIGURE, EDITORIAL)
        ),
        *(
            corrections.by_source(NOTHING),
            audit_lists.claims_table(None, NOTHING),
            audit_lists.examples_table(NOTHING),
        ),
        *(
            audit_lists.unknown_table(None, NOTHING),
            audit_lists.rules_table(NOTHING),
            display.titled("Why?", None),
        ),
        annotated_tables.show_tables(None, NOTHING, "Which?"),
    ]
    assert shown == [None] * len(shown)


def test_the_headline_counts_every_verdict(audited, publication):
    figures = [
        int(value)
        for value in re.findall(
            r'class="value">(\d+)', corrections.headline(audited, publication).data
        )
    ]
    counts = audited["verdict"].value_counts()
    assert figures == [
        len(audited),
        *(counts[verdict] for verdict in ("agrees", "differs", "not checkable")),
    ]


@pytest.mark.parametrize("severity", [CONCLUSION, FIGURE, EDITORIAL])
def test_every_error_has_a_line_and_every_other_place_of_it_an_item(audited, publication, severity):
    shown, distinct = corrections.to_correct(publication, audited, severity), errors(audited)
    mine = distinct[distinct["severity"] == severity]
    assert len(rows_of(shown)) == len(mine)
    assert shown.data.count("<li>") == int((mine["places"] - 1).sum())


def test_the_parts_add_up_to_what_was_printed(audited):
    counts = pd.crosstab(audited["source"], audited["verdict"]).sum(axis=1)
    shown = re.findall(r"<td[^>]*>(\d+)</td>", corrections.by_source(audited).data)
    assert shown[::6][:-1] == [str(counts[source]) for source in audited["source"].unique()]
    assert shown[-6] == str(len(audited))


@pytest.mark.parametrize("name", [f"table_{number}" for number in range(1, 8)])
def test_each_differing_cell_is_marked_with_an_arrow_and_a_numbered_reason(
    audited, publication, name
):
    found = audited[(audited["source"] == name) & (audited["verdict"] == "differs")]
    shown = annotated_tables.printed_table(publication, audited, name).data
    assert shown.count("<mark>") == len(found)
    assert re.findall(r"<sup>\[(\d+)\]</sup>", shown) == [
        str(number) for number in range(1, len(found) + 1)
    ]
    assert shown.count("</mark> → ") == len(found)
    assert shown.count("<li>") == len(found)


def test_a_printed_table_keeps_every_printed_member(audited, publication):
    shown = re.sub(
        r"<[^>]+>",
        "",
        annotated_tables.printed_table(publication, audited, "table_4").data.partition("<details>")[
            0
        ],
    )
    for cell in publication.tables["table_4"]["shared_materials"].iloc[:9]:
        assert all(name in shown for name in re.findall(r"[A-Z]{2,3}", cell))


def test_a_title_that_differs_is_told_beside_the_printed_one(audited, publication):
    place = (
        (audited["source"] == "table_3") & (audited["row"] == "2") & (audited["column"] == "title")
    )
    spoilt = audited.mask(
        place,
        audited.assign(
            verdict="differs", recomputed="Another title", explanation="It has another name."
        ),
    )
    shown = annotated_tables.printed_table(publication, spoilt, "table_3").data
    assert "→ Another title [" in shown
    assert "It has another name." in shown


def test_claims_and_examples_are_all_there_with_their_verdicts(audited, publication):
    claims, examples = (
        audit_lists.claims_table(publication, audited),
        audit_lists.examples_table(audited),
    )
    assert (len(rows_of(claims)), len(rows_of(examples))) == (
        len(publication.claims),
        len(publication.examples),
    )
    assert claims.data.count("<mark>") == int(
        ((audited["source"] == "prose") & (audited["verdict"] == "differs")).sum()
    )


def test_everything_not_checkable_is_counted_with_its_reason(audited, publication):
    shown = audit_lists.unknown_table(publication, audited).data
    parts = re.split(r'<th class="gt_group_heading"[^>]*>(.*?)</th>', shown)[1:]
    counts = {
        heading: part.count('scope="row"')
        for heading, part in zip(parts[::2], parts[1::2], strict=True)
    }
    assert sum(counts.values()) == int((audited["verdict"] == "not checkable").sum())
    assert [int(heading.rpartition(": ")[2]) for heading in counts] == list(counts.values())
    assert list(counts.values()) == sorted(counts.values(), reverse=True)


def test_the_rules_count_every_finding_once(audited):
    findings = re.findall(
        r'gt_stub">.*?</th>\s*<td[^>]*>(\d+)</td>', audit_lists.rules_table(audited).data, re.DOTALL
    )
    assert len(findings) == len(RULES)
    assert sum(map(int, findings)) == int((audited["verdict"] == "differs").sum())


def test_printed_html_is_text(audited, publication):
    spoilt = audited.assign(
        printed="<script>alert(1)</script>",
        recomputed="<b>x</b>",
        explanation="<img src=x onerror=y>.",
    )
    shown = [
        *(
            corrections.to_correct(publication, spoilt, severity)
            for severity in (CONCLUSION, FIGURE, EDITORIAL)
        ),
        *(audit_lists.claims_table(publication, spoilt), audit_lists.examples_table(spoilt)),
        audit_lists.unknown_table(publication, spoilt),
    ]
    tables = annotated_tables.printed_table(publication, spoilt, "table_3").data.partition(
        'class="download"'
    )
    text = "".join(content.data for content in shown) + tables[0]
    assert not re.search(r"<script|<b>|<img", text)
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
    assert corrections.mark_in_words(printed, recomputed) == words
