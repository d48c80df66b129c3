"""Everything that is wrong with a round's raw data, before any of it is used."""

import pickle
import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

import pandas as pd
import pandera.pandas as pa

from followup import rounds
from followup.cleaning import schema
from followup.cleaning.administrations import FILE, spelling_problems, spellings, suggestion
from followup.cleaning.cleaning import Remark
from followup.cleaning.decisions import decision_problems
from followup.cleaning.questionnaire import read_questionnaire
from followup.cleaning.questions import question_problems
from followup.cleaning.reconstruction import COUNT_TYPES, rebuild
from followup.files import listed, normalise, read_text_table, write
from followup.problems import InputError, Problem, stop_if_any
from followup.rounds import Round
from followup.scratch import is_step
from followup.statistics.sensitivity import unmatched_edits

WORDS = ("foreword", "introduction", "conclusion")
LEFT = ".checked"  # in the folder of the steps: what the check has read
# What the expressions in the office's words may use, and where in them digits may stand.
NAMES_IN_WORDS = ("survey_round", "event", "events", "facts")
LINK = re.compile(r"https?://|mailto:|annex\.html$")
EXPRESSION = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|\]\([^)\s]*\)|<https?:[^>]*>", re.DOTALL)


@dataclass
class Checked:
    """What a check came to: all problems and remarks, whom to ask, and the replies if there is no
    problem.

    `contacts` holds, by row, the personal data that the round asks to keep: for the screen alone.
    `undecided` holds, by row, the entry of round.toml that would decide about it.
    `cleaned` holds replies, counts and cleaning log, as `clean_round` gives them.
    """

    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)
    contacts: dict[int, str] = field(default_factory=dict)
    undecided: dict[int, str] = field(default_factory=dict)
    cleaned: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame] | None = None

    def add(self, problems: Iterable[Problem]) -> None:
        """Add problems, those that stop nothing among the remarks."""
        for problem in problems:
            (self.remarks if isinstance(problem, Remark) else self.problems).append(problem)

    def attempt(self, read: Callable[[], pd.DataFrame]) -> pd.DataFrame | None:
        """Read a table; None where it cannot be read, and why among the problems."""
        try:
            return read()
        except InputError as error:
            self.add(error.problems)
            return None


def check_round(survey_round: Round) -> Checked:
    """Check all raw data of a round and clean its replies; every problem in any file is told at
    once."""
    checked = Checked()
    administrations = checked.attempt(lambda: read_text_table(rounds.ROOT, FILE))
    workshops = checked.attempt(lambda: survey_round.read_raw("workshops.csv"))
    examples = checked.attempt(survey_round.read_good_practices)
    checked.add(words_problems(survey_round))
    if survey_round.source == "questionnaire":
        checked.add(question_problems(survey_round))
    if administrations is None or workshops is None:
        return checked
    tables = (
        (administrations, schema.ADMINISTRATIONS, FILE),
        (
            workshops,
            schema.workshops_schema(survey_round.source == "publication"),
            survey_round.file("workshops.csv"),
        ),
    )
    for table, its_schema, file in tables:
        checked.add(schema.table_problems(table, its_schema, file))
    if any(lacks_columns(table, its_schema) for table, its_schema, _ in tables):
        return checked
    codes = spellings(administrations.set_index("code"))
    checked.add(spelling_problems(administrations))
    checked.add(workshop_problems(survey_round, workshops, codes))
    if examples is not None:
        ids, members = list(workshops["id"]), list(administrations["code"])
        examples_schema = schema.examples_schema(ids, members, survey_round.options)
        file = survey_round.file("good_practices.csv")
        checked.add(schema.table_problems(examples, examples_schema, file))
    if not workshops.empty and workshops["id"].is_unique and administrations["code"].is_unique:
        try:
            read_replies(survey_round, checked)
        except InputError as error:
            checked.add(error.problems)
    if not checked.problems and checked.cleaned:
        names, members = list(workshops["id"]), list(administrations["code"])
        declared = survey_round.questionnaire
        if declared and declared.respondent:
            members = list(checked.cleaned[0]["administration"].dropna().unique())
        fitting = schema.replies_schema(survey_round, names, members)
        fitting.validate(checked.cleaned[0], lazy=True)
    return checked


def raw_table_problems(year: int) -> Iterator[Problem]:
    """Yield what is wrong in the tables of a round whose round.toml cannot be used: all but what is
    told by its options."""
    names: dict[str, list[str]] = {}

    def problems(file: str, its_schema: pa.DataFrameSchema, key: str) -> Iterator[Problem]:
        checked = Checked()
        table = checked.attempt(partial(read_text_table, rounds.ROOT, file))
        yield from checked.problems
        if table is not None:
            names[file] = list(table.get(key, ()))
            declared = table.drop(columns="says", errors="ignore")
            yield from schema.table_problems(declared, its_schema, file)

    workshops, examples = (
        f"data/raw/{year}/{name}.csv" for name in ("workshops", "good_practices")
    )
    if (rounds.ROOT / FILE).is_file():
        yield from problems(FILE, schema.ADMINISTRATIONS, "code")
    if (rounds.ROOT / workshops).is_file():
        yield from problems(workshops, schema.workshops_schema(), "id")
    if {FILE, workshops} <= set(names) and (rounds.ROOT / examples).is_file():
        its_schema = schema.examples_schema(names[workshops], names[FILE])
        yield from problems(examples, its_schema, "id")


