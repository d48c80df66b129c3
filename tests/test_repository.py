"""The repository holds what it says: no outputs, no traces of a machine, layers that point one way,
documents that are true."""

import ast
import csv
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
RUNNER_IS_KNOWN_TO = {
    *("followup.steps", "followup.published_rounds", "publication_audit.draft.page"),
}
# From the first to the last; those in one group may import each other.
GROUPS = (
    *("notebook_report", "statistics", "numbers palette", "problems", "files ids", "declaration"),
    *("rounds scratch facts tables cleaning prose members", "previous_round", "show"),
    *("pairs explorer overview provenance", "published_rounds", "steps", "report"),
    "publication_audit",
)
LAYERS = {layer: place for place, group in enumerate(GROUPS) for layer in group.split()}
BUILT = re.compile(
    r"^(output|data/processed)/|(^|/)(\.venv|node_modules|__pycache__|\.ipynb_checkpoints)/|\.(parquet|pyc)$|\.egg-info/"
)

# Written in pieces, so that this file does not contain what it looks for.
HOSTS = (
    "pypi" + ".org",
    "python" + "hosted.org",
    "npm" + "js.org",
    "npm" + "js.com",
    "ana" + "conda.org",
    "deb" + "ian.org",
)
UNFINISHED = ("TO" + "DO", "FIX" + "ME", "X" + "XX")
UNWANTED = {
    "the path of a machine": re.compile(
        r"(?<![\w.~\-})])/(work|home|root|tmp|Users)(/|\b(?![\w.\-/]))"
    ),
    "a package registry": re.compile("|".join(re.escape(host) for host in HOSTS)),
    "unfinished work": re.compile(rf"\b({'|'.join(UNFINISHED)})\b"),
}


def tracked() -> list[str]:
    """Return the paths that git tracks, those about to be committed included."""
    if not (ROOT / ".git").exists():
        pytest.skip("this copy has no .git: what is tracked can't be known")
    if shutil.which("git") is None:
        pytest.skip("git is not installed: what is tracked can't be known")
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    )
    return [path for path in listing.stdout.split("\0") if path]


def texts() -> dict[str, str]:
    """Return the tracked files that are text, by path."""
    found = {}
    for path in tracked():
        content = (ROOT / path).read_bytes() if (ROOT / path).is_file() else b""
        if b"\0" not in content:
            found[path] = content.decode("utf-8")
    return found


def traces(path: str, text: str) -> list[str]:
    """List the lines of a text that hold something unwanted."""
    lines = list(enumerate(text.splitlines(), start=1))
    return [
        f"{path}:{number}: {what}: {line.strip()}"
        for what, p in UNWANTED.items()
        for number, line in lines
        if p.search(line)
    ]


def layer(module: str) -> str | None:
    """Return the layer of a dotted module of the package; None for the package itself and for other
    packages."""
    parts = module.split(".")
    if parts[0] in LAYERS:
        return parts[0]
    if parts[1:2] == ["show"] and parts[2:3] in (["numbers"], ["palette"], ["prose"]):
        return parts[2]  # what facts and the runner need of how things are shown
    return parts[1] if parts[0] == "followup" and len(parts) > 1 else None


def imported_modules(module: str, source: str, is_package: bool = False) -> set[str]:
    """Return the dotted names that a module imports, relative ones resolved, `from a import b` as
    `a.b`."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parents = (
                module.split(".")[: len(module.split(".")) - node.level + is_package]
                if node.level
                else []
            )
            base = ".".join([*parents, *([node.module] if node.module else [])])
            names |= {f"{base}.{alias.name}" for alias in node.names}
    return names


def backward_imports(module: str, source: str, is_package: bool = False) -> list[str]:
    """List the imports of a module that point to a later layer than its own."""
    own = layer(module)
    if own is None:
        return []
    if own not in LAYERS:
        return [f"{module}: {own} is in no layer; GROUPS in this test orders them"]
    imported = imported_modules(module, source, is_package)
    later = [name for name in sorted(imported) if LAYERS.get(layer(name), 0) > LAYERS[own]]
    return [f"{module} imports {name}: {own} comes before {layer(name)}" for name in later]


def words_of_2021() -> set[str]:
    """Return the names that only data may have: ids and words of the round's actions and outcomes,
    its choices, its titles."""
    raw = ROOT / "data" / "raw" / "2021"
    declared = tomllib.loads((raw / "round.toml").read_text(encoding="utf-8"))
    with (raw / "workshops.csv").open(encoding="utf-8", newline="") as file:
        words = {row[column] for row in csv.DictReader(file) for column in ("title", "topic")}
    words |= {choice["id"] for choice in declared["choices"]}
    options = (*declared["actions"], *declared["outcomes"])
    kinds = ("id", "label", "phrase", "noun", "title", "question")
    return words | {option[kind] for option in options for kind in kinds if kind in option}


def named(text: str, words: set[str]) -> list[str]:
    """List the words of a round that a text has, in any case where they are more than one word
    (`Others` is, `others` is not)."""
    several = "|".join(re.escape(word) for word in words if re.search(r"\W|_", word))
    single = "|".join(re.escape(word) for word in words if not re.search(r"\W|_", word))
    return re.findall(rf"(?<!\w)(?:(?i:{several})|(?:{single}))(?!\w)", text)


def modules() -> list[Path]:
    return sorted((ROOT / "lib").rglob("*.py"))


def documents() -> list[Path]:
    return [
        path
        for path in [
            *sorted(ROOT.glob("*.md")),
            *sorted((ROOT / "docs").glob("*.md")),
            ROOT / "data" / "README.md",
        ]
        if path.exists()
    ]


def broken_links(document: Path) -> list[str]:
    """List the links of a document to files that don't exist."""
    links = re.findall(r"\]\(([^)\s]+)\)", document.read_text(encoding="utf-8"))
    local = [link.partition("#")[0] for link in links if not re.match(r"\w+:", link)]
    return [
        f"{document.name}: {link}"
        for link in local
        if link and not (document.parent / link).exists()
    ]


