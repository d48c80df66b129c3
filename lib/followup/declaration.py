"""What a round.toml declares: its keys as models, and what must fit together in it."""

import difflib
import keyword
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from followup.files import clean, decoded, normalise
from followup.problems import InputError, Problem, stop_if_any

MONTH, DATE = r"(19|2[01])[0-9]{2}-(0[1-9]|1[0-2])", r"-(0[1-9]|[12][0-9]|3[01])"
PATTERNS = {
    r"\S": "a text that is not empty",
    rf"^{MONTH}$": "a month as YYYY-MM",
    rf"^{MONTH}({DATE})?$": "a month or day as YYYY-MM or YYYY-MM-DD",
}
NOT_EMPTY, A_MONTH, A_DATE = PATTERNS
LONGEST, LONGEST_NAME, LONGEST_ID = 1000, 150, 60
Text = Annotated[str, StringConstraints(pattern=NOT_EMPTY, max_length=LONGEST)]
Name = Annotated[str, StringConstraints(pattern=NOT_EMPTY, max_length=LONGEST_NAME)]
Month = Annotated[str, StringConstraints(pattern=A_MONTH)]
Date = Annotated[str, StringConstraints(pattern=A_DATE)]
Count = Annotated[int, Field(ge=0, le=999_999_999)]
# Lists in a file are kept as tuples, so that nobody changes what was declared.
Texts = Annotated[tuple[Text, ...], Field(strict=False)]

KINDS = {
    "string_type": "a text in quotes",
    "int_type": "a whole number",
    "float_type": "a number",
    "finite_number": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list in square brackets",
    "model_type": "a table of keys and values",
    "dict_type": "a table of keys and values",
}
RENAMED = {"stratum": "event", "strata": "events", "last_round": "previous_round"}
# Names that the report's own columns, figures and facts have: an action or outcome of that name
# would be taken for them.
RESERVED = {
    *("workshop", "administration", "invited", "replies", "yes", "no", "title", "line", "index"),
    *("count", "response", "actions", "lessons", "associations", "sensitivity", "forest", "power"),
    *("leave_one_out", "outcomes", "matrix", "name", "nan", "self", "action", "outcome"),
    *("row", "scope", "total", "none", "share", "rank", "unnamed"),
}
RESERVED_FORM = re.compile(r"(claim|table|figure|test)_[0-9]+")


class Table(BaseModel):
    """A table of round.toml: its keys are those of the model, each of its type, and no others."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
    )


class About(Table):
    """`[round]`: what the round is called, when it was, and who made it."""

    year: int
    """The year of the round, which its folder is called."""
    fiscal_year: Text
    """The fiscal year as the report names it, such as "FY 2021/22"."""
    fiscal_year_from: Month | None = None
    """Its first month, YYYY-MM."""
    fiscal_year_to: Month | None = None
    """Its last month, YYYY-MM."""
    number: Count
    """The how-manieth round of the survey it is."""
    title: Text
    """What the report is about: its subtitle."""
    source: Literal["publication", "questionnaire"]
    """Where the replies come from: the tables of a publication, or a questionnaire's export."""
    office: str = ""
    """The office that makes the survey, in short."""
    office_name: str = ""
    """The office's name in full."""
    contact: str = ""
    """Whom a reader can ask."""
    author: str = ""
    """Who made this report, where it is not the office."""
    published: Date | None = None
    """When this report is published, YYYY-MM or YYYY-MM-DD."""
    licence: str = ""
    """Under what licence the report may be used."""
    series: str = ""
    """The series that the report belongs to; only rounds of one series are set side by side."""
    previous: int | None = None
    """The year of the round to compare with; nothing is compared where it is left out."""
    event: Text = "workshop"
    """The word for what the replies are about."""
    events: Text = "workshops"
    """The word for several of them; the word for one with an s where it is left out."""
    months_after: Annotated[int, Field(ge=0, le=120)] | None = None
    """How many months after a workshop the questionnaire is due; nothing is due if left out."""
    weeks_open: Annotated[int, Field(ge=0, le=520)] | None = None
    """For how many weeks replies are taken; nothing closes if left out."""
    workshops_organised: Count | None = None
    """How many workshops were held, of which those in workshops.csv were surveyed."""
    conducted: Text | None = None
    """How the workshops were held, such as "online"."""
    public: bool = False
    """Whether everyone may see the raw data of a questionnaire, so that they may be committed."""
    questionnaire_inferred: bool = False
    """Whether the questions are known only from a publication's tables and text."""

    @model_validator(mode="before")
    @classmethod
    def _plural(cls, keys: Any) -> Any:
        if isinstance(keys, dict) and isinstance(event := keys.get("event"), str):
            return {"events": f"{event}s", **keys}
        return keys


