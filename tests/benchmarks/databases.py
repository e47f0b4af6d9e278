"""Databases of the benchmarks: migrated, and filled with items by one statement."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from field import Field, run
from peers.cursors import encode
from peers.s3rius import drop, maintain
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.engine import make_url

LOCAL = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
SINCE = datetime(2023, 11, 14, tzinfo=UTC)

# An item a second. An id is of version 7, as those of ours, and ends in the item's number.
FILL = {
    "sqlite": """
        WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :rows)
        INSERT INTO items (id, name, description, price, created_at, updated_at, version)
        SELECT printf('00000000000070008000%012x', n), printf('Item %d', n),
               CASE WHEN n % 2 THEN 'Brass, polished by hand, in a box.' END, n % 10000,
               datetime(:since, n || ' seconds') || '.000000',
               datetime(:since, n || ' seconds') || '.000000', 1
        FROM numbers
    """,
    "postgresql": """
        INSERT INTO items (id, name, description, price, created_at, updated_at, version)
        SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'Item ' || n,
               CASE WHEN n % 2 = 1 THEN 'Brass, polished by hand, in a box.' END, (n % 10000) / 100.0,
               CAST(:since AS timestamp) AT TIME ZONE 'UTC' + n * interval '1 second',
               CAST(:since AS timestamp) AT TIME ZONE 'UTC' + n * interval '1 second', 1
        FROM generate_series(1, :rows) AS n
    """,
}


def cursor_at(number: int) -> str:
    """The cursor of a page that begins below that item, the newest first."""
    return encode(SINCE + timedelta(seconds=number), UUID(f"00000000-0000-7000-8000-{number:012x}"))


@dataclass
class Databases:
    """Databases of one kind, whose names are of this run only."""

    kind: str
    field: Field
    _made: dict[str, str] = attribute(default_factory=dict)
    _run: str = attribute(default_factory=lambda: f"benchmark_{os.urandom(4).hex()}")

    @classmethod
    @contextmanager
    def of(cls, kind: str, field: Field) -> Iterator["Databases"]:
        """They are dropped at the end."""
        databases = cls(kind, field)
        try:
            yield databases
        finally:
            for url in databases._made.values():
                drop(url)

    def project(self, framework: str) -> Path:
        """That of ours which has the driver of such databases."""
        return self.field.project(framework if self.kind == "sqlite" else f"{framework}-{self.kind}")

    def url(self, name: str) -> str:
        """That of a database which need not be there yet."""
        if self.kind == "sqlite":
            url = f"sqlite:///{self.field.folder / self._run}_{name}.db"
        else:
            server = make_url(os.environ.get("TEST_DATABASE_SERVER", LOCAL))
            url = server.set(database=f"{self._run}_{name}").render_as_string(hide_password=False)
        return self._made.setdefault(name, url)

    def filled(self, rows: int) -> str:
        """The URL of one with so many items, which is made once."""
        name = f"of_{rows}"
        if name in self._made:
            return self._made[name]
        url = self.url(name)
        if self.kind != "sqlite":
            maintain(url, f"CREATE DATABASE {make_url(url).database} TEMPLATE template0 LOCALE 'C.UTF-8'")
        project = self.project("fastapi")
        run(project / ".venv/bin/my-shop", "db", "upgrade", cwd=project, DATABASE_URL=url)
        self.do(url, FILL[self.kind], rows=rows, since=SINCE.strftime("%Y-%m-%d %H:%M:%S"))
        if self.kind != "sqlite":
            self.do(url, "VACUUM (FREEZE, ANALYZE)")  # or it would be done during the measurements
            self.do(url, "CHECKPOINT")
        return url

    def copied(self, rows: int, name: str) -> str:
        """The URL of a copy of that one, for one server alone."""
        template, url = make_url(self.filled(rows)), self.url(name)
        if self.kind == "sqlite":
            shutil.copyfile(str(template.database), str(make_url(url).database))
        else:
            maintain(url, f"CREATE DATABASE {make_url(url).database} TEMPLATE {template.database}")
        return url

    def do(self, url: str, statement: str, **values: object) -> None:
        engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement), values)
