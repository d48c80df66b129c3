"""A MADE-UP round that no administration ever answered, in every export form: `python
tests/made_up_round.py FOLDER`.

The replies are drawn with a seed, and an association is planted: those that shared the materials
report direct effects with
probability .85, the others with .25. A new project is as likely (.4) whoever reported or
recommended. Every form holds the same
replies, in the way that its tool writes them.
"""

import csv
import io
import json
import random
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from openpyxl import Workbook

TITLE = "MADE-UP REPLIES: a round that never was"
YEAR = 2099
WORKSHOP = "Which workshop is your reply about?"
ADMINISTRATION = "Which administration do you reply for?"
ACTIONS_ASKED = "Which follow-up actions did your administration take?"
ACTIONS = {
    "shared_materials": "Shared the training materials with colleagues",
    "submitted_report": "Submitted a report to senior management",
    "made_recommendations": "Made recommendations on policy, procedures or training",
    "organized_workshop": "Organized an in-house workshop, seminar or briefing",
    "developed_manual": "Developed an operational manual or guideline",
    "other_action": "Other",
}
OUTCOMES = {
    "direct_effects": "Did the follow-up actions bring direct effects?",
    "improved_work": "Did the workshop improve work efficiency and effectiveness?",
    "new_project": "Did your administration start a modernization project?",
}
FREE_TEXT = "Made-up action: told the brokers, then the carriers"
TOPICS = [
    "Risk Management",
    "Rules of Origin",
    "Valuation",
    "Coastal Control (Pacific)",
    "E-Commerce",
    "Drones – Detection",
]
INVITED = [
    *("AU", "BD", "FJ", "HK", "ID", "IN", "IR", "JP", "KH", "KR", "LA", "LK"),
    *("MV", "MY", "NZ", "PG", "PH", "SG"),
    "TH",
]
INVITED += ["TO", "VN", "VU", "WS"]
PEOPLE = ["Respondent", "E-mail", "IP address"]


def made_up_workshops() -> pd.DataFrame:
    """Six workshops, held by month from July; each names the administrations invited."""
    rows = []
    for place, topic in enumerate(TOPICS):
        invited = [code for step, code in enumerate(INVITED) if (step + place) % 3 or place == 4]
        scope = "sub-regional" if "Pacific" in topic else "regional"
        month = 7 + place
        title = f"Made-up {scope.capitalize()} Workshop on {topic}"
        day = f"{YEAR - 1}-{month:02}-{10 + place}"
        rows.append(
            (
                str(place + 1),
                title,
                f"{topic} (made up)",
                day[:7],
                scope,
                str(len(invited)),
                day,
                ";".join(invited),
                "",
            )
        )
    columns = [
        "id",
        "title",
        "topic",
        "month",
        "scope",
        "invited",
        "date",
        "invited_administrations",
        "other_titles",
    ]
    return pd.DataFrame(rows, columns=columns)


def made_up_replies(seed: int = 1) -> pd.DataFrame:
    """The replies as they were "given": workshop title, administration's name, and True, False,
    "Not sure" or None a question."""
    rng = np.random.default_rng(seed)
    names = pd.read_csv(
        Path(__file__).parents[1] / "data" / "raw" / "administrations.csv"
    ).set_index("code")["name"]
    rows = []
    for workshop in made_up_workshops().itertuples():
        for code in workshop.invited_administrations.split(";"):
            if rng.random() > 0.7:
                continue
            took = dict(
                zip(
                    ACTIONS,
                    (rng.random(6) < [0.55, 0.6, 0.4, 0.35, 0.15, 0.1]).tolist(),
                    strict=True,
                )
            )
            saw = rng.random() < (0.85 if took["shared_materials"] else 0.25)
            others = [bool(rng.random() < chance) for chance in (0.6, 0.4)]
            unknown = [
                ("Not sure", None)[rng.integers(2)] if rng.random() < 0.08 else answer
                for answer in others
            ]
            outcomes = dict(zip(OUTCOMES, [bool(saw), *unknown], strict=True))
            rows.append(
                {"workshop": workshop.title, "administration": names[code], **took, **outcomes}
            )
    return pd.DataFrame(rows, dtype=object)


