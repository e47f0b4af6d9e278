"""The wire contract of items, whichever framework serves it."""

from typing import Any

import httpx2
import pytest

LAMP = {"name": "Lamp", "price": "12.50"}
NOWHERE = "/api/v1/items/01890000-0000-7000-8000-000000000000"


def create(client: httpx2.Client, **item: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/items", json={**LAMP, **item})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def path_of(item: dict[str, Any]) -> str:
    return f"/api/v1/items/{item['id']}"


def test_a_created_item_is_where_its_location_says(client: httpx2.Client) -> None:
    created = client.post("/api/v1/items", json=LAMP)
    item = created.json()
    assert created.status_code == 201
    assert created.headers["Location"] == path_of(item)
    assert created.headers["ETag"] == '"1"'
    assert item == {
        "id": item["id"],
        "name": "Lamp",
        "description": None,
        "price": "12.50",
        "created_at": item["created_at"],
        "updated_at": item["created_at"],
    }
    read = client.get(created.headers["Location"])
    assert (read.status_code, read.json(), read.headers["ETag"]) == (200, item, '"1"')


def test_times_are_utc_as_rfc_3339_writes_them(client: httpx2.Client) -> None:
    assert create(client)["created_at"].endswith("Z")


@pytest.mark.parametrize(
    ("price", "answered"),
    [
        ("12.5", "12.50"),
        (12.5, "12.50"),
        (7, "7.00"),
        (0.07, "0.07"),
        ("0", "0.00"),
        ("99999999.99", "99999999.99"),
    ],
)
def test_a_price_is_answered_with_two_places(client: httpx2.Client, price: object, answered: str) -> None:
    item = create(client, price=price)
    assert item["price"] == answered
    assert client.get(path_of(item)).json() == item


@pytest.mark.parametrize(
    "name", ["x", "x" * 80, "Lämp 💡", "a/b?c=d&e", "<b>", "' OR 1=1 --", "\u200b", "%_"]
)
def test_a_name_comes_back_as_it_was_sent(client: httpx2.Client, name: str) -> None:
    item = create(client, name=name)
    assert item["name"] == name
    assert client.get("/api/v1/items", params={"name": name}).json() == {"items": [item], "next_cursor": None}


def test_a_patch_changes_what_it_names_and_nothing_else(client: httpx2.Client) -> None:
    item = create(client, description="Brass.")
    answer = client.patch(path_of(item), json={"price": "9.99"})
    changed = answer.json()
    assert answer.status_code == 200
    assert answer.headers["ETag"] == '"2"'
    assert changed == {**item, "price": "9.99", "updated_at": changed["updated_at"]}
    assert changed["updated_at"] > item["updated_at"]
    assert client.get(path_of(item)).json() == changed


def test_null_clears_a_description(client: httpx2.Client) -> None:
    item = create(client, description="Brass.")
    assert client.patch(path_of(item), json={"description": None}).json()["description"] is None


def test_an_empty_patch_changes_nothing(client: httpx2.Client) -> None:
    item = create(client)
    answer = client.patch(path_of(item), json={})
    assert (answer.status_code, answer.json(), answer.headers["ETag"]) == (200, item, '"1"')


def test_a_deleted_item_is_gone(client: httpx2.Client) -> None:
    item = create(client)
    deleted = client.delete(path_of(item))
    assert (deleted.status_code, deleted.content, "Content-Type" in deleted.headers) == (204, b"", False)
    assert client.get(path_of(item)).status_code == 404
    assert client.delete(path_of(item)).status_code == 404


def test_a_taken_name_is_a_conflict_on_create_and_on_change(client: httpx2.Client) -> None:
    create(client)
    other = create(client, name="Kettle")
    for answer in (
        client.post("/api/v1/items", json=LAMP),
        client.patch(path_of(other), json={"name": "Lamp"}),
    ):
        assert answer.status_code == 409
        assert answer.json() == {
            "type": "about:blank",
            "title": "Conflict",
            "status": 409,
            "detail": "Another item has this name.",
        }
    assert client.get(path_of(other)).json() == other


@pytest.mark.parametrize("if_none_match", ['"1"', 'W/"1"', '"7", "1"', "*"])
def test_what_the_client_has_is_not_sent_again(client: httpx2.Client, if_none_match: str) -> None:
    item = create(client)
    answer = client.get(path_of(item), headers={"If-None-Match": if_none_match})
    assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", '"1"')


def test_what_the_client_has_not_is_sent(client: httpx2.Client) -> None:
    item = create(client)
    assert client.get(path_of(item), headers={"If-None-Match": '"2"'}).json() == item


@pytest.mark.parametrize("if_match", ['"2"', 'W/"1"', "1", '"x"', '"01"', "", '"9999999999999999999999"'])
def test_a_change_of_another_version_is_refused(client: httpx2.Client, if_match: str) -> None:
    item = create(client)
    for answer in (
        client.patch(path_of(item), json={"price": "1"}, headers={"If-Match": if_match}),
        client.delete(path_of(item), headers={"If-Match": if_match}),
    ):
        assert answer.status_code == 412
        assert answer.json()["title"] == "Precondition Failed"
    assert client.get(path_of(item)).json() == item


@pytest.mark.parametrize("if_match", ['"1"', '"7", "1"', "*"])
def test_a_change_of_this_version_is_made(client: httpx2.Client, if_match: str) -> None:
    item = create(client)
    headers = {"If-Match": if_match}
    assert client.patch(path_of(item), json={"price": "1"}, headers=headers).status_code == 200
    assert client.delete(path_of(item), headers={"If-Match": '"2"'}).status_code == 204


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "path", [NOWHERE, *(f"/api/v1/items/{each}" for each in ("1", str(2**63), "9" * 30, "x", "%00"))]
)
def test_an_item_that_is_not_there_is_a_404(client: httpx2.Client, method: str, path: str) -> None:
    answer = client.request(method, path, json={} if method == "PATCH" else None)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
