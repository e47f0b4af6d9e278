"""After an update across a release that moved files of the package: take along what the user wrote in them.

    move.py PACKAGE CONFLICT OLD=NEW...

Copier has rendered NEW, and deleted OLD with the user's lines, which the last commit still has. They are
merged into NEW, by what OLD was in the release that the project came from: no .py below src/ is rendered,
so the template's history has it. What collides is marked in NEW or, where CONFLICT is "rej", written to
NEW.rej, as Copier does.
"""

import ast
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

TEMPLATE = Path(__file__).parents[2]
LABELS = ("-L", "before updating", "-L", "last update", "-L", "after updating")
LINK = b"120000"


def git(*args: str, cwd: Path | None = None, **options: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", *args], cwd=cwd, capture_output=True, check=False, **options)


def committed(path: str, folder: Path | None = None) -> bytes | None:
    """A file of a commit, or None where the commit has none."""
    done = git("show", path, cwd=folder)
    return None if done.returncode else done.stdout


def module(path: str) -> list[str]:
    """Where a file is imported from, below the package: cli/db.py is ["cli", "db"]."""
    *folders, name = path.removesuffix(".py").split("/")
    return folders if name == "__init__" else [*folders, name]


def moved(source: bytes, old: str, new: str, moves: dict[str, str]) -> bytes:
    """The source of OLD as that of NEW: its relative imports lead to where the same modules are now."""
    try:
        imports = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)]
    except (SyntaxError, ValueError):
        return source
    went = {".".join(module(before)): module(after) for before, after in moves.items()}
    here, there = old.split("/")[:-1], new.split("/")[:-1]
    lines = source.splitlines(keepends=True)
    for node in sorted(imports, key=lambda node: -node.col_offset):  # so that no offset shifts
        if 0 < node.level <= len(here) + 1:
            target = here[: len(here) + 1 - node.level] + (node.module or "").split(".") * bool(node.module)
            target = went.get(".".join(target), target)
            pairs = list(zip(there, target, strict=False))
            common = next((i for i, (one, other) in enumerate(pairs) if one != other), len(pairs))
            dots = "." * (len(there) - common + 1)
            begin, end = lines[node.lineno - 1][: node.col_offset], lines[node.lineno - 1][node.col_offset :]
            name = dots + ".".join(target[common:])
            lines[node.lineno - 1] = begin + re.sub(rb"^from\s*[.\w]+", f"from {name}".encode(), end)
    return b"".join(lines)


def difference(mine: bytes, base: bytes, new: Path) -> bytes:
    """What the user changed, as a diff of NEW."""
    with tempfile.TemporaryDirectory() as folder:
        for side, text in (("a", base), ("b", mine)):
            path = Path(folder, side, new)
            path.parent.mkdir(parents=True)
            path.write_bytes(text)
        return git("diff", "--no-index", "--no-prefix", f"a/{new}", f"b/{new}", cwd=Path(folder)).stdout


def merge(mine: bytes, base: bytes, new: Path) -> bool:
    """Bring the user's changes into NEW, with markers where they collide; tell whether none did."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (("mine", mine), ("base", base)):
            Path(folder, name).write_bytes(text)
        done = git("merge-file", "-p", *LABELS, f"{folder}/mine", f"{folder}/base", str(new))
    if done.returncode > 127:
        raise SystemExit(f"Git could not merge your lines into {new}: {done.stderr.decode()}")
    new.write_bytes(done.stdout)
    return done.returncode == 0


def move(package: str, conflict: str, old: str, new: str, moves: dict[str, str]) -> str | None:
    """Move the user's changes to one file, and say what was done, if anything was."""
    folder = Path("src", package)
    path, rejected = folder / new, folder / f"{old}.rej"
    base = committed(
        f"{os.environ['VERSION_FROM']}:template/{{{{ base }}}}/src/{{{{ package_name }}}}/{old}", TEMPLATE
    )
    mine = committed(f"HEAD:./{folder}/{old}")
    if committed(f"HEAD:./{rejected}") is None:
        rejected.unlink(missing_ok=True)  # Copier's, of the file that is no more
    has_new = committed(f"HEAD:./{path}") is not None
    if mine == base or (mine is None and has_new):
        return None
    if mine is None:
        path.unlink(missing_ok=True)
        return f"You had deleted {old}, so {new} is left out. Delete its import where there is one."
    if git("ls-tree", "HEAD", f"./{folder}/{old}").stdout.startswith(LINK):
        return f"{old} is a link of yours, so nothing was taken from it into {new}."

    mine, base = moved(mine, old, new, moves), moved(base or b"", old, new, moves)
    waiting = path.with_name(f"{path.name}.rej")
    if has_new:
        waiting.write_bytes(difference(mine, base, path))
        return f"You had a {new} already, so your changes to {old} are in {waiting.name} beside it."
    if conflict == "rej":
        fits = git("apply", "--reject", input=difference(mine, base, path)).returncode == 0
        return (
            f"Your changes to {old} are in {new} now{'' if fits else f', but for those in {waiting.name}'}."
        )
    if merge(mine, base, path):
        return f"Your changes to {old} are in {new} now."
    # Git looks for left markers only in files that it knows of.
    git("add", "--intent-to-add", "--force", str(path))
    return f"Your changes to {old} are in {new} now, with conflicts. They are listed by: git diff --check"


def main(package: str, conflict: str, *pairs: str) -> None:
    moves = dict(pair.split("=") for pair in pairs)
    for old, new in moves.items():
        if told := move(package, conflict, old, new, moves):
            sys.stderr.write(f"{told}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
