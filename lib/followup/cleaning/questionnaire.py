"""Replies read from a questionnaire's export, which are then held against each other and the
invitations."""

from collections import Counter
from collections.abc import Iterator

import pandas as pd

from followup.cleaning.cleaning import Change, Remark
from followup.cleaning.exports import grids
from followup.cleaning.headings import Layout, find_layout
from followup.cleaning.privacy import without_personal
from followup.cleaning.questions import questions
from followup.cleaning.reader import ADMINISTRATION, Reader, Reading, Reply
from followup.declaration import Option, Questionnaire
from followup.files import listed, normalise
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
    if declared.workshop is None and len(survey_round.read_workshops()) != 1:
        column = f"the heading of the column that names the {survey_round.event}"
        expected = f"{column}: workshops.csv has several"
        yield Problem(place, column="questionnaire.workshop", expected=expected)


def _not_invited(reader: Reader) -> Iterator[Problem]:
    """Replies of administrations not invited to their workshop stop the reading, until a decision
    keeps them."""
    invited = invited_codes(reader.workshops, reader.codes)
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
            hint = "a [[decisions]] entry of round.toml can keep or drop it"
            yield Problem(*place, f"{expected}: {hint}")


def invited_codes(workshops: pd.DataFrame, codes: dict[str, str]) -> dict[str, set[str]]:
    """Codes of the administrations invited to each workshop that workshops.csv names."""
    if "invited_administrations" not in workshops:
        return {}
    names = zip(workshops["id"], map(listed, workshops["invited_administrations"]), strict=True)
    return {
        workshop: {codes[normalise(text)] for text in texts if normalise(text) in codes}
        for workshop, texts in names
        if texts
    }


def _too_many(reader: Reader) -> Iterator[Problem]:
    """Tell of more replies than were invited, to a workshop whose invited administrations are not
    named."""
    counts = Counter(reply.workshop for reply in reader.reading.replies)
    named = invited_codes(reader.workshops, reader.codes)
    for workshop, invited in zip(reader.workshops["id"], reader.workshops["invited"], strict=True):
        if workshop not in named and not pd.isna(invited) and counts[workshop] > invited:
            value = f"{counts[workshop]} replies for {reader.survey_round.event} {workshop}"
            expected = f"no more than the {invited} that workshops.csv says were invited"
            yield Problem(reader.file, value=value, expected=expected)


def _decided_elsewhere(reader: Reader) -> Iterator[Problem]:
    file = reader.survey_round.file("round.toml")
    for number, decision in enumerate(reader.survey_round.decisions, start=1):
        if decision.row not in reader.reading.contacts:
            expected = f"a row of {reader.file} that has a reply"
            yield Problem(file, "", f"decisions[{number}].row", str(decision.row), expected)


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
            rows = (_row_in_words(one, differing) for one in (before, reply))
            decide = "a [[decisions]] entry of round.toml must say which row to drop"
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


def _row_in_words(reply: Reply, options: list[Option]) -> str:
    answers = (f"{option.label} {SAID[reply.answers.get(option.id)]}" for option in options)
    return f"row {reply.row}: {', '.join(answers)}"
