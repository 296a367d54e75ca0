"""Pairs of people and courses in the panel, and the propensity of each to be started."""

from collections.abc import Iterator
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from ptml.features.capability import Capability
from ptml.features.history import History
from ptml.features.matrix import FeatureMatrix
from ptml.features.pairs import pair_features
from ptml.features.rows import Rows
from ptml.features.shared import Shared
from ptml.lift.config import LiftConfig
from ptml.lift.nuisance import Folds, cross_fit
from ptml.lift.panel import Panel

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]
BoolArray = NDArray[np.bool_]

CHUNK_PAIRS = 200_000
# A propensity outside these bounds says more of the model than of the person.
SMALLEST_PROPENSITY, LARGEST_PROPENSITY = 1e-5, 0.95


@dataclass(frozen=True)
class PropensityModels:
    """Models of who starts which course in a quarter, one a fold, with their columns."""

    models: tuple[lgb.Booster, ...]
    num_threads: int

    def log_odds(self, x: Float32Array, fold: IntArray | None = None) -> FloatArray:
        """Log odds (m,) of starting; mean over folds unless ``fold`` (m,) names one for each."""
        raw = {"raw_score": True, "num_threads": self.num_threads}
        if fold is None:
            return np.mean([m.predict(x, **raw) for m in self.models], axis=0)
        out = np.empty(len(x))
        for k, model in enumerate(self.models):
            rows = fold == k
            if rows.any():
                out[rows] = model.predict(x[rows], **raw)
        return out


def propensity(log_odds: FloatArray) -> FloatArray:
    """Probability of starting from log odds, kept off 0 and 1."""
    return np.clip(1 / (1 + np.exp(-log_odds)), SMALLEST_PROPENSITY, LARGEST_PROPENSITY)


@dataclass(frozen=True)
class PairBlock:
    """All pairs of some rows of the panel with the courses that they could start.

    Attributes
    ----------
    rows : slice
        Rows of the panel.
    row, course : (m,) int32
        Row within the block and course of each pair.
    started : (m,) bool
    pairs : FeatureMatrix
        Pair features (m, q).
    """

    rows: slice
    row: IntArray
    course: IntArray
    started: BoolArray
    pairs: FeatureMatrix


@dataclass(frozen=True)
class PairSource:
    """Makes the pairs of a panel, block by block, in bounded memory."""

    history: History
    shared: Shared
    rows: Rows
    capability: Capability
    panel: Panel
    at_risk: BoolArray

    def block(self, rows: slice, kept: BoolArray | None = None) -> PairBlock:
        """Pairs of ``rows`` at risk; ``kept`` picks among those not started."""
        at_risk = self.at_risk[rows]
        started = np.zeros_like(at_risk)
        inside = (self.panel.start_row >= rows.start) & (self.panel.start_row < rows.stop)
        started[self.panel.start_row[inside] - rows.start, self.panel.start_course[inside]] = True
        chosen = at_risk if kept is None else (kept | started)
        row, course = (index.astype(np.int32) for index in np.nonzero(chosen))
        features = pair_features(
            self.history,
            self.shared,
            self.rows,
            self.capability,
            (row + rows.start).astype(np.int32),
            course,
        )
        return PairBlock(rows, row, course, started[row, course], features)

    def blocks(self, limit: int | None = None) -> Iterator[PairBlock]:
        """All blocks in order; ``limit`` stops after that many rows."""
        n_courses = self.at_risk.shape[1]
        step = max(CHUNK_PAIRS // max(n_courses, 1), 1)
        n = len(self.panel) if limit is None else min(limit, len(self.panel))
        for start in range(0, n, step):
            yield self.block(slice(start, min(start + step, n)))


def propensity_columns(
    x: Float32Array,
    pairs: FeatureMatrix,
    row: IntArray,
    course_values: Float32Array,
    course: IntArray,
) -> Float32Array:
    """Covariates of a pair: the person's, the pair's and the course's, (m, p + q + r) float32."""
    return np.concatenate([x[row], pairs.values, course_values[course]], axis=1)


def fit_propensity(
    source: PairSource,
    x: Float32Array,
    categorical: tuple[int, ...],
    course_values: Float32Array,
    fold: IntArray,
    folds: Folds,
    config: LiftConfig,
    rng: np.random.Generator,
    seed: int,
) -> PropensityModels:
    """Fit who starts which course on all starts and a weighted sample of the rest."""
    n, n_courses = source.at_risk.shape
    share = min(config.controls_per_row / max(n_courses, 1), 1.0)
    parts: list[tuple[Float32Array, BoolArray, IntArray]] = []
    step = max(CHUNK_PAIRS // max(config.controls_per_row, 1), 1)
    for start in range(0, n, step):
        rows = slice(start, min(start + step, n))
        kept = source.at_risk[rows] & (rng.random((rows.stop - rows.start, n_courses)) < share)
        block = source.block(rows, kept)
        columns = propensity_columns(x[rows], block.pairs, block.row, course_values, block.course)
        parts.append((columns, block.started, fold[rows][block.row]))
    values = np.concatenate([p[0] for p in parts])
    started = np.concatenate([p[1] for p in parts])
    pair_fold = np.concatenate([p[2] for p in parts])
    weight = np.where(started, 1.0, 1.0 / share)
    models = cross_fit(
        values,
        started.astype(np.float64),
        pair_fold,
        folds,
        categorical,
        config,
        "binary",
        seed,
        weight,
    )
    return PropensityModels(models, config.num_threads)
