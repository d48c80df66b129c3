"""environment.yml, pyproject.toml, requirements.lock and the code's imports name the same packages
at the same versions."""

import ast
import json
import re
import sys
import tomllib
from dataclasses import dataclass, field
from importlib.metadata import distributions, packages_distributions
from itertools import product
from pathlib import Path

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from rattler import BuildString, MatchSpec, PackageRecord

from notebook_report import environment

ROOT = Path(__file__).parents[1]
INSTALLED = {canonicalize_name(one.name): one for one in distributions()}
PYTHONS = ("3.11.0", "3.11.14", "3.12.0", "3.12.12", "3.13.0", "3.13.9", "3.14.0", "3.14.9")
PLATFORMS = ("linux", "darwin", "win32")
CONDA_NAMES = {"matplotlib-base": "matplotlib", "pandera-pandas": "pandera"}
CONDA_ONLY = {"python", "pip"}


@dataclass
class Locked:
    """One entry of the lock: the requirement with its marker, and its hashes."""

    requirement: Requirement
    hashes: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return canonicalize_name(self.requirement.name)

    @property
    def version(self) -> str:
        return str(self.requirement.specifier).removeprefix("==")

    def applies(self, machine: dict[str, str]) -> bool:
        return self.requirement.marker is None or self.requirement.marker.evaluate(machine)


def read_lock(text: str) -> list[Locked]:
    """Read the entries of a requirements file that has a hash on each continuation line."""
    entries: list[Locked] = []
    for line in text.splitlines():
        content = line.strip().removesuffix("\\").strip()
        if content.startswith("--hash="):
            entries[-1].hashes.append(content.removeprefix("--hash="))
        elif content and not content.startswith("#"):
            entries.append(Locked(Requirement(content)))
    return entries


def machine(python: str, platform: str) -> dict[str, str]:
    """Return what markers see on a machine with this Python and platform."""
    systems = {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}
    return default_environment() | {
        "python_version": ".".join(python.split(".")[:2]),
        "python_full_version": python,
        "sys_platform": platform,
        "platform_system": systems[platform],
        "os_name": "nt" if platform == "win32" else "posix",
    }


