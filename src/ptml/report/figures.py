"""A figure of the page: a finding as its title, a drawing, and the same numbers as a table."""

from dataclasses import dataclass, field

from ptml.report.bars import BarPlot
from ptml.report.curves import XYPlot
from ptml.report.intervals import IntervalPlot

# Of a long list so many are in sight at once; a reader unfolds the others.
MOST_UNFOLDED = 10


@dataclass(frozen=True)
class PlainTable:
    """Rows of text under a head; ``numeric`` says which columns are set flush right."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Figure:
    """One drawing with what a reader should take from it.

    Attributes
    ----------
    slug : str
        The figure's id on the page.
    title : str
        The finding, as a sentence.
    note : str
        How to read the drawing.
    plot : IntervalPlot or XYPlot or BarPlot
        What to draw.
    numbers : PlainTable
        The same figures for those who cannot or would rather not look.
    """

    slug: str
    title: str
    note: str
    plot: IntervalPlot | XYPlot | BarPlot
    numbers: PlainTable

    @property
    def label(self) -> str:
        """What a screen reader says of the drawing."""
        return f"{self.title} {self.note}".strip()
