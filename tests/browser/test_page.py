"""The report in a real browser: accessible, silent, readable at any width, and deaf to what a reply
might smuggle in."""

import html
import os
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from playwright.sync_api import Browser, Page

from followup.rounds import ROOT
from followup.show.tables import table

sys.path += [str(Path(__file__).parent), str(Path(__file__).parents[1])]
from accessibility import violations
from shown_pages import report_html

BUILT = ROOT / "output" / "2021"
HOSTILE = [
    "<script>window.ran = 'script'</script>",
    "<img src=x alt=x onerror=\"window.ran = 'image'\">",
    "<svg onload=\"window.ran = 'svg'\"></svg>",
    "<iframe srcdoc=\"<script>parent.ran = 'frame'</script>\"></iframe>",
    "{{ 7 * 7 }} {% raw %} **bold** [link](javascript:alert(1))",
]
VERDICTS = ("supported", "suggestive", "not-shown", "not-testable")
PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
FOOTER = {
    "parameters": {"YEAR": 2021},
    "versions": {"pandas": "3.1.1"},
    "inputs": {"data/raw/2021/round.toml": "ab" * 32},
}

OPEN_ALL = "document.querySelectorAll('details').forEach(one => one.open = true)"

Opened = Callable[..., Page]


def shown(source: str, output: str) -> nbformat.NotebookNode:
    """A code cell that showed some HTML."""
    return new_code_cell(source, outputs=[new_output("display_data", {"text/html": output})])


def wide_table(columns: int) -> str:
    """A table wider than a phone, its text hostile, that can be filtered and sorted."""
    heads = "".join(f"<th>Administration {column}</th>" for column in range(columns))
    rows = "".join(
        f"<tr><th>{name}</th>" + f"<td>{html.escape(HOSTILE[0])}</td>" * (columns - 1) + "</tr>"
        for name in ("<abbr title='Tónga'>TO</abbr>", "Fiji", "Samoa")
    )
    return (
        "<table class='sortable' data-filter='name or word'><caption>Table 1."
        f" {'A long caption that wraps. ' * 4}</caption>"
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    )


