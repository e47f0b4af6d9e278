"""Write `reserved.jinja`: the names that a package may not have, because something else has them."""

import json
import keyword
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import click

HERE = Path(__file__).parent

# What sys.stdlib_module_names of one version leaves out and that of another supported one has.
OTHER_STDLIB = {
    *("aifc", "annotationlib", "asynchat", "asyncore", "audioop", "cgi", "cgitb", "chunk", "compression"),
    *("crypt", "distutils", "imghdr", "imp", "lib2to3", "mailcap", "msilib", "nis", "nntplib", "ossaudiodev"),
    *("pipes", "smtpd", "sndhdr", "spwd", "sunau", "telnetlib", "uu", "xdrlib"),
}

FOLDERS = {"dist", "docs", "migrations", "src", "tests"}

# What a project is built and run with, though it is not in its environment.
TOOLS = {"hatchling", "pip", "pre_commit", "setuptools", "uv", "wheel"}

LIST_INSTALLED = """
import json
from importlib.metadata import distributions, packages_distributions
own = {each.name for each in distributions() if each.read_text("direct_url.json")}  # the project itself
imports = {name for name, providers in packages_distributions().items() if not own.intersection(providers)}
print(json.dumps([*imports, *({each.name for each in distributions()} - own)]))
"""


def installed(python: Path) -> set[str]:
    """The import and distribution names in the environment of an interpreter, as packages are called."""
    output = subprocess.run([python, "-c", LIST_INSTALLED], check=True, capture_output=True, text=True).stdout
    names = {re.sub(r"[-_.]+", "_", name.lower()) for name in json.loads(output)}
    return {name for name in names if re.fullmatch(r"[a-z][a-z0-9_]*", name)}


def stdlib() -> set[str]:
    """The modules of the standard library, of every supported version."""
    return {name for name in sys.stdlib_module_names | OTHER_STDLIB if re.fullmatch(r"[a-z][a-z0-9_]*", name)}


def rendered(names: dict[str, set[str]]) -> str:
    """The names as Jinja lists, to be imported."""
    text = "{#- Written by hooks/reserved.py: names that a package may not have. -#}\n"
    for kind, its in names.items():
        text += f"{{%- set {kind} = [\n{textwrap.fill(json.dumps(sorted(its))[1:-1], 110)}\n] -%}}\n"
    return text


@click.command()
@click.argument("environments", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
def main(environments: tuple[Path, ...]) -> None:
    """Write hooks/reserved.jinja from the ENVIRONMENTS of projects, one for each framework and `auth`.

    All of what is installed in any of them counts, since a project may change its framework later.
    """
    names = {
        "keywords": {name.lower() for name in [*keyword.kwlist, *keyword.softkwlist]} - {"_"},
        "stdlib": stdlib(),
        "installed": TOOLS.union(*(installed(each / "bin" / "python") for each in environments)),
        "folders": FOLDERS,
    }
    (HERE / "reserved.jinja").write_text(rendered(names), encoding="utf-8")


if __name__ == "__main__":
    main()
