"""What runs after the view, such as a stream, has the caller of its request, and no other one."""

from decimal import Decimal

import pytest

from my_shop.accounts.ownership import NoCallerError
from my_shop.api import create_app
from my_shop.services import Services
from my_shop.settings import Settings

from .client import make_client
from .late import add_routes
from .people import as_user, headers_of
from .served import send

READ = "late:read items:read"


@pytest.fixture(autouse=True)
def lamps(services: Services) -> None:
    """Two lamps of Ada's, one of Grace's."""
    for owner, name in (("ada", "Lamp 1"), ("ada", "Lamp 2"), ("grace", "Lamp 3")):
        with as_user(owner):
            services.items.create(name=name, price=Decimal(1))


def test_a_stream_reads_the_rows_of_its_caller(settings: Settings) -> None:
    app = create_app(settings)
    paths = add_routes(app, [])
    with make_client(app) as client:
        for _ in range(2):
            for path in paths:
                for owner, text in (("ada", "Lamp 1\nLamp 2\n"), ("grace", "Lamp 3\n"), ("root", "")):
                    headers = headers_of(owner, READ)
                    for answer in (
                        client.get(path, headers=headers),
                        send(app, settings, "GET", path, headers=headers),
                    ):
                        assert (answer.status_code, answer.text) == (200, text)


def test_work_after_the_answer_reads_the_rows_of_its_caller(settings: Settings) -> None:
    seen: list[str] = []
    app = create_app(settings)
    add_routes(app, seen)
    with make_client(app) as client:
        client.get("/api/v1/late/background", headers=headers_of("ada", READ))
        assert seen == ["Lamp 1\n", "Lamp 2\n"]
        send(app, settings, "GET", "/api/v1/late/background", headers=headers_of("grace", READ))
        assert seen == ["Lamp 1\n", "Lamp 2\n", "Lamp 3\n"]


def test_the_caller_is_forgotten_with_its_request(settings: Settings) -> None:
    app = create_app(settings)
    (path, *_) = add_routes(app, [])
    with make_client(app) as client:
        assert client.get(path, headers=headers_of("ada", READ)).text == "Lamp 1\nLamp 2\n"
        with pytest.raises(NoCallerError):
            client.get("/open", headers=headers_of("ada", READ))
