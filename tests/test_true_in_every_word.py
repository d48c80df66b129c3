"""The pages of 2021 as built are true in every word: their sentences are read and held to counts
made here from the replies; and nothing is longer or told more often than it should be."""

import os
import re
from collections import Counter
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup, Tag
from statsmodels.stats.proportion import proportion_confint

from followup import statistics
from followup.rounds import ROOT, declared_pairs
from followup.statistics.clustered import cluster_labels
from followup.statistics.sensitivity import apply_edits
from followup.tables import both_answered

BUILT = ROOT / "output" / "2021"
PAGES = ("report", "annex", "audit")
# What a reader does not see, or sees only after asking for it.
UNSEEN = "script, style, details, nav, .on-paper, .download, .beside, .visually-hidden, .filter"
POINTS = "ul:not(.key-figures) > li"
INVITED = 153


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    """The pages of 2021 are there, as make built them."""
    if not (BUILT / "report.html").exists():
        said = "output/2021/report.html is not built: make report YEAR=2021"
        pytest.fail(said) if os.environ.get("CI") else pytest.skip(said)


@cache
def source(name: str) -> str:
    return (BUILT / f"{name}.html").read_text(encoding="utf-8")


def page(name: str) -> Tag:
    """The text of a page, to be changed at will."""
    main = BeautifulSoup(source(name), "html.parser").main
    assert main is not None
    return main


def text(tag: Tag | None) -> str:
    assert tag is not None
    return re.sub(r" (?=[,.;:)])", "", " ".join(tag.get_text(" ").split()))


def section(name: str, heading: str) -> Tag:
    """The section of a page under a heading that begins so, as a reader sees it."""
    main = seen(name)
    found = [one for one in main.find_all("section") if one.h2 and text(one.h2).startswith(heading)]
    assert len(found) == 1, heading
    return found[0]


def seen(name: str, lists: bool = True) -> Tag:
    """A page as a reader sees it; without its lists of examples and of members too."""
    main = page(name)
    for tag in main.select(UNSEEN):
        tag.decompose()
    for table in [] if lists else main.select("table"):
        if "examples" in (table.get("class") or ()) or table.select("abbr"):
            table.decompose()
    return main


def percent(share: float) -> str:
    return f"{int(share * 100 + 0.5 + 1e-9)}%"


@pytest.fixture(scope="module")
def replies(survey_round) -> pd.DataFrame:
    return survey_round.read_replies()


@pytest.fixture(scope="module")
def tests() -> pd.DataFrame:
    return pd.read_csv(BUILT / "associations.csv")


def test_the_report_is_short_and_its_lists_are_all_that_is_long():
    assert len(text(seen("report", lists=False)).split()) <= 4500
    assert len(section("report", "Main points").select(".key-figures li")) == 4
    points = section("report", "Main points").select(POINTS)
    assert 0 < len(points) <= 6
    assert [
        point for point in map(text, points) if len(re.findall(r"[.?!](?= |$)", point)) > 1
    ] in (
        [],
        [
            one for one in map(text, points) if "No. 25" in one
        ],  # the point of the number's own title
    )


def test_who_was_asked_is_told_alike_everywhere(replies):
    rate, administrations = percent(len(replies) / INVITED), replies["administration"].nunique()
    who = "named administrations" if replies["administration"].isna().any() else "administrations"
    said = f"{rate} of {INVITED} invitations were answered, by {administrations} {who}"
    for place in (
        section("report", "Main points").select_one(".key-figures li"),
        section("report", "Main points").select_one(POINTS),
        section("report", "2.1"),
    ):
        assert said in text(place)
    index = (BUILT.parent / "index.html").read_text(encoding="utf-8")
    assert said in text(BeautifulSoup(index, "html.parser").main)
    table = section("report", "2.1").find("table")
    assert [text(head) for head in table.thead.find_all("th")][1] == "Invitations"
    assert [text(cell) for cell in table.find_all("tr")[-1].find_all("td")] == [
        str(INVITED),
        str(len(replies)),
        rate,
    ]
    for name in PAGES:
        assert not re.search(r"invited administrations (that )?repl", source(name), re.IGNORECASE)