def lacks_columns(table: pd.DataFrame, its_schema: pa.DataFrameSchema) -> bool:
    """Whether a column is missing that a schema requires."""
    columns = its_schema.columns.items()
    return not {name for name, column in columns if column.required} <= set(table)


def read_replies(survey_round: Round, checked: Checked) -> None:
    """Read a round's replies into `checked`; raise InputError where it cannot."""
    if survey_round.source == "publication":
        checked.cleaned = rebuild(survey_round)
        checked.add(choice_problems(survey_round, checked.cleaned[0]))
        return
    stop_if_any([] if checked.problems else decision_problems(survey_round))
    if any(problem.file.endswith("round.toml") for problem in checked.problems):
        return  # questions that are not declared well cannot be read
    reading = read_questionnaire(survey_round)
    checked.add(reading.problems)
    checked.contacts, checked.undecided = reading.contacts, reading.undecided
    counts = pd.DataFrame(columns=list(COUNT_TYPES)).astype(COUNT_TYPES)
    checked.cleaned = reading.frame(survey_round), counts, reading.changes
    checked.add(choice_problems(survey_round, checked.cleaned[0]))


def choice_problems(survey_round: Round, replies: pd.DataFrame) -> Iterator[Problem]:
    """Yield the edits of the round's choices that do not find their one reply and its column."""
    file = survey_round.file("round.toml")
    for choice, fault in unmatched_edits(replies, survey_round.plain_choices):
        expected = "an edit that finds one reply, and sets an action or outcome of it"
        yield Problem(file, column=f"choices {choice}", value=fault, expected=expected)


def words_problems(survey_round: Round) -> Iterator[Problem]:
    """Yield what is wrong in the office's own words: an expression, or a figure that is typed."""
    for path in sorted((survey_round.raw / "words").glob("*")):
        file = survey_round.file(f"words/{path.name}")
        if path.suffix != ".md" or path.stem not in WORDS:
            expected = f"one of {', '.join(f'{name}.md' for name in WORDS)}"
            yield Problem(file, expected=expected)
            continue
        from followup.show.prose import faults

        text = survey_round.read_words(path.stem)
        for line, fault in faults(text, NAMES_IN_WORDS):
            yield Problem(file, str(line), expected=f"an expression that can be filled in: {fault}")
        plain = EXPRESSION.sub(lambda part: "\n" * part[0].count("\n"), text)
        for line, words in enumerate(plain.splitlines(), start=1):
            for figure in re.findall(r"\S*\d\S*", words):
                expected = 'a figure as an expression on the facts, such as {{ facts["replies"] }}'
                yield Problem(file, str(line), value=figure, expected=expected)


def unfilled_words(
    survey_round: Round, replies: pd.DataFrame, counts: pd.DataFrame
) -> Iterator[Problem]:
    """Yield what in the office's own words cannot be filled in with this round's facts; those of
    the tests, and of the round before, are not known yet."""
    from followup.facts import Facts, survey_facts
    from followup.show.prose import ProseError, words

    files = [name for name in WORDS if survey_round.words_file(name).is_file()]
    if not files:
        return
    facts = Facts(survey_facts(survey_round, replies, counts, survey_round.read_workshops()))
    for name in files:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")  # in a notebook it stops the build
                shown = words(survey_round, name, facts=facts)
        except ProseError as error:
            line, _, fault = str(error).partition(f"{name}.md: line ")[2].partition(" ")
            later = ["no fact 'test.", *["no fact 'last."] * bool(survey_round.previous)]
            if not any(text in fault for text in later):
                file = survey_round.file(f"words/{name}.md")
                yield Problem(file, line, expected=f"what this round can fill in: {fault}")
            continue
        for fault, expected in unfit_for_a_page(shown.data if shown else ""):
            yield Problem(survey_round.file(f"words/{name}.md"), value=fault, expected=expected)


def unfit_for_a_page(text: str) -> Iterator[tuple[str, str]]:
    """Yield what of a Markdown text no page takes, and what it expects: links that lead to nothing
    or run something, pictures, and headings that skip a level."""
    import mistune

    tokens: list[Any] = list(mistune.create_markdown(renderer="ast")(text))
    above = 1
    while tokens:
        token = tokens.pop(0)
        parts, about = token.get("children", []), token.get("attrs", {})
        tokens[:0] = parts
        if token["type"] == "image":
            yield about["url"], "no picture: a page asks for no other file"
        elif token["type"] == "link" and not LINK.match(about["url"]):
            expected = "a link that begins with https://, http:// or mailto:, or to annex.html"
            yield about["url"], expected
        elif token["type"] == "heading":
            if not 1 < about["level"] <= above + 1:
                expected = "a heading that begins with ##, and below it with one # more"
                yield "".join(part.get("raw", "") for part in parts), expected
            above = max(2, about["level"])


