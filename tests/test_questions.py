"""Bad answers are refused by a sentence, good ones come out as text, and nothing is half-written."""

import re
import subprocess
import sys
from pathlib import Path

import copier
import pytest
import yaml
from conftest import ROOT, Make, files, run
from jinja2.exceptions import FilterArgumentError
from variants import PAIRED, VARIANTS

ONE_LINE = "Type it on one line, without control characters."
SHAPE = "Type lower-case letters, digits and single underscores, beginning with a letter, such as my_shop."

REFUSED = [
    ("project_name", "", "Type something; it must not be empty."),
    ("project_name", "  ", "Type something; it must not be empty."),
    ("project_name", "a\nb", ONE_LINE),
    ("project_name", "a\x7fb", ONE_LINE),
    ("project_name", "a\u2028b", ONE_LINE),
    ("project_name", "x" * 61, "Type at most 60 characters; these are 61."),
    ("description", "", "Type something; it must not be empty."),
    ("description", "a\tb", ONE_LINE),
    ("description", "x" * 201, "Type at most 200 characters; these are 201."),
    ("author_name", "", "Type something; it must not be empty."),
    ("author_name", "a\r\nb", ONE_LINE),
    ("author_name", "x" * 81, "Type at most 80 characters; these are 81."),
    ("package_name", "", SHAPE),
    ("package_name", "My", SHAPE),
    ("package_name", "my-shop", SHAPE),
    ("package_name", "2shops", SHAPE),
    ("package_name", "my__shop", SHAPE),
    ("package_name", "shop_", SHAPE),
    ("package_name", "../shop", SHAPE),
    ("package_name", "shop\n", SHAPE),
    ("package_name", "sh\u00f6p", SHAPE),
    ("package_name", "\u0661", SHAPE),
    ("package_name", "x" * 41, "Type at most 40 characters; these are 41."),
    ("package_name", "class", '"class" is a keyword of Python. Type another name, such as class_api.'),
    ("package_name", "json", '"json" would hide a module of Python\'s standard library.'),
    ("package_name", "cgi", '"cgi" would hide a module of Python\'s standard library.'),
    ("package_name", "flask", '"flask" is the name of a library that the project installs.'),
    ("package_name", "fastapi", '"fastapi" is the name of a library that the project installs.'),
    ("package_name", "pytest_cov", '"pytest_cov" is the name of a library that the project installs.'),
    (
        "package_name",
        "tests",
        '"tests" is the name of a folder of the project. Type another name, such as tests_api.',
    ),
]


@pytest.mark.parametrize(("question", "answer", "sentence"), REFUSED)
def test_a_bad_answer_is_refused_by_a_sentence(
    make: Make, tmp_path: Path, question: str, answer: str, sentence: str
) -> None:
    with pytest.raises(
        ValueError, match=f"^Validation error for question '{question}': {re.escape(sentence)}"
    ):
        make("project", **{question: answer})
    assert not (tmp_path / "project").exists()


@pytest.mark.parametrize(
    ("question", "answer"),
    [("framework", "django"), ("auth", "basic"), ("python_version", "3.10"), ("licence", "")],
)
def test_a_choice_that_is_not_there_is_refused(
    make: Make, tmp_path: Path, question: str, answer: str
) -> None:
    with pytest.raises(ValueError, match=f"^Invalid choice for '{question}'"):
        make("project", **{question: answer})
    assert not (tmp_path / "project").exists()


def test_a_misspelt_question_is_refused(make: Make, tmp_path: Path) -> None:
    sentence = 'There is no question "frammework". The questions are: project_name, package_name, '
    with pytest.raises(FilterArgumentError, match=f"^{re.escape(sentence)}"):
        make("project", frammework="flask")
    assert not (tmp_path / "project").exists()


@pytest.mark.parametrize(
    ("project_name", "package_name"),
    [
        ("My Shop", "my_shop"),
        ("  3D-Print & Co.  ", "d_print_co"),
        ("Flask", "flask_api"),
        ("JSON", "json_api"),
        ("Tests", "tests_api"),
        ("日本", "my_api"),
        ("42", "my_api"),
        ("The quick brown fox jumps over the lazy dog again", "the_quick_brown_fox_jumps_over_the_lazy"),
    ],
)
def test_a_package_name_is_derived(make: Make, project_name: str, package_name: str) -> None:
    assert (make("project", project_name=project_name) / "src" / package_name).is_dir()


def test_the_command_line_asks_nothing_needs_no_trust_and_no_network(template: Path, tmp_path: Path) -> None:
    """By Copier's own command, whose exit code and message are what a user sees."""
    copy = [Path(sys.executable).with_name("copier"), "copy", "--defaults", template]
    offline = {"https_proxy": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"}
    told = run(*copy, tmp_path / "my shop", cwd=tmp_path, **offline).stdout
    assert f"cd '{tmp_path}/my shop'\n" in told
    assert "uv run my-shop dev\n" in told
    refused = subprocess.run(
        [*copy, tmp_path / "other", "--data", "package_name=json"],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert refused.returncode != 0
    assert '"json" would hide a module' in refused.stderr.splitlines()[-1]
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("variant", VARIANTS)
def test_two_copies_are_the_same(rendered: Make, make: Make, variant: str) -> None:
    assert files(make("again", **VARIANTS[variant])) == files(rendered(variant))


def test_nothing_asks_for_trust_but_an_update_that_crosses_a_version_of_the_list() -> None:
    spec = yaml.safe_load((ROOT / "copier.yml").read_text("utf-8"))
    assert not {"_tasks", "_jinja_extensions"} & set(spec)
    assert all(set(migration) == {"version", "command"} for migration in spec["_migrations"])


def test_a_relative_source_is_kept_as_an_absolute_one(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(template)
    copier.run_copy(".", tmp_path / "project", defaults=True, quiet=True)
    answers = yaml.safe_load((tmp_path / "project/.copier-answers.yml").read_text("utf-8"))
    assert answers["_src_path"] == str(template)


def test_every_question_has_a_help_a_default_and_what_it_may_be() -> None:
    spec = yaml.safe_load((ROOT / "copier.yml").read_text("utf-8"))
    asked = {
        name: its for name, its in spec.items() if not name.startswith("_") and its.get("when") is not False
    }
    assert list(asked) == [
        "project_name",
        "package_name",
        "description",
        "author_name",
        "framework",
        "auth",
        "database",
        "docker",
        "ci",
        "python_version",
        "licence",
    ]
    for name, its in asked.items():
        assert its["help"].endswith(("?", ".")), name
        assert its["default"] is not None, name
        assert its["type"] == "bool" or "validator" in its or "choices" in its, name


@pytest.mark.parametrize("variant", PAIRED)
def test_the_reserved_names_are_those_of_what_is_installed(installed: Make, variant: str) -> None:
    sys.path.insert(0, str(ROOT / "hooks"))
    from reserved import installed as names_in

    lists = (ROOT / "hooks/reserved.jinja").read_text("utf-8")
    python = installed(variant) / ".venv" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    assert names_in(python) - set(re.findall(r'"(\w+)"', lists)) == set()
