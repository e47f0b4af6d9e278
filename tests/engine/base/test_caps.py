"""What is capped, so that nothing burns CPU: what just fits is read as ever, and one more is refused."""

import json
from collections.abc import Iterator
from random import Random
from typing import Any

import httpx2
import pytest

from my_shop.api import create_app
from my_shop.api.inputs import read_json
from my_shop.errors import FieldError, Invalid, Malformed
from my_shop.settings import Settings

from .client import make_client
from .cost import Costs, Request, costs_of
from .people import HEADERS

ITEMS = "/api/v1/items"
LAMP = {"name": "Lamp", "price": "1"}


@pytest.fixture
def costs(settings: Settings) -> Iterator[Costs]:
    with costs_of(settings) as costs:
        yield costs


def bad_request(detail: str) -> dict[str, Any]:
    return {"type": "about:blank", "title": "Bad Request", "status": 400, "detail": detail}


def test_an_object_has_a_thousand_members_at_most(client: httpx2.Client) -> None:
    members = {f"m{number:04}": None for number in range(1000)}
    answer = client.post(ITEMS, json=members)
    assert answer.status_code == 422
    told = answer.json()
    assert told["detail"] == "1002 fields are invalid."  # with the two that are missing
    assert [each["pointer"] for each in told["errors"]] == [f"/m{number:04}" for number in range(100)]
    for body in ({**members, "one": 1}, {**LAMP, "nonsense": [{**members, "one": 1}]}):
        answer = client.post(ITEMS, json=body)
        assert answer.status_code == 400
        assert answer.json() == bad_request(
            "An object in the body has more than 1000 members. Send it in parts."
        )


def test_a_body_has_ten_thousand_values_at_most(client: httpx2.Client) -> None:
    for values, status in ((9_996, 422), (9_997, 400)):  # with the object, name, price and list
        answer = client.post(ITEMS, json={**LAMP, "nonsense": [1] * values})
        assert answer.status_code == status
    assert answer.json() == bad_request("The body has more than 10000 values. Send it in parts.")
    assert client.get(ITEMS).json()["items"] == []


def test_the_number_of_values_is_a_setting(settings: Settings) -> None:
    with make_client(create_app(settings.model_copy(update={"max_json_values": 100}))) as client:
        for values, status in ((96, 422), (97, 400)):
            answer = client.post(ITEMS, json={**LAMP, "nonsense": [1] * values})
            assert answer.status_code == status
        assert answer.json() == bad_request("The body has more than 100 values. Send it in parts.")


@pytest.mark.parametrize("text", [",", "[", "{", '"', "\\", '\\",', '",[', "[]{}"])
def test_marks_in_a_text_do_not_count(client: httpx2.Client, text: str) -> None:
    item = {**LAMP, "description": (text * 2000)[:2000]}
    answer = client.post(ITEMS, json=item)
    assert answer.status_code == 201
    assert answer.json()["description"] == item["description"]
    long = {**LAMP, "description": text * 11_000}
    assert client.post(ITEMS, json=long).json()["errors"][0]["pointer"] == "/description"


def made(random: Random, depth: int = 0) -> Any:
    text = "".join(random.choices('",[]{}:\\ \nä😀a', k=random.randrange(6)))
    kind = random.randrange(4 if depth < 5 else 2)
    if kind == 2:
        return [made(random, depth + 1) for _ in range(random.randrange(5))]
    if kind == 3:
        return {f"{text}{number}": made(random, depth + 1) for number in range(random.randrange(5))}
    return text if kind else random.choice([1, -1.5e300, None, True])


def values(value: Any) -> int:
    """Return how many values there are, with those within."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(values, inner))


def test_values_are_counted_exactly() -> None:
    random = Random(1)
    for _ in range(3000):
        value = made(random)
        body = json.dumps(value, ensure_ascii=random.random() < 0.5, indent=random.choice([None, 1])).encode()
        count = values(value)
        assert read_json(body, 32, count) == value
        with pytest.raises(Malformed, match=f"more than {count - 1} values"):
            read_json(body, 32, count - 1)


def test_the_hundred_smallest_errors_are_told_and_all_are_counted() -> None:
    places = [(source, f"{number:03}") for source in ("query", "body") for number in range(150)]
    shuffled = Random(1).sample(places, len(places))
    told = Invalid(
        *(FieldError.at(source, [number], "first") for source, number in places),
        *(FieldError.at(source, [number], "last") for source, number in shuffled),
    )
    assert str(told) == "300 fields are invalid."
    assert told.members == {
        "errors": [{"in": "body", "pointer": f"/{number:03}", "detail": "last"} for number in range(100)]
    }


def test_a_query_has_a_hundred_parameters_at_most(client: httpx2.Client) -> None:
    told = client.get(f"{ITEMS}?{'&'.join(f'p{number:03}' for number in range(100))}").json()
    assert told["detail"] == "100 fields are invalid."
    for query in ("&".join(["a=1"] * 101), "name=Lamp" + "&" * 100):
        answer = client.get(f"{ITEMS}?{query}")
        assert answer.status_code == 422
        assert answer.json() == {
            "type": "about:blank",
            "title": "Unprocessable Content",
            "status": 422,
            "detail": "1 field is invalid.",
            "errors": [{"in": "query", "pointer": "", "detail": "More than 100 parameters."}],
        }


@pytest.mark.parametrize("name", [b"x", b"cookie", b"x-%d"])
def test_a_request_has_a_hundred_header_lines_at_most(costs: Costs, name: bytes) -> None:
    there = 1 + len(HEADERS)  # the host, and who calls
    for lines, status in ((100, 200), (101, 431)):
        headers = tuple((name.replace(b"%d", b"%d" % n), b"a") for n in range(lines - there))
        assert costs.ask(Request("GET", "/health/live", b"", headers))[1] == status
    assert json.loads(costs.body) == {
        "type": "about:blank",
        "title": "Request Header Fields Too Large",
        "status": 431,
        "detail": "The headers are larger than this API accepts.",
    }


@pytest.mark.parametrize("length", [b"9" * 5000, b"9" * 21, b"1_0", b"+1", b"-1", b"1, 1", b"", b"\xb2"])
def test_a_length_that_is_no_number_is_a_400(costs: Costs, length: bytes) -> None:
    headers = ((b"content-type", b"application/json"), (b"content-length", length))
    assert costs.ask(Request("POST", ITEMS, b"", headers))[1] == 400
    assert json.loads(costs.body) == bad_request("This is not HTTP as RFC 9112 has it.")
