"""One notebook run for each of many readers, and each run made a page of its own: what a reader
gets is about nobody else."""

import time

from notebook_report import BuildError
from notebook_report.build import WORKERS, Run, WarmProcess, only_build, remove_leftovers
from notebook_report.children import results
from notebook_report.files import archive, write
from notebook_report.keys import Keys
from notebook_report.project import Page, Project, Report, Step


def write_letters(project: Project, report: Report, engine: str) -> None:
    """Run each step of a report and write its page, alone, and all pages as one archive beside
    their folder.

    Parameters
    ----------
    report : a step and a page for each reader, in the same order; the page's name is that of its
        file.

    Raises
    ------
    BuildError
        A step failed, or a page is not fit to be shown. What was written before is as it was.
    """
    with only_build(report):
        start = time.perf_counter()
        remove_leftovers(report)
        keys = Keys(report, engine)
        server = WarmProcess(project, report, keys)
        Run(report, keys, server, renders=False).finish()
        halves = [(letters_of, report, place) for place in range(WORKERS)]
        results_of_halves = results(server.context(), *halves)
        letters = {name: text for half in results_of_halves for name, text in half.items()}
        for path in report.output.glob("*.html"):
            if path.name not in letters:
                path.unlink()
        for name, text in letters.items():
            write(report.output / name, text)
        write(report.output.with_suffix(".zip"), archive(letters))
    seconds = time.perf_counter() - start
    print(f"{report.shown(report.output)}: {len(letters)} pages, {seconds:.1f} s")


def letters_of(report: Report, place: int) -> dict[str, bytes]:
    """Return every second page, from a place on, by its name."""
    letters = zip(report.steps[place::WORKERS], report.pages[place::WORKERS], strict=True)
    return dict(letter(report, step, page) for step, page in letters)


def letter(report: Report, step: Step, page: Page) -> tuple[str, bytes]:
    """Return the name of a page's file and its bytes: what its notebook shows, without code."""
    import nbformat

    from notebook_report.export import cells_html, failures, numbered
    from notebook_report.markup import PageSoFar, Register, fitted
    from notebook_report.pages import whole_page

    cells = numbered(nbformat.read(step.executed, as_version=4))
    page_so_far = PageSoFar(page.name, Register())
    page_so_far.problems += [f"{page.name}: {problem}" for problem in failures(cells)]
    html = fitted(cells_html(cells, fold=True), page_so_far, page.name, page.title, top=1)
    text = whole_page("letter.html.j2", page_so_far, report.palette, html=html, about=page)
    if page_so_far.problems:
        raise BuildError("\n  ".join(["A page is not fit to be shown:", *page_so_far.problems]))
    return f"{page.name}.html", text.encode()
