"""The appendices: the questionnaire, the administrations, what each file holds, and the words used."""

import pandas as pd
from IPython.display import HTML, Markdown

from followup.cleaning.administrations import read_administrations
from followup.files import read_text_table
from followup.rounds import ROOT, Round
from followup.show import display


def questionnaire(survey_round: Round) -> HTML:
    """The questions and the answers offered, as round.toml has them."""
    inferred = survey_round.questionnaire_inferred
    rows = [
        *(
            {
                "question": "Which follow-up actions did you take?",
                "answer": action.label,
                "id": action.id,
            }
            for action in survey_round.actions
        ),
        *(
            {"question": outcome.question, "answer": "Yes / No", "id": outcome.id}
            for outcome in survey_round.outcomes
        ),
    ]
    shown = pd.DataFrame(rows).set_index("id")[["question", "answer"]]
    notes = (
        [
            "Inferred: the source does not print the questionnaire; questions and answers follow its tables and text."
        ]
        if inferred
        else []
    )
    caption = "The questionnaire" + (", as far as the source lets it be known" if inferred else "")
    labels = {"question": "Question", "answer": "Answer offered"}
    return display.table(
        shown,
        "questionnaire",
        caption,
        labels=labels,
        notes=notes,
        stub="Column of the replies",
        strong=(),
    )


def administrations(replies: pd.DataFrame) -> HTML:
    """Codes and names of the member administrations, and how many replies each sent."""
    known = read_administrations()
    sent = replies["administration"].value_counts().reindex(known.index, fill_value=0)
    shown = known[["name", "sub_region"]].assign(replies=sent)
    labels = {"name": "Administration", "sub_region": "Sub-region", "replies": "Replies"}
    return display.table(
        shown,
        "administrations",
        "Abbreviations of the member administrations",
        labels=labels,
        formats={"replies": "count"},
        stub="Code",
        filter_by="code, administration or sub-region",
    )


def data_dictionary() -> HTML:
    """Every file that a run writes, with its columns and what they mean; folded."""
    columns = read_text_table(ROOT, "docs/data_dictionary.csv")
    shown = display.table(
        columns.set_index("column"),
        "data_dictionary",
        "The files of this round and their columns",
        labels={"type": "Type", "meaning": "Meaning"},
        stub="Column",
        strong=(),
        groups="file",
        download=columns,
    )
    summary = f"The {len(columns)} columns of {columns['file'].nunique()} files"
    return display.folded(
        summary, shown, f"{summary} are not printed: see report.html or docs/data_dictionary.csv."
    )


def glossary() -> HTML:
    """The words of docs/glossary.md."""
    lines = [
        line.strip("| ").split(" | ") for line in _document("glossary.md") if line.startswith("|")
    ]
    shown = pd.DataFrame(lines[2:], columns=["term", "meaning"]).set_index("term")
    return display.table(
        shown, "glossary", "Glossary", labels={"meaning": "Meaning"}, stub="Term", strong=()
    )


def assumptions() -> Markdown:
    """What the survey itself assumes, from docs/assumptions.md."""
    lines = _document("assumptions.md")
    start = lines.index("## What the survey itself assumes")
    return Markdown("\n".join(lines[start + 1 :]))


def _document(name: str) -> list[str]:
    return (ROOT / "docs" / name).read_text(encoding="utf-8").splitlines()
