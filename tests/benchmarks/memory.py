"""How much memory a server has: after its start, and after a lot of work."""

import json
import re
from collections.abc import Sequence
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from field import Field, run
from places import ITEMS, Place, place
from results import Results
from servers import OURS

WORK = Path(__file__).with_name("mixed.lua")
JSON = {"Content-Type": "application/json"}


def measure(
    results: Results,
    field: Field,
    rounds: int,
    names: Sequence[str] = (*OURS,),
    requests: int = 100_000,
    seconds: int = 5,
) -> None:
    """Add `memory, idle: MB`, after one request of each kind; `memory, worked: MB`; and `memory: growth`.

    The work goes on by so many seconds until there were that many requests.
    """
    places = [place(field, name) for name in names]
    runs = {each.contender.name: partial(_run, each, requests, seconds) for each in places}
    results.interleave(rounds, runs)


def _run(its: Place, requests: int, seconds: int) -> dict[str, float]:
    its.empty()
    with its.serving() as (process, port):
        item = _one_of_each(port)
        idle = resident(process.pid)
        count = done = 0
        while done < requests:
            count += 1
            done += _work(port, item, f"Item {count}-", seconds)
        worked = resident(process.pid)
    return {"memory, idle: MB": idle, "memory, worked: MB": worked, "memory: growth": worked / idle}


def resident(pid: int) -> float:
    """The MB of a process and its children, as `ps` tells them: what else runs makes no difference."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8")
    kilobytes = re.search(r"^Rss: +(\d+) kB$", rollup, re.MULTILINE)
    assert kilobytes, rollup
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()
    return int(kilobytes[1]) / 1024 + sum(resident(int(child)) for child in children)


def _one_of_each(port: int) -> str:
    """The path of the item that was made."""
    made = _ask(port, "POST", ITEMS, name="Lamp", price="12.50")
    item = f"{ITEMS}/{made['id']}"
    _ask(port, "GET", item)
    _ask(port, "GET", f"{ITEMS}?limit=50")
    _ask(port, "PATCH", item, price="1.00")
    return item


def _ask(port: int, method: str, path: str, **body: str) -> Any:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, json.dumps(body) if body else None, JSON if body else {})
    answer = connection.getresponse()
    told = json.loads(answer.read())
    connection.close()
    assert answer.status in {200, 201}, told
    return told


def _work(port: int, item: str, names: str, seconds: int) -> int:
    """The number of requests that were answered well."""
    url = f"http://127.0.0.1:{port}"
    command = ["wrk", "--threads=1", "--connections=16", f"--duration={seconds}", "--timeout=10"]
    told = run(*command, "--script", WORK, url, "--", item, names, cwd=WORK.parent)
    answered = re.search(r"(\d+) requests in", told)
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", told)
    assert answered, told
    return int(answered[1]) - (int(refused[1]) if refused else 0)
