"""A made-up publication, for the tests of the audit."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1]))
from made_up_publication import REPLIES, Printed, printed


@pytest.fixture(scope="session")
def right() -> Printed:
    """The publication without an error."""
    return printed(REPLIES)
