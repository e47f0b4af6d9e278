"""What a Flask peer calls for its items, by `HEART`: our services, or SQLAlchemy as Flask documents it.

With ours, only the edge is another one; without, it is what somebody makes who has the documentation alone.
"""

import os
from typing import Any

from flask import Flask


def items_of(app: Flask) -> Any:
    """`page`, `create`, `get` and `update`."""
    if os.environ.get("HEART") != "ours":
        from .scoped import Items

        return Items(app)
    from my_shop.services import Services
    from my_shop.settings import Settings

    app.extensions["settings"] = settings = Settings()
    app.extensions["services"] = services = Services.build(settings)
    return services.items
