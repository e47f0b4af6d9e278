"""Each measure besides throughput gives its figures; how large they are is no claim of a test's."""

import os
import shutil
from pathlib import Path

import copying
import documents
import memory
import pytest
import starting
from conftest import Make
from field import Field
from results import Results

AT_NIGHT = pytest.mark.skipif("NIGHTLY" not in os.environ, reason="it takes half a minute")
OURS = {"fastapi", "flask"}


@pytest.fixture
def field(installed: Make, tmp_path: Path) -> Field:
    for name in OURS:
        (tmp_path / name).symlink_to(installed(name))
    return Field(tmp_path)


def measured(results: Results) -> dict[str, set[str]]:
    """By measure, who has a figure; after one round it is one."""
    for figures in results.figures.values():
        assert {name: len(its) for name, its in figures.items()} == dict.fromkeys(figures, 1)
    return {measure: set(figures) for measure, figures in results.figures.items()}


def test_the_time_until_the_first_answer_is_measured(field: Field) -> None:
    results = Results()
    starting.measure(results, field, 1, ["flask"])
    assert measured(results) == {"start: seconds": {"flask"}}


@AT_NIGHT
def test_the_time_until_the_first_answer_of_peers_is_measured(field: Field) -> None:
    results = Results()
    starting.measure(results, field, 1)
    peers = {"s3rius", "bare_fastapi", "tutorial_fastapi", "bare_flask"}
    assert measured(results) == {"start: seconds": OURS | peers}


@pytest.mark.skipif(not shutil.which("wrk"), reason="no wrk on the path")
def test_memory_is_measured_before_and_after_work(field: Field) -> None:
    results = Results()
    memory.measure(results, field, 1, ["fastapi"], requests=1, seconds=1)
    measures = ("memory, idle: MB", "memory, worked: MB", "memory: growth")
    assert measured(results) == {measure: {"fastapi"} for measure in measures}


def test_the_time_of_a_document_is_measured(field: Field) -> None:
    results = Results()
    documents.measure(results, field, 1, counts=[5])
    everyone = OURS | {"bare_fastapi"}
    assert measured(results) == {
        "document, 5 routes: seconds": everyone,
        "start-up, 5 routes: ms a route": everyone,
    }


@AT_NIGHT
def test_copies_and_the_way_to_a_first_answer_are_measured(field: Field) -> None:
    results = Results()
    copying.measure(results, field, 1)
    assert measured(results) == {
        "copy: seconds": {"fastapi", "empty_template", "cookiecutter"},
        "update: seconds": {"fastapi"},
        "clone to first answer: seconds": {"fastapi"},
    }
