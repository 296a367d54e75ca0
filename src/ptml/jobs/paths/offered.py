"""What the paths of a bucket's people are laid from: courses for today and later, with lifts."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.decide.explore import employee_draws
from ptml.decide.path.later import Later, later_courses
from ptml.decide.path.offers import Offers, People
from ptml.decide.path.plan import Plans, plan_paths
from ptml.decide.path.standing import Fixed, completed, due, pair_keys, running
from ptml.decide.path.steps import first_weeks
from ptml.decide.rank import Candidates, expected_gain
from ptml.features.catalogue import Catalogue
from ptml.features.days import quarter_start, quarters_before
from ptml.features.pairs import pair_features
from ptml.features.spoken import refused_languages
from ptml.features.standing import standing
from ptml.jobs.bucket import ScoredBucket
from ptml.jobs.course_health import course_lift
from ptml.jobs.listing import Known, Lists
from ptml.jobs.models import Models
from ptml.jobs.run_shared import RunShared
from ptml.lift.estimate import LiftEstimate, refuse_all

Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]
Positions = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Laid:
    """Paths of a bucket's people, with the lift of each course that they were laid from.

    Attributes
    ----------
    plans : Plans
    fixed : (Fixed, Fixed)
        What runs, and what is due.
    lift, low, high : (k,) float64
        Of each offer by itself; NaN = unknown.
    """

    plans: Plans
    fixed: tuple[Fixed, Fixed]
    lift: Doubles
    low: Doubles
    high: Doubles


@dataclass(frozen=True, eq=False)
class Choices:
    """What the paths of a bucket's people are chosen from.

    Attributes
    ----------
    offers : Offers
        Whoever else wants a seat.
    lifts : (lift, low, high)
        (k,) float64 each, of the offers; NaN = unknown.
    people : People
    fixed : (Fixed, Fixed)
        What runs, and what is due.
    """

    offers: Offers
    lifts: tuple[Doubles, Doubles, Doubles]
    people: People
    fixed: tuple[Fixed, Fixed]

    def plans(
        self, offers: Offers, catalogue: Catalogue, shared: RunShared, sample: Positions
    ) -> Plans:
        """Lay the path of everybody from some of the offers."""
        settings = shared.settings
        terms = (catalogue, settings.eligibility, shared.epoch_day, sample, settings.path)
        return plan_paths(offers, self.people, self.fixed, *terms)


def choices_of(known: Known, scored: ScoredBucket, models: Models, shared: RunShared) -> Choices:
    """What the paths of everybody who is known may be laid from."""
    history, rows = known.asked.history, known.asked.rows
    settings = shared.settings
    runs = running(history, rows, settings.eligibility.open_days, settings.path)
    fixed = (runs, due(history, rows, known.reason, runs, settings.path))
    offers, lifts = _offers(known, scored, models, shared)
    return Choices(offers, lifts, _people(known, scored, shared, fixed), fixed)


def laid_paths(known: Known, scored: ScoredBucket, models: Models, shared: RunShared) -> Laid:
    """Lay the path of everybody who is known."""
    choices = choices_of(known, scored, models, shared)
    offers, lifts = choices.offers, choices.lifts
    if shared.cutoffs is not None:
        offers, at = offers.under(shared.cutoffs, shared.epoch_day)
        lifts = (lifts[0][at], lifts[1][at], lifts[2][at])
    catalogue = known.asked.history.catalogue
    plans = choices.plans(offers, catalogue, shared, _sample(known, shared))
    return Laid(plans, choices.fixed, *lifts)


def _sample(known: Known, shared: RunShared) -> Positions:
    """Who is looked at a second time: by a draw that neither buckets nor others change."""
    history, rows = known.asked.history, known.asked.rows
    wanted = shared.settings.path.checked_people / max(shared.company.rows_read["employees"], 1)
    # Named so that who is drawn for exploration says nothing of who is here.
    ids = [f"path {name}" for name in history.employees.ids[rows.employee].tolist()]
    draws = employee_draws(shared.settings.seed, shared.epoch_day, ids)
    return np.flatnonzero(draws[:, 0] < wanted)


def _people(
    known: Known, scored: ScoredBucket, shared: RunShared, fixed: tuple[Fixed, Fixed]
) -> People:
    history, rows = known.asked.history, known.asked.rows
    under_way = np.zeros((len(rows), history.n_courses), dtype=np.bool_)
    for part in fixed:
        under_way[part.row, part.course] = True
    unit, weight = standing(history, rows).unit, shared.goals.weight
    weights = None
    if (weight != 1).any():
        weights = np.where((unit >= 0)[:, None], weight[np.maximum(unit, 0)], 1.0)
    return People(
        portraits=known.asked.portraits,
        weights=weights,
        trainable=scored.trainable,
        done=completed(history, rows),
        under_way=under_way,
        begins=first_weeks(len(rows), fixed, shared.settings.path.spacing_weeks),
    )


def _offers(
    known: Known, lists: Lists, models: Models, shared: RunShared
) -> tuple[Offers, tuple[Doubles, Doubles, Doubles]]:
    """Today's courses that may bring something, and those of later, as one list."""
    settings = shared.settings
    per_level = models.lift.points_per_level if models.lift else 0.0
    later = _later(known, models, shared)
    more = _asked_of_models(known, later, models)
    n, k = len(lists.row), len(later.row)
    both = Candidates(
        *(
            np.concatenate([one, other])
            for one, other in (
                (lists.row, later.row),
                (lists.course, later.course),
                (lists.lift.lift, more.lift.lift),
                (lists.lift.low, more.lift.low),
                (lists.preference, np.full(k, np.nan, dtype=np.float32)),
                (lists.gap_closed, more.gap_closed),
            )
        )
    )
    points = expected_gain(both, per_level, settings.rank)
    at = np.flatnonzero(~both.has_no_gain & (points > 0))
    key = pair_keys(both.row[at], both.course[at], known.reason.shape[1])
    at = at[np.argsort(key, kind="stable")]
    offers = Offers(
        row=both.row[at],
        course=both.course[at],
        points=points[at],
        p_complete=np.concatenate([lists.p_complete, more.p_complete])[at].astype(np.float64),
        why=np.concatenate([np.zeros(n, dtype=np.uint8), later.why])[at],
        opens=np.concatenate([np.zeros(n), later.opens])[at],
        waits=np.zeros(len(at), dtype=np.bool_),
    )
    high = np.concatenate([lists.lift.high, more.lift.high])
    lifts = (both.lift, both.low, high)
    return offers, tuple(part[at].astype(np.float64) for part in lifts)  # type: ignore[return-value]


