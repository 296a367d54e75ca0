"""What people and units lose to each matter, in points, with how far that is known."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ptml.decide.diagnosis.config import DiagnosisConfig
from ptml.decide.diagnosis.measures import (
    AROUND,
    DRIVE,
    MEASURES,
    NAMES,
    SCORE_MIDDLE,
    SKILL,
    UNIT,
    People,
    matter_columns,
)
from ptml.decide.diagnosis.mixed import MixedModel, MixedSums, fit_mixed

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

MATTERS = (SKILL, DRIVE, AROUND)
"""In the order of columns: capability, motivation, environment."""
_HOURS = NAMES.index("lost_hours")


@dataclass(frozen=True, eq=False)
class Losses:
    """Points lost against a person to whom all is as usual, n rows; below 0 = gained.

    Attributes
    ----------
    expected, error : (n, len(MATTERS)) float64
        Mean and standard error of what is lost to each matter, as far as it is measured.
    rest : (n,) float64
        What is lost beyond that.
    hidden : (len(MATTERS) + 1,) float64
        How the variance of the rest is made up: what of each matter no measure shows, and passing
        shocks.
    """

    expected: FloatArray
    error: FloatArray
    rest: FloatArray
    hidden: FloatArray

    def take(self, at: NDArray[np.integer] | NDArray[np.bool_]) -> Self:
        """Pick rows."""
        return replace(self, expected=self.expected[at], error=self.error[at], rest=self.rest[at])


@dataclass(frozen=True, eq=False)
class Accounts:
    """The mixed model of an organisation, and what is usual in it.

    Attributes
    ----------
    usual : (p,) float64
        Of each measure, less its middle.
    means : (n_units, p) float64
        Of the people of each unit.
    heads : (n_units,) float64
        People with a known score.
    seen : (p,) float64
        Variance of each measure among people.
    """

    model: MixedModel
    usual: FloatArray
    means: FloatArray
    heads: FloatArray
    seen: FloatArray

    @property
    def usual_score(self) -> float:
        """Points of a person to whom all is as usual."""
        return SCORE_MIDDLE + self.model.intercept + float(self.usual @ self.model.worth)


def accounts_of(people: People, n_units: int, config: DiagnosisConfig) -> Accounts | None:
    """Fit to all people with a unit and a known score; None = too few to tell anything from."""
    told = np.isfinite(people.score) & (people.unit >= 0)
    unit = people.unit[told]
    if told.sum() < config.min_people or len(np.unique(unit)) < config.min_units:
        return None
    filled = people.filled(n_units)[told]
    sums = MixedSums.of(unit, filled, people.score[told] - SCORE_MIDDLE, n_units)
    good = np.array([measure.good for measure in MEASURES])
    model = fit_mixed(sums, good, config.prior_points)
    heads = sums.by_unit[:, 0]
    overall = sums.products[0, 1:-1] / sums.products[0, 0]
    means = np.where(
        heads[:, None] > 0, sums.by_unit[:, 1:-1] / np.maximum(heads, 1)[:, None], overall
    )
    square = np.diag(sums.products)[1:-1] / sums.products[0, 0] - overall**2
    # Most units lose few hours, and nobody is new for long: what is usual is the middle there.
    usual = overall.copy()
    usual[_HOURS] = np.round(np.median(filled[:, _HOURS]) / UNIT) * UNIT
    usual[NAMES.index("is_new")] = 0.0
    return Accounts(model, usual, means, heads, np.maximum(square, 0))


def losses_of_people(
    people: People, accounts: Accounts, config: DiagnosisConfig, at: IntArray
) -> Losses:
    """What some of the people lose to each matter, (m,); without a unit nothing is lost to it.

    Parameters
    ----------
    people : People
        Everybody: what is not known of a person is as usual among them.
    at : (m,) int64
        Positions of the people who are asked for.
    """
    model, n_units = accounts.model, len(accounts.heads)
    away = people.filled(n_units)[at] - accounts.usual
    expected, error = _measured(away, model)
    placed = people.unit[at] >= 0
    unit = np.maximum(people.unit[at], 0)
    around = MATTERS.index(AROUND)
    expected[:, around] -= np.where(placed, model.effect[unit], 0)
    error[:, around] += np.where(placed, model.effect_variance[unit], model.shared_variance)
    rest = accounts.usual_score - people.score[at] - expected.sum(axis=1)
    return Losses(expected, np.sqrt(error), np.nan_to_num(rest), _hidden(accounts, config))


def losses_of_units(accounts: Accounts, config: DiagnosisConfig) -> Losses:
    """What each unit loses to each matter, (n_units,); nothing is left over."""
    model = accounts.model
    expected, error = _measured(accounts.means - accounts.usual, model)
    around = MATTERS.index(AROUND)
    expected[:, around] -= model.effect
    error[:, around] += model.effect_variance
    hidden = _hidden(accounts, config)
    error += hidden[: len(MATTERS)] / np.maximum(accounts.heads, 1)[:, None]
    nothing = np.zeros(len(MATTERS) + 1)
    return Losses(expected, np.sqrt(error), np.zeros(len(expected)), nothing)


def _measured(away: FloatArray, model: MixedModel) -> tuple[FloatArray, FloatArray]:
    """Loss to each matter by its measures, and its variance."""
    columns = [matter_columns(matter) for matter in MATTERS]
    expected = np.stack([-away[:, k] @ model.worth[k] for k in columns], axis=1)
    error = np.stack(
        [
            np.einsum("ij,jk,ik->i", away[:, k], model.covariance[np.ix_(k, k)], away[:, k])
            for k in columns
        ],
        axis=1,
    )
    return expected, np.maximum(error, 0)


def _hidden(accounts: Accounts, config: DiagnosisConfig) -> FloatArray:
    r"""Variance of what measures do not show of each matter, and of passing shocks.

    A measure of reliability :math:`\rho` that explains a variance :math:`v` hides
    :math:`v (1/\rho - 1)`; what surrounds the work is the unit's and hides nothing here.
    """
    model = accounts.model
    shown = accounts.seen * model.worth**2
    reliability = {SKILL: config.skill_reliability, DRIVE: config.answer_reliability}
    hidden = [
        shown[matter_columns(matter)].sum() * (1 / reliability[matter] - 1)
        if matter in reliability
        else 0.0
        for matter in MATTERS
    ]
    # At least a fifth of what is personal is chance: nobody scores the same twice.
    most = 0.8 * model.personal_variance
    scale = min(1.0, most / max(sum(hidden), 1e-9))
    hidden = [value * scale for value in hidden]
    return np.array([*hidden, model.personal_variance - sum(hidden)])
