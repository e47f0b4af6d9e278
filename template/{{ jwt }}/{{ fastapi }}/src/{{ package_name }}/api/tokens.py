"""Logging in, staying so, and logging out, as OAuth 2.0 has it (RFC 6749)."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.datastructures import FormData

from ..accounts.model import EMAIL_MAX, SCOPE_MAX
from ..accounts.passwords import PASSWORD_MAX
from ..accounts.tokens import Grant
from .access import ANYBODY, PEOPLE
from .contract import problems
from .dependencies import run
from .errors import invalid
from .form import NOT_STORED, TOKEN_MAX, read_form, refused, require_form, token_problems
from .guard import Accounts, Address, CurrentCaller, offered
from .routing import StrictRequest, StrictRoute
from .schemas import Out, Text


class FormRequest(StrictRequest):
    """A request whose body is a form."""

    async def load(self) -> None:
        require_form(self.headers.get("content-type"))
        self._form = FormData(read_form(await self.body()))  # which `form()` gives


class FormRoute(StrictRoute):
    """Reads forms, and tells what is wrong with one as OAuth does."""

    request_class = FormRequest

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def telling(request: Request) -> Response:
            try:
                return await handle(request)
            except RequestValidationError as error:
                raise refused(invalid(error)) from None

        return telling


# `| None` would be a second kind of it, in the document, and in the pointer to one that is wrong.
Scope = Annotated[
    Text,
    Field(
        max_length=SCOPE_MAX,
        description="Scopes, with blanks between them; all but `admin`, if there are none.",
        examples=["items:read items:write"],
    ),
]


class TokenIn(BaseModel):
    grant_type: Literal["password"]
    username: Annotated[
        Text, Field(max_length=EMAIL_MAX, description="The email address.", examples=["ada@example.org"])
    ]
    password: Annotated[
        Text,
        Field(
            max_length=PASSWORD_MAX, examples=["Crisp lilac teapot"], json_schema_extra={"format": "password"}
        ),
    ]
    scope: Scope = None  # type: ignore[assignment]


class RefreshIn(BaseModel):
    grant_type: Literal["refresh_token"]
    refresh_token: Annotated[Text, Field(max_length=TOKEN_MAX, examples=["eyJhbGciOi..."])]
    scope: Scope = None  # type: ignore[assignment]


class TokenOut(Out):
    access_token: Annotated[str, Field(examples=["eyJhbGciOi..."])]
    refresh_token: Annotated[str, Field(examples=["eyJhbGciOi..."])]
    token_type: Annotated[str, Field(examples=["bearer"])]
    expires_in: Annotated[int, Field(description="Seconds.", examples=[900])]
    scope: Annotated[str, Field(examples=["items:read items:write"])]


router = APIRouter(prefix="/api/v1/tokens", tags=["tokens"], route_class=FormRoute)


@router.post("", response_model=TokenOut, responses=token_problems(), openapi_extra={"security": ANYBODY})
async def create_token(
    request: Request,
    response: Response,
    body: Annotated[TokenIn, Form()],
    accounts: Accounts,
    address: Address,
) -> Grant:
    """Log in.

    The access token is for the header `Authorization`, as `Bearer`; the refresh token gets the next ones.
    """
    response.headers.update(NOT_STORED)
    its = body.model_dump(exclude={"grant_type"})
    return await run(accounts.tokens.log_in, **its, offered=offered(request.app), address=address)


@router.post(
    "/refresh", response_model=TokenOut, responses=token_problems(), openapi_extra={"security": ANYBODY}
)
async def refresh_token(response: Response, body: Annotated[RefreshIn, Form()], accounts: Accounts) -> Grant:
    """Get new tokens for a refresh token.

    It is valid once: used again, it ends the login with all of its tokens.
    """
    response.headers.update(NOT_STORED)
    return await run(accounts.tokens.refresh, **body.model_dump(exclude={"grant_type"}))


@router.delete("", status_code=204, responses=problems(), openapi_extra={"security": PEOPLE})
async def delete_token(accounts: Accounts, caller: CurrentCaller) -> None:
    """Log out.

    It ends the login that the access token is of, with all of its tokens.
    """
    await run(accounts.tokens.log_out, caller)
