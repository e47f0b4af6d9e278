"""flask-smorest as its quickstart shows it; its items are those of SQLAlchemy as Flask documents it, or ours.

See https://flask-smorest.readthedocs.io/en/latest/quickstart.html.
"""

from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Flask
from flask.views import MethodView
from flask_smorest import Api, Blueprint, abort
from my_shop.errors import NotFound

from .heart import items_of

app = Flask(__name__)
app.config["API_TITLE"] = "My API"
app.config["API_VERSION"] = "v1"
app.config["OPENAPI_VERSION"] = "3.0.2"
api = Api(app)
items = items_of(app)


class ItemSchema(ma.Schema):
    id = ma.fields.UUID(dump_only=True)
    created_at = ma.fields.AwareDateTime(dump_only=True)
    updated_at = ma.fields.AwareDateTime(dump_only=True)
    name = ma.fields.String(required=True, validate=ma.validate.Length(1, 80))
    description = ma.fields.String(allow_none=True, validate=ma.validate.Length(max=2000))
    price = ma.fields.Decimal(required=True, places=2, as_string=True, validate=ma.validate.Range(0))


class PageSchema(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(ItemSchema))
    next_cursor = ma.fields.String(allow_none=True)


class PageQueryArgsSchema(ma.Schema):
    limit = ma.fields.Integer(load_default=20, validate=ma.validate.Range(1, 100))
    cursor = ma.fields.String()


blp = Blueprint("items", "items", url_prefix="/api/v1/items", description="Operations on items")


@blp.route("")
class Items(MethodView):
    @blp.arguments(PageQueryArgsSchema, location="query")
    @blp.response(200, PageSchema)
    def get(self, args: dict[str, Any]) -> Any:
        """List items"""
        return items.page(**args)

    @blp.arguments(ItemSchema)
    @blp.response(201, ItemSchema)
    def post(self, new_data: dict[str, Any]) -> Any:
        """Add a new item"""
        return items.create(**new_data)


@blp.route("/<uuid:item_id>")
class ItemsById(MethodView):
    @blp.response(200, ItemSchema)
    def get(self, item_id: UUID) -> Any:
        """Get item by ID"""
        try:
            return items.get(item_id)
        except NotFound:
            abort(404, message="Item not found.")

    @blp.arguments(ItemSchema(partial=True))
    @blp.response(200, ItemSchema)
    def patch(self, update_data: dict[str, Any], item_id: UUID) -> Any:
        """Update existing item"""
        try:
            return items.update(item_id, update_data)
        except NotFound:
            abort(404, message="Item not found.")


api.register_blueprint(blp)
