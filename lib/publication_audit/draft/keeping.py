"""What a draft prints in the form of a round's `published/`, to be proof-read and kept."""

from pathlib import Path

from followup.files import write
from publication_audit.draft.document import DraftError
from publication_audit.publication import Publication


def keep(publication: Publication, folder: Path) -> list[Path]:
    """Write table_N.csv and claims.csv; files of an earlier draft are never overwritten.

    Raises
    ------
    DraftError
        The folder holds files already.
    """
    if folder.is_dir() and any(folder.iterdir()):
        raise DraftError(f"{folder} holds what an earlier draft printed: move it away first.")
    written = []
    for name, table in publication.tables.items():
        content = table.to_csv(index_label="workshop", lineterminator="\n")
        written.append(write(folder / f"{name}.csv", content.encode()))
    claims = publication.claims.to_csv(index=False, lineterminator="\n")
    return [*written, write(folder / "claims.csv", claims.encode())]
