"""Plots as SVG, to be read on a light page and on a dark one: no background, and text in a grey between."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from math import log10

from results import Ratio

WIDTH, LABELS, ROW, GAP = 760, 260, 20, 16
TEXT, OURS, THEIRS = "#7d8590", "#0d9488", "#94a3b8"
LONGEST = 3.0
"""Times ours: a bar that would be longer ends there, and its number tells."""


@dataclass
class Plot:
    """Rows of labels, with a panel for each column."""

    title: str
    columns: Sequence[str]
    parts: list[str] = field(default_factory=list)
    y: float = 2 * ROW

    def __post_init__(self) -> None:
        for column, name in enumerate(self.columns):
            self.text(self.left(column), ROW, name, "600")

    def left(self, column: int) -> float:
        return LABELS + column * (self.wide + GAP)

    @property
    def wide(self) -> float:
        """How wide a panel is."""
        return (WIDTH - LABELS) / len(self.columns) - GAP

    def text(self, x: float, y: float, text: str, weight: str = "400", anchor: str = "start") -> None:
        look = f'font-weight="{weight}" text-anchor="{anchor}"'
        self.parts.append(f'<text x="{x:.0f}" y="{y:.0f}" {look}>{escape(text)}</text>')

    def group(self, name: str) -> None:
        self.y += ROW
        self.text(0, self.y - 6, name, "600")

    def row(self, label: str) -> None:
        self.y += ROW
        self.text(LABELS - 8, self.y - 6, label, anchor="end")

    def bar(self, column: int, ratio: Ratio, *, ours: bool = False) -> None:
        """The median as a bar, and from the least to the most as a line."""
        left, scale, y = self.left(column), (self.wide - 40) / LONGEST, self.y - 10
        least, median, most = (min(each, LONGEST) * scale for each in (ratio.least, ratio.median, ratio.most))
        colour = OURS if ours else THEIRS
        self.parts.append(
            f'<rect x="{left:.1f}" y="{y - 6:.1f}" width="{median:.1f}" height="12" rx="2" fill="{colour}"/>'
        )
        if most > least:
            line = f"M{left + least:.1f} {y:.1f}H{left + most:.1f}"
            self.parts.append(f'<path d="{line}" stroke="{TEXT}" stroke-width="2"/>')
        self.text(left + max(median, most) + 6, self.y - 6, f"{ratio.median:.2f}")

    def span(self, column: int, p50: float, p99: float) -> None:
        """From the median to the 99th percentile, in ms, between 0.1 and 1000 by their logarithm."""
        left, scale, y = self.left(column), (self.wide - 90) / 4, self.y - 10
        begin, end = (left + (log10(min(max(each, 0.1), 1000)) + 1) * scale for each in (p50, p99))
        self.parts.append(
            f'<path d="M{begin:.1f} {y:.1f}H{end:.1f}" stroke="{OURS}" stroke-width="3"/>'
            f'<circle cx="{begin:.1f}" cy="{y:.1f}" r="4" fill="{OURS}"/>'
            f'<circle cx="{end:.1f}" cy="{y:.1f}" r="4" fill="{THEIRS}"/>'
        )
        self.text(end + 8, self.y - 6, f"{p50:.3g} to {p99:.3g}")

    def svg(self) -> str:
        height = self.y + ROW / 2
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img"',
                f'  font-family="system-ui, sans-serif" font-size="12" fill="{TEXT}">',
                f"<title>{escape(self.title)}</title>",
                *self.parts,
                "</svg>\n",
            ]
        )
