"""Every way to read a body in Flask, as views that answer with the number of bytes."""

from flask import Flask, Response, request

from my_shop.api.dependencies import read_body

RAW, FORM, UPLOAD = "application/octet-stream", "application/x-www-form-urlencoded", "multipart/form-data"


def add_stream(app: Flask) -> str:
    """Add a view that streams, and reads nothing."""
    app.add_url_rule(
        "/stream-alone", "alone", lambda: Response(iter(("one ", "two ", "three"))), methods=["POST"]
    )
    return "/stream-alone"


def add_readers(app: Flask, prefix: str) -> list[tuple[str, str]]:
    """Add the views below `prefix`; return each path with the media type that it reads."""
    readers = {
        "data": (RAW, lambda: len(request.get_data())),
        "attribute": (RAW, lambda: len(request.data)),
        "stream": (RAW, lambda: len(request.stream.read())),
        "pieces": (RAW, lambda: sum(map(len, iter(lambda: request.stream.read(1000), b"")))),
        "strict": (RAW, lambda: len(read_body())),
        "json": ("application/json", lambda: len(request.get_json()) + 2),  # its quotes
        "form": (FORM, lambda: len(request.form["text"]) + len("text=")),
        "upload": (UPLOAD, lambda: len(request.files["file"].read()) + int(request.headers["X-Overhead"])),
        "values": (FORM, lambda: len(request.values["text"]) + len("text=")),
    }
    for name, (_, read) in readers.items():
        app.add_url_rule(f"{prefix}/{name}", name, lambda read=read: str(read()), methods=["POST"])
    return [(f"{prefix}/{name}", media_type) for name, (media_type, _) in readers.items()]
