"""What something may cost, and whether it does."""

from collections.abc import Sequence
from dataclasses import dataclass

from results import Ratio, Results

SLACK = 0.1
"""By so much a bound may be missed, for machines are noisy."""

KINDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
HOLDS, SHORT, UNKNOWN = "holds", "falls short", "not measured"


@dataclass(frozen=True)
class Pair:
    """A figure of ours over one of theirs, which may be of another measure; or the figure alone."""

    measure: str
    ours: str
    theirs: str = ""
    of: str = ""

    def measured(self, results: Results, kind: str) -> Ratio | None:
        """The ratio by that kind of database, if the figures are there."""
        measure = self.measure.format(kind=kind)
        of = self.of.format(kind=kind) or measure
        if not results.has(measure, self.ours) or not results.has(of, *filter(None, [self.theirs])):
            return None
        if self.theirs:
            return results.ratio(measure, self.ours, self.theirs, of=of)
        figures = results.figures[measure][self.ours]
        return Ratio(results.median(measure, self.ours), min(figures), max(figures))


@dataclass(frozen=True)
class Budget:
    """A bound that all of the pairs must keep to."""

    title: str
    pairs: Sequence[Pair]
    at_least: float | None = None
    at_most: float | None = None
    kinds: Sequence[str] = (*KINDS,)

    def cells(self, results: Results) -> dict[str, Ratio | None]:
        """The worst that was measured, by kind of database; by "" where there is none."""
        kinds = self.kinds if "{kind}" in self.pairs[0].measure else [""]
        return {kind: self._worst(results, kind) for kind in kinds}

    def _worst(self, results: Results, kind: str) -> Ratio | None:
        ratios = [ratio for pair in self.pairs if (ratio := pair.measured(results, kind))]
        if len(ratios) < len(self.pairs):
            return None
        return (max if self.at_least is None else min)(ratios, key=lambda ratio: ratio.median)

    def verdict(self, results: Results) -> str:
        cells = self.cells(results).values()
        if any(cell and not self.allows(cell.median) for cell in cells):
            return SHORT
        return HOLDS if all(cells) else UNKNOWN

    def allows(self, figure: float) -> bool:
        if self.at_least is not None:
            return figure >= self.at_least * (1 - SLACK)
        assert self.at_most is not None, self.title
        return figure <= self.at_most * (1 + SLACK)

    @property
    def bound(self) -> str:
        return f"at most {self.at_most:g}" if self.at_least is None else f"at least {self.at_least:g}"
