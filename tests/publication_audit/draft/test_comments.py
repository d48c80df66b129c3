"""A Word draft comes back with a comment at each difference, and its text as it was."""

import io
import sys
from pathlib import Path

import docx
import pandas as pd
import pypandoc
import pytest
from docx.oxml.ns import qn

sys.path.append(str(Path(__file__).parent))
from marked_draft import context as context_of_2021

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


@pytest.fixture
def context(survey_round, cleaned):
    return context_of_2021(survey_round, cleaned)


def commented_text(document) -> list[str]:
    """The text that each comment stands at, in the order of the comments."""
    texts: dict[str, str] = {}
    open_comments: set[str] = set()
    for element in document.element.body.iter():
        name, number = element.tag.rpartition("}")[2], element.get(qn("w:id"))
        if name == "commentRangeStart":
            open_comments.add(number)
        elif name == "commentRangeEnd":
            open_comments.discard(number)
        elif name == "t":
            for one in open_comments:
                texts[one] = texts.get(one, "") + element.text
    return [texts[one] for one in sorted(texts, key=int)]


def test_each_difference_has_one_comment_at_what_is_printed(word_draft, context):
    before = read(word_draft)
    printed = ["48%", "58", "41 of 58", "17", "Response", "both"]
    after = docx.Document(io.BytesIO(commented(word_draft, differing(before, *printed), context)))
    comments = list(after.comments)
    assert [one.text.partition("”")[0] for one in comments] == [f"“{one}" for one in printed]
    assert all("99" in comment.text and "ecause" in comment.text for comment in comments)
    assert commented_text(after) == printed


def test_neither_text_nor_looks_of_a_commented_draft_change(word_draft, context):
    before = read(word_draft)
    items = differing(before, "48%", "8", "of 58", "17", "spons", "58 rep")
    path = word_draft.with_name("after.docx")
    path.write_bytes(commented(word_draft, items, context))
    for first, second in zip(before.blocks, read(path).blocks, strict=True):
        assert letters(first) == letters(second)


def letters(block) -> list[tuple]:
    """Each letter of a block with its looks, however it is cut into runs."""
    runs = [*block.runs, *(run for row in block.rows for cell in row for run in cell.runs)]
    return [(one, run.bold, run.underline, run.italic) for run in runs for one in run.text]


def test_a_figure_of_a_note_has_its_comment_at_the_number_of_the_note(tmp_path, context):
    path = tmp_path / "draft.docx"
    text = "Two thirds of all replies.[^1]\n\n[^1]: That is 67% of them.\n"
    pypandoc.convert_text(text, "docx", "markdown", outputfile=str(path))
    before = read(path)
    assert [one.kind for one in before.blocks] == ["paragraph", "note"]
    after = docx.Document(io.BytesIO(commented(path, differing(before, "67%"), context)))
    assert [one.text.partition("”")[0] for one in after.comments] == ["“67%"]
    (start,) = after.element.body.iter(qn("w:commentRangeStart"))
    assert start.getnext().find(qn("w:footnoteReference")) is not None


def test_a_figure_that_may_be_of_several_facts_has_a_comment_that_names_them(word_draft, context):
    items = differing(read(word_draft), "58")
    items = items.assign(verdict="which fact?", fact="replies ; action.shared_materials")
    after = docx.Document(io.BytesIO(commented(word_draft, items.iloc[:1], context)))
    (comment,) = after.comments
    assert "replies; or replies that shared the training materials" in comment.text


def test_a_draft_in_which_all_agrees_has_no_comment(word_draft, context):
    items = differing(read(word_draft), "58").assign(verdict="agrees")
    after = docx.Document(io.BytesIO(commented(word_draft, items, context)))
    assert list(after.comments) == []
