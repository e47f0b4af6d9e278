"""The app of s3rius's template and ours, on the table that its template makes."""

from contextlib import ExitStack
from functools import partial

import click
from databases import Databases
from field import BIN, Field
from peers import s3rius
from results import Results
from servers import served
from throughput import FEW, ROWS, figures
from wrk import Cores, Work

FILL = {
    "sqlite": """
        WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :rows)
        INSERT INTO dummy_model (name) SELECT printf('Dummy %d', n) FROM numbers
    """,
    "postgresql": "INSERT INTO dummy_model (name) SELECT 'Dummy ' || n FROM generate_series(1, :rows) AS n",
}
BODY = '{"name": "Made in run {run}, %d"}'
WORKS = {
    name: [Work("page", "GET", s3rius.PAGE[name]), Work("create", *s3rius.CREATE[name], BODY)]
    for name in s3rius.PAGE
}


def dummies(results: Results, field: Field, rounds: int) -> None:
    """Pages and creates of both, each on its own database."""
    for kind in field.databases:
        folder = field.folder / f"s3rius-{kind}"
        folder.mkdir()
        project, python = s3rius.generate(folder, BIN / "uv", field.python, kind)
        with Databases.of(kind, field) as databases, ExitStack() as stack:
            ours = {"s3rius": (s3rius.S3RIUS, python, project)}
            ours["twofold_dummy"] = s3rius.DUMMY, field.peers, databases.project("fastapi")
            servers = {}
            for name, (contender, its_python, its_project) in ours.items():
                url = databases.url(name)
                s3rius.migrate(project, python, url)
                databases.do(url, FILL[kind], rows=ROWS)
                serving = served(contender, its_python, its_project, url, Cores.pinned())
                servers[name] = stack.enter_context(serving)
            s3rius.alike(servers["s3rius"].url, servers["twofold_dummy"].url)
            for index, work in enumerate(WORKS["s3rius"]):
                what = f"dummies, {work.name}, {kind}, {FEW}"
                click.echo(what, err=True)
                runs = {
                    name: partial(figures, what, server, WORKS[name][index], FEW, field.seconds)
                    for name, server in servers.items()
                }
                results.interleave(rounds, runs)
