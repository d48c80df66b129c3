"""Where an export keeps what round.toml asks for: the heading row, and the column of each heading."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from followup.cleaning.exports import Grid
from followup.cleaning.questions import Question, questions
from followup.files import normalise
from followup.problems import InputProblems, Problem
from followup.rounds import Round

SEARCHED = 40


@dataclass
class Layout:
    """One reading of an export's headings.

    Parameters
    ----------
    grid : the export's cells.
    row : the heading row, as a spreadsheet numbers it.
    depth : 1, or 2 where a row of answers stands below the row of questions.
    columns : place (from 0) of each column wanted: `workshop`, `administration`, a question's key, an answer's id.
    missing : what was wanted and is not there.
    """

    grid: Grid
    row: int
    depth: int
    columns: dict[str, int] = field(default_factory=dict)
    missing: list[Problem] = field(default_factory=list)

    @property
    def headings(self) -> list[str]:
        """The headings as messages name them: question and answer, where they stand in two rows."""
        return [
            " / ".join(filter(None, map(str.strip, parts)))
            for parts in heading_parts(self.grid, self.row, self.depth)
        ]


def find_layout(found: list[Grid], survey_round: Round, file: str) -> Layout:
    """Find the sheet or separator, and the heading row, in which most of the headings that round.toml names are found.

    Raises
    ------
    InputProblems
        A heading is missing or stands twice.
    """
    best = Layout(Grid([[]]), 1, 1, missing=[Problem(file)] * 10**6)
    for grid in found:
        for row in range(1, min(len(grid.rows), SEARCHED) + 1):
            layouts = [
                read_headings(Layout(grid, row, depth), survey_round, file) for depth in (1, 2)
            ]
            best = min(
                best,
                *layouts,
                key=lambda layout: (len(layout.missing), -len(layout.columns), layout.depth),
            )
            if not best.missing and (best.depth == 1 or best.row < row):
                return best
    if not best.missing:
        return best
    if not best.columns:
        named = "; ".join(dict.fromkeys(problem.column for problem in best.missing))
        raise InputProblems(
            [
                Problem(
                    file, expected=f"a heading row with the headings that round.toml names: {named}"
                )
            ]
        )
    raise InputProblems(_with_suggestion(best, problem) for problem in best.missing)


def _with_suggestion(layout: Layout, problem: Problem) -> Problem:
    """A missing heading with the one that is nearest to it."""
    folded = {normalise(heading): heading for heading in layout.headings}
    near = difflib.get_close_matches(normalise(problem.column), folded, n=1, cutoff=0.6)
    return (
        problem
        if not near or "times" in problem.expected
        else replace(problem, suggestion=folded[near[0]].strip())
    )


def heading_parts(grid: Grid, row: int, depth: int) -> Iterator[tuple[str, ...]]:
    """Yield the heading of each column: its cell, or the question above (carried on to the right) and the answer below it."""
    upper = grid.rows[row - 1]
    if depth == 1:
        yield from ((cell,) for cell in upper)
        return
    lower = grid.rows[row] if row < len(grid.rows) else []
    question = ""
    for place in range(max(len(upper), len(lower))):
        own = upper[place] if place < len(upper) else ""
        question = own if own.strip() else question
        yield question, lower[place] if place < len(lower) else ""


def read_headings(layout: Layout, survey_round: Round, file: str) -> Layout:
    """Fill in a layout's columns, and what is missing, from its heading row."""
    places: dict[str, list[int]] = {}
    for place, parts in enumerate(heading_parts(layout.grid, layout.row, layout.depth)):
        for spelling in {normalise(" ".join(parts)), normalise(parts[0])} - {""}:
            places.setdefault(spelling, []).append(place)
    for name in ("workshop", "administration"):
        heading = getattr(survey_round.questionnaire, name)
        if heading is not None:
            place = Problem(file, str(layout.row), heading)
            _want(layout, places, name, [heading], place, f"questionnaire.{name}")
    for question in questions(survey_round):
        _want_question(layout, places, question, Problem(file, str(layout.row), question.heading))
    return layout


def _want_question(
    layout: Layout, places: dict[str, list[int]], question: Question, place: Problem
) -> None:
    if question.several:
        own = Layout(layout.grid, layout.row, layout.depth)
        for answer in question.answers:
            _want(
                own,
                places,
                answer.id,
                _headings_of(answer, question),
                Problem(place.file, place.row, answer.words),
                question.key,
            )
        one_cell = len(places.get(normalise(question.heading), [])) == 1
        if not own.missing or (own.columns and not one_cell):
            layout.columns |= own.columns
            layout.missing += own.missing
            return
    _want(layout, places, question.key, [question.heading], place, question.key)


def _headings_of(answer: object, question: Question) -> list[str]:
    if answer.heading:
        return [answer.heading]
    words = (answer.words, *answer.also, answer.id)
    return [*(f"{question.heading} {word}" for word in words), *words]


def _want(
    layout: Layout,
    places: dict[str, list[int]],
    name: str,
    wanted: list[str],
    place: Problem,
    key: str,
) -> None:
    found = next((places[normalise(text)] for text in wanted if normalise(text) in places), [])
    if len(found) == 1:
        layout.columns[name] = found[0]
        return
    expected = f"a column with this heading, which round.toml names ({key})"
    if found:
        expected = f"a heading that stands once ({key} of round.toml names it): it stands {len(found)} times"
    layout.missing.append(replace(place, expected=expected))
