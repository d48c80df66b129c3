"""The office's own words: Markdown files of the round, in the same form as prose in a notebook."""

from IPython.display import Markdown

from followup.rounds import Round
from followup.show.prose import prose


def words(survey_round: Round, name: str, **names: object) -> Markdown | None:
    """Show the office's words, `data/raw/YEAR/words/NAME.md`, filled with values; nothing where it wrote none."""
    text = survey_round.read_words(name)
    return prose(text, **names) if text else None
