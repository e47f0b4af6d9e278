"""For load balancers: does the process answer, and does its database?"""

from typing import Annotated

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter
from pydantic import Field

from .contract import problems
from .dependencies import Services
from .routing import StrictRoute
from .schemas import Out


class Health(Out):
    status: Annotated[str, Field(examples=["ok"])]


# Threads of their own, for when all others wait for the database.
PROBES = CapacityLimiter(8)

router = APIRouter(prefix="/health", tags=["health"], route_class=StrictRoute)


@router.get("/live", responses=problems())
async def get_liveness() -> Health:
    """Tell that the process answers.

    It asks nothing of the database.
    """
    return Health(status="ok")


@router.get("/ready", responses=problems())
async def get_readiness(services: Services) -> Health:
    """Tell that the database answers, within a second.

    While it does not, send requests elsewhere.
    """
    await to_thread.run_sync(services.database.ping, limiter=PROBES)
    return Health(status="ok")
