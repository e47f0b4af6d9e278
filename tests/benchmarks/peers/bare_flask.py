"""Flask as its documentation shows it: `jsonify`, and items by SQLAlchemy. Only the database checks."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Flask, Response, jsonify, request
from my_shop.errors import NotFound

from .scoped import Items

app = Flask(__name__)
items = Items(app)


def to_dict(item: Any) -> dict[str, Any]:
    return {
        "id": item.id,
        "created_at": written(item.created_at),
        "updated_at": written(item.updated_at),
        "name": item.name,
        "description": item.description,
        "price": item.price,
    }


def written(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")  # Flask would write it as HTTP does, to the second


@app.errorhandler(NotFound)
def not_found(error: NotFound) -> tuple[Response, int]:
    return jsonify(error=str(error)), 404


@app.get("/api/v1/items")
def list_items() -> Response:
    page = items.page(limit=request.args.get("limit", 20, type=int), cursor=request.args.get("cursor"))
    return jsonify(items=[to_dict(item) for item in page.items], next_cursor=page.next_cursor)


@app.post("/api/v1/items")
def create_item() -> tuple[Response, int]:
    body = request.get_json()
    item = items.create(name=body["name"], description=body.get("description"), price=Decimal(body["price"]))
    return jsonify(to_dict(item)), 201


@app.get("/api/v1/items/<uuid:item_id>")
def get_item(item_id: UUID) -> Response:
    return jsonify(to_dict(items.get(item_id)))


@app.patch("/api/v1/items/<uuid:item_id>")
def update_item(item_id: UUID) -> Response:
    return jsonify(to_dict(items.update(item_id, {"price": Decimal(request.get_json()["price"])})))
