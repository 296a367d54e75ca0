"""A process that scores and is killed after some buckets: `python -m tests.jobs.killed_scorer`.

Words: DATA MODELS OUT BUCKETS; SIGKILL comes when so many buckets are finished.
"""

import os
import signal
import sys
from pathlib import Path

from ptml.jobs.progress import Silent
from ptml.jobs.score import run_scoring
from ptml.publish import BucketAnswers, Work
from tests.conftest import at_noon
from tests.jobs.test_resume import cut_small


def main(data: str, models: str, out: str, n_buckets: int) -> None:
    """Score, and die."""
    keep = Work.put
    kept: list[int] = []

    def put(work: Work, index: int, answers: BucketAnswers) -> None:
        keep(work, index, answers)
        kept.append(index)
        if len(kept) == n_buckets:
            os.kill(os.getpid(), signal.SIGKILL)

    setattr(Work, "put", put)  # noqa: B010
    run_scoring(data, Path(models), out, None, cut_small(), [], at_noon, Silent())


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
