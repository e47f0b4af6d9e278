"""Damaged requests: good ones, and what may happen to each of their parts."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

ITEM = "01890000-0000-7000-8000-00000000000a"
"""The id of an item that is there."""

LIMIT = 65536
"""MAX_BODY_BYTES of the servers that are asked."""

SHOP = "https://shop.example"
"""The origin that their CORS_ORIGINS name."""

JSON = b"Content-Type: application/json"


@dataclass(frozen=True)
class Request:
    """The parts of a request, none of which has to be right."""

    method: bytes
    target: bytes
    headers: tuple[bytes, ...] = ()
    body: bytes = b""
    host: tuple[bytes, ...] = (b"Host: shop.example",)
    version: bytes = b"HTTP/1.1"
    credential: bytes | None = None

    def head(self, *framing: bytes) -> bytes:
        first = b" ".join(part for part in (self.method, self.target, self.version) if part)
        caller = () if self.credential is None else (b"Authorization: " + self.credential,)
        return b"".join(line + b"\r\n" for line in (first, *self.host, *caller, *self.headers, *framing, b""))

    def raw(self) -> bytes:
        framing = (b"Content-Length: %d" % len(self.body),) if self.body else ()
        return self.head(*framing) + self.body


GOOD = [
    Request(b"GET", b"/api/v1/items"),
    Request(b"GET", b"/api/v1/items?limit=5&sort=-price&name=lamp"),
    Request(b"POST", b"/api/v1/items", (JSON,), b'{"name": "Chair", "price": "89.90"}'),
    Request(b"GET", b"/api/v1/items/" + ITEM.encode()),
    Request(b"PATCH", b"/api/v1/items/" + ITEM.encode(), (JSON,), b'{"price": 9.5}'),
    Request(b"DELETE", b"/api/v1/items/" + ITEM.encode(), (b'If-Match: "1"',)),
    Request(b"GET", b"/health/live"),
    Request(b"GET", b"/health/ready"),
    Request(b"GET", b"/openapi.json"),
    Request(b"GET", b"/docs"),
    Request(b"GET", b"/docs/docs.js"),
]

# After each request comes this one, on the same connection: it shows whether the server has lost
# its place between two requests, and it ends the connection when it has not.
NEXT = Request(b"GET", b"/health/live?next", (b"Connection: close",)).raw()

_ID = ITEM.encode()

# fmt: off
METHODS = [
    b"GET", b"HEAD", b"OPTIONS", b"PUT", b"POST", b"PATCH", b"DELETE", b"TRACE", b"CONNECT", b"QUERY",
    b"BREW", b"get", b"Get", b"PROPFIND", b"M-SEARCH", b"PRI", b"", b"X" * 300, b"G\x00T", b"G\xc3\x89T",
    b"GET,",
]
PIECES = [
    b"/", b"//", b"/.", b"/..", b"/../", b"%2e%2e/", b"%00", b"%0A", b"%0d%0a", b"%2F", b"%2f", b"%5C",
    b"%FF", b"%", b"%4", b"%zz", b"%25", b"%20", b" ", b"+", b";", b";x=1", b"#", b"#x", b"?", b"??", b"&",
    b"=", b"\\", b"~", b"\xc3\xa9", b"\xff", b"\x00", b"\t", b"\x7f", b"%C3%A9", b"%E2%82%AC", b"%ED%A0%80",
    b"%F0%9F%92%A1", b"*", b":", b"@", b"|", b"<b>", b'"', b"'", b"{}", b"[", b"x" * 300, b"x" * 9000,
    b"/x" * 3000,
]
IDS = [
    _ID.upper(), _ID.replace(b"-", b""), _ID.replace(b"-", b"", 2), b"{%s}" % _ID, b"urn:uuid:" + _ID,
    _ID + b"/", _ID + b"%0A", b"%30" + _ID[1:], b"%20" + _ID, _ID + b"/x", _ID[:-1], b"1", b"9" * 30, b"-1",
    b"9223372036854775808", b"x", b"%00", b"%FF", b"\xc2\xb2", b"null", b".", b"..", b"\xd9\xa0" + _ID[1:],
    b"0" * 36, b"-" * 36, b"%D9%A0" + _ID[1:],
]
TARGETS = [
    b"", b"*", b"/", b"api/v1/items", b"//api/v1/items", b"/api//v1/items", b"/api/v1/items/",
    b"/API/v1/items", b"/api/v1/./items", b"/api/v1/items/..", b"/api/v1/items/.", b"/api/../api/v1/items",
    b"/%61pi/v1/items", b"/api%2Fv1/items", b"/api/v1/items%2F", b"/api/v1/items%0A", b"/api/v1/items%00",
    b"/api/v1/items;x=1", b"/api/v1/items%3Flimit=1", b"/api/v1/items%23", b"/api/v1/items#x",
    b"/api/v1/items?#x", b"/?", b"//", b"/%2F", b"http://shop.example/api/v1/items",
    b"http://other.example/api/v1/items?limit=1", b"HTTP://x/api/v1/items",
    b"https://user:word@x:99/api/v1/items", b"http:///api/v1/items", b"ftp://x/api/v1/items",
    b"shop.example:443", b"http://x", b"http://x?y", b"http://[::1]/docs", b"http://[/docs", b"://",
    b"/docs/../openapi.json", b"/docs/", b"/docs/%2e%2e/openapi.json", b"/docs/docs.html", b"/docs/x/y",
    b"/docs/%2F", b"/docs/docs%2Ejs", b"/docs/..%2Fdocs.js", b"/openapi.json/", b"/openapi.json?x",
    b"/redoc?x=%FF", b"/health/ready?x", b"/health", b"/favicon.ico", b"/static/x", b"/docs/docs.js%00",
    b"/docs/\xc3\xa9", b"/docs/%C3%A9", b"/docs/%FF",
    *(b"/api/v1/items/" + each for each in IDS),
]
NAMES = [
    b"limit", b"cursor", b"sort", b"name", b"page", b"", b"Limit", b"li%6Dit", b"limit[]", b"%FF", b"%00",
    b"\xc3\xa9", b"name%00", b"a/b~c", b"errors", b"x" * 300, b"%ED%A0%80", b"+", b"%",
]
VALUES = [
    b"", b"1", b"0", b"-1", b"+5", b"5.0", b"1e1", b"0x5", b"05", b"%205", b"5%20", b"5+", b"1_0", b"%D9%A5",
    b"101", b"9" * 18, b"9" * 30, b"9" * 5000, b"true", b"null", b"NaN", b"price", b"-price", b"--price",
    b"%2Dprice", b"Price", b"colour", b"price,-name", b"id;", b"lamp", b"LAMP", b"a+b", b"a%20b", b"%2B",
    b"%", b"%4", b"%zz", b"%u0041", b"%FF", b"\xff", b"\xc3\xa9", b"%C3%A9", b"%00", b"%0A", b"%ED%A0%80",
    b"%F0%9F%92%A1", b"%F0%9F%92", b"x" * 80, b"x" * 81, b"%C3%A9" * 80, b"%F0%9F%92%A1" * 81, b"%FF" * 80,
    b"x" * 9000, b"%25", b"_", b"\\", b"'", b"=", b"a=b", b"x", b"=" * 9, b"W10", b"bnVsbA",
    b"WyJwcmljZSIsIjEuMDAiLCJ4Il0", b"W" * 5000, b"W10%3D", b"W1td", b"W1tdLDEsMl0",
]
SPLITS = [b"&", b"&&", b";", b"?", b"&amp;", b"#", b"%26"]
TAGS = [
    b'"1"', b'W/"1"', b'w/"1"', b"1", b"*", b"", b'"', b'""', b'"01"', b'"+1"', b'"1', b"W/", b'"2"', b'"x"',
    b'"1 "', b'"\xc3\xa9"', b'"\xff"', b'"' + b"9" * 30 + b'"', b'"1""2"', b'"1" "2"', b'"1";', b"'1'",
    b'"\\"', b"null", b"x" * 999,
]
FIELDS = [
    b"Content-Type", b"If-Match", b"If-None-Match", b"Idempotency-Key", b"X-Request-ID", b"Cookie",
    b"Authorization", b"Content-Encoding", b"Origin", b"Accept", b"Accept-Encoding", b"Range",
    b"If-Modified-Since", b"If-Unmodified-Since", b"Expect", b"Upgrade", b"Connection", b"Forwarded",
    b"X-Forwarded-For", b"X-Forwarded-Proto", b"X-Forwarded-Prefix", b"X-HTTP-Method-Override",
    b"X_Request_ID", b"X-Request_ID", b"If_Match", b"Content_Type", b"Referer", b"TE", b"Proxy",
    b"Script-Name", b"X-Script-Name", b"Path-Info", b"Access-Control-Request-Method", b"HTTP2-Settings",
    b"x-request-id", b"IF-MATCH", b"", b"X Y", b"X:", b"\xc3\xa9", b"X\x00Y", b"X" * 300, b"Max-Forwards",
    b"Via",
]
CONTENTS = [
    b"", b" ", b"\t", b"x", b"a, b", b"a;b", b",", b"  padded \t", b"x" * 128, b"x" * 129, b"x" * 20000,
    b"\xc3\xa9", b"\xff", b"\x00", b"\x01", b"\x7f", b"\x0b", b"\r", b"a\rb", b"a\n b", b"a\r\n folded",
    b"<script>", b"close", b"keep-alive", b"Upgrade", b"websocket", b"h2c", b"100-continue", b"200-ok",
    b"bytes=0-1", b"gzip", b"identity", b"PATCH", b"GET", SHOP.encode(), b"https://evil.example", b"null",
    b"https", b"for=1.2.3.4", b"/prefix", b"Bearer x", b"a=b; c", b"abc-1", b"application/json",
    b"application/json; charset=utf-16", b"application/json;", b"text/plain", b"multipart/form-data",
    b"application/x-www-form-urlencoded", b"application/merge-patch+json", b"application/+json",
    b"APPLICATION/JSON", b"application/json, text/plain", b"application/a/b+json", b"json",
    b"application /json", b'application/json; x="', *TAGS,
]
HOSTS = [
    (), (b"Host:",), (b"Host: ",), (b"Host: a", b"Host: b"), (b"Host: shop.example", b"Host: shop.example"),
    (b"Host: a b",), (b"Host: a/b",), (b"Host: a/b?c#d",), (b"Host: @",), (b"Host: :0",),
    (b"Host: x:99999",), (b"Host: [::1",), (b"Host: \xff",), (b"Host: \xc3\xa9.example",), (b"Host: a,b",),
    (b"host : a",), (b"Host: %00",), (b"Host: x" + b".x" * 300,), (b"Host: user@x",), (b"Host: a\\b",),
    (b"Host: ?",), (b"Host: #",), (b"Host: a\tb",),
    (b"Host: x..x",), (b"Host: .x",), (b"Host: " + b"x" * 64,), (b"Host: x.:80",), (b"Host: [::1]:80",),
]
VERSIONS = [
    b"HTTP/1.0", b"HTTP/1.1 ", b"", b"HTTP/0.9", b"HTTP/1.2", b"HTTP/1.10", b"HTTP/2", b"HTTP/2.0",
    b"HTTP/3", b"http/1.1", b"HTTP/1", b"HTTP/", b"HTTP/1.1x", b"ICY/1.1", b"HTTP/99.9", b"\tHTTP/1.1",
    b"HTTP/1.1\x00", b"HTTP/01.1", b"HTTP /1.1",
]
VALUES_IN_JSON = [
    b"null", b"true", b"false", b"0", b"-0", b"1", b"-1", b"12.5", b"12.50", b"12.505", b"0.1e2", b"1E2",
    b"1e400", b"-1e400", b"1e-400", b"1e-9", b"99999999.99", b"99999999.994", b"100000000",
    b"0.30000000000000004", b"0.005", b"9" * 30, b"9" * 5000, b"9007199254740993", b"-" + b"9" * 5000,
    b"0." + b"1" * 5000, b"01", b"1.", b".5", b"+1", b"0x1", b"1_0", b"NaN", b"Infinity", b"-Infinity",
    b"nan", b'"NaN"', b'"12.50"', b'"12.5"', b'"12"', b'"012.50"', b'" 1"', b'"1 "', b'"1\\n"', b'"-1"',
    b'"+1"', b'"1e2"', b'"1,5"', b'"\\u0661"', b'"12.505"', b'"100000000"', b'""', b'" "', b'"x"', b'"Lamp"',
    b'"LAMP"', b'"Chair"', b'"' + b"x" * 80 + b'"', b'"' + b"x" * 81 + b'"',
    b'"' + b"\xf0\x9f\x92\xa1" * 80 + b'"', b'"' + b"\\ud83d\\udca1" * 81 + b'"', b'"' + b"x" * 2000 + b'"',
    b'"' + b"x" * 2001 + b'"', b'"a\\u0000b"', b'"a\x00b"', b'"\\ud800"', b'"\\udca1\\ud83d"',
    b'"\\ud83d\\udca1"', b'"\xed\xa0\x80"', b'"\xff"', b'"\xc3\xa9"', b'"e\\u0301"', b'"a\nb"', b'"a\\nb"',
    b'"\x7f"', b'"\\x41"', b"'x'", b'"\\/"', b'"\\u0041"', b'"\\u00"', b'"\\u2028"', b'"\\ufeff"',
    b'"\\uffff"', b"[]", b"{}", b"[1]", b'["Lamp"]', b'{"a": 1}', b"[" * 20 + b"]" * 20,
    b"[" * 40 + b"]" * 40, b"[" * 900 + b"]" * 900, b"[" * 60000, b'{"a":' * 9000, b"undefined", b"nul",
    b"/**/1", b"1 2", b"\xef\xbb\xbf1", b"\x0b1", b"\xa01", b"\xc2\xa01", b'"x', b"[,]", b"[1,]",
    b'{"a":1,}', b"tru\\u0065",
]
KEYS = [
    b'"name"', b'"price"', b'"description"', b'"id"', b'"version"', b'"created_at"', b'"Name"',
    b'"n\\u0061me"', b'""', b'"\\ud800"', b'"a\\u0000"', b'"a/b~c"', b'"__proto__"', b'"_schema"',
    b'"errors"', b'"0"', b"name", b"'name'", b"1", b"null", b'"\xff"', b'"' + b"k" * 300 + b'"', b'"name "',
    b'"\xc3\xa9"', b'"a\\"b"', b'"a\\\\"',
]
WHOLE = [
    b"", b" ", b"\n", b"{", b"}", b"{}", b"{} ", b"{}{}", b"{}\x00", b"\x00", b"[]", b"[{}]", b"null", b'""',
    b"0", b"-", b'"', b"{{}}", b'\xef\xbb\xbf{"name": "Bed", "price": 1}', b'\xff\xfe{\x00}\x00',
    b"\x00{\x00}", b"\x80", b"\xff", b"name=Bed&price=1", '{"name": "Bed", "price": 1}'.encode("utf-16"),
    '{"name": "Bed", "price": 1}'.encode("utf-32-le"), b"\xc0\x80", b"\xf4\x90\x80\x80", b" " * (LIMIT + 1),
    b"[" * LIMIT, b"[" * (LIMIT + 1), b'{"name": "Bed", "price": 1}'.ljust(LIMIT), b'{"a":1,' * 5000,
    b'{"name": "Bed", "price": 1}'.ljust(LIMIT + 1), b"x" * (2 * LIMIT),
    b'{"' + b'", "'.join([b"x"] * 500) + b'"}',
]
# fmt: on

Damage = Callable[[Callable[[st.SearchStrategy[Any]], Any], Request], Request]


def _method(draw: Any, request: Request) -> Request:
    return replace(request, method=draw(st.sampled_from(METHODS)))


def _target(draw: Any, request: Request) -> Request:
    return replace(request, target=draw(st.sampled_from(TARGETS)))


def _path(draw: Any, request: Request) -> Request:
    at = draw(st.integers(0, len(request.target)))
    piece = draw(st.sampled_from(PIECES) | st.binary(min_size=1, max_size=3))
    cut = draw(st.integers(0, 2))
    return replace(request, target=request.target[:at] + piece + request.target[at + cut :])


def _query(draw: Any, request: Request) -> Request:
    one = st.tuples(st.sampled_from(NAMES[:4]) | st.sampled_from(NAMES), st.sampled_from(VALUES)).map(
        b"=".join
    )
    query = draw(st.sampled_from(SPLITS)).join(
        draw(st.lists(one | st.sampled_from(NAMES), min_size=1, max_size=4))
    )
    base = draw(st.sampled_from([request.target, b"/api/v1/items"]))
    return replace(request, target=base + (b"&" if b"?" in base else b"?") + query)


def _header(draw: Any, request: Request) -> Request:
    field = draw(st.sampled_from(FIELDS))
    contents = st.sampled_from(CONTENTS) | st.binary(max_size=20).map(lambda value: value.replace(b"\n", b""))
    lines = draw(st.lists(contents, min_size=1, max_size=2))
    headers = tuple(field + b": " + line for line in lines)
    return replace(request, headers=(*request.headers, *headers))


def _tags(draw: Any, request: Request) -> Request:
    field = draw(st.sampled_from([b"If-Match", b"If-None-Match"]))
    tags = draw(st.lists(st.sampled_from(TAGS), max_size=3))
    return replace(request, headers=(*request.headers, field + b": " + b", ".join(tags)))


def _preflight(draw: Any, request: Request) -> Request:
    asked = tuple(
        field + b": " + draw(st.sampled_from(values))
        for field, values in (
            (b"Origin", [SHOP.encode(), b"https://evil.example", b"", b"*", SHOP.upper().encode()]),
            (b"Access-Control-Request-Method", [b"PATCH", b"BREW", b"", b"GET, PUT"]),
            (b"Access-Control-Request-Headers", [b"If-Match", b"X-Nothing", b"", b"*"]),
        )
        if draw(st.booleans())
    )
    return replace(request, method=b"OPTIONS", headers=(*request.headers, *asked))


def _lost(draw: Any, request: Request) -> Request:
    return replace(request, headers=())


def _host(draw: Any, request: Request) -> Request:
    return replace(request, host=draw(st.sampled_from(HOSTS)))


def _version(draw: Any, request: Request) -> Request:
    return replace(request, version=draw(st.sampled_from(VERSIONS)))


def _fields(draw: Any, request: Request) -> Request:
    one = st.tuples(st.sampled_from(KEYS[:3]) | st.sampled_from(KEYS), st.sampled_from(VALUES_IN_JSON))
    pairs = draw(st.lists(one.map(b": ".join), max_size=4))
    base = draw(st.sampled_from([[], [b'"name": "Bed"', b'"price": 1']]))
    return _written(draw, request, b"{" + b", ".join([*base, *pairs]) + b"}")


def _any_json(draw: Any, request: Request) -> Request:
    leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    value = draw(
        st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5)
    )
    known = draw(st.fixed_dictionaries({}, optional={"name": leaves, "price": leaves, "description": leaves}))
    return _written(draw, request, json.dumps(draw(st.sampled_from([value, known]))).encode())


def _whole(draw: Any, request: Request) -> Request:
    return _written(draw, request, draw(st.sampled_from(WHOLE) | st.sampled_from(VALUES_IN_JSON)))


def _cut(draw: Any, request: Request) -> Request:
    body = request.body or GOOD[2].body
    at = draw(st.integers(0, len(body)))
    piece = draw(st.binary(max_size=3))
    return _written(draw, request, body[:at] + piece + body[at + draw(st.integers(0, len(body))) :])


def _written(draw: Any, request: Request, body: bytes) -> Request:
    """With that body, sent to where one is read."""
    base = request if request.body else draw(st.sampled_from([each for each in GOOD if each.body]))
    return replace(base, body=body)


DAMAGES: list[Damage] = [
    *(_method, _target, _path, _query, _query, _header, _header, _tags, _preflight, _lost, _host, _version),
    *(_fields, _fields, _any_json, _whole, _cut),
]


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


CHUNKED = b"Transfer-Encoding: chunked"
END = b"0\r\n\r\n"

# How a body may be sent; the first is as it should be.
FRAMINGS: list[Callable[[Request, int], bytes]] = [
    lambda request, _: request.raw(),
    lambda r, at: (
        r.head(CHUNKED) + b"".join(_chunk(each) for each in (r.body[:at], r.body[at:]) if each) + END
    ),
    lambda r, at: (
        r.head(CHUNKED) + (_chunk(r.body).replace(b"\r\n", b';x="y"\r\n', 1) if r.body else b"") + END
    ),
    lambda r, at: (
        r.head(CHUNKED, b"Trailer: X-Y") + (_chunk(r.body) if r.body else b"") + b"0\r\nX-Y: z\r\n\r\n"
    ),
    lambda r, at: r.head(CHUNKED) + _chunk(b"x" * LIMIT) + _chunk(b"x") + END,
    lambda r, at: r.head(CHUNKED) + r.body + END,
    lambda r, at: r.head(CHUNKED) + b"%x\r\n%s\r\n" % (len(r.body) + 1 + at % 3, r.body) + END,
    lambda r, at: r.head(CHUNKED) + b"-1\r\nx\r\n" + END,
    lambda r, at: r.head(CHUNKED) + b"f" * 20 + b"\r\nx\r\n" + END,
    lambda r, at: r.head(CHUNKED) + b"0x1\r\nx\r\n" + END,
    lambda r, at: r.head(CHUNKED) + b"1\nx\n0\n\n",
    lambda r, at: r.head(CHUNKED) + _chunk(r.body or b"x"),
    lambda r, at: r.head(b"Transfer-Encoding: gzip, chunked") + _chunk(r.body or b"x") + END,
    lambda r, at: r.head(b"Transfer-Encoding: identity") + r.body,
    lambda r, at: r.head(b"Transfer-Encoding: chunked, chunked") + _chunk(r.body or b"x") + END,
    lambda r, at: r.head(b"Transfer-Encoding: xchunked") + r.body,
    lambda r, at: r.head(b"Transfer-Encoding : chunked") + _chunk(r.body or b"x") + END,
    lambda r, at: (
        r.head(CHUNKED, b"Content-Length: %d" % len(r.body)) + (_chunk(r.body) if r.body else b"") + END
    ),
    lambda r, at: r.head(b"Content-Length: 3", CHUNKED) + r.body,
    lambda r, at: r.head(b"Content-Length: %d" % (len(r.body) + at)) + r.body,
    lambda r, at: r.head(b"Content-Length: %d" % (len(r.body) + 9000)) + r.body,
    lambda r, at: r.head(b"Content-Length: %d" % (LIMIT + 1)) + r.body,
    lambda r, at: r.head(b"Content-Length: %d" % max(0, len(r.body) - at)) + r.body,
    lambda r, at: r.head(b"Content-Length: 99999999999999999999999") + r.body,
    lambda r, at: r.head(b"Content-Length: -1") + r.body,
    lambda r, at: r.head(b"Content-Length: +%d" % len(r.body)) + r.body,
    lambda r, at: r.head(b"Content-Length: ") + r.body,
    lambda r, at: r.head(b"Content-Length: x") + r.body,
    lambda r, at: r.head(b"Content-Length: 0x1") + r.body,
    lambda r, at: r.head(b"Content-Length: 0%d" % len(r.body)) + r.body,
    lambda r, at: r.head(b"Content-Length: %d, %d" % (len(r.body), len(r.body))) + r.body,
    lambda r, at: r.head(*[b"Content-Length: %d" % len(r.body)] * 2) + r.body,
    lambda r, at: r.head(b"Content-Length: %d" % len(r.body), b"Content-Length: 1") + r.body,
    lambda r, at: r.head() + r.body,
    lambda r, at: r.head(b"Expect: 100-continue", b"Content-Length: %d" % len(r.body)) + r.body,
    lambda r, at: r.head(b"Expect: x", b"Content-Length: %d" % len(r.body)) + r.body,
    lambda r, at: r.raw().replace(b"\r\n", b"\n"),
    lambda r, at: r.raw().replace(b"\r\n", b"\n", 1 + at % 3),
    lambda r, at: r.raw().replace(b"\r\n", b"\r\r\n", 1),
    lambda r, at: b"\r\n" * (1 + at % 3) + r.raw(),
    lambda r, at: r.raw()[: max(1, len(r.raw()) - 1 - at)],
    lambda r, at: r.raw() * 2,
    lambda r, at: r.raw() + GOOD[at % len(GOOD)].raw(),
    lambda r, at: b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + r.raw(),
    lambda r, at: b"\x16\x03\x01\x02\x00\x01\x00" + r.raw(),
    lambda r, at: b"GET /api/v1/items\r\n" + r.raw(),
]


def damaged_once(credential: bytes | None = None) -> Iterator[bytes]:
    """Each thing that may happen, once and alone."""
    read, _, create, item, change, *_ = (replace(each, credential=credential) for each in GOOD)
    for method in METHODS:
        yield replace(read, method=method).raw()
        yield replace(item, method=method).raw()
    for target in TARGETS:
        yield replace(read, target=target).raw()
    for piece in PIECES:
        yield replace(read, target=read.target + piece).raw()
    for name in NAMES:
        yield replace(read, target=read.target + b"?" + name + b"=1").raw()
    for value in VALUES:
        for name in NAMES[:4]:
            yield replace(read, target=read.target + b"?" + name + b"=" + value).raw()
    for field in FIELDS:
        yield replace(create, headers=(JSON, field + b": x")).raw()
    for content in CONTENTS:
        for field in FIELDS[:6]:
            for good in (create, change, item):
                yield replace(good, headers=(*good.headers, field + b": " + content)).raw()
    for host in HOSTS:
        yield replace(create, host=host).raw()
    for version in VERSIONS:
        yield replace(read, version=version).raw()
    for body in (*WHOLE, *VALUES_IN_JSON):
        yield replace(create, body=body).raw()
    for key in KEYS:
        yield replace(create, body=b'{"name": "Bed", "price": 1, %s: 1}' % key).raw()
    for value in VALUES_IN_JSON:
        for key in KEYS[:3]:
            yield replace(change, body=b"{%s: %s}" % (key, value)).raw()
    for framing in FRAMINGS:
        yield framing(create, 1)
        yield framing(read, 1)


@st.composite
def damaged(
    draw: Any,
    good: Sequence[Request] = GOOD,
    damages: Sequence[Damage] = DAMAGES,
    credentials: st.SearchStrategy[bytes | None] = st.none(),  # noqa: B008 (a description, which is immutable)
) -> bytes:
    """The bytes of a request that was good, until up to three things happened to it; and the next one's."""
    request = draw(st.sampled_from(good))
    for damage in draw(st.lists(st.sampled_from(damages), max_size=3)):
        request = damage(draw, request)
    request = replace(request, credential=draw(credentials))
    if not draw(st.integers(0, 3)):  # a quarter; the server below the framework answers many of these
        raw = draw(st.sampled_from(FRAMINGS))(request, draw(st.integers(0, len(request.body))))
    else:
        raw = request.raw()
    if not draw(st.integers(0, 9)):
        at = draw(st.integers(0, min(len(raw), 400)))
        raw = raw[:at] + draw(st.binary(max_size=2)) + raw[at + draw(st.integers(0, 2)) :]
    return raw + NEXT
