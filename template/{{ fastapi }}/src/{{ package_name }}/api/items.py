"""The items of the shop: their JSON, and five routes."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field, with_config
from typing_extensions import TypedDict

from ..items.model import DESCRIPTION_MAX, NAME_MAX, Item, ItemSort
from ..pagination import Page
from .contract import CURSOR_EXAMPLE, ETAG, LINK, LOCATION, problems
from .dependencies import IfMatch, IfNoneMatch, Once, Services, run
from .headers import next_link
from .inputs import entity_tag, is_unchanged, versions
from .routing import StrictRoute
from .schemas import STRICT, EntityOut, In, Money, MoneyOut, Out, PageQuery, Text

Name = Annotated[Text, Field(min_length=1, max_length=NAME_MAX, examples=["Lamp"])]
Description = Annotated[Text, Field(max_length=DESCRIPTION_MAX, examples=["Brass, with a green shade."])]


class ItemIn(In):
    name: Name
    description: Description | None = None
    price: Money


@with_config(STRICT)
class ItemPatch(TypedDict, total=False):  # a dictionary, because absent is not null
    name: Name
    description: Description | None
    price: Money


class ItemOut(EntityOut):
    name: Name
    description: Description | None
    price: MoneyOut


class ItemPage(Out):
    items: list[ItemOut]
    next_cursor: Annotated[str | None, Field(examples=[CURSOR_EXAMPLE])]


class ItemQuery(PageQuery):
    sort: ItemSort = "-created_at"
    name: Annotated[
        Name | None, Field(description="Keep the items whose name contains this, in any case.")
    ] = None


router = APIRouter(prefix="/api/v1/items", tags=["items"], route_class=StrictRoute)


@router.get("", response_model=ItemPage, responses={200: {"headers": LINK}, **problems()})
async def list_items(
    request: Request, response: Response, query: Annotated[ItemQuery, Query()], services: Services
) -> Page[Item]:
    """List the items, a page at a time.

    While there is more, `Link` has the address of the next page, and `next_cursor` its cursor.
    """
    asked = query.model_dump()
    page = await run(services.items.page, **asked)
    response.headers.update(next_link(request.scope["path"], asked, page.next_cursor))
    return page


@router.post(
    "",
    status_code=201,
    response_model=ItemOut,
    responses={201: {"headers": {**LOCATION, **ETAG}}, **problems(400, 409, 413, 415)},
)
async def create_item(
    request: Request, response: Response, body: ItemIn, services: Services, once: Once
) -> Item:
    """Create an item.

    Its name must not be taken.
    """
    item = await run(once, services.items.create, **body.model_dump())
    response.headers["Location"] = f"{request.scope['path']}/{item.id}"
    response.headers["ETag"] = entity_tag(item.version)
    return item


@router.get(
    "/{item_id:uuid}",
    response_model=ItemOut,
    responses={200: {"headers": ETAG}, 304: {"headers": ETAG}, **problems(404)},
)
async def get_item(
    response: Response, item_id: UUID, services: Services, if_none_match: IfNoneMatch = None
) -> Item | Response:
    """Get an item.

    Send the `ETag` that you have in `If-None-Match`: 304 says that the item is still that.
    """
    item = await run(services.items.get, item_id)
    response.headers["ETag"] = entity_tag(item.version)
    if is_unchanged(if_none_match, item.version):
        return Response(status_code=304, headers=response.headers)
    return item


@router.patch(
    "/{item_id:uuid}",
    response_model=ItemOut,
    responses={200: {"headers": ETAG}, **problems(400, 404, 409, 412, 413, 415)},
)
async def update_item(
    response: Response, item_id: UUID, body: ItemPatch, services: Services, if_match: IfMatch = None
) -> Item:
    """Change some fields of an item.

    Fields that are absent stay. Send its `ETag` in `If-Match`, so that nobody's change is lost.
    """
    item = await run(services.items.update, item_id, body, versions=versions(if_match))
    response.headers["ETag"] = entity_tag(item.version)
    return item


@router.delete("/{item_id:uuid}", status_code=204, responses=problems(404, 409, 412))
async def delete_item(item_id: UUID, services: Services, if_match: IfMatch = None) -> None:
    """Delete an item.

    Send its `ETag` in `If-Match`, so that nobody's change is lost.
    """
    await run(services.items.delete, item_id, versions=versions(if_match))
