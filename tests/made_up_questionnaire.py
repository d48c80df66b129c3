"""Rounds of a questionnaire that have little in common with 2021: so many actions, outcomes,
events, replies, of any kind."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

PROJECT = Path(__file__).parents[1]
YEAR = 2099
KINDS = {
    "three actions, one outcome, no administrations": {"actions": 3, "outcomes": 1, "named": False},
    "thirty actions": {"actions": 30, "outcomes": 2, "pairs": 2},
    "ten outcomes": {"actions": 4, "outcomes": 10, "pairs": 10},
    "courses in place of workshops, one scope, nobody counted as invited": {
        "event": "course",
        "scopes": 1,
        "invited": False,
    },
    "of those that ticked, no pair declared": {"base": "ticked", "pairs": 0},
    "one workshop, two replies": {"events": 1, "replies": 2},
    "nobody named, no pair declared, little told": {"named": False, "pairs": 0, "replies": 6},
    "everybody says yes": {"chance": 1.0},
    "nobody answers": {"chance": None},
}


def questionnaire(
    folder: Path,
    actions=5,
    outcomes=2,
    pairs=1,
    events=4,
    replies=40,
    scopes=2,
    chance=0.5,
    **kind,
) -> None:
    """Write a round that asks so many things of so many, with answers drawn by chance (None: no
    answer)."""
    took, saw = [f"act_{n}" for n in range(actions)], [f"came_{n}" for n in range(outcomes)]
    heading = {"workshop": "Which one?"} | (
        {"administration": "Who?"} if kind.get("named", True) else {}
    )
    settings = {
        "year": YEAR,
        "fiscal_year": "FY",
        "number": 1,
        "title": '<b>Made-up</b> & "other"',
        "source": "questionnaire",
    }
    settings |= {"event": kind["event"]} if "event" in kind else {}
    parts = [
        table("[round]", settings),
        table("[questionnaire]", {"file": "export.csv", **heading}),
    ]
    parts += [
        table("[[actions]]", {"id": name, "label": f"Made-up <{name}>, of a kind"}) for name in took
    ]
    parts += [
        table("[[outcomes]]", {"id": name, "label": f"What {name}", "question": f"Did {name}?"})
        for name in saw
    ]
    parts += [
        table(
            "[[questions]]",
            {"heading": "Did what?", "options": took, "base": kind.get("base", "all")},
        )
    ]
    parts += [table("[[questions]]", {"heading": f"Did {name}?", "option": name}) for name in saw]
    parts += [
        table("[[pairs]]", {"outcome": name, "actions": took[:2], "composite": True, "why": "so"})
        for name in saw[:pairs]
    ]
    folder.mkdir(parents=True)
    (folder / "round.toml").write_text("\n".join(parts), encoding="utf-8")
    ids = [f"s{n}" for n in range(events)]
    rows = [
        (
            name,
            f"Title {name}",
            f"Topic {name}",
            "2098-07",
            "national" if place % scopes else "regional",
            "30",
        )
        for place, name in enumerate(ids)
    ]
    workshops = pd.DataFrame(rows, columns=["id", "title", "topic", "month", "scope", "invited"])
    workshops = workshops if kind.get("invited", True) else workshops.assign(month="", invited="")
    workshops.to_csv(folder / "workshops.csv", index=False)
    rng, codes = (
        np.random.default_rng(1),
        list(pd.read_csv(PROJECT / "data/raw/administrations.csv", keep_default_na=False)["code"]),
    )
    said = (lambda: "") if chance is None else (lambda: "Yes" if rng.random() < chance else "No")
    export = [
        {"Which one?": ids[n % events], "Who?": codes[n // events]}
        | {
            "Did what?": ", ".join(
                f"Made-up <{name}>, of a kind" for name in took if said() == "Yes"
            ),
            **{f"Did {name}?": said() for name in saw},
        }
        for n in range(replies)
    ]
    pd.DataFrame(export).to_csv(folder / "export.csv", index=False)


def table(name: str, keys: dict) -> str:
    return "\n".join([name, *(f"{key} = {json.dumps(value)}" for key, value in keys.items())])
