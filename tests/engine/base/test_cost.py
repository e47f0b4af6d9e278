"""No body burns CPU: a hostile one costs at most ten times what a valid one of its size does.

The CPU time of this process is compared, and the least of several runs, so that a busy machine decides
nothing. A valid request counts as a millisecond at least (`cost.FLOOR`): most of the short ones take less.
"""

from collections.abc import Iterator

import pytest

from my_shop.settings import Settings

from .cost import Costs, costs_of, create, filled, numbered

KNOWN = b'"name":"Lamp","price":"1"'
UNKNOWN = b"{" + KNOWN + b',"a":'
SIZES = [8_000, 64_000, 1_000_000]


@pytest.fixture
def costs(settings: Settings) -> Iterator[Costs]:
    with costs_of(settings) as costs:
        yield costs


LISTED = {
    "ints": b"1",
    "ints of 399 digits": b"9" * 399,
    "ints of thousands of digits": b"9" * 4000,
    "floats": b"1.5",
    "long floats": b"1." + b"123456789" * 3,
    "floats that are hard to read": b"2.2250738585072011" + b"123456789" * 80 + b"e-308",
    "exponents": b"1e-300",
    "tiny strings": b'""',
    "escaped strings": b'"\\u0041"',
    "lone surrogates": b'"\\ud800"',
    "nulls": b"null",
    "empty arrays": b"[]",
    "empty objects": b"{}",
    "objects": b'{"a":1,"b":2}',
    "deep arrays": b"[" * 29 + b"]" * 29,
    "deeper arrays": b"[" * 33 + b"]" * 33,
    "constants that are not JSON": b"NaN",
}
IN_A_TEXT = {
    "letters": b"x",
    "commas": b",",
    "brackets": b"[{",
    "two bytes": "ä".encode(),
    "four bytes": "😀".encode(),
    "all widths": "aä€😀".encode(),
    "escapes": b"\\n",
    "quotes and commas": b'\\",',
    "backslashes": b"\\\\",
    "unicode escapes": b"\\u0041",
    "pairs": b"\\ud83d\\ude00",
    "surrogates": b"\\ud83d",
    "NULs": b"\\u0000",
    "pointer escapes": b"~/",
}
MEMBERS = {"short": b'"%x":1', "escaped": b'"~/~/%x":1', "long": b'"' + b"~" * 500 + b'%x":1'}
DIGITS = {"int": b"9", "fraction": b"1.", "small fraction": b"0.", "exponent": b"1e", "text": b'"'}


def bodies(size: int) -> Iterator[tuple[str, bytes]]:
    for name, part in LISTED.items():
        yield f"{name} below an unknown field", filled(UNKNOWN + b"[", part, b"]}", size)
        yield f"{name} below a known field", filled(b'{"price":"1","name":[', part, b"]}", size)
        yield f"{name} alone", filled(b"[", part, b"]", size)
        yield f"{name} without an end", filled(b"[", part, b"", size)
        most = 9990 // max(1, part.count(b"[") + part.count(b"{") + part.count(b":"))  # that are accepted
        yield f"not too many {name}", filled(UNKNOWN + b"[", part, b"]}", size, most=most).ljust(size)
    for name, part in IN_A_TEXT.items():
        yield f"{name} in a name", filled(b'{"price":"1","name":"', part, b'"}', size, b"")
        yield f"{name} in an unknown field", filled(UNKNOWN + b'"', part, b'"}', size, b"")
        yield f"{name} in the name of a member", filled(b"{" + KNOWN + b',"', part, b'":1}', size, b"")
    for name, start in DIGITS.items():
        end = b'"}' if start == b'"' else b"}"
        yield f"a price that is a long {name}", filled(b'{"name":"a","price":' + start, b"0", end, size, b"")
    for name, part in MEMBERS.items():
        members = numbered(part, size - 100)
        yield f"{name} members", b"{" + members + b"}"
        yield f"{name} members behind known ones", b"{" + KNOWN + b"," + members + b"}"
        yield f"{name} members below an unknown one", UNKNOWN + b"{" + members + b"}}"
        yield f"{name} members below a known one", b'{"price":"1","name":{' + members + b"}}"
        members = numbered(part, size - 100, most=990)  # which are accepted
        yield f"not too many {name} members", (b"{" + members + b"}").ljust(size)
        yield (
            f"not too many objects of {name} members",
            filled(UNKNOWN + b"[", b"{" + members + b"}", b"]}", size, most=10),
        )
    yield "duplicates", filled(b"{", b'"name":"Lamp"', b',"price":"1"}', size)
    yield "arrays in arrays", b"[" * (size // 2) + b"]" * (size // 2)
    yield "objects in objects", b'{"a":' * (size // 6) + b"1" + b"}" * (size // 6)
    yield "blanks", b" " * size
    yield "lines", b"{" + b"\r\n" * (size // 2 - 20) + KNOWN + b"}"
    yield "commas", b"," * size
    yield "quotes", b'"' * size
    yield "backslashes", b"\\" * size
    yield "no UTF-8", UNKNOWN + b'"' + b"x" * (size - 100) + b'\xff"}'


@pytest.mark.parametrize("size", SIZES)
def test_no_body_burns_cpu(costs: Costs, size: int) -> None:
    valid = costs.least(lambda: create(size=size), 201)
    assert costs.dear(valid, ((name, create(body)) for name, body in bodies(size))) == {}
