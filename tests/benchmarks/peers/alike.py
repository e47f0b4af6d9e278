"""Every contender does the same work: equal JSON of the same rows, and equal rows of the same JSON."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

import httpx2
from sqlalchemy import NullPool, create_engine, text

ITEMS = "/api/v1/items"
LIMIT = 50


def alike(ours: str, theirs: str, database_url: str) -> None:
    """Fails unless both servers do the same with that database, of more than 50 items; leaves it as it was.

    A moment in UTC may end in `Z` or in `+00:00`, and the members of an object have no order.
    """
    with httpx2.Client(base_url=ours) as we, httpx2.Client(base_url=theirs) as they:
        _read(we, they)
        made = [_made(client, we) for client in (we, they)]
        try:
            assert [row["version"] for row in _rows(made, database_url)] == [1, 1]
            changed = [_changed(client, we, item) for client, item in zip((we, they), made, strict=True)]
            rows = _rows(changed, database_url)
            assert [row["version"] for row in rows] == [2, 2]
            assert _form(rows[0]) == _form(rows[1])
        finally:
            for item in made:
                we.delete(f"{ITEMS}/{item['id']}").raise_for_status()


def _read(we: httpx2.Client, they: httpx2.Client) -> None:
    """One item, a page and the next one, and an item that is not there."""
    first = f"{ITEMS}?limit={LIMIT}"
    page = _got(we, first)
    assert len(page["items"]) == LIMIT
    for path in (first, f"{first}&cursor={page['next_cursor']}", f"{ITEMS}/{page['items'][0]['id']}"):
        assert _got(they, path) == _got(we, path), path
    assert they.get(f"{ITEMS}/{uuid4()}").status_code == 404


def _made(client: httpx2.Client, we: httpx2.Client) -> dict[str, Any]:
    """An item that the client made, as we have it too."""
    plain = {"name": f"plain {uuid4()}", "price": "0.01"}
    item = _answered(client.post(ITEMS, json=plain), 201)
    assert {**plain, "description": None}.items() <= item.items()
    we.delete(f"{ITEMS}/{item['id']}").raise_for_status()

    body = {"name": f"alike {uuid4()}", "description": "Brass.", "price": "12.50"}
    item = _answered(client.post(ITEMS, json=body), 201)
    assert body.items() <= item.items()
    assert UUID(item["id"]).version == 7
    assert item == _got(we, f"{ITEMS}/{item['id']}")
    return item


def _changed(client: httpx2.Client, we: httpx2.Client, item: dict[str, Any]) -> dict[str, Any]:
    path = f"{ITEMS}/{item['id']}"
    changed = _answered(client.patch(path, json={"price": "7.25"}), 200)
    assert changed == {**item, "price": "7.25", "updated_at": changed["updated_at"]}
    assert changed["updated_at"] > item["updated_at"]
    assert changed == _got(we, path)
    return changed


def _got(client: httpx2.Client, path: str) -> dict[str, Any]:
    return _answered(client.get(path), 200)


def _answered(answer: httpx2.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    told: dict[str, Any] = httpx2.Response(status, text=answer.text.replace("+00:00", "Z")).json()
    return told


def _rows(items: Sequence[dict[str, Any]], database_url: str) -> list[Mapping[str, Any]]:
    """The rows of these items, as the driver gives them."""
    query = text("SELECT * FROM items WHERE name = :name")
    with create_engine(database_url, poolclass=NullPool).connect() as connection:
        return [dict(connection.execute(query, {"name": item["name"]}).mappings().one()) for item in items]


def _form(row: Mapping[str, Any]) -> dict[str, tuple[str, int]]:
    """How a row is kept: no two libraries write a moment or an id alike by chance."""
    return {name: (type(value).__name__, len(str(value))) for name, value in row.items()}
