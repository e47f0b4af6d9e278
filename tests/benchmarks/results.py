"""What was measured: a figure a round, by measure and contender; and ratios of them, round by round."""

import json
import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf
from pathlib import Path


@dataclass(frozen=True)
class Ratio:
    """How two contenders compare: the median of the rounds' ratios, and between what they are."""

    median: float
    least: float
    most: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.least:.2f} to {self.most:.2f})"


@dataclass
class Results:
    """Figures by measure, such as `get, sqlite, 16: requests`, and by contender, a figure a round."""

    figures: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    about: dict[str, str] = field(default_factory=dict)
    """The machine and the versions."""

    def add(self, measure: str, contender: str, figure: float) -> None:
        self.figures.setdefault(measure, {}).setdefault(contender, []).append(figure)

    def interleave(self, rounds: int, runs: Mapping[str, Callable[[], Mapping[str, float]]]) -> None:
        """Run them in turns, A B A B: what slows the machine for a while slows them all.

        Each gives figures by measure.
        """
        for _ in range(rounds):
            for contender, run in runs.items():
                for measure, figure in run().items():
                    self.add(measure, contender, figure)

    def has(self, measure: str, *contenders: str) -> bool:
        return self.figures.get(measure, {}).keys() >= set(contenders)

    def median(self, measure: str, contender: str) -> float:
        return statistics.median(self.figures[measure][contender])

    def ratio(self, measure: str, ours: str, theirs: str, *, of: str | None = None) -> Ratio:
        """`measure` of ours over theirs, round by round; `of` is the measure of theirs, if another."""
        pairs = zip(self.figures[measure][ours], self.figures[of or measure][theirs], strict=True)
        ratios = [a / b if b else inf for a, b in pairs]  # of nothing, when the disk has stopped for a while
        return Ratio(statistics.median(ratios), min(ratios), max(ratios))

    def write(self, file: Path) -> None:
        """As JSON, a line for each measure."""
        about = json.dumps(self.about, indent=1)
        lines = (f"{json.dumps(name)}: {json.dumps(figures)}" for name, figures in self.figures.items())
        measures = ",\n".join(lines)
        file.write_text(f'{{"about": {about},\n"figures": {{\n{measures}\n}}}}\n', "utf-8")

    @classmethod
    def read(cls, file: Path) -> "Results":
        return cls(**json.loads(file.read_text("utf-8")))
