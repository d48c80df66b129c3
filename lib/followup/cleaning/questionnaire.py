"""Replies read from a questionnaire's export, which are then held against each other and the
invitations."""

from collections.abc import Iterator

import pandas as pd

from followup.cleaning.cleaning import Change, Remark, cleaning_log
from followup.cleaning.exports import grids
from followup.cleaning.headings import Layout, find_layout
from followup.cleaning.privacy import without_personal
from followup.cleaning.questions import questions
from followup.cleaning.reader import ADMINISTRATION, WORKSHOP, Reader, Reading
from followup.declaration import Option, Questionnaire
from followup.files import normalise, path_on_disk
from followup.members import answered_invitations, invited_codes, invited_or_unlisted
from followup.problems import Problem, stop_if_any
from followup.rounds import Round


def read_questionnaire(survey_round: Round) -> Reading:
    """Read the export that round.toml names; problems and remarks about its rows are in what is
    returned.

    Raises
    ------
    InputError
        The export, or its headings, cannot be found or read.
    """
    declared = survey_round.questionnaire
    assert declared is not None  # a round from a questionnaire declares it
    stop_if_any(_file_problems(survey_round, declared))
    file = survey_round.file(declared.file)
    path = path_on_disk(survey_round.raw / declared.file)
    layout = find_layout(grids(path, file, declared.sheet), survey_round, file)
    reader = Reader(survey_round, layout, file)
    reading = reader.read()
    if not len(reader.numbers):
        expected = f"replies below the heading in row {layout.row}: there are none yet"
        reading.problems.append(Problem(file, expected=expected))
    reading.problems += [
        *_not_invited(reader, reading),
        *_decided_elsewhere(reader),
        *_recognised(layout, survey_round, file),
        *_never_ticked(reader, reading),
        *_dropped_columns(layout, survey_round, file),
    ]
    drop_repeated(reader, reading)
    reading.problems += _too_many(reader, reading)
    reading.contacts = _contacts(reader, reading) if reader.kept else {}
    return reading


def _contacts(reader: Reader, reading: Reading) -> dict[int, str]:
    """What the round asks to keep of those whose rows have a problem."""
    ours = (problem for problem in reading.problems if problem.file == reader.file)
    rows = sorted({int(problem.row) for problem in ours if problem.row.isdecimal()})
    cells = {row: reader.rows[reader.place(row)] for row in rows if row in reader.numbers}
    return {
        row: ", ".join(own[place].strip() for place in reader.kept if place < len(own))
        for row, own in cells.items()
    }


def _file_problems(survey_round: Round, declared: Questionnaire) -> Iterator[Problem]:
    place, name = survey_round.file("round.toml"), declared.file
    if name in (".", "..") or not name.isprintable() or set(name) & set("/\\:"):
        expected = f"the name of a file beside it in {survey_round.file('')}"
        yield Problem(place, "", "questionnaire.file", name, expected)
    if declared.administration and declared.respondent:
        expected = "either administration or respondent: both tell whose replies belong together"
        yield Problem(place, "", "questionnaire.respondent", declared.respondent, expected)
    if declared.workshop is None and len(survey_round.read_workshops()) != 1:
        column = f"the heading of the column that names the {survey_round.event}"
        expected = f"{column}: workshops.csv has several"
        yield Problem(place, column="questionnaire.workshop", expected=expected)


def _not_invited(reader: Reader, reading: Reading) -> Iterator[Problem]:
    """Replies of administrations not invited to their workshop stop the reading, until a decision
    keeps them."""
    replies, changes = reading.replies, []
    strangers = replies[~invited_or_unlisted(replies, reader.workshops)]
    invited = invited_codes(reader.workshops) if len(strangers) else {}
    for row, workshop, code in _placed(strangers):
        place = reader.place(row)
        words = reader.text(ADMINISTRATION, place) or code
        where = (reader.file, str(row), reader.column(ADMINISTRATION), words)
        decision = reader.decisions.get(place)
        if decision and decision.keep:
            reason = f"not invited, and kept: {decision.why}"
            changes.append(Change(*where, code, reason))
        else:
            codes = ", ".join(sorted(invited[workshop]))
            expected = f"an administration invited to {workshop} ({codes})"
            hint = f"{reader.undecided_entry('keep = true', place)} can keep or drop it"
            yield Problem(*where, f"{expected}: {hint}")
    reading.changes = pd.concat([reading.changes, cleaning_log(changes)], ignore_index=True)


def _placed(replies: pd.DataFrame) -> Iterator[tuple[int, str, str]]:
    """Yield row, workshop and administration of replies."""
    names = (replies[name].tolist() for name in (WORKSHOP, ADMINISTRATION))
    return zip(replies.index.tolist(), *names, strict=True)


