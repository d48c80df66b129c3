"""The page that lists a project's reports."""

from notebook_report.files import write
from notebook_report.markup import Heading, PageSoFar, Register, fitted
from notebook_report.pages import whole_page
from notebook_report.project import Index, Project


def write_index(project: Project) -> None:
    """Write a project's list of reports, if it has one."""
    write_list(project.index() if project.index else None)


def write_list(index: Index | None) -> None:
    """Write a list of reports; one that is as it was keeps its time, and of nothing there is no
    page."""
    if index is None:
        return
    content = index_html(index).encode()
    if not index.path.is_file() or index.path.read_bytes() != content:
        write(index.path, content)


def index_html(index: Index) -> str:
    """Return the page: each report with its heading, its figures and its files, then what they
    share."""
    page = PageSoFar("index", Register())
    entries = []
    for entry in index.entries:
        heading = Heading(2, page.register.unique_id(entry.heading), entry.heading)
        page.headings.append(heading)
        entries.append({"heading": heading, "entry": entry})
    shared = fitted(index.html, page, "index") if index.html else ""
    return whole_page(
        "rounds.html.j2",
        page,
        index.palette,
        entries=entries,
        shared=shared,
        title=index.title,
        subtitle=index.subtitle,
    )
