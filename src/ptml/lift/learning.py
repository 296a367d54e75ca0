"""From a study to effects: both designs, then variation between people as far as it holds."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.intervals import Z_ONE_SIDED_90
from ptml.lift.boosted_stage import BoostedStage, boosted_stages
from ptml.lift.config import LiftConfig
from ptml.lift.effects import Effects
from ptml.lift.estimation import (
    Compared,
    Comparison,
    Estimate,
    estimate,
    personal_share,
    shrink_personal,
    with_level_error,
)
from ptml.lift.exposure import expected_exposure
from ptml.lift.growth import growth_of_takers
from ptml.lift.hierarchical import Hierarchy
from ptml.lift.pooled import Figure
from ptml.lift.second import SecondDesign, second_design
from ptml.lift.study import Study

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]


@dataclass(frozen=True)
class HeldOut:
    """Predictions for the pairs of the contrast by effects learnt without their employee, (p,).

    Attributes
    ----------
    level : float64
        Of the course's average taker.
    personal : float64
        What the person's modifiers add, as far as it is kept.
    stage : float64
        What the boosted stage adds.
    """

    level: FloatArray
    personal: FloatArray
    stage: FloatArray

    @property
    def lift(self) -> FloatArray:
        """Prediction, (p,)."""
        return self.level + self.personal + self.stage


@dataclass(frozen=True)
class Learnt:
    """Effects with all that they were learnt from.

    Attributes
    ----------
    found : Estimate
        Of the first design.
    growth : Figure
        What takers grow more than controls without any course, taken out of all lifts; points.
    compared : Compared
        What the effects were fitted to: the second design at the level of the first.
    takers : (n_courses,) int32
    held : HeldOut
    share : float
        Share of the linear personal variation that is kept.
    spread : float
        Variance of lifts between people of a course, points squared, before any of it is dropped.
    stages : dict of str to BoostedStage
        ``r`` and ``dr``; the one that the settings name is part of the effects.
    """

    study: Study
    found: Estimate
    growth: Figure
    second: SecondDesign
    compared: Compared
    takers: IntArray
    held: HeldOut
    share: float
    spread: float
    stages: dict[str, BoostedStage]
    effects: Effects


def learn(study: Study, config: LiftConfig, seed: int) -> Learnt:
    """Learn the effects of all courses from a study."""
    later, earlier = study.setting.grid.later, tuple(-back for back in study.setting.base.base)
    exposure = expected_exposure(later, earlier)
    found = estimate(study.evidence, study.baseline, exposure, config.n_rounds)
    second = second_design(study, found, config, seed)
    growth = growth_of_takers(study, found)
    compared = second.levelled(study.evidence, growth.value)
    takers = np.bincount(
        study.sample.course[study.sample.takers], minlength=compared.evidence.n_courses
    ).astype(np.int32)
    centre = _centre(study, takers)
    everything = compared.moments()
    by_part = compared.held_out(everything)
    level, personal = held_out_predictions(compared.evidence, by_part, centre)
    share = _kept_share(compared, level, personal)
    spread = float(personal.var())
    personal = share * personal
    pair = compared.evidence.contrast.pair
    stages = boosted_stages(
        compared,
        level,
        level + personal,
        second.propensity.propensity[pair],
        study.sample.weight[pair] * study.setting.stay_weight[study.sample.row[pair]],
        config,
        seed,
    )
    stage = stages[config.stage]
    hierarchy = with_level_error(
        compared.fit(everything),
        np.hypot(second.apart.error, growth.error),
        float(np.hypot(second.apart.difference.error, growth.error)),
        second.apart.spread,
    )
    effects = Effects(
        shrink_personal(hierarchy, centre, share),
        centre,
        stage.effect,
        stage.centre,
        compared.evidence.description,
    )
    held = HeldOut(level, personal, stage.held_out)
    spread += float(stage.held_out.var())
    return Learnt(
        study, found, growth, second, compared, takers, held, share, spread, stages, effects
    )


def held_out_predictions(
    learnt: Comparison, by_part: list[Hierarchy], centre: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Apply the effects learnt without a part of the employees to that part: level and personal."""
    course = learnt.contrast.course
    level, personal = np.zeros(len(course)), np.zeros(len(course))
    for k, hierarchy in enumerate(by_part):
        kept = np.flatnonzero(learnt.part == k)
        beta = hierarchy.mean[course[kept]]
        z = learnt.z[learnt.contrast.pair[kept]].astype(np.float64)
        level[kept] = (beta * centre[course[kept]]).sum(axis=1)
        personal[kept] = (beta * z).sum(axis=1) - level[kept]
    return level, personal


def _centre(study: Study, takers: IntArray) -> FloatArray:
    """Mean modifiers of each course's takers, (n_courses, k); all takers' where it has none."""
    pair = study.sample.takers
    z, course = study.evidence.z[pair], study.sample.course[pair]
    summed = np.stack(
        [np.bincount(course, z[:, k], minlength=len(takers)) for k in range(z.shape[1])], axis=1
    )
    mean = z.mean(axis=0, dtype=np.float64)
    return np.where(takers[:, None] > 0, summed / np.maximum(takers, 1)[:, None], mean)


def _kept_share(compared: Compared, level: FloatArray, personal: FloatArray) -> float:
    """Share of personal variation that is kept: none where held-out people do not support any.

    The slopes are shrunk already by what courses and modifiers say of each other. Where held-out
    people support them (one-sided 90 %), they are shrunk to the largest share that these do not
    speak against.
    """
    share, error = personal_share(level, personal, compared)
    margin = Z_ONE_SIDED_90 * error
    return min(share + margin, 1.0) if share > margin else 0.0