MACHINES = [pytest.param(machine(*pair), id="-".join(pair)) for pair in product(PYTHONS, PLATFORMS)]
LOCK = read_lock((ROOT / "requirements.lock").read_text(encoding="utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
RUN = [Requirement(line) for line in PROJECT["dependencies"]]
GROUPS = PROJECT["optional-dependencies"]
ADDED = [Requirement(line) for group in ("lab", "pdf", "docx", "draft") for line in GROUPS[group]]
TEST = ADDED + [Requirement(line) for line in GROUPS["test"] if not line.startswith("followup[")]


def conda_specs(environment: dict) -> dict[str, MatchSpec]:
    """Return the conda specs of an environment by the name that the lock has for each."""
    specs = [
        MatchSpec(line, strict=True)
        for line in environment["dependencies"]
        if isinstance(line, str)
    ]
    names = [spec.name.normalized for spec in specs]
    return {
        canonicalize_name(CONDA_NAMES.get(name, name)): spec
        for name, spec in zip(names, specs, strict=True)
    }


def pip_specs(environment: dict) -> dict[str, Requirement]:
    """Return the requirements of an environment's pip section, the project itself left out."""
    lines = [
        line
        for entry in environment["dependencies"]
        if isinstance(entry, dict)
        for line in entry["pip"]
    ]
    requirements = [Requirement(line) for line in lines if not line.startswith("-e")]
    return {canonicalize_name(requirement.name): requirement for requirement in requirements}


def admits(spec: MatchSpec | Requirement, version: str) -> bool:
    """Say whether a conda spec or a pip requirement is satisfied by a version."""
    if isinstance(spec, Requirement):
        return spec.specifier.contains(version)
    build = BuildString("0")
    return spec.matches(
        PackageRecord(
            name=spec.name.normalized, version=version, build=build, build_number=0, subdir="noarch"
        )
    )


def next_minor(version: str) -> str:
    major, minor = [*version.split("."), "0"][:2]
    return f"{major}.{int(minor) + 1}"


def environment_faults(environment: dict, lock: list[Locked], python: str) -> list[str]:
    """List where an environment's pins and the lock disagree for one release of Python."""
    specs = conda_specs(environment) | pip_specs(environment)
    applying = {
        entry.name: entry.version for entry in lock if entry.applies(machine(python, "linux"))
    }
    faults = []
    for name in sorted(specs.keys() - CONDA_ONLY):
        if name not in applying:
            faults.append(f"{name}: not in the lock")
        elif not admits(specs[name], applying[name]):
            faults.append(f"{name}: {specs[name]} refuses {applying[name]}, which is locked")
        elif admits(specs[name], next_minor(applying[name])):
            faults.append(
                f"{name}: {specs[name]} is looser than the minor release of {applying[name]}"
            )
    return faults


def lock_faults(
    lock: list[Locked], requirements: list[Requirement], where: dict[str, str]
) -> list[str]:
    """List what a machine would find wrong with the lock: packages missing, twice, or at another
    version than required."""
    applying: dict[str, list[str]] = {}
    for entry in lock:
        if entry.applies(where):
            applying.setdefault(entry.name, []).append(entry.version)
    faults = [
        f"{name}: locked more than once, {versions}"
        for name, versions in applying.items()
        if len(versions) > 1
    ]
    for requirement in requirements:
        versions = applying.get(canonicalize_name(requirement.name), [])
        if not versions:
            faults.append(f"{requirement.name}: not locked")
        faults += [
            f"{requirement}: locked at {version}"
            for version in versions
            if not requirement.specifier.contains(version)
        ]
    return faults


def imports(source: str) -> set[str]:
    """Return the top-level names that a module's absolute imports name."""
    nodes = list(ast.walk(ast.parse(source)))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    members = {
        node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.level == 0
    }
    return {name.partition(".")[0] for name in plain | members if name}


def code_of(notebook: Path) -> str:
    """Return the Python of a notebook's code cells, lines for the shell left out."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    python = [source for source in sources if not source.startswith("%%")]
    lines = "\n".join(python).splitlines()
    return "\n".join(line for line in lines if not re.match(r"\s*[%!]", line))


def files(folder: str) -> list[Path]:
    """Return the files under a folder that are the project's own."""
    found = (ROOT / folder).rglob("*") if (ROOT / folder).is_dir() else ROOT.glob(folder)
    return [
        path
        for path in sorted(found)
        if not {"node_modules", ".ipynb_checkpoints"} & set(path.parts)
    ]


def sources(*folders: str) -> dict[str, str]:
    """Return the Python of every module and notebook under the folders, by its path in the
    repository."""
    found = [path for folder in folders for path in files(folder)]
    modules = {path: path.read_text(encoding="utf-8") for path in found if path.suffix == ".py"}
    notebooks = {path: code_of(path) for path in found if path.suffix == ".ipynb"}
    return {str(path.relative_to(ROOT)): source for path, source in (modules | notebooks).items()}


def undeclared(code: dict[str, str], requirements: list[Requirement]) -> list[str]:
    """List the imports that belong to no declared distribution."""
    declared = {canonicalize_name(requirement.name) for requirement in requirements}
    owners = packages_distributions()
    own = {"followup"} | {path.stem for path in files("tests")}
    faults = []
    for path, source in code.items():
        for name in sorted(imports(source) - set(sys.stdlib_module_names) - own):
            distributions = {canonicalize_name(owner) for owner in owners.get(name, [name])}
            if not distributions & declared:
                faults.append(
                    f"{path}: imports {name}, and pyproject.toml declares none of"
                    f" {sorted(distributions)}"
                )
    return faults


def test_every_locked_package_has_a_version_and_hashes():
    assert len(LOCK) > 100
    assert [
        str(entry.requirement)
        for entry in LOCK
        if not re.fullmatch(r"==[\w.!+-]+", str(entry.requirement.specifier))
    ] == []
    bare = [
        entry.name
        for entry in LOCK
        if not entry.hashes or not all(re.fullmatch(r"sha256:\w{64}", h) for h in entry.hashes)
    ]
    assert bare == []


def test_the_lock_names_no_server():
    assert (
        re.findall(
            r"\w+://\S+|--(?:extra-)?index-url|--find-links",
            (ROOT / "requirements.lock").read_text(encoding="utf-8"),
        )
        == []
    )


def test_the_machines_tried_cover_every_python_the_project_supports():
    supported = SpecifierSet(PROJECT["requires-python"])
    releases = [f"3.{minor}" for minor in range(8, 20) if supported.contains(f"3.{minor}.0")]
    assert releases == sorted({python.rpartition(".")[0] for python in PYTHONS})


@pytest.mark.parametrize("where", MACHINES)
def test_every_direct_dependency_is_locked_exactly_once_on(where):
    assert lock_faults(LOCK, RUN + TEST, where) == []


def test_environment_names_every_direct_dependency():
    named = conda_specs(ENVIRONMENT).keys() | pip_specs(ENVIRONMENT).keys()
    assert {canonicalize_name(requirement.name) for requirement in RUN + TEST} - named == set()


def test_environment_names_one_python_release_that_the_project_supports():
    assert (
        len(
            {
                python.rpartition(".")[0]
                for python in PYTHONS
                if admits(conda_specs(ENVIRONMENT)["python"], python)
            }
        )
        == 1
    )


def test_environment_pins_hold_the_minor_releases_of_the_lock():
    python = next(
        python for python in PYTHONS if admits(conda_specs(ENVIRONMENT)["python"], python)
    )
    assert environment_faults(ENVIRONMENT, LOCK, python) == []


def test_environment_is_what_make_and_binder_look_for():
    assert ENVIRONMENT["name"] == PROJECT["name"]
    assert ENVIRONMENT["channels"] == ["conda-forge"]
    assert "-e ." in ENVIRONMENT["dependencies"][-1]["pip"]
    assert not (ROOT / "binder").exists(), (
        "with a folder binder/, Binder would not read environment.yml"
    )


BADGE = re.compile(
    r"mybinder\.org/v2/gh/([\w.-]+/[\w.-]+)/main\?urlpath=lab/tree/([\w/]+\.ipynb)\)"
)
PLACEHOLDER = "OWNER/REPOSITORY"  # of the badge: whoever publishes the repository replaces it


def test_binder_opens_what_there_is_with_the_report_built():
    """The badge of the README, and what Binder runs; its placeholder is told beside it."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    repository, notebook = BADGE.search(readme).groups()
    assert (ROOT / notebook).is_file()
    assert (f"once {PLACEHOLDER} is where" in readme) == (repository == PLACEHOLDER)
    script = (ROOT / "postBuild").read_text(encoding="utf-8")
    assert "notebook_report report 2021" in script
    settings = json.loads(re.search(r"echo '(.*)'", script)[1])
    module, _, name = settings["FileContentsManager"]["files_handler_class"].rpartition(".")
    assert f"class {name}(" in (ROOT / "lib" / f"{module.replace('.', '/')}.py").read_text("utf-8")


def test_containers_run_the_commands_of_the_readme():
    docker = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert "RUN make report YEAR=2021" in docker
    assert 'CMD ["make", "test"]' in docker
    container = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text(encoding="utf-8"))
    built_of = ROOT / ".devcontainer" / container["build"]["dockerfile"]
    assert built_of.resolve() == ROOT / "Dockerfile"


def test_the_package_and_notebooks_import_only_declared_packages():
    faults = undeclared(sources("lib", "notebooks"), RUN + ADDED)
    assert not faults, "\n".join(faults)


def test_a_report_imports_only_what_its_group_has():
    """The other groups' packages are those of a few modules, which a report imports not at all."""
    code = sources("lib", "notebooks/[0-9]*.ipynb")
    for name in ("lab", "docx", "plain", "pdf"):
        code.pop(f"lib/notebook_report/{name}.py")
    code.pop("lib/followup/explorer.py")
    own = {path: text for path, text in code.items() if "/draft/" not in path}
    faults = undeclared(own, RUN)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("group", ["report", *GROUPS])
def test_a_group_has_all_that_its_packages_need(group):
    """Of what is installed here, each package's own requirements come with it."""
    locked = environment.locked([group, "report"], ROOT)
    names = {environment.plain(line) for line in locked.splitlines()}
    missing = {
        f"{name} needs {needed.name}"
        for name in names & INSTALLED.keys()
        for needed in map(Requirement, INSTALLED[name].requires or ())
        if needed.marker is None or needed.marker.evaluate({"extra": ""})
        if canonicalize_name(needed.name) not in names
    }
    assert len(names & INSTALLED.keys()) > 80
    assert missing == set()


def test_a_report_is_set_up_without_the_packages_of_the_other_groups():
    names = {environment.plain(line) for line in environment.locked(["report"], ROOT).splitlines()}
    assert names & {"jupyterlab", "playwright", "pypandoc-binary", "mypy", "pytest"} == set()


def test_the_checks_import_only_declared_packages():
    faults = undeclared(sources("tests", "docs"), RUN + TEST)
    assert not faults, "\n".join(faults)


GOOD_LOCK = """\
pandas==3.1.1 ; python_full_version < '3.13' \\
    --hash=sha256:00
pandas==3.2.0 ; python_full_version >= '3.13' \\
    --hash=sha256:00
    # via followup
"""


@pytest.mark.parametrize(
    ("spec", "fault"),
    [
        ("pandas =3.1", None),
        ("pandas =3.0", "refuses 3.1.1"),
        ("pandas >=3.1", "looser"),
        ("pandas", "looser"),
        ("polars =1.0", "not in the lock"),
    ],
)
def test_a_pin_that_strays_from_the_lock_is_reported(spec, fault):
    faults = environment_faults(
        {"dependencies": ["python =3.12", spec]}, read_lock(GOOD_LOCK), "3.12.0"
    )
    assert [fault in reported for reported in faults] == ([True] if fault else [])


def test_a_pip_pin_that_strays_from_the_lock_is_reported():
    environment = {"dependencies": ["python =3.12", {"pip": ["pandas ==3.0.*", "-e ."]}]}
    assert "refuses 3.1.1" in environment_faults(environment, read_lock(GOOD_LOCK), "3.12.0")[0]


@pytest.mark.parametrize(
    ("lock", "requirement", "fault"),
    [
        (GOOD_LOCK, "pandas~=3.1", None),
        (GOOD_LOCK, "pandas~=4.0", "locked at 3.1.1"),
        (GOOD_LOCK, "scipy", "scipy: not locked"),
        (GOOD_LOCK.replace(">=", "<"), "pandas", "more than once"),
        (GOOD_LOCK.replace("< '3.13'", "< '3.12'"), "pandas", "pandas: not locked"),
    ],
)
def test_a_lock_that_leaves_a_machine_without_a_package_is_reported(lock, requirement, fault):
    faults = lock_faults(read_lock(lock), [Requirement(requirement)], machine("3.12.0", "linux"))
    assert [fault in reported for reported in faults] == ([True] if fault else [])


@pytest.mark.parametrize(
    "statement", ["import yaml", "from yaml import safe_load", "import no_such_package.part"]
)
def test_an_undeclared_import_is_reported(statement):
    assert (
        len(
            undeclared(
                {"module.py": f"import json\nimport pandas\n{statement}"}, [Requirement("pandas")]
            )
        )
        == 1
    )


def test_imports_of_the_standard_library_and_the_project_need_no_declaration():
    assert (
        undeclared(
            {"module.py": "import json\nfrom followup.rounds import ROOT\nfrom . import near"}, []
        )
        == []
    )
