"""The items of the shop: their JSON, and five routes."""

from typing import Any, get_args
from uuid import UUID

from flask import Blueprint, Response, request
from marshmallow import Schema, fields, validate

from ..items.model import DESCRIPTION_MAX, NAME_MAX, Item, ItemSort
from ..pagination import Page
from .contract import CURSOR_EXAMPLE, ETAG, IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, LINK, LOCATION, problems
from .dependencies import once, services
from .headers import next_link
from .inputs import entity_tag, is_unchanged, versions
from .routing import Headers, body, query, returns
from .schemas import EntityOut, Money, MoneyOut, Out, PageQuery, Text


def _name(*, description: str | None = None, **kwargs: Any) -> Text:
    metadata = {"examples": ["Lamp"]} | ({"description": description} if description else {})
    return Text(validate.Length(1, NAME_MAX), metadata=metadata, **kwargs)


def _description(**kwargs: Any) -> Text:
    metadata = {"examples": ["Brass, with a green shade."]}
    return Text(validate.Length(max=DESCRIPTION_MAX), allow_none=True, metadata=metadata, **kwargs)


class ItemIn(Schema):
    name = _name(required=True)
    description = _description()
    price = Money(required=True)


class ItemPatch(Schema):
    name = _name()
    description = _description()
    price = Money()


class ItemOut(EntityOut):
    name = _name(required=True)
    description = _description(required=True)
    price = MoneyOut(required=True)


class ItemPage(Out):
    items = fields.Nested(ItemOut, many=True, required=True)
    next_cursor = fields.String(required=True, allow_none=True, metadata={"examples": [CURSOR_EXAMPLE]})


class ItemQuery(PageQuery):
    sort = fields.String(load_default="-created_at", validate=validate.OneOf(get_args(ItemSort)))
    name = _name(description="Keep the items whose name contains this, in any case.")


blueprint = Blueprint("items", __name__, url_prefix="/api/v1/items")


@blueprint.get("")
@returns(ItemPage(), headers=LINK, responses=problems())
@query(ItemQuery())
def list_items(query: dict[str, Any]) -> tuple[Page[Item], Headers]:
    """List the items, a page at a time.

    While there is more, `Link` has the address of the next page, and `next_cursor` its cursor.
    """
    page = services.items.page(**query)
    return page, next_link(request.path, query, page.next_cursor)


@blueprint.post("")
@returns(
    ItemOut(),
    201,
    headers={**LOCATION, **ETAG},
    parameters=[IDEMPOTENCY_KEY],
    responses=problems(400, 409, 413, 415),
)
@body(ItemIn())
def create_item(body: dict[str, Any]) -> tuple[Item, Headers]:
    """Create an item.

    Its name must not be taken.
    """
    item = once(services.items.create, **body)
    return item, {"Location": f"{request.path}/{item.id}", "ETag": entity_tag(item.version)}


@blueprint.get("/<uuid:item_id>")
@returns(
    ItemOut(),
    headers=ETAG,
    parameters=[IF_NONE_MATCH],
    responses={304: {"description": "Not Modified", "headers": ETAG}, **problems(404)},
)
def get_item(item_id: UUID) -> tuple[Item, Headers] | Response:
    """Get an item.

    Send the `ETag` that you have in `If-None-Match`: 304 says that the item is still that.
    """
    item = services.items.get(item_id)
    headers = {"ETag": entity_tag(item.version)}
    if is_unchanged(request.headers.get("If-None-Match"), item.version):
        return Response(status=304, headers=headers)
    return item, headers


@blueprint.patch("/<uuid:item_id>")
@returns(
    ItemOut(),
    headers=ETAG,
    parameters=[IF_MATCH],
    responses=problems(400, 404, 409, 412, 413, 415),
)
@body(ItemPatch())
def update_item(item_id: UUID, body: dict[str, Any]) -> tuple[Item, Headers]:
    """Change some fields of an item.

    Fields that are absent stay. Send its `ETag` in `If-Match`, so that nobody's change is lost.
    """
    item = services.items.update(item_id, body, versions=versions(request.headers.get("If-Match")))
    return item, {"ETag": entity_tag(item.version)}


@blueprint.delete("/<uuid:item_id>")
@returns(None, 204, parameters=[IF_MATCH], responses=problems(404, 409, 412))
def delete_item(item_id: UUID) -> None:
    """Delete an item.

    Send its `ETag` in `If-Match`, so that nobody's change is lost.
    """
    services.items.delete(item_id, versions=versions(request.headers.get("If-Match")))
