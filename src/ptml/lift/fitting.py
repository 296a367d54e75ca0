"""Fit the lift model: study, effects, second design, checks (docs/methods/lift.md)."""

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from ptml.contracts.evidence import Evidence
from ptml.features.history import History
from ptml.features.shared import Shared
from ptml.lift.checks.comparable import balance, overlap
from ptml.lift.checks.courses import course_lift, plausibility
from ptml.lift.checks.held_out import HeldOut, held_out_evidence, held_out_predictions
from ptml.lift.checks.refutation import agreement_check, permuted_check, placebo_check
from ptml.lift.checks.rows import metric
from ptml.lift.checks.sensitivity import sensitivity
from ptml.lift.config import LiftConfig
from ptml.lift.effects import Effects
from ptml.lift.estimation import (
    Z_ONE_SIDED_90,
    Estimate,
    estimate,
    held_out,
    personal_share,
    shrink_personal,
)
from ptml.lift.exposure import expected_exposure
from ptml.lift.fitted import FittedLift
from ptml.lift.judging import reach_of, statuses
from ptml.lift.model import LiftModel, refused
from ptml.lift.modifiers import Modifiers
from ptml.lift.placebo import Placebo, placebo
from ptml.lift.pooled import Figure, pooled_effect
from ptml.lift.second import Disagreement, second_design
from ptml.lift.study import Setting, Study, setting_of, study_of
from ptml.lift.support import Support, support_of

FloatArray = NDArray[np.float64]


def fit_lift(
    history: History, shared: Shared, as_of_day: int, config: LiftConfig, seed: int
) -> LiftModel:
    """Learn the lift of every course from what was known before a day.

    Parameters
    ----------
    history : History
        Of all employees.
    as_of_day : int
        Days since 1970-01-01.
    seed : int
        Same input and seed, same model.

    Returns
    -------
    LiftModel
        With a ``refusal`` where nothing can be estimated.
    """
    setting = setting_of(history, as_of_day, config)
    n_starts = _starts_in_panel(setting)
    if len(setting.panel) < config.min_rows or n_starts < config.min_takers:
        return refused(
            history,
            as_of_day,
            seed,
            f"{len(setting.panel)} employee-quarters with a known outcome and {n_starts} courses "
            f"started in them ({setting.grid.n_quarters} quarters of performance) are too few",
        )
    # Small matrices many times: threads only get into each other's way.
    with threadpool_limits(1, "blas"):
        rng = np.random.default_rng(seed)
        study = study_of(history, shared, setting, config, seed, rng)
        if len(study.sample.takers) < config.min_takers or not len(study.sample.controls):
            return refused(
                history,
                as_of_day,
                seed,
                f"{len(study.sample.takers)} starts can be compared with people who might have "
                "started the course and did not: too few",
            )
        return _model(history, study, as_of_day, config, seed)


def _starts_in_panel(setting: Setting) -> int:
    n_quarters = max(setting.grid.n_quarters, 1)
    panel, starts = setting.panel, setting.starts
    known = panel.employee.astype(np.int64) * n_quarters + panel.quarter
    begun = starts.employee.astype(np.int64) * n_quarters + starts.quarter
    return int(np.isin(begun[setting.chosen], known).sum())


def _model(
    history: History, study: Study, as_of_day: int, config: LiftConfig, seed: int
) -> LiftModel:
    evidence = study.evidence
    later, earlier = (1, 2), tuple(-back for back in study.setting.base.base)
    found = estimate(evidence, study.baseline, expected_exposure(later, earlier), config.n_rounds)
    y = evidence.of_contrast(found.residual, found.lift)
    takers = np.bincount(
        study.sample.course[study.sample.takers], minlength=history.n_courses
    ).astype(np.int32)
    centre = _centre(study, takers)
    held = held_out_predictions(evidence, held_out(evidence, found, y, config.n_folds), centre)
    share = _kept_share(study, held, y)
    effects = Effects(shrink_personal(found.hierarchy, centre, share), centre)
    apart = second_design(study, found, seed)
    before = placebo(study, found)
    predicted = effects.predict(study.sample.course, evidence.z, study_description(study))[0]
    reach = reach_of(apart, _unexplained(study, predicted, config))
    status = statuses(study.sample, takers, effects, reach, before, config)
    fitted = FittedLift(
        effects=effects,
        modifiers=study.modifiers,
        description=study.description,
        propensity=study.propensity.models,
        covariates=study.person_covariates,
        support=_support(study, history.n_courses, config),
        reach=reach,
        course_status=status,
    )
    return LiftModel(
        courses=history.courses,
        fitted=fitted,
        refusal=None,
        fingerprint=history.fingerprint,
        as_of_day=as_of_day,
        seed=seed,
        points_per_level=points_per_level(study.modifiers, evidence.z, predicted),
        evidence=(
            *_figures(study, y, share),
            study.setting.base.evidence,
            *_checks(study, found, y, held, share, apart, before, seed),
            plausibility(
                history.courses, takers, effects, reach, float(study.setting.panel.base.std())
            ),
            course_lift(
                history.courses,
                history.catalogue.title,
                takers,
                effects,
                reach,
                status,
                ~history.catalogue.mandatory,
            ),
        ),
    )


