"""Small companies to plan for: who is where, what courses cost, what they bring."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ptml.decide.budget.facts import Courses, Due, Facts, Offers, People

NAN = float("nan")


def facts(
    lifts: Sequence[Mapping[int, float]],
    cost: Sequence[float] = (100.0, 100.0, 100.0),
    hours: Sequence[float] = (10.0, 10.0, 10.0),
    seats: Sequence[int] = (-1, -1, -1),
    taken: Sequence[int] = (0, 0, 0),
    unit: Sequence[int] | None = None,
    due: Sequence[tuple[int, int]] = (),
    trainable: Sequence[bool] | None = None,
    open_hours: Sequence[float] | None = None,
    **other: Any,
) -> Facts:
    """Lift of courses by person; the lower end of each lift is half of it."""
    n = len(lifts)
    flat = [(c, lift) for own in lifts for c, lift in sorted(own.items())]
    lift = np.array([x for _, x in flat], dtype=np.float32)
    units = np.array(unit or [0] * n, dtype=np.int32)
    unknown = np.full(n, -1, dtype=np.int32)
    return Facts(
        people=People(
            groups={"unit": units, "segment": unknown, "job_family": unknown},
            names={
                "unit": [f"U{k}" for k in range(int(units.max()) + 1)],
                "segment": ("new",),
                "job_family": ("sales",),
            },
            is_trainable=np.array([True] * n if trainable is None else trainable),
            open_hours=np.array([0.0] * n if open_hours is None else open_hours),
        ),
        courses=Courses(
            ids=np.array([f"C{k}" for k in range(len(cost))], dtype=object),
            cost=np.array(cost),
            hours=np.array(hours),
            seats=np.array(seats),
            seats_taken=np.array(taken),
            overlap=np.zeros((len(cost), len(cost)), dtype=np.float32),
        ),
        offers=Offers(
            np.concatenate([[0], np.cumsum([len(own) for own in lifts])]).astype(np.int64),
            np.array([c for c, _ in flat], dtype=np.int32),
            lift,
            (lift / 2).astype(np.float32),
            (lift * 2).astype(np.float32),
        ),
        due=Due(
            np.array([i for i, _ in sorted(due)], dtype=np.int64),
            np.array([c for _, c in sorted(due)], dtype=np.int64),
        ),
        **other,
    )
