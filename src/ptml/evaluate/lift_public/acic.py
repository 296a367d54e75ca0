"""ACIC 2016: real covariates, simulated treatment and outcome (Dorie et al. 2019)."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from ptml.evaluate.lift_public.task import Task, encode, read_table, run_tasks, split

SETTINGS = (1, 2, 3, 4, 5)
WITHOUT_VARIATION = (2, 3)
"""Settings where the effect is one number."""
SEEDS = (0, 1)
TEST_SHARE = 0.2


def tasks(
    folder: Path, settings: Sequence[int] = SETTINGS, seeds: Sequence[int] = SEEDS
) -> Iterator[Task]:
    """Settings times split seeds, a fifth of the rows judged: ``sqrt_pehe_over_sd``."""
    x, categorical = encode(read_table(folder / "x.parquet"))
    for setting in settings:
        frame = read_table(folder / f"zymu_{setting}.parquet")
        a = frame["z"].to_numpy() > 0
        y = np.where(a, frame["y1"], frame["y0"]).astype(np.float64)
        truth = (frame["mu1"] - frame["mu0"]).to_numpy(np.float64)
        for seed in seeds:
            train, test = split(len(frame), TEST_SHARE, seed)
            yield Task(
                name=f"acic_{setting}, split {seed}",
                x_train=x[train],
                a=a[train],
                y=y[train],
                x_test=x[test],
                truth_test=truth[test],
                categorical=categorical,
                metric="sqrt_pehe_over_sd",
                sd=float(y.std()),
            )


def run(folder: Path, seeds: Sequence[int] = SEEDS) -> pd.DataFrame:
    """ptml on all settings; ``constant`` should be true for those without variation."""
    return run_tasks(tasks(folder, seeds=seeds))
