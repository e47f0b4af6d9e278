"""The table of the peers: what each is called, how it is served, and on which generated project it stands."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

BENCHMARKS = Path(__file__).parents[1]

UVICORN = ("{python}", "-m", "peers.serving", "{name}")
GUNICORN = (
    *("{python}", "-m", "gunicorn", "--worker-class=gthread", "--threads=4", "--bind=127.0.0.1:{port}"),
    *("--access-logfile=-", "peers.{name}:app"),
)
OURS = "ours"


@dataclass(frozen=True)
class Contender:
    """A server of the same API, in one process."""

    name: str
    title: str
    needs: Literal["fastapi", "flask", ""]
    """The generated project whose `src` it imports, if it does."""
    module: str = ""
    how: Sequence[str] = UVICORN
    heart: str = ""
    """`ours` lets a peer that has a choice call our services."""

    def command(self, python: Path | str, port: int) -> list[str]:
        """What serves it; `python` is that of the peers' environment."""
        its = self.module or self.name
        return [part.format(python=python, name=its, port=port) for part in self.how]

    def environment(self, project: Path, database_url: str, port: int) -> dict[str, str]:
        """What its process has in its environment besides what all have."""
        return {
            "DATABASE_URL": database_url,
            "PORT": str(port),
            "PYTHONPATH": f"{project / 'src'}{os.pathsep}{BENCHMARKS}",
            "HEART": self.heart,
        }


CONTENDERS = {
    each.name: each
    for each in [
        Contender("raw_asgi", "raw ASGI, raw driver", "fastapi", how=(*UVICORN, "--no-access-log")),
        Contender("bare_fastapi", "FastAPI alone, our services", "fastapi"),
        Contender("tutorial_fastapi", "FastAPI as its tutorial", "fastapi"),
        Contender("litestar_app", "Litestar, our services", "fastapi"),
        Contender("bare_flask", "Flask as its documentation", "flask", how=GUNICORN),
        Contender("bare_flask_served", "the same, by our adapter", "flask", module="bare_flask"),
        Contender("jsonify_flask", "Flask with Core rows and orjson", "flask"),
        Contender("smorest", "flask-smorest as its documentation", "flask", how=GUNICORN),
        Contender("smorest_ours", "the same, our services and adapter", "flask", "smorest", heart=OURS),
        Contender("apiflask_app", "APIFlask as its documentation", "flask", how=GUNICORN),
        Contender("apiflask_ours", "the same, our services and adapter", "flask", "apiflask_app", heart=OURS),
    ]
}
