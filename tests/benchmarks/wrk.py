"""One run of load on one server: wrk on one core, the server on another."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

SCRIPT = Path(__file__).with_name("load.lua")
TICKS = os.sysconf("SC_CLK_TCK")


class Served(NamedTuple):
    """A server that listens, and its process."""

    url: str
    pid: int


@dataclass(frozen=True)
class Work:
    """A request that is sent over and over. `path` and `body` are formats for its number."""

    name: str
    method: str
    path: str
    body: str = ""


@dataclass(frozen=True)
class Cores:
    """Who runs where."""

    server: frozenset[int]
    load: frozenset[int]

    @classmethod
    def pinned(cls) -> "Cores":
        """The server on the first core, and the load on the last; if there is one only, they share it."""
        first, *_, last = [*sorted(os.sched_getaffinity(0))] * 2
        return cls(frozenset({first}), frozenset({last}))

    @classmethod
    def shared(cls) -> "Cores":
        """Both on all that are there."""
        its = frozenset(os.sched_getaffinity(0))
        return cls(its, its)


@contextmanager
def on(cores: frozenset[int]) -> Iterator[None]:
    """What is started meanwhile runs on these cores, with all its threads and children."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def load(
    server: Served,
    work: Work,
    connections: int,
    seconds: int,
    threads: int = 1,
    cores: Cores | None = None,
) -> dict[str, float]:
    """Requests a second, median and 99th percentile in ms, errors, and µs of the server's CPU a request."""
    command = ["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", f"--script={SCRIPT}", server.url]
    command += ["--", work.method, work.path, *filter(None, [work.body])]
    before = cpu_seconds(server.pid)
    with on((cores or Cores.pinned()).load):
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return figures(said, cpu_seconds(server.pid) - before, connections)


def wait_until_idle(server: Served) -> None:
    """Some work on when their clients have gone, on the next one's core. Waits for ten seconds at most."""
    for _ in range(50):
        before = cpu_seconds(server.pid)
        time.sleep(0.2)
        if cpu_seconds(server.pid) - before < 2 / TICKS:
            break


def figures(said: str, cpu: float, connections: int) -> dict[str, float]:
    """What `load.lua` prints, after what wrk does."""
    its = json.loads(said.splitlines()[-1])
    return {
        "requests": its["requests"] / its["duration"] * 1e6,
        "p50": its["p50"] / 1000,
        "p99": its["p99"] / 1000,
        # It counts none for who is never answered.
        "errors": its["errors"] if its["requests"] else connections,
        "cpu": cpu * 1e6 / max(its["requests"], 1),
    }


def cpu_seconds(pid: int) -> float:
    """What a process and those that it started have used, in user mode and in the kernel."""
    process = Path(f"/proc/{pid}")
    # See proc_pid_stat(5); the second field, the name, may have blanks in it.
    fields = (process / "stat").read_text().rpartition(")")[2].split()
    children = [int(each) for file in process.glob("task/*/children") for each in file.read_text().split()]
    return (int(fields[11]) + int(fields[12])) / TICKS + sum(map(cpu_seconds, children))
