"""What a project hands in: its steps, its pages, its workbook and the list of its reports."""

import sys
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from notebook_report import BuildError

Paths = tuple[Path, ...]
Check = Callable[[], tuple[int, str]]


@dataclass(frozen=True)
class Step:
    """One notebook, run once with its parameters.

    Parameters
    ----------
    name : the notebook's name, and more where one notebook runs several times.
    notebook : the notebook as it is committed.
    executed : where the executed notebook goes.
    parameters : exactly the names that the notebook's cell tagged `parameters` sets.
    reads : every file that the notebook reads, but for code and what belongs to the machine.
    writes : every file that it writes each time.
    may_write : what it writes only where there is cause.
    title : the section's title; empty where the notebook's own stands.
    page : the page that shows it; empty for none. A heading tagged with a page's name moves its
        part there.
    """

    name: str
    notebook: Path
    executed: Path
    parameters: Mapping[str, int | str]
    reads: Paths = ()
    writes: Paths = ()
    may_write: Paths = ()
    title: str = ""
    page: str = "report"

    @property
    def results(self) -> Paths:
        """All that it may have written."""
        return (*self.writes, *self.may_write)

    @property
    def rendering(self) -> Path:
        """Where it keeps the executed notebook as HTML."""
        return self.executed.with_name(f".{self.name}.rendering")

    @property
    def files(self) -> Paths:
        """All that it leaves: what it wrote, the executed notebook, and that as HTML."""
        return (self.executed, self.rendering, *self.results)

    @property
    def figures(self) -> Paths:
        """Those of the files that it may write which are figures."""
        return tuple(path for path in self.may_write if path.suffix == ".svg")


@dataclass(frozen=True)
class Page:
    """One page of a report.

    Parameters
    ----------
    name : of its file, without ending; what a step's `page` and a heading's tag name.
    label : what links to it say.
    title, subtitle : its h1, and the line under it.
    details : more lines of the title block, by what they are.
    numbers : what stands before the numbers of its figures and tables, as `A`.
    provenance : whether its footer has the inputs and the versions.
    """

    name: str
    label: str
    title: str
    subtitle: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    numbers: str = ""
    provenance: bool = False


@dataclass(frozen=True)
class Workbook:
    """The words of the workbook of all tables.

    Parameters
    ----------
    title, subtitle, author : of the file and its cover.
    about : paragraphs of the cover.
    contact : lines of the cover.
    year : the year that the file is dated by, so that its bytes do not tell when it was made.
    titles : title of a result's sheet, by the file's stem.
    headings : heading of a column, by its name in a result.
    formats : kind of number of a column (`share`, `count`, `year`), by its name in a result.
    texts : what stands in a result for an id, by the id.
    names : gives what stands beside the ids of a result's column, by the column's name: a heading,
        and names by id; a function of a module, called in a child.
    """

    title: str
    subtitle: str = ""
    author: str = ""
    about: tuple[str, ...] = ()
    contact: tuple[str, ...] = ()
    year: int = 2000
    titles: Mapping[str, str] = field(default_factory=dict)
    headings: Mapping[str, str] = field(default_factory=dict)
    formats: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    names: Callable[[], Mapping[str, tuple[str, Mapping[str, str]]]] | None = None


@dataclass(frozen=True)
class Report:
    """One report: what is run, where it goes, and how it is shown.

    Parameters
    ----------
    name : what the command line calls it, as a year.
    root : the project's folder, from which paths are told.
    steps : in reading order.
    folder : where the steps write what is published.
    output : where it is published.
    pages : in reading order; one that no step has anything for is not written.
    parameters : what the pages' footers name.
    palette : the style sheet's colours by name, each for light and for dark.
    workbook : the workbook's words; None for no workbook.
    check : called before the first step where raw data is new, in a child: exit status and what to
        print.
    plain_errors : names of exceptions whose text says everything, so that no traceback is shown.
    watched : folders whose files a step must list to read; the footers list those.
    module : the module that makes this report: what it reaches can change the pages.
    left_out : numbered notebooks that this report has no step for, and others have.
    """

    name: str
    root: Path
    steps: tuple[Step, ...]
    folder: Path
    output: Path
    pages: tuple[Page, ...]
    parameters: Mapping[str, object] = field(default_factory=dict)
    palette: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    workbook: Workbook | None = None
    check: Check | None = None
    plain_errors: tuple[str, ...] = ()
    watched: tuple[str, ...] = ("data", "docs", "output")
    module: str = ""
    left_out: Paths = ()

    @property
    def library(self) -> Path:
        """The folder of the modules that notebooks import."""
        return self.root / "lib"

    @property
    def handed(self) -> Path:
        """What the check may leave for the steps that come after it in the same build: it is of
        the files that they list, so they need not list it."""
        return self.folder / ".checked"

    @property
    def made_workbook(self) -> Path:
        """Where it is kept what the published workbook was made of."""
        return self.folder / ".workbook"

    @property
    def asked(self) -> Path:
        """Where it is kept, for make, when the chain last found everything in order."""
        return self.folder / ".asked"

    def shown(self, path: Path) -> str:
        """Return a path as a person finds it: from the project's folder, or this package's name
        on."""
        package = Path(__file__).parent
        base = self.root if path.is_relative_to(self.root) else package.parent
        return path.relative_to(base).as_posix()


@dataclass(frozen=True)
class IndexEntry:
    """One report in the list: heading, a line, HTML, and its files (address and words)."""

    heading: str
    line: str = ""
    html: str = ""
    files: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Index:
    """The list of reports: where it goes, its title and a line, its entries, and HTML for after
    them (with an h1)."""

    path: Path
    title: str
    subtitle: str
    entries: tuple[IndexEntry, ...]
    html: str = ""
    palette: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Project:
    """A project whose notebooks make reports.

    Parameters
    ----------
    names : gives the names of the reports that there are.
    report : gives the report of a name, or raises BuildError, which says what is wrong.
    index : gives the list of reports as they are published, or None; a function of a module, called
        in a child.
    preload : modules that the warm process imports first, each with the name whose import in a
        notebook, or in what it reaches, asks for it.
    commands : what else the command line does with a name: `check`, `round` … ; each gives an exit
        status.
    """

    names: Callable[[], list[str]]
    report: Callable[[str], Report]
    index: Callable[[], Index | None] | None = None
    preload: Mapping[str, str] = field(default_factory=dict)
    commands: Mapping[str, Callable[[str], int]] = field(default_factory=dict)


def find_project(folder: Path) -> Project:
    """Return the project that a folder's pyproject.toml names: `[tool.notebook_report] project =
    "module:name"`.

    Raises
    ------
    BuildError
        There is no such file, or it names no project.
    """
    try:
        settings = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
        module, _, name = settings["tool"]["notebook_report"]["project"].partition(":")
    except (OSError, KeyError, tomllib.TOMLDecodeError) as error:
        raise BuildError(
            f"{folder.name}/pyproject.toml names no project: it needs [tool.notebook_report] "
            f'project = "module:name" ({type(error).__name__}: {error})'
        ) from None
    if (folder / "lib").is_dir() and str(folder / "lib") not in sys.path:
        sys.path.insert(0, str(folder / "lib"))
    project = getattr(import_module(module), name)
    if not isinstance(project, Project):
        raise BuildError(f"{module}:{name} is no notebook_report.project.Project")
    return project