def workshop_problems(
    survey_round: Round, workshops: pd.DataFrame, codes: dict[str, str]
) -> Iterator[Problem]:
    """Yield what does not fit together in the rows of workshops.csv."""
    file = survey_round.file("workshops.csv")
    if workshops.empty:
        yield Problem(file, expected=f"a row for each {survey_round.event}: there is none yet")
    scopes = set(workshops.get("scope", ())) - {""}
    if scopes and (workshops["scope"] == "").any():
        line = str(workshops.index[workshops["scope"] == ""][0])
        yield Problem(file, line, "scope", "(empty)", "a scope in every row, or in none")
    for line, row in zip(workshops.index.astype(str), workshops.to_dict("records"), strict=True):
        if row["id"] in scopes:
            yield Problem(file, line, "id", row["id"], "an id that is no scope's name")
        day, month = row.get("date", ""), row["month"]
        if re.fullmatch(r"[\d-]{10}", day) and not _is_a_day(day):
            yield Problem(file, line, "date", day, "a day of the calendar")
        if day and month and not day.startswith(month):
            expected = f"the month of its date {day}, or nothing"
            yield Problem(file, line, "month", month, expected, day[:7])
        column = "invited_administrations"
        names = listed(row.get(column, ""))
        for name in (name for name in names if normalise(name) not in codes):
            expected = f"codes or spellings of {FILE}, separated by semicolons"
            yield Problem(file, line, column, name, expected, suggestion(name, codes))
        invited = [codes.get(normalise(name), name) for name in names]
        for code in sorted({code for code in invited if invited.count(code) > 1}):
            yield Problem(file, line, column, code, "each administration once")
        if names and survey_round.questionnaire and survey_round.questionnaire.respondent:
            expected = "nothing, since replies name respondents: say how many were invited"
            yield Problem(file, line, column, "; ".join(names), expected)
        if names and row["invited"] not in ("", str(len(names))):
            expected = f"{len(names)}, as many as {column} names, or nothing"
            yield Problem(file, line, "invited", row["invited"], expected)


def _is_a_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def clean_round_before(
    survey_round: Round,
) -> tuple[Round, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Open and clean the round that round.toml names to compare with.

    Returns
    -------
    round, replies, counts, log : see `clean_round`.

    Raises
    ------
    InputError
        None is named, or it is not here, is of another series or cannot be used. That is told by a
        remark, and by none where its figures are printed: a draft never stops another year's
        report.
    """
    year, place = survey_round.previous, survey_round.file("round.toml")
    file = f"data/raw/{year}/round.toml"
    if year is None or (survey_round.previous_round and not (rounds.ROOT / file).is_file()):
        raise InputError([])
    try:
        last = rounds.open_round(year)
        if last.series != survey_round.series:
            names = " and ".join(f"{one.series or 'none'}" for one in (last, survey_round))
            raise InputError([Problem(file, expected=f"one series, not {names}")])
        return last, *clean_round(last)
    except InputError as error:
        reason = f"nothing is compared with it: {error.problems[0]}"
        more = f"; make check YEAR={year} tells more" if len(error.problems) > 1 else ""
        remark = Remark(place, "", "round.previous", str(year), reason + more)
        raise InputError([remark]) from None


def clean_round(survey_round: Round) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Check all raw data of a round and clean its replies.

    Returns
    -------
    replies, counts, log : see `reconstruction.rebuild`; a questionnaire's counts are empty.

    Raises
    ------
    InputError
        With every problem in any file.

    Notes
    -----
    A step of the chain takes what the check has read that the build began with, as long as the raw
    files are the same: a large export is read once.
    """
    left = survey_round.build / LEFT
    if is_step() and left.is_file():
        of, cleaned = pickle.loads(left.read_bytes())
        if of == _state(survey_round):
            return cleaned
    checked = check_round(survey_round)
    stop_if_any(checked.problems)
    assert checked.cleaned is not None  # nothing is wrong, so there are replies
    return checked.cleaned


def leave(survey_round: Round, checked: Checked) -> None:
    """Leave what was read for the step that comes next."""
    content = pickle.dumps((_state(survey_round), checked.cleaned), pickle.HIGHEST_PROTOCOL)
    write(survey_round.build / LEFT, content)


def _state(survey_round: Round) -> list[tuple[str, int, int]]:
    """Size and time of each raw file of a round."""
    files = [rounds.ROOT / FILE, *survey_round.raw.rglob("*")]
    stats = [(str(path), path.stat()) for path in sorted(files) if path.is_file()]
    return [(name, stat.st_size, stat.st_mtime_ns) for name, stat in stats]
