"""The job that a pull request meets: what breaks clients passes only with a higher version.

GitHub is not here. The job's script is run by bash, as its runner does, on a merge as its runner checks it
out.
"""

import json
import os
import subprocess
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT, Make, git, run
from lifecycle import committed

Json = dict[str, Any]

pytestmark = pytest.mark.xdist_group("npm")

# What the runner has, but for the installing: the version must be the one that the tests have installed.
NPX = """\
#!/bin/sh
[ "$1 $2" = "--yes @redocly/cli@{pinned}" ] || exit 9
shift 2
exec {npm}/redocly "$@"
"""


@dataclass
class PullRequest:
    """A project as GitHub's runner checks it out: the merge of what is proposed into the main branch."""

    project: Path
    temp: Path

    def check(self, change: Callable[[Json], None], version: str = "0.1.0") -> tuple[int, str]:
        """Propose a change of the document; give the exit status of the job, and what it printed."""
        git(self.project, "switch", "-q", "-C", "proposed", "main")
        document = json.loads((self.project / "openapi.json").read_text("utf-8"))
        change(document)
        document["info"]["version"] = version
        (self.project / "openapi.json").write_text(json.dumps(document, indent=2), "utf-8")
        git(self.project, "commit", "-qam", "Propose", "--allow-empty")
        git(self.project, "switch", "-q", "-C", "merged", "main")
        git(self.project, "merge", "-q", "--no-ff", "-m", "Merge", "proposed")
        return self.run()

    def run(self) -> tuple[int, str]:
        job = yaml.safe_load((self.project / ".github/workflows/ci.yml").read_text("utf-8"))["jobs"][
            "breaking"
        ]
        assert job["if"] == "github.event_name == 'pull_request'"
        checkout, compare = job["steps"]
        assert checkout["with"]["fetch-depth"] == 2
        done = subprocess.run(
            ["bash", "-e", "-c", compare["run"]],
            cwd=self.project,
            env={**os.environ, **compare["env"], "RUNNER_TEMP": str(self.temp)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            check=False,
        )
        return done.returncode, done.stdout


@pytest.fixture
def pull_request(make: Make, npm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PullRequest:
    """One with `npx` as the runner has it, but for a version of our own tests, which must be the same."""
    pinned = json.loads((ROOT / "tests/npm/package.json").read_text("utf-8"))["devDependencies"][
        "@redocly/cli"
    ]
    temp = tmp_path / "runner"
    temp.mkdir()
    npx = tmp_path / "bin/npx"
    npx.parent.mkdir()
    npx.write_text(NPX.format(pinned=pinned, npm=npm))
    npx.chmod(0o755)
    monkeypatch.setenv("PATH", f"{npx.parent}:{os.environ['PATH']}")
    return PullRequest(committed(make("shop")), temp)


def schema(document: Json, name: str) -> Json:
    its: Json = document["components"]["schemas"][name]
    return its


def sort_of(document: Json) -> Json:
    parameters = document["paths"]["/api/v1/items"]["get"]["parameters"]
    its: Json = next(each["schema"] for each in parameters if each["name"] == "sort")
    return its


def no_path(document: Json) -> None:
    del document["paths"]["/health/ready"]


def no_operation(document: Json) -> None:
    del document["paths"]["/api/v1/items/{item_id}"]["delete"]


def no_property_of_an_answer(document: Json) -> None:
    del schema(document, "ItemOut")["properties"]["price"]
    schema(document, "ItemOut")["required"].remove("price")


def another_type_of_an_answer(document: Json) -> None:
    schema(document, "ItemOut")["properties"]["price"] = {"type": "number"}


def a_newly_required_field(document: Json) -> None:
    schema(document, "ItemIn")["required"].append("description")


def a_new_required_field(document: Json) -> None:
    schema(document, "ItemIn")["properties"]["colour"] = {"type": "string"}
    schema(document, "ItemIn")["required"].append("colour")


def a_lower_limit(document: Json) -> None:
    schema(document, "ItemIn")["properties"]["name"]["maxLength"] = 40


def no_value_of_an_enum(document: Json) -> None:
    sort_of(document)["enum"].remove("price")


def no_parameter(document: Json) -> None:
    document["paths"]["/api/v1/items"]["get"]["parameters"].pop()


BREAKING = [
    no_path,
    no_operation,
    no_property_of_an_answer,
    another_type_of_an_answer,
    a_newly_required_field,
    a_new_required_field,
    a_lower_limit,
    no_value_of_an_enum,
    no_parameter,
]


def nothing(document: Json) -> None:
    pass


def a_path(document: Json) -> None:
    document["paths"]["/health/started"] = deepcopy(document["paths"]["/health/live"])
    document["paths"]["/health/started"]["get"]["operationId"] = "get_start"


def an_optional_field(document: Json) -> None:
    schema(document, "ItemIn")["properties"]["colour"] = {"type": "string"}


def an_optional_parameter(document: Json) -> None:
    parameter = {"name": "colour", "in": "query", "required": False, "schema": {"type": "string"}}
    document["paths"]["/api/v1/items"]["get"]["parameters"].append(parameter)


def a_property_of_an_answer(document: Json) -> None:
    schema(document, "ItemOut")["properties"]["colour"] = {"type": "string"}
    schema(document, "ItemOut")["required"].append("colour")


def a_value_of_an_enum(document: Json) -> None:
    sort_of(document)["enum"].append("colour")


def a_higher_limit(document: Json) -> None:
    schema(document, "ItemIn")["properties"]["name"]["maxLength"] = 200


def another_description(document: Json) -> None:
    document["paths"]["/health/live"]["get"]["description"] = "It is up."


HARMLESS = [
    nothing,
    a_path,
    an_optional_field,
    an_optional_parameter,
    a_property_of_an_answer,
    a_value_of_an_enum,
    a_higher_limit,
    another_description,
]


@pytest.mark.parametrize("change", BREAKING)
def test_what_breaks_clients_fails(pull_request: PullRequest, change: Callable[[Json], None]) -> None:
    status, printed = pull_request.check(change)
    assert status == 1, printed
    assert "info.version stayed 0.1.0, but these changes require a minor bump (0.2.0)" in printed


@pytest.mark.parametrize("change", HARMLESS)
def test_what_breaks_no_client_passes(pull_request: PullRequest, change: Callable[[Json], None]) -> None:
    status, printed = pull_request.check(change)
    assert status == 0, printed


@pytest.mark.parametrize(
    ("before", "after", "status"),
    [("0.3.0", "0.3.9", 1), ("0.9.0", "0.10.0", 0), ("1.2.3", "1.3.0", 1), ("1.2.3", "2.0.0", 0)],
)
def test_only_the_number_that_semver_wants_lets_it_pass(
    pull_request: PullRequest, before: str, after: str, status: int
) -> None:
    git(pull_request.project, "switch", "-q", "main")
    document = pull_request.project / "openapi.json"
    document.write_text(document.read_text("utf-8").replace('"0.1.0"', f'"{before}"'), "utf-8")
    committed(pull_request.project, "Release")
    assert pull_request.check(no_path, version=after)[0] == status


def test_rules_of_the_users_own_for_the_linter_do_not_matter(pull_request: PullRequest) -> None:
    (pull_request.project / "redocly.yaml").write_text("extends: [recommended]\n")
    committed(pull_request.project, "Lint")
    assert pull_request.check(no_path)[0] == 1


def test_a_document_that_is_new_is_compared_with_nothing(pull_request: PullRequest) -> None:
    project = pull_request.project
    text = (project / "openapi.json").read_text("utf-8")
    git(project, "rm", "-q", "openapi.json")
    committed(project, "As of an older release")
    (project / "openapi.json").write_text(text, "utf-8")
    committed(project, "Update")
    status, printed = pull_request.run()
    assert status == 0, printed
    assert "::notice::There is no openapi.json to compare with yet." in printed


def test_a_document_that_cannot_be_read_fails(pull_request: PullRequest) -> None:
    (pull_request.project / "openapi.json").write_text("<<<<<<< before updating\n", "utf-8")
    committed(pull_request.project, "Conflict")
    assert pull_request.run()[0] != 0


@pytest.mark.parametrize(
    ("change", "version", "status"), [(nothing, "0.1.0", 0), (no_path, "0.1.0", 1), (no_path, "0.2.0", 0)]
)
def test_gitlab_holds_a_merge_request_to_the_same(
    pull_request: PullRequest, rendered: Make, change: Callable[[Json], None], version: str, status: int
) -> None:
    """It checks out what is proposed, with its history, and tells where that began."""
    assert pull_request.check(change, version)[0] == status
    git(pull_request.project, "switch", "-q", "main")
    document = pull_request.project / "openapi.json"
    document.write_text(document.read_text("utf-8").replace('"/health/live"', '"/health/meanwhile"'), "utf-8")
    committed(pull_request.project, "What is no business of what is proposed")
    git(pull_request.project, "switch", "-q", "proposed")
    job = yaml.safe_load((rendered("flask-bsd") / ".gitlab-ci.yml").read_text("utf-8"))["breaking"]
    assert job["rules"] == [{"if": '$CI_PIPELINE_SOURCE == "merge_request_event"'}]
    assert job["variables"]["GIT_DEPTH"] == "0"
    base = git(pull_request.project, "merge-base", "main", "proposed").strip()
    done = run(
        *("bash", "-e", "-c", "\n".join(job["script"])),
        cwd=pull_request.project,
        code=status,
        CI_MERGE_REQUEST_DIFF_BASE_SHA=base,
        **{name: value for name, value in job["variables"].items() if name.startswith("REDOCLY")},
    )
    assert ("require a minor bump" in done.stdout) == bool(status)
