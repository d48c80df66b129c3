"""What a round.toml declares: its form, what must fit together in it, and its actions, outcomes and pairs."""

import difflib
import keyword
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from followup.files import decoded
from followup.problems import InputProblems, Problem, stop_if_any

# Columns and figures that the report has itself: an action or outcome of that name would be taken for them.
RESERVED = {
    "workshop",
    "administration",
    "invited",
    "replies",
    "yes",
    "no",
    "title",
    "line",
    "index",
    "count",
} | {
    *("response", "actions", "lessons", "associations", "sensitivity"),
    *("forest", "leave_one_out", "specifications", "power", "matrix"),
}
OPTION = {
    "id": str,
    "label": str,
    "phrase?": str,
    "noun?": str,
    "title?": str,
    "question?": str,
} | {
    "answer?": str,
    "heading?": str,
    "also?": [str],
}
# What round.toml holds, by key: a type, a list of one, or a table; `?` marks what may be left out.
SHAPE = {
    "round": {
        "year": int,
        "fiscal_year": str,
        "number": int,
        "title": str,
        "source": str,
        "office?": str,
        "office_name?": str,
    }
    | {
        "stratum?": str,
        "strata?": str,
        "months_after?": int,
        "weeks_open?": int,
        "workshops_organised?": int,
    },
    "actions": [OPTION],
    "outcomes": [OPTION],
    "pairs?": [{"outcome": str, "actions": [str], "composite?": bool, "why?": str}],
    "last_round?": [{"fact": str, "value": float, "base?": int}],
    "questionnaire?": {"file": str, "sheet?": str, "workshop?": str, "administration?": str}
    | {"keep_personal?": [str], "yes?": [str], "no?": [str], "unsure?": [str]},
    "questions?": [
        {
            "heading": str,
            "option?": str,
            "options?": [str],
            "base?": str,
            "other?": str,
            "none?": [str],
            "separator?": str,
        }
        | {"yes?": [str], "no?": [str], "unsure?": [str]}
    ],
    "decisions?": [
        {
            "row": int,
            "was": str,
            "why": str,
            "drop?": bool,
            "keep?": bool,
            "workshop?": str,
            "administration?": str,
        }
    ],
    "publication?": {"title?": str, "published?": str},
    "rebuild?": {"replies": str, "lists": [str], "counts?": {}},
    "choices?": [
        {"id": str, "question": str, "alternatives": [{"id": str, "label": str, "edits": [{}]}]}
    ],
}
MAY_BE_EMPTY = (".office", ".office_name", ".why", ".question", ".phrase", ".noun")
KINDS = {str: "a text in quotes", int: "a whole number", float: "a number", bool: "true or false"}


@dataclass(frozen=True)
class Option:
    """An action or an outcome that the questionnaire offers, with the words the report uses for it."""

    id: str
    label: str
    phrase: str
    noun: str
    title: str = ""
    question: str = ""


@dataclass(frozen=True)
class Pair:
    """An outcome and the actions claimed to go with it; `composite` asks for "any of these actions" too."""

    outcome: str
    actions: tuple[str, ...]
    composite: bool
    why: str


@dataclass(frozen=True)
class Declaration:
    """What is asked in a round: `settings` is round.toml as it stands, the rest is read from it."""

    settings: dict
    actions: tuple[Option, ...]
    outcomes: tuple[Option, ...]
    pairs: tuple[Pair, ...]


