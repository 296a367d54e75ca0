"""Fit the lift model: panel, nuisances, final stage, checks (docs/methods/lift.md)."""

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from ptml.features.capability import capability
from ptml.features.eligibility import EXCLUSIONS, eligibility
from ptml.features.history import History
from ptml.features.outcomes import period_scores, starts_by_quarter
from ptml.features.people import person_features
from ptml.features.rows import Rows
from ptml.features.shared import Shared
from ptml.features.standing import standing
from ptml.lift.catalogue import describe, propensity_values
from ptml.lift.checks import lift_evidence
from ptml.lift.config import LiftConfig
from ptml.lift.covariates import choose_covariates
from ptml.lift.design import final_design
from ptml.lift.doses import PairSample, residual_doses
from ptml.lift.estimation import fit_final_stage
from ptml.lift.fitted import FittedLift
from ptml.lift.model import LiftModel, refused
from ptml.lift.modifiers import Modifiers, fit_modifiers
from ptml.lift.nuisance import employee_folds
from ptml.lift.pairs import PairSource, fit_propensity
from ptml.lift.panel import Panel, QuarterGrid, build_panel, quarter_grid
from ptml.lift.support import support_of

FloatArray = NDArray[np.float64]

# Courses that a person might have started. Whom we would not offer a course for the sake of level
# or prerequisite may have started it all the same: who did has to be compared with who did not.
AT_RISK = [EXCLUSIONS.index(name) for name in ("", "prerequisite_missing", "too_low", "too_high")]


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
    rng = np.random.default_rng(seed)
    panel, grid = panel_of(history, as_of_day, config, rng)
    if len(panel) < config.min_rows or len(panel.start_row) < config.min_takers:
        quarters = grid.n_quarters
        return refused(
            history,
            as_of_day,
            seed,
            f"{len(panel)} employee-quarters with a known outcome and {len(panel.start_row)} "
            f"courses started in them ({quarters} quarters of performance) are too few",
        )
    # Small matrices many times: threads only get into each other's way.
    with threadpool_limits(1, "blas"):
        return _fit(history, shared, as_of_day, config, seed, rng, panel)


def panel_of(
    history: History, as_of_day: int, config: LiftConfig, rng: np.random.Generator
) -> tuple[Panel, QuarterGrid]:
    """The panel as known before a day, of a sample of employees where it would be too large."""
    grid = quarter_grid(period_scores(history, as_of_day))
    starts = starts_by_quarter(history, grid.starts, as_of_day)
    everybody = np.arange(history.n_employees, dtype=np.int32)
    employed = (
        np.stack(
            [
                history.employed(everybody, np.full(len(everybody), day + 1, dtype=np.int32))
                for day in grid.starts[:-1]
            ],
            axis=1,
        )
        if grid.n_quarters
        else np.zeros((len(everybody), 0), dtype=bool)
    )
    quarters_used = max(grid.n_quarters - min(config.base_quarters) - 2, 1)
    wanted = max(config.max_pairs // (quarters_used * max(history.n_courses, 1)), 1)
    if wanted < len(everybody):
        dropped = rng.permutation(len(everybody))[wanted:]
        employed[dropped] = False
    estimable = ~history.catalogue.mandatory
    return build_panel(grid, starts, estimable, config.base_quarters, employed, rng), grid


def _fit(
    history: History,
    shared: Shared,
    as_of_day: int,
    config: LiftConfig,
    seed: int,
    rng: np.random.Generator,
    panel: Panel,
) -> LiftModel:
    rows = Rows(panel.employee, panel.day)
    portraits = capability(history, shared, rows)
    people = person_features(history, shared, rows, portraits)
    at_risk = np.isin(eligibility(history, rows, portraits), AT_RISK)
    panel = panel.within(at_risk)
    source = PairSource(history, shared, rows, portraits, panel, at_risk)
    covariates = choose_covariates(people, history)
    x = covariates.values(people, history, panel.last_score)
    folds = employee_folds(history.n_employees, config.n_folds, rng)
    fold = folds.of_employee[panel.employee]
    course_code = np.arange(history.n_courses, dtype=np.int32)
    course_values = propensity_values(history.catalogue, course_code)
    modifiers = fit_modifiers(source, people)
    propensities = fit_propensity(
        source, x, covariates.categorical, course_values, fold, folds, config, rng, seed
    )
    doses = residual_doses(source, x, course_values, fold, propensities, modifiers, people)
    design = final_design(
        panel,
        standing(history, rows).unit,
        x,
        covariates.categorical,
        fold,
        folds,
        doses,
        config,
        seed,
    )
    description = describe(history.catalogue)
    stage = fit_final_stage(doses.basis, design.plain, design.y, description, panel.employee)
    predicted, _ = stage.effects.predict(doses.sample.course, doses.sample.modifiers)
    unexplained = config.unexplained_share * float(predicted.var()) if len(predicted) else 0.0
    fitted = FittedLift(
        effects=stage.effects,
        modifiers=modifiers,
        propensity=propensities,
        covariates=covariates,
        support=support_of(
            doses.takers_course,
            doses.takers_log_odds,
            history.n_courses,
            config.comparable_ratio,
            config.min_takers,
            config.min_support,
        ),
        unexplained_variance=unexplained,
    )
    return LiftModel(
        courses=history.courses,
        fitted=fitted,
        refusal=None,
        fingerprint=history.fingerprint,
        as_of_day=as_of_day,
        seed=seed,
        points_per_level=points_per_level(modifiers, doses.sample, predicted),
        evidence=lift_evidence(
            history.courses,
            history.catalogue.title,
            panel,
            fold,
            doses,
            design,
            stage,
            description,
            config,
        ),
    )


def points_per_level(modifiers: Modifiers, sample: PairSample, predicted: FloatArray) -> float:
    """Slope of predicted lifts on the weighted gap closed; 0 where it is not positive."""
    gap = sample.modifiers[:, modifiers.names.index("gap_closed")].astype(np.float64)
    spread = float(modifiers.spread[modifiers.pair_names.index("gap_closed")])
    if spread <= 0 or float(gap.var()) == 0:
        return 0.0
    slope = float(np.cov(gap, predicted)[0, 1] / gap.var(ddof=1)) / spread
    return max(slope, 0.0)
