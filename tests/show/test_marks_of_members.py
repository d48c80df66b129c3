"""Members in a table: codes are marked by name, the marks are said in words, and counts stay
counts."""

import pandas as pd
from bs4 import BeautifulSoup

from followup.show.tables import marked_codes, marked_members

MEMBERS = pd.DataFrame(
    {"shared": ["FJ TO", ""], "wrote": ["WS", "FJ"], "saw": ["FJ PG", ""]}, index=["a", "b"]
)


def test_a_code_with_a_name_says_it():
    assert marked_codes("FJ XX", underlined={"FJ"}, names={"FJ": "<Fiji>"}) == (
        '<u><abbr title="&lt;Fiji&gt;">FJ</abbr></u>, XX'
    )
    assert marked_codes("FJ TO", bold={"TO"}) == "FJ, <strong>TO</strong>"
    assert marked_codes("") == "–"


def test_who_acted_and_reported_is_marked_and_said():
    marked = marked_members(MEMBERS, ["shared", "wrote"], "saw", {}, "direct effects")
    cell = BeautifulSoup(marked.loc["a", "shared"], "html.parser")
    assert [mark.get_text() for mark in cell.find_all("u")] == ["FJ"]
    assert cell.find(class_="visually-hidden").get_text() == " With direct effects: FJ."
    last = BeautifulSoup(marked.loc["a", "saw"], "html.parser")
    assert [mark.get_text() for mark in last.find_all("strong")] == ["FJ"]
    assert "With any of the actions: FJ." in last.get_text()
    assert BeautifulSoup(marked.loc["b", "wrote"], "html.parser").find("u") is None


def test_the_noun_is_text():
    marked = marked_members(MEMBERS, ["shared"], "saw", {}, "<script>")
    assert "<script>" not in marked.loc["a", "shared"]


def test_counts_are_not_taken_for_codes():
    counts = pd.DataFrame({"shared": ["3"], "saw": ["3"]}, index=["a"])
    assert marked_members(counts, ["shared"], "saw", {}, "effects").loc["a", "shared"] == "3"
