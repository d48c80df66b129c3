"""A page's HTML as a text document has it: paragraphs in named styles, tables, pictures; nothing
that only a screen shows."""

import base64
import re
from collections.abc import Collection
from pathlib import Path
from urllib.parse import unquote_to_bytes

from bs4 import BeautifulSoup, NavigableString, Tag
from markupsafe import Markup

from notebook_report.markup import text_of

SCREEN = (
    *("nav", "footer", "script", "style", "button", "input", "template"),
    *("details.code", "details.screen"),
    *(".skip", ".anchor", ".filter", ".download", ".beside", ".source", ".visually-hidden"),
    *("[hidden]", ".on-paper > :not(p:last-child)", "h2 + p + p:has(> em:only-child)"),
)
HEADING = re.compile("^h[1-6]$")
# Widths in twentieths of a point: of the text on an upright and on a turned page of A4, of a letter
# in a table, and of what a cell has left and right of it.
UPRIGHT, TURNED = 9638, 14570
LETTER, BOLD, AROUND = 88, 108, 130
SHORTEST, LONG_LINE = 4, 150 * LETTER
# A picture's width on the page, and its dots an inch at its own size, which are some 300 there.
PICTURE, DRAWN = "5.7in", 220


def plain_html(page: str, folder: Path, others: Collection[str]) -> tuple[str, set[str]]:
    """Return a page as HTML that pandoc makes a document of.

    Parameters
    ----------
    page : HTML of a page of a report.
    folder : where its pictures go, as PNG.
    others : names of the pages that are documents too, to which links lead.

    Returns
    -------
    The HTML, where `data-custom-style` names the style of a paragraph or a table, and the ids of
    what needs a turned page.
    """
    soup = BeautifulSoup(page, "html.parser")
    main = soup.main or soup
    for tag in soup.select(", ".join(SCREEN)):
        tag.decompose()
    title, top = soup.find("h1"), title_block(soup)
    for link in main.find_all("a", href=True):
        link["href"] = document_address(str(link["href"]), others)
    for tag in main.select("abbr, details, td ul, td ol"):
        tag.unwrap()
    for line in main.select("summary, td li"):
        line.name = "p"
    for place, figure in enumerate(main.find_all("figure"), start=1):
        replace(figure, picture(figure, folder / f"figure{place}.png"))
    wide = {f"wide{place}" for place, table in enumerate(main.find_all("table"))
            if fitted_table(soup, table, f"wide{place}")}  # fmt: skip
    for cards in main.select(".key-figures"):
        replace(cards, key_figures(cards))
    for notes in main.select(".table-notes"):
        notes["data-custom-style"] = "Table Note"
    for box in main.select(".box, .card"):
        frame = Markup('<table data-custom-style="Box"><tr><td>{}</td></tr></table>')
        replace(box, frame.format(inside(box)))
    for heading in reversed(main.find_all(HEADING)):
        if not has_content(heading):
            heading.decompose()
    head = Markup("<title>{}</title>").format(text_of(title) if title else "")
    return f"<html><head>{head}</head><body>{top}{main.decode_contents()}</body></html>", wide


def document_address(address: str, others: Collection[str]) -> str:
    """Return a link's address: of another page's document where there is one."""
    file, mark, place = address.partition("#")
    name = file.removesuffix(".html")
    return f"{name}.docx{mark}{place}" if name in others and file != name else address


def replace(tag: Tag, html: str) -> None:
    """Put HTML in the place of a tag."""
    tag.replace_with(*BeautifulSoup(html, "html.parser").contents)


def inside(tag: Tag) -> Markup:
    """Return the HTML in a tag."""
    return Markup(tag.decode_contents())


def classes(tag: Tag) -> set[str]:
    """Return a tag's classes."""
    return {str(name) for name in tag.get_attribute_list("class")}


def in_style(style: str, content: str) -> Markup:
    """Return a paragraph in a style of the document; a text is escaped, Markup is not."""
    return Markup('<div data-custom-style="{}"><p>{}</p></div>').format(style, content)


def title_block(soup: BeautifulSoup) -> Markup:
    """Return what stands between the title and the text: the subtitle, the details, what is left
    out, and a heading for the contents."""
    lines = [in_style("Subtitle", text_of(line)) for line in soup.select("header p")]
    detail = Markup("<strong>{}: </strong>{}")
    for term, value in zip(soup.select("header dt"), soup.select("header dd"), strict=True):
        lines.append(in_style("Details", detail.format(text_of(term), text_of(value))))
    lines += [in_style("Details", text_of(line.extract())) for line in soup.select(".on-paper p")]
    return Markup("").join([*lines, in_style("TOC Heading", "Contents")])


