"""The wire shapes that resources share."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from .. import money
from ..pagination import LIMIT_DEFAULT, LIMIT_MAX
from .contract import CURSOR_EXAMPLE, MONEY_IN, MONEY_OUT
from .inputs import TEXT_PATTERN, whole_number


def _is_unicode(text: str) -> None:
    """Refuse lone surrogates, which JSON can write and nothing can keep."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValidationError("Not valid Unicode.") from None


class Text(fields.String):
    """Any text but NUL and lone surrogates, of a length."""

    def __init__(self, length: validate.Length, **kwargs: Any) -> None:
        rules: list[Callable[[str], Any]] = [length, validate.Regexp(TEXT_PATTERN), _is_unicode]
        super().__init__(validate=rules, **kwargs)


class Money(fields.Field[Decimal]):
    """An amount that is sent: a decimal string, or a number."""

    def __init__(self, *, metadata: dict[str, Any] = MONEY_IN, **kwargs: Any) -> None:
        super().__init__(metadata=metadata, **kwargs)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else str(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        try:
            return money.parse(value)
        except ValueError as error:
            raise ValidationError(str(error)) from None


class MoneyOut(Money):
    """An amount that is answered: a decimal string with two places."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(metadata=MONEY_OUT, **kwargs)


class Moment(fields.AwareDateTime):
    """A moment in UTC, as RFC 3339 writes it; that is left to orjson, which takes a tenth of the time."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return value


class Id(fields.UUID):
    """The id of a resource, which is left to orjson too."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return value


class WholeNumber(fields.Integer):
    """A whole number in a query."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        try:
            return whole_number(value)
        except ValueError as error:
            raise ValidationError(str(error)) from None


class Out(Schema):
    """What a client gets. It is open: a field more is no breaking change."""

    class Meta:
        unknown = EXCLUDE


class EntityOut(Out):
    """What every resource shows of itself."""

    id = Id(required=True)
    created_at = Moment(required=True)
    updated_at = Moment(required=True)


class PageQuery(Schema):
    """How a page is asked for."""

    limit = WholeNumber(load_default=LIMIT_DEFAULT, validate=validate.Range(1, LIMIT_MAX))
    cursor = fields.String(
        metadata={"description": "`next_cursor` of the page before.", "examples": [CURSOR_EXAMPLE]}
    )
