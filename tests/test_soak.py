"""The soak runs, and finds a leak; that 100,000 requests leave no trace is for a run by hand to show."""

import re
import shutil
import sys
from pathlib import Path

import pytest
from conftest import ROOT, Make, run
from lifecycle import edit
from variants import PAIR

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read in /proc")


def soak(project: Path, code: int = 0, **environment: str) -> str:
    options = ["--project", project, "--requests", "300", "--limit", "1.5"]
    return run(sys.executable, "hooks/soak.py", *options, cwd=ROOT, code=code, **environment).stdout


@pytest.mark.parametrize("variant", PAIR)
def test_all_junk_is_answered_and_the_memory_is_told(installed: Make, variant: str) -> None:
    told = soak(installed(variant))
    assert re.search(rf"^{variant}: 300 requests in \d+ s$", told, re.MULTILINE)
    (answers,) = re.findall(r"^Answers: (.*)$", told, re.MULTILINE)
    counted = dict(each.split() for each in answers.split(", "))
    assert {"200", "400", "404", "405", "409", "413", "422", "left"} <= set(counted)
    assert not {"500", "silence"} & set(counted)
    assert sum(map(int, counted.values())) == 300
    assert len(re.findall(r"^ +\d+ +\d+\.\d MiB +\d\.\d\d$", told, re.MULTILINE)) == 10
    assert re.search(r"^Memory is flat: \d\.\d\d times what it was", told, re.MULTILINE)


def test_a_leak_is_found(installed: Make, tmp_path: Path) -> None:
    project = installed("fastapi")
    shutil.copytree(project / "src", tmp_path / "src")
    edit(
        tmp_path / "src/my_shop/api/headers.py",
        '    """The client\'s own request id when it is harmless, else a new one."""\n',
        "    kept.append(b'x' * 1_000_000)\n",
    )
    with (tmp_path / "src/my_shop/api/headers.py").open("a") as file:
        file.write("kept = []\n")
    told = soak(project, code=1, PYTHONPATH=str(tmp_path / "src"))
    assert re.search(r"^Memory grew to more than 1\.5 times: \d\.\d\d times", told, re.MULTILINE)
