"""What a card says of one model beside its checks: how good, for whom, and how far."""

from dataclasses import dataclass

from ptml.report.figures import PlainTable


@dataclass(frozen=True)
class ModelWords:
    """The parts of a card that differ between models.

    Attributes
    ----------
    title : str
    held_out : tuple of str
        How the figures were held out, and what they say in sentences.
    metrics : PlainTable
        Held-out figures with intervals.
    groups_said : tuple of str
    groups : tuple of (str, PlainTable)
        Figures by group of people, each table with its title.
    limits : tuple of str
        Known limits, with figures where the evidence has them.
    """

    title: str
    held_out: tuple[str, ...]
    metrics: PlainTable
    groups_said: tuple[str, ...]
    groups: tuple[tuple[str, PlainTable], ...]
    limits: tuple[str, ...]
