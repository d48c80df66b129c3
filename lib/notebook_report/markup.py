"""The HTML of a section made fit for a page that it shares with others: headings, tables, figures,
ids, numbers."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from bs4 import BeautifulSoup, Tag

NO_ALT = "No description has been provided for this image"
ACTIVE = ("script", "iframe", "object", "embed", "link", "meta", "base", "form", "video", "audio")
REFERENCES = ("aria-labelledby", "aria-describedby", "for")
OWN_IDS = ("top", "main", "contents", "provenance")  # each page has them
NUMBERED = re.compile(r"(Table|Figure) ([A-Z]?)(\d+)\b")


@dataclass(frozen=True)
class Heading:
    """A line of the contents list."""

    level: int
    id: str
    text: str


@dataclass
class Register:
    """The ids of a report, unique over its pages, each with the page that it is on."""

    pages: dict[str, str] = field(default_factory=lambda: dict.fromkeys(OWN_IDS, ""))

    def unique_id(self, text: str, page: str = "") -> str:
        """Return a readable id made from `text` that nothing else has, and take it for a page."""
        plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
        slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "part"
        free = first_free(slug, "-{}", self.pages)
        self.pages[free] = page
        return free


@dataclass
class PageSoFar:
    """A page that is being made: its contents list, what waits for its number, and what is wrong
    with it."""

    name: str
    register: Register
    headings: list[Heading] = field(default_factory=list)
    captioned: list[tuple[str, Tag, Tag]] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)

    def unique_id(self, text: str) -> str:
        """Return a readable id made from `text` that nothing else in the report has."""
        return self.register.unique_id(text, self.name)

    def unique_label(self, text: str) -> str:
        """Return `text`, numbered if another region of the page is already called so."""
        label = first_free(text, " ({})", self.labels)
        self.labels.add(label)
        return label

    def contents(self) -> list[tuple[Heading, list[Heading]]]:
        """Return each h2 with the h3s below it."""
        listed: list[tuple[Heading, list[Heading]]] = []
        for heading in self.headings:
            if heading.level == 2:
                listed.append((heading, []))
            elif heading.level == 3 and listed:
                listed[-1][1].append(heading)
        return listed


def first_free(text: str, numbering: str, names: dict[str, str] | set[str]) -> str:
    """Return `text`, with a number behind it where it is taken."""
    candidate, number = text, 1
    while candidate in names:
        number += 1
        candidate = text + numbering.format(number)
    return candidate


def fitted(html: str, page: PageSoFar, source: str, title: str | None = None, top: int = 2) -> str:
    """Return a rendered section's HTML as it stands on a page where it is alone, or where nothing
    is numbered.

    See `fit` for the parameters.
    """
    soup = fit(html, page, source, title, top)
    number_captions(page, None)
    return str(soup)


def fit(
    html: str, page: PageSoFar, source: str, title: str | None = None, top: int = 2
) -> BeautifulSoup:
    """Make a rendered section fit for a page: headings that follow the page's, unique ids, tables
    that scroll by themselves.

    Parameters
    ----------
    html : cells as rendered by the section template.
    page : the page so far; gains the section's headings, ids, captions and problems.
    source : the notebook's name, for the problems.
    title : takes the place of the first heading.
    top : the level of the first heading on the page; at 1 it is the page's own title and is taken
        out.
    """
    soup = BeautifulSoup(html, "html.parser")
    problems: list[str] = []
    for output in soup.find_all(lambda tag: tag.has_attr("data-cell")):
        where = f"cell {output['data-cell']}"
        rename_ids(output, page)
        own = [*inert(output), *tables(output, page, named=top > 1), *figures(output, page)]
        problems += [f"{where}: {problem}" for problem in own]
        del output["data-cell"]
    problems += headings(soup, page, title, top)
    page.problems += [f"{source}: {problem}" for problem in problems]
    return soup


def text_of(tag: Tag) -> str:
    """Return what a reader reads in a tag, on one line."""
    return " ".join(tag.get_text(" ", strip=True).split())


def inert(output: Tag) -> Iterator[str]:
    """Strip style sheets from an output and name whatever in it is not plain content."""
    for style in output.find_all("style"):
        style.decompose()
    for tag in output.find_all(True):
        if tag.name in ACTIVE:
            yield f"<{tag.name}> in an output: outputs are plain HTML"
        for name in tag.attrs:
            if name.startswith("on"):
                yield f"{name}= on <{tag.name}>: outputs are plain HTML"
        if str(tag.get("href", "")).strip().lower().startswith(("javascript:", "vbscript:")):
            yield f"a link that runs code: {text_of(tag)!r}"
        for source in filter(None, (tag.get("src"), tag.get("srcset"))):
            if not str(source).startswith("data:") or " " in str(source):
                yield f"<{tag.name}> is not embedded: {str(source)[:60]!r}"


def tables(output: Tag, page: PageSoFar, named: bool) -> Iterator[str]:
    """Give each table header scopes and a region of its own to scroll in; name those without a
    caption.

    Where `named` is not asked for, the frame that a cell ends with is called what it is.
    """
    for table in output.find_all("table"):
        del table["border"]  # pandas writes one
        caption = table.find("caption")
        if caption is None and not named:
            caption = BeautifulSoup().new_tag("caption", attrs={"class": "visually-hidden"})
            caption.string = "The frame that the code above gives"
        if caption is None or not text_of(caption):
            yield "a table without a caption: show it with the project's table maker"
            continue
        table.insert(0, caption.extract())
        for title in (caption, *table.find_all("th", scope="rowgroup")):
            keep_in_sight(title)
        scope_headers(table)
        region = table.wrap(BeautifulSoup().new_tag("div"))
        folded = table.find_parent("details") is not None
        apart = folded or "unnumbered" in (table.get("class") or ())
        page.captioned.append(("" if apart else "Table", caption, region))


def keep_in_sight(title: Tag) -> None:
    """Put the content of a caption or a group's heading into a span, which stays in sight while the
    table scrolls."""
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
            across = int(str(cell.get("colspan", "1"))) > 1
            column = "colgroup" if across else "col"
            cell["scope"] = column if cell.find_parent("thead") else "row"


def figures(output: Tag, page: PageSoFar) -> Iterator[str]:
    """Let figures scroll by themselves on a narrow screen; name images that say nothing to who
    can't see them."""
    for image in output.find_all("img"):
        alt = str(image.get("alt", "")).strip()
        if not alt or alt == NO_ALT:
            yield "an image without alt text"
            continue
        figure = image.find_parent("figure")
        caption = figure.find("figcaption") if figure else None
        if caption is not None:
            drawing = image.find_parent("picture") or image
            region = drawing.wrap(BeautifulSoup().new_tag("div"))
            page.captioned.append(("Figure", caption, region))


