"""Who starts a course, against everybody who could have started it in the same quarter.

A *tilt* is the log odds of a person to start a course in a quarter less that of the quarter's
average person. What a course's popularity does to everybody drops out, so that past takers and a
person of today can be compared.
"""

from dataclasses import dataclass
from functools import cached_property

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from ptml.features.matrix import FeatureMatrix
from ptml.lift.config import LiftConfig
from ptml.lift.nuisance import (
    Folds,
    Trial,
    cross_fit,
    predict_out_of_fold,
    trees_by_time,
)
from ptml.lift.sample import PairSample
from ptml.trees import TreeMargins

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]

# A propensity above this says more of the model than of the person.
LARGEST_PROPENSITY = 0.9
BLOCK_PAIRS = 100_000


@dataclass(frozen=True)
class TiltModels:
    """Models of who starts which course, one a fold."""

    models: tuple[lgb.Booster, ...]
    num_threads: int

    def tilt(
        self,
        x: Float32Array,
        pairs: FeatureMatrix,
        row: IntArray,
        course_values: Float32Array,
        course: IntArray,
    ) -> FloatArray:
        """Tilt (m,) of pairs of people that no model has seen: the mean of all models.

        Parameters are those of `tilt_columns`. What belongs to people and courses is looked up once
        and not once a pair.
        """
        blocks = ((x, row), (pairs.values, None), (course_values, course))
        return np.mean(self._trees.margins(blocks, self.num_threads), axis=0)

    @cached_property
    def _trees(self) -> TreeMargins:
        return TreeMargins(self.models)


@dataclass(frozen=True)
class Propensity:
    """Out-of-fold tilt and propensity of each compared pair; NaN and 0 for the others, (m,)."""

    models: TiltModels
    tilt: FloatArray
    propensity: FloatArray

    @property
    def odds(self) -> FloatArray:
        """Odds of starting, (m,): weights that make controls stand for takers."""
        return self.propensity / (1 - self.propensity)


def tilt_columns(
    x: Float32Array,
    pairs: FeatureMatrix,
    row: IntArray,
    course_values: Float32Array,
    course: IntArray,
    lags: Float32Array | None = None,
) -> Float32Array:
    """Covariates of a pair, (m, p + q + r + s) float32.

    The person's, the pair's, the course's, and ``lags`` (n, s) of the person where given.
    """
    n_lags = 0 if lags is None else lags.shape[1]
    parts = (x.shape[1], pairs.values.shape[1], course_values.shape[1], n_lags)
    columns = np.empty((len(row), sum(parts)), dtype=np.float32)
    first, second, third = np.cumsum(parts[:3]).tolist()
    # In blocks: rows are picked without a second copy of the whole.
    for start in range(0, len(row), BLOCK_PAIRS):
        block = slice(start, start + BLOCK_PAIRS)
        columns[block, :first] = x[row[block]]
        columns[block, first:second] = pairs.values[block]
        columns[block, second:third] = course_values[course[block]]
        if lags is not None:
            columns[block, third:] = lags[row[block]]
    return columns


def fit_propensity(
    sample: PairSample,
    columns: Float32Array,
    categorical: tuple[int, ...],
    quarter: IntArray,
    reach: int,
    fold: IntArray,
    folds: Folds,
    config: LiftConfig,
    seed: int,
) -> Propensity:
    """Learn who starts which course from takers and their controls.

    Boosting starts at the log odds of each quarter and course among the drawn pairs, so what is
    learnt is the tilt; weights are not needed (case-control sampling, Prentice and Pyke 1979).

    Parameters
    ----------
    columns : (u, p) float32
        `tilt_columns` of the compared pairs.
    quarter, fold : (u,) int32
        Quarter of each compared pair's decision, and fold of its employee.
    reach : int
        Quarters after a decision until its outcome is over.
    """
    used = np.flatnonzero(sample.compared)
    started = sample.started[used]
    _, cell = np.unique(sample.cell[used], return_inverse=True)
    takers = np.bincount(cell, started) + 0.5
    drawn = np.bincount(cell, ~started) + 0.5
    standing = np.bincount(cell, np.where(started, 0.0, sample.weight[used])) + 0.5
    y, offset = started.astype(np.float64), np.log(takers / drawn)[cell]
    trial = Trial.forward(quarter, reach, fold)
    n_trees = trees_by_time(columns, y, trial, categorical, config, "binary", seed, offset=offset)
    config = config.model_copy(update={"n_trees": n_trees})
    models = cross_fit(columns, y, fold, folds, categorical, config, "binary", seed, offset=offset)
    tilt = np.full(len(sample), np.nan)
    tilt[used] = predict_out_of_fold(models, columns, fold, config.num_threads)
    propensity = np.zeros(len(sample))
    log_odds = tilt[used] + np.log(takers / standing)[cell]
    propensity[used] = np.minimum(1 / (1 + np.exp(-log_odds)), LARGEST_PROPENSITY)
    return Propensity(TiltModels(models, config.num_threads), tilt, propensity)
