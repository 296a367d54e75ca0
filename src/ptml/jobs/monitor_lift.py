"""The lift that starts brought, beside what the models in use or earlier quarters foretold."""

from collections.abc import Iterator
from datetime import date

import numpy as np
from numpy.typing import NDArray

from ptml.evaluate.window.lift_outcomes import LiftJudge, lift_judge
from ptml.features.days import date_of
from ptml.features.history import History
from ptml.features.shared import Shared
from ptml.intervals import Z_90
from ptml.jobs.asked import epoch_day
from ptml.jobs.settings import Settings
from ptml.lift.model import LiftModel
from ptml.lift.pooled import effect_by_course
from ptml.lift.study import setting_of
from ptml.monitor.course_effects import course_effects, look_at_courses
from ptml.monitor.finding import Finding, NotJudged
from ptml.monitor.realised_lift import (
    Realised,
    look_at_courses_lift,
    look_at_lift,
    shrunken,
)

Doubles = NDArray[np.float64]

# Outcome periods of the newest quarters of starts end within so many days.
_NEWEST_DAYS, _NEWEST_QUARTERS = 300, 3
_FEWEST_BEFORE = 30


def look_at_lifts(
    model: LiftModel | None,
    history: History,
    shared: Shared,
    day: date,
    trained: date,
    settings: Settings,
) -> Iterator[Finding | NotJudged]:
    """Hold the newest outcomes against the lift model; without one, look at changes of scores."""
    names, now = history.courses.ids, epoch_day(day)
    if model is None or model.fitted is None:
        yield from look_at_courses(course_effects(history, now), names, settings.monitor)
        return
    first = min(epoch_day(trained), now - _NEWEST_DAYS)
    judge = lift_judge(history, shared, first, now, settings.lift, settings.seed)
    found = None if judge is None else against_model(judge, model, history, trained, settings)
    if judge is not None and found is None:
        found = against_past(judge, 1)
    if judge is None or found is None:
        yield NotJudged("lift", "realised lift", "no outcome period has ended with enough starts")
        return
    yield from look_at_lift(found, names, settings.monitor)
    longer = against_past(judge, _NEWEST_QUARTERS)
    if longer is not None:
        yield from look_at_courses_lift(longer, names, settings.monitor)


def against_model(
    judge: LiftJudge, model: LiftModel, history: History, trained: date, settings: Settings
) -> Realised | None:
    """Outcomes known since training beside the lifts of the model; None where there are none."""
    study = judge.study
    known = setting_of(history, epoch_day(trained), settings.lift).panel.day
    start = study.setting.grid.starts[study.quarter[judge.at]]
    at = judge.at[start > int(known.max(initial=-1))]
    pair = judge.evidence.contrast.pair[at]
    row, course = study.sample.row[pair], study.sample.course[pair]
    pairs, people = study.pairs.take(pair), study.people
    said = model.predict(history, study.decisions.rows, people, pairs, row, course)
    # A 90 % interval; where designs disagree it is wider than its errors, and is meant to be.
    error = (said.high - said.low).astype(np.float64) / (2 * Z_90)
    lift = said.lift.astype(np.float64)
    return _realised(judge, at, lift, error, "as the models in use foretold")


def against_past(judge: LiftJudge, n_quarters: int) -> Realised | None:
    """Starts of the newest quarters beside what the same courses brought before them.

    For models that have learnt from every outcome already, and for a loss that takes more than one
    quarter to be sure of.
    """
    quarter = judge.study.quarter
    kept = np.unique(quarter[judge.at])[-n_quarters:]
    newest = np.isin(quarter, kept)
    before = judge.whole.only(~newest)
    value, error, takers = effect_by_course(before, before.contrast, judge.y)
    known = np.isfinite(error) & (error > 0) & (takers >= _FEWEST_BEFORE)
    if known.sum() < 2:
        return None
    mean, unsure = (np.full(len(value), np.nan) for _ in range(2))
    mean[known], unsure[known] = shrunken(value[known], error[known])
    at = judge.at[newest[judge.at]]
    course = judge.whole.contrast.course[at]
    words = "as the same courses brought in the quarters before"
    return _realised(judge, at, mean[course], unsure[course], words)


def _realised(
    judge: LiftJudge, at: NDArray[np.int64], lift: Doubles, error: Doubles, words: str
) -> Realised | None:
    """What is claimed of the pairs ``at``; who refuses claims nothing that could come true."""
    claimed = np.isfinite(lift) & np.isfinite(error)
    at, lift, error = at[claimed], lift[claimed], error[claimed]
    evidence, quarter, starts = judge.evidence, judge.study.quarter, judge.study.setting.grid.starts
    contrast = evidence.contrast
    if not contrast.is_taker[at].any():
        return None
    last = int(quarter[at].max()) + 1
    until = int(starts[last]) - 1 if last < len(starts) else int(starts[-1])
    return Realised(
        evidence.employee[at].astype(np.int64),
        evidence.team[at],
        contrast.course[at].astype(np.int64),
        contrast.is_taker[at],
        contrast.weight[at],
        judge.y[at],
        lift,
        error,
        date_of(int(starts[int(quarter[at].min())])),
        date_of(until),
        words,
    )
