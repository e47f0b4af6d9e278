"""Every operation, by the client `shop` that openapi-python-client makes of the document.

`round_trip.py URL begin` prints what the client knows halfway, and `round_trip.py URL go_on KNOWN` goes on.
"""

import json
import sys
from datetime import datetime
from typing import TYPE_CHECKING, assert_type
from uuid import UUID

from shop import AuthenticatedClient
from shop.api.health import get_liveness, get_readiness
from shop.api.items import create_item, delete_item, get_item, list_items, update_item
from shop.models import FieldError, Health, ItemIn, ItemOut, ItemPage, ItemPatch, Problem
from shop.types import UNSET, Unset


def begin(client: AuthenticatedClient) -> dict[str, str]:
    for probe in (get_liveness, get_readiness):
        assert probe.sync(client=client) == Health(status="ok")

    created = create_item.sync_detailed(client=client, body=ItemIn("Lamp", "12.5", "Brass"))
    assert_type(created.parsed, ItemOut | Problem | None)
    lamp = created.parsed
    assert isinstance(lamp, ItemOut)
    assert_type(lamp.id, UUID)
    assert_type(lamp.created_at, datetime)
    assert (created.status_code, lamp.price, lamp.description) == (201, "12.50", "Brass")
    assert created.headers["Location"] == f"/api/v1/items/{lamp.id}"

    chair = create_item.sync(client=client, body=ItemIn("Chair", 80), idempotency_key="one-chair")
    assert isinstance(chair, ItemOut)
    assert create_item.sync(client=client, body=ItemIn("Chair", 80), idempotency_key="one-chair") == chair
    assert (chair.price, chair.description) == ("80.00", None)

    taken = create_item.sync(client=client, body=ItemIn("Lamp", "1"))
    assert isinstance(taken, Problem)
    assert (taken.status, taken.title, taken.errors) == (409, "Conflict", UNSET)

    invalid = create_item.sync(client=client, body=ItemIn("", "much"))
    assert isinstance(invalid, Problem)
    assert_type(invalid.errors, list[FieldError] | Unset)
    assert invalid.status == 422
    assert invalid.errors
    assert [(error.in_, error.pointer) for error in invalid.errors] == [("body", "/name"), ("body", "/price")]

    first = list_items.sync(client=client, limit=1, sort="name")
    assert isinstance(first, ItemPage)
    assert first.items == [chair]
    assert first.next_cursor is not None
    return {"id": str(lamp.id), "etag": created.headers["ETag"], "cursor": first.next_cursor}


def go_on(client: AuthenticatedClient, known: dict[str, str]) -> None:
    its_id, etag = UUID(known["id"]), known["etag"]

    last = list_items.sync(client=client, limit=1, sort="name", cursor=known["cursor"])
    assert isinstance(last, ItemPage)
    assert ([item.id for item in last.items], last.next_cursor) == ([its_id], None)

    lamp = get_item.sync(its_id, client=client)
    assert isinstance(lamp, ItemOut)
    assert [lamp] == last.items
    unchanged = get_item.sync_detailed(its_id, client=client, if_none_match=etag)
    assert (unchanged.status_code, unchanged.content) == (304, b"")

    patch = ItemPatch(price="10", description=None)
    changed = update_item.sync_detailed(its_id, client=client, body=patch, if_match=etag)
    assert isinstance(changed.parsed, ItemOut)
    assert (changed.status_code, changed.parsed.price, changed.parsed.description) == (200, "10.00", None)
    assert changed.parsed.name == "Lamp"
    stale = update_item.sync(its_id, client=client, body=patch, if_match=etag)
    assert isinstance(stale, Problem)
    assert stale.status == 412

    every = list_items.sync(client=client)
    assert isinstance(every, ItemPage)
    for item in every.items:
        assert delete_item.sync_detailed(item.id, client=client).status_code == 204
        gone = delete_item.sync(item.id, client=client)
        assert isinstance(gone, Problem)
        assert gone.status == 404
    missing = get_item.sync(its_id, client=client)
    assert isinstance(missing, Problem)
    assert (missing.status, missing.title) == (404, "Not Found")


def bearing(url: str, credential: str = "nothing") -> AuthenticatedClient:
    """A client with a token or an API key, which nobody reads where there are no accounts."""
    headers = {"X-Request-ID": "round-trip"}
    return AuthenticatedClient(url, credential, raise_on_unexpected_status=True, headers=headers)


if TYPE_CHECKING:  # What a type checker has to refuse: an ignore that is not needed is an error.
    ItemIn("Lamp")  # type: ignore[call-arg]
    ItemIn("Lamp", price=None)  # type: ignore[arg-type]
    ItemPatch(name=None)  # type: ignore[arg-type]
    list_items.sync(client=bearing(""), sort="colour")  # type: ignore[arg-type]
    get_item.sync("1", client=bearing(""))  # type: ignore[arg-type]


if __name__ == "__main__":
    url, half, *rest = sys.argv[1:]
    its = bearing(url)
    if half == "begin":
        sys.stdout.write(json.dumps(begin(its)))
    else:
        go_on(its, json.loads(rest[0]))
