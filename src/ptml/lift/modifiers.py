"""What makes a lift larger for one person than for another: standardised modifiers of a pair."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.features.matrix import FeatureMatrix

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]

# Scores are no modifiers: the base is part of the outcome change, and its noise would pass for
# an effect that depends on it.
PAIR_MODIFIERS = (
    "new_levels",
    "gap_closed",
    "below_entry_levels",
    "same_competency_started",
    "required_share",
    "above_exit_levels",
)
PERSON_MODIFIERS = (
    "motivation_mean",
    "manager_support_mean",
    "opportunity_mean",
    "workload_mean",
    "exam_mean",
    "completion_rate",
    "tenure_days",
)
# The level, these, and the products of the gap with the last two differ by course.
LEADING = ("new_levels", "gap_closed", "motivation_mean", "manager_support_mean")
N_OWN = 7
# Who is not much below the level that a course starts from can follow it.
READY_LEVELS = 0.25
CLIP = 3.0
SMALLEST_SPREAD = 1e-9


@dataclass(frozen=True)
class Modifiers:
    """How modifiers are made; means and spreads are those of the training pairs.

    Attributes
    ----------
    pair_names, person_names : tuple of str
        Features used, in order; one that the source cannot give is 0 for everybody.
    mean, spread : (n,) float64
        Of the pair names followed by the person names.
    """

    pair_names: tuple[str, ...]
    person_names: tuple[str, ...]
    mean: FloatArray
    spread: FloatArray

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all modifiers in the order of the columns; those with slopes come first."""
        new, gap, motivation, support = LEADING
        products = (f"{gap} x {motivation}", f"{gap} x {support}")
        rest = tuple(n for n in (*self.pair_names, *self.person_names) if n not in LEADING)
        steps = ("ready", f"ready x {gap}", "ready x required_share")
        return (*LEADING, *products, *rest, f"{new} squared", *steps)

    def standardise(
        self, pairs: FeatureMatrix, people: FeatureMatrix, row_index: IntArray
    ) -> Float32Array:
        """A leading 1, then modifiers of pairs whose person is row ``row_index`` of ``people``.

        Returns
        -------
        (m, 1 + n_modifiers) float32
        """
        n_pair = len(self.pair_names)
        scaled = np.concatenate(
            [
                _scale(pairs.select(self.pair_names), self.mean[:n_pair], self.spread[:n_pair]),
                _scale(people.select(self.person_names), self.mean[n_pair:], self.spread[n_pair:])[
                    row_index
                ],
            ],
            axis=1,
        )
        names = [*self.pair_names, *self.person_names]
        lead = [names.index(n) for n in LEADING]
        new, gap, motivation, support = (scaled[:, k] for k in lead)
        rest = [k for k in range(len(names)) if k not in lead]
        products = np.stack([gap * motivation, gap * support], axis=1)
        square = (new * new - 1)[:, None] * (self.spread[0] > 0)
        # A step on the scale of the others: 1 for who is ready, -1 for who is not, 0 unknown.
        ready = np.nan_to_num(np.sign(READY_LEVELS - pairs.column("below_entry_levels")))
        steps = ready[:, None] * np.column_stack(
            [np.ones(len(scaled)), gap, scaled[:, names.index("required_share")]]
        )
        ones = np.ones((len(scaled), 1))
        return np.concatenate(
            [ones, scaled[:, lead], products, scaled[:, rest], square, steps],
            axis=1,
            dtype=np.float32,
        )


def _scale(values: Float32Array, mean: FloatArray, spread: FloatArray) -> Float32Array:
    safe = np.where(spread > 0, spread, 1.0)
    scaled = (values - mean.astype(np.float32)) / safe.astype(np.float32)
    scaled = np.where(np.isfinite(scaled) & (spread > 0), scaled, np.float32(0))
    return np.clip(scaled, -CLIP, CLIP).astype(np.float32)


def fit_modifiers(pairs: FeatureMatrix, people: FeatureMatrix, row: IntArray) -> Modifiers:
    """Learn means and spreads from pairs whose person is row ``row`` (m,) of ``people``."""
    person = people.select(PERSON_MODIFIERS)[row]
    values = np.concatenate([pairs.select(PAIR_MODIFIERS), person], axis=1)
    known = np.isfinite(values)
    n = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, values, 0).sum(axis=0, dtype=np.float64) / n
    squares = np.where(known, (values - mean.astype(np.float32)) ** 2, 0)
    spread = np.sqrt(squares.sum(axis=0, dtype=np.float64) / n)
    used = (known.sum(axis=0) > 1) & (spread > SMALLEST_SPREAD)
    return Modifiers(PAIR_MODIFIERS, PERSON_MODIFIERS, mean, np.where(used, spread, 0.0))
