"""Hillstrom: who visits because of an e-mail, in a randomised experiment of 64,000 customers."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from ptml.evaluate.lift_public.task import Task, encode, read_table, run_tasks, split

ARMS = ("Womens E-Mail", "Mens E-Mail")
WITHOUT = "No E-Mail"
COVARIATES = (
    "recency",
    "history_segment",
    "history",
    "mens",
    "womens",
    "zip_code",
    "newbie",
    "channel",
)
SEEDS = (0, 1, 2, 3, 4)
TEST_SHARE = 0.5


def tasks(folder: Path, arms: Sequence[str] = ARMS, seeds: Sequence[int] = SEEDS) -> Iterator[Task]:
    """Each e-mail against none, the outcome a visit, half of the rows judged: ``qini``."""
    whole = read_table(folder / "hillstrom.parquet")
    for arm in arms:
        frame = whole[whole["treatment"].isin([arm, WITHOUT])]
        x, categorical = encode(frame[list(COVARIATES)])
        a = (frame["treatment"] == arm).to_numpy()
        y = frame["visit"].to_numpy(np.float64)
        for seed in seeds:
            train, test = split(len(frame), TEST_SHARE, seed)
            yield Task(
                name=f"{arm}, split {seed}",
                x_train=x[train],
                a=a[train],
                y=y[train],
                x_test=x[test],
                truth_test=None,
                categorical=categorical,
                metric="qini",
                a_test=a[test],
                y_test=y[test],
            )


def run(folder: Path, seeds: Sequence[int] = SEEDS) -> pd.DataFrame:
    """ptml on both e-mails; the men's has nothing to rank by, so a constant is honest there."""
    return run_tasks(tasks(folder, seeds=seeds))
