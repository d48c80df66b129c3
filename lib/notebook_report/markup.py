"""The HTML of a section made fit for a page that it shares with others: headings, tables, figures, ids."""

import re
import unicodedata
from dataclasses import dataclass, field

from bs4 import BeautifulSoup, Tag

NO_ALT = "No description has been provided for this image"
ACTIVE = ("script", "iframe", "object", "embed", "link", "meta", "base", "form", "video", "audio")
REFERENCES = ("aria-labelledby", "aria-describedby", "for")


@dataclass(frozen=True)
class Heading:
    """A line of the contents list."""

    level: int
    id: str
    text: str


@dataclass
class Page:
    """What must be unique on one page, its contents list, and what was found wrong with it."""

    ids: set[str] = field(default_factory=lambda: {"top", "main", "contents", "provenance"})
    labels: set[str] = field(default_factory=set)
    headings: list[Heading] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def unique_id(self, text: str) -> str:
        """Return a readable id made from `text` that nothing else on the page has."""
        plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
        slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "part"
        return _first_free(slug, "-{}", self.ids)

    def contents(self) -> list[tuple[Heading, list[Heading]]]:
        """Return each h2 with the h3s below it."""
        listed: list[tuple[Heading, list[Heading]]] = []
        for heading in self.headings:
            if heading.level == 2:
                listed.append((heading, []))
            elif heading.level == 3 and listed:
                listed[-1][1].append(heading)
        return listed

    def unique_label(self, text: str) -> str:
        """Return `text`, numbered if another region of the page is already called so."""
        return _first_free(text, " ({})", self.labels)


def _first_free(text: str, numbering: str, taken: set[str]) -> str:
    candidate, number = text, 1
    while candidate in taken:
        number += 1
        candidate = text + numbering.format(number)
    taken.add(candidate)
    return candidate


def adopt(html: str, page: Page, source: str, title: str | None = None, shift: int = 1) -> str:
    """Return a rendered notebook's HTML as a section of `page`.

    Parameters
    ----------
    html : the notebook's cells as rendered by the section template.
    page : the page so far; gains the section's ids, contents and problems.
    source : the notebook's name, for the problems.
    title : takes the place of the first `#` heading.
    shift : how many levels the headings go down; at 0 the first heading is the page's own title and is taken out.

    Returns
    -------
    HTML whose headings follow the page's, whose tables have captions and scroll by themselves, whose ids are unique.
    """
    soup = BeautifulSoup(html, "html.parser")
    problems: list[str] = []
    for output in soup.select("[data-cell]"):
        where = f"cell {output['data-cell']}"
        for table in output.find_all("table"):
            tidy_great_table(table)
            if shift == 0 and "dataframe" in table.get("class", []):
                name_frame(table)
        rename_ids(output, page)
        found = [*inert(output), *tables(output, page), *figures(output, page)]
        problems += [f"{where}: {problem}" for problem in found]
        del output["data-cell"]
    problems += headings(soup, page, title, shift)
    page.problems += [f"{source}: {problem}" for problem in problems]
    return str(soup)


def text_of(tag: Tag) -> str:
    """Return what a reader reads in a tag, on one line."""
    return " ".join(tag.get_text(" ", strip=True).split())


def inert(output: Tag) -> list[str]:
    """Strip style sheets from an output and name whatever in it is not plain content."""
    for style in output.find_all("style"):
        style.decompose()
    problems = [
        f"<{tag.name}> in an output: outputs are plain HTML" for tag in output.find_all(ACTIVE)
    ]
    for tag in output.find_all(True):
        handlers = [name for name in tag.attrs if name.startswith("on")]
        problems += [f"{name}= on <{tag.name}>: outputs are plain HTML" for name in handlers]
        if str(tag.get("href", "")).strip().lower().startswith(("javascript:", "vbscript:")):
            problems.append(f"a link that runs code: {text_of(tag)!r}")
        if tag.has_attr("srcset") or (
            tag.has_attr("src") and not str(tag["src"]).startswith("data:")
        ):
            problems.append(f"<{tag.name}> is not embedded: {str(tag.get('src', 'srcset'))[:60]!r}")
    return problems


def tables(output: Tag, page: Page) -> list[str]:
    """Give each table a caption, header scopes and a region of its own to scroll in; name those without a caption."""
    problems = []
    for table in output.find_all("table"):
        caption = table.find("caption")
        if caption is None or not text_of(caption):
            problems.append("a table without a caption: show it with report.display.table")
            continue
        table.insert(0, caption.extract())
        wrap_text(caption)
        scope_headers(table)
        notes = notes_below(table)
        wrap(table, page, text_of(caption))
        if notes:
            table.parent.insert_after(notes)
    return problems


def name_frame(table: Tag) -> None:
    """Give a frame that a cell ends with a caption, on the page that shows a notebook with its code."""
    caption = BeautifulSoup().new_tag("caption", attrs={"class": "visually-hidden"})
    caption.string = "The frame that the code above gives"
    table.insert(0, caption)


