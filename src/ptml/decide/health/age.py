"""Signs that a course is from another time: not asked for, below what people have, less liked."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.decide.health.config import AlertConfig
from ptml.decide.health.falls import p_fell
from ptml.decide.health.totals import N_STEPS, STEPS_A_LEVEL, UNIT, HealthTotals
from ptml.features.catalogue import Catalogue
from ptml.features.days import DAYS_A_YEAR

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Age:
    """What is known of how current each course is, (n_courses,) float64 each; NaN = unknown.

    Attributes
    ----------
    years
        Since it was opened.
    asked
        Share of what it teaches that the role of anybody, or a goal, asks for.
    beyond
        Of the people whose roles ask for it, the share who are at its final level already.
    demand
        Recent enrolments over those that the time before lets expect; unknown of mandatory courses.
    liking
        Recent mean satisfaction less that of the time before, marks.
    p_demand, p_liking
        One-sided, against its having fallen by no more than is usual.
    """

    years: FloatArray
    asked: FloatArray
    beyond: FloatArray
    demand: FloatArray
    liking: FloatArray
    p_demand: FloatArray
    p_liking: FloatArray


def age_of(
    catalogue: Catalogue,
    totals: HealthTotals,
    by_goals: BoolArray,
    day: int,
    config: AlertConfig,
) -> Age:
    """Work the signs out.

    Parameters
    ----------
    by_goals : (n_competencies,) bool
        Whether a goal of the last year asks for the competency.
    """
    opened = catalogue.opened.astype(np.float64)
    known = catalogue.opened > np.iinfo(np.int32).min
    days = config.recent_days / config.earlier_days
    demand, p_demand = _demand(totals, ~catalogue.mandatory, days)
    liking, p_liking = _liking(totals, config.min_people)
    return Age(
        years=np.where(known, (day - opened) / DAYS_A_YEAR, np.nan),
        asked=_asked(catalogue, totals, by_goals),
        beyond=_beyond(catalogue, totals, config.min_people),
        demand=demand,
        liking=liking,
        p_demand=p_demand,
        p_liking=p_liking,
    )


def is_outdated(age: Age, fallen: BoolArray, config: AlertConfig) -> BoolArray:
    """Old, and nobody asks for it any more, or people are beyond it and it is out of favour."""
    return is_old(age, config) & ((age.asked == 0) | (is_beyond(age, config) & fallen))


def is_old(age: Age, config: AlertConfig) -> BoolArray:
    """Opened long ago, (n_courses,) bool."""
    return np.asarray(age.years * DAYS_A_YEAR > config.old_days)


def is_beyond(age: Age, config: AlertConfig) -> BoolArray:
    """Whether people are at its final level already, (n_courses,) bool."""
    return np.asarray(age.beyond >= config.beyond_share)


def _demand(totals: HealthTotals, chosen: BoolArray, days: float) -> tuple[FloatArray, FloatArray]:
    """Recent enrolments over those that the time before lets expect, and its p.

    The middle course sets what is to be expected: a company that trains less is no matter of one.

    Parameters
    ----------
    chosen : (n_courses,) bool
        Courses that people choose: who has to take a course says nothing of it by that.
    days : float
        Recent days over those of the time before.
    """
    # Half an enrolment more keeps the logarithm of none finite.
    recent, earlier = totals.count("enrolled_recent") + 0.5, totals.count("enrolled_earlier") + 0.5
    known = (earlier >= 1) & chosen
    change = np.where(known, np.log(recent / earlier / days), np.nan)
    error = np.sqrt(1 / recent + 1 / earlier)
    usual = float(np.exp(np.median(change[known]))) if known.any() else 1.0
    # What is usual is taken out first: a rise of all makes one that stays a fall.
    return np.exp(change) / usual, p_fell(change - np.log(usual), error)


def _liking(totals: HealthTotals, fewest: int) -> tuple[FloatArray, FloatArray]:
    mean, error = {}, {}
    for when in ("recent", "earlier"):
        n = totals.count(f"likes_{when}")
        mean[when] = totals.mean(f"liked_{when}", f"likes_{when}", fewest) * UNIT
        spread = totals.spread(f"liked_{when}", f"liked_squared_{when}", f"likes_{when}")
        error[when] = spread / np.sqrt(np.maximum(n, 1))
    change = mean["recent"] - mean["earlier"]
    return change, p_fell(change, np.hypot(error["recent"], error["earlier"]))


def _asked(catalogue: Catalogue, totals: HealthTotals, by_goals: BoolArray) -> FloatArray:
    if not totals.asked.any():
        return np.full(len(catalogue), np.nan)
    weight = _content(catalogue)
    asked = weight[:, (totals.asked > 0) | by_goals].sum(axis=1)
    whole = weight.sum(axis=1)
    return np.where(whole > 0, asked / np.where(whole > 0, whole, 1.0), np.nan)


def _beyond(catalogue: Catalogue, totals: HealthTotals, fewest: int) -> FloatArray:
    """By competency, then over what the course teaches of what somebody's role asks for."""
    people = totals.levels.sum(axis=1).astype(np.float64)
    # From the top down: how many are at a step or above it.
    above = np.cumsum(totals.levels[:, ::-1], axis=1)[:, ::-1]
    step = np.ceil(np.nan_to_num(catalogue.to_level) * STEPS_A_LEVEL).astype(np.int64)
    step = np.clip(step, 0, N_STEPS - 1)
    share = above[np.arange(len(people))[None, :], step] / np.maximum(people, 1)
    weight = np.where(people >= fewest, _content(catalogue), 0.0)
    whole = weight.sum(axis=1)
    mean = (weight * share).sum(axis=1) / np.where(whole > 0, whole, 1.0)
    return np.where(whole > 0, mean, np.nan)


def _content(catalogue: Catalogue) -> FloatArray:
    """How much of a course is about each competency, (n_courses, n_competencies)."""
    width = np.nan_to_num(catalogue.to_level - catalogue.from_level).astype(np.float64)
    return np.where(catalogue.teaches, catalogue.weight * width, 0.0)
