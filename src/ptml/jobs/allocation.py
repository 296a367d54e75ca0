"""`allocations`: what a budget buys among the recommendations of a bucket."""

from datetime import date

import numpy as np
import pyarrow as pa

from ptml.decide.plan import BudgetConfig, allocate
from ptml.jobs.bucket import ScoredBucket
from ptml.jobs.tables import employee_ids, ids_at


def allocations_table(scored: ScoredBucket, day: date, config: BudgetConfig) -> pa.Table | None:
    """Choose within the budget; None without one."""
    if config.money is None:
        return None
    catalogue = scored.history.catalogue
    pair = scored.ranking.pair
    expected = scored.lift.low if config.by_lower_bound else scored.lift.lift
    cost = catalogue.cost[scored.course[pair]].astype(np.float64)
    pair = pair[np.isfinite(expected[pair]) & np.isfinite(cost)]
    row, course = scored.row[pair], scored.course[pair]
    cost = catalogue.cost[course].astype(np.float64)
    chosen = allocate(
        row.astype(np.int64),
        course.astype(np.int64),
        expected[pair].astype(np.float64),
        cost,
        catalogue.seats.astype(np.int64),
        config,
    )
    return pa.table(
        {
            "employee_id": employee_ids(scored, row[chosen]),
            "course_id": ids_at(scored.history.courses, course[chosen]),
            "quarter": pa.array([_quarter(day)] * len(chosen), pa.string()),
            "lift": scored.lift.lift[pair][chosen],
            "cost": cost[chosen],
        }
    )


def _quarter(day: date) -> str:
    return f"{day.year}Q{(day.month - 1) // 3 + 1}"
