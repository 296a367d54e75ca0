"""What stands beside `ptml score` in the benchmark of scale: a user's script and Spark's ALS."""

import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

from ptml.errors import PtmlError, UsageError
from ptml.jobs.bench_scale_run import in_fresh_process

Found = dict[str, Any]

USER_SCRIPT, SPARK_SCRIPT = Path("bench/scale/user.py"), Path("bench/scale/spark_als.py")
# The last file that the user's script writes of its models.
LAST_OF_USER = "items.npy"
MASTER = "local[2]"


def check_scripts() -> None:
    """See that the scripts are at hand.

    Raises
    ------
    UsageError
        When this is not the repository.
    """
    if not USER_SCRIPT.is_file():
        raise UsageError(f"{USER_SCRIPT} is not there: run this in the repository of ptml")


def train_user(base: Path, models: Path, as_of: date) -> None:
    """Fit the models of the user's script on an organisation; how long that takes is no matter."""
    call = [sys.executable, str(USER_SCRIPT), "train", str(base), str(models)]
    ended = subprocess.run(
        [*call, "--as-of", as_of.isoformat()], capture_output=True, text=True, check=False
    )
    if ended.returncode:
        raise PtmlError(f"{USER_SCRIPT} train failed: {ended.stderr.strip()[-400:]}")


def user_scored(data: Path, models: Path, out: Path, as_of: date) -> Found:
    """Score by the user's script in a fresh process: ``stages``, ``rows``, ``peak_gib``, ..."""
    call = [sys.executable, str(USER_SCRIPT), "score", *map(str, (data, models, out))]
    return in_fresh_process([*call, "--as-of", as_of.isoformat()])


def spark_recommended(data: Path, python: Path) -> Found:
    """Time Spark's `recommendForAllUsers`, top 50 of everybody.

    Parameters
    ----------
    python : Path
        Of the environment of ``bench/scale/requirements.txt``.
    """
    return in_fresh_process([str(python), str(SPARK_SCRIPT), str(data), "--master", MASTER])
