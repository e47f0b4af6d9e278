"""READMEs, read by heading and by block."""

import re


def section(text: str, title: str) -> str:
    """The text below a heading, up to the next one of any level."""
    return re.split(r"^#+ ", text.partition(f"# {title}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


def blocks(text: str, language: str) -> list[str]:
    """The blocks of code in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def table(text: str, header: str) -> dict[str, list[str]]:
    """The rows of the table whose first cell is that: their other cells, by their first."""
    lines = text.partition(f"\n| {header} | ")[2].partition("\n\n")[0].splitlines()[2:]
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return {name: cells for name, *cells in rows}


def steps(session: str) -> list[tuple[str, str]]:
    """The commands of a session, each with what is shown below it."""
    return re.findall(r"^\$ ((?:.*\|\n)*.*)\n((?:(?!\$ ).*\n)*)", session, re.MULTILINE)


def plain(answer: str) -> str:
    """Without what is new each time."""
    return TIME.sub("TIME", ID.sub("ID", answer)).strip()


ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
