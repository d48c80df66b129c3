"""Each attack on the raw data is refused in words, or read right: a sample by itself, all of them
with `ATTACKS=all python -m pytest tests/attacks`."""

import os
import re
import shutil
import sys
from pathlib import Path

import pandas as pd
import pytest

sys.path += [str(Path(__file__).parents[1]), str(Path(__file__).parent)]
import planted
from made_up_round import FORMS, YEAR, made_up_replies, made_up_workshops

from followup import rounds
from followup.cleaning.administrations import read_administrations
from followup.cleaning.check import main as check
from followup.cleaning.checks import clean_round
from followup.cleaning.template import lay_out
from followup.rounds import open_round

PROJECT = Path(__file__).parents[2]
EACH = 1 if os.environ.get("ATTACKS") == "all" else 8  # the sample is every eighth
LINES = (Path(__file__).parent / "attacks.txt").read_text(encoding="utf-8").splitlines()
ATTACKS = [line.split(" ::") for line in LINES if not line.startswith("#")]
# What a terminal or a page would obey, and not show: control characters, turns of direction.
OBEYED = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]"


def sample(what: str) -> list:
    """The attacks to try of which something becomes, by their names."""
    attacks = [attack for attack in ATTACKS if attack[0] == what][::EACH]
    return [
        pytest.param(how.strip(), told.strip(), id=name.strip()) for _, name, how, told in attacks
    ]


@pytest.fixture(scope="module")
def in_order(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up round's data, in order: data/ of a project."""
    root = tmp_path_factory.mktemp("in_order")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rounds, "ROOT", root)
        (root / "data" / "raw").mkdir(parents=True)
        shutil.copytree(PROJECT / "data" / "template", root / "data" / "template")
        shutil.copy(PROJECT / "data" / "raw" / "administrations.csv", root / "data" / "raw")
        lay_out(YEAR)
        folder = root / "data" / "raw" / str(YEAR)
        made_up_workshops().to_csv(folder / "workshops.csv", index=False, lineterminator="\n")
        content = FORMS["google_forms.csv"](made_up_replies().to_dict("records"))
        (folder / "export.csv").write_bytes(content)
        (folder / "replies.xlsx").unlink()
        settings = (folder / "round.toml").read_text(encoding="utf-8")
        settings = settings.replace('"replies.xlsx"', '"export.csv"')
        (folder / "round.toml").write_text(settings, encoding="utf-8")
        clean_round(open_round(YEAR))[0].to_pickle(root / "replies.pickle")
    return root


@pytest.fixture
def attacked(in_order, tmp_path, monkeypatch, capsys):
    """Plant something in a copy of the round, and check it: the exit status and what is said."""

    def attack(how: str) -> tuple[int, str]:
        shutil.copytree(in_order / "data", tmp_path / "data")
        monkeypatch.setattr(rounds, "ROOT", tmp_path)
        eval(how, vars(planted))(tmp_path / "data" / "raw" / str(YEAR))
        status = check([str(YEAR)])
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        assert len(said.out + said.err) < 20_000
        assert not re.search(OBEYED, said.out)
        return status, said.out

    return attack


@pytest.mark.parametrize(("how", "told"), sample("refused"))
def test_it_is_refused_in_words(attacked, how, told):
    status, said = attacked(how)
    assert status == 1, said
    assert re.search(told, said), said


@pytest.mark.parametrize(("how", "told"), sample("read"))
def test_it_is_read_right(attacked, in_order, how, told):
    status, said = attacked(how)
    assert (status, told) == (0, ""), said
    replies = clean_round(open_round(YEAR))[0]
    pd.testing.assert_frame_equal(replies, pd.read_pickle(in_order / "replies.pickle"))


@pytest.mark.parametrize(("how", "told"), sample("told"))
def test_it_is_told_and_stops_nothing(attacked, how, told):
    status, said = attacked(how)
    assert status == 0, said
    assert re.search(told, said), said


@pytest.mark.parametrize(("how", "told"), sample("hushed"))
def test_it_is_said_nowhere(attacked, how, told):
    status, said = attacked(how)
    replies, _, log = clean_round(open_round(YEAR))
    page = (rounds.ROOT / "output" / str(YEAR) / "check.html").read_text(encoding="utf-8")
    assert status == 0, said
    assert told not in said + page + replies.to_csv() + log.to_csv()


def test_no_mark_that_turns_the_direction_gets_into_a_round(attacked):
    turned = "\u202eTurned\u2066\u200f \x07text"
    plants = [
        f"cell('topic', {turned!r})",
        f"cell('name', {turned!r}, 0, MEMBERS)",
        r"toml('label = \"Submit reports\"', 'label = \"\\u202eSubmit \\u0007reports\"')",
        r"about('contact = \"\\u202eTurned\"\nlicence = \"\u202eTurned\"')",
        f"words({turned!r})",
    ]
    status, said = attacked(f"both({', '.join(plants)})")
    assert status == 0, said
    survey_round = open_round(YEAR)
    texts = [
        f"{survey_round.contact} {survey_round.licence} {survey_round.options}",
        survey_round.read_workshops().to_csv(),
        read_administrations().to_csv(),
        survey_round.read_words("foreword"),
    ]
    assert (survey_round.contact, survey_round.licence) == ("Turned", "Turned")
    assert survey_round.options["submitted_report"].label == "Submit reports"
    assert all("urned" in text for text in texts)
    assert not re.search(OBEYED, "".join(texts))


def test_there_are_two_hundred_attacks_and_no_two_of_a_name():
    names = [attack[1] for attack in ATTACKS]
    assert len(names) >= 200
    assert len(set(names)) == len(names)
