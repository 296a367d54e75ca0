"""How fast and in how much memory a large run is published.

python -m tests.publish.speed OUT [MILLIONS OF ROWS OF LIFT, 20 unless given]
"""

import resource
import sys
import time
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa

from ptml.publish import open_publication

from .runs import record

N_PEOPLE, N_COURSES = 10_000, 100


def bucket(index: int) -> pa.Table:
    """A million rows of `lift`: 10,000 people, 100 courses each."""
    generator = np.random.default_rng(index)
    person, course = np.divmod(np.arange(N_PEOPLE * N_COURSES), N_COURSES)
    lift = generator.normal(0.5, 1, len(person)).astype(np.float32)
    people = pa.array([f"E{index * N_PEOPLE + i:07}" for i in range(N_PEOPLE)])
    courses = pa.array([f"C{i:03}" for i in range(N_COURSES)])
    return pa.table(
        {
            "employee_id": people.take(pa.array(person)),
            "course_id": courses.take(pa.array(course)),
            "lift": lift,
            "lift_low": lift - 1,
            "lift_high": lift + 1,
            "support": generator.integers(10, 500, len(person)).astype(np.int32),
            "status": pa.repeat(pa.scalar("ok"), len(person)),
        }
    )


def main(out: str, n_millions: int) -> None:
    """Publish and print."""
    seconds = 0.0
    with open_publication(out, record(), lambda: datetime.now(UTC)) as publication:
        for index in range(n_millions):
            piece = bucket(index)
            began = time.perf_counter()
            publication.append("lift", piece)
            seconds += time.perf_counter() - began
        began = time.perf_counter()
        publication.commit({})
        in_commit = time.perf_counter() - began
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rate = n_millions * 1e6 / (seconds + in_commit)
    sys.stdout.write(
        f"{out}: {n_millions} million rows, {seconds:.1f} s to write and {in_commit:.1f} s to show,"
        f" {rate:,.0f} rows/s, peak {peak_mb:.0f} MB\n"
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 20)
