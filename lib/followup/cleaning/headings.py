"""Where an export keeps what round.toml asks for: the heading row, each heading's column."""

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from followup.cleaning.answers import BLANK
from followup.cleaning.exports import Grid
from followup.cleaning.questions import Answer, Question, questions
from followup.files import normalise
from followup.problems import InputError, Problem
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
    columns : place (from 0) of each column wanted: `workshop`, `administration`, a question's key,
        an answer's id.
    missing : what was wanted and is not there.
    recognised : those of the columns that were found by their cells.
    """

    grid: Grid
    row: int
    depth: int
    columns: dict[str, int] = field(default_factory=dict)
    missing: list[Problem] = field(default_factory=list)
    recognised: dict[str, int] = field(default_factory=dict)

    @property
    def parts(self) -> Iterator[tuple[str, ...]]:
        """The heading of each column: its cell, or the question above (carried on to the right) and
        the answer below."""
        upper, *lower = self.grid.rows[self.row - 1 :][: self.depth] or [[]]
        if self.depth == 1:
            yield from ((cell,) for cell in upper)
            return
        question = ""
        for cell, answer in zip_longest(upper, *lower or [[]], fillvalue=""):
            question = cell if cell.strip() else question
            yield question, answer

    @property
    def headings(self) -> list[str]:
        """The headings as messages name them: question and answer, where they stand in two rows."""
        return [" / ".join(filter(None, map(str.strip, parts))) for parts in self.parts]

    @property
    def fit(self) -> tuple[int, int, int]:
        """How well it fits, least first: what is missing, what is there, and in how many rows."""
        return len(self.missing), -len(self.columns), self.depth


def find_layout(grids: list[Grid], survey_round: Round, file: str) -> Layout:
    """Find the sheet or separator, and the heading row, with most of the headings that round.toml
    names.

    Raises
    ------
    InputError
        A heading is missing or stands twice, or two sheets have them all.
    """
    all_questions = questions(survey_round)
    layouts: list[Layout] = []
    for grid in grids:
        layouts.append(best_layout(grid, survey_round, all_questions, file))
        if not grid.sheet and not layouts[-1].missing:
            break  # the other separators need not be tried
    best = min(layouts, key=lambda layout: layout.fit)
    for question in all_questions:
        recognise_by_cells(best, question, file)
    if not best.columns:
        headings = "; ".join(dict.fromkeys(problem.column for problem in best.missing))
        expected = f"a heading row with the headings that round.toml names: {headings}"
        raise InputError([Problem(file, expected=expected)])
    if best.missing:
        raise InputError(_with_suggestion(best, problem) for problem in best.missing)
    alike = [layout.grid.sheet for layout in layouts if layout.grid.sheet and not layout.missing]
    if len(alike) > 1:
        expected = "one sheet with the headings that round.toml names: say which by its key sheet"
        value = ", ".join(alike)
        raise InputError([Problem(file, "", "questionnaire.sheet", value, expected)])
    return best


def best_layout(
    grid: Grid, survey_round: Round, all_questions: list[Question], file: str
) -> Layout:
    """The heading row of one grid with most of the headings; the first that has them all."""
    best = read_headings(Layout(grid, 1, 1), survey_round, all_questions, file)
    for row in range(1, min(len(grid.rows), SEARCHED) + 1):
        both = [
            read_headings(Layout(grid, row, depth), survey_round, all_questions, file)
            for depth in (1, 2)
        ]
        both = both[:1] if _answers_below(both[1], all_questions) else both
        best = min(best, *both, key=lambda layout: layout.fit)
        if not best.missing and (best.depth == 1 or best.row < row):
            break
    return best


def _answers_below(layout: Layout, all_questions: list[Question]) -> bool:
    """Whether the second row of headings is a reply: below a question is a yes, no or not sure."""
    below = layout.grid.rows[layout.row] if layout.row < len(layout.grid.rows) else []
    return any(
        normalise(below[place]) in question.yes | question.no | question.unsure
        for question in all_questions
        if not question.several
        and (place := layout.columns.get(question.key, len(below))) < len(below)
    )


def _with_suggestion(layout: Layout, problem: Problem) -> Problem:
    """A missing heading with the one that is nearest to it."""
    headings = {normalise(heading): heading.strip() for heading in layout.headings}
    near = difflib.get_close_matches(normalise(problem.column), headings, n=1, cutoff=0.6)
    if not near or "times" in problem.expected:
        return problem
    return replace(problem, suggestion=headings[near[0]])


def recognise_by_cells(layout: Layout, question: Question, file: str) -> None:
    """Find the columns of a question's answers whose headings say nothing by what they hold: each
    one answer's words, and nothing else.

    Where a column holds one answer's words alone and others beside it cannot be told, the layout
    misses what is not found: a column must not be read for a question that is spread over several.
    """
    missing_answers = [answer for answer in question.answers if answer.id not in layout.columns]
    named, first = len(missing_answers) < len(question.answers), layout.columns.get(question.key)
    if not question.several or not missing_answers:
        return
    occupied = set(layout.columns.values()) - {first}
    places = [place for place in range(len(layout.headings)) if place not in occupied]
    cells = {place: texts for place in places if (texts := cells_of(layout, place))}
    places_of = {
        answer.id: [place for place, texts in cells.items() if texts <= answer.spellings]
        for answer in missing_answers
    }
    alone = {place for places in places_of.values() for place in places}
    heading = normalise(question.heading)
    beside = {
        place: layout.headings[place].strip()
        for place in cells
        if place != first and normalise(layout.headings[place]).startswith(heading)
    }
    others = (alone | set(beside)) - {first}
    if named:
        spread = True
    elif first is None:
        spread = len(alone) > 1
    else:
        spread = bool(others) and (first in alone or first not in cells)
    if not spread:
        return
    layout.columns.pop(question.key, None)
    layout.missing = [one for one in layout.missing if f"({question.key}" not in one.expected]
    for answer in missing_answers:
        columns = places_of[answer.id]
        if len(columns) == 1:
            layout.columns[answer.id] = layout.recognised[answer.id] = columns[0]
            continue
        holders = f"{len(columns)} columns hold" if columns else "no column holds"
        expected = (
            f"a column for this answer, since others of {question.key} have one: {holders} its "
            f"words alone; name its column in round.toml, as the heading of {answer.id}"
        )
        value = "; ".join(layout.headings[place].strip() for place in columns)
        value = value or "; ".join(beside.values())
        layout.missing.append(Problem(file, str(layout.row), answer.words, value, expected))


def cells_of(layout: Layout, place: int) -> set[str]:
    """What a column holds below its heading, normalised but where it is many things."""
    rows = layout.grid.rows[layout.row - 1 + layout.depth :]
    cells = {row[place] for row in rows if place < len(row)}
    texts = {text.strip() for text in cells} - BLANK
    return texts if len(texts) > SEARCHED else {normalise(text) for text in texts} - {""}


def read_headings(
    layout: Layout, survey_round: Round, all_questions: list[Question], file: str
) -> Layout:
    """Fill in a layout's columns, and what is missing, from its heading row."""
    places: dict[str, list[int]] = {}
    for place, parts in enumerate(layout.parts):
        for spelling in {normalise(" ".join(parts)), normalise(parts[0])} - {""}:
            places.setdefault(spelling, []).append(place)
    for name in ("workshop", "administration", "respondent"):
        heading = getattr(survey_round.questionnaire, name)
        if heading is not None:
            problem = Problem(file, str(layout.row), heading)
            _want(layout, places, name, [heading], problem, f"questionnaire.{name}")
    for question in all_questions:
        _want_question(layout, places, question, Problem(file, str(layout.row), question.heading))
    return layout


