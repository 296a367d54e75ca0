from typing import Any

import numpy as np

from ptml.decide.diagnosis.config import DiagnosisConfig
from ptml.decide.diagnosis.surroundings import Surroundings, surroundings
from ptml.decide.diagnosis.trainable import trainable
from ptml.decide.diagnosis.trouble import trouble_of_units
from tests.decide.histories import day_of, loaded

CONFIG = DiagnosisConfig()
NONE = float("nan")


def units(n: int = 40, **known: Any) -> Surroundings:
    """Units of twenty with scores around 100; the first four lost hours, and points with them."""
    rng = np.random.default_rng(3)
    hours = rng.gamma(1, 0.2, n)
    hours[:4] = (6.0, 8.0, 5.0, 9.0)[:n]
    score = 100 + rng.normal(0, 1.5, n)
    score[:4] -= 8
    figures = {
        "people": np.full(n, 20),
        "n_scores": np.full(n, 80),
        "n_incidents": np.zeros(n, dtype=np.int64),
        "hours_per_head": hours,
        "score": score,
        "opportunity": 3 + rng.normal(0, 0.3, n),
    }
    return Surroundings(**{**figures, **known})


def test_units_whose_lost_hours_cost_points_are_in_trouble() -> None:
    found = trouble_of_units(units(), CONFIG)
    assert (found.strength[:4] > 0.9).all()
    assert (found.strength[4:] < 0.5).all()
    assert (np.abs(found.points[:4] - 8) < 3).all()


def test_lost_hours_that_cost_nothing_are_no_trouble() -> None:
    rng = np.random.default_rng(5)
    found = trouble_of_units(units(score=100 + rng.normal(0, 1.5, 40)), CONFIG)
    assert (found.strength < 0.5).all()


def test_hours_lost_where_performance_is_better_are_no_trouble() -> None:
    score = np.full(40, 100.0)
    score[:4] = 110
    assert (trouble_of_units(units(score=score), CONFIG).strength < 0.01).all()


def test_with_few_units_nothing_is_called_trouble() -> None:
    assert not trouble_of_units(units(7), CONFIG).strength.any()


def test_a_source_without_incidents_or_answers_knows_no_trouble() -> None:
    silent = units(hours_per_head=np.full(40, NONE), opportunity=np.full(40, NONE))
    assert not trouble_of_units(silent, CONFIG).strength.any()


def test_people_of_a_troubled_unit_are_not_sent_to_courses_unless_they_do_well_in_spite() -> None:
    found = trouble_of_units(units(), CONFIG)
    unit = np.array([0, 0, 0, 0, 20, -1])
    state = np.array([0, 1, 2, -1, 0, 0])
    may = trainable(unit, state, found, CONFIG)
    assert may.tolist() == [False, False, True, False, True, True]


def test_where_no_unit_is_known_everybody_is_trainable() -> None:
    nothing = trouble_of_units(units(0), CONFIG)
    assert trainable(np.array([-1, -1]), np.array([0, -1]), nothing, CONFIG).all()


def test_figures_of_a_unit_are_those_of_its_last_year() -> None:
    place = {"valid_from": "2020-01-01", "org_unit_id": "shop", "role_id": "seller"}
    scored = {"kpi_id": "sales", "target": 100.0}
    history, shared = loaded(
        ["ann", "bob"],
        assignments=[{"employee_id": p, **place} for p in ("ann", "bob")],
        performance=[
            {
                "employee_id": "ann",
                "period_start": f"{year}-01-01",
                "period_end": f"{year}-03-31",
                "value": value,
                **scored,
            }
            for year, value in ((2021, 50.0), (2023, 90.0))
        ],
        kpis=[{"kpi_id": "sales"}],
        org_units=[{"org_unit_id": "shop"}],
        incidents=[
            {"org_unit_id": "shop", "occurred_on": on, "kind": "supply", "hours_lost": hours}
            for on, hours in (("2021-05-01", 100.0), ("2023-02-01", 6.0))
        ],
    )
    found = surroundings(shared, history.incidents, len(history.units), day_of("2023-07-02"))
    assert found.people.tolist() == [2]
    assert found.score.tolist() == [90.0]
    assert found.hours_per_head.tolist() == [3.0]
    assert found.n_incidents.tolist() == [1]
    assert np.isnan(found.opportunity).all()
