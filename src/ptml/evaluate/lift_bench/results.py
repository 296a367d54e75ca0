"""Figures over organisations: means with standard errors, medians, and where ptml loses."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, median, stdev

from ptml.evaluate.lift_bench.organisation import METHODS
from ptml.evaluate.lift_bench.peers import PEER_NAMES
from ptml.intervals import Z_95

NAMES = {**{method: name for method, (name, _) in METHODS.items()}, **PEER_NAMES}
"""Name of every method in the tables."""
Figures = dict[str, float | None]


@dataclass(frozen=True)
class Result:
    """What one method did on one organisation.

    Attributes
    ----------
    design, group, method : str
        ``group`` is ``ordinary``, ``weak`` or ``hidden``.
    figures : dict
        Of `ptml.evaluate.lift_bench.judging.judge`, and ``seconds``.
    """

    design: str
    group: str
    seed: int
    method: str
    figures: Figures

    def value(self, figure: str) -> float | None:
        """A figure; ``abs_bias`` is the size of the bias, ``off_slope`` that of slope - 1."""
        if figure == "abs_bias":
            bias = self.figures["bias"]
            return None if bias is None else abs(bias)
        if figure == "off_slope":
            slope = self.figures["slope"]
            return None if slope is None else abs(slope - 1)
        return self.figures[figure]


@dataclass(frozen=True)
class Mean:
    """Mean over organisations with its standard error (NaN for one), and the median.

    ``error = sd / sqrt(n)``, organisations taken as drawn independently.
    """

    mean: float
    error: float
    median: float
    n: int


def over_organisations(results: Iterable[Result], method: str, figure: str) -> Mean | None:
    """Sum a method's figure up over organisations; None where it has none."""
    found = [one.value(figure) for one in results if one.method == method]
    values = [value for value in found if value is not None and math.isfinite(value)]
    if not values:
        return None
    error = stdev(values) / math.sqrt(len(values)) if len(values) > 1 else math.nan
    return Mean(fmean(values), error, median(values), len(values))


COMPARED = {
    "abs_bias": ("size of the bias", False),
    "rmse": ("RMSE", False),
    "captured": ("captured gain, top 1", True),
    "captured_budget": ("captured gain, budget", True),
    "off_slope": ("distance of the slope from 1", False),
}
"""Figures that methods are compared by: name, and whether more is better."""


@dataclass(frozen=True)
class Loss:
    """A rival whose mean is better than ptml's on the same organisations.

    Attributes
    ----------
    difference, error : float
        Mean of (rival - ptml) with the standard error of the paired differences.
    """

    where: str
    figure: str
    rival: str
    ptml: float
    other: float
    difference: float
    error: float

    @property
    def is_clear(self) -> bool:
        """Beyond 1.96 standard errors."""
        return self.error > 0 and abs(self.difference) > Z_95 * self.error


def losses(results: Sequence[Result], where: str) -> list[Loss]:
    """Best rival of each figure in which it has the better mean."""
    found = []
    for figure, (name, more) in COMPARED.items():
        rivals = [_against(results, where, name, figure, method) for method in NAMES]
        better = [
            loss for loss in rivals if loss is not None and (loss.difference > 0) == more
            and loss.difference != 0
        ]  # fmt: skip
        if better:
            # One that is clear says more than a larger one on few organisations.
            found.append(max(better, key=lambda loss: (loss.is_clear, abs(loss.difference))))
    return found


def _against(
    results: Sequence[Result], where: str, name: str, figure: str, method: str
) -> Loss | None:
    if method == "ptml":
        return None
    ours = {(r.design, r.seed): r.value(figure) for r in results if r.method == "ptml"}
    theirs = {(r.design, r.seed): r.value(figure) for r in results if r.method == method}
    pairs = [
        (mine, other)
        for at, mine in ours.items()
        if mine is not None and (other := theirs.get(at)) is not None
    ]
    if not pairs:
        return None
    apart = [other - mine for mine, other in pairs]
    error = stdev(apart) / math.sqrt(len(apart)) if len(apart) > 1 else math.nan
    return Loss(
        where=where,
        figure=name,
        rival=NAMES[method],
        ptml=fmean(mine for mine, _ in pairs),
        other=fmean(other for _, other in pairs),
        difference=fmean(apart),
        error=error,
    )
