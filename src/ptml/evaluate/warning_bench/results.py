"""Figures over organisations: means with intervals, and differences on the same organisations."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Any

from scipy import stats

from ptml.evaluate.warning_bench.judging import Figures

LESS_IS_BETTER = frozenset({"ece_truth", "ece", "ece_label", "distance"})
_LEVEL = 0.975


@dataclass(frozen=True)
class Result:
    """What one method did on the completions of one stage of one organisation.

    Attributes
    ----------
    figures : dict
        Of `ptml.evaluate.warning_bench.judging.judge`.
    """

    design: str
    seed: int
    stage: str
    method: str
    figures: Figures

    @property
    def organisation(self) -> tuple[str, int]:
        """Which one."""
        return self.design, self.seed


@dataclass(frozen=True)
class Named:
    """How often the planted cause was named in one group of cases of one organisation.

    Attributes
    ----------
    group : str
        Of `ptml.evaluate.warning_bench.causes.GROUPS`.
    figures : dict
        Of `ptml.evaluate.warning_bench.causes.measure_causes`.
    """

    design: str
    seed: int
    stage: str
    group: str
    figures: dict[str, Any]


@dataclass(frozen=True)
class Mean:
    """Mean with its 95 % interval, ``mean -+ t(n - 1) sd / sqrt(n)``; NaN ends for one value."""

    mean: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Paired:
    """A rival less ptml on the same organisations.

    Attributes
    ----------
    wins : int
        Organisations on which ptml is better.
    is_better, is_clear : bool
        Whether the rival's mean is the better one, and whether 0 lies outside the interval.
    """

    difference: Mean
    wins: int
    is_better: bool

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves 0 out."""
        found = self.difference
        return math.isfinite(found.low) and not found.low <= 0 <= found.high


def mean_of(values: Iterable[float | None]) -> Mean | None:
    """Mean of the values that are known; None without any.

    Examples
    --------
    >>> found = mean_of([1.0, 3.0, None])
    >>> found.mean, round(found.low, 1), found.n
    (2.0, -10.7, 2)
    """
    known = [float(value) for value in values if value is not None and math.isfinite(value)]
    if not known:
        return None
    middle, n = fmean(known), len(known)
    if n == 1:
        return Mean(middle, math.nan, math.nan, 1)
    half = float(stats.t.ppf(_LEVEL, n - 1)) * stdev(known) / math.sqrt(n)
    return Mean(middle, middle - half, middle + half, n)


def over_organisations(
    results: Iterable[Result], stage: str, method: str, figure: str
) -> Mean | None:
    """Mean of a method's figure over organisations; None where it has none."""
    return mean_of(
        one.figures.get(figure) for one in results if (one.stage, one.method) == (stage, method)
    )


def against_ptml(results: Sequence[Result], stage: str, method: str, figure: str) -> Paired | None:
    """A rival's figure less ptml's, organisation by organisation; None without a pair."""
    theirs, ours = (_by_organisation(results, stage, m, figure) for m in (method, "ptml"))
    apart = [theirs[at] - ours[at] for at in theirs if at in ours]
    found = mean_of(apart)
    if found is None:
        return None
    sign = -1 if figure in LESS_IS_BETTER else 1
    return Paired(found, sum(sign * one < 0 for one in apart), sign * found.mean > 0)


def over_named(named: Iterable[Named], stage: str, group: str, figure: str) -> Mean | None:
    """Mean of a figure on naming causes over organisations."""
    return mean_of(one.figures[figure] for one in named if (one.stage, one.group) == (stage, group))


def named_instead(named: Iterable[Named], stage: str, group: str) -> dict[str, dict[str, int]]:
    """By planted cause, how often which family was named first; cases of all organisations."""
    total: dict[str, dict[str, int]] = {}
    for one in named:
        if (one.stage, one.group) != (stage, group):
            continue
        for cause, families in one.figures["table"].items():
            of_cause = total.setdefault(cause, {})
            for family, n in families.items():
                of_cause[family] = of_cause.get(family, 0) + n
    return total


def _by_organisation(
    results: Iterable[Result], stage: str, method: str, figure: str
) -> dict[tuple[str, int], float]:
    return {
        one.organisation: value
        for one in results
        if (one.stage, one.method) == (stage, method)
        and (value := one.figures.get(figure)) is not None
    }
