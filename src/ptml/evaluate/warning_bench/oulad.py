"""Figures on OULAD: methods on the same students, and ptml's flags by group."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ptml.evaluate.classification import Metric, average_precision, expected_calibration_error
from ptml.evaluate.warning_bench.judging import CAPACITY
from ptml.separation import auc

Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ends = tuple[float, float, float]

METRICS: dict[str, Metric] = {
    "auc": auc,
    "average_precision": average_precision,
    "ece": expected_calibration_error,
}
RATES = ("flag_rate", "false_negative_rate", "false_positive_rate", "calibration_gap")
N_DRAWS = 200
SMALLEST_GROUP = 100
"""Students below whom no rate of a group is told."""


@dataclass(frozen=True)
class OuladFigures:
    """What was found as of one day of the modules.

    Attributes
    ----------
    methods : dict
        By method the figures of `METRICS`, each value, low and high (95 %).
    apart : dict
        By rival its AUC less ptml's, in the same way.
    groups : list of dict
        ``attribute``, ``group``, ``students``, ``weak`` (share) and each of `RATES`: ptml's flags
        on the riskiest 15 %. A group of few students has no rates.
    """

    day: int
    n_train: int
    n_test: int
    weak_share: float
    methods: dict[str, dict[str, Ends]]
    apart: dict[str, Ends]
    groups: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class Students:
    """Test rows, (m,) each: a student may have several.

    Attributes
    ----------
    student : int64
        Whose row it is: students are resampled.
    groups : mapping of str to (m,) object
        Group of each attribute; for this audit only.
    """

    weak: Bools
    student: NDArray[np.int64]
    groups: Mapping[str, NDArray[np.object_]]


def judge_oulad(
    day: int, n_train: int, asked: Students, said: Mapping[str, Doubles], seed: int
) -> OuladFigures:
    """Figures of every method, the same students resampled for all.

    Parameters
    ----------
    said : mapping of str to (m,) float64
        Probabilities by method; ``ptml`` among them.
    """
    weights = _drawn_weights(asked.student, np.random.default_rng(seed))
    methods: dict[str, dict[str, Ends]] = {}
    drawn_auc: dict[str, Doubles] = {}
    for method, p in said.items():
        # Sorted once: the stable sort inside the metric is then linear in every draw.
        order = np.argsort(-p, kind="stable")
        label, ranked = asked.weak[order], p[order]
        found: dict[str, Ends] = {}
        for name, metric in METRICS.items():
            drawn = np.array([metric(label, ranked, w[order]) for w in weights])
            found[name] = _around(metric(label, ranked, None), drawn)
            if name == "auc":
                drawn_auc[method] = drawn
        methods[method] = found
    apart = {
        method: _around(
            methods[method]["auc"][0] - methods["ptml"]["auc"][0],
            drawn_auc[method] - drawn_auc["ptml"],
        )
        for method in said
        if method != "ptml"
    }
    groups = _of_groups(asked, said["ptml"], weights)
    share = float(asked.weak.mean())
    return OuladFigures(day, n_train, len(asked.weak), share, methods, apart, groups)


def _drawn_weights(student: NDArray[np.int64], rng: np.random.Generator) -> list[Doubles]:
    _, member = np.unique(student, return_inverse=True)
    n = int(member.max(initial=-1)) + 1
    return [
        np.bincount(rng.integers(0, n, n), minlength=n)[member].astype(np.float64)
        for _ in range(N_DRAWS)
    ]


def _around(value: float, drawn: Doubles) -> Ends:
    """Lay the spread of the draws around the value: resampling adds chance of its own."""
    drawn = drawn[np.isfinite(drawn)]
    if len(drawn) == 0:
        return float(value), float("nan"), float("nan")
    low, middle, high = np.quantile(drawn, [0.025, 0.5, 0.975])
    return float(value), float(value + low - middle), float(value + high - middle)


def _of_groups(asked: Students, p: Doubles, weights: Sequence[Doubles]) -> list[dict[str, Any]]:
    flagged = _riskiest(p)
    rows: list[dict[str, Any]] = []
    for attribute, group in asked.groups.items():
        for label in sorted({str(one) for one in group}):
            here = np.flatnonzero(group == label)
            n = len(np.unique(asked.student[here]))
            row: dict[str, Any] = {"attribute": attribute, "group": label, "students": n}
            if n >= SMALLEST_GROUP:
                row["weak"] = float(asked.weak[here].mean())
                of_group = _Rated(asked.weak[here], p[here], flagged[here])
                drawn = [w[here] for w in weights]
                row |= {rate: of_group.rate(rate, drawn) for rate in RATES}
            rows.append(row)
    return rows


def _riskiest(p: Doubles) -> Bools:
    n = int(CAPACITY * len(p))
    flagged = np.zeros(len(p), dtype=np.bool_)
    flagged[np.argsort(-p, kind="stable")[:n]] = True
    return flagged


@dataclass(frozen=True, eq=False)
class _Rated:
    """Rows of one group, (n,) each."""

    weak: Bools
    p: Doubles
    flagged: Bools

    def rate(self, name: str, weights: Sequence[Doubles]) -> Ends:
        over, hit = _RATED[name](self)
        every = np.ones(len(hit))
        drawn = np.array([_share(over, hit, w) for w in weights])
        return _around(_share(over, hit, every), drawn)


# Which rows a rate is over, and what of each counts.
_RATED: dict[str, Callable[[_Rated], tuple[Bools, Doubles]]] = {
    "flag_rate": lambda of: (np.ones_like(of.weak), of.flagged.astype(np.float64)),
    "false_negative_rate": lambda of: (of.weak, (~of.flagged).astype(np.float64)),
    "false_positive_rate": lambda of: (~of.weak, of.flagged.astype(np.float64)),
    "calibration_gap": lambda of: (np.ones_like(of.weak), of.p - of.weak),
}


def _share(over: Bools, hit: Doubles, weight: Doubles) -> float:
    total = weight[over].sum()
    return float((weight[over] * hit[over]).sum() / total) if total > 0 else float("nan")
