from typing import Any

import numpy as np
import pytest

from ptml.decide.path.config import PathConfig
from ptml.decide.path.later import AFTER, ON_DATE, READY, SEATS, later_courses
from ptml.features.eligibility import EXCLUSIONS, EligibilityConfig
from ptml.features.fit import entry_and_news
from tests.decide.path.catalogues import catalogue

DAY, NEXT_QUARTER = 20_000, 20_060
_RULES = EligibilityConfig()
NOT_LATER = EXCLUSIONS.index("mandatory")


def drawn(seed: int, n_people: int = 40, n_courses: int = 60) -> dict[str, Any]:
    """Everything that is asked for, with unknowns, ties and courses that teach nothing."""
    rng = np.random.default_rng(seed)
    taught = [
        {
            int(c): (float(start), float(start) + float(rng.choice([0.0, 0.5, 1.0])))
            for c, start in zip(
                rng.choice(3, rng.integers(0, 4), replace=False),
                rng.choice([1.0, 2.0, 3.0], 3),
                strict=False,
            )
        }
        for _ in range(n_courses)
    ]
    courses = catalogue(*taught)
    courses.mandatory = rng.random(n_courses) < 0.1
    courses.retired = np.where(rng.random(n_courses) < 0.1, DAY - 1, DAY + 9_000).astype(np.int32)
    courses.opened = (DAY + rng.integers(-300, 400, n_courses)).astype(np.int32)
    courses.hours = np.where(rng.random(n_courses) < 0.1, np.nan, 4).astype(np.float32)
    level = rng.choice([1.0, 1.5, 2.5, 4.0, np.nan], (n_people, 3)).astype(np.float32)
    reasons = np.array([0, NOT_LATER, AFTER, ON_DATE, READY, SEATS], dtype=np.uint8)
    return {
        "reason": rng.choice(reasons, (n_people, n_courses)),
        "catalogue": courses,
        "level": level,
        "refused": rng.random((3, n_courses)) < 0.2,
        "spoken": rng.integers(0, 3, n_people),
        "course_lift": rng.choice([-0.5, 0.4, 0.8, np.nan], n_courses),
        "day": DAY,
        "next_quarter": NEXT_QUARTER,
    }


def by_whole_tables(of: dict[str, Any], most: int) -> list[list[int]]:
    """The most promising of each person, from tables of all people and all courses."""
    courses, reason, lift = of["catalogue"], of["reason"], of["course_lift"]
    lift = np.where(np.isnan(lift), np.nanmean(lift), lift)
    may = ~courses.mandatory & (courses.retired > DAY) & (lift > 0) & np.isfinite(courses.hours)
    may &= courses.opened < DAY + PathConfig().horizon_weeks * 7
    below, new = entry_and_news(courses, of["level"])
    whole = (courses.weight * np.nan_to_num(courses.to_level - courses.from_level)).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        promise = np.nan_to_num(lift * new / whole)
    may = np.isin(reason, (AFTER, ON_DATE, READY, SEATS)) & may & ~of["refused"][of["spoken"]]
    may &= ~(new < _RULES.smallest_new_levels)
    may &= ~(below > _RULES.largest_entry_gap_levels) | (reason == READY)
    order = np.argsort(np.where(may, -promise, np.inf), axis=1, kind="stable")
    ranked = [[c for c in order[i].tolist() if may[i, c]] for i in range(len(reason))]
    return [sorted(courses[:most]) for courses in ranked]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("most", [1, 6])
def test_the_most_promising_are_those_of_whole_tables(seed: int, most: int) -> None:
    of = drawn(seed)
    found = later_courses(**of, eligibility=_RULES, config=PathConfig(later_candidates=most))
    chosen = [found.course[found.row == i].tolist() for i in range(len(of["reason"]))]
    assert chosen == by_whole_tables(of, most)
    assert sum(map(len, chosen)) > 20
    assert found.why.tolist() == of["reason"][found.row, found.course].tolist()


def test_seats_come_with_the_next_quarter_and_a_date_with_the_day_after() -> None:
    of = drawn(1)
    found = later_courses(**of, eligibility=_RULES, config=PathConfig())
    opened = of["catalogue"].opened[found.course].astype(np.int64)
    weeks = np.maximum(opened + 1 - DAY, 0) / 7
    full = found.why == SEATS
    assert full.any()
    assert (~full).any()
    assert found.opens[~full].tolist() == weeks[~full].tolist()
    assert (found.opens[full] >= (NEXT_QUARTER - DAY) / 7).all()


def test_nothing_is_looked_for_where_none_is_wanted_or_there_is_no_course() -> None:
    none = later_courses(**drawn(2), eligibility=_RULES, config=PathConfig(later_candidates=0))
    assert len(none.row) == len(none.course) == len(none.opens) == 0
    empty = later_courses(**drawn(3, n_courses=0), eligibility=_RULES, config=PathConfig())
    assert len(empty.row) == 0
