"""Figures of one method on the completions of one stage, against outcomes and the truth."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.evaluate.classification import average_precision, expected_calibration_error
from ptml.separation import auc

Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]
Figures = dict[str, float | None]

CAPACITY = 0.15
"""Share of completions that people can look into."""
FIGURES = (
    "auc",
    "average_precision",
    "precision_at_capacity",
    "precision_flagged",
    "flag_rate",
    "ece_truth",
    "ece",
    "ece_label",
    "distance",
)


@dataclass(frozen=True, eq=False)
class Cases:
    """Completions after training at one stage, (m,) each.

    Attributes
    ----------
    weak : bool
        What came of it, also where nobody checked.
    p_true : float64
        The true probability given what had happened by then.
    label : float64
        1 = weak by the contract's words, 0 = not; NaN = not known by the end of the data.
    blocked : bool
        The unit's matter, by what was known.
    """

    weak: Bools
    p_true: Doubles
    label: Doubles
    blocked: Bools

    def __len__(self) -> int:
        return len(self.weak)


def judge(
    cases: Cases, score: Doubles, flagged: Bools | None, *, is_probability: bool = True
) -> Figures:
    """Figures by the names of `FIGURES`; None where one is not defined.

    ``ece`` is against what came of it, ``ece_label`` against the labels that are known,
    ``ece_truth`` against the true probability (no chance in it); ``distance`` is the root mean
    square from the true probability.

    Parameters
    ----------
    score : (m,) float64
        Higher = more likely weak.
    flagged : (m,) bool or None
        What the method would have people look into.
    """
    found = {
        "auc": auc(cases.weak, score),
        "average_precision": average_precision(cases.weak, score),
        "precision_at_capacity": precision_at(cases.weak, score, CAPACITY),
        **_of_flags(cases.weak, flagged),
        **(_of_probabilities(cases, score) if is_probability else {}),
    }
    return {name: _finite(found.get(name, np.nan)) for name in FIGURES}


def precision_at(weak: Bools, score: Doubles, share: float) -> float:
    """Share of weak among the `share` of cases with the highest scores.

    ``(weak above the bound + (k - n above) x mean of those at the bound) / k`` with
    ``k = floor(share x n)``: equal scores count as if drawn by lot.

    Examples
    --------
    >>> precision_at(np.array([True, False, True, False]), np.array([0.9, 0.5, 0.5, 0.1]), 0.5)
    0.75
    """
    k = int(np.floor(share * len(weak)))
    if k == 0:
        return float("nan")
    bound = np.sort(score)[::-1][k - 1]
    above, at = score > bound, score == bound
    hits = weak[above].sum() + (k - above.sum()) * weak[at].mean()
    return float(hits / k)


def calibration_floor(p_true: Doubles, rng: np.random.Generator, n_draws: int = 50) -> float:
    """Mean calibration error against drawn outcomes that a faultless model would show.

    Outcomes are drawn from the true probabilities, and held against these themselves.
    """
    if len(p_true) == 0:
        return float("nan")
    drawn = [
        expected_calibration_error(rng.random(len(p_true)) < p_true, p_true) for _ in range(n_draws)
    ]
    return float(np.mean(drawn))


def _of_flags(weak: Bools, flagged: Bools | None) -> dict[str, float]:
    if flagged is None or len(flagged) == 0:
        return {}
    n = int(flagged.sum())
    return {
        "flag_rate": float(flagged.mean()),
        "precision_flagged": float(weak[flagged].mean()) if n else float("nan"),
    }


def _of_probabilities(cases: Cases, p: Doubles) -> dict[str, float]:
    known = np.isfinite(cases.label)
    return {
        "ece": expected_calibration_error(cases.weak, p),
        "ece_label": expected_calibration_error(cases.label[known] > 0, p[known]),
        "ece_truth": expected_calibration_error(cases.p_true, p),
        "distance": float(np.sqrt(np.mean((p - cases.p_true) ** 2))) if len(p) else float("nan"),
    }


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
