"""The wire shapes that resources share."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from .. import money
from ..pagination import LIMIT_DEFAULT, LIMIT_MAX
from .contract import CURSOR_EXAMPLE, MONEY_IN, MONEY_OUT
from .inputs import TEXT_PATTERN, whole_number

STRICT = ConfigDict(extra="forbid")

Text = Annotated[str, Field(pattern=TEXT_PATTERN)]

Money = Annotated[Decimal, BeforeValidator(money.parse), WithJsonSchema(MONEY_IN)]
MoneyOut = Annotated[Decimal, WithJsonSchema(MONEY_OUT)]


class In(BaseModel):
    """What a client sends: a field that is not known is refused."""

    model_config = STRICT


class Out(BaseModel):
    """What a client gets, read from an object's attributes."""

    model_config = ConfigDict(from_attributes=True)


class EntityOut(Out):
    """What every resource shows of itself."""

    id: UUID
    created_at: AwareDatetime
    updated_at: AwareDatetime


class PageQuery(BaseModel):
    """How a page is asked for."""

    limit: Annotated[int, Field(ge=1, le=LIMIT_MAX), BeforeValidator(whole_number)] = LIMIT_DEFAULT
    cursor: Annotated[
        str | None, Field(description="`next_cursor` of the page before.", examples=[CURSOR_EXAMPLE])
    ] = None
