"""IHDP: a child-care experiment made observational, outcomes simulated (Hill 2011)."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from ptml.evaluate.lift_public.task import Task, encode, read_table, run_tasks, split

REPLICATES = (1, 2, 3, 4, 5)
SEEDS = (0, 1, 2)
TEST_SHARE = 0.1


def tasks(
    folder: Path, replicates: Sequence[int] = REPLICATES, seeds: Sequence[int] = SEEDS
) -> Iterator[Task]:
    """Replicates times split seeds, a tenth of the rows judged: ``sqrt_pehe``."""
    for replicate in replicates:
        frame = read_table(folder / f"ihdp_{replicate}.parquet")
        x, categorical = encode(frame[[f"x{j}" for j in range(1, 26)]])
        a = frame["treat"].to_numpy() > 0
        y = frame["y_factual"].to_numpy(np.float64)
        truth = (frame["mu1"] - frame["mu0"]).to_numpy(np.float64)
        for seed in seeds:
            train, test = split(len(frame), TEST_SHARE, seed)
            yield Task(
                name=f"ihdp_{replicate}, split {seed}",
                x_train=x[train],
                a=a[train],
                y=y[train],
                x_test=x[test],
                truth_test=truth[test],
                categorical=categorical,
                metric="sqrt_pehe",
            )


def run(folder: Path, seeds: Sequence[int] = SEEDS) -> pd.DataFrame:
    """ptml on all replicates; judged by the median of ``value``."""
    return run_tasks(tasks(folder, seeds=seeds))
