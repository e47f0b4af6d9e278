"""Logging in, staying so, and logging out, as OAuth 2.0 has it (RFC 6749)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, current_app, request
from marshmallow import EXCLUDE, Schema, fields, validate

from ..accounts.model import EMAIL_MAX, SCOPE_MAX
from ..accounts.passwords import PASSWORD_MAX
from ..accounts.tokens import Grant
from ..errors import Invalid
from .access import ANYBODY, PEOPLE
from .contract import problems
from .dependencies import read_body
from .form import FORM, NOT_STORED, TOKEN_MAX, read_form, refused, require_form, token_problems
from .guard import accounts, caller, offered
from .routing import Headers, View, loads, returns
from .schemas import Out, Text


def form(schema: Schema) -> Callable[[View], View]:
    """Load the form with the schema, and hand it to the view as `body`; tell what is wrong as OAuth does."""

    def read() -> dict[str, str]:
        require_form(request.content_type)
        return read_form(read_body())

    def decorate(view: View) -> View:
        loading = loads("body", schema, read, FORM)(view)

        @wraps(loading)
        def telling(**kwargs: Any) -> Any:
            try:
                return loading(**kwargs)
            except Invalid as error:
                raise refused(error) from None

        return telling

    return decorate


def _scope() -> Text:
    metadata = {
        "description": "Scopes, with blanks between them; all but `admin`, if there are none.",
        "examples": ["items:read items:write"],
    }
    return Text(validate.Length(max=SCOPE_MAX), metadata=metadata)


class Form(Schema):
    class Meta:
        unknown = EXCLUDE  # RFC 6749, section 3.2


class TokenIn(Form):
    grant_type = fields.String(required=True, validate=validate.Equal("password"))
    username = Text(
        validate.Length(max=EMAIL_MAX),
        required=True,
        metadata={"description": "The email address.", "examples": ["ada@example.org"]},
    )
    password = Text(
        validate.Length(max=PASSWORD_MAX),
        required=True,
        metadata={"format": "password", "examples": ["Crisp lilac teapot"]},
    )
    scope = _scope()


class RefreshIn(Form):
    grant_type = fields.String(required=True, validate=validate.Equal("refresh_token"))
    refresh_token = Text(
        validate.Length(max=TOKEN_MAX), required=True, metadata={"examples": ["eyJhbGciOi..."]}
    )
    scope = _scope()


class TokenOut(Out):
    access_token = fields.String(required=True, metadata={"examples": ["eyJhbGciOi..."]})
    refresh_token = fields.String(required=True, metadata={"examples": ["eyJhbGciOi..."]})
    token_type = fields.String(required=True, metadata={"examples": ["bearer"]})
    expires_in = fields.Integer(required=True, metadata={"description": "Seconds.", "examples": [900]})
    scope = fields.String(required=True, metadata={"examples": ["items:read items:write"]})


blueprint = Blueprint("tokens", __name__, url_prefix="/api/v1/tokens")


@blueprint.post("")
@returns(TokenOut(), responses=token_problems(), security=ANYBODY)
@form(TokenIn())
def create_token(body: dict[str, Any]) -> tuple[Grant, Headers]:
    """Log in.

    The access token is for the header `Authorization`, as `Bearer`; the refresh token gets the next ones.
    """
    grant = accounts.tokens.log_in(
        username=body["username"],
        password=body["password"],
        scope=body.get("scope"),
        offered=offered(current_app),
        address=request.remote_addr or "",
    )
    return grant, NOT_STORED


@blueprint.post("/refresh")
@returns(TokenOut(), responses=token_problems(), security=ANYBODY)
@form(RefreshIn())
def refresh_token(body: dict[str, Any]) -> tuple[Grant, Headers]:
    """Get new tokens for a refresh token.

    It is valid once: used again, it ends the login with all of its tokens.
    """
    grant = accounts.tokens.refresh(refresh_token=body["refresh_token"], scope=body.get("scope"))
    return grant, NOT_STORED


@blueprint.delete("")
@returns(None, 204, responses=problems(), security=PEOPLE)
def delete_token() -> None:
    """Log out.

    It ends the login that the access token is of, with all of its tokens.
    """
    accounts.tokens.log_out(caller)
