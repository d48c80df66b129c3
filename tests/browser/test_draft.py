"""A draft's page in a real browser: accessible, silent, harmless, on any screen and on paper."""

import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser

sys.path.append(str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parents[1] / "publication_audit" / "draft"))
from accessibility import violations
from marked_draft import context, draft, items

from publication_audit.draft.page import draft_page


@pytest.fixture(scope="module")
def file(survey_round, cleaned, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("draft") / "draft.html"
    page = draft_page(draft(), items(), context(survey_round, cleaned))
    path.write_text(page, encoding="utf-8")
    return path


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1400, "light"), (1400, "dark")])
def test_the_page_is_accessible_fits_and_runs_nothing_of_the_draft(
    browser: Browser, axe: str, file: Path, width: int, scheme: str
):
    view = {"width": width, "height": 900}
    made = browser.new_context(viewport=view, color_scheme=scheme, bypass_csp=True)
    page, said, asked = made.new_page(), [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    assert page.evaluate("window.hurt") is None
    assert violations(page, axe) == []
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    small = """[...document.querySelectorAll("main *")].filter((one) => one.textContent.trim() &&
        parseFloat(getComputedStyle(one).fontSize) < 12).map((one) => one.outerHTML.slice(0, 80))"""
    assert page.evaluate(small) == []
    assert [url for url in asked if not url.startswith("data:")] == [file.as_uri()]
    assert said == []
    made.close()


def test_keys_go_through_what_differs_and_show_what_it_rests_on(browser: Browser, file: Path):
    page = browser.new_page(viewport={"width": 1400, "height": 700})
    page.goto(file.as_uri())
    here = "document.querySelector('.item.here')?.id"
    places = []
    for key in ("n", "n", "n", "p", "p"):
        page.keyboard.press(key)
        places.append(page.evaluate(here))
    assert places == ["item-0", "item-4", "item-0", "item-4", "item-0"]
    assert "1 of 2" in page.locator(".steps output").inner_text()
    box = page.locator("#basis")
    assert not box.is_visible()
    page.keyboard.press("Enter")
    assert "48" in box.inner_text()
    assert "58" in box.inner_text()
    page.keyboard.press("Escape")
    assert not box.is_visible()
    page.locator(".steps select").select_option(label="all that is marked")
    page.locator(".steps button").last.click()
    assert page.evaluate(here) == "item-1"
    page.locator("#item-4").click()
    assert page.evaluate(here) == "item-4"
    assert "not underlined" in box.inner_text()
    page.close()


def test_on_paper_stands_what_differs_and_no_control(browser: Browser, file: Path):
    page = browser.new_page()
    page.goto(file.as_uri())
    page.emulate_media(media="print")
    assert not page.locator(".steps").is_visible()
    assert page.locator("#note-0 strong").is_visible()
    assert page.locator("#item-0 .tag").inner_text() == "differs"
    page.close()
