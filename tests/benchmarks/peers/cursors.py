"""Our cursor, for the peers that make their pages themselves: where the page before has ended."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from uuid import UUID


def encode(created_at: datetime, item_id: UUID | str) -> str:
    position = ["-created_at", created_at.isoformat(), str(item_id)]
    return urlsafe_b64encode(json.dumps(position).encode()).decode().rstrip("=")


def decode(cursor: str) -> tuple[datetime, UUID]:
    _, created_at, item_id = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return datetime.fromisoformat(created_at), UUID(item_id)
