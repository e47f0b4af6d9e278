"""Who may call what, in FastAPI; and what a route may ask for of its caller."""

from collections.abc import Callable, Sequence
from typing import Annotated, NamedTuple

from fastapi import Depends, FastAPI, Request
from fastapi.routing import iter_route_contexts
from starlette.concurrency import run_in_threadpool as run
from starlette.datastructures import Headers
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from ..accounts.ownership import Caller, acting, current_caller
from ..accounts.services import Accounts as _Accounts
from ..errors import AppError, problem_of
from .access import ANYBODY, admit, required
from .access import offered as _offered
from .contract import Json
from .errors import ProblemResponse

WRITES = "POST"
"""A method that stands for each that changes something."""


class Rule(NamedTuple):
    """A route, and what it declares of its callers."""

    matches: Callable[[Scope], tuple[Match, Scope]]
    template: str
    methods: frozenset[str]  # any, if there are none
    declared: Sequence[Json] | None
    has_405: bool  # as the answer to another method


class Guard:
    """Pure ASGI middleware: it lets in who may call the route that a request matches.

    It asks the app's own routes which one that is, before anything of the request is read. So it sees those
    of Starlette too, such as mounts, and what runs after the answer, such as a stream, has the same caller.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.rules: list[Rule] = []
        self.version: object = None  # of the routes when the rules were read

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        api: FastAPI = scope["app"]
        try:
            if (version := _version(api)) != self.version:
                self.rules, self.version = rules(api), version
        except RuntimeError as error:
            if scope["type"] == "lifespan":  # so that the server does not start
                await send({"type": "lifespan.startup.failed", "message": str(error)})
            raise
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        caller = None
        try:
            if needs := self.needs(scope):
                authorization = Headers(scope=scope).get("authorization")
                caller = await run(admit, api.state.accounts.callers, authorization, needs)
        except AppError as error:
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008, "reason": str(error)})
            else:
                await ProblemResponse(problem_of(error), error.headers)(scope, receive, send)
            return
        with acting(caller):
            await self.app(scope, receive, send)

    def needs(self, scope: Scope) -> Sequence[Json]:
        """Return what a request needs. The first route that takes it counts, as it does for the router."""
        method, path = scope.get("method", "GET"), scope["path"]
        is_known = False
        for rule in self.rules:
            match, _ = rule.matches(scope)
            if match is Match.FULL:
                return required(rule.template, method, rule.declared, path=path)
            is_known = is_known or (match is Match.PARTIAL and rule.has_405)
        if is_known:
            return ANYBODY
        return required(None, method, path=path.removeprefix(scope.get("root_path", "")))


def rules(app: FastAPI) -> list[Rule]:
    """Return a rule for each route. Raises `RuntimeError` for one whose path cannot be known."""
    found = []
    for route in iter_route_contexts(app.routes):
        if not isinstance(route.path_format, str):
            raise RuntimeError(
                f"{route.original_route!r} has no path, so it is not known who may call it. "
                "Add its routes to the app, or mount it at a path."
            )
        declared = (getattr(route, "openapi_extra", None) or {}).get("security")
        has_405 = isinstance(route.original_route, Route)
        methods = frozenset(route.methods or ())
        found.append(Rule(route.matches, route.path_format, methods, declared, has_405))
    return found


def _version(app: FastAPI) -> object:
    """Return what changes when a route is added. FastAPI's own number, which is private, sees all routers."""
    return getattr(app.router, "_get_routes_version", int)(), [id(route) for route in app.routes]


def offered(app: FastAPI) -> set[str]:
    """Return the scopes that anybody's token may have."""
    return _offered(
        required(rule.template, method, rule.declared)
        for rule in rules(app)
        for method in rule.methods or ("GET", WRITES)
    )


async def _accounts(request: Request) -> _Accounts:
    accounts: _Accounts = request.app.state.accounts
    return accounts


async def _caller() -> Caller:
    return current_caller()


async def _address(request: Request) -> str:
    return request.client.host if request.client else ""


Accounts = Annotated[_Accounts, Depends(_accounts)]
"""The services of accounts: `await run(accounts.users.get, caller.user_id)`."""

CurrentCaller = Annotated[Caller, Depends(_caller)]
Address = Annotated[str, Depends(_address)]