def number_captions(page: PageSoFar, prefix: str | None) -> None:
    """Number the captions of a page that carry no number, in reading order, and name their regions
    by them.

    Parameters
    ----------
    page : the page, all its sections fitted.
    prefix : stands before each number, as `A`; None where nothing is numbered.
    """
    explicit = [NUMBERED.match(text_of(caption)) for _, caption, _ in page.captioned]
    numbers = {(match[1], match[2], int(match[3])) for match in explicit if match}
    last = {kind: max((n for k, p, n in numbers if (k, p) == (kind, prefix)), default=0)
            for kind in ("Table", "Figure")}  # fmt: skip
    links: dict[int, dict[str, list[Tag]]] = {}
    for (kind, caption, region), match in zip(page.captioned, explicit, strict=True):
        if kind and not match and prefix is not None:
            last[kind] += 1
            (caption.span or caption).insert(0, f"{kind} {prefix}{last[kind]}. ")
        label = text_of(caption)
        number = NUMBERED.match(label)
        region.attrs |= {"class": "scroll", "role": "region", "tabindex": "0"}
        region["aria-label"] = page.unique_label(
            label if number or kind != "Figure" else f"Figure: {label}"
        )
        if number and kind:
            own = region.find("table", id=number[0].lower().replace(" ", "-"))
            region["id"] = own.attrs.pop("id") if own else page.unique_id(number[0])
            section = list(region.parents)[-1]
            if id(section) not in links:
                links[id(section)] = links_beside_figures(section)
            table = region.find("table", id=True)
            for link in links[id(section)].get(f"#{table['id']}", []) if table else []:
                link.string = number[0]  # a table is called by its number


def links_beside_figures(section: Tag) -> dict[str, list[Tag]]:
    """Return the links from a section's figures to their numbers, by where they lead."""
    links: dict[str, list[Tag]] = {}
    for box in section.find_all(class_="beside"):
        for link in box.find_all("a"):
            links.setdefault(str(link.get("href")), []).append(link)
    return links


def rename_ids(output: Tag, page: PageSoFar) -> None:
    """Make an output's ids unique in the report, and what refers to them follow."""
    renamed = {str(tag["id"]): page.unique_id(str(tag["id"])) for tag in output.find_all(id=True)}
    for tag in output.find_all(True) if renamed else []:
        if tag.has_attr("id"):
            tag["id"] = renamed[str(tag["id"])]
        for name in REFERENCES:
            if tag.has_attr(name):
                tag[name] = " ".join(renamed.get(old, old) for old in str(tag[name]).split())
        target = str(tag.get("href", ""))
        if target.startswith("#"):
            tag["href"] = "#" + renamed.get(target[1:], target[1:])


def headings(soup: BeautifulSoup, page: PageSoFar, title: str | None, top: int) -> list[str]:
    """Move the headings to their levels, give them ids and list them; name a missing title and a
    skipped level."""
    tags = soup.find_all(re.compile("^h[1-6]$"))
    if not tags:
        return ["there is no heading: a section begins with its title (# …)"]
    first = int(tags[0].name[1])
    if title:
        tags[0].string = title
    problems, above = [], first - 1
    for tag in tags:
        level = int(tag.name[1])
        if level < first:
            problems.append(f"the heading {text_of(tag)!r} stands above the section's title")
        elif level > above + 1:
            problems.append(f"the heading {text_of(tag)!r} skips a level")
        above = level
        tag.name = f"h{min(level + top - first, 6)}"
        tag["id"] = page.unique_id(text_of(tag))
        page.headings.append(Heading(level + top - first, str(tag["id"]), text_of(tag)))
    if top == 1:
        tags[0].decompose()
    return problems
