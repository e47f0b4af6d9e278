"""A resource added to our FastAPI project as its README shows, on the table of s3rius's template.

`python -m peers.twofold_dummy` serves it with the whole edge, as `my-shop serve` would. In a project, this is
four files, as for items, and a migration; here, the table is made when it is not there.
"""

import gc
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import uvicorn
from fastapi import APIRouter, Depends, Query, Request
from my_shop import logs, sqlite
from my_shop.api import create_app, processes, server
from my_shop.api.asgi import asgi
from my_shop.api.contract import problems
from my_shop.api.dependencies import Once, run
from my_shop.api.gate import App, Gate
from my_shop.api.inputs import whole_number
from my_shop.api.routing import StrictRoute
from my_shop.api.schemas import In, Out, Text
from my_shop.database import Base, Database
from my_shop.pagination import LIMIT_DEFAULT, LIMIT_MAX
from my_shop.settings import Settings
from pydantic import BaseModel, BeforeValidator, Field
from sqlalchemy import String, bindparam, select
from sqlalchemy.orm import Mapped, mapped_column

NAME_MAX = 200


# model.py


class Dummy(Base, kw_only=True):
    """Something with a name."""

    __tablename__ = "dummy_model"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    name: Mapped[str] = mapped_column(String(NAME_MAX))


# service.py


AFTER = select(Dummy).where(Dummy.id > bindparam("cursor")).order_by(Dummy.id).limit(bindparam("rows"))


@dataclass(frozen=True)
class Page:
    """Some of the dummies, and the id that the next page follows while there is one."""

    items: Sequence[Dummy]
    next_cursor: int | None


class Dummies:
    """All of them."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def page(self, *, limit: int = LIMIT_DEFAULT, cursor: int = 0) -> Page:
        """One page, by keyset: `pagination.py` wants ids that are UUIDs."""
        with self.database.read() as session:
            rows = session.scalars(AFTER, {"cursor": cursor, "rows": limit + 1}).all()
        page = rows[:limit]
        return Page(page, page[-1].id if len(rows) > limit else None)

    def create(self, **data: Any) -> Dummy:
        """A new dummy."""
        dummy = Dummy(**data)
        with self.database.begin() as session:
            session.add(dummy)
        return dummy


# api/dummies.py

Name = Annotated[Text, Field(min_length=1, max_length=NAME_MAX, examples=["Ada"])]


class DummyIn(In):
    name: Name


class DummyOut(Out):
    id: int
    name: Name


class DummyPage(Out):
    items: list[DummyOut]
    next_cursor: int | None


class DummyQuery(BaseModel):
    limit: Annotated[int, Field(ge=1, le=LIMIT_MAX), BeforeValidator(whole_number)] = LIMIT_DEFAULT
    cursor: Annotated[int, Field(ge=0), BeforeValidator(whole_number)] = 0


async def _dummies(request: Request) -> Dummies:
    dummies: Dummies = request.app.state.dummies
    return dummies


Service = Annotated[Dummies, Depends(_dummies)]

router = APIRouter(prefix="/api/v1/dummies", tags=["dummies"], route_class=StrictRoute)


@router.get("", response_model=DummyPage, responses=problems())
async def list_dummies(query: Annotated[DummyQuery, Query()], dummies: Service) -> Page:
    """List the dummies, a page at a time."""
    return await run(dummies.page, **query.model_dump())


@router.post("", status_code=201, response_model=DummyOut, responses=problems(400, 409, 413, 415))
async def create_dummy(body: DummyIn, dummies: Service, once: Once) -> Dummy:
    """Create a dummy."""
    return await run(once, dummies.create, **body.model_dump())


# api/server.py


def load_app() -> App:
    settings = Settings.load()
    logs.configure(settings)
    app = create_app(settings)
    database = app.state.services.database
    sqlite.create(database.engine)
    Base.metadata.create_all(database.engine, [Base.metadata.tables[Dummy.__tablename__]])
    app.state.dummies = Dummies(database)
    app.include_router(router)
    gc.freeze()
    return Gate(asgi(app), settings)


if __name__ == "__main__":
    settings = Settings.load()
    logs.configure(settings)
    options = server.options(settings) | {"app": load_app}
    processes.run(uvicorn.Config(**options))