class Option(Table):
    """An entry of `[[actions]]` or `[[outcomes]]`: an answer offered, and the words for it."""

    id: Name
    """Its name in tables and files: small letters, digits and underscores."""
    label: Name
    """Its name in the report's tables."""
    phrase: str = ""
    """What completes "a reply that …"; the label in small letters where it is left out."""
    noun: str = ""
    """What names it in a sentence; the label in small letters where it is left out."""
    title: Text = ""
    """The heading of an outcome's section; the label where it is left out."""
    question: str = ""
    """The question that asks for an outcome."""
    answer: Text | None = None
    """The form's wording of the answer; the label where it is left out."""
    also: Texts = ()
    """Other wordings of the answer."""
    heading: Text | None = None
    """The heading of the answer's own column, where it is neither its question nor its wording."""

    @model_validator(mode="before")
    @classmethod
    def _words(cls, entry: Any) -> Any:
        if not isinstance(entry, dict) or not isinstance(label := entry.get("label"), str):
            return entry
        words = {"phrase": label.lower(), "noun": label.lower(), "title": label}
        return words | {key: value for key, value in entry.items() if key not in words or value}


class Pair(Table):
    """An entry of `[[pairs]]`: an outcome, and the actions claimed to go with it."""

    outcome: Text
    """The id of an outcome."""
    actions: Texts
    """The ids of actions, each of which is tested with the outcome."""
    composite: bool = False
    """Whether "any of these actions" is tested too."""
    why: str = ""
    """Why this pair, and not another."""
    declared: Literal["before", "after"] = "before"
    """Whether the pair was chosen before or after the replies were seen."""


class PreviousFigure(Table):
    """An entry of `[[previous_round]]`: a share of the previous round as it was printed."""

    fact: Text
    """The fact's name."""
    value: Annotated[float, Field(ge=0, le=1)]
    """The share, 0 to 1."""
    base: Count | None = None
    """What it is a share of; where it was not printed the share is shown and not compared."""


class Questionnaire(Table):
    """`[questionnaire]`: where the replies are."""

    file: Text
    """The export's name in the round's folder."""
    sheet: str = ""
    """The sheet to read, where several have the same headings."""
    workshop: Text | None = None
    """The heading of the column that names the workshop; not needed where there is only one."""
    administration: Text | None = None
    """The heading of the column that names the administration, where the form asks for it."""
    respondent: Text | None = None
    """The heading of a column that tells who replied by any text, in place of administrations."""
    corrections: dict[Text, Text] = Field(default_factory=dict)
    """What a cell says, and what it is read as: a misspelling of this round alone."""
    keep_personal: Texts = ()
    """Headings of columns that the check shows on the screen beside a problem, and nowhere else."""
    yes: Texts | None = None
    """Words for yes, in all questions."""
    no: Texts | None = None
    """Words for no, in all questions."""
    unsure: Texts | None = None
    """Words for not sure, in all questions."""
    none: Texts | None = None
    """Words for none of the answers, in all questions."""


class AskedQuestion(Table):
    """An entry of `[[questions]]`: a question of the form, and what its answers mean."""

    heading: Text
    """The heading of its column, word for word."""
    option: Text | None = None
    """The id of the action or outcome that it asks for by yes or no."""
    options: Texts | None = None
    """The ids of those that can be ticked, where several can."""
    base: Literal["all", "ticked"] = "all"
    """What its shares are of: all replies, or those that ticked at least one of its answers."""
    tested: Literal["all", "ticked"] | None = None
    """Which replies are tested, all or those that ticked; as its base where it is left out."""
    other: str = ""
    """The id of the answer that free text counts as."""
    separator: str = ""
    """What stands between the answers in one cell, if not a comma, semicolon, bar or new line."""
    yes: Texts | None = None
    """Words for yes."""
    no: Texts | None = None
    """Words for no."""
    unsure: Texts | None = None
    """Words for not sure."""
    none: Texts | None = None
    """Words for none of the answers."""

    @property
    def asks(self) -> tuple[str, ...]:
        """The ids of the actions or outcomes that it asks for."""
        return self.options or ((self.option,) if self.option else ())


