"""A few items to look at while developing."""

from decimal import Decimal
from typing import Any

from .errors import Conflict
from .services import Services

ITEMS: list[dict[str, Any]] = [
    {"name": "Lamp", "price": Decimal("12.50"), "description": "Brass, with a green shade."},
    {"name": "Kettle", "price": Decimal("34.00"), "description": "Whistles in two tones."},
    {"name": "Chair", "price": Decimal("89.90"), "description": None},
]


def seed(services: Services) -> int:
    """Create the items that are not there yet; return how many that were."""
    created = 0
    for item in ITEMS:
        try:
            services.items.create(**item)
            created += 1
        except Conflict:
            continue
    return created
