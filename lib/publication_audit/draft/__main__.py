"""The door of the audit of a draft: `python -m publication_audit.draft YEAR FILE`."""

import argparse
import os
import sys
from pathlib import Path

import pandas as pd

from followup.files import harmless, write
from followup.problems import InputError
from followup.rounds import open_round
from publication_audit.draft.audit import judged, read_draft
from publication_audit.draft.checks import stop_if_unfit
from publication_audit.draft.comments import commented
from publication_audit.draft.document import DraftError
from publication_audit.draft.items import DIFFERS, VERDICTS
from publication_audit.draft.keeping import keep
from publication_audit.draft.page import draft_page
from publication_audit.draft.reading import read


def summary(items: pd.DataFrame, folder: str, is_kept: bool) -> str:
    """What was found, in a line for a terminal; a second tells what was kept as it is printed."""
    counts = items["verdict"].value_counts().reindex(VERDICTS, fill_value=0)
    verdicts = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
    told = f"{len(items)} items: {verdicts}. See {folder}/draft.html."
    if not is_kept:
        return told
    kept = f"{told}\n{folder}/published holds what the draft prints, to be proof-read"
    return f"{kept}, also the {counts[DIFFERS]} that differ." if counts[DIFFERS] else f"{kept}."


def audit_draft(year: int, file: Path, is_kept: bool) -> str:
    """Audit a draft and write what is found below output/YEAR/draft.

    Raises
    ------
    DraftError, InputError, FileNotFoundError
        The draft, the round's data or its report cannot be used.
    """
    if file == Path():
        raise DraftError("Name the draft to audit, as in: make draft FILE=draft.docx")
    survey_round = open_round(year)
    document = read(file)
    stop_if_unfit(document, survey_round)
    draft = read_draft(document, survey_round)
    items, folder = judged(draft), survey_round.output / "draft"
    if is_kept:
        keep(draft.publication, folder / "published")
    write(folder / "items.csv", harmless(items).to_csv(index=False).encode())
    write(folder / "draft.html", draft_page(document, items, draft.context).encode())
    if document.form == "docx":
        write(folder / "draft.docx", commented(file, items, draft.context))
    return summary(items, f"output/{year}/draft", is_kept)


def main(arguments: list[str]) -> int:
    """Audit a draft against a round whose report is built; with KEEP=1 keep what it prints."""
    parser = argparse.ArgumentParser(prog="publication_audit.draft", description=main.__doc__)
    parser.add_argument("year", type=int)
    parser.add_argument("file", type=Path)
    parser.add_argument("--keep", action="store_true", default=os.environ.get("KEEP") == "1")
    options = parser.parse_args(arguments)
    try:
        print(audit_draft(options.year, options.file, options.keep))
    except (DraftError, InputError, FileNotFoundError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
