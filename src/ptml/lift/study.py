"""Everything that a lift is learnt from, put together once: rows, pairs, nuisances, effects."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ptml.features.capability import capability
from ptml.features.history import History
from ptml.features.matrix import FeatureMatrix
from ptml.features.outcomes import Starts, period_scores, starts_by_quarter
from ptml.features.pairs import pair_features
from ptml.features.people import person_features
from ptml.features.shared import Shared
from ptml.features.standing import standing
from ptml.lift.base_choice import BaseChoice, choose_base
from ptml.lift.baseline import Baseline, Covariates, baseline
from ptml.lift.catalogue import CourseDescription, describe, propensity_values
from ptml.lift.censoring import stay_weights
from ptml.lift.config import LiftConfig
from ptml.lift.covariates import PersonCovariates, choose_covariates
from ptml.lift.estimation import N_PARTS, Comparison
from ptml.lift.exposure import OtherCourses
from ptml.lift.modifiers import N_OWN, Modifiers, fit_modifiers
from ptml.lift.moments import contrast
from ptml.lift.nuisance import employee_folds
from ptml.lift.panel import Panel, QuarterGrid, build_panel, quarter_grid
from ptml.lift.sample import Decisions, PairSample, decisions_of, sample_pairs
from ptml.lift.tilt import Propensity, fit_propensity, tilt_columns

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]
BoolArray = NDArray[np.bool_]

# Scores before the decision that the second design sees.
N_LAGS = 5


@dataclass(frozen=True)
class Setting:
    """Decisions and outcomes as known before a day, before anything is fitted.

    Attributes
    ----------
    panel : Panel
        Rows with a known outcome.
    stay_weight : (n,) float64
        How many rows each stands for, those included whose outcome was lost.
    chosen : (k,) bool
        Starts of courses that a lift is estimated for; mandatory ones are held as they are.
    """

    grid: QuarterGrid
    starts: Starts
    base: BaseChoice
    panel: Panel
    stay_weight: FloatArray
    chosen: BoolArray

    def of(self, people: BoolArray, last_quarter: int) -> "Setting":
        """What was known of some people (n_employees,) from decisions up to a quarter."""
        kept = people[self.panel.employee] & (self.panel.quarter <= last_quarter)
        known = self.starts.quarter <= last_quarter + self.grid.reach
        return replace(
            self,
            panel=self.panel.take(kept),
            stay_weight=self.stay_weight[kept],
            chosen=self.chosen & people[self.starts.employee] & known,
        )


@dataclass(frozen=True)
class Study:
    """A setting with its pairs, nuisances and modifiers.

    Attributes
    ----------
    decisions : Decisions
    people, pairs : FeatureMatrix
        Of the decisions and of the sample.
    lags : (r, N_LAGS) float32
        Scores of the quarters before the decisions, the last one first.
    columns : (u, q + N_LAGS) float32
        What the propensity saw of the compared pairs of the sample, and what that of the second
        design sees besides: lags.
    """

    setting: Setting
    decisions: Decisions
    sample: PairSample
    people: FeatureMatrix
    pairs: FeatureMatrix
    lags: Float32Array
    columns: Float32Array
    pair_categorical: tuple[int, ...]
    covariates: Covariates
    person_covariates: PersonCovariates
    propensity: Propensity
    modifiers: Modifiers
    description: CourseDescription
    baseline: Baseline
    evidence: Comparison

    @property
    def quarter(self) -> IntArray:
        """Quarter of decision of each pair of the contrast, (p,)."""
        return self.decisions.quarter[self.sample.row[self.evidence.contrast.pair]]

    @property
    def covariate_columns(self) -> dict[str, int]:
        """Column of each covariate that is a number, by name; those of the course itself left out.

        Takers and controls are of the same course and quarter.
        """
        names = [*self.person_covariates.names, "last_score", *self.pairs.names]
        places = {name: k for k, name in enumerate(names) if k not in set(self.pair_categorical)}
        first = self.columns.shape[1] - N_LAGS
        # The first lag is the last score.
        return places | {f"score_{k}_back": first + k - 1 for k in range(2, N_LAGS + 1)}

    def covariate(self, column: int) -> Float32Array:
        """A column of what the propensity saw, of the pairs of the contrast, (p,)."""
        place = np.cumsum(self.sample.compared) - 1
        return self.columns[place[self.evidence.contrast.pair], column]


def setting_of(history: History, as_of_day: int, config: LiftConfig) -> Setting:
    """The panel as known before a day."""
    grid = quarter_grid(period_scores(history, as_of_day))
    starts = starts_by_quarter(history, grid.starts, as_of_day)
    everybody = np.arange(history.n_employees, dtype=np.int32)
    employed = np.zeros((len(everybody), grid.n_quarters), dtype=np.bool_)
    for q in range(grid.n_quarters):
        tomorrow = np.full(len(everybody), grid.starts[q] + 1, dtype=np.int32)
        employed[:, q] = history.employed(everybody, tomorrow)
    base = choose_base(grid, starts, employed)
    if config.base_quarters:
        base = replace(base, base=config.base_quarters)
    panel = build_panel(grid, base.base, employed)
    weight = stay_weights(history, panel, config)
    known = panel.observed
    chosen = ~history.catalogue.mandatory[starts.course]
    return Setting(grid, starts, base, panel.take(known), weight[known], chosen)


def study_of(
    history: History,
    shared: Shared,
    setting: Setting,
    config: LiftConfig,
    seed: int,
    rng: np.random.Generator,
) -> Study:
    """Draw the pairs, work out their features and fit the nuisances."""
    panel, starts = setting.panel, setting.starts
    decisions = decisions_of(panel, starts, setting.chosen, setting.grid.starts)
    sample = sample_pairs(
        history,
        decisions,
        starts,
        setting.chosen,
        config.controls_per_start,
        config.max_pairs,
        setting.grid.reach,
        rng,
    )
    rows = decisions.rows
    portraits = capability(history, shared, rows)
    people = person_features(history, shared, rows, portraits)
    pairs = pair_features(history, shared, rows, portraits, sample.row, sample.course)
    person = choose_covariates(people, history)
    last = setting.grid.at(rows.employee, decisions.quarter - 1)
    x = person.values(people, history, last)
    folds = employee_folds(history.employees, config.n_folds, seed)
    fold = folds.of_employee[rows.employee]
    courses = np.arange(history.n_courses, dtype=np.int32)
    values = propensity_values(history.catalogue, courses)
    used = np.flatnonzero(sample.compared)
    used_row = sample.row[used]
    lags = np.stack(
        [setting.grid.at(rows.employee, decisions.quarter - k) for k in range(1, N_LAGS + 1)],
        axis=1,
    )
    columns = tilt_columns(x, pairs.take(used), used_row, values, sample.course[used], lags)
    # The course's own code is a category beside those of the person.
    categorical = (*person.categorical, x.shape[1] + pairs.values.shape[1])
    propensity = fit_propensity(
        sample,
        columns[:, :-N_LAGS],
        categorical,
        decisions.quarter[used_row],
        setting.grid.reach,
        fold[used_row],
        folds,
        config,
        seed,
    )
    n = len(panel)
    covariates = Covariates(
        x[:n], person.categorical, fold[:n], folds, setting.stay_weight, config, seed
    ).stopped(panel.change, panel.quarter, setting.grid.reach)
    started = sample.started
    other = OtherCourses(
        rows.employee[sample.row[started]],
        decisions.quarter[sample.row[started]],
        history.n_employees,
        setting.grid.n_quarters,
    )
    unit = standing(history, rows).unit[:n]
    base = baseline(panel, covariates, other, unit, _fixed(setting, history.n_employees))
    modifiers = fit_modifiers(pairs, people, sample.row)
    description = describe(history.catalogue)
    return Study(
        setting=setting,
        decisions=decisions,
        sample=sample,
        people=people,
        pairs=pairs,
        lags=lags,
        columns=columns,
        pair_categorical=categorical,
        covariates=covariates,
        person_covariates=person,
        propensity=propensity,
        modifiers=modifiers,
        description=description,
        baseline=base,
        evidence=_evidence(
            sample,
            propensity,
            setting.stay_weight,
            modifiers.standardise(pairs, people, sample.row),
            description.values(history.catalogue),
            panel,
            base.team,
            employee_folds(history.employees, N_PARTS, seed + 1).of_employee[rows.employee],
        ),
    )


def _evidence(
    sample: PairSample,
    propensity: Propensity,
    stay_weight: FloatArray,
    z: Float32Array,
    description: FloatArray,
    panel: Panel,
    team: NDArray[np.int64],
    part: IntArray,
) -> Comparison:
    against = contrast(sample, propensity.odds, stay_weight)
    row = sample.row[against.pair]
    return Comparison(
        sample=sample,
        contrast=against,
        z=z,
        description=description,
        employee=panel.employee[row],
        team=team[row],
        part=part[row],
        n_own=N_OWN,
    )


def _fixed(setting: Setting, n_employees: int) -> FloatArray:
    """Courses started in each row's quarter that no lift is estimated for, (n,) float64."""
    starts, panel, n_quarters = setting.starts, setting.panel, setting.grid.n_quarters
    kept = ~setting.chosen
    cell = starts.employee[kept].astype(np.int64) * n_quarters + starts.quarter[kept]
    count = np.bincount(cell, minlength=n_employees * n_quarters).astype(np.float64)
    return count[panel.employee.astype(np.int64) * n_quarters + panel.quarter]
