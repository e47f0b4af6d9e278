"""Flask and marshmallow as their documentation shows them, without a database."""

from typing import Any

import httpx2
from flask import Flask, request
from marshmallow import Schema, ValidationError, fields


class Query(Schema):
    limit = fields.Integer(load_default=20)


class Item(Schema):
    name = fields.String(required=True)
    price = fields.Decimal(required=True, as_string=True)


app = Flask(__name__)


@app.errorhandler(ValidationError)
def invalid(error: ValidationError) -> tuple[Any, int]:
    return error.messages, 422


@app.get("/api/v1/items")
def list_items() -> dict[str, int]:
    return {"limit": Query().load(request.args)["limit"]}


@app.post("/api/v1/items")
def create_item() -> tuple[Any, int]:
    return Item().dump(Item().load(request.get_json())), 201


@app.get("/broken")
def get_broken() -> Any:
    return Item().dump({"name": "Lamp"})


client = httpx2.Client(
    transport=httpx2.WSGITransport(app=app, raise_app_exceptions=False), base_url="http://testserver"
)
