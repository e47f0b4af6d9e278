"""How long it takes from the start of a process until it answers."""

from collections.abc import Sequence
from functools import partial
from time import perf_counter

from field import Field
from places import Place, place
from results import Results
from servers import OURS

NAMES = (*OURS, "s3rius", "bare_fastapi", "tutorial_fastapi", "bare_flask")


def measure(results: Results, field: Field, rounds: int, names: Sequence[str] = NAMES) -> None:
    """Add `start: seconds`: until the first page, by a command with its byte code compiled."""
    places = [place(field, name) for name in names]
    for each in places:
        each.empty()
        _start(each)  # which compiles what installing did not
    results.interleave(rounds, {each.contender.name: partial(_start, each) for each in places})


def _start(its: Place) -> dict[str, float]:
    began = perf_counter()
    with its.serving():
        return {"start: seconds": perf_counter() - began}
