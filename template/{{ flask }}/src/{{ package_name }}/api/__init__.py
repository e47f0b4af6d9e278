"""The HTTP edge, in Flask."""

from flask import Flask

from ..services import Services
from ..settings import Settings
from . import errors, health, items, openapi
from .middleware import Edge
from .routing import JSON, UUID


def create_app(settings: Settings | None = None) -> Flask:
    """The API as a WSGI application. Without `settings`, they are read from the environment."""
    settings = settings or Settings.load()

    app = Flask(__name__, static_folder=None)
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.json = JSON(app)
    app.url_map.converters["uuid"] = UUID
    app.url_map.merge_slashes = False
    app.extensions["settings"] = settings
    app.extensions["services"] = Services.build(settings)
    errors.register(app)
    for part in (items, health, openapi):
        app.register_blueprint(part.blueprint)
    app.wsgi_app = Edge(app.wsgi_app, settings)  # type: ignore[method-assign]
    return app
