"""For load balancers: does the process answer, and does its database?"""

from flask import Blueprint
from marshmallow import fields

from .contract import problems
from .dependencies import services
from .routing import returns
from .schemas import Out


class Health(Out):
    status = fields.String(required=True, metadata={"examples": ["ok"]})


OK = {"status": "ok"}

blueprint = Blueprint("health", __name__, url_prefix="/health")


@blueprint.get("/live")
@returns(Health(), responses=problems())
def get_liveness() -> dict[str, str]:
    """Tell that the process answers.

    It asks nothing of the database.
    """
    return OK


@blueprint.get("/ready")
@returns(Health(), responses=problems())
def get_readiness() -> dict[str, str]:
    """Tell that the database answers, within a second.

    While it does not, send requests elsewhere.
    """
    services.database.ping()
    return OK
