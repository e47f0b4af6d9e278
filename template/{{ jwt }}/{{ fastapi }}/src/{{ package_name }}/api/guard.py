"""Who may call what, in FastAPI; and what a route may ask for of its caller."""

from collections.abc import Callable, Coroutine, Sequence
from contextlib import nullcontext
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool as run

from ..accounts.ownership import Caller, acting, current_caller
from ..accounts.services import Accounts as _Accounts
from .access import admit, required
from .contract import Json

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def guarded(route: APIRoute, handle: Handler) -> Handler:
    """Let in who may call the route, before anything else is looked at."""
    declared = (route.openapi_extra or {}).get("security")

    async def admitting(request: Request) -> Response:
        caller = await _admitted(request, declared)
        with acting(caller) if caller else nullcontext():
            return await handle(request)

    return admitting


async def guard(request: Request) -> None:
    """Let in who may call a route that is not guarded: its router has forgotten `route_class=StrictRoute`."""
    if not hasattr(request.state, "is_guarded"):
        caller = await _admitted(request, None)
        if caller:
            request.state.acting = acting(caller)
            request.state.acting.__enter__()  # to the end of the request's task


async def _admitted(request: Request, declared: Sequence[Json] | None) -> Caller | None:
    request.state.is_guarded = True
    needs = required(request.scope["path"], request.method, declared)
    if not needs:
        return None
    authorization = request.headers.get("authorization")
    return await run(admit, request.app.state.accounts.callers, authorization, needs)


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