def _too_many(reader: Reader, reading: Reading) -> Iterator[Problem]:
    """Tell of more replies than were invited; one that is kept though not invited is none of
    them."""
    answered = answered_invitations(reading.replies, reader.workshops)
    for workshop, invited in zip(reader.workshops["id"], reader.workshops["invited"], strict=True):
        if not pd.isna(invited) and answered[workshop] > invited:
            value = f"{answered[workshop]} replies for {reader.survey_round.event} {workshop}"
            expected = f"no more than the {invited} that workshops.csv says were invited"
            yield Problem(reader.file, value=value, expected=expected)


def _decided_elsewhere(reader: Reader) -> Iterator[Problem]:
    file = reader.survey_round.file("round.toml")
    for number, decision in enumerate(reader.survey_round.decisions, start=1):
        if decision.row not in reader.numbers:
            expected = f"a row of {reader.file} that has a reply"
            yield Problem(file, "", f"decisions[{number}].row", str(decision.row), expected)


def _recognised(layout: Layout, survey_round: Round, file: str) -> Iterator[Problem]:
    """Name the columns that are an answer's by what they hold, not by their heading."""
    for name, place in layout.recognised.items():
        words = survey_round.options[name].answer or survey_round.options[name].label
        value = layout.headings[place].strip() or f"column {place + 1}"
        expected = f"read as the column of {words!r}, since it holds these words alone"
        yield Remark(file, str(layout.row), value=value, expected=expected)


def _never_ticked(reader: Reader, reading: Reading) -> Iterator[Problem]:
    """Name the answers that nobody ticked: their wording may not be that of the form."""
    hint = "where that is not so, the wording in round.toml is not the form's"
    for question in (question for question in reader.questions if question.several):
        ticked = reading.replies[[answer.id for answer in question.answers]].fillna(False)
        count = int(ticked.any(axis=1).sum())
        if len(ticked) and not count:
            expected = f"nobody ticked any answer to this question: {hint}"
            yield Remark(reader.file, column=question.heading, expected=expected)
        for answer in question.answers if count else ():
            if not ticked[answer.id].any():
                expected = f"nobody ticked it, though {count} replies ticked others: {hint}"
                yield Remark(reader.file, "", question.heading, answer.words, expected)


def _dropped_columns(layout: Layout, survey_round: Round, file: str) -> Iterator[Problem]:
    """Name the columns left unread, but for a question's own beside those of its answers: it says
    the same again."""
    read = set(layout.columns.values())
    declared_headings = {normalise(question.heading) for question in questions(survey_round)}
    headings = [text.strip() for place, text in enumerate(layout.headings) if place not in read]
    dropped = [
        heading for heading in headings if heading and normalise(heading) not in declared_headings
    ]
    if dropped:
        value = without_personal("; ".join(dropped))
        expected = "columns that round.toml does not name are dropped on reading"
        yield Remark(file, str(layout.row), value=value, expected=expected)


def drop_repeated(reader: Reader, reading: Reading) -> None:
    """Of replies of one administration for one workshop keep the first where all answer the same;
    else both are shown."""
    replies, event, named = reading.replies, reader.survey_round.event, [WORKSHOP, ADMINISTRATION]
    identified = replies[replies[named].notna().all(axis=1)]
    repeated = identified[identified.duplicated(named)]
    firsts = identified.drop_duplicates(named).reset_index(names="row").set_index(named)["row"]
    before = firsts.loc[pd.MultiIndex.from_frame(repeated[named])].to_numpy()
    answers = replies.drop(columns=named).astype("Int8").fillna(-1)
    differ = answers.loc[repeated.index].to_numpy() != answers.loc[before].to_numpy()
    dropped, options = [], list(reader.survey_round.options.values())
    for (row, workshop, code), first, differs in zip(
        _placed(repeated), before.tolist(), differ, strict=True
    ):
        label = f"{code}, {event} {workshop}"
        if not differs.any():
            reason = f"left out: the same answers as in row {first}"
            dropped.append(Change(reader.file, str(row), "", label, "", reason))
            continue
        differing = [option for option, other in zip(options, differs, strict=True) if other]
        rows = [_row_in_words(one, replies, differing, reader) for one in (first, row)]
        places = (reader.place(first), reader.place(row))
        entry = reader.undecided_entry("drop = true", *places)
        reading.problems.append(
            Problem(
                reader.file,
                str(row),
                reader.column(ADMINISTRATION),
                value="; ".join([label, *rows]),
                expected=f"one reply of an administration: {entry} must say which row to drop",
            )
        )
    reading.changes = pd.concat([reading.changes, cleaning_log(dropped)], ignore_index=True)
    reading.replies = replies.drop(index=repeated.index[~differ.any(axis=1)])


def _row_in_words(row: int, replies: pd.DataFrame, options: list[Option], reader: Reader) -> str:
    cells = replies.loc[[row]].astype("string").iloc[0].map({"True": "yes", "False": "no"})
    answers = (f"{option.label} {cells.fillna('no answer')[option.id]}" for option in options)
    time = reader.row(reader.place(row)).time
    return f"row {row}{f' of {time}' if time else ''}: {', '.join(answers)}"
