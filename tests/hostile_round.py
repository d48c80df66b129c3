"""A made-up round that carries hostile text in every source of text that a report has."""

import csv
import re
import tomllib
from pathlib import Path

import pandas as pd
from made_up_questionnaire import YEAR, questionnaire, table

TURN = "\u202e"
SCRIPT = "<script class=hurt>window.ran='{0}'</script></script>"
IMAGE = "<img class=hurt src=x onerror=\"window.ran='{0}'\">"
LINK = "[{0}](javascript:window.ran='{0}') <a class=hurt href=\"javascript:alert('{0}')\">x</a>"
CODE = "{{{{ 7 * 7 }}}}{{% raw %}}{{# x #}} $x^2$ \\input{{x}} `c` **b** </title></style>"
EVENTS = "\"' onmouseover=window.ran='{0}' autofocus onfocus=alert(document) x='"
KINDS = (SCRIPT, IMAGE, LINK, CODE, EVENTS)
OF_WORDS = (SCRIPT, IMAGE, EVENTS)  # links and expressions in the office's own words are meant
ABOUT = ("title", "office", "office_name", "contact", "author", "licence", "series")
ABOUT += ("fiscal_year", "conducted", "event", "events")
LONGEST = 1000
DRAFT = (
    "[draft](javascript:alert(document))<script class=hurt>alert(document)</script> 7 replies.\n"
)


def mark(source: str) -> str:
    """The name of a source, by which what was planted in it is recognised wherever it is shown."""
    return re.sub("[^A-Z0-9]", "X", source.upper())


class Sources(dict[str, str]):
    """What is planted, as it should be shown, by its source."""

    def plant(self, source: str, longest: int = LONGEST, kinds: tuple[str, ...] = KINDS) -> str:
        """Text that a page, a script or a template would obey, as much as a source takes."""
        text = mark(source)
        first = len(source) % len(kinds)
        for kind in (*kinds[first:], *kinds[:first]):
            part = kind.format(mark(source))
            text += f" {part}" if len(text) + len(part) < longest - 1 else ""
        self[source] = text
        return text.replace(" ", f" {TURN}", 1)


def write_hostile_round(root: Path) -> Sources:
    """Write the round, with a draft of its report, below a project's root."""
    folder = root / "data" / "raw" / str(YEAR)
    questionnaire(folder, events=3, actions=3, outcomes=1, replies=9)
    planted = Sources()
    _declare(folder, planted)

    workshops = pd.read_csv(folder / "workshops.csv", dtype=str)
    for column in ("title", "topic"):
        workshops[column] = [planted.plant(f"{column} {name}", 150) for name in workshops["id"]]
    workshops.to_csv(folder / "workshops.csv", index=False)

    replies = pd.read_csv(folder / "export.csv", dtype=str, keep_default_na=False)
    replies.loc[0, "Did what?"] = planted.plant("answer")
    replies.to_csv(folder / "export.csv", index=False)

    path = root / "data" / "raw" / "administrations.csv"
    members = pd.read_csv(path, dtype=str, keep_default_na=False)
    for column in ("name", "other_names", "sub_region"):
        members.loc[members["code"] == "AF", column] = planted.plant(f"member {column}", 150)
    members.to_csv(path, index=False)

    printed = [(name, planted.plant(f"printed {name}"), 30, 3) for name in workshops["id"]]
    columns = ["workshop", "title", "invited", "replies"]
    _write(folder / "published" / "table_1.csv", columns, printed)
    claims = [
        ("c1", "1", "a", f"24 {planted.plant('claim')}", "24", "count", "replies", "figure"),
        ("c2", planted.plant("section"), "b", planted.plant("word"), "", "", "reply_rate", "word"),
        ("c3", "2", planted.plant("claim about"), "proven", "", "", "came_0", "association"),
    ]
    columns = ["id", "section", "about", "printed", "value", "unit", "fact", "kind", "base"]
    _write(folder / "published" / "claims.csv", columns, [(*one, "") for one in claims])
    columns = ["id", "section", "theme", "workshop", "administration", "example", "status"]
    examples = [
        (
            *(f"g{place}", section, planted.plant(f"theme {place}", 300), "s0", "AF"),
            *(planted.plant(f"example {place}"), "done", planted.plant(f"attribution {place}")),
        )
        for place, section in enumerate(("2.2", "2.3", "2.4"))
    ]
    _write(folder / "good_practices.csv", [*columns, "attribution"], examples)

    (folder / "words").mkdir()
    for name in ("foreword", "conclusion"):  # without an introduction, one is written
        text = planted.plant(f"the {name}", kinds=OF_WORDS)
        (folder / "words" / f"{name}.md").write_text(text, encoding="utf-8")
    planted["file"] = "FILE <img class=hurt src=x onerror=alert(document)> {{ 7 * 7 }} $x$.txt"
    (folder / planted["file"]).touch()
    (root / "draft <img class=hurt src=x onerror=alert(1)>.md").write_text(f"# Draft\n\n{DRAFT}")
    return planted


def _declare(folder: Path, planted: Sources) -> None:
    """Plant in round.toml."""
    declared = tomllib.loads((folder / "round.toml").read_text(encoding="utf-8"))
    declared["round"] |= {key: planted.plant(f"round {key}") for key in ABOUT}
    declared["round"]["workshops_organised"] = 5
    for options in (declared["actions"], declared["outcomes"]):
        for option in options:
            if options is declared["actions"]:
                option["answer"] = option["label"]
            for key in ("label", "phrase", "noun", "title", "question"):
                option[key] = planted.plant(f"{option['id']} {key}", 150)
    declared["questions"][0]["other"] = "act_2"
    declared["publication"] = {"title": planted.plant("publication")}
    decision = {"row": 3, "was": "s1", "keep": True, "why": planted.plant("decision")}
    declared["decisions"] = [decision]
    lines = []
    for name, value in declared.items():
        several = isinstance(value, list)
        for entry in value if several else [value]:
            lines.append(table(f"[[{name}]]" if several else f"[{name}]", entry))
    lines.append(
        f"[[choices]]\nid = 'choice'\nquestion = '''{planted.plant('choice')}'''\n"
        f"alternatives = [{{ id = 'as_is', label = '''{planted.plant('as it is')}''' }}, "
        f"{{ id = 'other', label = '''{planted.plant('otherwise')}''', edits = "
        "[{ workshop = 's1', administration = 'AF', drop = true }] }]"
    )
    (folder / "round.toml").write_text("\n".join(lines), encoding="utf-8")


def _write(path: Path, columns: list[str], rows: list[tuple]) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])
