"""A generated project passes its own checks, in an environment of what it declares and nothing else."""

import os
import shutil
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import UV, Make, files, run
from variants import PAIR, PAIRED, POSTGRESQL_PAIR, VARIANTS

# What can differ between rows whose answers are names and texts: each night, all the tests are run.
NAMED = [
    "--no-cov",
    "tests/test_cli.py",
    "tests/test_migrations.py",
    "tests/test_openapi.py",
    "tests/test_settings.py",
]


@pytest.mark.parametrize("variant", VARIANTS)
def test_it_is_linted_and_formatted(rendered: Make, variant: str) -> None:
    ruff = Path(sys.executable).with_name("ruff")
    run(ruff, "check", "--no-cache", cwd=rendered(variant))
    run(ruff, "format", "--no-cache", "--check", cwd=rendered(variant))


@pytest.mark.parametrize("variant", VARIANTS)
def test_its_own_tools_and_tests_pass_and_leave_no_trace(installed: Make, variant: str) -> None:
    project = installed(variant)
    before = files(project)
    tests = [] if variant in PAIRED or "NIGHTLY" in os.environ else NAMED
    for command in (["ruff", "check"], ["ruff", "format", "--check"], ["mypy"], ["pytest", "-q", *tests]):
        run(UV, "run", "--quiet", *command, cwd=project)
    assert files(project) == before


@pytest.mark.parametrize("variant", PAIR)
def test_its_checks_would_find_something(installed: Make, tmp_path: Path, variant: str) -> None:
    """Each check is seen to fail once: a lint, a type, a test, a model without its migration."""
    project = tmp_path / "spoilt"
    shutil.copytree(installed(variant), project, symlinks=True, ignore=shutil.ignore_patterns(".venv"))
    source = next(project.glob("src/*/items/model.py"))
    text = source.read_text("utf-8")
    text += "    colour: Mapped[str | None] = mapped_column(String(30), default=None)\n"
    text += "x: int = 'x'\nimport os\n"
    source.write_text(text, "utf-8")
    bin_ = installed(variant) / ".venv/bin"
    for command in (["ruff", "check"], ["ruff", "format", "--check"], ["mypy"]):
        with pytest.raises(AssertionError):
            run(bin_ / command[0], *command[1:], cwd=project)
    with pytest.raises(AssertionError, match=r"test_no_migration_is_missing"):
        run(
            bin_ / "pytest",
            "-q",
            "--no-cov",
            "tests/test_migrations.py",
            cwd=project,
            PYTHONPATH=str(project / "src"),
        )


@pytest.mark.parametrize("variant", POSTGRESQL_PAIR)  # whose dependencies are all that there are
def test_its_lower_bounds_are_true(rendered: Make, tmp_path: Path, variant: str) -> None:
    project = tmp_path / "lowest"
    shutil.copytree(rendered(variant), project)
    python = ["--python", sys.executable]
    pytest = ["pytest", "-q", "--no-cov", "--database=sqlite"]  # the newest releases are tested on PostgreSQL
    run(UV, "run", "--quiet", "--resolution=lowest-direct", "--isolated", *python, *pytest, cwd=project)


@pytest.mark.parametrize("variant", PAIR)
def test_pip_alone_will_do(rendered: Make, tmp_path: Path, variant: str) -> None:
    """As the README of a generated project says it, from the built package to an answer."""
    project = tmp_path / "piped"
    shutil.copytree(rendered(variant), project)
    run(sys.executable, "-m", "venv", ".venv", cwd=project)
    pip = project / ".venv/bin/pip"
    run(pip, "install", "--quiet", "--upgrade", "pip", cwd=project)
    run(pip, "install", "--quiet", "--editable", ".", "--group", "dev", cwd=project)
    assert "create_item" in run(project / ".venv/bin/my-shop", "openapi", cwd=project).stdout


@pytest.mark.parametrize("variant", PAIR)
def test_its_package_holds_all_that_it_serves(rendered: Make, tmp_path: Path, variant: str) -> None:
    run(
        UV,
        "build",
        "--quiet",
        "--wheel",
        "--python",
        sys.executable,
        "--out-dir",
        tmp_path,
        cwd=rendered(variant),
    )
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        names = set(wheel.namelist())
    source = rendered(variant) / "src"
    assert {name.relative_to(source).as_posix() for name in source.rglob("*") if name.is_file()} <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)
