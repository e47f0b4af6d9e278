"""Fixtures: the working tree as a template with a history, and projects made from it."""

import os
import secrets
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import copier
import pytest
from plumbum import local
from stores import served
from variants import VARIANTS

ROOT = Path(__file__).parents[1]
UV = Path(sys.executable).with_name("uv")

# Each released version with its commit, and what the working tree is tagged as.
RELEASES: dict[str, str] = tomllib.loads((ROOT / "tests/releases.toml").read_text("utf-8"))
NEXT = "v9999.0.0"

ANSWERS = ".copier-answers.yml"

Make = Callable[..., Path]


def run(
    *command: str | Path, cwd: Path, code: int = 0, typed: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a command that ends with that code, with its output in the failure; it reads what is typed."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **environment},
        input=typed,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == code, f"{' '.join(map(str, command))}\n{done.stdout}"
    return done


def git(cwd: Path, *args: str) -> str:
    return run("git", *args, cwd=cwd).stdout


def files(folder: Path) -> dict[str, bytes]:
    """The files of a generated project, but for the answers and what installing and running left there."""
    caches = {"__pycache__", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".coverage"}
    left = {".git", ".venv", "uv.lock", *caches}
    paths = (path for path in folder.rglob("*") if path.is_file())
    names = {path.relative_to(folder): path for path in paths}
    return {
        name.as_posix(): path.read_bytes()
        for name, path in sorted(names.items())
        if not left & set(name.parts) and name.name != ANSWERS
    }


def everything(folder: Path) -> dict[str, bytes]:
    """The same, with the answers."""
    return files(folder) | {ANSWERS: (folder / ANSWERS).read_bytes()}


@pytest.hookimpl(tryfirst=True)  # before hypothesis reads it, and before there are other processes
def pytest_configure(config: pytest.Config) -> None:
    if config.option.hypothesis_seed is None:
        config.option.hypothesis_seed = str(secrets.randbelow(2**32))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest goes first, so that no process waits for another one at the end."""
    items.sort(key=lambda item: item.path.name != "test_work.py")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what the tests that count have tried, and how to try it again."""
    reports = [
        report for each in terminalreporter.stats.values() for report in each if hasattr(report, "when")
    ]
    tried = [
        f"{value} {name} in {report.nodeid}"
        for report in reports
        if report.when == "teardown"
        for name, value in report.user_properties
    ]
    if tried:
        terminalreporter.section("tried")
        for line in (*sorted(tried), f"Again: pytest --hypothesis-seed={config.option.hypothesis_seed}"):
            terminalreporter.line(line)


@pytest.fixture(autouse=True, scope="session")
def isolated(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No settings of the developer, no repository of a calling Git hook, no environment of a calling tool."""
    home = tmp_path_factory.mktemp("home")
    (home / "settings.yml").write_text("{}\n")
    (home / "gitconfig").write_text(
        "[user]\nname = T\nemail = t@example.com\n[init]\ndefaultBranch = main\n[safe]\ndirectory = *\n"
    )
    # Copier runs Git with plumbum's copy of the environment, taken when plumbum was imported.
    for environment in (os.environ, local.env):
        for name in [name for name in dict(environment) if name.startswith("GIT_")]:
            del environment[name]
        for name in ("VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE"):
            environment.pop(name, None)
        environment["GIT_CONFIG_GLOBAL"] = str(home / "gitconfig")
        environment["COPIER_SETTINGS_PATH"] = str(home / "settings.yml")


@pytest.fixture(autouse=True, scope="session")
def a_postgresql(isolated: None) -> Iterator[None]:
    with served():
        yield


@pytest.fixture(scope="session")
def template(isolated: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The working tree, dirty or not, as a commit on top of the real history, with every release's tag."""
    snapshot = tmp_path_factory.mktemp("snapshot") / "template"
    git(ROOT, "clone", "-q", "--no-checkout", str(ROOT), str(snapshot))
    for name in filter(None, git(ROOT, "ls-files", "-z", "-co", "--exclude-standard").split("\0")):
        if (ROOT / name).exists():
            (snapshot / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, snapshot / name)
    git(snapshot, "add", "-A")
    git(snapshot, "commit", "-q", "--allow-empty", "-m", "Working tree")
    git(snapshot, "tag", NEXT)
    for version, commit in RELEASES.items():
        git(snapshot, "tag", "--force", f"v{version}", commit)
    return snapshot


@pytest.fixture
def make(template: Path, tmp_path: Path) -> Make:
    """`make("name", **answers)` gives a new project; with `release="v0.1.0"`, one of that release."""

    def make(name: str, *, release: str = NEXT, **answers: str) -> Path:
        project = tmp_path / name
        copier.run_copy(str(template), project, answers, vcs_ref=release, defaults=True, quiet=True)
        return project

    return make


@pytest.fixture(scope="session")
def rendered(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Make:
    """`rendered("fastapi")` gives the project of that row, made once; it must not be changed."""
    made: dict[str, Path] = {}

    def render(variant: str) -> Path:
        if variant not in made:
            project = tmp_path_factory.mktemp("rendered") / variant
            copier.run_copy(str(template), project, VARIANTS[variant], defaults=True, quiet=True)
            made[variant] = project
        return made[variant]

    return render


@pytest.fixture(scope="session")
def installed(rendered: Make, tmp_path_factory: pytest.TempPathFactory) -> Make:
    """`installed("fastapi")` gives that project with an environment of what it declares, and nothing else."""
    made: dict[str, Path] = {}

    def install(variant: str) -> Path:
        oldest = VARIANTS[variant].get("python_version", "3.11")
        if sys.version_info < tuple(map(int, oldest.split("."))):
            pytest.skip(f"this project needs Python {oldest}, as the matrix of the CI has it")
        if variant not in made:
            project = tmp_path_factory.mktemp("installed") / variant
            shutil.copytree(rendered(variant), project)
            run(UV, "sync", "--quiet", "--python", sys.executable, cwd=project)
            made[variant] = project
        return made[variant]

    return install


@pytest.fixture(scope="session")
def npm(isolated: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the programs that `npm/package.json` lists, as its lock file pins them.

    Put the tests that need it into `xdist_group("npm")`, so that one process installs them, once.
    """
    if not shutil.which("npm"):
        assert not os.environ.get("CI"), "there is no npm in CI"
        pytest.skip("no npm on the path: install Node.js 20 or newer")
    folder = tmp_path_factory.mktemp("npm") / "npm"
    shutil.copytree(ROOT / "tests/npm", folder)
    run("npm", "ci", "--loglevel=error", cwd=folder)
    return folder / "node_modules/.bin"