def tidy_great_table(table: Tag) -> None:
    """Take from a great_tables table what its own style sheet or random id needs, and its heading rows for a caption."""
    for name in (
        "aria-labelledby",
        "aria-describedby",
        "data-quarto-disable-processing",
        "data-quarto-bootstrap",
        "border",
    ):
        del table[name]
    for cell in table.find_all(["th", "td"]):
        for name in ("id", "headers"):
            del cell[name]
        for name in ("rowspan", "colspan"):
            if cell.get(name) == "1":
                del cell[name]
    for mark in table.select(".gt_footnote_marks"):
        mark.name, mark.attrs = "sup", {}
    rows = table.select("tr.gt_heading")
    if rows and table.find("caption") is None:
        caption = BeautifulSoup().new_tag("caption")
        caption.extend([text_of(rows[0]), *(f" – {text_of(row)}" for row in rows[1:])])
        table.insert(0, caption)
    for row in rows:
        row.decompose()
    split_groups(table)
    holder = table.parent
    if (
        "gt_table" in table.get("class", [])
        and holder.name == "div"
        and "overflow-x" in holder.get("style", "")
    ):
        holder.unwrap()


def split_groups(table: Tag) -> None:
    """Give each group of rows a body of its own, so that its heading is read out with its rows and no others."""
    for heading in table.select("tr.gt_group_heading_row"):
        heading.th["scope"] = "rowgroup"
        wrap_text(heading.th)
        body, rows = heading.parent, [heading, *heading.find_next_siblings("tr")]
        if heading.find_previous_sibling("tr"):
            group = BeautifulSoup().new_tag("tbody", attrs=dict(body.attrs))
            group.extend([row.extract() for row in rows])
            body.insert_after(group)


def wrap_text(title: Tag) -> None:
    """Put the content of a caption or a group's heading into a span, which stays in sight while the table scrolls."""
    span = BeautifulSoup().new_tag("span")
    span.extend([part.extract() for part in list(title.contents)])
    title.append(span)


def scope_headers(table: Tag) -> None:
    """Give every header cell its scope; an empty one is no header."""
    for cell in table.find_all("th"):
        if not text_of(cell) and not cell.find("img"):
            cell.name = "td"
            del cell["scope"]
        elif not cell.get("scope"):
            across = int(cell.get("colspan", 1)) > 1
            cell["scope"] = (
                ("colgroup" if across else "col") if cell.find_parent("thead") else "row"
            )


def notes_below(table: Tag) -> Tag | None:
    """Move a table's foot notes below it, where they wrap at the reader's width and not the table's."""
    cells = table.select("tfoot .gt_footnote, tfoot .gt_sourcenote")
    if not cells:
        return None
    notes = BeautifulSoup().new_tag("div", attrs={"class": "table-notes"})
    for cell in cells:
        cell.name, cell.attrs = "p", {}
        notes.append(cell.extract())
    table.tfoot.decompose()
    return notes


def wrap(tag: Tag, page: Page, label: str) -> None:
    """Put a wide thing into a region that scrolls sideways, can be reached by keyboard, has a name and can be linked to."""
    region = {
        "class": "scroll",
        "role": "region",
        "tabindex": "0",
        "aria-label": page.unique_label(label),
    }
    numbered = re.match(r"(?:Table|Figure) [A-Z]?\d+", label)
    if numbered:
        region["id"] = page.unique_id(numbered[0])
    tag.wrap(BeautifulSoup().new_tag("div", attrs=region))


def figures(output: Tag, page: Page) -> list[str]:
    """Let figures scroll by themselves on a narrow screen; name images that say nothing to who can't see them."""
    problems = []
    for image in output.find_all("img"):
        alt = str(image.get("alt", "")).strip()
        if not alt or alt == NO_ALT:
            problems.append("an image without alt text")
            continue
        figure = image.find_parent("figure")
        caption = figure.find("figcaption") if figure else None
        if caption is not None:
            wrap(image, page, f"Figure: {text_of(caption)}")
    return problems


def rename_ids(output: Tag, page: Page) -> None:
    """Make an output's ids unique on the page, and what refers to them follow."""
    renamed = {str(tag["id"]): page.unique_id(str(tag["id"])) for tag in output.find_all(id=True)}
    for tag in output.find_all(True) if renamed else []:
        if tag.has_attr("id"):
            tag["id"] = renamed[tag["id"]]
        for name in REFERENCES:
            if tag.has_attr(name):
                tag[name] = " ".join(renamed.get(old, old) for old in str(tag[name]).split())
        if str(tag.get("href", "")).startswith("#"):
            tag["href"] = "#" + renamed.get(tag["href"][1:], tag["href"][1:])


def headings(soup: BeautifulSoup, page: Page, title: str | None, shift: int) -> list[str]:
    """Move the headings down, give them ids and list them; name a section without a title and a skipped level."""
    found = soup.find_all(re.compile("^h[1-6]$"))
    if not found or found[0].name != "h1":
        return ["the first heading is not the section's title (# …)"]
    if title:
        found[0].string = title
    problems, above = [], 0
    for heading in found:
        level = int(heading.name[1])
        if level > above + 1:
            problems.append(f"the heading {text_of(heading)!r} skips a level")
        above = level
        heading.name = f"h{min(level + shift, 6)}"
        heading.attrs = {**heading.attrs, "id": page.unique_id(text_of(heading))}
        page.headings.append(Heading(level + shift, heading["id"], text_of(heading)))
    if shift == 0:
        found[0].decompose()
    return problems
