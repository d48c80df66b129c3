"""A Word draft comes back with a comment at each difference, and its text as it was."""

import io
from itertools import pairwise

import docx
import pandas as pd
import pytest

from publication_audit.draft.comments import commented
from publication_audit.draft.document import Document
from publication_audit.draft.items import COLUMNS
from publication_audit.draft.reading import read


@pytest.fixture
def word_draft(tmp_path):
    """A draft whose figures stand in one run, over several, in a link, and in merged cells."""
    document = docx.Document()
    document.add_heading("2.1 Response", 2)
    paragraph = document.add_paragraph("Of all, ")
    for text, bold in (("4", True), ("8", False), ("%", True), (" shared; 58 replied.", False)):
        paragraph.add_run(text).bold = bold
    table = document.add_table(2, 3)
    for cell, text in zip(table.rows[0].cells, ("Workshop", "Yes", "No"), strict=True):
        cell.text = text
    merged = table.cell(1, 0).merge(table.cell(1, 1))
    merged.text = "both"
    merged.add_paragraph("41 of 58")
    table.cell(1, 2).paragraphs[0].add_run("17").underline = True
    path = tmp_path / "draft.docx"
    document.save(path)
    return path


def differing(document: Document, *printed: str) -> pd.DataFrame:
    """The first places of texts as items that differ, and one that agrees."""
    rows = []
    for text in printed:
        for block in document.blocks:
            cells = [(cell, cell.row, cell.column) for row in block.rows for cell in row]
            for part, row, column in cells or [(block, -1, -1)]:
                if text in part.text and all(one["printed"] != text for one in rows):
                    start = part.text.index(text)
                    place = {"block": block.index, "row": row, "column": column}
                    rows.append(
                        {"printed": text, "start": start, "end": start + len(text), **place}
                    )
    items = pd.DataFrame(rows).reindex(columns=COLUMNS)
    items["recomputed"], items["verdict"], items["explanation"] = "99", "differs", "because"
    return pd.concat([items, items.iloc[:1].assign(verdict="agrees")], ignore_index=True)


def test_each_difference_has_one_comment_at_its_runs_and_the_text_is_untouched(word_draft):
    before = read(word_draft)
    items = differing(before, "48%", "58", "41 of 58", "17", "Response")
    after = docx.Document(io.BytesIO(commented(word_draft, items)))
    comments = list(after.comments)
    assert [comment.text.split(" ")[0] for comment in comments] == [
        "“48%”",
        "“58”",
        "“41",
        "“17”",
        "“Response”",
    ]
    assert all("99" in comment.text and "ecause" in comment.text for comment in comments)
    path = word_draft.with_name("after.docx")
    after.save(path)
    assert read(path).blocks == before.blocks
    marked = [element.tag.rpartition("}")[2] for element in after.paragraphs[1]._p]
    starts = [place for place, tag in enumerate(marked) if tag == "commentRangeStart"]
    ends = [place for place, tag in enumerate(marked) if tag == "commentRangeEnd"]
    assert [marked[start:end].count("r") for start, end in zip(starts, ends, strict=True)] == [3, 1]
    assert all(first < second for first, second in pairwise([*starts]))


def test_a_draft_in_which_nothing_differs_has_no_comment(word_draft):
    items = differing(read(word_draft), "58").assign(verdict="which fact?")
    after = docx.Document(io.BytesIO(commented(word_draft, items)))
    assert list(after.comments) == []
