"""What the tests of the report share."""

import pytest

from followup.facts import Facts, survey_facts, with_tests
from followup.rounds import declared_pairs
from followup.statistics.association import associations


@pytest.fixture(scope="session")
def tested(survey_round, cleaned):
    """The 2021 round's pairs, tested."""
    return associations(cleaned[0], declared_pairs(survey_round))


@pytest.fixture(scope="session")
def facts(survey_round, cleaned, tested):
    """The 2021 round's facts, those of the tests too."""
    facts = survey_facts(survey_round, *cleaned[:2], survey_round.read_workshops())
    return with_tests(Facts(facts), tested)
