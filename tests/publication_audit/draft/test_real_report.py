"""The published report of 2021, read as a draft, gives what people transcribed of it by hand, in
each form that a draft can have. Its text does not stand here; without it these tests are skipped.
"""

import sys
from pathlib import Path

import pandas as pd
import pypandoc
import pytest

sys.path += [str(Path(__file__).parent), str(Path(__file__).parents[2])]
from printed_page import printed_page
from real_report import REPORT, against_hand, as_html, tables_differing

from followup.rounds import Round
from publication_audit.audit import audit as audit_publication
from publication_audit.draft.audit import Draft, read_draft
from publication_audit.draft.reading import read
from publication_audit.publication import read_publication

pytestmark = pytest.mark.skipif(
    not REPORT.is_file(), reason=f"the published report itself is not here: {REPORT.name}"
)


@pytest.fixture(scope="module", params=["md", "docx", "pdf"])
def draft(request, survey_round, tmp_path_factory) -> Draft:
    """The report in each form: as it is, by pandoc in Word's, and printed by Chromium."""
    if request.param == "md":
        return read_draft(read(REPORT), survey_round)
    folder = tmp_path_factory.mktemp("report")
    page, file = folder / "report.html", folder / f"report.{request.param}"
    page.write_text(as_html(read(REPORT)), encoding="utf-8")
    if request.param == "docx":
        pypandoc.convert_file(str(page), "docx", outputfile=str(file))
    else:
        file.write_bytes(printed_page(page))
    return read_draft(read(file), survey_round)


@pytest.fixture(scope="module")
def claims(draft: Draft, survey_round: Round) -> pd.DataFrame:
    return against_hand(draft, survey_round)


def test_every_cell_of_its_tables_is_read_as_transcribed(draft, survey_round):
    cells, differing = tables_differing(draft, survey_round)
    assert (cells, differing) == (388, [])


def test_claims_are_found_and_matched_as_people_did(claims):
    right = claims["found"] & (claims["fact"] == claims["found_fact"])
    assert claims["found"].mean() >= 0.95, list(claims.loc[~claims["found"], "printed"])
    assert right.mean() >= 0.9, claims[~right]


def test_nothing_that_agrees_is_called_different(draft, claims, survey_round):
    agreeing = claims[claims["verdict"] != "differs"]
    assert list(agreeing.loc[agreeing["found_verdict"] == "differs", "id"]) == []
    hand, found = judged_alike(draft, survey_round)
    alarms = found[found["verdict"] == "differs"].index.difference(
        hand[hand["verdict"] == "differs"].index
    )
    assert list(alarms) == []


def test_what_differs_is_told(draft, claims, survey_round):
    hand, found = judged_alike(draft, survey_round)
    differing = hand[hand["verdict"] == "differs"].index
    told = int((found["verdict"].reindex(differing) == "differs").sum())
    of_text = claims[claims["verdict"] == "differs"]
    told += int((of_text["found_verdict"] == "differs").sum())
    assert told >= 0.9 * (len(differing) + len(of_text)) > 90


def judged_alike(draft: Draft, survey_round: Round) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables and examples as judged by hand and as found, by place; examples by what they say."""
    facts, tests = (survey_round.read_result(f"{name}.csv") for name in ("facts", "associations"))
    replies, transcribed = survey_round.read_replies(), read_publication(survey_round)
    assert transcribed is not None
    both = []
    for publication in (transcribed, draft.publication):
        audited = audit_publication(publication, replies, facts, tests)
        rows = audited[audited["source"] != "prose"]
        both.append(rows.set_index(pd.Index(places(rows))))
    return both[0], both[1]


def places(rows: pd.DataFrame) -> list[str]:
    """The places of the rows; of an example its number among those of its source and section."""
    names: list[str] = []
    for row in rows.itertuples():
        is_example = row.source == "examples"
        name = f"{row.column}: {row.printed}" if is_example else f"{row.row}: {row.column}"
        name = f"{row.source} {name}"
        names.append(f"{name} #{sum(other.startswith(name) for other in names)}")
    return names