@pytest.fixture(scope="session")
def made_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with one of everything, and every text in it hostile."""
    folder = tmp_path_factory.mktemp("page")
    figures = (
        '<ul class="key-figures"><li><span class="value">38%</span>'
        ' <span class="label">replied</span></li></ul>'
    )
    verdicts = "".join(
        f'<p><span class="verdict verdict-{kind}">{kind}</span></p>' for kind in VERDICTS
    )
    cells = [
        new_markdown_cell(f"# {HOSTILE[0]}\n\nA [link](#who)."),
        *(new_markdown_cell(f"## {text}\n\nA reply said: {text}") for text in HOSTILE[:4]),
        shown("figures()", figures),
        shown(
            "say()",
            f'<p class="finding">{html.escape(HOSTILE[4])}</p><p class="note">Note.</p>{verdicts}',
        ),
        new_markdown_cell("## Who?"),
        shown("table('" + "x" * 200 + "')", wide_table(12)),
        shown(
            "draw()",
            f'<figure><img src="{PIXEL}" alt="Rates">'
            "<figcaption>Half replied</figcaption></figure>",
        ),
        shown(
            "card()",
            '<div class="card"><h3>Claim</h3><p><mark class="differs">57%</mark></p></div>',
        ),
    ]
    nbformat.write(new_notebook(cells=cells), folder / "21_made.ipynb")
    written = folder / "report.html"
    written.write_text(
        report_html([folder / "21_made.ipynb"], HOSTILE[0], HOSTILE[1], FOOTER), encoding="utf-8"
    )
    return written


@pytest.fixture(params=["made", "report"])
def page_file(request: pytest.FixtureRequest, made_page: Path) -> Path:
    """The made page, and the report of 2021 as make built it."""
    return made_page if request.param == "made" else request.getfixturevalue("report_file")


@pytest.fixture
def report_file() -> Path:
    """The report of 2021 as make built it."""
    if not (BUILT / "report.html").exists():
        said = "output/2021/report.html is not built: make report YEAR=2021"
        pytest.fail(said) if os.environ.get("CI") else pytest.skip(said)
    return BUILT / "report.html"


@pytest.fixture(scope="module")
def pages() -> Iterator[dict[str, Page]]:
    """A page of a browser context for each set of options: to start one takes longer than to load
    a file in it."""
    made: dict[str, Page] = {}
    yield made
    for page in made.values():
        page.context.close()


@pytest.fixture
def opened(browser: Browser, pages: dict[str, Page]) -> Opened:
    """Load a file anew, in the page that has the options; what it asked for and complained of is
    noted on it."""

    def new_page(options: dict[str, object]) -> Page:
        page = browser.new_context(**options).new_page()
        page.on("request", lambda request: page.asked.append(request.url))
        page.on(
            "console",
            lambda message: (
                page.complaints.append(message.text)
                if message.type in ("error", "warning")
                else None
            ),
        )
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        return page

    def open_page(
        file: Path,
        media: str = "screen",
        width: int = 1280,
        scheme: str = "light",
        **options: object,
    ) -> Page:
        if str(options) not in pages:
            pages[str(options)] = new_page(options)
        page = pages[str(options)]
        page.asked = []
        page.goto("about:blank")
        page.mouse.move(0, 0)
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(media=media, color_scheme=scheme)
        page.asked, page.complaints = [], []
        page.goto(file.as_uri())
        return page

    return open_page


PAGES = ("report.html", "annex.html", "audit.html")


@pytest.mark.parametrize(
    ("media", "width", "scheme"),
    [
        ("screen", 1280, "light"),
        ("screen", 1280, "dark"),
        ("screen", 375, "light"),
        ("screen", 375, "dark"),
        ("print", 1280, "light"),
    ],
)
@pytest.mark.parametrize("name", ["made", *PAGES])
def test_axe_finds_nothing_against_wcag_and_best_practice(
    opened: Opened,
    axe: str,
    made_page: Path,
    report_file: Path,
    name: str,
    media: str,
    width: int,
    scheme: str,
):
    file = made_page if name == "made" else report_file.with_name(name)
    page = opened(file, media, width, scheme)
    page.evaluate(OPEN_ALL)
    page.wait_for_timeout(100)
    found = violations(page, axe)
    if media == "print":  # nobody touches paper
        found = [line for line in found if not line.startswith("target-size")]
    assert found == []


def test_the_notebooks_own_pages_are_silent_narrow_and_accessible(opened: Opened, axe: str):
    files = sorted((BUILT / "notebooks").glob("*.html"), key=lambda file: file.stat().st_size)
    for file in files:
        page = opened(file, width=320)
        said = (page.complaints, page.asked, page.evaluate("document.scrollingElement.scrollWidth"))
        assert (file.name, *said) == (file.name, [], [file.as_uri()], 320)
    assert [violations(opened(file), axe) for file in files[-1:]] in ([], [[]])


def test_no_request_leaves_the_page_and_the_console_stays_empty(opened: Opened, page_file: Path):
    page = opened(page_file)
    page.evaluate(OPEN_ALL)
    assert [url for url in page.asked if not url.startswith("data:")] == [page_file.as_uri()]
    assert page.complaints == []


@pytest.mark.parametrize(("width", "scale"), [(320, 1), (320, 4), (768, 1), (1024, 1), (1280, 1)])
def test_the_page_never_scrolls_sideways(opened: Opened, page_file: Path, width: int, scale: int):
    page = opened(page_file, width=width, device_scale_factor=scale)
    page.evaluate(OPEN_ALL)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    sticking_out = page.evaluate(
        """() => [...document.querySelectorAll('body *')]
            .filter(one => !one.closest('.scroll') && !one.matches('.skip, .visually-hidden'))
            .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
            .map(one => one.outerHTML.slice(0, 120))"""
    )
    assert sticking_out == []


def test_headings_go_down_one_level_at_a_time_under_one_h1(opened: Opened, page_file: Path):
    levels = opened(page_file).evaluate(
        "[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(one => +one.tagName[1])"
    )
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


def test_every_figure_has_alt_text_and_every_table_a_caption_and_scopes(
    opened: Opened, page_file: Path
):
    page = opened(page_file)
    assert page.evaluate("[...document.images].filter(one => !one.alt.trim()).length") == 0
    assert (
        page.evaluate(
            "[...document.querySelectorAll('table')]"
            ".filter(one => !one.caption?.textContent.trim()).length"
        )
        == 0
    )
    assert page.evaluate("[...document.querySelectorAll('th:not([scope])')].length") == 0


def test_everything_that_can_be_used_is_reached_by_tab(opened: Opened, page_file: Path):
    page = opened(page_file)
    total = page.evaluate(
        """() => {
            const usable = 'a[href], button, input, select, summary, [tabindex="0"]';
            const visible = { contentVisibilityAuto: true, visibilityProperty: true };
            const seen = [...document.querySelectorAll(usable)]
                .filter(one => one.checkVisibility(visible));
            seen.forEach(one => one.dataset.waiting = '');
            return seen.length;
        }"""
    )
    for _ in range(total):
        page.keyboard.press("Tab")
        page.evaluate("delete document.activeElement.dataset.waiting")
    assert (
        page.evaluate(
            "[...document.querySelectorAll('[data-waiting]')]"
            ".map(one => one.outerHTML.slice(0, 120))"
        )
        == []
    )


def test_every_fold_opens_and_closes_by_keyboard(opened: Opened, page_file: Path):
    page = opened(page_file, width=375)
    for summary in page.locator("summary").all():
        fold = summary.locator("..")
        summary.focus()
        page.keyboard.press("Enter")
        assert fold.evaluate("one => one.open")
        page.keyboard.press("Space")
        assert not fold.evaluate("one => one.open")


def test_the_page_can_be_read_whole_without_javascript(opened: Opened, page_file: Path):
    page = opened(page_file, java_script_enabled=False)
    assert page.locator("nav .wide a").first.is_visible()
    assert page.locator("main h2").first.is_visible()
    page.locator("details.code summary").first.click()
    assert page.locator("details.code pre").first.is_visible()
    assert page.locator("button, input").count() == 0


def test_on_paper_code_is_left_out(opened: Opened, page_file: Path):
    page = opened(page_file, "print")
    assert not page.locator("details.code").first.is_visible()
    assert not page.locator(".skip").is_visible()
    assert not page.locator(".theme").is_visible()


def test_the_hashes_are_printed_with_the_annex(opened: Opened, report_file: Path):
    page = opened(report_file.with_name("annex.html"), "print")
    assert page.locator("footer .hashes dd").first.is_visible()


def test_the_switch_turns_the_page_dark_and_back(opened: Opened, made_page: Path):
    page = opened(made_page, scheme="light")
    colour = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(colour)
    page.get_by_role("button", name="Dark page").click()
    assert page.evaluate(colour) != light
    page.get_by_role("button", name="Light page").click()
    assert page.evaluate(colour) == light


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [320, 769, 1105])
def test_no_text_is_under_twelve_pixels_nor_in_a_figure(
    opened: Opened, report_file: Path, name: str, width: int
):
    page = opened(report_file.with_name(name), width=width)
    page.evaluate(OPEN_ALL)
    small = page.evaluate(
        """() => [...document.querySelectorAll('body *')]
            .filter(one => [...one.childNodes]
                .some(node => node.nodeType === 3 && node.textContent.trim()))
            .filter(one => parseFloat(getComputedStyle(one).fontSize) < 12)
            .map(one => one.outerHTML.slice(0, 120))"""
    )
    assert small == []
    in_figures = page.evaluate(
        """() => [...document.querySelectorAll('figure picture img')].map(image => {
            const source = atob(image.currentSrc.split(',')[1]);
            const drawn = new DOMParser().parseFromString(source, 'image/svg+xml').documentElement;
            const sizes = [...drawn.querySelectorAll('text')].map(({style}) =>
                parseFloat(style.fontSize || style.font.match(/([\\d.]+)px/)[1]));
            return Math.min(...sizes) * image.clientWidth / drawn.viewBox.baseVal.width;
        })"""
    )
    assert [size for size in in_figures if size < 11.9] == []


@pytest.mark.parametrize("name", PAGES)
def test_on_a_phone_no_table_is_wider_than_the_screen(opened: Opened, report_file: Path, name: str):
    page = opened(report_file.with_name(name), width=375)
    page.evaluate(OPEN_ALL)
    page.wait_for_timeout(100)
    wide = page.evaluate(
        """() => [...document.querySelectorAll('.scroll:has(> table)')]
            .filter(one => one.scrollWidth > one.clientWidth)
            .map(one => one.getAttribute('aria-label'))"""
    )
    assert wide == []
    cell = page.locator(".cards td[data-label]:not([data-label=''])").first
    assert cell.evaluate("one => getComputedStyle(one, '::before').content").startswith('"')
    roles = page.evaluate(
        "[...document.querySelectorAll('.cards tr > *')].filter(one => !one.role).length"
    )
    assert roles == 0


def test_a_phone_gets_its_own_drawing_and_paper_the_wide_one(opened: Opened, report_file: Path):
    page = opened(report_file, width=375)
    image = page.locator("figure picture img").first
    own = "one => one.currentSrc === one.previousElementSibling.srcset"
    assert image.evaluate(own)
    page.emulate_media(media="print")
    assert not image.evaluate(own)


def test_a_figure_can_be_cited_and_saved_as_svg_and_png(opened: Opened, report_file: Path):
    page = opened(report_file, accept_downloads=True)  # so it is no other test's page
    page.on("dialog", lambda dialog: dialog.dismiss())
    for kind, begins in (("SVG", b"<?xml"), ("PNG", b"\x89PNG")):
        with page.expect_download() as saved:
            page.get_by_role("button", name=f"Download Figure 1 as {kind}").click()
        assert saved.value.suggested_filename == f"figure-1.{kind.lower()}"
        assert Path(saved.value.path()).read_bytes().startswith(begins)
    assert page.locator("#figure-1 img").count() == 1
    assert page.locator("figcaption a[href='#figure-1']").count() == 1
    assert page.complaints == []


def test_the_report_has_fewer_than_150_stops_for_the_keyboard_and_each_link_its_own_name(
    opened: Opened, report_file: Path
):
    stops = opened(report_file).evaluate(
        """() => {
            const usable = 'a[href], button, input, select, summary, [tabindex="0"]';
            const visible = { contentVisibilityAuto: true, visibilityProperty: true };
            return [...document.querySelectorAll(usable)]
                .filter(one => one.checkVisibility(visible))
                .map(one => [one.ariaLabel ?? one.textContent.trim(),
                             one.getAttribute('href') ?? '']);
        }"""
    )
    assert len(stops) < 150
    targets: dict[str, set[str]] = {}
    for name, target in stops:
        targets.setdefault(name, set()).add(target if len(target) < 200 else "data")
    assert {name: to for name, to in targets.items() if len(to) > 1 and name} == {}


def test_who_picks_an_administration_finds_it_marked_everywhere(
    opened: Opened, axe: str, report_file: Path
):
    page = opened(report_file)
    choice = page.get_by_label("Show me")
    choice.focus()
    page.keyboard.type("Fiji")
    page.locator(".me.on").wait_for()
    marked = page.evaluate(
        "[...document.querySelectorAll('main .mine')].map(one => one.title || one.textContent)"
    )
    assert set(marked) == {"Fiji"}
    everywhere = page.evaluate(
        "document.querySelectorAll('main td abbr[title=Fiji]').length"
        " + [...document.querySelectorAll('main th.member')]"
        ".filter(one => one.textContent === 'Fiji').length"
    )
    assert len(marked) >= everywhere > 0
    assert page.locator(".me output").inner_text() == f"marked in {len(marked)} places"
    page.get_by_role("button", name="Next place").press("Enter")
    assert page.locator("main .mine").first.evaluate(
        "one => one.getBoundingClientRect().top > 0"
        " && one.getBoundingClientRect().bottom < innerHeight"
    )
    assert violations(page, axe) == []
    before = page.locator("main").inner_text()
    choice.select_option("Tonga")
    choice.select_option("")
    assert page.locator("main .mine").count() == 0
    assert page.locator("main").inner_text() == before
    assert page.complaints == []


def test_nobody_can_be_picked_where_nobody_is_named(opened: Opened, report_file: Path):
    page = opened(report_file.with_name("audit.html"), java_script_enabled=False)
    assert page.locator("select").count() == 0


def test_links_between_the_pages_lead_to_something(opened: Opened, report_file: Path):
    ids = {
        name: set(
            opened(report_file.with_name(name)).evaluate(
                "[...document.querySelectorAll('[id]')].map(one => one.id)"
            )
        )
        for name in ("report.html", "annex.html", "audit.html")
    }
    for name in ids:
        links = opened(report_file.with_name(name)).evaluate(
            "[...document.querySelectorAll('a[href*=\"html#\"]')]"
            ".map(one => one.getAttribute('href'))"
        )
        assert [link for link in links if link.split("#")[1] not in ids[link.split("#")[0]]] == []


def test_the_report_is_light_enough_to_send(report_file: Path):
    assert report_file.stat().st_size < 800_000


def test_on_paper_long_lists_are_left_out_and_a_line_says_where_they_are(
    opened: Opened, report_file: Path
):
    page = opened(report_file, "print")
    assert page.locator("details.screen").count() > 0
    assert not [one for one in page.locator("details.screen").all() if one.is_visible()]
    assert "report.html" in page.locator("main .on-paper").first.inner_text()
    page.emulate_media(media="screen")
    assert not page.locator(".on-paper").first.is_visible()


def test_hostile_text_is_shown_as_it_was_written(opened: Opened, made_page: Path):
    page = opened(made_page)
    assert page.evaluate("window.ran") is None
    assert page.evaluate("document.scripts.length") == 1
    text = page.locator("body").inner_text()
    assert all(hostile in text for hostile in HOSTILE)
    assert page.locator("a[href^='javascript']").count() == 0


def test_hostile_html_that_got_through_would_not_run(
    opened: Opened, made_page: Path, tmp_path: Path
):
    raw = made_page.read_text(encoding="utf-8").replace("</main>", "".join(HOSTILE[:4]) + "</main>")
    guarded, unguarded = tmp_path / "guarded.html", tmp_path / "unguarded.html"
    guarded.write_text(raw, encoding="utf-8")
    unguarded.write_text(
        raw.replace('http-equiv="Content-Security-Policy"', 'name="policy"'), encoding="utf-8"
    )
    assert opened(unguarded).evaluate("window.ran") is not None
    assert opened(guarded).evaluate("window.ran") is None


def test_filtering_leaves_the_rows_that_have_a_word_beginning_with_each_and_says_how_many(
    opened: Opened, made_page: Path
):
    page = opened(made_page)
    field, count = page.get_by_label("Filter by name or word"), page.locator(".filter output")
    assert (count.inner_text(), count.get_attribute("aria-live")) == ("3 rows", "polite")
    field.focus()
    page.keyboard.type("toNG  script")
    assert page.locator("main tbody tr:visible th").all_inner_texts() == ["TO"]
    assert count.inner_text() == "1 of 3 rows"
    page.keyboard.press("Escape")
    assert page.locator("main tbody tr:visible").count() == 3
    field.fill("iji")
    assert page.locator("main tbody tr:visible").count() == 0
    page.emulate_media(media="print")
    assert page.locator("main tbody tr:visible").count() == 3


def test_a_filter_finds_the_rows_that_a_long_table_does_not_show(opened: Opened, tmp_path: Path):
    frame = pd.DataFrame({"n": [f"row {number}" for number in range(100)]})
    long = shown("t", table(frame, "Long", "long", filter_by="row")._repr_html_())
    cells = [new_markdown_cell("# Long"), long]
    nbformat.write(new_notebook(cells=cells), tmp_path / "21_long.ipynb")
    path = tmp_path / "report.html"
    path.write_text(report_html([tmp_path / "21_long.ipynb"], "T", "S", FOOTER), encoding="utf-8")
    page = opened(path)
    visible = page.locator("main tbody tr:visible")
    assert visible.count() == 41
    field, count = page.get_by_label("Filter by row"), page.locator(".filter output")
    field.fill("56")
    assert visible.all_inner_texts() == ["56\trow 56"]
    assert count.inner_text() == "1 of 100 rows"
    field.fill("")
    assert (visible.count(), count.inner_text()) == (41, "100 rows")
    field.fill("row")
    page.emulate_media(media="print")
    assert visible.count() == 41


def test_the_reports_tables_of_replies_and_examples_can_be_filtered(
    opened: Opened, report_file: Path
):
    page = opened(report_file)
    page.evaluate(OPEN_ALL)
    fields = page.get_by_label("Filter by administration")
    assert fields.count() > 0
    for field in fields.all():
        field.fill("fiji")
        shown = field.locator("xpath=ancestor::*[@class='filter']/following-sibling::*[1]").locator(
            "tbody tr:not(.group, .left-out):visible"
        )
        said = [row.evaluate("one => one.innerHTML") for row in shown.all()]
        assert all("Fiji" in row for row in said)
        assert (
            page.locator(f"output[for='{field.get_attribute('id')}']")
            .inner_text()
            .startswith(f"{len(said)} of ")
        )


def test_every_table_of_the_report_can_be_downloaded(opened: Opened, report_file: Path):
    without = opened(report_file).evaluate(
        """() => {
            const download = 'main a[download][href^="data:text/csv"]';
            const found = [...document.querySelectorAll(`main table, ${download}`)];
            return found
                .filter((one, at) => one.tagName === 'TABLE' && !found[at + 1]?.matches('a'))
                .map((one) => one.caption.textContent);
        }"""
    )
    assert without == []


def test_every_figure_of_the_report_has_its_numbers_beside_it(opened: Opened, report_file: Path):
    without = opened(report_file).evaluate(
        """() => [...document.querySelectorAll('main figure')].filter((figure) => {
            if (figure.closest('.card')?.querySelector('dl')) return false;
            const beside = figure.nextElementSibling;
            const table = beside?.matches('details') && beside.querySelector('table');
            const hash = beside?.matches('.beside') && beside.querySelector('a').hash;
            const link = hash && document.querySelector(`${hash} table, table${hash}`);
            return !(table || link);
        }).map((figure) => figure.querySelector('figcaption').textContent)"""
    )
    assert without == []


def test_sorting_orders_the_rows_and_says_so(opened: Opened, made_page: Path):
    page = opened(made_page)
    header = page.locator("thead th").first
    header.get_by_role("button").click()
    assert page.locator("main tbody th").all_inner_texts() == ["Fiji", "Samoa", "TO"]
    assert header.get_attribute("aria-sort") == "ascending"
    header.get_by_role("button").click()
    assert page.locator("main tbody th").all_inner_texts() == ["TO", "Samoa", "Fiji"]


def test_a_table_is_copied_as_rows_and_tabs(opened: Opened, made_page: Path):
    page = opened(made_page, permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy table").click()
    page.get_by_role("button", name="Copied").wait_for()
    rows = page.evaluate("navigator.clipboard.readText()").splitlines()
    assert [row.split("\t")[0] for row in rows] == ["Administration 0", "TO", "Fiji", "Samoa"]


def test_the_contents_follow_the_reader(opened: Opened, made_page: Path):
    page = opened(made_page)
    page.locator("#who").evaluate("one => scrollTo(0, one.offsetTop)")
    page.locator("nav .wide a[aria-current]", has_text="Who?").wait_for()


def test_the_report_stays_small():
    report = BUILT / "report.html"
    if not report.exists():
        pytest.skip("output/2021/report.html is not built")
    assert report.stat().st_size < 1_500_000
