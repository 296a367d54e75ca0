"""What a new policy's lists would have brought, from the log of what an old one showed.

The reward of a list is the sum over its courses of whether the person chose the course within some
days of being shown it. Assumed: a course is chosen or not whatever else is in the list and wherever
it stands, one person's list changes nothing for others, and the logged propensities are exact.
Estimators: inverse propensity scores (Horvitz and Thompson 1952), self-normalised (Swaminathan and
Joachims 2015) and doubly robust (Dudik, Langford and Li 2011), each over the places of a list.
"""

import math
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, PositiveInt

from ptml.config import FrozenConfig
from ptml.intervals import Z_95

Codes = NDArray[np.int64]
Doubles = NDArray[np.float64]

_FOLDS = 5
# Lists of a course that its rate among others is shrunk by.
_PRIOR_LISTS = 20.0
# A sound log is called short of overlap by chance once in 2,000 times.
_Z999 = 3.290526731491926


class OffPolicyConfig(FrozenConfig):
    """How a policy is judged by another's log."""

    days: PositiveInt = 90
    """Days within which a choice counts as an answer to what was shown."""
    clip: Annotated[float, Field(ge=1)] = 1000.0
    """Largest weight; a larger one is cut to it, which draws the estimates towards 0."""
    least_effective: PositiveInt = 100
    """Fewer effective places (Kish) than this: no estimate."""
    most_unseen: Annotated[float, Field(ge=0, le=1)] = 0.05
    """More of the new lists than this out of the old policy's reach: no estimate."""


@dataclass(frozen=True, eq=False)
class LoggedLists:
    """What the old policy showed and what came of it, (r,) each; no pair twice.

    Attributes
    ----------
    person, course : int64
        Person 0..n_people-1; course 0..n_courses-1.
    propensity : float64
        Probability that the old policy shows the course in the person's list; above 0.
    reward : float64
    """

    person: Codes
    course: Codes
    propensity: Doubles
    reward: Doubles


@dataclass(frozen=True, eq=False)
class NewLists:
    """What the new policy shows the same people, (t,) each; no pair twice."""

    person: Codes
    course: Codes


@dataclass(frozen=True)
class Interval:
    """A value a list with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Judged:
    """Rewards a list: choices within the days, per person.

    Attributes
    ----------
    old : Interval
        What the logged lists brought: a plain mean.
    ips, self_normalised, doubly_robust : Interval
        What the new lists would have brought.
    gain : Interval
        Doubly robust, less what the old brought the same people.
    effective : float
        Kish's effective number of logged places behind the new lists, ``(sum w)^2 / sum w^2``.
    clipped : float
        Share of the weights that were cut.
    """

    old: Interval
    ips: Interval
    self_normalised: Interval
    doubly_robust: Interval
    gain: Interval
    n_people: int
    effective: float
    clipped: float


@dataclass(frozen=True)
class NotJudged:
    """Why the log cannot tell.

    Attributes
    ----------
    code : str
        ``nothing_logged``, ``no_overlap`` or ``too_few``.
    reason : str
        One sentence with the figures.
    """

    code: str
    reason: str


def judge(
    log: LoggedLists, new: NewLists, n_people: int, config: OffPolicyConfig
) -> Judged | NotJudged:
    """Estimate the reward of the new lists, or say why that cannot be done.

    Intervals are normal ones over people, so that the places of one list may go together.

    Notes
    -----
    With w = [new shows it] / propensity of what was shown, r its reward and q the rate at which
    others (four fifths of the people) chose the course, shrunk to the mean rate, a person adds
    ``sum w r`` (IPS) or ``sum over new q + sum over shown w (r - q)`` (doubly robust).
    """
    if not len(log.person) or not len(new.person):
        return NotJudged("nothing_logged", "no list of the log belongs to a person of the new one")
    weight = np.isin(_cell(log, new), _cell(new, log)) / log.propensity
    refusal = _overlap(log, new, weight, n_people, config)
    if refusal is not None:
        return refusal
    cut = np.minimum(weight, config.clip)
    rate_shown, rate_new = _rates(log, new)
    brought = _by_person(log.person, log.reward, n_people)
    weighted = _by_person(log.person, cut * log.reward, n_people)
    robust = _by_person(new.person, rate_new, n_people) + _by_person(
        log.person, cut * (log.reward - rate_shown), n_people
    )
    return Judged(
        old=_interval(brought),
        ips=_interval(weighted),
        self_normalised=_self_normalised(weighted, _by_person(log.person, cut, n_people), new),
        doubly_robust=_interval(robust),
        gain=_interval(robust - brought),
        n_people=n_people,
        effective=_effective(weight),
        clipped=float(np.mean(weight > config.clip)),
    )


def _overlap(
    log: LoggedLists, new: NewLists, weight: Doubles, n_people: int, config: OffPolicyConfig
) -> NotJudged | None:
    """Where every new course could have been shown, weights add up to the new lists' places."""
    unseen = float(np.mean(~np.isin(new.course, log.course)))
    if unseen > config.most_unseen:
        return NotJudged(
            "no_overlap",
            f"{unseen:.0%} of the places of the new lists hold courses that the old policy showed "
            f"to nobody (at most {config.most_unseen:.0%})",
        )
    n_new = _by_person(new.person, np.ones(len(new.person)), n_people)
    found = _interval(_by_person(log.person, weight, n_people) - n_new, _Z999)
    missing = -found.value / n_new.mean()
    if found.high < 0 and missing > config.most_unseen:
        return NotJudged(
            "no_overlap",
            f"about {missing:.0%} of the places of the new lists could not have been filled so by "
            f"the old policy (at most {config.most_unseen:.0%})",
        )
    effective = _effective(weight)
    if effective < config.least_effective:
        return NotJudged(
            "too_few",
            f"the log holds {effective:.0f} effective places of the new lists, fewer than "
            f"{config.least_effective}",
        )
    return None