def said(answer: object) -> str:
    """An answer to a yes-or-no question as people give it."""
    return {True: "Yes", False: "No", None: ""}.get(answer, "Not sure")


def metadata(place: int) -> dict[str, str]:
    """Made-up personal data: it must never be read."""
    name = f"Nobody Nowhere{place}"
    return dict(
        zip(PEOPLE, (name, f"nobody{place}@customs.example", f"192.0.2.{place % 250}"), strict=True)
    )


def named(reply: dict) -> dict[str, str]:
    return {WORKSHOP: reply["workshop"], ADMINISTRATION: reply["administration"]}


def outcomes(reply: dict) -> dict[str, str]:
    return {question: said(reply[name]) for name, question in OUTCOMES.items()}


def ticked(reply: dict) -> list[str]:
    """The answers ticked, the free text in place of `Other`."""
    return [
        FREE_TEXT if name == "other_action" else text
        for name, text in ACTIONS.items()
        if reply[name]
    ]


def google_forms(replies: list[dict]) -> bytes:
    """Comma-separated UTF-8 without a mark; answers joined by a comma, though they hold commas
    themselves."""
    rows = [
        {
            "Timestamp": f"2099/01/{1 + place % 28:02} 9:00:00 AM GMT+9",
            **metadata(place),
            **named(reply),
        }
        | {ACTIONS_ASKED: ", ".join(ticked(reply)), **outcomes(reply)}
        for place, reply in enumerate(replies)
    ]
    return text(rows, ",", "utf-8")


def microsoft_forms(replies: list[dict]) -> bytes:
    """A workbook with dates as Excel keeps them, no-break spaces in headings, answers each followed
    by a semicolon."""
    start = datetime(2099, 1, 4, 9)
    rows = [
        {
            "ID": place,
            "Start time": start + timedelta(hours=place),
            "Completion time": start + timedelta(hours=place, minutes=9),
        }
        | metadata(place)
        | {f"{WORKSHOP}\xa0": reply["workshop"], ADMINISTRATION: f"{reply['administration']} "}
        | {ACTIONS_ASKED: "".join(f"{answer};" for answer in ticked(reply)), **outcomes(reply)}
        for place, reply in enumerate(replies, start=1)
    ]
    return workbook([list(rows[0]), *(list(row.values()) for row in rows)])


def kobotoolbox(replies: list[dict]) -> bytes:
    """Semicolons, a byte-order mark, a column an answer with 1 and 0 beside one with all of them,
    free text apart."""
    rows = [
        {
            "start": "2099-01-04T09:00:00",
            **named(reply),
            ACTIONS_ASKED: " ".join(name for name in ACTIONS if reply[name]),
        }
        | {f"{ACTIONS_ASKED}/{words}": int(reply[name]) for name, words in ACTIONS.items()}
        | {"Please specify": FREE_TEXT if reply["other_action"] else "", **outcomes(reply)}
        | {"_id": 1000 + place, "_uuid": f"made-up-{place}", **metadata(place)}
        for place, reply in enumerate(replies)
    ]
    return text(rows, ";", "utf-8-sig")


def limesurvey(replies: list[dict]) -> bytes:
    """One column an answer with Yes and No, the free text in the column of Other."""
    rows = [
        {
            "Response ID": place,
            "Date submitted": "2099-01-04 09:00:00",
            **metadata(place),
            **named(reply),
        }
        | {
            f"{ACTIONS_ASKED} [{words}]": said(bool(reply[name]))
            for name, words in ACTIONS.items()
            if name != "other_action"
        }
        | {
            f"{ACTIONS_ASKED} [Other]": FREE_TEXT if reply["other_action"] else "",
            **outcomes(reply),
        }
        for place, reply in enumerate(replies)
    ]
    return text(rows, ",", "utf-8-sig")


