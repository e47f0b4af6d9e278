"""The benchmarks' figures are read, compared and told as they are; what they are is no claim of a test's."""

import json
import shutil
import sys
from pathlib import Path

import pytest
from about import machine
from budget import Budget, Pair
from budgets import BUDGETS
from conftest import ROOT, run
from report import render, table
from results import Ratio, Results
from wrk import figures

PAGE = ROOT / "docs/performance.md"
COMMITTED = PAGE.with_suffix("") / "results.json"


def test_the_figures_of_a_run_are_those_of_wrk() -> None:
    said = """Running 2s test @ http://127.0.0.1:8000
  1 threads and 16 connections
Requests/sec:   2000.00
{"requests": 4000, "duration": 2000000, "p50": 7500, "p99": 30250, "errors": 3}
"""
    assert figures(said, cpu=1.2, connections=16) == {
        "requests": 2000,
        "p50": 7.5,
        "p99": 30.25,
        "errors": 3,
        "cpu": 300,
    }


def test_who_is_never_answered_is_an_error() -> None:
    said = '{"requests": 0, "duration": 2000000, "p50": 0, "p99": 0, "errors": 0}\n'
    assert figures(said, cpu=0.5, connections=64) == {
        "requests": 0,
        "p50": 0,
        "p99": 0,
        "errors": 64,
        "cpu": 500_000,
    }


def measured(**figures: list[float]) -> Results:
    return Results({"get, sqlite: requests": figures})


def test_a_ratio_is_that_of_neighbours() -> None:
    results = measured(ours=[10, 100, 30], theirs=[10, 50, 10])
    assert results.ratio("get, sqlite: requests", "ours", "theirs") == Ratio(2, 1, 3)


def test_a_round_in_which_the_other_one_did_nothing_is_told() -> None:
    results = measured(ours=[10, 20, 30], theirs=[10, 0, 10])
    assert str(results.ratio("get, sqlite: requests", "ours", "theirs")) == "3.00 (1.00 to inf)"


RATIO = [Pair("get, {kind}: requests", "ours", "theirs")]


@pytest.mark.parametrize(
    ("ours", "verdict"), [(200, "holds"), (90, "holds"), (89, "falls short"), (1, "falls short")]
)
def test_what_is_to_be_high_may_be_a_tenth_lower(ours: float, verdict: str) -> None:
    budget = Budget("", RATIO, at_least=1, kinds=["sqlite"])
    assert budget.verdict(measured(ours=[ours], theirs=[100])) == verdict


@pytest.mark.parametrize(
    ("ours", "verdict"), [(1, "holds"), (110, "holds"), (111, "falls short"), (200, "falls short")]
)
def test_what_is_to_be_low_may_be_a_tenth_higher(ours: float, verdict: str) -> None:
    budget = Budget("", RATIO, at_most=1, kinds=["sqlite"])
    assert budget.verdict(measured(ours=[ours], theirs=[100])) == verdict


def test_a_figure_may_have_a_budget_of_its_own() -> None:
    budget = Budget("", [Pair("get, {kind}: requests", "ours")], at_most=0, kinds=["sqlite"])
    assert budget.cells(measured(ours=[0, 2, 0])) == {"sqlite": Ratio(0, 0, 2)}
    assert budget.verdict(measured(ours=[0, 2, 0])) == "holds"
    assert budget.verdict(measured(ours=[0, 2, 2])) == "falls short"


def test_the_worst_of_several_is_told() -> None:
    pairs = [*RATIO, Pair("page, {kind}: requests", "ours", "theirs")]
    results = measured(ours=[3], theirs=[1])
    budget = Budget("", pairs, at_least=2, kinds=["sqlite"])
    assert budget.verdict(results) == "not measured"
    results.add("page, sqlite: requests", "ours", 1)
    results.add("page, sqlite: requests", "theirs", 1)
    assert budget.cells(results) == {"sqlite": Ratio(1, 1, 1)}
    assert budget.verdict(results) == "falls short"


def test_what_holds_on_one_database_is_not_known_of_the_other() -> None:
    assert Budget("", RATIO, at_least=1).verdict(measured(ours=[2], theirs=[1])) == "not measured"
    assert Budget("", RATIO, at_least=3).verdict(measured(ours=[2], theirs=[1])) == "falls short"


def test_every_budget_has_a_row_and_a_bound() -> None:
    titles = [budget.title for budget in BUDGETS]
    assert len(set(titles)) == len(titles)
    assert [budget.title for budget in BUDGETS if (budget.at_least is None) == (budget.at_most is None)] == []
    told = table(Results()).splitlines()
    assert [line.partition("  ")[0] for line in told] == ["what", *titles, "A bound may be missed by 10%."]
    assert [line for line in told[1:-1] if not line.endswith("  not measured")] == []


def test_the_page_shows_the_figures_that_are_committed() -> None:
    assert len(COMMITTED.read_bytes()) < 150_000  # with four Pythons
    for path, text in render(Results.read(COMMITTED), PAGE).items():
        assert text == path.read_text("utf-8"), f"{path.name}: run `tests/benchmarks report`"
        assert len(text) < 20_000


def test_other_figures_make_another_page() -> None:
    results = Results.read(COMMITTED)
    for contender, its in results.figures["page, sqlite, 16: requests"].items():
        its[:] = [each * (1 + len(contender)) for each in its]
    changed = {path for path, text in render(results, PAGE).items() if text != path.read_text("utf-8")}
    assert {path.name for path in changed} == {"performance.md", "fastapi.svg", "flask.svg"}


def test_other_figures_make_another_guide() -> None:
    results = Results.read(COMMITTED)
    results.figures["start: seconds"] = {"fastapi": [3.0, 2.0], "flask": [2.0, 1.0]}
    guide = render(results, PAGE)[PAGE.with_name("flask-or-fastapi.md")]
    assert "| start to first answer | 1.75 (1.50 to 2.00) |" in guide


@pytest.mark.skipif(not shutil.which("wrk"), reason="no wrk on the path: install it to try the benchmarks")
def test_one_part_is_measured_and_the_others_stay(tmp_path: Path) -> None:
    file, temporary = tmp_path / "figures.json", tmp_path / "tmp"
    temporary.mkdir()
    kept = {"kept: requests": {"fastapi": [1.0]}}
    Results(kept).write(file)
    command = ["tests/benchmarks", "run", "edge", "--rounds=1", "--seconds=1", f"--output={file}"]
    run(sys.executable, *command, cwd=ROOT, TMPDIR=str(temporary))
    told = json.loads(file.read_text("utf-8"))
    contenders = {"fastapi", "flask", "fastapi_without_edge", "flask_without_edge"}
    its = {f"edge, live, 16: {figure}" for figure in ("requests", "p50", "p99", "errors", "cpu")}
    assert set(told["figures"]) == {*kept, *its}
    assert told["figures"]["edge, live, 16: errors"] == {each: [0.0] for each in contenders}
    assert {"edge", "fastapi"} <= set(told["about"])
    assert told["about"]["edge"].endswith(f", {machine()}")
    assert list(temporary.glob("benchmark-*")) == []
