"""Replies read from a questionnaire's export: the export is found and read, then its replies are held against each other."""

from collections.abc import Iterator

import pandas as pd

from followup.cleaning.cleaning import Change, Remark
from followup.cleaning.decisions import decision_problems
from followup.cleaning.exports import grids
from followup.cleaning.headings import Layout, find_layout
from followup.cleaning.privacy import without_personal
from followup.cleaning.questions import question_problems, questions
from followup.cleaning.reader import ADMINISTRATION, WORKSHOP, Reader, Reading
from followup.files import listed, normalise
from followup.problems import Problem, stop_if_any
from followup.rounds import Round


def read_questionnaire(survey_round: Round) -> Reading:
    """Read the export that round.toml names; problems and remarks about its rows are in what is returned.

    Raises
    ------
    InputProblems
        The questions are not declared well, or the export or its headings cannot be found.
    """
    stop_if_any(_declared_problems(survey_round))
    declared = survey_round.questionnaire
    file = survey_round.file(declared.file)
    layout = find_layout(
        grids(survey_round.raw / declared.file, file, declared.sheet),
        survey_round,
        file,
    )
    reader = Reader(survey_round, layout, file)
    found = reader.read()
    if not found.contacts:
        found.problems.append(
            Problem(
                file, expected=f"replies below the heading in row {layout.row}: there are none yet"
            )
        )
    found.problems += [
        *_not_invited(reader),
        *_decided_elsewhere(reader),
        *_dropped_columns(layout, survey_round, file),
    ]
    settle_repeated(reader)
    return found


def _declared_problems(survey_round: Round) -> Iterator[Problem]:
    declared, place = survey_round.questionnaire, survey_round.file("round.toml")
    name = declared.file
    if name in (".", "..") or not name.isprintable() or set(name) & set("/\\:"):
        yield Problem(
            place,
            column="questionnaire.file",
            value=name,
            expected=f"the name of a file beside it in {survey_round.file('')}",
        )
    if declared.workshop is None and len(survey_round.read_workshops()) != 1:
        expected = f"the heading of the column that names the {survey_round.event}: workshops.csv has several"
        yield Problem(place, column="questionnaire.workshop", expected=expected)
    yield from question_problems(survey_round)
    yield from decision_problems(survey_round)


def _not_invited(reader: Reader) -> Iterator[Problem]:
    """Replies of administrations that were not invited to their workshop stop the reading, until a decision keeps them."""
    invited = invited_codes(reader.workshops, reader.known)
    for reply in reader.found.replies:
        workshop, code, decided = reply[WORKSHOP], reply[ADMINISTRATION], reply["keep"]
        if not code or code in invited.get(workshop, {code}):
            continue
        place = (
            reader.file,
            str(reply["row"]),
            reader.column(ADMINISTRATION),
            reply["text"] or code,
        )
        if decided.keep:
            reader.found.changes.append(
                Change(*place, code, f"not invited, and kept: {decided.why}")
            )
        else:
            expected = (
                f"an administration invited to {workshop} ({', '.join(sorted(invited[workshop]))})"
            )
            yield Problem(
                *place, f"{expected}: a [[decisions]] entry of round.toml can keep or drop it"
            )


def invited_codes(workshops: pd.DataFrame, known: dict[str, str]) -> dict[str, set[str]]:
    """Codes of the administrations invited to each workshop whose row of workshops.csv names them."""
    if "invited_administrations" not in workshops:
        return {}
    named = zip(workshops["id"], map(listed, workshops["invited_administrations"]), strict=True)
    return {
        workshop: {known[normalise(text)] for text in texts if normalise(text) in known}
        for workshop, texts in named
        if texts
    }


def _decided_elsewhere(reader: Reader) -> Iterator[Problem]:
    for number, decision in enumerate(reader.survey_round.decisions, start=1):
        if decision.row not in reader.found.contacts:
            column, value = f"decisions[{number}].row", str(decision.row)
            expected = f"a row of {reader.file} that has a reply"
            yield Problem(reader.survey_round.file("round.toml"), "", column, value, expected)


def _dropped_columns(layout: Layout, survey_round: Round, file: str) -> Iterator[Problem]:
    """Name the columns left unread, but for a question's own beside those of its answers: it says the same again."""
    read, named = (
        set(layout.columns.values()),
        {normalise(question.heading) for question in questions(survey_round)},
    )
    headings = [
        heading.strip() for place, heading in enumerate(layout.headings) if place not in read
    ]
    dropped = [heading for heading in headings if heading and normalise(heading) not in named]
    if dropped:
        value = without_personal("; ".join(dropped))
        yield Remark(
            file,
            str(layout.row),
            value=value,
            expected="columns that round.toml does not name are dropped on reading",
        )


def settle_repeated(reader: Reader) -> None:
    """Of replies of one administration for one workshop keep the first where all answer the same; else both are shown."""
    kept, first = [], {}
    for reply in reader.found.replies:
        named = reply[WORKSHOP], reply[ADMINISTRATION]
        before = first.setdefault(named, reply) if None not in named else reply
        same = all(before.get(name) is reply.get(name) for name in reader.survey_round.options)
        label = f"{named[1]}, {reader.survey_round.event} {named[0]}"
        if before is reply:
            kept.append(reply)
        elif same:
            change = ("", label, "", f"left out: the same answers as in row {before['row']}")
            reader.found.changes.append(Change(reader.file, str(reply["row"]), *change))
        else:
            kept.append(reply)
            reader.found.problems.append(_both_shown(reader, before, reply, label))
    reader.found.replies = kept


def _both_shown(reader: Reader, before: dict, reply: dict, label: str) -> Problem:
    said = {True: "yes", False: "no", None: "no answer"}
    options = reader.survey_round.options.values()
    differing = [option for option in options if before.get(option.id) is not reply.get(option.id)]
    rows = [
        f"row {one['row']}: "
        + ", ".join(f"{option.label} {said[one.get(option.id)]}" for option in differing)
        for one in (before, reply)
    ]
    expected = "one reply of an administration: a [[decisions]] entry of round.toml must say which row to drop"
    value = f"{label}; {'; '.join(rows)}"
    return Problem(reader.file, str(reply["row"]), reader.column(ADMINISTRATION), value, expected)
