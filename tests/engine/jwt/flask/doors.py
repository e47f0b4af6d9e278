"""Every way to add a route in Flask. Each returns the path that answers 200 to GET and POST."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, send_from_directory
from flask.views import MethodView

METHODS = ["GET", "POST"]


def view(**_: Any) -> str:
    return "in"


def added_rule(app: Flask) -> str:
    app.add_url_rule("/api/v1/plain", "plain", view, methods=METHODS)
    return "/api/v1/plain"


def decorated_view(app: Flask) -> str:
    app.route("/api/v1/plain", methods=METHODS)(view)
    return "/api/v1/plain"


def blueprint_without_decorators(app: Flask) -> str:
    blueprint = Blueprint("plain", __name__, url_prefix="/api/v1/plain")
    blueprint.add_url_rule("", "plain", view, methods=METHODS)
    app.register_blueprint(blueprint)
    return "/api/v1/plain"


def nested_blueprint(app: Flask) -> str:
    outer, inner = Blueprint("outer", __name__), Blueprint("inner", __name__)
    inner.add_url_rule("/plain", "plain", view, methods=METHODS)
    outer.register_blueprint(inner, url_prefix="/v1")
    app.register_blueprint(outer, url_prefix="/api")
    return "/api/v1/plain"


def method_view(app: Flask) -> str:
    class Plain(MethodView):
        def get(self) -> str:
            return "in"

        post = get

    app.add_url_rule("/api/v1/plain", view_func=Plain.as_view("plain"))
    return "/api/v1/plain"


def rule_for_any_path(app: Flask) -> str:
    app.add_url_rule("/<path:path>", "any", view, methods=METHODS)
    return "/api/v1/plain"


def rule_at_the_prefix(app: Flask) -> str:
    app.add_url_rule("/api", "root", view, methods=METHODS)
    return "/api"


def rule_at_the_prefix_with_a_slash(app: Flask) -> str:
    app.add_url_rule("/api/", "root", view, methods=METHODS)
    return "/api/"


def resource_by_a_parameter(app: Flask) -> str:
    app.add_url_rule("/api/v1/<resource>/copies", "copies", view, methods=METHODS)
    return "/api/v1/items/copies"


DOORS: dict[str, Callable[[Flask], str]] = {
    each.__name__: each
    for each in (
        added_rule,
        decorated_view,
        blueprint_without_decorators,
        nested_blueprint,
        method_view,
        rule_for_any_path,
        rule_at_the_prefix,
        rule_at_the_prefix_with_a_slash,
        resource_by_a_parameter,
    )
}


def static_file(app: Flask) -> str:
    folder = Path(tempfile.mkdtemp())
    (folder / "price.txt").write_text("in")
    app.register_blueprint(
        Blueprint("files", __name__, static_folder=str(folder), static_url_path="/api/v1/files")
    )
    return "/api/v1/files/price.txt"


def files_at_the_root(app: Flask) -> None:
    """Serve a folder that has files below /api."""
    folder = Path(tempfile.mkdtemp())
    (folder / "api").mkdir()
    (folder / "api/price.txt").write_text("in")
    app.add_url_rule("/<path:path>", "any", lambda path: send_from_directory(folder, path))


def prefixed(app: Flask, method: str, path: str, headers: dict[str, str], json: Any = None) -> int:
    """The status of a request below `SCRIPT_NAME=/shop`."""
    environ = {"SCRIPT_NAME": "/shop"}
    try:
        client = app.test_client()
        answer = client.open(path, method=method, headers=headers, json=json, environ_overrides=environ)
        return answer.status_code
    finally:
        app.extensions["services"].database.close()
