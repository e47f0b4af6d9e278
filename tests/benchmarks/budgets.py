"""The table of what the generated APIs may cost."""

from budget import KINDS, Budget, Pair


def requests(work: str, ours: str, theirs: str) -> Pair:
    return Pair(f"{work}, {{kind}}, 16: requests", ours, theirs)


def against(who: str, ours: str, theirs: str, *kinds: str, **bounds: float) -> list[Budget]:
    """Requests of ours over theirs, by work."""
    return [
        Budget(f"{who}: {work}", [requests(work, ours, theirs)], at_least=bound, kinds=kinds or (*KINDS,))
        for work, bound in bounds.items()
    ]


NAMES = {"fastapi": "FastAPI", "flask": "Flask"}
WORKS = ("get", "page", "patch", "create")
PYTHONS = ("3.11", "3.12", "3.13", "3.14")


def of_each(name: str, title: str) -> list[Budget]:
    """What holds for both variants alike."""
    saturated = [f"saturation, {work}, {{kind}}" for work in ("page", "create")]
    depths = [f"depth, {where}, {{kind}}" for where in ("first", "middle")]
    working = [f"workers, {work}, {{kind}}" for work in ("get", "page")]
    return [
        *against(
            f"{title}, against the raw driver under the raw server", name, "raw_asgi", get=0.15, page=0.3
        ),
        Budget(
            f"{title}, 64 connections: errors",
            [Pair(f"{what}, 64: errors", name) for what in saturated],
            at_most=0,
        ),
        Budget(
            f"{title}, 64 connections: requests, against 16",
            [Pair(f"{what}, 64: requests", name, name, f"{what}, 16: requests") for what in saturated],
            at_least=0.8,
        ),
        Budget(
            f"{title}, 64 connections: a probe afterwards, in ms",
            [Pair(f"{what}, 64: probe", name) for what in saturated],
            at_most=100,
        ),
        *(
            Budget(
                f"{title}, p99 / p50 at 16 connections, Python {python}",
                [
                    Pair(f"{what}, {{kind}}, 16: p99", name, name, f"{what}, {{kind}}, 16: p50")
                    for work in WORKS
                    for what in [f"tail, Python {python}, {work}"]
                ],
                at_most=3.5,
            )
            for python in PYTHONS
        ),
        Budget(
            f"{title}, a page of 1,000,000 rows, against 1,000: p50",
            [Pair(f"{what}, 1000000: p50", name, name, f"{what}, 1000: p50") for what in depths],
            at_most=1.2,
        ),
        Budget(
            f"{title}, request id, log line and headers: CPU of a request",
            [Pair("edge, live, 16: cpu", name, f"{name}_without_edge")],
            at_most=1.3,
        ),
        Budget(
            f"{title}, start to first answer, against s3rius",
            [Pair("start: seconds", name, "s3rius")],
            at_most=1,
        ),
        Budget(f"{title}, memory idle, in MB", [Pair("memory, idle: MB", name)], at_most=75),
        Budget(f"{title}, memory after work, against idle", [Pair("memory: growth", name)], at_most=1.1),
        Budget(
            f"{title}, start-up with 100 routes, in ms a route",
            [Pair("start-up, 100 routes: ms a route", name)],
            at_most=1.2,
        ),
        Budget(
            f"{title}, two workers, against one",
            [Pair(f"{what}, 2: requests", name, name, f"{what}, 1: requests") for what in working],
            at_least=1.7,
        ),
    ]


DUMMY = "dummies, {}, {{kind}}, 16: {}"

BUDGETS = [
    *against("FastAPI, against FastAPI alone", "fastapi", "bare_fastapi", get=0.9, page=1.0, create=0.95),
    *against(
        "FastAPI, against its tutorial", "fastapi", "tutorial_fastapi", "sqlite", get=1.5, page=2, create=1.5
    ),
    *against("Flask, against jsonify by orjson", "flask", "jsonify_flask", page=0.8),
    *against("Flask, against flask-smorest on gunicorn", "flask", "smorest", get=1.3, page=3, create=2),
    *against("Flask, against APIFlask on gunicorn", "flask", "apiflask_app", get=1.3, page=3, create=2),
    *(
        Budget(
            f"FastAPI, against s3rius's app: {title}",
            [Pair(DUMMY.format(work, figure), "twofold_dummy", "s3rius")],
            **bound,
        )
        for title, work, figure, bound in (
            ("page", "page", "requests", {"at_least": 1.8}),
            ("create", "create", "requests", {"at_least": 1.5}),
            ("p99 of create", "create", "p99", {"at_most": 0.25}),
        )
    ),
    *(budget for name, title in NAMES.items() for budget in of_each(name, title)),
    Budget(
        "FastAPI, its document of 100 routes, against FastAPI alone",
        [Pair("document, 100 routes: seconds", "fastapi", "bare_fastapi")],
        at_most=1,
    ),
    Budget(
        "A copy, against one of an empty template",
        [Pair("copy: seconds", "fastapi", "empty_template")],
        at_most=1.1,
    ),
    Budget("Clone to first answer, in s", [Pair("clone to first answer: seconds", "fastapi")], at_most=10),
]
