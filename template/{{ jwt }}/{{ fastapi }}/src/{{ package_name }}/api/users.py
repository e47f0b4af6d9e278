"""Those who have an account: their JSON, and what they do with it."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from ..accounts.model import EMAIL_MAX, User
from ..accounts.passwords import PASSWORD_MAX, PASSWORD_MIN
from .access import ANYBODY, READ_USERS, WRITE_USERS
from .contract import ETAG, problems
from .dependencies import IfMatch, IfNoneMatch, run
from .guard import Accounts, Address, CurrentCaller
from .inputs import entity_tag, is_unchanged, versions
from .routing import StrictRoute
from .schemas import EntityOut, In, Out, Text

Email = Annotated[
    Text,
    Field(max_length=EMAIL_MAX, examples=["ada@example.org"], json_schema_extra={"format": "email"}),
]
Password = Annotated[
    Text,
    Field(
        min_length=PASSWORD_MIN,
        max_length=PASSWORD_MAX,
        examples=["Crisp lilac teapot"],
        json_schema_extra={"format": "password"},
    ),
]
CurrentPassword = Annotated[
    Text,
    Field(max_length=PASSWORD_MAX, examples=["Crisp lilac teapot"], json_schema_extra={"format": "password"}),
]


class UserIn(In):
    email: Email
    password: Password


class UserPatch(In):
    current_password: CurrentPassword
    password: Password


class UserRegistered(Out):
    email: Email


class UserOut(EntityOut):
    email: Email | None
    is_admin: bool = Field(examples=[False])


router = APIRouter(prefix="/api/v1/users", tags=["users"], route_class=StrictRoute)


@router.post("", status_code=202, responses=problems(400, 413, 415, 429), openapi_extra={"security": ANYBODY})
async def create_user(body: UserIn, accounts: Accounts, address: Address) -> UserRegistered:
    """Register.

    The answer is the same when the email address has an account already, which stays as it is. So
    nobody can learn here who has one.
    """
    email = await run(accounts.users.register, **body.model_dump(), address=address)
    return UserRegistered(email=email)


@router.get(
    "/me",
    response_model=UserOut,
    responses={200: {"headers": ETAG}, 304: {"headers": ETAG}, **problems(404)},
    openapi_extra={"security": READ_USERS},
)
async def get_me(
    response: Response, accounts: Accounts, caller: CurrentCaller, if_none_match: IfNoneMatch = None
) -> User | Response:
    """Get yourself.

    `email` is null for those who come from an outside issuer.
    """
    user = await run(accounts.users.get, caller.user_id)
    response.headers["ETag"] = entity_tag(user.version)
    if is_unchanged(if_none_match, user.version):
        return Response(status_code=304, headers=response.headers)
    return user


@router.patch(
    "/me",
    response_model=UserOut,
    responses={200: {"headers": ETAG}, **problems(400, 404, 409, 412, 413, 415, 429)},
    openapi_extra={"security": WRITE_USERS},
)
async def update_me(
    response: Response,
    body: UserPatch,
    accounts: Accounts,
    caller: CurrentCaller,
    address: Address,
    if_match: IfMatch = None,
) -> User:
    """Change your password.

    It ends every token and API key of yours: log in again.
    """
    user = await run(
        accounts.users.change_password,
        caller.user_id,
        **body.model_dump(),
        address=address,
        versions=versions(if_match),
    )
    response.headers["ETag"] = entity_tag(user.version)
    return user


@router.delete(
    "/me", status_code=204, responses=problems(404, 409, 412), openapi_extra={"security": WRITE_USERS}
)
async def delete_me(accounts: Accounts, caller: CurrentCaller, if_match: IfMatch = None) -> None:
    """Delete your account.

    All that is yours goes with it.
    """
    await run(accounts.users.delete, caller.user_id, versions=versions(if_match))
