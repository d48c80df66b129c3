"""Pages as Word documents, made by pandoc: for the editor who goes on with them, and the
printer."""

import io
import os
import re
import subprocess
import tempfile
import zipfile
from collections.abc import Collection, Mapping
from copy import deepcopy
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

from notebook_report import BuildError
from notebook_report.files import archive, is_as_archived, write
from notebook_report.markup import Heading
from notebook_report.pages import templates
from notebook_report.plain import UPRIGHT, plain_html
from notebook_report.project import Report

MISSING = (
    "Word documents are made by pandoc, which is not installed here: "
    "run `python -m pip install pypandoc-binary resvg-py` in the environment that make uses"
)
EDITED = (
    "{path} has been edited since it was made: move it to another place, "
    "then run `make docx YEAR={name}` again"
)
APART = ("BodyText", "FirstParagraph", "Compact")  # what keeps its distance from a table above it
LONGEST_WHOLE = 16  # a table of more rows may go on on the next page
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/picture}cNvPr"
# Where a document says that it has our footer.
FOOTER = {
    "word/_rels/document.xml.rels": (
        "</Relationships>",
        '<Relationship Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        'footer" Id="rIdFooter" Target="footer1.xml"/>',
    ),
    "[Content_Types].xml": (
        "</Types>",
        '<Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.wordprocessingml.footer+xml"/>',
    ),
}


def write_documents(report: Report) -> list[Path]:
    """Write each page of a report as a Word document beside it, and return their paths.

    Raises
    ------
    BuildError
        The report is not built yet, pandoc is not installed, or somebody has edited a document that
        stands there.
    """
    pages = [report.output / f"{page.name}.html" for page in report.pages]
    present = [page for page in pages if page.is_file()]
    if pages[0] not in present:
        raise BuildError(
            f"{report.shown(pages[0])} is not there yet: run `make report YEAR={report.name}` first"
        )
    for path in (page.with_suffix(".docx") for page in present):
        if path.exists() and not is_as_archived(path):
            raise BuildError(EDITED.format(path=report.shown(path), name=report.name))
    colours = {name: light.lstrip("#") for name, (light, _) in report.palette.items()}
    names = {page.stem for page in present}
    try:
        contents = [document(page.read_text(encoding="utf-8"), colours, names) for page in present]
    except ImportError:
        raise BuildError(MISSING) from None
    return [
        write(page.with_suffix(".docx"), content)
        for page, content in zip(present, contents, strict=True)
    ]


def document(page: str, colours: Mapping[str, str], others: Collection[str] = ()) -> bytes:
    """Return a page as a Word document: the same page, the same bytes.

    Parameters
    ----------
    page : HTML of a page of the report.
    colours : of its styles, as `1F5F8B`: `accent`, `ink` and `muted`.
    others : names of the pages that are documents too, to which links lead.
    """
    import pypandoc

    pandoc = pypandoc.get_pandoc_path()
    with tempfile.TemporaryDirectory() as folder:
        text, wide = plain_html(page, Path(folder), others)
        default = answer([pandoc, "--print-default-data-file", "reference.docx"], folder)
        reference = Path(folder, "reference.docx")
        reference.write_bytes(archive(styled(unpacked(default), colours)))
        command = [pandoc, "--from=html", "--to=docx", "--output=-", "--metadata=lang:en-GB"]
        command += [f"--reference-doc={reference}", "--shift-heading-level-by=-1"]
        files = unpacked(answer(command, folder, text.encode()))
    files["word/document.xml"] = finished(files["word/document.xml"], wide)
    return archive(files)


def answer(command: list[str], folder: str, text: bytes = b"") -> bytes:
    """Run a program and return what it writes, which it dates by a fixed day."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "946684800"}
    return subprocess.run(
        command, cwd=folder, env=environment, input=text, stdout=subprocess.PIPE, check=True
    ).stdout


def unpacked(content: bytes) -> dict[str, bytes]:
    """Return the files of a zip by their names."""
    with zipfile.ZipFile(io.BytesIO(content)) as archived:
        return {name: archived.read(name) for name in archived.namelist()}


def filled(template: str, **values: object) -> str:
    """Return a part of the document, values escaped."""
    return templates().get_template(f"docx/{template}").render(values).strip()


def styled(reference: Mapping[str, bytes], colours: Mapping[str, str]) -> dict[str, bytes]:
    """Return pandoc's reference document with our styles, paper and footer."""
    parts = {
        "word/styles.xml": filled("styles.xml.j2", width=UPRIGHT, **colours),
        "word/footer1.xml": filled("footer.xml"),
    }
    text = reference["word/document.xml"].decode()
    section = filled("section.xml").replace("\\", r"\\")
    parts["word/document.xml"] = re.sub(r"(?s)<w:sectPr>.*</w:sectPr>", section, text)
    for name, (end, addition) in FOOTER.items():
        parts[name] = reference[name].decode().replace(end, addition + end)
    return {**reference, **{name: part.encode() for name, part in parts.items()}}


