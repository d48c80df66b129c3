"""What the tests of the report share."""

import pytest

from followup.rounds import Round


@pytest.fixture
def kept(monkeypatch):
    """Figures saved in memory instead of in the build folder."""
    saved = {}
    monkeypatch.setattr(Round, "save_figure", lambda self, svg, name: saved.update({name: svg}))
    return saved
