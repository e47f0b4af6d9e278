"""Where servers of ours come to their limits: many connections, many rows, and one process."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial

import click
import httpx2
from databases import Databases, cursor_at
from field import Field
from peers.contenders import CONTENDERS
from results import Results
from servers import OURS, SERVE, Ours, all_started, started
from throughput import FEW, MANY, ONE, ROWS, WORKS, Figures, figures, loaded
from wrk import Cores, Served, Work, wait_until_idle

TUTORIAL = CONTENDERS["tutorial_fastapi"]
PATIENCE = 10
"""Seconds that a probe waits for its answer."""

THOUSAND, MILLION = 1_000, 1_000_000


def saturation(results: Results, field: Field, rounds: int) -> None:
    """64 connections, for five times as long as 16, and a probe; the tutorial's style does it too."""
    for kind in field.databases:
        with Databases.of(kind, field) as databases, all_started(OURS, databases, ROWS) as servers:
            url = databases.copied(ROWS, TUTORIAL.name)
            for work in (WORKS["page"], WORKS["create"]):
                what = f"saturation, {work.name}, {kind}"
                click.echo(what, err=True)
                runs = {
                    name: partial(_saturated, what, work, field.seconds, server)
                    for name, server in servers.items()
                }
                anew = partial(_saturated_anew, what, work, field.seconds, databases, url)
                results.interleave(rounds, {**runs, TUTORIAL.name: anew})


def _saturated(what: str, work: Work, seconds: int, server: Served, probed: str = "/health/ready") -> Figures:
    client = httpx2.Client(base_url=server.url, timeout=PATIENCE)  # which takes a while to make
    few = figures(f"{what}, {FEW}", server, work, FEW, seconds)
    many = loaded(f"{what}, {MANY}", server, work, MANY, 5 * seconds)
    answered = False  # wrk counts no error for who waits at its end, but this does
    began = time.perf_counter()
    with suppress(httpx2.TransportError):
        answered = client.get(probed).status_code == 200
    waited = time.perf_counter() - began if answered else PATIENCE
    wait_until_idle(server)
    return {**few, **many, f"{what}, {MANY}: probe": waited * 1000}


def _saturated_anew(what: str, work: Work, seconds: int, databases: Databases, url: str) -> Figures:
    """By a process of its own, for it does not recover; it has no probe but its items."""
    with started(TUTORIAL, databases, url) as server:
        return _saturated(what, work, seconds, server, ONE % 1)


def depth(results: Results, field: Field, rounds: int) -> None:
    """Pages of a million items and of a thousand, one after the other: the first, and one in the middle."""
    for kind in field.databases:
        with Databases.of(kind, field) as databases, ExitStack() as stack:
            servers = {
                name: {
                    rows: stack.enter_context(started(ours, databases, databases.filled(rows)))
                    for rows in (THOUSAND, MILLION)
                }
                for name, ours in OURS.items()
            }
            for where in ("first", "middle"):
                click.echo(f"depth, {where}, {kind}", err=True)
                runs = {
                    name: partial(_pages, where, kind, its, field.seconds) for name, its in servers.items()
                }
                results.interleave(rounds, runs)


def _pages(where: str, kind: str, servers: dict[int, Served], seconds: int) -> Figures:
    told = {}
    for rows, server in servers.items():
        cursor = f"&cursor={cursor_at(rows // 2)}" if where == "middle" else ""
        work = Work("page", "GET", WORKS["page"].path + cursor)
        told |= figures(f"depth, {where}, {kind}, {rows}", server, work, FEW, seconds)
    return told


def workers(results: Results, field: Field, rounds: int) -> None:
    """Two processes and one, in turns; all cores are for them and for the load."""
    for kind in field.databases:
        with Databases.of(kind, field) as databases, ExitStack() as stack:
            servers = {name: stack.enter_context(_one_and_two(name, databases)) for name in OURS}
            for work in (WORKS["get"], WORKS["page"]):
                click.echo(f"workers, {work.name}, {kind}", err=True)
                runs = {
                    name: partial(_by_count, work, kind, its, field.seconds) for name, its in servers.items()
                }
                results.interleave(rounds, runs)


@contextmanager
def _one_and_two(name: str, databases: Databases) -> Iterator[dict[int, Served]]:
    with ExitStack() as stack:
        servers = {}
        for count in (1, 2):
            ours = Ours(f"{name}_{count}", "", name, how=(*SERVE, "--workers", str(count)))
            url = databases.copied(ROWS, ours.name)
            servers[count] = stack.enter_context(started(ours, databases, url, Cores.shared()))
        yield servers


def _by_count(work: Work, kind: str, servers: dict[int, Served], seconds: int) -> Figures:
    told = {}
    for count, server in servers.items():
        what = f"workers, {work.name}, {kind}, {count}"
        told |= figures(what, server, work, FEW, seconds, threads=2, cores=Cores.shared())
    return told
