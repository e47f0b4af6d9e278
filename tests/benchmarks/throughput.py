"""What a server does under load: requests a second, how long they take, and what they cost."""

import time
from collections.abc import Mapping
from functools import partial
from typing import Any

import click
from databases import Databases
from field import Field
from peers.contenders import BENCHMARKS, CONTENDERS
from results import Results
from servers import OURS, Ours, all_started
from wrk import Cores, Served, Work, load, wait_until_idle

ROWS = 10_000
FEW, MANY = 16, 64
"""Connections."""

ITEMS = "/api/v1/items"
ONE = f"{ITEMS}/00000000-0000-7000-8000-%012x"
WORKS = {
    work.name: work
    for work in [
        Work("get", "GET", ONE),
        Work("page", "GET", f"{ITEMS}?limit=50"),
        Work("patch", "PATCH", ONE, '{"price": "%d.50"}'),
        Work("create", "POST", ITEMS, '{"name": "Made in run {run}, %d", "price": "12.50"}'),
    ]
}
LIVE = Work("live", "GET", "/health/live")

BARE = ("{python}", str(BENCHMARKS / "peers/without_edge.py"))
WITHOUT_EDGE = {
    f"{name}_without_edge": Ours(f"{name}_without_edge", f"{ours.title}, no middleware", name, how=BARE)
    for name, ours in OURS.items()
}

Figures = dict[str, float]


def figures(what: str, server: Served, *how: Any, **options: Any) -> Figures:
    """Those of a run, as `loaded` has them; afterwards, the server is idle."""
    told = loaded(what, server, *how, **options)
    wait_until_idle(server)
    return told


def loaded(
    what: str,
    server: Served,
    work: Work,
    connections: int,
    seconds: int,
    threads: int = 1,
    cores: Cores | None = None,
) -> Figures:
    """Those of a run, by measure. The names that it makes are of this run only."""
    body = work.body.replace("{run}", f"{time.time_ns():x}")
    its = load(server, Work(work.name, work.method, work.path, body), connections, seconds, threads, cores)
    return {f"{what}: {figure}": value for figure, value in its.items()}


def compare(
    results: Results,
    field: Field,
    rounds: int,
    what: str,
    servers: Mapping[str, Served],
    work: Work,
    connections: int,
) -> None:
    """The same load for each of them in turn, when each has had a second of it."""
    click.echo(what, err=True)
    for server in servers.values():
        figures("", server, work, connections, 1)
    runs = {
        name: partial(figures, what, server, work, connections, field.seconds)
        for name, server in servers.items()
    }
    results.interleave(rounds, runs)


def works(results: Results, field: Field, rounds: int) -> None:
    """All contenders at 16 connections."""
    for kind in field.databases:
        with (
            Databases.of(kind, field) as databases,
            all_started({**OURS, **CONTENDERS}, databases, ROWS) as servers,
        ):
            for work in WORKS.values():
                compare(results, field, rounds, f"{work.name}, {kind}, {FEW}", servers, work, FEW)


def tail(results: Results, field: Field, rounds: int) -> None:
    """Ours at 1, 16 and 64 connections, with one Python."""
    for kind in field.databases:
        with Databases.of(kind, field) as databases, all_started(OURS, databases, ROWS) as servers:
            for work in WORKS.values():
                for count in (1, FEW, MANY):
                    what = f"tail, Python {field.python}, {work.name}, {kind}, {count}"
                    compare(results, field, rounds, what, servers, work, count)


def edge(results: Results, field: Field, rounds: int) -> None:
    """Ours without a database, with and without what gives a request its id and its log line."""
    contenders = {**OURS, **WITHOUT_EDGE}
    with Databases.of("sqlite", field) as databases, all_started(contenders, databases, ROWS) as servers:
        compare(results, field, rounds, f"edge, live, {FEW}", servers, LIVE, FEW)
