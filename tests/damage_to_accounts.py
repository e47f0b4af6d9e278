"""Requests of those who have accounts, and about accounts; what may happen to them, and to who asks."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from damage import DAMAGES, GOOD, JSON, VALUES_IN_JSON, Damage, Request, damaged, damaged_once
from hypothesis import strategies as st
from people import ADA, FORM, GRACE, PASSWORD, form

A_FORM = f"Content-Type: {FORM}".encode()
USERS, ME, TOKENS, REFRESH, KEYS = (
    b"/api/v1/" + each for each in (b"users", b"users/me", b"tokens", b"tokens/refresh", b"api-keys")
)

# fmt: off
FIELDS = [
    b'"email"', b'"password"', b'"current_password"', b'"name"', b'"scopes"', b'"expires_in_days"',
    b'"is_admin"', b'"Email"', b'"owner_id"',
]
VALUES = [
    *(json.dumps(each).encode() for each in (
        ADA, ADA.upper(), f" {ADA}", f"{ADA} ", GRACE, "ada", "@example.org", "ada@", "a@b", "a@b.c",
        "ada@example", "ada@@example.org", "a..b@example.org", ".a@example.org", "a b@example.org",
        '"a b"@example.org', "Ada <ada@example.org>", "ada@[127.0.0.1]", "ada@127.0.0.1", "ada@localhost",
        "ada@shop.test", "ada@x.local", "ad\u00e4@example.org", "ada@ex\u00e4mple.org",
        "ada@xn--exmple-cua.org", "ada@EX\u00c4MPLE.org", "\u0130@example.org", "e\u0301@example.org",
        "\ufb01@example.org", "a\u200b@example.org", "a\u0000@example.org", "a\n@example.org",
        "\u2024a@example.org", "ada@example\u3002org", "x" * 64 + "@example.org", "x" * 65 + "@example.org",
        "a@" + "x" * 63 + ".org", "a@" + "x" * 64 + ".org", "a@" + "x." * 120 + "org",
        "a@" + "x." * 130 + "org", "\u00e9" * 40 + "@example.org", "a@" + "\u00e9" * 60 + ".org",
        "ada@-x.org", "ada@x.-", PASSWORD, PASSWORD.upper(), f"{PASSWORD} ", "Another green kettle", "x" * 11,
        "x" * 12, "x" * 128, "x" * 129, "password1234", "123456789012", "qwertyuiop[]", "adaexampleorg",
        "\u00e9" * 12, "e\u0301" * 6, "\U0001f4a1" * 12, "\U0001f4a1" * 11, "\U0001f4a1" * 128, " " * 12,
        "\t" * 12, "\u0661" * 12, "a\u0000" * 8, "x" * 2000, "Crisp lilac\u00a0teapot",
    )),
    b'["items:read"]', b'["items:read", "items:read"]', b'["items:write", "items:read"]', b'["admin"]',
    b'["x"]', b'["items:read", "x", "admin"]', b'["items:read", null]', b'["items:read", 1]', b'[""]',
    b'[" "]', b'[[]]', b'["items:read items:write"]', b'["ITEMS:READ"]', b'["items:read\\u0000"]',
    b'["\\ud800"]', b'{"0": "items:read"}', b"[" + b", ".join([b'"items:read"'] * 20) + b"]",
    b"[" + b", ".join([b'"items:read"'] * 21) + b"]", b"[" + b", ".join([b'"x"'] * 20) + b"]",
    b'["' + b"x" * 1000 + b'"]', b'["' + b"x" * 1001 + b'"]', b"90", b"90.0", b"90.5", b"9e1", b'"90"',
    b"3650", b"3651", b"1e3", b"1e300", b"-0.0", b"0.0", *VALUES_IN_JSON,
]
NAMES = ["grant_type", "username", "password", "scope", "refresh_token", "client_id", "", "Grant_Type", "x",
"errors"]
PARAMETERS = [
    "", "password", "refresh_token", "client_credentials", "PASSWORD", quote(ADA), quote(ADA.upper()),
    quote(GRACE), quote(PASSWORD), PASSWORD.replace(" ", "+"), quote(PASSWORD + "x"), "items%3Aread",
    "items:read+items:write", "items:read++items:read", "+items:read+", "+", "admin", "items:read+admin", "x",
    "items%3Aread%09users%3Aread", "%FF", "%", "%zz", "%00", "a%00b", "%C3%A9", "\xe9", "x=y", "a;b",
    "x" * 254, "x" * 255, "x" * 128, "x" * 129, "%C3%A9" * 128, "x" * 1000, "x" * 1001, "x" * 4096,
    "x" * 4097, "eyJhbGciOi...", "null", "%ED%A0%80", "%F0%9F%92%A1",
]
FORMS = [
    "", "&", "=", "a", "a&b", "&&x=1&&", "=x", "grant_type", "grant_type=password", "grant_type=", "{}",
    "null", "grant_type=password;username=a;password=b", "?grant_type=password", "x=1&" * 200, "&" * 2000,
    "a=1&" * 99 + "a=1", "a=1&" * 100 + "a=1", '{"grant_type": "password"}', "x" * 3000,
    "\ufeffgrant_type=password",
]
CREDENTIALS = [
    None, b"", b" ", b"Bearer", b"Bearer ", b"Bearer  ", b"Basic YWRhOmI=", b"Digest x", b"Bearer x",
    b"Bearer a.b.c", b"Bearer ..", b"Bearer .", b"Bearer sk_", b"Bearer sk__", b"Bearer sk_0_x",
    b"Bearer sk_00000000_" + b"x" * 43, b"Bearer \xff", b"Bearer \xc3\xa9", b"Bearer sk_\xff",
    b"Bearer sk_\xc3\xa9_\xc3\xa9", b"Bearer " + b"x" * 9000, b"Bearer sk_" + b"x" * 9000, b"Bearer e30.e30.",
    b"Bearer e30.e30.e30", b"Bearer eyJhbGciOiJIUzI1NiJ9.e30.x", b"Bearer bnVsbA.bnVsbA.bnVsbA",
    b"Bearer WzFd.e30.x", b"Bearer eyJhbGciOlsxXX0.e30.x", b"\xff", b"bearer", b"token",
    b"Bearer eyJhbGciOiJIUzI1NiIsImtpZCI6e319.e30.x", b"Bearer eyJhbGciOiJIUzI1NiIsImtpZCI6WzFdfQ.e30.x",
]
# fmt: on


@dataclass(frozen=True)
class Shown:
    """What one who calls may show, good and bad."""

    tokens: dict[str, str]
    refresh_token: str
    api_key: str
    reading_key: str
    key_id: str

    @property
    def good(self) -> bytes:
        return b"Bearer " + self.tokens["good"].encode()

    def credentials(self) -> list[bytes | None]:
        """Each that there is."""
        token, key = self.tokens["good"].encode(), self.api_key.encode()
        valid = [*self.tokens.values(), self.refresh_token, self.api_key, self.reading_key]
        written = [
            b"bearer ",
            b"BEARER ",
            b"Bearer  ",
            b"Bearer\t",
            b"",
            b"Token ",
            b"Bearer Bearer ",
            b"Bearer, ",
        ]
        after = [b" ", b" x", b",", b", x", b"=", b"\x0b", b"\xa0", b";q=1", b" " * 200]
        return [
            *(b"Bearer " + each.encode() for each in valid),
            *(each + token for each in written),
            *(b"Bearer " + token + each for each in after),
            *(b"Bearer " + key + each for each in after),
            *(
                b"Bearer " + each
                for each in (key[:-1], key + b"x", key.upper(), key[:11], key[:12], key.lower())
            ),
            *CREDENTIALS,
        ]

    def requests(self) -> list[Request]:
        """Good ones about accounts."""
        refresh = form(grant_type="refresh_token", refresh_token=self.refresh_token)
        change = {"current_password": PASSWORD, "password": "Another green kettle"}
        api_key = {"name": "Till", "scopes": ["items:read"], "expires_in_days": 90}
        return [
            Request(b"POST", USERS, (JSON,), json.dumps({"email": GRACE, "password": PASSWORD}).encode()),
            Request(b"GET", ME, (b'If-None-Match: "2"',)),
            Request(b"PATCH", ME, (JSON, b'If-Match: "1"'), json.dumps(change).encode()),
            Request(b"DELETE", ME, (b'If-Match: "1"',)),
            Request(b"POST", TOKENS, (A_FORM,), LOG_IN.encode()),
            Request(b"POST", REFRESH, (A_FORM,), refresh.encode()),
            Request(b"DELETE", TOKENS),
            Request(b"GET", KEYS + b"?limit=1"),
            Request(b"POST", KEYS, (JSON,), json.dumps(api_key).encode()),
            Request(b"DELETE", KEYS + b"/" + self.key_id.encode()),
        ]


LOG_IN = form(grant_type="password", username=ADA, password=PASSWORD)


def _fields_of_accounts(draw: Any, request: Request) -> Request:
    """Other fields in a body, or more of them."""
    pairs = draw(st.lists(st.tuples(st.sampled_from(FIELDS), st.sampled_from(VALUES)), max_size=4))
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError):
        sent = None
    its = sent.items() if isinstance(sent, dict) else ()
    kept = [json.dumps({name: value})[1:-1].encode() for name, value in its if draw(st.booleans())]
    return replace(request, body=b"{" + b", ".join([*kept, *map(b": ".join, pairs)]) + b"}")


def _parameters(draw: Any, request: Request) -> Request:
    """Another form, or more in it."""
    pairs = draw(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(PARAMETERS)), max_size=4))
    kept = draw(st.lists(st.sampled_from(LOG_IN.split("&")), unique=True))
    text = "&".join(draw(st.permutations([*kept, *map("=".join, pairs)])))
    target = request.target if A_FORM in request.headers else draw(st.sampled_from([TOKENS, REFRESH]))
    return Request(
        b"POST", target, (A_FORM,), draw(st.sampled_from(FORMS) | st.just(text)).encode("latin-1", "ignore")
    )


MORE_DAMAGES: list[Damage] = [*DAMAGES, *[_fields_of_accounts, _parameters] * 3]


def damaged_by_people(shown: Shown) -> st.SearchStrategy[bytes]:
    """Damaged requests of those who have accounts."""
    credential = st.sampled_from([shown.good] * 3 + [b"Bearer " + shown.api_key.encode()])
    return damaged(
        [*GOOD[:6], *shown.requests()],
        MORE_DAMAGES,
        credential | credential | st.sampled_from(shown.credentials()),
    )


def damaged_by_people_once(shown: Shown) -> Iterator[bytes]:
    """Each thing that may happen to requests of those who have accounts, once and alone."""
    yield from damaged_once(shown.good)
    asked = [replace(each, credential=shown.good) for each in shown.requests()]
    for credential in shown.credentials():
        for request in (*asked, *GOOD[:6]):
            yield replace(request, credential=credential).raw()
            yield replace(request, credential=credential, target=request.target + b"?x=1", body=b"{").raw()
    for request in asked:
        for method in (b"GET", b"HEAD", b"OPTIONS", b"PUT", b"POST", b"PATCH", b"DELETE", b"BREW"):
            yield replace(request, method=method).raw()
            yield replace(request, method=method, credential=None).raw()
        for piece in (
            b"/",
            b"/x",
            b"%2F",
            b"?x",
            b"?limit=1",
            b"?limit=101",
            b"?cursor=x",
            b"?cursor=W10",
            b";",
        ):
            yield replace(request, target=request.target + piece).raw()
        if JSON in request.headers:
            yield from _written(request)
    for path in (TOKENS, REFRESH):
        base = replace(asked[4 if path == TOKENS else 5], target=path)
        for text in FORMS:
            yield replace(base, body=text.encode()).raw()
        for name in NAMES:
            for value in PARAMETERS:
                yield replace(base, body=_with(base.body, name, value.encode("latin-1"))).raw()
                yield replace(
                    base, body=base.body + b"&" + name.encode() + b"=" + value.encode("latin-1")
                ).raw()
        for kind in (
            b"",
            b"; charset=utf-8",
            b"; charset=latin-1",
            b";",
            b"; boundary=x",
            b", text/plain",
            b"x",
        ):
            yield replace(base, headers=(A_FORM + kind,)).raw()
        for header in ((), (JSON,), (b"Content-Type: multipart/form-data; boundary=x",), (A_FORM, A_FORM)):
            yield replace(base, headers=header).raw()


def _written(request: Request) -> Iterator[bytes]:
    sent = json.loads(request.body)
    for name in sent:
        others = {key: value for key, value in sent.items() if key != name}
        yield replace(request, body=json.dumps(others).encode()).raw()
        for value in VALUES:
            pairs = [*(json.dumps({key: each})[1:-1].encode() for key, each in others.items())]
            body = b"{" + b", ".join([*pairs, json.dumps(name).encode() + b": " + value]) + b"}"
            yield replace(request, body=body).raw()
    for name in FIELDS:
        yield replace(request, body=request.body[:-1] + b", " + name + b": 1}").raw()


def _with(text: bytes, name: str, value: bytes) -> bytes:
    """The form with another value of that parameter."""
    kept = [each for each in text.split(b"&") if not each.startswith(name.encode() + b"=")]
    return b"&".join([*kept, name.encode() + b"=" + value])
