"""No e-mail address and no password burns CPU, as `test_cost.py` has it; hashing is not counted."""

from collections.abc import Iterator
from random import Random
from urllib.parse import quote_plus

import pytest

from my_shop.settings import Settings

from .cost import Costs, costs_of
from .test_cost_accounts import ADA, form, register


@pytest.fixture
def costs(settings: Settings) -> Iterator[Costs]:
    limits = {"attempts_per_address": "100000/second", "attempts_per_account": "100000/second"}
    with costs_of(settings.model_copy(update=limits)) as costs:
        yield costs


# What names of hosts are made of.
HOSTS = "a. ä. ä äß中日 xn--4ca. a\u0301\u0323 \ufdfa \ufb03 א1. \u0660\u06f0 क्\u200d l· ・ - a。 😀 : 1. [ _"
PUNYCODE = [f"xn--{sign * 58}." for sign in "a9z"]

# What is in front of the @.
NAMES = ["\u0301", "\u0301\u0323", "\ufdfa", "\u1100\u1161\u11a8", *'.@"<( \né', '\\"']

# Signs that can stand for letters, keys side by side, dates, words, and letters of several parts.
ODD = """a 4 @ ! 1 $ ( e3 il1|!7 a4@ g69 s5$ x% c({[< pA$$w0rd qwerty a4@bB8c({[<e3g69iI1!|ll71|o0s$5t+7x%z2
1.1.2011-1-1- 0123456789 zxcvbgfdsaqwert passwordmonkeydragonletmein p4ssw0rdm0nk3ydr4g0n
\ufdfa é a\u0301\u0323 \x01 😀"""
KNOWN = "password.monkey-dragon_letmein.qwerty-0123456789@a.b.c.d.e.f.g.example.org"


def emails() -> Iterator[str]:
    yield from (f"a@{(part * 254)[:240]}.de" for part in [*HOSTS.split(), *PUNYCODE])
    yield from (f"a{(part * 254)[:240]}@example.org" for part in NAMES)
    yield f"a@{''.join(chr(0x4E00 + number * 37) for number in range(240))}.de"
    yield f"a{''.join(chr(0x300 + number % 64) for number in range(240))}@example.org"


def test_no_email_burns_cpu(costs: Costs) -> None:
    costs.ask(form(ADA))
    valid = costs.least(register, 202)
    assert costs.dear(valid, ((email, register(email)) for email in emails())) == {}
    valid = costs.least(lambda: form(ADA), 200)
    start = b"grant_type=password&password=x&username="
    logins = ((email, form(start + quote_plus(email).encode())) for email in emails())
    assert costs.dear(valid, logins) == {}


def test_no_password_burns_cpu(costs: Costs) -> None:
    valid = costs.least(register, 202)
    random = Random(1)
    odd = [part * 128 for part in ODD.split()]
    odd += ["".join(random.choices("abegilostxz!$%&/()=?0123456789@{[<|+", k=128)) for _ in range(20)]
    assert costs.dear(valid, ((each, register(password=each[:128])) for each in odd)) == {}
    assert costs.dear(valid, ((each, register(KNOWN, each[:128])) for each in odd)) == {}
