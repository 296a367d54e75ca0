"""The effect of one treatment in a cross-section: varying as far as held-out rows support it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ptml.config import FrozenConfig
from ptml.lift.learners.averages import average_effect, control_weights, effect_on_treated
from ptml.lift.learners.boosted import BoostedConfig
from ptml.lift.learners.boosted_effect import EffectPrediction
from ptml.lift.learners.candidates import all_candidates
from ptml.lift.learners.cross_section import Nuisances, fit_nuisances
from ptml.lift.learners.outcomes import OutcomeConfig
from ptml.lift.learners.signals import Constant, Signals, dr_signals, r_signals
from ptml.lift.learners.slope import Support, held_out_support
from ptml.lift.learners.stacking import Candidate, stack

FloatArray = NDArray[np.float64]
Float32Array = NDArray[np.float32]
BoolArray = NDArray[np.bool_]
Kind = Literal["r", "dr", "blend"]


class BinaryConfig(FrozenConfig):
    """How the effect of one treatment in a cross-section is learnt."""

    n_folds: Annotated[int, Field(ge=2, le=20)] = 5
    """Folds of rows."""
    outcome: OutcomeConfig = OutcomeConfig()
    """Outcome models and propensity."""
    final: BoostedConfig = BoostedConfig()
    """Boosted final stages."""
    clip: Annotated[float, Field(gt=0, lt=0.5)] = 0.01
    """Bounds of the propensity in averages."""


@dataclass(frozen=True)
class BinaryEffect:
    """A fitted effect ``tau(x) = level + shrinkage * sum_j weight_j * deviation_j(x)``.

    Attributes
    ----------
    candidates, weights
        The blend; only candidates with weight.
    support : Support
        Held-out support of the blend.
    level : Constant
        Average effect over the rows, at the centre of the deviations.
    average, on_treated : Constant
        AIPW averages over everybody and over the treated.
    nuisances : Nuisances
        Out-of-fold, for the checks of `gate`.
    spread : float
        Standard deviation of the out-of-fold blend before shrinkage.
    unexplained_variance : float
        Variance of effects that no feature explains.
    """

    candidates: tuple[Candidate, ...]
    weights: FloatArray
    support: Support
    level: Constant
    average: Constant
    on_treated: Constant
    nuisances: Nuisances
    spread: float
    unexplained_variance: float

    @property
    def is_constant(self) -> bool:
        """Held-out rows support no variation."""
        return self.support.shrinkage == 0 or not self.candidates

    def predict(self, x: Float32Array) -> EffectPrediction:
        """Effect of each row of features (n, p) with its standard error."""
        fixed = self.level.error**2 + self.unexplained_variance
        if self.is_constant:
            error = float(np.sqrt(fixed + (self.support.doubt * self.spread) ** 2))
            return EffectPrediction(np.full(len(x), self.level.value), np.full(len(x), error))
        folds = sum(
            weight * candidate.deviations(x)
            for weight, candidate in zip(self.weights, self.candidates, strict=True)
        )
        deviations = np.asarray(folds, dtype=np.float64)
        deviation, k = deviations.mean(axis=0), len(deviations)
        jackknife = (k - 1) * deviations.var(axis=0) * self.support.shrinkage**2
        variance = fixed + jackknife + (self.support.doubt * deviation) ** 2
        return EffectPrediction(
            self.level.value + self.support.shrinkage * deviation, np.sqrt(variance)
        )


def fit_binary(
    x: Float32Array,
    a: BoolArray,
    y: FloatArray,
    rng: np.random.Generator,
    kind: Kind = "blend",
    config: BinaryConfig | None = None,
    categorical: Sequence[int] = (),
) -> BinaryEffect:
    """Learn the effect of a binary treatment from a cross-section.

    Parameters
    ----------
    x : (n, p) float32
        Covariates known before the treatment; NaN allowed.
    a : (n,) bool
    y : (n,) float64
    kind : {"r", "dr", "blend"}
        Final stages of the R-learner, of the DR-learner, or of all candidates. Candidates are
        weighed by held-out loss: that of the DR-learner for ``dr``, else the R-loss.
    categorical : sequence of int
        Columns of category codes.

    Raises
    ------
    DataError
        When an arm is too small for the folds.
    """
    config = config or BinaryConfig()
    y = np.asarray(y, dtype=np.float64)
    n = fit_nuisances(x, a, y, rng, config.n_folds, config.outcome, categorical)
    candidates = all_candidates(x, a, y, n, rng, kind, config.final, categorical)
    judge = (
        dr_signals(y, a, n.mu0, n.mu1, n.e, clip=config.clip)
        if kind == "dr"
        else r_signals(y, a, n.m, n.e)
    )
    stacked = stack(judge, candidates, n.fold)
    support = held_out_support(judge, stacked.held_out, z_supported=config.final.support_z)
    used = np.flatnonzero(stacked.weights > 0)
    return BinaryEffect(
        candidates=tuple(candidates[j] for j in used),
        weights=stacked.weights[used],
        support=support,
        level=_level(judge, support, stacked.held_out),
        average=average_effect(y, a, n.mu0, n.mu1, n.e, config.clip),
        on_treated=effect_on_treated(y, a, n.mu0, control_weights(a, n.e, config.clip)),
        nuisances=n,
        spread=float(stacked.held_out.std()),
        unexplained_variance=config.final.unexplained_share
        * (support.shrinkage * float(stacked.held_out.std())) ** 2,
    )


def _level(judge: Signals, support: Support, deviation: FloatArray) -> Constant:
    """Effect where the deviation is 0: the constant less what its weights saw of the deviation."""
    seen = float(np.average(deviation, weights=judge.weight))
    return Constant(support.constant.value - support.shrinkage * seen, support.constant.error)
