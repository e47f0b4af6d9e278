"""Who may call what, in Flask; and what a view may ask for of its caller."""

from collections.abc import Sequence
from typing import cast

from flask import Flask, current_app, request
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.local import LocalProxy

from ..accounts.ownership import Caller, act_as, current_caller
from ..accounts.services import Accounts
from .access import ANYBODY, admit, required
from .access import offered as _offered
from .contract import Json
from .routing import Operation

accounts = cast(Accounts, LocalProxy(lambda: current_app.extensions["accounts"]))
"""The services of accounts: `accounts.users.get(caller.user_id)`."""

caller = cast(Caller, LocalProxy(current_caller))


def guard(app: Flask) -> None:
    """Let in who may call a view, before anything else is looked at."""

    @app.before_request
    def admit_caller() -> None:
        path, rule = request.environ["PATH_INFO"], request.url_rule
        if path.startswith("//"):  # no route of ours, whatever Werkzeug says
            needs = required(None, request.method, path=path)
        elif isinstance(request.routing_exception, MethodNotAllowed):
            needs = ANYBODY
        else:
            declared = _declared(current_app, rule.endpoint) if rule else None
            needs = required(rule.rule if rule else None, request.method, declared, path=path)
        authorization = request.headers.get("Authorization")
        act_as(admit(accounts.callers, authorization, needs) if needs else None)


def offered(app: Flask) -> set[str]:
    """Return the scopes that anybody's token may have."""
    return _offered(
        required(rule.rule, method, _declared(app, rule.endpoint))
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    )


def _declared(app: Flask, endpoint: str) -> Sequence[Json] | None:
    operation = Operation.of(app.view_functions.get(endpoint))
    return operation.security if operation else None
