"""The page of a draft: it reads as the draft does; each figure is marked, with what it rests on."""

import re
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

sys.path.append(str(Path(__file__).parent))
from marked_draft import HOSTILE, SHARE, context, draft, items

from publication_audit.draft.document import Run
from publication_audit.draft.in_words import fact_in_words
from publication_audit.draft.items import VERDICTS
from publication_audit.draft.page import CLASSES, Note, draft_page, marked


@pytest.fixture(scope="module")
def facts(survey_round, cleaned):
    return context(survey_round, cleaned)


@pytest.fixture(scope="module")
def html(facts) -> str:
    return draft_page(draft(), items(), facts)


@pytest.fixture
def page(html) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def words(element) -> str:
    return " ".join(element.get_text(" ").split())


def without_tags(html: str) -> str:
    """The text of marked HTML without the verdicts that the page adds."""
    soup = BeautifulSoup(html, "html.parser")
    for tag in soup.select(".tag"):
        tag.decompose()
    return soup.get_text()


def test_the_page_holds_all_the_text_of_the_draft_and_adds_no_element_of_it(page):
    draft_section = page.find(id="draft").parent
    for notes in draft_section.select(".beside-text"):
        notes.extract()
    shown = without_tags(str(draft_section))
    for block in draft().blocks:
        cells = [cell for row in block.rows for cell in row] or [block]
        assert all(cell.text in shown for cell in cells)
    assert not page.select("main img, main script")
    assert len(page.select("script")) == 1


def test_each_item_is_marked_in_words_and_leads_to_what_it_rests_on(page):
    for number, item in items().iterrows():
        mark, note = page.find(id=f"item-{number}"), page.find(id=f"note-{number}")
        assert without_tags(str(mark)) == item["printed"]
        tag = mark.find_all("a", class_="tag")[-1]
        assert item["verdict"] in words(tag)
        assert tag["href"] == f"#note-{number}"
        assert CLASSES[item["verdict"]] in mark["class"]
        assert item["verdict"] in words(note)
        if item["verdict"] == "differs":
            assert f"should be {item['recomputed']}" in words(note)


def test_what_differs_is_listed_before_the_draft_with_its_number(page):
    listed = page.find(id="list-differs").parent
    rows = listed.select("tbody tr")
    assert [row.select("td")[1].get_text() for row in rows] == ["83%", "not underlined"]
    assert [row.a["href"] for row in rows] == ["#item-0", "#item-4"]
    assert listed.sourceline < page.find(id="draft").sourceline


def test_the_counts_by_verdict_are_those_of_the_items(page):
    counts = items()["verdict"].value_counts()
    cards = page.select(".key-figures li")
    assert [int(card.select_one(".value").text) for card in cards] == [counts[v] for v in VERDICTS]


def test_a_share_has_its_count_and_base(page):
    basis = words(page.find(id="note-0").find("dl"))
    assert re.search(r"Counted 48 Of 58 Share 82\.8%", basis)
    assert "shared the training materials" in basis
    assert len(page.find(id="note-2").find_all("dl")) == 2


def test_hostile_text_is_text_everywhere(html):
    assert HOSTILE not in html
    assert html.count("onerror=") == html.count("&lt;img src=x onerror=")


def test_no_draft_without_items_is_called_right(facts):
    page = BeautifulSoup(draft_page(draft(), items().iloc[:0], facts), "html.parser")
    assert "No figure" in words(page.find("p", class_="lead"))


def test_every_fact_is_told_in_words(facts):
    untold = [fact for fact in (*facts.facts, *facts.declared) if not fact_in_words(fact, facts)]
    assert untold == []
    assert "training materials" in fact_in_words(SHARE, facts)


def note(number: int, start: int, end: int) -> Note:
    blank = dict.fromkeys(["place", "text", "printed", "recomputed", "explanation", "rule"], "")
    where = {"cell": (-1, -1), "start": start, "end": end, "block": 0}
    settings = {"verdict": "agrees", "number": 0, "how_sure": "", "bases": ()}
    return Note(id=number, **blank, **where, **settings)


TEXTS = st.text("abx<&\"'", max_size=6)
RUNS = st.lists(st.builds(Run, TEXTS, st.booleans(), st.booleans(), st.booleans()), max_size=5)
SPANS = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 9)), max_size=6)


@given(RUNS, SPANS)
def test_marks_however_they_overlap_keep_the_text_and_close_what_they_open(runs, spans):
    notes = [note(place, start, start + length) for place, (start, length) in enumerate(spans)]
    html = str(marked(runs, notes))
    soup = BeautifulSoup(html, "html.parser")
    assert len(soup.select(".item")) == len(notes)
    assert html.count("<span") == html.count("</span>")
    assert without_tags(html) == "".join(run.text for run in runs)