def _want_question(
    layout: Layout, places: dict[str, list[int]], question: Question, problem: Problem
) -> None:
    if question.several:
        own = Layout(layout.grid, layout.row, layout.depth)
        for answer in question.answers:
            one = replace(problem, column=answer.words)
            _want(own, places, answer.id, _headings_of(answer, question), one, question.key)
        named = any(answer.heading for answer in question.answers)
        one_cell = not named and len(places.get(normalise(question.heading), [])) == 1
        if not own.missing or (own.columns and not one_cell):
            layout.columns |= own.columns
            layout.missing += own.missing
            return
    _want(layout, places, question.key, [question.heading], problem, question.key)


def _headings_of(answer: Answer, question: Question) -> list[str]:
    if answer.heading:
        return [answer.heading]
    words = (answer.words, *answer.also, answer.id)
    return [*(f"{question.heading} {word}" for word in words), *words]


def _want(
    layout: Layout,
    places: dict[str, list[int]],
    name: str,
    headings: Iterable[str],
    problem: Problem,
    key: str,
) -> None:
    columns = next(filter(None, (places.get(normalise(text)) for text in headings)), [])
    if len(columns) == 1:
        layout.columns[name] = columns[0]
        return
    expected = f"a column with this heading, which round.toml names ({key})"
    if columns:
        once = f"a heading that stands once ({key} of round.toml names it)"
        expected = f"{once}: it stands {len(columns)} times"
    layout.missing.append(replace(problem, expected=expected))
