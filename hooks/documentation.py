"""What the site of the documentation has besides `docs/`: what its pages link to. MkDocs runs this."""

import posixpath
import re
from typing import Any

from mkdocs.structure.files import File, Files

# Files of the repository, and what each is called in the site.
SHOWN = {
    "README.md": "overview.md",
    "CHANGELOG.md": "changelog.md",
    "hooks/migrations/move.py": "move.py",
}
SOURCES = {shown: source for source, shown in SHOWN.items()}
LINK = re.compile(r"(?<=\]\()([^)#:\s]+)(?=[#)])")


def on_files(files: Files, *, config: Any) -> None:
    """Add these files, and each decision to the navigation."""
    for source, shown in SHOWN.items():
        files.append(File.generated(config, shown, abs_src_path=source))
    *_, decisions = config.nav
    pages = [file.src_uri for file in files if re.match(r"decisions/\d", file.src_uri)]
    decisions["Decisions"] += sorted(pages)


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """Let the links of the repository lead to the same files in the site."""
    here = page.file.src_uri
    source = SOURCES.get(here, f"docs/{here}")

    def moved(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(source), match[1]))
        there = SHOWN.get(target)
        if there is None and here in SOURCES and target.startswith("docs/"):
            there = target.removeprefix("docs/")
        return posixpath.relpath(there, posixpath.dirname(here) or ".") if there else match[1]

    return LINK.sub(moved, markdown)
