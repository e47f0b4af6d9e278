"""Flask in a hurry: no schemas, rows of prepared Core statements as dictionaries, and `jsonify` by orjson.

The engine is that of our services. See https://flask.palletsprojects.com/en/stable/api/#flask.json.provider.JSONProvider.
"""

from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from flask import Flask, Response, abort, jsonify, request
from flask.json.provider import JSONProvider
from my_shop import sqlite
from my_shop.database import Moment, now
from my_shop.items.model import Item
from my_shop.services import Services
from my_shop.settings import Settings
from sqlalchemy import Uuid, bindparam, insert, select, tuple_, update
from uuid_utils.compat import uuid7

from .cursors import decode, encode

COLUMNS = Item.id, Item.created_at, Item.updated_at, Item.name, Item.description, Item.price
ONE = select(*COLUMNS).where(Item.id == bindparam("its_id"))
POSITION = tuple_(bindparam("created_at", type_=Moment), bindparam("its_id", type_=Uuid))
FIRST_PAGE = select(*COLUMNS).order_by(Item.created_at.desc(), Item.id.desc()).limit(bindparam("rows"))
NEXT_PAGE = FIRST_PAGE.where(tuple_(Item.created_at, Item.id) < POSITION)
CREATE = insert(Item.__table__)
CHANGE = (
    update(Item.__table__)
    .where(Item.id == bindparam("its_id"))
    .values(price=bindparam("new_price"), updated_at=bindparam("moment"), version=Item.version + 1)
    .returning(*COLUMNS)
)

app = Flask(__name__)
app.extensions["settings"] = settings = Settings()
app.extensions["services"] = services = Services.build(settings)
engine = services.database.engine
writing = engine.execution_options(**sqlite.WRITE)


class JSON(JSONProvider):
    def dumps(self, obj: Any, **kwargs: Any) -> str:
        return orjson.dumps(obj, default=str, option=orjson.OPT_UTC_Z).decode()

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        return orjson.loads(s)


app.json = JSON(app)


@app.get("/api/v1/items")
def list_items() -> Response:
    limit = request.args.get("limit", 20, type=int)
    statement, values = FIRST_PAGE, {"rows": limit + 1}
    if "cursor" in request.args:
        created_at, its_id = decode(request.args["cursor"])
        statement, values = NEXT_PAGE, {**values, "created_at": created_at, "its_id": its_id}
    with engine.connect() as connection:
        rows = [dict(row) for row in connection.execute(statement, values).mappings()]
    page = rows[:limit]
    cursor = encode(page[-1]["created_at"], page[-1]["id"]) if len(rows) > limit else None
    return jsonify(items=page, next_cursor=cursor)


@app.post("/api/v1/items")
def create_item() -> tuple[Response, int]:
    body, moment = request.get_json(), now()
    item = {
        "id": uuid7(),
        "created_at": moment,
        "updated_at": moment,
        "name": body["name"],
        "description": body.get("description"),
        "price": Decimal(body["price"]),
    }
    with writing.begin() as connection:
        connection.execute(CREATE, {**item, "version": 1})
    return jsonify(item), 201


@app.get("/api/v1/items/<uuid:item_id>")
def get_item(item_id: UUID) -> Response:
    with engine.connect() as connection:
        row = connection.execute(ONE, {"its_id": item_id}).mappings().first()
    return jsonify(dict(row)) if row else abort(404)


@app.patch("/api/v1/items/<uuid:item_id>")
def update_item(item_id: UUID) -> Response:
    values = {"its_id": item_id, "new_price": Decimal(request.get_json()["price"]), "moment": now()}
    with writing.begin() as connection:
        row = connection.execute(CHANGE, values).mappings().first()
    return jsonify(dict(row)) if row else abort(404)
