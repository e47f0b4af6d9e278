"""The tutorial goes to its end, in either framework: each command is typed, each answer compared."""

import os
import re
import secrets
import shutil
from configparser import ConfigParser
from pathlib import Path

import pytest
from conftest import ROOT, git, run
from postgresql import free_port
from reader import Reader, of_systemd, sections
from reading import blocks
from stores import Store, database_of_this_run
from test_many import nginx, proxied
from variants import PAIR

PAGE = (ROOT / "docs/tutorial.md").read_text("utf-8")
FRAMEWORKS = PAIR if "NIGHTLY" in os.environ else ("fastapi",)

# What the tests of this machine cannot type, and what stands in for it.
LEFT_OUT = [
    "tests/test_readme.py runs these on a project with this field and this resource.",
    "it needs a container engine. tests/test_container.py runs the steps of the image without one.",
    "it makes a user of the machine.",
    "it is for the user above.",
    "there is no systemd. The test starts what the unit says, behind an nginx with the lines of scaling.md.",
    "there is no systemd. tests/test_many.py restarts four processes like that, under load.",
]


def unit(place: Path) -> dict[str, dict[str, str]]:
    """The service of the page, for a project that is there."""
    parser = ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(blocks(PAGE, "ini")[0].replace("/srv/my-shop", str(place)))
    return {name: dict(parser[name]) for name in parser.sections()}


def instead(addresses: dict[str, Path]) -> dict[str, str]:
    """Git's environment, in which these addresses are folders."""
    its = {"GIT_CONFIG_COUNT": str(len(addresses))}
    for number, (address, folder) in enumerate(addresses.items()):
        its |= {f"GIT_CONFIG_KEY_{number}": f"url.{folder}.insteadOf", f"GIT_CONFIG_VALUE_{number}": address}
    return its


def release(template: Path) -> None:
    """A newer release of the template."""
    with (template / "template/{{ base }}/AGENTS.md.jinja").open("a", encoding="utf-8") as file:
        file.write("- This is new.\n")
    git(template, "commit", "--quiet", "--all", "--message", "News")
    git(template, "tag", "v9999.1.0")


def a_database() -> str:
    """The address of an empty one."""
    schema = f"test_{secrets.token_hex(8)}"
    url = database_of_this_run().update_query_dict({"options": f"-csearch_path={schema}"})
    Store.at(url).do(f"CREATE SCHEMA {schema}")
    return url.render_as_string(hide_password=False)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_the_tutorial_goes_to_its_end(template: Path, tmp_path: Path, framework: str) -> None:
    nginx()
    origin, project, place = tmp_path / "twofold", tmp_path / "my-shop", tmp_path / "srv"
    git(tmp_path, "clone", "--quiet", str(template), str(origin))
    here = {
        "postgresql+psycopg://USER:PASSWORD@HOST:5432/my_shop": a_database(),
        "/srv/my-shop": str(place),
    }
    remotes = {"https://git.example/twofold.git": origin, "https://git.example/my-shop.git": project}
    reader = Reader(sections(PAGE, framework), tmp_path, here, instead(remotes))
    for title in ("Copy the template", "Look at it", "Add a field", "Add a resource, with its test"):
        reader.follow(title)
    release(origin)
    reader.follow("Follow the template")
    assert (project / "AGENTS.md").read_text("utf-8").endswith("- This is new.\n")
    for title in ("Move to PostgreSQL", "Deploy it in containers", "Deploy it without containers"):
        reader.follow(title)
    port = free_port()
    with of_systemd(unit(place), port, tmp_path / "served"), proxied(tmp_path / "nginx", [port] * 4) as url:
        reader.here["http://127.0.0.1/"] = f"{url}/"
        reader.follow("See that it is alive")
    reader.follow("The next release of your API")

    assert reader.followed == list(reader.sections)
    assert reader.left_out == LEFT_OUT
    assert git(project, "status", "--porcelain") == ""
    assert f"framework: {framework}\n" in (project / ".copier-answers.yml").read_text("utf-8")


def test_an_answer_that_is_not_shown_is_seen(tmp_path: Path) -> None:
    reader = Reader({"One": "```console\n$ echo 1 2 3\n1 ... 3\n$ echo 4\n5\n```\n"}, tmp_path, {}, {})
    with pytest.raises(AssertionError, match="echo 4"):
        reader.follow("One")


def test_the_two_tabs_differ_in_the_framework_alone() -> None:
    pages = {framework: sections(PAGE, framework) for framework in PAIR}
    differing = [title for title, text in pages["flask"].items() if text != pages["fastapi"][title]]
    assert differing == ["Copy the template"]
    fastapi, flask = (pages[framework]["Copy the template"].split() for framework in PAIR)
    assert [pair for pair in zip(fastapi, flask, strict=True) if len(set(pair)) == 2] == [
        ("framework=fastapi", "framework=flask")
    ]


def test_the_service_is_one_that_systemd_takes(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        assert not os.environ.get("CI"), "there is no systemd-analyze in CI"
        pytest.skip("no systemd-analyze on the path: install systemd")
    text = blocks(PAGE, "ini")[0].replace("User=my-shop", "User=root").replace("/srv/my-shop", "/")
    file = tmp_path / "my-shop@8001.service"
    file.write_text(re.sub(r"ExecStart=\S+", "ExecStart=/bin/true", text))
    assert run("systemd-analyze", "verify", file, cwd=tmp_path).stdout == ""
    file.write_text(file.read_text().replace("ProtectHome=yes", "ProtectHome=maybe"))
    assert "Failed to parse protect home" in run("systemd-analyze", "verify", file, cwd=tmp_path).stdout
