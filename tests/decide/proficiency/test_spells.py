"""When somebody is proficient, who is left out, and who leaves before."""

from typing import Any

import numpy as np
import pytest

from ptml.decide.proficiency.config import ProficiencyConfig
from ptml.decide.proficiency.curves import curve_cells, unit_groups
from ptml.decide.proficiency.exposures import exposures_of
from ptml.decide.proficiency.factors import LANDMARK, TIME_VARYING, factor_cells
from ptml.decide.proficiency.spells import LEFT, MOVED, OPEN, PROFICIENT, Spells, spells_of
from ptml.features.history import History
from tests.decide.histories import day_of, enrolled, loaded

TODAY = day_of("2026-01-15")
QUARTERS = [
    ("2024-01-01", "2024-03-31"),
    ("2024-04-01", "2024-06-30"),
    ("2024-07-01", "2024-09-30"),
]
CONFIG = ProficiencyConfig()


def _scores(person: str, *scores: float | None) -> list[dict[str, Any]]:
    return [
        {
            "employee_id": person,
            "kpi_id": "k",
            "period_start": start,
            "period_end": end,
            "value": score,
            "target": 100.0,
        }
        for (start, end), score in zip(QUARTERS, scores, strict=False)
        if score is not None
    ]


def _history(
    scores: dict[str, tuple[float | None, ...]],
    hired: str = "2024-01-01",
    left: dict[str, str] | None = None,
    **tables: Any,
) -> tuple[History, Any]:
    people = [*scores, "old"]
    employees = [
        {
            "employee_id": name,
            "hired_on": "2000-01-01" if name == "old" else hired,
            "left_on": (left or {}).get(name),
        }
        for name in people
    ]
    rows = [
        row for name, of in {**scores, "old": (100.0,) * 3}.items() for row in _scores(name, *of)
    ]
    return loaded(people, employees=employees, performance=rows, **tables)


def _spells(*args: Any, config: ProficiencyConfig = CONFIG, **known: Any) -> tuple[Spells, History]:
    history, shared = _history(*args, **known)
    return spells_of(history, shared, TODAY, config), history


def test_two_periods_running_on_target_are_proficiency_on_the_day_it_is_known() -> None:
    spells, _ = _spells({"a": (90.0, 101.0, 100.0)})
    assert spells.ended.tolist() == [PROFICIENT]
    assert spells.stop.tolist() == [day_of("2024-10-01")]


def test_one_good_period_is_not_enough() -> None:
    spells, _ = _spells({"a": (101.0, 99.0, 101.0)})
    assert (spells.ended.tolist(), spells.stop.tolist()) == ([OPEN], [TODAY])


def test_periods_with_a_hole_between_are_not_running() -> None:
    spells, _ = _spells({"a": (101.0, None, 101.0)})
    assert spells.ended.tolist() == [OPEN]


def test_a_period_that_lies_mostly_before_the_beginning_does_not_count() -> None:
    spells, _ = _spells({"a": (120.0, 120.0, 90.0)}, hired="2024-03-01")
    assert spells.ended.tolist() == [OPEN]


def test_who_leaves_before_is_told_apart_from_who_is_still_there() -> None:
    scores = {"a": (90.0, 120.0, 120.0), "b": (90.0, 90.0, 90.0)}
    spells, _ = _spells(scores, left={"a": "2024-05-02", "b": "2026-01-20"})
    assert spells.ended.tolist() == [LEFT, OPEN]
    assert spells.stop.tolist() == [day_of("2024-05-02"), TODAY]


def test_who_began_long_before_the_data_is_left_out_and_shortly_before_enters_late() -> None:
    early, history = _spells({"a": (90.0, 90.0, 90.0)}, hired="2023-11-15")
    assert early.entry.tolist() == [day_of("2024-01-01")]
    assert history.employees.ids[early.employee].tolist() == ["a"]
    none, _ = _spells({"a": (90.0, 90.0, 90.0)}, hired="2023-08-01")
    assert len(none) == 0


def test_who_was_never_scored_for_half_a_year_is_left_out() -> None:
    spells, _ = _spells({"a": ()})
    assert len(spells) == 0


def test_nothing_of_later_is_seen() -> None:
    history, shared = _history({"a": (101.0, 101.0, 101.0)})
    spells = spells_of(history, shared, day_of("2024-07-01"), CONFIG)
    assert spells.ended.tolist() == [OPEN]
    assert spells_of(history, shared, day_of("2024-07-02"), CONFIG).ended.tolist() == [PROFICIENT]


def _assignment(person: str, since: str, until: str | None, role: str) -> dict[str, Any]:
    return {
        "employee_id": person,
        "valid_from": since,
        "valid_to": until,
        "org_unit_id": "u",
        "role_id": role,
    }


