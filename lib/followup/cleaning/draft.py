"""The round.toml and workshops.csv of a new round, as the round before and an export propose them.

What a person must look at is marked in the template, `# confirm 1: …`, the most important first.
"""

import csv
import io
import json
import re
import textwrap
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from followup.cleaning.administrations import read_administrations, spellings, suggestion
from followup.cleaning.proposal import Proposal, ProposedQuestion, is_other, nearest, proposal
from followup.cleaning.titles import MONTH, MONTHS, NAMED_MONTH, YEAR
from followup.declaration import About, Option, expected_id
from followup.files import normalise
from followup.rounds import Round

KEPT = (
    *("title", "office", "office_name", "series", "contact", "event", "events"),
    *("months_after", "weeks_open"),
)
MARK = re.compile(r"(?:^|[ {])# confirm (\d+): (.+?)(?: #\})?$")
MARKS = re.compile(r"^# confirm \d+: .*\n| +# confirm \d+: .*$", re.MULTILINE)
LABEL, ID_WORDS, SHOWN = 60, 4, 12
EXAMPLE = "# [[pairs]]"
SMALL_WORDS = re.compile(
    r"an?|the|of|to|in|on|into|at|for|from|with|and|or|my|our|your|their|any|th[eo]se|this|that|it|"
    r"did|do|does|have|has|had|was|were|is|are|been|be|you|we|i|what|which"
)
AT_THE_END = re.compile(rf"[\s,(–-]*(?:\d[\d\s–-]*)?\b(?:{MONTH})\b[\w\s,.–-]*\)?$", re.IGNORECASE)


def look_through(export: Path, last: Round | None) -> Proposal:
    """Look through an export, knowing the answers of the round before."""
    spellings = [words for option in (last.actions if last else ()) for words in wordings(option)]
    return proposal(export, export.name, spellings)


def wordings(option: Option) -> list[str]:
    """The words that a form may have for an action or outcome."""
    words = (
        option.answer,
        option.label,
        option.question,
        option.phrase,
        option.title,
        *option.also,
    )
    return list(filter(None, words))


def draft(template: str, last: Round | None, proposal: Proposal | None) -> str:
    """Write a round.toml: the template's notes, and the tables of the round before or of an export.

    Parameters
    ----------
    template : the template's round.toml, its year filled in.
    last : the round before; the template's own tables where it is None.
    proposal : what an export seems to ask; where it is None, the questions are those of before.
    """
    if last is None and proposal is None:
        return MARKS.sub("", template)
    tables: dict[str, list[dict[str, Any]]] = {"pairs": []}
    other = answer_for_others(template)
    if last:
        template = with_values(template, about_as(last, template))
        tables = tables_of(last, other["id"])
    elif proposal and proposal.event:
        plural = f"{proposal.event}es" if proposal.event.endswith("s") else f"{proposal.event}s"
        template = with_values(template, {"event": proposal.event, "events": plural})
    if proposal:
        tables |= proposed_tables(proposal, last, other)
    actions, outcomes = (
        [entry["id"] for entry in tables[kind]] for kind in ("actions", "outcomes")
    )
    if last:
        tables["pairs"] = [
            pair | {"why": f"as in the round of {last.year}"}
            for pair in tables["pairs"]
            if pair["outcome"] in outcomes and set(pair["actions"]) <= set(actions)
        ]
    if actions and outcomes and not tables["pairs"]:
        why = "what is expected before the replies are seen, and why"
        pair = {"# outcome": outcomes[0], "# actions": actions[:2], "# why": why}
        tables["pairs"] = [{EXAMPLE: "", **pair}]
    blocks, names = [], set()
    for block in template.split("\n\n"):
        name = next(iter(re.findall(r"^\[+(\w+)\]+$", block, re.MULTILINE)), "")
        if name not in tables:
            blocks.append(block)
        elif name not in names:
            notes = [line for line in block.splitlines() if line.startswith("# ")]
            notes = notes[: block[: block.index("\n[") + 1].count("\n")] if "\n[" in block else []
            head = f"[{name}]" if name == "questionnaire" else f"[[{name}]]"
            entries = [entry_text(head, entry) for entry in tables[name]]
            blocks.append("\n".join([*notes, "\n\n".join(entries)]).rstrip())
            names.add(name)
    return "\n\n".join(blocks).rstrip() + "\n"


def answer_for_others(template: str) -> dict[str, Any]:
    """The action of the template that free text counts as."""
    declared = tomllib.loads(template)
    names = [question["other"] for question in declared["questions"] if "other" in question]
    return next(action for action in declared["actions"] if action["id"] in names)


def about_as(last: Round, template: str) -> dict[str, Any]:
    """What [round] takes over from the round before, whose fiscal year began as many years ago."""
    about = {key: value for key in KEPT if (value := getattr(last, key)) not in ("", None)}
    if last.publication:
        about.pop("contact", None)  # of the publication
    if about["event"] == About.model_fields["event"].default:
        del about["event"], about["events"]
    years = tomllib.loads(template)["round"]["year"] - last.year
    for key in ("fiscal_year_from", "fiscal_year_to"):
        if month := getattr(last, key):
            about[key] = f"{int(month[:4]) + years}{month[4:]}"
    return about | {"previous": last.year}


