"""Names that the report could take for its own: what the check passes can be cleaned and counted
(tests/test_other_events.py builds its report); the rest is refused."""

import random

import pytest
from made_up_round import YEAR, HostileNames

from followup.cleaning.checks import Checked, check_round
from followup.facts import survey_facts
from followup.problems import InputError
from followup.rounds import open_round


def check_of(folder, names: HostileNames) -> Checked:
    """What the check of a round with such names comes to."""
    names.write(folder)
    try:
        return check_round(open_round(YEAR))
    except InputError as error:
        return Checked(error.problems)


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ({"action": "name"}, "the report uses name itself"),
        ({"outcome": "claim_1"}, "the report uses claim_1 itself"),
        ({"action": "nan"}, "the report uses nan itself"),
        ({"action": "self"}, "the report uses self itself"),
        ({"workshop": "no"}, "another name: the report uses"),
        ({"workshop": "share"}, "another name: the report uses"),
        ({"workshop": "rank"}, "another name: the report uses"),
        ({"workshop": "unnamed"}, "another name: the report uses"),
        ({"label": "New projects"}, "another label than"),
        ({"label": "new  Projects!"}, "another label than"),
        ({"scope": "Asia & Pacific"}, "words of letters and digits"),
        ({"scope": "a:b"}, "words of letters and digits"),
        ({"scope": "{scope}"}, "words of letters and digits"),
        ({"scope": "Total"}, "another name: the report uses"),
    ],
)
def test_a_name_that_the_report_has_itself_is_refused_in_one_sentence(folder, names, told):
    found = [str(problem) for problem in check_of(folder, HostileNames(**names)).problems]
    assert found
    assert all(told in problem for problem in found)
    assert len({problem.partition("; expected ")[2] for problem in found}) == 1


@pytest.mark.parametrize(
    "names",
    [
        {"noun": "the {course} of **all**"},
        {"event": "{course} **one**"},
        {"workshop": "NA"},
        {"workshop": "None"},
        {"scope": "NA"},
        {"scope": "None"},
        {"scope": "with spaces"},
    ],
)
def test_a_name_that_only_looks_strange_is_taken(folder, names):
    checked = check_of(folder, HostileNames(**names))
    assert checked.problems == []
    replies, _, _ = checked.cleaned
    assert replies["workshop"].notna().all()
    assert open_round(YEAR).read_workshops()["scope"].notna().all()


def test_no_drawn_names_end_in_a_traceback_and_what_passes_has_facts_of_its_own(folder):
    template = (folder / "round.toml").read_text(encoding="utf-8")
    passed = 0
    for seed in range(60):
        (folder / "round.toml").write_text(template, encoding="utf-8")
        names = HostileNames.drawn(random.Random(seed))
        checked = check_of(folder, names)
        if checked.problems:
            continue
        passed += 1
        survey_round = open_round(YEAR)
        replies, counts, _ = checked.cleaned
        facts = survey_facts(survey_round, replies, counts, survey_round.read_workshops())
        assert facts["fact"].is_unique, names
    assert passed > 5
