"""A Dockerfile's steps, run in a folder: what an engine would do, where there is none.

The folder `root` is the image's `/`, and each stage has it in its turn: what a later one copies from an
earlier one is where it was. A base image is a Python, and the mounts of a step are this machine's own.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

from conftest import UV, run
from docker.utils import exclude_paths
from dockerfile_parse import DockerfileParser

PYTHON = Path(os.path.realpath(sys.executable))

# How this machine reaches the package index.
REACH = re.compile("SSL_|UV_|https?_proxy", re.IGNORECASE)


@dataclass
class Image:
    """What a stage has come to."""

    root: Path
    environment: dict[str, str]
    folder: Path
    user: str = "0:0"
    command: list[str] = field(default_factory=list)
    healthcheck: list[str] = field(default_factory=list)

    def path(self, text: str) -> str:
        """A text in which the image's folders are those below `root`."""
        return re.sub(r"(?<![\w.])/(?=(app|data|usr/local)\b)", f"{self.root}/", text)

    def start(self, *command: str, log: Path, **settings: str) -> subprocess.Popen[bytes]:
        """Start a command as the image's user, with nothing of this machine's environment."""
        temp = {"HOME": "/", "TMPDIR": str(self.root / "tmp")}
        program = shutil.which(command[0], path=self.environment["PATH"])
        assert program, f"{command[0]} is not in the image"
        with log.open("ab") as output:
            return subprocess.Popen(
                [*as_user(self.user), program, *command[1:]],
                cwd=self.folder,
                env={**self.environment, **temp, **settings},
                stdout=output,
                stderr=output,
            )


def as_user(user: str) -> list[str]:
    """What runs a command as that user: who looks everywhere, as in an image, and writes nothing of others.

    Where the tests are not root's, they cannot be somebody else: then it is whoever runs them.
    """
    if os.geteuid():
        return []
    uid, gid = user.split(":")
    sets = [f"--{name}=-all,+dac_read_search" for name in ("bounding-set", "inh-caps", "ambient-caps")]
    return ["setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups", *sets, "--no-new-privs"]


def build(context: Path, folder: Path) -> Image:
    """Build the last stage of the context's Dockerfile, in an empty folder."""
    rules = (context / ".dockerignore").read_text("utf-8").splitlines()
    sent = exclude_paths(context, [rule for rule in rules if not rule.startswith("#")])
    stages: dict[str, Path] = {}
    name, image = "", begun(folder)
    for step in DockerfileParser(str(context)).structure:
        value = step["value"]
        match step["instruction"]:
            case "FROM":
                if name:
                    stages[name] = image.root.rename(folder / name)
                    image = begun(folder)
                name = value.partition(" AS ")[2] or "last"
            case "ENV":
                for each in shlex.split(value):
                    variable, _, its = each.partition("=")
                    image.environment[variable] = Template(image.path(its)).substitute(image.environment)
            case "WORKDIR":
                image.folder = Path(image.path(value))
                image.folder.mkdir(parents=True, exist_ok=True)
            case "COPY":
                copy(image, context, sent, stages, value)
            case "RUN":
                command = re.sub(r" --(owner|group)=\S+" if os.geteuid() else "$^", "", value)
                command = image.path(re.sub(r"--mount=\S+", "", command))
                reach = {name: its for name, its in os.environ.items() if REACH.match(name)}
                cache = {"UV_CACHE_DIR": run(UV, "cache", "dir", cwd=folder).stdout.strip()}
                its = {**reach, **cache, **image.environment, "HOME": str(folder)}
                run("env", "-i", *(f"{k}={v}" for k, v in its.items()), "sh", "-c", command, cwd=image.folder)
            case "USER":
                image.user = value
            case "CMD":
                image.command = json.loads(value)
            case "HEALTHCHECK":
                image.healthcheck = json.loads(value.partition("CMD ")[2])
            case "COMMENT" | "LABEL" | "EXPOSE" | "STOPSIGNAL":
                pass
            case other:
                raise AssertionError(f"{other} is a step that the tests do not run yet")
    return image


def begun(folder: Path) -> Image:
    """What the base image has: a Python, and a temporary folder."""
    root = folder / "root"
    bin_ = root / "usr/local/bin"
    bin_.mkdir(parents=True)
    (bin_ / "python").symlink_to(PYTHON)
    (bin_ / "python3").symlink_to(PYTHON)
    (root / "tmp").mkdir()
    (root / "tmp").chmod(0o1777)
    return Image(root, {"PATH": f"{bin_}:/usr/bin:/bin"}, root)


def copy(image: Image, context: Path, sent: set[str], stages: dict[str, Path], value: str) -> None:
    *names, to = value.split()
    source = names.pop(0).removeprefix("--from=") if names[0].startswith("--from=") else None
    target = image.folder / image.path(to)
    for name in names:
        if source in stages:
            origin = stages[source] / name.lstrip("/")
            shutil.copytree(origin, target, symlinks=True)
        elif source:
            version = source.removeprefix("ghcr.io/astral-sh/uv:")
            assert f"uv {version} " in run(UV, "--version", cwd=context).stdout
            (target / "uv").symlink_to(UV)
        else:
            below = [path for path in sent if f"{path}/".startswith(f"{name.rstrip('/')}/")]
            assert below, f"{name} is not there, or .dockerignore keeps it away"
            at = context / name if (context / name).is_dir() else context
            for path in filter(Path.is_file, (context / each for each in below)):
                (target / path.relative_to(at)).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, target / path.relative_to(at))
