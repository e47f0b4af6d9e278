"""An amount of money: an exact decimal with two places, from 0 to 99999999.99."""

import re
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Dialect, Numeric, TypeDecorator
from sqlalchemy.types import TypeEngine

MAX = Decimal("99999999.99")
PATTERN = r"^[0-9]{1,8}(\.[0-9]{1,2})?$"
"""How an amount is written; without a sign, an exponent or spaces."""

_CENT = Decimal("0.01")
_WRITTEN = re.compile(PATTERN)


def parse(value: object) -> Decimal:
    """An amount from a string such as "12.50", or from a JSON number.

    A number is what JSON makes of it, a double (RFC 8259, section 6), so it is read by the
    15 digits that a double keeps. Raises `ValueError` with a sentence.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = _plainly(value)
    if isinstance(value, str) and _WRITTEN.fullmatch(value):
        return Decimal(value).quantize(_CENT)
    raise ValueError(f'Give an amount from 0 to {MAX}, with at most two places, such as "12.50".')


def _plainly(number: float) -> str:
    if not 0 <= number <= MAX:
        return ""
    return f"{Decimal(f'{number:.15g}') + 0:f}"


class Money(TypeDecorator[Decimal]):
    """A column of amounts: NUMERIC where the database has it, whole cents on SQLite, which has not."""

    impl = Numeric(10, 2)
    cache_ok = True
    python_type = Decimal

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(BigInteger() if dialect.name == "sqlite" else Numeric(10, 2))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | int | None:
        if value is None or dialect.name != "sqlite":
            return value
        return int(value.quantize(_CENT).scaleb(2))

    def process_result_value(self, value: Decimal | int | None, dialect: Dialect) -> Decimal | None:
        if isinstance(value, int):
            return Decimal(value).scaleb(-2)
        return value