def with_values(template: str, values: dict[str, Any]) -> str:
    """Set keys of [round] in the template; what is said beside them stays."""
    for key, value in values.items():
        place = re.search(rf"^(# )?{key} = (\".*?\"|\w+)", template, re.MULTILINE)
        assert place is not None  # the template has every key that is taken over
        line = f"{key} = {toml(value)}"
        template = template[: place.start()] + line + template[place.end() :]
    return template


def tables_of(last: Round, other: str) -> dict[str, list[dict[str, Any]]]:
    """The tables that a new round takes over, as plain data; `other` is the id that the answer for
    others usually has."""
    plain = {
        kind: [entry.model_dump(exclude_defaults=True) for entry in getattr(last, kind)]
        for kind in ("actions", "outcomes", "pairs", "questions")
    }
    for entry in (*plain["pairs"], *plain["actions"]):
        entry.pop("declared", None)
        entry.pop("title", None)
    if not plain["questions"]:
        several = {"heading": "Which follow-up actions were taken?", "options": last.action_ids}
        if other in last.action_ids:
            several["other"] = other
        plain["questions"] = [
            several,
            *({"heading": one.question or one.title, "option": one.id} for one in last.outcomes),
        ]
    if last.questionnaire:
        keys = last.questionnaire.model_dump(exclude_defaults=True, exclude={"corrections"})
        plain["questionnaire"] = [keys | {"file": "replies.xlsx"}]
    return plain


def proposed_tables(
    proposal: Proposal, last: Round | None, other: dict[str, Any]
) -> dict[str, list[dict[str, Any]]]:
    """The tables that an export proposes, with the words of the round before where it had the
    same."""
    tables: dict[str, list[dict[str, Any]]] = {"questionnaire": [columns_entry(proposal)]}
    tables |= {"actions": [], "outcomes": [], "questions": []}
    ids: set[str] = set()
    order = {action.id: place for place, action in enumerate(last.actions if last else ())}
    for question in (question for question in proposal.questions if question.answers):
        entries = [
            action_of(words, last, ids, other)
            | {"answer": words, "#": f"ticked in {question.counts[words]} of {proposal.replies}"}
            | ({"heading": heading} if heading else {})
            for words, heading in question.answers.items()
        ]
        if question.free and other["id"] not in ids:
            ids.add(other["id"])
            repeated = Counter({text: n for text, n in question.free.items() if n > 1})
            note = f"{question.free.total()} in other words, {counted(repeated)}".removesuffix(", ")
            entries.append(other | {"#": note})
        entries.sort(key=lambda entry: order.get(entry["id"], len(order)))
        others = [entry["id"] for entry in entries if is_other(entry["answer"])]
        tables["actions"] += entries
        asked = {"heading": question.heading, "options": [entry["id"] for entry in entries]}
        asked |= {"other": others[0]} if others else {}
        none = {text: question.counts[text] for text in question.words.get("none", ())}
        note = f"none of these: {counted(Counter(none))}" if none else ""
        tables["questions"].append(asked | own_words(question) | {"#": note})
    for question in (question for question in proposal.questions if not question.answers):
        entry = option_of(question.heading, last.outcomes if last else (), ids, new_outcome)
        tables["outcomes"].append(entry | {"question": question.heading})
        blank = Counter({"(blank)": proposal.replies - question.counts.total()})
        note = counted(question.counts + blank)
        asked = {"heading": question.heading, "option": entry["id"], "#": note}
        tables["questions"].append(asked | own_words(question))
    return tables


def columns_entry(proposal: Proposal) -> dict[str, Any]:
    """The table [questionnaire] of an export; where people reply, and not administrations, these
    are no key."""
    entry: dict[str, Any] = {"file": proposal.file, "workshop": proposal.workshop}
    entry |= {"# workshop": proposal.maybe, "administration": proposal.administration}
    codes = spellings(read_administrations())
    names = read_administrations()["name"]
    wrong = {text: names[code] for text in proposal.unknown if (code := suggestion(text, codes))}
    if proposal.of_people:
        entry["# administration"] = entry.pop("administration")
        entry["#"] = (
            f"{proposal.repeated} of {proposal.replies} replies are a second one of the same "
            "administration: so people reply, and the report is not of administrations"
        )
    elif wrong:
        entry["# corrections"] = wrong
    return {key: value for key, value in entry.items() if value}


def counted(texts: Counter) -> str:
    """Texts with how often each stands there, the most common first; of many, how many there
    are."""
    if len(texts) > SHOWN:
        return f"{texts.total()} texts"
    return ", ".join(f"{count} {toml(text)}" for text, count in texts.most_common() if count)


