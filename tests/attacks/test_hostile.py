"""What the check passes, the report builds: declarations drawn from words that are known to do
harm are refused, or every notebook runs on them and takes no word for markup.

Fifty rounds by themselves; `HOSTILE=500 python -m pytest tests/attacks/test_hostile.py` draws more.
"""

import json
import os
import random
import re
import shutil
import sys
import tomllib
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from nbconvert.filters import markdown2html

sys.path.append(str(Path(__file__).parents[1]))
from made_up_questionnaire import PROJECT, YEAR, questionnaire
from run_notebook import Undrawn, quick, run_sections

from followup import rounds
from followup.cleaning.check import main as check
from followup.rounds import open_round

NUMBER = int(os.environ.get("HOSTILE", "50"))
WHOLE = 3  # of these nothing is left out; of the others no figure is drawn and little is simulated
WORDS = [
    *("Report [draft](v2)", "![x](j)", "[a][b]", "<b>x</b>", "<script>alert(1)</script>", "<!--"),
    *("{{ 7 * 7 }}", "{% if x %}", "{# x #}", "{course}", "{0}", "%s", "$x^2$", "\\alpha", "\\"),
    *("a & b", "&lt;b&gt;", "a | b", "**c**", "_x_", "~~s~~", "`c`", "# head", "1. list", "> q"),
    *("total", "Total", "nan", "None", "NA", "true", "self", "0", "-1", "1e9", "=1+1", "@x", "'"),
    *('"quoted"', "it's", "a\tb", "a\nb", " padded ", "http://x.y/z", "<https://x.y>", "x@y.zz"),
    *("中文标签", "ความเสี่ยง", "العربية", "😀", "é\u0301", "\u202eabc", "\u200b", "x" * 149),
    *("long " * 29, "A label; with, every: kind (of) mark!?", "…", "–", "/", "row", "share", "led"),
]
IDS = ["a", "f", "x2", "loc", "size", "values", "items", "index_", "nan", "self", "name", "x" * 60]
IDS += ["quantile", "list", "print", "sum", "max", "event", "events", "facts", "workshops", "int"]
MONTHS = ["2098-07", "", "1900-01", "2099-12", "0000-01", "2098-13", "Jul-98"]
SCOPES = ["regional", "", "total", "a b", "a-b", "NA", "None", "Asia & Pacific", "{x}", "中文", "1"]
NUMBERS = [0, 1, 2, 7, 999_999_999, 10**12, -1]
ABOUT = ["fiscal_year", "title", "office", "office_name", "contact", "series", "event", "events"]
ABOUT += ["conducted"]


def hostile(folder: Path, seed: int) -> None:
    """Write a small round whose words, ids, months and numbers are drawn."""
    chance = random.Random(seed)
    kind = {"events": chance.choice([1, 2, 3]), "replies": chance.choice([2, 12, 20])}
    kind |= {"actions": 2, "outcomes": chance.choice([1, 2]), "named": chance.random() < 0.8}
    kind |= {
        "base": chance.choice(["all", "ticked"]),
        "chance": chance.choice([0.5, 0.5, 1.0, None]),
    }
    questionnaire(folder, pairs=chance.choice([0, 1]), **kind)
    declared = tomllib.loads((folder / "round.toml").read_text(encoding="utf-8"))
    about = declared["round"]
    about |= {key: chance.choice(WORDS) for key in ABOUT if chance.random() < 0.4}
    for key in ("number", "months_after", "weeks_open", "workshops_organised"):
        about |= {key: chance.choice(NUMBERS)} if chance.random() < 0.2 else {}
    about |= {"published": chance.choice(MONTHS[:4])} if chance.random() < 0.2 else {}
    renamed: dict[str, str] = {}
    for option in [*declared["actions"], *declared["outcomes"]]:
        option.setdefault("answer", option["label"])
        for key in ("label", "phrase", "noun", "title", "question"):
            option.update({key: chance.choice(WORDS)} if chance.random() < 0.3 else {})
        if chance.random() < 0.2:
            renamed[option["id"]] = option["id"] = chance.choice(IDS)
    (folder / "round.toml").write_text(toml(with_ids(declared, renamed)), encoding="utf-8")
    workshops = pd.read_csv(folder / "workshops.csv", dtype=str, keep_default_na=False)
    for row in workshops.index:
        for column, values in {
            **{"title": WORDS, "topic": WORDS, "month": MONTHS, "scope": SCOPES},
            "invited": ["", "30", "999999999", "0"],
        }.items():
            if chance.random() < 0.15:
                workshops.loc[row, column] = chance.choice(values)
    workshops.to_csv(folder / "workshops.csv", index=False)


def with_ids(declared: dict, renamed: dict[str, str]) -> dict:
    """The declaration with ids in other names wherever they stand; `renamed` by the former ones."""
    text = json.dumps(declared)
    for old, new in renamed.items():
        text = text.replace(f'"{old}"', json.dumps(new))
    return json.loads(text)


def toml(declared: dict) -> str:
    """The declaration as TOML."""

    def tables() -> Iterator[str]:
        for name, value in declared.items():
            for table in value if isinstance(value, list) else [value]:
                yield f"[[{name}]]" if isinstance(value, list) else f"[{name}]"
                yield from (f"{key} = {json.dumps(one)}" for key, one in table.items())

    return "\n".join(tables())


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("seed", range(NUMBER))
def test_what_the_check_passes_every_notebook_tells(seed, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(rounds, "ROOT", tmp_path)
    folder = tmp_path / "data" / "raw" / str(YEAR)
    hostile(folder, seed)
    shutil.copy(PROJECT / "data" / "raw" / "administrations.csv", folder.parent)
    shutil.copytree(PROJECT / "docs", tmp_path / "docs")
    status = check([str(YEAR)])
    said = capsys.readouterr().out
    assert "Traceback" not in said
    if status:
        assert "expected" in said
        return
    survey_round = open_round(YEAR)
    shown = None if seed < WHOLE else Undrawn()
    with quick() if shown else nullcontext():
        texts = list(run_sections(survey_round, shown))
    for name, text in texts:
        page = markdown2html(text)
        read = BeautifulSoup(page, "html.parser")
        assert not read.find("script", string=re.compile("alert")), name
        assert not read.select('a[href="v2"], img[src="j"], a[href^="http://x.y"]'), name
        assert read.find("b", string="x") is None, name
        assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066\u2067]", page), name
