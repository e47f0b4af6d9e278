"""After an update across a release that moved a file of the package: take along what the user wrote in it.

    move.py PACKAGE CONFLICT OLD NEW

Copier has rendered NEW, and deleted OLD with the user's lines, which the last commit still has. They are
merged into NEW, by what OLD was in the release that the project came from: no .py below src/ is rendered,
so the template's history has it. What collides is marked in NEW or, where CONFLICT is "rej", written to
NEW.rej, as Copier does.
"""

import difflib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

TEMPLATE = Path(__file__).parents[2]


def committed(folder: Path, path: str) -> str | None:
    """A file of a commit, or None where it has none."""
    done = subprocess.run(["git", "show", path], cwd=folder, capture_output=True, check=False)
    return None if done.returncode else done.stdout.decode("utf-8", "surrogateescape")


def deeper(source: str, levels: int) -> str:
    """Python source for a folder that many levels below: its relative imports lead to the same modules."""
    return re.sub(r"^(\s*from )(?=\.)", r"\1" + "." * levels, source, flags=re.MULTILINE)


def merged(mine: str, base: str, new: Path) -> tuple[str, bool]:
    """What three-way merging gives, and whether that is all of it."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (("mine", mine), ("base", base)):
            Path(folder, name).write_bytes(text.encode("utf-8", "surrogateescape"))
        labels = ("-L", "before updating", "-L", "last update", "-L", "after updating")
        command = ["git", "merge-file", "-p", *labels, f"{folder}/mine", f"{folder}/base", str(new)]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    if done.returncode > 127:
        raise SystemExit(f"git could not merge {new}; nothing was written to it.")
    return done.stdout.decode("utf-8", "surrogateescape"), done.returncode == 0


def move(package: str, conflict: str, old: str, new: str) -> str | None:
    """Merge, and say what was done, if anything was."""
    released = f"{os.environ['VERSION_FROM']}:template/{{{{ base }}}}/src/{{{{ package_name }}}}/{old}"
    base = committed(TEMPLATE, released)
    mine = committed(Path(), f"HEAD:./src/{package}/{old}")
    path = Path("src", package, new)
    Path("src", package, f"{old}.rej").unlink(missing_ok=True)  # Copier's, of the file that is no more
    if base is None or mine == base or committed(Path(), f"HEAD:./{path.as_posix()}") is not None:
        return None
    if mine is None:
        path.unlink(missing_ok=True)
        return f"You had deleted {old}, so {new} is left out."

    levels = new.count("/") - old.count("/")
    mine, base = deeper(mine, levels), deeper(base, levels)
    text, clean = merged(mine, base, path)
    if clean or conflict == "inline":
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
    if clean:
        return f"Your changes of {old} are in {new} now."
    if conflict == "inline":
        # Git looks for left markers only in files that it knows of.
        subprocess.run(["git", "add", "--intent-to-add", str(path)], check=True)
        return f"Your changes of {old} are in {new} now, with conflicts: git diff --check"
    diff = difflib.unified_diff(base.splitlines(), mine.splitlines(), f"a/{path}", f"b/{path}", lineterm="")
    text = "\n".join(diff) + "\n"
    path.with_name(f"{path.name}.rej").write_bytes(text.encode("utf-8", "surrogateescape"))
    return f"Your changes of {old} are in {new}.rej, to be written into {new} again."


if __name__ == "__main__":
    if done := move(*sys.argv[1:]):
        sys.stderr.write(f"{done}\n")
