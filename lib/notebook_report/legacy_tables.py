"""Tables that great_tables made, until every notebook shows its own with the one table maker: then
this module goes."""

from bs4 import BeautifulSoup, Tag

REFERENCES = ("aria-labelledby", "aria-describedby", "data-quarto-disable-processing")


def tidy_great_table(table: Tag) -> None:
    """Take from a great_tables table what its own style sheet or random id needs, and its heading
    rows for a caption."""
    for name in (*REFERENCES, "data-quarto-bootstrap", "border"):
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
        caption.string = " – ".join(" ".join(row.get_text(" ", strip=True).split()) for row in rows)
        table.insert(0, caption)
    for row in rows:
        row.decompose()
    split_groups(table)
    holder = table.parent
    if holder is not None and holder.name == "div" and "overflow-x" in str(holder.get("style", "")):
        holder.unwrap()


def split_groups(table: Tag) -> None:
    """Give each group of rows a body of its own, so that its heading is read out with its rows and
    no others."""
    for heading in table.select("tr.gt_group_heading_row"):
        heading.th["scope"] = "rowgroup"  # type: ignore[index]
        body, rows = heading.parent, [heading, *heading.find_next_siblings("tr")]
        if body is not None and heading.find_previous_sibling("tr"):
            group = BeautifulSoup().new_tag("tbody", attrs={"class": str(body.get("class", ""))})
            group.extend([row.extract() for row in rows])
            body.insert_after(group)


def notes_below(table: Tag) -> Tag | None:
    """Take a table's foot notes out of it."""
    cells = table.select("tfoot .gt_footnote, tfoot .gt_sourcenote")
    if not cells:
        return None
    notes = BeautifulSoup().new_tag("div", attrs={"class": "table-notes"})
    for cell in cells:
        cell.name, cell.attrs = "p", {}
        notes.append(cell.extract())
    if table.tfoot:
        table.tfoot.decompose()
    return notes