def has_content(heading: Tag) -> bool:
    """Tell whether anything stands under a heading before the next of its level."""
    for part in heading.next_elements:
        if isinstance(part, Tag) and HEADING.match(part.name) and part.name <= heading.name:
            return False
        if isinstance(part, Tag) and part.name == "img":
            return True
        if isinstance(part, NavigableString) and part.strip() and heading not in part.parents:
            return True
    return False


def picture(figure: Tag, file: Path) -> Markup:
    """Return a figure as its caption and its picture, which is drawn in a file."""
    image, caption, region = figure.find("img"), figure.find("figcaption"), figure.find(id=True)
    lines = []
    if isinstance(caption, Tag):
        lines.append(in_style("Image Caption", text_of(caption)))
    if isinstance(image, Tag):
        draw(str(image["src"]), file)
        tag = Markup('<img src="{}" alt="{}" width="{}">')
        html = tag.format(file.name, str(image.get("alt", "")), PICTURE)
        lines.append(in_style("Captioned Figure", html))
    name = Markup(' id="{}"').format(region["id"]) if isinstance(region, Tag) else ""
    return Markup("<div{}>{}</div>").format(name, Markup("").join(lines))


def draw(source: str, file: Path) -> None:
    """Write an embedded image as PNG, fit to be printed."""
    kind, _, content = source.partition(",")
    data = base64.b64decode(content) if kind.endswith(";base64") else unquote_to_bytes(content)
    if "svg" in kind:
        import resvg_py
        from matplotlib import get_data_path

        fonts = [str(path) for path in sorted(Path(get_data_path(), "fonts", "ttf").glob("*.ttf"))]
        data = bytes(resvg_py.svg_to_bytes(svg_string=data.decode(), font_files=fonts, dpi=DRAWN))
    file.write_bytes(data)


def key_figures(cards: Tag) -> Markup:
    """Return key figures as a row of boxes."""
    boxes = [
        Markup("").join(
            in_style(f"Key {part.capitalize()}", text_of(line))
            for part in ("value", "label", "base")
            for line in box.select(f".{part}")
            if text_of(line)
        )
        for box in cards.find_all("li")
    ]
    column = Markup('<col style="width: {}%">').format(round(100 / max(len(boxes), 1), 3))
    cells = Markup("").join(Markup("<td>{}</td>").format(box) for box in boxes)
    table = '<table data-custom-style="KeyFigures"><colgroup>{}</colgroup><tr>{}</tr></table>'
    return Markup(table).format(column * len(boxes), cells)


def fitted_table(soup: BeautifulSoup, table: Tag, name: str) -> bool:
    """Give a table's cells their alignment and its columns their widths; wrap one that needs a
    turned page in a part of that name, and tell so.

    A column is as wide as its longest word, or its longest number; what is left goes to those with
    more to say.
    """
    needs: dict[int, int] = {}
    texts: dict[int, list[int]] = {}
    for row in table.find_all("tr"):
        place = 0
        for cell in row.find_all(["th", "td"]):
            text, head = text_of(cell), cell.find_parent("thead") is not None
            number, across = "number" in classes(cell), int(str(cell.get("colspan", "1")))
            align(row, cell)
            if across == 1:
                whole = [text] if number and not head else text.split()
                letter = BOLD if head or "strong" in classes(row) else LETTER
                need = max([SHORTEST, *map(len, whole)]) * letter + AROUND
                needs[place] = max(needs.get(place, 0), need)
                texts.setdefault(place, []).append(0 if number else len(text) * letter + AROUND)
            place += across
    needed = sum(needs.values())
    room = max(UPRIGHT if needed <= UPRIGHT else TURNED, needed) - needed
    wishes = {
        place: min(max(lengths), 2 * sum(lengths) // len(lengths), LONG_LINE)
        for place, lengths in texts.items()
    }
    more = {place: max(wishes[place] - need, 0) for place, need in needs.items()}
    more = more if any(more.values()) else dict.fromkeys(needs, 1)
    columns = soup.new_tag("colgroup")
    for place in sorted(needs):
        width = needs[place] + room * more[place] / sum(more.values())
        columns.append(soup.new_tag("col", style=f"width: {100 * width / (needed + room):.3f}%"))
    table.insert(1 if table.caption else 0, columns)
    if needed > UPRIGHT:
        table.wrap(soup.new_tag("div", id=name))
    return needed > UPRIGHT


def align(row: Tag, cell: Tag) -> None:
    """Align a cell, and set it in bold or as a heading of rows where its row is one."""
    if "group" in classes(row):
        heading = in_style("Table Group", text_of(cell))
        replace(cell, Markup('<td colspan="{}">{}</td>').format(cell.get("colspan", "1"), heading))
    elif {"number", "num"} & classes(cell):
        cell["style"] = "text-align: right"
    elif "spanner" in classes(cell):
        cell["style"] = "text-align: center"
    if "strong" in classes(row):
        text = Markup("<strong>{}</strong>").format(inside(cell))
        cell.clear()
        cell.extend(BeautifulSoup(text, "html.parser").contents)