def make_targets(makefile: str) -> set[str]:
    return set(re.findall(r"^([a-z][\w-]*):(?!=)", makefile, re.MULTILINE))


def commands(document: str) -> set[str]:
    """Return the targets of the `make …` commands that a document shows as code."""
    code = re.findall(r"```.*?```|`[^`\n]+`", document, re.DOTALL)
    found = [
        match
        for part in code
        for match in re.findall(
            r"(?:^|`|&& )(?:\w+=\w+ )*make((?: \w+=\S+)*(?: [a-z][\w-]*)?)", part, re.MULTILINE
        )
    ]
    return {word for match in found for word in match.split() if "=" not in word}


def test_git_tracks_nothing_that_is_built():
    assert [path for path in tracked() if BUILT.search(path)] == []


@pytest.mark.parametrize(
    "path",
    [
        "output/2021/report.html",
        "data/processed/2021/replies.parquet",
        "lib/followup/__pycache__/rounds.pyc",
    ],
)
def test_a_tracked_output_would_be_found(path):
    assert BUILT.search(path)


def test_no_tracked_file_has_traces_of_a_machine_or_unfinished_work():
    found = [line for path, text in texts().items() for line in traces(path, text)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("open('/wo" + "rk/main/data.csv')", "the path of a machine"),
        ("see /ro" + "ot for it", "the path of a machine"),
        ("cd /t" + "mp/scratch", "the path of a machine"),
        ("https://files.python" + "hosted.org/x", "a package registry"),
        ("# TO" + "DO later", "unfinished work"),
    ],
)
def test_a_planted_trace_is_found(text, what):
    assert [what in line for line in traces("a.py", text)] == [True]


@pytest.mark.parametrize(
    "text",
    [
        "output/tmp/x",
        "docs/work/a",
        "before/after",
        "/usr/bin/env bash",
        "roots and/or homes",
        "/workshops.csv",
    ],
)
def test_a_harmless_text_has_no_trace(text):
    assert traces("a.py", text) == []


def test_imports_point_from_later_layers_to_earlier_ones():
    found = []
    for path in modules():
        is_package = path.name == "__init__.py"
        parts = path.relative_to(ROOT / "lib").with_suffix("").parts
        name = ".".join(parts[:-1] if is_package else parts)
        found += backward_imports(name, path.read_text(encoding="utf-8"), is_package)
    assert modules()
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("followup.cleaning.cleaning", "from followup import previous_round"),
        ("followup.facts", "import followup.show.tables"),
        ("followup.facts", "from followup import show"),
        ("followup.facts", "from .show import figures"),
        ("followup.facts", "from . import steps"),
        ("notebook_report.export", "def later():\n    from followup.steps import STEPS"),
        ("notebook_report.pages", "from followup.rounds import ROOT"),
        ("notebook_report.pages", "from publication_audit import audit"),
        ("followup.files", "from followup.cleaning.schema import check"),
        ("followup.rounds", "from .show import tables"),
        ("followup.forecast", "import json"),
    ],
)
def test_an_import_against_the_layers_is_found(module, source):
    assert len(backward_imports(module, source)) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("followup.steps", "from followup.rounds import ROOT\nfrom notebook_report import project"),
        ("notebook_report.pages", "from notebook_report.export import tags\nfrom . import build"),
        ("followup.facts", "from followup.show import numbers"),
        ("followup.facts", "from .tables import counts\nimport pandas"),
    ],
)
def test_an_import_along_the_layers_is_allowed(module, source):
    assert backward_imports(module, source) == []


def test_the_survey_knows_its_runner_in_two_modules_alone():
    users = {
        ".".join(path.relative_to(ROOT / "lib").with_suffix("").parts)
        for path in modules()
        if re.search(r"^\s*(from|import) notebook_report", path.read_text("utf-8"), re.MULTILINE)
    }
    assert {user for user in users if not user.startswith("notebook_report")} == RUNNER_IS_KNOWN_TO


