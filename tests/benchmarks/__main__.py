"""What a generated API costs, beside others that do the same: `.venv/bin/python tests/benchmarks run`."""

import os
import platform
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import about
import click
import copying
import documents
import dummies
import limits
import memory
import starting
import throughput
from budget import SHORT
from budgets import BUDGETS
from field import ROOT, Field
from report import render, table
from results import Results

PAGE = ROOT / "docs/performance.md"
FILE = ROOT / "docs/performance/results.json"
KINDS = ("sqlite", "postgresql")

PARTS: dict[str, Callable[[Results, Field, int], None]] = {
    "works": throughput.works,
    "tail": throughput.tail,
    "edge": throughput.edge,
    "saturation": limits.saturation,
    "depth": limits.depth,
    "workers": limits.workers,
    "dummies": dummies.dummies,
    "starting": starting.measure,
    "memory": memory.measure,
    "documents": documents.measure,
    "copying": copying.measure,
}


@click.group()
def main() -> None:
    """What a generated API costs, beside others that do the same work, as ratios of interleaved runs."""


@main.command()
@click.argument("parts", nargs=-1, type=click.Choice([*PARTS]))
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1))
@click.option(
    "--seconds", default=2, show_default=True, type=click.IntRange(1), help="How long a load lasts."
)
@click.option("--python", default=".".join(platform.python_version_tuple()[:2]), show_default=True)
@click.option("--database", "kinds", multiple=True, default=KINDS, type=click.Choice(KINDS))
@click.option("--output", default=FILE, show_default=True, type=click.Path(path_type=Path, dir_okay=False))
def run(
    parts: tuple[str, ...], rounds: int, seconds: int, python: str, kinds: tuple[str, ...], output: Path
) -> None:
    """Measure parts of the last commit, or all; the figures of other parts stay in the file."""
    if not shutil.which("wrk"):
        raise click.ClickException("wrk is not on the path. Install it (on Debian: apt install wrk).")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # and not without stopping what was started
    for name in ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "UV_PROJECT_ENVIRONMENT", "VIRTUAL_ENV"):
        os.environ.pop(name, None)
    if len(os.sched_getaffinity(0)) == 1:
        click.echo("There is one core: the load takes its part of what the server could have.", err=True)
    results = Results.read(output) if output.exists() else Results()
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        field = Field(Path(folder), python, seconds, kinds)
        for part in parts or PARTS:
            measured = Results()
            PARTS[part](measured, field, rounds)
            results.figures |= {
                measure: {name: [float(f"{each:.4g}") for each in its] for name, its in by_name.items()}
                for measure, by_name in measured.figures.items()
            }
            of = f"{part}, Python {python}" if part == "tail" else part  # which is kept for each Python
            results.about |= {**about.versions(field), of: about.run_of(field, rounds)}
            output.parent.mkdir(parents=True, exist_ok=True)
            results.write(output)


@main.command()
@click.argument("file", default=FILE, type=click.Path(path_type=Path, exists=True))
@click.option("--page", default=PAGE, show_default=True, type=click.Path(path_type=Path, exists=True))
@click.option("--strict", is_flag=True, help="Fail if a budget falls short.")
def report(file: Path, page: Path, *, strict: bool) -> None:
    """Print how these figures keep to the budgets, and write the page's tables and plots."""
    results = Results.read(file)
    click.echo(table(results))
    for path, text in render(results, page).items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    if strict and any(budget.verdict(results) == SHORT for budget in BUDGETS):
        sys.exit(1)


if __name__ == "__main__":
    main()