def surveymonkey(replies: list[dict]) -> bytes:
    """A workbook with the questions in one row and the answers in the next; an answer's text where
    ticked, else blank."""
    upper = [
        "Respondent ID",
        *PEOPLE,
        WORKSHOP,
        ADMINISTRATION,
        ACTIONS_ASKED,
        *[None] * 5,
        *OUTCOMES.values(),
    ]
    lower = (
        [None] * 4
        + ["Response"] * 2
        + [*list(ACTIONS.values())[:-1], "Other (please specify)"]
        + ["Response"] * 3
    )
    rows = [
        [1000 + place, *metadata(place).values(), *named(reply).values()]
        + [words if reply[name] else None for name, words in list(ACTIONS.items())[:-1]]
        + [FREE_TEXT if reply["other_action"] else None, *outcomes(reply).values()]
        for place, reply in enumerate(replies)
    ]
    return workbook([upper, lower, *rows])


def excel_text(replies: list[dict]) -> bytes:
    """Excel's "Unicode text": tabs, UTF-16, a title above the heading; ids in place of titles,
    codes of administrations."""
    ids, codes = numbers(), {name: code for code, name in administration_names().items()}
    rows = [
        {
            "No.": place,
            WORKSHOP: ids[reply["workshop"]],
            ADMINISTRATION: codes[reply["administration"]],
        }
        | {ACTIONS_ASKED: "\n".join(ticked(reply)), **outcomes(reply)}
        for place, reply in enumerate(replies)
    ]
    return f"{TITLE}\n\n".encode("utf-16") + text(rows, "\t", "utf-16-le")


def windows_1252(replies: list[dict]) -> bytes:
    """What an old Excel saves as CSV where a comma is the decimal sign: semicolons, Windows-1252, x
    for each tick."""
    rows = [
        named(reply)
        | {
            f"{ACTIONS_ASKED}: {words}": "x" if reply[name] else ""
            for name, words in ACTIONS.items()
        }
        | {question: answer.upper() for question, answer in outcomes(reply).items()}
        for reply in replies
    ]
    return text(rows, ";", "cp1252")


def by_hand(replies: list[dict]) -> bytes:
    """The sheet that `make round` lays out, filled in: a title above, workshops as in the drop-down
    list."""
    ids = numbers()
    rows = [
        [f"{ids[reply['workshop']]} {reply['workshop']}", reply["administration"]]
        + ["Yes" if reply[name] else "No" for name in ACTIONS if name != "other_action"]
        + [
            FREE_TEXT if reply["other_action"] else None,
            *(said(reply[name]) or None for name in OUTCOMES),
        ]
        for reply in replies
    ]
    headings = [
        WORKSHOP,
        ADMINISTRATION,
        *(f"{ACTIONS_ASKED} [{words}]" for words in ACTIONS.values()),
        *OUTCOMES.values(),
    ]
    return workbook([[TITLE], [None], headings, *rows])


FORMS = {
    "google_forms.csv": google_forms,
    "microsoft_forms.xlsx": microsoft_forms,
    "kobotoolbox.csv": kobotoolbox,
    "limesurvey.csv": limesurvey,
    "surveymonkey.xlsx": surveymonkey,
    "excel_text.csv": excel_text,
    "windows_1252.csv": windows_1252,
    "by_hand.xlsx": by_hand,
}


def numbers() -> dict[str, str]:
    workshops = made_up_workshops()
    return dict(zip(workshops["title"], workshops["id"], strict=True))


def administration_names() -> dict[str, str]:
    path = Path(__file__).parents[1] / "data" / "raw" / "administrations.csv"
    return pd.read_csv(path, keep_default_na=False).set_index("code")["name"].to_dict()