def read_declaration(root: Path, file: str, year: int) -> Declaration:
    """Read a round.toml.

    Parameters
    ----------
    root : the project's root.
    file : the file's path below it, which messages name.
    year : the round's, as its folder is called.

    Raises
    ------
    InputProblems
        It is no TOML file, is of another form than SHAPE says, or does not fit together.
    """
    path = root / file
    try:
        settings = tomllib.loads(decoded(path.read_bytes()).replace("\r\n", "\n"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputProblems(
            [Problem(file, expected=f"a TOML file ({error})".replace(str(path), file))]
        ) from None
    stop_if_any(shape_problems(settings, SHAPE, "", file))
    stop_if_any(settings_problems(settings, year, file))
    pairs = (
        Pair(
            entry["outcome"],
            tuple(entry["actions"]),
            entry.get("composite", False),
            entry.get("why", ""),
        )
        for entry in settings.get("pairs", [])
    )
    actions, outcomes = (tuple(map(_option, settings[kind])) for kind in ("actions", "outcomes"))
    return Declaration(settings, actions, outcomes, tuple(pairs))


def _option(entry: dict) -> Option:
    label = entry["label"]
    words = {"phrase": label.lower(), "noun": label.lower(), "title": label, "question": ""}
    return Option(
        entry["id"], label, **{key: entry.get(key) or default for key, default in words.items()}
    )


def shape_problems(value: object, shape: object, place: str, file: str) -> Iterator[Problem]:
    """Yield what in a round.toml is of another type than SHAPE says, lacks, or looks like a key misspelt."""
    if isinstance(shape, dict) and isinstance(value, dict):
        keys = {key.rstrip("?"): key for key in shape}
        for key, marked in keys.items():
            inner = f"{place}.{key}" if place else key
            if key in value:
                yield from shape_problems(value[key], shape[marked], inner, file)
            elif not marked.endswith("?"):
                yield Problem(file, column=inner, expected=f"{_kind(shape[marked])}: it is missing")
        lacking = [key for key in keys if key not in value]
        for key in value.keys() - keys.keys():
            near = difflib.get_close_matches(key, lacking, n=1, cutoff=0.8)
            if near:
                yield Problem(
                    file,
                    column=f"{place}.{key}".strip("."),
                    expected="a key that is known",
                    suggestion=near[0],
                )
    elif isinstance(shape, list) and isinstance(value, list):
        for number, item in enumerate(value, start=1):
            yield from shape_problems(item, shape[0], f"{place}[{number}]", file)
    elif isinstance(shape, dict | list) or not _is_a(value, shape):
        yield Problem(file, column=place, value=str(value), expected=_kind(shape))
    elif shape is str and not value.strip() and not place.endswith(MAY_BE_EMPTY):
        yield Problem(file, column=place, value="(empty)", expected="a text that is not empty")


def settings_problems(settings: dict, year: int, file: str) -> Iterator[Problem]:
    """Yield what is wrong in a round.toml of the right shape: another year, ids that repeat, pairs that name unknown ids."""
    declared = settings["round"]
    if declared["year"] != year:
        yield Problem(
            file,
            column="round.year",
            value=str(declared["year"]),
            expected=f"{year}, the folder's name",
        )
    if declared["source"] not in ("publication", "questionnaire"):
        yield Problem(
            file,
            column="round.source",
            value=declared["source"],
            expected="publication or questionnaire",
        )
    part = {"publication": "rebuild", "questionnaire": "questionnaire"}.get(declared["source"])
    if part and part not in settings:
        yield Problem(
            file,
            column=part,
            expected=f"a table [{part}], since the source is a {declared['source']}",
        )
    ids = []
    for kind in ("actions", "outcomes"):
        if not settings[kind]:
            yield Problem(file, column=kind, expected=f"at least one [[{kind}]] entry")
        for number, entry in enumerate(settings[kind], start=1):
            yield from _id_problems(
                entry["id"], ids, Problem(file, column=f"{kind}[{number}].id", value=entry["id"])
            )
            ids.append(entry["id"])
    known = {kind: [entry["id"] for entry in settings[kind]] for kind in ("actions", "outcomes")}
    for number, pair in enumerate(settings.get("pairs", []), start=1):
        named = {"outcome": [pair["outcome"]], "actions": pair["actions"]}
        if not pair["actions"]:
            yield Problem(file, column=f"pairs[{number}].actions", expected="at least one action")
        for key, kind in (("outcome", "outcomes"), ("actions", "actions")):
            for name in named[key]:
                if name not in known[kind]:
                    near = difflib.get_close_matches(name, known[kind], n=1)
                    expected = f"an id of [[{kind}]]: {', '.join(known[kind])}"
                    yield Problem(file, "", f"pairs[{number}].{key}", name, expected, "".join(near))


def _id_problems(name: str, before: list[str], place: Problem) -> Iterator[Problem]:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or keyword.iskeyword(name):
        expected = "small letters, digits and underscores, beginning with a letter"
        yield replace(
            place, expected=expected, suggestion=re.sub(r"\W+", "_", name.lower()).strip("_")
        )
    elif name in RESERVED:
        yield replace(place, expected=f"another id: the report uses {name} itself")
    elif name in before:
        yield replace(place, expected="an id that is used once")


def _is_a(value: object, kind: type) -> bool:
    if isinstance(value, bool) or kind is bool:
        return isinstance(value, bool) and kind is bool
    return isinstance(value, int | float if kind is float else kind)


def _kind(shape: object) -> str:
    if isinstance(shape, dict):
        return "a table of keys and values"
    return f"a list, each {_kind(shape[0])}" if isinstance(shape, list) else KINDS[shape]
