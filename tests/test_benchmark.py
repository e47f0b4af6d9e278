"""The benchmark runs; what it measures is no claim of a test's."""

import re
import sys

from conftest import ROOT, run


def test_a_copy_is_compared_with_that_of_an_empty_template() -> None:
    told = run(sys.executable, "hooks/benchmark.py", "copy", "--rounds", "1", cwd=ROOT).stdout
    assert re.search(r"A copy takes \d\.\d\d times \(\d\.\d\d to \d\.\d\d\) as long as one of an empty", told)
