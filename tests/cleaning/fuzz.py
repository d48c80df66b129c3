"""Strange files by the thousand, each of which must end in a list of problems: `python
tests/replies/fuzz.py 10000`."""

import contextlib
import io
import random
import shutil
import sys
import tempfile
import time
import zipfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from made_up_round import FORMS, YEAR, made_up_replies, made_up_workshops

from followup import rounds
from followup.cleaning.check import main as check

PROJECT = Path(__file__).parents[2]
JUNK = [
    "",
    ",",
    ";",
    '"',
    "\n",
    "\r",
    "\t",
    "=1+1",
    "\0",
    "é",
    "\u202e",
    "😀",
    "[",
    "]",
    "= ",
    "true",
    "2099-13-45",
    "9" * 30,
    "nan",
]
JUNK += [
    "[[actions]]",
    "'''",
    "id",
    "Yes",
    "x" * 3000,
    "../..",
    "-1",
    "0",
    "1e999",
    "NaT",
    "\ud7ff",
    "%s",
    "{0}",
    "Other: ",
    ", " * 200,
]


class Fuzzer:
    """Spoils one file of the made-up round after another; the same seed spoils the same."""

    def __init__(self, root: Path, chance: random.Random) -> None:
        self.root, self.chance, self.folder = root, chance, root / "data" / "raw" / str(YEAR)
        replies = made_up_replies().head(6).to_dict("records")
        self.exports = {name: export(replies) for name, export in FORMS.items()}
        self.workshops = made_up_workshops().to_csv(index=False).encode()
        self.settings = (
            (PROJECT / "data" / "template" / "round.toml")
            .read_text(encoding="utf-8")
            .replace("$year", str(YEAR))
        )
        self.settings = (
            self.settings.replace("$number", "1")
            .replace("$fiscal_year", "FY")
            .replace("replies.xlsx", "export")
        )
        self.administrations = (PROJECT / "data" / "raw" / "administrations.csv").read_bytes()

    def try_one(self) -> int:
        """Spoil a file, check the round, and return the check's status; anything that it raises is
        for the caller."""
        files = {
            "export": self.exports[self.chance.choice(list(self.exports))],
            "workshops.csv": self.workshops,
        }
        files |= {
            "round.toml": self.settings.encode(),
            "../administrations.csv": self.administrations,
        }
        spoilt = self.chance.choice(
            ["export"] * 5 + ["round.toml"] * 3 + ["workshops.csv"] * 2 + ["../administrations.csv"]
        )
        files[spoilt] = self.spoil(files[spoilt])
        for name, content in files.items():
            (self.folder / name).write_bytes(content)
        self.last = files
        return check([str(YEAR)])

    def spoil(self, content: bytes) -> bytes:
        """A file with bytes, lines, cells or parts of it changed, or no such file at all."""
        if content.startswith(b"PK") and self.chance.random() < 0.7:
            return self.spoil_workbook(content)
        ways = [
            self.flip,
            self.cut,
            self.insert,
            self.insert,
            self.shuffle_lines,
            self.repeat,
            self.encode,
            self.noise,
        ]
        for _ in range(self.chance.randint(1, 3)):
            content = self.chance.choice(ways)(content)
        return content

    def place(self, content: bytes) -> int:
        return self.chance.randint(0, len(content))

    def flip(self, content: bytes) -> bytes:
        spoilt = bytearray(content)
        for _ in range(self.chance.randint(1, 20) if spoilt else 0):
            spoilt[self.chance.randrange(len(spoilt))] = self.chance.randrange(256)
        return bytes(spoilt)

    def cut(self, content: bytes) -> bytes:
        start, end = sorted((self.place(content), self.place(content)))
        return self.chance.choice(
            [content[:start], content[:start] + content[end:], content[start:end]]
        )

    def insert(self, content: bytes) -> bytes:
        for _ in range(self.chance.randint(1, 4)):
            place = self.place(content)
            content = content[:place] + self.chance.choice(JUNK).encode() + content[place:]
        return content

    def shuffle_lines(self, content: bytes) -> bytes:
        lines = content.splitlines(keepends=True)
        self.chance.shuffle(lines)
        return b"".join(lines)

    def repeat(self, content: bytes) -> bytes:
        return content * self.chance.randint(2, 3)

    def encode(self, content: bytes) -> bytes:
        text = content.decode("utf-8", "replace")
        return text.encode(
            self.chance.choice(
                ["utf-16", "utf-16-be", "utf-32", "utf-7", "cp1252", "latin-1", "shift_jis"]
            ),
            "replace",
        )

    def noise(self, _: bytes) -> bytes:
        return self.chance.randbytes(self.chance.randint(0, 400))

    def spoil_workbook(self, content: bytes) -> bytes:
        """A workbook with one of its parts spoilt or gone."""
        old, new = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
        chosen, gone = self.chance.choice(old.namelist()), self.chance.random() < 0.2
        with zipfile.ZipFile(new, "w") as spoilt:
            for name in old.namelist():
                part = old.read(name)
                if name != chosen:
                    spoilt.writestr(name, part)
                elif not gone:
                    spoilt.writestr(
                        name, self.chance.choice([self.flip, self.cut, self.insert])(part)
                    )
        return new.getvalue()


def main(count: int, seed: int) -> int:
    """Try so many files; what ends in an exception is kept and told."""
    with tempfile.TemporaryDirectory() as name:
        rounds.ROOT = Path(name)
        (rounds.ROOT / "data" / "raw" / str(YEAR)).mkdir(parents=True)
        fuzzer, found, begun = Fuzzer(rounds.ROOT, random.Random(seed)), Counter(), time.monotonic()
        for number in range(count):
            try:
                with (
                    contextlib.redirect_stdout(io.StringIO()),
                    contextlib.redirect_stderr(io.StringIO()),
                ):
                    found[f"status {fuzzer.try_one()}"] += 1
            except Exception as error:
                found["exception"] += 1
                print(
                    f"file {number} of seed {seed}: {type(error).__name__}: {error}"[:400],
                    flush=True,
                )
                kept = Path(f"strange-{seed}-{number}")
                shutil.copytree(fuzzer.folder, kept, dirs_exist_ok=True)
                shutil.copy(fuzzer.folder.parent / "administrations.csv", kept)
    print(f"{count} files, {time.monotonic() - begun:.0f} s: {dict(found)}")
    return 1 if found["exception"] else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1))
