"""Reading a collection page by page."""

import base64
import json
from typing import Any

import httpx2
import pytest

from .test_items_api import create


def read_all(client: httpx2.Client, path: str) -> list[dict[str, Any]]:
    """Follow the links from page to page."""
    found = []
    while True:
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        if "next" not in answer.links:
            assert answer.json()["next_cursor"] is None
            return found
        path = answer.links["next"]["url"]


def test_an_empty_shop_is_an_empty_page(client: httpx2.Client) -> None:
    answer = client.get("/api/v1/items")
    assert (answer.status_code, answer.json()) == (200, {"items": [], "next_cursor": None})
    assert "Link" not in answer.headers


@pytest.mark.parametrize("sort", ["id", "name", "price", "created_at", "updated_at"])
def test_pages_hold_every_item_once_and_in_order(client: httpx2.Client, sort: str) -> None:
    # Prices repeat, so that the ids have to decide.
    items = [create(client, name=f"Lamp {n * 3 % 5}", price=f"{n % 2}.10") for n in range(5)]
    ordered = sorted(items, key=lambda item: (item[sort], item["id"]))
    for limit in (2, 5):
        assert read_all(client, f"/api/v1/items?sort={sort}&limit={limit}") == ordered
        assert read_all(client, f"/api/v1/items?sort=-{sort}&limit={limit}") == ordered[::-1]


def test_the_newest_come_first_by_default(client: httpx2.Client) -> None:
    items = [create(client, name=name) for name in ("Lamp", "Kettle", "Chair")]
    assert client.get("/api/v1/items").json()["items"] == items[::-1]


def test_an_item_that_comes_meanwhile_is_neither_skipped_nor_doubled(client: httpx2.Client) -> None:
    for name in ("Bed", "Desk", "Fork", "Hat"):
        create(client, name=name)
    first = client.get("/api/v1/items?sort=name&limit=2")
    create(client, name="Axe")
    create(client, name="Egg")
    rest = read_all(client, first.links["next"]["url"])
    assert [item["name"] for item in first.json()["items"] + rest] == ["Bed", "Desk", "Egg", "Fork", "Hat"]


def test_an_item_that_goes_meanwhile_does_not_end_the_pages(client: httpx2.Client) -> None:
    items = [create(client, name=name) for name in ("Bed", "Desk", "Fork")]
    first = client.get("/api/v1/items?sort=name&limit=2")
    client.delete(f"/api/v1/items/{items[1]['id']}")
    assert read_all(client, first.links["next"]["url"]) == [items[2]]


def test_a_name_filters_by_a_part_of_it_in_any_case(client: httpx2.Client) -> None:
    items = [create(client, name=name) for name in ("Ölfarbe", "Palette 50%", "Pinsel_5")]
    for part, found in (("ÖLF", items[:1]), ("farbe", items[:1]), ("%", items[1:2]), ("_", items[2:])):
        assert client.get("/api/v1/items", params={"name": part, "sort": "name"}).json()["items"] == found


def test_a_filter_goes_with_the_link(client: httpx2.Client) -> None:
    for n in range(5):
        create(client, name=f"Lamp & {n}")
        create(client, name=f"Chair {n}")
    found = read_all(client, "/api/v1/items?name=lamp%20%26&limit=2&sort=name")
    assert [item["name"] for item in found] == [f"Lamp & {n}" for n in range(5)]


def forged(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "ä",
        "=" * 9,
        "A" * 1000,
        forged(),
        forged("price", "1.00", "no id"),
        forged("-price", "1.00", "01890000-0000-7000-8000-000000000000"),
        forged("price", "NaN", "01890000-0000-7000-8000-000000000000"),
        forged("price", 1, "01890000-0000-7000-8000-000000000000"),
        forged("price", ["1.00"], "01890000-0000-7000-8000-000000000000"),
        forged("price", "1" * 400, "01890000-0000-7000-8000-000000000000"),
        "W" * 5000,
    ],
)
def test_a_cursor_that_is_not_of_this_sort_is_refused(client: httpx2.Client, cursor: str) -> None:
    answer = client.get("/api/v1/items", params={"sort": "price", "cursor": cursor})
    assert answer.status_code == 422
    assert [(error["in"], error["pointer"]) for error in answer.json()["errors"]] == [("query", "/cursor")]


@pytest.mark.parametrize(
    ("sort", "value"),
    [
        ("created_at", "0001-01-01T00:00:00+14:00"),
        ("created_at", "now"),
        ("name", "a\0"),
        ("name", "\ud800"),
        ("id", "1"),
    ],
)
def test_a_cursor_with_an_impossible_value_is_refused(client: httpx2.Client, sort: str, value: str) -> None:
    cursor = forged(sort, value, "01890000-0000-7000-8000-000000000000")
    assert client.get("/api/v1/items", params={"sort": sort, "cursor": cursor}).status_code == 422


@pytest.mark.parametrize(
    ("query", "pointers"),
    [
        ("limit=0", ["/limit"]),
        ("limit=101", ["/limit"]),
        ("limit=-1", ["/limit"]),
        ("limit=", ["/limit"]),
        ("limit=1.0", ["/limit"]),
        ("limit=+5", ["/limit"]),
        ("limit=1_0", ["/limit"]),
        ("limit=9223372036854775808", ["/limit"]),
        ("limit=" + "9" * 30, ["/limit"]),
        ("limit=x&sort=colour", ["/limit", "/sort"]),
        ("sort=", ["/sort"]),
        ("sort=description", ["/sort"]),
        ("name=", ["/name"]),
        ("name=%00", ["/name"]),
        ("name=" + "x" * 81, ["/name"]),
        ("page=2", ["/page"]),
        ("limit=1&limit=2", ["/limit"]),
        ("a~b/c=1", ["/a~0b~1c"]),
    ],
)
def test_a_query_that_is_wrong_is_told_by_name(
    client: httpx2.Client, query: str, pointers: list[str]
) -> None:
    answer = client.get(f"/api/v1/items?{query}")
    assert answer.status_code == 422
    assert [(error["in"], error["pointer"]) for error in answer.json()["errors"]] == [
        ("query", pointer) for pointer in pointers
    ]
