"""What a view may ask for."""

from typing import cast

from flask import current_app
from werkzeug.local import LocalProxy

from ..services import Services

services = cast(Services, LocalProxy(lambda: current_app.extensions["services"]))
"""The services of the current app: `services.items.get(item_id)`."""
