"""The views of shelves in Flask, as a user would write them."""

from typing import Any

from flask import Blueprint, Flask
from marshmallow import Schema, fields, validate

from my_shop.api.contract import IDEMPOTENCY_KEY, problems
from my_shop.api.dependencies import once
from my_shop.api.inputs import entity_tag
from my_shop.api.routing import body, returns
from my_shop.api.schemas import EntityOut, Out, Text

from .shelves import Shelf, Shelves


def name() -> Text:
    return Text(validate.Length(max=80), required=True)


class ShelfIn(Schema):
    name = name()
    maker = fields.UUID(required=True)
    labels = fields.List(fields.UUID(), required=True)


class CountryOut(Out):
    name = name()


class MakerOut(EntityOut):
    name = name()
    country = fields.Nested(CountryOut)


class LabelOut(EntityOut):
    name = name()


class ShelfOut(EntityOut):
    name = name()
    maker = fields.Nested(MakerOut)
    labels = fields.Nested(LabelOut, many=True)


def add_shelves(app: Flask, service: Shelves) -> None:
    blueprint = Blueprint("shelves", __name__, url_prefix="/shelves")

    @blueprint.post("")
    @returns(ShelfOut(), 201, parameters=[IDEMPOTENCY_KEY], responses=problems(400, 409, 413, 415))
    @body(ShelfIn())
    def create_shelf(body: dict[str, Any]) -> tuple[Shelf, dict[str, str]]:
        """Create a shelf."""
        shelf = once(service.create, **body)
        return shelf, {"ETag": entity_tag(shelf.version)}

    app.register_blueprint(blueprint)
