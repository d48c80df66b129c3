"""A round about courses speaks of courses: nothing that is read in its report says workshop.

The notebooks of 2021 run as they are, with another word in its raw data. A questionnaire's round
is built whole, with names that look strange as well, so that both are seen in every sentence. The
annex is left out, since it shows the project's own documents, and so are names that are fixed: of
files, of columns, and what stands in code.
"""

import csv
import io
import re
import shutil
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from nbconvert.filters import markdown2html

sys.path.append(str(Path(__file__).parent))
from made_up_round import YEAR, HostileNames
from project_copy import ROOT, copy_project, warm
from run_notebook import SECTIONS, quick, run_sections

from followup import rounds
from followup.steps import check_result

WORKSHOP = re.compile(r"workshop(?!s\.csv)", re.IGNORECASE)
SHOWN = ("alt", "title", "aria-label", "data-filter", "placeholder", "summary")
EVENTS = {2021: "course", YEAR: "{course}"}
STRANGE = HostileNames(
    action="quantile",
    outcome="x2",
    workshop="NA",
    scope="None",
    label="{{ 7 * 7 }}, **bold** <script>",
    noun="the {course} of **all** <b>",
    event=EVENTS[YEAR],
)


def of_courses(text: str) -> str:
    """A text that speaks of courses where it spoke of workshops; names of files and keys stay."""
    return re.sub(
        r"([Ww])orkshop(?!s?\.csv|s_organised| ?=|_\d)",
        lambda found: "Cc"[found[1] == "w"] + "ourse",
        text,
    )


def table_of_courses(text: str) -> str:
    """A CSV file whose cells speak of courses; the column `workshop` stays, and so do the facts of
    that name."""
    head, *rows = csv.reader(io.StringIO(text))
    facts = [place for place, name in enumerate(head) if name in ("fact", "base")]
    cells = [
        [
            cell.replace("d_workshop", "d_course") if place in facts else of_courses(cell)
            for place, cell in enumerate(row)
        ]
        for row in rows
    ]
    made = io.StringIO()
    csv.writer(made, lineterminator="\n").writerows(
        [[cell if cell == "workshop" else of_courses(cell) for cell in head], *cells]
    )
    return made.getvalue()


def published_round(raw: Path) -> None:
    """The round of 2021, about courses."""
    shutil.copytree(ROOT / "data" / "raw" / "2021", raw)
    shutil.rmtree(raw / "words")  # the office's own, about its workshops
    for path in raw.rglob("*.csv"):
        path.write_text(table_of_courses(path.read_text(encoding="utf-8")), encoding="utf-8")
    settings = of_courses((raw / "round.toml").read_text(encoding="utf-8"))
    (raw / "round.toml").write_text(
        settings.replace("[round]", '[round]\nevent = "course"', 1), encoding="utf-8"
    )


def questionnaire_round(raw: Path) -> None:
    """The made-up round in one that is laid out, about courses, with strange names."""
    STRANGE.write(raw)
    for path in (raw / name for name in ("round.toml", "workshops.csv", "export.csv")):
        speak = table_of_courses if path.name == "workshops.csv" else of_courses
        text = path.read_bytes().decode()
        path.write_text(speak(text), encoding="utf-8", newline="")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """All that is shown of both rounds, by page."""
    root = tmp_path_factory.mktemp("courses")
    copy_project(root)
    published_round(root / "data" / "raw" / "2021")
    with warm(root) as project:
        assert project.run("round", YEAR)[0] == 0
        questionnaire_round(root / "data" / "raw" / str(YEAR))
        status, printed = project.run("report", YEAR)
        assert status == 0, printed
        assert " 0 fresh, " in printed
    with pytest.MonkeyPatch.context() as patch, quick():
        patch.setattr(rounds, "ROOT", root)
        assert check_result(2021)[0] == 0
        sections = dict.fromkeys(SECTIONS, "")
        survey_round = rounds.open_round(2021)
        for name, text in run_sections(survey_round):
            sections[name] += markdown2html(text)
        annex = sections.pop("50_annex")
    files = [
        *root.glob("output/*/*.html"),
        root / "output/index.html",
        *root.rglob("figures/*.svg"),
    ]
    shown = {str(path.relative_to(root / "output")): path.read_text() for path in files}
    return {**shown, "2021/report.html": "".join(sections.values()), "2021/annex.html": annex}


def read_by_people(page: str) -> list[str]:
    """Every text of a page that a person reads or has read out, but for code and for the annex."""
    parsed = BeautifulSoup(page, "html.parser")
    annex = [
        title.parent
        for title in parsed.find_all("h2", id="questionnaire-members-words-and-methods")
    ]
    for hidden in (*annex, *parsed.find_all(["pre", "code", "script", "style"])):
        hidden.decompose()
    return [
        *parsed.stripped_strings,
        *(tag[name] for tag in parsed.find_all(True) for name in SHOWN if name in tag.attrs),
    ]


def of_workshops(texts: list[str]) -> list[str]:
    return [text for text in texts if WORKSHOP.search(text)]


@pytest.mark.parametrize(
    "page",
    [
        "2021/report.html",
        "2021/check.html",
        f"{YEAR}/report.html",
        f"{YEAR}/check.html",
        "index.html",
    ],
)
def test_a_round_about_courses_never_speaks_of_workshops(pages, page):
    texts = read_by_people(pages[page])
    assert texts
    assert of_workshops(texts) == []


@pytest.mark.parametrize("year", EVENTS)
def test_a_round_about_courses_speaks_of_courses(pages, year):
    names, event = [f"{year}/{name}.html" for name in ("report", "annex")], EVENTS[year]
    texts = " ".join(text for name in names for text in read_by_people(pages[name]))
    for said in (
        f"Reply rate by {event}",
        f"Replies are compared within {event}s",
        "left out",
        f"{event.capitalize()} or row",
        f"Follow-up actions taken after the {event}s",
    ):
        assert said in texts


@pytest.mark.parametrize("year", EVENTS)
def test_the_figures_of_a_round_about_courses_never_speak_of_workshops(pages, year):
    drawn = {name: svg for name, svg in pages.items() if f"{year}/figures/" in name}
    assert len(drawn) > 5
    assert [name for name, svg in drawn.items() if WORKSHOP.search(svg)] == []
    forest = next(svg for name, svg in drawn.items() if name.endswith("forest.svg"))
    assert f"within {EVENTS[year]}s" in forest


def test_a_report_is_built_with_strange_names_that_the_check_passes(pages):
    page = pages[f"{YEAR}/report.html"]
    assert "<b>" not in page
    assert "<script>" not in page.partition("<main")[2].replace("</main>", "")[:200_000]


@pytest.mark.parametrize(
    "page",
    [
        "<p>For each Workshop</p>",
        '<img alt="by workshop">',
        '<table data-filter="administration or workshop"></table>',
        "<h2>Of workshops</h2>",
        "<section><h2 id='other'>x</h2><p>workshop</p></section>",
    ],
)
def test_a_planted_workshop_is_found(page):
    assert len(of_workshops(read_by_people(page))) == 1


@pytest.mark.parametrize(
    "page",
    [
        "<code>workshop</code>",
        "<p>see workshops.csv</p>",
        "<section><h2 id='questionnaire-members-words-and-methods'>x</h2>workshop</section>",
    ],
)
def test_what_may_say_workshop_is_left_out(page):
    assert of_workshops(read_by_people(page)) == []