def own_words(question: ProposedQuestion) -> dict[str, list[str]]:
    """The words for yes, no and not sure of a question that has others than the usual."""
    usual = {"yes": ["yes"], "no": ["no"]}
    lists = question.words.items()
    return {
        kind: words
        for kind, words in lists
        if words and any(normalise(word) not in usual.get(kind, ["not sure"]) for word in words)
    }


def action_of(
    words: str, last: Round | None, ids: set[str], other: dict[str, Any]
) -> dict[str, Any]:
    """An action: that for others, that of the round before whose words are near, or a new one."""
    if is_other(words) and other["id"] not in ids:
        ids.add(other["id"])
        return other
    return option_of(words, last.actions if last else (), ids, new_action)


def option_of(
    words: str, options: Iterable[Option], ids: set[str], new: Callable[[str], dict[str, Any]]
) -> dict[str, Any]:
    """An action or outcome: that of the round before whose words are near, or a new one."""
    free = {option.id: option for option in options if option.id not in ids}
    offered = {words: option.id for option in free.values() for words in wordings(option)}
    name = nearest(words, offered)
    entry = free[name].model_dump(exclude_defaults=True) if name else {"id": ""} | new(words)
    if new is new_action:
        entry.pop("title", None)
    entry["id"] = name or new_id(words, ids)
    ids.add(entry["id"])
    return entry


def new_id(words: str, ids: set[str]) -> str:
    """An id that nothing has yet, from the first words."""
    parts = re.findall(r"[a-z0-9]+", normalise(words))
    telling = [part for part in parts if not SMALL_WORDS.fullmatch(part)] or parts
    slug = "_".join(telling[:ID_WORDS])[:40] or "answer"
    slug = slug if slug[0].isalpha() else f"answer_{slug}"
    names = (slug if number == 1 else f"{slug}_{number}" for number in range(1, 1000))
    return next(name for name in names if not expected_id(name, ids)[0])


def new_action(words: str) -> dict[str, Any]:
    """The words of an action that the round before had not."""
    label = textwrap.shorten(words, LABEL, placeholder=" …")
    phrase = re.sub(r"\b(my|our)\b", "their", f"{words[:1].lower()}{words[1:]}")
    phrase = re.sub(r"\b(I|we)\b", "they", phrase)
    return {"label": label, "phrase": phrase, "noun": f"“{words}”"}


def new_outcome(question: str) -> dict[str, Any]:
    """The words of an outcome that the round before had not."""
    title = re.sub(r"^\w+( \w+)?/", "", question.strip())  # without the name of a group
    plain = title.removesuffix("?")
    return {
        "label": textwrap.shorten(plain, LABEL, placeholder=" …"),
        "title": title,
        "phrase": f"said yes to “{plain}”",
        "noun": f"a yes to “{plain}”",
    }


def entry_text(head: str, entry: dict[str, Any]) -> str:
    """A table of round.toml: `#` is a note beside its head, and a key that begins so is left as an
    example."""
    lines = [f"{key} = {toml(value)}" for key, value in entry.items() if key not in ("#", EXAMPLE)]
    note = f"  # {entry['#']}" if entry.get("#") else ""
    return "\n".join([EXAMPLE if EXAMPLE in entry else f"{head}{note}", *lines])


def toml(value: Any) -> str:
    """A text, number, truth or list as TOML writes it: for these it writes what JSON does."""
    if isinstance(value, dict):
        keys = (
            f"{json.dumps(key, ensure_ascii=False)} = {toml(one)}" for key, one in value.items()
        )
        return f"{{ {', '.join(keys)} }}"
    return json.dumps(value, ensure_ascii=False)


def workshops_csv(titles: list[str], heading: str) -> str:
    """Write a workshops.csv with the titles that an export has, and what these say of themselves:
    the month, and the scope where all say one."""
    columns = heading.strip().split(",")
    titles = sorted(titles, key=lambda title: month_of(title) or "later")
    rows = [
        {"id": str(number), "title": title, "topic": topic_of(title), "month": month_of(title)}
        for number, title in enumerate(titles or [""], start=1)
    ]
    scopes = [scope_of(row["title"]) for row in rows]
    for row, scope in zip(rows, scopes if all(scopes) else [""] * len(rows), strict=True):
        row["scope"] = scope
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def topic_of(title: str) -> str:
    """What a title is about: what comes after "on", if anything does, without a date at its end."""
    about = title.partition(" on ")[2].strip() or title
    return re.sub(r"\s*\([^)]*$", "", AT_THE_END.sub("", about)) or about


def month_of(title: str) -> str:
    """The month in a title as YYYY-MM; empty where it names none, or several."""
    words = normalise(title)
    months = {MONTHS[name] for name in NAMED_MONTH.findall(words)}
    years = set(re.findall(rf"\b{YEAR}\b", words))
    if len(months) != 1 or len(years) != 1:
        return ""
    return f"{years.pop()}-{months.pop():02}"


def scope_of(title: str) -> str:
    """The scope that a title names."""
    words = normalise(title)
    scopes = {"sub regional": "sub-regional", "regional": "regional", "national": "national"}
    return next((scope for text, scope in scopes.items() if text in words), "")