def test_counted_from_roles_a_change_of_role_ends_one_and_begins_the_next() -> None:
    assignments = [
        _assignment("a", "2024-01-01", "2024-07-01", "seller"),
        _assignment("a", "2024-07-01", None, "buyer"),
    ]
    config = ProficiencyConfig(begins="role", periods_running=1)
    spells, _ = _spells({"a": (90.0, 90.0, 120.0)}, assignments=assignments, config=config)
    assert spells.ended.tolist() == [MOVED, PROFICIENT]


def test_by_levels_everything_required_has_to_be_reached() -> None:
    tables: dict[str, Any] = {
        "competencies": [{"competency_id": "x", "name": "x"}],
        "roles": [{"role_id": "seller"}],
        "role_requirements": [
            {"role_id": "seller", "competency_id": "x", "required_level": 3.0, "importance": 1.0}
        ],
        "assignments": [_assignment("a", "2024-01-01", None, "seller")],
        "assessments": [
            {
                "employee_id": "a",
                "competency_id": "x",
                "level": level,
                "source": "test",
                "assessed_on": on,
            }
            for level, on in ((1.0, "2024-02-01"), (5.0, "2024-08-01"), (5.0, "2024-08-02"))
        ],
    }
    config = ProficiencyConfig(reached_by="levels")
    spells, _ = _spells({"a": (90.0, 90.0, 90.0)}, config=config, **tables)
    assert spells.ended.tolist() == [PROFICIENT]
    # Looked up once a quarter: the first look after both good tests, once the role is known.
    assert spells.stop.tolist() == [day_of("2024-01-01") + 4 * 91]


def test_what_was_done_counts_from_the_day_of_its_start() -> None:
    rows = [
        enrolled("a", enrolled_on="2024-03-20", started_on="2024-03-21"),
        {
            **enrolled("a", course_id="tact", enrolled_on="2024-06-01", started_on="2024-06-02"),
            "completed_on": "2024-06-20",
        },
    ]
    history, shared = _history({"a": (90.0, 90.0, 120.0)}, enrolments=rows)
    spells = spells_of(history, shared, TODAY, CONFIG)
    found = exposures_of(history, spells, TODAY)
    days = dict(zip(found.factor.tolist(), found.day.tolist(), strict=True))
    assert days == {0: day_of("2024-03-21"), 1: day_of("2024-06-02"), 2: day_of("2024-03-21")}
    cells = factor_cells(history, spells, TODAY, CONFIG).to_pandas()
    early = cells[(cells["design"] == LANDMARK) & (cells["factor"] >= 0)]
    # Only the course of the first 90 days sorts people, and it does so from day 90 on.
    assert sorted(early["factor"].unique()) == [0, 2]
    whole = cells[(cells["design"] == TIME_VARYING) & (cells["factor"] == 0)]
    # Begun on day 80: months 1 to 3 are without it, whatever came later.
    assert whole["month"].min() == 4
    everybody = cells[(cells["design"] == TIME_VARYING) & (cells["factor"] < 0)]
    assert everybody["month"].min() == 1


def test_who_is_proficient_before_the_landmark_is_not_sorted_by_what_was_done() -> None:
    config = ProficiencyConfig(periods_running=1, landmark_days=100)
    rows = [enrolled("a", enrolled_on="2024-01-20", started_on="2024-01-21")]
    history, shared = _history({"a": (101.0, 101.0, 101.0)}, enrolments=rows)
    spells = spells_of(history, shared, TODAY, config)
    cells = factor_cells(history, spells, TODAY, config).to_pandas()
    assert (cells["design"] == TIME_VARYING).all()


def test_curves_count_each_beginning_once_a_dimension() -> None:
    spells, history = _spells({"a": (101.0, 101.0, 101.0), "b": (90.0, 90.0, 90.0)})
    cells = curve_cells(spells, history.organisation, CONFIG).to_pandas()
    total = cells.groupby("dimension")[["entered", "proficient", "left", "closed"]].sum()
    assert total.to_numpy().tolist() == [[2, 1, 0, 1]] * 4
    assert cells.loc[cells["dimension"] == 3, "group"].unique().tolist() == [2024]


@pytest.mark.parametrize(
    ("parent", "group"),
    [
        ([-1, -1, 0, 1], [0, 1, 0, 1]),
        ([-1, 0, 0, 1, 2, 4], [-1, 1, 2, 1, 2, 2]),
    ],
)
def test_parts_are_the_highest_units_that_are_several(parent: list[int], group: list[int]) -> None:
    assert unit_groups(np.array(parent, dtype=np.int32)).tolist() == group