def test_a_relative_import_in_a_package_is_resolved_from_the_package():
    assert imported_modules("followup.report", "from .export import page", is_package=True) == {
        "followup.report.export.page"
    }


def test_nothing_but_data_names_an_action_an_outcome_or_a_workshop_of_2021():
    words, code = (
        words_of_2021(),
        {path: text for path, text in texts().items() if path.startswith(("lib/", "notebooks/"))},
    )
    assert len(words) > 50
    assert len(code) > 60
    found = [f"{path}: {word}" for path, text in code.items() for word in named(text, words)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "text",
    [
        'OUTCOME = "direct_effects"',
        "if action == 'shared_materials':",
        "Who reported direct effects?",
        "replies that Shared The Training Materials",
        "WCO Regional Workshop on Canines",
        'labels["Others"]',
        "by topic: E-commerce",
        "samoa_workshop_1",
    ],
)
def test_a_planted_name_of_the_2021_round_is_found(text):
    assert len(named(text, words_of_2021())) == 1


@pytest.mark.parametrize(
    "text",
    ["the others", "new_projects", "an effect that is direct", "actions_by_workshop", "canines"],
)
def test_what_is_no_name_of_a_round_is_not_taken_for_one(text):
    assert named(text, words_of_2021()) == []


def test_the_makefile_is_short_and_plain():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert len(makefile.splitlines()) < 80
    assert ".DELETE_ON_ERROR:" in makefile
    assert re.findall(r"\$\((?:eval|call)|^define\b|\$\(file", makefile, re.MULTILINE) == []


def test_every_target_that_is_no_file_is_declared_phony():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (declared,) = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    targets = re.findall(r"^([a-z]+):(?=.*##)", makefile, re.MULTILINE)
    assert sorted(declared.split()) == sorted([*targets, "help"])


def test_readme_continuous_integration_and_workflow_run_the_same_checks():
    assert "make test" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()[-1] == "exec make test"
    for workflow in sorted((ROOT / ".github" / "workflows").glob("*.yml")):
        jobs = yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"]
        assert [
            step["run"]
            for name, job in jobs.items()
            for step in job["steps"]
            if "run" in step and name not in ("windows", "docker")  # no make; the same in a box
        ] == ["bash .ci/run"]


def test_documents_link_only_to_files_that_exist():
    assert documents()
    broken = [link for document in documents() for link in broken_links(document)]
    assert not broken, "\n".join(broken)


def test_a_broken_link_is_found(tmp_path):
    document = tmp_path / "README.md"
    document.write_text(
        "[here](README.md#part) [gone](gone.md) [away](https://example.org/x)", encoding="utf-8"
    )
    assert broken_links(document) == ["README.md: gone.md"]


def test_every_command_in_the_documents_is_a_target_of_the_makefile():
    targets = make_targets((ROOT / "Makefile").read_text(encoding="utf-8"))
    named = {
        command
        for document in documents()
        for command in commands(document.read_text(encoding="utf-8"))
    }
    assert named - targets == set()
    assert {"report", "test"} <= named


def test_commands_are_read_from_code_alone():
    text = (
        "make sure that `make report YEAR=2021` and `ENGINE=kernel make YEAR=1999 check` work\n"
        "```\ncd it && make test\nmake\n```"
    )
    assert commands(text) == {"report", "check", "test"}


def test_one_version_stands_everywhere():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "version"
    ]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    releases = re.findall(
        r"^## \[?(\d[\w.]*)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert (citation["version"], releases[0]) == (version, version)


def test_no_module_is_let_off_by_mypy_and_no_test_by_ruff():
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    assert [one for one in tools["mypy"].get("overrides", []) if one.get("ignore_errors")] == []
    assert set(tools["ruff"]["lint"]["per-file-ignores"]) == {"notebooks/**"}


def committed_rounds() -> dict[str, dict]:
    """`[round]` of each round.toml that is committed, by the folder."""
    listed = subprocess.run(
        ["git", "ls-files", "data/raw"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    folders = {Path(name).parts[2] for name in listed if len(Path(name).parts) > 3}
    declared = {name: ROOT / "data" / "raw" / name / "round.toml" for name in sorted(folders)}
    return {
        name: tomllib.loads(path.read_text(encoding="utf-8"))["round"] if path.is_file() else {}
        for name, path in declared.items()
    }


def test_what_people_replied_is_committed_only_where_the_round_says_that_it_is_public():
    private = [
        name
        for name, about in committed_rounds().items()
        if about.get("source") != "publication" and not about.get("public")
    ]
    assert private == [], "git rm --cached data/raw/YEAR, or public = true in its round.toml"


def test_git_ignores_the_data_of_a_new_round():
    if not (ROOT / ".git").exists():
        pytest.skip("this is no git repository")
    asked = ["git", "check-ignore", "-q", "data/raw/2099/export.csv"]
    assert subprocess.run(asked, cwd=ROOT, check=False).returncode == 0
    known = ["git", "check-ignore", "-q", "data/raw/2021/workshops.csv"]
    assert subprocess.run(known, cwd=ROOT, check=False).returncode == 1
