"""Who may call what, in Flask; and what a view may ask for of its caller."""

from contextlib import ExitStack
from typing import cast

from flask import Flask, current_app, g, request
from werkzeug.local import LocalProxy

from ..accounts.ownership import Caller, acting, current_caller
from ..accounts.services import Accounts
from .access import admit, required
from .routing import Operation

accounts = cast(Accounts, LocalProxy(lambda: current_app.extensions["accounts"]))
"""The services of accounts: `accounts.users.get(caller.user_id)`."""

caller = cast(Caller, LocalProxy(current_caller))


def guard(app: Flask) -> None:
    """Let in who may call a view, before anything else is looked at."""

    @app.before_request
    def admit_caller() -> None:
        view = app.view_functions.get(request.endpoint or "")
        operation = view and Operation.of(view)
        needs = required(request.path, request.method, operation.security if operation else None)
        if view and needs:
            who = admit(accounts.callers, request.headers.get("Authorization"), needs)
            g.acting = ExitStack()
            g.acting.enter_context(acting(who))

    @app.teardown_request
    def forget_caller(_error: BaseException | None) -> None:
        if "acting" in g:
            g.acting.close()