def test_a_headline_that_another_reading_changes_says_so(survey_round, replies):
    ids = [*survey_round.action_ids, *(one.id for one in survey_round.outcomes)]
    alternatives = [choice["alternatives"] for choice in survey_round.plain_choices]
    readings = [
        apply_edits(replies, [edit for one in taken for edit in one.get("edits", [])])[ids]
        for taken in product(*alternatives)
    ]
    yes = pd.DataFrame([one.astype("Float64").sum() for one in readings])
    shares = pd.DataFrame([one.astype("Float64").mean() for one in readings])
    facts = pd.read_csv(BUILT / "facts.csv").set_index("fact")["value"]
    changed = yes.columns[(yes.min() < yes.max()).fillna(False)]
    assert list(changed) == ["organized_workshop", "direct_effects"]
    for option, kind in zip(changed, ("action", "outcome"), strict=True):
        assert facts[f"{kind}.{option}.lowest"] == yes[option].min()
        assert facts[f"{kind}.{option}.share.highest"] == pytest.approx(shares[option].max())
    assert sum(fact.endswith(".share.lowest") for fact in facts.index) == len(changed)
    effects = shares["direct_effects"]
    said = f"{percent(effects.min())} to {percent(effects.max())}"
    main_points = section("report", "Main points")
    assert f"in other readings {said}" in text(main_points.select_one(".key-figures"))
    assert f"direct effects ({said} in other readings)" in text(main_points)
    assert f"Other readings of the source give {said}." in text(section("report", "2.4"))
    in_house = yes["organized_workshop"]
    said = f"give {int(in_house.min())} or {int(in_house.max())} replies"
    assert f"organizing an in-house workshop other readings of the source {said}" in text(
        section("report", "2.2")
    )
    assert "solid" not in text(page("report")).lower()


def test_beside_an_interval_of_chance_stands_what_non_response_leaves_open():
    facts = pd.read_csv(BUILT / "facts.csv").set_index("fact")["numerator"]
    for number, outcome in (
        ("2.4", "direct_effects"),
        ("2.5", "improved_work"),
        ("2.6", "new_project"),
    ):
        yes, silent = facts[f"outcome.{outcome}.share"], INVITED - 58
        low, high = map(percent, proportion_confint(yes, 58, method="wilson"))
        least, most = percent(yes / INVITED), percent((yes + silent) / INVITED)
        paragraph = next(
            text(one) for one in section("report", number).find_all("p") if "interval" in one.text
        )
        assert f"Chance alone leaves open {low} to {high} (95% interval)" in paragraph
        assert (
            f"the {silent} invitations without an answer leave open {least} to {most}" in paragraph
        )
    point = next(
        one for one in section("report", "Main points").find_all("li") if "may be" in one.text
    )
    assert "anything from 25% to 87%" in text(point)
    assert "intervals of chance only" in text(section("report", "Are actions").find("figcaption"))


def test_who_moves_an_estimate_most_is_named_and_the_sign_is_told_from_both_sides(
    survey_round, replies, tests
):
    rows = next(
        table for table in seen("annex").find_all("table") if "left out" in text(table.caption)
    )
    groups = {text(body.find("tr")): body for body in rows.find_all("tbody")}
    names = pd.read_csv(ROOT / "data/raw/administrations.csv", keep_default_na=False)
    names = names.set_index("code")["name"]
    for pair in declared_pairs(survey_round).query("family != 'exploratory'").itertuples():
        complete = both_answered(replies, pair.action, pair.outcome)
        every = statistics.exact_common_odds_ratio(
            statistics.stratum_tables(complete, "action", "outcome", "workshop")[1]
        ).odds_ratio
        left = statistics.leave_one_out(complete, "action", "outcome", cluster_labels(complete))
        moved = np.abs(np.log(left["odds_ratio"]) - np.log(every))
        nouns = f"{survey_round.noun(pair.action)} and {survey_round.noun(pair.outcome)}"
        body = next(one for head, one in groups.items() if head.lower() == nouns.lower())
        row = next(
            [text(cell) for cell in line.find_all(["th", "td"])]
            for line in body.find_all("tr")[1:]
            if [text(cell) for cell in line.find_all(["th", "td"])][:2]
            == ["workshops", "administration"]
        )
        assert row[-1] == names[moved.idxmax()], nouns
    sign = tests[tests["verdict"] == "suggestive"].iloc[0]
    said = text(section("report", "Are actions"))
    for value in (sign["exact_p"], sign["mh_p"], sign["loo_administration_min_p"]):
        assert f"{value:.3f}" in said
    assert f"{sign['loo_administration_max_p']:.2f}" in said
    assert not re.search(r"no sign that", said, re.IGNORECASE)


def test_ties_captions_and_examples_are_told_as_they_are(survey_round):
    practices = survey_round.read_good_practices()
    lessons = practices[practices["section"] == "2.3"].drop_duplicates("example")
    planned = lessons[lessons["status"] == "planned"]
    said = text(section("report", "2.3"))
    assert f"{len(lessons)} examples, {len(planned)} of them only planned" in said
    assert "An example printed twice counts once." in said
    alt = section("report", "2.3").find("img")["alt"]
    for theme, rows in lessons.groupby("theme"):
        done = (rows["status"] == "done").sum()
        assert f"{theme}: {done} done, {len(rows) - done} planned" in alt
    improved = pd.read_csv(BUILT / "tables" / "table_5.csv").set_index("workshop").drop("total")
    all_yes = (improved["yes"] == improved["replies"]).sum()
    assert f"In {all_yes} of the {len(improved)} workshops every reply" in text(
        section("report", "2.5")
    )
    under_way = practices[practices["says"] == "new_project"]
    assert set(under_way["status"]) == {"planned"}
    audited = text(page("audit"))
    assert "but Bangladesh is not among those that reported a new modernization project" in audited


