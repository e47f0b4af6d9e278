"""Every operation of a project with accounts: those of accounts here, the others by `round_trip.py`.

`accounts.py URL begin` prints what the client knows halfway, and `accounts.py URL go_on KNOWN` goes on.
"""

import json
import sys
from typing import TYPE_CHECKING, assert_type
from uuid import UUID

import round_trip
from round_trip import bearing
from shop import Client
from shop.api.api_keys import create_api_key, delete_api_key, list_api_keys
from shop.api.items import create_item, get_item
from shop.api.tokens import create_token, delete_token, refresh_token
from shop.api.users import create_user, delete_me, get_me, update_me
from shop.models import (
    ApiKeyIn,
    ApiKeyMade,
    ApiKeyPage,
    CreateTokenResponse400,
    ItemIn,
    ItemOut,
    Problem,
    RefreshIn,
    RefreshTokenResponse400,
    TokenIn,
    TokenOut,
    UserIn,
    UserOut,
    UserPatch,
    UserRegistered,
)
from shop.models.create_token_response_400_error import CreateTokenResponse400Error

ADA = "ada@example.org"
PASSWORD, NEW = "Crisp lilac teapot", "Quiet amber kettle"


def begin(url: str) -> dict[str, str]:
    registered = create_user.sync_detailed(client=anybody(url), body=UserIn(ADA, PASSWORD))
    assert (registered.status_code, registered.parsed) == (202, UserRegistered(ADA))
    refuse(url, NEW)

    first = log_in(url, PASSWORD)
    assert (first.token_type, first.expires_in) == ("bearer", 900)
    tokens = refresh_token.sync(
        client=anybody(url), body=RefreshIn("refresh_token", first.refresh_token, "items:read")
    )
    assert isinstance(tokens, TokenOut)
    assert tokens.scope == "items:read"
    unscoped = get_me.sync_detailed(client=bearing(url, tokens.access_token))
    assert isinstance(unscoped.parsed, Problem)
    assert unscoped.parsed.status == 403
    challenge = unscoped.headers["WWW-Authenticate"]
    assert challenge == 'Bearer error="insufficient_scope", scope="users:read"'

    ada = bearing(url, first.access_token)
    me = get_me.sync_detailed(client=ada)
    assert isinstance(me.parsed, UserOut)
    assert (me.parsed.email, me.parsed.is_admin) == (ADA, False)

    made = create_api_key.sync_detailed(client=ada, body=ApiKeyIn("Cash desk", ["items:read"], 90))
    assert_type(made.parsed, ApiKeyMade | Problem | None)
    assert isinstance(made.parsed, ApiKeyMade)
    assert made.status_code == 201
    assert made.parsed.key.startswith(made.parsed.api_key.prefix)
    page = list_api_keys.sync(client=ada)
    assert isinstance(page, ApiKeyPage)
    assert (page.items, page.next_cursor) == ([made.parsed.api_key], None)

    return round_trip.begin(ada) | {
        "me": str(me.parsed.id),
        "me_etag": me.headers["ETag"],
        "access_token": first.access_token,
        "refresh_token": tokens.refresh_token,
        "key": made.parsed.key,
        "key_id": str(made.parsed.api_key.id),
    }


def go_on(url: str, known: dict[str, str]) -> None:
    ada, desk = bearing(url, known["access_token"]), bearing(url, known["key"])
    its_id, key_id, etag = UUID(known["id"]), UUID(known["key_id"]), known["me_etag"]

    me = get_me.sync(client=ada)
    assert isinstance(me, UserOut)
    assert str(me.id) == known["me"]
    unchanged = get_me.sync_detailed(client=ada, if_none_match=etag)
    assert (unchanged.status_code, unchanged.content) == (304, b"")

    lamp = get_item.sync(its_id, client=desk)
    assert isinstance(lamp, ItemOut)
    read_only = create_item.sync(client=desk, body=ItemIn("Desk", "1"))
    assert isinstance(read_only, Problem)
    assert (read_only.status, read_only.title) == (403, "Forbidden")
    round_trip.go_on(ada, known)

    assert delete_api_key.sync_detailed(key_id, client=ada).status_code == 204
    gone = delete_api_key.sync(key_id, client=ada)
    assert isinstance(gone, Problem)
    assert gone.status == 404
    revoked = get_item.sync_detailed(its_id, client=desk)
    assert isinstance(revoked.parsed, Problem)
    assert (revoked.parsed.status, revoked.parsed.title) == (401, "Unauthorized")
    assert revoked.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'

    refresh = RefreshIn("refresh_token", known["refresh_token"])
    tokens = refresh_token.sync(client=anybody(url), body=refresh)
    assert isinstance(tokens, TokenOut)
    assert delete_token.sync_detailed(client=bearing(url, tokens.access_token)).status_code == 204
    refresh.refresh_token = tokens.refresh_token
    ended = refresh_token.sync(client=anybody(url), body=refresh)
    assert isinstance(ended, RefreshTokenResponse400)
    assert (ended.status, ended.error) == (400, "invalid_grant")
    logged_out = get_me.sync(client=ada)
    assert isinstance(logged_out, Problem)
    assert logged_out.status == 401

    ada = bearing(url, log_in(url, PASSWORD).access_token)
    changed = update_me.sync_detailed(client=ada, body=UserPatch(PASSWORD, NEW), if_match=etag)
    assert isinstance(changed.parsed, UserOut)
    assert changed.status_code == 200
    refuse(url, PASSWORD)

    ada = bearing(url, log_in(url, NEW).access_token)
    stale = update_me.sync(client=ada, body=UserPatch(NEW, PASSWORD), if_match=etag)
    assert isinstance(stale, Problem)
    assert stale.status == 412
    assert delete_me.sync_detailed(client=ada, if_match=changed.headers["ETag"]).status_code == 204
    refuse(url, NEW)


def anybody(url: str) -> Client:
    return Client(url, raise_on_unexpected_status=True, headers={"X-Request-ID": "round-trip"})


def log_in(url: str, password: str) -> TokenOut:
    tokens = create_token.sync(client=anybody(url), body=TokenIn("password", ADA, password))
    assert_type(tokens, CreateTokenResponse400 | Problem | TokenOut | None)
    assert isinstance(tokens, TokenOut)
    return tokens


def refuse(url: str, password: str) -> None:
    """Have the server refuse a wrong password."""
    refused = create_token.sync(client=anybody(url), body=TokenIn("password", ADA, password))
    assert isinstance(refused, CreateTokenResponse400)
    assert_type(refused.error, CreateTokenResponse400Error)
    assert (refused.status, refused.error) == (400, "invalid_grant")


if TYPE_CHECKING:  # What a type checker has to refuse: an ignore that is not needed is an error.
    TokenIn("password", ADA)  # type: ignore[call-arg]
    TokenIn("implicit", ADA, PASSWORD)  # type: ignore[arg-type]
    ApiKeyIn("Cash desk", "items:read")  # type: ignore[arg-type]
    UserPatch(password=NEW)  # type: ignore[call-arg]
    get_me.sync(client=Client(""))  # type: ignore[arg-type]


if __name__ == "__main__":
    url, half, *rest = sys.argv[1:]
    if half == "begin":
        sys.stdout.write(json.dumps(begin(url)))
    else:
        go_on(url, json.loads(rest[0]))
