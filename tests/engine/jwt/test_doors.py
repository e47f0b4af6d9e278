"""Below /api there is no open door: whichever way a route is added, and whatever is in front of the app."""

import httpx2
import pytest

from my_shop.api import create_app
from my_shop.settings import Settings

from .client import make_client
from .doors import DOORS, files_at_the_root, prefixed, static_file
from .people import headers_of, token_of
from .test_access import unauthorized
from .test_items_api import LAMP
from .test_tokens_api import log_in

# The scopes that the resources of DOORS need: a resource that is a path parameter needs none.
SCOPES = "plain:read plain:write sub:read sub:write files:read"


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_a_route_needs_credentials(settings: Settings, door: str, method: str) -> None:
    app = create_app(settings)
    path = DOORS[door](app)
    with make_client(app) as client:
        del client.headers["Authorization"]
        unauthorized(client.request(method, path), "Bearer")
        for credential in ("x", "sk_x_y", token_of("ada")[:-2]):
            unauthorized(client.request(method, path, headers={"Authorization": f"Bearer {credential}"}))
        admitted = client.request(method, path, headers=headers_of("ada", SCOPES))
        assert admitted.status_code == 200
        assert method == "HEAD" or "i" in admitted.text


@pytest.mark.parametrize("door", DOORS)
def test_a_route_needs_the_scope_of_its_resource(settings: Settings, door: str) -> None:
    app = create_app(settings)
    path = DOORS[door](app)
    named = {"/api/v1/plain": "plain", "/api/v1/sub/x": "sub", "/api/v1/sub/deep": "sub"}.get(path)
    if any(word in door for word in ("any_path", "root")):
        named = None  # its path is in no template
    with make_client(app) as client:
        for method, act in (("GET", "read"), ("POST", "write")):
            answer = client.request(method, path, headers=headers_of("ada", ""))
            assert answer.status_code == (403 if named else 200)
            if named:
                challenge = f'Bearer error="insufficient_scope", scope="{named}:{act}"'
                assert answer.headers["WWW-Authenticate"] == challenge


@pytest.mark.parametrize("door", DOORS)
def test_a_login_gets_the_scopes_of_every_route(settings: Settings, door: str) -> None:
    app = create_app(settings)
    path = DOORS[door](app)
    with make_client(app) as client:
        granted = log_in(client).json()
        headers = {"Authorization": f"Bearer {granted['access_token']}"}
        assert client.get(path, headers=headers).status_code == 200
        assert "admin" not in granted["scope"].split()


def test_a_static_file_needs_credentials(settings: Settings) -> None:
    app = create_app(settings)
    path = static_file(app)
    with make_client(app) as client:
        assert client.get(path, headers=headers_of("ada", SCOPES)).text == "in"
        del client.headers["Authorization"]
        unauthorized(client.get(path), "Bearer")


@pytest.mark.parametrize(
    "path", ["/api/", "//api/", "/%2e/api/", "/x/%2e%2e/api/", "/x%2f%2e%2e%2fapi/", "/%2fx/%2e%2e/api/"]
)
def test_a_file_below_api_needs_credentials(settings: Settings, path: str) -> None:
    app = create_app(settings)
    files_at_the_root(app)
    with make_client(app) as client:
        admitted = client.get(f"http://testserver{path}price.txt")
        assert admitted.status_code in {200, 404}
        del client.headers["Authorization"]
        unauthorized(client.get(f"http://testserver{path}price.txt"), "Bearer")


def test_a_prefix_opens_nothing(settings: Settings) -> None:
    for method, path, body in (("GET", "/api/v1/items", None), ("POST", "/api/v1/items", LAMP)):
        assert prefixed(create_app(settings), method, path, {}, body) == 401
        status = prefixed(create_app(settings), method, path, headers_of("ada"), body)
        assert status == (200 if method == "GET" else 201)
    for path in ("/api", "/api/", "/api/v1/orders"):
        assert prefixed(create_app(settings), "GET", path, {}) == 401
        assert prefixed(create_app(settings), "GET", path, headers_of("ada")) == 404


def test_a_route_elsewhere_stays_open(client: httpx2.Client) -> None:
    del client.headers["Authorization"]
    for path in ("/health/live", "/openapi.json", "/docs"):
        assert client.get(path).status_code == 200