class Decision(Table):
    """An entry of `[[decisions]]`: what is done with the reply in one row of the export."""

    row: int
    """The row as a spreadsheet numbers it."""
    was: Text
    """What one of the row's cells says; if it no longer does, the decision is void."""
    why: Text
    """The reason, which the cleaning log repeats."""
    drop: bool = False
    """Whether the reply is left out."""
    keep: bool = False
    """Whether it is kept though its administration was not invited."""
    workshop: Text | None = None
    """The id of the workshop that it is about."""
    administration: Text | None = None
    """The code or a spelling of the administration that it is from."""


class PublishedReport(Table):
    """`[publication]`: the published report that the replies are rebuilt from."""

    title: Text
    """Its title."""
    published: Date | None = None
    """When it came out, YYYY-MM or YYYY-MM-DD."""
    number: int | None = None
    """Its number in its series, where the title does not say it as "No. 25"."""


class Rebuild(Table):
    """`[rebuild]`: how the replies are rebuilt from printed tables."""

    replies: Text
    """The table that counts the replies to each workshop."""
    lists: Texts
    """The tables whose cells name the members of one workshop."""
    counts: dict[str, Text] = Field(default_factory=dict)
    """The table by action or outcome, of those that are known only as counts."""


class DraftFiles(Table):
    """`[draft]`: what the audit of a draft is told by a person."""

    corrections: Text
    """A copy of items.csv in the round's folder, in which a person told what a figure states."""


class Edit(Table):
    """One of an alternative's `edits`: one reply, and what is changed in it."""

    workshop: Text
    """The workshop of the reply."""
    administration: str = ""
    """The code of its administration; empty for the reply that names none."""
    column: Text | None = None
    """The action or outcome to set."""
    value: bool | None = None
    """What it is set to."""
    rename: Text | None = None
    """The code of another administration."""
    drop: bool = False
    """Whether the reply is left out."""


class Alternative(Table):
    """One of a choice's `alternatives`."""

    id: Text
    """Its name in sensitivity.csv."""
    label: Text
    """What it takes, in words."""
    edits: Annotated[tuple[Edit, ...], Field(strict=False)] = ()
    """How the replies differ from those as rebuilt."""


class Choice(Table):
    """An entry of `[[choices]]`: a choice that rebuilding forces, and its alternatives."""

    id: Text
    """Its name in sensitivity.csv."""
    question: Text
    """What is to be chosen."""
    alternatives: Annotated[tuple[Alternative, ...], Field(strict=False)]
    """What it can be; the first is what the report takes."""


class Tables(Table):
    """The tables of a round.toml beside `[round]`."""

    actions: Annotated[tuple[Option, ...], Field(strict=False)]
    """What the participants could have done."""
    outcomes: Annotated[tuple[Option, ...], Field(strict=False)]
    """What may have come of it; each is a section of the report, in this order."""
    pairs: Annotated[tuple[Pair, ...], Field(strict=False)] = ()
    """The pairs that are held to the strictest standard."""
    previous_round: Annotated[tuple[PreviousFigure, ...], Field(strict=False)] = ()
    """Figures of the previous round as printed; those counted from its replies go before them."""
    questionnaire: Questionnaire | None = None
    """Where the replies are, if they come as a questionnaire's export."""
    questions: Annotated[tuple[AskedQuestion, ...], Field(strict=False)] = ()
    """The questions of the form."""
    decisions: Annotated[tuple[Decision, ...], Field(strict=False)] = ()
    """What a person decided about single replies."""
    publication: PublishedReport | None = None
    """The report that the replies are rebuilt from, if they are."""
    rebuild: Rebuild | None = None
    """How they are rebuilt from it."""
    draft: DraftFiles | None = None
    """What the audit of a draft is told by a person."""
    choices: Annotated[tuple[Choice, ...], Field(strict=False)] = ()
    """The choices that rebuilding forces; every combination is tried."""


