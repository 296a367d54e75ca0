"""One prediction task of a public benchmark, and ptml's answer to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from numpy.typing import NDArray

from ptml.errors import UsageError
from ptml.evaluate.lift_public.qini import qini
from ptml.intervals import Z_90
from ptml.lift.learners.binary import BinaryConfig, Kind, fit_binary

FloatArray = NDArray[np.float64]
Float32Array = NDArray[np.float32]
BoolArray = NDArray[np.bool_]
Metric = Literal["sqrt_pehe", "sqrt_pehe_over_sd", "qini"]
Row = dict[str, Any]


@dataclass(frozen=True)
class Task:
    """Learn on one part of a set, be judged on the other.

    Attributes
    ----------
    name : str
        Set, replicate and split seed.
    x_train, a, y : (n, p) float32, (n,) bool, (n,) float64
    x_test : (m, p) float32
    truth_test : (m,) float64 or None
        True effects; None in a real experiment.
    categorical : tuple of int
        Columns of category codes.
    metric : str
        ``sqrt_pehe`` and ``sqrt_pehe_over_sd`` (less is better), ``qini`` (more is better).
    sd : float
        What an error is divided by.
    a_test, y_test : (m,) or None
        Treatment and outcome of the judged rows, for ``qini``.
    """

    name: str
    x_train: Float32Array
    a: BoolArray
    y: FloatArray
    x_test: Float32Array
    truth_test: FloatArray | None
    categorical: tuple[int, ...]
    metric: Metric
    sd: float = 1.0
    a_test: BoolArray | None = None
    y_test: FloatArray | None = None

    def score(self, predicted: FloatArray) -> float:
        """Figure of predicted effects (m,) of the judged rows.

        ``sqrt(mean((predicted - truth)**2)) / sd``, or `qini`.
        """
        if self.truth_test is not None:
            return float(np.sqrt(np.mean((predicted - self.truth_test) ** 2))) / self.sd
        if self.a_test is None or self.y_test is None:
            raise ValueError(f"task {self.name} holds nothing to judge by")
        return qini(predicted, self.a_test, self.y_test)


def run_ptml(
    task: Task, kind: Kind = "blend", config: BinaryConfig | None = None, seed: int = 0
) -> Row:
    """Figures of ptml on one task.

    Returns
    -------
    dict
        ``task``, ``method``, ``metric``, ``value``; ``shrinkage`` and ``constant`` (whether the
        effect was found to be one number); with a truth ``of_constant`` (the figure of ptml's
        average effect), ``average_error`` and ``covered_90`` (share of true effects in the 90 %
        intervals).
    """
    rng = np.random.default_rng(seed)
    effect = fit_binary(task.x_train, task.a, task.y, rng, kind, config, task.categorical)
    found = effect.predict(task.x_test)
    row: Row = {
        "task": task.name,
        "method": f"ptml {kind}",
        "metric": task.metric,
        "value": task.score(found.mean),
        "shrinkage": effect.support.shrinkage,
        "constant": effect.is_constant,
    }
    if task.truth_test is not None:
        inside = np.abs(found.mean - task.truth_test) <= Z_90 * found.error
        row["of_constant"] = task.score(np.full(len(found.mean), effect.average.value))
        row["average_error"] = effect.average.value - float(task.truth_test.mean())
        row["covered_90"] = float(inside.mean())
    return row


def run_tasks(
    tasks: Iterable[Task], kind: Kind = "blend", config: BinaryConfig | None = None
) -> pd.DataFrame:
    """`run_ptml` on each task; one row a task."""
    return pd.DataFrame([run_ptml(task, kind, config) for task in tasks])


def read_table(path: Path) -> pd.DataFrame:
    """Read one Parquet of a public set, or say which is missing."""
    if not path.is_file():
        raise UsageError(f"{path} is not there; the public {path.parent.name} data are expected")
    return pq.read_table(path).to_pandas()


def encode(frame: pd.DataFrame) -> tuple[Float32Array, tuple[int, ...]]:
    """Features (n, p) float32 with categories as codes, and the columns that hold codes."""
    columns, categorical = [], []
    for j, name in enumerate(frame.columns):
        if pd.api.types.is_numeric_dtype(frame[name]):
            columns.append(frame[name].to_numpy(np.float32))
        else:
            categorical.append(j)
            codes = np.unique(frame[name].to_numpy(str), return_inverse=True)[1]
            columns.append(codes.astype(np.float32))
    return np.stack(columns, axis=1), tuple(categorical)


def split(n: int, test_share: float, seed: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Positions to learn on and to be judged on."""
    order = np.random.default_rng(seed).permutation(n)
    n_test = round(n * test_share)
    return order[n_test:], order[:n_test]
