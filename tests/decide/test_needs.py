import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptml.decide.causes import CauseConfig, Signals
from ptml.decide.needs import SIGNALS, Need, NeedsConfig, NeedTotals, needs_of

from .people import signals

CONFIG, CAUSES = NeedsConfig(), CauseConfig()


def units(*codes: int) -> np.ndarray[Any, np.dtype[np.int32]]:
    return np.array(codes, dtype=np.int32)


def cells(rows: list[list[float]]) -> np.ndarray[Any, np.dtype[np.float32]]:
    return np.array(rows, dtype=np.float32)


def told(totals: NeedTotals) -> dict[tuple[int, int], Need]:
    found = needs_of(totals, CONFIG, CAUSES)
    return {(need.unit, need.competency): need for need in found}


def troubled_unit(n: int = 6) -> NeedTotals:
    """A unit of n people below target, with a gap in the first of two competencies."""
    totals = NeedTotals(n_units=1, n_competencies=2)
    known = signals(
        n,
        gap=1.0,
        score=80.0 + np.arange(n),
        motivation=3.0,
        opportunity=3.0,
        incident_hours=2.0,
    )
    totals.add(units(*[0] * n), known, cells([[0.5, 0.0]] * n), cells([[0.5, 1.0]] * n))
    return totals


def test_a_gap_is_the_mean_over_all_of_whom_the_competency_is_required() -> None:
    totals = NeedTotals(n_units=2, n_competencies=2)
    gap = cells([[1.0, 0.0]] * 3 + [[0.0, 0.0]] * 3 + [[9.0, 9.0]])
    importance = cells([[1.0, 0.0]] * 6 + [[1.0, 1.0]])
    totals.add(units(1, 1, 1, 1, 1, 1, -1), signals(7), gap, importance)
    found = told(totals)
    assert set(found) == {(1, -1), (1, 0)}
    assert found[1, 0].gap == pytest.approx(0.5)
    assert found[1, 0].people == 6


def test_a_level_that_is_not_known_is_no_gap_of_nothing() -> None:
    totals = NeedTotals(n_units=1, n_competencies=1)
    gap = cells([[1.0]] * 5 + [[float("nan")]] * 5)
    totals.add(units(*[0] * 10), signals(10), gap, cells([[1.0]] * 10))
    found = told(totals)[0, 0]
    assert found.gap == pytest.approx(1.0)
    assert found.people == 5


def test_missing_skill_is_named_in_the_competency_in_which_it_is_missing() -> None:
    found = told(troubled_unit())
    assert found[0, -1].cause == "capability"
    assert found[0, -1].gap == pytest.approx(1.0)
    assert found[0, 0].cause == "capability"
    assert found[0, 1].cause == "unclear"
    assert found[0, 1].gap == 0.0


def test_evidence_holds_the_figures_that_were_looked_at() -> None:
    found = told(troubled_unit())
    assert json.loads(found[0, -1].evidence) == {
        "gap_levels": 1.0,
        "incident_hours_per_head": 0.33,
        "motivation": 3.0,
        "opportunity": 3.0,
        "people": 6,
        "score": 82.5,
        "score_spread": 1.87,
        "share_below_target": 1.0,
        "usual_spread": 1.87,
    }
    assert json.loads(found[0, 0].evidence) == {
        "environment": False,
        "gap_levels": 1.0,
        "gap_spread": 0.0,
        "low_performance": True,
        "motivation": False,
        "past_trainees": None,
        "people": 6,
    }


def test_of_fewer_than_five_people_nothing_is_told_but_their_number() -> None:
    for need in told(troubled_unit(4)).values():
        assert need.gap is None
        assert need.cause == "unclear"
        assert set(json.loads(need.evidence)) == {"people", "note"}
        assert json.loads(need.evidence)["people"] == need.people == 4


def test_answers_of_fewer_than_five_are_neither_told_nor_looked_at() -> None:
    totals = NeedTotals(n_units=1, n_competencies=1)
    motivation = np.array([1.0, 1.0, 1.0, 1.0, *[float("nan")] * 6])
    totals.add(units(*[0] * 10), signals(10, motivation=motivation), cells([[0.0]] * 10))
    found = told(totals)[0, -1]
    assert json.loads(found.evidence)["motivation"] is None
    assert found.cause == "unclear"


def test_a_gap_of_few_in_a_large_unit_is_not_told() -> None:
    totals = NeedTotals(n_units=1, n_competencies=1)
    importance = cells([[1.0]] * 4 + [[0.0]] * 6)
    totals.add(units(*[0] * 10), signals(10), cells([[2.0]] * 10), importance)
    assert told(totals)[0, 0].gap is None


def test_without_importance_each_gap_counts_as_required() -> None:
    totals = NeedTotals(n_units=1, n_competencies=2)
    totals.add(units(*[0] * 5), signals(5), cells([[1.0, 0.0]] * 5))
    assert set(told(totals)) == {(0, -1), (0, 0)}


def test_the_whole_unit_low_with_incidents_is_not_sent_to_a_course() -> None:
    n = 20
    rng = np.random.default_rng(1)
    totals = NeedTotals(n_units=3, n_competencies=1)
    for unit, mean, hours in ((0, 90.0, 200.0), (1, 103.0, 0.0), (2, 104.0, 0.0)):
        known = signals(n, gap=0.8, score=mean + 4 * rng.standard_normal(n), incident_hours=hours)
        totals.add(units(*[unit] * n), known, cells([[0.8]] * n), cells([[1.0]] * n))
    found = told(totals)
    assert found[0, -1].cause == "environment"
    assert found[0, 0].cause == "environment"
    assert found[1, -1].cause == "unclear"


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(-1, 2), st.floats(0, 200), st.floats(1, 5), st.floats(0, 5), st.floats(0, 1)
        ),
        max_size=30,
    ),
    st.integers(0, 30),
)
def test_needs_do_not_depend_on_how_people_are_cut_into_buckets(
    rows: list[tuple[int, float, float, float, float]], cut: int
) -> None:
    values = np.array(rows, dtype=np.float64).reshape(-1, 5)
    unit, score, answer, gap, importance = values.T
    parts = (slice(None, None), slice(None, cut), slice(cut, None))
    one, two = NeedTotals(3, 1), NeedTotals(3, 1)
    for totals, part in zip((one, two, two), parts, strict=True):
        known = signals(len(unit[part]), score=score[part], motivation=answer[part], gap=gap[part])
        weighted = (gap * importance)[part, None].astype(np.float32)
        totals.add(
            unit[part].astype(np.int32), known, weighted, importance[part, None].astype(np.float32)
        )
    assert needs_of(one, CONFIG, CAUSES) == needs_of(two, CONFIG, CAUSES)


def test_every_signal_has_a_name_among_those_of_people() -> None:
    assert set(SIGNALS) <= set(Signals.__dataclass_fields__)