class RoundFile(Tables):
    """A round.toml as it is written."""

    round: About
    """What the round is called, when it was, and who made it."""


def read_declaration(root: Path, file: str, year: int) -> RoundFile:
    """Read a round.toml.

    Parameters
    ----------
    root : the project's root.
    file : the file's path below it, which messages name.
    year : the round's, as its folder is called.

    Raises
    ------
    InputError
        It is no TOML file, has keys or values that the models do not, or does not fit together.
    """
    path = root / file
    try:
        declaration = parsed(path.read_bytes())
    except ValidationError as error:
        raise InputError(form_problems(error.errors(include_url=False), file)) from None
    except (OSError, ValueError, RecursionError) as error:
        expected = f"a TOML file ({error})".replace(str(path), file)
        raise InputError([Problem(file, expected=expected)]) from None
    stop_if_any(fitting_problems(declaration, year, file))
    return declaration


@cache
def parsed(content: bytes) -> RoundFile:
    """Read the content of a round.toml: once for a build and its children, which have it with all
    else that is in its memory."""
    tables = tomllib.loads(decoded(content).replace("\r\n", "\n"))
    return RoundFile.model_validate(cleaned(tables))


def cleaned(value: Any) -> Any:
    """A value as a TOML file gives it, with every text in it cleaned."""
    if isinstance(value, dict):
        return {key: cleaned(part) for key, part in value.items()}
    if isinstance(value, list):
        return [cleaned(part) for part in value]
    return clean(value) if isinstance(value, str) else value


def form_problems(errors: list[Any], file: str) -> Iterator[Problem]:
    """Yield what the models refuse; a key misspelt is told once, and not also as missing."""
    meant = {
        (*error["loc"][:-1], near): error
        for error in errors
        if error["type"] == "extra_forbidden" and (near := _nearest_key(error["loc"]))
    }
    for error in errors:
        place, kind = error["loc"], error["type"]
        column = ".".join(map(str, place))
        column = re.sub(r"\.(\d+)", lambda number: f"[{int(number[1]) + 1}]", column)
        value = "(empty)" if error["input"] == "" else str(error["input"])
        if kind == "missing":
            if place not in meant:
                expected = f"this key, which is missing: {_described(place)}"
                yield Problem(file, column=column, expected=expected)
        elif kind == "extra_forbidden":
            keys = ", ".join(_model_at(place[:-1]).model_fields)
            expected = f"a key that is known here: {keys}"
            yield Problem(file, column=column, expected=expected, suggestion=_nearest_key(place))
        else:
            yield Problem(file, column=column, value=value, expected=_expected(error))


def _expected(error: Any) -> str:
    context: dict[str, Any] = error.get("ctx", {})
    if error["type"] == "literal_error":
        return context["expected"].replace("'", "")
    if error["type"] == "string_pattern_mismatch":
        return PATTERNS[context["pattern"]]
    limits = {
        "greater_than_equal": "at least {ge}",
        "less_than_equal": "at most {le}",
        "string_too_long": "at most {max_length} letters",
    }
    return KINDS.get(error["type"], limits.get(error["type"], error["msg"]).format(**context))


def _described(place: tuple[int | str, ...]) -> str:
    field = _model_at(place[:-1]).model_fields[str(place[-1])]
    return f"{field.description or ''}".rstrip(".")


def _nearest_key(place: tuple[int | str, ...]) -> str:
    """The key that was probably meant by one that is not known; empty where none is near."""
    key, keys = str(place[-1]), _model_at(place[:-1]).model_fields
    if RENAMED.get(key) in keys:
        return RENAMED[key]
    return "".join(difflib.get_close_matches(key, keys, n=1, cutoff=0.75))


def _model_at(place: Iterable[int | str]) -> type[Table]:
    """The model of a table by its place in the file."""
    model: type[Table] = RoundFile
    for key in place:
        if isinstance(key, str):
            model = next(_models_in(model.model_fields[key].annotation))
    return model