def _effective(weight: Doubles) -> float:
    squares = float((weight**2).sum())
    return float(weight.sum()) ** 2 / squares if squares > 0 else 0.0


def _rates(log: LoggedLists, new: NewLists) -> tuple[Doubles, Doubles]:
    """Rate of each shown and each new course among people of the other folds."""
    n_courses = int(max(log.course.max(), new.course.max())) + 1
    cell = (log.person % _FOLDS) * n_courses + log.course
    shape = (_FOLDS, n_courses)
    shown = np.bincount(cell, minlength=_FOLDS * n_courses).reshape(shape).astype(np.float64)
    chosen = np.bincount(cell, log.reward, _FOLDS * n_courses).reshape(shape)
    shown, chosen = shown.sum(axis=0) - shown, chosen.sum(axis=0) - chosen
    n_shown = np.maximum(shown.sum(axis=1, keepdims=True), 1)
    mean = chosen.sum(axis=1, keepdims=True) / n_shown
    rate = (chosen + _PRIOR_LISTS * mean) / (shown + _PRIOR_LISTS)
    return rate[log.person % _FOLDS, log.course], rate[new.person % _FOLDS, new.course]


def _self_normalised(weighted: Doubles, weights: Doubles, new: NewLists) -> Interval:
    """Mean reward by weight times places a list, with the interval of its linear part."""
    n_places = len(new.person) / len(weighted)
    mean = weighted.sum() / weights.sum()
    spread = n_places * (weighted - mean * weights) / weights.mean()
    return _interval(spread + n_places * mean)


def _interval(by_person: Doubles, z: float = Z_95) -> Interval:
    value = float(by_person.mean())
    n = len(by_person)
    half = z * float(by_person.std(ddof=1)) / math.sqrt(n) if n > 1 else math.inf
    return Interval(value, value - half, value + half)


def _by_person(person: Codes, values: Doubles, n_people: int) -> Doubles:
    return np.bincount(person, values, n_people).astype(np.float64)


def _cell(lists: LoggedLists | NewLists, others: LoggedLists | NewLists) -> Codes:
    n_courses = int(max(lists.course.max(), others.course.max())) + 1
    return lists.person * n_courses + lists.course
