"""Fit the lift model: study, effects, second design, checks (docs/methods/lift.md)."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from ptml.contracts.evidence import Evidence
from ptml.features.history import History
from ptml.features.shared import Shared
from ptml.lift.checks.beyond import (
    forward_check,
    growth_metric,
    spillover_metric,
    stage_metrics,
)
from ptml.lift.checks.comparable import balance, overlap
from ptml.lift.checks.course_evidence import course_evidence
from ptml.lift.checks.courses import course_lift, plausibility
from ptml.lift.checks.held_out import held_out_evidence
from ptml.lift.checks.refutation import agreement_check, permuted_check, placebo_check
from ptml.lift.checks.rows import metric
from ptml.lift.checks.sensitivity import sensitivity
from ptml.lift.config import LiftConfig
from ptml.lift.fitted import FittedLift
from ptml.lift.judging import reach_of, statuses
from ptml.lift.learning import Learnt, learn
from ptml.lift.model import LiftModel, refused
from ptml.lift.modifiers import Modifiers
from ptml.lift.placebo import Placebo, placebo
from ptml.lift.pooled import Figure, pooled_effect
from ptml.lift.study import Setting, Study, setting_of, study_of
from ptml.lift.support import Support, support_of
from ptml.lift.tuning import tune_lift

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
        tuned = None
        if config.tuning_trials:
            tuned = tune_lift(history, shared, setting, config, seed)
            config = tuned.config
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
        model = _model(history, study, as_of_day, config, seed)
        if tuned is None:
            return model
        return replace(model, evidence=(*model.evidence, tuned.evidence))


def _starts_in_panel(setting: Setting) -> int:
    n_quarters = max(setting.grid.n_quarters, 1)
    panel, starts = setting.panel, setting.starts
    known = panel.employee.astype(np.int64) * n_quarters + panel.quarter
    begun = starts.employee.astype(np.int64) * n_quarters + starts.quarter
    return int(np.isin(begun[setting.chosen], known).sum())


def _model(
    history: History, study: Study, as_of_day: int, config: LiftConfig, seed: int
) -> LiftModel:
    learnt = learn(study, config, seed)
    evidence, effects, apart = learnt.compared.evidence, learnt.effects, learnt.second.apart
    before = placebo(study, learnt.found)
    predicted = effects.predict(study.sample.course, evidence.z, study_description(study))[0]
    reach = reach_of(apart, config.unexplained_share * learnt.spread)
    status = statuses(
        study.sample, evidence.contrast, learnt.takers, effects, reach, before, config
    )
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
            *_figures(learnt),
            *stage_metrics(learnt.stages, config.stage),
            study.setting.base.evidence,
            *_checks(learnt, before, seed),
            plausibility(
                history.courses,
                learnt.takers,
                effects,
                reach,
                float(study.setting.panel.base.std()),
            ),
            course_lift(
                history.courses,
                history.catalogue.title,
                learnt.takers,
                effects,
                reach,
                status,
                ~history.catalogue.mandatory,
            ),
            course_evidence(history.courses, learnt, ~history.catalogue.mandatory),
        ),
    )


def study_description(study: Study) -> FloatArray:
    """Description of the course of each pair of the sample, (m, d)."""
    return study.evidence.description[study.sample.course]


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


def _figures(learnt: Learnt) -> tuple[Evidence, ...]:
    study, compared = learnt.study, learnt.compared
    sharp = pooled_effect(compared.evidence, compared.evidence.contrast, compared.y)
    # Its level is that of the first design, which is less certain.
    level = np.hypot(learnt.second.apart.difference.error, learnt.growth.error)
    mean = Figure(sharp.value, float(np.hypot(sharp.error, level)))
    return (
        metric("mean_lift", mean, "Mean lift of the courses that were started, points."),
        growth_metric(learnt.growth),
        spillover_metric(learnt.found.spillover),
        Evidence("lift", "metric", "rows", value=float(len(study.setting.panel))),
        Evidence("lift", "metric", "starts", value=float(len(study.sample.takers))),
        Evidence("lift", "metric", "controls", value=float(len(study.sample.controls))),
        Evidence(
            "lift",
            "metric",
            "personal_share",
            value=learnt.share,
            payload={"note": "Share of the variation between people that is kept."},
        ),
    )


def _checks(learnt: Learnt, before: Placebo | None, seed: int) -> tuple[Evidence, ...]:
    study, compared = learnt.study, learnt.compared
    return (
        overlap(learnt.second.propensity, compared.evidence.contrast, compared.evidence.employee),
        balance(study, compared.evidence.contrast),
        placebo_check(before),
        permuted_check(compared, seed),
        agreement_check(learnt.second.apart),
        sensitivity(study, compared),
        *held_out_evidence(compared, learnt.held),
        forward_check(learnt),
    )


def points_per_level(modifiers: Modifiers, z: NDArray[np.float32], predicted: FloatArray) -> float:
    """Slope of predicted lifts on the weighted gap closed; 0 where it is not positive."""
    gap = z[:, 1 + modifiers.names.index("gap_closed")].astype(np.float64)
    spread = float(modifiers.spread[modifiers.pair_names.index("gap_closed")])
    if spread <= 0 or float(gap.var()) == 0:
        return 0.0
    slope = float(np.cov(gap, predicted)[0, 1] / gap.var(ddof=1)) / spread
    return max(slope, 0.0)
