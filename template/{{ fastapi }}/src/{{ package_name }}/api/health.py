"""For load balancers: does the process answer, and does its database?"""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from .contract import problems
from .dependencies import Services, run
from .routing import StrictRoute
from .schemas import Out


class Health(Out):
    status: Annotated[str, Field(examples=["ok"])]


router = APIRouter(prefix="/health", tags=["health"], route_class=StrictRoute)


@router.get("/live", responses=problems())
async def get_liveness() -> Health:
    """Tell that the process answers."""
    return Health(status="ok")


@router.get("/ready", responses=problems(503))
async def get_readiness(services: Services) -> Health:
    """Tell that the database answers, within a second."""
    await run(services.database.ping)
    return Health(status="ok")
