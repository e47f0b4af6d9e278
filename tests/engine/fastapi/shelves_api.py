"""The routes of shelves in FastAPI, as a user would write them."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, FastAPI, Response
from pydantic import Field

from my_shop.api.contract import problems
from my_shop.api.dependencies import Once, run
from my_shop.api.inputs import entity_tag
from my_shop.api.routing import StrictRoute
from my_shop.api.schemas import EntityOut, In, Out, Text

from .shelves import Shelf, Shelves

Name = Annotated[Text, Field(max_length=80)]


class ShelfIn(In):
    name: Name
    maker: UUID
    labels: list[UUID]


class CountryOut(Out):
    name: Name


class MakerOut(EntityOut):
    name: Name
    country: CountryOut


class LabelOut(EntityOut):
    name: Name


class ShelfOut(EntityOut):
    name: Name
    maker: MakerOut
    labels: list[LabelOut]


def add_shelves(app: FastAPI, service: Shelves) -> None:
    router = APIRouter(prefix="/shelves", route_class=StrictRoute)

    @router.post("", status_code=201, response_model=ShelfOut, responses=problems(400, 409, 413, 415))
    async def create_shelf(response: Response, body: ShelfIn, once: Once) -> Any:
        """Create a shelf."""
        shelf: Shelf = await run(once, service.create, **body.model_dump())
        response.headers["ETag"] = entity_tag(shelf.version)
        return shelf

    app.include_router(router)
