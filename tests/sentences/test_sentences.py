"""Every sentence, caption, alternative text and key figure of a made-up round says what its replies
say.

`python tests/sentences/test_sentences.py 5000` reads as many rounds (`1000 4000`: as many from
round 4,000 on), and prints what was read, what no pattern reads, and what is wrong.
"""

import csv
import sys
import tempfile
from collections import Counter
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))
from cells import wrong_cells
from counted import Counted, Exact
from designs import DESIGNS, Given, drawn
from pages import PROJECT, Said, pages
from reader import PATTERNS, Reading
from standing import STANDING

ROUNDS = 80


def administrations() -> dict[str, str]:
    path = PROJECT / "data" / "raw" / "administrations.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file)}


CODES = administrations()


def read(given: Given) -> Reading:
    """Report a round, and read it."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "data" / "raw").mkdir(parents=True)
        reading = Reading(Counted(given), standing=STANDING, wrong_cells=wrong_cells)
        return reading.all(pages(given, Path(folder)))


@pytest.mark.parametrize("seed", range(ROUNDS), ids=[*DESIGNS, *range(len(DESIGNS), ROUNDS)])
def test_what_the_pages_say_is_what_the_replies_say(seed):
    reading = read(drawn(seed, CODES))
    assert [(said.section, sentence, what) for said, sentence, what in reading.wrong] == []
    assert len(reading.read) > 20
    assert [(said.section, said.kind, sentence) for said, sentence in reading.unread] == []


FAULTS = {
    "The most common follow-up was deed C: 60% (24 of 40) of the replies.": "a superlative",
    "Which administration each reply is from is not told.": "none, where some do",
    "Expect little of a test of deed A: only 3 replies had it.": "a count",
    "### Deed A and gain C": "a pair that is not there",
    "Of 6 links that this round declared, 3 could be confirmed.": "a verdict",
    "Highest: workshop 2 Topic 2, Feb 2098, 100% (9 of 9).": "a place",
    "Not told: nan% of the replies": "a missing value",
    "(50%each) of the workshops": "a missing space",
    "Deed A could be tested by only no replies.": "none as a number",
}  # fmt: skip


@pytest.mark.parametrize("sentence", FAULTS)
def test_a_planted_fault_is_seen(sentence):
    reading = Reading(Counted(drawn(0, CODES)), section="24_outcome", outcome="gain_a")
    reading.sentence(Said("24_outcome", "prose", sentence), sentence)
    assert reading.wrong


def test_the_readers_own_test_is_the_exact_one():
    exact = Exact(((2, 0, 0, 1), (1, 1, 0, 1)))
    assert exact.p == pytest.approx(4 / 9)
    assert exact.mid_p == pytest.approx(2 / 9)
    assert exact.odds_ratio == float("inf")
    assert exact.low == pytest.approx(0.1953, abs=1e-3)
    assert exact.high == float("inf")


def main(rounds: int, first: int = 0) -> None:
    reads, wrong, unread, failed = Counter(), Counter(), Counter(), []
    for seed in range(first, first + rounds):
        given = drawn(seed, CODES)
        try:
            reading = read(given)
        except Exception as error:
            failed.append(f"{seed} {given.kind}: {error!r}")
            continue
        reads.update(pattern for pattern, _ in reading.read)
        wrong.update((sentence, what) for _, sentence, what in reading.wrong)
        unread.update(sentence for _, sentence in reading.unread)
    print(f"{rounds - len(failed)} rounds, {reads.total()} sentences read by {len(reads)} of")
    print(f"{len(PATTERNS)} patterns; {wrong.total()} wrong; {len(failed)} rounds failed")
    print(*failed, *wrong.most_common(), sep="\n")
    print("no pattern reads:", *unread.most_common(40), sep="\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:] or ["200"]))
