"""Under servers of WSGI, a body that a client has broken off is not taken for the whole."""

from io import BytesIO
from typing import Any

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from my_shop.api import create_app
from my_shop.settings import Settings

from .readers import add_readers
from .test_body_limit import body


class Broken(BytesIO):
    """An input whose chunks do not end, as gunicorn tells it."""

    def read(self, size: int | None = -1, /) -> bytes:
        piece = super().read(size)
        if not piece:
            raise OSError("no more data")
        return piece


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Werkzeug's temporary files
def test_a_body_that_ends_too_early_is_a_400(settings: Settings) -> None:
    app: Any = create_app(settings)
    for path, media_type in add_readers(app, "/read"):
        content, headers = body(media_type, 200)
        for stream, how in (
            (BytesIO(content), {"CONTENT_LENGTH": "300"}),
            (Broken(content[:100]), {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}),
        ):
            environ = EnvironBuilder(path, method="POST", headers=headers).get_environ()
            environ |= {"wsgi.input": stream, "wsgi.input_terminated": True, **how}
            _, status, _ = run_wsgi_app(app, environ)
            assert (path, how, status) == (path, how, "400 BAD REQUEST")