def finished(content: bytes, wide: set[str]) -> bytes:
    """Return pandoc's document with contents, tables that break well, and wide ones on pages of
    their own, turned."""
    for _, (prefix, address) in ElementTree.iterparse(io.BytesIO(content), events=["start-ns"]):
        ElementTree.register_namespace(str(prefix), str(address))
    root = ElementTree.fromstring(content)
    body = root[0]
    for table in root.iter(f"{W}tbl"):
        if value(table, "tblPr", "tblStyle") == "Table":
            break_well(table)
    for part, following in pairwise(part for part in body if "bookmark" not in part.tag):
        if part.tag == f"{W}tbl" and value(following, "pPr", "pStyle") in APART:
            child(following, "pPr").append(new("spacing", before="160"))
    for picture in root.iter(PICTURE):
        picture.set("descr", "")  # a file's name; the alternative text stands beside it
    turn(body, wide)
    add_contents(body)
    return ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)


def new(tag: str, **attributes: str) -> ElementTree.Element:
    """Return a new element."""
    return ElementTree.Element(
        f"{W}{tag}", {f"{W}{name}": text for name, text in attributes.items()}
    )


def child(parent: ElementTree.Element, tag: str) -> ElementTree.Element:
    """Return the properties of an element, which are its first child; new ones where it has
    none."""
    part = parent.find(f"{W}{tag}")
    if part is None:
        part = new(tag)
        parent.insert(0, part)
    return part


def value(part: ElementTree.Element, *tags: str) -> str:
    """Return what stands at the end of a path of tags; empty where nothing does."""
    place = part.find("/".join(f"{W}{tag}" for tag in tags))
    return "" if place is None else str(place.get(f"{W}val"))


def break_well(table: ElementTree.Element) -> None:
    """Keep a table's rows whole and, where they are few, together; give its text its style."""
    rows = table.findall(f"{W}tr")
    for place, row in enumerate(rows, start=1):
        child(row, "trPr").insert(0, new("cantSplit"))
        for paragraph in row.iter(f"{W}p"):
            layout = child(paragraph, "pPr")
            if value(layout, "pStyle") != "TableGroup":
                child(layout, "pStyle").set(f"{W}val", "TableText")
            if place < len(rows) <= LONGEST_WHOLE:
                layout.insert(1, new("keepNext"))


def turn(body: ElementTree.Element, wide: set[str]) -> None:
    """Put each wide table, from its caption to its end, on a page that is turned."""
    upright = child(body, "sectPr")
    turned = deepcopy(upright)
    paper = {"w": "16838", "h": "11906", "orient": "landscape"}
    child(turned, "pgSz").attrib |= {f"{W}{name}": length for name, length in paper.items()}
    for first in [part for part in body if part.get(f"{W}name") in wide]:
        start = list(body).index(first)
        table = next(part for part in body[start:] if part.tag == f"{W}tbl")
        body.insert(list(body).index(table) + 1, end_of_section(turned))
        body.insert(start, end_of_section(upright))


def end_of_section(section: ElementTree.Element) -> ElementTree.Element:
    """Return a paragraph with which a section ends."""
    paragraph = new("p")
    layout = child(paragraph, "pPr")
    layout.extend([new("spacing", before="0", after="0"), deepcopy(section)])
    return paragraph


def add_contents(body: ElementTree.Element) -> None:
    """Put the contents, a field that Word brings up to date, under their heading."""
    anchor, place, headings = "", 0, []
    for position, part in enumerate(body):
        style = value(part, "pPr", "pStyle")
        if part.tag == f"{W}bookmarkStart":
            anchor = str(part.get(f"{W}name"))
        elif style in ("Heading1", "Heading2"):
            text = "".join(run.text or "" for run in part.iter(f"{W}t"))
            headings.append(Heading(int(style[-1]), anchor, text))
        elif style == "TOCHeading":
            place = position + 1
    contents = ElementTree.fromstring(filled("contents.xml.j2", headings=headings))
    body[place:place] = list(contents)
