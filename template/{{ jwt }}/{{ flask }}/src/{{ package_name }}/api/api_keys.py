"""API keys: what programs show instead of a token."""

from typing import Any
from uuid import UUID

from flask import Blueprint, request
from marshmallow import Schema, ValidationError, fields, validate

from ..accounts.api_keys import DAYS_MAX, SCOPES_MAX, MadeKey
from ..accounts.model import KEY_NAME_MAX, SCOPE_MAX, ApiKey
from ..pagination import Page
from .access import READ_API_KEYS, WRITE_API_KEYS
from .contract import CURSOR_EXAMPLE, LINK, problems
from .form import days
from .guard import accounts, caller
from .headers import next_link
from .routing import Headers, body, query, returns
from .schemas import EntityOut, Moment, Out, PageQuery, Text


def _name() -> Text:
    return Text(validate.Length(1, KEY_NAME_MAX), required=True, metadata={"examples": ["Cash desk"]})


class Scopes(fields.List[str]):
    """A list of scopes. One that is too long is refused before its entries are looked at."""

    def __init__(self) -> None:
        super().__init__(
            Text(validate.Length(1, SCOPE_MAX)),
            required=True,
            validate=(length := validate.Length(1, SCOPES_MAX)),
            metadata={"examples": [["items:read"]]},
        )
        self.length = length

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[str | None]:
        if isinstance(value, list) and len(value) > SCOPES_MAX:
            self.length(value)
        return super()._deserialize(value, attr, data, **kwargs)


class Days(fields.Integer):
    """A number of days."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        try:
            return days(value)
        except ValueError as error:
            raise ValidationError(str(error)) from None


class ApiKeyIn(Schema):
    name = _name()
    scopes = Scopes()
    expires_in_days = Days(
        allow_none=True,
        validate=validate.Range(1, DAYS_MAX),
        metadata={"description": "It never expires without this.", "examples": [90]},
    )


class ApiKeyOut(EntityOut):
    name = _name()
    prefix = fields.String(
        required=True, metadata={"description": "How the key begins.", "examples": ["sk_3f9a1c2b"]}
    )
    scopes = Scopes()
    expires_at = Moment(required=True, allow_none=True)


class ApiKeyMade(Out):
    key = fields.String(
        required=True,
        metadata={"description": "The key. It is shown this once.", "examples": ["sk_3f9a1c2b_0Zc8mWq..."]},
    )
    api_key = fields.Nested(ApiKeyOut, required=True)


class ApiKeyPage(Out):
    items = fields.Nested(ApiKeyOut, many=True, required=True)
    next_cursor = fields.String(required=True, allow_none=True, metadata={"examples": [CURSOR_EXAMPLE]})


blueprint = Blueprint("api_keys", __name__, url_prefix="/api/v1/api-keys")


@blueprint.get("")
@returns(ApiKeyPage(), headers=LINK, responses=problems(), security=READ_API_KEYS)
@query(PageQuery())
def list_api_keys(query: dict[str, Any]) -> tuple[Page[ApiKey], Headers]:
    """List your API keys, a page at a time.

    The newest are the first. Of a key, only its beginning is shown.
    """
    page = accounts.api_keys.page(caller.user_id, **query)
    return page, next_link(request.path, query, page.next_cursor)


@blueprint.post("")
@returns(ApiKeyMade(), 201, responses=problems(400, 409, 413, 415), security=WRITE_API_KEYS)
@body(ApiKeyIn())
def create_api_key(body: dict[str, Any]) -> MadeKey:
    """Make an API key.

    It may have some of the scopes of the token that makes it.
    """
    return accounts.api_keys.create(caller, **body)


@blueprint.delete("/<uuid:key_id>")
@returns(None, 204, responses=problems(404), security=WRITE_API_KEYS)
def delete_api_key(key_id: UUID) -> None:
    """Revoke an API key.

    It is refused from then on.
    """
    accounts.api_keys.delete(caller.user_id, key_id)
