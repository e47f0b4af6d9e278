"""The figures of the page: a table of the budgets, and the plots."""

import re
from pathlib import Path

from budget import KINDS, SLACK, Budget
from budgets import BUDGETS, NAMES, PYTHONS
from peers.contenders import CONTENDERS
from plots import Plot
from results import Ratio, Results

FIELDS = {
    "fastapi": ("raw_asgi", "bare_fastapi", "tutorial_fastapi", "litestar_app"),
    "flask": (
        *("raw_asgi", "jsonify_flask", "bare_flask", "bare_flask_served"),
        *("smorest", "smorest_ours", "apiflask_app", "apiflask_ours"),
    ),
}
WORKS = {"get": "One item", "page": "A page of 50", "create": "A new item"}
CONNECTIONS = (1, 16, 64)
TAKES = {
    "start: seconds": "start to first answer",
    "memory, idle: MB": "memory, idle",
    "document, 100 routes: seconds": "the OpenAPI document of 100 routes",
}
MARKED = re.compile(r"(<!-- figures: begin -->\n).*(<!-- figures: end -->\n)", re.DOTALL)


def render(results: Results, page: Path) -> dict[Path, str]:
    """The files by path: the page with what is between its marks, and its plots."""
    folder = page.with_suffix("")
    plots = {f"{name}.svg": against_peers(name, results) for name in FIELDS} | {
        "latency.svg": latency(results)
    }
    pages = {page: written(results), page.with_name("flask-or-fastapi.md"): compared(results)}
    texts = {path: marked(path.read_text("utf-8"), its) for path, its in pages.items()}
    return {**texts, **{folder / name: plot.svg() for name, plot in plots.items()}}


def marked(text: str, between: str) -> str:
    """The text of a page with that between its marks."""
    return MARKED.sub(lambda marks: marks[1] + between + marks[2], text)


def written(results: Results) -> str:
    """What is between the marks of the page."""
    return f"""
![Requests a second of FastAPI's field, over those of Twofold](performance/fastapi.svg)

![Requests a second of Flask's field, over those of Twofold](performance/flask.svg)

![Milliseconds of a request, from the median to the 99th percentile](performance/latency.svg)

{table(results, "|")}

{failed(results)}

{about(results)}

"""


def table(results: Results, edge: str = "") -> str:
    """The budgets, with the worst that was measured: the median, and the least to the most of the rounds."""
    lines = [["what", *KINDS.values(), "budget", "verdict"]]
    lines += [row(budget, results) for budget in BUDGETS]
    if edge:
        lines.insert(1, ["---"] * len(lines[0]))
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    padded = (
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
    return "\n".join([*padded, f"A bound may be missed by {SLACK:.0%}."])


def row(budget: Budget, results: Results) -> list[str]:
    cells = {kind: str(cell or "-") for kind, cell in budget.cells(results).items()}
    measured = [cells[""], ""] if "" in cells else [cells.get(kind, "") for kind in KINDS]
    return [budget.title, *measured, budget.bound, budget.verdict(results)]


def failed(results: Results) -> str:
    """Who answered with errors, or not at all, so that its other figures say little."""
    its = [
        f"{name} ({measure.removesuffix(': errors')}): {max(figures):.0f}"
        for measure, by_name in results.figures.items()
        if measure.endswith(": errors")
        for name, figures in by_name.items()
        if max(figures)
    ]
    return "Errors, at most in a round: " + ("; ".join(its) or "none") + "."


def about(results: Results) -> str:
    """The versions, and when, how and on what each part was measured."""
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {its} |" for name, its in results.about.items())])


def compared(results: Results) -> str:
    """What is between the marks of the guide: one variant over the other."""
    lines = ["| work, database | 1 connection | 16 | 64 | p99 at 16 |", "|---|---|---|---|---|"]
    for kind, database in KINDS.items():
        for work, title in WORKS.items():
            what = f"tail, Python {PYTHONS[0]}, {work}, {kind}"
            measures = [f"{what}, {count}: requests" for count in CONNECTIONS] + [f"{what}, 16: p99"]
            cells = [over_flask(results, measure) for measure in measures]
            lines.append(f"| {title.lower()}, {database} | {' | '.join(cells)} |")
    lines += ["", "And in time and memory, where more is worse:", ""]
    lines += ["| what it takes | FastAPI over Flask |", "|---|---|"]
    lines += [f"| {title} | {over_flask(results, measure)} |" for measure, title in TAKES.items()]
    return "\n".join(["", *lines, "", ""])


def over_flask(results: Results, measure: str) -> str:
    return str(results.ratio(measure, *NAMES)) if results.has(measure, *NAMES) else "not measured"


def against_peers(ours: str, results: Results) -> Plot:
    """Requests a second of each contender over ours, by work and database."""
    plot = Plot(
        f"Requests a second at 16 connections, over those of Twofold in {NAMES[ours]}", [*KINDS.values()]
    )
    for work, title in WORKS.items():
        plot.group(title)
        for name in (ours, *FIELDS[ours]):
            plot.row(CONTENDERS[name].title if name in CONTENDERS else f"Twofold, {NAMES[name]}")
            for column, kind in enumerate(KINDS):
                measure = f"{work}, {kind}, 16: requests"
                if name == ours:
                    plot.bar(column, Ratio(1, 1, 1), ours=True)
                elif results.has(measure, ours, name):
                    plot.bar(column, results.ratio(measure, name, ours))
    return plot


def latency(results: Results) -> Plot:
    """The median and the 99th percentile of ours, by work, connections and database."""
    told = [each for each in PYTHONS if results.has(f"tail, Python {each}, get, sqlite, 16: p50", *NAMES)]
    python = told[0] if told else PYTHONS[0]
    plot = Plot(f"From the median to the 99th percentile, in ms, Python {python}", [*KINDS.values()])
    for work, title in WORKS.items():
        plot.group(title)
        for name, framework in NAMES.items():
            for count in CONNECTIONS:
                plot.row(f"{framework}, {count} connection{'s' * (count > 1)}")
                for column, kind in enumerate(KINDS):
                    what = f"tail, Python {python}, {work}, {kind}, {count}"
                    if results.has(f"{what}: p50", name):
                        plot.span(
                            column, *(results.median(f"{what}: {each}", name) for each in ("p50", "p99"))
                        )
    return plot
