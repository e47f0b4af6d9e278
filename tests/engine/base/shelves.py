"""A resource with what items have not: references in both directions, and columns of many types."""

import enum
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, time, timedelta
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, ForeignKey, LargeBinary, MetaData, String, Table, Uuid, func, select
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from my_shop.database import Base, Database, Entity


class Scratch(Entity, kw_only=True):
    """Rows of tests: their tables are no part of the project's."""

    __abstract__ = True
    metadata = MetaData(naming_convention=Base.metadata.naming_convention)


class Colour(enum.Enum):
    GREEN = "green"
    RED = "red"


class Country(Scratch, kw_only=True):
    __tablename__ = "test_countries"

    name: Mapped[str] = mapped_column(String(80))


class Maker(Scratch, kw_only=True):
    __tablename__ = "test_makers"

    name: Mapped[str] = mapped_column(String(80))
    country_id: Mapped[Any] = mapped_column(Uuid, ForeignKey("test_countries.id"), init=False)
    country: Mapped[Country] = relationship()


labels = Table(
    "test_shelf_labels",
    Scratch.metadata,
    Column("shelf_id", ForeignKey("test_shelves.id", ondelete="CASCADE"), primary_key=True),
    Column("label_id", ForeignKey("test_labels.id", ondelete="CASCADE"), primary_key=True),
)


class Label(Scratch, kw_only=True):
    __tablename__ = "test_labels"

    name: Mapped[str] = mapped_column(String(80))
    shelves: Mapped[list["Shelf"]] = relationship(
        secondary=labels, back_populates="labels", init=False, repr=False, compare=False
    )


class Shelf(Scratch, kw_only=True):
    __tablename__ = "test_shelves"

    name: Mapped[str] = mapped_column(String(80))
    built: Mapped[date | None] = mapped_column(default=None)
    opens: Mapped[time | None] = mapped_column(default=None)
    lent_for: Mapped[timedelta | None] = mapped_column(default=None)
    colour: Mapped[Colour | None] = mapped_column(default=None)
    weight: Mapped[float | None] = mapped_column(default=None)
    notes: Mapped[Any] = mapped_column(JSON, nullable=True, default=None)
    photo: Mapped[bytes | None] = mapped_column(LargeBinary, default=None, deferred=True)
    numbered: Mapped[str] = mapped_column(String(80), server_default="first", init=False)
    shouted: Mapped[str | None] = mapped_column(
        String(80), init=False, onupdate=func.upper("changed"), default=None
    )
    stock: Mapped[int] = mapped_column(default=0)
    maker_id: Mapped[Any] = mapped_column(Uuid, ForeignKey("test_makers.id", ondelete="CASCADE"), init=False)
    maker: Mapped[Maker] = relationship(passive_deletes="all")
    labels: Mapped[list[Label]] = relationship(secondary=labels, back_populates="shelves")


class Animal(Scratch, kw_only=True):
    """One table for several classes."""

    __tablename__ = "test_animals"

    kind: Mapped[str] = mapped_column(String(10), init=False)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {**super().__mapper_args__, "polymorphic_on": "kind", "polymorphic_identity": "animal"}


class Dog(Animal, kw_only=True):
    __mapper_args__: ClassVar[dict[str, Any]] = {"polymorphic_identity": "dog"}


class Cat(Animal, kw_only=True):
    __mapper_args__: ClassVar[dict[str, Any]] = {"polymorphic_identity": "cat"}


class Shelves:
    """The service of shelves, as a user would write it."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def create(self, *, maker: Any, labels: Sequence[Any] = (), **data: Any) -> Shelf:
        with self.database.begin() as session:
            shelf = Shelf(
                maker=session.get_one(Maker, maker),
                labels=list(session.scalars(select(Label).where(Label.id.in_(labels)).order_by(Label.name))),
                **data,
            )
            session.add(shelf)
            session.refresh(shelf.maker, ["country"])  # which the answer has
        return shelf

    def rename(self, shelf_id: Any, name: Any) -> Shelf:
        with self.database.begin() as session:
            shelf = session.get_one(Shelf, shelf_id)
            shelf.name = name
        return shelf


@contextmanager
def stocked(database: Database) -> Iterator[tuple[Maker, list[Label]]]:
    """The tables of shelves, with a maker and two labels."""
    Scratch.metadata.create_all(database.engine)
    try:
        maker = Maker(name="Ada", country=Country(name="Norway"))
        both = [Label(name="Oak"), Label(name="Tall")]
        with database.begin() as session:
            session.add_all([maker, *both])
        yield maker, both
    finally:
        Scratch.metadata.drop_all(database.engine)
