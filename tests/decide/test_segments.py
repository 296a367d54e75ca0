from typing import Any

import numpy as np
import pytest

from ptml.contracts.outputs import CAUSES, PERFORMANCE_STATES, SEGMENTS
from ptml.decide.causes import CauseConfig
from ptml.decide.segments import (
    SegmentConfig,
    leads_people,
    main_cause,
    performance_state,
    segment_of,
)
from ptml.features.rows import Rows

from .histories import day_of, loaded
from .people import people, signals

CONFIG = SegmentConfig()
SETTLED: dict[str, Any] = {"tenure_days": 2000.0, "role_days": 900.0, "is_people_manager": 0.0}
STRONG: dict[str, Any] = {"score_mean_4_periods": 112.0, "score_trend_points_a_year": 2.0}


def segment(leads: bool = False, gap: float = 0.2, **columns: Any) -> str:
    features = people(**{**SETTLED, **columns})
    return SEGMENTS[segment_of(features, CONFIG, np.array([leads]), np.array([gap]))[0]]


def test_who_leads_people_by_role_or_in_fact_is_a_manager_before_all_else() -> None:
    assert segment(is_people_manager=1.0, tenure_days=10.0) == "manager"
    assert segment(leads=True, **STRONG) == "manager"


@pytest.mark.parametrize(("tenure", "in_role"), [(364.0, 364.0), (2000.0, 182.0)])
def test_who_is_new_to_the_company_or_the_role_is_new(tenure: float, in_role: float) -> None:
    assert segment(tenure_days=tenure, role_days=in_role, **STRONG) == "new"


def test_high_potential_is_above_target_and_rising_with_little_gap() -> None:
    assert segment(**STRONG) == "high_potential"
    assert segment(**{**STRONG, "score_mean_4_periods": 105.0}) == "core"
    assert segment(**{**STRONG, "score_trend_points_a_year": 0.0}) == "core"
    assert segment(gap=0.6, **STRONG) == "core"


def test_who_cannot_be_told_is_core() -> None:
    assert SEGMENTS[segment_of(people(), CONFIG)[0]] == "core"
    assert segment(gap=float("nan"), **STRONG) == "core"


@pytest.mark.parametrize(
    ("score", "state"),
    [(94.9, "below"), (95.0, "on"), (105.0, "on"), (105.1, "above")],
)
def test_performance_is_below_on_or_above_target(score: float, state: str) -> None:
    found = performance_state(people(score_mean_4_periods=score), CONFIG)
    assert PERFORMANCE_STATES[found[0]] == state


def test_performance_is_unknown_without_a_recent_score() -> None:
    old = people(score_mean_4_periods=90.0, days_since_score=367.0)
    assert performance_state(old, CONFIG).tolist() == [-1]
    assert performance_state(people(), CONFIG).tolist() == [-1]


def test_only_who_is_below_target_has_a_cause() -> None:
    state = np.array([PERFORMANCE_STATES.index(name) for name in ("below", "on", "above")] + [-1])
    found = main_cause(state, signals(4, gap=2.0, score=90.0), CauseConfig())
    named = [CAUSES[code] if code >= 0 else None for code in found]
    assert named == ["capability", None, None, "unclear"]


def test_whoever_is_somebody_elses_manager_leads() -> None:
    managers = {"ann": "ann", "bob": "ann", "cid": "cid", "dan": None}
    place = {"valid_from": "2020-01-01", "org_unit_id": "unit", "role_id": "seller"}
    assignments = [{"employee_id": p, "manager_id": m, **place} for p, m in managers.items()]
    history, shared = loaded(list(managers), assignments=assignments)
    found = leads_people(history, shared, Rows.at(range(4), day_of("2022-01-01")))
    # cid is entered as their own manager and leads nobody else.
    assert dict(zip(history.employees.ids, found.tolist(), strict=True)) == {
        "ann": True,
        "bob": False,
        "cid": False,
        "dan": False,
    }
