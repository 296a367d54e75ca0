"""What a lift model said of the starts whose outcome periods ended in a window.

Nobody's lift is ever seen. What is seen are takers against comparable people who might have
started the course and did not, as the lift model itself learns (docs/methods/lift.md): the judge
puts that comparison together from all that is known at the window's end, once, and holds every
model's lifts against the same outcomes by the orthogonal loss.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from ptml.features.history import History
from ptml.features.shared import Shared
from ptml.lift.config import LiftConfig
from ptml.lift.estimation import Comparison, estimate
from ptml.lift.exposure import expected_exposure
from ptml.lift.growth import growth_of_takers
from ptml.lift.model import LiftModel
from ptml.lift.second import second_design
from ptml.lift.study import Setting, Study, setting_of, study_of

FloatArray = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class LiftJudge:
    """Pairs of takers and controls whose outcome became known in the window, (p,) each.

    Attributes
    ----------
    study : Study
        That the pairs come from.
    at : (p,) int64
        Positions among the pairs of the contrast.
    evidence : Comparison
        Nothing but the pairs of the window counts in it.
    y : (all pairs of the contrast,) float64
        Outcome without all other courses, less its expectation, points.
    whole : Comparison
        The same with the pairs from before the window counting too.
    """

    study: Study
    at: NDArray[np.int64]
    evidence: Comparison
    y: FloatArray
    whole: Comparison

    @property
    def n_starts(self) -> int:
        """Starts that are judged."""
        return int(self.evidence.contrast.is_taker[self.at].sum())


@dataclass(frozen=True, eq=False)
class Lifted:
    """Lifts that a model foretold for the judge's pairs, (p,) each.

    Attributes
    ----------
    person : int32
    is_taker : bool
    weight, y : float64
    lift : float64
        Points; 0 where the model refuses: who claims nothing, claims no lift.
    refused : bool
    """

    person: NDArray[np.int32]
    is_taker: Bools
    weight: FloatArray
    y: FloatArray
    lift: FloatArray
    refused: Bools

    def loss(self, counted: FloatArray) -> float:
        """Orthogonal loss without what no lift changes, points squared a start.

        Notes
        -----
        ``(sum_T w l^2 - 2 sum_T w l y + 2 sum_C w o l y) / sum_T w``; `checks.held_out.beats` is
        the difference of two of them.
        """
        weight = counted * self.weight
        size = float(weight[self.is_taker].sum())
        if size <= 0:
            return float("nan")
        own = float((weight * self.lift**2)[self.is_taker].sum())
        return (own - 2 * float((weight * self.lift * self.y).sum())) / size

    def slope(self, counted: FloatArray) -> float:
        """Slope of observed on predicted lift beside a level that is free; 1 = as predicted.

        NaN where all lifts are alike. As `checks.held_out.calibration_slope`.
        """
        weight, taker = counted * self.weight, self.is_taker
        size = float(weight[taker].sum())
        if size <= 0:
            return float("nan")
        apart = self.lift - float((weight * self.lift)[taker].sum()) / size
        spread = float((weight * apart**2)[taker].sum())
        return float((weight * apart * self.y).sum()) / spread if spread > 0 else float("nan")


def lift_judge(
    history: History,
    shared: Shared,
    first_day: int,
    end_day: int,
    config: LiftConfig,
    seed: int,
) -> LiftJudge | None:
    """Put together what became known from ``first_day`` on; None where nothing did.

    Parameters
    ----------
    config : LiftConfig
        Of the judge: the same for all models.
    """
    setting = setting_of(history, end_day, config)
    known = setting_of(history, first_day, config).panel.day
    last_known = int(known.max(initial=-1))
    if not _is_enough(setting, last_known, config):
        return None
    # Small matrices many times: threads only get into each other's way.
    with threadpool_limits(1, "blas"):
        study = study_of(history, shared, setting, config, seed, np.random.default_rng(seed))
        if len(study.sample.takers) < config.min_takers or not len(study.sample.controls):
            return None
        later = setting.grid.later
        exposure = expected_exposure(later, tuple(-back for back in setting.base.base))
        found = estimate(study.evidence, study.baseline, exposure, config.n_rounds)
        second = second_design(study, found, config, seed)
        compared = second.levelled(study.evidence, growth_of_takers(study, found).value)
    late = setting.grid.starts[study.quarter] > last_known
    evidence = compared.evidence.only(late)
    counts = late & (evidence.contrast.weight != 0)
    return LiftJudge(study, np.flatnonzero(counts), evidence, compared.y, compared.evidence)


def lifted(judge: LiftJudge, history: History, model: LiftModel) -> Lifted:
    """Ask a model for the lifts of the judge's pairs, each as of its decision."""
    study, contrast, at = judge.study, judge.evidence.contrast, judge.at
    pair = contrast.pair[at]
    said = model.predict(
        history,
        study.decisions.rows,
        study.people,
        study.pairs.take(pair),
        study.sample.row[pair],
        study.sample.course[pair],
    ).lift.astype(np.float64)
    return Lifted(
        person=judge.evidence.employee[at],
        is_taker=contrast.is_taker[at],
        weight=contrast.weight[at],
        y=judge.y[at],
        lift=np.nan_to_num(said),
        refused=np.isnan(said),
    )


def _is_enough(setting: Setting, last_known: int, config: LiftConfig) -> bool:
    panel = setting.panel
    return len(panel) >= config.min_rows and bool((panel.day > last_known).any())