def _later(known: Known, models: Models, shared: RunShared) -> Later:
    history, rows, day = known.asked.history, known.asked.rows, shared.epoch_day
    refused, place = refused_languages(history, rows)
    today = np.array([day], dtype=np.int32)
    return later_courses(
        known.reason,
        history.catalogue,
        known.asked.portraits.level,
        refused[:, history.catalogue.language],
        place,
        course_lift(models.lift, history.courses.ids).lift,
        day,
        int(quarters_before(quarter_start(today), -1)[0]),
        shared.settings.eligibility,
        shared.settings.path,
    )


@dataclass(frozen=True, eq=False)
class _Asked:
    lift: LiftEstimate
    p_complete: Floats
    gap_closed: Floats


def _asked_of_models(known: Known, later: Later, models: Models) -> _Asked:
    asked = known.asked
    history, rows = asked.history, asked.rows
    row, course = later.row, later.course
    pairs = pair_features(history, asked.shared, rows, asked.portraits, row, course)
    lift = (
        models.lift.predict(history, rows, known.people, pairs, row, course)
        if models.lift
        else refuse_all(len(row))
    )
    p_complete = (
        models.completion.of_pairs(history, rows, row, course)
        if models.completion
        else np.full(len(row), np.nan, dtype=np.float32)
    )
    return _Asked(lift, p_complete, pairs.column("gap_closed"))
