"""The list of rounds in a real browser: accessible, silent, and readable on a phone."""

import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser

sys.path.append(str(Path(__file__).parent))
from accessibility import violations

from followup.facts import Facts, survey_facts
from followup.published_rounds import PublishedRound, index_of
from notebook_report.index import index_html


@pytest.fixture
def index_page(survey_round, cleaned, tmp_path: Path) -> Path:
    """The list of two rounds with the facts of 2021."""
    replies, counts, _ = cleaned
    facts = survey_facts(survey_round, replies, counts, survey_round.read_workshops())
    later = survey_round.model_copy(update={"year": 2022})
    published = [PublishedRound(one, Facts(facts)) for one in (later, survey_round)]
    page = index_html(index_of(published))
    (tmp_path / "index.html").write_text(page, encoding="utf-8")
    return tmp_path / "index.html"


@pytest.mark.parametrize("width", [320, 1280])
def test_the_list_of_rounds_is_accessible_silent_and_fits(
    browser: Browser, axe: str, index_page: Path, width: int
):
    context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
    page, said, asked = context.new_page(), [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(index_page.as_uri())
    assert violations(page, axe) == []
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    assert [url for url in asked if not url.startswith("data:")] == [index_page.as_uri()]
    assert said == []
    context.close()
