"""The documentation pages, offline: from `pages/` and the installed package `offapi`."""

import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

# styled-components, which Redoc is written with, adds a <style> that is empty and stays empty to
# the page. The hash is that of nothing, so it allows this and no other inline style.
_EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        f"style-src 'self' {_EMPTY_STYLE}",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src blob:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)

# Redoc shows its maker's logo from a host of theirs; here it is the word.
_REDOC_LOGO = re.compile(rb"https://cdn\.redoc\.ly/redoc/logo-mini(-full)?\.svg")
_REDOC_WORD = (
    b"data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 width=%2240%22 height=%2212%22%3E"
    b"%3Ctext y=%2210%22 font-family=%22sans-serif%22 font-size=%2211%22%3ERedoc%3C/text%3E%3C/svg%3E"
)

_HTML = "text/html; charset=utf-8"
_CSS = "text/css; charset=utf-8"
_JS = "text/javascript; charset=utf-8"
_SVG = "image/svg+xml"
_OWN = {"docs.html": _HTML, "redoc.html": _HTML, "docs.js": _JS, "redoc.js": _JS, "favicon.svg": _SVG}
_PACKAGED = {
    "swagger-ui.css": (_CSS, "swagger_style.css"),
    "swagger-ui-bundle.js": (_JS, "swagger_bundle.js"),
    "redoc.standalone.js": (_JS, "redoc.js"),
}


class File(NamedTuple):
    """What is served under one path."""

    media_type: str
    content: bytes


def page(name: str) -> File | None:
    """A page, or a file that one asks for below `/docs/`; `None` when there is no such file."""
    return _read(name) if name in _OWN or name in _PACKAGED else None


@cache  # some are large
def _read(name: str) -> File:
    if name in _OWN:
        return File(_OWN[name], (files(__package__) / "pages" / name).read_bytes())
    media_type, packaged = _PACKAGED[name]
    content = (files("offapi") / packaged).read_bytes()
    return File(media_type, _REDOC_LOGO.sub(_REDOC_WORD, content))
