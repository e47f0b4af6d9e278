"""What is capped of the requests of accounts, as `test_caps.py` has it."""

from typing import Any

import httpx2
import pytest

from .people import SCOPES
from .test_cost_accounts import ADA, KEYS, REFRESH, TOKENS


def test_a_form_has_32_kib_at_most(client: httpx2.Client) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    content = ADA + b"&padding="
    assert client.post(TOKENS, content=content.ljust(32_768, b"x"), headers=headers).status_code == 200
    for path in (TOKENS, REFRESH):
        answer = client.post(path, content=content.ljust(32_769, b"x"), headers=headers)
        assert answer.status_code == 413
        assert answer.json() == {
            "type": "about:blank",
            "title": "Content Too Large",
            "status": 413,
            "detail": "The body is larger than this API accepts.",
        }


def test_the_longest_form_that_means_something_is_read(client: httpx2.Client) -> None:
    scope = SCOPES + " " * (1000 - len(SCOPES))
    content = {
        "grant_type": "password",
        "username": "\U0001f600" * 254,
        "password": "\U0001f600" * 128,
        "scope": scope,
    }
    answer = client.post(TOKENS, data=content)
    assert answer.json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "scopes", [[1] * 21, [""] * 20 + ["items:read"], ["items:read"] * 20 + [None], [{}] * 9000]
)
def test_a_list_that_is_too_long_is_one_error(client: httpx2.Client, scopes: list[Any]) -> None:
    answer = client.post(KEYS, json={"name": "Desk", "scopes": scopes})
    assert answer.status_code == 422
    told = answer.json()
    assert (told["detail"], [each["pointer"] for each in told["errors"]]) == (
        "1 field is invalid.",
        ["/scopes"],
    )