def _models_in(annotation: Any) -> Iterator[type[Table]]:
    if isinstance(annotation, type) and issubclass(annotation, Table):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def fitting_problems(declaration: RoundFile, year: int, file: str) -> Iterator[Problem]:
    """Yield what does not fit together: another year, ids that repeat, pairs of unknown ids."""
    about = declaration.round
    if about.year != year:
        expected = f"{year}, the folder's name"
        yield Problem(file, column="round.year", value=str(about.year), expected=expected)
    if about.previous is not None and about.previous >= year:
        expected = f"a year before {year}"
        yield Problem(file, column="round.previous", value=str(about.previous), expected=expected)
    if about.previous is None and declaration.previous_round:
        expected = "the year that the figures of [[previous_round]] are of"
        yield Problem(file, column="round.previous", expected=expected)
    parts = {"publication": ("publication", "rebuild"), "questionnaire": ("questionnaire",)}
    for part in parts[about.source]:
        if getattr(declaration, part) is None:
            expected = f"a table [{part}], since the source is a {about.source}"
            yield Problem(file, column=part, expected=expected)
    facts = [figure.fact for figure in declaration.previous_round]
    for number, fact in enumerate(facts, start=1):
        if fact in facts[: number - 1]:
            place = f"previous_round[{number}].fact"
            yield Problem(file, column=place, value=fact, expected="each fact once")
    yield from _option_problems(declaration, file)
    yield from _pair_problems(declaration, file)


def _option_problems(declaration: RoundFile, file: str) -> Iterator[Problem]:
    ids: set[str] = set()
    names: dict[tuple[str, str, str], str] = {}
    for kind, options in (("actions", declaration.actions), ("outcomes", declaration.outcomes)):
        if not options:
            yield Problem(file, column=kind, expected=f"at least one [[{kind}]] entry")
        for number, option in enumerate(options, start=1):
            place = f"{kind}[{number}]"
            expected, suggestion = expected_id(option.id, ids)
            if expected:
                yield Problem(file, "", f"{place}.id", option.id, expected, suggestion)
            for word in ("label", "phrase", "noun", "title"):
                text = getattr(option, word)
                # An action and an outcome stand apart in a sentence; their labels are columns.
                own = (word, "" if word == "label" else kind, normalise(text))
                other = names.setdefault(own, place)
                if other != place:
                    expected = (
                        f"another {word} than {other} has, or readers cannot tell the two apart"
                    )
                    yield Problem(file, "", f"{place}.{word}", text, expected)
                    break
            ids.add(option.id)


def expected_id(name: str, ids: set[str]) -> tuple[str, str]:
    """What an id should be instead, and a suggestion; both empty where nothing is wrong with it."""
    if len(name) > LONGEST_ID:
        return f"an id of at most {LONGEST_ID} letters", ""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or keyword.iskeyword(name):
        suggestion = re.sub(r"\W+", "_", name.lower()).strip("_")
        return "small letters, digits and underscores, beginning with a letter", suggestion
    if name in RESERVED or RESERVED_FORM.fullmatch(name):
        return f"another id: the report uses {name} itself", ""
    return ("an id that is used once", "") if name in ids else ("", "")


def _pair_problems(declaration: RoundFile, file: str) -> Iterator[Problem]:
    ids = {
        "outcomes": [option.id for option in declaration.outcomes],
        "actions": [option.id for option in declaration.actions],
    }
    composites: Counter[tuple[str, frozenset[str]]] = Counter()
    for number, pair in enumerate(declaration.pairs, start=1):
        place = f"pairs[{number}]"
        if not pair.actions:
            yield Problem(file, column=f"{place}.actions", expected="at least one action")
        for key, kind, names in (
            ("outcome", "outcomes", (pair.outcome,)),
            ("actions", "actions", pair.actions),
        ):
            for name in names:
                if name not in ids[kind]:
                    near = difflib.get_close_matches(name, ids[kind], n=1)
                    expected = f"an id of [[{kind}]]: {', '.join(ids[kind])}"
                    yield Problem(file, "", f"{place}.{key}", name, expected, "".join(near))
        if pair.composite:
            actions = frozenset(pair.actions)
            composites[pair.outcome, actions] += 1
            if len(actions) < 2:
                expected = 'false, since "any of these actions" takes at least two'
                yield Problem(file, column=f"{place}.composite", value="true", expected=expected)
            elif composites[pair.outcome, actions] > 1:
                expected = 'false, since another entry tests "any of these actions" already'
                yield Problem(file, column=f"{place}.composite", value="true", expected=expected)
