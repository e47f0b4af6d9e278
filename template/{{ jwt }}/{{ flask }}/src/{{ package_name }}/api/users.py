"""Those who have an account: their JSON, and what they do with it."""

from typing import Any

from flask import Blueprint, Response, request
from marshmallow import Schema, fields, validate

from ..accounts.model import EMAIL_MAX, User
from ..accounts.passwords import PASSWORD_MAX, PASSWORD_MIN
from .access import ANYBODY, READ_USERS, WRITE_USERS
from .contract import ETAG, IF_MATCH, IF_NONE_MATCH, problems
from .guard import accounts, caller
from .inputs import entity_tag, is_unchanged, versions
from .routing import Headers, body, returns
from .schemas import EntityOut, Out, Text


def _email(**kwargs: Any) -> Text:
    metadata = {"format": "email", "examples": ["ada@example.org"]}
    return Text(validate.Length(max=EMAIL_MAX), required=True, metadata=metadata, **kwargs)


def _password(shortest: int | None = None) -> Text:
    metadata = {"format": "password", "examples": ["Crisp lilac teapot"]}
    return Text(validate.Length(shortest, PASSWORD_MAX), required=True, metadata=metadata)


class UserIn(Schema):
    email = _email()
    password = _password(PASSWORD_MIN)


class UserPatch(Schema):
    current_password = _password()
    password = _password(PASSWORD_MIN)


class UserRegistered(Out):
    email = _email()


class UserOut(EntityOut):
    email = _email(allow_none=True)
    is_admin = fields.Boolean(required=True, metadata={"examples": [False]})


blueprint = Blueprint("users", __name__, url_prefix="/api/v1/users")


@blueprint.post("")
@returns(UserRegistered(), 202, responses=problems(400, 413, 415, 429), security=ANYBODY)
@body(UserIn())
def create_user(body: dict[str, Any]) -> dict[str, str]:
    """Register.

    The answer is the same when the email address has an account already, which stays as it is. So
    nobody can learn here who has one.
    """
    return {"email": accounts.users.register(**body, address=request.remote_addr or "")}


@blueprint.get("/me")
@returns(
    UserOut(),
    headers=ETAG,
    parameters=[IF_NONE_MATCH],
    responses={304: {"description": "Not Modified", "headers": ETAG}, **problems(404)},
    security=READ_USERS,
)
def get_me() -> tuple[User, Headers] | Response:
    """Get yourself.

    `email` is null for those who come from an outside issuer.
    """
    user = accounts.users.get(caller.user_id)
    headers = {"ETag": entity_tag(user.version)}
    if is_unchanged(request.headers.get("If-None-Match"), user.version):
        return Response(status=304, headers=headers)
    return user, headers


@blueprint.patch("/me")
@returns(
    UserOut(),
    headers=ETAG,
    parameters=[IF_MATCH],
    responses=problems(400, 404, 409, 412, 413, 415, 429),
    security=WRITE_USERS,
)
@body(UserPatch())
def update_me(body: dict[str, Any]) -> tuple[User, Headers]:
    """Change your password.

    It ends every token and API key of yours: log in again.
    """
    its_versions = versions(request.headers.get("If-Match"))
    user = accounts.users.change_password(
        caller.user_id, **body, address=request.remote_addr or "", versions=its_versions
    )
    return user, {"ETag": entity_tag(user.version)}


@blueprint.delete("/me")
@returns(None, 204, parameters=[IF_MATCH], responses=problems(404, 409, 412), security=WRITE_USERS)
def delete_me() -> None:
    """Delete your account.

    All that is yours goes with it.
    """
    accounts.users.delete(caller.user_id, versions=versions(request.headers.get("If-Match")))
