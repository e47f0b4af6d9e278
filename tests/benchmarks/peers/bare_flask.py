"""Flask and SQLAlchemy as Flask's documentation joins them: a `scoped_session`, and `jsonify`.

See https://flask.palletsprojects.com/en/stable/patterns/sqlalchemy/. Nothing is checked but by the database.
"""

import os
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Flask, Response, abort, jsonify, request
from my_shop.database import Moment, now
from my_shop.money import Money
from sqlalchemy import Column, Integer, String, Uuid, create_engine, tuple_
from sqlalchemy.orm import declarative_base, scoped_session, sessionmaker
from uuid_utils.compat import uuid7

from .cursors import decode, encode

engine = create_engine(os.environ["DATABASE_URL"])
db_session = scoped_session(sessionmaker(autocommit=False, autoflush=False, bind=engine))
Base: Any = declarative_base()
Base.query = db_session.query_property()


class Item(Base):
    __tablename__ = "items"

    id = Column(Uuid, primary_key=True, default=uuid7)
    name = Column(String(80), unique=True)
    description = Column(String(2000))
    price = Column(Money)
    created_at = Column(Moment)
    updated_at = Column(Moment)
    version = Column(Integer, default=1)

    def to_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "created_at": written(self.created_at),
            "updated_at": written(self.updated_at),
            "name": self.name,
            "description": self.description,
            "price": self.price,
        }


def written(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")  # Flask would write it as HTTP does, to the second


app = Flask(__name__)


@app.teardown_appcontext
def shutdown_session(exception: BaseException | None = None) -> None:
    db_session.remove()


@app.get("/api/v1/items")
def list_items() -> Response:
    limit = request.args.get("limit", 20, type=int)
    query = Item.query.order_by(Item.created_at.desc(), Item.id.desc())
    if "cursor" in request.args:
        query = query.filter(tuple_(Item.created_at, Item.id) < decode(request.args["cursor"]))
    rows = query.limit(limit + 1).all()
    page = rows[:limit]
    cursor = encode(page[-1].created_at, page[-1].id) if len(rows) > limit else None
    return jsonify(items=[item.to_dict() for item in page], next_cursor=cursor)


@app.post("/api/v1/items")
def create_item() -> tuple[Response, int]:
    body = request.get_json()
    item = Item(name=body["name"], description=body.get("description"), price=Decimal(body["price"]))
    item.created_at = item.updated_at = now()
    db_session.add(item)
    db_session.commit()
    return jsonify(item.to_dict()), 201


@app.get("/api/v1/items/<uuid:item_id>")
def get_item(item_id: UUID) -> Response:
    item = Item.query.filter(Item.id == item_id).first() or abort(404)
    return jsonify(item.to_dict())


@app.patch("/api/v1/items/<uuid:item_id>")
def update_item(item_id: UUID) -> Response:
    item = Item.query.filter(Item.id == item_id).first() or abort(404)
    item.price = Decimal(request.get_json()["price"])
    item.updated_at = now()
    item.version += 1
    db_session.commit()
    return jsonify(item.to_dict())
