"""Plain rules of practice beside the model: where they fire, and how often they were right."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.evidence import Evidence
from ptml.features.history import History
from ptml.features.matrix import FeatureMatrix
from ptml.intervals import wilson_interval
from ptml.transfer.completions import STAGES, Completions
from ptml.transfer.config import RuleConfig
from ptml.transfer.improvement import Improvement
from ptml.transfer.norms import Norms

Bools = NDArray[np.bool_]

RULES = ("completed_low_exam", "no_practice_in_30_days")
NOT_UP = "performance_not_up"
"""Fires two periods after a course, when there is nothing left to warn of."""

_FULLY = 1.0
_PRACTICE = "unit_practice_task"
_DAY_30 = STAGES.index("day_30")


def rules_fired(
    history: History,
    completions: Completions,
    features: FeatureMatrix,
    norms: Norms,
    config: RuleConfig,
) -> Bools:
    """Which rule fires on which completion, (n, n_rules) bool.

    ``completed_low_exam``: completed fully (where progress is recorded) and the exam below
    `exam_below`. ``no_practice_in_30_days``: at least `new_levels` of the course were new to the
    person, and no practice task was done in 30 days; at stage ``day_30`` only, and where the source
    records practice tasks at all. What is not known fires nothing.

    Parameters
    ----------
    features : FeatureMatrix
        Of the completions.
    norms : Norms
        Whether anybody's practice tasks were known before.
    """
    progress = history.enrolments.progress[completions.enrolment]
    fully = ~(progress < _FULLY)
    low_exam = fully & (features.column("exam_points") < config.exam_below)
    is_new = features.column("new_levels") >= config.new_levels
    unused = is_new & (features.column("practice_tasks_done") == 0)
    unused &= np.isfinite(norms.means[_PRACTICE].of_all(completions.rows(history).day))
    return np.stack([low_exam, unused & (completions.stage == _DAY_30)], axis=1)


def not_up(features: FeatureMatrix, scores: Improvement, config: RuleConfig) -> Bools:
    """The rule ``performance_not_up``: a new skill, and no rise after two periods, (n,) bool.

    Parameters
    ----------
    features : FeatureMatrix
        Of completions at any stage.
    scores : Improvement
        Of the same completions; while the second period is not known nothing fires.
    """
    return (features.column("new_levels") >= config.new_levels) & (scores.change <= 0)


@dataclass(frozen=True, eq=False)
class RuleRecord:
    """How often each rule fired on past completions, and how many of these were weak.

    Attributes
    ----------
    fired, weak : (n_stages, n_rules) int64
    """

    fired: NDArray[np.int64]
    weak: NDArray[np.int64]

    def precision(self, stage: int, rule: int) -> tuple[float, float, float] | None:
        """Share of weak ones with its 95 % interval (Wilson 1927); None where it never fired."""
        n, k = int(self.fired[stage, rule]), int(self.weak[stage, rule])
        return None if n == 0 else _wilson(k, n)

    def as_plain(self) -> dict[str, list[list[int]]]:
        """Numbers for a JSON file."""
        return {name: getattr(self, name).tolist() for name in ("fired", "weak")}

    @classmethod
    def from_plain(cls, plain: dict[str, list[list[int]]]) -> "RuleRecord":
        """Read what `as_plain` wrote."""
        return cls(*(np.array(plain[name], dtype=np.int64) for name in ("fired", "weak")))


def no_record() -> RuleRecord:
    """Rules that never fired."""
    nothing = np.zeros((len(STAGES), len(RULES)), dtype=np.int64)
    return RuleRecord(nothing, nothing)


def rule_record(fired: Bools, weak: Bools, stage: NDArray[np.uint8]) -> RuleRecord:
    """Count over labelled completions.

    Parameters
    ----------
    fired : (n, n_rules) bool
    weak : (n,) bool
    stage : (n,) uint8
    """
    by_stage = [stage == k for k in range(len(STAGES))]
    return RuleRecord(
        np.stack([fired[rows].sum(axis=0) for rows in by_stage]).astype(np.int64),
        np.stack([fired[rows & weak].sum(axis=0) for rows in by_stage]).astype(np.int64),
    )


def rule_evidence(record: RuleRecord, weak: Bools, stage: NDArray[np.uint8]) -> list[Evidence]:
    """``rule_precision/RULE/STAGE``, beside the share of weak ones among all cases."""
    found = []
    for k, r in np.argwhere(record.fired > 0).tolist():
        payload: dict[str, object] = {
            "fired": int(record.fired[k, r]),
            "weak": int(record.weak[k, r]),
            "weak_share_of_all": round(float(weak[stage == k].mean()), 4),
        }
        name = f"rule_precision/{RULES[r]}/{STAGES[k]}"
        found.append(_evidence(name, record.precision(k, r), payload))
    return found


def not_up_evidence(fired: Bools, weak: Bools, stage: NDArray[np.uint8]) -> list[Evidence]:
    """``rule_precision/performance_not_up``: how many of these completions were weak."""
    once = stage == 0
    n, k = int((fired & once).sum()), int((fired & weak & once).sum())
    if n == 0:
        return []
    payload: dict[str, object] = {
        "fired": n,
        "weak": k,
        "weak_share_of_all": round(float(weak[once].mean()), 4),
    }
    return [_evidence(f"rule_precision/{NOT_UP}", _wilson(k, n), payload)]


def _evidence(
    name: str, ends: tuple[float, float, float] | None, payload: dict[str, object]
) -> Evidence:
    share, low, high = ends or (None, None, None)
    return Evidence("transfer", "metric", name, share, low, high, payload=payload)


def _wilson(k: int, n: int) -> tuple[float, float, float]:
    low, high = wilson_interval(np.array([k / n]), np.array([n]))
    return k / n, float(low[0]), float(high[0])
