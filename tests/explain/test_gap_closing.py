"""Which gap a course closes most."""

import numpy as np
import pandas as pd

from ptml.contracts.dataset import dataset_from_frames
from ptml.explain.gap_closing import leading_gap
from ptml.features.capability import Capability
from ptml.features.history import load_history


def portrait(level: list[float], required: list[float], importance: list[float]) -> Capability:
    shape = (1, len(level))
    nothing = np.full(shape, np.nan, dtype=np.float32)
    return Capability(
        level=np.array([level], dtype=np.float32),
        se=nothing,
        required=np.array([required], dtype=np.float32),
        importance=np.array([importance], dtype=np.float32),
        trend=nothing,
        n_assessments=np.zeros(shape, dtype=np.float32),
        last_assessed=np.zeros(shape, dtype=np.int32),
    )


def catalogue_of(*taught: tuple[str, float, float]) -> object:
    rows = [
        {"course_id": "c", "competency_id": k, "from_level": a, "to_level": b, "weight": 1.0}
        for k, a, b in taught
    ]
    people = pd.DataFrame({"employee_id": ["ann"]})
    enrolments = pd.DataFrame(
        {"enrolment_id": ["n"], "employee_id": ["ann"], "course_id": ["c"]}
    ).assign(enrolled_on="2025-01-01")
    competencies = pd.DataFrame({"competency_id": ["listen", "sell"], "name": ["L", "S"]})
    return load_history(
        dataset_from_frames(
            {
                "employees": people,
                "courses": pd.DataFrame({"course_id": ["c"]}),
                "enrolments": enrolments,
                "competencies": competencies,
                "course_competencies": pd.DataFrame(rows),
            }
        )
    ).catalogue


def closed(found: Capability, *taught: tuple[str, float, float]) -> tuple[int, float, float]:
    index = np.zeros(1, dtype=np.int32)
    gap = leading_gap(catalogue_of(*taught), found, index, index)  # type: ignore[arg-type]
    return int(gap.competency[0]), float(gap.from_level[0]), float(gap.to_level[0])


def test_most_important_part_leads_and_ends_where_the_role_asks_for_no_more() -> None:
    found = portrait([1.0, 1.0], [3.0, 2.5], [1.0, 0.5])
    assert closed(found, ("listen", 0, 4), ("sell", 0, 4)) == (0, 1.0, 3.0)
    found = portrait([1.0, 1.0], [3.0, 2.5], [0.1, 1.0])
    assert closed(found, ("listen", 0, 4), ("sell", 0, 4)) == (1, 1.0, 2.5)


def test_level_above_the_course_or_the_role_leaves_no_gap() -> None:
    assert closed(portrait([3.0, 1.0], [4.0, 1.0], [1.0, 1.0]), ("listen", 1, 3))[0] == -1
    assert closed(portrait([2.0, 1.0], [2.0, 1.0], [1.0, 1.0]), ("listen", 1, 3))[0] == -1


def test_what_the_role_does_not_ask_for_or_nobody_assessed_closes_nothing() -> None:
    assert closed(portrait([1.0, 1.0], [np.nan, 1.0], [0.0, 1.0]), ("listen", 0, 3))[0] == -1
    assert closed(portrait([np.nan, 1.0], [3.0, 1.0], [1.0, 1.0]), ("listen", 0, 3))[0] == -1
