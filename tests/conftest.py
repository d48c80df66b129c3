"""Frames and rounds that many tests share."""

import gc

import pandas as pd
import pytest
from hypothesis import HealthCheck, settings

from followup.cleaning.checks import clean_round
from followup.rounds import Round, open_round

# A machine under load is no fault of the code: examples have no time limit. Fifty of each find what
# a hundred did; a deeper search is `--hypothesis-profile=deep`.
RELAXED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("followup", max_examples=50, **RELAXED)
settings.register_profile("deep", max_examples=1000, **RELAXED)
settings.load_profile("followup")

# Files that take longest: two processes share the files in this order, and neither waits for the
# other with a long one at the end.
FIRST = (
    *("sentences/test_sentences.py", "browser/test_page.py", "browser/test_jupyterlab.py"),
    *("attacks/test_hostile.py", "test_every_form.py", "notebook_report/test_faults.py"),
    *("notebooks/test_any_round.py", "notebook_report/test_engine.py", "test_other_events.py"),
    *("notebook_report/test_interruptions.py", "statistics/test_rule_simulation.py"),
    *("attacks/test_attacks.py", "cleaning/test_properties.py", "publication_audit/test_audit.py"),
    *("notebook_report/test_build.py", "statistics/test_association.py"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest."""

    def place(item: pytest.Item) -> int:
        endings = (str(item.path).endswith(f"tests/{name}") for name in FIRST)
        return next((number for number, ends in enumerate(endings) if ends), len(FIRST))

    items.sort(key=place)


def pytest_collection_finish() -> None:
    """What the modules hold stays: to look for garbage there takes 0.1 s each time, and
    `multipletests` of statsmodels looks at every call."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session")
def survey_round() -> Round:
    """The real 2021 round."""
    return open_round(2021)


@pytest.fixture(scope="session")
def cleaned(survey_round: Round) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Replies, counts and cleaning log of the 2021 round."""
    return clean_round(survey_round)


@pytest.fixture
def workshops() -> pd.DataFrame:
    """Two workshops, one of each scope."""
    columns = ["id", "title", "topic", "month", "scope", "invited"]
    rows = [
        ("a", "Workshop A", "Audit", "2020-11", "sub-regional", 4),
        ("b", "Workshop B", "Borders", "2021-01", "regional", 5),
    ]
    return pd.DataFrame(rows, columns=columns).astype({"id": "string", "invited": "Int64"})


@pytest.fixture
def replies() -> pd.DataFrame:
    """Five replies: three to workshop a, two to b; one has no administration, one did not answer
    `saw`."""
    rows = [
        ("a", "FJ", True, True, True),
        ("a", "TO", True, False, False),
        ("a", "WS", False, False, True),
        ("b", "FJ", True, True, pd.NA),
        ("b", pd.NA, False, False, False),
    ]
    table = pd.DataFrame(rows, columns=["workshop", "administration", "shared", "wrote", "saw"])
    types = {
        "workshop": "string",
        "administration": "string",
        "shared": "boolean",
        "wrote": "boolean",
        "saw": "boolean",
    }
    return table.astype(types)


@pytest.fixture
def counts() -> pd.DataFrame:
    """No counts: everything is known reply by reply."""
    return pd.DataFrame({"workshop": [], "variable": [], "yes": [], "no": []}).astype(
        {"workshop": "string", "variable": "string", "yes": "Int64", "no": "Int64"}
    )


@pytest.fixture
def kept(monkeypatch):
    """Figures saved in memory instead of in the build folder."""
    saved = {}
    monkeypatch.setattr(Round, "save_figure", lambda _, svg, name: saved.update({name: svg}))
    return saved
