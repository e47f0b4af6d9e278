"""API keys: what programs show instead of a token."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime, BeforeValidator, Field

from ..accounts.api_keys import DAYS_MAX, SCOPES_MAX, MadeKey
from ..accounts.model import KEY_NAME_MAX, SCOPE_MAX, ApiKey
from ..pagination import Page
from .access import READ_API_KEYS, WRITE_API_KEYS
from .contract import CURSOR_EXAMPLE, LINK, problems
from .dependencies import run
from .form import days
from .guard import Accounts, CurrentCaller
from .headers import next_link
from .routing import StrictRoute
from .schemas import EntityOut, In, Out, PageQuery, Text

Name = Annotated[Text, Field(min_length=1, max_length=KEY_NAME_MAX, examples=["Cash desk"])]
Scopes = Annotated[
    list[Annotated[Text, Field(min_length=1, max_length=SCOPE_MAX)]],
    Field(min_length=1, max_length=SCOPES_MAX, examples=[["items:read"]]),
]
Days = Annotated[
    int,
    Field(ge=1, le=DAYS_MAX, description="It never expires without this.", examples=[90]),
    BeforeValidator(days),
]


class ApiKeyIn(In):
    name: Name
    scopes: Scopes
    expires_in_days: Days | None = None


class ApiKeyOut(EntityOut):
    name: Name
    prefix: Annotated[str, Field(description="How the key begins.", examples=["sk_3f9a1c2b"])]
    scopes: Scopes
    expires_at: AwareDatetime | None


class ApiKeyMade(Out):
    key: Annotated[
        str, Field(description="The key. It is shown this once.", examples=["sk_3f9a1c2b_0Zc8mWq..."])
    ]
    api_key: ApiKeyOut


class ApiKeyPage(Out):
    items: list[ApiKeyOut]
    next_cursor: Annotated[str | None, Field(examples=[CURSOR_EXAMPLE])]


router = APIRouter(prefix="/api/v1/api-keys", tags=["api_keys"], route_class=StrictRoute)


@router.get(
    "",
    response_model=ApiKeyPage,
    responses={200: {"headers": LINK}, **problems()},
    openapi_extra={"security": READ_API_KEYS},
)
async def list_api_keys(
    request: Request,
    response: Response,
    query: Annotated[PageQuery, Query()],
    accounts: Accounts,
    caller: CurrentCaller,
) -> Page[ApiKey]:
    """List your API keys, a page at a time.

    The newest are the first. Of a key, only its beginning is shown.
    """
    asked = query.model_dump()
    page = await run(accounts.api_keys.page, caller.user_id, **asked)
    response.headers.update(next_link(request.scope["path"], asked, page.next_cursor))
    return page


@router.post(
    "",
    status_code=201,
    response_model=ApiKeyMade,
    responses=problems(400, 409, 413, 415),
    openapi_extra={"security": WRITE_API_KEYS},
)
async def create_api_key(body: ApiKeyIn, accounts: Accounts, caller: CurrentCaller) -> MadeKey:
    """Make an API key.

    It may have some of the scopes of the token that makes it.
    """
    return await run(accounts.api_keys.create, caller, **body.model_dump())


@router.delete(
    "/{key_id:uuid}",
    status_code=204,
    responses=problems(404),
    openapi_extra={"security": WRITE_API_KEYS},
)
async def delete_api_key(key_id: UUID, accounts: Accounts, caller: CurrentCaller) -> None:
    """Revoke an API key.

    It is refused from then on.
    """
    await run(accounts.api_keys.delete, caller.user_id, key_id)
