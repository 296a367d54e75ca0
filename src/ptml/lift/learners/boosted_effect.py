"""A fitted effect of boosted fold models: predicts with errors, saved as text."""

import json
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from ptml.lift.learners.signals import Constant
from ptml.lift.learners.slope import Support
from ptml.trees import Block, TreeMargins, TreeShares

FloatArray = NDArray[np.float64]
Float32Array = NDArray[np.float32]


@dataclass(frozen=True)
class EffectPrediction:
    """Effect of each row: ``mean`` and standard ``error``, (n,) float64 each."""

    mean: FloatArray
    error: FloatArray


@dataclass(frozen=True)
class BoostedEffect:
    """A fitted effect ``tau(x) = constant + shrinkage * (mean over folds of f_k(x) - centre_k)``.

    Attributes
    ----------
    boosters : tuple of lightgbm.Booster
        One a fold, each fitted without it; none where the effect is a constant.
    centres : tuple of float
        Weighted mean prediction of each booster over the rows that it learnt from.
    support : Support
        Constant, held-out slope and shrinkage.
    spread : float
        Standard deviation of the out-of-fold deviations before shrinkage.
    unexplained_variance : float
        Variance of effects that no feature explains.
    """

    boosters: tuple[lgb.Booster, ...]
    centres: tuple[float, ...]
    support: Support
    spread: float
    unexplained_variance: float
    num_threads: int = 1

    @property
    def is_constant(self) -> bool:
        """Held-out rows support no variation."""
        return not self.boosters

    def predict(self, x: Float32Array, shared: Block | None = None) -> EffectPrediction:
        """Effect of each row of features (n, p) float32; parameters are those of `deviations`.

        Notes
        -----
        Variance: that of the constant; the squared doubt about the slope times the squared
        deviation (where the effect is a constant, its mean square); the delete-a-group jackknife
        ``(K - 1) / K * sum_k (f_k - mean)**2`` of the fold models, times the squared shrinkage; and
        the variance of effects that no feature explains.
        """
        support = self.support
        fixed = support.constant.error**2 + self.unexplained_variance
        if self.is_constant:
            variance = fixed + (support.doubt * self.spread) ** 2
            mean = np.full(len(x), support.constant.value)
            return EffectPrediction(mean, np.full(len(x), np.sqrt(variance)))
        deviations = self.deviations(x, shared)
        deviation = deviations.mean(axis=0)
        k = len(self.boosters)
        jackknife = (k - 1) * deviations.var(axis=0) * support.shrinkage**2
        variances = fixed + jackknife + (support.doubt * deviation) ** 2
        return EffectPrediction(
            support.constant.value + support.shrinkage * deviation, np.sqrt(variances)
        )

    def without_constant(self) -> "BoostedEffect":
        """The believed deviations alone: no constant, and no doubt about it."""
        support = replace(self.support, constant=Constant(0.0, 0.0))
        return replace(self, support=support, unexplained_variance=0.0)

    def contributions(self, x: Float32Array) -> FloatArray:
        """What each feature adds to the mean, (n, p + 1): Shapley values, what is fixed comes last.

        Notes
        -----
        TreeSHAP (Lundberg et al. 2020), exact for trees; rows add up to `predict`.
        """
        if not len(x):
            # Nobody of an empty bucket is shown anything.
            return np.zeros((0, x.shape[1] + 1))
        base, shares = self._shares.shares(x, self.num_threads)
        found = np.column_stack([shares, np.full(len(x), base)]) / len(self.boosters)
        found = self.support.shrinkage * found
        found[:, -1] += self.support.constant.value
        found[:, -1] -= self.support.shrinkage * float(np.mean(self.centres))
        return np.asarray(found, dtype=np.float64)

    def deviations(self, x: Float32Array, shared: Block | None = None) -> FloatArray:
        """Deviation (n_folds, n) from the average by each fold's model, not shrunk.

        Parameters
        ----------
        shared : (q, s) float32 and (n,) int, optional
            The last features, where many rows have the same, and which of them each row has.
        """
        blocks = [(x, None)] if shared is None else [(x, None), shared]
        # Trees of squares: what they predict is their raw score.
        found = self._margins.margins(blocks, self.num_threads)
        return found - np.array(self.centres)[:, None]

    @cached_property
    def _margins(self) -> TreeMargins:
        return TreeMargins(self.boosters)

    @cached_property
    def _shares(self) -> TreeShares:
        return TreeShares(self.boosters[0], self.boosters[1:])

    def save(self, folder: Path) -> None:
        """Write ``effect.json`` and one LightGBM text a fold."""
        for k, booster in enumerate(self.boosters):
            booster.save_model(str(folder / f"effect_{k}.txt"))
        support = self.support
        told = {
            "constant": [support.constant.value, support.constant.error],
            "support": [support.slope, support.error, support.shrinkage],
            "centres": list(self.centres),
            "spread": self.spread,
            "unexplained_variance": self.unexplained_variance,
            "num_threads": self.num_threads,
        }
        text = json.dumps(told, sort_keys=True, indent=1)
        (folder / "effect.json").write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "BoostedEffect":
        """Read what `save` wrote."""
        told = json.loads((folder / "effect.json").read_text(encoding="utf-8"))
        return cls(
            boosters=tuple(
                lgb.Booster(model_file=str(folder / f"effect_{k}.txt"))
                for k in range(len(told["centres"]))
            ),
            centres=tuple(told["centres"]),
            support=Support(Constant(*told["constant"]), *told["support"]),
            spread=told["spread"],
            unexplained_variance=told["unexplained_variance"],
            num_threads=told["num_threads"],
        )
