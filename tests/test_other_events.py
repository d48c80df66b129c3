"""A round about courses speaks of courses: nothing that is read in its report says workshop.

Both kinds of round are built whole, that is two reports of about ten seconds: only there has every
sentence cause to be said. The published one is that of 2021 with another word in it. The annex is
left out, since it shows the project's own documents, and so are names that are fixed: of files, of
columns, and what stands in code.
"""

import csv
import io
import re
import shutil
import string
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

sys.path.append(str(Path(__file__).parent))
from made_up_round import FORMS, YEAR, made_up_replies, made_up_workshops
from project_copy import ROOT, copy_project, warm

WORKSHOP = re.compile(r"workshop(?!s\.csv)", re.IGNORECASE)
SHOWN = ("alt", "title", "aria-label", "data-filter", "placeholder", "summary")


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
    """The made-up round, about courses."""
    raw.mkdir()
    template = (ROOT / "data" / "template" / "round.toml").read_text(encoding="utf-8")
    named = (
        template.replace('"replies.xlsx"', '"export.csv"')
        .replace("# event =", "event =")
        .replace("# events", "events")
    )
    declared = string.Template(of_courses(named)).substitute(year=YEAR, fiscal_year="FY", number=9)
    (raw / "round.toml").write_text(declared, encoding="utf-8")
    (raw / "workshops.csv").write_text(
        table_of_courses(made_up_workshops().to_csv(index=False)), encoding="utf-8"
    )
    export = FORMS["google_forms.csv"](made_up_replies().to_dict("records")).decode()
    (raw / "export.csv").write_text(of_courses(export), encoding="utf-8", newline="")


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where both rounds are published."""
    root = tmp_path_factory.mktemp("courses")
    copy_project(root)
    published_round(root / "data" / "raw" / "2021")
    questionnaire_round(root / "data" / "raw" / str(YEAR))
    with warm(root) as project:
        for year in (2021, YEAR):
            status, printed = project.run("report", year)
            assert status == 0, printed
    return root / "output"


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
def test_a_round_about_courses_never_speaks_of_workshops(output, page):
    texts = read_by_people((output / page).read_text(encoding="utf-8"))
    assert texts
    assert of_workshops(texts) == []


@pytest.mark.parametrize("year", [2021, YEAR])
def test_a_round_about_courses_speaks_of_courses(output, year):
    pages = [output / str(year) / name for name in ("report.html", "annex.html")]
    texts = " ".join(
        text for page in pages for text in read_by_people(page.read_text(encoding="utf-8"))
    )
    for said in (
        "Reply rate by course",
        "Replies are compared within courses",
        "left out",
        "Course or row",
        "Follow-up actions taken after the courses",
    ):
        assert said in texts


@pytest.mark.parametrize("year", [2021, YEAR])
def test_the_figures_of_a_round_about_courses_never_speak_of_workshops(output, year):
    drawn = {
        path.name: path.read_text(encoding="utf-8")
        for path in (output / str(year) / "figures").glob("*.svg")
    }
    assert len(drawn) > 5
    assert [name for name, svg in drawn.items() if WORKSHOP.search(svg)] == []
    assert "within courses" in drawn["forest.svg"]


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
