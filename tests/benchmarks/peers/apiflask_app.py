"""APIFlask as its documentation shows it; its items are those of SQLAlchemy as Flask documents it, or ours.

See https://apiflask.com/usage/ and https://apiflask.com/schema/.
"""

from typing import Any
from uuid import UUID

from apiflask import APIFlask, Schema, abort, fields
from apiflask.validators import Length, Range
from my_shop.errors import NotFound

from .heart import items_of

app = APIFlask(__name__)
items = items_of(app)


class ItemIn(Schema):
    name = fields.String(required=True, validate=Length(1, 80))
    description = fields.String(allow_none=True, validate=Length(max=2000))
    price = fields.Decimal(required=True, places=2, validate=Range(0))


class ItemOut(Schema):
    id = fields.UUID()
    created_at = fields.AwareDateTime()
    updated_at = fields.AwareDateTime()
    name = fields.String()
    description = fields.String()
    price = fields.Decimal(places=2, as_string=True)


class PageIn(Schema):
    limit = fields.Integer(load_default=20, validate=Range(1, 100))
    cursor = fields.String()


class PageOut(Schema):
    items = fields.List(fields.Nested(ItemOut))
    next_cursor = fields.String()


@app.get("/api/v1/items")
@app.input(PageIn, location="query")
@app.output(PageOut)
def get_items(query_data: dict[str, Any]) -> Any:
    return items.page(**query_data)


@app.post("/api/v1/items")
@app.input(ItemIn)
@app.output(ItemOut, status_code=201)
def create_item(json_data: dict[str, Any]) -> Any:
    return items.create(**json_data)


@app.get("/api/v1/items/<uuid:item_id>")
@app.output(ItemOut)
def get_item(item_id: UUID) -> Any:
    try:
        return items.get(item_id)
    except NotFound:
        abort(404)


@app.patch("/api/v1/items/<uuid:item_id>")
@app.input(ItemIn(partial=True))
@app.output(ItemOut)
def update_item(item_id: UUID, json_data: dict[str, Any]) -> Any:
    try:
        return items.update(item_id, json_data)
    except NotFound:
        abort(404)