def text(rows: list[dict], separator: str, encoding: str) -> bytes:
    content = io.StringIO(newline="")
    writer = csv.DictWriter(content, rows[0], delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return content.getvalue().encode(encoding)


def workbook(rows: list[list]) -> bytes:
    book, content = Workbook(), io.BytesIO()
    book.active.title = "Sheet1"
    for row in rows:
        book.active.append(row)
    book.save(content)
    return content.getvalue()


def write_made_up_round(folder: Path, seed: int = 1) -> None:
    """Write workshops.csv and every export form into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "workshops.csv").write_bytes(
        made_up_workshops().to_csv(index=False, lineterminator="\n").encode()
    )
    for name, export in FORMS.items():
        (folder / name).write_bytes(export(made_up_replies(seed).to_dict("records")))


# Names that the report, pandas or Markdown may take for something else, and some that only look so.
HOSTILE_IDS = ["name", "claim_1", "nan", "self", "no", "share", "rank", "unnamed", "total", "na"]
HOSTILE_IDS += ["none", "scope", "class", "f", "x2", "quantile", "loc", "values", "items", "size"]
HOSTILE_WORKSHOPS = ["no", "share", "rank", "unnamed", "total", "nan", "NA", "None", "led", "2.1"]
HOSTILE_WORKSHOPS += ["{1}", "a&b", "1:2", "=1+1", "<b>", "01", "-1", "x_y", "no.2", "true", "1e3"]
HOSTILE_SCOPES = ["Asia & Pacific", "a:b", "{scope}", "total", "Total", "unnamed", "nan", "NA", "1"]
HOSTILE_SCOPES += ["None", "with spaces", "é", "<b>", "a|b", "a / b", "share", "no", "x.y", "**x**"]
HOSTILE_WORDS = ["{course}", "**bold**", "<script>", "a|b", "$x$", "`code`", "{{ 7 * 7 }}", "nan"]
HOSTILE_WORDS += [
    "New projects",
    "new Projects",
    "Direct effects",
    "Total",
    "=1+1",
    "_x_",
    "[a](b)",
]


@dataclass(frozen=True)
class HostileNames:
    """What in the made-up round is called otherwise; None where it keeps its name."""

    action: str | None = None
    outcome: str | None = None
    workshop: str | None = None
    scope: str | None = None
    label: str | None = None
    noun: str | None = None
    event: str | None = None

    @classmethod
    def drawn(cls, chance: random.Random) -> "HostileNames":
        """Draw some of them, each from the names that are known to do harm."""
        lists = (
            *(HOSTILE_IDS, HOSTILE_IDS, HOSTILE_WORKSHOPS, HOSTILE_SCOPES),
            *(HOSTILE_WORDS, HOSTILE_WORDS, HOSTILE_WORDS),
        )
        return cls(*(chance.choice(names) if chance.random() < 0.3 else None for names in lists))

    def declaration(self, template: str) -> str:
        """The template's round.toml with these names, and an export that can be read."""
        changes = {
            '"replies.xlsx"': '"export.csv"',
            '"other_action"': self.action and json.dumps(self.action),
            '"improved_work"': self.outcome and json.dumps(self.outcome),
            'label = "Others"': self.label
            and f"answer = 'Other'\nlabel = {json.dumps(self.label)}\n#",
            'noun = "another action"': self.noun and f"noun = {json.dumps(self.noun)}",
            '# event = "course"': self.event and f"event = {json.dumps(self.event)} #",
        }
        if self.label:
            template = template.replace('answer = "Other"\n', "")
        for before, after in changes.items():
            assert before in template
            template = template.replace(before, after or before)
        return template

    def write(self, folder: Path) -> None:
        """Change a laid-out round: its round.toml, workshops.csv and export."""
        settings = folder / "round.toml"
        declared = self.declaration(settings.read_text(encoding="utf-8"))
        settings.write_text(declared, encoding="utf-8")
        workshops = made_up_workshops()
        workshops["id"] = workshops["id"].mask(workshops["id"] == "2", self.workshop or "2")
        regional = workshops["scope"] == "regional"
        workshops["scope"] = workshops["scope"].mask(regional, self.scope or "regional")
        workshops.to_csv(folder / "workshops.csv", index=False, lineterminator="\n")
        export = google_forms(made_up_replies().to_dict("records"))
        (folder / "export.csv").write_bytes(export)


if __name__ == "__main__":
    write_made_up_round(Path(sys.argv[1]))
    print(f"{TITLE}; in {sys.argv[1]}: workshops.csv, {', '.join(FORMS)}")


def read_rows(reading: Any) -> list[dict]:
    """The replies that were read, in the export's order; None where something is not known."""
    return reading.replies.astype(object).where(reading.replies.notna(), None).to_dict("records")
