"""What runs after a view of Flask has returned, and reads items."""

from collections.abc import Iterator

from flask import Flask, Response, stream_with_context

from my_shop.services import Services


def add_routes(app: Flask, seen: list[str]) -> list[str]:
    """Add routes that answer with the names of the items, and one that puts them into `seen`."""
    services: Services = app.extensions["services"]

    def names() -> Iterator[str]:
        for item in services.items.page(sort="name").items:
            yield f"{item.name}\n"

    @app.get("/api/v1/late/stream")
    def stream() -> Response:
        return Response(names())

    @app.get("/api/v1/late/context")
    def stream_in_context() -> Response:
        return Response(stream_with_context(names()))

    @app.get("/api/v1/late/background")
    def background() -> Response:
        response = Response("later")
        response.call_on_close(lambda: seen.extend(names()))
        return response

    @app.get("/open")
    def open_view() -> Response:
        return Response(names())

    return ["/api/v1/late/stream", "/api/v1/late/context"]
