"""How long a copy of the template takes, an update of it, and everything until the first answer."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from field import BIN, VERSION, Field, run
from peers.running import environment
from places import Place
from results import Results
from servers import Ours

COOKIECUTTER = "cookiecutter==2.7.1"
PACKAGE = "my_shop"


class Developed(Ours):
    """A generated project, by the command that its README shows."""

    def command(self, python: Path | str, port: int) -> list[str]:
        return [str(Path(python).with_name("my-shop")), "dev"]


def measure(results: Results, field: Field, rounds: int) -> None:
    """Add `copy: seconds`, also of an empty template with as many files and of cookiecutter with the same.

    And of ours `update: seconds`, with nothing to do, and `clone to first answer: seconds`.
    """
    folder = field.folder / "copying"
    template, project = packed(field.template, folder / "template"), folder / "project"
    copy(template, project)
    commit(project)
    empty = packed(empty_template(project, folder / "files"), folder / "empty")
    cookies = cookiecutter_template(project, folder / "cookies")
    cutter = environment(folder / "cutter", BIN / "uv", BIN / "python", [COOKIECUTTER])
    ours = {
        "copy: seconds": partial(copy, template),
        "update: seconds": lambda _: run("copier", "update", "--quiet", "--defaults", cwd=project),
        "clone to first answer: seconds": partial(first_answer, template, field.python),
    }
    runs = {
        "fastapi": ours,
        "empty_template": {"copy: seconds": partial(copy, empty)},
        "cookiecutter": {"copy: seconds": partial(cut, cutter, cookies)},
    }
    results.interleave(rounds, {name: partial(_timed, acts) for name, acts in runs.items()})


def _timed(acts: dict[str, Callable[[Path], object]]) -> dict[str, float]:
    """The seconds of each, which gets the path of a folder to make."""
    figures = {}
    for name, act in acts.items():
        with TemporaryDirectory() as folder:
            began = perf_counter()
            act(Path(folder, "made"))
            figures[name] = perf_counter() - began
    return figures


def copy(template: Path, project: Path) -> None:
    run("copier", "copy", "--quiet", "--defaults", template, project, cwd=template)


def first_answer(template: Path, python: str, folder: Path) -> None:
    """All that a newcomer waits for, with warm caches: a clone, a copy, its environment, its start."""
    clone, project = folder / "clone", folder / "project"
    folder.mkdir()
    run("git", "clone", "--quiet", "--no-local", template, clone, cwd=folder)
    copy(clone, project)
    run("uv", "sync", "--quiet", "--python", python, cwd=project)
    its = Developed("dev", "Twofold, as it is developed", "fastapi")
    with Place(its, project / ".venv/bin/python", project, folder / "dev.db").serving():
        pass


def cut(python: Path, template: Path, folder: Path) -> None:
    """A project of cookiecutter's."""
    command = [python.with_name("cookiecutter"), "--no-input", "--output-dir", folder, template]
    run(*command, cwd=template, COOKIECUTTER_CONFIG=str(template / "config.yml"))


def packed(template: Path, folder: Path) -> Path:
    """A clone as one gets it from a host: its history is in one file."""
    folder.parent.mkdir(exist_ok=True)
    run("git", "clone", "--quiet", "--no-local", template, folder, cwd=template)
    return folder


def commit(folder: Path) -> None:
    git = ("git", "-c", "user.name=B", "-c", "user.email=b@example.com")
    run("git", "init", "--quiet", cwd=folder)
    run("git", "add", "--all", cwd=folder)
    run(*git, "commit", "--quiet", "--message", "Everything", cwd=folder)


def empty_template(like: Path, folder: Path) -> Path:
    """A template of as many files as that project has, in the same folders, empty, without questions."""
    for path in _files(like):
        file = folder / "template" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    (folder / "copier.yml").write_text("_subdirectory: template\n", "utf-8")
    commit(folder)
    run("git", "tag", VERSION, cwd=folder)
    return folder


def cookiecutter_template(like: Path, folder: Path) -> Path:
    """A template of cookiecutter's with the files of that project, where its package's name is an answer."""
    verbatim, name = [], "{{ cookiecutter.package_name }}"
    for path in _files(like):
        content = (like / path).read_text("utf-8")
        file = folder / name / str(path).replace(PACKAGE, name)
        file.parent.mkdir(parents=True, exist_ok=True)
        if any(mark in content for mark in ("{{", "{%", "{#")):
            verbatim.append(f"*/{path.name}")
        else:
            content = content.replace(PACKAGE, name)
        file.write_text(content, "utf-8")
    settings = {"package_name": PACKAGE, "_copy_without_render": verbatim}
    (folder / "cookiecutter.json").write_text(json.dumps(settings), "utf-8")
    kept = {"cookiecutters_dir": str(folder / "kept"), "replay_dir": str(folder / "replayed")}
    (folder / "config.yml").write_text(json.dumps(kept), "utf-8")
    return folder


def _files(project: Path) -> list[Path]:
    names = run("git", "ls-files", cwd=project).splitlines()
    return [Path(name) for name in names]
