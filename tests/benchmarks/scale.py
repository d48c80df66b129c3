"""Build the report of a made-up round of any size: `make bench REPLIES=1000000 WORKSHOPS=50`.

The whole chain runs in a copy of the project, from the export to the pages. Printed are the seconds
of each step and its peak of memory, those of the whole, and how large what it made is.
"""

import argparse
import ctypes
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd
from chain import SUBREAPER, Tree, copied, environment, left_to_end, processor

from followup.rounds import ROOT

YEAR, MEGABYTE = 2099, 2**20
SPELLINGS = {True: ("Yes", "yes", "YES"), False: ("No", "no", "No."), None: ("", "Not sure")}


def main(arguments: list[str]) -> int:
    """Build one round and print what it took."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("replies", type=int)
    parser.add_argument("workshops", type=int, nargs="?", default=50)
    parser.add_argument("--xlsx", action="store_true", help="the export is a workbook")
    parser.add_argument("--respondents", action="store_true", help="each reply has its respondent")
    parser.add_argument("--keep", type=Path, help="a folder to leave the project and pages in")
    told = parser.parse_args(arguments)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    with tempfile.TemporaryDirectory() as folder:
        tree = Tree(copied((told.keep or Path(folder)) / "project"), YEAR)
        write_round(
            tree.root / "data/raw" / str(YEAR),
            told.replies,
            told.workshops,
            told.xlsx,
            told.respondents,
        )
        print(f"{told.replies:,} replies, {told.workshops:,} workshops", flush=True)
        return build(tree)


def build(tree: Tree) -> int:
    """Build, and tell the whole of it."""
    before, start = processor(), time.perf_counter()
    command = subprocess.Popen(
        tree.build, cwd=tree.root, env=environment(tree.root, {"PROFILE": "1"})
    )
    peak = Peak(command)
    status = command.wait()
    seconds = time.perf_counter() - start
    left_to_end()
    print(
        f"{seconds:.1f} s, {processor() - before:.1f} s of the processor, "
        f"at most {peak.most / MEGABYTE:,.0f} MB in all processes together"
    )
    output = tree.root / "output" / str(YEAR)
    for path in sorted(output.glob("*.*")):
        print(f"  {path.stat().st_size / MEGABYTE:8.2f} MB  {path.name}")
    return status


class Peak(threading.Thread):
    """The most memory that all processes of a command have at a time; shared pages count once."""

    def __init__(self, command: subprocess.Popen) -> None:
        super().__init__(daemon=True)
        self.command, self.most = command, 0
        self.start()

    def run(self) -> None:
        """Look twice a second."""
        while self.command.poll() is None:
            self.most = max(self.most, sum(map(memory, descendants(self.command.pid))))
            time.sleep(0.5)


def descendants(number: int) -> list[int]:
    """Return a process and all that it started, of those that live."""
    found = [number]
    for parent in found:
        try:
            text = Path(f"/proc/{parent}/task/{parent}/children").read_text()
        except OSError:
            continue
        found += map(int, text.split())
    return found


def memory(number: int) -> int:
    """Return the bytes of a process, of shared pages its part; 0 where it has ended."""
    try:
        lines = Path(f"/proc/{number}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def write_round(
    folder: Path, replies: int, workshops: int, xlsx: bool = False, respondents: bool = False
) -> None:
    """Write a round of a questionnaire: administrations are named where there are enough of them
    for each to reply once about a workshop, in several spellings."""
    sys.path.append(str(ROOT / "tests"))
    from made_up_questionnaire import questionnaire

    members = pd.read_csv(ROOT / "data/raw/administrations.csv", keep_default_na=False)
    named = replies <= workshops * len(members) and not respondents
    questionnaire(folder, events=workshops, replies=1, named=named)
    declared = folder / "round.toml"
    text = declared.read_text(encoding="utf-8")
    if respondents:
        text = text.replace(
            'workshop = "Which one?"', 'workshop = "Which one?"\nrespondent = "Who?"'
        )
    if xlsx:
        text = text.replace("export.csv", "export.xlsx")
    declared.write_text(text, encoding="utf-8")
    table = pd.read_csv(folder / "workshops.csv")
    table["invited"] = min(999_999, -(-replies // workshops) * 5 // 4 + 1)
    table.to_csv(folder / "workshops.csv", index=False)
    export = drawn_export(replies, table, members, named or respondents, respondents)
    (folder / "export.csv").unlink()
    if xlsx:
        export.to_excel(folder / "export.xlsx", index=False, engine="xlsxwriter")
    else:
        export.to_csv(folder / "export.csv", index=False)


def drawn_export(
    replies: int, workshops: pd.DataFrame, members: pd.DataFrame, named: bool, respondents: bool
) -> pd.DataFrame:
    """Draw an export: who replies about which workshop, ticks which actions and says what of the
    outcomes, in the spellings that people use."""
    rng = np.random.default_rng(1)
    number = np.arange(replies)
    event, place = number % len(workshops), number // len(workshops)
    titles = workshops["title"].to_numpy(dtype=object)
    export = {"Timestamp": stamps(replies), "Which one?": titles[event]}
    if respondents:
        export["Who?"] = np.char.add("person ", number.astype(str)).astype(object)
    elif named:
        written = np.where(rng.random(replies) < 0.9, "name", "code")
        by_name = members["name"].to_numpy(dtype=object)[place % len(members)]
        by_code = members["code"].to_numpy(dtype=object)[place % len(members)]
        export["Who?"] = np.where(written == "name", by_name, by_code)
    labels = [f"Made-up <act_{n}>, of a kind" for n in range(5)]
    ticked = rng.random((replies, 5)) < [0.6, 0.5, 0.4, 0.3, 0.2]
    combinations = np.array(
        [", ".join(label for place, label in enumerate(labels) if code >> place & 1)
         for code in range(32)],
        dtype=object,
    )  # fmt: skip
    export["Did what?"] = combinations[ticked @ (1 << np.arange(5))]
    # The outcome goes with the first action, and is commoner after some workshops than others.
    base = rng.uniform(0.3, 0.6, len(workshops))[event]
    for outcome in range(2):
        chance = base + 0.03 * ticked[:, outcome]
        answers = np.where(rng.random(replies) < chance, 0, 1)
        answers = np.where(rng.random(replies) < 0.02, 2, answers)
        words = np.array([(*SPELLINGS[kind], "")[:3] for kind in (True, False, None)], dtype=object)
        export[f"Did came_{outcome}?"] = words[answers, rng.integers(0, 3, replies)]
    return pd.DataFrame(export)


def stamps(replies: int) -> np.ndarray:
    """Return when each reply was sent, all different."""
    moments = np.datetime64("2099-01-01") + np.arange(replies).astype("timedelta64[s]")
    return np.char.replace(np.datetime_as_string(moments), "T", " ").astype(object)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