def study_description(study: Study) -> FloatArray:
    """Description of the course of each pair of the sample, (m, d)."""
    return study.evidence.description[study.sample.course]


def _centre(study: Study, takers: NDArray[np.int32]) -> FloatArray:
    """Mean modifiers of each course's takers, (n_courses, k); all takers' where it has none."""
    pair = study.sample.takers
    z, course = study.evidence.z[pair], study.sample.course[pair]
    summed = np.stack(
        [np.bincount(course, z[:, k], minlength=len(takers)) for k in range(z.shape[1])], axis=1
    )
    mean = z.mean(axis=0, dtype=np.float64)
    return np.where(takers[:, None] > 0, summed / np.maximum(takers, 1)[:, None], mean)


def _kept_share(study: Study, held: HeldOut, y: FloatArray) -> float:
    """Share of personal variation that is kept; none where held-out people do not show any."""
    share, error = personal_share(held.level, held.personal, study.evidence, y)
    return min(share, 1.0) if share > Z_ONE_SIDED_90 * error else 0.0


def _unexplained(study: Study, predicted: FloatArray, config: LiftConfig) -> float:
    """Variance of true lifts that no modifier explains, by the variance within courses."""
    course = study.sample.course
    size = np.maximum(np.bincount(course), 1)
    within = predicted - (np.bincount(course, predicted) / size)[course]
    return config.unexplained_share * float(within.var())


def _support(study: Study, n_courses: int, config: LiftConfig) -> Support:
    takers = study.sample.takers
    return support_of(
        study.sample.course[takers],
        study.propensity.tilt[takers],
        n_courses,
        config.comparable_ratio,
        config.min_takers,
        config.min_support,
    )


def _figures(study: Study, y: FloatArray, share: float) -> tuple[Evidence, ...]:
    mean = pooled_effect(study.evidence, study.evidence.contrast, y)
    return (
        metric("mean_lift", mean, "Mean lift of the courses that were started, points."),
        Evidence("lift", "metric", "rows", value=float(len(study.setting.panel))),
        Evidence("lift", "metric", "starts", value=float(len(study.sample.takers))),
        Evidence("lift", "metric", "controls", value=float(len(study.sample.controls))),
        Evidence(
            "lift",
            "metric",
            "personal_share",
            value=share,
            payload={"note": "Share of the variation between people that is kept."},
        ),
    )


def _checks(
    study: Study,
    found: Estimate,
    y: FloatArray,
    held: HeldOut,
    share: float,
    apart: Disagreement,
    before: Placebo | None,
    seed: int,
) -> tuple[Evidence, ...]:
    evidence = study.evidence
    mean: Figure = pooled_effect(evidence, evidence.contrast, y)
    residual = found.residual[evidence.sample.row[evidence.contrast.pair]]
    return (
        overlap(study),
        balance(study),
        *((placebo_check(before),) if before is not None else ()),
        permuted_check(study, y, residual, seed),
        agreement_check(apart),
        sensitivity(study, mean, y),
        *held_out_evidence(evidence, y, held, share),
    )


def points_per_level(modifiers: Modifiers, z: NDArray[np.float32], predicted: FloatArray) -> float:
    """Slope of predicted lifts on the weighted gap closed; 0 where it is not positive."""
    gap = z[:, 1 + modifiers.names.index("gap_closed")].astype(np.float64)
    spread = float(modifiers.spread[modifiers.pair_names.index("gap_closed")])
    if spread <= 0 or float(gap.var()) == 0:
        return 0.0
    slope = float(np.cov(gap, predicted)[0, 1] / gap.var(ddof=1)) / spread
    return max(slope, 0.0)
