"""What a gap counts by what the unit must achieve, as of a day."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from ptml.decide.goals.config import GoalConfig, PerspectiveWeights
from ptml.decide.goals.weights import GoalWeights, asked_in_units, weights_of
from tests.features.small import assignment

from .companies import COMPETENCIES, company, day_of, drive, goal, named, weights

SALES, BOTH = [goal()], [goal(), goal(kpi="complaints", weight=3.0)]


def test_without_goals_every_competency_weighs_one() -> None:
    assert weights() == dict.fromkeys(COMPETENCIES, 1.0)


def test_what_serves_the_goal_weighs_more_and_the_mean_is_one() -> None:
    assert weights(goals=SALES) == {"advice": 0, "closing": 3, "listening": 0}
    half = weights(GoalConfig(strength=0.5), goals=SALES)
    assert half == {"advice": 0.5, "closing": 2.0, "listening": 0.5}
    assert weights(GoalConfig(strength=0.0), goals=SALES) == dict.fromkeys(COMPETENCIES, 1.0)


def test_goals_count_by_their_weight_and_perspective() -> None:
    assert weights(goals=BOTH) == pytest.approx({"advice": 0, "closing": 0.75, "listening": 2.25})
    told = GoalConfig(strength=1.0, perspectives=PerspectiveWeights(financial=3.0))
    assert weights(told, goals=BOTH)["closing"] == pytest.approx(1.5)
    none = GoalConfig(strength=1.0, perspectives=PerspectiveWeights(customer=0.0))
    assert weights(none, goals=BOTH)["closing"] == 3


def test_a_goal_without_a_weight_counts_one() -> None:
    assert weights(goals=[goal(weight=None), goal(kpi="complaints")])["closing"] == 1.5


def test_a_unit_inherits_goals_of_the_unit_above() -> None:
    above = [goal(unit="house")]
    assert weights(goals=above)["closing"] == 3
    own = [*above, goal(kpi="complaints")]
    assert weights(goals=own) == pytest.approx({"advice": 0, "closing": 1, "listening": 2})
    alone = GoalConfig(strength=1.0, inherited=0.0)
    assert weights(alone, goals=own)["listening"] == 3
    assert weights(unit="house", goals=own)["closing"] == 3


def test_a_tree_that_runs_in_a_circle_ends() -> None:
    circle = [
        {"org_unit_id": "house", "parent_id": "team"},
        {"org_unit_id": "team", "parent_id": "house"},
    ]
    assert weights(org_units=circle, goals=[goal(unit="house")])["closing"] == 3


@pytest.mark.parametrize(
    ("day", "closing"),
    [
        ("2026-06-30", 1.0),  # more than 92 days before the period
        ("2026-07-01", 3.0),
        ("2026-10-01", 3.0),
        ("2026-12-31", 3.0),
        ("2027-01-01", 1.0),
    ],
)
def test_goals_count_while_their_period_runs_and_a_quarter_before(day: str, closing: float) -> None:
    assert weights(day=day, goals=SALES)["closing"] == closing


def test_of_what_is_coming_only_the_next_period_counts() -> None:
    later = [
        goal(),
        goal(kpi="complaints", period_start="2026-11-01", period_end="2026-11-30"),
        goal(kpi="sales", period_start="2026-12-01", period_end="2026-12-31", weight=9.0),
    ]
    found = weights(goals=later)
    assert (found["closing"], found["listening"]) == (1.5, 1.5)
    mostly = weights(GoalConfig(strength=1.0, next_share=0.8), goals=later)
    assert mostly["listening"] == pytest.approx(2.4)


def test_goals_of_later_years_change_nothing() -> None:
    far = [goal(kpi="complaints", period_start="2028-01-01", period_end="2028-12-31")]
    assert weights(goals=[*SALES, *far]) == weights(goals=SALES)


def test_a_kpi_is_split_among_what_drives_it() -> None:
    both = [drive("sales", "closing", 3.0), drive("sales", "advice", 1.0)]
    found = weights(goals=SALES, kpi_competencies=both)
    assert found == pytest.approx({"advice": 0.75, "closing": 2.25, "listening": 0})


def test_a_link_to_a_main_competency_flows_to_those_below_that_are_asked_for() -> None:
    tree = [
        {"competency_id": "customer", "name": "customer"},
        {"competency_id": "closing", "name": "closing", "parent_id": "customer"},
        {"competency_id": "advice", "name": "advice", "parent_id": "customer"},
        {"competency_id": "unused", "name": "unused", "parent_id": "customer"},
        {"competency_id": "listening", "name": "listening"},
    ]
    found = weights(goals=SALES, competencies=tree, kpi_competencies=[drive("sales", "customer")])
    assert (found["closing"], found["advice"], found["listening"]) == (1.5, 1.5, 0)
    assert (found["customer"], found["unused"]) == (0, 0)


def test_goals_that_nothing_asked_for_serves_leave_all_at_one() -> None:
    found = weights(goals=[goal(kpi="morale")], kpis=[{"kpi_id": "morale"}], kpi_competencies=[])
    assert found == dict.fromkeys(COMPETENCIES, 1.0)


def test_only_roles_that_the_unit_has_are_averaged_over() -> None:
    requirements = [
        {"role_id": role, "competency_id": c, "required_level": 3}
        for role, asks in (("seller", ("closing", "advice")), ("clerk", ("listening",)))
        for c in asks
    ]
    people = [{"employee_id": name, "hired_on": "2020-01-01"} for name in ("ann", "bob")]
    places = [
        assignment(org_unit_id="team"),
        assignment("bob", role_id="clerk", org_unit_id="team", valid_from="2026-10-05"),
    ]
    closing = [
        weights(
            day=day,
            goals=[goal(period_end="2027-12-31")],
            role_requirements=requirements,
            employees=people,
            assignments=places,
        )["closing"]
        # Who comes later is not there yet, and shows from the renewal that follows.
        for day in ("2026-10-02", "2026-12-31", "2027-01-02")
    ]
    assert closing == pytest.approx([2, 2, 3])


def test_a_unit_without_people_is_held_against_what_any_role_asks_for() -> None:
    found, shared = company(goals=[goal(unit="house")])
    asked = asked_in_units(found, shared, day_of("2026-10-02"))
    [house, team] = found.maps.units.codes(["house", "team"])
    assert not asked[house].any()
    assert asked[team].all()
    weight = GoalWeights.of(found, day_of("2026-10-02"), GoalConfig(strength=1.0), asked).weight
    assert named(found, weight, "house")["closing"] == 3


_served = arrays(np.float64, (4, 5), elements=st.floats(0, 1))
_asked = arrays(np.bool_, (4, 5))


@given(_served, _asked, st.floats(0, 1))
def test_weights_are_never_negative_and_average_one(
    served: NDArray[np.float64], asked: NDArray[np.bool_], strength: float
) -> None:
    asked[:, 0] = True
    weight = weights_of(served, asked, strength)
    assert (weight >= 0).all()
    assert np.mean(weight, axis=1, where=asked) == pytest.approx(1)
