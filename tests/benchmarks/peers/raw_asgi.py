"""The floor: a raw ASGI callable, SQL as constants, the driver alone, and orjson. It checks nothing.

On SQLite, the loop itself calls one connection. On PostgreSQL, where that would keep all others waiting for
the server, there is one hop into four threads with a connection each; a statement is a transaction there.
See https://asgi.readthedocs.io/en/stable/specs/www.html.
"""

# ruff: noqa: S608 # the parts of the statements are constants

import asyncio
import os
import sqlite3
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from threading import local
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import orjson
import psycopg
from uuid_utils.compat import uuid7

from .cursors import decode, encode

Message = dict[str, Any]
Row = tuple[Any, ...]

COLUMNS = "id, created_at, updated_at, name, description, price"
NAMES = COLUMNS.split(", ")
ONE = f"SELECT {COLUMNS} FROM items WHERE id = ?"
FIRST_PAGE = f"SELECT {COLUMNS} FROM items ORDER BY created_at DESC, id DESC LIMIT ?"
NEXT_PAGE = (
    f"SELECT {COLUMNS} FROM items WHERE (created_at, id) < (?, ?) ORDER BY created_at DESC, id DESC LIMIT ?"
)
CREATE = f"INSERT INTO items ({COLUMNS}, version) VALUES (?, ?, ?, ?, ?, ?, 1) RETURNING {COLUMNS}"
CHANGE = f"UPDATE items SET price = ?, updated_at = ?, version = version + 1 WHERE id = ? RETURNING {COLUMNS}"

ITEMS = "/api/v1/items"
JSON = orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z


class SQLite:
    """Ids as 32 digits, moments as text in UTC, and prices as cents."""

    def __init__(self, url: str) -> None:
        self.connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        self.connection.execute("PRAGMA busy_timeout = 5000")
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA foreign_keys = ON")

    async def read(self, statement: str, *values: object) -> list[Row]:
        return self.connection.execute(statement, [*map(self._kept, values)]).fetchall()

    async def write(self, statement: str, *values: object) -> list[Row]:
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            rows = await self.read(statement, *values)
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")
        return rows

    def item(self, row: Row) -> dict[str, Any]:
        its_id, created_at, updated_at, name, description, cents = row
        return {
            "id": f"{its_id[:8]}-{its_id[8:12]}-{its_id[12:16]}-{its_id[16:20]}-{its_id[20:]}",
            "created_at": datetime.fromisoformat(created_at),
            "updated_at": datetime.fromisoformat(updated_at),
            "name": name,
            "description": description,
            "price": f"{cents // 100}.{cents % 100:02}",
        }

    def _kept(self, value: Any) -> Any:
        if isinstance(value, UUID):
            return value.hex
        if isinstance(value, datetime):
            return value.replace(tzinfo=None).isoformat(" ", "microseconds")
        return int(value * 100) if isinstance(value, Decimal) else value


class PostgreSQL:
    def __init__(self, url: str) -> None:
        self.url = url.replace("+psycopg", "")
        self.threads = ThreadPoolExecutor(4, initializer=self._connect)
        self.of_thread = local()

    async def read(self, statement: str, *values: object) -> list[Row]:
        return await asyncio.get_running_loop().run_in_executor(self.threads, self._do, statement, values)

    write = read

    def item(self, row: Row) -> dict[str, Any]:
        return dict(zip(NAMES, row, strict=True))

    def _connect(self) -> None:
        self.of_thread.connection = psycopg.connect(self.url, autocommit=True)
        self.of_thread.connection.execute("SET TIME ZONE 'UTC'")

    def _do(self, statement: str, values: tuple[object, ...]) -> list[Row]:
        rows: list[Row] = self.of_thread.connection.execute(_with_its_marks(statement), values).fetchall()
        return rows


@cache
def _with_its_marks(statement: str) -> str:
    return statement.replace("?", "%s")


URL = os.environ["DATABASE_URL"]
database: SQLite | PostgreSQL = SQLite(URL) if URL.startswith("sqlite") else PostgreSQL(URL)


async def app(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    status, answer = await respond(scope, receive)
    body = orjson.dumps(answer, default=str, option=JSON)
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def respond(scope: Message, receive: Callable[[], Awaitable[Message]]) -> tuple[int, Any]:
    method, path = scope["method"], scope["path"]
    if path == ITEMS:
        if method == "GET":
            return 200, await page(parse_qs(scope["query_string"].decode()))
        return 201, await create(await received(receive))
    its_id = UUID(path.removeprefix(f"{ITEMS}/"))
    if method == "GET":
        rows = await database.read(ONE, its_id)
    else:
        price = Decimal((await received(receive))["price"])
        rows = await database.write(CHANGE, price, datetime.now(UTC), its_id)
    return (200, database.item(rows[0])) if rows else (404, {"detail": "Not Found"})


async def received(receive: Callable[[], Awaitable[Message]]) -> Any:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return orjson.loads(body)


async def page(query: dict[str, list[str]]) -> dict[str, Any]:
    limit = int(query.get("limit", ["20"])[0])
    if "cursor" in query:
        rows = await database.read(NEXT_PAGE, *decode(query["cursor"][0]), limit + 1)
    else:
        rows = await database.read(FIRST_PAGE, limit + 1)
    items = [database.item(row) for row in rows[:limit]]
    cursor = None
    if len(rows) > limit:
        cursor = encode(items[-1]["created_at"].replace(tzinfo=UTC), items[-1]["id"])
    return {"items": items, "next_cursor": cursor}


async def create(body: dict[str, Any]) -> dict[str, Any]:
    now = datetime.now(UTC)
    values = uuid7(), now, now, body["name"], body.get("description"), Decimal(body["price"])
    return database.item((await database.write(CREATE, *values))[0])
