"""Warning scores made by hand: what was seen, and the share of each feature."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from ptml.explain.cases import WarnedCases
from ptml.explain.words import SECTIONS
from ptml.features.days import day_number
from ptml.features.matrix import FeatureMatrix
from ptml.transfer.blocking import BLOCKED_BY
from ptml.transfer.calibration import sigmoid
from ptml.transfer.completions import Completions
from ptml.transfer.families import topic_shares
from ptml.transfer.model import WarningScores
from ptml.transfer.rules import RULES, no_record
from ptml.transfer.what_if import no_levers

# Feature, the family that it comes with, and a value that is there if nothing else is said.
FEATURES: tuple[tuple[str, str, float], ...] = (
    ("exam_points", "learning", 55.0),
    ("exam_above_usual_points", "learning", -17.0),
    ("practice_tasks_due", "learning", 2.0),
    ("practice_tasks_done", "learning", 0.0),
    ("practice_tasks_missed", "learning", 0.0),
    ("motivation_last", "motivation", 4.0),
    ("manager_checkins_due", "manager", 1.0),
    ("manager_checkins_done", "manager", 0.0),
    ("manager_support_last", "manager", 2.0),
    ("opportunity_last", "environment", 3.5),
    ("days_to_first_use", "environment", np.nan),
    ("worst_incident_hours", "environment", 61.0),
    ("incident_hours_4_quarters", "environment", 75.0),
    ("incident_hours_1_quarter", "environment", 61.0),
    ("unit_take_rate", "team", 0.9),
    ("unit_weak", "team", 23.0),
    ("unit_checked", "team", 30.0),
    ("below_entry_levels", "course_fit", 0.8),
    ("course_hours", "course", 12.0),
    ("course_checked", "course", 9.0),
    ("course_weak", "course", 4.0),
    ("days_after_completion", "course", 30.0),
    ("something_new", "capability", 1.0),
)
NAMES = tuple(name for name, _, _ in FEATURES)


def scores(
    cases: Sequence[dict[str, float]],
    values: Sequence[dict[str, float]] | None = None,
    unit_matter: Sequence[int] | None = None,
    base: float = -0.7,
    noise: float = 0.005,
) -> WarningScores:
    """Scores of cases given by the shares that are not 0; families' shares below `noise` are it."""
    n = len(cases)
    shares = np.array([[case.get(name, 0.0) for name in NAMES] for case in cases])
    seen = [
        [v if given is None else given.get(k, v) for k, _, v in FEATURES]
        for given in _each(values, n)
    ]
    matter = np.array(unit_matter if unit_matter is not None else [0] * n, dtype=np.uint8)
    shares = shares.reshape(n, len(NAMES))
    base_value = np.full(n, base)
    p_weak = sigmoid(base_value + shares.sum(axis=1))
    features = FeatureMatrix(
        NAMES,
        np.array(seen, dtype=np.float32).reshape(n, len(NAMES)),
        tuple(family for _, family, _ in FEATURES),
    )
    topics = topic_shares(shares, features)
    return WarningScores(
        completions=Completions(np.zeros(n, dtype=np.int32), np.ones(n, dtype=np.uint8)),
        p_weak=p_weak,
        base_value=base_value,
        shares=shares,
        features=features,
        topics=topics,
        clear=np.abs(topics.by_family) > noise,
        p_low=p_weak,
        p_high=p_weak,
        what_if=no_levers(n),
        ruled=np.zeros((n, len(RULES)), dtype=np.bool_),
        rule_record=no_record(),
        flagged=(p_weak > 0.5) & (matter == 0),
        blocked_by=np.where(matter < len(BLOCKED_BY), matter, 0).astype(np.uint8),
        is_over=p_weak > 0.5,
        unit=np.zeros(n, dtype=np.int32),
        unit_matter=matter,
    )


def cases(made: WarningScores, manager: str = "m1") -> WarnedCases:
    """The same, warned on 1 September 2026."""
    n = len(made)
    return WarnedCases(
        words=SECTIONS,
        topics=made.topics,
        columns=dict(zip(made.features.names, made.features.values.T, strict=True)),
        unit_matter=made.unit_matter,
        stage=made.completions.stage,
        ruled=made.ruled,
        p_weak=made.p_weak,
        what_if=made.what_if,
        clear=made.clear,
        from_day=np.full(n, day_number(date(2026, 9, 1)), dtype=np.int32),
        manager=np.array([manager] * n, dtype=object),
    )


def _each(values: Sequence[dict[str, float]] | None, n: int) -> Sequence[dict[str, float] | None]:
    return [None] * n if values is None else values
