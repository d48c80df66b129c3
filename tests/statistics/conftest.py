"""Replies drawn at random, for what is tested on clusters and on leaving one out."""

import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def drawn() -> pd.DataFrame:
    """120 replies of four workshops and up to 25 administrations, the action with the outcome."""
    rng = np.random.default_rng(7)
    acted = rng.random(120) < 0.5
    return pd.DataFrame(
        {
            "workshop": pd.array(np.repeat(list("abcd"), 30), dtype="string"),
            "administration": pd.array(
                [f"A{number}" for number in rng.integers(0, 25, 120)], dtype="string"
            ),
            "acted": acted,
            "saw": rng.random(120) < np.where(acted, 0.7, 0.4),
        }
    )
