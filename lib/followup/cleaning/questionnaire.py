"""Replies read from a questionnaire's export, which are then held against each other and the
invitations."""

from collections.abc import Iterator

import pandas as pd

from followup.cleaning.cleaning import Change, Remark
from followup.cleaning.exports import grids
from followup.cleaning.headings import Layout, find_layout
from followup.cleaning.privacy import without_personal
from followup.cleaning.questions import questions
from followup.cleaning.reader import ADMINISTRATION, Reader, Reading, Reply
from followup.declaration import Option, Questionnaire
from followup.files import normalise
from followup.members import answered_invitations, invited_codes
from followup.problems import Problem, stop_if_any
from followup.rounds import Round

SAID = {True: "yes", False: "no", None: "no answer"}


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
    layout = find_layout(
        grids(survey_round.raw / declared.file, file, declared.sheet), survey_round, file
    )
    reader = Reader(survey_round, layout, file)
    reading = reader.read()
    if not reading.contacts:
        expected = f"replies below the heading in row {layout.row}: there are none yet"
        reading.problems.append(Problem(file, expected=expected))
    reading.problems += [
        *_not_invited(reader),
        *_decided_elsewhere(reader),
        *_recognised(layout, survey_round, file),
        *_never_ticked(reader),
        *_dropped_columns(layout, survey_round, file),
    ]
    drop_repeated(reader)
    reading.problems += _too_many(reader)
    return reading


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


def _not_invited(reader: Reader) -> Iterator[Problem]:
    """Replies of administrations not invited to their workshop stop the reading, until a decision
    keeps them."""
    invited = invited_codes(reader.workshops)
    for reply in reader.reading.replies:
        workshop, code = reply.workshop, reply.administration
        if workshop is None or code is None or code in invited.get(workshop, {code}):
            continue
        place = (reader.file, str(reply.row), reader.column(ADMINISTRATION), reply.words or code)
        if reply.decision and reply.decision.keep:
            reason = f"not invited, and kept: {reply.decision.why}"
            reader.reading.changes.append(Change(*place, code, reason))
        else:
            codes = ", ".join(sorted(invited[workshop]))
            expected = f"an administration invited to {workshop} ({codes})"
            hint = f"{reader.undecided('keep = true', reply.row)} can keep or drop it"
            yield Problem(*place, f"{expected}: {hint}")


def _too_many(reader: Reader) -> Iterator[Problem]:
    """Tell of more replies than were invited; one that is kept though not invited is none of
    them."""
    replies = reader.reading.frame(reader.survey_round)
    answered = answered_invitations(replies, reader.workshops)
    for workshop, invited in zip(reader.workshops["id"], reader.workshops["invited"], strict=True):
        if not pd.isna(invited) and answered[workshop] > invited:
            value = f"{answered[workshop]} replies for {reader.survey_round.event} {workshop}"
            expected = f"no more than the {invited} that workshops.csv says were invited"
            yield Problem(reader.file, value=value, expected=expected)


def _decided_elsewhere(reader: Reader) -> Iterator[Problem]:
    file = reader.survey_round.file("round.toml")
    for number, decision in enumerate(reader.survey_round.decisions, start=1):
        if decision.row not in reader.reading.contacts:
            expected = f"a row of {reader.file} that has a reply"
            yield Problem(file, "", f"decisions[{number}].row", str(decision.row), expected)


def _recognised(layout: Layout, survey_round: Round, file: str) -> Iterator[Problem]:
    """Name the columns that are an answer's by what they hold, not by their heading."""
    for name, place in layout.recognised.items():
        words = survey_round.options[name].answer or survey_round.options[name].label
        value = layout.headings[place].strip() or f"column {place + 1}"
        expected = f"read as the column of {words!r}, since it holds these words alone"
        yield Remark(file, str(layout.row), value=value, expected=expected)


def _never_ticked(reader: Reader) -> Iterator[Problem]:
    """Name the answers that nobody ticked: their wording may not be that of the form."""
    hint = "where that is not so, the wording in round.toml is not the form's"
    for question in (question for question in reader.questions if question.several):
        answers = [reply.answers for reply in reader.reading.replies]
        ticked = [{one.id for one in question.answers if said.get(one.id)} for said in answers]
        count = sum(map(bool, ticked))
        if answers and not count:
            expected = f"nobody ticked any answer to this question: {hint}"
            yield Remark(reader.file, column=question.heading, expected=expected)
        for answer in question.answers if count else ():
            if answer.id not in set().union(*ticked):
                expected = f"nobody ticked it, though {count} replies ticked others: {hint}"
                yield Remark(reader.file, "", question.heading, answer.words, expected)


def _dropped_columns(layout: Layout, survey_round: Round, file: str) -> Iterator[Problem]:
    """Name the columns left unread, but for a question's own beside those of its answers: it says
    the same again."""
    read = set(layout.columns.values())
    asked = {normalise(question.heading) for question in questions(survey_round)}
    headings = [text.strip() for place, text in enumerate(layout.headings) if place not in read]
    dropped = [heading for heading in headings if heading and normalise(heading) not in asked]
    if dropped:
        value = without_personal("; ".join(dropped))
        expected = "columns that round.toml does not name are dropped on reading"
        yield Remark(file, str(layout.row), value=value, expected=expected)


def drop_repeated(reader: Reader) -> None:
    """Of replies of one administration for one workshop keep the first where all answer the same;
    else both are shown."""
    kept: list[Reply] = []
    first: dict[tuple[str, str], Reply] = {}
    for reply in reader.reading.replies:
        before = reply
        if reply.workshop is not None and reply.administration is not None:
            before = first.setdefault((reply.workshop, reply.administration), reply)
        label = f"{reply.administration}, {reader.survey_round.event} {reply.workshop}"
        differing = [
            option
            for option in reader.survey_round.options.values()
            if before.answers.get(option.id) is not reply.answers.get(option.id)
        ]
        if before is not reply and not differing:
            reason = f"left out: the same answers as in row {before.row}"
            change = Change(reader.file, str(reply.row), "", label, "", reason)
            reader.reading.changes.append(change)
            continue
        kept.append(reply)
        if before is not reply:
            rows = (_row_in_words(one, differing, reader) for one in (before, reply))
            entry = reader.undecided("drop = true", before.row, reply.row)
            decide = f"{entry} must say which row to drop"
            reader.reading.problems.append(
                Problem(
                    reader.file,
                    str(reply.row),
                    reader.column(ADMINISTRATION),
                    value="; ".join([label, *rows]),
                    expected=f"one reply of an administration: {decide}",
                )
            )
    reader.reading.replies = kept


def _row_in_words(reply: Reply, options: list[Option], reader: Reader) -> str:
    answers = (f"{option.label} {SAID[reply.answers.get(option.id)]}" for option in options)
    time = reader.rows[reply.row].time
    return f"row {reply.row}{f' of {time}' if time else ''}: {', '.join(answers)}"