def test_the_examples_keep_the_terms_of_the_source(survey_round):
    told = " ".join(survey_round.read_good_practices()["example"])
    for term in ("AEO", "PCA", "KPI", "biometric", "terms of reference", "learning circle"):
        assert term in told
    tonga = survey_round.read_good_practices().query("administration == 'TO'")["example"]
    assert not tonga.str.contains("Rebuilt").any()
    assert tonga.str.contains("Adjusted").any()


def test_the_audit_does_not_contradict_itself():
    audited = pd.read_csv(BUILT / "audit.csv", keep_default_na=False)
    verdicts = audited["verdict"].value_counts()
    figures = [text(one) for one in section("audit", "In brief").select(".key-figures .value")]
    assert figures == [
        str(len(audited)),
        *(str(verdicts[verdict]) for verdict in ("agrees", "differs", "not checkable")),
    ]
    differing = audited[audited["verdict"] == "differs"]
    said = text(section("audit", "In brief"))
    places = [int(number) for number in re.findall(r"\(in (\d+) places?\)", said)]
    errors = [
        int(found)
        for found in re.findall(r"(\d+) (?:conclusion|figure|editorial slip)s? ", said)[:3]
    ]
    assert sum(places) == len(differing)
    assert sum(errors) == differing["root"].nunique()
    online = audited[audited["explanation"].str.contains("workshops were held online")]
    assert set(online["verdict"]) == {"agrees"}
    most = audited[audited["printed"].str.fullmatch(r"most", case=False)]
    assert set(most["verdict"]) == {"agrees", "differs"}
    changes = audited[audited["printed"].isin(["increased", "decreases"])]
    assert set(changes["verdict"]) == {"agrees"}
    assert changes["explanation"].str.contains("cannot be tested").all()
    before = audited[audited["explanation"].str.startswith("Known only from this print")]
    assert set(before["verdict"]) == {"not checkable"}
    numbers = re.findall(r"\[(\d+)\]", text(section("audit", "In brief")))
    assert set(map(int, numbers)) <= set(range(1, differing["root"].nunique() + 1))
    trade = audited[
        (audited["source"] == "examples") & audited["explanation"].str.contains("topic of")
    ]
    assert len(trade) == 2
    assert trade["recomputed"].str.contains("Trade Facilitation").all()


def test_no_identifier_file_or_other_spelling_reaches_a_reader(survey_round):
    ids = [*survey_round.action_ids, *(one.id for one in survey_round.outcomes)]
    british = r"\b(organis|realis|modernis|recognis|summaris|emphasis(e|ing)|utilis)\w*"
    for name in PAGES:
        main = page(name)
        for tag in main.select(f"{UNSEEN}, code"):
            tag.decompose()
        said = text(main)
        assert [one for one in ids if one in said] == [], name
        assert not re.search(r"\b\w+\.(ipynb|parquet|toml|csv|py)\b|\d\d_[a-z]+_", said), name
        assert not re.search(british, said), name
        assert not re.search(r"&lt;style|\bnotebook\b", said), name
    assert "never shown without" not in text(page("annex"))
    assert "every figure" not in text(page("annex")).lower()
    terms = [text(row.th) for row in page("annex").select('table[data-filter="word"] tbody tr')]
    assert len(terms) == len(set(terms)) > 50


def test_nothing_stands_twice():
    told: Counter[str] = Counter()
    for name in PAGES:
        for tag in seen(name).find_all(["p", "li", "dd", "caption"]):
            if not tag.find(["p", "li"]):
                sentences = re.split(r"(?<=[.?!]) (?=[A-Z])", text(tag))
                told.update({one for one in sentences if len(one.split()) >= 8})
    again = [one for one, times in told.items() if times > 1]
    once_a_section = (
        "these actions go together",
        "confirmed in four of five",
        "stands for",
        "annex says",
        "in the totals",
    )
    assert [one for one in again if not any(words in one for words in once_a_section)] == []


def test_a_published_table_is_called_so():
    for caption in page("audit").select("table caption"):
        number = re.match(r"Table (\w+)", text(caption))
        assert (
            number is None
            or number[1].startswith("B")
            or "of the published report" in text(caption)
        )


def test_pages_are_small_enough_to_send():
    assert Path(BUILT / "report.html").stat().st_size < 800_000
