"""A reader of a page, who applies its diffs, types its commands, and compares what they answer."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx2
from conftest import UV, run
from postgresql import free_port
from reading import plain, steps

TAB = re.compile(r"^/// tab \| (\w+)\n(.*?)^///\n", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(
    r"(?:^<!-- not run here: (.*?) -->\n\n)?^```(console|diff)\n(.*?)^```$", re.MULTILINE | re.DOTALL
)


def sections(page: str, tab: str) -> dict[str, str]:
    """The page by its headings, as one reads it who has chosen that tab."""
    text = TAB.sub(lambda each: each[2] if each[1].lower() == tab else "", page)
    _, *parts = re.split(r"^## (.*)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


@dataclass
class Reader:
    """Somebody in a folder, with uv on the path. `here` is what some texts of the page are here."""

    sections: dict[str, str]
    folder: Path
    here: dict[str, str]
    environment: dict[str, str]
    followed: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    cwd: Path = field(init=False)
    server: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.cwd = self.folder
        programs = self.folder / "bin"
        programs.mkdir()
        (programs / "uv").symlink_to(UV)
        (programs / "uvx").write_text(f'#!/bin/sh\nprogram=$1; shift\nexec "{UV.parent}/$program" "$@"\n')
        (programs / "uvx").chmod(0o755)
        self.port = free_port()
        self.here |= {"http://127.0.0.1:8000": f"http://127.0.0.1:{self.port}", "$ curl": "$ curl --silent"}
        self.environment |= {
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "PORT": str(self.port),
            "UV_PYTHON": sys.executable,
        }

    def follow(self, title: str) -> None:
        """Do what is below a heading, with the server running from where it is started to the end."""
        self.followed.append(title)
        text = self.sections[title]
        for name, its in self.here.items():
            text = text.replace(name, its)
        try:
            for reason, language, block in BLOCK.findall(text):
                if reason:
                    self.left_out.append(reason)
                elif language == "diff":
                    run("git", "apply", "-", cwd=self.cwd, typed=block)
                else:
                    for command, shown in steps(block):
                        self.type(command, shown)
        finally:
            self.stop()

    def type(self, command: str, shown: str) -> None:
        if command.startswith("cd "):
            self.cwd /= command.removeprefix("cd ")
        elif command.endswith(" dev"):
            self.serve(command, shown)
        else:
            answer = run("bash", "-e", "-c", command, cwd=self.cwd, **self.environment).stdout
            pattern = re.escape(plain(shown)).replace(re.escape("..."), ".*")
            assert not shown.strip() or re.fullmatch(pattern, plain(answer)), (command, answer)

    def serve(self, command: str, shown: str) -> None:
        log = self.folder / "log"
        with log.open("wb") as output:
            self.server = subprocess.Popen(
                ["bash", "-c", command],
                cwd=self.cwd,
                env={**os.environ, **self.environment},
                stdout=output,
                stderr=output,
                start_new_session=True,
                # What runs the tests in the background may have told all its children to ignore Ctrl+C.
                preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
            )
        answers(f"http://127.0.0.1:{self.port}/health/ready", self.server, log)
        assert shown.strip() in log.read_text("utf-8")

    def stop(self) -> None:
        if self.server:
            os.killpg(self.server.pid, signal.SIGINT)  # as Ctrl+C does
            try:
                self.server.wait(timeout=40)
            except subprocess.TimeoutExpired:
                os.killpg(self.server.pid, signal.SIGKILL)
                raise AssertionError((self.folder / "log").read_text("utf-8")) from None
            finally:
                self.server.wait()
                self.server = None


def answers(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until that address answers with 200."""
    for _ in range(300):
        assert process.poll() is None, log.read_text("utf-8")
        try:
            if httpx2.get(url).status_code == 200:
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(log.read_text("utf-8"))


@contextmanager
def of_systemd(unit: dict[str, dict[str, str]], instance: int, log: Path) -> Iterator[None]:
    """What systemd would run for that instance of a service, where there is none."""
    its = unit["Service"]
    name, _, value = its["Environment"].replace("%i", str(instance)).partition("=")
    with log.open("wb") as output:
        process = subprocess.Popen(
            its["ExecStart"].split(),
            cwd=its["WorkingDirectory"],
            env={name: value},
            stdout=output,
            stderr=output,
        )
    try:
        answers(f"http://127.0.0.1:{instance}/health/ready", process, log)
        yield
    finally:
        process.terminate()
        code = process.wait(timeout=int(its["TimeoutStopSec"]))
    assert code == 0
