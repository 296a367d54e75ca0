"""What a budget needs of the people of a bucket, and what it has to buy for them."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ptml.decide.segments import segment_of
from ptml.features.eligibility import open_hours
from ptml.features.standing import standing
from ptml.jobs.bucket import ScoredBucket
from ptml.jobs.settings import Settings
from ptml.jobs.tables import employee_ids, ids_at


def segments_of(scored: ScoredBucket, settings: Settings) -> NDArray[np.int32]:
    """Position in `SEGMENTS` of each person, (n,)."""
    found = segment_of(scored.people, settings.segments, scored.leads, scored.signals.gap)
    return found.astype(np.int32)


def job_families(scored: ScoredBucket) -> NDArray[np.int32]:
    """Code of each person's job family, (n,); -1 = unknown."""
    role = standing(scored.history, scored.rows).role
    return np.append(scored.history.organisation.role_family, -1)[role].astype(np.int32)


def hours_open(scored: ScoredBucket, settings: Settings) -> NDArray[np.float64]:
    """Hours of the courses that each person has open, (n,)."""
    return open_hours(scored.history, scored.rows, settings.eligibility).astype(np.float64)


def budget_people_table(scored: ScoredBucket, settings: Settings) -> pa.Table:
    """`budget_people`: one row an employee."""
    everybody = np.arange(len(scored.rows))
    return pa.table(
        {
            "employee_id": employee_ids(scored, everybody),
            "job_family": ids_at(scored.history.job_families, job_families(scored)),
            "trainable": scored.trainable,
            "open_hours": hours_open(scored, settings),
        }
    )


def mandatory_due_table(scored: ScoredBucket) -> pa.Table:
    """`mandatory_due`: one row an employee and mandatory course that is due."""
    row, course = scored.due
    return pa.table(
        {
            "employee_id": employee_ids(scored, row),
            "course_id": ids_at(scored.history.courses, course),
        }
    )
